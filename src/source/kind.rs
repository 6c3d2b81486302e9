//! What files are, by their names and their contents.

use super::{folder, name, named};

/// Larger files are not read into the values of Terraform.
const LARGEST_TEMPLATE: usize = 256 << 10;

/// What a file is, by its name and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// A `.dockerignore`.
    Dockerignore,
    /// A build file of Cloud Build.
    CloudBuild,
    /// A workflow of GitHub Actions.
    Workflow,
    /// A compose file.
    Compose,
    /// A file of `docker buildx bake`.
    Bake,
    /// A `skaffold.yaml`.
    Skaffold,
    /// A pipeline of GitLab CI.
    GitLab,
    /// A configuration of CircleCI.
    CircleCi,
    /// A `package.json` with scripts, or a Taskfile or justfile whose tasks build or deploy.
    Tasks,
    /// A `function.json` of lambroll that runs an image.
    Function,
    /// A `kustomization.yaml`.
    Kustomization,
    /// Other YAML or JSON.
    Yaml,
    /// Terraform or OpenTofu, variable files included.
    Terraform,
    /// A shell script or a Makefile.
    Script,
    /// The description of a Python project, or a list of its requirements.
    Python,
    /// A module of Python, which is asked what it imports.
    PythonModule,
    /// A module of JavaScript or TypeScript, which is asked what it imports.
    JavaScriptModule,
    /// The settings of a tool that are looked at, such as gunicorn's.
    Settings,
    /// A README, which is only asked whether it speaks of a file.
    Documentation,
    /// A file that Terraform reads into a value, as `file` and `templatefile` do, or a template
    /// of nginx.
    Template,
    /// A file with a secret in it, whose text is not kept.
    Credentials,
}

/// A kind as the name suggests it, which the content may have to confirm.
#[derive(Clone, Copy)]
pub(super) enum Candidate {
    Sure(Kind),
    /// Only if it reads like instructions: `Dockerfile.md` or `Dockerfile.j2` may be anything.
    Instructions,
    /// A file that others name: a build command as a Dockerfile, which it is only if it starts
    /// as one, or Terraform, which may read it into a value.
    Named {
        as_dockerfile: bool,
        in_terraform: bool,
    },
    /// A template that a container fills in.
    Template,
    /// Only if one of its tasks may build or deploy.
    Tasks,
    /// Only if it is a function of Lambda that runs an image.
    Function,
    /// Only if a secret is in it.
    Credentials,
    /// Cloud Build if it has steps, otherwise other YAML.
    Steps,
    /// Cloud Build by its name, unless it reads like something else.
    Build,
    /// Compose if it has services, otherwise other YAML.
    Services,
}

impl Candidate {
    pub(super) fn confirm(self, text: &str) -> Option<Kind> {
        match self {
            Candidate::Sure(Kind::Dockerfile) | Candidate::Instructions if is_template(text) => {
                None
            }
            Candidate::Sure(kind) => Some(kind),
            Candidate::Instructions => {
                (has_from(text) && named::starts_with_instruction(text)).then_some(Kind::Dockerfile)
            }
            Candidate::Template => (text.len() <= LARGEST_TEMPLATE).then_some(Kind::Template),
            Candidate::Named { as_dockerfile, in_terraform } => {
                let is_dockerfile = as_dockerfile && named::starts_as_dockerfile(text);
                let is_template = in_terraform && text.len() <= LARGEST_TEMPLATE;
                match is_dockerfile {
                    true => Some(Kind::Dockerfile),
                    false => is_template.then_some(Kind::Template),
                }
            }
            Candidate::Tasks => {
                let words = [
                    "docker",
                    "podman",
                    "gcloud",
                    "terraform",
                    "tofu",
                    "install\": \"",
                    "install\":\"",
                    "\"scripts\"",
                ];
                words.iter().any(|word| text.contains(word)).then_some(Kind::Tasks)
            }
            Candidate::Function => text.contains("ImageUri").then_some(Kind::Function),
            // Whether it holds one is asked where its path is known.
            Candidate::Credentials => Some(Kind::Credentials),
            Candidate::Steps if has_steps(text) && !is_filled_in(text) => Some(Kind::CloudBuild),
            Candidate::Build if has_steps(text) => Some(Kind::CloudBuild),
            Candidate::Build if !is_something_else(text) => Some(Kind::CloudBuild),
            Candidate::Services if has_services(text) => Some(Kind::Compose),
            Candidate::Steps | Candidate::Build | Candidate::Services => Some(Kind::Yaml),
        }
    }

    pub(super) fn is_for_a_value(self) -> bool {
        matches!(
            self,
            Candidate::Named { as_dockerfile: false, .. }
                | Candidate::Sure(Kind::PythonModule | Kind::JavaScriptModule)
                | Candidate::Credentials
        )
    }
}

