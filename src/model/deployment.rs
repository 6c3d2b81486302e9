//! Deployments: what runs an image.

pub mod contested;
pub mod env_file;
pub mod function_image;
pub mod kustomization;
pub mod machine;
pub mod mistaken_image;
pub mod named_path;
pub mod placement;
pub mod rollout;
pub mod unloaded;

use super::blur::Blur;
use super::build::BuildId;
use super::platform::Architecture;
use crate::source::{SourceId, Span};
use crate::value::{Sourced, Step, Text, Value};
use std::fmt;

/// One thing that runs an image.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The command, or the head of the block.
    pub at: Span,
    /// Which platform runs it.
    pub platform: Platform,
    /// Who deploys it.
    pub manager: Manager,
    /// The architecture that its machines have.
    pub architecture: Value<Architecture>,
    /// The name of the service or job.
    pub name: Value<Text>,
    /// The region.
    pub region: Value<Text>,
    /// The project.
    pub project: Value<Text>,
    /// The namespace of a cluster.
    pub namespace: Value<Text>,
    /// The kustomization or chart that it is applied with, if one is known.
    pub bundle: Option<SourceId>,
    /// The labels of its pods, by which a Service selects them.
    pub labels: Vec<Label>,
    /// The load balancers that send requests to its containers.
    pub balancers: Vec<Balancer>,
    /// The containers. The first is the one that gets requests.
    pub containers: Vec<Container>,
    /// Whether a change of the image by somebody else is left alone (`ignore_changes`).
    pub ignores_image: bool,
    /// Whether something else in it may change whenever it is applied, so that it is rolled
    /// out again even if the image is called the same.
    pub changes_otherwise: bool,
}

/// One container of a deployment.
#[derive(Debug, Clone, Default)]
pub struct Container {
    /// The name.
    pub name: Value<Text>,
    /// The image.
    pub image: Value<Text>,
    /// When a node pulls the image: `imagePullPolicy` of Kubernetes.
    pub pull_policy: Value<Text>,
    /// The port to which the platform sends requests, its default included. Unset where it
    /// sends none.
    pub port: Value<u16>,
    /// The ports that it says it opens, by which others may call them. A list that is not known
    /// to be whole has an item that is not known.
    pub ports: Vec<ContainerPort>,
    /// The ports that are asked whether it is well.
    pub probes: Vec<Probe>,
    /// The program in the container that asks it whether it is well.
    pub health_client: Value<String>,
    /// The environment. A list that is not known to be whole has an item that is not known.
    pub env: Vec<EnvVariable>,
    /// What it starts in place of what the image says.
    pub replaced: Replaced,
    /// The builds that make the image.
    pub builds: Vec<BuildLink>,
}

/// Which halves of the process that an image describes a container replaces. Docker drops
/// `CMD` with `ENTRYPOINT`, and so do all platforms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replaced {
    /// `ENTRYPOINT`: `command` of Kubernetes and Cloud Run, `entrypoint` of compose,
    /// `entryPoint` of ECS.
    pub entrypoint: bool,
    /// `CMD`: `args` of Kubernetes and Cloud Run, `command` of compose and ECS.
    pub arguments: bool,
}

/// A load balancer that sends requests to a container.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// The name of the container.
    pub container: Value<Text>,
    /// The port of the container.
    pub port: Value<u16>,
}

/// A port that a container says it opens.
#[derive(Debug, Clone)]
pub struct ContainerPort {
    /// The name.
    pub name: Value<Text>,
    /// The number.
    pub port: Value<u16>,
}

/// A question to a container whether it is well.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Which it is: `readinessProbe`.
    pub kind: &'static str,
    /// The port that it asks.
    pub port: Value<PortName>,
}

/// A port as it is called by those who send to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortName {
    /// By its number.
    Number(u16),
    /// By the name that the container gives it.
    Name(String),
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortName::Number(number) => write!(f, "{number}"),
            PortName::Name(name) => write!(f, "`{name}`"),
        }
    }
}

