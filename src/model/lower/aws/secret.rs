//! Secrets of AWS: what creates them, and what tasks read.
//!
//! Source: docs.aws.amazon.com/AmazonECS, "Pass sensitive data to an Amazon ECS container", and
//! the documentation of hashicorp/aws 6, read 2026-11.

use super::super::super::secret::{Origin, Secret, SecretReference, Store};
use crate::eval::terraform::Resource;
use crate::source::{SourceId, Span};
use crate::value::{Piece, Sourced, Text, Value, Why};

/// How many random characters Secrets Manager puts behind a name and a hyphen.
const SUFFIX: usize = 6;

/// The secret that a resource creates, or that a data source looks up.
pub fn created(resource: &Resource, origin: Origin) -> Option<Secret> {
    let store = match resource.kind.as_str() {
        "aws_ssm_parameter" => Store::ParameterStore,
        "aws_secretsmanager_secret" => Store::SecretsManager,
        // It looks up any number of them.
        "aws_ssm_parameters_by_path" => Store::ParameterStore,
        "aws_secretsmanager_secrets" => Store::SecretsManager,
        _ => return None,
    };
    let any = Value::unknown(resource.at, Why::Unread);
    let name = match resource.kind.ends_with('s') || resource.kind.ends_with("path") {
        true => any,
        false => resource.body.text("name").or(any),
    };
    Some(Secret::new(resource.at, name, origin, store))
}

/// The secrets that a text creates by commands of `aws`, wherever in it these stand. Their names
/// are not read.
pub fn created_by_commands(source: SourceId, text: &str) -> Vec<Secret> {
    let commands = [
        ("ssm put-parameter", Store::ParameterStore),
        ("secretsmanager create-secret", Store::SecretsManager),
    ];
    let found = commands.into_iter().filter_map(|(command, store)| {
        let start = text.find(command)?;
        let at = Span::new(source, start..start + command.len());
        Some(Secret::new(at, Value::unknown(at, Why::Environment), Origin::Elsewhere, store))
    });
    found.collect()
}

/// The secrets that a module creates, by its source. Their names are not read.
pub fn created_by_module(module: &str, at: Span) -> Option<Secret> {
    let store = match () {
        () if module.contains("ssm") || module.contains("parameter-store") => Store::ParameterStore,
        () if module.contains("secrets-manager") => Store::SecretsManager,
        () => return None,
    };
    Some(Secret::new(at, Value::unknown(at, Why::Unread), Origin::Terraform, store))
}

/// What `valueFrom` of a container names: an ARN, or a parameter by its name.
pub fn reference(written: Value<Text>) -> Option<SecretReference> {
    let Value::Known(Sourced { value, at, via }) = written else { return None };
    let (store, account, name) = named(&value)?;
    // Terraform asks AWS for its own account.
    let is_own = account.as_ref().is_none_or(|account| {
        let hole = match account.pieces() {
            [Piece::Hole(name)] => name.as_str(),
            _ => "",
        };
        hole.starts_with("data.aws_caller_identity.")
    });
    let project = match account.filter(|_| !is_own) {
        Some(account) => Value::Known(Sourced { value: account, at, via: Vec::new() }),
        None => Value::Unset,
    };
    let name = Value::Known(Sourced { value: name, at, via });
    Some(SecretReference {
        name,
        project,
        location: Value::Unset,
        use_: "the task reads this secret",
        store,
        user: None,
    })
}

/// The store, the account if one is written, and the name.
fn named(written: &Text) -> Option<(Store, Option<Text>, Text)> {
    let parts = written.split(':');
    let literal = |i: usize| parts.get(i).and_then(Text::literal);
    if parts.len() == 1 {
        // A value that begins with what is not known may be an ARN.
        let is_name = matches!(written.pieces().first(), Some(Piece::Literal(_)));
        return is_name.then(|| (Store::ParameterStore, None, written.clone()));
    }
    let account = parts.get(4).cloned();
    match (literal(0)?, literal(2)?) {
        ("arn", "ssm") => {
            let path = parts.get(5).filter(|_| parts.len() == 6)?.split('/');
            let (first, rest) = path.split_first()?;
            // A name of one word may begin with a slash or not.
            if first.literal() != Some("parameter") || rest.len() < 2 {
                return None;
            }
            let mut name = Text::default();
            for part in rest {
                name.push_str("/");
                name.append(part.clone());
            }
            Some((Store::ParameterStore, account, name))
        }
        ("arn", "secretsmanager") if literal(5) == Some("secret") => {
            Some((Store::SecretsManager, account, without_suffix(parts.get(6)?)))
        }
        _ => None,
    }
}

/// A name of an ARN, which may end with random characters, or with a word as long.
fn without_suffix(written: &Text) -> Text {
    let Some((name, suffix)) = written.literal().and_then(|name| name.rsplit_once('-')) else {
        return written.clone();
    };
    let is_random =
        suffix.len() == SUFFIX && suffix.chars().all(|c| c.is_ascii_alphanumeric() || c == '?');
    if !is_random {
        return written.clone();
    }
    let mut text = Text::from(name);
    text.push(Piece::Hole("suffix".to_owned()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_names_or_arns() {
        for (written, expected) in [
            ("/shop/db-url", Some("/shop/db-url")),
            ("arn:aws:ssm:eu-west-1:123:parameter/shop/db-url", Some("/shop/db-url")),
            ("arn:aws:ssm:eu-west-1:123:parameter/token", None),
            ("arn:aws:secretsmanager:eu-west-1:123:secret:shop/db:password::", Some("shop/db")),
            ("arn:aws:secretsmanager:eu-west-1:123:secret:shop/db-a1B2c3", Some("shop/db*")),
            ("arn:aws:s3:::bucket", None),
        ] {
            let name = named(&Text::from(written)).map(|(.., name)| name.to_string());
            assert_eq!(name.as_deref(), expected, "{written}");
        }
    }
}
