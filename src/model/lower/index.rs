//! Whether a build pushes an index of manifests, rather than the manifest of one image.
//!
//! Source: docs.docker.com/build/metadata/attestations and /build/builders/drivers, read 2026-11:
//! a builder other than that of the Docker daemon adds provenance to what it pushes unless it is
//! told otherwise, and an index holds that.

use super::Invocation;
use crate::source::Span;
use crate::value::{Step, Text, Value};

/// What decides it.
pub struct Asked<'a> {
    /// `--platform`
    pub platform: &'a Value<Text>,
    /// `--provenance`
    pub provenance: &'a Value<Text>,
    /// `--sbom`
    pub sbom: &'a Value<Text>,
    /// Where a builder of its own is set up, if it is, and nothing else may change what it adds.
    pub own_builder: Option<Span>,
}

/// The environment by which nothing is added.
pub const WITHOUT_ATTESTATIONS: &str = "BUILDX_NO_DEFAULT_ATTESTATIONS";

/// Why a build pushes an index, if it surely does.
pub fn reason(asked: &Asked<'_>) -> Option<Step> {
    let platforms = asked.platform.literal_text().unwrap_or_default().split([',', '\n']);
    if platforms.filter(|platform| !platform.trim().is_empty()).count() > 1 {
        let at = asked.platform.at()?;
        return Some(Step::reference(at, "images of several platforms are pushed as an index"));
    }
    let builder = asked.own_builder?;
    let wanted = |value: &Value<Text>| value.literal_text().is_some_and(|text| text != "false");
    if asked.provenance.is_unset() {
        let told = "this builder adds provenance, and pushes an index that holds it";
        return Some(Step::reference(builder, told));
    }
    let attested = [asked.provenance, asked.sbom].into_iter().find(|value| wanted(value))?;
    Some(Step::reference(attested.at()?, "an index holds what is told about the image"))
}

/// Whether `docker build` is `docker buildx build` after a command.
pub fn installs_buildx(invocation: &Invocation) -> bool {
    let words = (invocation.argument(1), invocation.argument(2));
    invocation.program() == Some("docker") && words == (Some("buildx"), Some("install"))
}

/// The builder that a command selects, where it does: none if that of the daemon may be meant.
pub fn selected_builder(invocation: &Invocation) -> Option<Option<Span>> {
    if invocation.program() != Some("docker") || invocation.argument(1) != Some("buildx") {
        return None;
    }
    let words = || (3..invocation.words.len()).map(|i| invocation.argument(i).unwrap_or_default());
    match invocation.argument(2)? {
        "use" | "rm" => Some(None),
        "create" => {
            let selects = words().any(|word| word == "--use");
            let other = |word: &str| {
                word.is_empty() || word.contains("driver") || word.contains("buildkitd")
            };
            selects.then(|| (!words().any(other)).then_some(invocation.at))
        }
        _ => None,
    }
}
