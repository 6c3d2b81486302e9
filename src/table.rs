//! Tables of facts, the files of `data/` that end with `.tsv`: a row to a line, its columns apart by
//! tabs, and comments, which begin with `#`.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::OnceLock;

/// The rows of a table.
pub fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// A table of many rows by their first columns, each read only when it is asked for.
#[derive(Debug)]
pub struct Rows<T>(BTreeMap<&'static str, Row<T>>);

#[derive(Debug)]
struct Row<T> {
    written: &'static str,
    read: OnceLock<T>,
}

impl<T> Rows<T> {
    /// The rows of a table.
    pub fn of(table: &'static str) -> Rows<T> {
        let rows = rows(table).filter_map(|line| line.split_once('\t'));
        Rows(rows.map(|(name, written)| (name, Row { written, read: OnceLock::new() })).collect())
    }

    /// A name as the table has it.
    pub fn name(&self, name: &str) -> Option<&'static str> {
        self.0.get_key_value(name).map(|(name, _)| *name)
    }

    /// The other columns of a row.
    pub fn written(&self, name: &str) -> Option<&'static str> {
        self.0.get(name).map(|row| row.written)
    }

    /// What a row says, as a function reads it the first time, of its name and its other columns.
    pub fn get(&self, name: &str, read: fn(&'static str, &'static str) -> T) -> Option<&T> {
        let (name, row) = self.0.get_key_value(name)?;
        Some(row.read.get_or_init(|| read(name, row.written)))
    }

    /// The names that begin as a text does.
    pub fn starting<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'static str> + 't {
        let from = (Bound::Included(text), Bound::Unbounded);
        let from = self.0.range::<str, _>(from).map(|(name, _)| *name);
        from.take_while(move |name| name.starts_with(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_names() {
        let table: Rows<usize> = Rows::of("# comment\na\t1\na b\t22\nab\t3\nno columns\n");
        assert_eq!(table.get("a b", |_, written| written.len()), Some(&2));
        assert_eq!(table.get("a b", |_, _| 0), Some(&2), "a row is read once");
        assert_eq!((table.written("b"), table.name("ab")), (None, Some("ab")));
        assert_eq!(table.starting("a").collect::<Vec<_>>(), ["a", "a b", "ab"]);
        assert_eq!(table.starting("a ").collect::<Vec<_>>(), ["a b"]);
    }
}
