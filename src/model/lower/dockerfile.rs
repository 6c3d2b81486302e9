//! From a Dockerfile's instructions to the stages of an image.

mod buildkit;
mod copy;
mod script;
mod written;

use super::super::image::{Base, Image, PlatformFlag, Stage, UndeclaredArgument};
use super::automatic::{self, is_automatic};
use crate::eval::shell::{MOST_STEPS, is_long};
use crate::eval::words::{Variable, expand};
use crate::model::build::named_context::plain_name;
use crate::model::image::client::client;
use crate::model::image::instruction::Written;
use crate::model::image::listener::listener;
use crate::model::image::own_port::asked_port;
use crate::model::image::process::{Process, StageCommand};
use crate::model::image::system::System;
use crate::source::{Excerpt, SourceId, Sources, Span, name};
use crate::syntax::dockerfile::{self, Dockerfile, Instruction, Kind};
use crate::value::{Sourced, Step, Text, Value, Why};
use std::collections::{BTreeMap, BTreeSet};

/// The values that the builds of a Dockerfile give its arguments: none for a name where they
/// give several, or one that is not known.
pub type Arguments = BTreeMap<String, Option<Sourced<Text>>>;

/// What the builds of a Dockerfile put in the place of names in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// The values of its arguments.
    pub arguments: Arguments,
    /// The images that stand for names in `FROM` and `--from`: none where it is a folder or
    /// another target, where builds give several, or where it is not known.
    pub contexts: Arguments,
}

/// The image that a Dockerfile describes. None if it has no stage.
pub fn lower(
    sources: &Sources,
    source: SourceId,
    tree: &Dockerfile,
    given: &Given,
) -> Option<Image> {
    let mut lowering = Lowering {
        sources,
        escape: tree.escape,
        given,
        globals: BTreeMap::new(),
        order: Vec::new(),
        declared_before: Vec::new(),
        scope: Scope::default(),
        stages: Vec::new(),
        drafts: Vec::new(),
        triggered: Vec::new(),
    };
    for (order, instruction) in tree.instructions.iter().enumerate() {
        lowering.instruction(order, instruction);
    }
    lowering.finish_stage();
    let too_early = lowering.too_early(&tree.instructions);
    let mut stages = lowering.stages;
    stages.shrink_to_fit();
    let has_file = |end: &str| {
        let mut alike = sources.called(name(end));
        alike.any(|path| path == end || path.strip_suffix(end).is_some_and(|p| p.ends_with('/')))
    };
    for i in 0..stages.len() {
        let (entrypoint, cmd) = started(&stages, &lowering.drafts, i);
        stages[i].process = Process::resolve(entrypoint.as_ref(), cmd.as_ref());
        let stage = &mut stages[i];
        stage.listener =
            stage.process.as_ref().and_then(|process| listener(process, &stage.env, &has_file));
    }
    let mut frontends = tree.directives.iter().filter(|directive| directive.name == "syntax");
    let own_syntax = frontends
        .clone()
        .any(|directive| !directive.value.text.trim().starts_with("docker/dockerfile"));
    let image = Image {
        source,
        path: sources.get(source).path.clone(),
        stages,
        triggered: lowering.triggered,
        arguments: lowering.order,
        own_syntax,
        names_frontend: frontends.next().is_some(),
        empty_continuations: tree.empty_continuations.clone(),
        too_early,
        misplaced_directives: written::misplaced_directives(sources, tree),
    };
    (!image.stages.is_empty()).then_some(image)
}

/// The `ENTRYPOINT` and `CMD` that count for a stage. An `ENTRYPOINT` forgets the `CMD` of the
/// stages below.
fn started(
    stages: &[Stage],
    drafts: &[Draft],
    stage: usize,
) -> (Option<StageCommand>, Option<StageCommand>) {
    let mut cmd = None;
    let mut at = Some(stage);
    while let Some(i) = at {
        let draft = &drafts[i];
        cmd = cmd.or_else(|| draft.cmd.clone());
        if draft.entrypoint.is_some() {
            return (draft.entrypoint.clone(), cmd);
        }
        at = match stages[i].base {
            Base::Stage(base) if base < i => Some(base),
            _ => None,
        };
    }
    (None, cmd)
}

