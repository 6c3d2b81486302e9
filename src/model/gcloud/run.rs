//! Values that Cloud Run refuses, or gcloud before it.
//!
//! Source: googlecloudsdk/command_lib/run, `flags.py`, `secrets_mapping.py` and `config_changes.py`
//! of 528.0.0, read 2026-11; cloud.google.com/run/docs/configuring, services, memory-limits and
//! cpu, read 2026-08.

use super::GcloudCommand;
use super::refusal::{Refused, items, refused};
use super::submit::capital;
use crate::value::{Sourced, Text};

/// Numbers of processors above one.
const PROCESSORS: &[u32] = &[1, 2, 4, 6, 8];

/// Characters of the name of a service or job.
const NAME: usize = 63;

impl GcloudCommand {
    /// What of the values of a command of Cloud Run is refused.
    pub(super) fn refused_by_run(&self) -> Vec<Refused> {
        let mut all = Vec::new();
        let is_of_functions = self.name() == "functions deploy";
        let is_managed = self.flag("--platform").is_none_or(|flag| {
            flag.value.known().and_then(|value| value.value.literal()) == Some("managed")
        });
        if is_of_functions || (is_managed && self.name().starts_with("run ")) {
            for flag in ["--set-secrets", "--update-secrets"] {
                all.extend(self.value(flag).and_then(|value| secret(flag, value, is_of_functions)));
            }
        }
        if !self.name().starts_with("run ") {
            return all;
        }
        all.extend(self.value("--image").and_then(|image| capital("--image", image)));
        all.extend(self.literal("--port").and_then(port));
        all.extend(self.literal("--memory").and_then(memory));
        all.extend(self.literal("--cpu").and_then(processors));
        all.extend(self.literal("--concurrency").and_then(concurrency));
        for flag in ["--min", "--max", "--min-instances", "--max-instances"] {
            all.extend(self.literal(flag).and_then(|given| instances(flag, given)));
        }
        all.extend(self.instances_out_of_range());
        for flag in ["--timeout", "--task-timeout"] {
            all.extend(self.literal(flag).and_then(|given| no_time(flag, given)));
        }
        for flag in ["--remove-env-vars", "--remove-build-env-vars"] {
            all.extend(self.value(flag).and_then(|value| removed(flag, value)));
        }
        for flag in ["--to-revisions", "--to-tags"] {
            all.extend(self.value(flag).and_then(|value| percentage(flag, value)));
        }
        for flag in ["--startup-probe", "--liveness-probe", "--readiness-probe"] {
            all.extend(self.value(flag).and_then(|value| probe(flag, value)));
        }
        all.extend(self.odd_name());
        all
    }

    pub(super) fn value(&self, flag: &str) -> Option<&Sourced<Text>> {
        self.flag(flag)?.value.known()
    }

    /// A value of which all is known, with its text.
    pub(super) fn literal(&self, flag: &str) -> Option<(&Sourced<Text>, &str)> {
        let value = self.value(flag)?;
        Some((value, value.value.literal()?))
    }

    /// More instances that are kept than may run.
    fn instances_out_of_range(&self) -> Option<Refused> {
        let number = |flag| {
            let (value, text) = self.literal(flag)?;
            Some((value, text.parse::<u64>().ok()?))
        };
        let (least, most) = (number("--min-instances")?, number("--max-instances")?);
        if least.1 <= most.1 {
            return None;
        }
        let message =
            format!("`--min-instances` is {}, but `--max-instances` is {}", least.1, most.1);
        let help = "let at least as many instances run as are kept".to_owned();
        let refused = refused(least.0, message, "more instances are kept than may run", help);
        Some(Refused { against: Some(most.0.at), ..refused })
    }