/// A label, or a condition on one.
#[derive(Debug, Clone)]
pub struct Label {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Value<Text>,
}

/// A variable that a deployment sets.
#[derive(Debug, Clone)]
pub struct EnvVariable {
    /// The name.
    pub name: Value<Text>,
    /// All of the setting, which a fix removes together with what separates it.
    pub setting: Span,
    /// The value; unknown if it comes from a secret.
    pub value: Value<Text>,
}

/// A build that makes the image of a container, with the reason to think so.
#[derive(Debug, Clone)]
pub struct BuildLink {
    /// The build.
    pub to: BuildId,
    /// Why.
    pub because: Vec<Step>,
}

/// Which platform runs a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A service of Cloud Run.
    CloudRunService,
    /// A job of Cloud Run.
    CloudRunJob,
    /// A function of Google Cloud, for which a buildpack makes an image.
    CloudFunction,
    /// A function of Lambda.
    Lambda,
    /// A service of App Runner.
    AppRunner,
    /// A task of ECS.
    Ecs,
    /// A job of AWS Batch.
    Batch,
    /// A workload of Kubernetes: a Deployment, a Job and the like.
    Kubernetes,
    /// A service of a compose file.
    Compose,
}

/// Who deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Terraform or OpenTofu.
    Terraform,
    /// A command in a build of Cloud Build.
    CloudBuild,
    /// A step of a workflow.
    Workflow,
    /// A command in a script or Makefile.
    Script,
    /// Whatever applies a manifest of Kubernetes.
    Manifest,
    /// A compose file, by hand.
    Compose,
}

impl Manager {
    /// Who it is, as a phrase: `a build`.
    pub fn name(self) -> &'static str {
        match self {
            Manager::Terraform => "Terraform",
            Manager::CloudBuild => "a build",
            Manager::Workflow => "a workflow",
            Manager::Script => "a script",
            Manager::Manifest => "a manifest",
            Manager::Compose => "compose",
        }
    }

    /// Whether it deploys by commands, each of which makes a revision.
    pub fn is_pipeline(self) -> bool {
        matches!(self, Manager::CloudBuild | Manager::Workflow | Manager::Script)
    }
}

impl Platform {
    /// How a message calls it.
    pub fn name(self) -> &'static str {
        match self {
            Platform::CloudRunService | Platform::CloudRunJob => "Cloud Run",
            Platform::CloudFunction => "Cloud Functions",
            Platform::Lambda => "Lambda",
            Platform::AppRunner => "App Runner",
            Platform::Ecs => "ECS",
            Platform::Batch => "Batch",
            Platform::Kubernetes => "Kubernetes",
            Platform::Compose => "compose",
        }
    }

    /// How a message calls what is deployed to it.
    pub fn unit(self) -> &'static str {
        match self {
            Platform::CloudRunService | Platform::AppRunner | Platform::Compose => "service",
            Platform::CloudRunJob | Platform::Batch => "job",
            Platform::Lambda | Platform::CloudFunction => "function",
            Platform::Ecs => "task",
            Platform::Kubernetes => "workload",
        }
    }

    /// What a deploy of it changes, as a message calls it.
    pub fn content(self) -> &'static str {
        match self {
            Platform::CloudFunction => "source",
            _ => "image",
        }
    }

    /// Whether it sets `PORT` to the port to which it sends requests.
    pub fn sets_port(self) -> bool {
        self.reserved_env().contains(&"PORT")
    }

    /// The environment names that it sets itself and refuses. Source:
    /// cloud.google.com/run/docs/container-contract, read 2026-08.
    pub fn reserved_env(self) -> &'static [&'static str] {
        match self {
            Platform::CloudRunService => &["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"],
            Platform::CloudRunJob => &[
                "CLOUD_RUN_JOB",
                "CLOUD_RUN_EXECUTION",
                "CLOUD_RUN_TASK_INDEX",
                "CLOUD_RUN_TASK_ATTEMPT",
                "CLOUD_RUN_TASK_COUNT",
            ],
            Platform::AppRunner => &["PORT"],
            Platform::CloudFunction | Platform::Lambda | Platform::Ecs | Platform::Batch => &[],
            Platform::Kubernetes | Platform::Compose => &[],
        }
    }
}

