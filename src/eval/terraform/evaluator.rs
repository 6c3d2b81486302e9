//! One folder as a module while it is evaluated, and those that it calls.

use super::body::{Instance, Repetition};
use super::environment::Environment;
use super::folder::{Declaration, Declared, Folders, View, local_source};
use super::scope::{Owner, Scope, size};
use super::{Evaluated, Key, Reference};
use crate::source::{Sources, Span};
use crate::value::Why;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::{Rc, Weak};

/// So many values are made for one root module and all that it calls. Each step to a value
/// counts as one more, and so do 64 bytes of a string.
const MOST_VALUES: usize = 1_000_000;

/// So many modules are evaluated for one root module; the folders of others are read with
/// inputs that are not known.
const MOST_MODULES: usize = 1_000;

/// Modules call modules this deep.
const DEEPEST: usize = 16;

/// A module while it is evaluated: values that are known by now, and what is left of the
/// limits.
pub struct Evaluator<'a> {
    pub(super) folders: &'a Folders<'a>,
    /// The folder, from the root of the project.
    pub(super) folder: &'a str,
    pub(super) declared: &'a Declared<'a>,
    /// `module.api["eu"]`; empty of a root module.
    pub(super) address: String,
    /// The folder in which Terraform runs, if it is one.
    root: Option<&'a str>,
    pub(super) caller: Caller<'a>,
    shared: Rc<Shared<'a>>,
    memo: RefCell<HashMap<Item, Slot>>,
    repetitions: RefCell<HashMap<Repeated, Option<Rc<Repetition>>>>,
    children: RefCell<Children<'a>>,
    this: Weak<Evaluator<'a>>,
}

/// The modules that are called, by the places of the call and of its instance; none where a
/// folder is not one of the project's.
type Children<'a> = HashMap<(usize, usize), Option<Rc<Evaluator<'a>>>>;

/// Who sets the variables of a module.
pub(super) enum Caller<'a> {
    /// Nobody but those who run Terraform, who may name a file of variables: it is a root
    /// module.
    Nobody(Option<&'a Environment<'a>>),
    /// Calls of which nothing is known but the names of what they pass.
    Unknown,
    /// An instance of a `module` block.
    Call(Call<'a>),
}

/// An instance of a `module` block of another module.
pub(super) struct Call<'a> {
    module: Weak<Evaluator<'a>>,
    /// Which of its calls it is.
    call: usize,
    repetition: Rc<Repetition>,
    instance: usize,
}

/// What a root module shares with all that it calls.
struct Shared<'a> {
    /// Which of several runs of Terraform it is, as the end of a name.
    run: String,
    left: Cell<usize>,
    depth: Cell<usize>,
    failures: Cell<usize>,
    doubts: Cell<usize>,
    /// All modules by their addresses.
    modules: RefCell<HashMap<String, Weak<Evaluator<'a>>>>,
    /// Folders that are called, but not evaluated for every call.
    cut: RefCell<BTreeSet<&'a str>>,
}

impl Shared<'_> {
    fn new(run: String) -> Self {
        Shared {
            run,
            left: Cell::new(MOST_VALUES),
            depth: Cell::default(),
            failures: Cell::default(),
            doubts: Cell::default(),
            modules: RefCell::default(),
            cut: RefCell::default(),
        }
    }
}

/// Something that is evaluated once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Variable(String),
    Local(String),
    Output(String),
    /// An attribute, or the nested blocks of a type, of an instance of a resource.
    Attribute(usize, usize, String),
}

/// A block that may be repeated, by its place among those of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Repeated {
    Resource(usize),
    Call(usize),
}

#[derive(Debug, Clone)]
enum Slot {
    /// It is being evaluated.
    Open,
    /// It was.
    Done(Rc<Evaluated>),
}

