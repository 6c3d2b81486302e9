//! Going over all values: to forget one, by which tests prove that ignorance is silent, or to
//! list them.

use super::known::Known;
use crate::source::{SourceId, Span};
use crate::value::{Value, Why};

/// Walks over the values of a project and forgets one of them, or lists all.
#[derive(Debug)]
pub struct Blur {
    forget: usize,
    seen: usize,
    /// What is listed, if that is asked for.
    survey: Option<Vec<Known>>,
}

impl Blur {
    /// Forgets the value of this number.
    pub fn new(forget: usize) -> Blur {
        Blur { forget, seen: 0, survey: None }
    }

    /// Forgets nothing and lists what it sees.
    pub fn survey() -> Blur {
        Blur { forget: usize::MAX - 1, seen: 0, survey: Some(Vec::new()) }
    }

    /// What was listed.
    pub fn surveyed(self) -> Vec<Known> {
        self.survey.unwrap_or_default()
    }

    /// How many values were seen.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Takes in a value.
    pub fn value<T: 'static>(&mut self, value: &mut Value<T>) {
        if let Some(survey) = &mut self.survey {
            survey.extend(Known::of(value));
        }
        let nowhere = Span { source: SourceId(0), start: 0, end: 0 };
        if self.hit() {
            *value = Value::unknown(value.at().unwrap_or(nowhere), Why::Unread);
        }
    }

    /// Takes in something that may be missing, and would be if it were not known.
    pub fn option<T>(&mut self, option: &mut Option<T>) {
        if self.hit() {
            *option = None;
        }
    }

    /// Takes in a list that is empty if it is not known.
    pub fn list<T>(&mut self, list: &mut Vec<T>) {
        if self.hit() {
            list.clear();
        }
    }

    fn hit(&mut self) -> bool {
        self.seen += 1;
        self.seen == self.forget + 1
    }
}
