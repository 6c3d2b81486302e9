//! `gcloud` commands that deploy, or create secrets.

mod path;
mod trigger;

use super::super::build::{Build, BuildKind, Builder, Prepared, Runner};
use super::super::deployment::{
    Container, Deployment, EnvVariable, Manager, Platform, Replaced, amd64, default_port,
};
use super::super::gcloud::GcloudCommand;
use super::super::repository::{Registry, Repository};
use super::super::secret::{Origin, Secret, SecretPath, SecretReference, Store};
use super::docker::{after, places};
use super::named_path::named;
use super::{Invocation, Lowered};
use crate::model::build::submission::Submission;
use crate::model::build::upload::Upload;
use crate::model::deployment::named_path::{NamedPath, Wanted};
use crate::source::{Span, is_remote, join};
use crate::value::{Piece, Sourced, Step, Text, Value, Why};

/// Adds what a `gcloud` command means.
pub fn lower(invocation: &Invocation, manager: Manager, lowered: &mut Lowered) {
    let Some((program, words)) = invocation.words.split_first() else { return };
    let mut command = GcloudCommand::read(program.at, words);
    command.is_unattended = invocation.runner != Runner::Person;
    let call = Call::of(invocation, &command);
    let words: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", "deploy", ..] => {
            deploy(&call, &command, 2, Platform::CloudRunService, manager, lowered)
        }
        ["run", "services", "update", ..] => {
            deploy(&call, &command, 3, Platform::CloudRunService, manager, lowered);
        }
        ["run", "jobs", "deploy" | "create" | "update", ..] => {
            deploy(&call, &command, 3, Platform::CloudRunJob, manager, lowered);
        }
        ["functions", "deploy", ..] => deploy_function(&call, manager, lowered),
        ["builds", "triggers", "create", _, ..] => {
            lowered.triggers.extend(trigger::created(&call, &command))
        }
        ["builds", "submit", ..] => {
            lowered.submissions.extend(submission(&call, &command));
            lowered.builds.extend(tag_build(&call, &command));
        }
        ["deploy", "releases", "create", ..] => {
            let release = path::release(&call);
            lowered.named_paths.extend(release.missing);
            lowered.delivered.extend(release.delivered);
        }
        ["deploy", "apply", ..] => lowered.named_paths.extend(path::of_flag(&call, "--file")),
        ["run", "services" | "jobs", "replace", ..] => {
            lowered.named_paths.extend(call.positional(3).and_then(|file| call.path(file)));
        }
        ["app", "deploy", ..] => lowered.named_paths.extend(path::applications(&call)),
        ["artifacts", "repositories", "create", ..] => {
            let name =
                call.positional(3).map_or(Value::unknown(call.at, Why::Unread), Value::Known);
            let (registry, origin) = (Registry::ArtifactRegistry, Origin::Elsewhere);
            lowered.repositories.push(Repository {
                at: call.at,
                registry,
                name,
                origin,
                immutable: None,
            });
        }
        ["secrets", "create", ..] => {
            let name =
                call.positional(2).map_or(Value::unknown(call.at, Why::Unread), Value::Known);
            let (origin, store) = (Origin::Elsewhere, Store::SecretManager);
            lowered.secrets.push(Secret::new(call.at, name, origin, store));
        }
        _ => {}
    }
    lowered.named_paths.extend(path::variables(&call));
    lowered.gcloud_commands.push(command);
}

/// A `gcloud` command, taken apart.
struct Call<'a> {
    invocation: &'a Invocation,
    at: Span,
    /// The words that are no flags, `beta` and `alpha` left out, as far as they are known.
    path: Vec<String>,
    words: Vec<Sourced<Text>>,
    flags: Vec<(String, Span, Value<Text>)>,
    /// Whether no word may hold further flags.
    is_whole: bool,
}

