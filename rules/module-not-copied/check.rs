use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::contents::module::{Loader, MissingModule};
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "module-not-copied",
    summary: "The process imports a module of the project that the image does not hold.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in &project.missing_modules {
        let Some(module) = missing.module.known() else { continue };
        let Some(image) = project.image(missing.image) else { continue };
        let (name, home, importer) = (&module.value, &missing.home, &missing.importer);
        let (message, label) = match &missing.loader {
            Loader::Process if !project.starts_its_own_process(missing.image) => continue,
            Loader::Process => (
                format!(
                    "the process imports `{name}`, but image `{}` does not hold `{home}`",
                    image.name()
                ),
                format!("imports `{name}` when it starts"),
            ),
            Loader::Compiler(stage) => (
                format!(
                    "`{importer}` imports `{name}`, but stage `{stage}` does not hold `{home}`"
                ),
                "is compiled without it".to_owned(),
            ),
        };
        let mut finding = RULE
            .finding(message, module, label)
            .see(missing.imported, "imported here")
            .because(&missing.because);
        finding = match (missing.left_out, missing.copied) {
            (Some(at), _) => finding
                .see(at, "leaves it out of the context")
                .help("let the ignore file keep it in the context"),
            (None, Some(at)) => with_fix(project, finding, missing, at),
            (None, None) => finding.help(format!("copy it to `{}`", missing.place)),
        };
        findings.push(finding);
    }
}

/// A fix copies it where the instruction before copies what lies beside it.
fn with_fix(project: &Project, finding: Finding, missing: &MissingModule, copied: Span) -> Finding {
    let (inner, place) = (&missing.inner, &missing.place);
    let line = format!("COPY {inner} {place}\n");
    let end = project.sources.line_span(copied).end;
    let edit = Edit::before(Span { start: end, ..copied }, line);
    finding.see(copied, "the last that is copied there").help("copy it as well").fix(
        format!("Copy `{inner}`"),
        Safety::Unsafe,
        [edit],
    )
}
