//! Files whose names alone do not say what they are, and that other files name: Dockerfiles
//! of build commands, and what Terraform reads into values.

use super::kind::{Candidate, candidate, is_brought};
use super::{Kind, Source, credentials, folder, name};
use std::collections::HashSet;

/// The flags and keys whose values are Dockerfiles.
const NAMED_BY: &[&str] = &["-f", "--file", "--dockerfile", "dockerfile", "file"];

/// The extensions of what Terraform reads into values.
const TEMPLATES: &[&str] = &["tftpl", "tpl", "json"];

/// The files whose names alone say nothing, and that others name.
#[derive(PartialEq, Eq)]
pub(super) struct Named {
    /// What build commands call Dockerfiles.
    pub(super) dockerfiles: HashSet<String>,
    /// What Terraform may read into a value.
    pub(super) templates: HashSet<String>,
    /// The folders that hold Terraform.
    pub(super) folders: HashSet<String>,
    /// Whether a Dockerfile starts or installs something of Python's.
    pub(super) python: bool,
    /// The same of Node.
    pub(super) node: bool,
    /// Whether a Dockerfile speaks of nginx, whose image fills in templates.
    pub(super) nginx: bool,
    /// Whether a Dockerfile may copy files with secrets.
    pub(super) copies: bool,
}

impl Named {
    pub(super) fn of<'a>(sources: impl Iterator<Item = &'a Source>) -> Named {
        use Kind::{
            Bake, CircleCi, CloudBuild, Compose, Dockerfile, GitLab, Script, Skaffold, Tasks,
            Terraform, Workflow, Yaml,
        };
        let (mut dockerfiles, mut templates) = (HashSet::new(), HashSet::new());
        let mut folders = HashSet::new();
        let (mut python, mut node, mut nginx, mut copies) = (false, false, false, false);
        for source in sources {
            match source.kind {
                Bake | CircleCi | CloudBuild | Compose | GitLab | Skaffold | Script | Tasks
                | Terraform | Workflow | Yaml => {}
                Dockerfile => {
                    python = python || speaks_of_python(&source.text);
                    node = node || speaks_of_node(&source.text);
                    nginx = nginx || source.text.contains("nginx");
                    copies = true;
                    continue;
                }
                _ => continue,
            }
            dockerfiles.extend(self::dockerfiles(&source.text).into_iter().map(str::to_owned));
            if source.kind == Terraform {
                templates.extend(self::templates(&source.text).map(str::to_owned));
                folders.insert(folder(&source.path).to_owned());
            }
        }
        Named { dockerfiles, templates, folders, python, node, nginx, copies }
    }

    /// What a file may be because it is named, if its own name does not decide.
    pub(super) fn candidate(&self, path: &str) -> Option<Candidate> {
        if self.python && is_python_module(path) {
            return candidate(path).is_none().then_some(Candidate::Sure(Kind::PythonModule));
        }
        if self.node && is_javascript_module(path) {
            return candidate(path).is_none().then_some(Candidate::Sure(Kind::JavaScriptModule));
        }
        if self.nginx && path.ends_with(".template") {
            return candidate(path).is_none().then_some(Candidate::Template);
        }
        if self.copies && credentials(path).is_some() && candidate(path).is_none() {
            return Some(Candidate::Credentials);
        }
        let as_dockerfile = self.dockerfiles.contains(name(path));
        let in_terraform = self.templates.contains(name(path)) && self.is_near(path);
        let is_named = as_dockerfile || in_terraform;
        let candidate = Candidate::Named { as_dockerfile, in_terraform };
        let is_free = self::candidate(path).is_none() && !is_brought(path);
        (is_named && is_free).then_some(candidate)
    }

    /// Whether a file lies in a folder with Terraform, or below one.
    fn is_near(&self, path: &str) -> bool {
        let mut place = folder(path);
        loop {
            if self.folders.contains(place) {
                return true;
            }
            if place.is_empty() {
                return false;
            }
            place = folder(place);
        }
    }
}

