//! A bound expression as KQL: what a condition says once its names are resolved and its constants are known.
//!
//! In: an expression, the columns it reads, and the query's text. Out: one line. Where the text of the query has it, the text is what is
//! shown; the rest, which stored functions brought in, is spelled from what it was bound to.

use semantics::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, InList, Step};
use semantics::{Column, Value, number, time};
use syntax::Span;
use syntax::ast::{Case, InTest, TextTest};

/// More of a list of constants is not spelled.
const LISTED_MAX: usize = 6;

/// A place of the query as one line; none when it lies in a stored function.
pub(super) fn source(text: &str, span: Span) -> Option<String> {
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    let found = text.get(start..end).filter(|found| !found.is_empty())?;
    Some(one_line(found))
}

/// Text in one line: comments left out, and white space outside strings made one blank.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for token in syntax::lexer::tokenize(text) {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        let piece = text.get(start..end).unwrap_or_default();
        if token.kind.is_trivia() {
            if !line.is_empty() && !line.ends_with([' ', '(', '[']) {
                line.push(' ');
            }
        } else {
            if matches!(piece, ")" | "]" | ",") {
                line.truncate(line.trim_end().len());
            }
            line.push_str(piece);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The expression as its author wrote it, or as it was bound.
pub(super) fn expression(expr: &Expr, columns: &[Column], text: &str) -> String {
    source(text, expr.span).unwrap_or_else(|| spelled(expr, columns))
}

/// The expression as it was bound.
pub(super) fn spelled(expr: &Expr, columns: &[Column]) -> String {
    let of = |expr: &Expr| spelled(expr, columns);
    match &expr.kind {
        ExprKind::Constant(value) => literal(value),
        ExprKind::Column(at) => columns.get(*at).map_or_else(|| format!("column {at}"), |column| column.name.clone()),
        ExprKind::Convert(inner) => of(inner),
        ExprKind::Negate(inner) => format!("-{}", of(inner)),
        ExprKind::Arithmetic { op, left, right } => format!("({} {} {})", of(left), arithmetic(*op), of(right)),
        ExprKind::Compare { op, left, right } => format!("{} {} {}", of(left), comparison(*op), of(right)),
        ExprKind::EqualIgnoringCase { negated, left, right } => {
            format!("{} {} {}", of(left), if *negated { "!~" } else { "=~" }, of(right))
        }
        ExprKind::Text { test, case, negated, left, right } => {
            format!("{} {} {}", of(left), text_test(*test, *case, *negated), of(right))
        }
        ExprKind::In { test, case, negated, value, list } => {
            let list = match list {
                InList::Values(values) => {
                    let shown: Vec<String> = values.iter().take(LISTED_MAX).map(of).collect();
                    let more = if values.len() > LISTED_MAX { ", …" } else { "" };
                    format!("({}{more})", shown.join(", "))
                }
                InList::Dynamic(list) => format!("({})", of(list)),
                InList::Table(_) => "(…)".to_owned(),
            };
            format!("{} {} {list}", of(value), list_test(*test, *case, *negated))
        }
        ExprKind::Between { negated, value, low, high } => {
            let word = if *negated { "!between" } else { "between" };
            format!("{} {word} ({} .. {})", of(value), of(low), of(high))
        }
        ExprKind::And(left, right) => format!("{} and {}", of(left), of(right)),
        ExprKind::Or(left, right) => format!("({} or {})", of(left), of(right)),
        ExprKind::Path { base, steps } => {
            let steps: Vec<String> = steps.iter().map(|step| walked(step, columns)).collect();
            format!("{}{}", of(base), steps.concat())
        }
        ExprKind::Call { function, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(of).collect();
            format!("{function}({})", arguments.join(", "))
        }
        ExprKind::ToScalar(_) => "toscalar(…)".to_owned(),
    }
}

fn walked(step: &Step, columns: &[Column]) -> String {
    match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(at) => format!("[{at}]"),
        Step::Computed(expr) => format!("[{}]", spelled(expr, columns)),
    }
}

/// A value as a literal of its type.
fn literal(value: &Value) -> String {
    match value {
        Value::Null(ty) => format!("{ty}(null)"),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => number::format_real(*value),
        Value::Decimal(value) => format!("decimal({value})"),
        Value::String(text) => format!("{text:?}"),
        Value::DateTime(ticks) => format!("datetime({})", time::format_datetime(*ticks)),
        Value::TimeSpan(ticks) => format!("timespan({})", time::format_timespan(*ticks)),
        Value::Guid(text) => format!("guid({text})"),
        Value::Dynamic(json) => format!("dynamic({json})"),
    }
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
        ArithmeticOp::Modulo => "%",
    }
}

/// A comparison as it is written.
pub(super) fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}

fn text_test(test: TextTest, case: Case, negated: bool) -> String {
    let word = match test {
        TextTest::Contains => "contains",
        TextTest::Has => "has",
        TextTest::HasPrefix => "hasprefix",
        TextTest::HasSuffix => "hassuffix",
        TextTest::StartsWith => "startswith",
        TextTest::EndsWith => "endswith",
        TextTest::MatchesRegex => return "matches regex".to_owned(),
        TextTest::Like => "like",
    };
    let (mark, case) = (if negated { "!" } else { "" }, if case == Case::Sensitive { "_cs" } else { "" });
    format!("{mark}{word}{case}")
}

fn list_test(test: InTest, case: Case, negated: bool) -> String {
    let mark = if negated { "!" } else { "" };
    match (test, case) {
        (InTest::In, Case::Sensitive) => format!("{mark}in"),
        (InTest::In, Case::Insensitive) => format!("{mark}in~"),
        (InTest::HasAny, _) => format!("{mark}has_any"),
        (InTest::HasAll, _) => format!("{mark}has_all"),
    }
}
