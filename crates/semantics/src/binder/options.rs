//! `set` options that say what a query means: the bins of `bin_auto`, the moment that is now, and how many records are enough.
//!
//! In: statements `set option = …`, and the calls and results that they speak of. Out: what is meant instead: `bin_at`, a moment, the
//! first records. An option that would change the answer in another way is refused; the others steer the service that runs a query, and
//! mean nothing here.
//!
//! Source: learn.microsoft.com/kusto/api/rest/request-properties.

use syntax::Span;
use syntax::ast::{Call, Expr as Tree, Name};

use super::{Binder, Scope};
use crate::bound::{ArithmeticOp, Expr, ExprKind, TableKind};
use crate::codes;
use crate::convert::{constant, convert, is_constant};
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// What the options say; later statements go before earlier ones.
#[derive(Default)]
pub(super) struct Options {
    /// `query_bin_auto_size`.
    bin_size: Option<Expr>,
    /// `query_bin_auto_at`.
    bin_at: Option<Expr>,
    /// `query_now`, in ticks.
    now: Option<i64>,
    /// `query_take_max_records`.
    records_max: Option<i64>,
}

impl Binder<'_> {
    /// `set name = value`.
    pub(super) fn set_option(&mut self, name: &Name, value: Option<&Tree>) {
        match name.text.as_str() {
            "query_bin_auto_size" => self.options.bin_size = self.option_value(name, value),
            "query_bin_auto_at" => self.options.bin_at = self.option_value(name, value),
            "query_now" => match self.option_value(name, value).map(|value| value.kind) {
                Some(ExprKind::Constant(Value::DateTime(ticks))) => self.options.now = Some(ticks),
                Some(_) => self.error(codes::TYPE_EXPECTED, name.span, "`query_now` is a datetime literal"),
                None => {}
            },
            "query_take_max_records" => match self.option_value(name, value).map(|value| value.kind) {
                Some(ExprKind::Constant(Value::Long(count))) if count >= 0 => self.options.records_max = Some(count),
                Some(_) => {
                    self.error(codes::INTEGER_EXPECTED, name.span, "`query_take_max_records` is a number of records");
                }
                None => {}
            },
            "query_datetimescope_column"
            | "query_datetimescope_from"
            | "query_datetimescope_to"
            | "query_results_apply_getschema" => self.unsupported(name.span, &format!("set {}", name.text)),
            _ => {}
        }
    }

    fn option_value(&mut self, name: &Name, value: Option<&Tree>) -> Option<Expr> {
        let value = match value {
            Some(value) => self.scalar(value, Scope::default())?,
            None => {
                self.error(codes::CONSTANT_EXPECTED, name.span, format!("the option `{}` needs a value", name.text));
                return None;
            }
        };
        if !is_constant(&value) {
            self.error(codes::CONSTANT_EXPECTED, value.span, format!("`{}` is a constant", name.text));
            return None;
        }
        Some(value)
    }

    /// A result with no more records than the query wants.
    pub(super) fn enough_of(&self, table: Tabular) -> Tabular {
        match self.options.records_max {
            Some(count) => {
                let span = table.table.span;
                let count = constant(Value::Long(count), span);
                table.same_columns(span, |input| TableKind::Take { input, count })
            }
            None => table,
        }
    }

    /// The moment that the query says is now, when it says so.
    pub(super) fn own_now(&self, span: Span) -> Option<Expr> {
        self.options.now.map(|ticks| constant(Value::DateTime(ticks), span))
    }

    /// `now(offset)` or `ago(span)`, when the query says what now is.
    pub(super) fn counted_from(&mut self, now: Expr, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let (op, takes) = match call.name.text.as_str() {
            "ago" => (ArithmeticOp::Subtract, 1..=1),
            _ => (ArithmeticOp::Add, 0..=1),
        };
        if !takes.contains(&call.arguments.len()) {
            self.argument_count(call, if takes.contains(&0) { "0 to 1 arguments" } else { "1 argument" });
            return None;
        }
        let Some(argument) = call.arguments.first() else { return Some(now) };
        let offset = self.scalar(&argument.value, scope)?;
        if !matches!(offset.ty, Type::TimeSpan | Type::Dynamic) {
            let message = format!("`{}` expects a value of type timespan here, found a {}", call.name.text, offset.ty);
            self.error(codes::TYPE_EXPECTED, argument.value.span, message);
            return None;
        }
        let right = Box::new(convert(offset, Type::TimeSpan));
        let kind = ExprKind::Arithmetic { op, left: Box::new(now), right };
        Some(Expr { kind, ty: Type::DateTime, span })
    }

    /// `bin_auto(x)`: `bin_at(x, query_bin_auto_size, query_bin_auto_at)`. A whole number becomes a long.
    pub(super) fn bin_auto(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let [argument] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return None;
        };
        let value = self.scalar(&argument.value, scope)?;
        let Some(size) = self.options.bin_size.clone() else {
            let message = "`bin_auto` takes the size of its bins from an option that is not set";
            let diagnostic = syntax::Diagnostic::error(codes::ARGUMENT_VALUE, call.name.span, message);
            self.report(diagnostic.hint("put `set query_bin_auto_size = 1h;` before the query"));
            return None;
        };
        let at = self.options.bin_at.clone();
        if !are_bins(value.ty, size.ty, at.as_ref().map(|at| at.ty)) {
            let at = at.map_or_else(String::new, |at| format!(" at a {}", at.ty));
            let message = format!("`bin_auto` of a {} in bins of a {}{at} is not defined", value.ty, size.ty);
            self.error(codes::OPERATOR_TYPES, argument.value.span, message);
            return None;
        }
        let value = if value.ty == Type::Int { convert(value, Type::Long) } else { value };
        match at {
            Some(at) => self.builtin("bin_at", vec![value, size, at], span),
            None => self.builtin("bin", vec![value, size], span),
        }
    }
}

/// Numbers go into bins of numbers, times into bins of timespans that begin at such a time.
fn are_bins(value: Type, size: Type, at: Option<Type>) -> bool {
    match value {
        Type::DateTime | Type::TimeSpan => size == Type::TimeSpan && at.is_none_or(|at| at == value),
        _ => value.is_number() && size.is_number() && at.is_none_or(Type::is_number),
    }
}
