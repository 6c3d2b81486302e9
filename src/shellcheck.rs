//! Asks ShellCheck, where the user has it and wants it, about the texts that shells are given.
//! This is the only caller of the program, and nothing depends on it.
//!
//! Source: the manual of ShellCheck 0.11 ("shellcheck(1)"), read 2026-11.

use crate::model::Project;
use crate::model::script::remark::{Examined, Level, Remark, Said};
use crate::source::{SourceId, Sources, folder, join, read_text};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, DirBuilder};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// The program.
const PROGRAM: &str = "shellcheck";

/// So long a call may take.
const LIMIT: Duration = Duration::from_secs(60);

/// So many texts are given to one call.
const MOST: usize = 100;

/// What people can tell it in the folder of a script, or in one above.
const SETTINGS: &[&str] = &[".shellcheckrc", "shellcheckrc"];

/// What is to be read how: the shell, the settings, the text.
type Asked = (Option<&'static str>, Option<Arc<str>>, String);

/// Texts that one call was about, and what was said of each.
type Answered<'a> = (&'a [&'a Asked], io::Result<Vec<Vec<Said>>>);

/// ShellCheck, with what it has said of texts.
#[derive(Debug)]
pub struct ShellCheck {
    program: PathBuf,
    limit: Duration,
    said: HashMap<Asked, Vec<Said>>,
    /// The settings that hold in folders.
    settings: HashMap<String, Option<Arc<str>>>,
    is_gone: bool,
}

/// What it is to be asked.
#[derive(Debug)]
pub struct Questions {
    program: PathBuf,
    limit: Duration,
    texts: BTreeSet<Asked>,
}

/// What it has answered.
#[derive(Debug, Default)]
pub struct Answers {
    said: Vec<(Asked, Vec<Said>)>,
    complaint: Option<String>,
    is_gone: bool,
}

impl Default for ShellCheck {
    fn default() -> ShellCheck {
        ShellCheck {
            program: PROGRAM.into(),
            limit: LIMIT,
            said: HashMap::new(),
            settings: HashMap::new(),
            is_gone: false,
        }
    }
}

impl ShellCheck {
    /// Asks about the texts of a project that were not asked about before, and tells the project
    /// what is said. Gives what the user should know, once.
    pub fn examine(&mut self, root: &Path, project: &mut Project) -> Option<String> {
        let questions = self.questions(root, project, |_| true);
        let answers = questions.map(|questions| questions.ask(rayon::current_num_threads()));
        let complaint = answers.and_then(|answers| self.take(answers));
        self.remember(root, project);
        complaint
    }

    /// What is to be asked about those files that are wanted, if there is anything new. What it
    /// said of texts that are gone is forgotten.
    pub fn questions(
        &mut self,
        root: &Path,
        project: &Project,
        wants: impl Fn(SourceId) -> bool,
    ) -> Option<Questions> {
        if self.is_gone {
            return None;
        }
        self.settings.clear();
        let mut said = std::mem::take(&mut self.said);
        let mut texts = BTreeSet::new();
        for examined in &project.examined() {
            let asked = self.asked(root, &project.sources, examined);
            match said.remove_entry(&asked) {
                Some((asked, all)) => _ = self.said.insert(asked, all),
                None if self.said.contains_key(&asked) || !wants(examined.text.at.source) => {}
                None => _ = texts.insert(asked),
            }
        }
        let (program, limit) = (self.program.clone(), self.limit);
        (!texts.is_empty()).then_some(Questions { program, limit, texts })
    }

    /// Takes in answers. Gives what the user should know.
    pub fn take(&mut self, answers: Answers) -> Option<String> {
        self.is_gone |= answers.is_gone;
        self.said.extend(answers.said);
        answers.complaint
    }

    /// Tells a project what was said of its texts.
    pub fn remember(&mut self, root: &Path, project: &mut Project) {
        if self.is_gone {
            return;
        }
        let mut remarks = Vec::new();
        for examined in &project.examined() {
            let asked = self.asked(root, &project.sources, examined);
            let said = self.said.get(&asked).into_iter().flatten();
            remarks.extend(said.filter_map(|said| examined.remark(&project.sources, said)));
        }
        project.remarks = Some(remarks);
    }

    /// How a text is to be read.
    fn asked(&mut self, root: &Path, sources: &Sources, examined: &Examined<'_>) -> Asked {
        let folder = folder(&sources.get(examined.text.at.source).path);
        let settings = match self.settings.get(folder) {
            Some(settings) => settings.clone(),
            None => {
                let text =
                    settings(sources, folder).and_then(|path| read_text(&root.join(path)).ok());
                let settings = text.map(Arc::from);
                self.settings.insert(folder.to_owned(), settings.clone());
                settings
            }
        };
        (examined.shell, settings, examined.text.text.clone())
    }
}

impl Questions {
    /// Asks, by so many calls at a time.
    pub fn ask(self, calls: usize) -> Answers {
        let scratch = match Scratch::new() {
            Ok(scratch) => scratch,
            Err(error) => {
                let why = format!("shellcheck is not run: its files cannot be written: {error}");
                return Answers { complaint: Some(why), is_gone: true, ..Answers::default() };
            }
        };
        let calls = calls.max(1);
        let texts: Vec<&Asked> = self.texts.iter().collect();
        let alike = texts.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
        let batches: Vec<&[&Asked]> =
            alike.flat_map(|texts| texts.chunks(texts.len().div_ceil(calls).min(MOST))).collect();
        // These threads do nothing but wait, so they are none of those that work.
        let next = AtomicUsize::new(0);
        let call = || {
            let mut answers = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                let Some(texts) = batches.get(i) else { return answers };
                let folder = scratch.0.join(i.to_string());
                answers.push((*texts, self.batch(&folder, texts)));
            }
        };
        let all: Vec<Answered<'_>> = thread::scope(|scope| {
            let threads: Vec<_> =
                (0..calls.min(batches.len())).map(|_| scope.spawn(call)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let (mut answers, mut unread, mut complaint) = (Answers::default(), 0, None);
        for (texts, answer) in all {
            match answer {
                Ok(said) => answers.said.extend(texts.iter().map(|it| (*it).clone()).zip(said)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => answers.is_gone = true,
                Err(error) => {
                    unread += texts.len();
                    complaint = Some(error);
                }
            }
        }
        answers.complaint = match answers.is_gone {
            true => Some(
                "the configuration asks for shellcheck, which is not installed: \
                 https://github.com/koalaman/shellcheck#installing"
                    .to_owned(),
            ),
            false => complaint.map(|why| {
                let texts =
                    if unread == 1 { "text for a shell was" } else { "texts for a shell were" };
                format!("{unread} {texts} not read: {why}")
            }),
        };
        answers
    }

    /// Asks about texts that are read in the same way: what is said of each.
    fn batch(&self, at: &Path, texts: &[&Asked]) -> io::Result<Vec<Vec<Said>>> {
        fs::create_dir(at)?;
        let Some((shell, settings, _)) = texts.first() else { return Ok(Vec::new()) };
        if let Some(settings) = settings {
            fs::write(at.join(".shellcheckrc"), &**settings)?;
        }
        let name = |i: usize| format!("{i}.sh");
        for (i, (_, _, text)) in texts.iter().enumerate() {
            fs::write(at.join(name(i)), text)?;
        }
        let mut command = Command::new(&self.program);
        command.arg("--format=json1").current_dir(at);
        command.args(shell.map(|shell| format!("--shell={shell}")));
        command.args((0..texts.len()).map(name));
        let answer = answer(command, self.limit)?;
        let mut said = vec![Vec::new(); texts.len()];
        for (file, one) in read(&answer)? {
            if let Some(all) = said.get_mut(file) {
                all.push(one);
            }
        }
        Ok(said)
    }
}

/// The file with the settings that hold in a folder: of its own, or of the nearest above.
fn settings(sources: &Sources, within: &str) -> Option<String> {
    let mut above = Some(within);
    while let Some(current) = above {
        let mut paths = SETTINGS.iter().map(|name| join(current, name));
        if let Some(path) = paths.find(|path| sources.has_file(path)) {
            return Some(path);
        }
        above = (!current.is_empty()).then(|| folder(current));
    }
    None
}

/// What is said of the texts of a project by an answer of `--format=json1`, whose files are the
/// numbers of the texts.
///
/// # Errors
/// If it is no such answer.
pub fn remarks(project: &Project, answer: &str) -> io::Result<Vec<Remark>> {
    let said = read(answer)?;
    let of_text = |it: &Examined<'_>| {
        let own = said.iter().filter(|(file, _)| *file == it.number);
        own.filter_map(|(_, said)| it.remark(&project.sources, said)).collect::<Vec<_>>()
    };
    Ok(project.examined().iter().flat_map(of_text).collect())
}

/// Reads an answer: `{"comments": [{"file": "0.sh", "line": 1, ...}]}`.
fn read(answer: &str) -> io::Result<Vec<(usize, Said)>> {
    let unread = || io::Error::other("shellcheck answers in a form that is not known");
    let answer: Value = serde_json::from_str(answer).map_err(|_| unread())?;
    let comments = answer.get("comments").and_then(Value::as_array).ok_or_else(unread)?;
    let said = |comment: &Value| {
        let number = |key: &str| usize::try_from(comment.get(key)?.as_u64()?).ok();
        let text = |key: &str| comment.get(key)?.as_str();
        let said = Said {
            code: u16::try_from(number("code")?).ok()?,
            level: match text("level")? {
                "error" => Level::Error,
                "warning" => Level::Warning,
                _ => Level::Note,
            },
            message: text("message")?.to_owned(),
            start: (number("line")?, number("column")?),
            end: (number("endLine")?, number("endColumn")?),
        };
        Some((text("file")?.strip_suffix(".sh")?.parse().ok()?, said))
    };
    Ok(comments.iter().filter_map(said).collect())
}

/// What a program prints, if it comes to an end in time.
fn answer(mut command: Command, limit: Duration) -> io::Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let Some(mut output) = child.stdout.take() else { return Ok(String::new()) };
    let (done, waiting) = mpsc::channel();
    // Only a thread of its own can be waited for no longer than that.
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.read_to_end(&mut bytes).map(|_| bytes);
        let _ = done.send(read);
    });
    let read = waiting.recv_timeout(limit);
    if read.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    let Ok(bytes) = read else {
        let seconds = limit.as_secs();
        return Err(io::Error::other(format!("shellcheck did not end in {seconds} seconds")));
    };
    // 0: nothing is wrong, 1: something is, 2: a file cannot be read.
    match status.code() {
        Some(0..=2) => Ok(String::from_utf8_lossy(&bytes?).into_owned()),
        _ => Err(io::Error::other(format!("shellcheck ended with {status}"))),
    }
}

