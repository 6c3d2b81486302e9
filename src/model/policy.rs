//! What a project wants that no file but its configuration says.

use super::Project;
use super::build::BuildKind;
use super::reference::{ImageReference, registry};
use crate::value::{Sourced, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What a project wants. Without a configuration it wants nothing.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Flags of gcloud that are newer than those of the table: `--scaling`.
    pub extra_flags: BTreeSet<String>,
    /// The registries from which images may come, if that is decided.
    pub trusted_registries: Option<Vec<Trusted>>,
    /// The labels that an image must have, and what each holds.
    pub labels: BTreeMap<String, LabelKind>,
    /// Whether an image may have no other labels.
    pub strict_labels: bool,
}

/// A registry from which images may come, or a part of one: `*.gcr.io`, `ghcr.io/shop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// As the configuration has it.
    pub pattern: String,
}

/// What a label holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// Anything but nothing.
    Text,
    /// An address with a scheme, as RFC 3986 has it.
    Url,
    /// A time as RFC 3339 writes it.
    Rfc3339,
    /// A semantic version.
    SemVer,
    /// A hash of git, whole or cut to no less than seven digits.
    Hash,
    /// A licence, or an expression of several, as SPDX writes them.
    Spdx,
    /// An address of e-mail.
    Email,
}

impl LabelKind {
    /// What users write, and what a message says that it should be.
    pub const ALL: &[(&str, LabelKind, &str)] = &[
        ("text", LabelKind::Text, "a text"),
        ("url", LabelKind::Url, "a URL"),
        ("rfc3339", LabelKind::Rfc3339, "a time of RFC 3339"),
        ("semver", LabelKind::SemVer, "a semantic version"),
        ("hash", LabelKind::Hash, "a hash of git"),
        ("spdx", LabelKind::Spdx, "a licence of SPDX"),
        ("email", LabelKind::Email, "an address of e-mail"),
    ];

    /// What users write.
    pub fn name(self) -> &'static str {
        let mut all = LabelKind::ALL.iter();
        all.find(|(_, kind, _)| *kind == self).map_or("text", |(name, ..)| name)
    }

    /// How a message calls it.
    pub fn phrase(self) -> &'static str {
        let mut all = LabelKind::ALL.iter();
        all.find(|(_, kind, _)| *kind == self).map_or("a text", |(_, _, phrase)| phrase)
    }

    /// Whether a text is one of its kind.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            LabelKind::Text => true,
            LabelKind::Url => is_url(text),
            LabelKind::Rfc3339 => {
                let format = &time::format_description::well_known::Rfc3339;
                time::OffsetDateTime::parse(text, format).is_ok()
            }
            LabelKind::SemVer => is_semantic_version(text),
            LabelKind::Hash => {
                let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
                matches!(text.len(), 7..=40 | 64) && text.chars().all(is_digit)
            }
            LabelKind::Spdx => spdx::Expression::parse(text).is_ok(),
            LabelKind::Email => is_address(text),
        }
    }
}

impl Trusted {
    /// Whether an image is of this registry. The name may have a `*` for any part of a name, and
    /// `docker.io` is the registry of what names none.
    fn holds(&self, registry: &str, path: Option<&str>) -> bool {
        let (wanted, folder) = self.pattern.split_once('/').unwrap_or((&self.pattern, ""));
        let folder = folder.trim_end_matches(['/', '*']);
        let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
        resembles(usual_name(wanted), usual_name(registry))
            && (folder.is_empty()
                || path.is_none_or(|path| path.strip_prefix(folder).is_some_and(below)))
    }
}

/// An image of a registry that is not trusted.
#[derive(Debug)]
pub struct Untrusted<'a> {
    /// The image, where it is named.
    pub image: &'a Sourced<Text>,
    /// Its registry.
    pub registry: String,
}

impl Project {
    /// The images of registries that the project does not trust: those that stages start from,
    /// and those from which they copy and mount. What the project builds itself is none.
    pub fn untrusted_images(&self) -> Vec<Untrusted<'_>> {
        let Some(trusted) = &self.policy.trusted_registries else { return Vec::new() };
        let mut untrusted = Vec::new();
        let stages =
            self.images_as_built().flat_map(|image| image.stages.iter().map(move |s| (image, s)));
        for (file, stage) in stages {
            let copied = stage.written.images.iter().filter_map(|image| image.known());
            // A name alone may be that of a folder which the build is given, or of a later stage.
            let other = |image: &&Sourced<Text>| {
                if !image.via.is_empty() {
                    return false;
                }
                let Some(text) = image.value.literal() else { return false };
                let is_stage = || file.stages.iter().any(|s| s.name.as_deref() == Some(text));
                !text.contains([':', '/', '@']) && (is_stage() || self.may_name_contexts())
            };
            let copied = copied.filter(|image| !other(image));
            for image in stage.base.image().into_iter().chain(copied) {
                let Some((registry, path)) = registry(&image.value) else { continue };
                let is_trusted =
                    trusted.iter().any(|trusted| trusted.holds(&registry, path.as_deref()));
                let is_own = registry == "docker.io" && self.builds(&image.value);
                if !is_trusted && !is_own {
                    untrusted.push(Untrusted { image, registry });
                }
            }
        }
        untrusted
    }

    /// Whether a build of the project makes an image whose name tells of no registry. One whose
    /// names are not known may.
    fn builds(&self, image: &Text) -> bool {
        let wanted = ImageReference::parse(image);
        let is_same = |tag: &Sourced<Text>| {
            ImageReference::parse(&tag.value).same_repository(&wanted, false).is_some()
        };
        self.builds.iter().any(|build| {
            let unknown = build.tags.is_empty() && build.kind == BuildKind::Command;
            unknown || build.tags.iter().any(is_same)
        })
    }

    /// Whether something may give a build folders by names of their own.
    fn may_name_contexts(&self) -> bool {
        const WAYS: &[&str] = &["build-context", "additional_contexts", "contexts"];
        self.sources.iter().any(|(_, source)| WAYS.iter().any(|way| source.text.contains(way)))
    }
}

