//! The folders that a stage has before anything is copied to them.

use super::{Base, Stage};

/// What every system of files for programs has (Filesystem Hierarchy Standard 3.0, 2015).
const SYSTEM: &[&str] = &[
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/sbin",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/lib",
    "/var/log",
    "/var/tmp",
];

impl Stage {
    /// Whether an absolute path is a folder: a working directory, or one of every system, unless
    /// the stage starts from nothing.
    pub fn has_folder(&self, path: &str) -> bool {
        let is_there = |workdir: &str| workdir.trim_end_matches('/') == path;
        let is_empty = match &self.base {
            Base::Image(name) => name.literal_text() == Some("scratch"),
            Base::Stage(_) => false,
        };
        self.written.workdirs.iter().any(|workdir| workdir.literal_text().is_some_and(is_there))
            || (!is_empty && SYSTEM.contains(&path))
    }
}
