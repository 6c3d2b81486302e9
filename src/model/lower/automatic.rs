//! The arguments that a builder sets itself, and where they are used.

use crate::source::{Excerpt, Span};
use crate::syntax::dockerfile::{Command, Instruction, Kind, Source};

/// Whether BuildKit sets an argument of this name, where it is declared.
pub fn is_automatic(name: &str) -> bool {
    let rest = name.strip_prefix("TARGET").or_else(|| name.strip_prefix("BUILD"));
    matches!(rest, Some("PLATFORM" | "OS" | "OSVERSION" | "ARCH" | "VARIANT" | "STAGE"))
}

/// The automatic arguments whose values an instruction needs, each once, with the first place.
/// A use with a default, or of a name that the instruction sets itself, is none.
pub fn uses(instruction: &Instruction) -> Vec<(String, Span)> {
    let mut found: Vec<(String, Span)> = Vec::new();
    for text in texts(instruction) {
        for (name, at) in references(text) {
            let set_here = text.text.contains(&format!("{name}="));
            if !set_here && found.iter().all(|(other, _)| other != name) {
                found.push((name.to_owned(), at));
            }
        }
    }
    found
}

/// What is expanded in an instruction, by the builder or by the shell.
fn texts(instruction: &Instruction) -> Vec<&Excerpt> {
    let heredocs = instruction.heredocs.iter().filter(|heredoc| heredoc.expands);
    let mut texts: Vec<&Excerpt> = match &instruction.kind {
        Kind::Run(Command::Shell(script)) => vec![script],
        Kind::Run(Command::Exec(words)) => match &words[..] {
            // A shell that is called by name expands its script.
            [shell, .., script] if shell.text.ends_with("sh") => vec![script],
            _ => Vec::new(),
        },
        Kind::Copy(transfer) | Kind::Add(transfer) => {
            let sources = transfer.sources.iter().filter_map(|source| match source {
                Source::Path(path) => Some(path),
                Source::Heredoc(_) => None,
            });
            sources.chain([&transfer.destination]).collect()
        }
        Kind::Env(pairs) => pairs.iter().map(|pair| &pair.value).collect(),
        Kind::Workdir(path) => vec![path],
        _ => Vec::new(),
    };
    texts.extend(heredocs.map(|heredoc| &heredoc.body));
    texts
}

/// `$NAME` and `${NAME}` of automatic arguments in a text.
fn references(text: &Excerpt) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    for (dollar, _) in text.text.match_indices('$') {
        let escaped = text.text[..dollar].ends_with('\\');
        let rest = &text.text[dollar + 1..];
        let (rest, braces) = match rest.strip_prefix('{') {
            Some(rest) => (rest, 1),
            None => (rest, 0),
        };
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, after) = rest.split_at(length.unwrap_or(rest.len()));
        let plain = braces == 0 || after.starts_with('}');
        if is_automatic(name) && plain && !escaped {
            let end = dollar + 1 + braces + name.len() + braces;
            found.push((name, text.span(dollar..end)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn uses_are_told_from_what_only_looks_like_them() {
        let sources = Sources::of(&[("Dockerfile", "")]);
        let id = sources.iter().next().map(|(id, _)| id).unwrap();
        for (text, expected) in [
            ("GOARCH=$TARGETARCH go build", &["TARGETARCH"][..]),
            ("echo ${TARGETOS}/${TARGETARCH}", &["TARGETOS", "TARGETARCH"]),
            ("echo ${TARGETARCH:-amd64}", &[]),
            ("echo \\$TARGETARCH", &[]),
            ("echo $TARGETARCHIVE $TARGET", &[]),
        ] {
            let excerpt = Excerpt::verbatim(text, Span::new(id, 0..text.len()));
            let names: Vec<_> = references(&excerpt).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, expected, "{text}");
        }
    }
}
