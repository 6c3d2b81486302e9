//! A name for a finding that it keeps while the lines around it come and go.

use crate::finding::Finding;
use crate::source::Sources;
use std::collections::HashMap;

/// A fingerprint per finding, in their order, such as `8c1f0e6d2b7a4935:1`.
///
/// It is made of the rule, the path, the message and the phrase at the first place, so that
/// moving or indenting a line keeps it. The line itself is left out, since a secret may stand
/// in it. Findings that are alike in all of these are numbered from one after the colon.
pub fn fingerprints(sources: &Sources, findings: &[Finding]) -> Vec<String> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let path = &*sources.get(finding.at.span.source).path;
            let hash = fnv([finding.rule, path, &finding.message, &finding.at.text]);
            let count = seen.entry(hash).or_default();
            *count += 1;
            format!("{hash:016x}:{count}")
        })
        .collect()
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
