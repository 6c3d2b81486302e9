//! The order of the items of each column.

use super::Item;

/// How often the columns are gone through, there and back.
const ROUNDS: usize = 12;

/// Orders the items of each column by the mean place of their neighbours, and keeps the order
/// with the fewest crossings.
pub fn arrange(items: &[Item], rows: &mut [Vec<usize>]) {
    let mut best = (crossings(items, rows), rows.to_vec());
    let mut place = places(items, rows);
    for round in 0..ROUNDS {
        if best.0 == 0 {
            break;
        }
        let to_the_right = round % 2 == 0;
        let columns: Vec<usize> = match to_the_right {
            true => (0..rows.len()).collect(),
            false => (0..rows.len()).rev().collect(),
        };
        for column in columns {
            let Some(row) = rows.get_mut(column) else { continue };
            let mut keyed: Vec<(f64, usize)> = row
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let neighbours = items.get(*item).map(|item| match to_the_right {
                        true => &item.left,
                        false => &item.right,
                    });
                    let neighbours = neighbours.filter(|list| !list.is_empty());
                    let mean = neighbours.map(|list| mean(list, &place));
                    (mean.unwrap_or(i as f64 / row.len().max(1) as f64), *item)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            *row = keyed.into_iter().map(|(_, item)| item).collect();
            number(row, &mut place);
        }
        let now = crossings(items, rows);
        if now < best.0 {
            best = (now, rows.to_vec());
        }
    }
    rows.clone_from_slice(&best.1);
}

/// The place of each item in its column, from 0 to 1, so that columns of different lengths
/// compare.
fn places(items: &[Item], rows: &[Vec<usize>]) -> Vec<f64> {
    let mut place = vec![0.0; items.len()];
    rows.iter().for_each(|row| number(row, &mut place));
    place
}

fn number(row: &[usize], place: &mut [f64]) {
    for (i, item) in row.iter().enumerate() {
        if let Some(place) = place.get_mut(*item) {
            *place = i as f64 / row.len() as f64;
        }
    }
}

fn mean(list: &[usize], place: &[f64]) -> f64 {
    let sum: f64 = list.iter().filter_map(|i| place.get(*i)).sum();
    sum / list.len() as f64
}

/// How many lines cross between neighbouring columns.
fn crossings(items: &[Item], rows: &[Vec<usize>]) -> usize {
    let mut index = vec![0; items.len()];
    for row in rows {
        for (i, item) in row.iter().enumerate() {
            if let Some(index) = index.get_mut(*item) {
                *index = i;
            }
        }
    }
    let at = |item: &usize| index.get(*item).copied().unwrap_or_default();
    let of_row = |row: &Vec<usize>| {
        // Lines in the order of their left ends; each right end that is smaller than one
        // before is a crossing. A tree of counts (Fenwick, 1994) finds them quickly.
        let mut ends: Vec<usize> = Vec::new();
        for item in row {
            let Some(item) = items.get(*item) else { continue };
            let mut right: Vec<usize> = item.right.iter().map(at).collect();
            right.sort_unstable();
            ends.extend(right);
        }
        let size = ends.iter().max().map_or(0, |end| end + 2);
        let (mut counts, mut crossings) = (vec![0usize; size], 0);
        for (seen, end) in ends.iter().enumerate() {
            let mut upto = 0;
            let mut i = end + 1;
            while i > 0 {
                upto += counts.get(i).copied().unwrap_or_default();
                i &= i - 1;
            }
            crossings += seen - upto;
            let mut i = end + 1;
            while let Some(count) = counts.get_mut(i) {
                *count += 1;
                i += i & i.wrapping_neg();
            }
        }
        crossings
    };
    rows.iter().map(of_row).sum()
}
