//! Conditions of workflows, as far as names that are known decide them.
//!
//! Source: docs.github.com, evaluate expressions in workflows and actions, read 2026-11.

/// Brackets are followed no deeper than this.
const MOST_DEPTH: usize = 50;

/// Whether a condition holds, where `find` tells what names stand for.
pub fn holds<'a>(condition: &str, find: &dyn Fn(&str) -> Option<&'a str>) -> Option<bool> {
    let condition = condition.trim();
    let inner = condition.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    let text = inner.unwrap_or(condition);
    // A condition that is put together of several expressions is a text.
    if text.contains("${{") {
        return None;
    }
    let mut reading = Reading { tokens: tokens(text)?, at: 0, find };
    let value = reading.or(0)?;
    (reading.at == reading.tokens.len()).then_some(value)?.truth()
}

/// A part of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// An operator, a bracket or a comma.
    Sign(&'static str),
    /// A text in quotes.
    Text(String),
    /// A name, a number or a word.
    Name(String),
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Text(String),
    Truth(bool),
    Unknown,
}

const SIGNS: [&str; 11] = ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")"];

/// The parts of a condition; nothing if it has others.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if first == ',' {
            tokens.push(Token::Sign(","));
            1
        } else if first == '\'' {
            // A quote in a text is written twice.
            let mut end = 1;
            loop {
                end += rest.get(end..)?.find('\'')? + 1;
                if !rest[end..].starts_with('\'') {
                    break;
                }
                end += 1;
            }
            tokens.push(Token::Text(rest[1..end - 1].replace("''", "'")));
            end
        } else {
            let is_part = |c: char| c.is_alphanumeric() || "_-.*[]".contains(c);
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            tokens.push(Token::Name(rest[..end].to_owned()));
            end
        };
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

struct Reading<'a, 'b> {
    tokens: Vec<Token>,
    at: usize,
    find: &'b dyn Fn(&str) -> Option<&'a str>,
}

impl Reading<'_, '_> {
    fn takes(&mut self, sign: &'static str) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    fn or(&mut self, depth: usize) -> Option<Operand> {
        let mut value = self.and(depth)?;
        while self.takes("||") {
            let other = self.and(depth)?;
            value = match (value.truth(), other.truth()) {
                (Some(true), _) | (_, Some(true)) => Operand::Truth(true),
                (Some(false), Some(false)) => Operand::Truth(false),
                _ => Operand::Unknown,
            };
        }
        Some(value)
    }

    fn and(&mut self, depth: usize) -> Option<Operand> {
        let mut value = self.comparison(depth)?;
        while self.takes("&&") {
            let other = self.comparison(depth)?;
            value = match (value.truth(), other.truth()) {
                (Some(false), _) | (_, Some(false)) => Operand::Truth(false),
                (Some(true), Some(true)) => Operand::Truth(true),
                _ => Operand::Unknown,
            };
        }
        Some(value)
    }

    fn comparison(&mut self, depth: usize) -> Option<Operand> {
        let value = self.single(depth)?;
        for (sign, wanted) in [("==", true), ("!=", false)] {
            if self.takes(sign) {
                let other = self.single(depth)?;
                return Some(match (value, other) {
                    // The case of letters does not count.
                    (Operand::Text(a), Operand::Text(b)) => {
                        Operand::Truth((a.to_lowercase() == b.to_lowercase()) == wanted)
                    }
                    _ => Operand::Unknown,
                });
            }
        }
        // Numbers are compared by these, which is not followed.
        if ["<=", ">=", "<", ">"].into_iter().any(|sign| self.takes(sign)) {
            self.single(depth)?;
            return Some(Operand::Unknown);
        }
        Some(value)
    }

    fn single(&mut self, depth: usize) -> Option<Operand> {
        if depth > MOST_DEPTH {
            return None;
        }
        if self.takes("!") {
            let value = self.single(depth + 1)?;
            return Some(value.truth().map_or(Operand::Unknown, |truth| Operand::Truth(!truth)));
        }
        if self.takes("(") {
            let value = self.or(depth + 1)?;
            return self.takes(")").then_some(value);
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Sign(_) => None,
            Token::Text(text) => Some(Operand::Text(text)),
            Token::Name(_) if self.takes("(") => {
                while !self.takes(")") {
                    self.or(depth + 1)?;
                    self.takes(",");
                }
                Some(Operand::Unknown)
            }
            Token::Name(name) => Some(match &*name {
                "true" => Operand::Truth(true),
                "false" => Operand::Truth(false),
                name => (self.find)(name)
                    .map_or(Operand::Unknown, |text| Operand::Text(text.to_owned())),
            }),
        }
    }
}

impl Operand {
    fn truth(&self) -> Option<bool> {
        match self {
            Operand::Text(text) => Some(!text.is_empty()),
            Operand::Truth(truth) => Some(*truth),
            Operand::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(condition: &str) -> Option<bool> {
        holds(condition, &|name| match name {
            "matrix.app" => Some("web"),
            "env.EMPTY" => Some(""),
            _ => None,
        })
    }

    #[test]
    fn what_is_known_decides() {
        assert_eq!(asked("matrix.app == 'web'"), Some(true));
        assert_eq!(asked("${{ matrix.app == 'Web' }}"), Some(true));
        assert_eq!(asked("matrix.app == 'api' || matrix.app == 'jobs'"), Some(false));
        assert_eq!(asked("matrix.app != 'web' && github.ref == 'main'"), Some(false));
        assert_eq!(asked("!(matrix.app == 'web')"), Some(false));
        assert_eq!(asked("env.EMPTY"), Some(false));
        assert_eq!(asked("matrix.app == 'it''s'"), Some(false));
    }

    #[test]
    fn what_is_not_known_does_not() {
        for condition in [
            "github.ref == 'main'",
            "matrix.app == 'web' && github.ref == 'main'",
            "contains(matrix.app, 'api', github.ref)",
            "matrix.app > 3",
            "matrix.flag == true",
            "a ${{ matrix.app }} b",
            "matrix.app == 'web",
            "matrix.app == ",
            "f(",
            "(((",
            "%",
            "",
        ] {
            assert_eq!(asked(condition), None, "{condition}");
        }
        assert_eq!(asked(&"(".repeat(10_000)), None);
        assert_eq!(asked(&"!".repeat(10_000)), None);
    }
}
