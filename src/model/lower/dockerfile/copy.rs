//! What a stage takes in: `COPY`, `ADD` and the mounts of `RUN`.

use super::super::super::image::{Cache, Copy, CopyKind, NamedOrigin, Origin, SecretMount};
use super::Lowering;
use crate::source::{Excerpt, clean, is_remote, name};
use crate::syntax::dockerfile::{self, Instruction, Kind};
use crate::value::{Sourced, Text, Value, Why};

impl Lowering<'_> {
    pub(super) fn copy(
        &mut self,
        order: usize,
        instruction: &Instruction,
        transfer: &dockerfile::Transfer,
    ) {
        let from = match instruction.flag("from").and_then(|flag| flag.value.clone()) {
            None => Origin::Context,
            Some(name) => self.origin(&name, false),
        };
        let (mut sources, mut remote, mut heredocs) = (Vec::new(), Vec::new(), 0);
        for source in &transfer.sources {
            match source {
                dockerfile::Source::Path(path) if is_remote(&path.text) => {
                    remote.push(self.expand(path));
                }
                dockerfile::Source::Path(path) => sources.push(self.expand(path)),
                dockerfile::Source::Heredoc(_) => heredocs += 1,
            }
        }
        let to = self.expand(&transfer.destination);
        let filtered =
            instruction.flag("parents").is_some() || instruction.flag("exclude").is_some();
        let below = self.implied_workdir(&to);
        let kind = match &instruction.kind {
            Kind::Add(_) => CopyKind::Add,
            _ => CopyKind::Copy,
        };
        let mode = instruction.flag("chmod").and_then(|flag| flag.value.as_ref());
        let mode = mode.map_or(Value::Unset, |mode| self.expand(mode));
        let flags = instruction.flags.iter().map(|flag| flag.name.clone()).collect();
        self.stage(|stage| {
            stage.copies.push(Copy {
                at: instruction.at,
                order,
                from,
                kind,
                sources,
                remote,
                heredocs,
                destination: absolute(&stage.workdir, to.clone()),
                to,
                below,
                filtered,
                mode,
                flags,
            });
        });
    }

    /// The working directory of the base image, if a destination is relative to it.
    fn implied_workdir(&self, to: &Value<Text>) -> Value<&'static str> {
        let Some(stage) = self.stages.last() else { return Value::Unset };
        let is_absolute = |path: &str| path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
        let is_relative = to.literal_text().is_some_and(|path| !is_absolute(path));
        match is_relative && !stage.has_workdir() {
            true => stage.system.clone().and_then(|system| system.workdir),
            false => Value::Unset,
        }
    }

    /// Notes a name after `--from=` or `from=`, and says what it means.
    fn origin(&mut self, name: &Excerpt, of_mount: bool) -> Origin {
        let stage = self.stage_named(&name.text);
        if stage.is_none() && name.text.parse::<usize>().is_err() {
            let image = self.in_its_place(self.expand(name));
            self.stage(|stage| stage.written.images.push(image));
        }
        let other = || Origin::Other(name.text.as_str().into());
        let from = stage.map_or_else(other, Origin::Stage);
        let name = Value::literal(name.text.clone(), name.at);
        self.stage(|stage_here| stage_here.origins.push(NamedOrigin { name, of_mount, stage }));
        from
    }

    fn stage_named(&self, name: &str) -> Option<usize> {
        let earlier = self.stages.len().saturating_sub(1);
        let named = self.stages[..earlier]
            .iter()
            .rposition(|stage| stage.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        named.or_else(|| name.parse().ok().filter(|i| *i < earlier))
    }

    /// `--mount=type=cache,target=...`, and memory in its place.
    pub(super) fn cache(order: usize, flag: &dockerfile::Flag) -> Option<Cache> {
        let value = flag.value.as_ref().filter(|_| flag.name == "mount")?;
        let is_cache = matches!(setting(value, &["type"]), Some("cache" | "tmpfs"));
        let target = setting(value, TARGET).filter(|_| is_cache)?;
        Some(Cache { order, target: target.to_owned() })
    }

    /// `--mount=type=secret,id=...`
    pub(super) fn secret(order: usize, flag: &dockerfile::Flag) -> Option<SecretMount> {
        let value = flag.value.as_ref().filter(|_| flag.name == "mount")?;
        setting(value, &["type"]).filter(|kind| *kind == "secret")?;
        let path = match (setting(value, TARGET), setting(value, &["id", "source", "src"])) {
            (Some(path), _) => Some(path.to_owned()),
            (None, Some(id)) => Some(format!("/run/secrets/{}", name(id))),
            (None, None) => None,
        };
        let is_plain = |path: &String| path.starts_with('/') && !path.contains('$');
        let path = match path.filter(is_plain) {
            Some(path) => Value::literal(path, value.at),
            None => Value::unknown(value.at, Why::Environment),
        };
        Some(SecretMount { order, path })
    }

    /// `--mount=type=bind,source=...`, which needs its source as `COPY` does.
    pub(super) fn mount(&mut self, order: usize, flag: &dockerfile::Flag) -> Option<Copy> {
        let value = flag.value.as_ref().filter(|_| flag.name == "mount")?;
        let mut source = None;
        let (mut bind, mut from) = (true, Origin::Context);
        let mut offset = 0;
        for item in value.text.split(',') {
            let (key, text) = item.split_once('=').unwrap_or((item, ""));
            let at = offset + key.len() + 1;
            offset += item.len() + 1;
            match key {
                "type" => bind = text == "bind",
                "source" | "src" => source = Some(value.slice(at..at + text.len())),
                "from" => from = self.origin(&value.slice(at..at + text.len()), true),
                _ => {}
            }
        }
        let source = source.filter(|_| bind)?;
        let sources = vec![self.expand(&source)];
        let destination = Value::Unset;
        Some(Copy {
            at: flag.at,
            order,
            from,
            kind: CopyKind::Mount,
            sources,
            remote: Vec::new(),
            heredocs: 0,
            destination,
            to: Value::Unset,
            below: Value::Unset,
            filtered: false,
            mode: Value::Unset,
            flags: Vec::new(),
        })
    }
}

/// The names of the path in the image.
const TARGET: &[&str] = &["target", "dst", "destination"];

/// What a mount sets under one of some names: `id=token,target=/run/token`.
fn setting<'a>(mount: &'a Excerpt, names: &[&str]) -> Option<&'a str> {
    let mut items = mount.text.split(',').filter_map(|item| item.split_once('='));
    items.find(|(key, _)| names.contains(key)).map(|(_, text)| text)
}

/// A path of the image: absolute, or from the working directory.
pub(super) fn absolute(workdir: &Value<Text>, path: Value<Text>) -> Value<Text> {
    let Value::Known(Sourced { value, at, via }) = path else { return path };
    if value.starts_with("/") {
        let cleaned = value.literal().map(|text| {
            let slash = if text.len() > 1 && text.ends_with('/') { "/" } else { "" };
            Text::from(format!("{}{slash}", clean(text)))
        });
        return Value::Known(Sourced { value: cleaned.unwrap_or(value), at, via });
    }
    match (workdir.literal_text(), value.literal()) {
        (Some(folder), Some(path)) => {
            let slash = if path.ends_with('/') || path == "." { "/" } else { "" };
            let joined = clean(&format!("{folder}/{path}"));
            let slash = if joined == "/" { "" } else { slash };
            Value::Known(Sourced { value: Text::from(format!("{joined}{slash}")), at, via })
        }
        _ => Value::unknown(at, Why::Computed),
    }
}
