//! Dockerfiles: what is read, where it stands, and that nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use seamlint::source::{Excerpt, SourceId, Sources, Span};
use seamlint::syntax::Parsed;
use seamlint::syntax::dockerfile::{
    self, Command, Dockerfile, Instruction, Kind, Source, TokenKind,
};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn parse(text: &str) -> Parsed<Dockerfile> {
    dockerfile::parse(source(), text)
}

fn source() -> SourceId {
    let sources = Sources::of(&[("Dockerfile", "")]);
    sources.iter().next().map(|(id, _)| id).unwrap()
}

/// What a Dockerfile says, one instruction per line, in the notation of BuildKit's own tests.
fn dump(text: &str, tree: &Dockerfile) -> String {
    let dump = |i: &Instruction| format!("({})\n", instruction(text, i));
    tree.instructions.iter().map(dump).collect()
}

fn instruction(text: &str, instruction: &Instruction) -> String {
    let mut out = text[instruction.keyword.range()].to_lowercase();
    if !instruction.flags.is_empty() {
        let flag = |flag: &dockerfile::Flag| match &flag.value {
            Some(value) => quote(&format!("--{}={}", flag.name, value.text)),
            None => quote(&format!("--{}", flag.name)),
        };
        let flags: Vec<_> = instruction.flags.iter().map(flag).collect();
        out.push_str(&format!(" [{}]", flags.join(" ")));
    }
    if let Kind::Onbuild(inner) = &instruction.kind {
        return format!("{out} ({})", self::instruction(text, inner));
    }
    for word in words(text, instruction) {
        out.push(' ');
        out.push_str(&quote(&word));
    }
    out
}

fn words(text: &str, instruction: &Instruction) -> Vec<String> {
    let all = |words: &[Excerpt]| words.iter().map(|word| word.text.clone()).collect();
    let command = |command: &Command| match command {
        Command::Exec(words) => all(words),
        Command::Shell(shell) if shell.text.is_empty() => Vec::new(),
        Command::Shell(shell) => vec![shell.text.clone()],
    };
    match &instruction.kind {
        Kind::From { image, name } => {
            let mut words = vec![image.text.clone()];
            if let Some(name) = name {
                let between = &text[image.at.end as usize..name.at.start as usize];
                let between = between.trim_matches(|c: char| c == '\\' || c.is_whitespace());
                words.extend([between.to_owned(), name.text.clone()]);
            }
            words
        }
        Kind::Run(c) | Kind::Cmd(c) | Kind::Entrypoint(c) => command(c),
        Kind::Copy(transfer) | Kind::Add(transfer) => {
            let source = |source: &Source| match source {
                Source::Path(path) => path.text.clone(),
                Source::Heredoc(i) => text[instruction.heredocs[*i].opened.range()].to_owned(),
            };
            let mut words: Vec<_> = transfer.sources.iter().map(source).collect();
            words.push(transfer.destination.text.clone());
            words
        }
        Kind::Env(pairs) | Kind::Label(pairs) => pairs
            .iter()
            .flat_map(|pair| {
                let sign = if pair.legacy { "" } else { "=" };
                [pair.key.text.clone(), pair.value.text.clone(), sign.to_owned()]
            })
            .collect(),
        Kind::Arg(declarations) => declarations
            .iter()
            .map(|declaration| match &declaration.default {
                Some(default) => format!("{}={}", declaration.name.text, default.text),
                None => declaration.name.text.clone(),
            })
            .collect(),
        Kind::Workdir(word)
        | Kind::User(word)
        | Kind::StopSignal(word)
        | Kind::Maintainer(word) => {
            vec![word.text.clone()]
        }
        Kind::Expose(words) | Kind::Volume(words) | Kind::Shell(words) => all(words),
        Kind::HealthCheck(None) => vec!["NONE".to_owned()],
        Kind::HealthCheck(Some(c)) => {
            let mut words = vec!["CMD".to_owned()];
            words.extend(command(c));
            words
        }
        Kind::Onbuild(_) => Vec::new(),
        Kind::Unknown(_) => vec![String::new()],
    }
}

/// A string as Go quotes it.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 32 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

