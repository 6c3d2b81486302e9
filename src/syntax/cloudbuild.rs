//! The shape of a Cloud Build file over its YAML.
//!
//! Keys are accepted in camelCase and snake_case, as gcloud does. Source of the fields:
//! google/devtools/cloudbuild/v1/cloudbuild.proto, read 2026-08.

pub mod shape;
pub mod template;

use super::yaml::{Kind, Node, PlainKind, Yaml};
use crate::source::{Excerpt, SourceId, Span};

/// Begins the names that stand in the text of a build for what is not known of it, like
/// substitutions that nothing declares: `${__UNKNOWN_VAR_REGION}`.
pub const UNKNOWN: &str = "__UNKNOWN_";

/// A build.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// All of it.
    pub at: Option<Span>,
    /// `steps`
    pub steps: Vec<Step>,
    /// `images`, which are pushed after all steps.
    pub images: Vec<Excerpt>,
    /// `substitutions`: names with their defaults.
    pub substitutions: Vec<(Excerpt, Excerpt)>,
    /// The names of `substitutions` that have no value at all.
    pub without_value: Vec<Excerpt>,
    /// `availableSecrets.secretManager`
    pub secrets: Vec<SecretVersion>,
    /// The names under `availableSecrets.inline` and the older `secrets`, which Cloud KMS
    /// decrypts.
    pub encrypted: Vec<Excerpt>,
    /// `options.env`
    pub env: Vec<Excerpt>,
    /// `options.secretEnv`
    pub secret_env: Vec<Excerpt>,
    /// Whether `options.substitutionOption` is `ALLOW_LOOSE`.
    pub is_loose: bool,
    /// Whether any `automapSubstitutions` is true.
    pub maps_all: bool,
    /// Whether it asks for defaults that are templates (`dynamicSubstitutions`).
    pub is_dynamic: bool,
    /// Whether it says where its logs go.
    pub chooses_logs: bool,
    /// `serviceAccount`
    pub service_account: Option<Excerpt>,
    /// `options.pool.name`
    pub pool: Option<Excerpt>,
    /// The texts in which substitutions are replaced. Source: cloud-build-local, subst/subst.go,
    /// read 2022-08, and cloud.google.com/build/docs, read 2026-04.
    pub substituted: Vec<Excerpt>,
    /// All other texts.
    pub others: Vec<Excerpt>,
    /// What Cloud Build refuses of it.
    pub refused: Vec<shape::Refused>,
    /// What of it is past its time.
    pub dated: Vec<shape::Dated>,
    /// Whether its fields tell that it is a build of Cloud Build, whatever its file is called.
    pub is_sure: bool,
    /// Whether the build runs in a private pool, whose machines may be of any kind.
    pub private_pool: bool,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// All of it.
    pub at: Span,
    /// The image that runs it.
    pub name: Excerpt,
    /// `args`; a bare string is a list of one, as gcloud reads it.
    pub args: Vec<Excerpt>,
    /// `entrypoint`
    pub entrypoint: Option<Excerpt>,
    /// `dir`, from the folder of the sources.
    pub dir: Option<Excerpt>,
    /// `env`: `NAME=value`
    pub env: Vec<Excerpt>,
    /// `secretEnv`
    pub secret_env: Vec<Excerpt>,
    /// `script`, in which nothing is substituted.
    pub script: Option<Excerpt>,
    /// `id`
    pub id: Option<Excerpt>,
    /// `waitFor`
    pub wait_for: Vec<Excerpt>,
    /// `timeout`
    pub timeout: Option<Excerpt>,
    /// Whether the build goes on if it fails (`allowFailure`, `allowExitCodes`).
    pub may_fail: bool,
    /// Whether all substitutions are variables of its environment, be it by its own
    /// `automapSubstitutions` or by that of the options.
    pub maps: bool,
}

/// An entry of `availableSecrets.secretManager`.
#[derive(Debug, Clone)]
pub struct SecretVersion {
    /// `versionName`: `projects/P/secrets/NAME/versions/V`
    pub version_name: Excerpt,
    /// `env`
    pub env: Option<Excerpt>,
}

