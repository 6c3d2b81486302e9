//! Files that commands of gcloud read. Source: googlecloudsdk of 528.0.0, surface/deploy and
//! command_lib/app, read 2026-11.

use super::Call;
use crate::model::deployment::named_path::{NamedPath, Wanted};
use crate::model::lower::WorkingFolder;
use crate::model::lower::declared::Delivered;
use crate::model::lower::named_path::named;
use crate::value::{Sourced, Text, Value};

/// The file that a flag names.
pub fn of_flag(call: &Call<'_>, flag: &str) -> Option<NamedPath> {
    call.path(call.flag(flag).known()?.clone())
}

/// The files of environment variables. Those of builds of functions may hold numbers.
pub fn variables(call: &Call<'_>) -> Vec<NamedPath> {
    let flags: &[&str] = match call.path.first().map(String::as_str) {
        Some("run") => &["--env-vars-file", "--build-env-vars-file"],
        Some("functions") => &["--env-vars-file"],
        _ => &[],
    };
    let named = flags.iter().filter_map(|flag| of_flag(call, flag));
    named.map(|named| NamedPath { wanted: Wanted::Variables, ..named }).collect()
}

/// What `gcloud app deploy` is given: files of settings. Folders and archives may be built.
pub fn applications(call: &Call<'_>) -> Vec<NamedPath> {
    let given = (2..).map_while(|i| call.positional(i));
    let is_file =
        |word: &Sourced<Text>| word.value.literal().is_some_and(|word| word.ends_with(".yaml"));
    given.filter(is_file).filter_map(|word| call.path(word)).collect()
}

/// What a release of Cloud Deploy reads.
pub struct Release {
    /// The files that it names.
    pub missing: Option<NamedPath>,
    /// The pipeline with its `skaffold.yaml`.
    pub delivered: Option<Delivered>,
}

/// `gcloud deploy releases create`: its `skaffold.yaml` lies in the folder of `--source`.
pub fn release(call: &Call<'_>) -> Release {
    let source = call.flag("--source");
    let folders = call.invocation.folders.iter();
    let folders: Option<Vec<WorkingFolder>> = match &source {
        Value::Unset => Some(folders.cloned().collect()),
        Value::Known(source) => folders.map(|folder| folder.enter(&source.value)).collect(),
        Value::Unknown(_) => None,
    };
    let folders = folders.unwrap_or_default();
    let file = call.flag("--skaffold-file");
    // With these flags gcloud writes the file itself.
    let is_made = ["--from-k8s-manifest", "--from-run-manifest", "--from-run-container"]
        .iter()
        .any(|flag| !call.flag(flag).is_unset());
    let path = match &file {
        Value::Unset if is_made => None,
        Value::Unset => Some(Text::from("skaffold.yaml")),
        file => file.known().map(|file| file.value.clone()),
    };
    let files = path.as_ref().map(|path| folders.iter().map(|f| f.resolve(path)).collect());
    let missing = match (&file, &path) {
        (Value::Unset, Some(path)) if call.is_whole => {
            Some(Sourced { value: path.clone(), at: call.at, via: Vec::new() })
        }
        (file, _) => file.known().cloned(),
    };
    Release {
        missing: missing
            .and_then(|file| named(call.invocation, &folders, "gcloud", file, Wanted::Any)),
        delivered: call.flag("--delivery-pipeline").known().map(|pipeline| Delivered {
            pipeline: pipeline.value.clone(),
            files: files.flatten().unwrap_or_default(),
        }),
    }
}
