//! What scripts run: words, folders and conditions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::eval::shell::{Start, WorkingFolder, run};
use seamlint::model::Project;
use seamlint::source::{Excerpt, Sources, Span};
use seamlint::syntax::shell;
use seamlint::value::Sourced;
use std::time::{Duration, Instant};

/// The commands of a script that lies in `ci/`, and is called there with two arguments.
fn commands(script: &str) -> Vec<String> {
    let sources = Sources::of(&[
        ("ci/run.sh", script),
        ("dockerfiles/a.Dockerfile", "FROM x"),
        ("dockerfiles/b.lambda.Dockerfile", "FROM x"),
    ]);
    let (id, _) = sources.find("ci/run.sh").unwrap();
    let at = Span::new(id, 0..script.len());
    let argument = |text: &str| Sourced { value: text.into(), at, via: Vec::new() };
    let start = Start {
        folders: vec![WorkingFolder::root("").enter(&"ci".into()).unwrap()],
        path: Some("ci/run.sh".to_owned()),
        arguments: Some(vec![argument("dev"), argument("two")]),
        env: Vec::new(),
    };
    let tree = shell::parse(&Excerpt::verbatim(script, at)).tree;
    let shown = |ran: &seamlint::eval::shell::Ran| {
        let words: Vec<String> = ran.words.iter().map(|w| w.value.to_string()).collect();
        let folder = match &ran.folders[..] {
            [folder] => folder.path.as_str(),
            _ => "?",
        };
        let mark = if ran.conditional { "perhaps " } else { "" };
        format!("{mark}{folder}: {}", words.join(" "))
    };
    let quiet =
        ["set", "cd", "exit", "[", "[[", "dirname", "pwd", "git", "shift", "local", "continue"];
    let ran = run(&tree, &start, &sources);
    let told = ran.iter().filter(|ran| {
        !ran.words.first().and_then(|w| w.value.literal()).is_some_and(|w| quiet.contains(&w))
    });
    told.map(shown).collect()
}

#[test]
fn what_is_known_is_followed() {
    for (script, expected) in [
        ("X=a; Y=\"$X-b\"; run $Y ${X}c", vec!["ci: run a-b ac"]),
        ("run ${TAG:-latest} ${1:-x} ${3:-x}", vec!["ci: run latest dev x"]),
        ("run $1 \"$@\" $# $2", vec!["ci: run dev dev two 2 two"]),
        ("set -- a b; run \"$@\"; shift; run $1", vec!["ci: run a b", "ci: run b"]),
        ("A=(a \"b c\"); A+=(d); run \"${A[@]}\" ${A[1]}", vec!["ci: run a b c d b c"]),
        ("ARGS=\"-t x\"; run $ARGS \"$ARGS\"", vec!["ci: run -t x -t x"]),
        (
            "F=a.Dockerfile; run ${F%.Dockerfile} ${F##*.} ${F/a/b}",
            vec!["ci: run a Dockerfile b.Dockerfile"],
        ),
        ("run $UNKNOWN", vec!["ci: run *"]),
        ("env A=b sudo run x", vec!["ci: run x"]),
        ("exec run; never", vec!["ci: run"]),
        ("f() { local x=$1; run $x; }; f a; f b", vec!["ci: run a", "ci: run b"]),
        ("f() { run; }; \"$CALL\"", vec!["ci: *", "perhaps ci: run"]),
        (
            "A=(); [ $X ] && A=(a b)\nfor x in \"${A[@]}\"; do run $x; done",
            vec!["perhaps ci: run a", "perhaps ci: run b", "ci: run *"],
        ),
        ("R=$(git rev-parse --show-toplevel || pwd); cd $R/api; run", vec!["api: run"]),
        ("exit 1\nrun", vec![]),
    ] {
        assert_eq!(commands(script), expected, "{script}");
    }
}

#[test]
fn folders_are_followed() {
    for (script, expected) in [
        ("cd ../api && run", vec!["api: run"]),
        ("(cd ../api; run); run", vec!["api: run", "ci: run"]),
        ("cd \"$(dirname \"$0\")/..\"; run", vec![": run"]),
        (
            "DIR=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd); cd $DIR/../web; run",
            vec!["web: run"],
        ),
        ("cd $(git rev-parse --show-toplevel)/api || exit 1\nrun", vec!["api: run"]),
        ("cd $SOMEWHERE; run", vec!["?: run"]),
        ("if $X; then cd ..; fi; run", vec!["ci: *", "?: run"]),
        ("ROOT=$(git rev-parse --show-toplevel); run -f $ROOT/a", vec!["ci: run -f */a"]),
    ] {
        assert_eq!(commands(script), expected, "{script}");
    }
}

