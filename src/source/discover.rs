//! Finding the files of a project on the disk, and telling what they are.

use super::{
    Buffers, Listing, Source, Sources, credentials, folder, holds_secret, index, name, named,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Larger files are not read.
pub(super) const LARGEST: u64 = 4 << 20;

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
    /// A `package.json`, Taskfile or justfile whose tasks build or deploy, or are run by an
    /// install.
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

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its path from the root.
    pub path: Arc<str>,
    /// Why, as a sentence without a subject: `is not UTF-8`.
    pub why: String,
}

impl Sources {
    /// Reads a project from the disk: what git ignores is skipped, links out of the root are
    /// not followed, and files that are too large or no text become notes. What is excluded is
    /// there, and not read.
    ///
    /// # Errors
    /// If the root cannot be read.
    pub fn discover(root: &Path, exclude: &[String]) -> std::io::Result<Sources> {
        Sources::discover_with(root, exclude, &Buffers::new())
    }

    /// The same with the texts of some files as an editor has them, saved or not. A file that
    /// is not on the disk yet is there all the same.
    ///
    /// # Errors
    /// If the root cannot be read.
    pub fn discover_with(
        root: &Path,
        exclude: &[String],
        buffers: &Buffers,
    ) -> std::io::Result<Sources> {
        let root = root.canonicalize()?;
        std::fs::read_dir(&root)?;
        let mut excluded = ignore::gitignore::GitignoreBuilder::new(&root);
        for pattern in exclude {
            excluded.add_line(None, pattern).map_err(std::io::Error::other)?;
        }
        let excluded = excluded.build().map_err(std::io::Error::other)?;
        let is_excluded = |file: &Path| excluded.matched(file, false).is_ignore();
        let (top, pruned) = (root.clone(), excluded.clone());
        let walk = ignore::WalkBuilder::new(&root)
            .hidden(false)
            .require_git(false)
            .git_global(false)
            .filter_entry(move |entry| {
                let above = entry.path().parent().filter(|above| above.starts_with(&top));
                entry.file_name() != ".git"
                    && !above.is_some_and(|above| pruned.matched(above, true).is_ignore())
            })
            .build();
        let (mut files, mut folders) = (Vec::<(Arc<str>, PathBuf)>::new(), Vec::<Arc<str>>::new());
        let mut links = Vec::new();
        for entry in walk.filter_map(Result::ok) {
            let Some(kind) = entry.file_type() else { continue };
            let path = entry.into_path();
            let Some(relative) = relative(&path, &root) else { continue };
            match kind.is_dir() {
                true => folders.push(relative),
                false => {
                    links.extend(kind.is_symlink().then(|| relative.clone()));
                    files.push((relative, path));
                }
            }
        }
        // One that is there and was not found is excluded or ignored.
        let unsaved = buffers.keys().map(|path| (path.clone(), root.join(&**path)));
        files.extend(unsaved.filter(|(_, file)| file.symlink_metadata().is_err()));
        let read_as = |path: &Arc<str>, file: &Path, candidate: Candidate| match buffers
            .get(path)
            .filter(|text| text.len() as u64 <= LARGEST)
        {
            Some(text) => Ok(source(path, text, candidate)),
            None => read_as(&root, path, file, candidate),
        };
        let mut read: Vec<Result<Option<Source>, Note>> = files
            .par_iter()
            .map(|(path, file)| match candidate(path).filter(|_| !is_excluded(file)) {
                Some(candidate) => read_as(path, file, candidate),
                None => Ok(None),
            })
            .collect();
        let named = Named::of(read.iter().flatten().flatten());
        let more: Vec<_> = files
            .par_iter()
            .filter_map(|(path, file)| {
                let candidate = named.candidate(path).filter(|_| !is_excluded(file))?;
                let outcome = read_as(path, file, candidate);
                // What only adds to what is known is nothing to speak of if it is not read.
                Some(if candidate.is_for_a_value() { Ok(outcome.ok().flatten()) } else { outcome })
            })
            .collect();
        read.extend(more);
        let forced = forced(&root, &files);
        let paths = files.into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        let mut sources = Sources::assemble(paths, read);
        let empty = folders.into_iter().filter(|folder| !sources.has_folder(folder));
        let opaque = links.into_iter().chain(empty).collect();
        let listing = Arc::make_mut(&mut sources.listing);
        (listing.opaque, listing.forced) = (opaque, forced);
        sources.is_part = is_part(&root);
        Ok(Sources { above: above(&root), ..sources })
    }

