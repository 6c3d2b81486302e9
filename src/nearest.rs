//! The name that was meant.

/// Nobody misspells a name that is longer than this.
const LONGEST: usize = 64;

/// The candidate that a name is most likely a misspelling of, or the greater part of, if there is
/// one. The part is as great as it is for gcloud: three quarters alike, as `difflib` counts.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let name = plain(name);
    let allowed = (name.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            // Most candidates are as good as compared by their lengths.
            let (length, longer) = (name.len(), candidate.len());
            if longer.abs_diff(length) > allowed && 5 * length < 3 * longer {
                return None;
            }
            let other = plain(candidate);
            // What is only cut short is no misspelling.
            if 8 * name.len() >= 3 * (name.len() + other.len()) && other.starts_with(&name) {
                return Some((0, candidate));
            }
            let may_be =
                other.len().abs_diff(name.len()) <= allowed && fewest(&name, &other) <= allowed;
            let distance = may_be.then(|| strsim::damerau_levenshtein(&name, &other))?;
            // Of a single letter nothing would be left.
            (distance <= allowed && distance < name.len()).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether one name is another with a slip of the fingers: two letters in each other's place, one
/// left out or written twice, or another in the place of one. The first letter is right, and short
/// names that differ are other names.
pub fn is_slip(name: &str, other: &str) -> bool {
    const SHORT: usize = 5;
    let is_short = other.trim_start_matches('-').len() <= SHORT;
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let same = name.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (rest, wanted) = (&name[same..], &other[same..]);
    let is_first = same == 0 || name[..same].iter().all(|byte| *byte == b'-');
    let lacks = wanted.get(1..) == Some(rest) && (!rest.is_empty() || !is_short);
    let twice = rest.get(1..) == Some(wanted) && rest.first() == name[..same].last();
    let swapped = matches!((rest, wanted), ([a, b, tail @ ..], [c, d, end @ ..])
        if a == d && b == c && tail == end);
    let replaced = rest.get(1..) == wanted.get(1..) && !rest.is_empty() && !is_short;
    name != other && !is_first && (lacks || twice || swapped || replaced)
}

/// At least so many edits lie between two names: a letter that only one of them has, or has more
/// often, takes one. Most candidates need no closer look.
fn fewest(name: &str, other: &str) -> usize {
    let mut balance = [0_i16; 128];
    // A letter that is not ASCII has several bytes, and may go in one edit.
    for (text, one) in [(name, 1), (other, -1)] {
        for byte in text.bytes().filter(u8::is_ascii) {
            balance[usize::from(byte)] += one;
        }
    }
    let (mut more, mut less) = (0, 0);
    for count in balance {
        more += usize::from(count.max(0).unsigned_abs());
        less += usize::from(count.min(0).unsigned_abs());
    }
    more.max(less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found() {
        let names = ["port-drift", "server-drift", "off", "note"];
        assert_eq!(nearest("port-drfit", names), Some("port-drift"));
        assert_eq!(nearest("PORT_DRIFT", names), Some("port-drift"));
        assert_eq!(nearest("FORM", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("ERUN", ["RUN", "FROM"]), Some("RUN"));
        assert_eq!(nearest("MAKE", ["RUN", "FROM"]), None);
        assert_eq!(nearest("of", names), Some("off"));
        assert_eq!(nearest("on", names), None);
        assert_eq!(nearest("drift", names), None);
        assert_eq!(nearest(&"port-drift".repeat(1000), names), None);
        assert_eq!(nearest("straße", ["strase"]), Some("strase"));
        assert_eq!(nearest("--proj", ["--port", "--project"]), Some("--project"));
        assert_eq!(nearest("--reg", ["--tag", "--region"]), Some("--region"));
        assert_eq!(nearest("--re", ["--region"]), None);
    }

    #[test]
    fn a_slip_is_told_from_another_name() {
        for (name, meant) in [
            ("biuld", "build"),
            ("aply", "apply"),
            ("deploi", "deploy"),
            ("pussh", "push"),
            ("--platfrom", "--platform"),
            ("--instal", "--install"),
            ("--namspace", "--namespace"),
        ] {
            assert!(is_slip(name, meant), "{name}");
        }
        for (name, other) in [
            ("tap", "top"),
            ("mcp", "cp"),
            ("git", "get"),
            ("log", "logs"),
            ("iexec", "exec"),
            ("drains", "drain"),
            ("tests", "test"),
            ("build", "build"),
            ("--cpu", "--cpus"),
            ("-c", "-d"),
            ("", "a"),
        ] {
            assert!(!is_slip(name, other), "{name}");
        }
    }

    #[test]
    fn no_name_is_nearer_than_its_letters() {
        let words = ["a", "ab", "ba", "B_a", "b-a", "abc", "cab", "aab", "é", "eé", "bé-a", ""];
        let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
        for one in words {
            for other in words {
                let (one, other) = (plain(one), plain(other));
                let real = strsim::damerau_levenshtein(&one, &other);
                assert!(fewest(&one, &other) <= real, "{one} {other}");
            }
        }
    }
}