/// The architecture of Cloud Run's machines. Source: cloud.google.com/run/docs/container-contract.
pub fn amd64(at: Span) -> Value<Architecture> {
    Value::literal(Architecture::Amd64, at)
}

impl Replaced {
    /// Whether the process is another than the image describes.
    pub fn changes_process(self) -> bool {
        self.entrypoint || self.arguments
    }
}

impl Container {
    /// Whether its image is one of Google's samples, which hold the place of the real one.
    /// Source: cloud.google.com/run/docs/deploying, read 2026-08.
    pub fn is_placeholder(&self) -> bool {
        const SAMPLES: &[&str] = &[
            "gcr.io/cloudrun/hello",
            "gcr.io/cloudrun/placeholder",
            "us-docker.pkg.dev/cloudrun/container/hello",
            "us-docker.pkg.dev/cloudrun/container/job",
            "us-docker.pkg.dev/cloudrun/container/placeholder",
        ];
        let image = self.image.literal_text().map(|image| image.trim_end_matches(":latest"));
        image.is_some_and(|image| SAMPLES.contains(&image))
    }
}

impl Deployment {
    /// One of which no more is known than where it is written, and who deploys it to what.
    pub fn new(at: Span, platform: Platform, manager: Manager) -> Deployment {
        Deployment {
            at,
            platform,
            manager,
            architecture: Value::Unset,
            name: Value::Unset,
            region: Value::Unset,
            project: Value::Unset,
            namespace: Value::Unset,
            bundle: None,
            labels: Vec::new(),
            balancers: Vec::new(),
            containers: Vec::new(),
            ignores_image: false,
            // Most are commands, each of which makes a revision.
            changes_otherwise: true,
        }
    }

    /// Where it names its architecture, if it does.
    pub fn names_architecture(&self) -> Option<Span> {
        self.architecture.at().filter(|at| *at != self.at)
    }

    /// Whether it says which image runs, and not only that it should start again.
    pub fn names_image(&self) -> bool {
        let is_kept = self.ignores_image && self.manager.is_pipeline();
        !is_kept && (self.platform != Platform::Kubernetes || !self.containers.is_empty())
    }

    /// `service api`, or `service` if the name is not known.
    pub fn title(&self) -> String {
        match self.name.known() {
            Some(Sourced { value, .. }) => format!("{} `{value}`", self.platform.unit()),
            None => format!("this {}", self.platform.unit()),
        }
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.architecture);
        blur.value(&mut self.region);
        blur.value(&mut self.project);
        blur.value(&mut self.namespace);
        self.labels.iter_mut().for_each(|label| blur.value(&mut label.value));
        for balancer in &mut self.balancers {
            blur.value(&mut balancer.container);
            blur.value(&mut balancer.port);
        }
        for container in &mut self.containers {
            blur.value(&mut container.name);
            blur.value(&mut container.image);
            blur.value(&mut container.pull_policy);
            blur.value(&mut container.port);
            for port in &mut container.ports {
                blur.value(&mut port.name);
                blur.value(&mut port.port);
            }
            blur.value(&mut container.health_client);
            container.probes.iter_mut().for_each(|probe| blur.value(&mut probe.port));
            blur.list(&mut container.builds);
            for variable in &mut container.env {
                blur.value(&mut variable.name);
                blur.value(&mut variable.value);
            }
        }
    }
}

/// The port of a Cloud Run service that names none, with the sentence that says so. Source:
/// provider-google, cloud_run_v2_service.
pub fn default_port(told: Step) -> Value<u16> {
    Value::Known(Sourced { value: 8080, at: told.at, via: vec![told] })
}
