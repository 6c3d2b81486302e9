//! How long a keystroke takes: `cargo test --release --test keystrokes -- --nocapture`. What many
//! of them leave behind: the same with `--ignored` at its end, for some minutes.
//! `KEYSTROKES=<folder>` types in a project of the disk instead of one that is made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So many services has the project that is made up, each of five files.
const SERVICES: usize = 100;

/// So many has the one in which memory is looked at: what is left behind by an edit does not
/// depend on the size of the project, and the time does.
const FEW_SERVICES: usize = 10;

/// After so many edits memory is looked at. What is kept with texts is there after the first.
const LOOKS: [usize; 4] = [100, 1_000, 5_000, 10_000];

struct Editor {
    root: PathBuf,
    connection: Connection,
    server: std::thread::JoinHandle<bool>,
    asked: i32,
    version: i32,
}

impl Editor {
    fn start(root: &Path) -> Editor {
        let (sender, from_editor) = crossbeam_channel::unbounded();
        let (to_editor, receiver) = crossbeam_channel::unbounded();
        let other = Connection { sender: to_editor, receiver: from_editor };
        let server = std::thread::spawn(move || seamlint::lsp::serve(&other));
        let connection = Connection { sender, receiver };
        let root = root.to_owned();
        let mut editor = Editor { root, connection, server, asked: 0, version: 1 };
        let uri = format!("file://{}", editor.root.display());
        editor.ask("initialize", json!({ "capabilities": {}, "rootUri": uri }));
        editor.tell("initialized", json!({}));
        editor
    }

    fn tell(&self, method: &str, params: Value) {
        let told = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(told)).unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        let id = self.asked.into();
        let request = Request { id, method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        loop {
            let message = self.connection.receiver.recv_timeout(Duration::from_secs(60)).unwrap();
            if matches!(message, Message::Response(_)) {
                return;
            }
        }
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.root.display())
    }

    fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap();
        let item = json!({ "uri": self.uri(path), "languageId": "x", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": item }));
        self.settle(path);
    }

    fn settle(&mut self, path: &str) {
        let uri = self.uri(path);
        let position = json!({ "line": 0, "character": 0 });
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        self.ask("textDocument/hover", params);
    }

    /// Puts a character at a place, or takes it away.
    fn type_(&mut self, path: &str, line: u32, new: &str) {
        self.version += 1;
        let end = u32::from(new.is_empty());
        let range = json!({
            "start": { "line": line, "character": 0 },
            "end": { "line": line, "character": end },
        });
        let params = json!({
            "textDocument": { "uri": self.uri(path), "version": self.version },
            "contentChanges": [{ "range": range, "text": new }],
        });
        self.tell("textDocument/didChange", params);
    }

    /// How long it takes until a keystroke is taken in and an answer comes, in milliseconds:
    /// the median and the worst.
    fn measure(&mut self, path: &str, count: usize) -> (f64, f64) {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap();
        let lines = text.lines().count().max(1);
        let mut took: Vec<f64> = Vec::new();
        for i in 0..count {
            let line = (i / 2 * 7 % lines) as u32;
            let start = Instant::now();
            self.type_(path, line, if i % 2 == 0 { "x" } else { "" });
            self.settle(path);
            took.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        (took[took.len() / 2], took[took.len() - 1])
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.server.join().unwrap());
    }
}

