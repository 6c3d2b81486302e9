//! What comments hide, and what is said of those that hide nothing.

use super::*;
use crate::rule::Rule;
use crate::rules;

/// Reports every place where a file says `BAD`, as several rules.
fn found(sources: &Sources, rules: &[&'static Rule]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, source) in sources.iter() {
        for (at, text) in source.text.match_indices("BAD") {
            let span = Span::new(id, at..at + text.len());
            found.extend(rules.iter().map(|rule| rule.finding_at("bad", span, "here")));
        }
    }
    found
}

fn rule(id: &str) -> &'static Rule {
    rules::ALL.iter().find(|rule| rule.id == id).unwrap()
}

/// What is left of the findings of `port-drift` and `bind-localhost`, and what is said of
/// the comments, if `off` did not run.
fn run(path: &str, text: &str, off: &str) -> (Vec<String>, Vec<Finding>) {
    let sources = Sources::of(&[(path, text)]);
    let mut suppressions = Suppressions::read(&sources);
    let mut left = found(&sources, &[rule("port-drift"), rule("bind-localhost")]);
    left.retain(|finding| finding.rule != off && !suppressions.hides(finding));
    let shown = |f: &Finding| format!("{}: {}", sources.position(f.at.span).line, f.rule);
    let left = left.iter().map(shown).collect();
    (left, suppressions.unused(&|id| id != off && id != "suppression-without-reason"))
}

/// The lines that `port-drift` reports, where nothing is wrong with the comments.
fn left(path: &str, text: &str) -> Vec<String> {
    let (mut left, unused) = run(path, text, "bind-localhost");
    assert!(unused.is_empty(), "{unused:#?}");
    left.iter_mut().for_each(|line| *line = line.replace(": port-drift", ""));
    left
}

/// What is said of the comments, each with the text that is underlined.
fn said(path: &str, text: &str) -> Vec<String> {
    let (_, unused) = run(path, text, "");
    unused.iter().map(|f| format!("{}: {}", &text[f.at.span.range()], f.message)).collect()
}

/// The text after the fixes of what is said of the comments.
fn fixed(path: &str, text: &str, off: &str) -> String {
    let (_, unused) = run(path, text, off);
    let mut text = text.to_owned();
    for fix in unused.iter().rev().flat_map(|finding| &finding.fixes) {
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
    }
    text
}

const HIDE: &str = "# seamlint: ignore[port-drift]";

#[test]
fn a_comment_at_the_end_of_a_line_speaks_of_that_line() {
    let text = format!("a = BAD {HIDE} because\nb = BAD\n");
    assert_eq!(left("a.tf", &text), ["2"]);
    assert_eq!(left("a.tf", "a = BAD /* seamlint: ignore[port-drift] */\nb = BAD"), ["2"]);
    assert_eq!(left("a.tf", "/*seamlint:ignore [ port-drift ]*/ a = BAD\nb = BAD"), ["2"]);
    assert_eq!(left("a.tf", "a = BAD // seamlint: ignore[port-drift]\nb = BAD"), ["2"]);
}

#[test]
fn a_comment_on_its_own_line_speaks_of_the_next_code() {
    assert_eq!(left("a.tf", &format!("BAD\n{HIDE}\n\n# more\n/* and\n */\nBAD\nBAD")), ["1", "8"]);
    let text = format!("RUN a \\\n{HIDE}\n BAD \\\n\n # c\n BAD\nRUN BAD");
    assert_eq!(left("Dockerfile", &text), ["7"]);
    let text = format!("{HIDE}\nBAD \\\n  BAD\nBAD");
    assert_eq!(left("a.sh", &text), ["4"]);
    assert_eq!(left("a.yaml", &text), ["4"]);
    assert_eq!(left("a.sh", &format!("{HIDE}\nBAD \\\n# c\nBAD")), ["4"]);
    assert_eq!(left("Dockerfile", &format!("{HIDE}\nBAD \\\n# c\nBAD\nBAD")), ["5"]);
    // The last line may have no end.
    assert_eq!(left("a.tf", &format!("{HIDE}\r\nBAD")), Vec::<String>::new());
    assert_eq!(left("a.sh", &format!("{HIDE}\nBAD \\")), Vec::<String>::new());
}

