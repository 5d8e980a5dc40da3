//! `set` options that say what a query means: the bins of `bin_auto`.
//!
//! In: the statements `set query_bin_auto_size = …` and `set query_bin_auto_at = …`, and calls of `bin_auto`. Out: the call of `bin`
//! or `bin_at` that is meant. Other options steer the service that runs a query, and mean nothing here.

use syntax::Span;
use syntax::ast::{Call, Expr as Tree, Name};

use super::{Binder, Scope};
use crate::bound::Expr;
use crate::codes;
use crate::convert::{convert, is_constant};
use crate::types::Type;

/// What the options say; later statements go before earlier ones.
#[derive(Default)]
pub(super) struct Options {
    /// `query_bin_auto_size`.
    bin_size: Option<Expr>,
    /// `query_bin_auto_at`.
    bin_at: Option<Expr>,
}

impl Binder<'_> {
    /// `set name = value`.
    pub(super) fn set_option(&mut self, name: &Name, value: Option<&Tree>) {
        let is_size = match name.text.as_str() {
            "query_bin_auto_size" => true,
            "query_bin_auto_at" => false,
            _ => return,
        };
        let Some(value) = value.and_then(|value| self.scalar(value, Scope::default())) else { return };
        if !is_constant(&value) {
            self.error(codes::CONSTANT_EXPECTED, value.span, format!("`{}` is a constant", name.text));
            return;
        }
        let option = if is_size { &mut self.options.bin_size } else { &mut self.options.bin_at };
        *option = Some(value);
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
