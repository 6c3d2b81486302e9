//! The comments of a file, found line by line without reading what is between them.

use crate::source::{Kind, Source, name};
use std::ops::Range;

/// A line, as far as comments go.
#[derive(Debug)]
pub struct Line {
    /// Its bytes without the line break.
    pub range: Range<usize>,
    /// The first byte of the next line.
    pub next: usize,
    /// The comments that end on it.
    pub comments: Vec<Comment>,
    /// Whether it has anything but blanks and comments.
    pub has_code: bool,
    /// Whether the next line belongs to it.
    pub continues: bool,
}

/// A comment.
#[derive(Debug)]
pub struct Comment {
    /// All of it.
    pub range: Range<usize>,
    /// What it says: without `#`, `//`, `/*` and `*/`.
    pub body: Range<usize>,
    /// The first byte of the line that it starts on.
    pub line: usize,
    /// Whether code stands before it on that line.
    pub after_code: bool,
}

/// The lines of a file, if its format has comments.
///
/// Block scalars of YAML and heredocs are read as if they were code: most of them are
/// scripts, and a comment inside is the only one that can stand beside their lines.
pub fn lines(source: &Source) -> Option<Lines<'_>> {
    let language = Language::of(source)?;
    let escape = match language {
        Language::Dockerfile => escape(&source.text),
        _ => b'\\',
    };
    Some(Lines {
        text: &source.text,
        language,
        escape,
        at: 0,
        open: None,
        inside: false,
        shell: false,
    })
}

/// An iterator over lines.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    language: Language,
    /// What joins a line to the next.
    escape: u8,
    at: usize,
    open: Option<Open>,
    /// Whether the line before belongs to the same instruction of a Dockerfile.
    inside: bool,
    /// Whether a shell runs that instruction.
    shell: bool,
}

/// What goes on from line to line.
#[derive(Debug)]
enum Open {
    /// `/*`.
    Comment { start: usize, line: usize, after_code: bool },
    /// Three quotes.
    Text(&'static str),
}

/// Where a comment can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    /// On a line of its own, or where a shell reads the line.
    Dockerfile,
    /// After a blank.
    Yaml,
    /// Anywhere, also with `//` and `/*`.
    Terraform,
    /// Before a word.
    Shell,
    /// Anywhere outside of strings, which may have three quotes.
    Code,
    /// At the start of a line only.
    List,
}

impl Language {
    fn of(source: &Source) -> Option<Language> {
        let name = name(&source.path).to_ascii_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        Some(match (source.kind, extension) {
            (_, "json") => return None,
            (Kind::Documentation | Kind::Template | Kind::Credentials, _) => return None,
            (Kind::Python | Kind::PythonModule | Kind::Settings, "py" | "toml") => Language::Code,
            (Kind::Dockerfile, _) => Language::Dockerfile,
            (
                Kind::CloudBuild
                | Kind::Compose
                | Kind::GitLab
                | Kind::CircleCi
                | Kind::Kustomization
                | Kind::Skaffold
                | Kind::Workflow
                | Kind::Yaml
                | Kind::Python
                | Kind::PythonModule,
                _,
            ) => Language::Yaml,
            (Kind::Terraform | Kind::Bake | Kind::Function | Kind::JavaScriptModule, _) => {
                Language::Terraform
            }
            (Kind::Tasks, "yml" | "yaml") => Language::Yaml,
            (Kind::Script | Kind::Tasks, _) => Language::Shell,
            (Kind::Dockerignore | Kind::Settings, _) => Language::List,
        })
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let length = rest.find('\n');
        self.at = length.map_or(self.text.len(), |length| start + length + 1);
        let line = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let range = start..start + line.len();
        let line =
            Line { range, next: self.at, comments: vec![], has_code: false, continues: false };
        Some(self.read(line))
    }
}

