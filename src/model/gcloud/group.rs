//! Groups of gcloud's commands, and words that are none of them.

use super::GcloudCommand;
use crate::nearest::nearest;
use crate::table::rows;
use crate::value::{Sourced, Text};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The commands and groups of each group.
static GROUPS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../data/gcloud-groups.tsv"));
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// A word that is no command of its group.
#[derive(Debug)]
pub struct UnknownCommand<'a> {
    /// The word.
    pub word: &'a Sourced<Text>,
    /// The group: `gcloud run`.
    pub group: String,
    /// What was most likely meant.
    pub meant: Meant,
}

/// What a word that is no command was meant for.
#[derive(Debug)]
pub enum Meant {
    /// Another command.
    Name(&'static str),
    /// Several words, which stand in one.
    Words(Vec<String>),
}

impl GcloudCommand {
    /// The word that is surely no command, and is like one. What is like none may be newer.
    pub fn unknown_command(&self) -> Option<UnknownCommand<'_>> {
        // Behind the name of a command that is known no other stands.
        if !self.is_whole || self.named > 0 {
            return None;
        }
        let mut group = String::new();
        for word in &self.words {
            let text = word.value.literal()?;
            let name = if group.is_empty() { "*" } else { group.as_str() };
            let inner = GROUPS.get(name)?;
            if !inner.split(' ').any(|command| command == text) {
                let first = text.split(' ').next().filter(|first| text.len() > first.len());
                let is_glued = first.is_some_and(|first| inner.split(' ').any(|c| c == first));
                let meant = match is_glued {
                    true => Meant::Words(text.split_whitespace().map(str::to_owned).collect()),
                    false => Meant::Name(nearest(text, inner.split(' '))?),
                };
                let title = format!("gcloud {group}").trim_end().to_owned();
                return Some(UnknownCommand { word, group: title, meant });
            }
            if !group.is_empty() {
                group.push(' ');
            }
            group.push_str(text);
        }
        None
    }
}