/// The last parts of the paths that a text gives to builds as Dockerfiles, and perhaps of
/// others: the content has to confirm them.
pub fn dockerfiles(text: &str) -> HashSet<&str> {
    let separates = |byte: &u8| {
        matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'"' | b'\'' | b',' | b'[' | b']' | b'=')
    };
    let words = text.as_bytes().split(separates).filter(|word| !word.is_empty());
    // What is cut at ASCII characters stays UTF-8.
    let words = words.filter_map(|word| std::str::from_utf8(word).ok());
    let mut names = HashSet::new();
    let mut before = "";
    for word in words {
        let name = word.trim_end_matches(':');
        // In JSON the colon is a word of its own.
        if name.is_empty() {
            continue;
        }
        if NAMED_BY.contains(&before) {
            names.insert(super::name(word));
        }
        before = name;
    }
    names
}

/// The last parts of the paths of templates and of JSON that a text names.
pub fn templates(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let words = text.split(move |c: char| !is_part(c));
    words.filter(|word| {
        let (stem, extension) = word.rsplit_once('.').unwrap_or_default();
        !stem.is_empty() && TEMPLATES.iter().any(|other| extension.eq_ignore_ascii_case(other))
    })
}

/// Whether a Dockerfile starts or installs something of Python's, so that modules are looked at.
pub fn speaks_of_python(text: &str) -> bool {
    ["python", "pip", "gunicorn", "uvicorn", "/uv"].iter().any(|name| text.contains(name))
}

/// Whether a file is a module of Python that may be part of an image: no test, and nothing
/// that was installed.
pub fn is_python_module(path: &str) -> bool {
    const ELSEWHERE: &[&str] = &["tests", "test", "site-packages", "node_modules", "venv", ".venv"];
    path.ends_with(".py") && !path.split('/').any(|part| ELSEWHERE.contains(&part))
}

/// Whether a Dockerfile compiles or starts something of Node's, so that modules are looked at.
pub fn speaks_of_node(text: &str) -> bool {
    ["tsc", "\"node\"", "node "].iter().any(|name| text.contains(name))
}

/// Whether a file is a module of JavaScript or TypeScript that people write.
pub fn is_javascript_module(path: &str) -> bool {
    const ELSEWHERE: &[&str] = &["node_modules", "dist", "build", "test", "tests", "__tests__"];
    const ENDINGS: &[&str] = &[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
        && !path.ends_with(".min.js")
        && !path.split('/').any(|part| ELSEWHERE.contains(&part))
}

/// Whether a text starts as a Dockerfile does: with `FROM` or `ARG`, after comments, and with
/// another instruction behind it. Models of Ollama start with `FROM` as well.
pub fn starts_as_dockerfile(text: &str) -> bool {
    let mut lines = written(text);
    let first = lines.next().unwrap_or_default();
    let next = lines.next().filter(|_| !first.ends_with(['\\', '`']));
    matches!(word(first), "FROM" | "ARG") && next.is_none_or(is_instruction)
}

/// Whether a text starts with an instruction of whatever kind.
pub(super) fn starts_with_instruction(text: &str) -> bool {
    written(text).next().is_some_and(is_instruction)
}

/// The lines that are neither empty nor comments.
fn written(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim_start_matches('\u{feff}');
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn is_instruction(line: &str) -> bool {
    INSTRUCTIONS.contains(&&*word(line).to_ascii_uppercase())
}

/// The instructions of Dockerfiles.
pub const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_flags_and_keys() {
        let text = "args: ['build', '-f', 'docker/api.image', '.']\ndocker build --file=web.image .\n\
                    dockerfile = \"../job.image\"\nother: x.image\n\"dockerfile\": \"json.image\"\n";
        let mut names: Vec<_> = dockerfiles(text).into_iter().collect();
        names.sort_unstable();
        assert_eq!(names, ["api.image", "job.image", "json.image", "web.image"]);
        assert!(starts_as_dockerfile("# a\n\nARG X\nFROM a\n"));
        assert!(!starts_as_dockerfile("from x import y\n"));
    }

    #[test]
    fn terraform_names_templates_and_json() {
        let text = "a = templatefile(\"${path.module}/t/run.sh.tftpl\", {})\nb = file(\"x-1.JSON\")\n\
                    c = [\".json\", \"a.txt\", jsonencode(1), file(\"../é.tpl\")]";
        assert_eq!(templates(text).collect::<Vec<_>>(), ["run.sh.tftpl", "x-1.JSON", "é.tpl"]);
    }
}
