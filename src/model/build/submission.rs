//! Commands that start builds: `gcloud builds submit`.

use super::Prepared;
use super::upload::Upload;
use crate::model::blur::Blur;
use crate::source::{Sources, Span};
use crate::value::{Sourced, Text, Value};

/// A command that starts the build of a build file.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The command.
    pub at: Span,
    /// `--config`, if it is given. Without it that is `cloudbuild.yaml`.
    pub config: Value<Text>,
    /// The paths from the root of the project that the build file may have, one for each
    /// folder in which the command may run. Empty if they are not known.
    pub files: Vec<String>,
    /// What it sends, unless something else brings the sources.
    pub upload: Option<Upload>,
    /// The names of `--substitutions`.
    pub given: Vec<Value<Text>>,
    /// The values of those that are known.
    pub values: Vec<(String, Sourced<Text>)>,
    /// Whether it gives no others.
    pub gives_all: bool,
    /// `--region`
    pub region: Value<Text>,
    /// Whether `--service-account` surely names one.
    pub account: Value<()>,
    /// Whether it says where the logs go.
    pub chooses_logs: bool,
    /// Whether it says how long the build may take.
    pub chooses_timeout: bool,
    /// `--timeout`
    pub timeout: Value<Text>,
    /// Which files that the repository lacks something that runs before may make.
    pub prepared: Prepared,
}

impl Submission {
    /// Whether the file at a path may be the one whose build it starts.
    pub fn may_start(&self, path: &str) -> bool {
        self.files.iter().any(|file| file == path)
    }

    /// For how many seconds it lets the build run: a number of them, or times with units.
    pub fn seconds(&self) -> Option<f64> {
        const UNITS: &[(char, f64)] = &[('s', 1.0), ('m', 60.0), ('h', 3_600.0), ('d', 86_400.0)];
        let text = self.timeout.literal_text()?;
        if let Ok(seconds) = text.parse::<u32>() {
            return Some(seconds.into());
        }
        let parts = text.split_inclusive(|c: char| c.is_ascii_alphabetic());
        let seconds = parts.map(|part| {
            let (_, unit) = UNITS.iter().find(|(unit, _)| part.ends_with(*unit))?;
            let number = part.get(..part.len() - 1)?.parse::<u32>().ok()?;
            Some(f64::from(number) * unit)
        });
        seconds.sum::<Option<f64>>().filter(|_| !text.is_empty())
    }

    /// Whether it starts the build of that file and of no other.
    pub fn surely_starts(&self, path: &str) -> bool {
        !self.files.is_empty() && self.files.iter().all(|file| file == path)
    }

    /// Leaves those folders in which it finds a file, if there are any: elsewhere it fails.
    pub(in crate::model) fn settle(&mut self, sources: &Sources) {
        let is_there: Vec<bool> = self.files.iter().map(|file| sources.has_file(file)).collect();
        if !is_there.contains(&true) {
            return;
        }
        let folders = self.upload.iter_mut().map(|upload| &mut upload.folders);
        for list in folders.chain([&mut self.files]) {
            let mut kept = is_there.iter();
            list.retain(|_| kept.next().copied().unwrap_or(true));
            list.dedup();
        }
    }

    pub(in crate::model) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.config);
        self.upload.iter_mut().for_each(|upload| upload.blur(blur));
        blur.value(&mut self.account);
        blur.value(&mut self.region);
        blur.value(&mut self.timeout);
        self.given.iter_mut().for_each(|name| blur.value(name));
    }
}
