//! Compound commands: which branches of `if` and `case` are taken, and how often a loop goes round.

use super::expand::possible_words;
use super::state::{End, State, Variable};
use super::{MOST_ROUNDS, Run, pattern, test};
use crate::syntax::shell::{Join, List, Word};
use crate::value::{Sourced, Step, Text};

impl<'a> Run<'a> {
    /// Follows an `if`: the branch that is decided, or each of them.
    pub(super) fn branches(
        &mut self,
        branches: &'a [(List, List)],
        otherwise: Option<&'a List>,
        state: &mut State<'a>,
    ) {
        let Some(((condition, body), rest)) = branches.split_first() else {
            if let Some(list) = otherwise {
                self.list(list, state);
            }
            return;
        };
        match self.condition(condition, state) {
            Some(true) => self.list(body, state),
            Some(false) => self.branches(rest, otherwise, state),
            None => {
                let mut other = state.clone();
                self.conditions += 1;
                self.list(body, state);
                self.branches(rest, otherwise, &mut other);
                self.conditions -= 1;
                state.merge(other);
            }
        }
    }

    /// Runs a condition and says whether it holds, if that is known: only tests decide.
    fn condition(&mut self, condition: &'a List, state: &mut State<'a>) -> Option<bool> {
        let decides = condition.items.iter().flat_map(|item| &item.pipeline).all(test::is_test);
        let mut holds = Some(true);
        for item in condition.items.iter() {
            let runs = match item.join {
                Join::Always => Some(true),
                Join::And => holds,
                Join::Or => holds.map(|holds| !holds),
            };
            match runs {
                Some(true) => holds = self.item(item, state),
                Some(false) => {}
                None => {
                    let status = self.item(item, &mut state.clone());
                    holds = match (item.join, status) {
                        (Join::And, Some(false)) => Some(false),
                        (Join::Or, Some(true)) => Some(true),
                        _ => None,
                    };
                }
            }
        }
        holds.filter(|_| decides)
    }

    /// Follows a `for`: a round for each word, or one for a word that is not known.
    pub(super) fn each(
        &mut self,
        name: &'a str,
        words: Option<&'a [Word]>,
        body: &'a List,
        state: &mut State<'a>,
    ) {
        let possible = words.map_or(Vec::new(), |words| possible_words(words, state));
        if !possible.is_empty() {
            state.forget(body);
        }
        for item in possible {
            self.perhaps(state, |run, state| run.round(name, item, body, state));
            state.continue_after_rounds();
        }
        let items = match words {
            None => state.arguments.clone(),
            Some(words) => self.known_words(words, state).filter(|i| i.len() <= MOST_ROUNDS),
        };
        let Some(items) = items else {
            let at = words.and_then(|words| words.first()).map(|word| word.at);
            state.forget(body);
            self.perhaps(state, |run, state| {
                let hole = Text::hole(format!("{name} at {}", at.map_or(0, |at| at.start)));
                if let Some(at) = at {
                    let value = Sourced { value: hole, at, via: Vec::new() };
                    state.variables.insert(name.to_owned(), Variable::Text(value));
                }
                run.list(body, state);
            });
            return state.continue_after_rounds();
        };
        for item in items {
            self.round(name, item, body, state);
            state.continue_after_rounds();
            if state.ended.is_some() {
                return;
            }
        }
    }

    /// One round of a loop.
    fn round(
        &mut self,
        name: &str,
        mut item: Sourced<Text>,
        body: &'a List,
        state: &mut State<'a>,
    ) {
        item.via.push(Step::reference(item.at, format!("`{name}` is this")));
        state.variables.insert(name.to_owned(), Variable::Text(item));
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            state.ended = Some(End::Script);
            return;
        }
        self.list(body, state);
    }

    /// Follows a `case`: the arm that surely fits, or each that may.
    pub(super) fn case(
        &mut self,
        subject: &'a Word,
        arms: &'a [(Vec<Word>, List)],
        state: &mut State<'a>,
    ) {
        let subject = self.word(subject, state).value;
        let mut after: Option<State<'a>> = None;
        let mut open = false;
        for (patterns, body) in arms {
            let fits: Vec<Option<bool>> = patterns
                .iter()
                .map(|pattern| {
                    let text = self.word(pattern, state).value;
                    pattern::fits(&subject, &text, pattern.quoted)
                })
                .collect();
            let sure = fits.contains(&Some(true));
            if !sure && !fits.contains(&None) {
                continue;
            }
            if sure && !open {
                return self.list(body, state);
            }
            open = true;
            let mut branch = state.clone();
            self.conditions += 1;
            self.list(body, &mut branch);
            self.conditions -= 1;
            match &mut after {
                Some(after) => after.merge(branch),
                None => after = Some(branch),
            }
            if sure {
                break;
            }
        }
        let complete = arms
            .iter()
            .any(|(patterns, _)| patterns.iter().any(|p| p.as_str() == Some("*") && !p.quoted));
        match after {
            Some(after) if complete => *state = after,
            Some(after) => state.merge(after),
            None => {}
        }
    }
}