#[test]
fn a_comment_can_speak_of_the_whole_file() {
    let text = "BAD\n# seamlint: ignore-file[port-drift] all of it\nBAD\n";
    assert_eq!(left("a.tf", text), Vec::<String>::new());
    let (left, _) = run("a.tf", text, "");
    assert_eq!(left, ["1: bind-localhost", "3: bind-localhost"]);
}

#[test]
fn a_comment_without_names_hides_all_rules() {
    let (left, unused) = run("a.tf", "BAD # seamlint: ignore it is fine\nBAD", "");
    assert_eq!(left, ["2: port-drift", "2: bind-localhost"]);
    assert!(unused.is_empty());
    let (left, unused) = run("a.tf", "BAD\n# seamlint: ignore-file", "");
    assert_eq!((left.len(), unused.len()), (0, 0));
}

#[test]
fn a_string_is_no_comment() {
    assert!(said("a.tf", "x = \"# seamlint: ignore[port-drift]\"").is_empty());
    assert!(said("Dockerfile", "FROM a # seamlint: ignore[port-drift]").is_empty());
    assert!(said("a.tf", "# ask seamlint: ignore[port-drift]").is_empty());
}

#[test]
fn what_hides_nothing_is_reported() {
    assert_eq!(
        said("a.tf", "x # seamlint: ignore[port-drift]\n"),
        ["ignore[port-drift]: `port-drift` is hidden, but not reported here"]
    );
    assert_eq!(
        said("a.tf", "BAD # seamlint: ignore[port-drift, reserved-env]\n"),
        ["reserved-env: `reserved-env` is hidden, but not reported here"]
    );
    assert_eq!(
        said("a.tf", "BAD # seamlint: ignore[port-drift, reserved-env, platform-mismatch]\n"),
        ["port-drift, reserved-env, platform-mismatch: `reserved-env`, `platform-mismatch` \
          are hidden, but none is reported here"]
    );
    assert_eq!(
        said("a.tf", "# seamlint: ignore-file[reserved-env]\nx\n# seamlint: ignore\n"),
        [
            "ignore-file[reserved-env]: `reserved-env` is hidden, but not reported in this file",
            "ignore: all rules are hidden, but none reports anything here",
        ]
    );
}

#[test]
fn of_a_rule_that_did_not_run_nothing_is_said() {
    let unused = |text| run("a.tf", text, "port-drift").1.len();
    assert_eq!(unused("x # seamlint: ignore[port-drift]"), 0);
    assert_eq!(unused("x # seamlint: ignore"), 0);
    assert_eq!(unused("x # seamlint: ignore[port-drift, reserved-env]"), 1);
}

#[test]
fn a_name_that_is_no_rule_is_reported() {
    let text = "BAD # seamlint: ignore[port-drfit, x]\n";
    assert_eq!(
        said("a.tf", text),
        ["port-drfit: there is no rule `port-drfit`", "x: there is no rule `x`"]
    );
    let (left, unused) = run("a.tf", text, "");
    assert_eq!(left.len(), 2);
    assert_eq!(unused[0].help, "did you mean `port-drift`?");
    assert_eq!(unused[0].fixes[0].safety, Safety::Unsafe);
    assert_eq!(unused[1].help, "`seamlint rules` lists them");
    assert!(unused[1].fixes.is_empty());
    assert_eq!(fixed("a.tf", text, ""), "BAD # seamlint: ignore[port-drift, x]\n");
    let long = format!("x # seamlint: ignore[{}]", "é".repeat(100));
    assert_eq!(said("a.tf", &long)[0].chars().filter(|c| *c == 'é').count(), 164);
}

