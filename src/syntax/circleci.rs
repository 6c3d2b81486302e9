//! The shape of a configuration of CircleCI over its YAML.
//!
//! Source of the fields: the configuration reference of circleci.com/docs, read 2026-11.

use super::yaml::{Entry, Node, Yaml};
use crate::source::Excerpt;
use std::collections::BTreeMap;

/// Commands call others this deep.
const DEEPEST: usize = 8;

/// A configuration has no more steps than this, those of commands counted each time.
const MOST_STEPS: usize = 2_000;

/// A job is gone over for no more values of its matrix than this.
const MOST_ROUNDS: usize = 16;

/// What CircleCI does itself.
const OWN: &[&str] = &[
    "add_ssh_keys",
    "checkout",
    "persist_to_workspace",
    "save_cache",
    "setup_remote_docker",
    "store_artifacts",
    "store_test_results",
];

/// A configuration.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// The jobs, once for each use in a workflow, with what that sets.
    pub jobs: Vec<Job>,
}

/// A job.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// What it runs, in order, each in a shell of its own.
    pub runs: Vec<Run>,
    /// `environment`
    pub environment: Vec<(Excerpt, Excerpt)>,
    /// `resource_class`, its own or that of its executor.
    pub resource_class: Option<Excerpt>,
    /// Whether it runs on Linux: in a container, or on a machine.
    pub is_linux: bool,
    /// Whether a cache, a job before it or a step that is not read may leave files to it.
    pub gets_files: bool,
}

/// A step that runs something.
#[derive(Debug, Clone)]
pub struct Run {
    /// `command`
    pub command: Excerpt,
    /// `working_directory`
    pub folder: Option<Excerpt>,
    /// `environment`
    pub environment: Vec<(Excerpt, Excerpt)>,
}

/// What the parameters of a job, a command or an executor are; none if that is not known.
type Parameters = BTreeMap<String, Option<Excerpt>>;

/// Reads the first document. Jobs that no workflow uses never run.
pub fn read(yaml: &Yaml) -> Option<Configuration> {
    let root = yaml.root()?;
    let jobs = root.get("jobs")?;
    let mut reader = Reader { root, left: MOST_STEPS };
    let mut made = Vec::new();
    let workflows = root.get("workflows").map(Node::entries).unwrap_or_default();
    for used in workflows.iter().filter_map(|workflow| workflow.value.get("jobs")) {
        for item in used.items() {
            let (name, given) = match (item.text(), item.entries()) {
                (Some(name), _) => (name, None),
                (None, [entry]) => (entry.key.text().unwrap_or_default(), Some(&entry.value)),
                _ => continue,
            };
            let Some(job) = jobs.get(name) else { continue };
            made.extend(rounds(given).iter().map(|round| reader.job(job, given, round)));
        }
    }
    if let Some(job) = jobs.get("build").filter(|_| root.get("workflows").is_none()) {
        made.push(reader.job(job, None, &Parameters::new()));
    }
    Some(Configuration { jobs: made })
}

/// The values of a matrix, one of each parameter at a time.
fn rounds(given: Option<&Node>) -> Vec<Parameters> {
    let matrix = given.and_then(|given| given.get("matrix")).and_then(|m| m.get("parameters"));
    let mut rounds = vec![Parameters::new()];
    for entry in matrix.map(Node::entries).unwrap_or_default() {
        let Some(name) = entry.key.text() else { continue };
        let values = entry.value.strings();
        let unknown = values.is_empty() || rounds.len() * values.len() > MOST_ROUNDS;
        let values: Vec<Option<Excerpt>> =
            if unknown { vec![None] } else { values.into_iter().map(Some).collect() };
        rounds = rounds
            .iter()
            .flat_map(|round| {
                values.iter().map(|value| {
                    let mut round = round.clone();
                    round.insert(name.to_owned(), value.clone());
                    round
                })
            })
            .collect();
    }
    rounds
}

struct Reader<'a> {
    root: &'a Node,
    left: usize,
}

impl<'a> Reader<'a> {
    fn job(&mut self, node: &'a Node, given: Option<&Node>, round: &Parameters) -> Job {
        let mut parameters = parameters(node, given, &Parameters::new());
        parameters.extend(round.clone());
        let mut job = Job { environment: pairs(node, &parameters), ..Job::default() };
        let named = node.get("executor");
        let name = named.and_then(|named| named.text().or_else(|| named.get("name")?.text()));
        let executors = self.root.get("executors");
        let executor = name.and_then(|name| executors?.get(name));
        let of_executor = executor.map(|executor| self::parameters(executor, named, &parameters));
        let class = node.get("resource_class").and_then(Node::excerpt);
        job.resource_class = match (class, executor.zip(of_executor)) {
            (Some(class), _) => Some(filled(&class, &parameters)),
            (None, Some((executor, given))) => {
                let class = executor.get("resource_class").and_then(Node::excerpt);
                class.map(|class| filled(&class, &given))
            }
            (None, None) => None,
        };
        let mut places = [Some(node), executor].into_iter().flatten();
        job.is_linux = places.any(|place| place.get("docker").or(place.get("machine")).is_some());
        let steps = node.get("steps").map(Node::items).unwrap_or_default();
        self.steps(steps, &parameters, 0, &mut job);
        job
    }

