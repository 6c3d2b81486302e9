//! Packages and virtual environments that one stage makes and another copies.

use crate::model::blur::Blur;
use crate::model::build::built::Built;
use crate::model::contents::only_prepares;
use crate::model::context::copy::{Lookup, needed};
use crate::model::image::listener::is_python;
use crate::model::image::process::basename;
use crate::model::image::{Copy, Image, ImageId, Origin, Stage};
use crate::source::{Kind, Span, is_below};
use crate::value::{Sourced, Text, Value};
use rayon::prelude::*;

/// The packages that cannot be imported without compiled parts.
const COMPILED: &str = include_str!("../../../../data/compiled-python-packages.tsv");

/// What Python installed in one stage, copied into another.
#[derive(Debug, Clone)]
pub struct Carried {
    /// The image.
    pub image: ImageId,
    /// The instruction that copies it.
    pub at: Span,
    /// Where it lies in the stage that made it.
    pub from: Value<Text>,
    /// Where it comes to lie.
    pub to: Value<Text>,
    /// The minor version of Python that each path names: `3.13`.
    pub named: [Value<String>; 2],
    /// The minor version of Python in the stage that made it, and in the one that takes it.
    pub versions: [Value<String>; 2],
    /// The C library of the two.
    pub libraries: [Value<Libc>; 2],
    /// A package among the requirements that has compiled parts.
    pub compiled: Value<String>,
    /// The script of a virtual environment with which the image starts, and which names the
    /// interpreter by the path at which the environment was made.
    pub script: Value<String>,
}

/// Two versions of Python that should be one.
#[derive(Debug)]
pub enum Drift<'a> {
    /// A path to copy from names the first, and the stage that made it has the second.
    From(&'a Sourced<String>, &'a Sourced<String>),
    /// A path to copy to names the first, and the stage that takes it has the second.
    To(&'a Sourced<String>, &'a Sourced<String>),
    /// The first is that of the stage that made it, the second that of the one that takes it.
    Between(&'a Sourced<String>, &'a Sourced<String>),
}

impl Carried {
    /// The first two versions that differ.
    pub fn drift(&self) -> Option<Drift<'_>> {
        let ([from, to], [made, used]) = (&self.named, &self.versions);
        differ(from, made)
            .map(|(named, has)| Drift::From(named, has))
            .or_else(|| differ(to, used).map(|(named, has)| Drift::To(named, has)))
            .or_else(|| differ(made, used).map(|(made, used)| Drift::Between(made, used)))
    }
}

/// Two versions that are known, and are not the same.
fn differ<'a>(
    a: &'a Value<String>,
    b: &'a Value<String>,
) -> Option<(&'a Sourced<String>, &'a Sourced<String>)> {
    let (a, b) = (a.known()?, b.known()?);
    (a.value != b.value).then_some((a, b))
}

/// A C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Libc {
    /// Debian's, Ubuntu's and most others'.
    Glibc,
    /// Alpine's.
    Musl,
}

impl Libc {
    /// How a message calls it.
    pub fn name(self) -> &'static str {
        match self {
            Libc::Glibc => "glibc",
            Libc::Musl => "musl",
        }
    }
}

impl Carried {
    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.from);
        blur.value(&mut self.to);
        self.named.iter_mut().for_each(|version| blur.value(version));
        self.versions.iter_mut().for_each(|version| blur.value(version));
        self.libraries.iter_mut().for_each(|library| blur.value(library));
        blur.value(&mut self.compiled);
        blur.value(&mut self.script);
    }
}

/// What each image carries from stage to stage.
pub(in crate::model) fn carried(lookup: &Lookup<'_>, built: &[Built<'_>]) -> Vec<Carried> {
    built
        .par_iter()
        .filter(|built| built.is_meant)
        .flat_map_iter(|built| {
            let of_stage = |stage: &&Stage| {
                let copies = stage.copies.iter().filter(|copy| !copy.destination.is_unset());
                copies.filter_map(|copy| read(lookup, built, stage, copy)).collect::<Vec<_>>()
            };
            needed(built.image, built.stage).iter().flat_map(of_stage).collect::<Vec<_>>()
        })
        .collect()
}

