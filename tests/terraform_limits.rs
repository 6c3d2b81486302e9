//! How long the evaluation takes, and where it stops.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use proptest::prelude::*;
use seamlint::eval::terraform::{Block, Datum, Terraform};
use seamlint::source::Sources;
use seamlint::value::Why;
use std::time::{Duration, Instant};

/// A root module that calls 62 modules of 8 files each, one in four of them twice.
fn large() -> Vec<(String, String)> {
    let mut main = String::from(
        "variable \"env\" { default = \"dev\" }\nlocals {\n  region = \"europe-west1\"\n}\n",
    );
    let mut files = Vec::new();
    for m in 0..62 {
        let repeated = if m % 4 == 0 { "  for_each = toset([\"a\", \"b\"])\n" } else { "" };
        main += &format!(
            "module \"m{m}\" {{\n{repeated}  source  = \"./modules/m{m}\"\n  env     = var.env\n  region  = local.region\n  secrets = [\"db-url\", \"api-key\", \"token-{m}\"]\n}}\n"
        );
        let folder = format!("modules/m{m}");
        let variables = "variable \"env\" { type = string }\nvariable \"region\" { type = string }\nvariable \"secrets\" { type = list(string) }\n\
             variable \"ports\" {\n  type    = map(object({ port = number, public = optional(bool, false) }))\n  default = { http = { port = 8080 }, admin = { port = 9090, public = true } }\n}\n";
        files.push((format!("{folder}/variables.tf"), variables.to_owned()));
        files.push((
            format!("{folder}/outputs.tf"),
            "output \"url\" { value = google_cloud_run_v2_service.api.uri }\noutput \"names\" { value = [for s in google_secret_manager_secret.all : s.secret_id] }\n".to_owned(),
        ));
        files.push((
            format!("{folder}/locals.tf"),
            "locals {\n  prefix = \"${var.env}-m\"\n  image  = \"${var.region}-docker.pkg.dev/p/r/api:${var.env == \"prod\" ? \"v1\" : \"latest\"}\"\n  names  = { for s in var.secrets : s => upper(replace(s, \"-\", \"_\")) }\n}\n".to_owned(),
        ));
        files.push((
            format!("{folder}/secrets.tf"),
            "resource \"google_secret_manager_secret\" \"all\" {\n  for_each  = toset(var.secrets)\n  secret_id = \"${local.prefix}-${each.key}\"\n  replication {\n    auto {}\n  }\n}\n".to_owned(),
        ));
        let service = |name: &str| {
            format!(
                r#"resource "google_cloud_run_v2_service" "{name}" {{
  name     = "${{local.prefix}}-{name}"
  location = var.region
  template {{
    containers {{
      image = local.image
      ports {{ container_port = var.ports.http.port }}
      dynamic "env" {{
        for_each = local.names
        content {{
          name = env.value
          value_source {{
            secret_key_ref {{
              secret  = google_secret_manager_secret.all[env.key].secret_id
              version = "latest"
            }}
          }}
        }}
      }}
    }}
  }}
  lifecycle {{ ignore_changes = [client, client_version] }}
}}
"#
            )
        };
        files.push((format!("{folder}/api.tf"), service("api")));
        files.push((format!("{folder}/web.tf"), service("web")));
        files.push((format!("{folder}/job.tf"), service("job")));
        files.push((
            format!("{folder}/build.tf"),
            "resource \"null_resource\" \"build\" {\n  triggers = { image = local.image }\n  provisioner \"local-exec\" {\n    command = <<-EOT\n      docker build -t ${local.image} ${path.module}/../..\n      docker push ${local.image}\n    EOT\n  }\n}\n".to_owned(),
        ));
    }
    files.push(("main.tf".to_owned(), main));
    files.push((
        "versions.tf".to_owned(),
        "terraform {\n  required_version = \">= 1.5\"\n}\n".to_owned(),
    ));
    files.sort();
    files
}

