//! What a rule reports. Knows neither a terminal nor a protocol.

use crate::source::Span;
use crate::value::{Confidence, Sourced, Step};
use std::fmt;

/// What happens if nobody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing now; worth knowing.
    Note,
    /// Works, but not as its author believes, or not on every machine.
    Warning,
    /// Fails when it is built, deployed or called.
    Error,
}

/// One defect. It has one place to look at first.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static str,
    /// The number of the check of ShellCheck that it comes from, if it does.
    pub code: Option<u16>,
    /// The part of the rule that it is of, where other tools have a rule for each: `apt`, `CMD`.
    pub part: Option<&'static str>,
    /// What happens if nobody acts.
    pub severity: Severity,
    /// The fact, complete without the source: it may be all that is shown.
    pub message: String,
    /// The place to look at first, which a suppression comment silences.
    pub at: Label,
    /// The places that contradict it, in the order in which to read them.
    pub against: Vec<Label>,
    /// Why these places belong together.
    pub because: Vec<Step>,
    /// What to do, in the imperative. May be empty.
    pub help: String,
    /// Changes that would remove the finding.
    pub fixes: Vec<Fix>,
    /// Computed from `because` and from every value that was labelled.
    pub confidence: Confidence,
}

/// A place, and a phrase about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The smallest range that still shows the fact.
    pub span: Span,
    /// A phrase that makes sense beside the underlined text.
    pub text: String,
}

/// A change, in one or more files, that is made whole or not at all.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it may be made without a look at it.
    pub safety: Safety,
    /// The replacements. They never overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be made unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Removes the defect and changes nothing else.
    Safe,
    /// Removes the defect, but another change could be the one that is meant.
    Unsafe,
}

/// The replacement of a range by text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Severity {
    /// The name that users write and reports show.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Finding {
    /// Lowers or raises the severity where the rule's own does not fit the case.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// Says which part of the rule it is of.
    pub fn of(mut self, part: &'static str) -> Finding {
        self.part = Some(part);
        self
    }

    /// Adds the value that contradicts it.
    pub fn against<T>(mut self, value: &Sourced<T>, text: impl Into<String>) -> Finding {
        self.confidence = self.confidence.min(value.confidence());
        self.against.push(Label { span: value.at, text: text.into() });
        self.because.extend(value.via.iter().cloned());
        self
    }

    /// Adds a place that helps to understand it.
    pub fn see(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.against.push(Label { span, text: text.into() });
        self
    }

    /// Adds the steps that join the two.
    pub fn because<'a>(mut self, steps: impl IntoIterator<Item = &'a Step>) -> Finding {
        for step in steps {
            self.confidence = self.confidence.min(step.confidence());
            if !self.because.contains(step) {
                self.because.push(step.clone());
            }
        }
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help = text.into();
        self
    }

    /// Says which name was meant, and offers to write it where the other is written, if that is known.
    pub fn meant(self, name: &str, written: Option<Span>) -> Finding {
        let finding = self.help(format!("did you mean `{name}`?"));
        match written {
            Some(at) => {
                let edit = Edit::replace(at, name);
                finding.fix(format!("Write `{name}`"), Safety::Unsafe, [edit])
            }
            None => finding,
        }
    }

    /// Offers a change.
    pub fn fix(
        mut self,
        title: impl Into<String>,
        safety: Safety,
        edits: impl Into<Vec<Edit>>,
    ) -> Finding {
        self.fixes.push(Fix { title: title.into(), safety, edits: edits.into() });
        self
    }
}

/// Names as a message lists them: `` `a`, `b` ``.
pub fn quoted<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

impl Label {
    /// A place and a phrase about it.
    pub fn new(span: Span, text: impl Into<String>) -> Label {
        Label { span, text: text.into() }
    }
}

impl Edit {
    /// Puts text in the place of a span.
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        Edit { span, text: text.into() }
    }

    /// Puts text before a span.
    pub fn before(span: Span, text: impl Into<String>) -> Edit {
        Edit { span: Span { end: span.start, ..span }, text: text.into() }
    }
}
