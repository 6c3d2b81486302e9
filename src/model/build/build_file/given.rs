//! What values that a start gives to substitutions make of a build.

use super::{BuildFile, Starter};
use crate::model::Project;
use crate::model::reference::has_capitals;
use crate::value::{Piece, Sourced, Text, Value};

/// A value by which the name of an image has capitals.
#[derive(Debug)]
pub struct CapitalValue<'a> {
    /// The value.
    pub value: &'a Sourced<Text>,
    /// The substitution.
    pub name: &'a str,
    /// The image, as the file has it.
    pub image: &'a Sourced<Text>,
    /// What starts the build.
    pub starter: Starter<'a>,
}

impl Project {
    /// The values that what starts builds gives, by which names of images have capitals.
    pub fn capital_values(&self) -> Vec<CapitalValue<'_>> {
        let mut all = Vec::new();
        for (file, starter) in self.starts() {
            let values = match starter {
                Starter::Trigger(trigger) => &trigger.values,
                Starter::Submission(submission) => &submission.values,
            };
            all.extend(values.iter().filter_map(|(name, value)| {
                let image = file.made_capital_by(name, &value.value)?;
                Some(CapitalValue { value, name, image, starter })
            }));
        }
        all
    }
}

impl BuildFile {
    /// The first image that has capitals by a value of a substitution.
    fn made_capital_by(&self, name: &str, value: &Text) -> Option<&Sourced<Text>> {
        value.literal()?;
        let images = self.steps.iter().map(|step| &step.image).chain(&self.images);
        images.filter_map(Value::known).find(|image| {
            let mut whole = Text::default();
            let mut is_used = false;
            for piece in image.value.pieces() {
                match piece {
                    Piece::Hole(hole) if hole == name => {
                        is_used = true;
                        whole.append(value.clone());
                    }
                    piece => whole.push(piece.clone()),
                }
            }
            is_used && !has_capitals(&image.value) && has_capitals(&whole)
        })
    }
}
