//! Substitutions of build files: which names there are, and what gives and uses them.

use super::{BuildFile, Starter};
use crate::model::Project;
use crate::model::build::submission::Submission;
use crate::model::build::trigger::{Event, Trigger};
use crate::nearest::nearest;
use crate::source::{Kind, Sources, Span};
use crate::value::{Sourced, Text, Value};
use std::collections::BTreeSet;
use strsim::damerau_levenshtein;

/// A substitution that nothing gives a value.
#[derive(Debug)]
pub struct UndefinedSubstitution<'a> {
    /// The name where it is used first.
    pub name: &'a Sourced<Text>,
    /// What starts the build without it.
    pub starter: Option<Starter<'a>>,
    /// A declared name that was most likely meant.
    pub near: Option<String>,
    /// Whether it is more likely a slip than left to whoever starts the build, where the project
    /// does not say who does: a declared name is like it, or another one is used by none.
    pub is_slip: bool,
    /// Whether builds of pull requests have it.
    pub is_of_pull_requests: bool,
}

/// A substitution that is given a value and not used.
#[derive(Debug)]
pub struct UnusedSubstitution<'a> {
    /// The name where it is given.
    pub name: &'a Sourced<Text>,
    /// The build file.
    pub file: &'a BuildFile,
    /// The command that starts the build, if one is known.
    pub submission: Option<&'a Submission>,
    /// The trigger that gives it.
    pub trigger: Option<&'a Trigger>,
    /// Where the build makes something of it, which is no use of it.
    pub operated: Option<&'a Sourced<Text>>,
    /// A name that the build uses, that has no default, and that was most likely meant.
    pub near: Option<String>,
}

/// The substitutions that Cloud Build has itself, and that every build has. Source:
/// cloud.google.com/build/docs, configuring-builds/substitute-variable-values, read 2026-04.
const OF_BUILDS: &[&str] = &[
    "PROJECT_ID",
    "BUILD_ID",
    "PROJECT_NUMBER",
    "LOCATION",
    "TRIGGER_BUILD_CONFIG_PATH",
    "SERVICE_ACCOUNT_EMAIL",
    "SERVICE_ACCOUNT",
];

/// Those of them that nobody gives another value.
pub(super) const FIXED: &[&str] = &["PROJECT_ID", "BUILD_ID", "PROJECT_NUMBER", "LOCATION"];

/// Those that are empty unless a trigger, or the command that starts the build, gives them.
/// Source: the same page.
pub(super) const OF_TRIGGERS: &[&str] = &[
    "TRIGGER_NAME",
    "COMMIT_SHA",
    "REVISION_ID",
    "SHORT_SHA",
    "REPO_NAME",
    "REPO_FULL_NAME",
    "BRANCH_NAME",
    "TAG_NAME",
    "REF_NAME",
];

/// Those that triggers of pull requests give.
const OF_PULL_REQUESTS: &[&str] = &["_HEAD_BRANCH", "_BASE_BRANCH", "_HEAD_REPO_URL", "_PR_NUMBER"];

/// The substitutions that Cloud Build has itself.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    OF_BUILDS.iter().chain(OF_TRIGGERS).copied()
}

/// Whether Cloud Build has a substitution itself.
pub fn is_built_in(name: &str) -> bool {
    built_in().any(|other| other == name)
}

/// A substitution in the default of another one.
#[derive(Debug, Clone)]
pub struct NestedName {
    /// The name whose default it is.
    pub default: Sourced<Text>,
    /// The name that stands in the default.
    pub name: Sourced<Text>,
}

/// A name in a default that stays as it is written, in a build that a command starts.
#[derive(Debug)]
pub struct LiteralName<'a> {
    /// The two names.
    pub nested: &'a NestedName,
    /// The command.
    pub command: Span,
}

/// A use of what is no substitution.
#[derive(Debug)]
pub struct InvalidUse<'a> {
    /// The name that is read.
    pub name: &'a Sourced<Text>,
    /// What is read, with its `$`.
    pub read: String,
    /// That with the letters behind it: of `$Path` no more than `$P` is read.
    pub whole: String,
    /// The name that was most likely meant.
    pub near: Option<&'a str>,
}

