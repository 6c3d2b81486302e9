//! The comments that hide findings: which lines they speak of, and whether they do anything.

mod foreign;
mod mark;
mod reason;
mod write;

pub use mark::NAME;
pub use reason::PLACEHOLDER;
pub use write::{Reach, suppress};

use super::comment::{Comment, Line, lines};
use super::own::{SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION, ids};
use super::peers::absent;
use crate::config::SHELLCHECK;
use crate::finding::{Edit, Finding, Safety};
use crate::nearest::nearest;
use crate::source::{Kind, Source, SourceId, Sources, Span};
use mark::{Mark, Name, Names, shorten};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Every suppression comment of a project.
#[derive(Debug)]
pub struct Suppressions<'a> {
    sources: &'a Sources,
    /// In the order of their files and places.
    all: Vec<Suppression>,
    /// Where each is hidden. Sorted, and apart.
    hidden: HashMap<Subject, Vec<Range<u32>>>,
    /// Where findings were hidden, by each name that hides them.
    hits: BTreeSet<(Subject, u32)>,
}

/// A file and what is hidden in it.
type Subject = (SourceId, Hidden);

/// What a comment hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Hidden {
    /// All rules.
    All,
    /// A rule.
    Rule(&'static str),
    /// The part of a rule that another tool has a name for.
    Part(&'static str, &'static str),
    /// A check of ShellCheck.
    Check(u16),
}

impl Hidden {
    /// What a name hides of a rule.
    fn of(rule: &'static str, part: Option<&'static str>) -> Hidden {
        part.map_or(Hidden::Rule(rule), |part| Hidden::Part(rule, part))
    }
}

/// One comment.
#[derive(Debug)]
struct Suppression {
    source: SourceId,
    mark: Mark,
    /// The bytes that it speaks of, itself included.
    range: Range<u32>,
    /// What is left if it is removed, unless other lines hang on it.
    removal: Option<Edit>,
}

