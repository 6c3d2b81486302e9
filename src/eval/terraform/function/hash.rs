//! Digests of strings.

use super::super::Evaluated;
use super::Outcome;
use super::argument::{Stop, string};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write;
use uuid::Uuid;

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    match (name, arguments) {
        ("uuidv5", [space, text]) => Some(uuid(space, text)),
        (_, [value]) => {
            let text = string(value);
            let unknown = text.as_ref().map_or("", |text| text);
            let digest = digest(name, unknown.as_bytes())?;
            Some(text.map(|_| digest.into()))
        }
        _ => None,
    }
}

/// What the function of a name makes of some bytes.
pub fn digest(name: &str, bytes: &[u8]) -> Option<String> {
    Some(match name {
        "md5" => hex(&Md5::digest(bytes)),
        "sha1" => hex(&Sha1::digest(bytes)),
        "sha256" => hex(&Sha256::digest(bytes)),
        "sha512" => hex(&Sha512::digest(bytes)),
        "base64sha256" => STANDARD.encode(Sha256::digest(bytes)),
        "base64sha512" => STANDARD.encode(Sha512::digest(bytes)),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn uuid(space: &Evaluated, text: &Evaluated) -> Outcome {
    let (space, text) = (string(space)?, string(text)?);
    let space = match &*space {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|_| Stop::Fails)?,
    };
    Ok(Uuid::new_v5(&space, text.as_bytes()).to_string().into())
}
