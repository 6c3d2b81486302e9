use crate::finding::{Finding, Severity};
use crate::model::Project;
use crate::model::contents::python::start::MissingStart;
use crate::rule::Rule;

pub static RULE: Rule = Rule {
    id: "entrypoint-not-found",
    summary: "The image starts a program or script that it does not hold.",
    severity: Severity::Error,
    since: "0.1.0",
    also: &[],
    opt_in: false,
    page: include_str!("README.md"),
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for missing in &project.missing_starts {
        if project.starts_its_own_process(missing.image) {
            findings.extend(module(project, missing));
        }
    }
    for missing in &project.missing_programs {
        let (Some(path), Some(image)) = (missing.path.known(), project.image(missing.image)) else {
            continue;
        };
        if !project.starts_program(missing) {
            continue;
        }
        let message =
            format!("image `{}` starts `{}`, which nothing puts there", image.name(), path.value);
        let help = match &missing.home {
            Some(home) => format!("copy `{home}` to `{}`, or start it where it lies", path.value),
            None => "copy it from the stage that builds it, or start what is there".to_owned(),
        };
        let finding = RULE.finding(message, path, "is not in the image");
        findings.push(match missing.left_out {
            Some(at) => finding
                .see(at, "leaves it out of the context")
                .help("let the ignore file keep it in the context"),
            None => finding.help(help),
        });
    }
}

fn module(project: &Project, missing: &MissingStart) -> Option<Finding> {
    let (module, package) = (missing.module.known()?, &missing.package);
    let image = project.image(missing.image)?.name();
    let last = module.value.rsplit('.').next().unwrap_or_default();
    let message = format!(
        "image `{image}` starts module `{}`, but `{package}` holds no `{last}`",
        module.value
    );
    let finding = RULE.finding(message, module, "cannot be imported").because(&missing.because);
    Some(finding.help(match &missing.meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "name a module that is there".to_owned(),
    }))
}
