//! Templates that `envsubst` fills in when a container starts.
//!
//! Source: gnu.org/software/gettext/manual, `envsubst`, and hub.docker.com/_/nginx, read 2026-11:
//! only `$NAME` and `${NAME}` are replaced; the image of nginx does so with what lies in
//! `/etc/nginx/templates` and ends in `.template`.

use crate::model::Project;
use crate::model::image::process::basename;
use crate::model::image::{Copy, Image, Origin, Stage};
use crate::source::{Kind, Source, SourceId, Sources, Span, folder, join, name};
use crate::value::Value;

/// The folder whose templates the image of nginx fills in.
const OF_NGINX: &str = "/etc/nginx/templates";

/// An expression of a template that `envsubst` leaves as it is.
#[derive(Debug)]
pub struct UnfilledExpression<'a> {
    /// The image.
    pub image: &'a Image,
    /// The expression as it is written: `${PORT:-80}`.
    pub written: String,
    /// Where.
    pub at: Span,
    /// Where the template is filled in; where it is copied to if the image of nginx does that.
    pub filled: Span,
    /// Whether the image of nginx does.
    pub by_nginx: bool,
}

/// What a stage writes to a path of its own.
struct Template {
    path: String,
    text: Span,
    copied: Span,
}

impl Project {
    /// The expressions with a default, or another operator of the shell, in templates that
    /// `envsubst` fills in.
    pub fn unfilled_expressions(&self) -> Vec<UnfilledExpression<'_>> {
        let sources = &self.sources;
        let calls = |source: &Source| source.text.contains("envsubst");
        let scripts = sources.iter().filter(|(_, s)| s.kind == Kind::Script && calls(s));
        let scripts: Vec<SourceId> = scripts.map(|(id, _)| id).collect();
        let mut unfilled = Vec::new();
        for image in self.images.iter().filter(|image| !image.own_syntax) {
            let own = Some(image.source).filter(|id| calls(sources.get(*id)));
            let callers: Vec<SourceId> = own.into_iter().chain(scripts.iter().copied()).collect();
            for stage in &image.stages {
                let by_nginx = nginx_fills(image, stage);
                if callers.is_empty() && !by_nginx {
                    continue;
                }
                for template in templates(sources, image, stage) {
                    let by_nginx = by_nginx && template.is_of_nginx();
                    let filled = match by_nginx {
                        true => Some(template.copied),
                        false => callers.iter().find_map(|id| reads(sources, *id, &template.path)),
                    };
                    let Some(filled) = filled else { continue };
                    let Span { source, start: before, .. } = template.text;
                    unfilled.extend(expressions(sources.text(template.text)).map(
                        |(start, written)| {
                            let start = before + start as u32;
                            let at = Span { source, start, end: start + written.len() as u32 };
                            let written = written.to_owned();
                            UnfilledExpression { image, written, at, filled, by_nginx }
                        },
                    ));
                }
            }
        }
        unfilled
    }
}

impl Template {
    /// Whether the image of nginx fills it in.
    fn is_of_nginx(&self) -> bool {
        folder(&self.path) == OF_NGINX && self.path.ends_with(".template")
    }
}

/// Whether a stage starts as the image of nginx does, which fills in templates.
fn nginx_fills(image: &Image, stage: &Stage) -> bool {
    let own_entrypoint = stage.commands.iter().any(|c| c.instruction == "ENTRYPOINT");
    let base = image.base_image(stage).and_then(|(_, base)| base.literal_text());
    !own_entrypoint && base.is_some_and(|base| name(base).starts_with("nginx"))
}

/// Where a text gives a file to `envsubst`.
fn reads(sources: &Sources, id: SourceId, path: &str) -> Option<Span> {
    let start = given(&sources.get(id).text, path)?;
    Some(Span::new(id, start..start + path.len()))
}

/// Where a text gives a file to `envsubst`: `envsubst ... < PATH`.
fn given(text: &str, path: &str) -> Option<usize> {
    text.match_indices(path).map(|(start, _)| start).find(|start| {
        let before = text.get(..*start).unwrap_or_default().trim_end();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let ends = text.get(start + path.len()..).is_none_or(|rest| {
            !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/'))
        });
        ends && line.ends_with('<') && line.contains("envsubst")
    })
}

/// The templates of a stage: files of the context, and what `echo` writes.
fn templates(sources: &Sources, image: &Image, stage: &Stage) -> Vec<Template> {
    let from_context = stage.copies.iter().filter(|copy| copy.from == Origin::Context);
    let mut templates: Vec<Template> =
        from_context.flat_map(|copy| copied(sources, image, copy)).collect();
    for run in &stage.runs {
        let words = &run.command.words;
        if !matches!(words.first().and_then(basename), Some("echo" | "printf")) {
            continue;
        }
        // What a shell would put in is no part of the template.
        let Some(word) = words.last().filter(|word| word.as_str().is_some()) else { continue };
        let line = sources.get(word.at.source).text.get(word.at.end as usize..).unwrap_or_default();
        let Some(target) = line.trim_start_matches([' ', '\t']).strip_prefix('>') else { continue };
        let path = target.trim_start().split([' ', '\n', ';', '&']).next().unwrap_or_default();
        if path.starts_with('/') {
            let (path, text) = (path.to_owned(), word.at);
            templates.push(Template { path, text, copied: run.command.at });
        }
    }
    templates
}

/// The files of the repository that a copy brings one by one, if it is known which they are.
fn copied(sources: &Sources, image: &Image, copy: &Copy) -> Vec<Template> {
    let Some(to) = copy.destination.literal_text() else { return Vec::new() };
    let is_folder = to.ends_with('/') || copy.sources.len() > 1 || to == OF_NGINX;
    let read = |path: &Value<crate::value::Text>| {
        let written = path.literal_text()?.trim_start_matches("./");
        // The context is the folder of the Dockerfile, or one above.
        let mut found = std::iter::successors(Some(folder(&image.path)), |place| {
            (!place.is_empty()).then(|| folder(place))
        })
        .filter_map(|place| sources.find(&join(place, written)));
        let (id, source) = found.next().filter(|(_, source)| source.kind == Kind::Template)?;
        let path = match is_folder {
            true => join(to.trim_end_matches('/'), name(written)),
            false => to.to_owned(),
        };
        Some(Template { path, text: Span::new(id, 0..source.text.len()), copied: copy.at })
    };
    copy.sources.iter().filter_map(read).collect()
}

/// `${NAME:-default}` and its like, with their places.
fn expressions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let inner = rest.get(2..)?;
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let is_operator = inner[end..].starts_with([':', '-', '=', '+', '?']) && end > 0;
        let close = rest.find('}')?;
        (is_operator && !rest[..close].contains('\n')).then(|| (start, &rest[..close + 1]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_names() {
        let found = |text: &'static str| expressions(text).map(|(_, e)| e).collect::<Vec<_>>();
        assert_eq!(found("listen ${PORT:-80};"), ["${PORT:-80}"]);
        assert_eq!(found("listen ${PORT}; root $root; a ${} ${"), Vec::<&str>::new());
        assert_eq!(found("${A-b} ${C:?no}"), ["${A-b}", "${C:?no}"]);
    }

    #[test]
    fn envsubst_reads_what_stands_behind_the_arrow() {
        assert!(given("envsubst '$PORT' < /a/b.conf > /c", "/a/b.conf").is_some());
        assert!(given("envsubst </a/b.conf", "/a/b.conf").is_some());
        assert!(given("envsubst < /a/b.conf.old", "/a/b.conf").is_none());
        assert!(given("cat < /a/b.conf", "/a/b.conf").is_none());
    }
}
