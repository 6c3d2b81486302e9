//! The name that was probably meant.

/// Longer words are no misspelt names.
const LONGEST: usize = 32;

/// The name that differs from a word in the fewest letters, if it is no more than every
/// third. Case does not count.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        for (word, expected) in [
            ("FORM", Some("FROM")),
            ("copyy", Some("COPY")),
            ("ENTRYPONIT", Some("ENTRYPOINT")),
            ("ERUN", Some("RUN")),
            ("MAKE", None),
            ("", None),
        ] {
            let names = ["FROM", "RUN", "COPY", "ENTRYPOINT"];
            assert_eq!(nearest(word, names), expected, "{word}");
        }
    }
}
