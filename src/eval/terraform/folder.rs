//! What the files of one folder declare together.

use super::apply::Apply;
use super::environment::{Environment, set_by_commands};
use crate::source::{Source, SourceId, Sources, name, resolve};
use crate::syntax::hcl::{Attribute, Block, Body};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A file that was parsed.
#[derive(Debug)]
pub struct File<'a> {
    /// Its path from the root.
    pub path: &'a str,
    /// Its number.
    pub id: SourceId,
    /// What it holds.
    pub body: Arc<Body>,
}

/// What a file of a module is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Declares.
    Module,
    /// Changes what other files declare.
    Override,
    /// Sets variables without being asked.
    Settings,
    /// Anything else: tests, and variables that a command line must name.
    Other,
}

/// All folders of a project.
#[derive(Debug)]
pub struct Folders<'a> {
    /// The files of the project.
    pub sources: &'a Sources,
    /// What each folder declares.
    pub declared: BTreeMap<&'a str, Declared<'a>>,
    /// The files of each folder.
    files: BTreeMap<&'a str, Vec<SourceId>>,
    /// The files that set variables, wherever they lie.
    variables: Vec<SourceId>,
    /// Who calls whom and what commands set, as a text.
    world: Arc<str>,
    /// What others pass to a folder that they call.
    pub callers: BTreeMap<String, Callers>,
    /// The variables that a command somewhere sets: `-var NAME=` or `TF_VAR_NAME`.
    pub set_by_commands: BTreeSet<String>,
    /// What may be set for a root module, by its folder.
    pub environments: BTreeMap<&'a str, Vec<Environment<'a>>>,
}

/// The declarations of a folder, overrides merged.
#[derive(Debug, Default)]
pub struct Declared<'a> {
    /// `variable` blocks by their names.
    pub variables: BTreeMap<&'a str, View<'a>>,
    /// `output` blocks by their names.
    pub outputs: BTreeMap<&'a str, View<'a>>,
    /// The arguments of all `locals` blocks.
    pub locals: BTreeMap<&'a str, &'a Attribute>,
    /// `resource` and `data` blocks, in the order of the files.
    pub resources: Vec<Declaration<'a>>,
    /// `module` blocks.
    pub calls: Vec<Declaration<'a>>,
    /// The variables that the folder's own variable files set.
    pub settings: BTreeMap<&'a str, &'a Attribute>,
    /// Whether it says where its state is kept, as a root module does.
    pub keeps_state: bool,
    /// The place of a resource among the resources, by kind and name.
    index: HashMap<(String, &'a str), usize>,
}

/// A `resource`, `data` or `module` block.
#[derive(Debug)]
pub struct Declaration<'a> {
    /// The type; `data.TYPE` of a data source, `module` of a call.
    pub kind: String,
    /// The name.
    pub name: &'a str,
    /// What is inside.
    pub view: View<'a>,
}

/// A block with what override files change in it.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// The block.
    pub block: &'a Block,
    /// Its attributes, at most one of each name.
    pub attributes: Vec<&'a Attribute>,
    /// Its nested blocks.
    pub blocks: Vec<&'a Block>,
}

/// What the calls of a folder from other folders of the project pass.
#[derive(Debug, Default)]
pub struct Callers {
    /// The names of all inputs that any call passes.
    pub inputs: BTreeSet<String>,
    /// The folders of the calls.
    pub folders: BTreeSet<String>,
}

/// What a file is for, by its name.
pub fn role(name: &str) -> Role {
    if name.starts_with('.') || name.ends_with('~') {
        return Role::Other;
    }
    let name = name.strip_suffix(".json").unwrap_or(name);
    if let Some(stem) = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tofu")) {
        let changes = stem == "override" || stem.ends_with("_override");
        return if changes { Role::Override } else { Role::Module };
    }
    if name == "terraform.tfvars" || name.ends_with(".auto.tfvars") {
        return Role::Settings;
    }
    Role::Other
}

/// The files that count of one folder, those of each role in the order in which they do.
pub fn select<'a>(files: &'a [File<'a>]) -> BTreeMap<Role, Vec<&'a File<'a>>> {
    let stem = |path: &'a str, ends: [&'static str; 2]| {
        let ends = ends.into_iter().find(|end| path.ends_with(end))?;
        Some((path.strip_suffix(ends)?, ends.ends_with(".json")))
    };
    let tofu: BTreeSet<(&str, bool)> =
        files.iter().filter_map(|file| stem(file.path, [".tofu", ".tofu.json"])).collect();
    let mut roles: BTreeMap<Role, Vec<&File>> = BTreeMap::new();
    for file in files {
        // OpenTofu prefers `main.tofu` over `main.tf`, and so in JSON.
        let replaced = stem(file.path, [".tf", ".tf.json"]).is_some_and(|it| tofu.contains(&it));
        if !replaced {
            roles.entry(role(name(file.path))).or_default().push(file);
        }
    }
    for files in roles.values_mut() {
        // Files of variables by their names alone, after the two that have no name of their own.
        let place = |file: &&File| match name(file.path) {
            "terraform.tfvars" => 0,
            "terraform.tfvars.json" => 1,
            _ => 2,
        };
        files.sort_by(|a, b| (place(a), a.path).cmp(&(place(b), b.path)));
    }
    roles
}