impl Lines<'_> {
    fn read(&mut self, mut line: Line) -> Line {
        let mut at = line.range.start;
        if self.language == Language::Dockerfile {
            self.enter_instruction(&line);
        }
        while at < line.range.end {
            at = match self.open.take() {
                Some(open) => self.resume(open, at, &mut line),
                None => self.step(at, &mut line),
            };
        }
        line.continues = self.is_continued(&line);
        if self.language == Language::Dockerfile {
            // Comments and empty lines do not end an instruction.
            line.continues |= self.inside && !line.has_code;
            self.inside = line.continues;
        }
        line
    }

    /// Sees whether a shell reads this line of a Dockerfile.
    fn enter_instruction(&mut self, line: &Line) {
        let text = self.text.get(line.range.clone()).unwrap_or_default();
        if self.inside || text.trim_start().starts_with('#') {
            return;
        }
        let mut words = text.split_ascii_whitespace();
        let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
        let first = words.find(|word| !word.starts_with("--")).unwrap_or_default();
        self.shell = match keyword.as_str() {
            "RUN" | "CMD" | "ENTRYPOINT" => !first.starts_with('['),
            _ => false,
        };
    }

    /// Goes on with what an earlier line, or an earlier part of this one, has opened.
    fn resume(&mut self, open: Open, at: usize, line: &mut Line) -> usize {
        let end = line.range.end;
        let rest = self.text.get(at..end).unwrap_or_default();
        match open {
            Open::Comment { start, line: first, after_code } => match rest.find("*/") {
                Some(length) => {
                    let body = start + 2..at + length;
                    let range = start..body.end + 2;
                    line.comments.push(Comment { range, body, line: first, after_code });
                    at + length + 2
                }
                None => {
                    self.open = Some(Open::Comment { start, line: first, after_code });
                    end
                }
            },
            Open::Text(quotes) => {
                line.has_code = true;
                match rest.find(quotes) {
                    Some(length) => at + length + quotes.len(),
                    None => {
                        self.open = Some(Open::Text(quotes));
                        end
                    }
                }
            }
        }
    }

    /// Takes a byte, a string or a comment, and gives the place after it.
    fn step(&mut self, at: usize, line: &mut Line) -> usize {
        let byte = |i: usize| self.text.as_bytes().get(i).copied().unwrap_or(b'\n');
        let (start, end) = (line.range.start, line.range.end);
        let before = if at > start { byte(at - 1) } else { b' ' };
        let marker = match (byte(at), byte(at + 1)) {
            (b'#', _) => 1,
            (b'/', b'/' | b'*') if self.language == Language::Terraform => 2,
            _ => 0,
        };
        if marker > 0 && self.can_start(before, line.has_code) {
            let after_code = line.has_code;
            if byte(at + marker - 1) == b'*' {
                self.open = Some(Open::Comment { start: at, line: start, after_code });
                return at + marker;
            }
            let (range, body) = (at..end, at + marker..end);
            line.comments.push(Comment { range, body, line: start, after_code });
            return end;
        }
        match byte(at) {
            b' ' | b'\t' => at + 1,
            b'\\' if matches!(self.language, Language::Shell | Language::Dockerfile) => {
                line.has_code = true;
                at + 2
            }
            quote @ (b'"' | b'\'') if self.is_quote(quote, before) => {
                line.has_code = true;
                let quotes = if quote == b'"' { "\"\"\"" } else { "'''" };
                let rest = self.text.get(at..end).unwrap_or_default();
                if self.language == Language::Code && rest.starts_with(quotes) {
                    self.open = Some(Open::Text(quotes));
                    return at + 3;
                }
                let escapes = quote == b'"' || self.language == Language::Code;
                at + end_of_string(rest.as_bytes(), quote, escapes)
            }
            _ => {
                line.has_code = true;
                let rest = self.text.as_bytes().get(at + 1..end).unwrap_or_default();
                at + 1 + rest.iter().take_while(|byte| !b" \t#/\\\"'".contains(byte)).count()
            }
        }
    }

    fn can_start(&self, before: u8, has_code: bool) -> bool {
        let blank = before == b' ' || before == b'\t';
        match self.language {
            Language::Terraform | Language::Code => true,
            Language::Yaml => blank,
            Language::Shell => blank || b";&|()".contains(&before),
            Language::Dockerfile => blank && (!has_code || self.shell),
            Language::List => !has_code,
        }
    }

    fn is_quote(&self, quote: u8, before: u8) -> bool {
        match self.language {
            // An apostrophe inside of a word is one.
            Language::Yaml => !before.is_ascii_alphanumeric(),
            Language::Terraform => quote == b'"',
            Language::Dockerfile => self.shell,
            Language::Shell | Language::Code => true,
            Language::List => false,
        }
    }

    fn is_continued(&self, line: &Line) -> bool {
        let text = self.text.get(line.range.clone()).unwrap_or_default();
        let escapes = |text: &str| text.bytes().rev().take_while(|b| *b == self.escape).count();
        match self.language {
            Language::List => false,
            Language::Dockerfile => {
                line.has_code && escapes(text.trim_end_matches([' ', '\t'])) == 1
            }
            // A comment goes to the end of its line, whatever that is.
            _ => {
                let ends = line.comments.last().is_some_and(|c| c.range.end == line.range.end);
                line.has_code && !ends && escapes(text) % 2 == 1
            }
        }
    }
}

/// How many bytes a string has that begins at the first of them; all if it does not end.
fn end_of_string(text: &[u8], quote: u8, escapes: bool) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        at += 1;
        match *byte {
            b'\\' if escapes => at += 1,
            byte if byte == quote => break,
            _ => {}
        }
    }
    at
}

