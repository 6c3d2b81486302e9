//! Scripts: the commands that they run, and what these make.

use super::super::build::{Builder, Prepared, Runner};
use super::super::secret::{Origin, Secret, Store};
use super::{Invocation, WorkingFolder, index, made};
use crate::eval::shell::{self as interpreter, Ran};
use crate::source::{Excerpt, Kind, SourceId, Sources, Span};
use crate::syntax::shell::{self, List};
use crate::value::{Sourced, Text, Value, Why};
use std::sync::Arc;

/// Where and with what a script starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The folders, from the root of the project, in which it may start.
    pub folders: Vec<WorkingFolder>,
    /// The environment that is set for it.
    pub env: Vec<(String, Sourced<Text>)>,
    /// Which files something before it may have made.
    pub prepared: Prepared,
    /// Where the folder is named, if it is.
    pub dir: Option<Span>,
    /// What runs it.
    pub runner: Runner,
    /// What `docker build` is unless it is told otherwise.
    pub builder: Builder,
    /// Where a builder other than that of the Docker daemon is set up for `docker buildx`.
    pub own_builder: Option<Span>,
}

/// The commands of a script, those of other scripts that it calls included.
pub fn invocations(sources: &Sources, script: &Excerpt, start: &Start) -> Vec<Invocation> {
    invocations_of(sources, &shell::parse(script).tree, start)
}

/// The commands of a script that was parsed before.
pub fn invocations_of(sources: &Sources, script: &List, start: &Start) -> Vec<Invocation> {
    let begin = interpreter::Start {
        folders: start.folders.clone(),
        env: start.env.clone(),
        ..interpreter::Start::default()
    };
    let mut runs = Runs::new(sources, start);
    runs.list(script, &begin);
    runs.made
}

/// The commands of a script that is a file of its own.
pub fn of_file(sources: &Sources, id: SourceId, start: &Start) -> Vec<Invocation> {
    let source = sources.get(id);
    let begin = interpreter::Start {
        folders: start.folders.clone(),
        env: start.env.clone(),
        path: Some(source.path.to_string()),
        arguments: None,
    };
    let mut runs = Runs::new(sources, start);
    runs.list(&parsed(sources, id), &begin);
    runs.made
}

/// A file that is a script. One may be called from many places, and is parsed once.
fn parsed(sources: &Sources, id: SourceId) -> Arc<List> {
    let source = sources.get(id);
    let whole = Span::new(id, 0..source.text.len());
    source.keep(id, || shell::parse(&Excerpt::verbatim(&source.text, whole)).tree)
}

/// Scripts call scripts this deep.
const DEEPEST: usize = 4;

/// So many commands of a script and of those that it calls are read.
const MOST: usize = 20_000;

struct Runs<'a> {
    sources: &'a Sources,
    start: &'a Start,
    prepared: Prepared,
    builder: Builder,
    own_builder: Option<Span>,
    made: Vec<Invocation>,
    depth: usize,
    /// Whether something is written into the script that is followed.
    fed: bool,
}

