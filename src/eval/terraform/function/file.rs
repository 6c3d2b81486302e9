//! Functions on paths and on the files of the project.

use super::super::scope::Scope;
use super::super::types::set;
use super::super::{Datum, Evaluated, Shape};
use super::argument::{Stop, string, text};
use super::{LONGEST, Made, Outcome, hash};
use crate::source::{self, Source, SourceId, Span, relative};
use crate::syntax::hcl::Origin;
use crate::value::{Piece, Text, Why};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globset::GlobBuilder;
use hcl_edit::expr::FuncCall;
use hcl_edit::template::Template;

/// What the function of a name makes.
pub fn call(scope: Scope, name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    let digest = |value: &Evaluated, name: &str| {
        let source = file(scope, value)?.1;
        hash::digest(name, source.text.as_bytes()).map(Made::from).ok_or(Stop::Unknown)
    };
    Some(match (name, arguments) {
        ("basename", [path]) => base_name(path),
        ("dirname", [path]) => dir_name(path),
        // Only the home folder is not known.
        ("pathexpand", [path]) => string(path).and_then(|path| match path.starts_with('~') {
            true => Err(Stop::Unknown),
            false => Ok(path.into_owned().into()),
        }),
        ("file", [path]) => file(scope, path).map(|(_, source)| (&*source.text).into()),
        ("filebase64", [path]) => {
            file(scope, path).map(|(_, source)| STANDARD.encode(&*source.text).into())
        }
        ("fileexists", [path]) => exists(scope, path),
        ("fileset", [folder, pattern]) => file_set(scope, folder, pattern),
        ("filemd5", [path]) => digest(path, "md5"),
        ("filesha1", [path]) => digest(path, "sha1"),
        ("filesha256", [path]) => digest(path, "sha256"),
        ("filesha512", [path]) => digest(path, "sha512"),
        ("filebase64sha256", [path]) => digest(path, "base64sha256"),
        ("filebase64sha512", [path]) => digest(path, "base64sha512"),
        _ => return None,
    })
}

fn base_name(path: &Evaluated) -> Outcome {
    let known = text(path)?;
    let trimmed = match known.literal() {
        Some("") => return Ok(".".into()),
        Some(path) if path.bytes().all(|b| b == b'/') => return Ok("/".into()),
        Some(path) => path.trim_end_matches('/'),
        // The last part may be known where others are not.
        None => match known.pieces().last() {
            Some(Piece::Literal(last)) if !last.ends_with('/') && last.contains('/') => last,
            _ => return Err(Stop::Unknown),
        },
    };
    Ok(source::name(trimmed).into())
}

fn dir_name(path: &Evaluated) -> Outcome {
    let known = text(path)?;
    let Some(path) = known.literal() else {
        // All before the last separator, if that is surely the last.
        let (last, before) = known.pieces().split_last().ok_or(Stop::Unknown)?;
        let Piece::Literal(last) = last else { return Err(Stop::Unknown) };
        let (folder, _) = last.rsplit_once('/').ok_or(Stop::Unknown)?;
        let mut kept = Text::default();
        before.iter().for_each(|piece| kept.push(piece.clone()));
        kept.push_str(folder);
        return Ok(kept.into());
    };
    Ok(match source::folder(path) {
        "" if path.starts_with('/') => "/".into(),
        folder => source::clean(folder).into(),
    })
}

/// The path from the root of the project of one that an expression names.
pub fn resolve(scope: Scope, path: &str) -> Result<String, Stop> {
    // Terraform runs in the folder of the root module; outside the project nothing is known.
    let root = scope.evaluator.root_folder().ok_or(Stop::Unknown)?;
    if path.starts_with(['/', '~']) {
        return Err(Stop::Unknown);
    }
    source::resolve(root, path).ok_or(Stop::Unknown)
}

/// A file that was read.
fn file<'a>(scope: Scope<'_, 'a>, path: &Evaluated) -> Result<(SourceId, &'a Source), Stop> {
    let path = resolve(scope, &string(path)?)?;
    let found = scope.evaluator.sources().find(&path).ok_or(Stop::Unknown)?;
    match scope.evaluator.spend(found.1.text.len() / 64) {
        true => Ok(found),
        false => Err(Stop::TooLarge),
    }
}

fn exists(scope: Scope, path: &Evaluated) -> Outcome {
    let path = resolve(scope, &string(path)?)?;
    let sources = scope.evaluator.sources();
    if sources.has_file(&path) {
        return Ok(true.into());
    }
    match sources.may_appear(&path) {
        true => Err(Stop::Unknown),
        false => Ok(false.into()),
    }
}

fn file_set(scope: Scope, folder: &Evaluated, pattern: &Evaluated) -> Outcome {
    let (at, pattern) = (pattern.at, string(pattern)?);
    let folder = resolve(scope, &string(folder)?)?;
    let glob = GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build();
    let glob = glob.map_err(|_| Stop::Unknown)?.compile_matcher();
    let mut found = Vec::new();
    for path in scope.evaluator.sources().under(&folder) {
        if !scope.evaluator.spend(1) {
            return Err(Stop::TooLarge);
        }
        let path = relative(path, &folder);
        if glob.is_match(path) {
            found.push(Evaluated::new(at, Datum::Text(Text::from(path))));
        }
        if found.len() > LONGEST {
            return Err(Stop::TooLarge);
        }
    }
    Ok(Made { datum: Datum::List(set(found), false), shape: Shape::Set })
}

impl Scope<'_, '_> {
    /// `templatefile`: a file as a template with the entries of a map as names.
    pub(super) fn template_file(self, origin: Origin, call: &FuncCall, at: Span) -> Evaluated {
        let arguments: Vec<Evaluated> =
            call.args.iter().map(|argument| self.expression(origin, argument)).collect();
        let [path, names] = &arguments[..] else { return self.fail(at) };
        let (id, source) = match file(self, path) {
            Ok(found) => found,
            Err(stop) => return self.stopped(stop, at, &arguments),
        };
        if is_deep(&source.text) {
            return self.unknown(at, Why::TooLarge);
        }
        let (Datum::Map(entries, _), Ok(template)) =
            (&names.datum, source.text.parse::<Template>())
        else {
            return self.result(at, None, &arguments);
        };
        let origin = Origin { source: id, base: 0 };
        let value = self.with_all(entries, |scope| scope.template(origin, &template));
        let steps = super::super::scope::steps(&arguments);
        value.after(&steps).used(at, None)
    }
}

/// Whether the brackets of a template are nested deeper than is read.
fn is_deep(text: &str) -> bool {
    let mut depth = 0usize;
    let mut deepest = 0usize;
    for byte in text.bytes() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > 64
}
