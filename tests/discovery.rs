//! Which files of a disk are read, and as what.
#![allow(clippy::unwrap_used)]

use seamlint::source::{Kind, Sources};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn project(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(root.path(), path, text.as_bytes());
    }
    root
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

fn discover(root: &TempDir, exclude: &[&str]) -> Sources {
    let exclude: Vec<String> = exclude.iter().map(|pattern| (*pattern).to_owned()).collect();
    Sources::discover(root.path(), &exclude).unwrap()
}

fn paths(sources: &Sources) -> Vec<&str> {
    sources.iter().map(|(_, source)| &*source.path).collect()
}

#[test]
fn what_search_tools_leave_out_is_read() {
    let root = project(&[(".ignore", "api\n*.tf\n"), ("api/Dockerfile", "FROM a"), ("a.tf", "")]);
    assert_eq!(paths(&discover(&root, &[])), ["a.tf", "api/Dockerfile"]);
}

#[test]
fn kinds_follow_from_name_and_content() {
    const STEPS: &str = "steps:\n- name: docker\n";
    for (path, text, kind) in [
        ("Dockerfile", "FROM a", Some(Kind::Dockerfile)),
        ("Containerfile", "FROM a", Some(Kind::Dockerfile)),
        ("api.Dockerfile", "FROM a", Some(Kind::Dockerfile)),
        ("api.dockerfile", "FROM a", Some(Kind::Dockerfile)),
        ("Dockerfile.prod", "FROM a", Some(Kind::Dockerfile)),
        ("Dockerfile.windows", "\u{feff}# made by an editor\nFROM a", Some(Kind::Dockerfile)),
        ("Dockerfile.md", "# How FROM works", None),
        ("dockerfile.mdx", "---\ntitle: Images\n---\nFrom source to image\n", None),
        ("dockerfile.guide", "Images\n\nFROM names the base.\n", None),
        ("Dockerfile.j2", "FROM a", None),
        ("Dockerfile.linux", "FROM a\n{{ insert }}\n", None),
        ("Dockerfile.notes", "nothing of that kind", None),
        (".dockerignore", "*", Some(Kind::Dockerignore)),
        ("Dockerfile.dockerignore", "*", Some(Kind::Dockerignore)),
        ("cloudbuild.yaml", STEPS, Some(Kind::CloudBuild)),
        ("deploy/release.yml", STEPS, Some(Kind::CloudBuild)),
        ("cloudbuild.json", "{\"steps\": [{\"name\": \"docker\"}]}", Some(Kind::CloudBuild)),
        ("values.yaml", "image: a\n", Some(Kind::Yaml)),
        (
            "rollout.yaml",
            "{{ if a }}\nspec:\n  steps: []\n  name: a\n{{ end }}\n",
            Some(Kind::Yaml),
        ),
        ("load.yaml", "{{ $n := 10 }}\nsteps:\n- name: a\n", Some(Kind::Yaml)),
        ("vendor/example.com/shop/Dockerfile", "FROM a", None),
        ("vendor/shop/Dockerfile", "FROM a", Some(Kind::Dockerfile)),
        ("node_modules/shop/Dockerfile", "FROM a", None),
        ("main.tf", "", Some(Kind::Terraform)),
        ("main.tofu", "", Some(Kind::Terraform)),
        ("main.tf.json", "{}", Some(Kind::Terraform)),
        ("prod.tfvars", "", Some(Kind::Terraform)),
        ("deploy.sh", "", Some(Kind::Script)),
        ("Makefile", "", Some(Kind::Script)),
        ("app.py", "", None),
    ] {
        let sources = Sources::of(&[(path, text)]);
        assert_eq!(sources.iter().next().map(|(_, source)| source.kind), kind, "{path}");
        assert!(sources.has_file(path), "{path} exists all the same");
    }
}

#[test]
fn a_file_that_only_starts_as_a_dockerfile_is_none() {
    let sources = Sources::of(&[
        ("Modelfile.small", "# a\nFROM /models/a.gguf\n\nTEMPLATE \"\"\"{{ .Prompt }}\"\"\"\n"),
        ("Imagefile.small", "FROM a\n\n# b\nrun b\n"),
        ("Imagefile.long", "FROM a \\\n  AS b\nRUN b\n"),
        (
            "start.sh",
            "ollama create a -f Modelfile.small\ndocker build -f Imagefile.small .\n\
                      docker build -f Imagefile.long .\n",
        ),
    ]);
    assert_eq!(paths(&sources), ["Imagefile.long", "Imagefile.small", "start.sh"]);
}

