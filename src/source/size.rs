//! How large files and folders are on this machine, which names and texts do not tell.

use super::Sources;
use std::fs;
use std::path::PathBuf;

/// So many entries are looked at. What is larger is only known to be larger.
const MOST: usize = 20_000;

/// How large a file or folder is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The bytes of its files.
    pub bytes: u64,
    /// How many files it has.
    pub files: usize,
    /// Whether it has more than that.
    pub is_over: bool,
}

impl Sources {
    /// How large a file or folder is, by its path from the root of the project; none if it is not
    /// there, or the project is not on a disk. No link is followed and no file is opened.
    pub fn size(&self, path: &str) -> Option<Size> {
        let root = self.root.as_ref()?;
        let sizes = &self.listing.sizes;
        if let Ok(known) = sizes.lock()
            && let Some(size) = known.get(path)
        {
            return *size;
        }
        let size = measured(root.join(path));
        if let Ok(mut known) = sizes.lock() {
            known.insert(path.to_owned(), size);
        }
        size
    }
}

fn measured(path: PathBuf) -> Option<Size> {
    let mut size = Size::default();
    let metadata = path.symlink_metadata().ok()?;
    if metadata.is_symlink() {
        return None;
    }
    if metadata.is_file() {
        return Some(Size { bytes: metadata.len(), files: 1, is_over: false });
    }
    let mut folders = vec![path];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            seen += 1;
            if seen > MOST {
                return Some(Size { is_over: true, ..size });
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if let Some(metadata) = entry.metadata().ok().filter(|_| kind.is_file()) {
                size.bytes += metadata.len();
                size.files += 1;
            }
        }
    }
    (size.files > 0).then_some(size)
}

impl std::fmt::Display for Size {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: &[&str] = &["kB", "MB", "GB", "TB"];
        let over = if self.is_over { "more than " } else { "" };
        let (mut amount, mut unit) = (self.bytes as f64, "bytes");
        for larger in UNITS {
            if amount < 1000.0 {
                break;
            }
            (amount, unit) = (amount / 1000.0, larger);
        }
        let digits = usize::from(unit != "bytes" && amount < 10.0);
        write!(out, "{over}{amount:.digits$} {unit} in {over}")?;
        match self.files {
            1 => write!(out, "a file"),
            files => write!(out, "{files} files"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_phrase() {
        let shown = |bytes, files, is_over| Size { bytes, files, is_over }.to_string();
        assert_eq!(shown(0, 1, false), "0 bytes in a file");
        assert_eq!(shown(999, 2, false), "999 bytes in 2 files");
        assert_eq!(shown(1_234, 2, false), "1.2 kB in 2 files");
        assert_eq!(shown(312_400_000, 80, false), "312 MB in 80 files");
        assert_eq!(shown(5_000_000_000, 80, true), "more than 5.0 GB in more than 80 files");
    }
}
