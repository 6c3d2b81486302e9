//! Modules that call modules.

use super::{plain, project};
use seamlint::eval::terraform::Terraform;

/// `address it` for each resource of type `x`, with its roots where there are several.
fn its(text: &str) -> Vec<String> {
    let terraform = Terraform::evaluate(&project(text), &[]);
    assert_eq!(terraform.errors, [], "{text}");
    let it = |(module, resource): (&seamlint::eval::terraform::Module, _)| {
        let resource: &seamlint::eval::terraform::Resource = resource;
        let it = resource.body.get("it").map_or("unset".to_owned(), plain);
        format!("{}:{}{} {it}", module.roots.join("+"), module.address, resource.name)
    };
    terraform.resources("x").map(it).collect()
}

#[test]
fn a_module_gets_what_its_calls_pass() {
    for (files, expected) in [
        // Inputs, defaults and types.
        (
            "=== main.tf\nmodule \"m\" {\n source = \"./m\"\n a = 1\n}\n\
             === m/main.tf\nvariable \"a\" { type = string }\nvariable \"b\" { default = \"d\" }\n\
             resource \"x\" \"y\" { it = [var.a, var.b] }\n",
            vec![":module.my [1, d]"],
        ),
        // Two roots, each on its own.
        (
            "=== envs/dev/main.tf\nmodule \"m\" {\n source = \"../../m\"\n env = \"dev\"\n}\n\
             === envs/prod/main.tf\nmodule \"m\" {\n source = \"../../m\"\n env = \"prod\"\n}\n\
             === m/main.tf\nvariable \"env\" {}\nresource \"x\" \"y\" { it = \"db-${var.env}\" }\n",
            vec!["envs/dev:module.my db-dev", "envs/prod:module.my db-prod"],
        ),
        // `for_each` and `count`.
        (
            "=== main.tf\nmodule \"m\" {\n for_each = { eu = 1, us = 2 }\n source = \"./m\"\n a = \"${each.key}-${each.value}\"\n}\n\
             === m/main.tf\nvariable \"a\" {}\nresource \"x\" \"y\" { it = var.a }\n",
            vec![":module.m[\"eu\"]y eu-1", ":module.m[\"us\"]y us-2"],
        ),
        (
            "=== main.tf\nmodule \"m\" {\n count = 2\n source = \"./m\"\n a = count.index\n}\n\
             === m/main.tf\nvariable \"a\" {}\nresource \"x\" \"y\" { it = var.a }\n",
            vec![":module.m[\"0\"]y 0", ":module.m[\"1\"]y 1"],
        ),
        // One that is called no time may be called with other settings.
        (
            "=== main.tf\nmodule \"m\" {\n count = 0\n source = \"./m\"\n a = 1\n}\n\
             === m/main.tf\nvariable \"a\" {}\nresource \"x\" \"y\" { it = \"s-${var.a}\" }\n",
            vec![":y s-*"],
        ),
        (
            "=== main.tf\nvariable \"v\" {}\nmodule \"m\" {\n for_each = var.v\n source = \"./m\"\n a = each.key\n b = 1\n}\n\
             === m/main.tf\nvariable \"a\" {}\nvariable \"b\" {}\nresource \"x\" \"y\" { it = \"${var.a}-${var.b}\" }\n",
            vec![":module.m[*0]y *-1"],
        ),
        // Modules in modules, and back by their outputs.
        (
            "=== main.tf\nmodule \"a\" {\n source = \"./a\"\n n = \"x\"\n}\nresource \"x\" \"top\" { it = module.a.name }\n\
             === a/main.tf\nvariable \"n\" {}\nmodule \"b\" {\n source = \"../b\"\n n = \"${var.n}y\"\n}\noutput \"name\" { value = module.b.name }\n\
             === b/main.tf\nvariable \"n\" {}\noutput \"name\" { value = \"${var.n}z\" }\n",
            vec![":top xyz"],
        ),
        // Of one the outputs are the inputs of the other, and the other way round.
        (
            "=== main.tf\nmodule \"a\" {\n source = \"./m\"\n p = \"1\"\n q = module.b.p\n}\nmodule \"b\" {\n source = \"./m\"\n p = module.a.p\n q = \"2\"\n}\n\
             === m/main.tf\nvariable \"p\" {}\nvariable \"q\" {}\noutput \"p\" { value = \"${var.p}p\" }\noutput \"q\" { value = var.q }\nresource \"x\" \"y\" { it = var.q }\n",
            vec![":module.ay 1pp", ":module.by 2"],
        ),
        // Outputs of repeated modules.
        (
            "=== main.tf\nmodule \"m\" {\n for_each = toset([\"a\", \"b\"])\n source = \"./m\"\n n = each.key\n}\n\
             resource \"x\" \"y\" { it = [module.m[\"a\"].n, { for k, m in module.m : k => m.n }, values(module.m)[*].n] }\n\
             === m/main.tf\nvariable \"n\" {}\noutput \"n\" { value = \"n-${var.n}\" }\n",
            vec![":y [n-a, {a=n-a, b=n-b}, [n-a, n-b]]"],
        ),
        // What is declared in a module is found from outside.
        (
            "=== main.tf\nmodule \"m\" { source = \"./m\" }\n\
             resource \"x\" \"y\" { it = [module.m.s.secret_id, module.m.id, module.m.s.id, module.m.all[\"k\"].secret_id] }\n\
             === m/main.tf\nresource \"s\" \"one\" { secret_id = \"db\" }\nresource \"s\" \"all\" {\n for_each = toset([\"k\"])\n secret_id = \"s-${each.key}\"\n}\n\
             output \"s\" { value = s.one }\noutput \"id\" { value = s.one.id }\noutput \"all\" { value = s.all }\n",
            vec![":y [db, <module.m.s.one.id>, <module.m.s.one.id>, s-k]"],
        ),
        // `null` is a value, unless the variable says otherwise.
        (
            "=== main.tf\nmodule \"m\" {\n source = \"./m\"\n a = null\n b = null\n}\n\
             === m/main.tf\nvariable \"a\" { default = 1 }\nvariable \"b\" {\n default = 1\n nullable = false\n}\n\
             resource \"x\" \"y\" { it = [var.a, var.b] }\n",
            vec![":module.my [null, 1]"],
        ),
        (
            "=== main.tf\nmodule \"m\" {\n source = \"./m\"\n apps = { a = { port = 80 } }\n}\n\
             === m/main.tf\nvariable \"apps\" { type = map(object({ port = string, image = optional(string, \"i\") })) }\n\
             resource \"x\" \"y\" { it = var.apps }\n",
            vec![":module.my {a={image=i, port=80}}"],
        ),
        // Paths.
        (
            "=== envs/dev/main.tf\nmodule \"m\" { source = \"../../m\" }\nresource \"x\" \"y\" { it = [path.module, path.root] }\n\
             === m/main.tf\nmodule \"n\" { source = \"./n\" }\nresource \"x\" \"y\" { it = path.module }\n\
             === m/n/main.tf\nresource \"x\" \"y\" { it = [path.module, path.root, fileexists(\"${path.module}/main.tf\")] }\n",
            vec![
                "envs/dev:y [., .]",
                "envs/dev:module.my ../../m",
                "envs/dev:module.m.module.ny [../../m/n, ., true]",
            ],
        ),
        // Secrets stay secret.
        (
            "=== main.tf\nmodule \"m\" {\n source = \"./m\"\n a = \"hunter2\"\n}\nresource \"x\" \"y\" { it = [module.m.a, module.m.b] }\n\
             === m/main.tf\nvariable \"a\" { sensitive = true }\noutput \"a\" { value = var.a }\noutput \"b\" {\n value = \"x\"\n sensitive = true\n}\n",
            vec![":y [Sensitive, Sensitive]"],
        ),
        // What a module does not say.
        (
            "=== main.tf\nmodule \"m\" { source = \"./m\" }\nmodule \"r\" { source = \"org/x/google\" }\n\
             resource \"x\" \"y\" { it = [module.m.none, module.r.url, module.none.url, try(module.m.none, \"t\")] }\n\
             === m/main.tf\noutput \"a\" { value = 1 }\n",
            vec![":y [Unread, <module.r.url>, <module.none.url>, t]"],
        ),
        // A folder that is called, and applied by itself.
        (
            "=== main.tf\nterraform {\n backend \"gcs\" {}\n}\nvariable \"a\" { default = 1 }\nresource \"x\" \"y\" { it = var.a }\n\
             === example/main.tf\nmodule \"m\" {\n source = \"../\"\n a = 2\n}\n",
            vec![":y 1", "example:module.my 2"],
        ),
        // A folder that calls itself, and two that call each other.
        (
            "=== main.tf\nmodule \"m\" { source = \"./m\" }\n\
             === m/main.tf\nmodule \"n\" { source = \"../m\" }\nresource \"x\" \"y\" { it = 1 }\n",
            vec![":y 1", ":module.my 1"],
        ),
        (
            "=== a/main.tf\nmodule \"m\" { source = \"../b\" }\nresource \"x\" \"a\" { it = 1 }\n\
             === b/main.tf\nmodule \"n\" { source = \"../a\" }\nresource \"x\" \"b\" { it = module.n.x }\n",
            vec![":a 1", ":b Unread"],
        ),
    ] {
        assert_eq!(its(files), expected, "{files}");
    }
}