#[test]
fn what_cannot_be_read_hides_nothing_and_is_reported() {
    for (comment, message) in [
        ("", "seamlint:: `ignore` or `ignore-file` must follow `seamlint:`"),
        ("ignroe", "ignroe: `ignroe` is neither `ignore` nor `ignore-file`"),
        ("ignore[port-drift", "[: there is no `]` for this `[`"),
        ("ignore[]", "ignore[]: there is no rule between the brackets"),
        ("ignore[ , ]", "ignore[ , ]: there is no rule between the brackets"),
        ("ignore: x", "ignore: `[` or a blank must follow `ignore`, not `:`"),
        (
            "ignore port-drift, it is",
            "ignore port-drift: `port-drift` must stand in brackets: `ignore[port-drift]`",
        ),
    ] {
        let text = format!("BAD # seamlint: {comment}");
        assert_eq!(said("a.tf", &text), [message]);
        assert_eq!(run("a.tf", &text, "").0.len(), 2, "{comment}");
    }
    assert_eq!(fixed("a.tf", "x # seamlint: ignore-flie\n", ""), "x # seamlint: ignore-file\n");
    assert_eq!(
        fixed("a.tf", "BAD # seamlint: ignore port-drift\n", ""),
        "BAD # seamlint: ignore[port-drift]\n"
    );
}

#[test]
fn the_fix_removes_the_comment_or_the_name() {
    for (path, before, after) in [
        ("a.tf", "x  # seamlint: ignore\ny\n", "x\ny\n"),
        ("a.tf", "x\n  # seamlint: ignore\r\ny\n", "x\ny\n"),
        ("a.tf", "x\n# seamlint: ignore", "x\n"),
        ("a.tf", "/* seamlint: ignore */ x\n", " x\n"),
        ("a.tf", "/*\n seamlint: ignore\n */\nx\n", "x\n"),
        ("a.tf", "/* seamlint: ignore */ // c\nx\n", " // c\nx\n"),
        (
            "a.tf",
            "BAD # seamlint: ignore[port-drift,reserved-env] x\n",
            "BAD # seamlint: ignore[port-drift] x\n",
        ),
        ("Dockerfile", "RUN a \\\n  # seamlint: ignore\n  b\n", "RUN a \\\n  b\n"),
        // Without the comment, the next line would be an instruction.
        ("Dockerfile", "RUN a # seamlint: ignore \\\n b\n", "RUN a # seamlint: ignore \\\n b\n"),
    ] {
        assert_eq!(fixed(path, before, ""), after);
    }
}

#[test]
fn a_comment_can_be_kept_although_it_hides_nothing() {
    assert!(said("a.tf", "x # seamlint: ignore[port-drift, unused-suppression]").is_empty());
    let above = "# seamlint: ignore[unused-suppression]\n# seamlint: ignore[port-drift]\nx";
    assert!(said("a.tf", above).is_empty());
    let file = "# seamlint: ignore-file[unused-suppression]\nx # seamlint: ignore[port-drfit]";
    assert!(said("a.tf", file).is_empty());
    assert_eq!(
        said("a.tf", "x # seamlint: ignore[unused-suppression]"),
        ["ignore[unused-suppression]: `unused-suppression` is hidden, but not reported here"]
    );
}

#[test]
fn many_comments_take_time_for_each_only_once() {
    let stacked = format!("{}BAD\n", format!("{HIDE}\n").repeat(30_000));
    assert_eq!(left("a.tf", &stacked), Vec::<String>::new());
    let nested = format!("RUN x {}\n BAD\n", format!("\\\n{HIDE}\n BAD").repeat(30_000));
    assert_eq!(left("Dockerfile", &nested), ["60002"]);
    let one_line = "/* seamlint: ignore[port-drift] */ BAD ".repeat(30_000);
    assert_eq!(left("a.tf", &one_line), Vec::<String>::new());
}

#[test]
fn comments_for_other_tools_count_in_dockerfiles() {
    let reported = ["3"];
    for (comment, lines) in [
        ("# hadolint ignore=DL3000,port-drift", &[][..]),
        ("# hadolint ignore = DL3000, port-drift", &[]),
        ("# hadolint ignore=DL3000 port-drift", &reported),
        ("# check=skip=port-drift // it is so", &[]),
        ("# check=skip=all", &[]),
        ("# check=skip=other // all", &reported),
        ("# check=error=true", &reported),
        ("# tally ignore=hadolint/port-drift;reason=so", &[]),
        ("#checkov:skip=port-drift:why not", &[]),
        ("#trivy:ignore:port-drift", &[]),
    ] {
        let text = format!("FROM a\n{comment}\nEXPOSE BAD\n");
        assert_eq!(left("Dockerfile", &text), lines, "{comment}");
    }
    assert_eq!(left("a.sh", "# hadolint ignore=port-drift\nEXPOSE BAD\n"), ["2"]);
}

