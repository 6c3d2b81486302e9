//! `docker build` and kaniko: where they take context and Dockerfile from, as `--help` and the
//! sources of docker/buildx and GoogleContainerTools/kaniko say (read 2026-08).

use super::super::build::{Build, BuildKind, Builder, Place, Refusal};
use super::index::{self, Asked, WITHOUT_ATTESTATIONS};
use super::named_context::of_pair;
use super::{Invocation, WorkingFolder};
use crate::source::{Span, is_remote, join, resolve};
use crate::value::{Piece, Sourced, Step, Text, Value, Why};

/// Flags of `docker build` and `docker buildx build` that take a value in the next word.
const VALUE_FLAGS: &[&str] = &[
    "--add-host",
    "--allow",
    "--annotation",
    "--attest",
    "--build-arg",
    "--build-context",
    "--builder",
    "--cache-from",
    "--cache-to",
    "--call",
    "--cgroup-parent",
    "--cpu-period",
    "--cpu-quota",
    "--cpu-shares",
    "-c",
    "--cpuset-cpus",
    "--cpuset-mems",
    "--file",
    "-f",
    "--iidfile",
    "--isolation",
    "--label",
    "--memory",
    "-m",
    "--memory-swap",
    "--metadata-file",
    "--network",
    "--no-cache-filter",
    "--output",
    "-o",
    "--platform",
    "--policy",
    "--progress",
    "--provenance",
    "--sbom",
    "--secret",
    "--security-opt",
    "--shm-size",
    "--ssh",
    "--tag",
    "-t",
    "--target",
    "--ulimit",
];

/// Flags without a value, or with one after `=` only.
const SWITCHES: &[&str] = &[
    "--check",
    "--compress",
    "--debug",
    "-D",
    "--disable-content-trust",
    "--force-rm",
    "--no-cache",
    "--pull",
    "--quiet",
    "-q",
    "--rm",
    "--squash",
];

/// Short flags without a value, which others may follow in one word.
const SHORT_SWITCHES: &str = "qD";

/// The build that a `docker` command carries out, if it is one.
pub fn build(invocation: &Invocation) -> Option<Build> {
    let first = (1..invocation.words.len())
        .find(|i| invocation.argument(*i).is_none_or(|word| !word.starts_with('-')))?;
    let second = invocation.argument(first + 1);
    let (skip, buildx) = match (invocation.argument(first)?, second) {
        ("build", _) => (first + 1, false),
        ("image" | "builder", Some("build")) => (first + 2, false),
        ("buildx", Some("build" | "b")) => (first + 2, true),
        _ => return None,
    };
    let mut flags = Flags::default();
    flags.read(&invocation.words[skip..]);
    let builder = match invocation.variable("DOCKER_BUILDKIT").map(|set| set.value.literal()) {
        _ if buildx => Builder::BuildKit,
        Some(Some("0")) => Builder::Classic,
        Some(_) => Builder::BuildKit,
        None => invocation.builder,
    };
    let default_platform = || {
        let set = invocation.variable("DOCKER_DEFAULT_PLATFORM")?.clone();
        Some(Sourced { at: invocation.at, ..set })
    };
    let own_builder = invocation.own_builder.filter(|_| buildx && !flags.attests);
    let may_load = flags.loads || flags.unread || flags.unknown_flag;
    let unloaded = own_builder.filter(|_| !may_load).map(stays_in_cache);
    let own_builder = own_builder.filter(|_| invocation.variable(WITHOUT_ATTESTATIONS).is_none());
    let refusal = flags.refusal().filter(|_| invocation.program() == Some("docker"));
    let platform = flags.platform.or_else(default_platform);
    let platform = platform.map_or(Value::Unset, Value::Known);
    let (provenance, sbom) = (&flags.provenance, &flags.sbom);
    let index = index::reason(&Asked { platform: &platform, provenance, sbom, own_builder });
    let context = match (flags.positional.as_slice(), flags.unread) {
        ([context], false) => Value::Known(context.clone()),
        _ => Value::unknown(invocation.at, Why::Unread),
    };
    let file = flags.file.map_or(Value::Unset, Value::Known);
    let places = places(&invocation.folders, &context, |folder, context| match &file {
        Value::Unset => Some(join(context, "Dockerfile")),
        file => folder.resolve(&file.known()?.value),
    });
    let folders = &invocation.folders;
    let contexts = flags.contexts.iter().filter_map(|pair| of_pair(pair, folders)).collect();
    Some(Build {
        builder,
        platform,
        tags: flags.tags,
        arguments: flags.arguments,
        contexts,
        target: flags.target.map_or(Value::Unset, Value::Known),
        dockerfile: file,
        context,
        places,
        prepared: invocation.prepared,
        dir: invocation.dir,
        pushes: flags.pushes,
        index: index.filter(|_| flags.pushes),
        unloaded: unloaded.filter(|_| !flags.pushes),
        refusal,
        ..Build::new(command_span(&invocation.words[..skip]), invocation.runner, BuildKind::Command)
    })
}

