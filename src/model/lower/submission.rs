//! Scripts and Makefiles that submit builds, and what they make before.

use super::super::build::{Builder, Prepared, Runner};
use super::Invocation;
use super::script::{Start, invocations};
use crate::source::{Excerpt, SourceId, Sources, Span, name};

/// Which files a script may make before it calls `gcloud builds submit`; any if it is not seen
/// how it calls it.
pub fn made_before_submission(sources: &Sources, source: SourceId) -> Prepared {
    let file = sources.get(source);
    let scripts = match is_makefile(&file.path) {
        true => recipes(source, &file.text),
        false => vec![Excerpt::verbatim(&file.text, Span::new(source, 0..file.text.len()))],
    };
    let made = scripts
        .iter()
        .filter(|script| script.text.contains("builds submit"))
        .map(|script| made(sources, script));
    made.max().unwrap_or(Prepared::Anything)
}

fn made(sources: &Sources, script: &Excerpt) -> Prepared {
    let start = Start {
        folders: Vec::new(),
        env: Vec::new(),
        prepared: Prepared::No,
        dir: None,
        runner: Runner::CloudBuild,
        builder: Builder::Classic,
        own_builder: None,
    };
    let commands = invocations(sources, script, &start);
    let submission = commands.iter().find(|command| submits(command));
    submission.map_or(Prepared::Anything, |submission| submission.prepared)
}

fn submits(command: &Invocation) -> bool {
    let words = (1..command.words.len()).filter_map(|i| command.argument(i));
    let words: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
    command.program() == Some("gcloud")
        && matches!(words[..], ["builds", "submit", ..] | [_, "builds", "submit", ..])
}

pub fn is_makefile(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    name.ends_with("makefile") || name.ends_with(".mk")
}

/// The recipes of a Makefile whose targets need no others: those could make anything.
fn recipes(source: SourceId, text: &str) -> Vec<Excerpt> {
    let mut recipes = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        match line.strip_prefix('\t') {
            Some(command) => {
                let Some(recipe) = recipes.last_mut().and_then(Option::as_mut) else { continue };
                let command = command.trim_start_matches(['@', '-', '+']);
                let excerpt: &mut Excerpt = recipe;
                excerpt.push(command, offset - command.len()..offset);
            }
            None => {
                let alone = line.split_once(':').is_some_and(|(target, needs)| {
                    !target.starts_with('#') && needs.trim().is_empty()
                });
                let at = Span::new(source, start..start);
                recipes.push(alone.then(|| Excerpt::empty(at)));
            }
        }
    }
    recipes.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_before_a_submission_counts() {
        for (path, text, expected) in [
            ("a.sh", "set -e\ngcloud builds submit .\n", Prepared::No),
            ("a.sh", "npm ci\ngcloud builds submit .\n", Prepared::Outputs),
            ("a.sh", "cp -r ../shared .\ngcloud builds submit .\n", Prepared::Anything),
            ("a.sh", "$GCLOUD builds submit .\n", Prepared::Anything),
            ("Makefile", "x:\n\tcp a b\n\ny:\n\t@gcloud builds submit .\n", Prepared::No),
            ("Makefile", "y: x\n\tgcloud builds submit .\n", Prepared::Anything),
            ("Makefile", "y:\n\tcp a b\n\tgcloud builds submit .\n", Prepared::Anything),
        ] {
            let sources = Sources::of(&[(path, text)]);
            let id = sources.iter().next().map(|(id, _)| id).unwrap();
            assert_eq!(made_before_submission(&sources, id), expected, "{text}");
        }
    }
}
