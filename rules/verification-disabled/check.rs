use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::image::verification::{Reach, Unverified};
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "verification-disabled",
    summary: "A command or a variable turns off the verification of certificates or signatures.",
    severity: Severity::Warning,
    since: "0.1.0",
    also: &[
        "CKV2_DOCKER_2",
        "CKV2_DOCKER_3",
        "CKV2_DOCKER_4",
        "CKV2_DOCKER_5",
        "CKV2_DOCKER_6",
        "CKV2_DOCKER_7",
        "CKV2_DOCKER_8",
        "CKV2_DOCKER_9",
        "CKV2_DOCKER_10",
        "CKV2_DOCKER_11",
        "CKV2_DOCKER_12",
        "CKV2_DOCKER_13",
        "CKV2_DOCKER_14",
        "CKV2_DOCKER_15",
        "CKV2_DOCKER_16",
    ],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for Unverified { at, written, reach } in project.unverified() {
        let (what, label) = match reach {
            Reach::All => ("the verification of certificates", "for everything that runs"),
            Reach::Command => ("a verification", "nothing is verified"),
        };
        let message = format!("`{written}` turns off {what}");
        let help = "add the certificate or the key that is missing";
        findings.push(RULE.finding_at(message, at, label).help(help));
    }
}