#[test]
fn a_build_command_names_a_dockerfile_of_any_name() {
    let files = [
        ("docker/api.image", "ARG BASE\nFROM $BASE\n"),
        ("docker/notes.image", "nothing of that kind\n"),
        ("Makefile", "build:\n\tdocker build -f docker/api.image -t api .\n"),
        ("deploy.sh", "docker build -f docker/notes.image .\n"),
    ];
    let kinds = |sources: &Sources| {
        let dockerfiles = sources.iter().filter(|(_, source)| source.kind == Kind::Dockerfile);
        dockerfiles.map(|(_, source)| source.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&Sources::of(&files)), ["docker/api.image"]);
    assert_eq!(kinds(&discover(&project(&files), &[])), ["docker/api.image"]);
}

#[test]
fn terraform_names_what_it_reads_into_values() {
    let large = format!("{{\"a\": \"{}\"}}", "x".repeat(256 << 10));
    let files = [
        (
            "infra/main.tf",
            "a = templatefile(\"${path.module}/templates/run.sh.tftpl\", {})\n\
             b = jsondecode(file(\"settings.json\"))\nc = file(\"large.json\")\n\
             d = file(\"init.tpl\")\ne = file(\"notes.txt\")\nf = file(\"Dockerfile.tpl\")\n",
        ),
        ("infra/templates/run.sh.tftpl", "echo"),
        ("infra/settings.json", "{}"),
        ("infra/init.tpl", "a"),
        ("infra/Dockerfile.tpl", "FROM ${image}"),
        // Too large, not named, of no such kind, or far from Terraform.
        ("infra/large.json", &large),
        ("infra/package.json", "{}"),
        ("infra/notes.txt", "a"),
        ("web/settings.json", "{}"),
        // Named by a build command, too, but no Dockerfile.
        ("deploy.sh", "kubectl apply -f settings.json\n"),
    ];
    let templates = |sources: &Sources| {
        let found = sources.iter().filter(|(_, source)| source.kind == Kind::Template);
        found.map(|(_, source)| source.path.to_string()).collect::<Vec<_>>()
    };
    let expected = [
        "infra/Dockerfile.tpl",
        "infra/init.tpl",
        "infra/settings.json",
        "infra/templates/run.sh.tftpl",
    ];
    assert_eq!(templates(&Sources::of(&files)), expected);
    let root = project(&files);
    write(root.path(), "infra/deep/init.tpl", &[0xff, 0xfe]);
    let sources = discover(&root, &[]);
    assert_eq!(templates(&sources), expected);
    assert_eq!(sources.notes, [], "a value that is not known is no news");
    assert!(discover(&root, &["infra/*.json"]).find("infra/settings.json").is_none());
}

#[test]
fn environments_in_json_are_chosen_as_well() {
    let mut sources = Sources::of(&[
        ("a.tfvars.json", "{}"),
        ("b.tfvars", ""),
        ("terraform.tfvars.json", "{}"),
        ("x.auto.tfvars.json", "{}"),
    ]);
    sources.retain_environments(|_| false);
    assert_eq!(paths(&sources), ["terraform.tfvars.json", "x.auto.tfvars.json"]);
}

#[test]
#[cfg(unix)]
fn what_lies_behind_a_link_or_in_an_empty_folder_may_be_there() {
    let root = project(&[
        (".gitignore", "bin/\n"),
        ("services/api/Dockerfile", "FROM a"),
        ("rel/overlays/bin/server", "x"),
    ]);
    fs::create_dir_all(root.path().join("upstream/web")).unwrap();
    std::os::unix::fs::symlink("services/api", root.path().join("api")).unwrap();
    let sources = discover(&root, &[]);
    for path in ["api/Dockerfile", "rel", "rel/overlays", "upstream/web", "upstream/web/Dockerfile"]
    {
        assert!(sources.may_appear(path), "{path}");
    }
    for path in ["services/api/src", "ap", "services", "rels", "upstreams"] {
        assert!(!sources.may_appear(path), "{path}");
    }
}

