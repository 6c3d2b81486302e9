//! What becomes of files that are broken, hostile or cut off.

use super::{evaluate, plain, resource};
use proptest::prelude::*;
use seamlint::eval::terraform::{Block, Datum, Terraform};
use seamlint::source::Sources;
use seamlint::syntax::hcl;
use seamlint::value::Why;

/// The names of the resources, and the errors as the text that they underline.
fn recovered(text: &str) -> (String, Vec<String>) {
    let sources = Sources::of(&[("main.tf", text)]);
    let terraform = Terraform::evaluate(&sources, &[]);
    let names: Vec<&str> = terraform.resources("x").map(|(_, r)| r.name.as_str()).collect();
    let errors = terraform
        .errors
        .iter()
        .map(|error| format!("{}: {}", sources.text(error.at), error.message))
        .collect();
    (names.join(" "), errors)
}

#[test]
fn what_is_broken_costs_nothing_but_itself() {
    let before = "resource \"x\" \"a\" {\n  it = 1\n}\n";
    let after = "resource \"x\" \"z\" {\n  it = 1\n}\n";
    for (broken, names, error) in [
        ("resource \"x\" \"b\" {\n  it = = 1\n}\n", "a b z", "=: invalid expression"),
        ("resource \"x\" \"b\" {\n  it =\n}\n", "a b z", "it: expected a value after `it =`"),
        ("resource \"x\" \"b\" {\n  it = [1, 2\n}\n", "a b z", ""),
        ("resource \"x\" \"b\" {\n  it = foo(\"a\"\n  n = 2\n}\n", "a b z", ""),
        (
            "resource \"x\" \"b\" {\n  it = \"abc\n}\n",
            "a b z",
            "abc: the string is not closed on its line",
        ),
        (
            "resource \"x\" \"b\" {\n  it = 1\n",
            "a b z",
            "resource \"x\" \"b\": the block is not closed",
        ),
        (
            "resource \"x\" \"b\" {\n  inner {\n    it = 1\n}\n",
            "a b z",
            "resource \"x\" \"b\": the block is not closed",
        ),
        ("resource \"x\" \"b\" {\n  it = 1\n}\n}\n", "a b z", "}: this bracket closes nothing"),
        ("resource \"x\" \"b\" {\n  it = <<EOT\nx\n}\n", "a b z", ""),
        ("resource \"x\" \"b\" {\n  it = { a = \"${ \n}\n", "a b z", ""),
        ("resource \"x\" \"b\" {\n  ???\n  it = 1\n}\n", "a b z", "?"),
        ("resource \"x\" b c d = 3\n", "a z", "=: expected a label or `{` after the labels of"),
        ("resource \"x\" \"${b}\" {}\n", "a z", "\"${: a label is a string"),
        ("resource\n", "a z", "\n: expected `=`, a label or `{` after `resource`"),
        ("]\n", "a z", "]: this bracket closes nothing"),
        ("[<\n", "a z", "[: expected the name of an argument or a block"),
    ] {
        let (found, errors) = recovered(&format!("{before}{broken}{after}"));
        assert_eq!(found, names, "{broken}: {errors:?}");
        assert!(errors.iter().any(|found| found.starts_with(error)), "{broken}: {errors:?}");
    }
    // What is not closed to the end takes the rest with it, but not what is before.
    let (found, errors) = recovered(&format!("{before}/* never closed\n{after}"));
    assert_eq!((found.as_str(), errors.len()), ("a", 1));
}

#[test]
fn comments_are_found_where_they_are_comments() {
    let text = "# one\nit = \"# no\" // two\r\nx = <<EOT\n# no\nEOT\n/* three\n */ y = \"${1 /* four */}\"";
    let sources = Sources::of(&[("main.tf", text)]);
    let (id, source) = sources.iter().next().expect("a file");
    let found: Vec<&str> =
        hcl::comments(id, &source.text).into_iter().map(|span| sources.text(span)).collect();
    assert_eq!(found, ["# one", "// two", "/* three\n */", "/* four */"]);
}

