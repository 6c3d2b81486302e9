//! What of a build is past its time, and still works.

use super::super::super::yaml::Node;
use super::super::{field, listed};
use crate::source::Span;

/// Something that is past its time.
#[derive(Debug, Clone)]
pub struct Dated {
    /// Where.
    pub at: Span,
    /// What it is, complete.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// What is past its time. Source: google/devtools/cloudbuild/v1/cloudbuild.proto, where the fields
/// are marked so, read 2026-08; the archive of GoogleContainerTools/kaniko, 2025-06-03.
pub fn dated(root: &Node) -> Vec<Dated> {
    let mut all = Vec::new();
    let options = root.get("options");
    let option = |camel, snake| options.and_then(|node| field(node, camel, snake));
    let machine = option("machineType", "machine_type");
    if let Some(machine) = machine.filter(|m| m.text().is_some_and(|m| m.starts_with("N1_"))) {
        let text = machine.text().unwrap_or_default();
        let message = format!("machine type `{text}` is deprecated");
        all.push(Dated { at: machine.at, message, help: "use `E2_HIGHCPU_8` or `E2_HIGHCPU_32`" });
    }
    let logging = option("logging", "logging");
    if let Some(logging) = logging.filter(|l| l.text() == Some("STACKDRIVER_ONLY")) {
        let message = "logging `STACKDRIVER_ONLY` is deprecated".to_owned();
        all.push(Dated { at: logging.at, message, help: "use `CLOUD_LOGGING_ONLY`" });
    }
    let pool = options.and_then(|o| o.entry("workerPool").or_else(|| o.entry("worker_pool")));
    if let Some(pool) = pool {
        let message = "`workerPool` is deprecated".to_owned();
        all.push(Dated { at: pool.key.at, message, help: "write `pool: {name: ...}`" });
    }
    let steps = listed(root.get("steps"));
    let kaniko = steps
        .iter()
        .filter_map(|step| step.get("name"))
        .find(|name| name.text().is_some_and(|name| name.starts_with("gcr.io/kaniko-project/")));
    if let Some(name) = kaniko {
        let message = "Kaniko is archived since 2025-06, and gets no fixes".to_owned();
        let help = "build with `docker buildx build` and a cache in the registry, or a kept fork";
        all.push(Dated { at: name.at, message, help });
    }
    all
}
