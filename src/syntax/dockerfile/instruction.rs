//! One instruction: its keyword, its flags and its arguments.

use super::heredoc;
use super::joined::Joined;
use super::json::{self, Array};
use super::lines::is_blank;
use super::{Command, Declaration, Flag, Instruction, Kind, Pair, Source, Transfer};
use super::{flags, refusal, words};
use crate::nearest::nearest;
use crate::source::{Excerpt, INSTRUCTIONS, Span};
use crate::syntax::SyntaxError;
use std::ops::Range;

/// How deep `ONBUILD` may be nested before it is not read; once is all that is valid.
const DEEPEST: usize = 8;

/// Reads the instruction at a range of places. Its heredocs are still to come.
pub(super) fn read(
    line: &Joined<'_>,
    range: Range<usize>,
    escape: char,
    errors: &mut Vec<SyntaxError>,
) -> Instruction {
    Reader { line, escape, errors, depth: 0 }.instruction(range)
}

/// Finds the heredocs among the sources of `COPY` and `ADD`, which are known by name: of two
/// with the same name the last counts.
pub(super) fn resolve_heredocs(instruction: &mut Instruction) {
    let Instruction { kind, heredocs, .. } = instruction;
    let kind = match kind {
        Kind::Onbuild(inner) => &mut inner.kind,
        kind => kind,
    };
    let (Kind::Copy(transfer) | Kind::Add(transfer)) = kind else { return };
    for source in &mut transfer.sources {
        if let Source::Path(path) = source
            && let Some(opener) = heredoc::opener(&path.text, path.at)
            && let Some(index) = heredocs.iter().rposition(|h| h.name == opener.name)
        {
            *source = Source::Heredoc(index);
        }
    }
}

struct Reader<'r, 'a> {
    line: &'r Joined<'a>,
    escape: char,
    errors: &'r mut Vec<SyntaxError>,
    depth: usize,
}

impl Reader<'_, '_> {
    fn instruction(&mut self, range: Range<usize>) -> Instruction {
        let text = self.line.text();
        let range = trim(text, range);
        let written = &text[range.clone()];
        let end = range.start + written.find(is_blank).unwrap_or(written.len());
        let (flags, start) = flags::extract(self.line, end..range.end, self.escape);
        let arguments = trim(text, start.min(range.end)..range.end);
        let keyword = self.line.span(range.start..end);
        let kind = self.kind(range.start..end, keyword, &flags, arguments.clone());
        let kind = kind.unwrap_or_else(|| Kind::Unknown(self.line.excerpt(arguments)));
        let at = self.line.span(range);
        let read = Instruction { at, keyword, flags, kind, heredocs: Vec::new() };
        refusal::check(&read, self.escape, self.errors);
        read
    }

    /// The arguments of an instruction; nothing if they are wrong, which is reported.
    fn kind(
        &mut self,
        written: Range<usize>,
        keyword: Span,
        flags: &[Flag],
        arguments: Range<usize>,
    ) -> Option<Kind> {
        let written = &self.line.text()[written];
        let mut known = INSTRUCTIONS.iter().copied();
        let Some(name) = known.find(|name| name.eq_ignore_ascii_case(written)) else {
            let near = nearest(&written.to_ascii_uppercase(), INSTRUCTIONS);
            let hint = near.map_or(String::new(), |near| format!(": did you mean `{near}`"));
            return self.fail(keyword, format!("unknown instruction `{written}`{hint}"));
        };
        let is_none = name == "HEALTHCHECK" && self.is_none(arguments.clone());
        if !flags.is_empty() && !is_none {
            flags::check(&name.to_ascii_lowercase(), flags, self.errors);
        }
        let needs_argument = !matches!(name, "RUN" | "CMD" | "ENTRYPOINT");
        if needs_argument && arguments.is_empty() {
            return self.fail(keyword, format!("`{name}` has no argument"));
        }
        Some(match name {
            "FROM" => self.from(arguments)?,
            "RUN" => Kind::Run(self.command(name, arguments)?),
            "CMD" => Kind::Cmd(self.command(name, arguments)?),
            "ENTRYPOINT" => Kind::Entrypoint(self.command(name, arguments)?),
            "COPY" => Kind::Copy(self.transfer(name, arguments)?),
            "ADD" => Kind::Add(self.transfer(name, arguments)?),
            "ENV" => Kind::Env(self.pairs(name, arguments)?),
            "LABEL" => Kind::Label(self.pairs(name, arguments)?),
            "ARG" => Kind::Arg(self.declarations(arguments)?),
            "WORKDIR" => Kind::Workdir(self.line.excerpt(arguments)),
            "USER" => Kind::User(self.line.excerpt(arguments)),
            "STOPSIGNAL" => Kind::StopSignal(self.line.excerpt(arguments)),
            "MAINTAINER" => Kind::Maintainer(self.line.excerpt(arguments)),
            "EXPOSE" => Kind::Expose(self.plain_words(arguments)),
            "VOLUME" => Kind::Volume(self.volumes(name, arguments)?),
            "HEALTHCHECK" => self.health_check(flags, arguments)?,
            "SHELL" => Kind::Shell(self.shell(name, arguments)?),
            _ => self.onbuild(arguments)?,
        })
    }

