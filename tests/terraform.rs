//! What Terraform's files amount to.

use proptest::prelude::*;
use seamlint::eval::terraform::{Block, Datum, Evaluated, Key, Terraform};
use seamlint::source::Sources;
use seamlint::syntax::hcl;
use seamlint::value::{Confidence, Why, weakest};

/// A value as Terraform would write it, with `*` for what is not known.
fn show(value: &Evaluated) -> String {
    let further = |open: &bool| if *open { " ..." } else { "" };
    match &value.datum {
        Datum::Null => "null".to_owned(),
        Datum::Bool(value) => value.to_string(),
        Datum::Number(value) => value.to_string(),
        Datum::Text(text) => format!("{:?}", text.to_string()),
        Datum::List(items, open) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}{}]", items.join(", "), further(open))
        }
        Datum::Map(entries, open) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", show(value))).collect();
            format!("{{{}{}}}", entries.join(", "), further(open))
        }
        Datum::Reference(reference) => format!("<{reference}>"),
        Datum::Unknown(why) => format!("{why:?}"),
    }
}

/// The files of a project; each starts with a line `=== path`. Without one it is `main.tf`.
fn project(text: &str) -> Sources {
    if !text.contains("=== ") {
        return Sources::of(&[("main.tf", text)]);
    }
    let files: Vec<(&str, &str)> = text
        .split("=== ")
        .skip(1)
        .map(|file| file.split_once('\n').expect("a path and a text"))
        .collect();
    Sources::of(&files)
}

fn evaluate(text: &str) -> Terraform {
    Terraform::evaluate(&project(text))
}

/// The attribute `it` of every instance of `resource "x" "y"`.
fn its(text: &str) -> Vec<String> {
    let terraform = evaluate(text);
    if let Some(error) = terraform.errors.first() {
        return vec![error.message.clone()];
    }
    terraform
        .resources("x")
        .filter(|(_, resource)| resource.name == "y")
        .map(|(_, resource)| match resource.body.get("it") {
            Some(value) => show(value),
            None => "unset".to_owned(),
        })
        .collect()
}

fn resource<'t>(terraform: &'t Terraform, kind: &'t str) -> &'t Block {
    &terraform.resources(kind).next().expect("a resource").1.body
}

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
    let terraform = Terraform::evaluate(&sources);
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

#[test]
fn a_folder_is_read_as_one() {
    for (files, expected) in [
        ("=== a.tf\nresource \"x\" \"y\" { it = local.b }\n=== b.tf\nlocals { b = 1 }\n", "1"),
        // Only the folder itself.
        (
            "=== a.tf\nresource \"x\" \"y\" { it = local.b }\n=== m/b.tf\nlocals { b = 1 }\n",
            "Unread",
        ),
        ("=== .terraform/a.tf\nresource \"x\" \"y\" { it = 1 }\n", ""),
        ("=== a.tftest.hcl\nresource \"x\" \"y\" { it = 1 }\n", ""),
        // OpenTofu's file wins over Terraform's.
        (
            "=== a.tf\nresource \"x\" \"y\" { it = 1 }\n=== a.tofu\nresource \"x\" \"y\" { it = 2 }\n",
            "2",
        ),
        // Overrides, in the order of their names.
        (
            "=== a.tf\nresource \"x\" \"y\" { it = 1 }\n=== override.tf\nresource \"x\" \"y\" { it = 2 }\n",
            "2",
        ),
        (
            "=== a_override.tf\nresource \"x\" \"y\" { it = 2 }\n=== b.tf\nresource \"x\" \"y\" { it = 1 }\n=== b_override.tf\nresource \"x\" \"y\" { it = 3 }\n",
            "3",
        ),
        (
            "=== a.tf\nvariable \"v\" {\n default = 1\n}\nresource \"x\" \"y\" { it = var.v }\n=== a_override.tf\nvariable \"v\" { default = 2 }\n",
            "2",
        ),
        // Variable files, later ones first.
        (
            "=== a.tf\nvariable \"v\" {}\nresource \"x\" \"y\" { it = var.v }\n=== b.auto.tfvars\nv = 2\n=== terraform.tfvars\nv = 1\n=== a.auto.tfvars\nv = 3\n",
            "2",
        ),
        (
            "=== a.tf\nvariable \"v\" {}\nresource \"x\" \"y\" { it = var.v }\n=== prod.tfvars\nv = 1\n",
            "1",
        ),
        // What a caller passes is not what the default says.
        (
            "=== m/a.tf\nvariable \"v\" { default = 1 }\nresource \"x\" \"y\" { it = var.v }\n=== a.tf\nmodule \"m\" {\n source = \"./m\"\n v = 2\n}\n",
            "2",
        ),
        (
            "=== m/a.tf\nvariable \"v\" { default = 1 }\nresource \"x\" \"y\" { it = var.v }\n=== env/a.tf\nmodule \"m\" {\n source = \"../m\"\n}\n",
            "1",
        ),
        (
            "=== m/a.tf\nvariable \"v\" {}\nresource \"x\" \"y\" { it = var.v }\n=== m/terraform.tfvars\nv = 1\n=== env/a.tf\nmodule \"m\" {\n source = \"../m/\"\n}\n",
            "NoDefault",
        ),
    ] {
        assert_eq!(its(files).join(", "), expected, "{files}");
    }
}

