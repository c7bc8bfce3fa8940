//! The name that somebody may have meant.

/// Names further away than this part of their letters are no misspelling.
const LIKENESS_MIN: f64 = 0.6;

/// A sentence that names what was probably meant, or else all that there is.
pub fn suggest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let likeness = |name: &&str| strsim::normalized_damerau_levenshtein(written, name);
    let nearest = names.iter().map(|name| (likeness(name), *name));
    let nearest = nearest.max_by(|(a, _), (b, _)| a.total_cmp(b));
    match nearest.filter(|(likeness, _)| *likeness >= LIKENESS_MIN) {
        Some((_, name)) => format!("Did you mean `{name}`?"),
        None => format!("There is: {}.", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let names = ["severe", "mild"];
        assert_eq!(suggest("sever", names), "Did you mean `severe`?");
        assert_eq!(suggest("milld", names), "Did you mean `mild`?");
        assert_eq!(suggest("accident", names), "There is: severe, mild.");
    }
}
