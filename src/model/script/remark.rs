//! What ShellCheck says of texts for a shell, where the user has it and asks for it.

use super::Script;
use crate::model::Project;
use crate::model::image::system::Dialect;
use crate::source::{Excerpt, Sources, Span};
use crate::value::{Step, Value};
use std::ops::Range;

/// A text that ShellCheck can read.
#[derive(Debug, Clone)]
pub struct Examined<'p> {
    /// Its number among all texts, which stays if another cannot be read.
    pub number: usize,
    /// The text as a shell is given it.
    pub text: &'p Excerpt,
    /// What reads it, as `--shell` calls it. None if its first line says that.
    pub shell: Option<&'static str>,
    /// Whether `shell` is what it is read as, and not what reads it.
    is_assumed: bool,
    /// Why that shell reads it.
    because: &'p [Step],
    /// What is around it.
    place: Place,
    /// Where words stand for what is not known.
    put_in: &'p [Range<usize>],
}

/// What is around a text, which ShellCheck cannot know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A Dockerfile, which sets variables; and whether the shell ends at a failure.
    Dockerfile { errexit: bool },
    /// Nothing: it is a file.
    File,
    /// A build file of Cloud Build; and whether that puts values into the text.
    Step { is_verbatim: bool },
    /// A workflow of GitHub; and whether the shell ends at a failure.
    Job { errexit: bool },
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// `error`
    Error,
    /// `warning`
    Warning,
    /// `info` and `style`
    Note,
}

/// What ShellCheck says of a place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The number of the check.
    pub code: u16,
    /// How bad it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where: line and column, both counted from one. A column counts characters.
    pub start: (usize, usize),
    /// The character behind the last.
    pub end: (usize, usize),
}

/// What ShellCheck says of a place in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// The number of the check.
    pub code: u16,
    /// How bad it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: Span,
    /// What it rests on.
    pub because: Vec<Step>,
}

/// What it says of files that is nothing to act on: that it does not read a file that another
/// takes in, or that the first line names no shell that it knows.
const OF_FILES: &[u16] = &[1071, 1090, 1091, 1094, 2148, 2187];

/// What it says of comparisons of constants, which values that are put in seem to be.
const OF_CONSTANTS: &[u16] = &[2043, 2050, 2078, 2157, 2193, 2194];

impl Project {
    /// The texts that ShellCheck can read: those of instructions of Dockerfiles, of scripts that
    /// build or deploy, and of steps of Cloud Build and of workflows.
    pub fn examined(&self) -> Vec<Examined<'_>> {
        let scripts = self.scripts().enumerate();
        let mut all: Vec<Examined<'_>> =
            scripts.filter_map(|(number, (_, script))| script.examined(number)).collect();
        let before = self.scripts().count();
        let steps = self.build_files.iter().flat_map(|file| &file.steps).enumerate();
        all.extend(steps.filter_map(|(number, step)| {
            let script = step.script.as_ref().filter(|script| !script.list.items.is_empty())?;
            let program = step.entrypoint.literal_text().unwrap_or_default();
            let is_bash = crate::source::name(program) == "bash";
            let is_said = script.text.text.starts_with("#!");
            let place = Place::Step { is_verbatim: script.is_verbatim };
            let shell = if is_bash { "bash" } else { "sh" };
            Some(Examined {
                number: before + number,
                text: &script.text,
                shell: (!is_said).then_some(shell),
                is_assumed: !is_said && !is_bash,
                because: &[],
                place,
                put_in: &[],
            })
        }));
        let before = before + self.build_files.iter().map(|file| file.steps.len()).sum::<usize>();
        all.extend(self.job_scripts.iter().enumerate().map(|(number, script)| Examined {
            number: before + number,
            text: &script.text,
            shell: Some(script.shell),
            is_assumed: script.shell == "sh",
            because: &[],
            place: Place::Job { errexit: script.errexit },
            put_in: &script.put_in,
        }));
        all
    }
}

impl Script {
    fn examined(&self, number: usize) -> Option<Examined<'_>> {
        let text = &self.text;
        if text.text.trim().is_empty() {
            return None;
        }
        if self.instruction == "script" {
            let is_said = text.text.starts_with("#!");
            let (shell, place) = ((!is_said).then_some("sh"), Place::File);
            return Some(Examined {
                number,
                text,
                shell,
                is_assumed: !is_said,
                because: &[],
                place,
                put_in: &[],
            });
        }
        let options = self.options.known();
        let errexit = options.is_none_or(|options| options.value.errexit);
        let place = Place::Dockerfile { errexit };
        let (shell, is_assumed, because) = match (&self.shell, options) {
            (Value::Known(shell), _) => match shell.value {
                Dialect::None => return None,
                Dialect::Bash => ("bash", false, &shell.via[..]),
                Dialect::Dash | Dialect::NewDash => ("dash", false, &shell.via[..]),
                Dialect::Ash => ("dash", true, &[][..]),
                // What `SHELL` names may be one that it cannot read, such as zsh.
                Dialect::Other if shell.via.is_empty() => return None,
                Dialect::Other => ("sh", true, &[][..]),
            },
            // That the base sets no shell of its own is a default.
            (_, Some(options)) => ("sh", true, &options.via[..]),
            _ => return None,
        };
        let put_in = &[];
        Some(Examined { number, text, shell: Some(shell), is_assumed, because, place, put_in })
    }
}