#[test]
fn every_instruction_is_read() {
    for (text, expected) in [
        ("FROM a:1", r#"(from "a:1")"#),
        ("from --platform=$X a AS b", r#"(from ["--platform=$X"] "a" "AS" "b")"#),
        ("RUN a \\\n  # why\n\n  && b", r#"(run "a   && b")"#),
        ("RUN [\"a\", \"b\\n\"]", r#"(run "a" "b\n")"#),
        ("RUN ['a']", r#"(run "['a']")"#),
        ("CMD [ ]", "(cmd)"),
        ("ENTRYPOINT exec \"a b\"", r#"(entrypoint "exec \"a b\"")"#),
        ("COPY --from=x --chown=1:2 a b/ c", r#"(copy ["--from=x" "--chown=1:2"] "a" "b/" "c")"#),
        ("COPY [\"a b\", \"c\"]", r#"(copy "a b" "c")"#),
        ("ADD https://x/y /z", r#"(add "https://x/y" "/z")"#),
        ("ENV A=1 B=\"x y\" C=x\\ y", r#"(env "A" "1" "=" "B" "\"x y\"" "=" "C" "x\\ y" "=")"#),
        ("ENV A b  c", r#"(env "A" "b  c" "")"#),
        ("LABEL a=b", r#"(label "a" "b" "=")"#),
        ("ARG A B=c", r#"(arg "A" "B=c")"#),
        ("WORKDIR /a b", r#"(workdir "/a b")"#),
        ("USER 1:2", r#"(user "1:2")"#),
        ("EXPOSE 80 443/tcp", r#"(expose "80" "443/tcp")"#),
        ("VOLUME [\"/a\"]", r#"(volume "/a")"#),
        ("STOPSIGNAL 9", r#"(stopsignal "9")"#),
        (
            "HEALTHCHECK --interval=5s CMD curl x",
            r#"(healthcheck ["--interval=5s"] "CMD" "curl x")"#,
        ),
        ("HEALTHCHECK NONE", r#"(healthcheck "NONE")"#),
        ("SHELL [\"sh\", \"-c\"]", r#"(shell "sh" "-c")"#),
        ("MAINTAINER a <b>", r#"(maintainer "a <b>")"#),
        ("ONBUILD COPY --link . /a", r#"(onbuild (copy ["--link"] "." "/a"))"#),
    ] {
        let full = if text.to_lowercase().starts_with("from") {
            text.to_owned()
        } else {
            format!("FROM a\n{text}\n")
        };
        let parsed = parse(&full);
        assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
        let dumped = dump(&full, &parsed.tree);
        assert_eq!(dumped.lines().last().unwrap(), expected, "{text}");
    }
}

#[test]
fn errors_say_what_and_where() {
    for (text, expected) in [
        ("", "0..0: the file has no instruction"),
        ("# only\n", "0..0: the file has no instruction"),
        ("RUN a", "0..3: this instruction stands before the first `FROM`"),
        ("ARG A", "0..3: the file has no `FROM`"),
        ("FORM a", "0..4: unknown instruction `FORM`: did you mean `FROM`"),
        ("FROM", "0..4: `FROM` has no argument"),
        (
            "FROM a b",
            "5..8: `FROM` has 2 arguments, where `FROM image` or `FROM image AS name` is expected",
        ),
        (
            "FROM a AS 1",
            "10..11: `1` is no name of a stage, which starts with a letter and holds letters, digits, `-`, `_` and `.`",
        ),
        (
            "FROM a b\nRUN a",
            "5..8: `FROM` has 2 arguments, where `FROM image` or `FROM image AS name` is expected",
        ),
        (
            "FROM a AS 1\nRUN a",
            "10..11: `1` is no name of a stage, which starts with a letter and holds letters, digits, `-`, `_` and `.`",
        ),
        (
            "FROM a\nCOPY a",
            "12..13: `COPY` has one argument, where a source and a destination are expected",
        ),
        ("FROM a\nCOPY --form=b a c", "12..20: `COPY` has no flag `--form`: did you mean `--from`"),
        ("FROM a\nWORKDIR --x /a", "15..18: `WORKDIR` has no flag `--x`, it takes none"),
        ("FROM a\nENV A", "11..12: `ENV A` has no value"),
        ("FROM a\nENV A=1 B", "15..16: `B` is not `name=value`"),
        (
            "FROM a\nCMD [\"a\", 1]",
            "17..18: the array of `CMD` holds `1`, where a string is expected",
        ),
        (
            "FROM a\nSHELL sh -c",
            "13..18: `SHELL` takes a JSON array, such as `[\"/bin/sh\", \"-c\"]`",
        ),
        (
            "FROM a\nHEALTHCHECK RUN x",
            "19..22: `HEALTHCHECK RUN` is unknown, where `CMD` or `NONE` is expected",
        ),
        (
            "FROM a\nHEALTHCHECK --interval=30 CMD x",
            "30..32: `--interval` is `30`, where a duration such as `30s` or `1m30s` is expected",
        ),
        ("FROM a\nRUN <<EOF\nx\n", "11..16: no line `EOF` ends this heredoc"),
        ("FROM a\nONBUILD FROM b", "15..19: `ONBUILD` cannot put off `FROM`"),
        ("# escape=x\nFROM a", "9..10: escape is `x`, where \\ or ` is expected"),
        ("# escape=`\n# escape=`\nFROM a", "11..21: directive `escape` is given twice"),
        ("FROM a\n\\\n", "7..7: nothing follows this continuation"),
    ] {
        let errors = parse(text).errors;
        let error = |e: &seamlint::syntax::SyntaxError| {
            format!("{}..{}: {}", e.at.start, e.at.end, e.message)
        };
        let errors: Vec<_> = errors.iter().map(error).collect();
        assert_eq!(errors, [expected], "{text:?}");
    }
}

#[test]
fn what_follows_an_error_is_read() {
    let text = "FROM a\nRNU x\nCOPY a\nENV A=b\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors.len(), 2);
    assert_eq!(parsed.tree.instructions.len(), 4);
    assert!(matches!(parsed.tree.instructions[3].kind, Kind::Env(_)));
}

#[test]
fn directives_end_at_the_first_other_line() {
    let text = "# syntax=docker/dockerfile:1\n#escape = `\n# a comment\n# check=skip=all\nFROM a\nRUN x `\n  y\n";
    let tree = parse(text).tree;
    let names: Vec<_> = tree.directives.iter().map(|d| (&*d.name, &*d.value.text)).collect();
    assert_eq!(names, [("syntax", "docker/dockerfile:1"), ("escape", "`")]);
    assert_eq!(tree.escape, '`');
    assert_eq!(tree.comments.len(), 2);
    let Kind::Run(Command::Shell(run)) = &tree.instructions[1].kind else { panic!() };
    assert_eq!(run.text, "x   y");
}

#[test]
fn heredocs_are_taken_in_with_their_lines() {
    let text = "FROM a\nRUN <<EOF cat && <<-\"END\" tee x\none\nEOF\n\t\ttwo\n\tEND\nCOPY <<a.txt b /c\nthree\na.txt\nRUN x\n";
    let parsed = parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let run = &parsed.tree.instructions[1];
    let heredocs: Vec<_> =
        run.heredocs.iter().map(|h| (&*h.name, &*h.body.text, h.expands, h.chomps)).collect();
    assert_eq!(heredocs, [("EOF", "one\n", true, false), ("END", "two\n", false, true)]);
    assert_eq!(&text[run.heredocs[1].body.span(0..3).range()], "two");
    let Kind::Copy(copy) = &parsed.tree.instructions[2].kind else { panic!() };
    assert!(matches!(&copy.sources[..], [Source::Heredoc(0), Source::Path(_)]));
    assert_eq!(parsed.tree.instructions.len(), 4);
}

#[test]
fn words_lead_back_across_continuations() {
    let text = "FROM a\nRUN one \\\n  # why\n  two \\\n\n three\n";
    let tree = parse(text).tree;
    let Kind::Run(Command::Shell(run)) = &tree.instructions[1].kind else { panic!() };
    for word in ["one", "two", "three"] {
        let at = run.text.find(word).unwrap();
        assert_eq!(&text[run.span(at..at + word.len()).range()], word);
    }
    assert_eq!(&text[tree.instructions[1].at.range()], &text[7..text.len() - 1]);
}

#[test]
fn tokens_are_told_apart() {
    let text = "# c\nFROM --platform=x a\nRUN b \\\n c\nRUN <<E\nd\nE\n";
    use TokenKind::*;
    let kinds: Vec<_> = dockerfile::tokens(source(), text)
        .into_iter()
        .filter(|t| t.kind != LineBreak && t.kind != Blank)
        .map(|t| (t.kind, &text[t.span.range()]))
        .collect();
    assert_eq!(
        kinds,
        [
            (Comment, "# c"),
            (Keyword, "FROM"),
            (Flag, "--platform=x"),
            (Word, "a"),
            (Keyword, "RUN"),
            (Word, "b"),
            (Continuation, "\\\n"),
            (Word, "c"),
            (Keyword, "RUN"),
            (Word, "<<E"),
            (HeredocBody, "d\n"),
            (HeredocEnd, "E"),
        ]
    );
}

/// Compares with the expected trees of BuildKit's own tests:
/// `BUILDKIT_SOURCE=<checkout> cargo test --test dockerfile -- --ignored --nocapture`.
#[test]
#[ignore = "SKIPPED unless BUILDKIT_SOURCE names a checkout of github.com/moby/buildkit"]
fn trees_are_those_of_buildkit() {
    let folder = std::env::var_os("BUILDKIT_SOURCE").map(PathBuf::from);
    let folder = folder.expect("BUILDKIT_SOURCE to name a checkout");
    let folder = folder.join("frontend/dockerfile/parser");
    let (mut same, mut refused) = (0, 0);
    for case in subfolders(&folder.join("testfiles")) {
        let text = std::fs::read_to_string(case.join("Dockerfile")).unwrap();
        let expected = std::fs::read_to_string(case.join("result")).unwrap();
        let tree = parse(&text).tree;
        let dumped = dump(&text, &tree);
        assert_eq!(dumped.lines().count(), expected.lines().count(), "{}", case.display());
        for (i, (ours, theirs)) in dumped.lines().zip(expected.lines()).enumerate() {
            // BuildKit refuses some instructions only after these trees are made.
            let refused = matches!(tree.instructions[i].kind, Kind::Unknown(_));
            let named = ours.strip_suffix(" \"\")").filter(|_| refused);
            let equal = named.map_or(ours == theirs, |named| theirs.starts_with(named));
            assert!(equal, "{}:\n{ours}\n{theirs}", case.display());
        }
        same += 1;
    }
    for case in subfolders(&folder.join("testfiles-negative")) {
        let text = std::fs::read_to_string(case.join("Dockerfile")).unwrap();
        assert!(!parse(&text).errors.is_empty(), "{}", case.display());
        refused += 1;
    }
    assert!(same >= 30 && refused >= 4, "{same} and {refused} are too few");
    eprintln!("{same} valid files have the tree of BuildKit, {refused} invalid files are refused");
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn long_and_hostile_files_are_read_in_time() {
    for text in [
        format!("FROM a\nRUN {}", "x ".repeat(1_000_000)),
        "FROM a\\\n".repeat(100_000),
        format!("FROM a\nCMD {}", "[".repeat(1_000_000)),
        format!("FROM a\nRUN {}", "${x:-".repeat(100_000)),
        "ONBUILD ".repeat(100_000),
        "FROM a\nRUN <<A <<A <<A <<A\n".repeat(10_000),
        "RUN <<A\n".repeat(100_000),
        format!("FROM a\nENV {}", "a=\"b\" ".repeat(200_000)),
        format!("FROM a\nCOPY {}", "--x=\"".repeat(100_000)),
        "#\n".repeat(500_000),
    ] {
        let start = Instant::now();
        drop(parse(&text));
        let head = &text[..40.min(text.len())];
        assert!(start.elapsed() < Duration::from_secs(10), "{head}: {:?}", start.elapsed());
    }
}

fn check(text: &str) {
    let parsed = parse(text);
    let again: String =
        dockerfile::tokens(source(), text).iter().map(|t| &text[t.span.range()]).collect();
    assert_eq!(again, text, "the tokens give the text back");
    let inside = |at: Span| assert!(text.get(at.range()).is_some(), "{at:?}");
    parsed.errors.iter().for_each(|error| inside(error.at));
    for instruction in &parsed.tree.instructions {
        inside(instruction.at);
        inside(instruction.keyword);
        instruction.flags.iter().for_each(|flag| inside(flag.at));
        for heredoc in &instruction.heredocs {
            inside(heredoc.opened);
            excerpt(&heredoc.body, &inside);
        }
        match &instruction.kind {
            Kind::Run(Command::Shell(text)) | Kind::Unknown(text) => excerpt(text, &inside),
            Kind::Cmd(Command::Exec(words)) => words.iter().for_each(|w| excerpt(w, &inside)),
            Kind::Env(pairs) => pairs.iter().for_each(|pair| excerpt(&pair.value, &inside)),
            _ => {}
        }
    }
}

fn excerpt(excerpt: &Excerpt, inside: &dyn Fn(Span)) {
    inside(excerpt.at);
    for (at, c) in excerpt.text.char_indices() {
        inside(excerpt.span(at..at + c.len_utf8()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_tree(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn any_signs_give_a_tree(text in "(FROM |RUN |COPY |ENV |ONBUILD |CMD |--a=|<<-?E|E\n|\\\\\n|`|#|[\\[\\]\"'$\\{\\} \t\r\n=,:aö\u{a0}])*") {
        check(&text);
    }

    #[test]
    fn any_directives_give_a_tree(text in "(# ?(escape|syntax|x) ?= ?[`\\\\a]?\r?\n|FROM a [`\\\\]\n){0,4}") {
        check(&text);
    }
}