/// Whether a file sets variables.
pub fn is_variables(path: &str) -> bool {
    path.strip_suffix(".json").unwrap_or(path).ends_with(".tfvars")
}

/// The folder that a `source` names, if it is one of the project's.
pub fn local_source(folder: &str, source: &str) -> Option<String> {
    if !(source.starts_with("./") || source.starts_with("../")) {
        return None;
    }
    resolve(folder, source)
}

/// Whether a file belongs to Terraform's own folder of downloads.
pub fn is_download(source: &Source) -> bool {
    source.path.split('/').any(|part| part == ".terraform")
}

impl<'a> Declared<'a> {
    /// Reads the declarations of a folder's files.
    pub fn read(roles: &BTreeMap<Role, Vec<&'a File<'a>>>) -> Declared<'a> {
        let files = |role| roles.get(&role).into_iter().flatten().copied();
        let mut declared = Declared::default();
        for file in files(Role::Module) {
            for block in &file.body.blocks {
                declared.declare(block, false);
            }
        }
        for file in files(Role::Override) {
            for block in &file.body.blocks {
                declared.declare(block, true);
            }
        }
        for file in files(Role::Settings) {
            for attribute in &file.body.attributes {
                declared.settings.insert(&attribute.name, attribute);
            }
        }
        declared
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
            && self.locals.is_empty()
            && self.outputs.is_empty()
            && self.resources.is_empty()
            && self.calls.is_empty()
    }

    /// The place of a resource or data source among the resources.
    pub fn find(&self, kind: &str, name: &str) -> Option<usize> {
        // The key owns its kind, since that of a data source is composed.
        self.index.get(&(kind.to_owned(), name)).copied()
    }

    fn declare(&mut self, block: &'a Block, overrides: bool) {
        let label = |i: usize| block.labels.get(i).map(String::as_str);
        match (block.kind.as_str(), label(0), label(1)) {
            ("variable", Some(name), _) => match self.variables.get_mut(name) {
                Some(view) if overrides => view.merge(block),
                _ => drop(self.variables.insert(name, View::of(block))),
            },
            ("output", Some(name), _) => match self.outputs.get_mut(name) {
                Some(view) if overrides => view.merge(block),
                _ => drop(self.outputs.insert(name, View::of(block))),
            },
            // State is kept for what is applied by itself.
            ("terraform", ..) => {
                let keeps = |inner: &Block| matches!(inner.kind.as_str(), "backend" | "cloud");
                self.keeps_state |= block.body.blocks.iter().any(keeps);
            }
            ("locals", ..) => {
                for attribute in &block.body.attributes {
                    self.locals.insert(&attribute.name, attribute);
                }
            }
            ("resource", Some(kind), Some(name)) => {
                self.resource(kind.to_owned(), name, block, overrides);
            }
            ("data", Some(kind), Some(name)) => {
                self.resource(format!("data.{kind}"), name, block, overrides);
            }
            ("module", Some(name), _) => {
                let base = self.calls.iter_mut().find(|call| overrides && call.name == name);
                match base {
                    Some(call) => call.view.merge(block),
                    None => self.calls.push(Declaration {
                        kind: "module".to_owned(),
                        name,
                        view: View::of(block),
                    }),
                }
            }
            _ => {}
        }
    }

    fn resource(&mut self, kind: String, name: &'a str, block: &'a Block, overrides: bool) {
        let key = (kind, name);
        let base = self.index.get(&key).and_then(|i| self.resources.get_mut(*i));
        match base {
            Some(resource) if overrides => resource.view.merge(block),
            _ => {
                let kind = key.0.clone();
                self.index.entry(key).or_insert(self.resources.len());
                self.resources.push(Declaration { kind, name, view: View::of(block) });
            }
        }
    }
}

