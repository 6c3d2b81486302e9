//! Programs that only start another one.

use crate::syntax::shell::Simple;
use crate::value::{Sourced, Text};

/// Takes away what only starts another program, and takes over what `env` sets for it.
pub fn unwrap(words: &mut Vec<Sourced<Text>>, env: &mut Vec<(String, Sourced<Text>)>) {
    loop {
        let first = words.first().and_then(|word| word.value.literal());
        match first {
            // That only asks where a program lies.
            Some("command")
                if words.get(1).is_some_and(|w| matches!(w.value.literal(), Some("-v" | "-V"))) =>
            {
                return;
            }
            Some("exec" | "sudo" | "time" | "command" | "nohup" | "builtin") if words.len() > 1 => {
                words.remove(0);
                while words.len() > 1
                    && words[0].value.literal().is_some_and(|word| word.starts_with('-'))
                {
                    words.remove(0);
                }
            }
            Some("env") if words.len() > 1 => {
                words.remove(0);
                while let Some((name, value)) = words.first().and_then(setting) {
                    env.push((name, value));
                    words.remove(0);
                }
            }
            _ => return,
        }
    }
}

/// `NAME=value` of `env`.
pub fn setting(word: &Sourced<Text>) -> Option<(String, Sourced<Text>)> {
    let parts = word.value.split('=');
    let name = parts.first()?.literal().filter(|_| parts.len() > 1)?;
    let mut value = Text::default();
    for (i, part) in parts[1..].iter().enumerate() {
        if i > 0 {
            value.push_str("=");
        }
        value.append(part.clone());
    }
    Some((name.to_owned(), Sourced { value, at: word.at, via: word.via.clone() }))
}

/// Whether nothing of the script runs behind a command: `exec PROGRAM`.
pub fn is_last(simple: &Simple) -> bool {
    simple.words.len() > 1 && simple.words[0].as_str() == Some("exec")
}
