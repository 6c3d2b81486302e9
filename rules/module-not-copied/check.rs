use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::python::MissingModule;
use crate::rule::Rule;
use crate::source::Span;

pub static RULE: Rule = Rule {
    id: "module-not-copied",
    summary: "The process imports a module of the project that the image does not hold.",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in &project.missing_modules {
        let Some(module) = missing.module.known() else { continue };
        let Some(image) = project.image(missing.image) else { continue };
        if !project.starts_its_own_process(missing.image) {
            continue;
        }
        let name = &module.value;
        let message = format!(
            "the process imports `{name}`, but image `{}` does not hold `{}`",
            image.name(),
            missing.home
        );
        let mut finding = RULE
            .finding(message, module, format!("imports `{name}` when it starts"))
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
    let extension = if inner.ends_with(".py") { ".py" } else { "/" };
    let line = format!("COPY {inner} {place}{extension}\n");
    let end = project.sources.line_span(copied).end;
    let edit = Edit::before(Span { start: end, ..copied }, line);
    finding.see(copied, "copies what lies beside it").help("copy it as well").fix(
        format!("Copy `{inner}`"),
        Safety::Unsafe,
        vec![edit],
    )
}
