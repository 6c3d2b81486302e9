//! Steps that use actions: what these build and deploy.

use super::super::docker::{after, places, stays_in_cache};
use super::super::gcloud::secret_reference;
use super::super::index::{self, Asked, WITHOUT_ATTESTATIONS};
use super::super::named_context::of_pair;
use super::super::{Lowered, WorkingFolder, bake, made};
use super::Running;
use crate::model::build::{Build, BuildKind, Prepared};
use crate::model::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, amd64, default_port,
};
use crate::source::{Span, join, resolve};
use crate::syntax::workflow::Step;
use crate::value::{Sourced, Step as Reason, Text, Value, Why};

impl Running<'_> {
    pub(super) fn action(&mut self, step: &Step, action: &str, lowered: &mut Lowered) {
        match action {
            "actions/checkout" => self.checkout(step),
            "docker/setup-buildx-action" => self.own_builder = own_builder(step),
            "docker/build-push-action" => lowered.builds.push(self.build(step)),
            "docker/bake-action" => lowered.bakes.extend(self.bake(step)),
            "google-github-actions/deploy-cloudrun" => self.deploy(step, lowered),
            action if makes_nothing(action) => {}
            "actions/download-artifact" => self.download(step, lowered),
            "actions/cache" => self.prepared = self.prepared.max(Prepared::Outputs),
            _ => self.prepared = Prepared::Anything,
        }
    }

    fn checkout(&mut self, step: &Step) {
        let input = |name: &str| step.input(name).map(|value| self.context.expand(value).value);
        let other = input("repository").is_some_and(|repository| {
            !repository.literal().is_some_and(|name| name.is_empty()) && {
                let own = Text::hole("github.repository");
                repository != own
            }
        });
        let elsewhere = input("path").is_some_and(|path| !matches!(path.literal(), Some("" | ".")));
        match (other, elsewhere) {
            // Files of another repository may come to lie among those of this one.
            (true, _) => self.prepared = Prepared::Anything,
            (false, true) => self.root = None,
            (false, false) => {}
        }
        if input("submodules").is_some() || input("ref").is_some_and(|text| text.is_unknown()) {
            self.prepared = self.prepared.max(Prepared::Outputs);
        }
    }

    /// What comes from other jobs lies below a folder, if one is named.
    fn download(&mut self, step: &Step, lowered: &mut Lowered) {
        let path = step.input("path").map(|path| self.context.expand(path).value);
        let folder = path.as_ref().zip(self.root.as_ref()).and_then(|(path, root)| {
            made::places(self.sources, std::slice::from_ref(root), path.literal()?)
        });
        match folder {
            Some(folder) => lowered.made.extend(folder),
            None => self.prepared = Prepared::Anything,
        }
    }

    pub(super) fn input(&self, step: &Step, name: &str) -> Value<Text> {
        match step.input(name) {
            Some(value) => match self.context.expand(value) {
                value if value.value.literal() == Some("") => Value::Unset,
                value => Value::Known(value),
            },
            None => Value::Unset,
        }
    }

    /// The entries of an input that lists them by lines, or by commas.
    fn list(&self, step: &Step, name: &str, commas: bool) -> Vec<Sourced<Text>> {
        let Some(written) = step.input(name) else { return Vec::new() };
        let mut start = 0;
        let mut entries = Vec::new();
        let ends = |c: char| c == '\n' || (commas && c == ',');
        for line in written.text.split_inclusive(ends) {
            let entry = line.trim_end_matches(ends).trim();
            let at = start + (line.len() - line.trim_start().len());
            start += line.len();
            if !entry.is_empty() && !entry.starts_with('#') {
                entries.push(self.context.expand(&written.slice(at..at + entry.len())));
            }
        }
        entries
    }

    fn build(&self, step: &Step) -> Build {
        let at = step.uses.as_ref().map_or(step.at, |uses| uses.at);
        let root: Vec<WorkingFolder> = self.root.iter().cloned().collect();
        let (context, is_pushed) = pushed(self.input(step, "context"), at);
        let dockerfile = self.input(step, "file");
        let places = places(&root, &context, |folder, context| match &dockerfile {
            Value::Unset => Some(join(context, "Dockerfile")),
            file if is_pushed => resolve(context, file.literal_text()?),
            file => folder.resolve(&file.known()?.value),
        });
        let arguments = self.list(step, "build-args", false).into_iter().filter_map(|argument| {
            let name = argument.value.split('=').first()?.literal()?.to_owned();
            let value = after(&argument, name.len() + 1);
            Some((name, Value::Known(value)))
        });
        // What steps have made lies in the folders of the job, whatever the context is.
        let beside = if self.prepared == Prepared::No { &root[..] } else { &[] };
        let contexts = self.list(step, "build-contexts", false);
        let contexts = contexts.iter().filter_map(|pair| of_pair(pair, beside)).collect();
        let platform = match self.input(step, "platforms") {
            Value::Unset => match self.context.env.get("DOCKER_DEFAULT_PLATFORM") {
                Some(platform) => Value::Known(platform.clone()),
                None => Value::Unset,
            },
            platform => platform,
        };
        let pushes = step.input("outputs").is_some()
            || step.input("push").is_some_and(|push| push.text != "false");
        let is_plain =
            ["outputs", "attests", "builder"].iter().all(|name| step.input(name).is_none())
                && !self.context.env.contains_key(WITHOUT_ATTESTATIONS);
        let keeps = !pushes && step.input("load").is_none_or(|load| load.text == "false");
        let is_own = ["outputs", "builder"].iter().all(|name| step.input(name).is_none());
        let own_builder = self.own_builder.filter(|_| keeps && is_own);
        let unloaded = own_builder.map(stays_in_cache);
        let (provenance, sbom) = (self.input(step, "provenance"), self.input(step, "sbom"));
        let index = index::reason(&Asked {
            platform: &platform,
            provenance: &provenance,
            sbom: &sbom,
            own_builder: self.own_builder.filter(|_| is_plain),
        });
        Build {
            platform,
            tags: self.list(step, "tags", true),
            arguments: arguments.collect(),
            contexts,
            target: self.input(step, "target"),
            dockerfile,
            // The repository as it was pushed has nothing that steps made.
            prepared: if is_pushed { Prepared::No } else { self.prepared },
            context,
            places,
            pushes,
            unloaded,
            index: index.filter(|_| pushes),
            ..Build::new(at, self.runner, BuildKind::Action)
        }
    }

    /// Source: docker/bake-action, README, read 2026-11. A source of its own is elsewhere.
    fn bake(&self, step: &Step) -> Option<bake::Usage> {
        let here = [None, Some("."), Some("")];
        let source = self.input(step, "source");
        if !source.is_unset() && !here.contains(&source.literal_text()) {
            return None;
        }
        let root = self.root.clone();
        let folder = match self.input(step, "workdir") {
            Value::Unset => root,
            folder => root.and_then(|root| root.enter(&folder.known()?.value)),
        };
        let list = |name: &str, commas| self.list(step, name, commas);
        Some(bake::Usage {
            files: list("files", true).into_iter().map(|file| file.value).collect(),
            folders: folder.into_iter().collect(),
            env: self.context.env.clone().into_iter().collect(),
            settings: list("set", false),
            targets: list("targets", true),
            is_open: step.input("vars").is_some(),
            pushes: step.input("push").is_some_and(|push| push.text != "false"),
            runner: self.runner,
            prepared: self.prepared,
        })
    }

    /// Source: google-github-actions/deploy-cloudrun, action.yml, read 2026-08.
    fn deploy(&self, step: &Step, lowered: &mut Lowered) {
        let at = step.uses.as_ref().map_or(step.at, |uses| uses.at);
        // A file says all of it, or a buildpack makes the image.
        if step.input("metadata").is_some() {
            return;
        }
        let job = self.input(step, "job");
        let (platform, name) = match job {
            Value::Unset => (Platform::CloudRunService, self.input(step, "service")),
            job => (Platform::CloudRunJob, job),
        };
        let flags = self.input(step, "flags");
        let named_port = match &flags {
            Value::Unset => None,
            flags => Some(flags.literal_text().and_then(port_of)),
        };
        let port = match (platform, named_port) {
            (Platform::CloudRunJob, _) => Value::Unset,
            (_, Some(Some(port))) => {
                let at = flags.at().unwrap_or(at);
                Value::Known(Sourced { value: port, at, via: Vec::new() })
            }
            (_, Some(None)) if flags.literal_text().is_none_or(|f| f.contains("--port")) => {
                Value::unknown(at, Why::Unread)
            }
            _ => default_port(Reason::default(
                at,
                "Cloud Run sends to 8080 where neither this nor an earlier deploy names a port",
            )),
        };
        let pairs = |name: &str| {
            self.list(step, name, true).into_iter().filter_map(|entry| {
                let name = entry.value.split('=').first()?.literal()?.to_owned();
                let value = after(&entry, name.len() + 1);
                let key = Sourced { value: Text::from(name), at: entry.at, via: Vec::new() };
                Some((key, value))
            })
        };
        let mut env: Vec<EnvVariable> = Vec::new();
        for (name, value) in pairs("env_vars") {
            let setting = name.at;
            env.push(EnvVariable { name: Value::Known(name), setting, value: Value::Known(value) });
        }
        let before = lowered.references.len();
        for (name, secret) in pairs("secrets") {
            lowered.references.push(secret_reference(&secret));
            if !name.value.starts_with("/") {
                let value = Value::unknown(secret.at, Why::Sensitive);
                env.push(EnvVariable { setting: name.at, name: Value::Known(name), value });
            }
        }
        let given = |flag: &str| {
            !flags.is_unset() && flags.literal_text().is_none_or(|flags| flags.contains(flag))
        };
        let container = Container {
            image: self.input(step, "image"),
            port,
            env,
            replaced: Replaced { entrypoint: given("--command"), arguments: given("--args") },
            ..Container::default()
        };
        lowered.deploy(
            before,
            Deployment {
                architecture: amd64(at),
                name: if name.is_unset() { Value::unknown(at, Why::Unread) } else { name },
                region: self.input(step, "region"),
                project: self.input(step, "project_id"),
                containers: vec![container],
                ..Deployment::new(at, platform, Manager::Workflow)
            },
        );
    }
}

