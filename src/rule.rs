//! What a rule is: a value, not a type.

use crate::finding::{Finding, Label, Severity};
use crate::model::Project;
use crate::source::Span;
use crate::value::{Confidence, Sourced};

/// A rule. It has no state, does no I/O besides asking `Sources` for a size, and cannot fail.
#[derive(Debug)]
pub struct Rule {
    /// The name of its folder under `rules/`, of its page and of its suppression.
    pub id: &'static str,
    /// What it finds, in one sentence; the first sentence of its page.
    pub summary: &'static str,
    /// What happens if nobody acts.
    pub severity: Severity,
    /// The version that brought it.
    pub since: &'static str,
    /// What other tools call it: `DL3007`, `DuplicateStageName`. Comments and `explain` take these
    /// names, too; two rules may share one.
    pub also: &'static [&'static str],
    /// Whether it only runs where the configuration gives it a level: a matter of taste.
    pub opt_in: bool,
    /// Its page, whose examples are its tests.
    pub page: &'static str,
    /// Reads the whole project and reports what is wrong.
    pub check: fn(&Project, &mut Vec<Finding>),
}

impl Rule {
    /// Whether it has this name, be it here or in another tool.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.also.iter().any(|other| other.eq_ignore_ascii_case(name))
    }

    /// Why it matters, as its page says.
    pub fn why(&self) -> &'static str {
        let rest = self.page.split_once("\n## Why\n").map_or("", |(_, rest)| rest);
        rest.split("\n#").next().unwrap_or_default().trim()
    }

    /// A finding about a value that is known.
    pub fn finding<T>(
        &self,
        message: impl Into<String>,
        at: &Sourced<T>,
        text: impl Into<String>,
    ) -> Finding {
        Finding {
            because: at.via.clone(),
            confidence: at.confidence(),
            ..self.finding_at(message, at.at, text)
        }
    }

    /// A finding about something that stands in a file and is no value.
    pub fn finding_at(
        &self,
        message: impl Into<String>,
        at: Span,
        text: impl Into<String>,
    ) -> Finding {
        Finding {
            rule: self.id,
            code: None,
            part: None,
            severity: self.severity,
            message: message.into(),
            at: Label::new(at, text),
            against: Vec::new(),
            because: Vec::new(),
            help: String::new(),
            fixes: Vec::new(),
            confidence: Confidence::Certain,
        }
    }
}
