//! The arguments that a builder sets itself, and where they are used.

use crate::source::{Excerpt, Span};
use crate::syntax::dockerfile::{Command, Instruction, Kind, Source};

/// Whether BuildKit sets an argument of this name, where it is declared.
pub fn is_automatic(name: &str) -> bool {
    let rest = name.strip_prefix("TARGET").or_else(|| name.strip_prefix("BUILD"));
    matches!(rest, Some("PLATFORM" | "OS" | "OSVERSION" | "ARCH" | "VARIANT" | "STAGE"))
}

/// The variables whose values an instruction needs, of those that are wanted, each once, with the
/// first place.
/// A use with a default, or of a name that the instruction sets itself, is none.
pub fn uses(instruction: &Instruction, wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Span)> {
    let mut found: Vec<(String, Span)> = Vec::new();
    for text in texts(instruction) {
        for (name, at) in references(text, wanted) {
            if !is_set_in(&text.text, name) && found.iter().all(|(other, _)| other != name) {
                found.push((name.to_owned(), at));
            }
        }
    }
    found
}

/// Whether a text may set a variable itself: it names it without a `$`, or reads in a file
/// that could.
fn is_set_in(text: &str, name: &str) -> bool {
    let bare = text.match_indices(name).any(|(i, _)| {
        let (before, after) = (&text[..i], &text[i + name.len()..]);
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let longer = before.ends_with(inside) || after.starts_with(inside);
        let used = before.ends_with('$') || before.ends_with("${");
        let assigns = used && (after.starts_with(":=") || after.starts_with('='));
        !longer && (!used || assigns)
    });
    let mut before = ";";
    let reads_in = text.split_whitespace().any(|word| {
        let starts = before.ends_with([';', '&', '|', '{']) || matches!(before, "then" | "do");
        before = word;
        starts && matches!(word, "source" | "." | "eval")
    });
    bare || reads_in
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
        Kind::Env(pairs) | Kind::Label(pairs) => pairs.iter().map(|pair| &pair.value).collect(),
        // A name that stands before it in the same `ARG` is known.
        Kind::Arg(all) if all.len() == 1 => all[0].default.iter().collect(),
        Kind::Workdir(path) | Kind::User(path) => vec![path],
        Kind::Expose(words) | Kind::Volume(words) => words.iter().collect(),
        _ => Vec::new(),
    };
    texts.extend(heredocs.map(|heredoc| &heredoc.body));
    texts
}

/// The names of all variables of a word, with what may be done to them.
pub fn references_with_defaults(word: &Excerpt) -> Vec<&str> {
    let dollars = word.text.match_indices('$');
    let names = dollars.map(|(dollar, _)| {
        let rest = word.text[dollar + 1..].trim_start_matches('{');
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..length.unwrap_or(rest.len())]
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// `$NAME` and `${NAME}` in a text, of the names that are wanted.
pub fn references<'a>(text: &'a Excerpt, wanted: &dyn Fn(&str) -> bool) -> Vec<(&'a str, Span)> {
    let mut found = Vec::new();
    for (dollar, _) in text.text.match_indices('$') {
        let before = &text.text[..dollar];
        let escaped = || before.ends_with('\\') || before.matches('\'').count() % 2 == 1;
        let rest = &text.text[dollar + 1..];
        let (rest, braces) = match rest.strip_prefix('{') {
            Some(rest) => (rest, 1),
            None => (rest, 0),
        };
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, after) = rest.split_at(length.unwrap_or(rest.len()));
        let plain = braces == 0 || after.starts_with('}');
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if starts && plain && wanted(name) && !escaped() {
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
    fn a_script_may_set_the_variable_itself() {
        for text in [
            "TARGETARCH=$(uname -m) && echo $TARGETARCH",
            "for TARGETARCH in amd64 arm64; do go build; done",
            "read TARGETARCH < /arch",
            ": \"${TARGETARCH:=amd64}\"\necho $TARGETARCH",
            ". /env.sh && echo $TARGETARCH",
        ] {
            assert!(is_set_in(text, "TARGETARCH"), "{text}");
        }
        assert!(!is_set_in("GOARCH=${TARGETARCH} go build $TARGETARCHIVE", "TARGETARCH"));
    }

    #[test]
    fn uses_are_told_from_what_only_looks_like_them() {
        let sources = Sources::of(&[("Dockerfile", "")]);
        let id = sources.iter().next().map(|(id, _)| id).unwrap();
        for (text, expected) in [
            ("GOARCH=$TARGETARCH go build", &["TARGETARCH"][..]),
            ("echo ${TARGETOS}/${TARGETARCH}", &["TARGETOS", "TARGETARCH"]),
            ("echo ${TARGETARCH:-amd64}", &[]),
            ("echo \\$TARGETARCH '$TARGETARCH'", &[]),
            ("echo $TARGETARCHIVE $TARGET", &[]),
        ] {
            let excerpt = Excerpt::verbatim(text, Span::new(id, 0..text.len()));
            let names: Vec<_> =
                references(&excerpt, &is_automatic).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, expected, "{text}");
        }
    }
}
