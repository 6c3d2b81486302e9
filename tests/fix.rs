//! What fixes leave on the disk.
#![allow(clippy::unwrap_used)]

mod command;

use command::{err, git, out, project, seamlint, status};
use seamlint::fix::{Change, write};
use std::fs;
use std::io;
use std::path::Path;

const INSTALL: &str = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER nobody\n";
const FIXED: &str = "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nUSER nobody\n";

fn read(root: &Path, path: &str) -> String {
    String::from_utf8(fs::read(root.join(path)).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Writes new texts, of files that were read as `old`.
fn change(root: &Path, changes: &[(&str, &str, &str)]) -> io::Result<()> {
    let change = |(path, before, after): &(&str, &str, &str)| {
        let change = Change { before: (*before).into(), after: (*after).to_owned() };
        ((*path).into(), change)
    };
    write(root, &changes.iter().map(change).collect())
}

#[test]
fn the_bytes_around_a_fix_stay() {
    let install = |text: &str| text.replace('\n', "\r\n");
    for (before, after) in [
        (INSTALL.to_owned(), FIXED.to_owned()),
        (install(INSTALL), install(FIXED)),
        (format!("\u{feff}{INSTALL}"), format!("\u{feff}{FIXED}")),
        (INSTALL.trim_end().to_owned(), FIXED.trim_end().to_owned()),
        (format!("{INSTALL}# \u{0}\u{1b}\t é"), format!("{FIXED}# \u{0}\u{1b}\t é")),
        (INSTALL.replacen('\n', "\r\n", 1), FIXED.replacen('\n', "\r\n", 1)),
    ] {
        let root = project(&[("Dockerfile", &before)]);
        let output = seamlint(root.path(), &["--fix"]);
        assert_eq!(status(&output), 0, "{before:?}: {}{}", out(&output), err(&output));
        assert_eq!(read(root.path(), "Dockerfile"), after);
        assert_eq!(names(root.path()), ["Dockerfile"]);
    }
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_what_is_read_only_is_left_alone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let root = project(&[("Dockerfile", INSTALL), ("b/Dockerfile", INSTALL)]);
    let (file, other) = (root.path().join("Dockerfile"), root.path().join("b/Dockerfile"));
    for mode in [0o600, 0o754, 0o666] {
        fs::write(&file, INSTALL).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let owner = fs::metadata(&file).unwrap().uid();
        assert_eq!(status(&seamlint(root.path(), &["--fix"])), 0);
        let metadata = fs::metadata(&file).unwrap();
        assert_eq!((metadata.mode() & 0o7777, metadata.uid()), (mode, owner));
        assert_eq!(read(root.path(), "Dockerfile"), FIXED);
    }
    fs::write(&other, INSTALL).unwrap();
    fs::write(&file, INSTALL).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let output = seamlint(root.path(), &["--fix"]);
    assert_eq!((status(&output), out(&output)), (2, String::new()));
    assert_eq!(err(&output), "error: Dockerfile: is read-only\n");
    // All or nothing.
    assert_eq!(read(root.path(), "b/Dockerfile"), INSTALL);
    assert_eq!(names(&root.path().join("b")), ["Dockerfile"]);
}

#[test]
fn a_file_that_has_changed_since_it_was_read_is_left_alone() {
    let root = project(&[("a", "old"), ("b", "mine")]);
    let error = change(root.path(), &[("a", "old", "new"), ("b", "old", "new")]).unwrap_err();
    assert_eq!(error.to_string(), "b: has changed since it was read, and stays as it is");
    assert_eq!((read(root.path(), "a"), read(root.path(), "b")), ("old".into(), "mine".into()));
    assert_eq!(names(root.path()), ["a", "b"]);
    change(root.path(), &[("a", "old", "new"), ("b", "mine", "")]).unwrap();
    assert_eq!((read(root.path(), "a"), read(root.path(), "b")), ("new".into(), String::new()));
}

#[test]
fn nothing_outside_of_the_project_is_written() {
    let both = project(&[("root/a", "old"), ("outside/a", "old"), ("outside/b", "old")]);
    let root = both.path().join("root");
    let refused = |path: &str| {
        let error = change(&root, &[("a", "old", "new"), (path, "old", "new")]).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{path}: ")), "{error}");
        assert_eq!(
            (read(&root, "a"), read(both.path(), "outside/a")),
            ("old".into(), "old".into())
        );
        assert_eq!(names(&both.path().join("outside")), ["a", "b"]);
        error.to_string()
    };
    assert!(refused("missing").contains("No such file"));
    assert!(refused("../outside/a").ends_with("lies outside of the project"));
    let absolute = both.path().join("outside/a");
    assert!(refused(absolute.to_str().unwrap()).ends_with("lies outside of the project"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../outside/a", root.join("link")).unwrap();
        symlink("../outside", root.join("folder")).unwrap();
        assert!(refused("link").ends_with("lies outside of the project"));
        assert!(refused("folder/a").ends_with("lies outside of the project"));
        // One that stays inside is followed, and is a link still.
        symlink("a", root.join("inside")).unwrap();
        change(&root, &[("inside", "old", "new"), ("a", "old", "new")]).unwrap();
        assert!(root.join("inside").is_symlink());
        assert_eq!(read(&root, "a"), "new");
    }
}

/// A file may have another name outside of the project.
#[test]
fn only_the_name_in_the_project_gets_the_new_text() {
    let both = project(&[("root/Dockerfile", INSTALL), ("outside/b", "")]);
    let (file, other) = (both.path().join("root/Dockerfile"), both.path().join("outside/a"));
    fs::hard_link(&file, &other).unwrap();
    let output = seamlint(&both.path().join("root"), &["--fix", "."]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert_eq!(read(both.path(), "root/Dockerfile"), FIXED);
    assert_eq!(read(both.path(), "outside/a"), INSTALL);
}

/// What is left out of the report is not fixed.
#[test]
fn only_what_is_reported_is_fixed() {
    let root = project(&[("a/Dockerfile", INSTALL), ("b/Dockerfile", INSTALL)]);
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "--all"]);
    git(root.path(), &["commit", "--quiet", "--message", "All"]);
    assert_eq!(status(&seamlint(root.path(), &["--write-baseline", "known.json"])), 0);
    let output = seamlint(root.path(), &["--fix", "--baseline", "known.json"]);
    assert_eq!((status(&output), read(root.path(), "a/Dockerfile")), (0, INSTALL.to_owned()));
    let more = |text: &str| text.replace("USER", "RUN apt-get install wget\nUSER");
    fs::write(root.path().join("a/Dockerfile"), more(INSTALL)).unwrap();
    let output = seamlint(root.path(), &["--fix", "--diff-base", "HEAD"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let fixed = more(INSTALL).replace("install wget", "install -y wget");
    assert_eq!(read(root.path(), "a/Dockerfile"), fixed);
    assert_eq!(read(root.path(), "b/Dockerfile"), INSTALL);
    let output = seamlint(root.path(), &["--fix", "b/Dockerfile"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    assert_eq!(read(root.path(), "a/Dockerfile"), fixed);
    assert_eq!(read(root.path(), "b/Dockerfile"), FIXED);
}

/// Not even by a rename, for which the permissions of the folder would do.
#[cfg(unix)]
#[test]
fn what_the_user_must_not_write_stays() {
    use std::os::unix::fs::PermissionsExt;
    let root = project(&[("a", "old")]);
    let set = |path: &str, mode| {
        fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("a", 0o422);
    // Root may write everything.
    let may = fs::File::options().write(true).open(root.path().join("a")).is_ok();
    assert_eq!(change(root.path(), &[("a", "old", "new")]).is_ok(), may);
    set("a", 0o644);
    set("", 0o555);
    if let Err(error) = change(root.path(), &[("a", &read(root.path(), "a"), "newer")]) {
        let error = error.to_string();
        assert!(error.starts_with("a: no new file can be made beside it: "), "{error}");
        assert!(!may);
    }
    set("", 0o755);
    assert_eq!(names(root.path()), ["a"]);
}

/// A file that may not grow stands for a disk that is full.
#[cfg(unix)]
#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let long = format!("{INSTALL}# {}\n", "x".repeat(5000));
    let root = project(&[("Dockerfile", &long), ("a/Dockerfile", INSTALL)]);
    let script = r#"trap '' XFSZ; ulimit -f 2; exec "$0" --fix"#;
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_seamlint")]).current_dir(root.path());
    let output = command.output().unwrap();
    assert_eq!(status(&output), 2);
    assert!(err(&output).starts_with("error: Dockerfile: File too large"), "{}", err(&output));
    assert_eq!(read(root.path(), "Dockerfile"), long);
    assert_eq!(read(root.path(), "a/Dockerfile"), INSTALL);
    assert_eq!(names(root.path()), ["Dockerfile", "a"]);
    assert_eq!(names(&root.path().join("a")), ["Dockerfile"]);
}

#[test]
fn what_a_run_that_was_killed_has_left_behind_is_in_nobodys_way() {
    let root = project(&[("a", "old")]);
    let stale = format!(".seamlint-{}-0", std::process::id());
    fs::write(root.path().join(&stale), "half").unwrap();
    change(root.path(), &[("a", "old", "new")]).unwrap();
    assert_eq!(read(root.path(), "a"), "new");
    assert_eq!(names(root.path()), [stale.as_str(), "a"]);
}

#[test]
fn a_dry_run_is_a_diff_that_git_applies() {
    let crlf = INSTALL.replace('\n', "\r\n");
    let files = [
        ("a b/Dockerfile", INSTALL),
        ("c/Dockerfile", &*crlf),
        ("d/Dockerfile", INSTALL.trim_end()),
        #[cfg(unix)]
        ("é \"e\"\\/Dockerfile", INSTALL),
        #[cfg(unix)]
        ("f\n\t\u{1}\"\\/Dockerfile", INSTALL),
    ];
    let root = project(&files);
    let diff = seamlint(root.path(), &["--diff"]);
    for arguments in [&["--fix", "--dry-run"][..], &["--dry-run"], &["--fix", "--diff"]] {
        let dry = seamlint(root.path(), arguments);
        assert_eq!((status(&dry), out(&dry), err(&dry)), (1, out(&diff), err(&diff)));
    }
    for (path, text) in files {
        assert_eq!(read(root.path(), path), text);
    }
    let patched = project(&files);
    let patch = patched.path().join("fixes.patch");
    fs::write(&patch, out(&diff)).unwrap();
    git(patched.path(), &["apply", "fixes.patch"]);
    assert_eq!(status(&seamlint(root.path(), &["--fix"])), 0);
    for (path, text) in files {
        assert_eq!(read(root.path(), path), read(patched.path(), path));
        assert_ne!(read(root.path(), path), text);
    }
    let again = seamlint(root.path(), &["--fix", "--dry-run"]);
    assert_eq!((status(&again), out(&again)), (0, String::new()));
}

/// Two rules put words in the same place; the second waits for the next round.
#[test]
fn fixes_that_are_in_each_others_way_are_made_one_after_the_other() {
    let root = project(&[
        ("Dockerfile", INSTALL),
        ("seamlint.toml", "[rules]\nrecommended-packages = \"warning\"\n"),
    ]);
    let output = seamlint(root.path(), &["--unsafe-fixes"]);
    assert_eq!((status(&output), out(&output)), (0, String::new()), "{}", err(&output));
    assert!(err(&output).starts_with("fixed 2 findings in 1 file\n"), "{}", err(&output));
    let text = read(root.path(), "Dockerfile");
    assert!(text.contains(" -y") && text.contains(" --no-install-recommends"), "{text}");
}
