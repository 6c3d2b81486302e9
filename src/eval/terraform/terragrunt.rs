//! Terragrunt: a file that names a module and sets its variables.
//!
//! Only values that are written out are read. What is made of `local`, `dependency` or a function
//! is set, but not known, and what an `include` brings may set any other variable. Source:
//! terragrunt.gruntwork.io/docs/reference/config-blocks-and-attributes, read 2026-11.

use super::environment::{Environment, Setting};
use super::folder::{File, Folders, local_source};
use crate::source::folder;
use crate::syntax::hcl::{Attribute, Block, Body, Expression};
use hcl_edit::expr::{Expression as Tree, ObjectKey};
use hcl_edit::template::Element;

/// Whether a file is one of Terragrunt's.
pub fn is_configuration(path: &str) -> bool {
    crate::source::name(path) == "terragrunt.hcl"
}

/// The body of a file of Terragrunt's, in which the inputs are the attributes.
pub fn inputs(body: Body) -> Body {
    let inputs = body.get("inputs").map(|inputs| (inputs.at, inputs.tree.clone()));
    let Some((at, Tree::Object(object))) = inputs else {
        // Inputs that are made by a function may be any.
        let attributes = body.attributes.into_iter().filter(|a| a.name == "inputs").collect();
        return Body { attributes, ..body };
    };
    let input = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str(),
            ObjectKey::Expression(Tree::Variable(name)) => name.as_str(),
            ObjectKey::Expression(tree) => tree.as_str()?,
        };
        // The places in the tree count from the start of all inputs.
        let value = Expression { at, tree: value.expr().clone() };
        Some(Attribute { name: name.to_owned(), at, value })
    };
    Body { attributes: object.iter().filter_map(input).collect(), ..body }
}

/// What a file sets, and for which root module.
pub fn environment<'a>(
    folders: &Folders<'a>,
    file: &'a File<'a>,
) -> Option<(&'a str, Environment<'a>)> {
    let own = folder(file.path);
    let blocks = || file.body.blocks.iter();
    let terraform = || blocks().filter(|block| block.kind == "terraform");
    let target = match terraform().find_map(|block| block.body.get("source")) {
        Some(source) => target(own, source)?,
        None => own.to_owned(),
    };
    let (root, declared) = folders.declared.get_key_value(target.as_str())?;
    let made = file.body.attributes.iter().any(|a| a.name == "inputs");
    let arguments =
        |block: &Block| block.body.blocks.iter().any(|inner| inner.kind == "extra_arguments");
    let open = made || blocks().any(|block| block.kind == "include") || terraform().any(arguments);
    let settings = file
        .body
        .attributes
        .iter()
        .filter(|attribute| declared.variables.contains_key(attribute.name.as_str()))
        .map(|attribute| {
            let setting = match is_written_out(&attribute.value.tree) {
                true => Setting::Written(attribute),
                false => Setting::Unread,
            };
            (attribute.name.as_str(), setting)
        })
        .collect();
    Some((*root, Environment { path: file.path, settings, open, complete: false }))
}

/// The folder of a module, where it is one of the project's: `../../modules//api`. The functions
/// that stand for the folder of the file, or for the root of the repository, are read too.
fn target(own: &str, source: &Expression) -> Option<String> {
    let (base, path) = match &source.tree {
        Tree::String(path) => (own, path.as_str().to_owned()),
        Tree::StringTemplate(template) => {
            let mut elements = template.iter();
            let (Some(Element::Interpolation(base)), Some(Element::Literal(path)), None) =
                (elements.next(), elements.next(), elements.next())
            else {
                return None;
            };
            let Tree::FuncCall(call) = &base.expr else { return None };
            let base = match call.name.name.as_str() {
                "get_terragrunt_dir" => own,
                "get_repo_root" => "",
                _ => return None,
            };
            (base, format!(".{}", path.as_str()))
        }
        _ => return None,
    };
    local_source(base, &path)
}

/// Whether a value is made of nothing but literals.
fn is_written_out(tree: &Tree) -> bool {
    match tree {
        Tree::Null(_) | Tree::Bool(_) | Tree::Number(_) | Tree::String(_) => true,
        Tree::Array(items) => items.iter().all(is_written_out),
        Tree::Object(entries) => entries.iter().all(|(_, value)| is_written_out(value.expr())),
        Tree::Parenthesis(inner) => is_written_out(inner.inner()),
        _ => false,
    }
}
