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
        let stages = self.images.iter().flat_map(|image| &image.stages);
        stages
            .flat_map(|stage| of_settings(stage).chain(stage.runs.iter().flat_map(of_run)))
            .collect()
    }
}

fn of_settings(stage: &Stage) -> impl Iterator<Item = Unverified> + '_ {
    let settings = stage.written.settings.iter().filter(|setting| setting.instruction == "ENV");
    settings.filter_map(|setting| {
        let text = setting.value.known()?.value.literal()?.to_ascii_lowercase();
        VARIABLES.contains(&(setting.key.as_str(), text.as_str())).then(|| Unverified {
            at: setting.at,
            written: setting.key.clone(),
            reach: Reach::All,
        })
    })
}

fn of_run(run: &Run) -> Vec<Unverified> {
    let words = || run.command.words.iter().filter_map(|word| Some((word, word.as_str()?)));
    let Some(program) = run.command.program() else { return Vec::new() };
    if words().any(|(_, text)| text.contains("localhost") || text.contains("127.0.0.1")) {
        return Vec::new();
    }
    words()
        .filter(|(_, text)| is_careless(program, text))
        .map(|(word, text)| Unverified {
            at: word.at,
            written: format!("{program} {text}"),
            reach: Reach::Command,
        })
        .collect()
}

/// Variables that turn it off, with the value that does.
const VARIABLES: &[(&str, &str)] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("GIT_SSL_NO_VERIFY", "true"),
    ("GIT_SSL_NO_VERIFY", "1"),
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
        "apt-get" | "apt" => matches!(word, "--allow-unauthenticated" | "--force-yes"),
        "yum" | "dnf" | "microdnf" | "tdnf" => word == "--nogpgcheck",
        "zypper" => word == "--no-gpg-checks",
        "rpm" => matches!(word, "--nosignature" | "--nodigest"),
        "pip" | "pip3" => word == "--trusted-host" || word.starts_with("--trusted-host="),
        _ => false,
    }
}
