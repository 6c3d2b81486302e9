//! What rules of form ask for: see [`Written`].

use super::super::super::image::{MisplacedDirective, Stage, WrongDirective};
use super::{Lowering, automatic, value};
use crate::model::image::instruction::{Evidence, Instruction, Named, Setting, Undefined, Written};
use crate::model::image::system::System;
use crate::nearest::{self, nearest};
use crate::source::{Excerpt, Sources, Span};
use crate::syntax::dockerfile::{self, Command, Kind, Source};
use crate::value::{Sourced, Text, Value, Why};
use std::collections::BTreeSet;

/// What BuildKit sets for commands, or hands through from the machine.
const PREDEFINED: &[&str] = &[
    "PATH",
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "no_proxy",
    "all_proxy",
];

/// A use of a variable that nothing has set before it.
pub(super) struct Use {
    name: String,
    at: Span,
    instruction: Span,
    /// Whether a shell expands it, which may set it on its own.
    by_shell: bool,
    /// The pair of the same instruction that sets it.
    same: Option<Span>,
    /// Whether it is for a pair of its own name, so that what that other sets is lost.
    is_again: bool,
}

impl Lowering<'_> {
    /// What `FROM` says of a new stage.
    pub(super) fn written(
        &self,
        instruction: &dockerfile::Instruction,
        image: &Excerpt,
        name: Option<&Excerpt>,
        parent: Option<&Stage>,
    ) -> Written {
        let between = |name: &Excerpt| {
            let gap = Span { start: image.at.end, end: name.at.start, ..image.at };
            let text = self.sources.text(gap);
            let start = text.find(|c: char| c.eq_ignore_ascii_case(&'a'))?;
            let start = gap.start + start as u32;
            Some(Named { keyword: Span { start, end: start + 2, ..gap }, at: name.at })
        };
        let platform = instruction.flag("platform").and_then(|flag| flag.value.as_ref());
        let undeclared = [Some(image), platform].into_iter().flatten().flat_map(|word| {
            let unknown = |name: &str| !self.globals.contains_key(name);
            let used = automatic::references(word, &unknown).into_iter();
            let used = used.filter(|(name, _)| !automatic::is_automatic(name));
            used.map(|(name, at)| Value::literal(name.to_owned(), at)).collect::<Vec<_>>()
        });
        Written {
            instructions: vec![self.as_written(instruction)],
            named: name.and_then(between),
            inherits_workdir: parent.is_some_and(Stage::has_workdir),
            own_shell: parent.is_some_and(|stage| stage.written.own_shell),
            undeclared_in_from: undeclared.collect(),
            default_base: self.default_base(image),
            ..Written::default()
        }
    }

    /// The base as it is without arguments.
    fn default_base(&self, image: &Excerpt) -> Value<Text> {
        let used = automatic::references_with_defaults(image);
        if used.is_empty() || used.iter().any(|name| self.given.arguments.contains_key(*name)) {
            return Value::Unset;
        }
        let empty = |at| Value::Known(Sourced { value: Text::default(), at, via: Vec::new() });
        let look = |name: &str| match self.globals.get(name)? {
            Value::Unknown(unknown) if unknown.why == Why::NoDefault => Some(empty(unknown.at)),
            value => Some(value.clone()),
        };
        value(image, self.escape, &look, true)
    }

    /// Notes what an instruction of a stage says.
    pub(super) fn note(&mut self, instruction: &dockerfile::Instruction) {
        let written = self.as_written(instruction);
        self.note_uses(instruction);
        let pairs = |pairs: &[dockerfile::Pair], name| -> Vec<Setting> {
            let setting = |pair: &dockerfile::Pair| Setting {
                instruction: name,
                key: pair.key.text.clone(),
                at: pair.key.at,
                value_at: pair.value.at,
                value: self.expand(&pair.value),
                legacy: pair.legacy,
            };
            pairs.iter().map(setting).collect()
        };
        let settings = match &instruction.kind {
            Kind::Env(all) => pairs(all, "ENV"),
            Kind::Label(all) => pairs(all, "LABEL"),
            Kind::Arg(all) => all
                .iter()
                .map(|declaration| Setting {
                    instruction: "ARG",
                    key: declaration.name.text.clone(),
                    at: declaration.name.at,
                    value_at: declaration.default.as_ref().map_or(declaration.name.at, |d| d.at),
                    value: declaration.default.as_ref().map_or(Value::Unset, |d| self.expand(d)),
                    legacy: false,
                })
                .collect(),
            _ => Vec::new(),
        };
        let one = |word: &Excerpt| vec![self.expand(word)];
        let (workdirs, users, exposed) = match &instruction.kind {
            Kind::Workdir(path) => (one(path), vec![], vec![]),
            Kind::User(user) => (vec![], one(user), vec![]),
            Kind::Expose(ports) => (vec![], vec![], ports.iter().map(|p| self.expand(p)).collect()),
            _ => Default::default(),
        };
        let own_shell = matches!(instruction.kind, Kind::Shell(_));
        self.stage(|stage| {
            let all = &mut stage.written;
            all.instructions.push(written);
            all.settings.extend(settings);
            all.workdirs.extend(workdirs);
            all.users.extend(users);
            all.exposed.extend(exposed);
            all.own_shell |= own_shell;
        });
    }

    /// The instructions before the first `FROM`, but for the arguments.
    pub(super) fn too_early(&self, all: &[dockerfile::Instruction]) -> Vec<Instruction> {
        let before = all.iter().take_while(|one| !matches!(one.kind, Kind::From { .. }));
        let wrong = before.filter(|one| !matches!(one.kind, Kind::Arg(_)));
        wrong.map(|one| self.as_written(one)).collect()
    }

    fn as_written(&self, instruction: &dockerfile::Instruction) -> Instruction {
        let shell_form = matches!(
            &instruction.kind,
            Kind::Run(Command::Shell(_))
                | Kind::Cmd(Command::Shell(_))
                | Kind::Entrypoint(Command::Shell(_))
                | Kind::HealthCheck(Some(Command::Shell(_)))
        );
        Instruction {
            name: instruction.kind.name(),
            keyword: instruction.keyword,
            at: instruction.at,
            arguments: self.arguments_of(instruction),
            shell_form,
            no_array: no_array(&instruction.kind),
        }
    }

    /// Notes the variables that an instruction uses and nothing has set before.
    fn note_uses(&mut self, instruction: &dockerfile::Instruction) {
        let Some(draft) = self.drafts.last() else { return };
        let by_shell = matches!(instruction.kind, Kind::Run(_));
        // Of what a shell expands, only what stands before the stages is wanted.
        if by_shell && self.globals.is_empty() {
            return;
        }
        let wanted = |name: &str| {
            (!by_shell || self.globals.contains_key(name))
                && !draft.declared.contains(name)
                && !automatic::is_automatic(name)
                && !PREDEFINED.contains(&name)
        };
        let same = |name: &str| match &instruction.kind {
            Kind::Env(pairs) => pairs.iter().find(|pair| pair.key.text == name).map(|p| p.key.at),
            _ => None,
        };
        let uses: Vec<Use> = automatic::uses(instruction, &wanted)
            .into_iter()
            .map(|(name, at)| {
                let same = same(&name).filter(|key| *key != at && key.end < at.start);
                let instruction = instruction.at;
                Use { same, name, at, instruction, by_shell, is_again: false }
            })
            .collect();
        // `ENV PATH=$PATH:/bin` asks the base image for the name that it sets.
        let asks_base = |found: &Use| match &instruction.kind {
            Kind::Env(pairs) => pairs.iter().any(|pair| {
                pair.key.text == found.name
                    && pair.value.at.start <= found.at.start
                    && found.at.end <= pair.value.at.end
            }),
            _ => false,
        };
        let uses = uses.into_iter().filter(|found| !asks_base(found)).collect::<Vec<_>>();
        let again = set_again(instruction);
        self.draft(|draft| draft.uses.extend(uses.into_iter().chain(again)));
    }

    /// The uses of variables of which it is known that nothing sets them.
    pub(super) fn undefined(&self) -> Vec<Undefined> {
        let (Some(stage), Some(draft)) = (self.stages.last(), self.drafts.last()) else {
            return Vec::new();
        };
        let system = stage.system.known();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut all = Vec::new();
        for found in &draft.uses {
            let name = found.name.as_str();
            let Some(because) = self.evidence(stage, draft, found, system) else {
                continue;
            };
            if seen.insert(name) {
                let name = Value::literal(name.to_owned(), found.at);
                all.push(Undefined { name, instruction: found.instruction, because });
            }
        }
        all
    }

    fn evidence(
        &self,
        stage: &Stage,
        draft: &super::Draft,
        found: &Use,
        system: Option<&Sourced<System>>,
    ) -> Option<Evidence> {
        let name = found.name.as_str();
        if let Some(at) = found.same.filter(|_| found.is_again) {
            return Some(Evidence::Same(at));
        }
        let lacks = system.filter(|system| system.value.lacks(name));
        // Images of languages set such names to what they are.
        let of_the_base = match system.and_then(|system| system.value.variables) {
            Some(_) => lacks.is_none(),
            None => name.ends_with("VERSION"),
        };
        if of_the_base {
            return None;
        }
        if let Some(at) = found.same {
            return Some(Evidence::Same(at));
        }
        let later = stage.written.settings.iter().find(|setting| {
            setting.key == name
                && setting.instruction != "LABEL"
                && setting.at.start > found.at.start
        });
        if let Some(later) = later.filter(|_| !found.by_shell) {
            return Some(Evidence::Later(later.at));
        }
        if let Some((_, at)) = self.declared_before.iter().find(|(global, _)| global == name) {
            return Some(Evidence::BeforeStages(*at));
        }
        if found.by_shell {
            return None;
        }
        let declared = draft.declared.iter().map(String::as_str).chain(["PATH"]);
        let close = |other: &&str| other.len() > 3 && other.len().abs_diff(name.len()) <= 1;
        let near = nearest(name, declared.filter(close)).filter(|near| is_slip(name, near));
        match near {
            Some(near) => Some(Evidence::Resembles(near.to_owned())),
            None => lacks.map(|system| {
                Evidence::Base(Sourced { value: (), at: system.at, via: system.via.clone() })
            }),
        }
    }
}