impl<'a> Evaluator<'a> {
    /// A folder in which Terraform runs.
    pub fn root(
        folders: &'a Folders<'a>,
        folder: &'a str,
        environment: Option<&'a Environment<'a>>,
    ) -> Option<Rc<Evaluator<'a>>> {
        let caller = Caller::Nobody(environment);
        let run = match (folder, environment) {
            ("", None) => String::new(),
            (folder, None) => format!(" of {folder}"),
            (folder, Some(environment)) => format!(" of {folder} with {}", environment.path),
        };
        let shared = Rc::new(Shared::new(run));
        Evaluator::new(folders, folder, caller, String::new(), Some(folder), shared)
    }

    /// A folder that others call in a way that is not known.
    pub fn called(
        folders: &'a Folders<'a>,
        folder: &'a str,
        root: Option<&'a str>,
    ) -> Option<Rc<Evaluator<'a>>> {
        let shared = Rc::new(Shared::new(format!(" of a call of {folder}")));
        Evaluator::new(folders, folder, Caller::Unknown, String::new(), root, shared)
    }

    fn new(
        folders: &'a Folders<'a>,
        folder: &'a str,
        caller: Caller<'a>,
        address: String,
        root: Option<&'a str>,
        shared: Rc<Shared<'a>>,
    ) -> Option<Rc<Evaluator<'a>>> {
        let declared = folders.declared.get(folder)?;
        folders.look_at(folder);
        let evaluator = Rc::new_cyclic(|this: &Weak<Evaluator<'a>>| {
            shared.modules.borrow_mut().insert(address.clone(), this.clone());
            Evaluator {
                folders,
                folder,
                declared,
                address,
                root,
                caller,
                shared: shared.clone(),
                memo: RefCell::default(),
                repetitions: RefCell::default(),
                children: RefCell::default(),
                this: this.clone(),
            }
        });
        Some(evaluator)
    }

    pub(super) fn sources(&self) -> &'a Sources {
        self.folders.sources
    }

    /// The names outside all repeated blocks.
    pub fn scope<'s>(&'s self) -> Scope<'s, 'a> {
        Scope::of(self)
    }

    /// The folder in which Terraform runs, if it is one.
    pub(super) fn root_folder(&self) -> Option<&'a str> {
        self.root
    }

    /// The folders that are called from here or from below, but not for every call.
    pub fn cut(&self) -> BTreeSet<&'a str> {
        self.shared.cut.borrow().clone()
    }

    /// Whether the limits allow more values.
    pub(super) fn spend(&self, values: usize) -> bool {
        let left = self.shared.left.get();
        self.shared.left.set(left.saturating_sub(values));
        values <= left
    }

    /// Whether the limits are reached.
    pub(super) fn is_spent(&self) -> bool {
        self.shared.left.get() == 0
    }

    /// How many expressions are open around the one that is read.
    pub(super) fn depth(&self) -> &Cell<usize> {
        &self.shared.depth
    }

    /// How often something failed that Terraform refuses.
    pub(super) fn failures(&self) -> &Cell<usize> {
        &self.shared.failures
    }

    /// How often something may have failed, for all that is known.
    pub(super) fn doubts(&self) -> &Cell<usize> {
        &self.shared.doubts
    }

    /// A name for what is not known, which has this meaning in this module and run only.
    pub(super) fn unknown_name(&self, name: &str) -> String {
        format!("{}{}", self.own_name(name), self.shared.run)
    }

    /// A name that has this meaning in this module only.
    pub(super) fn own_name(&self, name: &str) -> String {
        match self.address.as_str() {
            "" => name.to_owned(),
            address => format!("{address}.{name}"),
        }
    }

    /// Evaluates something once. What needs itself is a cycle.
    pub(super) fn once(
        &self,
        item: Item,
        at: Span,
        name: &str,
        evaluate: impl FnOnce() -> Evaluated,
    ) -> Rc<Evaluated> {
        let slot = self.memo.borrow().get(&item).cloned();
        match slot {
            Some(Slot::Open) => return Rc::new(Evaluated::unread(at, Why::Cycle, name)),
            Some(Slot::Done(value)) => return value,
            None => {}
        }
        self.memo.borrow_mut().insert(item.clone(), Slot::Open);
        let mut value = evaluate();
        if value.name.is_none() && value.is_unknown() {
            value.name = Some(name.into());
        }
        let value = Rc::new(value);
        self.memo.borrow_mut().insert(item, Slot::Done(value.clone()));
        value
    }

    /// A copy of a value, as far as the limits allow.
    pub(super) fn copy(&self, value: &Evaluated) -> Evaluated {
        if self.spend(size(value)) {
            return value.clone();
        }
        let name = value.name.as_deref().unwrap_or_default();
        Evaluated::unread(value.at, Why::TooLarge, name)
    }

    /// A `resource`, `data` or `module` block of this folder.
    fn declaration(&self, block: Repeated) -> Option<&'a Declaration<'a>> {
        match block {
            Repeated::Resource(i) => self.declared.resources.get(i),
            Repeated::Call(i) => self.declared.calls.get(i),
        }
    }

    /// How often a block is repeated; unknown while that is being found out.
    pub(super) fn repetition(&self, block: Repeated) -> Rc<Repetition> {
        let known = self.repetitions.borrow().get(&block).cloned();
        match known {
            Some(Some(repetition)) => return repetition,
            Some(None) => return Rc::new(Repetition::unknown(Why::Cycle)),
            None => {}
        }
        self.repetitions.borrow_mut().insert(block, None);
        let repetition = match self.declaration(block) {
            Some(declaration) => Rc::new(self.scope().repetition(&declaration.view)),
            None => Rc::new(Repetition::unknown(Why::Unread)),
        };
        self.repetitions.borrow_mut().insert(block, Some(repetition.clone()));
        repetition
    }

    /// The module in which a reference is written, and the block that it names there.
    pub(super) fn find(&self, reference: &Reference) -> Option<(Rc<Evaluator<'a>>, Repeated)> {
        let module = match reference.module == self.address {
            true => self.this.upgrade(),
            false => self.shared.modules.borrow().get(&reference.module)?.upgrade(),
        }?;
        let Declared { calls, .. } = module.declared;
        let block = match reference.kind.as_str() {
            "module" => Repeated::Call(calls.iter().position(|c| c.name == reference.name)?),
            kind => Repeated::Resource(module.declared.find(kind, &reference.name)?),
        };
        Some((module, block))
    }

    /// The module that an instance of a call makes, if its folder is one of the project's.
    pub(super) fn child(&self, call: usize, instance: usize) -> Option<Rc<Evaluator<'a>>> {
        let known = self.children.borrow().get(&(call, instance)).cloned();
        if let Some(known) = known {
            return known;
        }
        let child = self.make_child(call, instance);
        self.children.borrow_mut().insert((call, instance), child.clone());
        child
    }

    fn make_child(&self, call: usize, instance: usize) -> Option<Rc<Evaluator<'a>>> {
        let declaration = self.declared.calls.get(call)?;
        let source = declaration.view.get("source")?.value.as_str()?;
        let target = local_source(self.folder, source)?;
        let (folder, _) = self.folders.declared.get_key_value(target.as_str())?;
        let repetition = self.repetition(Repeated::Call(call));
        let key = &repetition.instances.get(instance)?.key;
        // A module that calls itself would never end.
        let above = self.folders_above();
        let is_full = self.shared.modules.borrow().len() >= MOST_MODULES;
        if above.len() >= DEEPEST || above.contains(folder) || is_full {
            self.shared.cut.borrow_mut().insert(*folder);
            return None;
        }
        let name = declaration.name;
        let address = self.own_name(&match key {
            Key::Single => format!("module.{name}"),
            Key::Each(key) => format!("module.{name}[{key:?}]"),
            Key::Unknown => format!("module.{name}[*{instance}]"),
        });
        let module = self.this.clone();
        let caller = Caller::Call(Call { module, call, repetition: repetition.clone(), instance });
        Evaluator::new(self.folders, folder, caller, address, self.root, self.shared.clone())
    }

    /// The folders of this module and of all that call it.
    fn folders_above(&self) -> BTreeSet<&'a str> {
        let mut above = BTreeSet::from([self.folder]);
        let mut next = match &self.caller {
            Caller::Call(call) => call.module.upgrade(),
            Caller::Nobody(_) | Caller::Unknown => None,
        };
        while let Some(module) = next {
            above.insert(module.folder);
            next = match &module.caller {
                Caller::Call(call) => call.module.upgrade(),
                Caller::Nobody(_) | Caller::Unknown => None,
            };
        }
        above
    }

    /// The modules that this one calls, each instance on its own.
    pub fn children(&self) -> Vec<Rc<Evaluator<'a>>> {
        let mut children = Vec::new();
        for call in 0..self.declared.calls.len() {
            let instances = self.repetition(Repeated::Call(call)).instances.len();
            children.extend((0..instances).filter_map(|instance| self.child(call, instance)));
        }
        children
    }
}

impl<'a> Call<'a> {
    /// Reads with the block of the call, inside the instance of it.
    pub fn read<T>(
        &self,
        read: impl FnOnce(Scope<'_, 'a>, &'a View<'a>, &Instance) -> T,
    ) -> Option<T> {
        let module = self.module.upgrade()?;
        let declaration = module.declared.calls.get(self.call)?;
        let instance = self.repetition.instances.get(self.instance)?;
        let owner = Owner { kind: "module", name: declaration.name, instance };
        Some(read(module.scope().inside(owner), &declaration.view, instance))
    }
}
