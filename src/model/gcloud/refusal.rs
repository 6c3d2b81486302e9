//! Values and combinations of flags that gcloud refuses before it asks anybody.

use super::table::{self, Group, Member, Parameter, Syntax, Takes};
use super::word::bare;
use super::{Flag, GcloudCommand};
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::{Piece, Sourced, Text};

/// Something that gcloud refuses.
#[derive(Debug)]
pub struct Refused {
    /// Where it stands, and by which steps it was read.
    pub at: Sourced<()>,
    /// Another place that takes part.
    pub against: Option<Span>,
    /// What is wrong, complete.
    pub message: String,
    /// A phrase beside the place.
    pub label: &'static str,
    /// What to do.
    pub help: String,
    /// Whether a later version of gcloud may take it.
    pub may_be_newer: bool,
}

/// Flags whose choices are told apart by case. Source: gcloud 528.0.0, asked 2026-11; others take
/// `E2_HIGHCPU_8` for `e2-highcpu-8`.
const STRICT: &[&str] = &["--execution-environment", "--ingress", "--platform", "--vpc-egress"];

/// Flags of a container of Cloud Run, without dashes.
const CONTAINER: &[&str] = &[
    "add-volume-mount",
    "args",
    "automatic-updates",
    "base-image",
    "build-env-vars-file",
    "build-service-account",
    "build-worker-pool",
    "clear-base-image",
    "clear-build-env-vars",
    "clear-build-service-account",
    "clear-build-worker-pool",
    "clear-env-vars",
    "clear-secrets",
    "clear-volume-mounts",
    "command",
    "container",
    "cpu",
    "depends-on",
    "env-vars-file",
    "function",
    "gpu",
    "image",
    "liveness-probe",
    "memory",
    "port",
    "readiness-probe",
    "remove-build-env-vars",
    "remove-env-vars",
    "remove-secrets",
    "remove-volume-mount",
    "set-build-env-vars",
    "set-env-vars",
    "set-secrets",
    "source",
    "startup-probe",
    "update-build-env-vars",
    "update-env-vars",
    "update-secrets",
    "use-http2",
];

/// Times of a duration and of an ISO 8601 one, `PT1H`.
const UNITS: &[char] = &['s', 'm', 'h', 'd'];

impl GcloudCommand {
    /// What gcloud surely refuses of the flags that it knows.
    pub fn refused(&self) -> Vec<Refused> {
        let Some(syntax) = table::syntax(&self.name()) else { return Vec::new() };
        let mut all = Vec::new();
        for flag in &self.flags {
            let Some(name) = flag.name.known() else { continue };
            let Some(parameter) = name.value.literal().and_then(|name| syntax.flag(name)) else {
                continue;
            };
            all.extend(self.refused_value(name, flag, parameter));
        }
        // A flag of which nothing is known could be any of a group.
        let all_known = self.flags.iter().all(|flag| flag.name.known().is_some());
        if all_known && self.track.unwrap_or("ga") == syntax.track {
            let names = self.flags.iter().filter_map(|flag| {
                let written = flag.name.known()?;
                Some((syntax.flag(written.value.literal()?)?.name, written))
            });
            let given = Given { command: self, syntax, names: names.collect() };
            for group in &syntax.groups {
                given.check(group, true, &mut all);
            }
        }
        all.extend(self.refused_by_run());
        all.extend(self.refused_by_builds());
        all.extend(self.refused_volumes());
        all.extend(self.lacking_flag());
        all.extend(self.misplaced());
        all
    }