/// A folder that is gone when it is not needed any more.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Scratch> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("seamlint-{}-{number}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            match builder.create(&folder) {
                Ok(()) => return Ok(Scratch(folder)),
                // One that was left by a process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is in a folder that is emptied anyway.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    /// What is asked and said with a program of some lines of shell in the place of ShellCheck.
    fn with_program(script: &str) -> (Option<String>, Option<Vec<Remark>>) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let limit = Duration::from_secs(1);
        let mut shellcheck = ShellCheck { program, limit, ..ShellCheck::default() };
        let files = [("Dockerfile", "FROM debian:12\nRUN rm $A\n"), (".shellcheckrc", "x=y\n")];
        let mut project = Project::read(Sources::of(&files));
        fs::write(folder.path().join(".shellcheckrc"), "x=y\n").unwrap();
        let complaint = shellcheck.examine(folder.path(), &mut project);
        let again = shellcheck.examine(folder.path(), &mut project);
        assert!(complaint.is_some() || again.is_none());
        (complaint, project.remarks)
    }

    const ANSWER: &str = r#"{"comments":[{"file":"0.sh","line":1,"endLine":1,"column":4,"endColumn":6,"level":"info","code":2086,"message":"Quote."}]}"#;

    #[test]
    fn what_is_said_is_a_remark() {
        let program = format!(
            "[ \"$*\" = '--format=json1 --shell=dash 0.sh' ] && [ \"$(cat 0.sh)\" = 'rm $A' ] && \
             [ \"$(cat .shellcheckrc)\" = x=y ] && echo '{ANSWER}'; exit 1"
        );
        let (complaint, remarks) = with_program(&program);
        assert_eq!(complaint, None);
        let remarks = remarks.unwrap();
        assert_eq!((remarks.len(), remarks[0].code, &*remarks[0].message), (1, 2086, "quote"));
        assert_eq!(remarks[0].at.range(), 22..24);
    }

    #[test]
    fn a_program_that_fails_is_told_of_and_nothing_else() {
        for (program, why) in [
            ("exit 3", "shellcheck ended with exit status: 3"),
            ("kill -9 $$", "shellcheck ended with signal: 9"),
            ("echo not json", "shellcheck answers in a form that is not known"),
            ("echo '{}'", "shellcheck answers in a form that is not known"),
            ("exit 0", "shellcheck answers in a form that is not known"),
        ] {
            let (complaint, remarks) = with_program(program);
            let complaint = complaint.unwrap();
            assert!(complaint.starts_with(&format!("1 text for a shell was not read: {why}")));
            assert_eq!(remarks, Some(Vec::new()), "{program}");
        }
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let start = Instant::now();
        let (complaint, _) = with_program("exec sleep 60");
        assert!(complaint.unwrap().ends_with("shellcheck did not end in 1 seconds"));
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn an_answer_may_hold_anything() {
        for comment in [
            r#"{}"#,
            r#"{"file":"x","line":1,"endLine":1,"column":1,"endColumn":1,"level":"info","code":1,"message":""}"#,
            r#"{"file":"7.sh","line":0,"endLine":-1,"column":1,"endColumn":1,"level":1,"code":1,"message":""}"#,
            r#"{"file":"0.sh","line":99,"endLine":1,"column":1,"endColumn":1,"level":"info","code":1,"message":""}"#,
            r#"{"file":"0.sh","line":1,"endLine":1,"column":0,"endColumn":1,"level":"info","code":99999,"message":""}"#,
        ] {
            let project =
                Project::read(Sources::of(&[("Dockerfile", "FROM debian:12\nRUN rm $A\n")]));
            let answer = format!("{{\"comments\": [{comment}]}}");
            assert_eq!(remarks(&project, &answer).unwrap(), [], "{comment}");
        }
    }
}
