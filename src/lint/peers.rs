//! What other linters call their rules, also those that have no counterpart here.

use super::own::{all, called};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::table::rows;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A rule of another linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its name there: `DL3008`.
    pub id: &'static str,
    /// The linter.
    pub tool: &'static str,
    /// What it reports, as a phrase.
    pub reports: &'static str,
    /// Why there is none like it here, if that is decided.
    pub why: Option<&'static str>,
    /// The part of a rule of ours that has this name, where others of the tool name the rest.
    pub part: Option<&'static str>,
}

/// Those that are known.
pub fn peers() -> impl Iterator<Item = Peer> {
    rows(include_str!("../../data/peers.tsv")).filter_map(|line| {
        let mut fields = line.split('\t');
        let (id, tool, reports) = (fields.next()?, fields.next()?, fields.next()?);
        let mut next = || fields.next().filter(|field| !field.is_empty());
        Some(Peer { id, tool, reports, why: next(), part: next() })
    })
}

/// The number of a check of ShellCheck, by a name such as `SC2086`.
pub fn number(name: &str) -> Option<u16> {
    let name = usual(name.rsplit('/').next().unwrap_or(name));
    let number = name.strip_prefix("SC").filter(|number| number.len() == 4)?;
    number.parse().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()))
}

/// By their names in lower case.
static BY_NAME: LazyLock<HashMap<String, Peer>> =
    LazyLock::new(|| peers().map(|peer| (peer.id.to_ascii_lowercase(), peer)).collect());

/// The rule of another linter that has a name, in whatever case of letters. ShellCheck's are all
/// known, by their form.
pub fn peer(name: &str) -> Option<Peer> {
    let name = usual(name);
    let bare = name.rsplit('/').next().unwrap_or(&name);
    let find = |name: &str| BY_NAME.get(&name.to_ascii_lowercase()).copied();
    let of_shellcheck = || {
        let known = number(bare).is_some();
        let reports = "a slip in a shell script";
        known.then_some(Peer { id: "SC", tool: "ShellCheck", reports, why: None, part: None })
    };
    find(&name)
        .or_else(|| find(bare))
        .or_else(|| find(&format!("tally/{bare}")))
        .or_else(of_shellcheck)
}

/// The part of a rule that a name of another linter means, if it does not mean all of it.
pub fn part(name: &str) -> Option<&'static str> {
    peer(name)?.part
}

/// Names in other tools by a rule and a part of it.
type Names = HashMap<(&'static str, Option<&'static str>), Vec<&'static str>>;

/// The names in other tools by rule, and by part where some mean no more than that.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for rule in all() {
        let of = |wanted: Option<&str>| -> Vec<&'static str> {
            let fits = |name: &&str| part(name).is_none_or(|own| wanted.is_none_or(|w| w == own));
            rule.also.iter().copied().filter(fits).collect()
        };
        let parts = rule.also.iter().filter_map(|name| part(name));
        names.extend(parts.map(|part| ((rule.id, Some(part)), of(Some(part)))));
        names.insert((rule.id, None), of(None));
    }
    names
});

/// What other tools call that which a finding reports.
pub fn names(finding: &Finding) -> &'static [&'static str] {
    let of = |part| NAMES.get(&(finding.rule, part)).map(Vec::as_slice);
    of(finding.part).or_else(|| of(None)).unwrap_or_default()
}

/// The rules that report what a rule of another linter does, by its name or by that of another
/// one that reports the same.
pub fn counterparts(name: &str) -> Vec<&'static Rule> {
    let named: Vec<_> = called(name).collect();
    let Some(peer) = peer(name).filter(|_| named.is_empty()) else { return named };
    let same: Vec<&str> =
        peers().filter(|other| other.reports == peer.reports).map(|other| other.id).collect();
    all().filter(|rule| same.iter().any(|name| rule.is_called(name))).collect()
}

/// Why no rule has a name that another linter knows: `hadolint reports ... by it`.
pub fn absent(name: &str) -> Option<String> {
    let peer = peer(name)?;
    if !counterparts(name).is_empty() {
        return None;
    }
    let why = match peer.why {
        _ if number(name).is_some() => {
            "only ShellCheck knows it: `shellcheck = true` has it asked, and a `.shellcheckrc` turns \
             its checks off"
                .to_owned()
        }
        Some(why) => format!("seamlint never does: {why}"),
        None => "seamlint does not do so yet".to_owned(),
    };
    Some(format!("{} reports {} by it, and {why}", peer.tool, peer.reports))
}

/// A name as the table has it: Trivy has written `AVD-DS-0002`, `DS-0002` and `DS002`.
pub fn usual(name: &str) -> String {
    let name = name.trim();
    let upper = name.to_ascii_uppercase();
    let trivy = upper.strip_prefix("AVD-").unwrap_or(&upper);
    match trivy.strip_prefix("DS-0") {
        Some(number) => format!("DS{number}"),
        None if is_of_shellcheck(&upper) => upper,
        None => name.to_owned(),
    }
}

/// `SC2086`, but no name of ours that begins with these letters.
fn is_of_shellcheck(name: &str) -> bool {
    name.strip_prefix("SC").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_name_of_a_rule_is_in_the_table() {
        for rule in all() {
            for name in rule.also {
                assert!(peer(name).is_some(), "{} is not called `{name}` anywhere", rule.id);
            }
        }
    }

    #[test]
    fn names_of_others_lead_to_rules_or_reasons() {
        let ids = |name: &str| counterparts(name).iter().map(|rule| rule.id).collect::<Vec<_>>();
        for name in ["DL3007", "dl3007", "latest_tag", "DS001", "AVD-DS-0001", "hadolint/DL3007"] {
            assert_eq!(ids(name), ["floating-base-image"], "{name}");
        }
        assert_eq!(ids("DL3005"), Vec::<&str>::new());
        let why = absent("DL3005").unwrap_or_default();
        assert!(why.starts_with("hadolint reports `apt-get upgrade` by it, and"));
        assert_eq!(absent("DL3007"), None);
        assert_eq!(absent("DL9999"), None);
        assert!(absent("SC2154").is_none_or(|why| why.starts_with("ShellCheck reports ")));
    }

    #[test]
    fn the_table_has_every_name_once() {
        let mut ids: Vec<String> = peers().map(|peer| peer.id.to_ascii_lowercase()).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
        assert!(all > 400);
    }
}
