//! The reasons that suppression comments give.

use super::mark::Mark;
use super::{Suppression, span};
use crate::finding::Finding;
use crate::lint::own::SUPPRESSION_WITHOUT_REASON;
use crate::source::Sources;

/// What stands in the place of a reason until somebody writes it.
pub const PLACEHOLDER: &str = "TODO: say why";

/// Reports a comment that gives no reason.
pub fn missing(sources: &Sources, suppression: &Suppression) -> Option<Finding> {
    let Mark::Ignore { at, reason, .. } = &suppression.mark else { return None };
    let written = sources.text(span(suppression.source, reason));
    let (message, at, label) = match written {
        PLACEHOLDER | "TODO" => {
            (format!("`{written}` is no reason"), reason, "a reason is to stand here")
        }
        _ if written.contains(|c: char| c.is_alphanumeric()) => return None,
        _ => {
            let ignore = sources.text(span(suppression.source, at));
            (format!("`{ignore}` gives no reason"), at, "a reason is to follow")
        }
    };
    let at = span(suppression.source, at);
    let finding = SUPPRESSION_WITHOUT_REASON.finding_at(message, at, label);
    Some(finding.help("say why it is right here, for the next reader"))
}