/// What an instruction reads as words though it could be meant as a JSON array: the text that a
/// shell is given, or paths of which the first opens a bracket and a quote.
fn no_array(kind: &Kind) -> Option<Span> {
    let (first, last) = match kind {
        Kind::Run(Command::Shell(text))
        | Kind::Cmd(Command::Shell(text))
        | Kind::Entrypoint(Command::Shell(text))
        | Kind::HealthCheck(Some(Command::Shell(text))) => return Some(text.at),
        Kind::Volume(paths) => (paths.first()?, paths.last()?),
        Kind::Copy(transfer) | Kind::Add(transfer) => match transfer.sources.first()? {
            Source::Path(path) => (path, &transfer.destination),
            Source::Heredoc(_) => return None,
        },
        _ => return None,
    };
    let opens = ["['", "[\"", "[\u{201c}"].iter().any(|open| first.text.starts_with(open));
    let all = Span { end: last.at.end, ..first.at };
    (opens && last.text.ends_with(']')).then_some(all)
}

/// The variables that an `ENV` sets a second time from what they were before it.
fn set_again(instruction: &dockerfile::Instruction) -> Vec<Use> {
    let Kind::Env(pairs) = &instruction.kind else { return Vec::new() };
    let again = pairs.iter().enumerate().filter_map(|(i, pair)| {
        let name = &pair.key.text;
        let first = pairs.iter().take(i).find(|other| other.key.text == *name)?;
        let uses = automatic::references(&pair.value, &|other| other == name);
        let (_, at) = *uses.first()?;
        let (instruction, name) = (instruction.at, name.clone());
        let same = Some(first.key.at);
        Some(Use { name, at, instruction, by_shell: false, same, is_again: true })
    });
    again.collect()
}

