//! What a resource that runs something watches: the files by whose content it is replaced.

use super::Datum;
use super::folder::{Declaration, View};
use super::function::resolve;
use super::scope::Scope;
use crate::source::{Span, join};
use crate::syntax::hcl::Origin;
use hcl_edit::expr::{
    Expression as Tree, ForExpr, FuncCall, Traversal, TraversalOperator as Operator,
};
use hcl_edit::visit::{Visit, visit_func_call, visit_traversal};
use std::collections::BTreeSet;

/// When Terraform runs something again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The name of the argument that decides.
    pub argument: &'static str,
    /// That argument, if it is written.
    pub at: Option<Span>,
    /// The files whose content counts, from the root of the project.
    pub files: BTreeSet<String>,
    /// Whether anything else may change it, or what it says is not known.
    pub otherwise: bool,
}

/// The argument that says when a resource of a type runs again. Source: the documentation of
/// `null_resource`, of `terraform_data` and of kreuzwerker/docker 3.
fn argument(kind: &str) -> Option<&'static str> {
    match kind {
        "null_resource" | "docker_image" => Some("triggers"),
        "terraform_data" => Some("triggers_replace"),
        _ => None,
    }
}

impl<'a> Scope<'_, 'a> {
    /// What a resource watches, if it is of a type that does nothing but run something.
    pub(super) fn watch(self, declaration: &Declaration<'a>) -> Option<Watch> {
        let argument = argument(&declaration.kind)?;
        let written = declaration.view.get(argument);
        let at = written.map(|attribute| attribute.value.at);
        let otherwise = replaced_by_others(&declaration.view);
        let mut watch = Watch { argument, at, files: BTreeSet::new(), otherwise };
        if let Some(attribute) = written {
            let origin = attribute.value.origin();
            let (watch, seen) = (&mut watch, &mut BTreeSet::new());
            Watcher { scope: self, origin, watch, seen }.visit_expr(&attribute.value.tree);
        }
        Some(watch)
    }
}

/// Whether `replace_triggered_by` names others.
fn replaced_by_others(view: &View) -> bool {
    view.blocks
        .iter()
        .any(|block| block.kind == "lifecycle" && block.body.get("replace_triggered_by").is_some())
}

struct Watcher<'s, 'a> {
    scope: Scope<'s, 'a>,
    /// The expression that is read.
    origin: Origin,
    watch: &'s mut Watch,
    /// The locals that were read.
    seen: &'s mut BTreeSet<&'a str>,
}

