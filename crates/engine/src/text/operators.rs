//! The text operators of KQL as kernels: `has`, `contains`, `startswith`, `matches regex`, `=~`, `has_any`, `in~` …
//!
//! In: the text and its needles, as columns or constants. Out: bools, never null, because a KQL string is never null. Constant needles
//! are compiled once; needles from columns are tested row by row. Negation is the caller's.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use syntax::ast::{Case, InTest, TextTest};

use super::matcher::{TextMatcher, Way, test_once};
use super::patterns;
use crate::functions::{Args, Evaluate};

/// The kernel of a text operator: arguments are the text and the needle.
pub(crate) fn text_kernel(test: TextTest, case: Case) -> (&'static str, Evaluate) {
    use Case::{Insensitive, Sensitive};
    match (test, case) {
        (TextTest::Contains, Insensitive) => ("contains", |args| one_needle(args, Way::Contains, Insensitive)),
        (TextTest::Contains, Sensitive) => ("contains_cs", |args| one_needle(args, Way::Contains, Sensitive)),
        (TextTest::Has, Insensitive) => ("has", |args| one_needle(args, Way::Has, Insensitive)),
        (TextTest::Has, Sensitive) => ("has_cs", |args| one_needle(args, Way::Has, Sensitive)),
        (TextTest::HasPrefix, Insensitive) => ("hasprefix", |args| one_needle(args, Way::HasPrefix, Insensitive)),
        (TextTest::HasPrefix, Sensitive) => ("hasprefix_cs", |args| one_needle(args, Way::HasPrefix, Sensitive)),
        (TextTest::HasSuffix, Insensitive) => ("hassuffix", |args| one_needle(args, Way::HasSuffix, Insensitive)),
        (TextTest::HasSuffix, Sensitive) => ("hassuffix_cs", |args| one_needle(args, Way::HasSuffix, Sensitive)),
        (TextTest::StartsWith, Insensitive) => ("startswith", |args| one_needle(args, Way::StartsWith, Insensitive)),
        (TextTest::StartsWith, Sensitive) => ("startswith_cs", |args| one_needle(args, Way::StartsWith, Sensitive)),
        (TextTest::EndsWith, Insensitive) => ("endswith", |args| one_needle(args, Way::EndsWith, Insensitive)),
        (TextTest::EndsWith, Sensitive) => ("endswith_cs", |args| one_needle(args, Way::EndsWith, Sensitive)),
        (TextTest::MatchesRegex, _) => ("matches_regex", matches_regex),
        (TextTest::Like, Insensitive) => ("like", |args| like(args, Insensitive)),
        (TextTest::Like, Sensitive) => ("likecs", |args| like(args, Sensitive)),
    }
}

/// The kernel of `=~`: arguments are the two texts.
pub(crate) fn equal_ignoring_case_kernel() -> (&'static str, Evaluate) {
    ("equal_ignoring_case", |args| one_needle(args, Way::Equals, Case::Insensitive))
}

/// The kernel of a list operator over texts: arguments are the text, then each needle.
pub(crate) fn list_kernel(test: InTest, case: Case) -> (&'static str, Evaluate) {
    use Case::{Insensitive, Sensitive};
    match (test, case) {
        (InTest::In, Sensitive) => ("in_texts", |args| any_needle(args, Way::Equals, Sensitive)),
        (InTest::In, Insensitive) => ("in_texts_ignoring_case", |args| any_needle(args, Way::Equals, Insensitive)),
        (InTest::HasAny, Insensitive) => ("has_any", |args| any_needle(args, Way::Has, Insensitive)),
        (InTest::HasAny, Sensitive) => ("has_any_cs", |args| any_needle(args, Way::Has, Sensitive)),
        (InTest::HasAll, Insensitive) => ("has_all", |args| all_needles(args, Way::Has, Insensitive)),
        (InTest::HasAll, Sensitive) => ("has_all_cs", |args| all_needles(args, Way::Has, Sensitive)),
    }
}

/// The kernel of a list operator whose list is one dynamic: arguments are the text and the JSON. Elements that are no texts are compared by
/// their text; a dynamic that is no array is a list of one, null an empty one.
pub(crate) fn dynamic_list_kernel(test: InTest, case: Case) -> (&'static str, Evaluate) {
    use Case::{Insensitive, Sensitive};
    match (test, case) {
        (InTest::In, Sensitive) => ("in_dynamic_texts", |args| dynamic_needles(args, InTest::In, Sensitive)),
        (InTest::In, Insensitive) => {
            ("in_dynamic_texts_ignoring_case", |args| dynamic_needles(args, InTest::In, Insensitive))
        }
        (InTest::HasAny, Insensitive) => ("has_any_dynamic", |args| dynamic_needles(args, InTest::HasAny, Insensitive)),
        (InTest::HasAny, Sensitive) => ("has_any_dynamic_cs", |args| dynamic_needles(args, InTest::HasAny, Sensitive)),
        (InTest::HasAll, Insensitive) => ("has_all_dynamic", |args| dynamic_needles(args, InTest::HasAll, Insensitive)),
        (InTest::HasAll, Sensitive) => ("has_all_dynamic_cs", |args| dynamic_needles(args, InTest::HasAll, Sensitive)),
    }
}