impl UndefinedSubstitution<'_> {
    /// Whether the build is refused for it, and does not only find it empty: commands are strict
    /// unless the file says otherwise, but for names of Cloud Build's own.
    pub fn is_refused(&self, file: &BuildFile) -> bool {
        let is_loose = file.is_loose.known().is_none_or(|loose| loose.value);
        let is_command = matches!(self.starter, Some(Starter::Submission(_)));
        is_command && !is_loose && !self.is_of_pull_requests
    }
}

impl BuildFile {
    /// Names of capitals that are substituted and that no build has.
    pub fn invalid_substitutions(&self, sources: &Sources) -> Vec<InvalidUse<'_>> {
        let used = self.used.iter().filter_map(Value::known);
        let invalid = used.filter(|name| {
            let text = name.value.literal();
            // `$_name` is read as `$_`, which is none.
            text.is_some_and(|text| text == "_" || !(text.starts_with('_') || is_built_in(text)))
        });
        invalid.map(|name| self.invalid_use(name, sources)).collect()
    }

    fn invalid_use<'a>(&'a self, name: &'a Sourced<Text>, sources: &Sources) -> InvalidUse<'a> {
        let read = sources.text(name.at).to_owned();
        let behind = sources.get(name.at.source).text.get(name.at.end as usize..);
        let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = behind.unwrap_or_default().split(|c: char| !goes_on(c)).next();
        // Names end before the first small letter.
        let rest = rest.filter(|_| !read.ends_with('}')).unwrap_or_default();
        let text = name.value.to_string();
        // Only a slip of more than the letters in common is one.
        let near = nearest(&text, built_in()).filter(|_| text.len() > 4);
        let near = self.declared_like(&text).or(near).filter(|_| rest.is_empty());
        let whole = format!("{read}{rest}");
        InvalidUse { name, read, whole, near }
    }

    /// The declared name of which only the `_` is missing.
    fn declared_like(&self, name: &str) -> Option<&str> {
        let declared = self.declared.iter().filter_map(Value::literal_text);
        declared.into_iter().find(|declared| declared.strip_prefix('_') == Some(name))
    }

    fn declares(&self, name: &Text) -> bool {
        self.declared.iter().any(|other| other.known().is_none_or(|o| o.value.may_be(name)))
    }

    /// Whether it needs what only a trigger of pull requests gives: a name without a default, or
    /// with itself as one.
    fn is_of_pull_requests(&self) -> bool {
        OF_PULL_REQUESTS.iter().any(|name| {
            let text = Text::from(*name);
            let is_itself = |n: &NestedName| n.default.value == text && n.name.value == text;
            let is_it = |other: &Sourced<Text>| other.value == text;
            let is_used = || self.used.iter().any(|used| used.known().is_none_or(is_it));
            let has_default = || self.declared.iter().any(|d| d.known().is_some_and(is_it));
            self.nested.iter().any(is_itself) || (is_used() && !has_default())
        })
    }

    /// Where something is made of a name, if that is so.
    fn operated(&self, name: &str) -> Option<&Sourced<Text>> {
        let mut operated = self.operated.iter().filter_map(Value::known);
        operated.find(|other| other.value.literal() == Some(name))
    }

    /// A name like another one that is used and not declared.
    fn wants_like(&self, name: &str) -> Option<String> {
        let wanted = self.used.iter().filter(|used| {
            used.known()
                .is_some_and(|used| used.value.starts_with("_") && !self.declares(&used.value))
        });
        slip(name, wanted)
    }

    fn uses(&self, name: &str) -> bool {
        let is_it =
            |used: &Value<Text>| used.known().is_none_or(|u| u.value.literal() == Some(name));
        self.maps_all || self.mentioned.contains(name) || self.used.iter().any(is_it)
    }
}

