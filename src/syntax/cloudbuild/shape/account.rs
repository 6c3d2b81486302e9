//! The service account of a build, and where its logs go.
//!
//! Source: cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts,
//! read 2026-04.

use super::super::super::yaml::Node;
use super::super::field;
use super::names::path;
use super::{Checker, Choice, Refused, Refuser};

/// How a service account is called.
const ACCOUNT: &[&[&str]] = &[&["projects", "", "serviceAccounts", ""]];

/// Whether a build says where its logs go, as one with a service account must.
pub fn chooses_logs(root: &Node) -> bool {
    let options = root.get("options");
    let option = |camel, snake| options.and_then(|node| field(node, camel, snake));
    let logging = option("logging", "logging").and_then(Node::text);
    let behavior = option("defaultLogsBucketBehavior", "default_logs_bucket_behavior");
    // A substitution may choose.
    matches!(logging, Some("CLOUD_LOGGING_ONLY" | "NONE"))
        || logging.is_some_and(|logging| logging.contains('$'))
        || field(root, "logsBucket", "logs_bucket").is_some()
        || behavior.is_some_and(|b| b.text() == Some("REGIONAL_USER_OWNED_BUCKET"))
}

/// Adds what is refused: another name than a path, and no choice where logs go.
pub fn check(root: &Node, checker: &mut Checker) {
    let Some(account) = field(root, "serviceAccount", "service_account") else { return };
    let text = account.text().unwrap_or_default();
    if text.is_empty() {
        return;
    }
    if text.contains('@') && !text.contains(['/', '$']) {
        let message = format!("`{text}` is no path of a service account");
        let address = text.trim_start_matches("serviceAccount:");
        let help = format!("write `projects/$PROJECT_ID/serviceAccounts/{address}`");
        checker.refuse(account.at, message, "is refused", help);
    } else {
        path(account, checker, ACCOUNT, "a service account");
    }
    if text.ends_with("@cloudbuild.gserviceaccount.com") {
        let message =
            format!("`{text}` is the account of Cloud Build itself, which no build names");
        let help = "leave `serviceAccount` out, or name an account of your own";
        checker.refuse(account.at, message, "is refused", help);
    } else if !chooses_logs(root) {
        let logging = root.get("options").and_then(|options| options.get("logging"));
        let message = match logging.and_then(Node::text) {
            Some(logging @ ("GCS_ONLY" | "LEGACY")) => {
                format!(
                    "logging `{logging}` of a build with a service account needs a `logsBucket`"
                )
            }
            _ => "a build with a service account must say where its logs go".to_owned(),
        };
        let help = "set `options.logging` to `CLOUD_LOGGING_ONLY` or `NONE`, `logsBucket`, or \
                    `options.defaultLogsBucketBehavior: REGIONAL_USER_OWNED_BUCKET`"
            .to_owned();
        let (label, by) = ("has no choice of logs", Refuser::Start(Choice::Logs));
        checker.refused.push(Refused { at: account.at, message, label, help, by });
    }
}
