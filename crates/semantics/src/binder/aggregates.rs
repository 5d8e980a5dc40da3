//! Aggregate calls: collected by the operator that groups, named as Kusto names them, some with several columns.

use syntax::ast::{Call, Expr as Tree, ExprKind as TreeKind, Literal};
use syntax::{Diagnostic, Span};

use super::{Binder, Calls, Scope};
use crate::bound::{Aggregate, Expr, ExprKind};
use crate::codes;
use crate::names::argument_name;
use crate::signature::{FunctionInfo, FunctionKind};
use crate::tabular::Tabular;
use crate::types::Type;

/// What a call at the top of an aggregate's expression gives: several columns, each with its name.
pub(crate) struct AggregateColumns {
    /// The columns, over groups and aggregates.
    pub(crate) columns: Vec<(String, Expr)>,
}

/// An argument of an aggregate: its value, and the name that it lends.
struct Spread {
    expr: Expr,
    name: Option<String>,
    /// Was it a column of the input, plain?
    column: Option<usize>,
}

impl Binder<'_> {
    /// A call that makes several named columns: `arg_max`, `take_any`, `percentiles` … None when it is another expression;
    /// `Some(None)` when it was wrong.
    pub(crate) fn aggregate_columns(
        &mut self,
        tree: &Tree,
        grouped: &[usize],
        scope: Scope<'_>,
    ) -> Option<Option<AggregateColumns>> {
        let call = match &tree.kind {
            TreeKind::Call(call) => call,
            TreeKind::Paren(inner) => return self.aggregate_columns(inner, grouped, scope),
            _ => return None,
        };
        let name = call.name.text.as_str();
        if self.env.find(name).is_some() || !has_named_columns(name) {
            return None;
        }
        let info = self.catalog.function(name, FunctionKind::Aggregate)?;
        Some(self.named_columns(info, call, tree.span, grouped, scope))
    }

    fn named_columns(
        &mut self,
        info: &'static FunctionInfo,
        call: &Call,
        span: Span,
        grouped: &[usize],
        scope: Scope<'_>,
    ) -> Option<AggregateColumns> {
        let spread = self.spread(call, grouped, scope)?;
        let names: Vec<Option<String>> = spread.iter().map(|argument| argument.name.clone()).collect();
        let arguments: Vec<Expr> = spread.into_iter().map(|argument| argument.expr).collect();
        let fitted = self.fit(info, arguments, call)?;
        let types: Vec<Type> = fitted.arguments.iter().map(|argument| argument.ty).collect();
        let outputs = output_types(&call.name.text, &types, fitted.returns);
        let names = output_names(call, &names, outputs.len());
        let first = self.collect(info.name, fitted.arguments, outputs.clone(), span)?;
        let columns = outputs
            .into_iter()
            .zip(names)
            .enumerate()
            .map(|(at, (ty, name))| (name, Expr { kind: ExprKind::Column(first + at), ty, span }))
            .collect();
        Some(AggregateColumns { columns })
    }

    /// An aggregate somewhere inside an expression: one value.
    pub(super) fn aggregate_in_expression(
        &mut self,
        info: &'static FunctionInfo,
        call: &Call,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Expr> {
        let spread = self.spread(call, &[], scope)?;
        let arguments: Vec<Expr> = spread.into_iter().map(|argument| argument.expr).collect();
        let fitted = self.fit(info, arguments, call)?;
        let types: Vec<Type> = fitted.arguments.iter().map(|argument| argument.ty).collect();
        let outputs = output_types(&call.name.text, &types, fitted.returns);
        let [ty] = outputs.as_slice() else {
            self.unsupported(call.name.span, &format!("{} inside an expression", call.name.text));
            return None;
        };
        let ty = *ty;
        let column = self.collect(info.name, fitted.arguments, outputs, span)?;
        Some(Expr { kind: ExprKind::Column(column), ty, span })
    }

    /// Hands a call to the operator; gives the place of its first column.
    fn collect(
        &mut self,
        function: &'static str,
        arguments: Vec<Expr>,
        outputs: Vec<Type>,
        span: Span,
    ) -> Option<usize> {
        let Calls::Aggregates { base, calls } = &mut self.calls else { return None };
        // The same call written twice is computed once.
        let mut place = *base;
        for call in calls.iter() {
            if call.function == function && call.arguments == arguments {
                return Some(place);
            }
            place += call.outputs.len();
        }
        calls.push(Aggregate { function, arguments, outputs, span });
        Some(place)
    }

    /// The arguments, bound over the input's rows; `*` becomes every column that is neither grouped by nor an argument already.
    fn spread(&mut self, call: &Call, grouped: &[usize], scope: Scope<'_>) -> Option<Vec<Spread>> {
        let mut spread: Vec<Option<Spread>> = vec![];
        let outer = std::mem::take(&mut self.calls);
        for argument in &call.arguments {
            let tree = &argument.value;
            if let TreeKind::Star = tree.kind {
                let taken: Vec<usize> = spread
                    .iter()
                    .flatten()
                    .filter_map(|argument| argument.column)
                    .chain(grouped.iter().copied())
                    .collect();
                match scope.row {
                    Some(row) => spread.extend(rest_of(row, &taken, tree.span).into_iter().map(Some)),
                    None => spread.push(None),
                }
                continue;
            }
            let name = argument_name(argument);
            spread.push(self.scalar(tree, scope).map(|expr| {
                let column = if let ExprKind::Column(column) = expr.kind { Some(column) } else { None };
                Spread { expr, name, column }
            }));
        }
        self.calls = outer;
        spread.into_iter().collect()
    }

    /// Reports that a key cannot be dynamic.
    pub(crate) fn refuse_dynamic_key(&mut self, expr: &Expr, span: Span, place: &str) -> bool {
        if expr.ty != Type::Dynamic {
            return false;
        }
        let message = format!("a dynamic is not allowed as a key of `{place}`");
        let diagnostic = Diagnostic::error(codes::TYPE_NOT_ALLOWED, span, message);
        self.report(diagnostic.hint("say what the value is: `tostring(…)`, `tolong(…)`"));
        true
    }
}

