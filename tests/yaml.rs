//! YAML: what is read, where it stands, and that nothing stops the reading.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use seamlint::source::{SourceId, Sources, Span};
use seamlint::syntax::Parsed;
use seamlint::syntax::yaml::{self, EXPANSION, Kind, Node, PlainKind, Style, Yaml};
use std::time::{Duration, Instant};

fn parse(text: &str) -> Parsed<Yaml> {
    yaml::parse(source(), text)
}

fn source() -> SourceId {
    let sources = Sources::of(&[("a.yaml", "")]);
    sources.iter().next().map(|(id, _)| id).unwrap()
}

fn root(text: &str) -> Node {
    let parsed = parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    parsed.tree.root().cloned().unwrap()
}

fn messages(text: &str) -> Vec<String> {
    let parsed = parse(text);
    parsed.errors.iter().map(|e| format!("{}: {}", e.at.start, e.message)).collect()
}

/// A tree in one line, to compare by.
fn shape(node: &Node) -> String {
    match &node.kind {
        Kind::Empty => "~".to_owned(),
        Kind::Scalar(scalar) => format!("{:?}", scalar.text.text),
        Kind::Sequence(items) => {
            format!("[{}]", items.iter().map(shape).collect::<Vec<_>>().join(", "))
        }
        Kind::Mapping(entries) => {
            let entry = |e: &yaml::Entry| format!("{}: {}", shape(&e.key), shape(&e.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn every_form_is_read() {
    for (text, expected) in [
        ("a: 1\nb: [x, 'y z', \"\\u0041\"]\n", r#"{"a": "1", "b": ["x", "y z", "A"]}"#),
        ("- a\n- b: 1\n  c:\n", r#"["a", {"b": "1", "c": ~}]"#),
        ("a:\n- 1\n- 2\n", r#"{"a": ["1", "2"]}"#),
        (
            "a: |\n  one\n   two\n\nb: >-\n  x\n  y\n\n  z\n",
            r#"{"a": "one\n two\n", "b": "x y\nz"}"#,
        ),
        ("a: &x {k: v}\nb: *x\n", r#"{"a": {"k": "v"}, "b": {"k": "v"}}"#),
        ("{\"a\": [1, {\"b\": null}]}", r#"{"a": ["1", {"b": "null"}]}"#),
        ("a: 'it''s'\n", r#"{"a": "it's"}"#),
        ("a: one\n  two\n", r#"{"a": "one two"}"#),
        ("# nothing but this\n---\na: 1 # here\n", r#"{"a": "1"}"#),
        ("a: |2\n    x\n", r#"{"a": "  x\n"}"#),
        ("a: |+\n  x\n\n", r#"{"a": "x\n\n"}"#),
        ("a: http://x:1/y#z\n", r#"{"a": "http://x:1/y#z"}"#),
    ] {
        assert_eq!(shape(&root(text)), expected, "{text}");
    }
}

#[test]
fn places_are_those_of_the_words() {
    let text = "name: 'api'\nargs: [\"build\", x]\nlist:\n  - one\n";
    let root = root(text);
    let at = |span: Span| &text[span.range()];
    assert_eq!(at(root.get("name").unwrap().at), "'api'");
    assert_eq!(at(root.entries()[1].key.at), "args");
    assert_eq!(at(root.get("args").unwrap().at), "[\"build\", x]");
    assert_eq!(at(root.get("args").unwrap().items()[0].at), "\"build\"");
    assert_eq!(at(root.get("list").unwrap().at), "- one");
}

#[test]
fn the_lines_of_a_block_lead_back_to_the_file() {
    let text = "script: |\n    #!/bin/sh\n    docker build ö .\n\n    docker push\nnext: 1\n";
    let root = root(text);
    let script = root.get("script").unwrap().scalar().unwrap();
    assert_eq!(script.style, Style::Literal);
    let body = &script.text.text;
    for word in ["#!/bin/sh", "docker build ö .", "docker push"] {
        let at = body.find(word).unwrap();
        let span = script.text.span(at..at + word.len());
        assert_eq!(&text[span.range()], word);
    }
}

#[test]
fn escapes_and_folded_lines_lead_back_to_the_file() {
    let text = "a: \"x\\ty \\\n   z $VAR\"\nb: >\n  one\n  $TWO\n";
    let root = root(text);
    for (key, word) in [("a", "$VAR"), ("b", "$TWO"), ("a", "z"), ("b", "one")] {
        let scalar = root.get(key).unwrap().scalar().unwrap();
        let at = scalar.text.text.find(word).unwrap();
        assert_eq!(&text[scalar.text.span(at..at + word.len()).range()], word);
    }
}

#[test]
fn merge_keys_bring_what_is_not_given() {
    let text = "base: &b {a: 1, b: 2}\nmore: &m {c: 3, a: 9}\nx:\n  <<: [*b, *m]\n  b: 5\n";
    let root = root(text);
    let x = root.get("x").unwrap();
    assert_eq!(x.get("a").and_then(Node::text), Some("1"));
    assert_eq!(x.get("b").and_then(Node::text), Some("5"));
    assert_eq!(x.get("c").and_then(Node::text), Some("3"));
    let merged: Vec<_> = x.merged().iter().filter_map(|e| e.key.text()).collect();
    assert_eq!(merged, ["b", "a", "c"]);
}

#[test]
fn words_are_what_a_loader_takes_them_for() {
    let root = root("a: yes\nb: 'yes'\nc: 8080\nd: 1.5\ne: ~\nf: 2001-01-01\ng: !!str 1\nh:\n");
    let kinds: Vec<_> = root.entries().iter().filter_map(|e| e.value.plain_kind()).collect();
    use PlainKind::{Bool, Float, Int, Null, Str, Timestamp};
    assert_eq!(kinds, [Bool, Str, Int, Float, Null, Timestamp, Str, Null]);
    assert_eq!(root.get("a").unwrap().boolean(), Some(true));
    assert_eq!(root.get("b").unwrap().boolean(), None);
}

#[test]
fn comments_are_listed_where_they_stand() {
    let text = "# one\na: 1 # two\nb: 'x # no'\nc: |\n  # no\n# three\n";
    let comments = parse(text).tree.comments;
    let comments: Vec<_> = comments.iter().map(|at| &text[at.range()]).collect();
    assert_eq!(comments, ["# one", "# two", "# three"]);
}

#[test]
fn documents_are_kept_apart() {
    let parsed = parse("a: 1\n---\nb: 2\n---\n");
    let shapes: Vec<_> = parsed.tree.documents.iter().map(shape).collect();
    assert_eq!(shapes, [r#"{"a": "1"}"#, r#"{"b": "2"}"#, "~"]);
}

#[test]
fn what_other_loaders_take_is_taken() {
    for (text, expected) in [
        ("a: [1]# one\nb: 2\n", r#"{"a": ["1"], "b": "2"}"#),
        ("a: 'x'# one\n# two\nb: \"y\"#\n", r#"{"a": "x", "b": "y"}"#),
        ("a:\n  b: '{\n    1\n  }'\n  c: 2\n", r#"{"a": {"b": "{ 1   }", "c": "2"}}"#),
        ("a: \"x\ny\nz\"\nb: 1\n", r#"{"a": "x y z", "b": "1"}"#),
        ("a: [-]\nb: [ -, _, x-]\n", r#"{"a": ["-"], "b": ["-", "_", "x-"]}"#),
    ] {
        assert_eq!(shape(&root(text)), expected, "{text:?}");
    }
    assert_eq!(parse("a: [1]# one\n").tree.comments.len(), 1);
    // But not without end.
    quick(&"a: [1]# one\n".repeat(20_000));
    quick(&format!("a: '{}'\n", "x\n".repeat(100_000)));
    quick(&format!("a: [{}]\n", "-,".repeat(100_000)));
}

#[test]
fn a_broken_entry_costs_nothing_but_itself() {
    let text = "steps:\n- name: a\n  args: [x, 'y]\n- name: b\n  args: [z]\noptions: {a: 1}\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors.len(), 1, "{:?}", parsed.errors);
    let root = parsed.tree.root().unwrap();
    let names: Vec<_> = root
        .get("steps")
        .unwrap()
        .items()
        .iter()
        .filter_map(|step| step.get("name").and_then(Node::text))
        .collect();
    assert!(names.contains(&"a") && names.contains(&"b"), "{}", shape(root));
    assert!(root.get("options").is_some(), "{}", shape(root));
}

#[test]
fn a_tab_costs_one_entry() {
    let text = "a: 1\nb:\n\tc: 2\nd: 3\n";
    let parsed = parse(text);
    let root = parsed.tree.root().unwrap();
    assert!(!parsed.errors.is_empty());
    assert_eq!(root.get("a").and_then(Node::text), Some("1"));
    assert_eq!(root.get("d").and_then(Node::text), Some("3"));
}

#[test]
fn errors_say_what_and_where() {
    let repeated = parse("a: 1\nb: 2\na: 3\n").tree.repeated;
    assert_eq!(repeated[0].message, "key `a` is given twice");
    assert_eq!(messages("a: *x\n"), ["3: no anchor `&x` stands before this alias"]);
    assert_eq!(messages("a: &x [*x]\n"), ["7: alias `*x` stands inside the value of its anchor"]);
}

fn quick(text: &str) -> Parsed<Yaml> {
    let start = Instant::now();
    let parsed = parse(text);
    assert!(start.elapsed() < Duration::from_secs(10), "{} bytes take too long", text.len());
    parsed
}

#[test]
fn an_alias_bomb_is_bounded() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let of = format!("*a{}", i - 1);
        let items = [of.as_str(); 9].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{items}]\n"));
    }
    let parsed = quick(&text);
    assert!(parsed.errors.iter().any(|e| e.message.contains(&EXPANSION.to_string())));
    fn count(node: &Node) -> usize {
        let entries = node.entries().iter().map(|e| count(&e.key) + count(&e.value));
        1 + node.items().iter().map(count).sum::<usize>() + entries.sum::<usize>()
    }
    assert!(parsed.tree.documents.iter().map(count).sum::<usize>() < 2 * EXPANSION);
}

#[test]
fn deep_and_long_texts_are_read_in_time() {
    for text in [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        (0..2_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>(),
        "a: [\n".repeat(20_000),
        "\"".repeat(100_000),
        "# x\n".repeat(100_000),
        format!("a: {}", "x ".repeat(1_000_000)),
        format!("a: |\n{}", "  x\n".repeat(200_000)),
        "k: 'v\n".repeat(20_000),
        "<<: {<<: {a: 1}}\n".repeat(10_000),
    ] {
        let parsed = quick(&text);
        drop(parsed);
    }
}

fn check(text: &str) {
    let parsed = parse(text);
    let inside = |at: Span| text.get(at.range()).is_some();
    fn walk(node: &Node, inside: &dyn Fn(Span) -> bool) {
        assert!(inside(node.at), "{:?}", node.at);
        if let Some(scalar) = node.scalar() {
            let text = &scalar.text.text;
            for (at, c) in text.char_indices() {
                assert!(inside(scalar.text.span(at..at + c.len_utf8())));
            }
        }
        node.items().iter().for_each(|item| walk(item, inside));
        for entry in node.entries() {
            walk(&entry.key, inside);
            walk(&entry.value, inside);
        }
    }
    parsed.tree.documents.iter().for_each(|node| walk(node, &inside));
    assert!(parsed.tree.comments.iter().all(|at| inside(*at)));
    assert!(parsed.errors.iter().all(|error| inside(error.at)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_tree(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn any_text_of_signs_gives_a_tree(text in "[a-c:\\-\\[\\]{},|>&*!?#'\"%@`<~ \t\r\nö\\\\0-2]{0,60}") {
        check(&text);
    }

    #[test]
    fn any_lines_give_a_tree(lines in prop::collection::vec("( ){0,4}(- )?(a|<<|'b'|\"\\\\t\")?(: ?)?(1|\\[|\\{|\\||>-|&x|\\*x|# c)?", 0..12)) {
        check(&lines.join("\n"));
    }
}