    fn refused_value(
        &self,
        name: &Sourced<Text>,
        flag: &Flag,
        parameter: &Parameter,
    ) -> Option<Refused> {
        let written = name.value.literal()?;
        let value = match (&parameter.takes, flag.value.known()) {
            (Takes::Nothing { .. }, Some(value)) if flag.joined => {
                let truth = value.value.literal().unwrap_or_default().to_ascii_lowercase();
                let other = match written.strip_prefix("--no-") {
                    Some(name) => format!("--{name}"),
                    None => format!("--no-{}", written.trim_start_matches('-')),
                };
                let meant = if matches!(&*truth, "false" | "no" | "0") { &other } else { written };
                return Some(refused(
                    name,
                    format!("`{written}` takes no value, and has `={}`", value.value),
                    "is a switch",
                    format!("write `{meant}` alone"),
                ));
            }
            (Takes::Nothing { .. } | Takes::Perhaps | Takes::Several, _) => return None,
            (_, None) if flag.value.is_unset() && self.is_whole => {
                return Some(refused(
                    name,
                    format!("`{written}` needs a value, and has none"),
                    "no value follows",
                    format!(
                        "give it a value; one that begins with `-` is written `{written}=-...`"
                    ),
                ));
            }
            (_, value) => value?,
        };
        let place = Sourced { value: value.value.clone(), at: value.at, via: value.via.clone() };
        match &parameter.takes {
            Takes::OneOf(choices) => {
                // Some are read without regard to case.
                let is_strict = STRICT.contains(&written);
                let plain = |word: &str| match is_strict {
                    true => word.to_owned(),
                    false => word.to_ascii_lowercase().replace('_', "-"),
                };
                let text = value.value.literal()?;
                if choices.iter().any(|choice| plain(choice) == plain(text)) {
                    return None;
                }
                let meant = nearest(text, choices.iter().copied());
                let choices: Vec<String> = choices.iter().map(|c| format!("`{c}`")).collect();
                let message =
                    format!("`{written}` is `{text}`, but must be one of {}", choices.join(", "));
                let help = meant.map(|meant| format!("did you mean `{meant}`?"));
                let refused = refused(&place, message, "is none of them", help.unwrap_or_default());
                Some(Refused { may_be_newer: meant.is_none(), ..refused })
            }
            Takes::Number(least, most) => {
                let text = value.value.literal()?;
                let number = text.trim().parse::<i64>().ok();
                let fits = |number: i64| {
                    least.is_none_or(|least| number >= least) && most.is_none_or(|m| number <= m)
                };
                let message = match (number, least, most) {
                    (Some(number), ..) if fits(number) => return None,
                    (Some(_), Some(least), None) => {
                        format!("`{written}` is {text}, but must be at least {least}")
                    }
                    (Some(_), Some(least), Some(most)) => {
                        format!("`{written}` is {text}, but must be from {least} to {most}")
                    }
                    (Some(_), None, most) => {
                        format!("`{written}` is {text}, but must be at most {}", most.unwrap_or(0))
                    }
                    (None, ..) => format!("`{written}` is `{text}`, but must be a whole number"),
                };
                Some(refused(&place, message, "is refused", "give a number that fits".to_owned()))
            }
            Takes::Duration => {
                let text = value.value.literal().filter(|text| !is_duration(text))?;
                let message = format!("`{written}` is `{text}`, but must be a duration");
                let help = "write seconds, or units: `90s`, `10m`, `1h30m`".to_owned();
                Some(refused(&place, message, "is no duration", help))
            }
            Takes::Settings(names) => {
                let Some(item) = unset(&value.value) else {
                    return unnamed(written, value, names).or_else(|| blank(written, value));
                };
                let item = item.trim().lines().next().unwrap_or_default().to_owned();
                let message = format!(
                    "`{written}` has `{item}` between its commas, which is no `NAME=value`"
                );
                let help = "where a value holds a comma, name another separator first: \
                            `^;^A=1,2;B=3`";
                Some(refused(&place, message, "is a list of settings", help.to_owned()))
            }
            Takes::Nothing { .. } | Takes::Perhaps | Takes::Several | Takes::Word => None,
        }
    }

