//! By which server the processes of sibling images are started.

use super::Image;
use super::process::{Process, basename};
use crate::model::Project;
use crate::model::context::aside::{is_for_development, is_set_aside};
use crate::source::{Span, folder, name};
use crate::syntax::shell::Word;
use std::collections::BTreeMap;

/// An image whose server is another one than that of its siblings.
#[derive(Debug)]
pub struct OddServer<'a> {
    /// The image.
    pub image: &'a Image,
    /// Its server.
    pub server: &'static str,
    /// The command that starts it.
    pub at: Span,
    /// A sibling with the server of most.
    pub sibling: &'a Image,
    /// The command that starts that.
    pub managed: Span,
}

/// What starts an application of ASGI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    /// gunicorn, with workers of uvicorn.
    Managed,
    /// uvicorn itself, by whichever program.
    Bare(&'static str),
}

impl Project {
    /// The images that are started by uvicorn alone, where gunicorn starts it in those beside
    /// them.
    pub fn odd_servers(&self) -> Vec<OddServer<'_>> {
        let mut families: BTreeMap<Family<'_>, Vec<(&Image, Span, Server)>> = BTreeMap::new();
        for image in &self.images {
            let process = image.stages.last().and_then(|stage| stage.process.as_ref());
            let Some((process, family)) = process.zip(Family::of(&image.path)) else { continue };
            if let Some(server) = server(process) {
                families.entry(family).or_default().push((image, process.at, server));
            }
        }
        let mut odd = Vec::new();
        for (family, members) in &families {
            let managed: Vec<_> = members.iter().filter(|m| m.2 == Server::Managed).collect();
            let enough = if family.is_named { 1 } else { 2 };
            let Some((sibling, started, _)) = managed.first().filter(|_| managed.len() >= enough)
            else {
                continue;
            };
            // As many of one as of the other are no drift.
            if !family.is_named && managed.len() * 2 <= members.len() {
                continue;
            }
            for (image, at, server) in members {
                let Server::Bare(server) = *server else { continue };
                odd.push(OddServer { image, server, at: *at, sibling, managed: *started });
            }
        }
        odd
    }
}

/// What Dockerfiles have in common that are evidently of one kind.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Family<'a> {
    folder: &'a str,
    /// What follows the name of the service: `staging.alpine.Dockerfile`.
    rest: &'a str,
    /// Whether that says of which kind they are.
    is_named: bool,
}

impl<'a> Family<'a> {
    /// `dockerfiles/api.staging.alpine.Dockerfile` is of all services that are called so,
    /// `services/api/Dockerfile` of all services beside it.
    fn of(path: &'a str) -> Option<Family<'a>> {
        if is_set_aside(path) || is_for_development(path) {
            return None;
        }
        let file = name(path);
        if file == "Dockerfile" && !folder(path).is_empty() {
            return Some(Family { folder: folder(folder(path)), rest: file, is_named: false });
        }
        let (_, rest) = file.split_once('.')?;
        let is_dockerfile = rest.to_ascii_lowercase().ends_with("dockerfile");
        let is_named = rest.split('.').count() > 1;
        is_dockerfile.then_some(Family { folder: folder(path), rest, is_named })
    }
}

/// The server that a process is, if it is one of these for sure.
fn server(process: &Process) -> Option<Server> {
    let mut words = process.words.iter().filter(|word| !is_module_flag(word));
    let mut program = basename(words.next()?)?;
    if program.starts_with("python") {
        program = words.next()?.as_str()?;
    }
    let rest: Vec<&Word> = words.collect();
    match program {
        "uvicorn" => Some(Server::Bare("uvicorn")),
        "fastapi" if rest.first().and_then(|word| word.as_str()) == Some("run") => {
            Some(Server::Bare("fastapi run"))
        }
        "gunicorn" => worker(&rest).then_some(Server::Managed),
        _ => None,
    }
}

fn is_module_flag(word: &Word) -> bool {
    word.as_str() == Some("-m")
}

/// Whether the workers of gunicorn are named, and are those of uvicorn.
fn worker(words: &[&Word]) -> bool {
    let mut words = words.iter().filter_map(|word| word.as_str());
    while let Some(word) = words.next() {
        let value = match word {
            "-k" | "--worker-class" => words.next(),
            _ => word.strip_prefix("--worker-class=").or_else(|| word.strip_prefix("-k")),
        };
        if let Some(value) = value {
            return value.starts_with("uvicorn");
        }
    }
    false
}
