//! What is said about the findings. One file per format.
//!
//! Every format reads the texts and the findings and gives a `String`; none asks the model, the
//! configuration or the terminal. Lines, columns and names of things exist only here.

pub mod checkstyle;
pub mod concise;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;
pub mod text;

mod fingerprint;
mod position;
mod xml;

pub use fingerprint::{fingerprints, steady};
pub use text::Style;

use crate::finding::{Finding, Safety, Severity};
use crate::rule::Rule;
use crate::source::{Sources, Span};
use crate::value::{Confidence, Evidence};
use position::Positions;
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::str::FromStr;

/// So many findings are written by one thread before it takes others.
const AT_ONCE: usize = 256;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal: the source with the places marked in it.
    Text,
    /// One line per place, for editors, `grep` and logs.
    Concise,
    /// seamlint's own, for scripts; `docs/json.md` describes it.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the changed lines.
    Github,
    /// Code Quality, which GitLab shows in merge requests.
    Gitlab,
    /// Tests that fail, which every CI server shows.
    Junit,
    /// Checkstyle's XML, which Jenkins and reviewdog read.
    Checkstyle,
    /// A summary for a pull request or the page of a job.
    Markdown,
}

/// A place of a finding, and what is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Where it is.
    pub span: Span,
    /// A phrase about it.
    pub text: &'a str,
    /// What it is to the finding.
    pub role: Role,
}

/// What a place is to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The place to look at first.
    At,
    /// It contradicts the first.
    Against,
    /// A step that joins the places, and what the step rests on.
    Because(Evidence),
}

/// How many findings there are, and how many of them a fix would remove.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity note.
    pub notes: usize,
    /// Findings with a safe fix.
    pub safe_fixes: usize,
    /// Findings whose fixes are all unsafe.
    pub unsafe_fixes: usize,
}

/// Every place of a finding in the order in which to read them, the first place first.
pub fn places(finding: &Finding) -> impl Iterator<Item = Place<'_>> {
    let at = Place { span: finding.at.span, text: &finding.at.text, role: Role::At };
    let against = finding.against.iter().map(|label| Place {
        span: label.span,
        text: &label.text,
        role: Role::Against,
    });
    let because = finding.because.iter().map(|step| Place {
        span: step.at,
        text: &step.text,
        role: Role::Because(step.evidence),
    });
    std::iter::once(at).chain(against).chain(because)
}

/// The name of a confidence in every format.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    }
}

/// The name of a safety in every format.
pub fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    }
}

/// The name of an evidence in every format.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Reference => "reference",
        Evidence::Default => "default",
        Evidence::Convention => "convention",
    }
}

/// The message with its confidence, then a line per other place and the help: for formats that
/// have one place and one text.
fn told(positions: &Positions, finding: &Finding) -> String {
    let mut told = finding.message.clone();
    // Writing to a `String` cannot fail.
    if finding.confidence < Confidence::Certain {
        let _ = write!(told, " ({})", confidence(finding.confidence));
    }
    for place in places(finding) {
        let because = match place.role {
            Role::At => continue,
            Role::Against => "",
            Role::Because(_) => "because ",
        };
        let _ = write!(told, "\n{because}{}: {}", positions.display(place.span), place.text);
    }
    if !finding.help.is_empty() {
        let _ = write!(told, "\nhelp: {}", finding.help);
    }
    told
}

/// Text for a terminal or a log: what would steer either is replaced, line breaks included.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { text.replace(steers, "\u{fffd}").into() } else { text.into() }
}

/// Whether a character moves the cursor, starts an escape sequence, or turns the direction of
/// writing so that a line reads other than it is.
fn steers(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control() && character != '\t'
}

impl Format {
    /// Every format, the default first.
    pub const ALL: &[Format] = &[
        Format::Text,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Checkstyle,
        Format::Markdown,
    ];

    /// The name that users write.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Checkstyle => "checkstyle",
            Format::Markdown => "markdown",
        }
    }

    /// Writes the findings. `rules` are those that were checked, which SARIF lists; the style
    /// is that of [`Format::Text`].
    pub fn render(
        self,
        sources: &Sources,
        findings: &[Finding],
        rules: &[&Rule],
        style: Style,
    ) -> String {
        match self {
            Format::Text => text::findings(sources, findings, style),
            Format::Concise => concise::findings(sources, findings),
            Format::Json => json::findings(sources, findings, None),
            Format::Sarif => sarif::findings(sources, findings, rules),
            Format::Github => github::findings(sources, findings),
            Format::Gitlab => gitlab::findings(sources, findings),
            Format::Junit => junit::findings(sources, findings),
            Format::Checkstyle => checkstyle::findings(sources, findings),
            Format::Markdown => markdown::findings(sources, findings),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        Format::ALL.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
            format!("`{name}` is no format, it is one of {}", names.join(", "))
        })
    }
}

impl Summary {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Summary {
        let mut summary = Summary::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Note => summary.notes += 1,
            }
            match finding.fixes.iter().map(|fix| fix.safety).min() {
                Some(Safety::Safe) => summary.safe_fixes += 1,
                Some(Safety::Unsafe) => summary.unsafe_fixes += 1,
                None => {}
            }
        }
        summary
    }

    /// How much can be fixed, e.g. `1 can be fixed with --fix`; nothing if nothing can.
    pub fn fixable(self) -> Option<String> {
        match (self.safe_fixes, self.unsafe_fixes) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} can be fixed with --fix")),
            (0, unsafes) => Some(format!("{unsafes} can be fixed with --unsafe-fixes")),
            (safe, unsafes) => {
                Some(format!("{safe} can be fixed with --fix, {unsafes} more with --unsafe-fixes"))
            }
        }
    }

    /// All findings.
    pub fn findings(self) -> usize {
        self.errors + self.warnings + self.notes
    }
}

impl fmt::Display for Summary {
    /// The counts, e.g. `1 error and 2 notes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted: Vec<String> =
            [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
                .collect();
        match counted.split_last() {
            None => f.write_str("no findings"),
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} and {last}", others.join(", ")),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::finding::Label;

    /// A note about the first `needle` in the first file.
    pub(crate) fn note(sources: &Sources, needle: &str) -> Finding {
        let (id, source) = sources.iter().next().unwrap();
        let start = source.text.find(needle).unwrap();
        Finding {
            rule: "example",
            code: None,
            part: None,
            severity: Severity::Note,
            message: "a message".into(),
            at: Label::new(Span::new(id, start..start + needle.len()), "here"),
            against: Vec::new(),
            because: Vec::new(),
            help: String::new(),
            fixes: Vec::new(),
            confidence: Confidence::Certain,
        }
    }

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(*format));
        }
        let error = "xml".parse::<Format>().unwrap_err();
        let start = "`xml` is no format, it is one of text, concise, json, sarif, github, gitlab";
        assert!(error.starts_with(start), "{error}");
    }

    #[test]
    fn a_summary_is_a_sentence() {
        let summary = Summary { errors: 1, warnings: 0, notes: 2, safe_fixes: 1, unsafe_fixes: 2 };
        assert_eq!(summary.to_string(), "1 error and 2 notes");
        let fixable = summary.fixable().unwrap();
        assert_eq!(fixable, "1 can be fixed with --fix, 2 more with --unsafe-fixes");
        assert_eq!(Summary::default().fixable(), None);
        assert_eq!(Summary::default().to_string(), "no findings");
    }
}