/// Whether one name is the other with one slip: a letter too many, too few or another, or two
/// letters swapped.
fn is_slip(name: &str, other: &str) -> bool {
    name != other && strsim::damerau_levenshtein(name, other) == 1
}

/// The repository of Docker's frontend.
const FRONTEND: &str = "docker/dockerfile";

/// The frontends that no registry has: slips of Docker's own. Its other repositories are those of
/// Docker, too, so that nobody else has one that is called nearly so.
fn misspelt_frontends(tree: &dockerfile::Dockerfile) -> Vec<MisplacedDirective> {
    let directives = tree.directives.iter().filter(|directive| directive.name == "syntax");
    let misspelt = directives.filter_map(|directive| {
        let text = &directive.value.text;
        let start = if text.starts_with("docker.io/") { "docker.io/".len() } else { 0 };
        let end = text[start..].find([':', '@', ' ']).map_or(text.len(), |end| start + end);
        let name = text.get(start..end)?;
        let is_slip = match name.split_once('/') {
            Some(("docker", own)) => {
                own != "dockerfile" && strsim::damerau_levenshtein(own, "dockerfile") <= 2
            }
            Some((owner, "dockerfile")) => nearest::is_slip(owner, "docker"),
            // Docker's library has none.
            None => name == "dockerfile",
            Some(_) => false,
        };
        let at = directive.value.slice(start..end).at;
        let name = Value::literal(name.to_owned(), at);
        is_slip.then_some(MisplacedDirective { name, wrong: WrongDirective::Frontend(FRONTEND) })
    });
    misspelt.collect()
}