impl<'a> View<'a> {
    /// A block as it is written.
    pub fn of(block: &'a Block) -> View<'a> {
        let mut view = View { block, attributes: Vec::new(), blocks: Vec::new() };
        let mut places: HashMap<&str, usize> = HashMap::new();
        for attribute in &block.body.attributes {
            match places.get(attribute.name.as_str()) {
                Some(place) => view.attributes[*place] = attribute,
                None => {
                    places.insert(&attribute.name, view.attributes.len());
                    view.attributes.push(attribute);
                }
            }
        }
        view.blocks.extend(&block.body.blocks);
        view
    }

    /// An attribute.
    pub fn get(&self, name: &str) -> Option<&'a Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name).copied()
    }

    /// Lets another block of the same header replace attributes, and all nested blocks of the
    /// types that it has.
    fn merge(&mut self, other: &'a Block) {
        for attribute in View::of(other).attributes {
            match self.attributes.iter_mut().find(|a| a.name == attribute.name) {
                Some(old) => *old = attribute,
                None => self.attributes.push(attribute),
            }
        }
        let replaced: BTreeSet<&str> = other.body.blocks.iter().map(made).collect();
        self.blocks.retain(|block| !replaced.contains(made(block)));
        self.blocks.extend(&other.body.blocks);
    }
}

/// The type of the nested blocks that a block is or makes.
fn made(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if block.kind == "dynamic" => label,
        _ => &block.kind,
    }
}

impl<'a> Folders<'a> {
    /// All folders, and who calls them. `variables` are the files that set variables.
    pub fn new(
        sources: &'a Sources,
        declared: BTreeMap<&'a str, Declared<'a>>,
        files: BTreeMap<&'a str, Vec<SourceId>>,
        variables: impl Iterator<Item = &'a File<'a>>,
        applies: &'a [Apply],
    ) -> Folders<'a> {
        let mut callers: BTreeMap<String, Callers> = BTreeMap::new();
        for (folder, declared) in &declared {
            for call in &declared.calls {
                let source = call.view.get("source").and_then(|source| source.value.as_str());
                let Some(target) = source.and_then(|s| local_source(folder, s)) else { continue };
                let callers = callers.entry(target).or_default();
                callers.folders.insert((*folder).to_owned());
                let inputs = call.view.attributes.iter().map(|attribute| attribute.name.clone());
                callers.inputs.extend(inputs);
            }
        }
        // Without Terraform nobody asks, and many projects have none.
        let nothing = declared.is_empty();
        let set_by_commands = if nothing { BTreeSet::new() } else { set_by_commands(sources) };
        let world = format!("{callers:?} {set_by_commands:?} {applies:?}").into();
        let (environments, variables) = (BTreeMap::new(), variables.collect::<Vec<_>>());
        let mut folders = Folders {
            sources,
            declared,
            files,
            variables: variables.iter().map(|file| file.id).collect(),
            world,
            callers,
            set_by_commands,
            environments,
        };
        folders.gather_environments(variables.into_iter(), applies);
        folders
    }

    /// What `make` makes of a root module and of the folders below that it looks at.
    pub fn keep<T: Send + Sync + 'static>(
        &self,
        root: &str,
        name: &str,
        make: impl FnOnce() -> T,
    ) -> Option<Arc<T>> {
        let first = self.files.get(root)?.first()?;
        Some(self.sources.keep(*first, name, self.world.clone(), || {
            self.look_at(root);
            make()
        }))
    }

    /// Notes that the files of a folder are looked at, and those that set variables.
    pub fn look_at(&self, folder: &str) {
        let own = self.files.get(folder).into_iter().flatten();
        for id in own.chain(&self.variables) {
            let _ = self.sources.get(*id);
        }
    }

    /// The root modules: folders that no other calls, or that keep a state of their own.
    pub fn is_root(&self, folder: &str) -> bool {
        let keeps_state = self.declared.get(folder).is_some_and(|own| own.keeps_state);
        keeps_state || !self.callers.contains_key(folder)
    }

    /// The folders in which `terraform apply` may run for a folder: those of the modules that
    /// call it in the end, or its own if none does.
    pub fn roots(&self, folder: &str) -> Vec<String> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![folder.to_owned()]);
        let mut roots = BTreeSet::new();
        while let Some(folder) = open.pop() {
            if !seen.insert(folder.clone()) {
                continue;
            }
            match self.callers.get(&folder) {
                Some(callers) => open.extend(callers.folders.iter().cloned()),
                None => drop(roots.insert(folder)),
            }
        }
        roots.into_iter().collect()
    }
}

/// A path from one folder to another, as Terraform writes `path.module`.
pub fn relative(from: &str, to: &str) -> String {
    let parts = |path| -> Vec<&str> { str::split(path, '/').filter(|p| !p.is_empty()).collect() };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let path: Vec<&str> = up.chain(to.into_iter().skip(common)).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}