    fn from(&mut self, arguments: Range<usize>) -> Option<Kind> {
        let words = words::plain(self.line.text(), arguments.clone());
        let text = self.line.text();
        let (image, name) = match &words[..] {
            [image] => (image, None),
            [image, r#as, name] if text[r#as.clone()].eq_ignore_ascii_case("as") => {
                (image, Some(name))
            }
            words => {
                let count = words.len();
                let message = format!(
                    "`FROM` has {count} arguments, where `FROM image` or `FROM image AS name` \
                     is expected"
                );
                return self.fail(self.line.span(arguments), message);
            }
        };
        if let Some(name) = name
            && !is_stage_name(&text[name.clone()])
        {
            let message = format!(
                "`{}` is no name of a stage, which starts with a letter and holds letters, \
                 digits, `-`, `_` and `.`",
                &text[name.clone()]
            );
            // The stage is there all the same.
            let _: Option<()> = self.fail(self.line.span(name.clone()), message);
        }
        let name = name.map(|name| self.line.excerpt(name.clone()));
        Some(Kind::From { image: self.line.excerpt(image.clone()), name })
    }

    /// A JSON array, or all of the arguments for the shell.
    fn command(&mut self, name: &str, arguments: Range<usize>) -> Option<Command> {
        Some(match self.array(name, arguments.clone())? {
            Some(strings) => Command::Exec(strings),
            None => Command::Shell(self.line.excerpt(arguments)),
        })
    }

    /// The strings of a JSON array, or nothing for the shell form.
    fn array(&mut self, name: &str, arguments: Range<usize>) -> Option<Option<Vec<Excerpt>>> {
        match json::array(self.line.text(), arguments) {
            Array::Absent => Some(None),
            Array::Strings(strings) => {
                Some(Some(strings.into_iter().map(|at| json::string(self.line, at)).collect()))
            }
            Array::Mixed(at) => {
                let other = &self.line.text()[at.clone()];
                let message =
                    format!("the array of `{name}` holds `{other}`, where a string is expected");
                self.fail(self.line.span(at), message)
            }
        }
    }

    fn transfer(&mut self, name: &str, arguments: Range<usize>) -> Option<Transfer> {
        let strings = self.array(name, arguments.clone())?;
        let json = strings.is_some();
        let mut paths = strings.unwrap_or_else(|| self.plain_words(arguments.clone()));
        let destination = match paths.pop() {
            Some(destination) if !paths.is_empty() => destination,
            _ => {
                let message = format!(
                    "`{name}` has one argument, where a source and a destination are expected"
                );
                return self.fail(self.line.span(arguments), message);
            }
        };
        if heredoc::opener(&destination.text, destination.at).is_some() {
            let message = format!("the destination of `{name}` is a heredoc");
            return self.fail(destination.at, message);
        }
        let sources = paths.into_iter().map(Source::Path).collect();
        Some(Transfer { sources, destination, json })
    }