/// The context of a build, and whether it is of the repository as it was pushed: that is so without
/// one, and where it is named, perhaps with a folder. A Dockerfile is then named from there.
/// Source: docker/build-push-action, README, read 2026-11.
fn pushed(written: Value<Text>, at: Span) -> (Value<Text>, bool) {
    let folder = written.literal_text().and_then(|context| {
        let name = context.strip_prefix("{{")?.split_once("}}")?;
        (name.0.trim() == "defaultContext").then(|| name.1.trim_start_matches(':'))
    });
    let folder = match (&written, folder) {
        (Value::Unset, _) => ".",
        (_, Some(folder)) if !folder.is_empty() => folder,
        (_, Some(_)) => ".",
        (_, None) => return (written, false),
    };
    (Value::literal(Text::from(folder), written.at().unwrap_or(at)), true)
}

/// The step, if it sets up a builder of its own, of the newest kind.
fn own_builder(step: &Step) -> Option<Span> {
    const OTHERWISE: &[&str] =
        &["driver-opts", "buildkitd-config", "buildkitd-config-inline", "version", "use"];
    let driver = step.input("driver").map(|driver| driver.text.as_str());
    let is_other = matches!(driver, None | Some("docker-container" | "kubernetes"));
    let is_plain = OTHERWISE.iter().all(|name| step.input(name).is_none());
    (is_other && is_plain).then(|| step.uses.as_ref().map_or(step.at, |uses| uses.at))
}

/// The port that flags name: `--port=8000`.
fn port_of(flags: &str) -> Option<u16> {
    let mut words = flags.split([' ', '=', '\n']).skip_while(|word| *word != "--port");
    words.nth(1)?.trim_matches(['"', '\'']).parse().ok()
}

/// Whether an action puts no files among those of the repository that a build could copy.
pub(super) fn makes_nothing(action: &str) -> bool {
    const OWNERS: &[&str] = &["docker/", "google-github-actions/", "aws-actions/", "azure/login"];
    const ACTIONS: &[&str] = &[
        "actions/setup-",
        "actions/upload-artifact",
        "actions/github-script",
        "hashicorp/setup-terraform",
        "opentofu/setup-opentofu",
        "astral-sh/setup-uv",
        "pnpm/action-setup",
    ];
    OWNERS.iter().chain(ACTIONS).any(|prefix| action.starts_with(prefix))
}