fn read(lookup: &Lookup<'_>, built: &Built<'_>, stage: &Stage, copy: &Copy) -> Option<Carried> {
    let Origin::Stage(origin) = copy.from else { return None };
    let image = built.image;
    let maker = image.stages.get(origin)?;
    let [from] = &copy.sources[..] else { return None };
    let source = from.literal_text()?.trim_end_matches('/');
    let is_environment = is_environment(image, maker, source);
    if !is_environment && !source.ends_with("-packages") {
        return None;
    }
    // uv brings interpreters of its own.
    let brings_python = |stage: &Stage| {
        let mut runs = image.lineage(stage).flat_map(|stage| &stage.runs);
        runs.any(|run| {
            let mut words = run.command.words.iter().filter_map(|word| word.as_str());
            words.any(|word| word == "uv" || word.contains("python3") && !word.contains('/'))
        })
    };
    let version = |stage: &Stage| match brings_python(stage) {
        true => Value::Unset,
        false => of_base(image, stage, python_version),
    };
    let destination = copy.destination.clone();
    Some(Carried {
        image: built.id,
        at: copy.at,
        named: [from.clone().and_then(named_version), destination.clone().and_then(named_version)],
        versions: [version(maker), version(stage)],
        libraries: [of_base(image, maker, libc), library_of(image, stage)],
        compiled: compiled(lookup, image),
        script: match is_environment {
            true => moved_script(built, maker, source, &destination),
            false => Value::Unset,
        },
        from: from.clone(),
        to: destination,
    })
}

/// Whether a path of a stage is a virtual environment, by its name or by what made it.
fn is_environment(image: &Image, stage: &Stage, path: &str) -> bool {
    let name = crate::source::name(path);
    let mut runs = image.lineage(stage).flat_map(|stage| &stage.runs);
    matches!(name, ".venv" | "venv")
        || runs.any(|run| {
            let says = |name: &str| run.command.words.iter().any(|w| w.as_str() == Some(name));
            (says("venv") || says("virtualenv")) && says(path)
        })
}

/// What the base image of a stage tells, at its name.
fn of_base<T>(image: &Image, stage: &Stage, read: fn(&str) -> Option<T>) -> Value<T> {
    match image.base_image(stage) {
        Some((_, Value::Known(base))) => match base.value.literal().and_then(read) {
            Some(value) => Value::Known(Sourced { value, at: base.at, via: base.via.clone() }),
            None => Value::Unset,
        },
        _ => Value::Unset,
    }
}

/// The minor version of Python that an official image of Python has: `python:3.13-slim`.
fn python_version(reference: &str) -> Option<String> {
    let name = reference.split('@').next()?;
    let (name, tag) = name.rsplit_once(':')?;
    match name.strip_prefix("docker.io/").unwrap_or(name).trim_start_matches("library/") {
        "python" | "public.ecr.aws/docker/library/python" | "public.ecr.aws/lambda/python" => {
            minor(tag)
        }
        _ => None,
    }
}

/// `3.13` of `3.13.1-slim`.
fn minor(text: &str) -> Option<String> {
    let mut parts = text.split(['.', '-']);
    let (major, minor) = (parts.next()?, parts.next()?);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| format!("{major}.{minor}"))
}

/// The version that a folder of packages names: `lib/python3.13/site-packages`.
fn named_version(path: Text) -> Option<String> {
    let path = path.literal()?;
    let mut folders = path.split('/').filter_map(|folder| folder.strip_prefix("python"));
    folders.next().and_then(minor)
}

