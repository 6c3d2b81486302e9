//! What a user sees who waits.

use indicatif::{ProgressBar, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line on standard error that says what is being done, if it takes long and somebody
/// watches. It disappears with this value.
pub struct Progress {
    stages: Option<Sender<&'static str>>,
    watcher: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the clock.
    pub fn start(shown: bool) -> Progress {
        if !shown {
            return Progress { stages: None, watcher: None };
        }
        let (stages, received) = mpsc::channel();
        let watcher = thread::spawn(move || {
            let mut stage = "starting";
            let deadline = std::time::Instant::now() + PATIENCE;
            loop {
                let left = deadline.saturating_duration_since(std::time::Instant::now());
                match received.recv_timeout(left) {
                    Ok(next) => stage = next,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_message(stage);
            bar.enable_steady_tick(Duration::from_millis(100));
            while let Ok(stage) = received.recv() {
                bar.set_message(stage);
            }
            bar.finish_and_clear();
        });
        Progress { stages: Some(stages), watcher: Some(watcher) }
    }

    /// Says what is being done now.
    pub fn stage(&self, stage: &'static str) {
        if let Some(stages) = &self.stages {
            // The watcher may be gone; then nobody watches.
            let _ = stages.send(stage);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stages = None;
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}
