//! Tokens that a Dockerfile writes out, told by their form.

use super::Stage;
use super::held_secret::is_harmless;
use crate::source::Span;
use crate::table::rows;
use std::sync::OnceLock;

/// A token that is written out. Its text is not kept.
#[derive(Debug, Clone, Copy)]
pub struct WrittenToken {
    /// The name of a variable or a label, or the word of a command.
    pub at: Span,
    /// Whose it is: `GitHub`. None of a password in an address.
    pub of: Option<&'static str>,
    /// The instruction.
    pub instruction: &'static str,
}

impl Stage {
    /// The tokens in its variables, labels and commands, but for variables that by their names hold
    /// secrets.
    pub fn written_tokens(&self) -> Vec<WrittenToken> {
        let settings = self.written.settings.iter().filter_map(|setting| {
            let text = setting.value.known()?.value.literal()?;
            let of = secret(text).filter(|_| setting.held_secret().is_none())?;
            Some(WrittenToken { at: setting.at, of, instruction: setting.instruction })
        });
        let words = self.runs.iter().flat_map(|run| {
            let assigned = run.command.assignments.iter().map(|(_, word)| word);
            run.command.words.iter().chain(assigned)
        });
        let words = words.filter_map(|word| {
            let of = secret(&word.text().to_string())?;
            Some(WrittenToken { at: word.at, of, instruction: "RUN" })
        });
        settings.chain(words).collect()
    }
}

/// A form of tokens, by `data/tokens.tsv`.
struct Form {
    start: &'static str,
    length: usize,
    may_be_longer: bool,
    fits: fn(char) -> bool,
    of: &'static str,
}

fn forms() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    FORMS.get_or_init(|| rows(include_str!("../../../data/tokens.tsv")).filter_map(form).collect())
}

fn form(line: &'static str) -> Option<Form> {
    let mut columns = line.split('\t');
    let (start, length, alphabet) = (columns.next()?, columns.next()?, columns.next()?);
    let fits: fn(char) -> bool = match alphabet {
        "alnum" => |c| c.is_ascii_alphanumeric(),
        "word" => |c| c.is_ascii_alphanumeric() || c == '_',
        "upper" => |c| c.is_ascii_uppercase() || c.is_ascii_digit(),
        "hex" => |c| matches!(c, '0'..='9' | 'a'..='f'),
        _ => |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
    };
    let may_be_longer = length.ends_with('+');
    let length = length.trim_end_matches('+').parse().ok()?;
    Some(Form { start, length, may_be_longer, fits, of: columns.next()? })
}

/// Whose token a text holds, or that it holds the password of an address; none if neither.
fn secret(text: &str) -> Option<Option<&'static str>> {
    owner(text).map(Some).or_else(|| holds_password(text).then_some(None))
}

/// Whether a text has an address with a password that looks drawn: `https://user:password@host`.
/// Of databases, what an image holds is mostly for a moment of the build.
fn holds_password(text: &str) -> bool {
    let mut addresses = text.match_indices("://").filter_map(|(at, _)| {
        let scheme = text.get(..at)?.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let rest = text.get(at + 3..)?;
        let end = rest.find(['/', '?', '#', ' ', '"', '\'']).unwrap_or(rest.len());
        let (user, host) = rest.get(..end)?.rsplit_once('@')?;
        let (_, password) = user.split_once(':')?;
        Some((scheme, password, host))
    });
    addresses.any(|(scheme, password, host)| {
        let is_plain =
            password.chars().all(|c| c.is_ascii_alphanumeric() || "_-.!%~+=".contains(c));
        let is_drawn = is_random(password)
            && password.contains(|c: char| c.is_ascii_digit())
            && password.contains(|c: char| c.is_ascii_alphabetic());
        let is_word = ["pass", "secret", "user", "token", "change", "dev"]
            .iter()
            .any(|w| password.to_ascii_lowercase().contains(w));
        let is_there = host.contains('.') && !host.contains("example") && !host.starts_with("127.");
        matches!(scheme, "http" | "https" | "ftp" | "git" | "ssh")
            && is_plain
            && is_drawn
            && !is_word
            && is_there
    })
}

/// Whose token a text holds, if it holds one.
fn owner(text: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.split(|c| !is_part(c)).find_map(|word| {
        let form = forms().iter().find(|form| word.starts_with(form.start))?;
        let rest = &word[form.start.len()..];
        let is_long = rest.len() == form.length || (form.may_be_longer && rest.len() > form.length);
        (is_long && rest.chars().all(form.fits) && is_random(rest)).then_some(form.of)
    })
}

/// Whether characters look as if they were drawn, and not like an example.
fn is_random(text: &str) -> bool {
    let mut seen: Vec<char> = text.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    let lower = text.to_ascii_lowercase();
    let is_sample = ["xxxx", "0000", "1234567", "abcdefg", "test", "your"];
    seen.len() > 7 && !is_harmless(&lower) && is_sample.iter().all(|word| !lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_by_their_form() {
        let drawn = "k3Jf9QwZ7pLm2Xv8Rt5Yc1Nb6Hd4Gs0Aa7Ue";
        let token = format!("ghp_{drawn}");
        for text in
            [token.clone(), format!("Bearer {token}"), format!("https://x:{token}@github.com")]
        {
            assert_eq!(owner(&text), Some("GitHub"), "{text}");
        }
        for text in [
            "https://deploy:k3Jf9QwZ7p@git.shop.dev/a/b.git",
            "--index-url=https://ci:k3Jf9QwZ7p@pypi.shop.dev:8080/simple",
        ] {
            assert_eq!(secret(text), Some(None), "{text}");
        }
        for text in [
            "https://deploy:${TOKEN}@git.shop.dev/a/b.git",
            "https://user:password@git.shop.dev",
            "https://deploy:changeme1@git.shop.dev",
            "http://ci:k3Jf9QwZ7p@localhost:8080",
            "postgres://shop:k3Jf9QwZ7p@db.shop.dev/shop",
            "https://git.shop.dev/a@v1.2.3:k3Jf9QwZ7p",
        ] {
            assert_eq!(secret(text), None, "{text}");
        }
        let sample = format!("ghp_{}", "x".repeat(36));
        for text in ["ghp_short", &sample, drawn, "AKIAIOSFODNN7EXAMPLE", &format!("{token}9")] {
            assert_eq!(owner(text), None, "{text}");
        }
    }
}
