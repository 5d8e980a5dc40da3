//! "Did you mean": the known word nearest to one that was written.

/// The closest of `known` to `written`, if it is close: at most a third of its letters differ. A word in the wrong case is closest.
pub(crate) fn closest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest(written, known).map(|(_, word)| word)
}

/// The closest of `known` and its distance, if it is close.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    /// Longer words are no misspelt keyword, and the distance of two words costs the product of their lengths.
    const LETTERS_MAX: usize = 40;
    if written.is_empty() || written.len() > LETTERS_MAX {
        return None;
    }
    let written = written.to_lowercase();
    known
        .map(|word| (distance(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= word.len().div_ceil(3).min(3) && *distance < written.len())
        .min_by_key(|(distance, word)| (*distance, word.len().abs_diff(written.len())))
}

/// How many letters must be inserted, left out, replaced or swapped with their neighbor.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = vec![];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous_left = None;
    for (row, ch) in left.chars().enumerate() {
        let mut line = vec![row + 1];
        let mut previous_right = None;
        for (column, other) in right.iter().enumerate() {
            let replaced = at(&last, column) + usize::from(ch != *other);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            if previous_left == Some(*other) && previous_right == Some(ch) {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            line.push(best);
            previous_right = Some(*other);
        }
        before_last = std::mem::replace(&mut last, line);
        previous_left = Some(ch);
    }
    at(&last, right.len())
}

fn at(line: &[usize], column: usize) -> usize {
    line.get(column).copied().unwrap_or(usize::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each expected distance is counted by hand.
    #[test]
    fn counts_letters() {
        for (left, right, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("sumarize", "summarize", 1), ("wehre", "where", 1)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn offers_only_what_is_close() {
        let known = || ["where", "summarize", "project-away", "take"].into_iter();
        for (written, expected) in [
            ("wher", Some("where")),
            ("Where", Some("where")),
            ("sumarise", Some("summarize")),
            ("project-awy", Some("project-away")),
            ("foo", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(closest(written, known()), expected, "{written}");
        }
    }
}