/// Why an image is not handed to `docker`: a builder other than that of the Docker daemon keeps
/// it. Source: docs.docker.com/build/builders/drivers, read 2026-11.
pub fn stays_in_cache(builder: Span) -> Step {
    Step::reference(builder, "this builder keeps what it builds in a cache of its own")
}

/// The image that `docker pull` or `docker load` brings, which may be any.
pub fn bring(invocation: &Invocation) -> Option<Value<Text>> {
    let words = match (invocation.argument(1)?, invocation.argument(2)) {
        ("image", Some(_)) => invocation.words.get(2..)?,
        _ => invocation.words.get(1..)?,
    };
    match words.first()?.value.literal()? {
        "pull" => Some(words.last().map_or(Value::Unset, |image| Value::Known(image.clone()))),
        "load" | "import" | "commit" => Some(Value::unknown(invocation.at, Why::Unread)),
        _ => None,
    }
}

/// `docker tag SOURCE TARGET`: a name of an image, and another that it gets.
pub fn tag(invocation: &Invocation) -> Option<(Sourced<Text>, Sourced<Text>)> {
    let rest = match (invocation.argument(1)?, invocation.argument(2)) {
        ("tag", _) => 2,
        ("image", Some("tag")) => 3,
        _ => return None,
    };
    match invocation.words.get(rest..)? {
        [source, target] => Some((source.clone(), target.clone())),
        _ => None,
    }
}

/// The image that `docker push` pushes.
pub fn push(invocation: &Invocation) -> Option<Sourced<Text>> {
    let first = (1..invocation.words.len())
        .find(|i| invocation.argument(*i).is_none_or(|word| !word.starts_with('-')))?;
    let rest = match (invocation.argument(first)?, invocation.argument(first + 1)) {
        ("push", _) => first + 1,
        ("image" | "manifest", Some("push")) => first + 2,
        _ => return None,
    };
    let words = invocation.words.get(rest..)?;
    let reference =
        words.iter().find(|word| word.value.literal().is_none_or(|word| !word.starts_with('-')));
    reference.cloned()
}

/// The build that kaniko's executor carries out.
pub fn kaniko(invocation: &Invocation) -> Option<Build> {
    let mut flags = Flags::default();
    flags.read(&invocation.words[1..]);
    let word = |text: &str| Sourced { value: Text::from(text), at: invocation.at, via: vec![] };
    let written = flags.context.unwrap_or_else(|| word("dir:///workspace"));
    let context = match written.value.literal() {
        Some(text) => match text.strip_prefix("dir://").unwrap_or(text) {
            text if is_remote(text) => Value::unknown(written.at, Why::Unread),
            text => Value::Known(Sourced { value: Text::from(text), ..written }),
        },
        None => Value::unknown(written.at, Why::Computed),
    };
    let sub_path = flags.sub_path.map(|path| path.value.literal().map(str::to_owned));
    let context = match (context, sub_path) {
        (Value::Known(context), Some(Some(sub))) => {
            let joined = join(context.value.literal().unwrap_or_default(), &sub);
            Value::Known(Sourced { value: Text::from(joined), ..context })
        }
        (_, Some(None)) => Value::unknown(invocation.at, Why::Computed),
        (context, None) => context,
        (context, _) => context,
    };
    let file = flags.file.map_or(Value::Unset, Value::Known);
    let mut places = places(&invocation.folders, &context, |_, context| match &file {
        Value::Unset => Some(join(context, "Dockerfile")),
        file => {
            let file = file.literal_text()?;
            resolve(context, file.strip_prefix("/workspace/").unwrap_or(file))
        }
    });
    // The file is looked for in the working directory first, then in the context.
    if let Some(file) = file.known().map(|file| &file.value) {
        let from_folder =
            invocation.folders.iter().zip(places.clone()).filter_map(|(folder, place)| {
                Some(Place { dockerfile: folder.resolve(file)?, ..place })
            });
        let mut all: Vec<Place> = from_folder.collect();
        all.append(&mut places);
        all.dedup();
        places = all;
    }
    Some(Build {
        builder: Builder::Kaniko,
        platform: flags.platform.map_or(Value::Unset, Value::Known),
        tags: flags.tags,
        arguments: flags.arguments,
        target: flags.target.map_or(Value::Unset, Value::Known),
        dockerfile: file,
        context,
        places,
        prepared: invocation.prepared,
        dir: invocation.dir,
        pushes: true,
        ..Build::new(invocation.words[0].at, invocation.runner, BuildKind::Command)
    })
}

