//! The matrix of a job.

use crate::source::Excerpt;
use crate::syntax::workflow::Matrix;

/// A job is read for no more combinations of its matrix than this.
const MOST_COMBINATIONS: usize = 32;

/// The values of a matrix, one for each time that the job runs; one without any if they are
/// not known.
pub(super) fn combinations(matrix: &Matrix) -> Vec<Vec<(&str, &Excerpt)>> {
    let mut all: Vec<Vec<(&str, &Excerpt)>> = vec![Vec::new()];
    for (name, values) in &matrix.axes {
        all = all
            .into_iter()
            .flat_map(|row| {
                values.iter().map(move |value| {
                    let mut row = row.clone();
                    row.push((name.as_str(), value));
                    row
                })
            })
            .take(MOST_COMBINATIONS)
            .collect();
    }
    let included = matrix
        .include
        .iter()
        .map(|row| row.iter().map(|(name, value)| (name.as_str(), value)).collect::<Vec<_>>());
    let is_of = |row: &[(&str, &Excerpt)], (name, value): &(String, Excerpt)| {
        row.iter().any(|(other, own)| other == name && own.text == value.text)
    };
    let is_excluded = |row: &Vec<(&str, &Excerpt)>| {
        matrix.exclude.iter().any(|out| !out.is_empty() && out.iter().all(|pair| is_of(row, pair)))
    };
    all.retain(|row| !is_excluded(row));
    match (matrix.axes.is_empty(), matrix.include.is_empty()) {
        (true, false) => included.take(MOST_COMBINATIONS).collect(),
        // An entry that is included may add to a combination, or be one.
        (false, false) => vec![Vec::new()],
        (_, true) => all,
    }
}
