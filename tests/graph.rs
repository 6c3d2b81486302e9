//! What `seamlint graph` draws: the same small shop in every format, and the page in a browser.
#![allow(clippy::unwrap_used)]

use seamlint::config::Config;
use seamlint::graph::{Format, Graph};
use seamlint::model::Project;
use seamlint::source::Sources;
use seamlint::{lint, rules};
use std::io::Write;
use std::process::Command;

const BUILD: &str = "steps:
  - id: build
    name: gcr.io/cloud-builders/docker
    args: [build, -t, europe-docker.pkg.dev/shop/images/api, api]
  - id: test
    name: python:3.13
    entrypoint: python
    args: [-m, pytest]
    waitFor: ['-']
  - id: push
    name: gcr.io/cloud-builders/docker
    args: [push, europe-docker.pkg.dev/shop/images/api]
    waitFor: [build]
  - id: deploy
    name: gcr.io/cloud-builders/gcloud
    args: [run, deploy, api, --image=europe-docker.pkg.dev/shop/images/api, --port=8080,
      --region=europe-west1, --set-secrets=DB_URL=db-url:latest]
images: [europe-docker.pkg.dev/shop/images/api]
";
const DOCKERFILE: &str = "FROM python:3.13-slim
WORKDIR /app
COPY . .
USER nobody
CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:3000\", \"app:app\"]
";
const TERRAFORM: &str = r#"resource "google_cloudbuild_trigger" "on-push" {
  filename       = "cloudbuild.yaml"
  included_files = ["api/**"]
}
resource "google_secret_manager_secret" "db" {
  secret_id = "db-url"
}
resource "google_secret_manager_secret_version" "db" {
  secret      = google_secret_manager_secret.db.id
  secret_data = "postgres://shop:hunter2@db"
}
"#;

fn shop() -> Vec<(&'static str, &'static str)> {
    vec![
        ("api/Dockerfile", DOCKERFILE),
        ("api/app.py", "app = None\n"),
        ("cloudbuild.yaml", BUILD),
        ("infra/main.tf", TERRAFORM),
    ]
}

fn read(files: &[(&str, &str)]) -> (Project, Vec<seamlint::finding::Finding>) {
    let project = Project::read(Sources::of(files));
    let findings = lint::lint(&project, rules::ALL, &Config::default()).findings;
    (project, findings)
}

fn graph(files: &[(&str, &str)]) -> Graph {
    let (project, findings) = read(files);
    Graph::of_project(&project, &findings, "shop")
}

#[test]
fn every_format_shows_the_shop() {
    let graph = graph(&shop());
    for format in [Format::Text, Format::Dot, Format::Mermaid, Format::Json] {
        insta::assert_snapshot!(format!("graph_{}", format.name()), format.render(&graph));
    }
}

#[test]
fn the_steps_of_a_build_have_a_longest_chain() {
    let (project, findings) = read(&shop());
    let graph = Graph::of_steps(&project, &findings, "cloudbuild.yaml").unwrap();
    insta::assert_snapshot!("graph_steps", Format::Mermaid.render(&graph));
    assert!(Graph::of_steps(&project, &findings, "api/Dockerfile").is_none());
}

#[test]
fn the_same_files_give_the_same_picture() {
    for format in Format::ALL {
        assert_eq!(format.render(&graph(&shop())), format.render(&graph(&shop())));
        assert_eq!(format.name().parse(), Ok(*format));
    }
}

#[test]
fn values_of_secrets_and_variables_are_not_shown() {
    for format in Format::ALL {
        let picture = format.render(&graph(&shop()));
        assert!(picture.contains("db-url"), "{}", format.name());
        assert!(!picture.contains("hunter2"), "{}", format.name());
    }
}

#[test]
fn names_are_text_in_every_format() {
    let build = "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -t, \
                 'a</script><b>\"x\"&`#', .]\n";
    let files = [("a\"b<i>/cloudbuild.yaml", build), ("a\"b<i>/Dockerfile", "FROM scratch\n")];
    let graph = graph(&files);
    let html = Format::Html.render(&graph);
    assert!(!html.contains("<i>/") && !html.contains("<b>\""), "{html}");
    assert_eq!(html.matches("</script>").count(), 2);
    let dot = Format::Dot.render(&graph);
    assert!(dot.contains("a\\\"b<i>/cloudbuild.yaml"), "{dot}");
    let mermaid = Format::Mermaid.render(&graph);
    assert!(!mermaid.contains("<i>") && mermaid.contains("a#quot;b#lt;i#gt;"), "{mermaid}");
}

#[test]
fn nothing_and_broken_files_are_drawn() {
    for files in [vec![], vec![("cloudbuild.yaml", "steps: [["), ("Dockerfile", "\u{0}FROM")]] {
        for format in Format::ALL {
            format.render(&graph(&files));
        }
    }
}

#[test]
fn files_that_are_named_are_what_is_drawn() {
    let mut files = shop();
    files.push(("other/Dockerfile", "FROM scratch\n"));
    let mut graph = graph(&files);
    assert!(graph.nodes.iter().any(|node| node.name == "other/Dockerfile"));
    graph.focus(|path| path == "api/Dockerfile");
    let names: Vec<&str> = graph.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["on-push", "cloudbuild.yaml", "api", "api", "db-url"]);
}

/// What a reader does by keyboard, and what the page then shows. It is asked from within, so
/// that nothing but the browser is needed.
const KEYS: &str = r##"<script>
const said = [];
const key = name => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
const here = () => (document.activeElement.getAttribute("aria-label") || document.activeElement.id);
document.querySelector(".node[tabindex='0']").focus();
for (const name of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter", "Escape", "/"]) {
  key(name);
  said.push(`${name}: ${here()}` + (name === "Enter" ? ` | ${document.querySelector("#details h2").textContent}` : ""));
}
document.querySelector(".problem").click();
said.push(`finding: ${document.querySelector("#details h2").textContent} | ${document.querySelectorAll(".edge:not(.dim)").length} edge`);
const network = performance.getEntriesByType("resource").length;
said.push(`requests: ${network}`);
document.body.textContent = said.join("\n");
</script></html>"##;

#[test]
fn the_page_is_used_by_keyboard_in_a_browser() {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let runs = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    let Some(browser) = browsers.iter().find(runs) else {
        // Not by a macro, whose text a test that passes does not show.
        let message = "\nSKIPPED: no Chromium here, so the page of `graph` is not tried\n";
        std::io::stderr().write_all(message.as_bytes()).unwrap();
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("graph.html");
    let page = Format::Html.render(&graph(&shop())).replace("</html>", KEYS);
    std::fs::write(&file, page).unwrap();
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", &profile, "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let page = String::from_utf8_lossy(&output.stdout);
    let said = page.split("<body>").nth(1).unwrap().split("</body>").next().unwrap();
    insta::assert_snapshot!("graph_keyboard", said);
}
