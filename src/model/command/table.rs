//! What the programs take, of each of their commands.

use crate::table::Rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A command as the table has it.
#[derive(Debug)]
pub struct Syntax {
    /// The least and the most positional words, if they are counted.
    pub words: Option<(usize, Option<usize>)>,
    /// The flags that it needs.
    pub needs: Vec<Need>,
    /// The flag without which it asks before it goes on, unless it is given a word.
    pub asks: Option<&'static str>,
    /// Whether no flags follow its first positional word.
    pub stops: bool,
    /// Whether it does something without a command of its own.
    pub acts: bool,
    /// Whether it takes what is not listed.
    pub open: bool,
    /// Whether plugins may bring it commands.
    pub plugins: bool,
    /// Whether it has had many other flags, of which nothing is known.
    pub loose: bool,
    /// Whether it has commands of its own.
    pub is_group: bool,
    program: &'static str,
    /// Its flags by each of their names.
    flags: BTreeMap<&'static str, Flag>,
}

/// A flag as the table has it.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// The first of its names.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether only older versions have it, and it is never offered.
    is_old: bool,
}

/// Flags that a command needs.
#[derive(Debug)]
pub struct Need {
    /// The names.
    pub flags: Vec<&'static str>,
    /// Whether all of them must be there if one is; otherwise one of them must be.
    pub together: bool,
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: it is a switch.
    Nothing,
    /// A word behind `=`, or none.
    Perhaps,
    /// A word.
    Word,
}

/// The lines of the table by the names of their commands.
static TABLE: LazyLock<Rows<Syntax>> =
    LazyLock::new(|| Rows::of(include_str!("../../../data/commands.tsv")));

/// The name in the table of a program by its name on the disk.
pub fn program(name: &str) -> Option<&'static str> {
    let name = match name {
        "docker-compose" => "docker compose",
        "tofu" => "terraform",
        name => name,
    };
    TABLE.name(name)
}

/// What a command takes.
pub fn syntax(command: &str) -> Option<&'static Syntax> {
    TABLE.get(command, |name, line| match line.strip_prefix('=') {
        Some(other) => read(name, TABLE.written(other).unwrap_or_default()),
        None => read(name, line),
    })
}

/// A command of a group, with its name.
pub fn command(group: &str, word: &str) -> Option<(&'static str, &'static Syntax)> {
    let name = format!("{group} {word}");
    let found = TABLE.name(&name);
    let abbreviates = || TABLE.written(group).is_some_and(|line| line.contains("abbreviates"));
    let beginning = || TABLE.starting(&name).next();
    let found = found.or_else(|| if abbreviates() { beginning() } else { None })?;
    Some((found, syntax(found)?))
}

/// The commands of a group, by their last words.
pub fn commands(group: &str) -> Vec<&'static str> {
    let within = format!("{group} ");
    let names = TABLE.starting(&within).map(|name| &name[within.len()..]);
    names.filter(|name| !name.contains(' ')).collect()
}

/// Another command of the same program that has a flag.
pub fn command_with(command: &str, flag: &str) -> Option<&'static str> {
    let program = command.split(' ').next().unwrap_or_default();
    TABLE.starting(&format!("{program} ")).find(|name| {
        let flag = syntax(name).and_then(|syntax| syntax.flags.get(flag));
        flag.is_some_and(|flag| !flag.is_old)
    })
}

impl Syntax {
    /// A flag by one of its names, those of all commands of the program included.
    pub fn flag(&self, name: &str) -> Option<Flag> {
        // Go's own parser takes one dash for two.
        let name = if self.is_go() && name.starts_with("--") { &name[1..] } else { name };
        let own = self.flags.get(name);
        own.or_else(|| inherited(self.program)?.flags.get(name)).copied()
    }

    /// The names of the flags that can be offered.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let inherited = inherited(self.program).into_iter().flat_map(|all| &all.flags);
        let all = self.flags.iter().chain(inherited);
        all.filter(|(_, flag)| !flag.is_old).map(|(name, _)| *name)
    }

    /// Whether Go's own parser reads it, which knows no single letters.
    pub fn is_go(&self) -> bool {
        self.program == "terraform"
    }
}

