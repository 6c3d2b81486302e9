//! Secrets: who creates them, and who needs them.

use super::Project;
use super::blur::Blur;
use super::deployment::Deployment;
use crate::source::Span;
use crate::value::{Comparison, Piece, Sourced, Text, Value};

/// A secret that the project creates, or that it says exists.
#[derive(Debug, Clone)]
pub struct Secret {
    /// The head of the block, or the command.
    pub at: Span,
    /// The name. Unknown if any name may be created here.
    pub name: Value<Text>,
    /// The project that holds it, where one is written.
    pub project: Value<Text>,
    /// The region that holds it, or `global`, where that is told.
    pub location: Value<Text>,
    /// Who creates it.
    pub origin: Origin,
    /// What keeps it.
    pub store: Store,
}

impl Secret {
    /// One of which neither the project nor the region is told.
    pub fn new(at: Span, name: Value<Text>, origin: Origin, store: Store) -> Secret {
        Secret { at, name, project: Value::Unset, location: Value::Unset, origin, store }
    }
}

/// What keeps secrets, each under names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// Secret Manager.
    SecretManager,
    /// A cluster of Kubernetes.
    Kubernetes,
    /// Secrets Manager of AWS.
    SecretsManager,
    /// Parameter Store of AWS Systems Manager.
    ParameterStore,
}

impl Store {
    /// How it is called.
    pub fn name(self) -> &'static str {
        match self {
            Store::SecretManager => "Secret Manager",
            Store::Kubernetes => "Kubernetes",
            Store::SecretsManager => "Secrets Manager",
            Store::ParameterStore => "Parameter Store",
        }
    }

    /// Whether names are paths, which are alike where they mean different things: then only
    /// slips are told.
    fn has_paths(self) -> bool {
        matches!(self, Store::SecretsManager | Store::ParameterStore)
    }
}

/// Who creates a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Terraform, which then manages it.
    Terraform,
    /// Something else: Terraform only looks it up, or a command creates it.
    Elsewhere,
}

/// A use of a secret by its name.
#[derive(Debug, Clone)]
pub struct SecretReference {
    /// The name.
    pub name: Value<Text>,
    /// The project that holds it, where one is written.
    pub project: Value<Text>,
    /// The region that holds it, or `global`, where that is told.
    pub location: Value<Text>,
    /// What uses it, as a phrase: `the build reads this secret`.
    pub use_: &'static str,
    /// What keeps it.
    pub store: Store,
    /// What runs with it; nothing if that is a build, or not known.
    pub user: Option<SecretUser>,
}

/// A deployment that uses a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUser {
    /// Where it is declared.
    pub at: Span,
    /// Its name, as far as it is known: one block may declare several.
    pub name: Option<Text>,
}

/// A secret as it is called by its path: `projects/P/secrets/NAME`, regional or not, with a
/// version or without.
#[derive(Debug)]
pub struct SecretPath {
    /// The project, if one is named.
    pub project: Option<Text>,
    /// The region, if one is named.
    pub location: Option<Text>,
    /// The name.
    pub name: Text,
}

impl SecretPath {
    /// The parts of a path; nothing if it is none.
    pub fn read(written: &Text) -> Option<SecretPath> {
        let parts = written.split('/');
        let after = |key: &str| {
            let i = parts.iter().position(|part| part.literal() == Some(key))?;
            parts.get(i + 1).cloned()
        };
        let (project, location) = (after("projects"), after("locations"));
        Some(SecretPath { project, location, name: after("secrets")? })
    }
}

/// The environment names under which a Cloud Build file makes secrets available, and those
/// that its steps ask for.
#[derive(Debug, Clone, Default)]
pub struct BuildSecrets {
    /// `availableSecrets`, and the older `secrets`.
    pub available: Vec<Value<Text>>,
    /// `secretEnv` of the steps and the options.
    pub asked_for: Vec<Value<Text>>,
}

impl BuildSecrets {
    /// The names that are asked for and surely not available.
    pub fn undeclared(&self) -> impl Iterator<Item = &Sourced<Text>> {
        lacking(&self.asked_for, &self.available)
    }

    /// The names that are available and surely not asked for.
    pub fn unused(&self) -> impl Iterator<Item = &Sourced<Text>> {
        lacking(&self.available, &self.asked_for)
    }

    pub(super) fn blur(&mut self, blur: &mut Blur) {
        self.available.iter_mut().chain(&mut self.asked_for).for_each(|name| blur.value(name));
    }
}

impl Secret {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.project);
        blur.value(&mut self.location);
    }
}

impl SecretUser {
    /// What a deployment is as the user of secrets.
    pub fn of(deployment: &Deployment) -> SecretUser {
        let name = deployment.name.known().map(|name| name.value.clone());
        SecretUser { at: deployment.at, name }
    }
}

