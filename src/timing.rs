//! How long each part of a run takes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Times that were taken. What is done again is added up.
#[derive(Debug, Default)]
pub struct Timings {
    phases: Mutex<Vec<(&'static str, Duration)>>,
    rules: Mutex<BTreeMap<&'static str, Duration>>,
}

impl Timings {
    /// Takes the time of a phase. Phases follow each other.
    pub fn phase<T>(&self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        let took = start.elapsed();
        let mut phases = self.phases.lock().unwrap_or_else(PoisonError::into_inner);
        match phases.iter_mut().find(|(phase, _)| *phase == name) {
            Some((_, sum)) => *sum += took,
            None => phases.push((name, took)),
        }
        done
    }

    /// Takes the time of a rule. Rules run at the same time, on as many threads as there are.
    pub fn rule<T>(&self, id: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        let took = start.elapsed();
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        *rules.entry(id).or_default() += took;
        done
    }

    /// Every phase, in the order of the first time.
    pub fn phases(&self) -> Vec<(&'static str, Duration)> {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every rule, the slowest first.
    pub fn rules(&self) -> Vec<(&'static str, Duration)> {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rules: Vec<_> = rules.iter().map(|(id, took)| (*id, *took)).collect();
        rules.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
        rules
    }
}