#[test]
fn the_same_name_in_two_modules_is_not_the_same_value() {
    let sources = project(
        "=== main.tf\nmodule \"a\" { source = \"./m\" }\nmodule \"b\" { source = \"./m\" }\n\
         resource \"x\" \"y\" {\n a = \"${module.a.hex}-db\"\n b = \"${module.b.hex}-db\"\n c = \"${module.a.hex}-db\"\n}\n\
         === m/main.tf\nresource \"random_id\" \"r\" {}\noutput \"hex\" { value = random_id.r.hex }\n",
    );
    let terraform = Terraform::evaluate(&sources, &[]);
    let body = &terraform.resources("x").next().expect("a resource").1.body;
    let text = |name| body.text(name).known().expect("a text").value.clone();
    assert_eq!(text("a"), text("c"));
    assert_ne!(text("a"), text("b"));
}

#[test]
fn a_value_from_a_call_tells_how_it_was_reached() {
    let sources = project(
        "=== main.tf\nlocals { env = \"dev\" }\nmodule \"m\" {\n source = \"./m\"\n env = local.env\n}\n\
         resource \"x\" \"y\" { it = module.m.name }\n\
         === m/main.tf\nvariable \"env\" {}\nvariable \"kind\" { default = \"db\" }\noutput \"name\" { value = \"${var.env}-${var.kind}\" }\n",
    );
    let terraform = Terraform::evaluate(&sources, &[]);
    let body = &terraform.resources("x").next().expect("a resource").1.body;
    let steps: Vec<String> = body
        .get("it")
        .expect("it")
        .via
        .iter()
        .map(|step| format!("{}: {}", sources.text(step.at), step.text))
        .collect();
    assert_eq!(
        steps,
        [
            "\"${var.env}-${var.kind}\": `module.m.name` is this",
            "local.env: `var.env` is set here",
            "\"dev\": `local.env` is this",
            "\"db\": the default of `var.kind`",
        ]
    );
}