    /// A flag on the wrong side of `--container`: behind it stand those of the container, and
    /// only those. Source: googlecloudsdk/command_lib/run/container_parser.py of 528.0.0.
    fn misplaced(&self) -> Option<Refused> {
        if !self.is_whole || !self.name().starts_with("run ") {
            return None;
        }
        let is_container = |flag: &Flag| flag.name.literal_text() == Some("--container");
        let first = self.flags.iter().position(is_container)?;
        let of_container = |name: &str| {
            CONTAINER.contains(&name.trim_start_matches("--no-").trim_start_matches("--"))
        };
        for (i, flag) in self.flags.iter().enumerate() {
            let at = flag.name.known()?;
            let Some(text) = at.value.literal().filter(|text| *text != "--container") else {
                continue;
            };
            let (message, help) = match (i < first, of_container(text)) {
                (true, true) => (
                    format!("`{text}` stands before `--container`, but is a flag of a container"),
                    format!("write `{text}` behind the container that it is for"),
                ),
                (false, false) => (
                    format!("`{text}` stands behind `--container`, but is no flag of a container"),
                    format!("write `{text}` before the first `--container`"),
                ),
                _ => continue,
            };
            let against = self.flags.get(first).and_then(|flag| flag.name.at());
            let refused = refused(at, message, "stands on the wrong side", help);
            return Some(Refused { against, ..refused });
        }
        None
    }
}

pub(super) fn refused(
    at: &Sourced<Text>,
    message: String,
    label: &'static str,
    help: String,
) -> Refused {
    let at = Sourced { value: (), at: at.at, via: at.via.clone() };
    Refused { at, against: None, message, label, help, may_be_newer: false }
}

/// The first item of `A=1,B=2` that surely is no setting. A hole may hold commas, but what
/// stands between two written ones is an item.
fn unset(list: &Text) -> Option<String> {
    matches!(list.pieces().first()?, Piece::Literal(_)).then_some(())?;
    let items = items(list)?;
    let literal = items.iter().filter_map(Text::literal);
    literal
        .map(str::to_owned)
        .find(|item| !item.is_empty() && item.find('=').is_none_or(|at| at == 0))
}

