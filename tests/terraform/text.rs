//! Texts in Terraform: heredocs, and scripts with the way back.

use super::{its, project, resource, show};
use seamlint::eval::terraform::Terraform;

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