#[test]
fn hostile_files_are_bounded() {
    let deep = |open: &str, close: &str| {
        format!(
            "resource \"x\" \"y\" {{\n it = {}1{}\n}}\n",
            open.repeat(10_000),
            close.repeat(10_000)
        )
    };
    for (text, expected) in [
        (deep("[", "]"), "the expression is nested more than 64 deep"),
        (deep("(", ")"), "the expression is nested more than 64 deep"),
        (deep("{a=", "}"), "the expression is nested more than 64 deep"),
        (deep("\"${", "}\""), "the expression is nested more than 64 deep"),
        (deep("!", ""), "nesting depth"),
        (deep("f(", ")"), "the expression is nested more than 64 deep"),
        (deep("true ? 1 : ", ""), "nesting depth"),
        (deep("1 + ", ""), "binary operation"),
        ("a {\n".repeat(10_000), "blocks are nested more than 64 deep"),
    ] {
        let (_, errors) = recovered(&text);
        assert!(errors.iter().any(|error| error.contains(expected)), "{expected}: {errors:.300?}");
    }
    // Values that grow without end.
    let mut doubling = String::from("locals {\n a0 = \"x\"\n b0 = [1]\n");
    let mut chain = String::from("locals {\n a0 = \"x\"\n");
    for i in 0..100 {
        let next = i + 1;
        doubling += &format!(" a{next} = \"${{local.a{i}}}${{local.a{i}}}\"\n");
        doubling += &format!(" b{next} = [local.b{i}, local.b{i}]\n");
    }
    for i in 0..10_000 {
        chain += &format!(" a{} = [local.a{i}]\n", i + 1);
    }
    for (locals, it) in
        [(&doubling, "local.a100"), (&doubling, "length(local.b100[0])"), (&chain, "local.a10000")]
    {
        let text = format!("{locals}}}\nresource \"x\" \"y\" {{\n it = {it}\n}}\n");
        let terraform = evaluate(&text);
        let value = resource(&terraform, "x").get("it").expect("it").clone();
        let mut inner = &value;
        while let Datum::List(items, _) = &inner.datum {
            inner = items.first().expect("an item");
        }
        match &inner.datum {
            Datum::Text(text) => assert!(text.literal().is_none(), "{it}: {text}"),
            datum => assert!(matches!(datum, Datum::Unknown(Why::TooLarge)), "{it}: {datum:?}"),
        }
    }
}

const SAMPLE: &str = r#"
variable "env" { default = "dev" }
locals {
  apps = { api = { port = 8080 }, web = { port = 3000 } }
}
# A comment.
resource "x" "first" {
  for_each  = local.apps
  secret_id = "${var.env}-${each.key}"
  inner {
    command = <<-EOT
      docker build -t ${each.key} .
    EOT
  }
}
resource "x" "second" {
  it = [for k, v in local.apps : "${k}:${v.port}" if v.port > 80]
}
"#;

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        evaluate_and_use(&text);
    }

    #[test]
    fn any_text_of_the_language_is_read(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "resource", " \"x\"", " {", "}", "\n", "=", "\"", "${", "%{", "if ", "for ", " in ",
                " : ", "=>", "...", "<<EOT\n", "<<-EOT\n", "\nEOT\n", "[", "]", "(", ")", ",", ".",
                "*", "local", "var", "each", "a", "b", "1", " ? ", "!", "-", "#", "/*", "*/", "\\",
                "~", "}", "endif", "é", "\r\n", "locals", "count", "for_each", "toset", "merge",
            ]),
            0..60,
        )
    ) {
        evaluate_and_use(&words.concat());
    }

    #[test]
    fn a_cut_or_changed_file_keeps_its_other_blocks(
        cut in 0..SAMPLE.len(),
        length in 0..40usize,
        put in "[\\[\\](){}\"=$a\\n]{0,3}",
    ) {
        let end = (cut + length).min(SAMPLE.len());
        let broken = format!("{}{put}{}", &SAMPLE[..cut], &SAMPLE[end..]);
        let last = "resource \"x\" \"last\" {\n  it = 1\n}\n";
        evaluate_and_use(&broken);
        let terraform = evaluate_and_use(&format!("{broken}\n{last}"));
        // A string or heredoc that was opened may hide what follows; nothing else may.
        let hides = put.contains('"') || broken.contains("<<") || broken.contains("/*");
        let has_last = terraform.resources("x").any(|(_, resource)| resource.name == "last");
        prop_assert!(has_last || hides, "{broken}");
    }
}

