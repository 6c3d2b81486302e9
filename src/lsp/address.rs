//! Paths as addresses: `file:///srv/api/Dockerfile`.

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Component, Path, PathBuf};

/// What is escaped: all but the unreserved characters of RFC 3986 and `/`.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path of an address, without `.` and `..`; none if it is no file of this machine.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(rest).decode_utf8().ok()?;
    if !path.starts_with('/') || path.contains('\0') {
        return None;
    }
    // `/c:/srv`
    let is_drive = path.get(2..3) == Some(":") && cfg!(windows);
    let path = Path::new(if is_drive { &path[1..] } else { &*path });
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = clean.pop(),
            part => clean.push(part),
        }
    }
    Some(clean)
}

/// The address of an absolute path.
pub fn uri(path: &Path) -> Option<Uri> {
    let path = path.to_str()?.replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", utf8_percent_encode(&path, ESCAPED)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_the_way_there_and_back() {
        for text in ["/srv/api/Dockerfile", "/a b/ü:%#?[x]/é.tf", "/"] {
            assert_eq!(path(&uri(Path::new(text)).unwrap()).unwrap(), Path::new(text));
        }
    }

    #[test]
    fn other_addresses_are_no_paths() {
        for text in ["untitled:a", "file:a", "git://x/a", "file://host/a", "file:///%ff", "x"] {
            assert_eq!(text.parse::<Uri>().ok().and_then(|uri| path(&uri)), None, "{text}");
        }
        let local: Uri = "file://localhost/a%20b".parse().unwrap();
        assert_eq!(path(&local).unwrap(), Path::new("/a b"));
        let winding: Uri = "file:///../a/./x/..//b".parse().unwrap();
        assert_eq!(path(&winding).unwrap().as_os_str(), "/a/b");
    }
}
