//! Words that no builder can make a text of: a quote or a brace that is not closed, an operator
//! that there is not.
//!
//! Of operators only those are told that bash has: `${project.version}` and `${option:name}` are
//! places that another tool fills in. The behaviour is that of `frontend/dockerfile/shell/lex.go` of BuildKit 0.26 (2026-08).

use super::{Instruction, Kind, Source};
use crate::source::Excerpt;
use crate::syntax::SyntaxError;
use std::iter::Peekable;
use std::str::Chars;

/// Deeper nesting of `${...}` is not judged.
const DEEPEST: usize = 32;

/// Tells of the words of an instruction that BuildKit refuses to expand.
pub(super) fn check(instruction: &Instruction, escape: char, errors: &mut Vec<SyntaxError>) {
    let words = words(&instruction.kind);
    // Of an array that is none, the quotes are not what is wrong.
    let is_array = |word: &&Excerpt| word.text.starts_with('[') && word.text.contains(['\'', '"']);
    if words.first().is_some_and(is_array) {
        return;
    }
    for word in words {
        if !word.text.contains(['\'', '"', '$']) {
            continue;
        }
        if let Some(message) = refusal(&word.text, escape) {
            errors.push(SyntaxError { at: word.at, message });
        }
    }
}

/// What is wrong with a word, if it is refused.
fn refusal(word: &str, escape: char) -> Option<String> {
    let mut reader = Reader { chars: word.chars().peekable(), escape, depth: 0 };
    let read = reader.until(None);
    read.err().filter(|_| reader.depth <= DEEPEST)
}

/// The words that a builder expands, rather than a shell.
fn words(kind: &Kind) -> Vec<&Excerpt> {
    match kind {
        Kind::From { image: word, .. }
        | Kind::Workdir(word)
        | Kind::User(word)
        | Kind::StopSignal(word) => vec![word],
        Kind::Expose(words) | Kind::Volume(words) => words.iter().collect(),
        Kind::Env(pairs) | Kind::Label(pairs) => {
            pairs.iter().flat_map(|pair| [&pair.key, &pair.value]).collect()
        }
        Kind::Arg(all) => all.iter().filter_map(|one| one.default.as_ref()).collect(),
        Kind::Copy(transfer) | Kind::Add(transfer) => {
            let sources = transfer.sources.iter().filter_map(|source| match source {
                Source::Path(path) => Some(path),
                Source::Heredoc(_) => None,
            });
            sources.chain([&transfer.destination]).collect()
        }
        _ => Vec::new(),
    }
}

struct Reader<'w> {
    chars: Peekable<Chars<'w>>,
    escape: char,
    depth: usize,
}

/// These methods fail where BuildKit refuses the word, with what is wrong with it.
impl Reader<'_> {
    /// Reads up to a character, or to the end of the word.
    fn until(&mut self, stop: Option<char>) -> Result<(), String> {
        while let Some(c) = self.chars.next() {
            match c {
                c if Some(c) == stop => return Ok(()),
                '\'' => self.quoted('\'')?,
                '"' => self.quoted('"')?,
                '$' => self.variable()?,
                c if c == self.escape => drop(self.chars.next()),
                _ => {}
            }
        }
        match stop {
            None => Ok(()),
            Some(stop) => Err(format!("`${{` is not closed, where `{stop}` is expected")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<(), String> {
        while let Some(c) = self.chars.next() {
            match c {
                c if c == quote => return Ok(()),
                '$' if quote == '"' => self.variable()?,
                c if c == self.escape && quote == '"' => {
                    let escape = self.escape;
                    self.chars.next_if(|next| matches!(next, '"' | '$') || *next == escape);
                }
                _ => {}
            }
        }
        Err(format!("a quote is not closed, where `{quote}` is expected"))
    }

    /// A variable after its `$`.
    fn variable(&mut self) -> Result<(), String> {
        if self.chars.next_if_eq(&'{').is_none() {
            self.name();
            return Ok(());
        }
        if let Some(c @ ('{' | '}' | ':')) = self.chars.peek() {
            return Err(format!("`{c}` follows `${{`, where a name is expected"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(String::new());
        }
        let name = self.name();
        self.operation(&name)?;
        self.depth -= 1;
        Ok(())
    }

    /// What follows the name in `${name...}`.
    fn operation(&mut self, name: &str) -> Result<(), String> {
        let unclosed = || Err(format!("`${{{name}` is not closed, where `}}` is expected"));
        let Some(operator) = self.chars.next() else { return unclosed() };
        let next = self.chars.peek().copied();
        let is_of_bash = match operator {
            '}' => return Ok(()),
            '-' | '+' | '?' | '#' | '%' => return self.until(Some('}')),
            '/' => {
                self.chars.next_if_eq(&'/');
                self.until(Some('/'))?;
                return self.until(Some('}'));
            }
            ':' if matches!(next, Some('-' | '+' | '?')) => {
                self.chars.next();
                return self.until(Some('}'));
            }
            ':' if next.is_none() => return unclosed(),
            ':' => next.is_some_and(|c| c.is_ascii_digit()),
            '^' | ',' | '[' => true,
            '@' => self.is_transformation(),
            _ => name == "!",
        };
        match is_of_bash {
            true => Err(format!(
                "`${{{name}{operator}` is of bash, and builders know `:-`, `:+`, `:?`, `-`, `+`, \
                 `?`, `#`, `%` and `/`"
            )),
            // Another tool may fill it in.
            false => self.until(Some('}')),
        }
    }

    /// Whether one letter follows, and the end: `${a@Q}`.
    fn is_transformation(&self) -> bool {
        let mut rest = self.chars.clone();
        rest.next().is_some_and(|c| "QEPAaKkULu".contains(c)) && rest.next() == Some('}')
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        let special = |c: &char| matches!(c, '@' | '*' | '#' | '!' | '?' | '-' | '$');
        if let Some(c) = self.chars.next_if(special) {
            name.push(c);
            return name;
        }
        let digits = self.chars.peek().is_some_and(char::is_ascii_digit);
        let fits = |c: &char| match digits {
            true => c.is_ascii_digit(),
            false => c.is_alphanumeric() || *c == '_',
        };
        while let Some(c) = self.chars.next_if(fits) {
            name.push(c);
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str) -> Option<String> {
        refusal(word, '\\')
    }

    #[test]
    fn what_can_be_expanded_is_not_refused() {
        for word in [
            "plain",
            "it\\'s",
            "\"it's\"",
            "'a \"quote'",
            "$a$",
            "${a}${a-}${a:-${b:+'}'}}",
            "${a#*.}${a%%/*}${a//x/y}${a/x/}",
            "$1x${10}",
            "\"a\\\"b\"",
            "c:\\",
            "\"${a:-\"b\"}\"",
            "${project.version}${templateOption:name}${user@host}${a@b}",
        ] {
            assert_eq!(read(word), None, "{word}");
        }
        assert_eq!(read(&format!("{}a{}", "${a:-".repeat(40), "}".repeat(40))), None);
    }

    #[test]
    fn what_cannot_be_expanded_is() {
        for word in [
            "it's", "\"open", "\"c:\\\"", "${a", "${", "${}", "${:-a}", "${a:-b", "${a:0:3}",
            "${a^^}", "${a@Q}", "${!a}", "${a/b}", "\"${a\"",
        ] {
            assert!(refusal(word, '\\').is_some(), "{word}");
        }
    }
}
