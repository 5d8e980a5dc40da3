//! What must stand in columns of text for a filter to be true.
//!
//! In: a filter as a table provider is given it. Out: the terms and the texts without which no row passes, so that storage that knows which of
//! them are in a file can leave the file out. Only absence is concluded: a filter that is not understood needs nothing. Text that is stored and
//! text that is asked for are compared by their [`key`], which is the same for all forms of a letter.

use std::borrow::Cow;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, Operator};
use semantics::Type;
use syntax::ast::{Case, InTest, TextTest};

use crate::dynamic;
use crate::functions::called_kernel;
use crate::text::operators::{equal_ignoring_case_kernel, list_kernel, text_kernel};
use crate::text::{fold, terms as words};

/// Whose texts they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The column.
    pub column: String,
    /// Does it hold dynamics, whose texts are what `tostring` makes of them? See [`text_of_dynamic`].
    pub is_dynamic: bool,
}

/// What a filter needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing that is known: any row may pass.
    Nothing,
    /// A value of the column that has all these terms, given by their keys.
    Terms {
        /// Where.
        of: Source,
        /// Never none.
        keys: Vec<String>,
    },
    /// A value of the column that is a text.
    Text {
        /// Where.
        of: Source,
        /// The key of the text.
        key: String,
        /// The keys of its terms, which may be none.
        terms: Vec<String>,
    },
    /// All of these.
    All(Vec<Need>),
    /// One of these; with none of them, no row passes.
    Any(Vec<Need>),
}

/// The terms of a text, as `has` understands it.
pub fn terms(text: &str) -> impl Iterator<Item = &str> {
    words::terms(text)
}

/// What texts, or terms, are compared by.
pub fn key(text: &str) -> Cow<'_, str> {
    fold::key(text)
}

/// The text of a dynamic, from its JSON.
pub fn text_of_dynamic(json: &str) -> Cow<'_, str> {
    dynamic::as_text(json)
}

/// What all of these filters together need.
pub fn of_all<'f>(filters: impl IntoIterator<Item = &'f Expr>) -> Need {
    all(filters.into_iter().map(of).collect())
}

/// What a filter needs.
pub fn of(filter: &Expr) -> Need {
    match filter {
        Expr::BinaryExpr(binary) => match binary.op {
            Operator::And => all(vec![of(&binary.left), of(&binary.right)]),
            Operator::Or => any(vec![of(&binary.left), of(&binary.right)]),
            Operator::Eq => {
                let found = operands(&binary.left, &binary.right).or_else(|| operands(&binary.right, &binary.left));
                found.map_or(Need::Nothing, |(of, text)| equals(of, text))
            }
            _ => Need::Nothing,
        },
        Expr::InList(list) if !list.negated => match lowered(&list.expr) {
            Some(inner) => any_of(inner, &list.list, |value, text| match operands(value, text) {
                // Lower case may take a letter apart, and a term with it; but what comes of that is not ASCII.
                Some((of, text)) if !text.is_ascii() => Need::Text { of, key: key(text).into_owned(), terms: vec![] },
                _ => is_equal(value, text),
            }),
            None => any_of(&list.expr, &list.list, is_equal),
        },
        _ => called_kernel(filter).map_or(Need::Nothing, |call| of_kernel(call.name, call.arguments)),
    }
}

const TESTS: [TextTest; 6] = [
    TextTest::Contains,
    TextTest::Has,
    TextTest::HasPrefix,
    TextTest::HasSuffix,
    TextTest::StartsWith,
    TextTest::EndsWith,
];
const LISTS: [InTest; 3] = [InTest::In, InTest::HasAny, InTest::HasAll];
const CASES: [Case; 2] = [Case::Sensitive, Case::Insensitive];

fn of_kernel(name: &str, arguments: &[Expr]) -> Need {
    let Some((value, needles)) = arguments.split_first() else { return Need::Nothing };
    if name == equal_ignoring_case_kernel().0 {
        let [needle] = needles else { return Need::Nothing };
        let found = operands(value, needle).or_else(|| operands(needle, value));
        return found.map_or(Need::Nothing, |(of, text)| equals(of, text));
    }
    let is_named = |test: &&TextTest| CASES.iter().any(|case| text_kernel(**test, *case).0 == name);
    if let Some(test) = TESTS.iter().find(is_named) {
        return any_of(value, needles, |value, needle| stands(*test, value, needle));
    }
    let is_named = |test: &&InTest| CASES.iter().any(|case| list_kernel(**test, *case).0 == name);
    match LISTS.iter().find(is_named) {
        Some(InTest::In) => any_of(value, needles, is_equal),
        Some(InTest::HasAny) => any_of(value, needles, |value, needle| stands(TextTest::Has, value, needle)),
        Some(InTest::HasAll) => all(each(value, needles, |value, needle| stands(TextTest::Has, value, needle))),
        None => Need::Nothing,
    }
}