/// Reads the first document that has steps; what has another shape is left out. A file that is
/// empty, or whose keys are those of builds, is a build without steps. `is_called_so`: whether
/// its name is that of a build file.
pub fn read(source: SourceId, yaml: &Yaml, is_called_so: bool) -> Option<Build> {
    let steps = yaml.documents.iter().find(|document| document.get("steps").is_some());
    let Some(root) = steps.or(yaml.root().filter(|root| shape::is_build(root))) else {
        let at = Span::new(source, 0..0);
        let refused = shape::no_build(yaml, at)?;
        return Some(Build { at: Some(at), refused: vec![refused], ..Build::default() });
    };
    // Other tools have lists of steps too, with keys that Cloud Build refuses.
    let foreign = ["image", "commands", "uses", "task", "run", "plugin", "displayName"];
    let steps = listed(root.get("steps"));
    let is_foreign = steps.iter().any(|step| foreign.iter().any(|key| step.get(key).is_some()));
    if is_foreign && !(is_called_so && shape::has_fields_of_build(root)) {
        return None;
    }
    Some(Build { refused: shape::check(yaml, root), ..of_root(root) })
}

/// A build that is written in another language, with names that YAML has: of its types and names
/// that language takes care.
pub fn of_block(root: &Node) -> Build {
    let mut build = of_root(root);
    // Terraform has no other name for the pool.
    let pool = root.get("options").and_then(|options| options.entry("worker_pool"));
    build.dated.retain(|dated| pool.is_none_or(|pool| pool.key.at != dated.at));
    Build { refused: shape::check_values(root), ..build }
}

fn of_root(root: &Node) -> Build {
    let steps = listed(root.get("steps"));
    let options = root.get("options");
    let option = |key| options.map(|node| list(node, key)).unwrap_or_default();
    let available = field(root, "availableSecrets", "available_secrets");
    let manager = available.and_then(|node| field(node, "secretManager", "secret_manager"));
    let mut texts = Texts::default();
    texts.read(root, "", 0);
    Build {
        at: Some(root.at),
        steps: steps.iter().filter_map(|node| step(node, options)).collect(),
        chooses_logs: shape::chooses_logs(root),
        service_account: field(root, "serviceAccount", "service_account").and_then(Node::excerpt),
        pool: options
            .and_then(|node| node.get("pool")?.get("name"))
            .or(options.and_then(|node| field(node, "workerPool", "worker_pool")))
            .and_then(Node::excerpt),
        images: list(root, "images"),
        substitutions: root
            .get("substitutions")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| Some((entry.key.excerpt()?, entry.value.excerpt()?)))
            .collect(),
        without_value: root
            .get("substitutions")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .filter(|entry| entry.value.plain_kind() == Some(PlainKind::Null))
            .filter_map(|entry| entry.key.excerpt())
            .collect(),
        secrets: listed(manager).iter().filter_map(secret).collect(),
        encrypted: encrypted(root, available),
        env: option("env"),
        secret_env: options
            .and_then(|node| field(node, "secretEnv", "secret_env"))
            .map(written)
            .unwrap_or_default(),
        private_pool: options.is_some_and(|node| {
            node.get("pool").or(field(node, "workerPool", "worker_pool")).is_some()
        }),
        is_loose: options
            .and_then(|node| field(node, "substitutionOption", "substitution_option"))
            .is_some_and(|option| option.text() == Some("ALLOW_LOOSE")),
        maps_all: options.into_iter().chain(steps).any(|node| {
            let map = field(node, "automapSubstitutions", "automap_substitutions");
            map.is_some_and(|map| map.boolean() != Some(false))
        }),
        is_dynamic: options
            .and_then(|node| field(node, "dynamicSubstitutions", "dynamic_substitutions"))
            .is_some_and(|option| option.boolean() != Some(false)),
        refused: Vec::new(),
        dated: shape::dated(root),
        is_sure: shape::is_build(root),
        substituted: texts.substituted,
        others: texts.others,
    }
}

/// The texts of a build.
#[derive(Default)]
struct Texts {
    substituted: Vec<Excerpt>,
    others: Vec<Excerpt>,
}

