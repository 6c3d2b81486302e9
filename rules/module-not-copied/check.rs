use crate::finding::{Edit, Finding, Safety, Severity};
use crate::model::Project;
use crate::model::contents::module::{Loader, MissingModule};
use crate::rule::Rule;

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
    for module in project.uncopied_modules() {
        let (missing, name) = (module.missing, &module.name.value);
        let MissingModule { home, importer, .. } = missing;
        let (message, label) = match &missing.loader {
            Loader::Process => {
                let image = module.image.name();
                let message = format!(
                    "the process imports `{name}`, but image `{image}` does not hold `{home}`"
                );
                (message, format!("imports `{name}` when it starts"))
            }
            Loader::Compiler(stage) => {
                let message = format!(
                    "`{importer}` imports `{name}`, but stage `{stage}` does not hold `{home}`"
                );
                (message, "is compiled without it".to_owned())
            }
        };
        let finding = RULE
            .finding(message, module.name, label)
            .see(missing.imported, "imported here")
            .because(&missing.because);
        findings.push(mended(project, finding, missing));
    }
}

/// A fix copies it where the instruction before copies what lies beside it.
fn mended(project: &Project, finding: Finding, missing: &MissingModule) -> Finding {
    let MissingModule { inner, place, .. } = missing;
    if let Some(at) = missing.left_out {
        let finding = finding.see(at, "leaves it out of the context");
        return finding.help("let the ignore file keep it in the context");
    }
    let (Some(copied), Some(line)) = (missing.copied, project.line_for(missing)) else {
        return finding.help(format!("copy it to `{place}`"));
    };
    let edit = Edit::before(line, format!("COPY {inner} {place}\n"));
    let finding = finding.see(copied, "the last that is copied there").help("copy it as well");
    finding.fix(format!("Copy `{inner}`"), Safety::Unsafe, [edit])
}
