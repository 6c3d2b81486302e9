//! Cloud Functions: what deploys them, and with which secrets.
//!
//! Source: terraform-provider-google, `cloudfunctions2_function` and `cloudfunctions_function`,
//! and the help of `gcloud functions deploy` 528, read 2026-11. A buildpack makes the image, so
//! none is known.

use super::Lowered;
use super::terraform::{ignores, reference};
use crate::eval::terraform::Resource;
use crate::model::deployment::{Deployment, Manager, Platform, amd64};
use crate::model::secret::SecretReference;

/// Adds what a resource means, if it is a function.
pub fn lower(resource: &Resource, lowered: &mut Lowered) {
    let body = &resource.body;
    let (location, settings) = match resource.kind.as_str() {
        "google_cloudfunctions2_function" => ("location", body.blocks("service_config").next()),
        _ => ("region", Some(body)),
    };
    let before = lowered.references.len();
    for kind in ["secret_environment_variables", "secret_volumes"] {
        let blocks = settings.into_iter().flat_map(|settings| settings.blocks(kind));
        lowered.references.extend(blocks.map(|block| {
            let secret = reference(block.text("secret"));
            SecretReference {
                use_: "the function reads this secret",
                project: secret.project.clone().or(block.text("project_id")),
                ..secret
            }
        }));
    }
    let is_source = |path: &str| {
        path == "all" || path.starts_with("build_config") || path.starts_with("source")
    };
    lowered.deploy(
        before,
        Deployment {
            architecture: amd64(resource.at),
            name: body.text("name"),
            region: body.text(location),
            project: body.text("project"),
            ignores_image: ignores(body, is_source),
            ..Deployment::new(resource.at, Platform::CloudFunction, Manager::Terraform)
        },
    );
}