/// The comments that look like directives, but stand below the top or are misspelt; and
/// frontends that are.
pub(super) fn misplaced_directives(
    sources: &Sources,
    tree: &dockerfile::Dockerfile,
) -> Vec<MisplacedDirective> {
    const NAMES: &[&str] = &["syntax", "escape"];
    let mut found = misspelt_frontends(tree);
    for comment in &tree.comments {
        let text = sources.text(comment.at).trim_start_matches('#');
        let Some((name, value)) = text.split_once('=') else { continue };
        let (name, value) = (name.trim(), value.trim());
        let lower = name.to_ascii_lowercase();
        let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
        let is_image = value.contains('/') && !value.contains(char::is_whitespace);
        let name_of = |name: &str| Value::literal(name.to_owned(), comment.at);
        // Such a comment counts before any instruction.
        let is_check =
            ["skip=", "error=", "experimental="].iter().any(|key| value.starts_with(key));
        if is_check && is_word && is_slip(&lower, "check") {
            let wrong = WrongDirective::Name("check");
            found.push(MisplacedDirective { name: name_of(name), wrong });
        }
        if !is_word || !(is_image || matches!(value, "\\" | "`")) {
            continue;
        }
        let above = Span { start: 0, end: comment.at.start, ..comment.at };
        let lines = sources.text(above).lines().count();
        let wrong = match NAMES.contains(&lower.as_str()) {
            true => WrongDirective::Low,
            false if lines > tree.directives.len() => continue,
            false => match NAMES.iter().find(|near| is_slip(&lower, near)) {
                Some(near) => WrongDirective::Name(near),
                None => continue,
            },
        };
        found.push(MisplacedDirective { name: name_of(name), wrong });
    }
    found
}