#[test]
fn overriding_a_nested_block_replaces_all_of_its_type() {
    let terraform = evaluate(
        "=== a.tf\nresource \"x\" \"y\" {\n env { n = 1 }\n env { n = 2 }\n port { n = 3 }\n}\n\
         === override.tf\nresource \"x\" \"y\" {\n env { n = 4 }\n}\n",
    );
    let body = resource(&terraform, "x");
    let numbers = |kind| -> Vec<String> {
        body.blocks(kind).filter_map(|block| block.get("n")).map(show).collect()
    };
    assert_eq!((numbers("env"), numbers("port")), (vec!["4".to_owned()], vec!["3".to_owned()]));
}

#[test]
fn a_dynamic_block_is_unrolled() {
    let terraform = evaluate(
        r#"
        resource "x" "y" {
          dynamic "env" {
            for_each = { A = "a", B = "b" }
            content {
              name  = env.key
              value = env.value
            }
          }
          dynamic "port" {
            for_each = [80, 81]
            iterator = it
            content { n = it.value }
          }
          dynamic "volume" {
            for_each = var.volumes
            content { name = volume.value }
          }
          env { name = "C" }
        }
        "#,
    );
    let body = resource(&terraform, "x");
    let shown: Vec<String> = body
        .blocks
        .iter()
        .map(|(kind, block)| {
            let values: Vec<String> = block.attributes.iter().map(|a| show(&a.value)).collect();
            format!("{kind} {}", values.join(" "))
        })
        .collect();
    assert_eq!(shown, ["env \"A\" \"a\"", "env \"B\" \"b\"", "port 80", "port 81", "env \"C\""]);
    assert_eq!(body.open, ["volume"]);
}