/// The pairs of context and Dockerfile for each folder in which a command may start.
pub fn places(
    folders: &[WorkingFolder],
    context: &Value<Text>,
    dockerfile: impl Fn(&WorkingFolder, &str) -> Option<String>,
) -> Vec<Place> {
    let written = context.known().map(|context| &context.value);
    let Some(written) = written.filter(|w| !w.literal().is_some_and(is_elsewhere)) else {
        return Vec::new();
    };
    let places = folders.iter().filter_map(|folder| {
        let context = folder.resolve(written)?;
        let dockerfile = dockerfile(folder, &context)?;
        Some(Place { context, dockerfile })
    });
    let mut places: Vec<Place> = places.collect();
    places.dedup();
    places
}

/// Whether a context is none of the project: standard input, or an address.
fn is_elsewhere(context: &str) -> bool {
    context == "-" || is_remote(context)
}

fn command_span(words: &[Sourced<Text>]) -> Span {
    let spans = words.iter().map(|word| word.at);
    spans.reduce(Span::to).unwrap_or(words[0].at)
}

#[derive(Default)]
struct Flags {
    /// Whether a flag is none of those that are known here.
    unknown_flag: bool,
    pushes: bool,
    /// Whether it may hand the image to `docker`.
    loads: bool,
    provenance: Value<Text>,
    sbom: Value<Text>,
    /// Whether it says otherwise who builds, or what is added to the image.
    attests: bool,
    file: Option<Sourced<Text>>,
    platform: Option<Sourced<Text>>,
    target: Option<Sourced<Text>>,
    context: Option<Sourced<Text>>,
    sub_path: Option<Sourced<Text>>,
    tags: Vec<Sourced<Text>>,
    arguments: Vec<(String, Value<Text>)>,
    contexts: Vec<Sourced<Text>>,
    positional: Vec<Sourced<Text>>,
    /// Whether a word may be any flag with any value.
    unread: bool,
}