/// `cargo test --release --test terraform_limits -- --ignored --nocapture`
#[test]
#[ignore = "measures; of use in release only"]
fn five_hundred_files_in_a_tenth_of_a_second() {
    let files = large();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let sources = Sources::of(&borrowed);
    let mut best = Duration::MAX;
    let mut terraform = Terraform::default();
    for _ in 0..10 {
        let start = Instant::now();
        terraform = Terraform::evaluate(&sources, &[]);
        best = best.min(start.elapsed());
    }
    let resources: usize = terraform.modules.iter().map(|module| module.resources.len()).sum();
    println!(
        "{} files, {} modules, {resources} resources: {best:?}",
        files.len(),
        terraform.modules.len()
    );
    assert!(best < Duration::from_millis(100), "{best:?}");
}

#[test]
fn a_large_tree_is_known_to_the_last_name() {
    let files = large();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let terraform = Terraform::evaluate(&Sources::of(&borrowed), &[]);
    assert_eq!(terraform.modules.len(), 1 + 62 + 16);
    for (_, secret) in terraform.resources("google_secret_manager_secret") {
        let name = secret.body.text("secret_id");
        assert!(name.literal_text().is_some_and(|name| name.starts_with("dev-m-")), "{name:?}");
    }
    for (_, service) in terraform.resources("google_cloud_run_v2_service") {
        let template = service.body.blocks("template").next().expect("a template");
        let container = template.blocks("containers").next().expect("a container");
        assert_eq!(container.blocks("env").count(), 3);
        let port = container.blocks("ports").next().expect("a port").text("container_port");
        assert_eq!(port.literal_text(), Some("8080"));
    }
}

/// The attribute `it` of a resource in a file, and how long it took to find out.
fn limited(text: &str) -> (Datum, Duration) {
    let sources = Sources::of(&[("main.tf", text)]);
    let start = Instant::now();
    let terraform = Terraform::evaluate(&sources, &[]);
    let time = start.elapsed();
    let (_, resource) = terraform.resources("x").next().expect("a resource");
    (resource.body.get("it").expect("it").datum.clone(), time)
}

