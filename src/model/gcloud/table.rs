//! What gcloud's parser takes, of each command that is known here.

use crate::table::Rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A command as the table has it.
#[derive(Debug)]
pub struct Syntax {
    /// The first track that has it, of which its groups are: `ga`, `beta` or `alpha`.
    pub track: &'static str,
    /// The names of its positional words.
    pub positionals: Vec<&'static str>,
    /// Its flags by each of their names, `--no-` twins left out.
    flags: BTreeMap<&'static str, Parameter>,
    /// What may not, or must, stand together.
    pub groups: Vec<Group>,
}

/// A flag as the table has it.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name by which groups call it.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it is hidden, or of a later track, and therefore never offered.
    pub hidden: bool,
}

/// What a flag takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: it is a switch. Most have a twin that begins with `--no-`.
    Nothing {
        /// Whether this one has.
        twin: bool,
    },
    /// One word or none.
    Perhaps,
    /// All words up to the next flag.
    Several,
    /// One of some words.
    OneOf(Vec<&'static str>),
    /// A whole number, with its bounds.
    Number(Option<i64>, Option<i64>),
    /// A duration: `90`, `90s`, `1h30m`, `PT90S`.
    Duration,
    /// Settings: `A=1,B=2`, with the names that they may have; any if none are listed.
    Settings(Vec<&'static str>),
    /// Any word.
    Word,
}

/// Arguments that may not, or must, stand together.
#[derive(Debug)]
pub struct Group {
    /// Whether only one of them may be given.
    pub exclusive: bool,
    /// Whether it must be given.
    pub needed: bool,
    /// Its members.
    pub members: Vec<Member>,
}

/// A part of a group.
#[derive(Debug)]
pub enum Member {
    /// A flag or a positional word, and whether its group needs it.
    Argument(&'static str, bool),
    /// A group within.
    Group(Group),
}

/// The lines of the table by the names of their commands; `*` has the flags of all.
static TABLE: LazyLock<Rows<Syntax>> =
    LazyLock::new(|| Rows::of(include_str!("../../../data/gcloud.tsv")));

/// The flags that every command takes.
static GLOBAL: LazyLock<BTreeMap<&'static str, Parameter>> =
    LazyLock::new(|| TABLE.written("*").map(|line| read(line).flags).unwrap_or_default());

/// What a command takes, if it is known: `run deploy`.
pub fn syntax(command: &str) -> Option<&'static Syntax> {
    TABLE.get(command, |_, line| read(line)).filter(|_| command != "*")
}

/// Whether the names of some commands begin with these words.
pub fn is_group(words: &str) -> bool {
    TABLE.starting(&format!("{words} ")).next().is_some()
}

/// A flag that every command takes.
pub fn global(flag: &str) -> Option<&'static Parameter> {
    find(&GLOBAL, flag)
}

impl Takes {
    /// Whether the flag is nothing without a word.
    pub fn needs_word(&self) -> bool {
        !matches!(self, Takes::Nothing { .. } | Takes::Perhaps | Takes::Several)
    }
}

impl Syntax {
    /// A flag by one of its names, those of all commands included.
    pub fn flag(&self, name: &str) -> Option<&Parameter> {
        find(&self.flags, name).or_else(|| global(name))
    }

    /// The names of the flags that can be offered.
    pub fn names(&self) -> Vec<String> {
        let all = self.flags.iter().chain(GLOBAL.iter()).filter(|(_, flag)| !flag.hidden);
        let names = all.flat_map(|(name, flag)| {
            let twin = match flag.takes {
                Takes::Nothing { twin: true } => name.strip_prefix("--"),
                _ => None,
            };
            let twin = twin.map(|name| format!("--no-{name}"));
            std::iter::once((*name).to_owned()).chain(twin)
        });
        names.filter(|name| name.starts_with("--")).collect()
    }
}

fn find<'t>(flags: &'t BTreeMap<&'static str, Parameter>, name: &str) -> Option<&'t Parameter> {
    if let Some(flag) = flags.get(name) {
        return Some(flag);
    }
    let twin = format!("--{}", name.strip_prefix("--no-")?);
    let flag = flags.get(twin.as_str())?;
    (flag.takes == Takes::Nothing { twin: true }).then_some(flag)
}