impl Flags {
    /// Why `docker build` refuses these words. A flag that is not known here may take a value,
    /// and then a word is none of the positions.
    fn refusal(&self) -> Option<Refusal> {
        let is_image = |platform: &&Sourced<Text>| {
            let is_tagged = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.contains(':') || text.contains(".pkg.dev/"));
            platform.value.pieces().iter().any(is_tagged)
        };
        if let Some(platform) = self.platform.as_ref().filter(is_image) {
            return Some(Refusal::Platform(platform.clone()));
        }
        // A variable of make that holds quotes was split between them.
        let is_template = |word: &Sourced<Text>| {
            word.value.starts_with("{{") || word.value.to_string().contains('"')
        };
        if self.unread || self.unknown_flag || self.positional.iter().any(is_template) {
            return None;
        }
        match self.positional.as_slice() {
            [] => Some(Refusal::NoContext),
            [first, second, ..] => Some(Refusal::SeveralContexts(first.clone(), second.clone())),
            [_] => None,
        }
    }

    fn read(&mut self, words: &[Sourced<Text>]) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let parts = word.value.split('=');
            let name = parts.first().and_then(Text::literal).unwrap_or_default().to_owned();
            if WorkingFolder::absolute(&word.value).is_some() {
                self.positional.push(word.clone());
            } else if word.value.is_unknown() {
                self.unread = true;
                self.positional.push(word.clone());
            } else if !word.value.starts_with("-") || name == "-" {
                self.positional.push(word.clone());
            } else if name == "--push" && parts.len() == 1 {
                self.pushes = true;
            } else if name == "--load" {
                self.loads = true;
            } else if parts.len() > 1 && name.starts_with("--") {
                self.unknown_flag |= !is_known(&name);
                self.set(&name, after(word, name.len() + 1));
            } else if is_cluster(&name, word) {
                // `-ttag`: the value stands in the same word.
                self.set(name.get(..2).unwrap_or_default(), after(word, 2));
            } else if (VALUE_FLAGS.contains(&name.as_str())
                || KANIKO_FLAGS.contains(&name.as_str()))
                && let Some(value) = words.next()
            {
                self.set(&name, value.clone());
            } else {
                self.unknown_flag |= !SWITCHES.contains(&name.as_str());
            }
        }
    }

    fn set(&mut self, name: &str, value: Sourced<Text>) {
        match name {
            "--provenance" => self.provenance = Value::Known(value),
            "--sbom" => self.sbom = Value::Known(value),
            "--attest" | "--builder" => self.attests = true,
            "--output" | "-o" => {
                self.attests = true;
                self.pushes |= value
                    .value
                    .literal()
                    .is_none_or(|to| to.contains("push") || to.contains("registry"))
            }
            "--push" => self.pushes |= value.value.literal() != Some("false"),
            "--file" | "-f" | "--dockerfile" => self.file = Some(value),
            "--platform" | "--custom-platform" => self.platform = Some(value),
            "--target" => self.target = Some(value),
            "--tag" | "-t" | "--destination" | "-d" => self.tags.push(value),
            "--context" | "-c" => self.context = Some(value),
            "--context-sub-path" => self.sub_path = Some(value),
            "--build-context" => self.contexts.push(value),
            "--build-arg" => self.arguments.extend(argument(value)),
            _ => {}
        }
    }
}

fn is_known(flag: &str) -> bool {
    matches!(flag, "--push" | "--load") || VALUE_FLAGS.contains(&flag) || SWITCHES.contains(&flag)
}

/// Flags of kaniko's that take a value in the next word.
const KANIKO_FLAGS: &[&str] = &[
    "--dockerfile",
    "--destination",
    "-d",
    "--context",
    "--context-sub-path",
    "--custom-platform",
];

fn is_cluster(name: &str, word: &Sourced<Text>) -> bool {
    let mut chars = name.chars();
    let (dash, letter) = (chars.next(), chars.next());
    let longer = chars.next().is_some() || word.value.pieces().len() > 1;
    dash == Some('-')
        && letter.is_some_and(|l| l.is_ascii_alphanumeric() && !SHORT_SWITCHES.contains(l))
        && longer
}

/// `NAME=value`, or a name whose value the environment gives.
fn argument(word: Sourced<Text>) -> Option<(String, Value<Text>)> {
    let parts = word.value.split('=');
    let name = parts.first()?.literal()?.to_owned();
    if parts.len() == 1 {
        return Some((name, Value::unknown(word.at, Why::Environment)));
    }
    let value = after(&word, name.len() + 1);
    Some((name, Value::Known(value)))
}

/// The word without its first bytes, which are known.
pub fn after(word: &Sourced<Text>, bytes: usize) -> Sourced<Text> {
    let mut value = Text::default();
    let mut skip = bytes;
    for piece in word.value.pieces() {
        match piece {
            crate::value::Piece::Literal(text) => {
                value.push_str(text.get(skip.min(text.len())..).unwrap_or_default());
                skip = skip.saturating_sub(text.len());
            }
            hole => value.push(hole.clone()),
        }
    }
    let written = word.at.end - word.at.start;
    // Quotes around the word move its text; the place is exact where there are none.
    let at = Span { start: word.at.start + (bytes as u32).min(written), ..word.at };
    Sourced { value, at, via: word.via.clone() }
}
