//! Functions of Lambda that run images, and the module that builds these.
//!
//! Source: terraform-aws-modules/lambda on registry.terraform.io, read 2026-08: the context of
//! `modules/docker-build` is relative to the folder in which Terraform runs, its Dockerfile to
//! the context.

use super::super::build::{Build, BuildKind, Runner};
use super::super::deployment::{Deployment, Manager, Platform};
use super::WorkingFolder;
use super::aws::{container, of_lambda};
use super::docker::places;
use crate::eval::terraform::{Block, Call, Datum, Evaluated, Reference};
use crate::source::resolve;
use crate::value::{Sourced, Step, Text, Value, Why};

/// The image of a function. One that a module builds is known by the module.
pub fn image(body: &Block) -> Value<Text> {
    match body.get("image_uri") {
        Some(Evaluated {
            datum: Datum::Reference(Reference { kind, name, .. }), at, via, ..
        }) if kind == "module" => {
            Value::Known(Sourced { value: made_by(name), at: *at, via: via.clone() })
        }
        Some(value) => value.text(),
        None => Value::Unset,
    }
}

/// How the image of a module is called here.
fn made_by(module: &str) -> Text {
    Text::hole(format!("module.{module}"))
}

/// A call of `terraform-aws-modules/lambda/aws//modules/docker-build`.
pub fn docker_build(folders: &[WorkingFolder], call: &Call) -> Build {
    let body = &call.body;
    let context = body.text("source_path").or(Value::unknown(call.at, Why::NoDefault));
    let dockerfile = body.text("docker_file_path");
    let places = places(folders, &context, |folder, context| match &dockerfile {
        Value::Unset => resolve(context, "Dockerfile"),
        // With a `builder` it is relative to where Terraform runs.
        file if body.get("builder").is_some() => folder.resolve(&file.known()?.value),
        file => resolve(context, file.literal_text()?),
    });
    let arguments = body.get("build_args").map(Evaluated::entries).unwrap_or_default();
    Build {
        platform: body.text("platform"),
        tags: vec![Sourced { value: made_by(&call.name), at: call.at, via: Vec::new() }],
        arguments: arguments
            .iter()
            .filter_map(|(name, value)| Some((name.literal()?.to_owned(), value.text())))
            .collect(),
        target: body.text("build_target"),
        dockerfile,
        context,
        places,
        pushes: true,
        ..Build::new(call.at, Runner::Terraform, BuildKind::Module)
    }
}

/// A call of `terraform-aws-modules/lambda/aws` for a function that runs an image.
pub fn module(call: &Call) -> Option<Deployment> {
    let body = &call.body;
    body.get("image_uri")?;
    let name = body.text("function_name").or(Value::unknown(call.at, Why::Unread));
    Some(Deployment {
        architecture: of_lambda(body, call.at),
        name,
        containers: vec![container(image(body), Value::Unset)],
        ignores_image: true,
        ..Deployment::new(call.at, Platform::Lambda, Manager::Terraform)
    })
}

/// A call of another module of a registry that is called after Lambda and takes an image. Which
/// architecture it gives to the function is not known.
pub fn other_module(call: &Call) -> Option<Deployment> {
    let mut deployment = module(call)?;
    deployment.architecture = Value::unknown(call.at, Why::Unread);
    for container in &mut deployment.containers {
        if let Value::Known(image) = &mut container.image {
            let told = "a module of this name runs the image as a function";
            image.via.push(Step::default(call.at, told));
        }
    }
    Some(deployment)
}