#[test]
fn what_git_ignores_is_not_read_with_or_without_git() {
    let root = project(&[
        (".gitignore", "out/\n"),
        ("Dockerfile", "FROM a"),
        ("out/Dockerfile", "FROM b"),
        ("api/.gitignore", "*.tf\n"),
        ("api/main.tf", ""),
        (".github/workflows/ci.yml", "on: push\n"),
    ]);
    let expected = [".github/workflows/ci.yml", ".gitignore", "Dockerfile", "api/.gitignore"];
    assert_eq!(paths(&discover(&root, &[])), expected);
    assert!(discover(&root, &[]).may_appear("out/Dockerfile"));
    fs::create_dir(root.path().join(".git")).unwrap();
    write(root.path(), ".git/Dockerfile", b"FROM c");
    assert_eq!(paths(&discover(&root, &[])), expected);
}

#[test]
fn what_git_has_although_it_is_to_ignore_it_is_not_untracked() {
    let files = [
        (".gitignore", "*.json\nbuild/\n"),
        ("Dockerfile", "FROM a"),
        ("settings.json", "{}"),
        ("build/tool/run.sh", ""),
    ];
    let untracked = |root: &TempDir| {
        let sources = discover(root, &[]);
        ["settings.json", "other.json", "build", "build/x", "Dockerfile", "missing"]
            .map(|path| sources.untracked(path).map(|at| sources.display(at)))
    };
    let root = project(&files);
    assert_eq!(untracked(&root), [const { None }; 6], "without an index nothing is known");
    write(root.path(), ".git/index", &index(&["Dockerfile", "build/tool/run.sh", "settings.json"]));
    let (json, build) = (Some(".gitignore:1:1".to_owned()), Some(".gitignore:2:1".to_owned()));
    assert_eq!(untracked(&root), [None, json, None, build, None, None]);
    write(root.path(), ".git/index", b"DIRC broken");
    assert_eq!(untracked(&root), [const { None }; 6]);
}

#[test]
fn what_git_has_although_it_is_to_ignore_it_is_read() {
    let root = project(&[
        (".gitignore", ".gitignore\nold/\nout/\nlock.json\n"),
        ("old/Dockerfile", "FROM a"),
        ("old/vendor/Dockerfile", "FROM b"),
        ("out/Dockerfile", "FROM c"),
    ]);
    assert_eq!(paths(&discover(&root, &[])), [".gitignore"]);
    assert!(discover(&root, &[]).may_appear("lock.json"), "although git ignores what says so");
    let tracked = ["../Dockerfile", "old/Dockerfile", "old/gone", "old/vendor/Dockerfile"];
    write(root.path(), ".git/index", &index(&tracked));
    let all = [".gitignore", "old/Dockerfile", "old/vendor/Dockerfile"];
    assert_eq!(paths(&discover(&root, &[])), all);
    assert_eq!(paths(&discover(&root, &["old/vendor/"])), all[..2]);
    assert!(!discover(&root, &[]).has_file("old/gone"));
}

/// An index as git writes it, of some paths.
fn index(paths: &[&str]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend((paths.len() as u32).to_be_bytes());
    for path in paths {
        bytes.extend([0; 60]);
        bytes.extend((path.len() as u16).to_be_bytes());
        bytes.extend(path.bytes());
        bytes.extend(vec![0; 8 - (62 + path.len()) % 8]);
    }
    bytes
}

#[test]
fn a_folder_of_a_repository_is_a_part_of_it() {
    let root = project(&[("api/Dockerfile", "FROM a")]);
    let is_part = |folder: &str| Sources::discover(&root.path().join(folder), &[]).unwrap().is_part;
    assert!(!is_part("api"));
    fs::create_dir(root.path().join(".git")).unwrap();
    assert!(is_part("api") && !is_part(""));
}

#[test]
fn excluded_files_are_not_read() {
    let root = project(&[("a/Dockerfile", "FROM a"), ("vendor/Dockerfile", "FROM b")]);
    let sources = discover(&root, &["vendor/"]);
    assert_eq!(paths(&sources), ["a/Dockerfile"]);
    assert!(sources.may_appear("vendor") && sources.may_appear("vendor/anything"));
    let sources = discover(&root, &["/a/*"]);
    assert_eq!(paths(&sources), ["vendor/Dockerfile"]);
    assert!(sources.has_file("a/Dockerfile") && sources.has_folder("a"));
}

