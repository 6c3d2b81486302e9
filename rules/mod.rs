//! The rules, one folder each: `check.rs` decides, `README.md` explains and tests.

use crate::rule::Rule;

/// Every rule, in the order of their names.
pub static ALL: &[&Rule] = &[];