impl Texts {
    /// Those of a build, or of a node in it.
    fn read(&mut self, node: &Node, key: &str, depth: usize) {
        const WHOLE: &[&str] = &["args", "env", "images", "tags"];
        const PLAIN: &[&str] = &[
            "name",
            "dir",
            "entrypoint",
            "logsBucket",
            "logs_bucket",
            "serviceAccount",
            "service_account",
            "versionName",
            "version_name",
            "location",
            "paths",
        ];
        if let Some(text) = node.excerpt() {
            let is_substituted = WHOLE.contains(&key) || PLAIN.contains(&key);
            match is_substituted && text.text.contains('$') {
                true => self.substituted.push(text),
                false if text.text.contains('$') => self.others.push(text),
                false => {}
            }
            return;
        }
        if depth > DEEPEST {
            return;
        }
        node.items().iter().for_each(|item| self.read(item, key, depth + 1));
        for entry in node.entries() {
            // The name of a volume is none of a step.
            let name = entry.key.text().unwrap_or_default();
            let name = if key == "volumes" { "" } else { name };
            self.read(&entry.value, name, depth + 1);
        }
    }
}

/// Builds are not nested deeper than this.
const DEEPEST: usize = 16;

fn step(node: &Node, options: Option<&Node>) -> Option<Step> {
    let one = |key| node.get(key).and_then(Node::excerpt);
    let map = |node: &Node| {
        let map = field(node, "automapSubstitutions", "automap_substitutions")?;
        Some(map.boolean() != Some(false))
    };
    Some(Step {
        at: node.at,
        name: one("name")?,
        args: list(node, "args"),
        entrypoint: one("entrypoint"),
        dir: one("dir"),
        env: list(node, "env"),
        secret_env: field(node, "secretEnv", "secret_env").map(written).unwrap_or_default(),
        script: one("script"),
        id: one("id"),
        wait_for: field(node, "waitFor", "wait_for").map(written).unwrap_or_default(),
        timeout: one("timeout"),
        may_fail: may_fail(node),
        maps: map(node).or(options.and_then(map)).unwrap_or(false),
    })
}

/// Whether a failure of a step is let pass, be it only one with some exit code.
fn may_fail(step: &Node) -> bool {
    let any = field(step, "allowFailure", "allow_failure");
    any.is_some_and(|any| any.boolean() != Some(false))
        || !listed(field(step, "allowExitCodes", "allow_exit_codes")).is_empty()
}

fn encrypted(root: &Node, available: Option<&Node>) -> Vec<Excerpt> {
    let inline = listed(available.and_then(|node| node.get("inline")));
    let older = listed(root.get("secrets"));
    let inline = inline.iter().filter_map(|node| field(node, "envMap", "env_map"));
    let older = older.iter().filter_map(|node| field(node, "secretEnv", "secret_env"));
    inline.chain(older).flat_map(Node::entries).filter_map(|entry| entry.key.excerpt()).collect()
}

fn secret(node: &Node) -> Option<SecretVersion> {
    let version_name = field(node, "versionName", "version_name").and_then(Node::excerpt)?;
    Some(SecretVersion { version_name, env: node.get("env").and_then(Node::excerpt) })
}

fn field<'a>(node: &'a Node, camel: &str, snake: &str) -> Option<&'a Node> {
    node.get(camel).or_else(|| node.get(snake))
}

/// The items of a list, or the one that stands for it, as gcloud reads it; none if there is none.
fn listed(node: Option<&Node>) -> &[Node] {
    match node {
        None => &[],
        Some(node) if matches!(node.kind, Kind::Sequence(_)) => node.items(),
        Some(node) if node.plain_kind() == Some(PlainKind::Null) => &[],
        Some(node) => std::slice::from_ref(node),
    }
}

/// The texts of a list, or the one that stands for it. What is empty is none: gcloud refuses it.
fn written(node: &Node) -> Vec<Excerpt> {
    let is_null = |node: &&Node| node.plain_kind() == Some(PlainKind::Null);
    listed(Some(node)).iter().filter(|node| !is_null(node)).filter_map(Node::excerpt).collect()
}

fn list(node: &Node, key: &str) -> Vec<Excerpt> {
    node.get(key).map(written).unwrap_or_default()
}
