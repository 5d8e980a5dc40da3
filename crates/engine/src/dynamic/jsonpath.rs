//! JSON paths as KQL's functions take them: `$.a.b`, `$['a'][0]`, `$a`; and bags changed at a path.
//!
//! In: a path's text and canonical JSON. Out: canonical JSON. Wildcards, slices and filters are no path here.

use std::borrow::Cow;

use super::json::{object_entries, object_of};
use super::path::{StepRef, walk};

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonPath {
    steps: Vec<PathStep>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PathStep {
    Key(String),
    Index(i64),
}

impl JsonPath {
    /// Reads a path; `None` when it is none, or one of a kind that is not supported.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('$')?;
        let mut steps = vec![];
        while !rest.is_empty() {
            rest = match rest.strip_prefix('[') {
                Some(inside) => bracketed(inside, &mut steps)?,
                None => {
                    let name = rest.strip_prefix('.').unwrap_or(rest);
                    let end = name.find(['.', '[']).unwrap_or(name.len());
                    let (name, after) = name.split_at(end);
                    if name.is_empty() || name == "*" {
                        return None;
                    }
                    steps.push(PathStep::Key(name.to_owned()));
                    after
                }
            };
        }
        Some(Self { steps })
    }

    /// What names a key of a bag: a path when it begins with `$.` or `$[`, or else a key as it stands. No index may be in it.
    pub(crate) fn of_key(text: &str) -> Option<Self> {
        if !(text.starts_with("$.") || text.starts_with("$[")) {
            return Some(Self { steps: vec![PathStep::Key(text.to_owned())] });
        }
        Self::parse(text).filter(|path| path.steps.iter().all(|step| matches!(step, PathStep::Key(_))))
    }

    /// The value at the path's end.
    pub(crate) fn find<'a>(&self, json: &'a str) -> Option<Cow<'a, str>> {
        let steps: Vec<StepRef> = self.steps.iter().map(PathStep::as_ref).collect();
        walk(json, &steps)
    }

    /// Is there a value, even a null, at the path's end? The path has keys only.
    pub(crate) fn is_in(&self, json: &str) -> bool {
        let Some((last, before)) = self.steps.split_last() else { return true };
        let steps: Vec<StepRef> = before.iter().map(PathStep::as_ref).collect();
        let Some(bag) = walk(json, &steps) else { return false };
        object_entries(&bag).is_some_and(|mut entries| entries.any(|(key, _)| last.is_key(&key)))
    }

    /// The bag with the value at the path's end set, and bags made on the way there; `None` when it is no bag.
    pub(crate) fn set(&self, json: &str, value: &str) -> Option<String> {
        set(json, &self.steps, value)
    }

    /// The bag without the key at the path's end.
    pub(crate) fn remove(&self, json: &str) -> String {
        remove(json, &self.steps)
    }
}

impl PathStep {
    fn as_ref(&self) -> StepRef<'_> {
        match self {
            Self::Key(key) => StepRef::Key(key),
            Self::Index(index) => StepRef::Index(*index),
        }
    }

    fn is_key(&self, name: &str) -> bool {
        matches!(self, Self::Key(key) if key == name)
    }
}

/// Reads `'key']`, `"key"]` or `0]`; gives what comes after.
fn bracketed<'a>(inside: &'a str, steps: &mut Vec<PathStep>) -> Option<&'a str> {
    let quote = inside.chars().next().filter(|first| matches!(first, '\'' | '"'));
    if let Some(quote) = quote {
        let (key, after) = inside.get(1..)?.split_once(quote)?;
        steps.push(PathStep::Key(key.to_owned()));
        return after.strip_prefix(']');
    }
    let (index, after) = inside.split_once(']')?;
    steps.push(PathStep::Index(index.trim().parse().ok()?));
    Some(after)
}

fn set(json: &str, steps: &[PathStep], value: &str) -> Option<String> {
    let Some((PathStep::Key(key), below)) = steps.split_first() else { return Some(value.to_owned()) };
    let mut is_set = false;
    let mut entries = vec![];
    for (name, old) in object_entries(json)? {
        let new = if name.as_ref() == key {
            is_set = true;
            Cow::Owned(set(old, below, value).or_else(|| set("{}", below, value))?)
        } else {
            Cow::Borrowed(old)
        };
        entries.push((name, new));
    }
    if !is_set {
        entries.push((Cow::Borrowed(key.as_str()), Cow::Owned(set("{}", below, value)?)));
    }
    Some(object_of(entries))
}

fn remove(json: &str, steps: &[PathStep]) -> String {
    let (Some((PathStep::Key(key), below)), Some(entries)) = (steps.split_first(), object_entries(json)) else {
        return json.to_owned();
    };
    let kept = entries.filter_map(|(name, value)| {
        if name.as_ref() != key {
            return Some((name, Cow::Borrowed(value)));
        }
        (!below.is_empty()).then(|| (name, Cow::Owned(remove(value, below))))
    });
    object_of(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_values() {
        let json = r#"{"a":{"b c":[10,{"d":"x"}]},"e":null}"#;
        let find = |path| JsonPath::parse(path).and_then(|path| path.find(json).map(Cow::into_owned));
        assert_eq!(find("$.a['b c'][1].d").as_deref(), Some("\"x\""));
        assert_eq!(find("$a[\"b c\"][0]").as_deref(), Some("10"));
        assert_eq!(find("$").as_deref(), Some(json));
        for path in ["$.e", "$.x", "$.a.b", "a", "", "$..a", "$.a[", "$.a['b", "$.*", "$.a[x]"] {
            assert_eq!(find(path), None, "{path}");
        }
    }

    #[test]
    fn bags_change_at_a_path() {
        let at = |key| JsonPath::of_key(key).expect("a path of keys");
        assert_eq!(at("b").set(r#"{"a":1}"#, "2").as_deref(), Some(r#"{"a":1,"b":2}"#));
        assert_eq!(at("$.b.c").set(r#"{"a":1}"#, "2").as_deref(), Some(r#"{"a":1,"b":{"c":2}}"#));
        assert_eq!(at("$.a.c").set(r#"{"a":{"b":1,"c":1}}"#, "2").as_deref(), Some(r#"{"a":{"b":1,"c":2}}"#));
        assert_eq!(at("a").set("[1]", "2"), None);
        assert_eq!(at("$.a.b").remove(r#"{"a":{"b":1,"c":1},"b":3}"#), r#"{"a":{"c":1},"b":3}"#);
        assert_eq!(at("b").remove(r#"{"a":1}"#), r#"{"a":1}"#);
        assert!(at("$.a.b").is_in(r#"{"a":{"b":null}}"#) && !at("$.a.x").is_in(r#"{"a":{"b":1}}"#));
        assert_eq!(JsonPath::of_key("$.a[0]"), None);
    }
}