/// The commands of a stage's own instructions.
#[derive(Default)]
struct Draft {
    entrypoint: Option<StageCommand>,
    cmd: Option<StageCommand>,
    health: Option<StageCommand>,
    /// The names that `ARG` and `ENV` declare here or in the stages below.
    declared: BTreeSet<String>,
    /// The variables that are used before anything sets them.
    uses: Vec<written::Use>,
    /// What texts are given to.
    shell: script::Shell,
    /// What `ONBUILD` puts off, with the places of the instructions among those of the file.
    triggers: Vec<(usize, Instruction)>,
}

/// What names stand for in a stage.
#[derive(Default, Clone)]
struct Scope {
    arguments: BTreeMap<String, Value<Text>>,
    env: BTreeMap<String, Value<Text>>,
}

struct Lowering<'a> {
    sources: &'a Sources,
    escape: char,
    given: &'a Given,
    globals: BTreeMap<String, Value<Text>>,
    order: Vec<(String, Value<Text>)>,
    /// The arguments before the first `FROM`, with their places.
    declared_before: Vec<(String, Span)>,
    scope: Scope,
    stages: Vec<Stage>,
    drafts: Vec<Draft>,
    triggered: Vec<Stage>,
}

impl Lowering<'_> {
    fn instruction(&mut self, order: usize, instruction: &Instruction) {
        match &instruction.kind {
            Kind::From { image, name } => self.from(instruction, image, name.as_ref()),
            Kind::Arg(declarations) => {
                if !self.stages.is_empty() {
                    self.note(instruction);
                }
                for declaration in declarations {
                    self.argument(declaration);
                }
            }
            Kind::Onbuild(trigger) => {
                let trigger = Instruction { at: instruction.at, ..(**trigger).clone() };
                self.draft(|draft| draft.triggers.push((order, trigger)));
            }
            Kind::Unknown(_) => {}
            _ => self.in_stage(order, instruction),
        }
    }

    fn from(&mut self, instruction: &Instruction, image: &Excerpt, name: Option<&Excerpt>) {
        self.finish_stage();
        let base = self.expand_global(image);
        let written = base.literal_text().unwrap_or_default();
        let earlier = self.stages.iter().rposition(|stage| {
            stage.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(written))
        });
        let base = if earlier.is_none() { self.in_its_place(base) } else { base };
        let platform = instruction.flag("platform").and_then(|flag| {
            let value = flag.value.as_ref()?;
            Some(PlatformFlag {
                at: flag.at,
                written: value.text.clone(),
                value: self.expand_global(value),
            })
        });
        let parent = earlier.map(|i| &self.stages[i]);
        let written = self.written(instruction, image, name, parent);
        let env = parent.map(|stage| stage.env.clone()).unwrap_or_default();
        let workdir = match parent {
            Some(stage) => stage.workdir.clone(),
            // A base image may have a working directory of its own.
            None => Value::unknown(image.at, Why::Computed),
        };
        let system = match parent {
            Some(stage) => stage.system.clone(),
            None => base.clone().and_then(|image| System::of(&image)),
        };
        let base = earlier.map_or(Base::Image(base), Base::Stage);
        let name = name.map(|name| name.text.clone());
        let (keyword, at) = (instruction.keyword, image.at);
        let stage = Stage { name, platform, written, ..Stage::new(keyword, at, base) };
        self.begin(Stage { env, workdir, system, ..stage });
    }

    /// Goes on in a new stage.
    fn begin(&mut self, stage: Stage) {
        let draft = match stage.base {
            Base::Stage(i) => Draft {
                declared: self.drafts[i].declared.clone(),
                shell: self.drafts[i].shell.clone(),
                ..Draft::default()
            },
            Base::Image(_) => {
                Draft { shell: script::Shell::of_system(&stage.system), ..Draft::default() }
            }
        };
        self.scope = Scope { arguments: BTreeMap::new(), env: stage.env.clone() };
        self.stages.push(stage);
        self.drafts.push(draft);
    }

    /// Ends the last stage, and reads what its `ONBUILD` puts off as the stage that begins with
    /// it in another Dockerfile.
    fn finish_stage(&mut self) {
        self.finish_scope();
        let triggers = self.drafts.last_mut().map(|draft| std::mem::take(&mut draft.triggers));
        let Some(triggers) = triggers.filter(|triggers| !triggers.is_empty()) else { return };
        let Some((base, parent)) = self.stages.iter().enumerate().next_back() else { return };
        let written = Written {
            inherits_workdir: parent.has_workdir(),
            own_shell: parent.written.own_shell,
            ..Written::default()
        };
        let stage = Stage {
            env: parent.env.clone(),
            workdir: parent.workdir.clone(),
            system: parent.system.clone(),
            written,
            ..Stage::new(parent.keyword, parent.at, Base::Stage(base))
        };
        self.begin(stage);
        for (order, trigger) in &triggers {
            if !matches!(trigger.kind, Kind::From { .. } | Kind::Onbuild(_)) {
                self.instruction(*order, trigger);
            }
        }
        self.finish_scope();
        self.drafts.pop();
        let Some(mut stage) = self.stages.pop() else { return };
        // The names are those of the other Dockerfile's stages and variables.
        stage.origins.clear();
        stage.written.images.clear();
        stage.written.undefined.clear();
        self.triggered.push(stage);
    }

    fn argument(&mut self, declaration: &dockerfile::Declaration) {
        let name = declaration.name.text.clone();
        let at = declaration.name.at;
        let given = self.given.arguments.get(&name);
        let default = declaration.default.as_ref().map(|text| self.expand(text));
        let value = match (given, default) {
            (Some(Some(given)), _) => {
                let mut via = vec![Step::reference(given.at, format!("the build gives `{name}`"))];
                via.extend(given.via.iter().cloned());
                Value::Known(Sourced { value: given.value.clone(), at, via })
            }
            (Some(None), _) => Value::unknown(at, Why::Environment),
            (None, Some(Value::Known(default))) => {
                let step = Step::default(
                    default.at,
                    format!("the default of `ARG {name}`, unless the build gives another"),
                );
                let via = std::iter::once(step).chain(default.via).collect();
                Value::Known(Sourced { value: default.value, at, via })
            }
            (None, Some(_)) => Value::unknown(at, Why::Environment),
            (None, None) => match self.globals.get(&name) {
                Some(global) if !self.stages.is_empty() => global.clone(),
                _ => Value::unknown(at, Why::NoDefault),
            },
        };
        if self.stages.is_empty() {
            self.declared_before.push((name.clone(), at));
            self.order.push((name.clone(), value.clone()));
            self.globals.insert(name, value);
        } else {
            self.draft(|draft| draft.declared.extend([name.clone()]));
            self.scope.arguments.insert(name, value);
        }
    }

    /// Notes the automatic arguments that an instruction uses and no `ARG` declares.
    fn undeclared(&mut self, instruction: &Instruction) {
        let (Some(stage), Some(draft)) = (self.stages.last_mut(), self.drafts.last_mut()) else {
            return;
        };
        for (name, at) in automatic::uses(instruction, &is_automatic) {
            if !draft.declared.contains(&name) {
                let name = Value::literal(name, at);
                stage.undeclared.push(UndeclaredArgument { name, instruction: instruction.at });
            }
        }
        if let Kind::Env(pairs) = &instruction.kind {
            draft.declared.extend(pairs.iter().map(|pair| pair.key.text.clone()));
        }
    }

    fn in_stage(&mut self, order: usize, instruction: &Instruction) {
        if self.stages.is_empty() {
            return;
        }
        self.note(instruction);
        self.undeclared(instruction);
        let buildkit_only = buildkit::buildkit_only(instruction);
        self.stage(|stage| stage.buildkit_only.extend(buildkit_only));
        match &instruction.kind {
            Kind::Env(pairs) => {
                // The pairs of one instruction do not see each other.
                let values: Vec<_> =
                    pairs.iter().map(|p| (p.key.text.clone(), self.expand(&p.value))).collect();
                self.scope.env.extend(values);
            }
            Kind::Workdir(path) => {
                let path = self.expand(path);
                let Some(stage) = self.stages.last_mut() else { return };
                stage.workdir = copy::absolute(&stage.workdir, path);
            }
            Kind::Copy(transfer) | Kind::Add(transfer) => self.copy(order, instruction, transfer),
            Kind::Run(command) => self.run(order, instruction, command),
            Kind::Expose(ports) => {
                let ports = ports.iter().filter(|port| !port.text.contains('-'));
                let ports: Vec<Value<u16>> = ports
                    .map(|port| {
                        let value = self.expand(port);
                        value.and_then(|text| text.literal()?.split('/').next()?.parse().ok())
                    })
                    .collect();
                self.stage(|stage| stage.exposes.extend(ports));
            }
            Kind::Cmd(command) => {
                let command = self.command(order, instruction, command);
                self.draft(|draft| draft.cmd = Some(command));
            }
            Kind::Entrypoint(command) => {
                let command = self.command(order, instruction, command);
                self.draft(|draft| draft.entrypoint = Some(command));
            }
            Kind::HealthCheck(command) => {
                let command =
                    command.as_ref().map(|command| self.command(order, instruction, command));
                self.draft(|draft| draft.health = command);
            }
            Kind::Shell(words) => self.shell(words),
            _ => {}
        }
    }

    /// What stands after the name of an instruction.
    fn arguments_of(&self, instruction: &Instruction) -> Span {
        let rest = Span { start: instruction.keyword.end, ..instruction.at };
        let text = self.sources.text(rest);
        let blanks = text.len() - text.trim_start().len();
        Span { start: rest.start + blanks as u32, ..rest }
    }

    fn stage(&mut self, change: impl FnOnce(&mut Stage)) {
        if let Some(stage) = self.stages.last_mut() {
            change(stage);
        }
    }

    fn draft(&mut self, change: impl FnOnce(&mut Draft)) {
        if let Some(draft) = self.drafts.last_mut() {
            change(draft);
        }
    }

    /// Gives the last stage the environment and the commands that it ends with.
    fn finish_scope(&mut self) {
        let env = std::mem::take(&mut self.scope.env);
        let draft = self.drafts.last();
        let commands = draft.map(|draft| {
            let commands = [&draft.entrypoint, &draft.cmd, &draft.health];
            commands.into_iter().flatten().cloned().collect()
        });
        let asking = draft.and_then(|draft| draft.health.as_ref());
        let health = asking.map(asked_port);
        let health_client = asking.map(|command| client(&command.commands));
        let undefined = self.undefined();
        if let Some(stage) = self.stages.last_mut() {
            stage.env = env;
            stage.health = health.unwrap_or(Value::Unset);
            stage.health_client = health_client.unwrap_or(Value::Unset);
            stage.written.undefined = undefined;
            stage.commands = commands.unwrap_or_default();
            // Thousands of stages are kept, and most vectors have room for twice what they hold.
            stage.runs.shrink_to_fit();
            stage.scripts.shrink_to_fit();
            stage.copies.shrink_to_fit();
            stage.written.instructions.shrink_to_fit();
            stage.written.settings.shrink_to_fit();
        }
    }

    fn expand(&self, word: &Excerpt) -> Value<Text> {
        let look = |name: &str| {
            // What `ENV` sets wins over an argument of the name.
            let value = self.scope.env.get(name).or_else(|| self.scope.arguments.get(name))?;
            Some(value.clone())
        };
        value(word, self.escape, &look, self.stages.is_empty())
    }

    /// What a build puts in the place of a name that is none of a stage.
    fn in_its_place(&self, named: Value<Text>) -> Value<Text> {
        let Value::Known(name) = &named else { return named };
        let plain = name.value.literal().map(plain_name).filter(|name| *name != "scratch");
        let Some(given) = plain.and_then(|plain| self.given.contexts.get(plain)) else {
            return named;
        };
        let Some(image) = given else { return Value::unknown(name.at, Why::Environment) };
        let told = format!("the build puts this in the place of `{}`", name.value);
        let mut via = name.via.clone();
        via.push(Step::reference(image.at, told));
        via.extend(image.via.iter().cloned());
        Value::Known(Sourced { value: image.value.clone(), at: name.at, via })
    }

    /// In `FROM` only the arguments before the first one count, and the automatic ones.
    fn expand_global(&self, word: &Excerpt) -> Value<Text> {
        value(word, self.escape, &|name| self.globals.get(name).cloned(), true)
    }
}

/// A word with what its variables stand for.
fn value(
    word: &Excerpt,
    escape: char,
    look: &dyn Fn(&str) -> Option<Value<Text>>,
    automatic: bool,
) -> Value<Text> {
    let mut via: Vec<Step> = Vec::new();
    let text = expand(&word.text, escape, &mut |name| match look(name) {
        Some(Value::Known(known)) => {
            via.extend(known.via);
            Variable::Set(known.value)
        }
        Some(_) => Variable::Unknown,
        None if automatic && is_automatic(name) => Variable::Unknown,
        // A base image may set it.
        None if !automatic => Variable::Unknown,
        None => Variable::Unset,
    });
    if text.is_unknown() {
        return Value::unknown(word.at, Why::Environment);
    }
    // Each variable may double the one before.
    if is_long(&text) || via.len() > MOST_STEPS {
        return Value::unknown(word.at, Why::TooLarge);
    }
    Value::Known(Sourced { value: text, at: word.at, via })
}
