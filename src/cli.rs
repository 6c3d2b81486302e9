//! The command line: what a user may ask for, and the exit status.

mod check;
mod explain;
mod graph;
mod init;
mod migrate;
mod progress;
mod project;
mod run;
mod timings;
mod wanted;

use crate::finding::Severity;
use crate::lsp;
use crate::report::Format;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Finds deploy defects before the deploy does: where a Dockerfile, a Cloud Build file and
/// Terraform disagree.
///
/// Exit status: 0 if nothing is to be reported, 1 if something is, 2 if the call, the
/// configuration or the tool itself failed.
#[derive(Debug, Parser)]
#[command(name = "seamlint", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: Check,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a project (the default)
    Check(Check),
    /// Draw what builds what, and what runs it where, with what was found
    Graph(Graph),
    /// Show the page of a rule: why, examples, what it leaves alone
    Explain {
        /// The id of the rule, as a report shows it in brackets
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to list them
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: Form,
    },
    /// Write a `seamlint.toml` to begin with, that fits the project
    Init {
        /// The folder of the project (default: the current one)
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// Write over the one that is there
        #[arg(long)]
        force: bool,
    },
    /// Make a `seamlint.toml` of the settings of hadolint, droast, tally, dockerfilelint, Trivy
    /// and Checkov
    Migrate {
        /// The folder with the settings (default: the current one)
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// Show what would be written and write nothing
        #[arg(long)]
        diff: bool,
    },
    /// Serve an editor: the language server protocol over standard input and output
    Lsp {
        /// What editors say who may talk in other ways, too
        #[arg(long)]
        stdio: bool,
    },
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual page, or that of a subcommand
    Man {
        /// The subcommand
        command: Option<String>,
    },
}

/// What is to be checked, and how it is reported.
#[derive(Debug, Args)]
struct Check {
    /// A folder with a project (default: the current one), or files of one project, of which
    /// all is read and what touches these files is shown
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_parser())]
    format: Format,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The least severity that makes the exit status 1 (default: that of the configuration, or
    /// `warning`)
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Make the fixes that are safe
    #[arg(long)]
    fix: bool,
    /// Make unsafe fixes too: they remove the defect, but another change may be meant
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what `--fix` would change and change nothing
    #[arg(long, visible_alias = "dry-run")]
    diff: bool,
    /// Say on standard error where the time went, by phase and by rule
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true,
        default_missing_value = "table")]
    timings: Option<Form>,
    /// List the values that could not be read: silence about them is not approval
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    unknown: bool,
    /// Leave out the findings that this file knows (default: that of the configuration)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Show the findings that the baseline of the configuration knows, too
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
    /// Write all findings of the project to a file that `--baseline` takes, and report none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "unsafe_fixes", "diff", "unknown",
        "baseline", "no_baseline", "diff_base", "output"])]
    write_baseline: Option<PathBuf>,
    /// Report only what has a place in lines that have changed since the last commit that the
    /// work shares with a revision of git
    #[arg(long, value_name = "REVISION")]
    diff_base: Option<String>,
    /// The configuration (default: `seamlint.toml` in the root of the project)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: clap::ColorChoice,
}

/// What is to be drawn, and how.
#[derive(Debug, Args)]
struct Graph {
    /// A folder with a project (default: the current one), or files of one project, of which
    /// what leads to them and to what they lead is drawn
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to draw
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = graph_format_parser())]
    format: graph::Format,
    /// Draw the steps of a build file of Cloud Build instead
    #[arg(long, value_name = "FILE")]
    steps: Option<PathBuf>,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The configuration (default: `seamlint.toml` in the root of the project)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Table,
    /// For scripts
    Json,
}

/// What makes a run fail.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let names = Format::ALL.iter().map(|format| format.name());
    PossibleValuesParser::new(names).map(|name| name.parse().unwrap_or(Format::Text))
}

fn graph_format_parser() -> impl clap::builder::TypedValueParser<Value = graph::Format> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let names = graph::Format::ALL.iter().map(|format| format.name());
    PossibleValuesParser::new(names).map(|name| name.parse().unwrap_or(graph::Format::Text))
}

/// How a run ended.
enum Status {
    Clean,
    Found,
    Failed,
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let ran = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Graph(graph)) => graph::run(&graph),
        Some(Command::Explain { rule }) => explain::run(&rule),
        Some(Command::Rules { format }) => explain::list(format),
        Some(Command::Init { path, force }) => init::run(&path, force),
        Some(Command::Migrate { path, diff }) => migrate::run(&path, diff),
        Some(Command::Lsp { .. }) => lsp::serve_stdio().map(|was_shut_down| match was_shut_down {
            true => Status::Clean,
            false => Status::Found,
        }),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "seamlint", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| Status::Clean)
        }
        Some(Command::Man { command }) => man(command.as_deref()),
    };
    match ran {
        Ok(Status::Clean) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::from(1),
        Ok(Status::Failed) => ExitCode::from(2),
        // Whoever reads the report may stop when it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}

/// A number of things, with their noun.
fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Writes a manual page, in the language of `man`.
fn man(name: Option<&str>) -> io::Result<Status> {
    let mut command = Cli::command();
    command.build();
    let page = match name {
        None => command,
        Some(name) => {
            let Some(found) = command.find_subcommand(name) else {
                let names = command.get_subcommands().map(clap::Command::get_name);
                let names: Vec<&str> = names.collect();
                complain(&format!("`{name}` is no subcommand, it is one of {}", names.join(", ")));
                return Ok(Status::Failed);
            };
            found.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    print(&String::from_utf8_lossy(&text)).map(|()| Status::Clean)
}

/// Writes to standard output.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Says on standard error why something failed.
fn complain(message: &str) {
    say(&format!("error: {message}"));
}

/// Writes a line to standard error. If that is gone, nobody can be told.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
