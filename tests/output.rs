//! What every format makes of the same three findings.
//!
//! One has places in two files, steps and an unsafe fix; one spans lines and stands behind wide
//! characters; one is at the end of a file, on its empty last line, with two fixes.

#![allow(clippy::unwrap_used)]

use seamlint::finding::{Edit, Finding, Safety, Severity};
use seamlint::fix;
use seamlint::report::{Format, Style};
use seamlint::rule::Rule;
use seamlint::source::{Sources, Span};
use seamlint::value::{Sourced, Step};

const PLAIN: Style = Style { colours: false, unicode: true, width: 100 };

static PORT: Rule = Rule {
    id: "port-drift",
    summary: "Requests are sent to a port on which the image does not listen.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: "# port-drift\n\nRequests are sent to a port on which the image does not listen.\n\n\
           ## Why\n\nNothing answers, so the deploy fails.\n\n## Reports\n",
    check: |_, _| {},
};

static LABELS: Rule = Rule {
    id: "label-shape",
    summary: "A label is not a pair.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: "# label-shape\n\nA label is not a pair.\n\n## Why\n\nIt is dropped.\n",
    check: |_, _| {},
};

static USER: Rule = Rule {
    id: "user-unset",
    summary: "The process runs as root.",
    severity: Severity::Note,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: "# user-unset\n\nThe process runs as root.\n\n## Why\n\nIt need not.\n",
    check: |_, _| {},
};

fn project() -> Sources {
    Sources::of(&[
        (
            "api/Dockerfile",
            "FROM python:3.13-slim\nLABEL 名前=\"📦 一\" two \\\n  three\n\
             CMD [\"gunicorn\", \"--bind\", \"0.0.0.0:3000\", \"app:app\"]\n",
        ),
        (
            "cloudbuild.yaml",
            "steps:\n  - name: gcr.io/cloud-builders/docker\n    \
             args: [build, -t, gcr.io/shop/api, api]\n",
        ),
        (
            "infra/run tf/run.tf",
            "resource \"google_cloud_run_v2_service\" \"api\" {\n  template {\n    \
             containers {\n      image = \"gcr.io/shop/api\"\n      ports {\n        \
             container_port = 8080\n      }\n    }\n  }\n}\n",
        ),
    ])
}

/// The first place of a text in a file.
fn span(sources: &Sources, path: &str, text: &str) -> Span {
    let (id, source) = sources.find(path).unwrap();
    let start = source.text.find(text).unwrap();
    Span::new(id, start..start + text.len())
}

fn findings(sources: &Sources) -> Vec<Finding> {
    let (docker, terraform) = ("api/Dockerfile", "infra/run tf/run.tf");
    let at = |path, text| span(sources, path, text);
    let port = Sourced { value: 8080, at: at(terraform, "8080"), via: Vec::new() };
    let steps = [
        Step::reference(at(terraform, "\"gcr.io/shop/api\""), "the service runs this image"),
        Step::default(at("cloudbuild.yaml", "gcr.io/shop/api"), "which is built here"),
    ];
    let end = sources.find(docker).map(|(id, it)| Span::new(id, it.text.len()..it.text.len()));
    vec![
        PORT.finding(
            "requests go to port 8080, but image `api` listens on 3000",
            &port,
            "requests go here",
        )
        .see(at(docker, "0.0.0.0:3000"), "`gunicorn` listens here")
        .see(at(terraform, "api"), "this service sends them")
        .because(&steps)
        .help("send requests to 3000, or let the server listen on `$PORT`")
        .fix(
            "Send requests to port 3000",
            Safety::Unsafe,
            vec![Edit::replace(port.at, "3000")],
        ),
        LABELS.finding_at(
            "label `two three` is no pair",
            at(docker, "two \\\n  three"),
            "no `=` here",
        ),
        USER.finding_at("the process runs as root", end.unwrap(), "no `USER` up to here")
            .help("add `USER`")
            .fix("Run as nobody", Safety::Safe, vec![Edit::before(end.unwrap(), "USER nobody\n")])
            .fix(
                "Run as a user of its own",
                Safety::Unsafe,
                vec![
                    Edit::before(at(docker, "CMD"), "RUN useradd app\n"),
                    Edit::before(end.unwrap(), "USER app\n"),
                ],
            ),
    ]
}

fn written(format: Format, style: Style) -> String {
    let sources = project();
    format.render(&sources, &findings(&sources), &[&LABELS, &PORT, &USER], style)
}

#[test]
fn no_findings() {
    let sources = project();
    let written = |format: Format| format.render(&sources, &[], &[&PORT], PLAIN);
    for format in [Format::Text, Format::Concise, Format::Github] {
        assert_eq!(written(format), "");
    }
    let lists =
        [(Format::Json, "/findings"), (Format::Sarif, "/runs/0/results"), (Format::Gitlab, "")];
    for (format, list) in lists {
        let document: serde_json::Value = serde_json::from_str(&written(format)).unwrap();
        assert_eq!(document.pointer(list), Some(&serde_json::json!([])));
    }
    assert_eq!(written(Format::Markdown), "## seamlint: no findings\n");
    assert!(written(Format::Checkstyle).ends_with("<checkstyle version=\"4.3\">\n</checkstyle>\n"));
    let junit = written(Format::Junit);
    assert!(junit.contains("tests=\"1\" failures=\"0\""), "{junit}");
}

