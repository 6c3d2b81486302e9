//! The editor that plays the talks of `tests/lsp/*.md`.

mod position;

use lsp_server::{Connection, Message, Notification, Request, Response};
use position::{offset, position, range};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// An editor that talks with a server of its own about a project of its own.
pub struct Editor {
    folder: TempDir,
    connection: Connection,
    server: JoinHandle<bool>,
    buffers: BTreeMap<String, (i32, String)>,
    diagnostics: BTreeMap<String, Value>,
    heard: Vec<String>,
    asked: i32,
    /// The requests whose answers are not waited for.
    begun: BTreeMap<i32, String>,
    /// Whether columns count bytes.
    by_bytes: bool,
}

/// An editor that can do all that makes a difference, but pushes diagnostics.
pub fn able() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "hover": { "contentFormat": ["markdown"] },
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "tagSupport": { "valueSet": [1, 2] },
            },
        },
        "workspace": {
            "workspaceEdit": { "documentChanges": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
    })
}

impl Editor {
    /// Starts one with these files on the disk, and with these capabilities.
    pub fn start(files: &BTreeMap<String, String>, client: Value) -> Editor {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let (sender, from_editor) = crossbeam_channel::unbounded();
        let (to_editor, receiver) = crossbeam_channel::unbounded();
        let connection = Connection { sender, receiver };
        let other = Connection { sender: to_editor, receiver: from_editor };
        let server = std::thread::spawn(move || seamlint::lsp::serve(&other));
        let mut editor = Editor {
            folder,
            connection,
            server,
            buffers: BTreeMap::new(),
            diagnostics: BTreeMap::new(),
            heard: Vec::new(),
            asked: 0,
            begun: BTreeMap::new(),
            by_bytes: false,
        };
        let root = editor.uri("");
        let params = json!({
            "capabilities": client,
            "workspaceFolders": [{ "uri": root.trim_end_matches('/'), "name": "project" }],
        });
        let able = editor.ask("initialize", params).unwrap();
        editor.by_bytes = able["capabilities"]["positionEncoding"] == "utf-8";
        editor.tell("initialized", json!({}));
        editor
    }

