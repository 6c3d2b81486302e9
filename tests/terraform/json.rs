//! Terraform in JSON means what it means in HCL.

use super::show;
use proptest::prelude::*;
use seamlint::eval::terraform::{Block, Terraform};
use seamlint::source::Sources;
use seamlint::syntax::hcl;

fn write(block: &Block, lines: &mut Vec<String>, path: &str) {
    for attribute in &block.attributes {
        lines.push(format!("{path} {} = {}", attribute.name, show(&attribute.value)));
    }
    for (kind, inner) in &block.blocks {
        lines.push(format!("{path} {kind} {:?}", inner.labels));
        write(inner, lines, &format!("{path} {kind}"));
    }
    lines.extend(block.open.iter().map(|kind| format!("{path} {kind} ..")));
}

/// All that a project evaluates to, without its places.
fn evaluation(files: &[(&str, &str)]) -> Vec<String> {
    let terraform = Terraform::evaluate(&Sources::of(files), &[]);
    assert_eq!(terraform.errors, [], "{files:?}");
    let mut lines = Vec::new();
    for module in &terraform.modules {
        let environment = module.environment.as_deref().map(|path| path.replace(".json", ""));
        let place = format!("{}:{} {environment:?}", module.folder, module.address);
        for (what, resources) in [("resource", &module.resources), ("data", &module.data)] {
            for resource in resources {
                let path = format!(
                    "{place} {what} {}.{} {:?}",
                    resource.kind, resource.name, resource.key
                );
                lines.push(path.clone());
                write(&resource.body, &mut lines, &path);
            }
        }
        for call in &module.calls {
            write(&call.body, &mut lines, &format!("{place} module {} {:?}", call.name, call.key));
        }
    }
    lines.sort();
    lines
}

/// `it` of the resources of type `x`.
fn its(files: &[(&str, &str)]) -> Vec<String> {
    let terraform = Terraform::evaluate(&Sources::of(files), &[]);
    assert_eq!(terraform.errors, [], "{files:?}");
    terraform
        .resources("x")
        .map(|(_, resource)| resource.body.get("it").map_or("unset".to_owned(), show))
        .collect()
}

