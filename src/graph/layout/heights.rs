//! The heights of items, in the order that their columns have.

use super::{GAP, HEIGHT, Item, LANE};

/// How often items are drawn towards their neighbours.
const ROUNDS: usize = 10;

/// Sets the upper end of each item, none above `top`, and returns the lower end of all.
pub fn place(items: &[Item], rows: &[Vec<usize>], top: f64, heights: &mut [f64]) -> f64 {
    let size = |item: usize| {
        if items.get(item).is_some_and(|item| item.is_lane) { LANE } else { HEIGHT }
    };
    for row in rows {
        let mut next = top;
        for item in row {
            if let Some(height) = heights.get_mut(*item) {
                *height = next;
            }
            next += size(*item) + GAP;
        }
    }
    for round in 0..ROUNDS {
        let columns: Vec<&Vec<usize>> =
            if round % 2 == 0 { rows.iter().collect() } else { rows.iter().rev().collect() };
        for row in columns {
            let wanted: Vec<f64> = row
                .iter()
                .map(|item| {
                    let own = heights.get(*item).copied().unwrap_or_default();
                    let Some(of) = items.get(*item) else { return own };
                    let all: Vec<f64> = of
                        .left
                        .iter()
                        .chain(&of.right)
                        .filter_map(|i| Some(heights.get(*i)? + size(*i) / 2.0))
                        .collect();
                    let middle = |own: f64| own - size(*item) / 2.0;
                    median(all).map_or(own, middle)
                })
                .collect();
            let sizes: Vec<f64> = row.iter().map(|item| size(*item) + GAP).collect();
            for (item, at) in row.iter().zip(nearest(&wanted, &sizes)) {
                if let Some(height) = heights.get_mut(*item) {
                    *height = at;
                }
            }
        }
    }
    // What rose above the top is let down again.
    let all = || rows.iter().flatten();
    let of = |item: &usize, heights: &[f64]| heights.get(*item).copied().unwrap_or(top);
    let highest = all().map(|item| of(item, heights)).fold(f64::INFINITY, f64::min);
    let shift = if highest.is_finite() { top - highest } else { 0.0 };
    let mut bottom = top;
    for item in rows.iter().flatten() {
        if let Some(height) = heights.get_mut(*item) {
            *height = ((*height + shift) * 10.0).round() / 10.0;
            bottom = f64::max(bottom, *height + size(*item));
        }
    }
    bottom
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => Some((values.get(middle.checked_sub(1)?)? + values.get(middle)?) / 2.0),
        _ => values.get(middle).copied(),
    }
}

/// The places nearest to those that are wanted, in the same order, without overlaps: blocks of
/// items that would overlap are merged and put at their mean.
fn nearest(wanted: &[f64], sizes: &[f64]) -> Vec<f64> {
    struct Block {
        /// The sum of what its items want of its start.
        sum: f64,
        count: f64,
        size: f64,
        items: usize,
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (wanted, size) in wanted.iter().zip(sizes) {
        let mut block = Block { sum: *wanted, count: 1.0, size: *size, items: 1 };
        while let Some(before) = blocks.last() {
            let end = before.sum / before.count + before.size;
            if end <= block.sum / block.count {
                break;
            }
            // The later items start behind the earlier ones.
            block = Block {
                sum: before.sum + block.sum - before.size * block.count,
                count: before.count + block.count,
                size: before.size + block.size,
                items: before.items + block.items,
            };
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut places = Vec::with_capacity(wanted.len());
    let mut sizes = sizes.iter();
    for block in blocks {
        let mut at = block.sum / block.count;
        for size in sizes.by_ref().take(block.items) {
            places.push(at);
            at += size;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_order_and_distance() {
        assert_eq!(nearest(&[0.0, 100.0], &[10.0, 10.0]), [0.0, 100.0]);
        assert_eq!(nearest(&[50.0, 50.0], &[10.0, 10.0]), [45.0, 55.0]);
        assert_eq!(nearest(&[50.0, 0.0, 90.0], &[10.0, 10.0, 10.0]), [20.0, 30.0, 90.0]);
    }
}
