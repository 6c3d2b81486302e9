//! A name for a finding that it keeps while the lines around it come and go.

use super::places;
use crate::finding::Finding;
use crate::source::Sources;
use std::collections::HashMap;

/// A fingerprint per finding, in their order, such as `8c1f0e6d2b7a4935:1`.
///
/// It is made of the rule, the path, the [`steady`] message and the phrase at the first place,
/// so that moving or indenting a line keeps it. The line itself is left out, since a secret may
/// stand in it. Findings that are alike in all of these are numbered from one after the colon.
pub fn fingerprints(sources: &Sources, findings: &[Finding]) -> Vec<String> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let path = &*sources.get(finding.at.span.source).path;
            let message = steady(sources, finding);
            let hash = fnv([finding.rule, path, &message, &finding.at.text]);
            let count = seen.entry(hash).or_default();
            *count += 1;
            format!("{hash:016x}:{count}")
        })
        .collect()
}

/// The message of a finding, with `*` in the place of every file of the project, so that
/// renaming a file beside it does not make it another finding.
pub fn steady(sources: &Sources, finding: &Finding) -> String {
    let is_place =
        |path: &str| places(finding).any(|it| *sources.get(it.span.source).path == *path);
    // A name without a folder may be a mere word, such as that of an image.
    let is_file = |path: &str| is_place(path) || path.contains('/') && sources.has_file(path);
    let mut parts: Vec<&str> = finding.message.split('`').collect();
    for quoted in parts.iter_mut().skip(1).step_by(2) {
        if is_file(quoted.strip_prefix("./").unwrap_or(quoted)) {
            *quoted = "*";
        }
    }
    parts.join("`")
}

/// FNV-1a in 64 bits. Fingerprints are compared over years and versions, and the hashers of the
/// standard library promise nothing between releases.
fn fnv(parts: [&str; 4]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        // The zero byte keeps "ab", "c" and "a", "bc" apart.
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::note;

    fn of(text: &str, needles: &[&str]) -> Vec<String> {
        let sources = Sources::of(&[("Dockerfile", text)]);
        let findings: Vec<_> = needles.iter().map(|needle| note(&sources, needle)).collect();
        fingerprints(&sources, &findings)
    }

    #[test]
    fn a_line_that_moves_keeps_its_fingerprint() {
        let before = of("FROM a\nEXPOSE 80\n", &["80"]);
        assert_eq!(before, of("# new\n\nFROM a\n  EXPOSE 80\r\n", &["80"]));
        assert_eq!(before, of("FROM a\nEXPOSE 80 90\n", &["80"]));
    }

    #[test]
    fn files_that_are_renamed_keep_the_others_steady() {
        let of = |path: &str, message: &str| {
            let sources = Sources::of(&[("Dockerfile", "FROM a\n"), (path, ""), ("api", "")]);
            let finding = Finding { message: message.into(), ..note(&sources, "a") };
            (steady(&sources, &finding), fingerprints(&sources, &[finding]))
        };
        let (before, after) = (of("a/b.tf", "`api` is in `a/b.tf`"), of("c.tf", "`api` is in `*`"));
        assert_eq!(before, after);
        assert_eq!(before.0, "`api` is in `*`");
        assert_eq!(of("a/b.tf", "`./a/b.tf` and `Dockerfile`").0, "`*` and `*`");
        assert_eq!(of("a/b.tf", "there is no `a/c.tf`").0, "there is no `a/c.tf`");
    }

    #[test]
    fn findings_that_are_alike_are_numbered() {
        let [first, second] = &of("EXPOSE 80\n", &["80", "80"])[..] else { panic!() };
        assert_eq!(first.strip_suffix(":1"), second.strip_suffix(":2"));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // FNV-1a of the bytes "a", 0, 0, 0, 0.
        assert_eq!(fnv(["a", "", "", ""]), {
            let mut hash: u64 = 0xaf63_dc4c_8601_ec8c; // the published value of "a"
            for _ in 0..4 {
                hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
            }
            hash
        });
    }
}
