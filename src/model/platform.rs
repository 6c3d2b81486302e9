//! Architectures, and the words by which commands and images name them.

use std::fmt;

/// The instruction set that an image is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// `amd64`, also called `x86_64`.
    Amd64,
    /// `arm64`, also called `aarch64`.
    Arm64,
    /// Any other, which nothing that is deployed to here runs.
    Other,
}

impl Architecture {
    /// The architecture of a platform such as `linux/arm64/v8` or `amd64`.
    pub fn of_platform(platform: &str) -> Option<Architecture> {
        let mut parts = platform.split('/');
        let first = parts.next()?;
        let word = parts.next().unwrap_or(first);
        match word.to_ascii_lowercase().as_str() {
            "amd64" | "x86_64" | "x86-64" => Some(Architecture::Amd64),
            "arm64" | "aarch64" => Some(Architecture::Arm64),
            "arm" | "armhf" | "386" | "i386" | "ppc64le" | "s390x" | "riscv64" => {
                Some(Architecture::Other)
            }
            _ => None,
        }
    }

    /// The architecture that the name of an image pins: `arm64v8/python`, `amd64/debian`,
    /// `public.ecr.aws/lambda/python:3.12-arm64`.
    pub fn of_image(image: &str) -> Option<Architecture> {
        let (name, tag) = image.rsplit_once(':').unwrap_or((image, ""));
        match name.split('/').rev().nth(1) {
            Some("arm64v8") => return Some(Architecture::Arm64),
            Some("amd64") => return Some(Architecture::Amd64),
            _ => {}
        }
        let suffix = |suffixes: &[&str]| suffixes.iter().any(|suffix| tag.ends_with(suffix));
        if suffix(&["-arm64", "-arm64v8", "-aarch64"]) {
            Some(Architecture::Arm64)
        } else if suffix(&["-amd64", "-x86_64"]) {
            Some(Architecture::Amd64)
        } else {
            None
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Architecture::Amd64 => "amd64",
            Architecture::Arm64 => "arm64",
            Architecture::Other => "another architecture",
        })
    }
}