#[test]
fn what_is_named_and_not_read_stays_as_it_is_written() {
    let terraform = evaluate(
        r#"
        resource "x" "y" {
          depends_on = [x.z, module.m]
          lifecycle { ignore_changes = [template[0].containers[0].image, "client"] }
          provisioner "local-exec" {
            when    = destroy
            command = "echo ${self.name}"
          }
          name = "n"
        }
        resource "all" "y" {
          lifecycle { ignore_changes = all }
        }
        "#,
    );
    let ignored = |kind: &str| {
        let body = resource(&terraform, kind);
        let lifecycle = body.blocks("lifecycle").next().expect("a lifecycle");
        show(lifecycle.get("ignore_changes").expect("what is ignored"))
    };
    assert_eq!(ignored("x"), r#"["template[0].containers[0].image", "client"]"#);
    assert_eq!(ignored("all"), r#"["all"]"#);
    let body = resource(&terraform, "x");
    assert_eq!(show(body.get("depends_on").expect("depends_on")), r#"["x.z", "module.m"]"#);
    let provisioner = body.blocks("provisioner").next().expect("a provisioner");
    assert_eq!(provisioner.labels, ["local-exec"]);
    assert_eq!(show(provisioner.get("when").expect("when")), r#"["destroy"]"#);
    assert_eq!(show(provisioner.get("command").expect("command")), r#""echo n""#);
}

#[test]
fn a_script_is_read_with_the_way_back() {
    let sources = project(
        r#"
        locals { image = "gcr.io/p/api" }
        resource "x" "y" {
          quoted = "echo \"a b\"\ndocker push ${local.image}:${var.tag}"
          it     = <<-EOT
            set -e

              docker build -t ${local.image} \
                --tag ${var.tag} $${HOME}
          EOT
        }
        "#,
    );
    let terraform = Terraform::evaluate(&sources);
    let body = resource(&terraform, "x");
    let written = |name| body.get(name).and_then(|value| value.written.clone()).expect("a text");
    assert_eq!(written("quoted").text, "echo \"a b\"\ndocker push gcr.io/p/api:${var.tag}");
    let heredoc = written("it");
    assert_eq!(
        heredoc.text,
        "set -e\n\n  docker build -t gcr.io/p/api \\\n    --tag ${var.tag} ${HOME}\n"
    );
    assert_eq!(show(body.get("it").expect("it")).replace("${var.tag}", "*"), {
        format!("{:?}", heredoc.text.replace("${var.tag}", "*"))
    });
    for (part, there) in [
        ("set -e", "set -e"),
        ("docker build", "docker build"),
        ("gcr.io/p/api", "${local.image}"),
        ("--tag", "--tag"),
        ("${var.tag}", "${var.tag}"),
        ("${HOME}", "$${HOME}"),
    ] {
        let start = heredoc.text.find(part).expect(part);
        assert_eq!(sources.text(heredoc.span(start..start + part.len())), there);
    }
}

#[test]
fn heredocs_lose_the_indentation_of_their_least_indented_line() {
    for (heredoc, expected) in [
        ("<<EOT\n  a\n b\nEOT\n", "  a\n b\n"),
        ("<<-EOT\n    a\n\n      b\n   \n    c\n    EOT\n", "a\n\n  b\n   \nc\n"),
        ("<<-EOT\n    ${1}\n      b\n    EOT\n", "1\n  b\n"),
        ("<<-EOT\n      b ${ [1,\n2][0] }\n        c\n    EOT\n", "b 1\n  c\n"),
        ("<<-EOT\n\tb\n\t\tc\nEOT\n", "b\n\tc\n"),
        ("<<EOT\nEOT\n", ""),
        ("<<EOT\nEOTX \"${\"}\"}\"\nEOT\n", "EOTX \"}\"\n"),
        ("<<EOT\r\na\r\nEOT\r\n", "a\r\n"),
    ] {
        let text = format!("resource \"x\" \"y\" {{\n it = {heredoc}}}\n");
        assert_eq!(its(&text), [format!("{expected:?}")], "{heredoc}");
    }
}

/// The names of the resources, and the errors as the text that they underline.
fn recovered(text: &str) -> (String, Vec<String>) {
    let sources = project(text);
    let terraform = Terraform::evaluate(&sources);
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
    let sources = project(text);
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
    let terraform = Terraform::evaluate(&sources);
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

/// What `terraform console` makes of the same expressions, if it is there.
#[test]
fn terraform_agrees() {
    let expressions = [
        r#""a\tb\"c\\d\u00e9 $${x} %%{y} $5 100% $$ %%""#,
        "\"a ${~ \"b\" ~} c\"",
        "\"%{ if 1 < 2 ~}  p  %{~ else }d%{ endif }-x\"",
        "\"%{ for k, v in { b = 1, a = 2 } }${k}${v};%{ endfor }\"",
        "<<EOT\n  a\n b\nEOT\n",
        "<<-EOT\n    a\n\n      b\n   \n    c\n    EOT\n",
        "<<-EOT\n    ${1}\n      b\n    EOT\n",
        "<<-EOT\n      b ${ [1,\n2][0] }\n        c\n    EOT\n",
        "<<-EOT\n    %{ for n in [\"a\", \"b\"] ~}\n    - ${n}\n    %{ endfor ~}\n    end\n  EOT\n",
        "<<-EOT\n  %{ if true }\n    x\n  %{ endif }\n  EOT\n",
        "<<-EOT\n    ${1 + 1} x\n  \n   y\n  EOT\n",
        "<<-EOT\n${1}\n  b\n  EOT\n",
        "<<EOT\nEOT\n",
        "<<EOT\na \\\n  b \\n $${c}\nEOT\n",
        "1 + 2 * 3 - 4 / 2 % 3",
        "-7 % 3",
        "<<-EOT\n    a\n    %{~ for n in [\"a\", \"b\"] ~}\n    - ${n}\n    %{~ endfor ~}\n    end\n  EOT\n",
        "<<-EOT\n    a ${~ 1 ~}\n    ${2 ~}\n    b\n   ${~ 3} c\n  EOT\n",
        "<<-EOT\n    %{ if true ~}\n    x\n    %{ else ~}\n    y\n    %{ endif ~}\n  EOT\n",
        "<<-EOT\n    %{ if false }x%{ else }  y  %{~ endif }\n\n  EOT\n",
        "\"a\\n ${~ 1 ~} \\n\\t b\"",
        "\"${1.50} ${10000000} ${0.1} ${true}\"",
        "true ? \"a\" : \"b\"",
        "{ \"a b\" = 1, c : 2, (\"d\") = 3 }",
        "toset([\"b\", \"a\", \"b\", \"Z\"])",
        "[for s in toset([\"b\", \"a\"]) : s]",
        "[for k, v in { z = 1, a = 2 } : \"${k}${v}\"]",
        "[for i, v in [\"x\", \"y\"] : \"${i}${v}\"]",
        "{ for n in [\"a\", \"b\", \"a\"] : n => upper(n)... }",
        "{ for k, v in { a = 1, b = 2 } : v => k if v > 1 }",
        "format(\"%s-%d-%v-%q-%%\", \"a\", 3, true, \"x\")",
        "format(\"%s %s\", 1.5, false)",
        "join(\"-\", [\"a\", \"b\"], [\"c\"])",
        "replace(\"a/b/c\", \"/\", \"-\")",
        "concat([\"a\"], [\"c\", \"b\"])",
        "merge({ a = 1, b = 2 }, null, { b = 3, c = 4 })",
        "keys({ b = 1, a = 2 })",
        "values({ b = 1, a = 2 })",
        "values({ b = { n = 1 }, a = { n = 2 } })[*].n",
        "[[1, 2], [3, 4]][*][0]",
        "[{ a = [1] }, { a = [2] }].*.a[0]",
        "{ a = 1 }[*].a",
        "flatten([[\"a\"], [[\"b\"]], [\"c\"]])",
        "distinct([\"b\", \"a\", \"b\"])",
        "compact([\"a\", \"\", null, \"b\"])",
        "reverse([1, 2, 3])",
        "sort([\"b\", \"a\", \"C\"])",
        "contains([\"a\", \"b\"], \"b\")",
        "split(\",\", \"a,,b\")",
        "lookup({ a = 1 }, \"b\", 2)",
        "element([\"a\", \"b\", \"c\"], 4)",
        "coalesce(\"\", null, \"x\")",
        "one([\"a\"])",
        "try({ a = 1 }.b, \"x\")",
        "substr(\"hello\", 1, 3)",
        "substr(\"hello\", -3, -1)",
        "trimspace(\"  a \")",
        "trim(\"?!a!?\", \"!?\")",
        "trimprefix(\"v1.0\", \"v\")",
        "trimsuffix(\"a.git\", \".git\")",
        "basename(\"/a/b/c.txt\")",
        "dirname(\"/a/b/c.txt\")",
        "dirname(\"c.txt\")",
        "dirname(\"/c\")",
        "basename(\"a/\")",
        "range(3)",
        "range(2, 5)",
        "range(5, 2)",
        "max([1, 5, 3]...)",
        "zipmap([\"a\", \"b\"], [1, 2])",
        "length(\"hé\")",
        "length({ a = 1 })",
        "tonumber(\"42\") + 1",
        "tostring(42)",
        "startswith(\"abc\", \"ab\") && endswith(\"abc\", \"bc\") && strcontains(\"abc\", \"b\")",
        "[\"a\", \"b\"] == [\"a\", \"b\"]",
        "lower(\"ÄB\") == \"äb\"",
        "!(1 == 2) || false",
        "path.module",
    ];
    let locals: String =
        expressions.iter().enumerate().map(|(i, e)| format!("  e{i} = {e}\n")).collect();
    let folder = std::env::temp_dir().join(format!("seamlint-console-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("main.tf"), format!("locals {{\n{locals}}}\n")).expect("a file");
    let names: Vec<String> = (0..expressions.len()).map(|i| format!("local.e{i}")).collect();
    let console = std::process::Command::new("terraform")
        .arg("console")
        .current_dir(&folder)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn();
    let Ok(mut console) = console else {
        eprintln!("SKIPPED: terraform is not installed, so nothing was compared with it");
        return;
    };
    let question = format!("jsonencode([{}])\n", names.join(", "));
    let mut input = console.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, question.as_bytes()).expect("terraform reads");
    drop(input);
    let output = console.wait_with_output().expect("terraform ends");
    std::fs::remove_dir_all(&folder).expect("no folder");
    let errors = String::from_utf8_lossy(&output.stderr);
    let answer = String::from_utf8_lossy(&output.stdout);
    let line = answer.lines().find(|line| line.starts_with('"'));
    let line = line.unwrap_or_else(|| panic!("{answer}{errors}"));
    let text: String = serde_json::from_str(line).expect("a quoted string");
    let theirs: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");

    let mut wrong = Vec::new();
    for (expression, theirs) in expressions.iter().zip(&theirs) {
        let terraform = evaluate(&format!("resource \"x\" \"y\" {{\n  it = {expression}\n}}\n"));
        let ours = resource(&terraform, "x").get("it").map_or("nothing".to_owned(), json);
        // The order of an object's keys is not Terraform's.
        let same = serde_json::from_str::<serde_json::Value>(&ours).is_ok_and(|o| o == *theirs);
        if !same {
            wrong.push(format!("{expression}: {ours}, terraform: {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A value as JSON; what is not known is none.
fn json(value: &Evaluated) -> String {
    match &value.datum {
        Datum::Null => "null".to_owned(),
        Datum::Bool(value) => value.to_string(),
        Datum::Number(value) => value.to_string(),
        Datum::Text(text) => serde_json::to_string(text.literal().unwrap_or("?")).expect("JSON"),
        Datum::List(items, false) => {
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
        }
        Datum::Map(entries, false) => {
            let entry = |(key, value): &(seamlint::value::Text, Evaluated)| {
                format!("{:?}:{}", key.to_string(), json(value))
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        other => format!("{other:?}"),
    }
}
