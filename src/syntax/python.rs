//! What a module of Python imports whenever it is loaded.

use crate::source::{SourceId, Span};

/// What is read of a module.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// The imports that are carried out whenever the module is loaded: statements at the margin.
    /// One in a function, under a condition or in a `try` may not be.
    pub imports: Vec<Import>,
    /// Whether it changes where Python looks for modules.
    pub changes_search: bool,
}

/// One module that a statement imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The module as it is written, dots of a relative import included.
    pub at: Span,
    /// How many dots a relative import starts with.
    pub level: usize,
    /// The parts of its dotted name; none of `from . import x`.
    pub parts: Vec<String>,
    /// What `from` takes of it: attributes or modules inside.
    pub names: Vec<String>,
}

/// Reads a module. Any text gives one.
pub fn read(text: &str, source: SourceId) -> Module {
    // These, and nothing else, are how the path is changed from inside.
    let changes_search =
        ["sys.path", "site.addsitedir", "__path__"].iter().any(|name| text.contains(name));
    let mut module = Module { imports: Vec::new(), changes_search };
    let mut at = 0;
    while at < text.len() {
        let end = statement_end(text, at);
        for (start, statement) in simple_statements(text, at, end) {
            import(statement, start, source, &mut module.imports);
        }
        at = end + 1;
    }
    module
}

/// The statements of a logical line at the margin, each with its offset; none of another line.
fn simple_statements(text: &str, at: usize, end: usize) -> Vec<(usize, &str)> {
    let line = text.get(at..end).unwrap_or_default();
    if !line.starts_with("import") && !line.starts_with("from") {
        return Vec::new();
    }
    let mut start = at;
    let mut statements = Vec::new();
    for statement in line.split(';') {
        let blanks = statement.len() - statement.trim_start().len();
        statements.push((start + blanks, statement.trim_start()));
        start += statement.len() + 1;
    }
    statements
}

/// The end of the logical line that starts at an offset: of its last physical line.
fn statement_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut i = start;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\n' if depth == 0 => return i,
            b'#' => {
                i += bytes[i..].iter().position(|b| *b == b'\n').unwrap_or(bytes.len() - i);
                continue;
            }
            b'\\' => i += 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => i = string_end(bytes, i),
            _ => {}
        }
        i += 1;
    }
    text.len()
}

/// The last byte of a string that starts at an offset. One that is not closed ends with its
/// line, or with the text if it has three quotes.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut i = start + if triple { 3 } else { 1 };
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\\' => i += 1,
            b'\n' if !triple => return i - 1,
            byte if *byte == quote && !triple => return i,
            _ if triple && bytes[i..].starts_with(&[quote; 3]) => return i + 2,
            _ => {}
        }
        i += 1;
    }
    bytes.len()
}

/// Reads `import a.b as c, d` or `from ..a import (b as c, d)`.
fn import(statement: &str, start: usize, source: SourceId, imports: &mut Vec<Import>) {
    let mut words = Words { text: statement, at: 0 };
    let Some((_, keyword)) = words.next() else { return };
    match keyword {
        "import" => {
            while let Some((at, name)) = words.next() {
                let span = Span::new(source, start + at..start + at + name.len());
                let Some(import) = Import::read(span, name, Vec::new()) else { return };
                imports.push(import);
                match words.next() {
                    Some((_, ",")) => {}
                    Some((_, "as")) if words.nth(1).is_some_and(|(_, word)| word == ",") => {}
                    _ => return,
                }
            }
        }
        "from" => {
            let Some((at, name)) = words.next() else { return };
            if words.next().is_none_or(|(_, word)| word != "import") {
                return;
            }
            let mut names = Vec::new();
            let mut renamed = false;
            for (_, word) in words {
                match word {
                    "(" | ")" | "," => renamed = false,
                    "as" => renamed = true,
                    name if !renamed => names.push(name.to_owned()),
                    _ => {}
                }
            }
            let span = Span::new(source, start + at..start + at + name.len());
            imports.extend(Import::read(span, name, names));
        }
        _ => {}
    }
}

impl Import {
    fn read(at: Span, written: &str, names: Vec<String>) -> Option<Import> {
        let name = written.trim_start_matches('.');
        let level = written.len() - name.len();
        let parts: Vec<String> =
            name.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let is_name = |part: &String| part.chars().all(|c| c.is_alphanumeric() || c == '_');
        (parts.iter().all(is_name) && (level > 0 || !parts.is_empty())).then_some(Import {
            at,
            level,
            parts,
            names,
        })
    }
}

/// The words and signs of a statement, each with its offset.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let rest = self.text.get(self.at..)?;
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\\']).len();
            self.at += blanks;
            let rest = &rest[blanks..];
            if rest.starts_with('#') {
                self.at += rest.find('\n')?;
                continue;
            }
            let first = rest.chars().next()?;
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            let length = match is_part(first) {
                true => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                false => first.len_utf8(),
            };
            let start = self.at;
            self.at += length;
            return Some((start, &rest[..length]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<String> {
        read(text, SourceId(0))
            .imports
            .iter()
            .map(|import| {
                let written = &text[import.at.range()];
                assert_eq!(written.trim_start_matches('.'), import.parts.join("."));
                match import.names.is_empty() {
                    true => written.to_owned(),
                    false => format!("{written}: {}", import.names.join(" ")),
                }
            })
            .collect()
    }

    #[test]
    fn imports_at_the_margin_are_read() {
        let text = "\"\"\"import no\nimport no\n\"\"\"\nimport a.b as c, d; import e\n\
                    from f import (\n    g as h,  # import no\n    i,\n)\nfrom .j import *\n\
                    from . import k\nfrom l \\\n    import m\nx = '''\nimport no\n'''\nimport n # z\n";
        assert_eq!(imports(text), ["a.b", "d", "e", "f: g i", ".j: *", ".: k", "l: m", "n"]);
    }

    #[test]
    fn what_may_not_be_carried_out_is_left_out() {
        let text = "if x:\n    import a\ntry: import b\nexcept ImportError: pass\ndef f():\n    import c\n\
                    value = call(\nimport_d,\n)\nimported = 1\nfrom_ = 2\nprint('it\\'s')\nimport e\n";
        assert_eq!(imports(text), ["e"]);
    }

    #[test]
    fn any_text_gives_a_module() {
        for text in [
            "import",
            "from",
            "from x",
            "import a,",
            "'",
            "\"\"\"",
            "import a\\",
            "(",
            "from . import",
            "import é.ü",
            "\\",
        ] {
            read(text, SourceId(0));
        }
        assert!(read("import sys\nsys.path.append('lib')\n", SourceId(0)).changes_search);
    }
}