fn one_needle(args: &Args, way: Way, case: Case) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    if let Some(needle) = args.constant(1) {
        let needle = needle.try_as_str().flatten().unwrap_or("").to_owned();
        let matcher = TextMatcher::compile(way, case, &[needle])?;
        return args.make_bools(|row| Some(matcher.is_match(text.get(row))));
    }
    let needle = args.strings(1)?;
    args.make_bools(|row| Some(test_once(way, case, text.get(row), needle.get(row))))
}

/// The needles from argument 1 on, when all are constants.
fn constant_needles(args: &Args) -> Option<Vec<String>> {
    (1..args.len()).map(|at| Some(args.constant(at)?.try_as_str().flatten().unwrap_or("").to_owned())).collect()
}

fn any_needle(args: &Args, way: Way, case: Case) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    if let Some(needles) = constant_needles(args) {
        let matcher = TextMatcher::compile(way, case, &needles)?;
        return args.make_bools(|row| Some(matcher.is_match(text.get(row))));
    }
    let needles = (1..args.len()).map(|at| args.strings(at)).collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| Some(needles.iter().any(|needle| test_once(way, case, text.get(row), needle.get(row)))))
}

fn all_needles(args: &Args, way: Way, case: Case) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    if let Some(needles) = constant_needles(args) {
        let matchers = compile_each(way, case, &needles)?;
        return args.make_bools(|row| Some(matchers.iter().all(|matcher| matcher.is_match(text.get(row)))));
    }
    let needles = (1..args.len()).map(|at| args.strings(at)).collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| Some(needles.iter().all(|needle| test_once(way, case, text.get(row), needle.get(row)))))
}

fn compile_each(way: Way, case: Case, needles: &[String]) -> Result<Vec<Arc<TextMatcher>>> {
    needles.iter().map(|needle| TextMatcher::compile(way, case, std::slice::from_ref(needle))).collect()
}

fn dynamic_needles(args: &Args, test: InTest, case: Case) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    let way = if test == InTest::In { Way::Equals } else { Way::Has };
    if let Some(list) = args.constant(1) {
        let needles = list_of_texts(list.try_as_str().flatten());
        let matchers = match test {
            InTest::HasAll => compile_each(way, case, &needles)?,
            InTest::In | InTest::HasAny => vec![TextMatcher::compile(way, case, &needles)?],
        };
        return args.make_bools(|row| Some(matchers.iter().all(|matcher| matcher.is_match(text.get(row)))));
    }
    let list = args.json(1)?;
    args.make_bools(|row| {
        let needles = list_of_texts(list.get(row));
        let mut tests = needles.iter().map(|needle| test_once(way, case, text.get(row), needle));
        Some(match test {
            InTest::HasAll => tests.all(|holds| holds),
            InTest::In | InTest::HasAny => tests.any(|holds| holds),
        })
    })
}

fn list_of_texts(json: Option<&str>) -> Vec<String> {
    match json.map(serde_json::from_str::<serde_json::Value>) {
        Some(Ok(serde_json::Value::Array(elements))) => elements.into_iter().map(text_of).collect(),
        Some(Ok(other)) => vec![text_of(other)],
        Some(Err(_)) | None => vec![],
    }
}

fn text_of(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn matches_regex(args: &Args) -> Result<ArrayRef> {
    let (text, patterns) = (args.strings(0)?, patterns::each(args, 1)?);
    args.make_bools(|row| Some(patterns.get(row)?.is_match(text.get(row))))
}

/// `*` stands for any text; the rest stands for itself, from end to end.
fn like(args: &Args, case: Case) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    let regex_of = |pattern: &str| {
        let pieces: Vec<String> = pattern.split('*').map(::regex::escape).collect();
        let flags = if case == Case::Insensitive { "si" } else { "s" };
        patterns::compile(&format!(r"(?{flags})\A(?:{})\z", pieces.join(".*")))
    };
    if let Some(pattern) = args.constant_string(1) {
        let regex = regex_of(pattern)?;
        return args.make_bools(|row| Some(regex.is_match(text.get(row))));
    }
    let pattern = args.strings(1)?;
    let answers = (0..args.rows())
        .map(|row| Ok(regex_of(pattern.get(row))?.is_match(text.get(row))))
        .collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| answers.get(row).copied())
}
