//! What scripts ask Terraform for: `terraform output -raw NAME`, in the names of images.

use crate::eval::shell::output_name;
use crate::eval::terraform::Terraform;
use crate::model::lower::Lowered;
use crate::value::{Piece, Sourced, Step, Text, Value};
use std::collections::BTreeMap;

/// The outputs that are known; nothing of those that differ from one root module to another.
type Outputs<'a> = BTreeMap<&'a str, Option<Sourced<Text>>>;

/// Puts the outputs of Terraform where scripts ask for them.
pub(super) fn fill_in(lowered: &mut Lowered, terraform: &Terraform) {
    let mut outputs = Outputs::new();
    for (name, value) in terraform.modules.iter().flat_map(|module| &module.outputs) {
        let value = value.text().known().cloned();
        let same = |other: &Sourced<Text>| value.as_ref().is_some_and(|v| v.value == other.value);
        match outputs.get_mut(name.as_str()) {
            Some(known) => *known = known.take().filter(same),
            None => drop(outputs.insert(name, value)),
        }
    }
    let names = lowered.builds.iter_mut().flat_map(|build| &mut build.tags);
    let tagged = lowered.tagged.iter_mut().flat_map(|(old, new)| [old, new]);
    let names = names.chain(&mut lowered.pushed).chain(tagged);
    names.for_each(|name| fill(name, &outputs));
    for container in lowered.deployments.iter_mut().flat_map(|d| &mut d.containers) {
        if let Value::Known(image) = &mut container.image {
            fill(image, &outputs);
        }
    }
}

fn fill(text: &mut Sourced<Text>, outputs: &Outputs<'_>) {
    let known = |piece: &Piece| match piece {
        Piece::Hole(hole) => outputs.get_key_value(output_name(hole)?),
        Piece::Literal(_) => None,
    };
    if !text.value.pieces().iter().any(|piece| known(piece).is_some()) {
        return;
    }
    let mut made = Text::default();
    for piece in text.value.pieces() {
        match known(piece) {
            Some((name, Some(value))) => {
                made.append(value.value.clone());
                let told = format!("`terraform output {name}` is this");
                text.via.push(Step::reference(value.at, told));
                text.via.extend(value.via.iter().cloned());
            }
            _ => made.push(piece.clone()),
        }
    }
    text.value = made;
}
