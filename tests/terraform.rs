//! What Terraform's files amount to.

#![allow(clippy::expect_used)]

use seamlint::eval::terraform::{Block, Datum, Evaluated, Key, Terraform};
use seamlint::source::Sources;
use seamlint::value::{Confidence, weakest};

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
    Terraform::evaluate(&project(text), &[])
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
    let terraform = Terraform::evaluate(&sources, &[]);
    let body = resource(&terraform, "x");
    let written = |name| body.get(name).and_then(|value| value.written.clone()).expect("a text");
    assert_eq!(written("quoted").text, "echo \"a b\"\ndocker push gcr.io/p/api:${{ var.tag }}");
    let heredoc = written("it");
    assert_eq!(
        heredoc.text,
        "set -e\n\n  docker build -t gcr.io/p/api \\\n    --tag ${{ var.tag }} ${HOME}\n"
    );
    assert_eq!(show(body.get("it").expect("it")).replace("${var.tag}", "*"), {
        format!("{:?}", heredoc.text.replace("${{ var.tag }}", "*"))
    });
    for (part, there) in [
        ("set -e", "set -e"),
        ("docker build", "docker build"),
        ("gcr.io/p/api", "${local.image}"),
        ("--tag", "--tag"),
        ("${{ var.tag }}", "${var.tag}"),
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