impl<'a> Suppressions<'a> {
    /// Finds them in all files. A file that names neither this tool nor one whose comments count
    /// is not looked at.
    pub fn read(sources: &'a Sources) -> Suppressions<'a> {
        let files: Vec<(SourceId, &Source)> = sources.iter().collect();
        let of_file = |(id, source): (SourceId, &Source)| {
            let mut all = Vec::new();
            let foreign = source.kind == Kind::Dockerfile && foreign::may_stand_in(&source.text);
            if (foreign || source.text.contains(mark::NAME))
                && let Some(lines) = lines(source)
            {
                let text = &source.text;
                Reader { source: id, text, foreign, at_the_top: true, all: &mut all }.read(lines);
            }
            all
        };
        let all: Vec<Suppression> = files.into_par_iter().flat_map_iter(of_file).collect();
        let hidden = hidden(&all);
        Suppressions { sources, all, hidden, hits: BTreeSet::new() }
    }

    /// Whether a comment hides a finding.
    pub fn hides(&mut self, finding: &Finding) -> bool {
        let (source, at) = (finding.at.span.source, finding.at.span.start);
        let covers = |hidden: &Hidden| {
            let ranges = self.hidden.get(&(source, *hidden)).map_or(&[][..], Vec::as_slice);
            let i = ranges.partition_point(|range| range.end <= at);
            ranges.get(i).is_some_and(|range| range.start <= at)
        };
        // A comment that hides everything does not hide what is wrong with itself.
        let is_own = [SUPPRESSION_WITHOUT_REASON.id, UNUSED_SUPPRESSION.id].contains(&finding.rule);
        let named = [
            Some(Hidden::Rule(finding.rule)),
            finding.part.map(|part| Hidden::Part(finding.rule, part)),
            finding.code.map(Hidden::Check),
        ];
        let named = named.into_iter().flatten();
        let hides = named.clone().any(|it| covers(&it)) || (!is_own && covers(&Hidden::All));
        if hides {
            self.hits.extend(named.chain([Hidden::All]).map(|hidden| ((source, hidden), at)));
        }
        hides
    }

    /// What is wrong with the comments, once all findings were asked for. Of a rule that did
    /// not run, nothing is known.
    pub fn unused(mut self, ran: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        let own = UNUSED_SUPPRESSION.id;
        // That comments need reasons is no more than asked of comments.
        let everything_ran = ids().all(|id| id == SUPPRESSION_WITHOUT_REASON.id || ran(id));
        let all = std::mem::take(&mut self.all);
        let mut findings = Vec::new();
        if ran(SUPPRESSION_WITHOUT_REASON.id) {
            let missing = |suppression| reason::missing(self.sources, suppression);
            findings.extend(all.iter().filter_map(missing));
            findings.retain(|finding| !self.hides(finding));
        }
        for suppression in &all {
            self.check_names(suppression, &mut findings);
            let idle = |id: &str| id != own && ran(id);
            findings.extend(self.idle(suppression, &idle, everything_ran));
        }
        findings.retain(|finding| !self.hides(finding));
        for suppression in &all {
            findings.extend(self.idle(suppression, &|id| id == own && ran(id), false));
        }
        findings
    }

    /// Reports a comment that cannot be read, or names what is no rule.
    fn check_names(&self, suppression: &Suppression, findings: &mut Vec<Finding>) {
        match &suppression.mark {
            Mark::Broken { at, message, fix } => {
                let at = span(suppression.source, at);
                let mut finding = UNUSED_SUPPRESSION.finding_at(message, at, "cannot be read");
                finding = finding.help("write `seamlint: ignore[rule] reason`");
                findings.push(match fix {
                    Some(text) => {
                        let edit = Edit::replace(at, text);
                        finding.fix(format!("write `{text}`"), Safety::Unsafe, vec![edit])
                    }
                    None => finding,
                });
            }
            Mark::Ignore { names: Names::Listed { names, .. }, .. } => {
                let known = |name: &&Name| !name.rules.is_empty() || name.code.is_some();
                for name in names.iter().filter(|name| !known(name)) {
                    findings.push(self.unknown(suppression.source, name));
                }
            }
            Mark::Ignore { names: Names::All, .. } | Mark::Foreign { .. } => {}
        }
    }

    fn unknown(&self, source: SourceId, name: &Name) -> Finding {
        let at = span(source, &name.at);
        let text = self.sources.text(at);
        let message = format!("there is no rule `{}`", shorten(text));
        let finding = UNUSED_SUPPRESSION.finding_at(message, at, "hides nothing");
        if let Some(why) = absent(text) {
            return finding.help(why);
        }
        match nearest(text, ids()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(
                format!("write `{meant}`"),
                Safety::Unsafe,
                vec![Edit::replace(at, meant)],
            ),
            None => finding.help("`seamlint rules` lists them"),
        }
    }

    /// Reports the names that hide nothing, of those that could.
    fn idle(
        &self,
        suppression: &Suppression,
        could: &dyn Fn(&str) -> bool,
        everything_could: bool,
    ) -> Option<Finding> {
        let Mark::Ignore { at, names, file, .. } = &suppression.mark else { return None };
        let place = if *file { "in this file" } else { "here" };
        let hit = |hidden| {
            let subject = (suppression.source, hidden);
            let Range { start, end } = suppression.range;
            self.hits.range((subject, start)..(subject, end)).next().is_some()
        };
        let removal = || ("remove the comment".to_owned(), suppression.removal.clone());
        let (message, at, (help, edit)) = match names {
            Names::All => {
                if !everything_could || hit(Hidden::All) {
                    return None;
                }
                let message = format!("all rules are hidden, but none reports anything {place}");
                (message, at, removal())
            }
            Names::Listed { names, at: list } => {
                let is_idle = |name: &&Name| {
                    let rule = |rule: &&'static str| could(rule) && !hit(name.hidden(rule));
                    let check = |code| could(SHELLCHECK) && !hit(Hidden::Check(code));
                    let is_known = !name.rules.is_empty() || name.code.is_some();
                    is_known && name.rules.iter().all(rule) && name.code.is_none_or(check)
                };
                let idle: Vec<&Name> = names.iter().filter(is_idle).collect();
                let first = idle.first()?;
                let written = |name: &&Name| self.sources.text(span(suppression.source, &name.at));
                let mut ids: Vec<&str> = idle.iter().map(written).collect();
                ids.dedup();
                let quoted = format!("`{}`", ids.join("`, `"));
                let message = match ids.len() {
                    1 => format!("{quoted} is hidden, but not reported {place}"),
                    _ => format!("{quoted} are hidden, but none is reported {place}"),
                };
                if idle.len() == names.len() {
                    (message, at, removal())
                } else {
                    let source = suppression.source;
                    let rest = names.iter().filter(|name| !is_idle(name));
                    let rest: Vec<&str> =
                        rest.map(|name| self.sources.text(span(source, &name.at))).collect();
                    let edit = Edit::replace(span(source, list), rest.join(", "));
                    let at = if idle.len() == 1 { &first.at } else { list };
                    (message, at, (format!("remove {quoted} from the comment"), Some(edit)))
                }
            }
        };
        let at = span(suppression.source, at);
        let finding = UNUSED_SUPPRESSION.finding_at(message, at, "hides nothing").help(&help);
        Some(match edit {
            Some(edit) => finding.fix(help, Safety::Safe, vec![edit]),
            None => finding,
        })
    }
}

fn span(source: SourceId, range: &Range<usize>) -> Span {
    Span::new(source, range.clone())
}

/// Where each rule is hidden, overlaps joined.
fn hidden(all: &[Suppression]) -> HashMap<Subject, Vec<Range<u32>>> {
    let mut hidden: HashMap<Subject, Vec<Range<u32>>> = HashMap::new();
    for suppression in all {
        let mut add = |it| {
            let ranges = hidden.entry((suppression.source, it)).or_default();
            ranges.push(suppression.range.clone());
        };
        match &suppression.mark {
            Mark::Ignore { names: Names::All, .. } => add(Hidden::All),
            Mark::Ignore { names: Names::Listed { names, .. }, .. } => {
                for name in names {
                    name.rules.iter().for_each(|rule| add(name.hidden(rule)));
                }
                names.iter().filter_map(|name| name.code).for_each(|code| add(Hidden::Check(code)));
            }
            Mark::Foreign { hidden: None, .. } => add(Hidden::All),
            Mark::Foreign { hidden: Some(hidden), codes, .. } => {
                hidden.iter().for_each(|it| add(*it));
                codes.iter().for_each(|code| add(Hidden::Check(*code)));
            }
            Mark::Broken { .. } => {}
        }
    }
    for ranges in hidden.values_mut() {
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, range| {
            let joined = next.start <= range.end;
            if joined {
                range.end = range.end.max(next.end);
            }
            joined
        });
    }
    hidden
}