impl SecretReference {
    pub(super) fn blur(&mut self, blur: &mut Blur) {
        blur.value(&mut self.name);
        blur.value(&mut self.project);
        blur.value(&mut self.location);
    }
}

/// A reference to a secret that nothing creates.
#[derive(Debug)]
pub struct MissingSecret<'a> {
    /// The name.
    pub name: &'a Sourced<Text>,
    /// What uses it, as a phrase.
    pub use_: &'static str,
    /// The created name that was most likely meant.
    pub near: Option<&'a Sourced<Text>>,
    /// How many names are created.
    pub created: usize,
}

/// A reference to a secret of another region than those in which Terraform creates it.
#[derive(Debug)]
pub struct MisplacedSecret<'a> {
    /// The name.
    pub name: &'a Sourced<Text>,
    /// What uses it, as a phrase.
    pub use_: &'static str,
    /// The region that is named, or `global`.
    pub named: &'a Text,
    /// The one in which it is created.
    pub created: &'a Sourced<Text>,
}

impl MisplacedSecret<'_> {
    /// The name of a version of it where it is created.
    pub fn version(&self) -> String {
        let name = &self.name.value;
        match self.created.value.literal() {
            Some("global") => format!("projects/PROJECT/secrets/{name}/versions/VERSION"),
            _ => {
                let region = &self.created.value;
                format!("projects/PROJECT/locations/{region}/secrets/{name}/versions/VERSION")
            }
        }
    }
}

impl Project {
    /// The references to secrets of regions in which Terraform does not create them, but in another.
    pub fn misplaced_secrets(&self) -> Vec<MisplacedSecret<'_>> {
        let references = self.secret_references.iter().filter(|r| !self.is_foreign(r));
        let misplaced = references.filter_map(|reference| {
            let (name, named) = (reference.name.known()?, &reference.location.known()?.value);
            let is_it = |secret: &&Secret| {
                secret.store == reference.store
                    && secret.name.known().is_none_or(|other| other.value.may_be(&name.value))
            };
            let created: Option<Vec<&Sourced<Text>>> =
                self.secrets.iter().filter(is_it).map(|secret| secret.location.known()).collect();
            let created = created?;
            let first = *created.first()?;
            let may_be_there = created.iter().any(|location| location.value.may_be(named));
            let use_ = reference.use_;
            (!may_be_there).then_some(MisplacedSecret { name, use_, named, created: first })
        });
        misplaced.collect()
    }

    /// The references to secrets that nothing creates. None if Terraform manages no secrets,
    /// or one of a name that is not known. Where it creates few of those that are needed, or
    /// something else creates secrets, too, only names that are like a created one are told.
    pub fn missing_secrets(&self) -> Vec<MissingSecret<'_>> {
        use Store::{Kubernetes, ParameterStore, SecretManager, SecretsManager};
        let stores = [SecretManager, Kubernetes, SecretsManager, ParameterStore];
        stores.into_iter().flat_map(|store| self.missing_from(store)).collect()
    }

    fn missing_from(&self, store: Store) -> Vec<MissingSecret<'_>> {
        let secrets = || self.secrets.iter().filter(|secret| secret.store == store);
        let created: Option<Vec<&Sourced<Text>>> =
            secrets().map(|secret| secret.name.known()).collect();
        let mut created = created.unwrap_or_default();
        if !secrets().any(|secret| secret.origin == Origin::Terraform) {
            return Vec::new();
        }
        // A module that is called several times creates one secret for each.
        created.sort_by_key(|name| (name.at, name.value.to_string()));
        created.dedup_by(|a, b| a.at == b.at && a.value == b.value);
        let is_created =
            |name: &Sourced<Text>| created.iter().any(|other| other.value.may_be(&name.value));
        let all: Vec<&SecretReference> =
            self.secret_references.iter().filter(|r| r.store == store).collect();
        let found = all.iter().filter(|r| r.name.known().is_some_and(is_created)).count();
        let manages_most = 2 * found >= all.len();
        let managed = || secrets().filter(|secret| secret.origin == Origin::Terraform);
        let is_managed = |secret: &Secret| {
            let Some(name) = secret.name.known() else { return false };
            let mut names = managed().filter_map(|other| other.name.known());
            secret.origin == Origin::Terraform
                || names.any(|other| other.value.compare(&name.value) == Comparison::Equal)
        };
        // Clusters and paths are filled by many hands.
        let manages_all =
            manages_most && store == Store::SecretManager && secrets().all(is_managed);
        let needed = all.iter().copied().filter(|reference| !self.is_foreign(reference));
        let missing = needed.filter_map(|r| Some((r, r.name.known().filter(|n| !is_created(n))?)));
        missing
            .filter(|_| !created.is_empty())
            .map(|(reference, name)| MissingSecret {
                name,
                use_: reference.use_,
                near: match store.has_paths() {
                    true => slip(name, &created),
                    false => nearest(name, &created, manages_most),
                },
                created: created.len(),
            })
            .filter(|missing| missing.near.is_some() || manages_all)
            .collect()
    }

    /// Whether a reference names a project that others may manage: any in which Terraform
    /// creates no secret by that name, other than the project of the build.
    fn is_foreign(&self, reference: &SecretReference) -> bool {
        let Value::Known(named) = &reference.project else { return !reference.project.is_unset() };
        let mut managed = self.secrets.iter().filter_map(|secret| secret.project.known());
        !is_project_of_the_build(&named.value)
            && !managed.any(|managed| managed.value.compare(&named.value) == Comparison::Equal)
    }
}