#[test]
fn calls_that_multiply_are_bounded() {
    let mut files = String::new();
    for i in 0..15 {
        let next = i + 1;
        files += &format!(
            "=== m{i}/main.tf\nmodule \"a\" {{ source = \"../m{next}\" }}\nmodule \"b\" {{ source = \"../m{next}\" }}\n\
             module \"c\" {{\n source = \"../m{next}\"\n count = 100\n}}\nresource \"x\" \"y\" {{ it = 1 }}\n"
        );
    }
    files += "=== m15/main.tf\nresource \"x\" \"y\" { it = 1 }\n";
    let terraform = Terraform::evaluate(&project(&files), &[]);
    assert!(terraform.modules.len() < 2_000, "{}", terraform.modules.len());
    let folders = terraform.modules.iter().map(|module| module.folder.as_str());
    assert_eq!(folders.collect::<std::collections::BTreeSet<_>>().len(), 16);
}

#[test]
fn each_file_of_variables_is_an_environment() {
    let declared = "variable \"env\" {}\nvariable \"size\" { default = 1 }\n\
         resource \"x\" \"y\" { it = \"${var.env}-${var.size}\" }\n";
    for (files, expected) in [
        // One that must be named, in the folder or below.
        ("=== prod.tfvars\nenv = \"prod\"\nsize = 3\n", vec!["prod.tfvars prod-3"]),
        (
            "=== envs/dev.tfvars\nenv = \"dev\"\n=== envs/prod/terraform.tfvars\nenv = \"prod\"\n",
            vec!["envs/dev.tfvars dev-1", "envs/prod/terraform.tfvars prod-1"],
        ),
        // With what is read unasked as well.
        (
            "=== terraform.tfvars\nenv = \"main\"\nsize = 2\n=== prod.tfvars\nenv = \"prod\"\n",
            vec!["main-2", "prod.tfvars prod-2"],
        ),
        // What sets nothing that is declared is for something else.
        ("=== other.tfvars\nname = 1\n", vec!["*-1"]),
        ("=== example.tfvars\nenv = \"e\"\n", vec!["*-1"]),
        // Of the nearest folder.
        (
            "=== sub/main.tf\nvariable \"env\" {}\nresource \"x\" \"y\" { it = var.env }\n=== sub/prod.tfvars\nenv = \"p\"\n",
            vec!["*-1", "sub/prod.tfvars p"],
        ),
    ] {
        let terraform =
            Terraform::evaluate(&project(&format!("=== main.tf\n{declared}{files}")), &[]);
        let shown: Vec<String> = terraform
            .resources("x")
            .map(|(module, resource)| {
                let it = plain(resource.body.get("it").expect("it"));
                let environment = module.environment.as_deref().unwrap_or_default();
                format!("{environment} {it}").trim_start().to_owned()
            })
            .collect();
        assert_eq!(shown, expected, "{files}");
    }
}