/// The character that joins the lines of a Dockerfile, which a directive at its top can set.
fn escape(text: &str) -> u8 {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#')?.split_once('='));
    for (key, value) in directives {
        if key.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return b'`';
        }
    }
    b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    /// The comments of a file, and of each line `c`ode, `+` for going on, and `.` for neither.
    fn read(path: &str, text: &str) -> (Vec<String>, String) {
        let sources = Sources::of(&[(path, text)]);
        let (_, source) = sources.iter().next().unwrap();
        let (mut comments, mut shape) = (Vec::new(), String::new());
        for line in lines(source).unwrap() {
            comments.extend(line.comments.iter().map(|c| text[c.body.clone()].trim().to_owned()));
            shape.push(match (line.has_code, line.continues) {
                (true, true) => '+',
                (true, false) => 'c',
                (false, _) => '.',
            });
        }
        (comments, shape)
    }

    fn comments(path: &str, text: &str) -> Vec<String> {
        read(path, text).0
    }

    #[test]
    fn dockerfiles_have_comments_where_a_shell_reads_or_on_their_own_lines() {
        let text = "FROM a # no\n# one\nRUN a '# no' # two\r\nRUN b \\\n  # three\n  c # four\n\
                    CMD [\"a\"] # no\nRUN --mount=x [\"a\"] # no\nENV A=# B=c #d\n";
        assert_eq!(comments("Dockerfile", text), ["one", "two", "three", "four"]);
        assert_eq!(read("Dockerfile", "RUN a \\ \n # x\n\n b\nFROM a\n").1, "+..cc");
        assert_eq!(read("Dockerfile", "# escape=`\nRUN a \\\nRUN a `\nb").1, ".c+c");
        assert_eq!(read("Dockerfile", "RUN a \\\\\nRUN a # b \\\nc").1, "c+c");
    }

    #[test]
    fn yaml_has_comments_after_blanks_and_outside_of_quotes() {
        let text = "# one\na: b#no\nb: \"# no\" # two\nc: don't # three\nd: ['# no', 'x'] # four\n\
                    e: |\n  gcloud run \\\n    deploy # five\nf: https://a/#b\n";
        assert_eq!(comments("a.yaml", text), ["one", "two", "three", "four", "five"]);
        assert_eq!(read("a.yaml", text).1, ".ccccc+cc");
        let json = Sources::of(&[("cloudbuild.json", "{\"steps\": [{\"name\": \"# x\"}]}")]);
        assert!(json.iter().all(|(_, source)| lines(source).is_none()));
        assert_eq!(json.iter().count(), 1);
    }

    #[test]
    fn terraform_has_three_kinds_of_comments() {
        let text = "a = 1# one\nb = \"# no // no /* \\\" no\" // two\n/* three */ c = 2 /* four\n\
                    */ // five\nd = 'x' # six\n/* open # no";
        let found = comments("a.tf", text);
        assert_eq!(found, ["one", "two", "three", "four", "five", "six"]);
        assert_eq!(read("a.tf", "/*\n# a\n*/\nx\n\n/**/\n").1, "...c..");
    }

    #[test]
    fn scripts_have_comments_before_words() {
        let text = "#!/bin/sh\necho $# ${#a} a#b '# no' \"# no\" \\# no;# one\necho \\\n  'a' # two \\\nb\n";
        assert_eq!(comments("a.sh", text), ["!/bin/sh", "one", "two \\"]);
        assert_eq!(read("a.sh", text).1, ".c+cc");
        assert_eq!(comments("Makefile", "a: # one\n\tx # two\n"), ["one", "two"]);
    }

    #[test]
    fn strings_of_three_quotes_have_no_comments() {
        let text =
            "\"\"\"a\n# no\n\"\"\" # one\nx = '''\n# no ''' # two\ny = 'it\\'s # no' # three\n";
        assert_eq!(comments("setup.py", text), ["one", "two", "three"]);
        assert_eq!(comments("seamlint.toml", "a = \"# no\"# one\n"), ["one"]);
        assert_eq!(comments("requirements.txt", "a==1 # one\nb#no\n"), ["one"]);
        assert_eq!(comments(".dockerignore", "# one\na # no\n"), ["one"]);
    }

    #[test]
    fn the_ends_of_texts_are_ends() {
        for path in ["Dockerfile", "a.yaml", "a.tf", "a.sh", "setup.py", ".gitignore"] {
            for text in
                ["", "#", "/", "/*", "/*/", "\"", "\\", "'", "\"\"\"", "é", "\"é", "\\é", "\r"]
            {
                assert!(comments(path, text).len() < 2, "{path} {text}");
                let text = format!("RUN {text}");
                assert!(comments(path, &text).len() < 2, "{path} {text}");
            }
        }
    }
}