    fn steps(&mut self, steps: &'a [Node], given: &Parameters, depth: usize, job: &mut Job) {
        for step in steps {
            let Some(left) = self.left.checked_sub(1).filter(|_| depth < DEEPEST) else {
                job.gets_files = true;
                return;
            };
            self.left = left;
            let (name, value) = match (step.text(), step.entries()) {
                (Some(name), _) => (name, None),
                (None, [Entry { key, value }]) => (key.text().unwrap_or_default(), Some(value)),
                _ => continue,
            };
            let command = self.root.get("commands").and_then(|commands| commands.get(name));
            match (name, value, command) {
                ("run", Some(run), _) => {
                    let text = run.excerpt().or_else(|| run.get("command")?.excerpt());
                    let Some(text) = text else { continue };
                    let folder = run.get("working_directory").and_then(Node::excerpt);
                    job.runs.push(Run {
                        command: filled(&text, given),
                        folder: folder.map(|folder| filled(&folder, given)),
                        environment: pairs(run, given),
                    });
                }
                ("when" | "unless", Some(branch), _) => {
                    let steps = branch.get("steps").map(Node::items).unwrap_or_default();
                    self.steps(steps, given, depth + 1, job);
                }
                (_, value, Some(command)) => {
                    let inner = parameters(command, value, given);
                    let steps = command.get("steps").map(Node::items).unwrap_or_default();
                    self.steps(steps, &inner, depth + 1, job);
                }
                (name, ..) => job.gets_files |= !OWN.contains(&name),
            }
        }
    }
}

/// The parameters that something declares, with what is given for them.
fn parameters(declared: &Node, given: Option<&Node>, outer: &Parameters) -> Parameters {
    let entries = declared.get("parameters").map(Node::entries).unwrap_or_default();
    let value = |entry: &Entry| {
        let name = entry.key.text()?;
        let given = given.and_then(|given| given.get(name));
        let value = match given {
            Some(given) => given.excerpt().map(|text| filled(&text, outer)),
            None => entry.value.get("default").and_then(Node::excerpt),
        };
        Some((name.to_owned(), value.filter(|value| !value.text.contains("${"))))
    };
    entries.iter().filter_map(value).collect()
}

fn pairs(node: &Node, parameters: &Parameters) -> Vec<(Excerpt, Excerpt)> {
    let entries = node.get("environment").map(Node::entries).unwrap_or_default();
    let pair =
        |entry: &Entry| Some((entry.key.excerpt()?, filled(&entry.value.excerpt()?, parameters)));
    entries.iter().filter_map(pair).collect()
}

/// A text with its parameters filled in. One that is not known becomes a variable of the shell
/// that nothing sets.
fn filled(text: &Excerpt, parameters: &Parameters) -> Excerpt {
    if !text.text.contains("<<") {
        return text.clone();
    }
    let mut made = Excerpt::empty(text.at);
    let mut rest = 0;
    while let Some(start) = text.text[rest..].find("<<").map(|i| rest + i) {
        let Some(end) = text.text[start..].find(">>").map(|i| start + i + 2) else { break };
        let name = text.text[start + 2..end - 2].trim();
        // `<<` of a shell has no such name behind it.
        if !name.starts_with("parameters.")
            && !name.starts_with("pipeline.")
            && !name.starts_with("matrix.")
        {
            made.append(&text.slice(rest..start + 2));
            rest = start + 2;
            continue;
        }
        made.append(&text.slice(rest..start));
        let place = text.span(start..end).range();
        let known =
            name.strip_prefix("parameters.").and_then(|name| parameters.get(name)?.as_ref());
        match known {
            Some(known) => made.push(&known.text, place),
            None => made.push(&format!("${{{}}}", name.replace(['.', '-', ' '], "_")), place),
        }
        rest = end;
    }
    made.append(&text.slice(rest..text.text.len()));
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::yaml;

    #[test]
    fn a_job_is_read_once_for_each_use() {
        let text = "
commands:
  deploy:
    parameters: { service: { type: string }, region: { type: string, default: eu } }
    steps:
      - run: gcloud run deploy << parameters.service >>-<< parameters.region >> << pipeline.number >>
jobs:
  ship:
    parameters: { target: { type: string } }
    docker: [{ image: a }]
    steps: [checkout, { deploy: { service: \"api-<< parameters.target >>\" } }]
  unused:
    steps: [{ run: x }]
workflows:
  main:
    jobs:
      - ship: { target: dev }
      - ship: { matrix: { parameters: { target: [test, prod] } } }
";
        let read = read(&yaml::parse(SourceId(0), text).tree).unwrap();
        let runs = read.jobs.iter().flat_map(|job| &job.runs).map(|run| run.command.text.as_str());
        assert_eq!(
            runs.collect::<Vec<_>>(),
            [
                "gcloud run deploy api-dev-eu ${pipeline_number}",
                "gcloud run deploy api-test-eu ${pipeline_number}",
                "gcloud run deploy api-prod-eu ${pipeline_number}",
            ]
        );
    }
}
