//! Names of images, as commands and files write them.

/// Whether a text can name an image: `host:port/path/name:tag@digest`. Source: the grammar of
/// `distribution/reference` v0.6 (2024-05), whose names are in lower case.
pub fn is_reference(text: &str) -> bool {
    let (text, digest) = text.split_once('@').unwrap_or((text, "sha256:0"));
    let (folder, last) = text.rsplit_once('/').unwrap_or(("", text));
    let (name, tag) = last.split_once(':').unwrap_or((last, "latest"));
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_tag = tag.starts_with(is_word)
        && tag.len() <= 128
        && tag.chars().all(|c| is_word(c) || matches!(c, '.' | '-'));
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(is_small)
            && part.ends_with(is_small)
            && part.chars().all(|c| is_small(c) || matches!(c, '.' | '-' | '_'))
    };
    let mut folders = folder.split('/').filter(|_| !folder.is_empty());
    let host = folders.next().is_none_or(|host| {
        let is_host =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        is_part(host) || (!host.is_empty() && host.chars().all(is_host))
    });
    is_tag && is_part(name) && host && folders.all(is_part) && digest.contains(':')
}