/// A needle that stands in a value in that way.
fn stands(test: TextTest, value: &Expr, needle: &Expr) -> Need {
    let Some(needle) = literal(needle) else { return Need::Nothing };
    let (before, after) = match test {
        TextTest::Has => (true, true),
        // The beginning of a text is a border, as its end is.
        TextTest::HasPrefix | TextTest::StartsWith => (true, false),
        TextTest::HasSuffix | TextTest::EndsWith => (false, true),
        TextTest::Contains | TextTest::MatchesRegex | TextTest::Like => (false, false),
    };
    let keys: Vec<String> = words::whole_terms(needle, before, after).map(|term| key(term).into_owned()).collect();
    match (source(value), digits_of(value)) {
        _ if keys.is_empty() => Need::Nothing,
        (Some(of), _) => Need::Terms { of, keys },
        // The text of no number has this term.
        (None, Some(is_digit)) if keys.iter().any(|key| !key.bytes().all(|byte| is_digit(&byte))) => Need::Any(vec![]),
        (None, _) => Need::Nothing,
    }
}

/// The bytes that terms are of in the text of a value that is no text: a whole number or a guid, which `search` and `*` look into, too.
fn digits_of(value: &Expr) -> Option<fn(&u8) -> bool> {
    let call = called_kernel(value).filter(|call| call.name == "tostring")?;
    match call.types {
        [Type::Int | Type::Long] => Some(u8::is_ascii_digit),
        [Type::Guid] => Some(u8::is_ascii_hexdigit),
        _ => None,
    }
}

fn is_equal(value: &Expr, text: &Expr) -> Need {
    operands(value, text).map_or(Need::Nothing, |(of, text)| equals(of, text))
}

fn equals(of: Source, text: &str) -> Need {
    let terms = words::terms(text).map(|term| key(term).into_owned()).collect();
    Need::Text { of, key: key(text).into_owned(), terms }
}

fn any_of(value: &Expr, needles: &[Expr], need: impl Fn(&Expr, &Expr) -> Need) -> Need {
    any(each(value, needles, need))
}

fn each(value: &Expr, needles: &[Expr], need: impl Fn(&Expr, &Expr) -> Need) -> Vec<Need> {
    needles.iter().map(|needle| need(value, needle)).collect()
}

fn all(mut needs: Vec<Need>) -> Need {
    needs.retain(|need| *need != Need::Nothing);
    match needs.pop() {
        None => Need::Nothing,
        Some(only) if needs.is_empty() => only,
        Some(last) => {
            needs.push(last);
            Need::All(needs)
        }
    }
}

fn any(mut needs: Vec<Need>) -> Need {
    match needs.as_slice() {
        [_] => needs.pop().unwrap_or(Need::Nothing),
        _ if needs.contains(&Need::Nothing) => Need::Nothing,
        _ => Need::Any(needs),
    }
}

/// The source of a text, and a text that it is compared with.
fn operands<'e>(value: &Expr, text: &'e Expr) -> Option<(Source, &'e str)> {
    Some((source(value)?, literal(text)?))
}

fn literal(text: &Expr) -> Option<&str> {
    match as_it_is(text) {
        Expr::Literal(text, _) => text.try_as_str()?,
        _ => None,
    }
}

fn source(value: &Expr) -> Option<Source> {
    match as_it_is(value) {
        Expr::Column(column) => Some(Source { column: column.name.clone(), is_dynamic: false }),
        text => match as_it_is(called_tostring(text)?) {
            Expr::Column(column) => Some(Source { column: column.name.clone(), is_dynamic: true }),
            _ => None,
        },
    }
}

/// The dynamic of which this expression is the text.
fn called_tostring(expr: &Expr) -> Option<&Expr> {
    let call = called_kernel(expr)?;
    let is_tostring = matches!(call.name, "tostring" | "from_dynamic");
    match (call.arguments, call.types, call.returns) {
        ([inner], [Type::Dynamic], Type::String) if is_tostring => Some(inner),
        _ => None,
    }
}

/// What a cast from text to text is of, or `tolower`, which changes no key and no border of a term. A cast of something else than text is looked
/// through as well: no column of numbers has texts that are known, so that nothing is concluded from them.
fn as_it_is(expr: &Expr) -> &Expr {
    if let Some(call) = called_kernel(expr)
        && let ("tolower", [inner], [Type::String]) = (call.name, call.arguments, call.types)
    {
        return as_it_is(inner);
    }
    match expr {
        Expr::Cast(cast) if is_text(cast.field.data_type()) => as_it_is(&cast.expr),
        Expr::TryCast(cast) if is_text(cast.field.data_type()) => as_it_is(&cast.expr),
        other => other,
    }
}