/// The C library of an image.
fn libc(reference: &str) -> Option<Libc> {
    let name = reference.split('@').next()?;
    let (name, tag) = name.rsplit_once(':').unwrap_or((name, ""));
    let name = name.strip_prefix("docker.io/").unwrap_or(name).trim_start_matches("library/");
    match name {
        "alpine" => Some(Libc::Musl),
        "python" | "public.ecr.aws/docker/library/python" if tag.contains("alpine") => {
            Some(Libc::Musl)
        }
        "python" | "public.ecr.aws/docker/library/python" | "debian" | "ubuntu" => {
            Some(Libc::Glibc)
        }
        _ if name.starts_with("gcr.io/distroless/python3") => Some(Libc::Glibc),
        _ => None,
    }
}

/// The C library of a stage; not known if it installs another beside it.
fn library_of(image: &Image, stage: &Stage) -> Value<Libc> {
    let mut words = image
        .lineage(stage)
        .flat_map(|stage| &stage.runs)
        .flat_map(|run| run.command.words.iter().filter_map(|word| word.as_str()));
    match words.any(|word| matches!(word, "gcompat" | "libc6-compat" | "musl")) {
        true => Value::Unset,
        false => of_base(image, stage, libc),
    }
}

/// A package with compiled parts that the requirements of the folder of an image name.
fn compiled(lookup: &Lookup<'_>, image: &Image) -> Value<String> {
    let near = |path: &str| {
        let folder = crate::source::folder(path);
        folder.is_empty() || is_below(&image.path, folder)
    };
    let described = lookup
        .sources
        .iter()
        .filter(|(_, source)| source.kind == Kind::Python && near(&source.path));
    for (id, source) in described {
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start_matches([' ', '\t', '"', '\'']).len();
            let rest = &line[blanks..];
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
            let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
            let wanted = name.to_ascii_lowercase().replace(['_', '.'], "-");
            let mut table = COMPILED.lines().filter_map(|line| line.split_once('\t'));
            if let Some((_, part)) = table.find(|(package, _)| *package == wanted) {
                let at = Span::new(id, start + blanks..start + blanks + name.len());
                return Value::literal(part.to_owned(), at);
            }
            start += line.len();
        }
    }
    Value::Unset
}

/// The script of a virtual environment that an image starts, if the environment lies elsewhere
/// than where it was made, so that the first line of the script names what is not there.
fn moved_script(built: &Built<'_>, maker: &Stage, from: &str, to: &Value<Text>) -> Value<String> {
    let (image, stage) = (built.image, built.stage);
    let read = || {
        let to = to.literal_text()?.trim_end_matches('/');
        let word = stage.process.as_ref()?.words.first()?;
        let program = word.as_str()?;
        let path = stage.env.get("PATH").and_then(Value::known);
        let first = path.and_then(|path| path.value.split(':').into_iter().next());
        let is_first = first.is_some_and(|first| first.literal() == Some(&*format!("{to}/bin")));
        let is_script = !is_python(basename(word)?)
            && (program.strip_prefix(to).is_some_and(|rest| rest.starts_with("/bin/"))
                || (is_first && !program.contains('/')));
        let is_server = crate::model::image::listener::server_words(&stage.process.as_ref()?.words);
        let mut lineage = image.lineage(stage);
        let untouched = lineage.all(|stage| {
            stage.runs.iter().all(|run| only_prepares(&run.command.words))
                && !stage.copies.iter().any(|copy| {
                    copy.destination.literal_text().is_none_or(|other| {
                        let other = other.trim_end_matches('/');
                        other == from || is_below(from, other) && other != to
                    })
                })
        });
        let mut makers = image.lineage(maker).flat_map(|stage| &stage.runs);
        let relocatable = makers.any(|run| {
            run.command.words.iter().any(|w| w.as_str().is_some_and(|w| w.contains("relocatable")))
        }) || maker.env.contains_key("UV_VENV_RELOCATABLE");
        (to != from && is_script && is_server.is_some() && untouched && !relocatable)
            .then(|| Value::literal(program.to_owned(), word.at))
    };
    read().unwrap_or(Value::Unset)
}