    /// `KEY=value ...`, or `KEY value` in the legacy form.
    fn pairs(&mut self, name: &str, arguments: Range<usize>) -> Option<Vec<Pair>> {
        let text = self.line.text();
        let words = words::quoted(text, arguments.clone(), self.escape);
        if !words.first().is_some_and(|word| text[word.clone()].contains('=')) {
            return self.legacy_pair(name, arguments).map(|pair| vec![pair]);
        }
        let mut pairs = Vec::new();
        for word in words {
            let Some(equals) = text[word.clone()].find('=') else {
                let message = format!("`{}` is not `name=value`", &text[word.clone()]);
                return self.fail(self.line.span(word), message);
            };
            if equals == 0 {
                return self.fail(self.line.span(word), format!("`{name}` has an empty name"));
            }
            pairs.push(Pair {
                key: self.line.excerpt(word.start..word.start + equals),
                value: self.line.excerpt(word.start + equals + 1..word.end),
                legacy: false,
            });
        }
        Some(pairs)
    }

    fn legacy_pair(&mut self, name: &str, arguments: Range<usize>) -> Option<Pair> {
        let written = &self.line.text()[arguments.clone()];
        let Some(blank) = written.find(is_blank) else {
            let message = format!("`{name} {written}` has no value");
            return self.fail(self.line.span(arguments), message);
        };
        let key = arguments.start..arguments.start + blank;
        let value = arguments.end - written[blank..].trim_start_matches(is_blank).len();
        Some(Pair {
            key: self.line.excerpt(key),
            value: self.line.excerpt(value..arguments.end),
            legacy: true,
        })
    }

    fn declarations(&mut self, arguments: Range<usize>) -> Option<Vec<Declaration>> {
        let text = self.line.text();
        let mut declarations = Vec::new();
        for word in words::quoted(text, arguments, self.escape) {
            let (name, default) = match text[word.clone()].find('=') {
                Some(0) => {
                    return self.fail(self.line.span(word), "`ARG` has an empty name".to_owned());
                }
                Some(equals) => {
                    let equals = word.start + equals;
                    (word.start..equals, Some(self.line.excerpt(equals + 1..word.end)))
                }
                None => (word, None),
            };
            declarations.push(Declaration { name: self.line.excerpt(name), default });
        }
        Some(declarations)
    }

    fn volumes(&mut self, name: &str, arguments: Range<usize>) -> Option<Vec<Excerpt>> {
        let volumes = self
            .array(name, arguments.clone())?
            .unwrap_or_else(|| self.plain_words(arguments.clone()));
        if volumes.is_empty() || volumes.iter().any(|volume| volume.text.trim().is_empty()) {
            return self.fail(self.line.span(arguments), "`VOLUME` has an empty path".to_owned());
        }
        Some(volumes)
    }

    fn shell(&mut self, name: &str, arguments: Range<usize>) -> Option<Vec<Excerpt>> {
        match self.array(name, arguments.clone())? {
            Some(strings) if !strings.is_empty() => Some(strings),
            Some(_) => self.fail(self.line.span(arguments), "the array of `SHELL` is empty".into()),
            None => {
                let message = "`SHELL` takes a JSON array, such as `[\"/bin/sh\", \"-c\"]`";
                self.fail(self.line.span(arguments), message.to_owned())
            }
        }
    }