#[test]
fn a_project_is_the_same_in_hcl_and_in_json() {
    let hcl = [
        (
            "main.tf",
            r#"
            terraform {
              backend "gcs" { bucket = "state" }
              required_providers { google = { source = "hashicorp/google" } }
            }
            variable "env" {
              type        = string
              default     = "dev"
              description = "where it runs"
            }
            variable "ports" {
              type    = map(object({ port = number, public = optional(bool, true) }))
              default = { api = { port = 8080 }, web = { port = 80, public = false } }
            }
            locals {
              name   = "api-${var.env}"
              first  = element(["a", "b"], 0)
              rules  = [for key, it in var.ports : "${key}:${it.port}" if it.public && it.port >= 80]
              script = "a\tb\n\"c\" $${HOME} / é ${upper("x\u003cy")}%{ if var.env == "dev" }!%{ endif }"
            }
            resource "google_secret_manager_secret" "db" {
              secret_id = "db-${var.env}"
              replication = { auto = {} }
            }
            resource "google_cloud_run_v2_service" "api" {
              name     = local.name
              location = "europe-west1"
              labels   = { team = "core", "a/b" = local.first }
              template {
                containers {
                  image = "eu.gcr.io/p/api:${var.env}"
                  args  = ["-p", var.ports["api"].port, true, null, -1, 1.5]
                  ports { container_port = var.ports.api.port }
                  env {
                    name  = "A"
                    value = local.script
                  }
                  env {
                    name = "DB"
                    value_source {
                      secret_key_ref {
                        secret  = google_secret_manager_secret.db.secret_id
                        version = "latest"
                      }
                    }
                  }
                  dynamic "env" {
                    for_each = var.ports
                    iterator = it
                    content {
                      name  = "PORT_${it.key}"
                      value = it.value.port
                    }
                  }
                }
              }
              lifecycle {
                ignore_changes = [template[0].containers[0].image]
              }
              depends_on = [google_secret_manager_secret.db]
            }
            resource "null_resource" "build" {
              for_each = toset(["a", "b"])
              triggers = { always = local.rules }
              provisioner "local-exec" {
                command     = "docker build -t ${each.key} . && docker push ${each.key}"
                environment = { PORT = var.ports.api.port }
                when        = destroy
              }
              provisioner "local-exec" {
                command = join(" ", ["true", google_cloud_run_v2_service.api.template[0].containers[0].image])
              }
            }
            data "google_project" "p" {
              project_id = "x"
            }
            module "m" {
              source = "./m"
              count  = 2
              it     = { index = count.index, project = data.google_project.p.project_id }
              providers = { google = google.eu }
            }
            output "o" { value = local.name }
            "#,
        ),
        ("prod.tfvars", "env = \"prod\"\n"),
        ("m/main.tf", "variable \"it\" {}\nresource \"x\" \"y\" { it = var.it }\n"),
    ];
    let json = [
        (
            "main.tf.json",
            r#"{
  "//": "made by a program",
  "terraform": {
    "backend": {"gcs": {"bucket": "state"}},
    "required_providers": {"google": {"source": "hashicorp/google"}}
  },
  "variable": {
    "env": {"type": "string", "default": "dev", "description": "where it runs"},
    "ports": [{
      "type": "map(object({ port = number, public = optional(bool, true) }))",
      "default": {"api": {"port": 8080}, "web": {"port": 80, "public": false}}
    }]
  },
  "locals": {
    "name": "api-${var.env}",
    "first": "${element([\"a\", \"b\"], 0)}",
    "rules": "${[for key, it in var.ports : \"${key}:${it.port}\" if it.public \u0026\u0026 it.port \u003e= 80]}",
    "script": "a\tb\n\"c\" $${HOME} \/ \u00e9 ${upper(\"x\u003cy\")}%{ if var.env == \"dev\" }!%{ endif }"
  },
  "resource": [
    {"google_secret_manager_secret": {
	"db": {"secret_id": "db-${var.env}", "replication": {"auto": {}}}
    }},
    {
      "google_cloud_run_v2_service": {"api": [{
        "//": {"metadata": {}},
        "name": "${local.name}",
        "location": "europe-west1",
        "labels": {"team": "core", "a/b": "${local.first}"},
        "template": [{
          "containers": {
            "image": "eu.gcr.io/p/api:${var.env}",
            "args": ["-p", "${var.ports[\"api\"].port}", true, null, -1, 1.5],
            "ports": [{"container_port": "${var.ports.api.port}"}],
            "env": [
              {"name": "A", "value": "${local.script}"},
              {"name": "DB", "value_source": {"secret_key_ref": [{
                "secret": "${google_secret_manager_secret.db.secret_id}",
                "version": "latest"
              }]}}
            ],
            "dynamic": {"env": {
              "for_each": "${var.ports}",
              "iterator": "it",
              "content": {"name": "PORT_${it.key}", "value": "${it.value.port}"}
            }}
          }
        }],
        "lifecycle": {"ignore_changes": ["template[0].containers[0].image"]},
        "depends_on": ["google_secret_manager_secret.db"]
      }]},
      "null_resource": {"build": {
        "for_each": "${toset([\"a\", \"b\"])}",
        "triggers": {"always": "${local.rules}"},
        "provisioner": [
          {"local-exec": {
            "command": "docker build -t ${each.key} . \u0026\u0026 docker push ${each.key}",
            "environment": {"PORT": "${var.ports.api.port}"},
            "when": "destroy"
          }},
          {"local-exec": {
            "command": "${join(\" \", [\n\"true\", google_cloud_run_v2_service.api.template[0].containers[0].image])}"
          }}
        ]
      }}
    }
  ],
  "data": {"google_project": {"p": {"project_id": "x"}}},
  "module": {"m": {
    "source": "./m",
    "count": 2,
    "it": {"index": "${count.index}", "project": "${data.google_project.p.project_id}"},
    "providers": {"google": "google.eu"}
  }},
  "output": {"o": {"value": "${local.name}"}}
}"#,
        ),
        ("prod.tfvars.json", r#"{"env": "prod"}"#),
        (
            "m/main.tofu.json",
            r#"{"variable": {"it": {}}, "resource": {"x": {"y": {"it": "${var.it}"}}}}"#,
        ),
    ];
    let expected = evaluation(&hcl);
    assert!(expected.len() > 80, "{expected:#?}");
    pretty(&expected, &evaluation(&json));
    // On one line as well.
    let lines: Vec<(&str, String)> =
        json.iter().map(|(path, text)| (*path, text.replace('\n', ""))).collect();
    let lines: Vec<(&str, &str)> = lines.iter().map(|(path, text)| (*path, &**text)).collect();
    pretty(&expected, &evaluation(&lines));
}