/// Evaluates a text as a whole file, and looks at every place that comes out of it.
fn evaluate_and_use(text: &str) -> Terraform {
    let sources = Sources::of(&[("main.tf", text), ("terraform.tfvars", text)]);
    let terraform = Terraform::evaluate(&sources, &[]);
    for error in &terraform.errors {
        assert!(error.at.start <= error.at.end);
        let _ = (sources.display(error.at), sources.text(error.at));
    }
    for module in &terraform.modules {
        for resource in module.resources.iter().chain(&module.data) {
            places(&sources, &resource.body);
        }
    }
    let (id, source) = sources.iter().next().expect("a file");
    for comment in hcl::comments(id, &source.text) {
        let text = sources.text(comment);
        assert!(text.starts_with('#') || text.starts_with('/'), "{text:?}");
    }
    terraform
}

/// Every place of a block must be one of its file.
fn places(sources: &Sources, block: &Block) {
    for attribute in &block.attributes {
        assert_eq!(sources.text(attribute.at), attribute.name);
        assert!(!sources.text(attribute.value.at).is_empty(), "{attribute:?}");
        for step in &attribute.value.via {
            assert!(!sources.text(step.at).is_empty(), "{step:?}");
        }
    }
    for (_, block) in &block.blocks {
        places(sources, block);
    }
}

#[test]
fn repeated_keys_and_operators_at_the_start_of_a_line_are_read() {
    for (expression, expected) in [
        // The last of a key counts.
        ("{ a = 1, b = 2, a = 3 }", "{b=2, a=3}"),
        ("{\n a = 1\n b = { a = 1, a = [2,\n 3] }\n a = 4 # x\n}", "{b={a=[2, 3]}, a=4}"),
        ("{ \"a\" = 1, \"a\" : 2, \"a\" = 3 }", "{a=3}"),
        ("[{ a = \"}, a = 0\" }, { a = 1,\n\n a = 2 }]", "[{a=}, a = 0}, {a=2}]"),
        ("merge({ a = 1 }, { b = 1, b = \"é\" })", "{a=1, b=é}"),
        // Inside of brackets the end of a line means nothing.
        ("(\n true\n ? \"a\"\n : \"b\"\n)", "a"),
        ("(true # yes\n  && !false // \"\n  /* é */ && 1 == 1\r\n  || false)", "true"),
        ("[1\n + 2,\n -1]", "[3, -1]"),
        ("upper(true\n ? \"a\\n${1}\"\n : \"b\")", "A\n1"),
        ("{\n a = (true\n ? 1\n : 2)\n b = 3\n}", "{a=1, b=3}"),
        ("[{ a = 1, a = 2 }, (1\n + 1)]", "[{a=2}, 2]"),
    ] {
        let text = format!("resource \"x\" \"y\" {{\n it = {expression}\n}}\n");
        let terraform = evaluate(&text);
        assert_eq!(terraform.errors, [], "{expression}");
        let it = resource(&terraform, "x").get("it").map(plain);
        assert_eq!(it.as_deref(), Some(expected), "{expression}");
    }
    let many = "a = 1, ".repeat(100);
    let terraform = evaluate(&format!("resource \"x\" \"y\" {{\n it = {{ {many} }}\n}}\n"));
    assert_eq!(terraform.errors, [], "it is right, but not read");
    assert_eq!(resource(&terraform, "x").get("it").map(plain).as_deref(), Some("Unread"));
    // Outside of brackets it does.
    let broken = evaluate("resource \"x\" \"y\" {\n it = true\n ? 1 : 2\n}\n");
    assert_ne!(broken.errors, []);
}