fn is_text(ty: &DataType) -> bool {
    match ty {
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}

/// What is put into lower case, when this is SQL's function that does so: a long list of `in~` is lowered to it.
fn lowered(expr: &Expr) -> Option<&Expr> {
    match as_it_is(expr) {
        Expr::ScalarFunction(call) if call.func.name() == "lower" => match call.args.as_slice() {
            [inner] => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{ident, in_list, lit, not};

    use super::*;
    use crate::functions::{Evaluate, kernel_call};

    fn call(kernel: (&'static str, Evaluate), value: Expr, needles: &[&str]) -> Expr {
        let arguments: Vec<Expr> = std::iter::once(value).chain(needles.iter().map(|needle| lit(*needle))).collect();
        let types = vec![Type::String; arguments.len()];
        kernel_call(kernel.0, kernel.1, arguments, types, Type::Bool)
    }

    fn has(needle: &str) -> Expr {
        call(text_kernel(TextTest::Has, Case::Insensitive), ident("c"), &[needle])
    }

    fn source(is_dynamic: bool) -> Source {
        Source { column: "c".to_owned(), is_dynamic }
    }

    fn needs_terms(keys: &[&str]) -> Need {
        Need::Terms { of: source(false), keys: keys.iter().map(|key| (*key).to_owned()).collect() }
    }

    fn needs_text(key: &str, terms: &[&str]) -> Need {
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        Need::Text { of: source(false), key: key.to_owned(), terms }
    }

    #[test]
    fn a_needle_needs_each_of_its_terms() {
        assert_eq!(of(&has("Evil.Example")), needs_terms(&["evil", "example"]));
        assert_eq!(of(&has("-")), Need::Nothing);
        let all = call(list_kernel(InTest::HasAll, Case::Sensitive), ident("c"), &["a", "-", "b"]);
        assert_eq!(of(&all), Need::All(vec![needs_terms(&["a"]), needs_terms(&["b"])]));
        let any = call(list_kernel(InTest::HasAny, Case::Sensitive), ident("c"), &["a", "b"]);
        assert_eq!(of(&any), Need::Any(vec![needs_terms(&["a"]), needs_terms(&["b"])]));
        // One that any row may have is enough.
        let any = call(list_kernel(InTest::HasAny, Case::Sensitive), ident("c"), &["a", "-"]);
        assert_eq!(of(&any), Need::Nothing);
    }

    #[test]
    fn an_equal_text_is_needed_whole() {
        let expected = needs_text("a-b", &["a", "b"]);
        assert_eq!(of(&ident("c").eq(lit("A-b"))), expected);
        assert_eq!(of(&lit("A-b").eq(ident("c"))), expected);
        assert_eq!(of(&call(equal_ignoring_case_kernel(), ident("c"), &["A-b"])), expected);
        assert_eq!(of(&in_list(ident("c"), vec![lit("A-b")], false)), expected);
        assert_eq!(of(&in_list(ident("c"), vec![lit("A-b")], true)), Need::Nothing);
        let lower = datafusion::functions::string::expr_fn::lower(ident("c"));
        // `İ` in lower case is an `i` and a dot that is no letter: what is one term in the column is two here.
        let beyond = needs_text(&key("xi\u{307}y"), &[]);
        let expected = Need::Any(vec![needs_text("a-b", &["a", "b"]), beyond]);
        assert_eq!(of(&in_list(lower, vec![lit("a-b"), lit("xi\u{307}y")], false)), expected);
    }

    #[test]
    fn what_is_not_understood_needs_nothing() {
        assert_eq!(of(&not(has("a"))), Need::Nothing);
        assert_eq!(of(&has("a").or(ident("n").gt(lit(1)))), Need::Nothing);
        assert_eq!(of(&has("a").and(ident("n").gt(lit(1)))), needs_terms(&["a"]));
        assert_eq!(of(&ident("c").not_eq(lit("a"))), Need::Nothing);
        assert_eq!(of(&ident("c").eq(ident("d"))), Need::Nothing);
        assert_eq!(of(&ident("c").eq(lit(1))), Need::Nothing);
        assert_eq!(of_all(&[has("a"), has("b")]), Need::All(vec![needs_terms(&["a"]), needs_terms(&["b"])]));
        assert_eq!(of_all(&[]), Need::Nothing);
    }

    #[test]
    fn the_text_of_a_dynamic_is_another_text() {
        let evaluate = text_kernel(TextTest::Has, Case::Sensitive).1;
        let text = kernel_call("tostring", evaluate, vec![ident("c")], vec![Type::Dynamic], Type::String);
        let filter = call(text_kernel(TextTest::Has, Case::Sensitive), text, &["a"]);
        assert_eq!(of(&filter), Need::Terms { of: source(true), keys: vec!["a".to_owned()] });
        let number = kernel_call("tostring", evaluate, vec![ident("c")], vec![Type::Long], Type::String);
        let has = |needle| of(&call(text_kernel(TextTest::Has, Case::Sensitive), number.clone(), &[needle]));
        // A number has no term with a letter.
        assert_eq!(
            ["1", "-7", "1a", "é"].map(has),
            [Need::Nothing, Need::Nothing, Need::Any(vec![]), Need::Any(vec![])]
        );
        assert_eq!(text_of_dynamic("\"a\\tb\""), "a\tb");
        assert_eq!(text_of_dynamic("[\"a\"]"), "[\"a\"]");
    }
}