#[test]
fn what_grows_without_end_is_cut_off() {
    let mut numbers = String::from("locals {\n  n0 = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
    let mut nested = String::from("locals {\n  c0 = 1\n");
    for i in 0..6 {
        numbers += &format!(
            "  n{} = flatten([for n in local.n{i} : [for m in local.n0 : n * 10 + m]])\n",
            i + 1
        );
    }
    for i in 0..200 {
        nested += &format!("  c{} = true ? [local.c{i}, local.c{i}] : local.c{i}\n", i + 1);
    }
    numbers += "}\n";
    nested += "}\n";
    let it = |before: &str, it: &str| format!("{before}resource \"x\" \"y\" {{\n  it = {it}\n}}\n");
    let repeated = "a".repeat(10_000);
    for text in [
        it(&numbers, "local.n6"),
        it(&numbers, "{ for n in local.n6 : n => n }"),
        it(&numbers, "setproduct(local.n4, local.n4)"),
        it(&numbers, "jsonencode([local.n6, local.n6])"),
        it(&numbers, "join(\",\", local.n6)"),
        it(&nested, "local.c200"),
        it("", &format!("replace(\"{repeated}\", \"\", \"{repeated}\")")),
        it("", &format!("replace(\"{repeated}\", \"/a/\", \"{repeated}\")")),
        it("", &format!("join(\"{repeated}\", split(\"\", \"{repeated}\"))")),
        it("", &format!("format(\"%9999s{}\", \"a\")", "%[1]9999s".repeat(1000))),
        it("", "regex(\"((a{1,100}){1,100}){1,100}\", \"a\")"),
        it("", &format!("indent(1000000, \"{}\")", "\\n".repeat(10_000))),
        it("", "cidrsubnets(\"::/0\", 128)"),
        it("", "pow(10, 400)"),
        format!(
            "{numbers}resource \"x\" \"z\" {{\n  for_each = toset([for n in local.n6 : tostring(n)])\n  it = each.key\n}}\nresource \"x\" \"y\" {{\n  it = x.z\n}}\n"
        ),
        format!(
            "{numbers}resource \"x\" \"y\" {{\n  count = 100000\n  it = \"x${{count.index}}\"\n}}\n"
        ),
        format!(
            "{numbers}resource \"x\" \"y\" {{\n  it = nothing.x\n  dynamic \"b\" {{\n    for_each = local.n6\n    content {{ n = b.value }}\n  }}\n}}\n"
        ),
    ] {
        let (datum, time) = limited(&text);
        assert!(time < Duration::from_secs(10), "{time:?}: {text:.300}");
        let whole = match &datum {
            Datum::Text(text) => text.literal().is_some(),
            Datum::List(items, open) => !open && items.len() > 100_000,
            Datum::Map(..) => true,
            Datum::Unknown(Why::TooLarge | Why::Unread | Why::Cycle) => false,
            Datum::Unknown(_) | Datum::Reference(_) => false,
            _ => true,
        };
        assert!(!whole, "{datum:.300?}: {text:.300}");
    }
}

#[test]
fn a_hundred_thousand_instances_say_that_they_are_too_many() {
    let text = "resource \"x\" \"y\" {\n  count = 100000\n  it    = \"s${count.index}\"\n  n     = count.index\n}\n";
    let terraform = Terraform::evaluate(&Sources::of(&[("main.tf", text)]), &[]);
    let resources: Vec<_> = terraform.resources("x").collect();
    assert_eq!(resources.len(), 1);
    assert_eq!(resources[0].1.key, seamlint::eval::terraform::Key::Unknown);
    let number = resources[0].1.body.get("n").map(|value| &value.datum);
    assert!(matches!(number, Some(Datum::Unknown(Why::TooLarge))), "{number:?}");
    assert_eq!(resources[0].1.body.text("it").known().expect("a text").value.to_string(), "s*");
}

#[test]
fn long_chains_of_modules_and_locals_do_not_overflow_the_stack() {
    let mut files: Vec<(String, String)> = Vec::new();
    for i in 0..40 {
        files.push((
            format!("m{i}/main.tf"),
            format!(
                "variable \"v\" {{ default = \"x\" }}\nlocals {{\n  a = \"${{var.v}}\"\n  b = [for x in [local.a] : {{ c = x }}]\n}}\nmodule \"n\" {{\n  source = \"../m{}\"\n  v      = local.b[0].c\n}}\noutput \"o\" {{ value = try(module.n.o, var.v) }}\nresource \"x\" \"y\" {{ it = module.n.o }}\n",
                i + 1
            ),
        ));
    }
    files.sort();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let terraform = Terraform::evaluate(&Sources::of(&borrowed), &[]);
    assert!(terraform.modules.len() >= 40);
}

const FUNCTIONS: [&str; 104] = [
    "abs",
    "alltrue",
    "anytrue",
    "base64decode",
    "base64encode",
    "base64sha256",
    "basename",
    "can",
    "ceil",
    "chomp",
    "chunklist",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "csvdecode",
    "dirname",
    "distinct",
    "element",
    "endswith",
    "file",
    "fileexists",
    "fileset",
    "flatten",
    "floor",
    "format",
    "formatdate",
    "formatlist",
    "indent",
    "index",
    "issensitive",
    "join",
    "jsondecode",
    "jsonencode",
    "keys",
    "length",
    "log",
    "lookup",
    "lower",
    "matchkeys",
    "max",
    "md5",
    "merge",
    "min",
    "nonsensitive",
    "one",
    "parseint",
    "pathexpand",
    "pow",
    "range",
    "regex",
    "regexall",
    "replace",
    "reverse",
    "sensitive",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "sha1",
    "signum",
    "slice",
    "sort",
    "split",
    "startswith",
    "strcontains",
    "strrev",
    "substr",
    "sum",
    "templatefile",
    "textdecodebase64",
    "textencodebase64",
    "timeadd",
    "timecmp",
    "timestamp",
    "title",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "transpose",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "try",
    "upper",
    "urlencode",
    "uuid",
    "uuidv5",
    "values",
    "yamldecode",
    "yamlencode",
    "zipmap",
    "type",
    "none",
    "abspath",
];

const ARGUMENTS: [&str; 46] = [
    "null",
    "true",
    "0",
    "1",
    "-1",
    "2.5",
    "1e300",
    "-1e300",
    "9007199254740993",
    "1e-300",
    "\"\"",
    "\"a\"",
    "\"é😀\"",
    "\"%5s%d%v%[9]q%.3f%!\"",
    "\"%é\"",
    "\"/a(b)?/\"",
    "\"/\"",
    "\"//\"",
    "\"(\"",
    "\"10.0.0.0/8\"",
    "\"::/0\"",
    "\"10.0.0.0/33\"",
    "\"2018-01-02T23:12:01Z\"",
    "\"9999-12-31T23:59:59Z\"",
    "\"-99999999h\"",
    "\"1h1x\"",
    "\"'\"",
    "\"YYYY'é\"",
    "\"a\\nb\\n\"",
    "\"main.tf\"",
    "\"../..\"",
    "\"{\\\"a\\\":[1]}\"",
    "\"UTF-16LE\"",
    "\"YQ==\"",
    "[]",
    "[1, \"a\", null]",
    "[[1], [\"é\"]]",
    "[{ a = 1 }, { b = [] }]",
    "{}",
    "{ a = 1, é = [\"x\"] }",
    "toset([\"b\", 1])",
    "tomap({ a = [\"x\"] })",
    "var.unknown",
    "\"é${var.unknown}/é\"",
    "[var.unknown, \"a\"]",
    "concat([\"a\"], var.unknown)",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_function_minds_what_it_is_called_with(
        calls in prop::collection::vec(
            (
                prop::sample::select(&FUNCTIONS[..]),
                prop::collection::vec(prop::sample::select(&ARGUMENTS[..]), 0..4),
                prop::sample::select(vec!["", "..."]),
            ),
            40,
        )
    ) {
        let mut text = String::from("variable \"unknown\" {}\n");
        for (i, (name, arguments, expand)) in calls.iter().enumerate() {
            let expand = if arguments.is_empty() { "" } else { expand };
            let arguments = arguments.join(", ");
            text += &format!(
                "resource \"x\" \"y{i}\" {{\n  it = {name}({arguments}{expand})\n  in = \"${{{name}({arguments}{expand})}}\"\n}}\n"
            );
        }
        let terraform = Terraform::evaluate(&Sources::of(&[("main.tf", &text)]), &[]);
        prop_assert_eq!(terraform.resources("x").count(), 40);
    }
}

/// Counts, over the folders of `TERRAFORM_TREES`, how much is known of what the rules read.
#[test]
#[ignore = "SKIPPED unless TERRAFORM_TREES names a folder of projects"]
fn most_values_of_real_projects_are_known() {
    const NAMES: [&str; 5] = ["secret_id", "image", "container_port", "architectures", "name"];
    let Some(trees) = std::env::var_os("TERRAFORM_TREES").map(std::path::PathBuf::from) else {
        println!("SKIPPED: TERRAFORM_TREES names no folder of projects");
        return;
    };
    // Known or partly known, a reference, a variable without a value, anything else.
    let mut counts = [[0usize; 4]; NAMES.len()];
    for tree in std::fs::read_dir(trees).unwrap() {
        let sources = Sources::discover(&tree.unwrap().path(), &[]).unwrap();
        let terraform = Terraform::evaluate(&sources, &[]);
        let resources = terraform.modules.iter().flat_map(|module| &module.resources);
        resources.for_each(|resource| count(&resource.body, &NAMES, &mut counts));
    }
    for (name, [known, references, without_value, unknown]) in NAMES.iter().zip(counts) {
        let read = known + references;
        let share = 100 * read / (read + unknown).max(1);
        println!(
            "{name}: {known} known or partly, {references} references, {unknown} not known ({share} %), {without_value} need a variable without a value"
        );
        assert!(share >= 90, "{name}");
    }
}

fn count(block: &Block, names: &[&str; 5], counts: &mut [[usize; 4]; 5]) {
    for attribute in &block.attributes {
        if let Some(i) = names.iter().position(|name| *name == attribute.name) {
            let kind = match &attribute.value.datum {
                Datum::Reference(_) => 1,
                Datum::Unknown(Why::NoDefault) => 2,
                Datum::Unknown(_) => 3,
                _ => 0,
            };
            counts[i][kind] += 1;
        }
    }
    block.blocks.iter().for_each(|(_, inner)| count(inner, names, counts));
}
