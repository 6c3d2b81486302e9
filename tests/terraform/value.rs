//! What expressions amount to, and how that was reached.

use super::{evaluate, its, project, resource};
use seamlint::eval::terraform::{Evaluated, Key, Terraform};
use seamlint::source::Sources;
use seamlint::value::{Confidence, weakest};

#[test]
fn an_expression_is_read_as_far_as_the_files_decide() {
    let declared = r#"
        variable "env" {}
        variable "region" { default = "europe-west1" }
        variable "secret" {
          default   = "hunter2"
          sensitive = true
        }
        variable "apps" {
          type    = map(object({ port = number, image = optional(string) }))
          default = { api = { port = 8080 }, web = { port = 3000 } }
        }
        locals {
          name  = "api-${local.stage}"
          stage = "prod"
          envd  = "${var.env}-db"
          names = ["b", "a", "b"]
          ports = { api = 8080, web = 3000 }
          apps  = { api = { image = "gcr.io/p/api" }, web = { image = "gcr.io/p/web" } }
          loop  = local.pool
          pool  = local.loop
        }
        resource "z" "one" {
          secret_id = "db-url"
          partly    = "${var.env}-url"
          unknown   = var.env
          inner { port = 5432 }
        }
        resource "z" "each" {
          for_each  = toset(["a", "b"])
          secret_id = "s-${each.key}"
        }
        resource "z" "counted" {
          count     = 2
          secret_id = "s-${count.index}"
        }
        resource "z" "maybe" {
          count     = var.env ? 1 : 0
          secret_id = "optional"
          indexed   = "i-${count.index}"
        }
        data "z" "old" { secret = "legacy" }
    "#;
    let mut wrong = Vec::new();
    for (expression, expected) in [
        // Literals and templates.
        ("\"db\"", "\"db\""),
        ("8080", "8080"),
        ("1.5", "1.5"),
        ("-3", "-3"),
        ("true", "true"),
        ("null", "null"),
        (r#"["a", 1, false]"#, r#"["a", 1, false]"#),
        (r#"{ a = 1, "b" : 2, (local.stage) = 3 }"#, "{a=1, b=2, prod=3}"),
        (r#""a\tb\"c\\d\u00e9""#, r#""a\tb\"c\\dé""#),
        (r#""$${HOME} %%{x} $5 100%""#, r#""${HOME} %{x} $5 100%""#),
        (r#""${local.ports.api}""#, "8080"),
        (r#""port ${8080} is ${true}""#, r#""port 8080 is true""#),
        (r#""a ${~ "b" ~} c""#, r#""abc""#),
        (r#""%{ if local.stage == "prod" }p%{ else }d%{ endif }-x""#, r#""p-x""#),
        (r#""%{ for n in ["a", "b"] }${n};%{ endfor }""#, r#""a;b;""#),
        (r#""%{ if var.env == "x" }p%{ endif }-x""#, r#""*-x""#),
        // Names.
        ("var.region", "\"europe-west1\""),
        ("var.env", "NoDefault"),
        ("var.none", "NoDefault"),
        ("var.secret", "Sensitive"),
        (r#""${var.secret}-x""#, r#""*-x""#),
        (r#""${var.env}-db-${var.region}""#, r#""*-db-europe-west1""#),
        ("local.name", "\"api-prod\""),
        ("local.envd", "\"*-db\""),
        ("local.loop", "Cycle"),
        ("local.none", "Unread"),
        ("path.module", "\".\""),
        (r#""${path.module}/../api""#, r#""./../api""#),
        ("terraform.workspace", "Environment"),
        // Indexes, attributes, splats.
        ("local.names[1]", "\"a\""),
        ("local.names.1", "\"a\""),
        ("local.ports[\"web\"]", "3000"),
        ("local.ports[var.env]", "Unread"),
        ("local.ports.none", "Unread"),
        ("local.names[9]", "Unread"),
        ("local.apps.api.image", "\"gcr.io/p/api\""),
        ("values(local.apps)[*].image", r#"["gcr.io/p/api", "gcr.io/p/web"]"#),
        ("values(local.apps).*.image[0]", "\"gcr.io/p/api\""),
        ("var.apps.api.port", "8080"),
        ("var.apps.api.image", "null"),
        // Operators.
        (r#"local.stage == "prod" ? "a" : "b""#, "\"a\""),
        (r#"var.env == "prod" ? "a" : "b""#, "NoDefault"),
        (r#"local.envd == "prod-db""#, "Unread"),
        (r#"local.envd == "prod-url""#, "false"),
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("7 % 4 > 2 && !false", "true"),
        (r#"var.env == "x" && false"#, "false"),
        (r#"var.env != null"#, "NoDefault"),
        ("null == null", "true"),
        ("(1 + 2) * 3", "9"),
        ("1 / 0", "Unread"),
        // Functions.
        (r#"format("%s-%d-%%", local.stage, 3)"#, r#""prod-3-%""#),
        (r#"format("%s-db", var.env)"#, r#""*-db""#),
        (r#"format("%05d", 3)"#, "\"00003\""),
        (r#"join("-", ["a", var.env, 1])"#, r#""a-*-1""#),
        (r#"upper("a-${var.env}")"#, r#""A-*""#),
        (r#"lower("ÄB")"#, r#""äb""#),
        (r#"replace("a/b/c", "/", "-")"#, r#""a-b-c""#),
        (r#"replace("abc", "/b+/", "-")"#, "\"a-c\""),
        (r#"concat(["a"], local.names)"#, r#"["a", "b", "a", "b"]"#),
        (r#"concat(["a"], var.env)"#, r#"["a" ...]"#),
        (r#"merge(local.ports, { web = 1, x = 2 })"#, "{api=8080, web=1, x=2}"),
        (r#"merge(local.ports, var.env)"#, "{api=Unread, web=Unread ...}"),
        (r#"merge(var.env, { web = 1 })"#, "{web=1 ...}"),
        ("toset(local.names)", r#"["a", "b"]"#),
        ("distinct(local.names)", r#"["b", "a"]"#),
        ("keys(local.ports)", r#"["api", "web"]"#),
        ("values(local.ports)", "[8080, 3000]"),
        ("length(local.names)", "3"),
        (r#"lookup(local.ports, "web", 1)"#, "3000"),
        (r#"lookup(local.ports, "none", 1)"#, "1"),
        (r#"lookup(local.ports, var.env, 1)"#, "NoDefault"),
        ("element(local.names, 4)", "\"a\""),
        (r#"coalesce(null, "", "x")"#, "\"x\""),
        (r#"coalesce(var.env, "x")"#, "NoDefault"),
        (r#"try(local.ports.none, "x")"#, "\"x\""),
        (r#"try(var.apps.api.image, "x")"#, "null"),
        (r#"contains(local.names, "a")"#, "true"),
        (r#"split(",", "a,b")"#, r#"["a", "b"]"#),
        (r#"flatten([["a"], [["b"]], "c"])"#, r#"["a", "b", "c"]"#),
        (r#"trimsuffix("a.git", ".git")"#, "\"a\""),
        (r#"substr("abcdef", 1, 3)"#, "\"bcd\""),
        ("range(3)", "[0, 1, 2]"),
        ("max([1, 5, 3]...)", "5"),
        ("timestamp()", "Unread"),
        ("sensitive(\"x\")", "Sensitive"),
        ("provider::x::y(1)", "Unread"),
        // `for`.
        ("[for n in local.names : upper(n)]", r#"["B", "A", "B"]"#),
        (r#"[for i, n in local.names : "${i}${n}" if n == "b"]"#, r#"["0b", "2b"]"#),
        ("{ for k, v in local.ports : upper(k) => v + 1 }", "{API=8081, WEB=3001}"),
        ("{ for n in local.names : n => 1... }", "{b=[1, 1], a=[1]}"),
        ("[for n in var.env : n]", "NoDefault"),
        // References.
        ("z.one.secret_id", "\"db-url\""),
        ("z.one.id", "<z.one.id>"),
        (r#""${z.one.id}/versions/1""#, r#""*/versions/1""#),
        ("z.one.partly", "\"*-url\""),
        ("z.one.unknown", "<z.one.unknown>"),
        ("z.one.inner[0].port", "5432"),
        ("z.one", "<z.one>"),
        ("z.gone.id", "<z.gone.id>"),
        ("z.each[\"a\"].secret_id", "\"s-a\""),
        ("z.each[\"a\"].id", "<z.each[\"a\"].id>"),
        ("z.each[var.env].secret_id", "<z.each.secret_id>"),
        ("z.counted[1].secret_id", "\"s-1\""),
        ("z.counted[*].secret_id", r#"["s-0", "s-1"]"#),
        ("values(z.each)[*].secret_id", r#"["s-a", "s-b"]"#),
        ("{ for k, s in z.each : k => s.secret_id }", r#"{a="s-a", b="s-b"}"#),
        ("z.maybe[0].secret_id", "\"optional\""),
        ("z.maybe[0].indexed", "\"i-*\""),
        ("z.maybe[0].id", "<z.maybe[\"0\"].id>"),
        ("one(z.maybe[*].secret_id)", "Unread"),
        ("data.z.old.secret", "\"legacy\""),
        ("data.z.old.id", "<data.z.old.id>"),
        ("module.m.url", "<module.m.url>"),
        ("module.m[\"eu\"].status[0].url", "<module.m[\"eu\"].status[0].url>"),
    ] {
        let text = format!("{declared}\nresource \"x\" \"y\" {{\n  it = {expression}\n}}\n");
        let got = its(&text);
        if got != [expected] {
            wrong.push(format!("{expression}: {got:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_block_is_repeated_as_far_as_its_keys_are_known() {
    for (block, expected) in [
        ("for_each = toset([\"b\", \"a\"])\n it = each.value", vec!["a", "b"]),
        ("for_each = { x = \"a\", y = \"b\" }\n it = each.value", vec!["a", "b"]),
        ("for_each = { x = { n = \"a\" } }\n it = \"${each.key}-${each.value.n}\"", vec!["x-a"]),
        (
            "for_each = toset([for n in [\"a\", \"b\"] : \"s-${n}\"])\n it = each.key",
            vec!["s-a", "s-b"],
        ),
        ("for_each = toset(concat([\"a\"], var.more))\n it = each.key", vec!["a", "?"]),
        ("for_each = toset([\"${var.env}-db\"])\n it = each.key", vec!["*-db"]),
        ("for_each = var.more\n it = \"s-${each.key}\"", vec!["s-*"]),
        ("for_each = {}\n it = 1", vec![]),
        ("count = 2\n it = \"s${count.index}\"", vec!["s0", "s1"]),
        ("count = 0\n it = 1", vec![]),
        ("count = true ? 1 : 0\n it = \"s\"", vec!["s"]),
        ("count = var.more ? 1 : 0\n it = \"s${count.index}\"", vec!["s*"]),
        ("count = 20000\n it = \"s${count.index}\"", vec!["s*"]),
        ("for_each = y.other\n it = each.value.name", vec!["n-a", "n-b"]),
        ("for_each = x.y\n it = each.key", vec!["?"]),
    ] {
        let text = format!(
            "resource \"x\" \"y\" {{\n {block}\n}}\n\
             resource \"y\" \"other\" {{\n for_each = toset([\"a\", \"b\"])\n name = \"n-${{each.key}}\"\n}}\n"
        );
        let terraform = evaluate(&text);
        assert_eq!(terraform.errors, [], "{block}");
        let shown: Vec<String> = terraform
            .resources("x")
            .map(|(_, resource)| match resource.body.text("it").known() {
                Some(value) => value.value.to_string(),
                None => "?".to_owned(),
            })
            .collect();
        assert_eq!(shown, expected, "{block}");
    }
}

#[test]
fn an_instance_knows_its_key() {
    let keys = |block: &str| -> Vec<Key> {
        let terraform = evaluate(&format!("resource \"x\" \"y\" {{\n {block}\n}}\n"));
        terraform.resources("x").map(|(_, resource)| resource.key.clone()).collect()
    };
    assert_eq!(keys("it = 1"), [Key::Single]);
    assert_eq!(keys("count = 1"), [Key::Each("0".into())]);
    assert_eq!(keys("for_each = { a = 1 }"), [Key::Each("a".into())]);
    assert_eq!(keys("for_each = var.x"), [Key::Unknown]);
}

/// The steps of a value, each as the text that it points at and what it says.
fn steps(sources: &Sources, value: &Evaluated) -> Vec<String> {
    let step = |step: &seamlint::value::Step| format!("{}: {}", sources.text(step.at), step.text);
    value.via.iter().map(step).collect()
}

#[test]
fn a_value_tells_how_it_was_reached() {
    let sources = project(
        r#"=== main.tf
variable "env" { default = "dev" }
variable "set" { default = "no" }
locals {
  name = "db-${var.env}"
  apps = { api = { id = "api-url" } }
}
resource "s" "one" { secret_id = local.name }
resource "s" "all" {
  for_each  = local.apps
  secret_id = each.value.id
}
resource "x" "y" {
  literal = "db"
  default = var.env
  set     = var.set
  local   = local.name
  other   = s.one.secret_id
  all     = s.all["api"].secret_id
}
=== terraform.tfvars
set = "yes"
"#,
    );
    let terraform = Terraform::evaluate(&sources, &[]);
    let body = resource(&terraform, "x");
    let env = "\"dev\": the default of `var.env`, unless it is set elsewhere";
    let local = "\"db-${var.env}\": `local.name` is this";
    for (attribute, at, expected, confidence) in [
        ("literal", "\"db\"", vec![], Confidence::Certain),
        ("default", "var.env", vec![env], Confidence::Likely),
        ("set", "var.set", vec!["\"yes\": `var.set` is set here"], Confidence::Certain),
        ("local", "local.name", vec![local, env], Confidence::Likely),
        (
            "other",
            "s.one.secret_id",
            vec!["local.name: `s.one.secret_id` is this", local, env],
            Confidence::Likely,
        ),
        (
            "all",
            "s.all[\"api\"].secret_id",
            vec![
                "each.value.id: `s.all.secret_id` is this",
                "{ api = { id = \"api-url\" } }: `local.apps` is this",
                "{ id = \"api-url\" }: `for_each` has `api` here",
                "\"api-url\": `id` is this",
            ],
            Confidence::Certain,
        ),
    ] {
        let value = body.get(attribute).expect(attribute);
        assert_eq!(sources.text(value.at), at);
        assert_eq!(steps(&sources, value), expected, "{attribute}");
        assert_eq!(weakest(&value.via), confidence, "{attribute}");
    }
}
