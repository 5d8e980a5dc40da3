//! `parse-kv`: columns out of a text of keys and values.
//!
//! In: the text, the keys with their types, the delimiters or a regular expression. Out: a projection whose new columns are the members of
//! a bag, converted; the bag is made by a function of the catalog.

use syntax::Span;
use syntax::ast::{ColumnDeclaration, Expr as Tree, ExprKind as TreeKind, Literal, OperatorOption};

use super::project::declared;
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, ExprKind, Step};
use crate::codes;
use crate::convert::{constant, convert};
use crate::literal::write_json;
use crate::names::Names;
use crate::schema::Column;
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// What stands in `with (…)`.
#[derive(Debug, Default)]
struct Settings {
    between_pairs: Option<String>,
    after_key: Option<String>,
    /// Opening and closing quotes in turn.
    quotes: String,
    escapes: String,
    is_greedy: bool,
    regex: Option<String>,
}

/// - Shape: columns of the input, parsed ones of the same name in place, new ones at the end.
/// - Nulls: a key that a text lacks, and a value that does not convert, are null (or empty).
pub(super) fn parse_kv(
    b: &mut Binder<'_>,
    input: Tabular,
    (source, columns, options): (&Tree, &[ColumnDeclaration], &[OperatorOption]),
    keyword: Span,
    span: Span,
) -> Tabular {
    let source = b.scalar(source, Scope::of(&input)).and_then(|source| b.cast_to_text(source));
    let settings = settings(b, options);
    let mut schema = input.schema().clone();
    let mut exprs = input.all_columns(span);
    let (Some(source), Some(settings)) = (source, settings) else { return Tabular::open(span) };
    let keys: Vec<&str> = columns.iter().map(|column| column.name.text.as_str()).collect();
    let Some(bag) = bag(b, convert(source, Type::String), settings, &keys, keyword) else { return Tabular::open(span) };
    let mut names = Names::default();
    for column in columns {
        let Some(ty) = Type::from_name(&column.ty.text) else {
            b.error(codes::TYPE_NAME, column.ty.span, format!("`{}` is not a type", column.ty.text));
            continue;
        };
        let Some(name) = declared(b, &mut names, &column.name.text, column.name.span) else { continue };
        let steps = vec![Step::Key(name.clone())];
        let kind = ExprKind::Path { base: Box::new(bag.clone()), steps };
        let member = Expr { kind, ty: Type::Dynamic, span: column.name.span };
        let Some(value) = b.cast(member, Type::String, span).and_then(|text| b.cast(text, ty, span)) else { continue };
        match schema.iter().position(|old| old.name == name) {
            Some(place) => {
                if let (Some(old), Some(expr)) = (schema.get_mut(place), exprs.get_mut(place)) {
                    *old = Column::new(name, ty);
                    *expr = value;
                }
            }
            None => {
                schema.push(Column::new(name, ty));
                exprs.push(value);
            }
        }
    }
    input.project(exprs, schema, span)
}

fn settings(b: &mut Binder<'_>, options: &[OperatorOption]) -> Option<Settings> {
    let mut settings = Settings::default();
    let mut is_complete = true;
    for option in options {
        if option.is("greedy") {
            settings.is_greedy = matches!(option.value.kind, TreeKind::Literal(Literal::Bool(true)));
            continue;
        }
        let text = b.constant_text(&option.value, Scope::default())?;
        let letters: Vec<char> = text.chars().collect();
        let is_right = match (option.name.text.as_str(), letters.as_slice()) {
            ("pair_delimiter" | "kv_delimiter" | "regex", []) => false,
            ("pair_delimiter", _) => settings.between_pairs.replace(text).is_none(),
            ("kv_delimiter", _) => settings.after_key.replace(text).is_none(),
            ("regex", _) => settings.regex.replace(text).is_none(),
            ("quote", [both]) => {
                settings.quotes.extend([both, both]);
                true
            }
            ("quote", [opening, closing]) => {
                settings.quotes.extend([opening, closing]);
                true
            }
            ("escape", [escape]) => {
                settings.escapes.push(*escape);
                true
            }
            _ => false,
        };
        if !is_right {
            let message = format!("`{}` of `parse-kv` does not take this", option.name.text);
            b.error(codes::OPTION_VALUE, option.value.span, message);
            is_complete = false;
        }
    }
    is_complete.then_some(settings)
}

/// The bag of all keys and values.
fn bag(b: &mut Binder<'_>, source: Expr, settings: Settings, keys: &[&str], keyword: Span) -> Option<Expr> {
    let span = source.span;
    let text = |text: String| constant(Value::String(text), span);
    let (name, rest) = match settings {
        Settings { regex: Some(regex), .. } => ("_parse_kv_regex", vec![text(regex)]),
        Settings {
            between_pairs: Some(between_pairs), after_key: Some(after_key), quotes, escapes, is_greedy, ..
        } => {
            let greedy = constant(Value::Bool(is_greedy), span);
            ("_parse_kv", vec![text(between_pairs), text(after_key), text(quotes), text(escapes), greedy])
        }
        Settings { between_pairs: None, after_key: None, is_greedy: false, quotes, escapes, .. } => {
            let mut json = String::from("[");
            for (at, key) in keys.iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                write_json(&Value::String((*key).to_owned()), &mut json);
            }
            json.push(']');
            let keys = constant(Value::Dynamic(json), span);
            ("_parse_kv_words", vec![keys, text(quotes), text(escapes)])
        }
        _ => {
            b.error(
                codes::OPTION_VALUE,
                keyword,
                "`parse-kv` takes both delimiters or none, and is greedy with both only",
            );
            return None;
        }
    };
    let Some(info) = b.catalog.function(name, FunctionKind::Scalar) else {
        b.unsupported(keyword, "parse-kv");
        return None;
    };
    let arguments = std::iter::once(source).chain(rest).collect();
    Some(Expr { kind: ExprKind::Call { function: info.name, arguments }, ty: Type::Dynamic, span })
}
