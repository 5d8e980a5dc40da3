//! Keys and values out of a text: `a=1, b='x y'`.
//!
//! In: a text and what separates pairs, and keys from values. Out: the pairs in order, white space around both gone. Knows nothing of columns.
//! Source: learn.microsoft.com/kusto/query/parse-kv-operator, and recorded answers for what the page leaves open: white space before a value
//! belongs to no value even where it is the delimiter, and a value goes on behind a second delimiter of keys.

use crate::dynamic::{object_of, quoted};

/// What separates keys and values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pairs {
    /// Between two pairs.
    pub(crate) between_pairs: String,
    /// Between a key and its value.
    pub(crate) after_key: String,
    /// Opening and closing quotes.
    pub(crate) quotes: Vec<(char, char)>,
    /// What makes the next character of a quoted text stand for itself.
    pub(crate) escapes: Vec<char>,
    /// May a value hold the delimiter of pairs?
    pub(crate) is_greedy: bool,
}

impl Pairs {
    /// The pairs of a text.
    pub(crate) fn read(&self, text: &str) -> Vec<(String, String)> {
        let mut pairs = vec![];
        let mut rest = text.trim_start();
        while let Some((key, after)) = self.key(rest) {
            let (value, after) = self.value(after.trim_start());
            pairs.push((key, value));
            rest = after.trim_start();
        }
        pairs
    }

    /// The next key and what is behind its delimiter. What stands before the key and has no value is left out.
    fn key<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        if let Some((key, after)) = self.quoted(text) {
            return Some((key, after.trim_start().strip_prefix(&self.after_key)?));
        }
        let (before, after) = text.split_once(&self.after_key)?;
        let key = before.trim_end().rsplit(&self.between_pairs).next().unwrap_or("");
        Some((key.trim().to_owned(), after))
    }

    /// The value at the beginning of a text, and what is behind its delimiter.
    fn value<'t>(&self, text: &'t str) -> (String, &'t str) {
        if let Some((value, after)) = self.quoted(text) {
            return (value, after.split_once(&self.between_pairs).map_or("", |(_, after)| after));
        }
        let end = if self.is_greedy { self.last_delimiter(text) } else { text.find(&self.between_pairs) };
        let parts = end.and_then(|end| Some((text.get(..end)?, text.get(end + self.between_pairs.len()..)?)));
        let (value, after) = parts.unwrap_or((text, ""));
        (value.trim().to_owned(), after)
    }

    /// The last delimiter of pairs before the next key's delimiter that has one before it.
    fn last_delimiter(&self, text: &str) -> Option<usize> {
        let mut keys = text.match_indices(&self.after_key);
        keys.find_map(|(at, _)| text.get(..at)?.trim_end().rfind(&self.between_pairs))
    }

    /// The values of keys in a text without delimiters that are known: any character that is no letter or digit divides words, a word that is
    /// a key has the next word for its value, and a quoted text is one word.
    ///
    /// Source: the operator's page. That a value is never a key, too, is our choice.
    pub(crate) fn read_words(&self, text: &str, keys: &[String]) -> Vec<(String, String)> {
        let mut pairs = vec![];
        let mut rest = text;
        while let Some((key, after)) = self.word(rest) {
            rest = after;
            if keys.contains(&key)
                && let Some((value, after)) = self.word(rest)
            {
                pairs.push((key, value));
                rest = after;
            }
        }
        pairs
    }

    /// The next word, and what is behind it.
    fn word<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(found) = self.quoted(rest) {
                return Some(found);
            }
            if first.is_alphanumeric() {
                let end = rest.find(|ch: char| !ch.is_alphanumeric()).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                return Some((word.to_owned(), after));
            }
            rest = rest.get(first.len_utf8()..)?;
        }
        None
    }

    /// A quoted text at the beginning, without quotes and escapes, and what is behind it; none when it does not begin so, or does not end.
    fn quoted<'t>(&self, text: &'t str) -> Option<(String, &'t str)> {
        let mut rest = text.chars();
        let first = rest.next()?;
        let (_, closing) = self.quotes.iter().find(|(opening, _)| *opening == first)?;
        let mut inside = String::new();
        while let Some(ch) = rest.next() {
            if self.escapes.contains(&ch) {
                inside.extend(rest.next());
            } else if ch == *closing {
                return Some((inside, rest.as_str()));
            } else {
                inside.push(ch);
            }
        }
        None
    }
}

/// Opening and closing quotes, which stand in turn in a text.
pub(crate) fn quotes_of(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
}

/// The pairs as a bag; of a key that comes twice the first value.
pub(crate) fn first_of_each(pairs: Vec<(String, String)>) -> String {
    let mut first: Vec<(String, String)> = vec![];
    for (key, value) in pairs {
        if !first.iter().any(|(known, _)| *known == key) {
            first.push((key, quoted(&value)));
        }
    }
    object_of(first)
}