    /// A project that is in memory, as tests and editors have it.
    pub fn of(files: &[(&str, &str)]) -> Sources {
        let paths = files.iter().map(|(path, _)| Arc::from(*path)).collect();
        // What is in memory is all that there is.
        let forced = Some(BTreeSet::new());
        let read = files.iter().filter_map(|(path, text)| source(path, text, candidate(path)?));
        let mut read: Vec<Source> = read.collect();
        let named = Named::of(read.iter());
        read.extend(
            files.iter().filter_map(|(path, text)| source(path, text, named.candidate(path)?)),
        );
        let read = read.into_iter().map(|source| Ok(Some(source))).collect();
        let mut sources = Sources::assemble(paths, read);
        Arc::make_mut(&mut sources.listing).forced = forced;
        sources
    }

    /// Puts another text in the place of a file's, and gives the text before. The kind stays.
    pub fn replace(&mut self, path: &str, text: &str) -> Option<Arc<str>> {
        let i = self.read.binary_search_by(|source| (*source.path).cmp(path)).ok()?;
        let source = self.read.get_mut(i)?;
        let new = source.with_text(text.into());
        Some(std::mem::replace(source, new).text)
    }

    /// Leaves out the files of Terraform variables that are not loaded by themselves and for
    /// which `chosen` is false.
    pub fn retain_environments(&mut self, chosen: impl Fn(&str) -> bool) {
        self.read.retain(|source| {
            let name = name(&source.path);
            let name = name.strip_suffix(".json").unwrap_or(name);
            let is_choice = name.ends_with(".tfvars")
                && name != "terraform.tfvars"
                && !name.ends_with(".auto.tfvars");
            !is_choice || chosen(&source.path)
        });
    }

    fn assemble(paths: Vec<Arc<str>>, read: Vec<Result<Option<Source>, Note>>) -> Sources {
        let mut sources = Sources::default();
        let mut listing = Listing { paths: paths.into_iter().collect(), ..Listing::default() };
        let mut texts: BTreeMap<Arc<str>, Source> = BTreeMap::new();
        for outcome in read {
            match outcome {
                Ok(Some(source)) => drop(texts.insert(source.path.clone(), source)),
                Ok(None) => {}
                Err(note) => sources.notes.push(note),
            }
        }
        sources.notes.sort_by(|a, b| a.path.cmp(&b.path));
        sources.read = texts.into_values().collect();
        for source in &sources.read {
            match name(&source.path) {
                ".gitignore" => listing.ignored.add(folder(&source.path), &source.text),
                ".gitmodules" => {
                    let paths = source.text.lines().filter_map(|line| line.trim().split_once('='));
                    let paths = paths.filter(|(key, _)| key.trim() == "path");
                    listing.submodules.extend(paths.map(|(_, path)| path.trim().to_owned()));
                }
                _ => {}
            }
        }
        sources.listing = listing.numbered().into();
        sources
    }
}

/// The paths that git has and that were not found, since it is told to ignore them. A
/// repository whose `.git` is a file keeps its index elsewhere, where nothing is read.
fn forced(root: &Path, files: &[(Arc<str>, PathBuf)]) -> Option<BTreeSet<Arc<str>>> {
    let paths = index::paths(&std::fs::read(root.join(".git/index")).ok()?)?;
    let found: HashSet<&str> = files.iter().map(|(path, _)| &**path).collect();
    Some(paths.into_iter().filter(|path| !found.contains(path.as_str())).map(Arc::from).collect())
}