impl Examined<'_> {
    /// What ShellCheck says of it, where it stands in the file; none if that is not so there.
    pub fn remark(&self, sources: &Sources, said: &Said) -> Option<Remark> {
        let start = offset(&self.text.text, said.start)?;
        let end = offset(&self.text.text, said.end)?.max(start);
        let at = self.text.span(start..end);
        // What stands in the middle of a value that was put in has no place of its own.
        let is_put_in = has_substitution(sources, at) || (at.range().is_empty() && start < end);
        if !self.is_of_use(said.code)
            || (self.is_substituted() && is_put_in)
            || self.is_of_word(start..end)
        {
            return None;
        }
        let is_of_shell = is_of_shell(said.code) || self.is_assumed;
        let because = if is_of_shell { self.because.to_vec() } else { Vec::new() };
        let Said { code, level, ref message, .. } = *said;
        Some(Remark { code, level, message: phrase(message), at, because })
    }

    /// Whether a check can be right where the text stands.
    fn is_of_use(&self, code: u16) -> bool {
        let fits = match self.place {
            // The rule `unassigned-variable` knows what is set there.
            Place::Dockerfile { errexit } => code != 2154 && !(errexit && code == 2164),
            Place::File => true,
            // The job, the workflow and steps before may set variables.
            Place::Job { errexit } => {
                let is_set = matches!(code, 2153 | 2154) || OF_CONSTANTS.contains(&code);
                !is_set && (!errexit || code != 2164)
            }
            Place::Step { is_verbatim } => {
                code != 2154 && (is_verbatim || !OF_CONSTANTS.contains(&code))
            }
        };
        fits && !OF_FILES.contains(&code) && !(self.is_assumed && is_of_shell(code))
    }

    /// Whether a range begins or ends with a word that stands for what is not known, be it in
    /// quotes.
    fn is_of_word(&self, range: Range<usize>) -> bool {
        self.put_in.iter().any(|word| {
            let text = &self.text.text;
            let is_quote = |c: char| matches!(c, '"' | '\'');
            let before = text.get(..word.start).unwrap_or_default();
            let after = text.get(word.end..).unwrap_or_default();
            let start = before.trim_end_matches(is_quote).len();
            let end = text.len() - after.trim_start_matches(is_quote).len();
            (start..end).contains(&range.start) || (start + 1..=end).contains(&range.end)
        })
    }

    fn is_substituted(&self) -> bool {
        self.place == Place::Step { is_verbatim: false }
    }
}

/// Whether a check is about what a shell lacks.
fn is_of_shell(code: u16) -> bool {
    (3000..4000).contains(&code) || matches!(code, 2039 | 2169)
}

/// Whether Cloud Build puts a value into a place: one dollar before a name.
fn has_substitution(sources: &Sources, at: Span) -> bool {
    let text = sources.text(at);
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        match after.strip_prefix('$') {
            Some(after) => rest = after,
            None if after
                .starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '{') =>
            {
                return true;
            }
            None => rest = after,
        }
    }
    false
}

/// The byte of a line and a column.
fn offset(text: &str, (line, column): (usize, usize)) -> Option<usize> {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => text.match_indices('\n').nth(breaks)?.0 + 1,
    };
    let rest = text.get(start..)?;
    let end = rest.find('\n').unwrap_or(rest.len());
    let of_line = rest.get(..end)?.char_indices().nth(column.checked_sub(1)?);
    Some(start + of_line.map_or(end, |(at, _)| at))
}

/// A message as those of other rules: lower case, in one line, without a full stop.
fn phrase(message: &str) -> String {
    let words: Vec<&str> = message.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.strip_suffix('.').unwrap_or(&line);
    let mut characters = line.chars();
    match (characters.next(), characters.next()) {
        // A name such as `SSH` keeps its letters.
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            let length = first.len_utf8();
            format!("{}{}", first.to_lowercase(), line.get(length..).unwrap_or_default())
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_bytes() {
        let text = "a\n\tü x\n";
        assert_eq!(offset(text, (1, 1)), Some(0));
        assert_eq!(offset(text, (1, 2)), Some(1));
        assert_eq!(offset(text, (2, 3)), Some(5));
        assert_eq!(offset(text, (2, 9)), Some(7));
        assert_eq!(offset(text, (3, 1)), Some(8));
        assert_eq!(offset(text, (4, 1)), None);
        assert_eq!(offset(text, (1, 0)), None);
        assert_eq!(offset("", (1, 1)), Some(0));
    }

    #[test]
    fn a_message_is_a_phrase() {
        assert_eq!(phrase("Double quote\nthis."), "double quote this");
        assert_eq!(phrase("A B"), "a B");
        assert_eq!(phrase("SSH is odd."), "SSH is odd");
        assert_eq!(phrase("x"), "x");
        assert_eq!(phrase(""), "");
    }
}
