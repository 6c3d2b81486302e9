//! What can be said of a value without running anything.

mod text;

pub use text::{Comparison, Piece, Text};

use crate::source::Span;
use std::borrow::Cow;

/// A value that a rule may use only once it has looked whether it is known.
#[derive(Debug, Clone, Default)]
pub enum Value<T> {
    /// Decided by the files alone.
    Known(Sourced<T>),
    /// Not decided by the files. A rule that needs the value stays silent.
    Unknown(Unknown),
    /// Not written at all, so that the platform's default applies.
    #[default]
    Unset,
}

/// A known value, and how it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it is used; where a fix would edit.
    pub at: Span,
    /// The steps from `at` to the literal, nearest first. Empty for a literal.
    pub via: Vec<Step>,
}

/// One step towards a literal, or from one document to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The place that was followed.
    pub at: Span,
    /// What a reader should be told about it.
    pub text: Cow<'static, str>,
    /// What the step rests on.
    pub evidence: Evidence,
}

/// What a step rests on. Confidence follows from it and is never chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A literal or an explicit reference.
    Reference,
    /// A default that a command line, a file or the environment could override.
    Default,
    /// A convention: a name, or a folder, that is alike.
    Convention,
}

/// How far a finding can be trusted: as far as its weakest step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Rests on a naming convention. Shown on request only.
    Possible,
    /// Rests on a default that something outside the files could override.
    Likely,
    /// Rests on literals and explicit references.
    Certain,
}

/// A value that is not known.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The expression that stopped the reading.
    pub at: Span,
    /// What stopped it.
    pub why: Why,
}

/// What stopped the reading of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A variable without a default, which the caller sets.
    NoDefault,
    /// An attribute that exists only after the deploy.
    Computed,
    /// A variable of the environment, read when something runs.
    Environment,
    /// A form that this tool does not read.
    Unread,
    /// The expression refers to itself.
    Cycle,
    /// A limit on size or depth was reached.
    TooLarge,
    /// A secret: it is not looked at.
    Sensitive,
}

impl Why {
    /// The reason as a phrase that stands alone.
    pub fn text(self) -> &'static str {
        match self {
            Why::NoDefault => "a variable without a default",
            Why::Computed => "exists only after the deploy",
            Why::Environment => "depends on where it runs",
            Why::Unread => "a form that is not read",
            Why::Cycle => "refers to itself",
            Why::TooLarge => "larger or deeper than what is read",
            Why::Sensitive => "a secret, which is not looked at",
        }
    }
}

impl<T> Value<T> {
    /// A literal that is written at `at`.
    pub fn literal(value: T, at: Span) -> Value<T> {
        Value::Known(Sourced { value, at, via: Vec::new() })
    }

    /// A value that is not known.
    pub fn unknown(at: Span, why: Why) -> Value<T> {
        Value::Unknown(Unknown { at, why })
    }

    /// The value if it is known.
    pub fn known(&self) -> Option<&Sourced<T>> {
        match self {
            Value::Known(sourced) => Some(sourced),
            Value::Unknown(_) | Value::Unset => None,
        }
    }

    /// Whether nothing is written.
    pub fn is_unset(&self) -> bool {
        matches!(self, Value::Unset)
    }

    /// Where it is written, known or not.
    pub fn at(&self) -> Option<Span> {
        match self {
            Value::Known(sourced) => Some(sourced.at),
            Value::Unknown(unknown) => Some(unknown.at),
            Value::Unset => None,
        }
    }

    /// The same place, steps or ignorance, with another value; unread if `read` gives none.
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Value<U> {
        match self {
            Value::Known(Sourced { value, at, via }) => match read(value) {
                Some(value) => Value::Known(Sourced { value, at, via }),
                None => Value::unknown(at, Why::Unread),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown),
            Value::Unset => Value::Unset,
        }
    }

    /// The same place, steps or ignorance, with another value.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Value<U> {
        self.and_then(|value| Some(read(value)))
    }

    /// Another value where nothing is written.
    pub fn or(self, default: Value<T>) -> Value<T> {
        if self.is_unset() { default } else { self }
    }
}

impl Value<Text> {
    /// The whole string, if no part of it is missing.
    pub fn literal_text(&self) -> Option<&str> {
        self.known()?.value.literal()
    }

    /// Whether it may be the same as another. One that is not known may be any.
    pub fn may_be(&self, other: &Value<Text>) -> bool {
        match (self, other) {
            (Value::Known(a), Value::Known(b)) => a.value.may_be(&b.value),
            _ => true,
        }
    }
}

impl<T> Sourced<T> {
    /// The confidence of the weakest step.
    pub fn confidence(&self) -> Confidence {
        weakest(&self.via)
    }
}

impl Step {
    /// A literal or an explicit reference was followed.
    pub fn reference(at: Span, text: impl Into<Cow<'static, str>>) -> Step {
        Step { at, text: text.into(), evidence: Evidence::Reference }
    }

    /// A default was taken that something outside the files could override.
    pub fn default(at: Span, text: impl Into<Cow<'static, str>>) -> Step {
        Step { at, text: text.into(), evidence: Evidence::Default }
    }

    /// A convention was followed.
    pub fn convention(at: Span, text: impl Into<Cow<'static, str>>) -> Step {
        Step { at, text: text.into(), evidence: Evidence::Convention }
    }

    /// How far the step can be trusted.
    pub fn confidence(&self) -> Confidence {
        match self.evidence {
            Evidence::Reference => Confidence::Certain,
            Evidence::Default => Confidence::Likely,
            Evidence::Convention => Confidence::Possible,
        }
    }
}

/// The confidence of the weakest of some steps; `Certain` of none.
pub fn weakest(steps: &[Step]) -> Confidence {
    steps.iter().map(Step::confidence).min().unwrap_or(Confidence::Certain)
}
