//! Where the nodes of a graph go: in columns from left to right, with few crossings.
//!
//! The usual four steps of layered drawing: columns, an order within each by the mean place of
//! the neighbours (Sugiyama, Tagawa and Toda, 1981), heights near those of the neighbours, and
//! lines that pass the columns between in lanes of their own. All edges that leave a node share
//! a lane until they part, so that what fans out stays one line for as long as it can.

mod columns;
mod heights;
mod order;

pub use columns::columns;

use std::collections::BTreeMap;

/// The width of a node.
pub const WIDTH: f64 = 212.0;
/// The height of a node.
pub const HEIGHT: f64 = 44.0;
/// The space between two columns.
const BETWEEN: f64 = 68.0;
/// The space between two nodes of a column.
const GAP: f64 = 12.0;
/// The height of a lane.
const LANE: f64 = 6.0;
/// The space between parts that nothing joins.
const APART: f64 = 22.0;

/// Where everything goes.
#[derive(Debug, Default)]
pub struct Layout {
    /// All of it.
    pub width: f64,
    /// All of it.
    pub height: f64,
    /// The upper left corner of each node.
    pub nodes: Vec<(f64, f64)>,
    /// The points of each edge: where it leaves, both ends of each lane, where it arrives.
    pub edges: Vec<Vec<(f64, f64)>>,
}

/// A node, or a lane past one column.
#[derive(Debug, Clone)]
struct Item {
    column: usize,
    is_lane: bool,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// Lays out nodes, whose columns are given, with edges by their ends.
pub fn layout(columns: &[usize], edges: &[(usize, usize)]) -> Layout {
    let mut items: Vec<Item> = columns
        .iter()
        .map(|column| Item { column: *column, is_lane: false, left: Vec::new(), right: Vec::new() })
        .collect();
    let mut lanes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let routes: Vec<Vec<usize>> =
        edges.iter().map(|edge| route(*edge, &mut items, &mut lanes)).collect();
    let last = columns.iter().copied().max().unwrap_or(0);
    let mut heights = vec![0.0; items.len()];
    let mut bottom = 0.0;
    for part in parts(&items) {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
        for item in part {
            if let Some(row) = items.get(item).and_then(|i| rows.get_mut(i.column)) {
                row.push(item);
            }
        }
        order::arrange(&items, &mut rows);
        bottom = heights::place(&items, &rows, bottom, &mut heights) + APART;
    }
    let left = |column: usize| column as f64 * (WIDTH + BETWEEN);
    let height = |item: usize| heights.get(item).copied().unwrap_or_default();
    let nodes: Vec<(f64, f64)> =
        columns.iter().enumerate().map(|(i, column)| (left(*column), height(i))).collect();
    let edges =
        edges.iter().zip(&routes).map(|(edge, route)| points(*edge, route, &items, &left, &height));
    Layout {
        width: left(last) + WIDTH,
        height: (bottom - APART).max(HEIGHT),
        nodes: nodes.clone(),
        edges: edges.collect(),
    }
}

/// The items over which an edge goes, from left to right.
fn route(
    (from, to): (usize, usize),
    items: &mut Vec<Item>,
    lanes: &mut BTreeMap<(usize, usize), usize>,
) -> Vec<usize> {
    let column = |items: &[Item], i: usize| items.get(i).map_or(0, |item| item.column);
    let (start, end) = match column(items, from) <= column(items, to) {
        true => (from, to),
        false => (to, from),
    };
    let mut route = vec![start];
    for between in column(items, start) + 1..column(items, end) {
        let lane = *lanes.entry((start, between)).or_insert_with(|| {
            items.push(Item {
                column: between,
                is_lane: true,
                left: Vec::new(),
                right: Vec::new(),
            });
            items.len() - 1
        });
        route.push(lane);
    }
    route.push(end);
    // Within one column an edge says nothing about the order.
    if column(items, start) != column(items, end) {
        for pair in route.windows(2) {
            let [a, b] = pair else { continue };
            if let Some(item) = items.get_mut(*a)
                && !item.right.contains(b)
            {
                item.right.push(*b);
            }
            if let Some(item) = items.get_mut(*b)
                && !item.left.contains(a)
            {
                item.left.push(*a);
            }
        }
    }
    route
}

/// The items that are joined, the largest parts first; what nothing joins is one part.
fn parts(items: &[Item]) -> Vec<Vec<usize>> {
    let mut part_of = vec![usize::MAX; items.len()];
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut alone = Vec::new();
    for start in 0..items.len() {
        if part_of.get(start) != Some(&usize::MAX) {
            continue;
        }
        let (mut open, mut part) = (vec![start], Vec::new());
        while let Some(at) = open.pop() {
            match part_of.get_mut(at) {
                Some(number) if *number == usize::MAX => *number = parts.len(),
                _ => continue,
            }
            part.push(at);
            if let Some(item) = items.get(at) {
                open.extend(item.left.iter().chain(&item.right));
            }
        }
        part.sort_unstable();
        match part.len() {
            1 => alone.extend(part),
            _ => parts.push(part),
        }
    }
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.first().copied()));
    parts.extend((!alone.is_empty()).then_some(alone));
    parts
}

/// The points of an edge, in its direction.
fn points(
    (from, to): (usize, usize),
    route: &[usize],
    items: &[Item],
    left: &impl Fn(usize) -> f64,
    height: &impl Fn(usize) -> f64,
) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (i, item) in route.iter().enumerate() {
        let Some(of) = items.get(*item) else { continue };
        let middle = height(*item) + if of.is_lane { LANE } else { HEIGHT } / 2.0;
        if i > 0 {
            points.push((left(of.column), middle));
        }
        if i + 1 < route.len() {
            points.push((left(of.column) + WIDTH, middle));
        }
    }
    let is_same = items.get(from).map(|i| i.column) == items.get(to).map(|i| i.column);
    if is_same {
        // Out to the right and back.
        points.iter_mut().for_each(|point| {
            point.0 = point.0.max(left(items.get(from).map_or(0, |i| i.column)) + WIDTH)
        });
    }
    if route.first() != Some(&from) {
        points.reverse();
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_of_a_column_do_not_overlap_and_edges_reach_their_ends() {
        let columns = [0, 0, 1, 1, 1, 2, 2, 3, 0];
        let edges = [(0, 2), (0, 3), (1, 4), (2, 5), (3, 6), (0, 7), (5, 7), (7, 4), (5, 6)];
        let layout = layout(&columns, &edges);
        for (i, a) in layout.nodes.iter().enumerate() {
            assert!(a.1 + HEIGHT <= layout.height + 0.01, "{i} is below the picture");
            for b in layout.nodes.iter().skip(i + 1).filter(|b| b.0 == a.0) {
                assert!((a.1 - b.1).abs() >= HEIGHT, "{a:?} {b:?}");
            }
        }
        for ((from, to), points) in edges.iter().zip(&layout.edges) {
            let (first, last) = (points[0], points[points.len() - 1]);
            assert_eq!(first.1, layout.nodes[*from].1 + HEIGHT / 2.0);
            assert_eq!(last.1, layout.nodes[*to].1 + HEIGHT / 2.0);
        }
    }

    #[test]
    fn nothing_and_much_can_be_laid_out() {
        assert_eq!(layout(&[], &[]).nodes.len(), 0);
        let columns: Vec<usize> = (0..2_000).map(|i| i % 5).collect();
        let edges: Vec<_> = (0..2_000).map(|i| (i, (i * 7 + 3) % 2_000)).collect();
        let start = std::time::Instant::now();
        assert_eq!(layout(&columns, &edges).edges.len(), 2_000);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