impl<'a> Call<'a> {
    fn of(invocation: &'a Invocation, command: &GcloudCommand) -> Call<'a> {
        let path = command.words.iter().map(|word| word.value.literal().unwrap_or("*").to_owned());
        let flags = command.flags.iter().filter_map(|flag| {
            let name = flag.name.known()?;
            Some((name.value.literal()?.to_owned(), name.at, flag.value.clone()))
        });
        let deepest = command.words.get(2).or(command.words.last());
        let end = deepest.map_or(invocation.at, |word| word.at);
        let at = invocation.words.first().map_or(end, |first| {
            if first.at.source == end.source { first.at.to(end) } else { end }
        });
        Call {
            invocation,
            at,
            path: path.collect(),
            words: command.words.clone(),
            flags: flags.collect(),
            is_whole: command.is_whole,
        }
    }

    fn positional(&self, i: usize) -> Option<Sourced<Text>> {
        self.words.get(i).cloned()
    }

    fn flag(&self, name: &str) -> Value<Text> {
        let found = self.flags.iter().rev().find(|(flag, ..)| flag == name);
        match found {
            Some((.., Value::Known(value))) if value.value.is_unknown() => {
                Value::unknown(value.at, Why::Environment)
            }
            Some((_, at, Value::Unset)) => Value::unknown(*at, Why::Unread),
            Some((.., value)) => value.clone(),
            None => Value::Unset,
        }
    }

    /// A path that the command reads.
    fn path(&self, written: Sourced<Text>) -> Option<NamedPath> {
        let folders = &self.invocation.folders;
        named(self.invocation, folders, "gcloud", written, Wanted::Any)
    }

    /// The settings of `--set-env-vars` and the like: names with values.
    fn settings(&self, names: &[&str]) -> Vec<(Sourced<Text>, Sourced<Text>)> {
        let flags = self.flags.iter().filter(|(flag, ..)| names.contains(&flag.as_str()));
        flags.filter_map(|(.., value)| value.known()).flat_map(settings).collect()
    }
}

/// `A=1,B=2`, or `^:^A=1:B=2` with a separator of its own.
fn settings(list: &Sourced<Text>) -> Vec<(Sourced<Text>, Sourced<Text>)> {
    let (list, separator) = match list.value.pieces().first() {
        Some(Piece::Literal(text)) if text.starts_with('^') => {
            match text[1..].split_once('^') {
                // A separator of several characters is rare; such a list is not read.
                Some((separator, _)) if separator.chars().count() == 1 => {
                    (after(list, separator.len() + 2), separator.chars().next().unwrap_or(','))
                }
                _ => return Vec::new(),
            }
        }
        _ => (list.clone(), ','),
    };
    let mut offset = 0;
    let mut found = Vec::new();
    let all_known = list.value.literal().is_some();
    for item in list.value.split(separator) {
        let parts = item.split('=');
        let name = parts.first().cloned().unwrap_or_default();
        let length = item.literal().map_or(0, str::len);
        // Where part of the list is not known, only the whole list has a place.
        let at = |from: usize, to: usize| {
            let exact = Span {
                start: list.at.start + from as u32,
                end: list.at.start + to as u32,
                ..list.at
            };
            if all_known && exact.end <= list.at.end { exact } else { list.at }
        };
        let name_length = name.literal().map_or(0, str::len);
        if parts.len() > 1 {
            let key = Sourced {
                value: name,
                at: at(offset, offset + name_length),
                via: list.via.clone(),
            };
            let item =
                Sourced { value: item, at: at(offset, offset + length), via: list.via.clone() };
            let mut value = after(&item, name_length + 1);
            value.at = at(offset + name_length + 1, offset + length);
            found.push((key, value));
        }
        offset += length + separator.len_utf8();
    }
    found
}

/// `gcloud builds submit`, unless it makes its steps itself of `--tag` or `--pack`.
fn submission(call: &Call<'_>, command: &GcloudCommand) -> Option<Submission> {
    let makes_steps = ["--tag", "-t", "--pack"].iter().any(|flag| !call.flag(flag).is_unset());
    if makes_steps || (!command.is_whole && call.flag("--config").is_unset()) {
        return None;
    }
    let config = call.flag("--config");
    let path = match &config {
        Value::Known(path) => path.value.clone(),
        Value::Unset => Text::from("cloudbuild.yaml"),
        Value::Unknown(_) => return None,
    };
    // It is relative to the folder of the command, not to the sources.
    let folders = &call.invocation.folders;
    let files: Option<Vec<String>> = folders.iter().map(|folder| folder.resolve(&path)).collect();
    let given = match call.flag("--substitutions") {
        Value::Unknown(unknown) => vec![Value::Unknown(unknown)],
        _ => {
            let names = call.settings(&["--substitutions"]).into_iter().map(|(name, _)| match name
                .value
                .literal()
            {
                Some(_) => Value::Known(name),
                None => Value::unknown(name.at, Why::Environment),
            });
            names.collect()
        }
    };
    let written = call.flags.iter().filter(|(name, ..)| name == "--substitutions");
    let mut lists = written.filter_map(|(.., value)| value.known());
    // A hole at the start of a list may hold more settings, and what separates them.
    let is_open = lists.any(|list| {
        list.value.split(',').iter().any(|item| {
            item.literal().is_none()
                && item.split('=').first().is_none_or(|name| name.literal().is_none())
        }) || list.value.starts_with("^")
    });
    let has = |flags: &[&str]| call.flags.iter().any(|(flag, ..)| flags.contains(&flag.as_str()));
    // Of a commit Cloud Build knows what triggers give.
    let knows_commit = has(&["--revision", "--git-source-dir", "--git-source-revision"]);
    Some(Submission {
        at: call.at,
        config,
        files: files.unwrap_or_default(),
        upload: upload(call, command, call.positional(2)),
        given,
        values: trigger::values(call),
        gives_all: command.is_whole && !is_open && !knows_commit,
        // Another pool than that of the file may be meant.
        region: if has(&["--worker-pool"]) { Value::Unset } else { call.flag("--region") },
        account: account(call),
        chooses_logs: !command.is_whole || has(LOG_FLAGS),
        timeout: call.flag("--timeout"),
        chooses_timeout: !command.is_whole || has(&["--timeout"]),
        prepared: call.invocation.prepared,
    })
}

/// What a command sends of a folder, by default the one in which it runs; nothing if the sources
/// come from elsewhere, or may.
fn upload(
    call: &Call<'_>,
    command: &GcloudCommand,
    source: Option<Sourced<Text>>,
) -> Option<Upload> {
    const ELSEWHERE: &[&str] = &["--no-source", "--git-source-dir", "--git-source-revision"];
    let is_elsewhere = call.flags.iter().any(|(flag, ..)| ELSEWHERE.contains(&flag.as_str()));
    let source = source.map_or(Text::from("."), |source| source.value);
    // An archive, or an address of a bucket or a repository.
    let is_folder = source.literal().is_some_and(|text| {
        let ends = [".gz", ".tar", ".tgz", ".zip"];
        !is_remote(text) && !ends.iter().any(|end| text.ends_with(end))
    });
    if !command.is_whole || is_elsewhere || !is_folder {
        return None;
    }
    let folders = call.invocation.folders.iter().map(|folder| folder.resolve(&source));
    let folders = folders.collect::<Option<Vec<String>>>()?;
    Some(Upload { at: call.at, folders, ignore_file: call.flag("--ignore-file") })
}

/// Flags of `gcloud builds submit` that say where logs go.
const LOG_FLAGS: &[&str] = &["--gcs-log-dir", "--default-buckets-behavior"];

/// Whether a service account is surely named.
fn account(call: &Call<'_>) -> Value<()> {
    call.flag("--service-account").and_then(|name| (name.is_empty() == Some(false)).then_some(()))
}

fn deploy(
    call: &Call<'_>,
    command: &GcloudCommand,
    skip: usize,
    platform: Platform,
    manager: Manager,
    lowered: &mut Lowered,
) {
    let name = call.positional(skip).map_or(Value::unknown(call.at, Why::Unread), Value::Known);
    let updates = call.path.iter().any(|word| word == "update");
    // Flags after `--container` are of that container, which is not read.
    let several = call.flags.iter().any(|(flag, ..)| flag == "--container");
    // A function is served by a framework that the build adds.
    let is_function = call.flags.iter().any(|(flag, ..)| flag == "--function");
    let reads_a_file = call.flags.iter().any(|(flag, ..)| flag == "--flags-file");
    let image = call.flag("--image");
    let port = match call.flag("--port") {
        _ if platform == Platform::CloudRunJob => Value::Unset,
        Value::Known(port) if port.value.literal() == Some("default") => unnamed_port(port.at),
        Value::Unset if updates || reads_a_file => Value::unknown(call.at, Why::Unread),
        Value::Unset => unnamed_port(call.at),
        port => port.and_then(|text| text.literal()?.parse().ok()),
    };
    let before = lowered.references.len();
    let env = environment(call, lowered);
    let given = |name: &str| call.flags.iter().any(|(flag, ..)| flag == name);
    let ignores_image = updates && !given("--image") && !given("--source") && !reads_a_file;
    let container = Container {
        image,
        port,
        env,
        replaced: Replaced { entrypoint: given("--command"), arguments: given("--args") },
        ..Container::default()
    };
    let source = match call.flag("--source") {
        Value::Known(source) => Some(Value::Known(source)),
        _ => None,
    };
    if let Some(context) = source.filter(|_| !given("--no-build")) {
        lowered.builds.extend(source_build(call, command, context));
    }
    lowered.deploy(
        before,
        Deployment {
            architecture: amd64(call.at),
            name,
            region: call.flag("--region"),
            project: call.flag("--project"),
            containers: if several || is_function { Vec::new() } else { vec![container] },
            ignores_image,
            ..Deployment::new(call.at, platform, manager)
        },
    );
}

/// `gcloud functions deploy NAME`: a buildpack makes the image.
fn deploy_function(call: &Call<'_>, manager: Manager, lowered: &mut Lowered) {
    let name = call.positional(2).map_or(Value::unknown(call.at, Why::Unread), Value::Known);
    let before = lowered.references.len();
    environment(call, lowered);
    lowered.deploy(
        before,
        Deployment {
            architecture: amd64(call.at),
            name,
            region: call.flag("--region"),
            project: call.flag("--project"),
            ..Deployment::new(call.at, Platform::CloudFunction, manager)
        },
    );
}

/// The environment that a command sets; the secrets that it names are needed.
fn environment(call: &Call<'_>, lowered: &mut Lowered) -> Vec<EnvVariable> {
    let plain = call.settings(&["--set-env-vars", "--update-env-vars"]);
    let secrets = call.settings(&["--set-secrets", "--update-secrets"]);
    lowered.references.extend(secrets.iter().map(|(_, secret)| secret_reference(secret)));
    let from_secrets = secrets.into_iter().map(|(name, secret)| EnvVariable {
        setting: name.at.to(secret.at),
        name: Value::Known(name),
        value: Value::unknown(secret.at, Why::Sensitive),
    });
    let variables = plain.into_iter().map(|(name, value)| EnvVariable {
        setting: name.at.to(value.at),
        name: Value::Known(name),
        value: Value::Known(value),
    });
    variables.chain(from_secrets).filter(not_a_volume).collect()
}

fn not_a_volume(variable: &EnvVariable) -> bool {
    variable.name.known().is_none_or(|name| !name.value.starts_with("/"))
}

/// The port of a service for which a command names none. Later revisions keep the port of
/// those before. Source: the flag's help, gcloud 528, and cloud.google.com/run/docs/configuring.
fn unnamed_port(at: Span) -> Value<u16> {
    let told = "Cloud Run sends to 8080 where neither this nor an earlier deploy names a port";
    default_port(Step::default(at, told))
}

/// `NAME:VERSION`, or `projects/NUMBER/secrets/NAME`.
pub fn secret_reference(secret: &Sourced<Text>) -> SecretReference {
    let parts = secret.value.split(':');
    let first = parts.first().cloned().unwrap_or_default();
    let (project, name) = match SecretPath::read(&first) {
        Some(SecretPath { project, name, .. }) => (project, name),
        None => (None, first),
    };
    let sourced = |value: Text, at| Sourced { value, at, via: secret.via.clone() };
    let at = match (&project, name.literal()) {
        (None, Some(known)) => {
            let end = (secret.at.start + known.len() as u32).min(secret.at.end);
            Span { end, ..secret.at }
        }
        _ => secret.at,
    };
    SecretReference {
        name: Value::Known(sourced(name, at)),
        project: project.map_or(Value::Unset, |p| Value::Known(sourced(p, secret.at))),
        location: Value::Unset,
        use_: "the deploy command names this secret",
        store: Store::SecretManager,
        user: None,
    }
}

/// `gcloud builds submit DIR --tag NAME` builds the Dockerfile of the folder and pushes it.
fn tag_build(call: &Call<'_>, command: &GcloudCommand) -> Option<Build> {
    let tag = call.flag("--tag").or(call.flag("-t"));
    if tag.is_unset() || !command.is_whole || !call.flag("--no-source").is_unset() {
        return None;
    }
    let here = || Sourced { value: Text::from("."), at: call.at, via: Vec::new() };
    let context = Value::Known(call.positional(2).unwrap_or_else(here));
    let build = source_build(call, command, context)?;
    Some(Build {
        kind: BuildKind::Command,
        tags: tag.known().cloned().into_iter().collect(),
        ..build
    })
}

/// `--source DIR` builds the Dockerfile of the folder on Cloud Build, if there is one.
fn source_build(call: &Call<'_>, command: &GcloudCommand, context: Value<Text>) -> Option<Build> {
    let invocation = call.invocation;
    let places =
        places(&invocation.folders, &context, |_, context| Some(join(context, "Dockerfile")));
    let upload = context.known().and_then(|c| upload(call, command, Some(c.clone())));
    Some(Build {
        builder: Builder::Classic,
        tags: match call.flag("--image") {
            Value::Known(image) => vec![image],
            _ => Vec::new(),
        },
        context,
        places,
        prepared: invocation.prepared,
        since_upload: Prepared::No,
        upload,
        dir: invocation.dir,
        pushes: true,
        ..Build::new(call.at, Runner::CloudBuild, BuildKind::Source)
    })
}