/// Reads the comments of one file.
struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    /// Whether comments for other tools count.
    foreign: bool,
    /// Whether all lines before are directives.
    at_the_top: bool,
    all: &'a mut Vec<Suppression>,
}

impl Reader<'_> {
    fn read(mut self, lines: impl Iterator<Item = Line>) {
        // Those on lines of their own: first they wait for code, then for its end.
        let (mut waiting, mut open) = (Vec::new(), Vec::new());
        let mut end = 0;
        for line in lines {
            if line.has_code {
                open.append(&mut waiting);
            }
            let is_only = line.comments.len() == 1 && !line.has_code;
            for comment in &line.comments {
                let Some(suppression) = self.suppression(comment, &line, is_only) else { continue };
                let is_file = suppression.mark.is_for_file();
                if !line.has_code && !comment.after_code && !is_file {
                    waiting.push(self.all.len());
                }
                self.all.push(suppression);
            }
            self.at_the_top &= line.comments.first().is_some_and(|comment| {
                let says = self.text.get(comment.body.clone()).unwrap_or_default();
                foreign::is_directive(says) && !line.has_code
            });
            end = line.range.end as u32 + 1;
            if !line.continues {
                self.close(&mut open, end);
            }
        }
        self.close(&mut open, end);
    }

    /// Lets comments speak of everything up to an offset.
    fn close(&mut self, open: &mut Vec<usize>, end: u32) {
        for i in open.drain(..) {
            if let Some(suppression) = self.all.get_mut(i) {
                suppression.range.end = end;
            }
        }
    }

    fn suppression(&self, comment: &Comment, line: &Line, is_only: bool) -> Option<Suppression> {
        let says = self.text.get(comment.body.clone()).unwrap_or_default().trim_end();
        let mark = Mark::read(self.text, comment.body.clone())
            .or_else(|| foreign::read(says, self.at_the_top).filter(|_| self.foreign))?;
        let range = match mark.is_for_file() {
            true => 0..self.text.len() as u32 + 1,
            false => comment.line as u32..line.range.end as u32 + 1,
        };
        let removed = if is_only && !comment.after_code {
            comment.line..line.next
        } else {
            let before = self.text.get(comment.line..comment.range.start).unwrap_or_default();
            let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
            let ends = comment.range.end == line.range.end;
            comment.range.start - if ends { blanks } else { 0 }..comment.range.end
        };
        // The line after it may be a part of the comment.
        let goes_on = says.ends_with('\\') || (says.ends_with('`') && !is_only);
        let removal = (!goes_on).then(|| Edit::replace(Span::new(self.source, removed), ""));
        Some(Suppression { source: self.source, mark, range, removal })
    }
}

#[cfg(test)]
mod tests;