#[test]
fn terragrunt_sets_what_it_writes_out() {
    let module = "=== modules/api/main.tf\nvariable \"env\" {}\nvariable \"size\" { default = 1 }\n\
         resource \"x\" \"y\" { it = \"${var.env}-${var.size}\" }\n";
    let source = "terraform { source = \"../../modules//api\" }\n";
    for (file, expected) in [
        (format!("{source}inputs = {{\n env = \"prod\"\n size = 2\n}}\n"), "prod-2"),
        // What is made of something else is set, but not known.
        (format!("{source}inputs = {{ env = local.env, size = 2 }}\n"), "*-2"),
        (format!("{source}inputs = {{ env = \"prod\", size = dependency.a.outputs.b }}\n"), "prod-*"),
        (format!("{source}inputs = {{ env = \"prod\" }}\n"), "prod-1"),
        // What is included may set the rest.
        (format!("{source}include {{ path = \"x\" }}\ninputs = {{ env = \"prod\" }}\n"), "prod-*"),
        (format!("{source}inputs = merge(local.all, {{ env = \"prod\" }})\n"), "*-*"),
        (
            "terraform { source = \"${get_terragrunt_dir()}/../../modules/api\" }\ninputs = { env = \"here\" }\n"
                .to_owned(),
            "here-1",
        ),
        (
            "terraform { source = \"${get_repo_root()}/modules/api\" }\ninputs = { env = \"root\" }\n"
                .to_owned(),
            "root-1",
        ),
        // A module of another repository.
        (
            "terraform { source = \"git::https://x/modules/api\" }\ninputs = { env = \"a\" }\n"
                .to_owned(),
            "*-1",
        ),
    ] {
        let text = format!("{module}=== live/prod/terragrunt.hcl\n{file}");
        let terraform = Terraform::evaluate(&project(&text), &[]);
        let its: Vec<String> = terraform
            .resources("x")
            .map(|(_, resource)| plain(resource.body.get("it").expect("it")))
            .collect();
        assert_eq!(its, [expected], "{file}");
    }
}

#[test]
fn a_module_reads_templates_and_json_of_its_own() {
    let text = "=== infra/main.tf\nmodule \"m\" {\n source = \"./m\"\n name = \"api\"\n}\n\
                === infra/m/main.tf\nvariable \"name\" {}\n\
                locals { settings = jsondecode(file(\"${path.module}/settings.json\")) }\n\
                resource \"x\" \"text\" { it = templatefile(\"${path.module}/run.tftpl\", { name = var.name }) }\n\
                resource \"x\" \"port\" { it = local.settings.ports[0] }\n\
                resource \"x\" \"sum\" { it = filemd5(\"${path.module}/a.tpl\") }\n\
                resource \"x\" \"none\" { it = file(\"${path.module}/b.tpl\") }\n\
                === infra/m/run.tftpl\nrun ${name}%{ if name == \"api\" } -v%{ endif }\n\
                === infra/m/settings.json\n{\"ports\": [8080]}\n\
                === infra/m/a.tpl\na\n";
    assert_eq!(
        its(text),
        [
            "infra:module.mtext run api -v\n",
            "infra:module.mport 8080",
            "infra:module.msum 60b725f10c9c85c70d97880dfe8191b3",
            "infra:module.mnone Unread",
        ]
    );
}