/// The flags that a program gives to all its commands.
fn inherited(program: &str) -> Option<&'static Syntax> {
    let traits = TABLE.written(program)?.split('\t').nth(1)?;
    traits.contains("inherited").then(|| syntax(program)).flatten()
}

fn read(name: &'static str, line: &'static str) -> Syntax {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or_default();
    let words = column().split_once("..");
    let traits = column();
    let is = |word: &str| traits.split(' ').any(|other| other == word);
    let flags = column().split(' ').filter(|flag| !flag.is_empty()).flat_map(flag).collect();
    let needs = column();
    let needs = || needs.split(' ').filter(|need| !need.is_empty());
    Syntax {
        words: words.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()))),
        stops: is("stops"),
        acts: is("acts"),
        open: is("open"),
        plugins: is("plugins"),
        loose: is("loose"),
        is_group: TABLE.starting(&format!("{name} ")).next().is_some(),
        program: name.split(' ').next().unwrap_or_default(),
        flags,
        needs: needs().filter(|need| !need.starts_with('?')).map(need).collect(),
        asks: needs().find_map(|need| need.strip_prefix('?')),
    }
}

/// `--filename|--image`, `--cluster&--location`
fn need(written: &'static str) -> Need {
    Need { flags: written.split(['|', '&']).collect(), together: written.contains('&') }
}

/// `~--tag,-t:`: the entries of each of its names.
fn flag(written: &'static str) -> impl Iterator<Item = (&'static str, Flag)> {
    let takes = match written.chars().last() {
        Some(':') => Takes::Word,
        Some('?') => Takes::Perhaps,
        _ => Takes::Nothing,
    };
    let is_old = written.starts_with('~');
    let names = written.trim_start_matches('~').trim_end_matches([':', '?']);
    let name = names.split(',').next().unwrap_or_default();
    names.split(',').map(move |other| (other, Flag { name, takes, is_old }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert!(TABLE.starting("").count() > 700);
        for name in TABLE.starting("") {
            if let Some(other) = TABLE.written(name).unwrap().strip_prefix('=') {
                assert!(TABLE.name(other).is_some(), "{name}");
            }
            let syntax = syntax(name).unwrap();
            assert!(syntax.flags.keys().all(|flag| flag.starts_with('-')), "{name}");
            let needed = syntax.needs.iter().flat_map(|need| &need.flags).chain(&syntax.asks);
            assert!(needed.copied().all(|flag| syntax.flag(flag).is_some()), "{name}");
            let group = name.rsplit_once(' ').map_or(name, |(group, _)| group);
            assert!(TABLE.name(group).is_some(), "{name}");
        }
    }

    #[test]
    fn commands_are_found_in_their_groups() {
        assert!(command("docker image", "push").is_some());
        assert_eq!(command("npm", "inst").unwrap().0, "npm inst");
        assert_eq!(command("npm", "publi").unwrap().0, "npm publish");
        assert!(command("docker", "pus").is_none());
        assert!(commands("docker image").contains(&"push"));
        assert!(!commands("docker").contains(&"image push"));
        assert!(syntax("kubectl apply").unwrap().is_group);
        assert!(!syntax("docker push").unwrap().is_group);
        assert_eq!(command_with("terraform plan", "-auto-approve"), Some("terraform apply"));
    }

    #[test]
    fn flags_are_those_of_the_command_and_of_its_program() {
        let apply = syntax("kubectl apply").unwrap();
        assert_eq!(apply.flag("-f").unwrap().name, "--filename");
        assert_eq!(apply.flag("--namespace").unwrap().takes, Takes::Word);
        assert_eq!(apply.flag("--dry-run").unwrap().takes, Takes::Perhaps);
        assert!(apply.flag("--tag").is_none());
        assert!(syntax("docker push").unwrap().flag("--config").is_none());
        assert_eq!(syntax("terraform plan").unwrap().flag("--out").unwrap().takes, Takes::Word);
    }
}