fn rest_of(row: &Tabular, taken: &[usize], span: Span) -> Vec<Spread> {
    row.schema()
        .iter()
        .enumerate()
        .filter(|(at, _)| !taken.contains(at))
        .map(|(at, column)| Spread {
            expr: row.column_expr(at, span),
            name: Some(column.name.clone()),
            column: Some(at),
        })
        .collect()
}

/// Aggregates whose columns are named after their arguments rather than after the function.
fn has_named_columns(name: &str) -> bool {
    matches!(
        name,
        "arg_max"
            | "arg_min"
            | "argmax"
            | "argmin"
            | "take_any"
            | "any"
            | "percentile"
            | "percentiles"
            | "percentilew"
            | "percentilesw"
            | "percentiles_array"
            | "percentilesw_array"
    )
}

fn output_types(name: &str, arguments: &[Type], returns: Type) -> Vec<Type> {
    let value = arguments.first().copied().unwrap_or(returns);
    match name {
        "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" | "any" => arguments.to_vec(),
        "percentiles" => vec![value; arguments.len().saturating_sub(1)],
        "percentilesw" => vec![value; arguments.len().saturating_sub(2)],
        _ => vec![returns],
    }
}

fn output_names(call: &Call, names: &[Option<String>], count: usize) -> Vec<String> {
    let function = call.name.text.as_str();
    let own = |at: usize| names.get(at).cloned().flatten();
    let first = own(0).unwrap_or_default();
    let extreme = if function.ends_with("max") { "max" } else { "min" };
    (0..count)
        .map(|at| match function {
            "arg_max" | "arg_min" if at == 0 => own(0).unwrap_or_else(|| format!("{extreme}_")),
            "arg_max" | "arg_min" => own(at).unwrap_or_else(|| format!("{extreme}_{first}_arg{at}")),
            "argmax" | "argmin" if at == 0 => format!("{extreme}_{first}"),
            "argmax" | "argmin" => format!("{extreme}_{first}_{}", own(at).unwrap_or_else(|| format!("arg{at}"))),
            "take_any" => own(at).unwrap_or_else(|| format!("any_arg{at}")),
            "any" => format!("any_{}", own(at).unwrap_or_else(|| format!("arg{at}"))),
            "percentile" | "percentiles" => format!("percentile_{first}_{}", rank(call, at + 1)),
            "percentilew" | "percentilesw" => format!("percentile_{first}_{}", rank(call, at + 2)),
            "percentilesw_array" => format!("percentile_{first}"),
            _ => format!("percentiles_{first}"),
        })
        .collect()
}

/// A rank as it stands in a column's name: `95`, `99_9`.
fn rank(call: &Call, at: usize) -> String {
    match call.arguments.get(at).map(|argument| &argument.value.kind) {
        Some(TreeKind::Literal(Literal::Long(rank))) => rank.to_string(),
        Some(TreeKind::Literal(Literal::Real(rank))) => rank.to_string().replace('.', "_"),
        _ => String::new(),
    }
}
