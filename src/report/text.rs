//! For people at a terminal: the source with the places marked in it.
//!
//! A finding is a heading, the lines of its places in the order in which to read them, the steps
//! that join them, what a fix would do, and what to do last, as it is what the reader needs next.

mod snippet;

use super::position::Positions;
use super::{AT_ONCE, confidence, printable, safety};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::value::Confidence;
use owo_colors::Style as Paint;
use rayon::prelude::*;
use snippet::Snippet;
use std::fmt::Write;

/// How text is drawn. The caller decides, from the terminal, `NO_COLOR` and its options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour it, by ANSI escapes.
    pub colours: bool,
    /// Whether to draw lines by box characters; otherwise by ASCII.
    pub unicode: bool,
    /// The columns of the terminal. Source lines that are longer are cut around their places.
    pub width: usize,
}

/// All findings, each with an empty line after it.
pub fn findings(sources: &Sources, findings: &[Finding], style: Style) -> String {
    let written = findings.par_chunks(AT_ONCE).map(|findings| {
        let positions = Positions::new(sources);
        let mut out = String::new();
        for finding in findings {
            // Writing to a `String` cannot fail.
            let _ = write(&mut out, &positions, finding, style);
            out.push('\n');
        }
        out
    });
    written.collect()
}

/// One finding.
pub fn finding(sources: &Sources, finding: &Finding, style: Style) -> String {
    let mut out = String::new();
    let _ = write(&mut out, &Positions::new(sources), finding, style);
    out
}

fn write(
    out: &mut String,
    positions: &Positions,
    finding: &Finding,
    style: Style,
) -> std::fmt::Result {
    let paint = |paint: Paint| if style.colours { paint } else { Paint::new() };
    let bold = paint(Paint::new().bold());
    let severity = paint(of_severity(finding.severity));
    let (name, rule) = (finding.severity.name(), finding.rule);
    write!(out, "{}", severity.style(format_args!("{name}[{rule}]")))?;
    write!(out, "{}", bold.style(format_args!(": {}", printable(&finding.message))))?;
    if finding.confidence < Confidence::Certain {
        let confidence = confidence(finding.confidence);
        write!(out, " {}", paint(Paint::new().dimmed()).style(format_args!("({confidence})")))?;
    }
    out.push('\n');
    let snippets = Snippet::of(positions, finding, style);
    snippet::draw(out, &snippets, style, of_severity(finding.severity))?;
    for step in &finding.because {
        let (because, text) = (bold.style("because"), printable(&step.text));
        writeln!(out, "  {because} {}: {text}", positions.display(step.at))?;
    }
    for fix in &finding.fixes {
        let name = format!("fix ({})", safety(fix.safety));
        let green = paint(Paint::new().green().bold());
        writeln!(out, "  {}: {}", green.style(name), printable(&fix.title))?;
    }
    if !finding.help.is_empty() {
        let cyan = paint(Paint::new().cyan().bold());
        writeln!(out, "  {}: {}", cyan.style("help"), printable(&finding.help))?;
    }
    Ok(())
}

fn of_severity(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::new().red().bold(),
        Severity::Warning => Paint::new().yellow().bold(),
        Severity::Note => Paint::new().cyan().bold(),
    }
}