fn read(line: &'static str) -> Syntax {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or_default();
    let track = column();
    let positionals = column().split_whitespace().collect();
    let flags = column().split_whitespace().flat_map(flag).collect();
    let mut words = column().split_inclusive([' ', '(', ')']).flat_map(|word| {
        // A bracket is a word of its own, wherever it stands.
        let bracket = word.ends_with(['(', ')']).then(|| &word[word.len() - 1..]);
        [word.trim_end_matches(['(', ')', ' ']), bracket.unwrap_or_default()]
    });
    let groups = members(&mut words, 0).into_iter().map(|member| match member {
        Member::Group(group) => group,
        Member::Argument(name, needed) => {
            Group { exclusive: false, needed: true, members: vec![Member::Argument(name, needed)] }
        }
    });
    Syntax { track, positionals, flags, groups: groups.collect() }
}

/// `~--tag,-t:kind`: the entries of each of its names.
fn flag(written: &'static str) -> Vec<(&'static str, Parameter)> {
    let hidden = written.starts_with('~');
    let written = written.trim_start_matches('~');
    let end = written.find(['!', '.', '?', '*', '=', ':']).unwrap_or(written.len());
    let (names, kind) = written.split_at(end);
    let takes = match kind.split_at(kind.len().min(1)) {
        ("!", _) => Takes::Nothing { twin: true },
        (".", _) => Takes::Nothing { twin: false },
        ("?", _) => Takes::Perhaps,
        ("*", _) => Takes::Several,
        ("=", words) => Takes::OneOf(words.split('|').collect()),
        (":", "duration") => Takes::Duration,
        (":", names) if names.starts_with("dict") => {
            let names = names.trim_start_matches("dict").trim_matches(['(', ')']);
            Takes::Settings(names.split('|').filter(|name| !name.is_empty()).collect())
        }
        (":", number) if number.starts_with("int") => {
            let bounds = number.trim_start_matches("int").trim_matches(['(', ')']);
            let (least, most) = bounds.split_once("..").unwrap_or_default();
            Takes::Number(least.parse().ok(), most.parse().ok())
        }
        _ => Takes::Word,
    };
    let name = names.split(',').next().unwrap_or_default();
    let entry = |other| (other, Parameter { name, takes: takes.clone(), hidden });
    names.split(',').map(entry).collect()
}

/// The members up to the bracket that closes.
fn members(words: &mut dyn Iterator<Item = &'static str>, depth: usize) -> Vec<Member> {
    let mut all = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "" => {}
            ")" => return all,
            "(" if depth < 8 => {
                let kind = words.next().unwrap_or_default();
                all.push(Member::Group(Group {
                    exclusive: kind.eq_ignore_ascii_case("x"),
                    needed: kind.starts_with(char::is_uppercase),
                    members: members(words, depth + 1),
                }));
            }
            "(" => {}
            _ => all.push(Member::Argument(word.trim_end_matches('*'), word.ends_with('*'))),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert!(TABLE.starting("").count() > 500);
        for name in TABLE.starting("") {
            let syntax = read(TABLE.written(name).unwrap());
            assert!(["ga", "beta", "alpha"].contains(&syntax.track), "{name}");
            assert!(syntax.flags.keys().all(|flag| flag.starts_with('-')), "{name}");
            for group in &syntax.groups {
                assert!(group.members.iter().all(|member| is_known(member, &syntax)), "{name}");
            }
        }
    }

    fn is_known(member: &Member, syntax: &Syntax) -> bool {
        match member {
            Member::Argument(name, _) => !name.starts_with('-') || syntax.flag(name).is_some(),
            Member::Group(group) => group.members.iter().all(|member| is_known(member, syntax)),
        }
    }

    #[test]
    fn a_flag_is_found_by_each_of_its_names() {
        let submit = syntax("builds submit").unwrap();
        assert_eq!(submit.flag("-t").unwrap().name, "--tag");
        assert_eq!(submit.flag("--no-async").unwrap().takes, Takes::Nothing { twin: true });
        assert!(submit.flag("--no-project").is_none());
        assert!(submit.flag("-q").is_some());
        assert!(submit.flag("--build-arg").is_none());
        assert!(is_group("run jobs") && !is_group("run job") && !is_group("run deploy"));
    }
}