#[test]
fn branches_that_are_decided_are_taken_alone() {
    for (script, expected) in [
        ("if [ \"$1\" = dev ]; then a; else b; fi", vec!["ci: a"]),
        ("if [ -z \"$3\" ]; then a; elif x; then b; fi", vec!["ci: a"]),
        ("if [ \"$E\" = dev ]; then a; else b; fi", vec!["perhaps ci: a", "perhaps ci: b"]),
        ("if [[ $1 == d* && -n $2 ]]; then a; else b; fi", vec!["ci: a"]),
        ("case $1 in prod) a;; dev|test) b;; *) c;; esac", vec!["ci: b"]),
        ("case $E in prod) T=a;; *) T=b;; esac; run $T", vec!["ci: run *"]),
        ("P=x; case $E in prod) P=y;; esac; run $P", vec!["ci: run *"]),
        ("[ \"$1\" = dev ] && a; [ \"$1\" = prod ] && b; c", vec!["ci: a", "ci: c"]),
        ("[ \"$1\" = dev ] || exit 1; a", vec!["ci: a"]),
        ("[ -n \"$E\" ] || exit 1; a", vec!["ci: a"]),
        ("make x || b; c", vec!["ci: make x", "perhaps ci: b", "ci: c"]),
        ("if [ $E ]; then exit 1; fi; a", vec!["ci: a"]),
    ] {
        assert_eq!(commands(script), expected, "{script}");
    }
}

#[test]
fn loops_over_known_words_are_gone_through() {
    let by_name = "for f in ../dockerfiles/*.Dockerfile; do\n case $f in\n *lambda*) P=arm64 ;;\n *) P=amd64 ;;\n esac\n run -f \"$f\" $P\ndone";
    for (script, expected) in [
        ("for s in api web; do run $s; done", vec!["ci: run api", "ci: run web"]),
        ("for s in {a,b}; do run $s; done; run $s", vec!["ci: run a", "ci: run b", "ci: run b"]),
        ("S='a b'; for s in $S; do run $s; done", vec!["ci: run a", "ci: run b"]),
        ("for s in $ALL; do run $s; done", vec!["perhaps ci: run *"]),
        ("for s in a b; do [ $s = a ] && continue; run $s; done", vec!["ci: run b"]),
        ("while x; do T=a; done; run $T", vec!["perhaps ci: x", "ci: run *"]),
        (
            by_name,
            vec![
                "ci: run -f ../dockerfiles/a.Dockerfile amd64",
                "ci: run -f ../dockerfiles/b.lambda.Dockerfile arm64",
            ],
        ),
    ] {
        assert_eq!(commands(script), expected, "{script}");
    }
}

#[test]
fn what_runs_without_end_is_cut_off() {
    for script in [
        "f() { f; f; }; f",
        "f() { for i in 1 2 3 4 5 6 7 8 9; do f $i; done; }; f",
        "X=a; while true; do X=$X$X; done",
        &"for i in 1 2 3 4 5 6 7 8 9; do ".repeat(40),
        &"X=$X$X$X$X\n".repeat(100),
        &format!("X=a\n{}", "export X=$X$X\n".repeat(100)),
        &format!("X=(a)\n{}", "X+=(\"${X[@]}\" b)\n".repeat(100)),
        &"if $A; then B=1; else C=2; fi\n".repeat(2_000),
    ] {
        let start = Instant::now();
        commands(script);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}: {}", &script[..script.len().min(60)]);
    }
}

#[test]
fn variables_of_make_do_not_grow_without_end() {
    let chain: String = (0..60).map(|i| format!("A{} = $(A{i})$(A{i})\n", i + 1)).collect();
    let makefile = format!("A0 = xx\n{chain}all:\n\tdocker build -t $(A60) .\n");
    let start = Instant::now();
    let project = Project::read(Sources::of(&[("Makefile", &makefile), ("Dockerfile", "FROM a")]));
    assert_eq!(project.builds.len(), 1);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn variables_of_workflows_and_images_do_not_grow_without_end() {
    let env: String = (0..60)
        .map(|i| format!("  A{}: ${{{{ env.A{i} }}}}${{{{ env.A{i} }}}}\n", i + 1))
        .collect();
    let steps = "jobs:\n  a:\n    steps:\n    - run: docker build -t ${{ env.A60 }} .\n";
    let workflow = format!("on: push\nenv:\n  A0: xx\n{env}{steps}");
    let chain: String = (0..60).map(|i| format!("ENV A{}=$A{i}$A{i}\n", i + 1)).collect();
    let dockerfile = format!("FROM a\nENV A0=xx\n{chain}WORKDIR $A60\n");
    let start = Instant::now();
    let files = [(".github/workflows/a.yml", &*workflow), ("Dockerfile", &*dockerfile)];
    let project = Project::read(Sources::of(&files));
    assert_eq!((project.builds.len(), project.images.len()), (1, 1));
    assert!(start.elapsed() < Duration::from_secs(5));
}
