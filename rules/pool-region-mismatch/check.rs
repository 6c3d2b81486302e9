use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "pool-region-mismatch",
    summary: "A build is started in another region than that of its private pool.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for start in project.starts_in_another_region() {
        let (pool, region) = (start.pool, start.region);
        let message = format!(
            "the build is started in `{}`, but its private pool is in `{}`",
            region.value, pool.value
        );
        let finding = RULE
            .finding(message, region, "starts the build here")
            .against(pool, "the pool in which it runs")
            .because(start.starter.switch())
            .help(format!("start it in `{}`, or name a pool of `{}`", pool.value, region.value));
        findings.push(finding);
    }
    for start in project.pools_of_another_region() {
        let (region, lies_in) = (&start.region.value, &start.lies_in);
        let message =
            format!("the build is started in `{region}`, but its private pool is in `{lies_in}`");
        let finding = RULE
            .finding(message, start.region, "starts the build here")
            .against(start.pool, "the pool in which it runs")
            .help("leave out `--region`: the build starts where its pool is");
        findings.push(finding);
    }
}
