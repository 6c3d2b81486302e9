//! Volumes of Cloud Run. Source: googlecloudsdk/command_lib/run, `volumes.py` and `flags.py` of
//! 528.0.0, read 2026-11. Later ones take `mount-path` in a volume, which then needs no name, and
//! disks: cloud.google.com/run/docs/configuring/jobs/ephemeral-disk, read 2026-11.

use super::GcloudCommand;
use super::refusal::{Refused, items, refused};
use crate::nearest::nearest;
use crate::value::{Sourced, Text};

/// A type of volumes.
struct Type {
    name: &'static str,
    /// The settings without which there is no volume, unless another stands for them.
    needed: &'static [(&'static str, &'static [&'static str])],
    /// The others, those of alpha and beta included.
    others: &'static [&'static str],
}

const TYPES: &[Type] = &[
    Type { name: "in-memory", needed: &[], others: &["size-limit"] },
    Type { name: "ephemeral-disk", needed: &[("size", &[])], others: &[] },
    Type { name: "nfs", needed: &[("location", &[])], others: &["readonly"] },
    Type {
        name: "cloud-storage",
        needed: &[("bucket", &["dynamic-mounting"])],
        others: &["readonly", "mount-options", "dynamic-mounting"],
    },
    Type {
        name: "secret",
        needed: &[("secret", &[]), ("version", &[]), ("path", &[])],
        others: &[],
    },
];

impl GcloudCommand {
    /// What of the volumes of a command is refused.
    pub(super) fn refused_volumes(&self) -> Vec<Refused> {
        let given = |name: &'static str| {
            let flags = self.flags.iter();
            let flags = flags.filter(move |flag| flag.name.literal_text() == Some(name));
            flags.filter_map(|flag| flag.value.known())
        };
        let volumes = given("--add-volume").filter_map(volume);
        let mounts = given("--add-volume-mount");
        let mounts = mounts.filter_map(|at| {
            let settings = settings(at)?;
            let is_known = settings.iter().all(|(name, _)| MOUNT.contains(&name.as_str()));
            let lacking = MOUNT.iter().find(|name| !has(&settings, name)).filter(|_| is_known)?;
            Some(lacks("--add-volume-mount", at, lacking))
        });
        volumes.chain(mounts).collect()
    }
}

/// The settings of all volumes.
const COMMON: &[&str] = &["name", "type", "mount-path"];

/// The settings of a mount.
const MOUNT: &[&str] = &["volume", "mount-path"];

/// Settings of which all names are known, with the values that are.
fn settings(at: &Sourced<Text>) -> Option<Vec<(String, Option<String>)>> {
    let items = items(&at.value)?;
    let setting = |item: &Text| {
        let name = item.split('=').first()?.literal()?.to_owned();
        let value = item.literal().and_then(|item| item.split_once('='));
        Some((name, value.map(|(_, value)| value.to_owned())))
    };
    items.iter().map(setting).collect()
}

fn has(settings: &[(String, Option<String>)], name: &str) -> bool {
    settings.iter().any(|(other, _)| other == name)
}

fn lacks(flag: &str, at: &Sourced<Text>, name: &str) -> Refused {
    let message = format!("`{flag}` has no `{name}`");
    refused(at, message, "lacks a setting", format!("add `{name}=...`"))
}

fn volume(at: &Sourced<Text>) -> Option<Refused> {
    let settings = settings(at)?;
    if !has(&settings, "type") {
        return Some(lacks("--add-volume", at, "type"));
    }
    let named = settings.iter().find(|(name, _)| name == "type")?.1.as_deref()?;
    let Some(kind) = TYPES.iter().find(|kind| kind.name == named) else {
        let meant = nearest(named, TYPES.iter().map(|kind| kind.name));
        let names: Vec<String> = TYPES.iter().map(|kind| format!("`{}`", kind.name)).collect();
        let message = format!("`--add-volume` has type `{named}`, but no type is called so");
        let help = match meant {
            Some(meant) => format!("did you mean `type={meant}`?"),
            None => format!("the types are {}", names.join(", ")),
        };
        let refused = refused(at, message, "is none of the types", help);
        return Some(Refused { may_be_newer: meant.is_none(), ..refused });
    };
    let needed = || kind.needed.iter().map(|(name, _)| *name);
    let all = || COMMON.iter().copied().chain(needed()).chain(kind.others.iter().copied());
    if let Some((odd, _)) = settings.iter().find(|(name, _)| !all().any(|known| known == name)) {
        let meant = nearest(odd, all());
        let list: Vec<String> = all().map(|name| format!("`{name}`")).collect();
        let message =
            format!("a volume of type `{named}` has no `{odd}`, but only {}", list.join(", "));
        let help = meant.map(|meant| format!("did you mean `{meant}`?")).unwrap_or_default();
        let refused = refused(at, message, "has another name", help);
        return Some(Refused { may_be_newer: meant.is_none(), ..refused });
    }
    let lacking = |(name, instead): &&(&'static str, &[&str])| {
        !has(&settings, name) && !instead.iter().any(|name| has(&settings, name))
    };
    let (name, _) = kind.needed.iter().find(lacking)?;
    let message = format!("a volume of type `{named}` needs `{name}`, and has none");
    Some(refused(at, message, "lacks a setting", format!("add `{name}=...`")))
}