#[test]
fn comments_for_other_tools_may_speak_of_the_file() {
    for (text, lines) in [
        ("# hadolint global ignore=port-drift\nFROM a\n\nEXPOSE BAD\n", &[][..]),
        ("# escape=\\\n# check=skip=port-drift;error=true\nFROM a\nEXPOSE BAD\n", &[]),
        ("# check=skip=port-drift\nFROM a\nEXPOSE BAD\n", &[]),
        ("# a comment\n# check=skip=port-drift\nFROM a\nEXPOSE BAD\n", &["4"]),
        ("\n# check=skip=port-drift\nFROM a\nEXPOSE BAD\n", &["4"]),
    ] {
        assert_eq!(left("Dockerfile", text), lines, "{text}");
    }
}

#[test]
fn a_rule_may_be_hidden_by_the_name_of_another_tool() {
    let (_, unused) = run("Dockerfile", "FROM a # seamlint: ignore\n", "");
    assert!(unused.is_empty());
    let said = said("Dockerfile", "FROM a\n# seamlint: ignore[CopyIgnoredFile]\nCOPY b c\n");
    assert_eq!(
        said,
        ["ignore[CopyIgnoredFile]: `CopyIgnoredFile` is hidden, but not reported here"]
    );
    for (comment, rule) in [
        ("# seamlint: ignore[add_instead_of_copy]", "add-instead-of-copy"),
        ("# checkov:skip=CKV2_DOCKER_11", "verification-disabled"),
        ("# tally ignore=tally/no-unreachable-stages", "unreachable-stage"),
        ("# tally ignore=tally/circular-stage-deps", "copy-from-later-stage"),
    ] {
        let text = format!("FROM a\n{comment}\nBAD\n");
        let sources = Sources::of(&[("Dockerfile", &text)]);
        let mut suppressions = Suppressions::read(&sources);
        let found = found(&sources, &[self::rule(rule)]);
        assert!(found.iter().all(|it| suppressions.hides(it)), "{comment}");
    }
}

#[test]
fn a_reason_can_be_asked_for() {
    let said = |text: &str| -> Vec<String> {
        let sources = Sources::of(&[("a.tf", text)]);
        let mut suppressions = Suppressions::read(&sources);
        assert!(found(&sources, &[rule("port-drift")]).iter().all(|it| suppressions.hides(it)));
        let unused = suppressions.unused(&|id| id == "suppression-without-reason");
        unused.iter().map(|f| format!("{}: {}", &text[f.at.span.range()], f.message)).collect()
    };
    let ignore = "ignore[port-drift]: `ignore[port-drift]` gives no reason";
    assert_eq!(said("BAD # seamlint: ignore[port-drift]"), [ignore]);
    assert_eq!(said("BAD # seamlint: ignore[port-drift] --"), [ignore]);
    assert_eq!(said("/* seamlint: ignore[port-drift] */ BAD"), [ignore]);
    assert_eq!(said("BAD # seamlint: ignore"), ["ignore: `ignore` gives no reason"]);
    assert_eq!(
        said("# seamlint: ignore-file[port-drift] TODO: say why\nBAD"),
        ["TODO: say why: `TODO: say why` is no reason"]
    );
    for reason in ["a proxy listens", "TODO: remove with the proxy", ": #7", "理由"] {
        let text = format!("BAD # seamlint: ignore[port-drift] {reason}");
        assert_eq!(said(&text), Vec::<String>::new());
    }
    assert!(said("BAD # seamlint: ignore a proxy listens").is_empty());
    let both = "BAD # seamlint: ignore[port-drift, suppression-without-reason]";
    assert!(said(both).is_empty());
}