/// The registry of Docker has several names.
fn usual_name(registry: &str) -> &str {
    match registry {
        "hub.docker.com" | "index.docker.io" | "registry-1.docker.io" => "docker.io",
        registry => registry,
    }
}

/// Whether a name is like a pattern, in which `*` stands for anything.
fn resembles(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let in_rest = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(in_scheme)
        && !rest.trim_start_matches('/').is_empty()
        && rest.chars().all(in_rest)
}

/// `MAJOR.MINOR.PATCH-PRERELEASE+BUILD` of Semantic Versioning 2.0.0.
fn is_semantic_version(text: &str) -> bool {
    let (text, build) = text.split_once('+').unwrap_or((text, "0"));
    let (numbers, before) = text.split_once('-').unwrap_or((text, "0"));
    let is_number = |part: &str| {
        let plain = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        plain && (part == "0" || !part.starts_with('0'))
    };
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_word = |part: &str| !part.is_empty() && part.chars().all(in_word);
    let is_prerelease = |part: &str| {
        is_word(part) && (is_number(part) || !part.chars().all(|c| c.is_ascii_digit()))
    };
    numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && before.split('.').all(is_prerelease)
        && build.split('.').all(is_word)
}

/// `local@domain` of RFC 5322, without comments and quotes.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let in_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_atom = |part: &str| !part.is_empty() && part.chars().all(in_local);
    let in_domain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_label = |part: &str| {
        let ends = part.starts_with('-') || part.ends_with('-');
        !part.is_empty() && !ends && part.chars().all(in_domain)
    };
    local.split('.').all(is_atom) && domain.contains('.') && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_their_kind_says() {
        use LabelKind::*;
        for (kind, good, bad) in [
            (
                Url,
                &["https://example.com/a?b#c", "git+ssh://x"][..],
                &["example.com", "https://a b", "x:"][..],
            ),
            (
                Rfc3339,
                &["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.5+02:00"],
                &["2026-01-31", "now"],
            ),
            (
                SemVer,
                &["1.2.3", "0.1.0-rc.1+build.5"],
                &["1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01"],
            ),
            (
                Hash,
                &["0a1b2c3", "0123456789abcdef0123456789abcdef01234567"],
                &["0a1b2c", "0A1B2C3", "master"],
            ),
            (Spdx, &["MIT", "Apache-2.0 OR MIT", "GPL-3.0-or-later"], &["Apache2", "my own", ""]),
            (
                Email,
                &["a.b+c@example.com"],
                &["a@b", "a b@example.com", "@example.com", "a@-x.com"],
            ),
            (Text, &["x"], &[]),
        ] {
            for text in good {
                assert!(kind.accepts(text), "{text} is {}", kind.phrase());
            }
            for text in bad {
                assert!(!kind.accepts(text), "{text} is not {}", kind.phrase());
            }
        }
    }

    #[test]
    fn registries_are_trusted_by_patterns() {
        for (pattern, image, expected) in [
            ("docker.io", "alpine:3", true),
            ("hub.docker.com", "shop/app", true),
            ("docker.io", "index.docker.io/library/alpine", true),
            ("gcr.io", "gcr.io/shop/app", true),
            ("gcr.io", "eu.gcr.io/shop/app", false),
            ("*.gcr.io", "eu.gcr.io/shop/app", true),
            ("*.gcr.io", "gcr.io/shop/app", false),
            ("*", "quay.io/x/y", true),
            ("registry.*", "registry.example.com:5000/x", true),
            ("my.*.com", "my.own.com/x", true),
            ("localhost", "localhost/x", true),
            ("my.com:5000", "my.com/x", false),
            ("ghcr.io/shop", "ghcr.io/shop/app", true),
            ("ghcr.io/shop/*", "ghcr.io/shop/app", true),
            ("ghcr.io/shop", "ghcr.io/shopping/app", false),
        ] {
            let (registry, path) = registry(&Text::from(image)).unwrap_or_default();
            let trusted = Trusted { pattern: pattern.to_owned() };
            assert_eq!(trusted.holds(&registry, path.as_deref()), expected, "{pattern} {image}");
        }
    }
}
