//! Image references: registry, repository and tag, of which parts may be unknown.

pub use crate::syntax::image_name::is_reference;
use crate::value::{Piece, Text};
use std::collections::BTreeSet;

/// `registry/path/name:tag@digest`, cut into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference {
    /// What stands between slashes: registry, project, repository and name.
    pub path: Vec<Text>,
    /// What follows the last `:`.
    pub tag: Option<Text>,
    /// Whether a digest follows.
    pub digest: bool,
}

/// Whether the name of an image has capitals, and would be one without. `PROJECT_ID` is to be filled
/// in, as is what is not known.
pub fn has_capitals(image: &Text) -> bool {
    let pieces = image.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.as_str(),
        Piece::Hole(_) => "x",
    });
    let text: String = pieces.collect();
    let is_mixed = |word: &str| {
        word.contains(|c: char| c.is_ascii_uppercase())
            && word.contains(|c: char| c.is_ascii_lowercase())
    };
    // A tag may have them.
    let name = text.rsplit_once('@').map_or(&*text, |(name, _)| name);
    let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(n, _)| n);
    !is_reference(name)
        && is_reference(&name.to_ascii_lowercase())
        && name.split(|c: char| !c.is_ascii_alphanumeric()).any(is_mixed)
}

/// How surely two references name one repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    /// Every part is the same.
    Same,
    /// The names are the same, and no other part is known to differ.
    SameName,
}

impl ImageReference {
    /// Cuts a reference into its parts.
    pub fn parse(text: &Text) -> ImageReference {
        let mut path = text.split('/');
        let last = path.pop().unwrap_or_default();
        let (named, digest) = last.split_first('@');
        let (name, tag) = named.split_first(':');
        path.push(name);
        ImageReference { path, tag, digest: digest.is_some() }
    }

    /// The last part of the path, if it is known.
    pub fn name(&self) -> Option<&str> {
        self.path.last().and_then(Text::literal).filter(|name| !name.is_empty())
    }

    /// The tag, which is `latest` if none is written; nothing if it is not known.
    pub fn literal_tag(&self) -> Option<&str> {
        self.tag.as_ref().map_or(Some("latest"), Text::literal)
    }

    /// Whether two references are surely the same name of an image. Holes of one name have to
    /// have one value.
    pub fn same_image(&self, other: &ImageReference) -> bool {
        let (tag, known) = (self.literal_tag(), other.literal_tag());
        self.path == other.path && (self.tag == other.tag || (tag.is_some() && tag == known))
    }

    /// The words of the tag that say which of several images of one repository it is, such as
    /// `arm64` or `dev`; versions and `latest` are none. Not known if the tag is not.
    pub fn variant(&self) -> Option<BTreeSet<String>> {
        let Some(tag) = &self.tag else { return Some(BTreeSet::new()) };
        let mut words = BTreeSet::new();
        for piece in tag.pieces() {
            match piece {
                Piece::Hole(name) if is_version_variable(name) => {}
                Piece::Hole(_) => return None,
                Piece::Literal(text) => {
                    let parts = text.split(['-', '_', '.', '+']).filter(|part| !is_version(part));
                    words.extend(parts.map(str::to_ascii_lowercase));
                }
            }
        }
        Some(words)
    }

    /// Whether two references name one repository, whatever their tags. Of references of one
    /// file (`same_scope`) holes of the same name are the same.
    pub fn same_repository(&self, other: &ImageReference, same_scope: bool) -> Option<Sameness> {
        let named = self.name().is_some() && self.name() == other.name();
        if self.path == other.path && (same_scope || self.is_literal()) {
            return Some(Sameness::Same);
        }
        let differs = self.path.len() != other.path.len()
            || self.path.iter().zip(&other.path).any(|(a, b)| !a.may_be(b));
        // A reference that is one hole from the start may be any path that ends so.
        let open = |path: &[Text]| {
            path.first().is_some_and(|part| matches!(part.pieces().first(), Some(Piece::Hole(_))))
        };
        let tail_differs = || {
            let pairs = self.path.iter().rev().zip(other.path.iter().rev());
            let shorter = self.path.len().min(other.path.len());
            pairs.take(shorter.saturating_sub(1)).any(|(a, b)| !a.may_be(b))
        };
        let may = !differs || ((open(&self.path) || open(&other.path)) && !tail_differs());
        (named && may).then_some(Sameness::SameName)
    }

