//! Paths from the root of the project, of which the root itself is empty.

/// The last part of a path.
pub fn name(path: &str) -> &str {
    // Names are short: going over bytes is quicker than any search.
    let slash = path.bytes().rposition(|byte| byte == b'/');
    slash.map_or(path, |slash| &path[slash + 1..])
}

/// Whether a path lies in a folder, or in one inside of it. All paths lie in the root.
pub fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A path as it is called from a folder in which it lies.
pub fn relative<'a>(path: &'a str, folder: &str) -> &'a str {
    path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/')
}

/// A path without its last part; empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether what stands where a path may is an address: `https://example.org/a.tgz`, `git@host:app`.
pub fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@")
}

/// Joins a folder of the project and a path below it.
pub fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { [folder, "/", path].concat() }
}

/// Whether a relative path names every folder once, without `.` and `..`.
pub fn is_clean(path: &str) -> bool {
    let mut parts = path.as_bytes().split(|byte| *byte == b'/');
    parts.all(|part| !matches!(part, b"" | b"." | b".."))
}

/// The path without `.` parts, doubled slashes and `..` parts that can be resolved.
pub fn clean(path: &str) -> String {
    if is_clean(path) {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => ["/", &*joined].concat(),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Joins a folder and a path, resolving `.` and `..`; none if it leads out of the root.
pub fn resolve(folder: &str, path: &str) -> Option<String> {
    let joined = if path.starts_with('/') { path.to_owned() } else { join(folder, path) };
    let cleaned = clean(&joined);
    match cleaned.as_str() {
        "." => Some(String::new()),
        ".." => None,
        cleaned if cleaned.starts_with("../") || cleaned.starts_with('/') => None,
        _ => Some(cleaned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_inside_of_the_root() {
        assert_eq!(resolve("infra", "..").as_deref(), Some(""));
        assert_eq!(resolve("infra", "../api/Dockerfile").as_deref(), Some("api/Dockerfile"));
        assert_eq!(resolve("", "./x").as_deref(), Some("x"));
        assert_eq!(resolve("infra", "../.."), None);
    }
}