/// What a file may be by its name, if it is of any interest.
pub(super) fn candidate(path: &str) -> Option<Candidate> {
    if is_brought(path) {
        return None;
    }
    let name = name(path);
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    let sure = |kind| Some(Candidate::Sure(kind));
    match extension {
        "md" | "mdx" | "rst" | "adoc" | "html" | "j2" | "jinja" | "jinja2" | "tmpl" | "tpl"
        | "template" | "orig" | "bak"
            if lower.contains("dockerfile") =>
        {
            return None;
        }
        "dockerignore" => return sure(Kind::Dockerignore),
        "dockerfile" | "containerfile" => return sure(Kind::Dockerfile),
        "tf" | "tofu" | "tfvars" => return sure(Kind::Terraform),
        "hcl" if name == "terragrunt.hcl" => return sure(Kind::Terraform),
        "yaml" | "yml" if folder(path) == ".github/workflows" => return sure(Kind::Workflow),
        "yaml" | "yml" if lower.starts_with("skaffold") => return sure(Kind::Skaffold),
        "hcl" | "json" if lower.starts_with("docker-bake") => return sure(Kind::Bake),
        "yaml" | "yml" if self::name(folder(path)) == ".circleci" => return sure(Kind::CircleCi),
        "yaml" | "yml" if lower.ends_with(".gitlab-ci.yml") => return sure(Kind::GitLab),
        "yaml" | "yml" if lower.starts_with("taskfile.") => return Some(Candidate::Tasks),
        "yaml" | "yml" if lower.starts_with("kustomization.") => return sure(Kind::Kustomization),
        "yaml" | "yml" | "json" if lower.strip_suffix(extension) == Some("cloudbuild.") => {
            return Some(Candidate::Build);
        }
        "yaml" | "yml" if is_compose(&lower) => return Some(Candidate::Services),
        "yaml" | "yml" => return Some(Candidate::Steps),
        "json" if lower.ends_with(".tf.json") || lower.ends_with(".tfvars.json") => {
            return sure(Kind::Terraform);
        }
        "json" if lower.ends_with(".tofu.json") => return sure(Kind::Terraform),
        "json" | "jsonnet" if lower.starts_with("function.") => return Some(Candidate::Function),
        "json" if lower.contains("cloudbuild") => return Some(Candidate::Steps),
        "sh" | "bash" | "mk" => return sure(Kind::Script),
        // The helpers of a chart.
        "tpl" if name.starts_with('_') => return sure(Kind::Template),
        _ => {}
    }
    match lower.as_str() {
        "dockerfile" | "containerfile" => sure(Kind::Dockerfile),
        "readme.md" | "readme" | "readme.rst" | "readme.txt" => sure(Kind::Documentation),
        "makefile" | "gnumakefile" => sure(Kind::Script),
        "kustomization" => sure(Kind::Kustomization),
        "justfile" | ".justfile" | "package.json" => Some(Candidate::Tasks),
        "pyproject.toml" | "setup.py" | "setup.cfg" => sure(Kind::Python),
        "gunicorn.conf.py" | "gunicorn_conf.py" | ".env" | ".gitignore" | ".gitmodules"
        | "seamlint.toml" => sure(Kind::Settings),
        _ if lower.starts_with("dockerfile.") || lower.starts_with("dockerfile-") => {
            Some(Candidate::Instructions)
        }
        // `--ignore-file` may name others, which are mostly called alike.
        _ if lower.contains("gcloudignore") => sure(Kind::Settings),
        _ if lower.starts_with("requirements") && extension == "txt" => sure(Kind::Python),
        _ => None,
    }
}

/// Whether a package manager has put a file there: that of Node.js, or Go, whose packages are called
/// after hosts. Others mend what is wrong with it.
pub(super) fn is_brought(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.any(|part| part == "node_modules")
        || path.split_once("vendor/").is_some_and(|(above, below)| {
            let host = below.split('/').next().unwrap_or_default();
            (above.is_empty() || above.ends_with('/')) && host != below && host.contains('.')
        })
}

/// Whether a line starts with a tag of a template engine, or a base image is one: something
/// makes the Dockerfile later.
fn is_template(text: &str) -> bool {
    let has_tag = |line: &str| line.contains("{{") || line.contains("{%");
    let is_templated = |line: &str| {
        let from = line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from "));
        line.starts_with("{{") || line.starts_with("{%") || (from && has_tag(line))
    };
    has_tag(text) && text.lines().map(str::trim_start).any(is_templated)
}

fn has_from(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from "))
    })
}

/// A cheap look for the shape of a Cloud Build file: a top-level list of steps with names.
fn has_steps(text: &str) -> bool {
    let top = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        line.starts_with("steps:") || line.starts_with("\"steps\"")
    };
    let start = text.trim_start();
    let is_json = start.starts_with('{') && !start.starts_with("{{") && !start.starts_with("{%");
    let at_margin = |line: &str| is_json || !line.starts_with([' ', '\t']);
    text.lines().any(|line| at_margin(line) && top(line)) && text.contains("name")
}

/// Whether a template engine is told something in a line of its own, which no YAML begins so.
fn is_filled_in(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("{{") || line.starts_with("{%"))
}

/// Whether a file without steps is a template, or an object of Kubernetes.
fn is_something_else(text: &str) -> bool {
    ["{{", "{%", "apiVersion"].iter().any(|word| text.contains(word))
}

/// `compose.yaml`, `docker-compose.prod.yml`, `web.compose.yml`.
fn is_compose(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.split('.').any(|part| part == "compose" || part.starts_with("docker-compose"))
        || stem.starts_with("compose-")
}

/// A cheap look for the shape of a compose file, which is no template.
fn has_services(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "services:" || line.starts_with("services: "))
        && !text.contains("{{")
        && !text.contains("{%")
}