    /// Shuts the server down.
    pub fn end(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.tell("exit", Value::Null);
        assert!(self.server.join().unwrap(), "the server must say that it was shut down");
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.folder.path().display())
    }

    /// Takes the address of the folder out of a text.
    fn short(&self, text: &str) -> String {
        let root = self.uri("");
        text.replace(&root, "").replace(root.trim_end_matches('/'), "$ROOT")
    }

    fn tell(&self, method: &str, params: Value) {
        let told = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(told)).unwrap();
    }

    /// Asks and waits for the answer, and takes in what is said before it.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let asked = self.send(method, params);
        loop {
            let wait = Duration::from_secs(30);
            match self.connection.receiver.recv_timeout(wait).expect("an answer") {
                Message::Response(Response { id, response_result }) => {
                    let result = response_result
                        .map_err(|error| format!("error {}: {}", error.code, error.message));
                    if id == asked.into() {
                        return result;
                    }
                    let begun = self.begun.iter().find(|(other, _)| id == (**other).into());
                    let (other, method) = begun.expect("a request of this answer");
                    let result = result.map(|result| self.short(&result.to_string()));
                    let result = result.unwrap_or_else(|error| error);
                    self.heard.push(format!("answers {method}: {result}"));
                    let other = *other;
                    self.begun.remove(&other);
                }
                Message::Notification(told) => self.hear(told),
                Message::Request(request) => {
                    let params = self.short(&request.params.to_string());
                    self.heard.push(format!("asks {} {params}", request.method));
                    let response = Response::new_ok(request.id, Value::Null);
                    self.connection.sender.send(Message::Response(response)).unwrap();
                }
            }
        }
    }

    fn send(&mut self, method: &str, params: Value) -> i32 {
        self.asked += 1;
        let request = Request { id: self.asked.into(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        self.asked
    }

    fn hear(&mut self, told: Notification) {
        if told.method == "textDocument/publishDiagnostics" {
            let uri = told.params["uri"].as_str().unwrap();
            let path = self.short(uri);
            let count = told.params["diagnostics"].as_array().unwrap().len();
            self.heard.push(format!("says {count} of {path}"));
            self.diagnostics.insert(path, told.params["diagnostics"].clone());
        } else {
            let params = self.short(&told.params.to_string());
            self.heard.push(format!("tells {} {params}", told.method));
        }
    }

    /// Waits until all that was said has been taken in.
    fn settle(&mut self) {
        let answer = self.ask("seamlint/nothing", Value::Null);
        assert!(answer.unwrap_err().contains("is not known"));
    }

    /// Says a line of a talk; the answer is what is heard.
    pub fn say(&mut self, line: &str) -> String {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (path, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let quoted: Vec<String> = serde_json::Deserializer::from_str(rest)
            .into_iter::<Value>()
            .map_while(Result::ok)
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        let text = |i: usize| quoted.get(i).map_or("", |text| text.as_str());
        match word {
            "client" => String::new(),
            "open" => {
                let file = self.folder.path().join(path);
                let text = std::fs::read_to_string(file).unwrap_or_default();
                let uri = self.uri(path);
                let item = json!({ "uri": uri, "languageId": "x", "version": 1, "text": text });
                self.tell("textDocument/didOpen", json!({ "textDocument": item }));
                self.buffers.insert(path.to_owned(), (1, text));
                String::new()
            }
            "close" => {
                let params = json!({ "textDocument": { "uri": self.uri(path) } });
                self.tell("textDocument/didClose", params);
                self.buffers.remove(path);
                String::new()
            }
            "type" => {
                self.type_(path, text(0), text(1));
                String::new()
            }
            "disk" | "create" | "remove" => {
                let file = self.folder.path().join(path);
                let kind = match word {
                    "create" => {
                        write(&file, text(0));
                        1
                    }
                    "disk" => {
                        let before = std::fs::read_to_string(&file).unwrap();
                        assert!(before.contains(text(0)), "{path} has no {:?}", text(0));
                        std::fs::write(&file, before.replacen(text(0), text(1), 1)).unwrap();
                        2
                    }
                    _ => {
                        std::fs::remove_file(&file).unwrap();
                        3
                    }
                };
                let changes = json!([{ "uri": self.uri(path), "type": kind }]);
                self.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
                String::new()
            }
            "diagnostics" => {
                self.settle();
                let files = self.diagnostics.iter();
                files.map(|(path, all)| self.describe_all(path, all)).collect()
            }
            "pull" => {
                let params = json!({ "textDocument": { "uri": self.uri(path) } });
                match self.ask("textDocument/diagnostic", params) {
                    Ok(report) => self.describe_all(path, &report["items"]),
                    Err(error) => error,
                }
            }
            "hover" => {
                let params = self.at(path, text(0));
                let hover = self.ask("textDocument/hover", params).unwrap();
                if hover.is_null() {
                    return "nothing".to_owned();
                }
                let range = range(&hover["range"]);
                self.short(&format!("{range}\n{}", hover["contents"]["value"].as_str().unwrap()))
            }
            "actions" => {
                let actions = self.actions(path, text(0));
                actions.iter().map(describe_action).collect()
            }
            "do" => {
                let actions = self.actions(path, text(0));
                let titled = actions.iter().find(|action| action["title"] == text(1));
                match titled {
                    Some(action) => self.apply(&action["edit"].clone()),
                    None => format!("nothing of {} has this title", actions.len()),
                }
            }
            "complete" => {
                let params = self.at(path, text(0));
                let items = self.ask("textDocument/completion", params).unwrap();
                let mut items: Vec<_> = items.as_array().unwrap().iter().collect();
                items.sort_by_key(|item| item["sortText"].as_str());
                let describe = |item: &&Value| {
                    let edit = &item["textEdit"];
                    let (range, text) = (range(&edit["range"]), &edit["newText"]);
                    format!("{range} {text} {}\n", item["detail"].as_str().unwrap())
                };
                let count = match items.len() {
                    all if all == seamlint::lint::all().count() => "one for each rule\n".to_owned(),
                    count => format!("{count} in all\n"),
                };
                items.iter().take(2).map(describe).chain([count]).collect()
            }
            "define" | "references" => {
                let mut params = self.at(path, text(0));
                params["context"] = json!({ "includeDeclaration": true });
                let method = if word == "define" { "definition" } else { "references" };
                let places = self.ask(&format!("textDocument/{method}"), params).unwrap();
                let places = places.as_array().cloned().unwrap_or_default();
                let place = |place: &Value| {
                    let uri = place.get("targetUri").or(place.get("uri")).unwrap();
                    let at = place.get("targetSelectionRange").or(place.get("range")).unwrap();
                    format!("{}:{}\n", self.short(uri.as_str().unwrap()), range(at))
                };
                match places.is_empty() {
                    true => "nothing".to_owned(),
                    false => places.iter().map(place).collect(),
                }
            }
            "links" => {
                let params = json!({ "textDocument": { "uri": self.uri(path) } });
                let links = self.ask("textDocument/documentLink", params).unwrap();
                let link = |link: &Value| {
                    let target = self.short(link["target"].as_str().unwrap());
                    format!("{} {target}\n", range(&link["range"]))
                };
                links.as_array().unwrap().iter().map(link).collect()
            }
            "cancel" => {
                let last = self.begun.last_key_value().expect("a request").0;
                self.tell("$/cancelRequest", json!({ "id": last }));
                String::new()
            }
            "tell" | "ask" | "begin" => {
                let root = self.uri("").trim_end_matches('/').to_owned();
                let params = serde_json::from_str(&rest.replace("$ROOT", &root));
                let params = params.unwrap_or(Value::Null);
                if word == "tell" {
                    self.tell(path, params);
                    return String::new();
                }
                if word == "begin" {
                    let id = self.send(path, params);
                    self.begun.insert(id, path.to_owned());
                    return String::new();
                }
                match self.ask(path, params) {
                    Ok(answer) => self.short(&answer.to_string()),
                    Err(error) => error,
                }
            }
            "heard" => {
                self.settle();
                let heard = std::mem::take(&mut self.heard);
                heard.iter().map(|line| format!("{line}\n")).collect()
            }
            other => panic!("the editor cannot say {other:?}"),
        }
    }

    fn type_(&mut self, path: &str, old: &str, new: &str) {
        let by_bytes = self.by_bytes;
        let (version, text) = self.buffers.get_mut(path).expect("an open file");
        let at = text.find(old).unwrap_or_else(|| panic!("{path} has no {old:?}"));
        let (start, end) = (position(text, at, by_bytes), position(text, at + old.len(), by_bytes));
        *version += 1;
        *text = text.replacen(old, new, 1);
        let version = *version;
        let params = json!({
            "textDocument": { "uri": self.uri(path), "version": version },
            "contentChanges": [{ "range": { "start": start, "end": end }, "text": new }],
        });
        self.tell("textDocument/didChange", params);
    }

    fn text(&self, path: &str) -> String {
        match self.buffers.get(path) {
            Some((_, text)) => text.clone(),
            None => std::fs::read_to_string(self.folder.path().join(path)).unwrap(),
        }
    }

    /// The place of a text in a file, with a bar at the very place.
    fn at(&self, path: &str, marked: &str) -> Value {
        let text = self.text(path);
        let bar = marked.find('|').unwrap_or(0);
        let plain = marked.replacen('|', "", 1);
        let at = text.find(&plain).unwrap_or_else(|| panic!("{path} has no {plain:?}"));
        let position = position(&text, at + bar, self.by_bytes);
        json!({ "textDocument": { "uri": self.uri(path) }, "position": position })
    }

    fn actions(&mut self, path: &str, marked: &str) -> Vec<Value> {
        let at = self.at(path, marked);
        let range = json!({ "start": at["position"], "end": at["position"] });
        let mut context = json!({ "diagnostics": [] });
        if marked.is_empty() {
            context["only"] = json!(["source.fixAll"]);
        }
        let params =
            json!({ "textDocument": at["textDocument"], "range": range, "context": context });
        self.ask("textDocument/codeAction", params).unwrap().as_array().cloned().unwrap_or_default()
    }

    /// Makes an edit in buffers and on the disk, and shows what has changed.
    fn apply(&mut self, edit: &Value) -> String {
        let mut shown = String::new();
        let mut files: Vec<(String, Vec<Value>, String)> = Vec::new();
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            let document = &change["textDocument"];
            let path = self.short(document["uri"].as_str().unwrap());
            let version = self.buffers.get(&path).map(|(version, _)| *version);
            assert_eq!(document["version"], json!(version), "the version of {path}");
            let edits = change["edits"].as_array().unwrap().clone();
            files.push((path, edits, format!(" (version {})", document["version"])));
        }
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            files.push((self.short(uri), edits.as_array().unwrap().clone(), String::new()));
        }
        for (path, edits, version) in files {
            let before = self.text(&path);
            let mut after = before.clone();
            for edit in edits.iter().rev() {
                let at = |place: &str| offset(&before, &edit["range"][place], self.by_bytes);
                after.replace_range(at("start")..at("end"), edit["newText"].as_str().unwrap());
            }
            writeln!(shown, "{path}{version}").unwrap();
            let diff = similar::TextDiff::from_lines(&before, &after);
            for change in diff.iter_all_changes() {
                let sign = match change.tag() {
                    similar::ChangeTag::Equal => continue,
                    similar::ChangeTag::Delete => '-',
                    similar::ChangeTag::Insert => '+',
                };
                shown.push_str(&format!("{sign}{change}"));
            }
            match self.buffers.contains_key(&path) {
                true => self.type_(&path, &before, &after),
                false => {
                    std::fs::write(self.folder.path().join(&path), after).unwrap();
                    let changes = json!([{ "uri": self.uri(&path), "type": 2 }]);
                    self.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
                }
            }
        }
        shown
    }

    fn describe_all(&self, path: &str, all: &Value) -> String {
        all.as_array().unwrap().iter().map(|one| self.describe(path, one)).collect()
    }

    fn describe(&self, path: &str, diagnostic: &Value) -> String {
        let severity = ["error", "warning", "information", "hint"]
            [diagnostic["severity"].as_u64().unwrap() as usize - 1];
        let tags = diagnostic["tags"].as_array().into_iter().flatten();
        let tags = tags.map(|tag| if *tag == 1 { " (unnecessary)" } else { " (deprecated)" });
        let mut text = format!(
            "{path}:{} {severity}[{}]{} {}\n",
            range(&diagnostic["range"]),
            diagnostic["code"].as_str().unwrap(),
            tags.collect::<String>(),
            diagnostic["message"].as_str().unwrap(),
        );
        for related in diagnostic["relatedInformation"].as_array().into_iter().flatten() {
            let location = &related["location"];
            let uri = self.short(location["uri"].as_str().unwrap());
            let message = related["message"].as_str().unwrap();
            writeln!(text, "  {uri}:{} {message}", range(&location["range"])).unwrap();
        }
        text
    }
}

fn describe_action(action: &Value) -> String {
    let preferred = if action["isPreferred"] == true { " (preferred)" } else { "" };
    let kind = action["kind"].as_str().unwrap();
    format!("{kind}: {}{preferred}\n", action["title"].as_str().unwrap())
}

fn write(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}