    /// `HEALTHCHECK` takes `NONE`, or `CMD` and a command.
    fn health_check(&mut self, flags: &[Flag], arguments: Range<usize>) -> Option<Kind> {
        let written = &self.line.text()[arguments.clone()];
        let length = written.find(char::is_whitespace).unwrap_or(written.len());
        let form = arguments.start..arguments.start + length;
        let command = trim(self.line.text(), form.end..arguments.end);
        let rest = self.line.span(command.clone());
        if written[..length].eq_ignore_ascii_case("NONE") {
            return match command.is_empty() {
                true => Some(Kind::HealthCheck(None)),
                false => self.fail(rest, "`HEALTHCHECK NONE` takes no argument".to_owned()),
            };
        }
        if !written[..length].eq_ignore_ascii_case("CMD") {
            let message = format!(
                "`HEALTHCHECK {}` is unknown, where `CMD` or `NONE` is expected",
                &written[..length]
            );
            return self.fail(self.line.span(form), message);
        }
        self.check_health_flags(flags);
        let command = self.command("HEALTHCHECK", command)?;
        let empty = match &command {
            Command::Exec(words) => words.is_empty(),
            Command::Shell(text) => text.text.is_empty(),
        };
        if empty {
            return self.fail(self.line.span(form), "`HEALTHCHECK CMD` has no command".to_owned());
        }
        Some(Kind::HealthCheck(Some(command)))
    }

    /// The values of these flags are read as they stand, so that a variable is no duration.
    fn check_health_flags(&mut self, flags: &[Flag]) {
        for flag in flags {
            let Some(value) = flag.value.as_ref().filter(|value| !value.text.is_empty()) else {
                continue;
            };
            let expected = match &*flag.name {
                "retries" if value.text.parse::<u32>().is_err() => "a number",
                "interval" | "timeout" | "start-period" | "start-interval"
                    if !is_duration(&value.text) =>
                {
                    "a duration such as `30s` or `1m30s`"
                }
                _ => continue,
            };
            let message =
                format!("`--{}` is `{}`, where {expected} is expected", flag.name, value.text);
            self.errors.push(SyntaxError { at: value.at, message });
        }
    }

    fn is_none(&self, arguments: Range<usize>) -> bool {
        let word = self.line.text()[arguments].split(char::is_whitespace).next();
        word.is_some_and(|word| word.eq_ignore_ascii_case("NONE"))
    }

    fn onbuild(&mut self, arguments: Range<usize>) -> Option<Kind> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let inner = self.instruction(arguments);
        self.depth -= 1;
        let refused = match &inner.kind {
            Kind::Onbuild(_) => Some("ONBUILD"),
            Kind::From { .. } => Some("FROM"),
            Kind::Maintainer(_) => Some("MAINTAINER"),
            _ => None,
        };
        if let Some(name) = refused {
            let message = format!("`ONBUILD` cannot put off `{name}`");
            self.errors.push(SyntaxError { at: inner.keyword, message });
        }
        Some(Kind::Onbuild(Box::new(inner)))
    }

    fn plain_words(&self, arguments: Range<usize>) -> Vec<Excerpt> {
        let words = words::plain(self.line.text(), arguments);
        words.into_iter().map(|word| self.line.excerpt(word)).collect()
    }

    fn fail<T>(&mut self, at: Span, message: String) -> Option<T> {
        self.errors.push(SyntaxError { at, message });
        None
    }
}

/// A range without the white space at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let written = &text[range.clone()];
    let start = range.end - written.trim_start().len();
    start..start.max(range.start + written.trim_end().len())
}

fn is_stage_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether Go reads it as a duration: numbers with units, at least a millisecond, or 0.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let (mut nanoseconds, mut any) = (0.0, false);
    while !rest.is_empty() {
        let number =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let unit = rest[number..].find(|c: char| c.is_ascii_digit() || c == '.');
        let unit = unit.map_or(rest.len(), |length| number + length);
        let scale = match &rest[number..unit] {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 6e10,
            "h" => 3.6e12,
            _ => return false,
        };
        let Ok(value) = rest[..number].parse::<f64>() else { return false };
        nanoseconds += value * scale;
        any = true;
        rest = &rest[unit..];
    }
    any && (nanoseconds == 0.0 || nanoseconds >= 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        for text in ["30s", "1m30s", "1.5h", "0", "0s", "+1s", "100ms", ".5s"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["30", "s", "$X", "1 s", "-1s", "1us", "", "1d", "1.1.1s"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