    fn is_literal(&self) -> bool {
        self.path.iter().all(|part| part.literal().is_some())
    }
}

/// Whether a variable is a version: what a trigger gives, by which builds are told apart.
fn is_version_variable(name: &str) -> bool {
    let name = name.trim_matches(['$', '{', '}']);
    const NAMES: &[&str] = &[
        "BRANCH_NAME",
        "BUILD_ID",
        "COMMIT_SHA",
        "GITHUB_REF_NAME",
        "GITHUB_RUN_NUMBER",
        "GITHUB_SHA",
        "REVISION_ID",
        "SHORT_SHA",
        "TAG_NAME",
        "github.ref_name",
        "github.run_number",
        "github.sha",
    ];
    NAMES.contains(&name) || name.starts_with("(git ")
}

/// Whether a part of a tag is a number, a hash, or a word for the newest.
fn is_version(part: &str) -> bool {
    let number = part.strip_prefix(['v', 'V']).unwrap_or(part);
    let hash = part.len() >= 7 && part.chars().all(|c| c.is_ascii_hexdigit());
    number.starts_with(|c: char| c.is_ascii_digit())
        || hash
        || matches!(part, "" | "latest" | "stable" | "current" | "main" | "master" | "release")
}

/// The registry of an image, and the rest of its name without tag and digest, if that is known,
/// too; what names no registry is of `docker.io`. None if the registry is not known, or if the
/// image is none of a registry: `scratch`.
pub fn registry(image: &Text) -> Option<(String, Option<String>)> {
    let reference = ImageReference::parse(image);
    let first = reference.path.first()?.literal()?;
    let rest = |parts: &[Text]| {
        let parts: Option<Vec<&str>> = parts.iter().map(Text::literal).collect();
        parts.map(|parts| parts.join("/"))
    };
    let is_host = first.contains(['.', ':']) || first == "localhost";
    match reference.path.len() {
        0 => None,
        1 if matches!(first, "" | "scratch") => None,
        1 => Some(("docker.io".to_owned(), Some(format!("library/{first}")))),
        _ if is_host => Some((first.to_owned(), rest(&reference.path[1..]))),
        _ => Some(("docker.io".to_owned(), rest(&reference.path))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_told_from_versions() {
        let variant = |text: &str| {
            reference(text).variant().map(|words| words.into_iter().collect::<Vec<_>>().join("+"))
        };
        for (text, expected) in [
            ("a/b", Some("")),
            ("a/b:latest", Some("")),
            ("a/b:v1.2.3", Some("")),
            ("a/b:1.2.3-arm64", Some("arm64")),
            ("a/b:dev", Some("dev")),
            ("a/b:0a1b2c3d", Some("")),
            ("a/b:*", None),
        ] {
            assert_eq!(variant(text).as_deref(), expected, "{text}");
        }
    }

    /// `*` stands for a hole of its own, `$x` for one named `x`.
    fn reference(text: &str) -> ImageReference {
        let mut out = Text::default();
        for (i, part) in text.split('*').enumerate() {
            if i > 0 {
                out.push(Piece::Hole(format!("{text}{i}")));
            }
            out.push_str(part);
        }
        ImageReference::parse(&out)
    }

    #[test]
    fn repositories_are_compared_part_by_part() {
        use Sameness::*;
        for (a, b, expected) in [
            ("gcr.io/shop/api", "gcr.io/shop/api:v1", Some(Same)),
            ("gcr.io/shop/api", "gcr.io/shop/web", None),
            ("gcr.io/*/api:*", "gcr.io/shop/api:latest", Some(SameName)),
            ("gcr.io/*/api", "us-docker.pkg.dev/*/api", None),
            ("*/api", "us-docker.pkg.dev/p/r/api", Some(SameName)),
            ("gcr.io/p/*", "gcr.io/p/api", None),
            ("localhost:5000/api", "localhost:5000/api:1", Some(Same)),
        ] {
            assert_eq!(reference(a).same_repository(&reference(b), false), expected, "{a} {b}");
        }
    }
}
