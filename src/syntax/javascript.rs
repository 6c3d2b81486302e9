//! What a module of JavaScript or TypeScript imports whenever it is loaded.

use crate::source::{SourceId, Span};

/// A module that a statement at the margin imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The string without its quotes.
    pub at: Span,
    /// The module as it is written: `./prices`, `express`.
    pub module: String,
}

/// Reads the imports of a module: `import` and `export` statements, and what `require` gives to
/// a name. Any text gives some. Those that stand deeper may not be carried out.
pub fn imports(text: &str, source: SourceId) -> Vec<Import> {
    let mut imports = Vec::new();
    let mut statement: Option<&str> = None;
    for token in (Lexer { bytes: text.as_bytes(), at: 0 }) {
        match token {
            Token::Margin(start) => {
                let rest = &text[start..];
                let word_end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                statement = match &rest[..word_end] {
                    "import" | "export" | "const" | "let" | "var" => Some(&rest[..word_end]),
                    _ => None,
                };
            }
            Token::Text(start, end) => {
                let (Some(keyword), Some(module)) = (statement, text.get(start..end)) else {
                    continue;
                };
                let before = text[..start - 1].trim_end();
                let imported = match keyword {
                    "const" | "let" | "var" => before.ends_with("= require("),
                    _ => {
                        before.ends_with("from")
                            || before.ends_with("import")
                            || before.ends_with("= require(")
                    }
                };
                if imported {
                    let at = Span::new(source, start..end);
                    imports.push(Import { at, module: module.to_owned() });
                }
                statement = None;
            }
        }
    }
    imports
}

/// What is told apart in a module.
enum Token {
    /// A statement starts at the margin here.
    Margin(usize),
    /// The inside of a string with one quote.
    Text(usize, usize),
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while let Some(byte) = self.bytes.get(self.at) {
            let start = self.at;
            let at_margin = start == 0 || self.bytes[start - 1] == b'\n';
            match byte {
                b'/' if self.bytes.get(start + 1) == Some(&b'/') => self.skip_to(b"\n", start),
                b'/' if self.bytes.get(start + 1) == Some(&b'*') => {
                    self.skip_to(b"*/", start + 2);
                    self.at += 2;
                }
                b'`' => self.template(),
                b'"' | b'\'' => {
                    if let Some(end) = self.string(*byte) {
                        return Some(Token::Text(start + 1, end));
                    }
                }
                byte => {
                    self.at += 1;
                    if at_margin && byte.is_ascii_alphabetic() {
                        return Some(Token::Margin(start));
                    }
                }
            }
        }
        None
    }
}

impl Lexer<'_> {
    fn skip_to(&mut self, end: &[u8], from: usize) {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at = found.map_or(self.bytes.len(), |i| from + i);
    }

    /// Skips a template; what stands in its `${}` is skipped with it.
    fn template(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'`' {
                return;
            }
        }
    }

    /// The end of a string's inside; none if its line ends first.
    fn string(&mut self, quote: u8) -> Option<usize> {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            let here = self.at;
            self.at += if *byte == b'\\' { 2 } else { 1 };
            match *byte {
                b'\n' => return None,
                byte if byte == quote => return Some(here),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(text: &str) -> Vec<String> {
        let imports = imports(text, SourceId(0));
        imports
            .into_iter()
            .map(|import| {
                assert_eq!(&text[import.at.range()], import.module);
                import.module
            })
            .collect()
    }

    #[test]
    fn imports_at_the_margin_are_read() {
        let text = "import './a'\nimport b, { c } from \"b\";\nimport {\n  d, // from 'no'\n} from './d.js'\n\
                    export * from '../e'\nconst f = require('./f')\nimport type { G } from './g'\n\
                    import h = require(\"./h\")\nexport { i } from './i'\n";
        assert_eq!(modules(text), ["./a", "b", "./d.js", "../e", "./f", "./g", "./h", "./i"]);
    }

    #[test]
    fn what_may_not_be_carried_out_is_left_out() {
        let text = "/*\nimport './a'\n*/\nconst b = `\nimport './b'\n`\nif (x) {\n  require('./c')\n}\n\
                    const d = 'from'; const e = await import('./e')\nexport const f = './f'\nlet g = './g'\n";
        assert_eq!(modules(text), Vec::<String>::new());
    }

    #[test]
    fn any_text_ends() {
        for text in ["import", "import '", "`", "/*", "\"\\", "import ü from 'é'", "/", "'\n'"] {
            modules(text);
        }
    }
}