/// The root of the repository that holds a file or folder, if it is in one.
pub fn repository(path: &Path) -> Option<PathBuf> {
    let mut folders = path.ancestors();
    folders.find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The file of a name in a folder, or in the nearest one above it in its repository.
pub fn nearest(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    for folder in folder.ancestors() {
        let file = folder.join(name);
        if file.exists() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

/// A path from the root, with `/` between its parts, if it is UTF-8.
fn relative(path: &Path, root: &Path) -> Option<Arc<str>> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/").into())
}

/// The text of one file, which need not be part of a project.
///
/// # Errors
/// If it cannot be read, is larger than 4 MiB or no UTF-8.
pub fn read_text(file: &Path) -> std::io::Result<String> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("is no file"));
    }
    if metadata.len() > LARGEST {
        return Err(std::io::Error::other("is larger than 4 MiB"));
    }
    let bytes = std::fs::read(file)?;
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("is not UTF-8"))
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
            Candidate::Instructions => has_from(text).then_some(Kind::Dockerfile),
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
                ];
                words.iter().any(|word| text.contains(word)).then_some(Kind::Tasks)
            }
            Candidate::Function => text.contains("ImageUri").then_some(Kind::Function),
            // Whether it holds one is asked where its path is known.
            Candidate::Credentials => Some(Kind::Credentials),
            Candidate::Steps if has_steps(text) => Some(Kind::CloudBuild),
            Candidate::Services if has_services(text) => Some(Kind::Compose),
            Candidate::Steps | Candidate::Services => Some(Kind::Yaml),
        }
    }

    fn is_for_a_value(self) -> bool {
        matches!(
            self,
            Candidate::Named { as_dockerfile: false, .. }
                | Candidate::Sure(Kind::PythonModule | Kind::JavaScriptModule)
                | Candidate::Credentials
        )
    }
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

/// What a file may be by its name, if it is of any interest.
pub(super) fn candidate(path: &str) -> Option<Candidate> {
    let name = name(path);
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    let sure = |kind| Some(Candidate::Sure(kind));
    match extension {
        "md" | "j2" | "jinja" | "jinja2" | "tmpl" | "tpl" | "template" | "orig" | "bak"
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
        _ if lower.starts_with("requirements") && extension == "txt" => sure(Kind::Python),
        _ => None,
    }
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

/// Whether a folder lies below the root of a repository.
fn is_part(root: &Path) -> bool {
    !above(root).is_empty()
}

/// The path to a folder from the root of its repository, with `/` at its end; nothing if it is
/// that root, or in no repository.
fn above(folder: &Path) -> String {
    let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
    let path = repository.and_then(|root| folder.strip_prefix(root).ok());
    let parts = path.into_iter().flatten().map(|part| part.to_string_lossy());
    parts.flat_map(|part| [part, "/".into()]).collect()
}

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
                    python |= named::speaks_of_python(&source.text);
                    node |= named::speaks_of_node(&source.text);
                    nginx |= source.text.contains("nginx");
                    copies = true;
                    continue;
                }
                _ => continue,
            }
            dockerfiles.extend(named::dockerfiles(&source.text).into_iter().map(str::to_owned));
            if source.kind == Terraform {
                templates.extend(named::templates(&source.text).map(str::to_owned));
                folders.insert(folder(&source.path).to_owned());
            }
        }
        Named { dockerfiles, templates, folders, python, node, nginx, copies }
    }

    /// What a file may be because it is named, if its own name does not decide.
    fn candidate(&self, path: &str) -> Option<Candidate> {
        if self.python && named::is_python_module(path) {
            return candidate(path).is_none().then_some(Candidate::Sure(Kind::PythonModule));
        }
        if self.node && named::is_javascript_module(path) {
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
        (is_named && self::candidate(path).is_none()).then_some(candidate)
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

/// A file, if its text confirms what it may be. The text of one with a secret is not kept.
fn source(path: &str, text: &str, candidate: Candidate) -> Option<Source> {
    let kind = candidate.confirm(text)?;
    let text = match kind {
        Kind::Credentials if !holds_secret(path, text) => return None,
        Kind::Credentials => "",
        _ => text,
    };
    Some(Source::new(path.into(), text.into(), kind))
}

fn read_as(
    root: &Path,
    path: &Arc<str>,
    file: &Path,
    candidate: Candidate,
) -> Result<Option<Source>, Note> {
    let note = |why: &str| Note { path: path.clone(), why: why.to_owned() };
    // A link may lead out of the root. What it names in the project is read where it lies.
    if file.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        let target = file.canonicalize().map_err(|_| note("is a link to nothing"))?;
        let is_inside = target.starts_with(root);
        return if is_inside { Ok(None) } else { Err(note("is a link out of the project")) };
    }
    let text = read_text(file).map_err(|error| note(&error.to_string()))?;
    Ok(source(path, &text, candidate))
}