/// A setting whose name is none of those that a flag takes.
fn unnamed(flag: &str, value: &Sourced<Text>, names: &[&str]) -> Option<Refused> {
    let names = Some(names).filter(|names| !names.is_empty())?;
    let items = items(&value.value)?;
    let given =
        items.iter().filter_map(|item| item.split('=').first()?.literal().map(str::to_owned));
    let name =
        given.into_iter().find(|name| !name.is_empty() && !names.contains(&name.as_str()))?;
    let meant = nearest(&name, names.iter().copied());
    let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{flag}` has no setting `{name}`, but only {}", list.join(", "));
    let help = meant.map(|meant| format!("did you mean `{meant}`?"));
    let refused = refused(value, message, "has another name", help.unwrap_or_default());
    Some(Refused { may_be_newer: meant.is_none(), ..refused })
}

/// A variable whose name begins with a blank: gcloud keeps it, and the program looks for the name
/// without. Source: googlecloudsdk/calliope/arg_parsers.py of 528.0.0.
fn blank(flag: &str, value: &Sourced<Text>) -> Option<Refused> {
    let is_of_variables = matches!(flag, "--set-env-vars" | "--update-env-vars");
    let items = items(&value.value).filter(|_| is_of_variables)?;
    let is_name = |name: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name.chars().all(fits)
    };
    let name = items.iter().find_map(|item| {
        let parts = item.split('=');
        let name = parts.first().filter(|_| parts.len() > 1)?.literal()?.to_owned();
        (name.starts_with(char::is_whitespace) && is_name(name.trim())).then_some(name)
    })?;
    let message = format!("in `{flag}` the name of `{}` begins with a blank", name.trim());
    let help = "leave out what stands between the comma and the name".to_owned();
    let refused = refused(value, message, "gcloud keeps the blank", help);
    // Nothing refuses it.
    Some(Refused { may_be_newer: true, ..refused })
}

/// The items of a list, with the separator that `^;^` at its start names.
pub(super) fn items(list: &Text) -> Option<Vec<Text>> {
    let first = match list.pieces().first()? {
        Piece::Literal(text) => text,
        Piece::Hole(_) => return Some(list.split(',')),
    };
    let separator = match first.strip_prefix('^').and_then(|rest| rest.split_once('^')) {
        Some((separator, _)) if separator.chars().count() == 1 => separator.chars().next()?,
        Some(_) => return None,
        None => return Some(list.split(',')),
    };
    // The separator itself cut the first item in two, behind its first `^`.
    let mut items = list.split(separator).split_off(1);
    if let Some(first) = items.first_mut() {
        *first = without_caret(first);
    }
    Some(items)
}

/// A text without the `^` at its start.
fn without_caret(text: &Text) -> Text {
    let mut out = Text::default();
    for (i, piece) in text.pieces().iter().enumerate() {
        match piece {
            Piece::Literal(text) if i == 0 => out.push_str(text.strip_prefix('^').unwrap_or(text)),
            piece => out.push(piece.clone()),
        }
    }
    out
}

/// Whether gcloud reads a duration: a number, numbers with units, or ISO 8601.
fn is_duration(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches(['+', '-']);
    if text.starts_with('p') || text.is_empty() {
        return true;
    }
    let units = text.replace("ms", "s").replace("us", "s").replace("ns", "s");
    let mut numbers = units.split_inclusive(UNITS).peekable();
    numbers.all(|part| {
        let number = part.trim_end_matches(UNITS);
        number.parse::<f64>().is_ok()
    })
}

/// What a command gives, for the groups.
struct Given<'a> {
    command: &'a GcloudCommand,
    syntax: &'a Syntax,
    /// The flags that are given, by the names that groups call them by.
    names: Vec<(&'static str, &'a Sourced<Text>)>,
}

impl Given<'_> {
    /// Checks a group as `validate_specified_args` of calliope does; says whether any of it is
    /// given. `needed`: whether all groups around it are.
    fn check(&self, group: &Group, needed: bool, all: &mut Vec<Refused>) -> bool {
        let mut given: Vec<(String, Sourced<()>)> = Vec::new();
        let mut lacking: Vec<&str> = Vec::new();
        let needed = needed && group.needed;
        for member in &group.members {
            match member {
                Member::Argument(name, is_needed) => match self.argument(name) {
                    Some(at) => given.push(((*name).to_owned(), at)),
                    None if *is_needed && name.starts_with('-') => lacking.push(name),
                    None => {}
                },
                Member::Group(inner) => {
                    let before = all.len();
                    if self.check(inner, needed, all) && all.len() == before {
                        given.extend(self.first(inner));
                    }
                }
            }
        }
        let is_closed = self.command.is_whole && self.command.knows_flags(self.syntax);
        if let (Some(flag), true) = (lacking.first(), is_closed && (needed || !given.is_empty())) {
            let message = format!("`{}` needs `{flag}`", self.command.title());
            let help = format!("add `{flag}`");
            all.push(refused(&self.command.place(), message, "lacks a flag", help));
        }
        if let (true, [first, second, ..]) = (group.exclusive, &given[..]) {
            let message = format!("`{}` and `{}` exclude each other", first.0, second.0);
            let at = map(&second.1);
            let refused = refused(&at, message, "only one of them may be given", String::new());
            let help = format!("leave out `{}` or `{}`", first.0, second.0);
            all.push(Refused { against: Some(first.1.at), help, ..refused });
        }
        !given.is_empty()
    }

    fn first(&self, group: &Group) -> Option<(String, Sourced<()>)> {
        group.members.iter().find_map(|member| match member {
            Member::Argument(name, _) => Some(((*name).to_owned(), self.argument(name)?)),
            Member::Group(inner) => self.first(inner),
        })
    }

    /// Where an argument is given: a flag by any of its names, or a positional word.
    fn argument(&self, name: &str) -> Option<Sourced<()>> {
        if name.starts_with('-') {
            let mut given = self.names.iter().filter(|(other, _)| *other == name);
            let (_, written) = given.next()?;
            return Some(Sourced { value: (), at: written.at, via: written.via.clone() });
        }
        let i = self.syntax.positionals.iter().position(|other| bare(other) == name)?;
        let word = self.command.positionals().get(i)?;
        let is_sure = matches!(word.value.pieces().first(), Some(Piece::Literal(_)));
        is_sure.then(|| Sourced { value: (), at: word.at, via: word.via.clone() })
    }
}

fn map(at: &Sourced<()>) -> Sourced<Text> {
    Sourced { value: Text::default(), at: at.at, via: at.via.clone() }
}
