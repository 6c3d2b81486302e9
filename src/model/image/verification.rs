//! Settings and options of an image that turn off the verification of what is fetched.

use super::{Run, Stage};
use crate::model::Project;
use crate::source::Span;

/// Something that turns a verification off.
#[derive(Debug)]
pub struct Unverified {
    /// Where.
    pub at: Span,
    /// The variable, or the program with its option.
    pub written: String,
    /// For what.
    pub reach: Reach,
}

/// What is not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that runs in the stage, and in its containers.
    All,
    /// What one command fetches.
    Command,
}

impl Project {
    /// The settings and options of Dockerfiles that turn a verification off.
    pub fn unverified(&self) -> Vec<Unverified> {
        let stages = self.images.iter().flat_map(|image| image.all_stages());
        stages
            .flat_map(|stage| {
                let runs = stage.runs.iter().chain(&stage.captured);
                of_settings(stage).chain(runs.flat_map(of_run))
            })
            .collect()
    }
}

fn of_settings(stage: &Stage) -> impl Iterator<Item = Unverified> + '_ {
    let settings = stage.written.settings.iter().filter(|setting| setting.instruction != "LABEL");
    settings.filter_map(|setting| {
        let text = setting.value.known()?.value.literal()?;
        turns_off(&setting.key, text).then(|| Unverified {
            at: setting.at,
            written: setting.key.clone(),
            reach: Reach::All,
        })
    })
}

/// Whether a variable of that value turns it off.
fn turns_off(name: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let fits = |(_, off): &&(&str, &str)| *off == value || (*off == ANY && !value.is_empty());
    VARIABLES.iter().filter(|(other, _)| *other == name).any(|row| fits(&row))
}

fn of_run(run: &Run) -> Vec<Unverified> {
    let words = || run.command.words.iter().filter_map(|word| Some((word, word.as_str()?)));
    let assigned = run.command.assignments.iter().map(|(name, word)| (name.as_str(), word));
    let exported = run.command.words.iter().filter(|_| run.command.program() == Some("export"));
    let exported = exported.filter_map(|word| Some((word.as_str()?.split_once('=')?.0, word)));
    let variables = assigned.chain(exported).filter(|(name, word)| {
        let text = word.as_str().unwrap_or_default();
        turns_off(name, text.split_once('=').map_or(text, |(_, value)| value))
    });
    let variables = variables.map(|(name, word)| Unverified {
        at: word.at,
        written: name.to_owned(),
        reach: Reach::Command,
    });
    let program = match run.program() {
        Some((program, [flag, module, ..])) if program.starts_with("python") => {
            module.as_str().filter(|_| flag.as_str() == Some("-m"))
        }
        _ => run.command.program(),
    };
    let Some(program) = program else { return variables.collect() };
    let is_false = || words().any(|(_, text)| matches!(text, "false" | "0"));
    let is_told = || words().any(|(_, text)| matches!(text, "set" | "config" | "--set"));
    let set = |text: &str| configures(program, text) && is_false() && is_told();
    let careless = words().filter(|(_, text)| is_careless(program, text) || set(text));
    let options = careless.map(|(word, text)| Unverified {
        at: word.at,
        written: format!("{program} {text}"),
        reach: Reach::Command,
    });
    let found: Vec<Unverified> = variables.chain(options).collect();
    let is_own = |text: &str| text.contains("localhost") || text.contains("127.0.0.1");
    match !found.is_empty() && words().any(|(_, text)| is_own(text)) {
        true => Vec::new(),
        false => found,
    }
}

/// Whether a word is the name of what a program verifies, if its configuration is changed.
fn configures(program: &str, word: &str) -> bool {
    match program {
        "npm" | "yarn" | "pnpm" => matches!(word, "strict-ssl" | "enableStrictSsl"),
        "conda" | "mamba" => word == "ssl_verify",
        "git" => word.eq_ignore_ascii_case("http.sslVerify"),
        _ => false,
    }
}

/// Any value.
const ANY: &str = "*";

/// Variables that turn it off, with the value that does.
const VARIABLES: &[(&str, &str)] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("GIT_SSL_NO_VERIFY", ANY),
    ("PIP_TRUSTED_HOST", ANY),
    ("NPM_CONFIG_STRICT_SSL", "false"),
    ("npm_config_strict_ssl", "false"),
];

/// Whether an option of a program turns it off.
fn is_careless(program: &str, word: &str) -> bool {
    match program {
        "curl" => {
            let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            let flags = |c: char| "fsSLkgv#".contains(c);
            word == "--insecure"
                || short.is_some_and(|s| {
                    let flags = s.split_once(|c| !flags(c)).map_or(s, |(flags, _)| flags);
                    flags.contains('k')
                })
        }
        "wget" => word == "--no-check-certificate",
        "apk" => word == "--allow-untrusted",
        "apt-get" | "apt" => {
            matches!(word, "--allow-unauthenticated" | "--force-yes") || is_setting_of_apt(word)
        }
        "yum" | "dnf" | "microdnf" | "tdnf" | "yum-config-manager" | "dnf-config-manager" => {
            let setting = word.strip_prefix("--setopt=").unwrap_or(word);
            word == "--nogpgcheck" || is_setting_off(setting, &["sslverify", "gpgcheck"])
        }
        "echo" | "printf" => {
            let is_wget = is_setting_off(word, &["check_certificate", "check-certificate"]);
            is_setting_off(word, &["sslverify"]) || is_wget || is_setting_of_apt(word)
        }
        "npm" | "yarn" | "pnpm" => {
            matches!(word, "--strict-ssl=false" | "--no-strict-ssl" | "strict-ssl=false")
        }
        "git" => word.eq_ignore_ascii_case("http.sslVerify=false"),
        "zypper" => word == "--no-gpg-checks",
        "rpm" => matches!(word, "--nosignature" | "--nodigest"),
        "pip" | "pip3" if word.ends_with(".trusted-host") => true,
        "pip" | "pip3" => word == "--trusted-host" || word.starts_with("--trusted-host="),
        _ => false,
    }
}

/// Whether it is a setting of apt that turns it off, of an option or of a file:
/// `Acquire::https::Verify-Peer=false`, `Acquire::https::Verify-Peer "false";`.
fn is_setting_of_apt(text: &str) -> bool {
    let mut settings = text.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("-o").unwrap_or(line.trim());
        let end = line.find(['=', ' '])?;
        let value = line.get(end + 1..)?.trim().trim_end_matches(';').trim_matches(['"', '\'']);
        Some((line.get(..end)?.to_ascii_lowercase(), value.to_ascii_lowercase()))
    });
    settings.any(|(name, value)| {
        let is_off = matches!(&*value, "false" | "0" | "no" | "off");
        let is_on = matches!(&*value, "true" | "1" | "yes" | "on");
        let verifies = ["::verify-peer", "::verify-host"].iter().any(|end| name.ends_with(end));
        let allows = matches!(
            &*name,
            "apt::get::allowunauthenticated" | "acquire::allowinsecurerepositories"
        );
        (verifies && is_off) || (allows && is_on)
    })
}

/// Whether it is a line of the configuration of `yum` and `dnf` that turns it off, maybe for one
/// repository: `sslverify=0`, `epel.sslverify=False`.
fn is_setting_off(line: &str, names: &[&str]) -> bool {
    line.lines().filter_map(|line| line.split_once('=')).any(|(name, value)| {
        let name = name.trim().rsplit('.').next().unwrap_or(name);
        let value = value.trim().to_ascii_lowercase();
        names.contains(&name) && matches!(&*value, "0" | "false" | "no" | "off")
    })
}
