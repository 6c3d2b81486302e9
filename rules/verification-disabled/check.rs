use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "verification-disabled",
    summary: "A command or a variable turns off the verification of certificates or signatures.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[
        "CKV2_DOCKER_2",
        "CKV2_DOCKER_3",
        "CKV2_DOCKER_4",
        "CKV2_DOCKER_5",
        "CKV2_DOCKER_6",
        "CKV2_DOCKER_7",
        "CKV2_DOCKER_8",
        "CKV2_DOCKER_9",
        "CKV2_DOCKER_10",
        "CKV2_DOCKER_13",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let stages = project.images.iter().flat_map(|image| &image.stages);
    for stage in stages {
        for setting in stage.written.settings.iter().filter(|s| s.instruction == "ENV") {
            let Some(value) = setting.value.known() else { continue };
            let text = value.value.literal().unwrap_or_default().to_ascii_lowercase();
            if VARIABLES.contains(&(setting.key.as_str(), text.as_str())) {
                let message =
                    format!("`{}` turns off the verification of certificates", setting.key);
                findings.push(
                    RULE.finding_at(message, setting.at, "for everything that runs").help(HELP),
                );
            }
        }
        for run in &stage.runs {
            let words: Vec<&str> = run.command.words.iter().filter_map(|w| w.as_str()).collect();
            let Some(program) = run.command.program() else { continue };
            let is_local = |word: &&str| word.contains("localhost") || word.contains("127.0.0.1");
            if words.iter().any(is_local) {
                continue;
            }
            for word in &run.command.words {
                let Some(text) = word.as_str() else { continue };
                if is_careless(program, text) {
                    let message = format!("`{program} {text}` turns off a verification");
                    findings
                        .push(RULE.finding_at(message, word.at, "nothing is verified").help(HELP));
                }
            }
        }
    }
}

const HELP: &str = "add the certificate or the key that is missing";

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
