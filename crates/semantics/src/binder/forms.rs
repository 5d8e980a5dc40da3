//! Calls that are no functions but forms of the language: what they mean depends on tables and columns, not on values.

use syntax::Span;
use syntax::ast::{Call, ExprKind as TreeKind, Literal, TypeOf};

use super::{Binder, Item, Scope};
use crate::bound::{Expr, ExprKind, Step};
use crate::codes;
use crate::convert::{constant, convert};
use crate::literal::write_json;
use crate::names::{implied_name, is_hidden};
use crate::signature::FunctionKind;
use crate::types::Type;
use crate::value::Value;

/// The name of the form that takes one column from a call that gives several; no query can write it.
pub(crate) const TUPLE_COLUMN: &str = "$column";
/// The function that packs all values.
pub(crate) const PACK: &str = "bag_pack";
/// The one that leaves out what is null or empty.
const PACK_PRESENT: &str = "_bag_pack_present";

impl Binder<'_> {
    /// Binds the call when it is such a form; none when it is not one.
    pub(super) fn special_form(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Option<Expr>> {
        if let ("now" | "ago", Some(now)) = (call.name.text.as_str(), self.own_now(span)) {
            return Some(self.counted_from(now, call, span, scope));
        }
        Some(match call.name.text.as_str() {
            "toscalar" => self.scalar_of_table(call, span),
            "column_ifexists" | "columnifexists" => self.column_if_exists(call, span, scope),
            "iscolumnexists" => self.is_column(call, span, scope),
            "pack_all" => self.pack_all(call, span, scope),
            "column_names_of" => self.column_names_of(call, span),
            "extract" | "extractjson" | "extract_json" | "percentile_tdigest" if ends_with_type(call) => {
                self.extract_as(call, span, scope)
            }
            "percentiles_array_tdigest" if ends_with_type(call) => self.percentiles_as(call, span, scope),
            "bin_auto" => self.bin_auto(call, span, scope),
            "estimate_data_size" => self.estimate_data_size(call, span, scope),
            "bag_pack_columns" => self.bag_pack_columns(call, span, scope),
            "ingestion_time" => self.ingestion_time(call, span, scope),
            TUPLE_COLUMN => self.tuple_column(call, span, scope),
            "table" | "database" | "cluster" | "workspace" | "app" | "materialize" | "view" | "externaldata"
            | "_GetWatchlist" | "_GetWatchlistAlias"
                if self.catalog.function(&call.name.text, FunctionKind::Scalar).is_none() =>
            {
                match self.tabular_form(call, span, scope) {
                    Some(table) => {
                        if !table.is_open {
                            self.scalar_expected(span, &call.name.text);
                        }
                        None
                    }
                    None => return None,
                }
            }
            _ => return None,
        })
    }

    fn scalar_of_table(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let [argument] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return None;
        };
        match self.nested(|binder| binder.item(&argument.value, Scope::default()))? {
            Item::Scalar(expr) => Some(Expr { span, ..expr }),
            Item::Tabular(table) => {
                if table.is_open {
                    return None;
                }
                let Some(first) = table.schema().first() else {
                    self.error(
                        codes::COLUMN_EXPECTED,
                        argument.value.span,
                        "the table has no column to take a value from",
                    );
                    return None;
                };
                let ty = first.ty;
                if table.faulty.contains(&first.name) {
                    return None;
                }
                Some(Expr { kind: ExprKind::ToScalar(Box::new(table.table)), ty, span })
            }
        }
    }

    /// The column when there is one, else the other value.
    fn column_if_exists(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let [name, otherwise] = call.arguments.as_slice() else {
            self.argument_count(call, "2 arguments");
            return None;
        };
        let column_name = self.constant_text(&name.value, scope)?;
        if let Some(row) = scope.row {
            // Compat names count: the query works on the table whatever the column is called.
            if self.has_column(row, &column_name) {
                let name = syntax::ast::Name { text: column_name, span: name.value.span };
                return self.name(&name, scope);
            }
            if row.is_open {
                return None;
            }
        }
        let value = self.scalar(&otherwise.value, scope)?;
        Some(Expr { span, ..value })
    }

    fn is_column(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let [name] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return None;
        };
        let column = self.constant_text(&name.value, scope)?;
        let exists = scope.row.is_some_and(|row| self.has_column(row, &column));
        Some(constant(Value::Bool(exists), span))
    }

    /// One column of a call that gives several, as `operators::tuples` wrote it.
    fn tuple_column(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let [tuple, place] = call.arguments.as_slice() else { return None };
        let (TreeKind::Call(tuple), TreeKind::Literal(Literal::Long(place))) = (&tuple.value.kind, &place.value.kind)
        else {
            return None;
        };
        let info = self.catalog.function(&tuple.name.text, FunctionKind::Scalar)?;
        let (_, ty) = info.columns()?.get(usize::try_from(*place).ok()?)?;
        let all = self.catalog_call(info, tuple, span, scope)?;
        let kind = ExprKind::Path { base: Box::new(all), steps: vec![Step::Index(*place)] };
        self.cast(Expr { kind, ty: Type::Dynamic, span }, *ty, span)
    }

    /// A string that is known now.
    pub(crate) fn constant_text(&mut self, tree: &syntax::ast::Expr, scope: Scope<'_>) -> Option<String> {
        let expr = self.scalar(tree, scope)?;
        match expr.kind {
            ExprKind::Constant(Value::String(text)) => Some(text),
            _ => {
                self.error(codes::CONSTANT_EXPECTED, tree.span, "a string literal is expected here");
                None
            }
        }
    }

    /// `pack_all()`: a bag of every column of the input.
    fn pack_all(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let ignores_nulls = match call.arguments.as_slice() {
            [] => false,
            [flag] => match self.scalar(&flag.value, scope)?.kind {
                ExprKind::Constant(Value::Bool(flag)) => flag,
                _ => {
                    self.error(codes::CONSTANT_EXPECTED, flag.value.span, "`true` or `false` is expected here");
                    return None;
                }
            },
            _ => {
                self.argument_count(call, "0 to 1 arguments");
                return None;
            }
        };
        let Some(row) = scope.row else {
            return Some(constant(Value::Dynamic("{}".to_owned()), span));
        };
        if row.is_open {
            return None;
        }
        let pairs = row
            .schema()
            .iter()
            .enumerate()
            .filter(|(_, column)| !is_hidden(&column.name))
            .map(|(at, column)| (column.name.clone(), row.column_expr(at, span)))
            .collect();
        self.bag(if ignores_nulls { PACK_PRESENT } else { PACK }, pairs, span)
    }

    /// `column_names_of(T)`: known as soon as the table is bound.
    fn column_names_of(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let [argument] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return None;
        };
        let table = self.nested(|binder| binder.tabular(&argument.value, Scope::default()));
        if table.is_open {
            return None;
        }
        let mut json = String::from("[");
        for (at, column) in table.schema().iter().enumerate() {
            if at > 0 {
                json.push(',');
            }
            write_json(&Value::String(column.name.clone()), &mut json);
        }
        json.push(']');
        Some(constant(Value::Dynamic(json), span))
    }

    fn bag_pack_columns(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let mut pairs = vec![];
        for argument in &call.arguments {
            let expr = self.scalar(&argument.value, scope)?;
            pairs.push((implied_name(&argument.value).unwrap_or_default(), expr));
        }
        self.bag(PACK, pairs, span)
    }

    /// `bag_pack("a", a, …)`, or a relative of it that the catalog has.
    pub(crate) fn bag(&mut self, function: &str, pairs: Vec<(String, Expr)>, span: Span) -> Option<Expr> {
        if pairs.is_empty() {
            return Some(constant(Value::Dynamic("{}".to_owned()), span));
        }
        let Some(info) = self.catalog.function(function, FunctionKind::Scalar) else {
            self.unsupported(span, function);
            return None;
        };
        let arguments =
            pairs.into_iter().flat_map(|(name, value)| [constant(Value::String(name), span), value]).collect();
        Some(Expr { kind: ExprKind::Call { function: info.name, arguments }, ty: Type::Dynamic, span })
    }

    /// `extract(…, typeof(long))` is the text that `extract` finds, as a long; `percentile_tdigest` likewise.
    fn extract_as(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let wanted = self.type_at_end(call)?;
        let mut plain = call.clone();
        plain.arguments.pop();
        let text = self.call(&plain, span, scope)?;
        self.cast(text, wanted, span)
    }

    /// `percentiles_array_tdigest(…, typeof(long))`: a single percentile is a value of that type; several are an array, whose values have
    /// the type of the digest whatever is written.
    fn percentiles_as(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let mut plain = call.clone();
        plain.arguments.pop();
        let values = self.call(&plain, span, scope)?;
        let wanted = self.type_at_end(call)?;
        match &values.kind {
            ExprKind::Call { arguments, .. }
                if arguments.len() == 2 && arguments.iter().any(|each| each.ty.is_number()) =>
            {
                let kind = ExprKind::Path { base: Box::new(values), steps: vec![Step::Index(0)] };
                self.cast(Expr { kind, ty: Type::Dynamic, span }, wanted, span)
            }
            _ => Some(values),
        }
    }

    /// The type of a last argument `typeof(…)`.
    fn type_at_end(&mut self, call: &Call) -> Option<Type> {
        let TreeKind::TypeOf(TypeOf::Scalar(name)) = &call.arguments.last()?.value.kind else { return None };
        let wanted = Type::from_name(&name.text);
        if wanted.is_none() {
            self.error(codes::TYPE_NAME, name.span, format!("`{}` is not a type", name.text));
        }
        wanted
    }

    pub(super) fn argument_count(&mut self, call: &Call, takes: &str) {
        let message = format!("`{}` takes {takes}, found {}", call.name.text, call.arguments.len());
        self.error(codes::ARGUMENT_COUNT, call.name.span, message);
    }

    /// A whole number that an operator counts by: `take n`, `top n`.
    pub(crate) fn count(&mut self, tree: &syntax::ast::Expr) -> Option<Expr> {
        let expr = self.scalar(tree, Scope::default())?;
        match expr.ty {
            Type::Int | Type::Long | Type::Dynamic => Some(convert(expr, Type::Long)),
            other => {
                self.error(codes::INTEGER_EXPECTED, tree.span, format!("a whole number is expected, found a {other}"));
                None
            }
        }
    }
}

/// Is the last argument a `typeof(…)`?
fn ends_with_type(call: &Call) -> bool {
    call.arguments.last().is_some_and(|last| matches!(last.value.kind, TreeKind::TypeOf(TypeOf::Scalar(_))))
}