impl<'a> Watcher<'_, 'a> {
    fn path(&self, tree: Option<&Tree>) -> Option<String> {
        let value = self.scope.expression(self.origin, tree?).text();
        resolve(self.scope, value.literal_text()?).ok()
    }

    /// `filesha256(path)`
    fn file(&mut self, call: &FuncCall) {
        match self.path(call.args.iter().next()) {
            Some(path) => drop(self.watch.files.insert(path)),
            None => self.watch.otherwise = true,
        }
    }

    fn within(&mut self, scope: Scope<'_, 'a>, origin: Origin, tree: &Tree) {
        let (watch, seen) = (&mut *self.watch, &mut *self.seen);
        Watcher { scope, origin, watch, seen }.visit_expr(tree);
    }

    /// `fileset(folder, pattern)`
    fn file_set(&mut self, call: &FuncCall) {
        let mut arguments = call.args.iter();
        let folder = self.path(arguments.next());
        let found = self.scope.expression(self.origin, &Tree::from(call.clone()));
        let (Some(folder), Datum::List(items, false)) = (folder, found.datum) else {
            self.watch.otherwise = true;
            return;
        };
        for item in items {
            if let Some(name) = item.text().literal_text() {
                self.watch.files.insert(join(&folder, name));
            }
        }
    }

    /// `local.name`, `data.archive_file.source.output_md5` and the like.
    fn follow(&mut self, root: &str, names: &[&str]) {
        match (root, names) {
            ("each" | "count" | "path", _) => {}
            ("local", [name, ..]) => {
                let evaluator = self.scope.evaluator;
                match evaluator.declared.locals.get_key_value(*name) {
                    Some((name, local)) if self.seen.insert(*name) => {
                        let (scope, origin) = (evaluator.scope(), local.value.origin());
                        self.within(scope, origin, &local.value.tree);
                    }
                    Some(_) => {}
                    None => self.watch.otherwise = true,
                }
            }
            ("var", [name, ..]) => self.watch.otherwise |= !is_place(name),
            ("data", ["archive_file", name, ..]) => self.archive(name),
            // Of a registry or an account nothing changes from build to build.
            ("data", [kind, ..]) if is_lasting(kind) => {}
            (kind, [_, _, ..]) if is_lasting(kind) => {}
            (_, []) => {}
            _ => self.watch.otherwise = true,
        }
    }

    /// `data "archive_file"`: the folder or file that it packs.
    fn archive(&mut self, name: &str) {
        let declared = self.scope.evaluator.declared;
        let place = declared.find("data.archive_file", name);
        let Some(archive) = place.and_then(|place| declared.resources.get(place)) else {
            self.watch.otherwise = true;
            return;
        };
        let path = |name: &str| {
            let value = self.scope.evaluate(&archive.view.get(name)?.value).text();
            resolve(self.scope, value.literal_text()?).ok()
        };
        match (path("source_dir"), path("source_file")) {
            (Some(folder), None) => {
                let files = self.scope.evaluator.sources().under(&folder).map(str::to_owned);
                self.watch.files.extend(files);
            }
            (None, Some(file)) => drop(self.watch.files.insert(file)),
            _ => self.watch.otherwise = true,
        }
    }
}

impl Visit for Watcher<'_, '_> {
    fn visit_func_call(&mut self, call: &FuncCall) {
        match call.name.name.as_str() {
            "timestamp" | "plantimestamp" | "uuid" | "bcrypt" => self.watch.otherwise = true,
            "fileset" => self.file_set(call),
            "templatefile" => {
                self.file(call);
                visit_func_call(self, call);
            }
            name if name.starts_with("file") && name != "fileexists" => self.file(call),
            _ => visit_func_call(self, call),
        }
    }

    fn visit_for_expr(&mut self, each: &ForExpr) {
        let collection = &each.intro.collection_expr;
        self.visit_expr(collection);
        let collection = self.scope.expression(self.origin, collection);
        let Some((entries, false)) = self.scope.entries(&collection) else {
            self.watch.otherwise = true;
            return;
        };
        let key_name = each.intro.key_var.as_ref().map_or("", |name| name.as_str());
        for (round, (key, item)) in entries.iter().enumerate() {
            self.scope.with(key_name, key, round, |scope| {
                scope.with(each.intro.value_var.as_str(), item, round, |scope| {
                    self.within(scope, self.origin, &each.value_expr);
                });
            });
        }
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Tree::Variable(root) = &traversal.expr {
            let names: Vec<&str> = traversal
                .operators
                .iter()
                .filter_map(|operator| match operator.value() {
                    Operator::GetAttr(name) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            self.follow(root.as_str(), &names);
        }
        visit_traversal(self, traversal);
    }
}

/// Whether a variable says where something is, by its name: that does not change from one
/// build to the next.
fn is_place(variable: &str) -> bool {
    const WORDS: &[&str] = &[
        "account",
        "domain",
        "env",
        "environment",
        "location",
        "prefix",
        "project",
        "region",
        "registry",
        "repo",
        "repository",
        "zone",
    ];
    let name = variable.strip_suffix("_id").or(variable.strip_suffix("_name")).unwrap_or(variable);
    name.rsplit('_').next().is_some_and(|last| WORDS.contains(&last))
}

/// Whether the attributes of a resource or data source stay as they are once it is there.
fn is_lasting(kind: &str) -> bool {
    const KINDS: &[&str] = &[
        "aws_caller_identity",
        "aws_ecr_repository",
        "aws_region",
        "azurerm_container_registry",
        "google_artifact_registry_repository",
        "google_project",
        "google_project_service",
    ];
    KINDS.contains(&kind)
}
