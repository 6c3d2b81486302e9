//! Which nodes and edges a finding is about.

use super::draft::{Draft, Element, Ends};
use super::{Place, Problem};
use crate::finding::Finding;
use crate::report::{Role, places, printable};
use crate::source::Span;
use std::collections::BTreeSet;

impl Draft<'_> {
    /// Marks what findings are about: what stands at their first place, and the edges from
    /// there to what they contradict.
    pub fn mark(&mut self, findings: &[Finding]) -> Vec<Problem> {
        self.places.sort_by_key(|(span, _)| *span);
        let told = findings.iter().enumerate().map(|(i, finding)| {
            self.mark_one(i, finding);
            Problem {
                rule: finding.rule,
                severity: finding.severity,
                message: printable(&finding.message).into_owned(),
                help: printable(&finding.help).into_owned(),
                at: Place::of(self.sources, finding.at.span),
            }
        });
        told.collect()
    }

    fn mark_one(&mut self, i: usize, finding: &Finding) {
        let first = self.at(finding.at.span);
        let mut others = BTreeSet::new();
        for place in places(finding).filter(|place| place.role == Role::Against) {
            others.extend(self.at(place.span));
        }
        let ends_of = |elements: &BTreeSet<Element>| -> BTreeSet<usize> {
            let nodes = elements.iter().flat_map(|element| match element {
                Element::Node(node) => [*node, *node],
                Element::Edge((from, to, _)) => [*from, *to],
            });
            nodes.collect()
        };
        let (near, far) = (ends_of(&first), ends_of(&others));
        let joins = |(from, to, _): &Ends| {
            (near.contains(from) && far.contains(to)) || (near.contains(to) && far.contains(from))
        };
        let joining: Vec<Ends> = match far.is_empty() || near == far {
            true => Vec::new(),
            false => self.edges.keys().filter(|ends| joins(ends)).copied().collect(),
        };
        for element in first.into_iter().chain(joining.into_iter().map(Element::Edge)) {
            let problems = match element {
                Element::Node(node) => self.nodes.get_mut(node).map(|node| &mut node.problems),
                Element::Edge(ends) => self.edges.get_mut(&ends).map(|edge| &mut edge.problems),
            };
            if let Some(problems) = problems {
                problems.insert(i);
            }
        }
    }

    /// What stands at a place: what is written just there, else what the file is of.
    fn at(&self, span: Span) -> BTreeSet<Element> {
        let start = Span { start: 0, end: 0, ..span };
        let from = self.places.partition_point(|(place, _)| *place < start);
        let of_file = self.places.iter().skip(from);
        let of_file = of_file.take_while(|(place, _)| place.source == span.source);
        let meets =
            |place: &Span| place.start < span.end.max(span.start + 1) && span.start < place.end;
        let exact: BTreeSet<Element> =
            of_file.filter(|(place, _)| meets(place)).map(|(_, element)| *element).collect();
        if !exact.is_empty() {
            return exact;
        }
        let files = self.files.get(&span.source).into_iter().flatten();
        files.map(|node| Element::Node(*node)).collect()
    }
}