/// A project of services that look like real ones.
fn make(root: &Path, services: usize) -> usize {
    std::fs::create_dir(root.join(".git")).unwrap();
    let mut written = 0;
    let mut write = |path: String, text: String| {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        written += 1;
    };
    for i in 0..services {
        let registry = "europe-docker.pkg.dev/$PROJECT_ID/app";
        write(
            format!("services/s{i}/Dockerfile"),
            format!(
                "FROM python:3.12-slim AS build\nWORKDIR /srv\nCOPY requirements.txt .\n\
                 RUN pip install --no-cache-dir -r requirements.txt && \\\n    rm -rf /tmp/x\n\
                 FROM python:3.12-slim\nWORKDIR /srv\nCOPY --from=build /srv /srv\nCOPY . .\n\
                 ENV PORT=80{:02}\nUSER 1000\n\
                 CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:80{:02}\", \"app:app\"]\n",
                i % 50,
                i % 50,
            ),
        );
        write(
            format!("services/s{i}/app.py"),
            "import os\nimport json\nfrom flask import Flask\napp = Flask(__name__)\n".into(),
        );
        write(
            format!("services/s{i}/cloudbuild.yaml"),
            format!(
                "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -t, \
                 \"{registry}/s{i}:$SHORT_SHA\", services/s{i}]\n  \
                 - name: gcr.io/cloud-builders/docker\n    args: [push, \
                 \"{registry}/s{i}:$SHORT_SHA\"]\n"
            ),
        );
        write(
            format!("services/s{i}/deploy.sh"),
            format!(
                "#!/usr/bin/env bash\nset -euo pipefail\nregion=europe-west1\n\
                 for env in dev prod; do\n  gcloud run deploy s{i}-$env \\\n    \
                 --image={registry}/s{i}:$SHA \\\n    --region=$region --port=80{:02}\ndone\n",
                i % 50
            ),
        );
        write(
            format!("infra/s{i}.tf"),
            format!(
                "resource \"google_cloud_run_v2_service\" \"s{i}\" {{\n  name = \
                 \"s{i}-${{var.env}}\"\n  location = local.region\n  template {{\n    containers \
                 {{\n      image = \"${{local.registry}}/s{i}:latest\"\n      ports {{\n        \
                 container_port = 80{:02}\n      }}\n      env {{\n        name = \"DB\"\n        \
                 value_source {{\n          secret_key_ref {{\n            secret = \
                 google_secret_manager_secret.s{i}.secret_id\n          }}\n        }}\n      \
                 }}\n    }}\n  }}\n}}\nresource \"google_secret_manager_secret\" \"s{i}\" {{\n  \
                 secret_id = \"s{i}-db\"\n}}\n",
                i % 50
            ),
        );
    }
    write(
        "infra/main.tf".into(),
        "variable \"env\" {\n  default = \"dev\"\n}\nlocals {\n  region = \"europe-west1\"\n  \
         registry = \"europe-docker.pkg.dev/p/app\"\n}\n"
            .into(),
    );
    write("services/requirements.txt".into(), "flask\n".into());
    written
}

/// The first file of each kind that a project has.
fn first_files(root: &Path) -> Vec<String> {
    let sources = seamlint::source::Sources::discover(root, &[]).unwrap();
    let mut kinds = Vec::new();
    let mut paths = Vec::new();
    for (_, source) in sources.iter() {
        if !kinds.contains(&source.kind) && source.text.lines().count() > 5 {
            kinds.push(source.kind);
            paths.push(source.path.to_string());
        }
    }
    paths
}

/// The memory that the process holds, in KiB.
fn memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A project to type in, with the files that are typed in.
fn project(services: usize) -> (tempfile::TempDir, PathBuf, Vec<String>) {
    let made = tempfile::tempdir().unwrap();
    if let Some(given) = std::env::var_os("KEYSTROKES") {
        let root = PathBuf::from(given).canonicalize().unwrap();
        let paths = first_files(&root);
        return (made, root, paths);
    }
    assert!(make(made.path(), services) >= 5 * services);
    let names = ["Dockerfile", "app.py", "cloudbuild.yaml", "deploy.sh"];
    let paths = names.iter().map(|name| format!("services/s7/{name}"));
    let paths = paths.chain(["infra/s7.tf".to_owned()]).collect();
    let root = made.path().to_owned();
    (made, root, paths)
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn a_keystroke_is_answered_at_once() {
    let (_made, root, paths) = project(SERVICES);
    let start = Instant::now();
    let mut editor = Editor::start(&root);
    for path in &paths {
        editor.open(path);
    }
    println!("first answers after {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    let is_given = std::env::var_os("KEYSTROKES").is_some();
    for path in &paths {
        let (median, worst) = editor.measure(path, 60);
        println!("{path}: {median:.1} ms, at worst {worst:.1} ms");
        assert!(is_given || median < 50.0, "{path}: {median} ms");
    }
    editor.end();
}

#[test]
#[ignore = "takes minutes"]
fn ten_thousand_edits_leave_nothing_behind() {
    let (_made, root, paths) = project(FEW_SERVICES);
    let mut editor = Editor::start(&root);
    for path in &paths {
        editor.open(path);
    }
    let start = Instant::now();
    let mut held = Vec::new();
    println!("at the start: {:?} KiB", memory());
    for i in 0..LOOKS[LOOKS.len() - 1] {
        let path = &paths[i / 2 % paths.len()];
        editor.type_(path, (i / 20 % 5) as u32, if i % 2 == 0 { "y" } else { "" });
        // Some are typed so fast that they come together.
        if i % 5 != 0 {
            editor.settle(path);
        }
        if LOOKS.contains(&(i + 1)) {
            editor.settle(path);
            println!("after {} edits, {:.0?}: {:?} KiB", i + 1, start.elapsed(), memory());
            held.extend(memory());
        }
    }
    editor.end();
    if let [_, early, .., late] = held[..] {
        assert!(late < early * 5 / 4 + 4096, "{early} KiB became {late} KiB");
    }
}
