//! The shell parser: what it reads, where, and that nothing stops it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seamlint::source::{Excerpt, Sources, Span};
use seamlint::syntax::shell::{self, Word};
use std::fmt::Write;
use std::time::{Duration, Instant};

fn excerpt(script: &str) -> Excerpt {
    let sources = Sources::of(&[("run.sh", script)]);
    let (id, _) = sources.iter().next().unwrap();
    Excerpt::verbatim(script, Span::new(id, 0..script.len()))
}

fn shown(script: &str) -> String {
    let text = |word: &Word| word.text().to_string();
    let commands = shell::commands(&excerpt(script));
    let lines = commands.iter().map(|command| {
        let words: Vec<_> = command.words.iter().map(text).collect();
        let sets =
            command.assignments.iter().map(|(name, value)| format!("{name}={} ", text(value)));
        format!("{}{}", sets.collect::<String>(), words.join(" | ")).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn errors(script: &str) -> Vec<String> {
    let errors = shell::parse(&excerpt(script)).errors;
    errors.iter().map(|error| format!("{}: {}", error.at.start, error.message)).collect()
}

#[test]
fn commands_are_found_with_their_words() {
    for (script, expected) in [
        ("a b&&c;d\ne", "a | b\nc\nd\ne"),
        ("docker build \\\n  -t 'x y' .", "docker | build | -t | x y | ."),
        ("X=1 Y=$Z run \"$A-b\" # no", "X=1 Y=* run | *-b"),
        ("if test -f x; then\n  a\nelif b; then c; else d\nfi\ne", "test | -f | x\na\nb\nc\nd\ne"),
        ("a || b\nc", "a\nb\nc"),
        ("for i in a b; do echo $i; done; z", "echo | *\nz"),
        ("for ((i=0; i<3; i++)); do a; done", "a"),
        ("while read -r l; do a; done < file", "read | -r | l\na"),
        ("case $1 in a|b) x;; (*) y\n esac; z", "x\ny\nz"),
        ("cat <<EOF > out\ndocker build .\nEOF\nnext", "cat\nnext"),
        ("cat <<-'A' <<B\n\tone\n\tA\ntwo\nB\nnext", "cat\nnext"),
        ("a 2>&1 | b > /dev/null &> x", "a\nb"),
        ("x=$(docker build .) y", "x=* y"),
        ("echo ${A:-b} ${C} ${D%x} `e f`", "echo | * | * | * | *"),
        ("f() { a; }\nfunction g { b; }\nf", "a\nb\nf"),
        ("(cd x && a); { b; }", "cd | x\na\nb"),
        ("[[ $A == b* && -f c ]] && d", "[[ | * | == | b* | && | -f | c | ]]\nd"),
        ("[[ $A =~ ^(a|b)$ ]]; d", "[[ | * | =~ | ^(a|b)$ | ]]\nd"),
        ("a=(b \"c d\"\n e) ; f", "a=*\nf"),
        ("! a | b & c", "a\nb\nc"),
        ("echo a#b {a,b} $'x\\ny' '$no'", "echo | a#b | {a,b} | x\ny | $no"),
        ("docker build -t x:${{ github.sha }} .", "docker | build | -t | x:* | ."),
        ("diff <(a) >(b)", "diff | * | *"),
        ("echo \"a $(b \"c\") d\"", "echo | a * d"),
        ("a\r\nb\r\n", "a\nb"),
        ("", ""),
    ] {
        assert_eq!(shown(script), expected, "{script:?}");
        assert_eq!(errors(script), [""; 0], "{script:?}");
    }
}

#[test]
fn what_is_broken_costs_no_more_than_itself() {
    for (script, commands, expected) in [
        ("if a; then b\nc", "a\nb\nc", vec!["0: this `if` has no `fi`"]),
        ("fi\na", "a", vec!["0: `fi` that nothing opens"]),
        ("for i in a; do if b; then c; done\nd", "b\nc\nd", vec!["15: this `if` has no `fi`"]),
        ("a )\nb", "a\nb", vec!["2: `)` where a command is expected"]),
        ("(a\nb", "a\nb", vec!["0: the bracket is not closed"]),
        ("echo 'x", "echo | x", vec!["5: the quote is not closed"]),
        ("cat <<E\nx", "cat", vec!["4: this heredoc has no line `E`"]),
        ("a ;; b", "a\nb", vec!["2: `;;` outside of a `case`"]),
        ("x=${a b}; c", "x=*\nc", vec![]),
    ] {
        assert_eq!(shown(script), commands, "{script:?}");
        assert_eq!(errors(script), expected, "{script:?}");
    }
}

#[test]
fn a_place_is_where_the_word_is() {
    let script = "docker build \\\n -t \"a b\" ${X:-y}";
    let commands = shell::commands(&excerpt(script));
    let places: Vec<&str> = commands[0].words.iter().map(|w| &script[w.at.range()]).collect();
    assert_eq!(places, ["docker", "build", "-t", "\"a b\"", "${X:-y}"]);
}

#[test]
fn odd_input_ends() {
    let parts = [
        "(",
        ")",
        "{",
        "}",
        "${",
        "${a:-",
        "${a/",
        "${a[",
        "$(",
        "$((",
        "((",
        "`",
        "\"",
        "'",
        "<<",
        "<<E\n",
        "\\",
        "if ",
        "if a; then ",
        "for i in a; do ",
        "case a in b) ",
        "case ",
        "[[ ",
        "f() ",
        "function ",
        "! ",
        "time ",
        "coproc ",
        "a=(",
        "@(",
        "\"${a:-$(",
        "\"$(",
        "$'",
        "a|",
        "a&&",
        "\n",
        "é",
        "\0",
        "{a,",
        "#",
        "${#",
        "${{",
        ";;",
        "&",
        "> ",
        "done ",
        "fi ",
        "esac ",
        "(( \n",
        "$(( \n",
        "${a \n",
    ];
    for first in parts {
        for second in parts {
            let script = format!("{first}{second}").repeat(300);
            let start = Instant::now();
            shown(&script);
            let took = start.elapsed();
            assert!(took < Duration::from_secs(1), "{first:?} {second:?}: {took:?}");
        }
    }
}

/// Compares with `bash -n` on the scripts of a folder, of which `verdicts.tsv` beside it says
/// what bash makes.
#[test]
#[ignore = "needs scripts: SHELL_SCRIPTS=folder"]
fn real_scripts_are_read_as_bash_reads_them() {
    let Some(folder) = std::env::var_os("SHELL_SCRIPTS").map(std::path::PathBuf::from) else {
        println!("SKIPPED: SHELL_SCRIPTS names no folder of scripts");
        return;
    };
    let verdicts = std::fs::read_to_string(folder.with_file_name("verdicts.tsv")).unwrap();
    let (mut good, mut agreed, mut broken, mut refused) = (0, 0, 0, 0);
    let mut list = String::new();
    let start = Instant::now();
    for line in verdicts.lines().skip(1) {
        let mut fields = line.split('\t');
        let (file, verdict) = (fields.next().unwrap(), fields.next().unwrap());
        let Ok(script) = std::fs::read_to_string(folder.join(file)) else { continue };
        let errors = errors(&script);
        match verdict {
            "ok" => {
                good += 1;
                agreed += usize::from(errors.is_empty());
                if !errors.is_empty() {
                    writeln!(list, "{file}: {}", errors.join("; ")).unwrap();
                }
            }
            _ => {
                broken += 1;
                refused += usize::from(!errors.is_empty());
            }
        }
    }
    println!("{list}{agreed} of {good} that bash accepts, {refused} of {broken} that it refuses");
    println!("{:?}", start.elapsed());
    assert!(agreed * 1000 >= good * 995, "{agreed} of {good}");
}