/// Whether a project is the substitution of Cloud Build for its own, or one of the user's that
/// is called so.
fn is_project_of_the_build(project: &Text) -> bool {
    const NAMES: &[&str] =
        &["PROJECT_ID", "PROJECT_NUMBER", "_PROJECT_ID", "_PROJECT_NUMBER", "_PROJECT"];
    matches!(project.pieces(), [Piece::Hole(name)] if NAMES.contains(&&**name))
}

/// The known names that others surely lack.
fn lacking<'a>(
    names: &'a [Value<Text>],
    others: &'a [Value<Text>],
) -> impl Iterator<Item = &'a Sourced<Text>> {
    let lacked = names.iter().filter(|name| !others.iter().any(|other| other.may_be(name)));
    lacked.filter_map(Value::known)
}

/// The created name that is most like a missing one: it has an affix more or less, is a slip,
/// or merely differs in some letters if that may count.
fn nearest<'a>(
    name: &Sourced<Text>,
    created: &[&'a Sourced<Text>],
    letters: bool,
) -> Option<&'a Sourced<Text>> {
    let name = name.value.to_string();
    let score = |other: &str| {
        let alike = strsim::normalized_levenshtein(&name, other);
        match has_affix(&name, other) || is_slip(&name, other) {
            true => alike + 0.75,
            false if letters && differs_in_letters(&name, other) => alike,
            false => 0.0,
        }
    };
    let scored = created.iter().map(|other| (score(&other.value.to_string()), *other));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= 0.75).then_some(best.1)
}

/// The created name of which a missing one is a slip.
fn slip<'a>(name: &Sourced<Text>, created: &[&'a Sourced<Text>]) -> Option<&'a Sourced<Text>> {
    let name = name.value.literal()?;
    let is_meant = |other: &&Sourced<Text>| other.value.literal().is_some_and(|o| is_slip(name, o));
    created.iter().copied().find(|other| is_meant(other))
}

/// Whether one name is the other with words before or behind it: `db-url` and `db-url-prod`.
fn has_affix(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let rest = long.strip_prefix(short).or(long.strip_suffix(short)).unwrap_or_default();
    short.len() >= 4 && rest.trim_matches(['-', '_']).len() < rest.len()
}

/// Whether the words that two names do not share are like each other: `pass` and `password` are,
/// `user` and `password` are those of two secrets.
fn differs_in_letters(a: &str, b: &str) -> bool {
    let words = |name: &str| -> Vec<String> { name.split(['-', '_']).map(str::to_owned).collect() };
    let (mut a, mut b) = (words(a), words(b));
    while a.last().is_some() && a.last() == b.last() {
        a.pop();
        b.pop();
    }
    let shared = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.split_off(shared).join("-"), b.split_off(shared).join("-"));
    a.starts_with(&b) || b.starts_with(&a) || strsim::normalized_levenshtein(&a, &b) >= 0.6
}

/// Whether two names differ as by a slip. Numbers tell secrets apart on purpose.
fn is_slip(a: &str, b: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    a.len() >= 6 && digits(a) == digits(b) && strsim::damerau_levenshtein(a, b) <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_meant_are_told_from_others() {
        for (a, b, meant) in [
            ("database-url", "database-url-production", true),
            ("database-url", "prod-database-url", true),
            ("db-pasword", "db-password", true),
            ("api_key", "api-key", true),
            ("api-key2", "api-key", false),
            ("admin-database-url", "prod-database-url", false),
            ("token", "tokens2", false),
        ] {
            assert_eq!(has_affix(a, b) || is_slip(a, b), meant, "{a} {b}");
        }
        for (a, b, meant) in [
            ("shop-db-pass-prod", "shop-db-password-prod", true),
            ("shop-database-pasword", "shop-database-password", true),
            ("shop-prod-db-url", "shop-db-url", true),
            ("warehouse-db-user-prod", "warehouse-db-password-prod", false),
        ] {
            assert_eq!(differs_in_letters(a, b), meant, "{a} {b}");
        }
    }
}
