//! Forgetting what is known, by which tests prove that ignorance is silent.

use crate::source::{SourceId, Span};
use crate::value::{Value, Why};

/// Walks over the values of a project and forgets one of them.
#[derive(Debug)]
pub struct Blur {
    forget: usize,
    seen: usize,
}

impl Blur {
    /// Forgets the value of this number.
    pub fn new(forget: usize) -> Blur {
        Blur { forget, seen: 0 }
    }

    /// How many values were seen.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Takes in a value.
    pub fn value<T>(&mut self, value: &mut Value<T>) {
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