fn pretty(left: &[String], right: &[String]) {
    assert_eq!(left.join("\n"), right.join("\n"));
}

#[test]
fn a_string_of_json_is_a_template_of_the_same_places() {
    for (string, expected) in [
        (r#""a""#, "\"a\""),
        (r#""${1 + 1}""#, "2"),
        (r#""${\"a\"}""#, "\"a\""),
        (r#""${\"a${\"b\"}\"}c""#, "\"abc\""),
        (r#""${1 \u003c 2 \u0026\u0026 !(1==2) ? \"y\" : \"n\"}""#, "\"y\""),
        (r#""${{for k in [1] : k =\u003e k}[1]}""#, "1"),
        (r#""${\u0022a\u0022}""#, "\"a\""),
        (r#""$${a} %%{b}""#, "\"${a} %{b}\""),
        (r#""\u00e9\u003e\/\b""#, "\"é>/\\u{8}\""),
        (r#""${trimspace(\" a \")}  ${~ 1 ~}  b""#, "\"a1b\""),
        // What is escaped twice is not read, and what is no template at all.
        (r#""${\"a\\nb\"}""#, "Unread"),
        (r#""\u0024{1}""#, "Unread"),
        (r#""\ud83d\ude00""#, "Unread"),
        (r#"{"${upper("a")}": 1}"#, "broken"),
        (r#"{"${upper(\"a\")}": [{}]}"#, "{A=[{}]}"),
        (r#"{"//": 1}"#, "{//=1}"),
        ("[1, 2.5e1,\n\n-3\n]", "[1, 25, -3]"),
    ] {
        let text = format!(r#"{{"resource": {{"x": {{"y": {{"it": {string}}}}}}}}}"#);
        if expected == "broken" {
            let sources = Sources::of(&[("a.tf.json", &text)]);
            assert!(!Terraform::evaluate(&sources, &[]).errors.is_empty(), "{text}");
        } else {
            assert_eq!(its(&[("a.tf.json", &text)]), [expected], "{string}");
        }
    }
}

#[test]
fn places_are_those_of_the_file() {
    let text = "{\"resource\": {\"x\": {\"y\": {\n  \"it\": \"a\\u003cb-${upper(\\\"c\\\")}\",\n\
                \"env\": [{\"name\": \"A\"}, {}]}}}}";
    let sources = Sources::of(&[("a.tf.json", text)]);
    let terraform = Terraform::evaluate(&sources, &[]);
    let (_, resource) = terraform.resources("x").next().unwrap();
    assert_eq!(sources.text(resource.at), "\"y\"");
    let attribute = &resource.body.attributes[0];
    assert_eq!(sources.text(attribute.at), "\"it\"");
    assert_eq!(sources.text(attribute.value.at), "\"a\\u003cb-${upper(\\\"c\\\")}\"");
    let written = attribute.value.written.as_ref().unwrap();
    assert_eq!(written.text, "a<b-C");
    assert_eq!(sources.text(written.span(1..2)), "\\u003c");
    assert_eq!(sources.text(written.span(2..3)), "b");
    let blocks: Vec<_> = resource.body.blocks("env").collect();
    assert_eq!(blocks.len(), 2);
    assert_eq!(sources.text(blocks[0].at), "{");
    assert_eq!(sources.text(blocks[0].whole), "{\"name\": \"A\"}");
    assert_eq!(sources.text(blocks[0].get("name").unwrap().at), "\"A\"");
}

#[test]
fn variables_are_set_in_the_order_of_terraform() {
    let main = (
        "main.tf.json",
        r#"{"variable": {"a": {"default": 0}}, "resource": {"x": {"y": {"it": "${var.a}"}}}}"#,
    );
    let files = [
        ("terraform.tfvars", "a = 1"),
        ("terraform.tfvars.json", r#"{"a": 2}"#),
        ("a.auto.tfvars.json", r#"{"a": 3}"#),
        ("b.auto.tfvars", "a = 4"),
        ("c.auto.tfvars.json", r#"{"a": 5}"#),
    ];
    for last in 1..=files.len() {
        let files: Vec<_> = files[..last].iter().rev().copied().chain([main]).collect();
        assert_eq!(its(&files), [last.to_string()]);
    }
    let literal = ("terraform.tfvars.json", r#"{"a": "${b}"}"#);
    assert_eq!(its(&[main, literal]), ["Unread"], "it is no template there");
}

#[test]
fn overrides_and_files_of_opentofu_count_in_json_as_well() {
    let base = ("main.tf", "resource \"x\" \"y\" {\n it = 1\n}\n");
    let change = |it: i32| format!(r#"{{"resource": {{"x": {{"y": {{"it": {it}}}}}}}}}"#);
    for (path, expected) in [
        ("override.tf.json", "2"),
        ("z_override.tofu.json", "2"),
        ("main.tofu", "3"),
        // Of another name as far as OpenTofu is concerned: the resource is there twice.
        ("main.tofu.json", "1"),
    ] {
        let other = if path == "main.tofu" {
            "resource \"x\" \"y\" {\n it = 3\n}\n".to_owned()
        } else {
            change(2)
        };
        assert_eq!(its(&[base, (path, &other)])[0], expected, "{path}");
    }
    let (tf, tofu) = (change(1), change(2));
    assert_eq!(its(&[("main.tf.json", &tf), ("main.tofu.json", &tofu)]), ["2"]);
}

#[test]
fn broken_json_costs_only_itself() {
    for (text, expected) in [
        // A value.
        (r#"{"resource": {"x": {"y": {"it": 1, "b": tru}}}}"#, Some("1")),
        (r#"{"resource": {"x": {"y": {"b": "${", "it": 1}}}}"#, Some("1")),
        (r#"{"resource": {"x": {"y": {"b": var.x, "it": 1}}}}"#, Some("1")),
        (r#"{"resource": {"x": {"y": {"it": 1, "b": {"c": 'd'}}}}}"#, Some("1")),
        // What is no object.
        (r#"{"variable": [1, {"a": 2}], "resource": {"x": {"y": {"it": 1}}}}"#, Some("1")),
        (r#"{"resource": {"x": {"y": {"it": 1}}, "z": 3}}"#, Some("1")),
        // Brackets that do not match cost the file, but no other.
        (r#"{"resource": {"x": {"y": {"it": 1}}}, "#, None),
        ("resource:\n  x:\n    y:\n      it: 1\n", None),
        ("[", None),
    ] {
        let sources =
            Sources::of(&[("a.tf.json", text), ("b.tf", "resource \"x\" \"z\" {\n it = 2\n}\n")]);
        let terraform = Terraform::evaluate(&sources, &[]);
        assert!(!terraform.errors.is_empty(), "{text}");
        let its: Vec<String> = terraform
            .resources("x")
            .map(|(_, resource)| resource.body.get("it").map_or("unset".to_owned(), show))
            .collect();
        let expected: Vec<&str> = expected.into_iter().chain(["2"]).collect();
        assert_eq!(its, expected, "{text}");
    }
}

#[test]
fn aliases_of_yaml_are_no_json() {
    let text = format!(
        r#"{{"a": &a {{"b": &b [{}]}}, "resource": {{"x": {{"y": {{"it": *a, "env": [*b, *a]}}}}}}}}"#,
        "1,".repeat(1000)
    );
    let sources = Sources::of(&[("a.tf.json", &text)]);
    let terraform = Terraform::evaluate(&sources, &[]);
    assert!(!terraform.errors.is_empty());
}

#[test]
fn a_large_file_takes_no_more_time_than_its_size() {
    let one = r#"{"x": {"y": {"it": "${[for a in var.b : \"${a}\" if a \u003e 1]}", "n": [{}]}}},"#;
    let text = format!(r#"{{"resource": [{}{{}}]}}"#, one.repeat(4_000));
    let parsed = {
        let sources = Sources::of(&[("a.tf.json", &text)]);
        let (id, source) = sources.iter().next().unwrap();
        hcl::parse_json(id, &source.text, false)
    };
    assert_eq!(parsed.errors, []);
    assert_eq!(parsed.tree.blocks.len(), 4_000);
    let deep = format!("{{\"locals\": {{\"a\": {}{}", "[".repeat(5000), "{\"a\":".repeat(5000));
    let blocks = format!("{{\"resource\": {{\"x\": {{\"y\": {}", "{\"template\":".repeat(5000));
    for text in [deep, blocks] {
        let sources = Sources::of(&[("a.tf.json", &text)]);
        assert!(!Terraform::evaluate(&sources, &[]).errors.is_empty());
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([\[\]{},:]|"[a-z${}%\\"u0-9<]{0,6}"|[ \n]|"resource"|"x"|\PC){0,60}"#) {
        let text = format!("{{\"resource\": {{\"x\": {{\"y\": {text}");
        for path in ["a.tf.json", "a.tfvars.json", "a.tofu.json"] {
            let sources = Sources::of(&[(path, &text)]);
            Terraform::evaluate(&sources, &[]);
        }
    }

    #[test]
    fn any_string_is_read(
        parts in prop::collection::vec(prop::sample::select(vec![
            "$", "{", "}", "%", "\\\"", "\\", "\\\\", "\\n", "\\u003c", "\\u0022", "\\ud83d", "é", "~",
            "${", "%{", "$${", "<<A", "a", "if", "endif", " ", "=", "(", ")", ":", "?", "\\/", "\n",
        ]), 0..40),
    ) {
        let text = format!("{{\"resource\": {{\"x\": {{\"y\": {{\"it\": \"{}\"}}}}}}}}", parts.concat());
        let sources = Sources::of(&[("a.tf.json", &text)]);
        let terraform = Terraform::evaluate(&sources, &[]);
        for (_, resource) in terraform.resources("x") {
            for attribute in &resource.body.attributes {
                sources.text(attribute.value.at);
                prop_assert!(attribute.value.at.end as usize <= text.len());
            }
        }
    }
}

#[test]
fn a_key_that_no_schema_is_known_of_may_be_a_block() {
    let text = |it: &str| {
        format!(
            r#"{{"resource": {{"b": {{"b": {{"versioning": {{"enabled": true}}, "labels": {{"a": 1}}}}}},
            "x": {{"y": {{"it": "{it}"}}}}}}}}"#
        )
    };
    for (it, expected) in [
        ("${b.b.labels.a}", "1"),
        ("${b.b.labels[\\\"a\\\"]}", "1"),
        ("${b.b.versioning.enabled}", "true"),
        ("${try(b.b.versioning[0].enabled, false)}", "Unread"),
        ("${try(b.b.labels.c, false)}", "false"),
    ] {
        assert_eq!(its(&[("a.tf.json", &text(it))]), [expected], "{it}");
    }
}
