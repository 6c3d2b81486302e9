//! What git has: the paths of its index.
//!
//! Source of the format: git, `Documentation/gitformat-index.txt`, read 2026-11.

/// The bytes of an entry before its path, without those of an extended flag.
const HEAD: usize = 62;

/// The paths of an index, of version 2, 3 or 4; nothing if it cannot be read as a whole.
pub fn paths(bytes: &[u8]) -> Option<Vec<String>> {
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(bytes, 4)?;
    let count = number(bytes, 8)? as usize;
    if !(2..=4).contains(&version) || count > bytes.len() / HEAD {
        return None;
    }
    let mut paths: Vec<Vec<u8>> = Vec::with_capacity(count);
    let mut at = 12;
    for _ in 0..count {
        let flags = u16::from_be_bytes(bytes.get(at + HEAD - 2..at + HEAD)?.try_into().ok()?);
        // An index that is split, or of which folders stand for what is in them, has no flag of
        // its own here; such folders are paths that end in a slash.
        let is_extended = version >= 3 && flags & 0x4000 != 0;
        let start = at + HEAD + if is_extended { 2 } else { 0 };
        let (mut path, start) = match version {
            4 => {
                let (cut, behind) = length(bytes, start)?;
                let last = paths.last().map(Vec::as_slice).unwrap_or_default();
                (last.get(..last.len().checked_sub(cut)?)?.to_vec(), behind)
            }
            _ => (Vec::new(), start),
        };
        let rest = bytes.get(start..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(rest.get(..end)?);
        at = match version {
            4 => start + end + 1,
            // Entries are filled up with zeros, of which there is at least one.
            _ => at + (start + end - at + 8) / 8 * 8,
        };
        paths.push(path);
    }
    paths.into_iter().map(|path| String::from_utf8(path).ok()).collect()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A number of variable width, as it stands in packs, and where it ends.
fn length(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let mut at = start;
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of some paths, as git writes it.
    fn index(version: u32, paths: &[(usize, &str)]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend((paths.len() as u32).to_be_bytes());
        for (cut, path) in paths {
            let start = bytes.len();
            bytes.extend([1; HEAD - 2]);
            bytes.extend((path.len() as u16).to_be_bytes());
            if version == 4 {
                bytes.push(*cut as u8);
            }
            bytes.extend(path.bytes());
            bytes.push(0);
            while version < 4 && !(bytes.len() - start).is_multiple_of(8) {
                bytes.push(0);
            }
        }
        bytes
    }

    #[test]
    fn the_paths_of_every_version_are_read() {
        let plain = index(2, &[(0, "a"), (0, "api/app.py"), (0, "api/é")]);
        assert_eq!(paths(&plain).unwrap(), ["a", "api/app.py", "api/é"]);
        let short = index(4, &[(0, "api/app.py"), (6, "main.py"), (7, "zoo")]);
        assert_eq!(paths(&short).unwrap(), ["api/app.py", "api/main.py", "api/zoo"]);
    }

    #[test]
    fn what_is_broken_is_nothing() {
        let whole = index(2, &[(0, "a"), (0, "api/app.py")]);
        for end in 0..whole.len() {
            if let Some(read) = paths(&whole[..end]) {
                assert_eq!(read.len(), 2, "{end}");
            }
        }
        assert_eq!(paths(b"DIRC\0\0\0\x05\0\0\0\0"), None);
        assert_eq!(paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff"), None);
        assert_eq!(paths(&index(4, &[(0, "a"), (9, "b")])), None);
    }
}
