//! What blocks amount to: those of one folder, overridden, and made by `dynamic`.

use super::{evaluate, its, resource, show};

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