    /// A service or job whose name gcloud refuses.
    fn odd_name(&self) -> Option<Refused> {
        if !matches!(&*self.name(), "run deploy" | "run jobs deploy" | "run jobs create") {
            return None;
        }
        let name = self.positionals().first()?;
        let text = name.value.literal()?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = text.len() <= NAME
            && text.chars().all(fits)
            && !text.starts_with('-')
            && !text.ends_with('-');
        // A part in capitals tells what to write in its place: `REPLACE_ME-dev`.
        let is_capital = |c: char| c.is_ascii_uppercase() || c == '_';
        let is_sample = text.split('-').any(|part| part.len() > 2 && part.chars().all(is_capital));
        // What begins with a path is taken apart.
        (!is_name && !is_sample && !text.is_empty() && !text.contains('/')).then(|| {
            let message = format!("`{text}` is no name of a service or job");
            let help =
                format!("use up to {NAME} small letters, digits and `-`, and no `-` at an end");
            refused(name, message, "is refused", help)
        })
    }
}

fn port((port, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let is_port = text.parse::<u32>().is_ok_and(|port| (1..=65_535).contains(&port));
    (!is_port && text != "default").then(|| {
        let message = format!("`--port` is `{text}`, but must be from 1 to 65535, or `default`");
        refused(port, message, "is no port", "give the port of the container".to_owned())
    })
}

/// A number of bytes that is too small, or a unit that is none.
fn memory((memory, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    if let Ok(bytes) = text.parse::<u64>() {
        return (bytes < 128 << 20).then(|| {
            let message = format!(
                "`--memory` is {bytes} bytes, but Cloud Run gives a container at least 128Mi"
            );
            refused(memory, message, "has no unit", format!("write the unit: `{bytes}Mi`"))
        });
    }
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let is_unit = matches!(unit, "k" | "M" | "G" | "Ki" | "Mi" | "Gi" | "m" | "e" | "E");
    (number.parse::<f64>().is_ok() && !unit.is_empty() && !is_unit).then(|| {
        let first = unit.chars().next().map_or('M', |c| c.to_ascii_uppercase());
        let meant = if matches!(first, 'K' | 'M' | 'G') { first } else { 'M' };
        let message = format!("`--memory` is `{text}`, but `{unit}` is no unit of memory");
        let help =
            format!("write `{number}{meant}i`; the units are `Ki`, `Mi`, `Gi`, `k`, `M`, `G`");
        refused(memory, message, "has another unit", help)
    })
}

fn processors((given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let number = match text.strip_suffix('m') {
        Some(thousandths) => thousandths.parse::<f64>().ok()? / 1_000.0,
        None => text.parse::<f64>().ok()?,
    };
    let is_offered = PROCESSORS.iter().any(|offered| f64::from(*offered) == number);
    (number >= 1.0 && !is_offered).then(|| {
        let message =
            format!("`--cpu` is `{text}`, but must be less than 1, or one of 1, 2, 4, 6 and 8");
        let refused = refused(given, message, "is none of them", String::new());
        Refused { may_be_newer: number > 8.0, ..refused }
    })
}

fn concurrency((given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let is_number = text.trim().parse::<u64>().is_ok_and(|number| number > 0);
    (!is_number && text != "default").then(|| {
        let message = format!("`--concurrency` is `{text}`, but must be at least 1, or `default`");
        refused(given, message, "is refused", "give a number of requests".to_owned())
    })
}

fn instances(flag: &str, (given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let is_number = text.trim().parse::<u64>().is_ok();
    (!is_number && text != "default" && !text.is_empty()).then(|| {
        let message = format!("`{flag}` is `{text}`, but must be a whole number, or `default`");
        refused(given, message, "is refused", "give a number of instances".to_owned())
    })
}

fn no_time(flag: &str, (given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    matches!(text, "0" | "0s" | "0m" | "0h").then(|| {
        let message = format!("`{flag}` is `{text}`, but must be at least 1s");
        refused(given, message, "is too short", "give a time: `300s`, `10m`".to_owned())
    })
}

/// A variable that is removed with its value.
fn removed(flag: &str, value: &Sourced<Text>) -> Option<Refused> {
    let items = items(&value.value)?;
    let item = items.iter().find_map(|item| item.literal().filter(|item| item.contains('=')))?;
    let name = item.split('=').next().unwrap_or_default();
    let message = format!("`{flag}` has `{item}`, but takes names alone");
    Some(refused(value, message, "is no name", format!("write `{name}`")))
}

/// A share of the traffic that is none.
fn percentage(flag: &str, value: &Sourced<Text>) -> Option<Refused> {
    let items = items(&value.value)?;
    let literal = items.iter().filter_map(Text::literal);
    let odd = literal.filter_map(|item| Some(item.split_once('=')?.1));
    let odd = odd.into_iter().find(|share| !share.parse::<u8>().is_ok_and(|share| share <= 100))?;
    let message = format!("`{flag}` gives `{odd}` percent, but must give from 0 to 100");
    Some(refused(value, message, "is no percentage", "give a whole number".to_owned()))
}

/// A setting of a probe that must be a number.
fn probe(flag: &str, value: &Sourced<Text>) -> Option<Refused> {
    let items = items(&value.value)?;
    let mut settings = items.iter().filter_map(|item| item.literal()?.split_once('='));
    let is_number = |name: &str| {
        name.ends_with("Seconds") || name.ends_with(".port") || name.ends_with("Threshold")
    };
    let (name, odd) = settings.find(|(name, value)| {
        is_number(name) && !value.is_empty() && value.parse::<i64>().is_err()
    })?;
    let message = format!("`{name}` of `{flag}` is `{odd}`, but must be a whole number");
    let digits: String = odd.chars().take_while(char::is_ascii_digit).collect();
    let help = match digits.as_str() {
        "" => "give a number".to_owned(),
        digits => format!("write `{name}={digits}`"),
    };
    Some(refused(value, message, "is no number", help))
}

/// A secret that is not called as gcloud takes it: `NAME:VERSION`, or one of another project by
/// that project's number, for functions by its name as well.
fn secret(flag: &str, value: &Sourced<Text>, by_name: bool) -> Option<Refused> {
    let items = items(&value.value)?;
    let mut secrets = items.iter().filter_map(|item| item.literal()?.split_once('='));
    let (name, path) = secrets.find(|(_, path)| !is_secret(path, by_name))?;
    let in_project = path.strip_prefix("projects/").and_then(|rest| rest.split_once('/'));
    let (message, help) = match (in_project, path.split(':').count()) {
        (Some((project, rest)), _) if !by_name && !is_number(project) => (
            format!("`{flag}` names project `{project}`, but takes only the number of a project"),
            format!("write `{name}=projects/NUMBER/{rest}`"),
        ),
        (None, 1) if is_word(path) => (
            format!("`{flag}` gives `{name}` secret `{path}` without a version"),
            format!("write `{name}={path}:latest`, or the number of a version"),
        ),
        _ => (
            format!("`{flag}` gives `{name}` secret `{path}`, which is no `SECRET:VERSION`"),
            "write `SECRET:VERSION`; names have letters, digits, `_` and `-`".to_owned(),
        ),
    };
    Some(refused(value, message, "is refused", help))
}

fn is_secret(path: &str, by_name: bool) -> bool {
    if let Some((project, rest)) = path.strip_prefix("projects/").and_then(|r| r.split_once('/')) {
        let name = rest.strip_prefix("secrets/").unwrap_or_default();
        let name = name.split_once("/versions/").map_or(name, |(name, _)| name);
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        return (by_name || is_number(project)) && is_word(name);
    }
    let mut parts = path.split(':');
    let is_named = parts.next().is_some_and(is_word);
    is_named && parts.next().is_some() && parts.next().is_none()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 19 && text.chars().all(|c| c.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=255).contains(&text.len()) && text.chars().all(fits)
}