#[test]
fn odd_files_are_noted_and_nothing_else_is_lost() {
    let root = project(&[("a/Dockerfile", "FROM a")]);
    write(root.path(), "b/Dockerfile", &[0xff, 0xfe, 0x00]);
    write(root.path(), "c/Dockerfile", &vec![b'#'; (4 << 20) + 1]);
    write(root.path(), "d/Dockerfile", b"");
    let sources = discover(&root, &[]);
    assert_eq!(paths(&sources), ["a/Dockerfile", "d/Dockerfile"]);
    let notes: Vec<_> = sources.notes.iter().map(|n| format!("{}: {}", n.path, n.why)).collect();
    assert_eq!(notes, ["b/Dockerfile: is not UTF-8", "c/Dockerfile: is larger than 4 MiB"]);
}

#[cfg(unix)]
#[test]
fn links_lead_neither_out_nor_around() {
    use std::os::unix::fs::symlink;
    let outside = project(&[("secret/Dockerfile", "FROM outside")]);
    let root = project(&[("a/Dockerfile", "FROM a")]);
    symlink(outside.path().join("secret"), root.path().join("folder")).unwrap();
    symlink(outside.path().join("secret/Dockerfile"), root.path().join("Dockerfile")).unwrap();
    symlink("..", root.path().join("a/loop")).unwrap();
    symlink("Dockerfile", root.path().join("a/Dockerfile.same")).unwrap();
    symlink("nowhere", root.path().join("a/Dockerfile.gone")).unwrap();
    let sources = discover(&root, &[]);
    assert_eq!(paths(&sources), ["a/Dockerfile"]);
    assert!(sources.has_file("a/Dockerfile.same"));
    let notes: Vec<_> = sources.notes.iter().map(|n| format!("{}: {}", n.path, n.why)).collect();
    assert_eq!(
        notes,
        ["Dockerfile: is a link out of the project", "a/Dockerfile.gone: is a link to nothing"]
    );
}

#[test]
fn a_root_that_is_no_folder_is_an_error() {
    let root = project(&[("Dockerfile", "FROM a")]);
    assert!(Sources::discover(&root.path().join("Dockerfile"), &[]).is_err());
    assert!(Sources::discover(&root.path().join("gone"), &[]).is_err());
}

#[test]
fn sizes_are_those_of_the_disk() {
    let root = project(&[("Dockerfile", "FROM a"), ("data/a", "12345"), ("data/b/c", "123")]);
    let sources = discover(&root, &[]);
    let size = |path: &str| sources.size(path).map(|size| size.to_string());
    assert_eq!(size("data").as_deref(), Some("8 bytes in 2 files"));
    assert_eq!(size("data/a").as_deref(), Some("5 bytes in a file"));
    assert_eq!(size("nowhere"), None);
    // What is asked twice is measured once.
    write(root.path(), "data/d", b"1");
    assert_eq!(size("data").as_deref(), Some("8 bytes in 2 files"));
    assert_eq!(Sources::of(&[("data/a", "12345")]).size("data"), None);
}

#[cfg(unix)]
#[test]
fn links_and_folders_without_end_are_no_size() {
    let root = project(&[("Dockerfile", "FROM a"), ("real/a", "12345")]);
    fs::create_dir(root.path().join("empty")).unwrap();
    std::os::unix::fs::symlink("/", root.path().join("link")).unwrap();
    std::os::unix::fs::symlink("..", root.path().join("real/up")).unwrap();
    for i in 0..20_001 {
        write(root.path(), &format!("many/{i}"), b"1");
    }
    let sources = discover(&root, &[]);
    let size = |path: &str| sources.size(path).map(|size| size.to_string());
    assert_eq!(size("link"), None);
    assert_eq!(size("empty"), None);
    assert_eq!(size("real").as_deref(), Some("5 bytes in a file"));
    assert_eq!(size("many").as_deref(), Some("more than 20 kB in more than 20000 files"));
}