impl<'a> Runs<'a> {
    fn new(sources: &'a Sources, start: &'a Start) -> Runs<'a> {
        let Start { prepared, builder, own_builder, .. } = *start;
        Runs {
            sources,
            start,
            prepared,
            builder,
            own_builder,
            made: Vec::new(),
            depth: 0,
            fed: false,
        }
    }

    fn list(&mut self, script: &List, begin: &interpreter::Start) {
        for ran in interpreter::run(script, begin, self.sources) {
            if self.made.len() >= MOST {
                return;
            }
            self.command(ran);
        }
    }

    fn command(&mut self, ran: Ran) {
        let captured = ran.captured;
        let mut invocation = Invocation {
            at: ran.at,
            words: ran.words,
            env: ran.env,
            folders: ran.folders,
            prepared: if ran.asks { Prepared::Anything } else { self.prepared },
            makes: Prepared::No,
            made: Vec::new(),
            writes: ran.writes,
            calls: None,
            dir: self.start.dir,
            fed: ran.fed || ran.conditional || self.fed,
            runner: self.start.runner,
            builder: self.builder,
            own_builder: self.own_builder,
        };
        if let Some(builder) = index::selected_builder(&invocation) {
            self.own_builder = builder;
        }
        if index::installs_buildx(&invocation) {
            self.builder = Builder::BuildKit;
        }
        if let Some((id, arguments)) = called(self.sources, &invocation) {
            invocation.calls = Some(id);
            let source = self.sources.get(id);
            let begin = interpreter::Start {
                folders: invocation.folders.clone(),
                env: invocation.env.clone(),
                path: Some(source.path.to_string()),
                arguments: Some(invocation.words[arguments..].to_vec()),
            };
            let before = std::mem::replace(&mut self.fed, invocation.fed);
            self.made.push(invocation);
            if self.depth < DEEPEST {
                self.depth += 1;
                self.list(&parsed(self.sources, id), &begin);
                self.depth -= 1;
            }
            self.fed = before;
            return;
        }
        invocation.makes = match made::paths(self.sources, &invocation) {
            None => Prepared::Anything,
            Some(paths) => {
                invocation.made = paths;
                let is_all = captured || made::names_what_it_writes(&invocation);
                if is_all { Prepared::No } else { made::others(&invocation) }
            }
        };
        self.prepared = self.prepared.max(invocation.makes);
        self.made.push(invocation);
    }
}

/// Sets a variable of a pipeline at the end of a script, before its commands.
pub fn export(script: &mut Excerpt, name: &Excerpt, value: &Excerpt) {
    let is_name = name.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // What a shell would read in another way is not known.
    if is_name && !value.text.contains(['"', '`', '\\', '\n']) && !value.text.contains("$(") {
        let (name_end, value_end) = (name.at.range().end, value.at.range().end);
        script.push("export ", name.at.range().start..name.at.range().start);
        script.append(name);
        script.push("=\"", name_end..name_end);
        script.append(value);
        script.push("\"\n", value_end..value_end);
    }
}

/// The script of the project that a command runs, and from which word on its arguments stand.
fn called(sources: &Sources, invocation: &Invocation) -> Option<(SourceId, usize)> {
    let place = match invocation.program()? {
        "bash" | "sh" | "source" | "." => (1..invocation.words.len())
            .find(|i| invocation.argument(*i).is_none_or(|word| !word.starts_with('-')))?,
        _ => 0,
    };
    let path = &invocation.words.get(place)?.value;
    if place == 0 && !path.literal().is_none_or(|path| path.contains('/')) {
        return None;
    }
    let mut paths = invocation.folders.iter().filter_map(|folder| folder.resolve(path));
    let (id, source) = paths.find_map(|path| sources.find(&path))?;
    let is_shell = source.kind == Kind::Script && !super::submission::is_makefile(&source.path);
    is_shell.then_some((id, place + 1))
}

/// The secrets that a file creates by `gcloud secrets create`, wherever in it that stands. A
/// name that a variable holds may be any.
pub fn created_secrets(source: SourceId, text: &str) -> Vec<Secret> {
    let mut offset = 0;
    let mut secrets = Vec::new();
    for line in text.split_inclusive('\n') {
        let at = Span::new(source, offset..offset + line.len());
        offset += line.len();
        let Some(start) = line.find("gcloud ").filter(|_| line.contains("secrets create")) else {
            continue;
        };
        let excerpt =
            Excerpt::verbatim(&line[start..], Span { start: at.start + start as u32, ..at });
        for command in shell::commands(&excerpt) {
            let words: Vec<_> = command.words.iter().map(|word| word.as_str()).collect();
            let Some(i) =
                words.windows(2).position(|pair| pair == [Some("secrets"), Some("create")])
            else {
                continue;
            };
            let name = match command.words.get(i + 2) {
                Some(word) if !word.text().is_unknown() => {
                    Value::Known(Sourced { value: word.text(), at: word.at, via: Vec::new() })
                }
                _ => Value::unknown(command.at, Why::Environment),
            };
            let (origin, store) = (Origin::Elsewhere, Store::SecretManager);
            secrets.push(Secret::new(command.at, name, origin, store));
        }
    }
    secrets
}