#[test]
fn fixes() {
    let sources = project();
    let diffs = |safety| -> String {
        let changes = fix::apply(&sources, &findings(&sources), safety);
        let diff = |(path, after): (&std::sync::Arc<str>, &String)| {
            let (_, before) = sources.find(path).unwrap();
            fix::diff(path, &before.text, after)
        };
        changes.iter().map(diff).collect()
    };
    insta::assert_snapshot!("fixes_safe", diffs(Safety::Safe));
    insta::assert_snapshot!("fixes_unsafe", diffs(Safety::Unsafe));
}

#[test]
fn concise() {
    insta::assert_snapshot!(written(Format::Concise, PLAIN));
}

#[test]
fn json() {
    insta::assert_snapshot!(written(Format::Json, PLAIN));
}

#[test]
fn sarif() {
    let log = written(Format::Sarif, PLAIN);
    insta::assert_snapshot!(log.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

#[test]
fn github() {
    insta::assert_snapshot!(written(Format::Github, PLAIN));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(written(Format::Gitlab, PLAIN));
}

#[test]
fn junit() {
    insta::assert_snapshot!(written(Format::Junit, PLAIN));
}

#[test]
fn checkstyle() {
    insta::assert_snapshot!(written(Format::Checkstyle, PLAIN));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(written(Format::Markdown, PLAIN));
}

/// A path and a text that try to break out of what they stand in.
#[test]
fn what_files_hold_stays_data() {
    let path = "a\"><x>&]]>\u{1b}\u{0}`\u{202e}](y)/Dockerfile";
    let sources = Sources::of(&[(path, "FROM a\n")]);
    let at = span(&sources, path, "a");
    let evil = "it is `a`b\"/><x>&]]>\u{0}\r\n\u{ffff}<img src=x> ![y](z) @all";
    let finding = || PORT.finding_at(evil, at, evil).see(at, evil).help(evil);
    let findings = [finding(), finding()];
    let written = |format: Format| format.render(&sources, &findings, &[], PLAIN);
    for format in [Format::Junit, Format::Checkstyle] {
        let document = written(format);
        assert!(!document.contains("<x>") && !document.contains("<img"), "{document}");
        let odd = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{ffff}' | '\u{202e}');
        assert!(!document.contains(odd), "{document:?}");
    }
    assert!(written(Format::Junit).contains(" (2)\" classname"), "a name of its own for each");
    let list: serde_json::Value = serde_json::from_str(&written(Format::Gitlab)).unwrap();
    assert_eq!(list[0]["location"]["path"], path);
    assert_ne!(list[0]["fingerprint"], list[1]["fingerprint"]);
    let summary = written(Format::Markdown);
    assert!(!summary.contains(" <img") && !summary.contains(" !["), "{summary}");
    assert!(!summary.contains("@all"), "{summary}");
}

#[test]
fn text_in_ascii_and_colours() {
    let style = Style { colours: true, unicode: false, width: 60 };
    insta::assert_snapshot!(written(Format::Text, style).replace('\u{1b}', "ESC"));
}

#[test]
fn text() {
    insta::assert_snapshot!(written(Format::Text, PLAIN));
}

/// What scripts rely on, in the words of `docs/json.md`.
#[test]
fn json_is_what_its_page_says() {
    let sources = project();
    let document: serde_json::Value = serde_json::from_str(&written(Format::Json, PLAIN)).unwrap();
    assert_eq!(document["version"], 1);
    let page = include_str!("../docs/json.md");
    let example = page.split("```json\n").nth(1).and_then(|it| it.split("```").next()).unwrap();
    let example: serde_json::Value = serde_json::from_str(example).unwrap();
    let first = &document["findings"][0];
    assert_eq!(keys(&document), keys(&example));
    assert_eq!(keys(&document["summary"]), keys(&example["summary"]));
    assert_eq!(keys(first), keys(&example["findings"][0]));
    for list in ["/at", "/against/0", "/because/0", "/fixes/0", "/fixes/0/edits/0"] {
        let pointer = format!("/findings/0{list}");
        let (written, shown) = (document.pointer(&pointer), example.pointer(&pointer));
        assert_eq!(keys(written.unwrap()), keys(shown.unwrap()), "{list}");
    }
    let number = |place: &serde_json::Value, key: &str| place[key].as_u64().unwrap() as usize;
    for finding in document["findings"].as_array().unwrap() {
        assert_eq!(keys(finding), keys(first), "every key is always there");
        let at = &finding["at"];
        let (_, source) = sources.find(at["path"].as_str().unwrap()).unwrap();
        let line = source.text.split('\n').nth(number(at, "line") - 1).unwrap();
        let by_column: String = line.chars().skip(number(at, "column") - 1).collect();
        let by_byte = &source.text[number(at, "start")..];
        assert_eq!(by_byte.split('\n').next(), Some(by_column.as_str()));
    }
}

fn keys(value: &serde_json::Value) -> Vec<&String> {
    value.as_object().unwrap().keys().collect()
}
