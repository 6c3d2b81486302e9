//! The name that was meant.

/// Nobody misspells a name that is longer than this.
const LONGEST: usize = 64;

/// The candidate that a name is most likely a misspelling of, if there is one.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let name = plain(name);
    let allowed = (name.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(&name, &plain(candidate)), candidate))
        // Of a single letter nothing would be left.
        .filter(|(distance, _)| *distance <= allowed && *distance < name.len())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found() {
        let names = ["port-drift", "server-drift", "off", "note"];
        assert_eq!(nearest("port-drfit", names), Some("port-drift"));
        assert_eq!(nearest("PORT_DRIFT", names), Some("port-drift"));
        assert_eq!(nearest("FORM", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("ERUN", ["RUN", "FROM"]), Some("RUN"));
        assert_eq!(nearest("MAKE", ["RUN", "FROM"]), None);
        assert_eq!(nearest("of", names), Some("off"));
        assert_eq!(nearest("on", names), None);
        assert_eq!(nearest("drift", names), None);
        assert_eq!(nearest(&"port-drift".repeat(1000), names), None);
    }
}
