//! The machines on which clusters run pods.

use crate::model::platform::Architecture;
use crate::source::Span;
use crate::value::Value;
use serde::Deserialize;
use std::sync::LazyLock;

/// Nodes of a cluster that are alike.
#[derive(Debug, Clone)]
pub struct NodePool {
    /// The head of the block.
    pub at: Span,
    /// Their architecture.
    pub architecture: Value<Architecture>,
}

/// Whose machines they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// EC2.
    Ec2,
    /// Compute Engine.
    ComputeEngine,
}

/// A section of `data/machines.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Families {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    arm64: Vec<String>,
    amd64: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    provider: Vec<Families>,
}

static FAMILIES: LazyLock<Vec<Families>> = LazyLock::new(|| {
    let table: Table =
        toml::from_str(include_str!("../../../data/machines.toml")).unwrap_or_default();
    table.provider
});

impl Provider {
    /// The architecture of a type of machine, such as `m7g.large` or `e2-standard-4`.
    pub fn architecture(self, machine: &str) -> Option<Architecture> {
        let (name, family) = match self {
            Provider::Ec2 => ("ec2", machine.split('.').next()?),
            Provider::ComputeEngine => ("compute-engine", machine.split(['-', '_']).next()?),
        };
        let family = family.to_ascii_lowercase();
        let families = FAMILIES.iter().find(|families| families.name == name)?;
        if families.arm64.contains(&family) {
            Some(Architecture::Arm64)
        } else {
            families.amd64.contains(&family).then_some(Architecture::Amd64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_have_the_architecture_of_their_family() {
        use Architecture::{Amd64, Arm64};
        use Provider::{ComputeEngine, Ec2};
        for (provider, machine, expected) in [
            (Ec2, "m7g.large", Some(Arm64)),
            (Ec2, "t4g.medium", Some(Arm64)),
            (Ec2, "g4dn.xlarge", Some(Amd64)),
            (Ec2, "m7i-flex.large", Some(Amd64)),
            (Ec2, "q99.large", None),
            (ComputeEngine, "e2-medium", Some(Amd64)),
            (ComputeEngine, "E2_STANDARD_2", Some(Amd64)),
            (ComputeEngine, "c4a-standard-8", Some(Arm64)),
            (ComputeEngine, "q1-standard-8", None),
        ] {
            assert_eq!(provider.architecture(machine), expected, "{machine}");
        }
    }
}
