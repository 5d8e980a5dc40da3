//! Walks JSON text to an inner value without parsing what lies beside the path.
//!
//! In: canonical JSON and steps. Out: the inner value's own text, borrowed. A missing key, an index outside the array, a step into a
//! scalar and a JSON null all give `None`, which is KQL's null.

use std::borrow::Cow;

use super::json::array_items;

/// One step of a path, as a row needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepRef<'a> {
    /// The value of a key.
    Key(&'a str),
    /// The element at a place; negative counts from the end.
    Index(i64),
}

/// The value at the end of a path.
pub(crate) fn walk<'a>(json: &'a str, steps: &[StepRef]) -> Option<Cow<'a, str>> {
    let mut here = Cow::Borrowed(json);
    for step in steps {
        here = match here {
            Cow::Borrowed(text) => step_into(text, *step)?,
            Cow::Owned(text) => Cow::Owned(step_into(&text, *step)?.into_owned()),
        };
    }
    if here.as_ref() == "null" { None } else { Some(here) }
}

fn step_into<'a>(json: &'a str, step: StepRef) -> Option<Cow<'a, str>> {
    match (step, json.as_bytes().first()?) {
        (StepRef::Key(key), b'{') => Some(sonic_rs::get(json, [key]).ok()?.as_raw_cow()),
        (StepRef::Index(index), b'[') => match usize::try_from(index) {
            Ok(index) => Some(sonic_rs::get(json, [index]).ok()?.as_raw_cow()),
            Err(_) => from_the_end(json, index.unsigned_abs()),
        },
        _ => None,
    }
}

fn from_the_end(json: &str, back: u64) -> Option<Cow<'_, str>> {
    let items: Vec<&str> = array_items(json)?.collect();
    let index = items.len().checked_sub(usize::try_from(back).ok()?)?;
    items.get(index).map(|item| Cow::Borrowed(*item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_inner_text() {
        let json = r#"{"user":{"name":"Zoë","tags":["a","b",null]},"n":1.0,"é":{"x":[]}}"#;
        let at = |steps: &[StepRef]| walk(json, steps).map(Cow::into_owned);
        assert_eq!(at(&[StepRef::Key("user"), StepRef::Key("name")]), Some(r#""Zoë""#.to_owned()));
        assert_eq!(at(&[StepRef::Key("user"), StepRef::Key("tags"), StepRef::Index(-2)]), Some(r#""b""#.to_owned()));
        assert_eq!(at(&[StepRef::Key("user"), StepRef::Key("tags"), StepRef::Index(0)]), Some(r#""a""#.to_owned()));
        assert_eq!(at(&[StepRef::Key("é"), StepRef::Key("x")]), Some("[]".to_owned()));
        assert_eq!(at(&[StepRef::Key("n")]), Some("1.0".to_owned()));
    }

    #[test]
    fn what_is_not_there_is_null() {
        let json = r#"{"a":[1],"z":null}"#;
        for steps in [
            &[StepRef::Key("b")][..],
            &[StepRef::Key("A")],
            &[StepRef::Key("z")],
            &[StepRef::Key("a"), StepRef::Index(1)],
            &[StepRef::Key("a"), StepRef::Index(-2)],
            &[StepRef::Key("a"), StepRef::Key("b")],
            &[StepRef::Index(0)],
            &[StepRef::Key("a"), StepRef::Index(0), StepRef::Key("b")],
        ] {
            assert_eq!(walk(json, steps), None, "{steps:?}");
        }
    }
}