impl Project {
    /// The substitutions of a file that nothing gives a value. Where nothing in the project
    /// starts the build, only a file that declares others is taken to declare all.
    pub fn undefined_substitutions<'a>(
        &'a self,
        file: &'a BuildFile,
    ) -> Vec<UndefinedSubstitution<'a>> {
        let starters = self.starters(file);
        let mut seen = BTreeSet::new();
        let mut undefined = Vec::new();
        for name in file.used.iter().filter_map(Value::known) {
            let is_name = |text: &&str| text.starts_with('_') && *text != "_";
            let Some(text) = name.value.literal().filter(is_name) else { continue };
            let is_of_pull_requests = OF_PULL_REQUESTS.contains(&text);
            let may_be_given = is_of_pull_requests && self.may_be_of_pull_request(file, name);
            if may_be_given || file.declares(&name.value) || !seen.insert(text) {
                continue;
            }
            let is_nested = file.nested.iter().any(|nested| nested.name.at == name.at);
            let stays = is_nested && !file.is_dynamic;
            let lacks = |starter: &Starter<'_>| {
                let stays = stays && matches!(starter, Starter::Submission(_));
                starter.surely_starts(file) && !starter.may_give(&name.value) && !stays
            };
            let starter = starters.iter().copied().find(lacks);
            let is_lacking = match starters.is_empty() {
                true => !self.is_given_somewhere(text),
                false => starter.is_some(),
            };
            if is_lacking {
                let given = starter.iter().flat_map(|starter| starter.given());
                let near = slip(text, file.declared.iter().chain(given));
                let is_slip = near.is_some();
                undefined.push(UndefinedSubstitution {
                    name,
                    starter,
                    near,
                    is_slip,
                    is_of_pull_requests,
                });
            }
        }
        let mut open = undefined.iter_mut().filter(|undefined| undefined.starter.is_none());
        if let (Some(only), None) = (open.next(), open.next()) {
            only.is_slip |= !self.refused_gifts(file).is_empty();
        }
        undefined
    }

    /// Whether a build may be one of a pull request, which has more names, or asks whether it is.
    fn may_be_of_pull_request(&self, file: &BuildFile, name: &Sourced<Text>) -> bool {
        let starters = self.starters(file);
        let may_be = |starter: &Starter<'_>| match starter {
            Starter::Trigger(_) => {
                starter.event().is_none_or(|event| event.value == Event::PullRequest)
            }
            Starter::Submission(_) => !starter.surely_starts(file),
        };
        starters.is_empty() || starters.iter().any(may_be) || self.is_tested(file, name)
    }

    /// The names in defaults that stay as they are written, since a command starts the build
    /// and leaves the default: the first of each default that the build uses. Of a file that a
    /// trigger starts as well nothing is told.
    pub fn literal_names<'a>(&'a self, file: &'a BuildFile) -> Vec<LiteralName<'a>> {
        let starters = self.starters(file);
        let is_command = |starter: &Starter<'_>| matches!(starter, Starter::Submission(_));
        if file.is_dynamic || !starters.iter().all(is_command) {
            return Vec::new();
        }
        let mut literal: Vec<LiteralName<'a>> = Vec::new();
        for nested in file.nested.iter().chain(&file.operated_in_defaults) {
            let text = nested.name.value.literal().unwrap_or_default();
            let is_declared = file.declared.iter().any(|other| other.literal_text() == Some(text));
            let is_name = is_declared || is_built_in(text);
            let default = nested.default.value.literal().unwrap_or_default();
            let in_default =
                |used: &Sourced<Text>| file.nested.iter().any(|n| n.name.at == used.at);
            let mut used = file.used.iter().filter_map(Value::known);
            let is_used =
                used.any(|used| used.value.literal() == Some(default) && !in_default(used));
            let keeps = |starter: &&Starter<'_>| {
                starter.surely_starts(file) && !starter.may_give(&nested.default.value)
            };
            let is_told = literal.iter().any(|l| l.nested.default.at == nested.default.at);
            if let (Some(Starter::Submission(command)), true, true, false) =
                (starters.iter().find(keeps), is_name, is_used, is_told)
            {
                literal.push(LiteralName { nested, command: command.at });
            }
        }
        literal
    }

    /// The substitutions that a file, or a command that starts its build, gives a value and
    /// that the build does not use.
    pub fn unused_substitutions<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        let mut unused = self.idle_gifts(file);
        unused.extend(self.refused_gifts(file));
        unused
    }

    /// Those that a trigger gives in vain. It may use them itself, in its filter.
    fn idle_gifts<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        let triggers = self.triggers.iter().filter(|trigger| trigger.build == file.path);
        let idle = triggers.flat_map(|trigger| {
            let text = &self.sources.get(trigger.at.source).text;
            let names = trigger.substitutions.iter().filter_map(Value::known);
            names.filter_map(move |name| {
                let given = name.value.literal().filter(|given| given.starts_with('_'))?;
                let is_set = |rest: &str| {
                    rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with(['=', ':'])
                };
                let mut uses = text.match_indices(given).map(|(i, _)| &text[i + given.len()..]);
                let is_idle = !self.block_uses(trigger, given) && uses.all(is_set);
                let trigger = Some(trigger);
                let operated = file.operated(given);
                is_idle.then_some(UnusedSubstitution {
                    name,
                    file,
                    submission: None,
                    trigger,
                    operated,
                    near: file.wants_like(given),
                })
            })
        });
        idle.collect()
    }

    /// Whether a build uses a name that a block of triggers gives, or may: one block may start
    /// several.
    fn block_uses(&self, trigger: &Trigger, name: &str) -> bool {
        let same = self.triggers.iter().filter(|other| other.at == trigger.at);
        same.into_iter().any(|other| {
            let file = self.build_files.iter().find(|file| file.path == other.build);
            file.is_none_or(|file| file.uses(name))
        })
    }

    /// Those for which a command is refused, or would be.
    pub fn refused_gifts<'a>(&'a self, file: &'a BuildFile) -> Vec<UnusedSubstitution<'a>> {
        if file.is_loose.known().is_none_or(|loose| loose.value) {
            return Vec::new();
        }
        let starters = self.starters(file);
        let submissions = starters.iter().filter_map(|starter| match starter {
            Starter::Submission(submission) => Some(*submission),
            Starter::Trigger(_) => None,
        });
        let submissions: Vec<&Submission> =
            submissions.filter(|submission| submission.surely_starts(&file.path)).collect();
        // Builds of triggers are always loose.
        let is_trigger = |starter: &Starter<'_>| matches!(starter, Starter::Trigger(_));
        let is_known = !starters.is_empty() && starters.iter().all(is_trigger);
        if is_known || (starters.is_empty() && file.is_of_pull_requests()) {
            return Vec::new();
        }
        let is_unused =
            |name: &&Sourced<Text>| name.value.literal().is_some_and(|name| !file.uses(name));
        let invalid = file.invalid_keys();
        let is_name = |name: &&Sourced<Text>| !invalid.iter().any(|other| other.at == name.at);
        let declared = file.declared.iter().filter_map(Value::known).filter(is_unused);
        let declared = declared.filter(is_name);
        let operated = |name: &Sourced<Text>| file.operated(name.value.literal()?);
        let near = |name: &Sourced<Text>| file.wants_like(name.value.literal()?);
        let of_file = declared.map(|name| UnusedSubstitution {
            name,
            file,
            submission: submissions.first().copied(),
            trigger: None,
            operated: operated(name),
            near: near(name),
        });
        let given = submissions.iter().flat_map(|s| {
            let given = s.given.iter().filter_map(Value::known).filter(is_unused);
            let given = given.filter(|name| name.value.starts_with("_"));
            let is_declared = |name: &Sourced<Text>| file.declares(&name.value);
            let given = given.filter(move |name| !is_declared(name));
            let of_command = move |name| UnusedSubstitution {
                name,
                file,
                submission: Some(*s),
                trigger: None,
                operated: operated(name),
                near: near(name),
            };
            given.map(of_command)
        });
        of_file.chain(given).collect()
    }

    /// Whether a file of another kind sets the name, as a README that tells the command does.
    fn is_given_somewhere(&self, name: &str) -> bool {
        let sets = |text: &str| {
            text.match_indices(name).any(|(i, _)| {
                let rest = text.get(i + name.len()..).unwrap_or_default();
                let rest = rest.trim_start_matches(['"', '\'', '`', ' ']);
                rest.starts_with('=') || rest.starts_with(':')
            })
        };
        let mut others = self.sources.iter().filter(|(_, source)| source.kind != Kind::CloudBuild);
        others.any(|(_, source)| source.text.contains(name) && sets(&source.text))
    }
}

/// The name that was most likely meant. `_DB_HOST` beside `_DB_PORT` is no slip, so only one letter
/// may differ, and none in place of another.
fn slip<'n>(name: &str, mut others: impl Iterator<Item = &'n Value<Text>>) -> Option<String> {
    others.find_map(|other| {
        let other = other.literal_text()?;
        let is_slip = other.len() != name.len() && damerau_levenshtein(other, name) == 1;
        is_slip.then(|| other.to_owned())
    })
}

/// Whether people may name a substitution so.
pub fn is_own(name: &str) -> bool {
    let rest = name.strip_prefix('_').unwrap_or_default();
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !rest.is_empty() && rest.chars().all(fits)
}
