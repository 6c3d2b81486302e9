//! Flags that a command does not take.

use super::GcloudCommand;
use super::table;
use crate::model::Project;
use crate::nearest::nearest;
use crate::value::{Sourced, Text};

/// A flag that a command does not take.
#[derive(Debug)]
pub struct UnknownFlag<'a> {
    /// The flag as it is written.
    pub name: &'a Sourced<Text>,
    /// The flag that was most likely meant.
    pub meant: Option<String>,
    /// What to do where no flag does it.
    pub instead: Option<&'static str>,
}

/// Common slips: the beginning of the command's name, the flag that people write, and the
/// flags that do it, of which the first counts that the command takes.
const SLIPS: &[(&str, &str, &[&str])] = &[
    ("", "--env", &["--set-env-vars"]),
    ("", "--envs", &["--set-env-vars"]),
    ("", "--env-var", &["--set-env-vars"]),
    ("", "--env-vars", &["--set-env-vars"]),
    ("", "--environment-variables", &["--set-env-vars"]),
    ("", "--set-env", &["--set-env-vars"]),
    ("", "--update-env", &["--update-env-vars"]),
    ("", "--env-file", &["--env-vars-file"]),
    ("", "--secret", &["--set-secrets"]),
    ("", "--secrets", &["--set-secrets"]),
    ("", "--sa", &["--service-account"]),
    ("", "--max", &["--max-instances"]),
    ("", "--min", &["--min-instances"]),
    ("", "--ram", &["--memory"]),
    ("", "--mem", &["--memory"]),
    ("", "--name", &[]),
    ("", "--unauthenticated", &["--allow-unauthenticated"]),
    ("", "--public", &["--allow-unauthenticated"]),
    ("", "--vpc", &["--vpc-connector", "--network"]),
    ("", "--cloudsql", CLOUD_SQL),
    ("", "--connect-cloudsql", CLOUD_SQL),
    ("", "--cloudsql-instance", CLOUD_SQL),
    ("", "--cloudsql-instances", CLOUD_SQL),
    ("", "--cloud-sql-instances", CLOUD_SQL),
    ("", "--add-cloudsql-instances", &["--set-cloudsql-instances"]),
    ("", "--set-cloudsql-instances", &["--add-cloudsql-instances"]),
    ("", "--no-traffic-routing", &["--no-traffic"]),
    ("", "--project-id", &["--project"]),
    ("run jobs", "--timeout", &["--task-timeout"]),
    ("run jobs", "--retries", &["--max-retries"]),
    ("builds submit", "--substitution", &["--substitutions"]),
    ("builds submit", "--subs", &["--substitutions"]),
];

const CLOUD_SQL: &[&str] = &["--add-cloudsql-instances", "--set-cloudsql-instances"];

/// Flags that nothing stands for: the beginning of the command's name, the flags, what to do.
const INSTEAD: &[(&str, &[&str], &str)] = &[
    (
        "builds submit",
        &["--build-arg", "--build-args"],
        "name a build file with `--config`, and give its `docker build` the argument there",
    ),
    (
        "builds submit",
        &["-f", "--file", "--dockerfile"],
        "name a build file with `--config`, and the Dockerfile in its `docker build`",
    ),
    ("builds submit", &["--logging"], "set `options.logging` in the build file"),
    ("builds submit", &["--platform"], "give `docker build` the platform in a build file"),
    (
        "run jobs",
        &[
            "--allow-unauthenticated",
            "--no-allow-unauthenticated",
            "--port",
            "--concurrency",
            "--min-instances",
            "--max-instances",
            "--ingress",
            "--no-traffic",
            "--tag",
        ],
        "leave it out: only services have it, and a job takes no requests",
    ),
    ("run", &["--platform"], "leave it out: it runs on Cloud Run in any case"),
];

impl Project {
    /// The flags that a command surely does not take, and of which nobody says that it does by now.
    pub fn unknown_flags<'a>(
        &self,
        command: &'a GcloudCommand,
    ) -> impl Iterator<Item = UnknownFlag<'a>> {
        command.unknown_flags().into_iter().filter(|flag| {
            let written = self.sources.text(flag.name.at);
            // A value that is empty by default may leave a `-` in front of what is no flag.
            let is_written = written.trim_start_matches(['"', '\'']).starts_with('-');
            let is_allowed = self.policy.extra_flags.contains(&flag.name.value.to_string());
            !is_allowed && (is_written || flag.name.via.is_empty())
        })
    }
}

impl GcloudCommand {
    /// The flags that the command surely does not take. None if the command is not known.
    pub fn unknown_flags(&self) -> Vec<UnknownFlag<'_>> {
        let name = self.name();
        let Some(syntax) = table::syntax(&name) else { return Vec::new() };
        let mut unknown = Vec::new();
        let mut misses_value = false;
        for flag in &self.flags {
            let Some(written) = flag.name.known() else { continue };
            let Some(text) = written.value.literal() else { continue };
            if let Some(parameter) = syntax.flag(text) {
                misses_value = parameter.takes.needs_word() && flag.value.is_unset();
                continue;
            }
            // It was meant as the value of the flag before.
            if std::mem::take(&mut misses_value) {
                continue;
            }
            let fits =
                |prefix: &str, from: &[&str]| name.starts_with(prefix) && from.contains(&text);
            let instead = INSTEAD.iter().find(|(prefix, from, _)| fits(prefix, from));
            let slips = SLIPS.iter().filter(|(prefix, from, _)| fits(prefix, &[from]));
            let slip = slips.flat_map(|(.., to)| *to).find(|to| syntax.flag(to).is_some());
            let near = || {
                let names = syntax.names();
                let near = nearest(text, names.iter().map(String::as_str));
                near.or_else(|| part(text, &names)).map(str::to_owned)
            };
            unknown.push(UnknownFlag {
                name: written,
                meant: match instead {
                    Some(_) => None,
                    None => slip.map(|slip| (*slip).to_owned()).or_else(near),
                },
                instead: instead.map(|(.., instead)| *instead),
            });
        }
        unknown
    }
}

/// The only flag that goes on as a text begins, or ends as it does: `--execute-now` for
/// `--execute`, `--cpu-boost` for `--startup-cpu-boost`.
fn part<'n>(text: &str, names: &'n [String]) -> Option<&'n str> {
    const LEAST: usize = 6;
    let plain = |name: &str| name.trim_start_matches('-').to_owned();
    let text = plain(text);
    let is_part = |name: &&String| {
        let name = plain(name);
        let goes_on = name.strip_prefix(&text).is_some_and(|rest| rest.starts_with('-'));
        let ends = text.strip_suffix(&name).is_some_and(|rest| rest.ends_with('-'));
        (goes_on && text.len() >= LEAST) || (ends && name.len() >= LEAST)
    };
    let mut found = names.iter().filter(is_part);
    found.next().filter(|_| found.next().is_none()).map(String::as_str)
}
