//! Calls of the catalog's functions: which form fits, what each argument becomes, and what comes out.

use syntax::ast::{Call, Expr as Tree};
use syntax::{Diagnostic, Span};

use super::{Binder, Calls, Scope, closest};
use crate::bound::{Aggregate, Expr, ExprKind};
use crate::codes;
use crate::convert::{common_type, constant, convert, converts, is_constant};
use crate::kusto_functions;
use crate::signature::{Accepts, FunctionInfo, FunctionKind, Parameter, Returns, Signature};
use crate::types::Type;
use crate::value::Value;

/// A call that fits a signature.
pub(super) struct Fitted {
    pub(super) arguments: Vec<Expr>,
    pub(super) returns: Type,
}

/// Why a call does not fit.
enum Misfit {
    Count,
    Type {
        at: usize,
        code: &'static str,
        expected: String,
    },
    Constant {
        at: usize,
        name: &'static str,
    },
    NoCommonType,
    /// Several forms take so many arguments, and none takes these.
    Forms,
}

impl Binder<'_> {
    /// A call that gives a single value.
    pub(super) fn call(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        if let Some(result) = self.graph_call(call, span, scope) {
            return result;
        }
        if let Some(result) = self.call_of_query_function(call, span, scope) {
            return self.scalar_of(result, span);
        }
        if let Some(result) = self.special_form(call, span, scope) {
            return result;
        }
        let name = call.name.text.as_str();
        let collects_aggregates = matches!(self.calls, Calls::Aggregates { .. });
        if collects_aggregates && let Some(info) = self.catalog.function(name, FunctionKind::Aggregate) {
            return self.aggregate_in_expression(info, call, span, scope);
        }
        if let Some(info) = self.catalog.function(name, FunctionKind::Scalar) {
            if info.columns().is_some() {
                let message = format!("`{name}` gives several columns, and one value is expected here");
                let diagnostic = Diagnostic::error(codes::SCALAR_EXPECTED, span, message);
                self.report(diagnostic.hint("make columns of it first: `extend (a, b) = …`"));
                return None;
            }
            return self.catalog_call(info, call, span, scope);
        }
        if let Some(info) = self.catalog.function(name, FunctionKind::Window) {
            return self.window(info, call, span, scope);
        }
        if let Some(result) = self.call_of_stored_function(call, span, scope) {
            return self.scalar_of(result, span);
        }
        if self.catalog.function(name, FunctionKind::Aggregate).is_some() {
            let message = format!("the aggregate function `{name}` is not allowed here");
            let diagnostic = Diagnostic::error(codes::AGGREGATE_NOT_ALLOWED, call.name.span, message);
            self.report(diagnostic.hint("aggregates belong into `summarize`"));
            return None;
        }
        self.function_not_found(call);
        None
    }

    /// A call of a scalar function of the catalog.
    pub(super) fn catalog_call(
        &mut self,
        info: &'static FunctionInfo,
        call: &Call,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Expr> {
        let arguments = self.arguments(call, scope)?;
        let fitted = self.fit(info, arguments, call)?;
        let kind = ExprKind::Call { function: info.name, arguments: fitted.arguments };
        Some(Expr { kind, ty: fitted.returns, span })
    }

    /// Says that a function is not there: not built, misspelt, or unknown.
    pub(super) fn function_not_found(&mut self, call: &Call) {
        let name = call.name.text.as_str();
        if kusto_functions::is_documented(name) {
            self.unsupported(call.name.span, name);
            return;
        }
        let diagnostic =
            Diagnostic::error(codes::FUNCTION_NOT_FOUND, call.name.span, format!("`{name}` is not a known function"));
        let mut known: Vec<String> = [FunctionKind::Scalar, FunctionKind::Aggregate, FunctionKind::Window]
            .into_iter()
            .flat_map(|kind| self.catalog.function_names(kind))
            .map(str::to_owned)
            .collect();
        known.extend(self.catalog.stored_function_names());
        known.extend(self.env.names().into_iter().map(str::to_owned));
        let meant = closest(name, known.iter().map(String::as_str));
        self.report(diagnostic.meant(meant, name));
    }

    /// The arguments of a built-in function. A name before one only names the value, as it does everywhere in Kusto.
    fn arguments(&mut self, call: &Call, scope: Scope<'_>) -> Option<Vec<Expr>> {
        let bound: Vec<Option<Expr>> =
            call.arguments.iter().map(|argument| self.scalar(&argument.value, scope)).collect();
        bound.into_iter().collect()
    }

    /// Finds the form of a function that takes these arguments, and converts them.
    pub(super) fn fit(&mut self, info: &'static FunctionInfo, arguments: Vec<Expr>, call: &Call) -> Option<Fitted> {
        let mut misfit = Misfit::Count;
        for signature in info.signatures {
            match fit_signature(info.name, signature, &arguments) {
                Ok(fitted) => return Some(fitted),
                // A form with the right number of arguments says more of what is wrong; of two such forms none says it all.
                Err(Misfit::Count) => {}
                Err(Misfit::Type { .. }) if matches!(misfit, Misfit::Type { .. } | Misfit::Forms) => {
                    misfit = Misfit::Forms;
                }
                Err(other) => misfit = other,
            }
        }
        let trees: Vec<&Tree> = call.arguments.iter().map(|argument| &argument.value).collect();
        self.report(misfit_message(info, &misfit, &arguments, &trees, call));
        None
    }

    /// A call of a scalar function that an operator needs; one that the catalog lacks is refused.
    pub(crate) fn builtin(&mut self, name: &str, arguments: Vec<Expr>, span: Span) -> Option<Expr> {
        let info = self.catalog.function(name, FunctionKind::Scalar);
        let fitted = info.and_then(|info| {
            let fits = |signature| fit_signature(info.name, signature, &arguments).ok();
            info.signatures.iter().find_map(fits).map(|fitted| (info.name, fitted))
        });
        match fitted {
            Some((function, fitted)) => {
                let kind = ExprKind::Call { function, arguments: fitted.arguments };
                Some(Expr { kind, ty: fitted.returns, span })
            }
            None => {
                self.unsupported(span, name);
                None
            }
        }
    }

    /// A call of a window function becomes a column that `serialize` adds.
    fn window(&mut self, info: &'static FunctionInfo, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        if !matches!(self.calls, Calls::Windows { .. }) {
            let message = format!("`{}` is not allowed here", info.name);
            self.error(codes::NOT_SERIALIZED, call.name.span, message);
            return None;
        }
        if let Some(row) = scope.row
            && !row.is_serialized
            && !row.is_open
        {
            let message = format!("`{}` needs rows that have an order", info.name);
            let diagnostic = Diagnostic::error(codes::NOT_SERIALIZED, call.name.span, message);
            self.report(diagnostic.hint("put `sort by …` or `serialize` before it"));
            return None;
        }
        // An argument may be a window function itself: `row_number(1, g != prev(g))`. It is collected first.
        let arguments = self.arguments(call, scope)?;
        let fitted = self.fit(info, arguments, call)?;
        let Calls::Windows { base, calls } = &mut self.calls else { return None };
        let column = *base + calls.len();
        let outputs = vec![fitted.returns];
        calls.push(Aggregate { function: info.name, arguments: fitted.arguments, outputs, span });
        Some(Expr { kind: ExprKind::Column(column), ty: fitted.returns, span })
    }
}

/// The parameter that takes the argument at a place, when there are `count` of them.
fn parameter_at(signature: &Signature, at: usize) -> Option<&'static Parameter> {
    let parameters = signature.parameters;
    match parameters.get(at) {
        Some(parameter) => Some(parameter),
        None if signature.repeated > 0 => {
            let first = parameters.len() - signature.repeated;
            parameters.get(first + (at - first) % signature.repeated)
        }
        None => None,
    }
}

fn fit_signature(name: &str, signature: &Signature, arguments: &[Expr]) -> Result<Fitted, Misfit> {
    let required = signature.parameters.iter().filter(|parameter| !parameter.optional).count();
    let has_room = signature.repeated > 0 || arguments.len() <= signature.parameters.len();
    if arguments.len() < required || !has_room {
        return Err(Misfit::Count);
    }
    let mut converted = vec![];
    let mut common_places = vec![];
    for (at, argument) in arguments.iter().enumerate() {
        let parameter = parameter_at(signature, at).ok_or(Misfit::Count)?;
        let accepts = if name == "case" { accepts_of_case(at, arguments.len())? } else { parameter.accepts };
        let argument =
            accept(accepts, argument.clone()).map_err(|(code, expected)| Misfit::Type { at, code, expected })?;
        if parameter.constant && !is_constant(&argument) {
            return Err(Misfit::Constant { at, name: parameter.name });
        }
        if accepts == Accepts::Common {
            common_places.push(at);
        }
        converted.push(argument);
    }
    let common = unify(name, &mut converted, &common_places)?;
    let types: Vec<Type> = converted.iter().map(|argument| argument.ty).collect();
    let returns = match signature.returns {
        Returns::Is(ty) => ty,
        Returns::Argument(at) => types.get(at).copied().unwrap_or(Type::Dynamic),
        Returns::Common => common.unwrap_or(Type::Dynamic),
        Returns::Computed(compute) => compute(&types),
        Returns::Columns(_) => Type::Dynamic,
    };
    Ok(Fitted { arguments: converted, returns })
}

/// `case(predicate, value, predicate, value, …, value)`: no list of repeated parameters describes the last one.
fn accepts_of_case(at: usize, count: usize) -> Result<Accepts, Misfit> {
    if count < 3 || count.is_multiple_of(2) {
        return Err(Misfit::Count);
    }
    let is_predicate = at.is_multiple_of(2) && at + 1 < count;
    Ok(if is_predicate { Accepts::Type(Type::Bool) } else { Accepts::Common })
}

/// Converts the arguments that must agree. Branches of `iff` and `case` that do not agree become dynamic, as Kusto's do.
fn unify(name: &str, arguments: &mut [Expr], places: &[usize]) -> Result<Option<Type>, Misfit> {
    if places.is_empty() {
        return Ok(None);
    }
    let types: Vec<Type> = places.iter().filter_map(|at| arguments.get(*at)).map(|argument| argument.ty).collect();
    let is_branching = matches!(name, "iff" | "iif" | "case");
    let mixes_dynamic = types.contains(&Type::Dynamic) && types.iter().any(|ty| *ty != Type::Dynamic);
    let common = match common_type(types) {
        Some(_) if mixes_dynamic && !is_branching => return Err(Misfit::NoCommonType),
        Some(ty) => ty,
        None if is_branching => Type::Dynamic,
        None => return Err(Misfit::NoCommonType),
    };
    for (at, slot) in arguments.iter_mut().enumerate() {
        if places.contains(&at) {
            let empty = constant(Value::Null(Type::Dynamic), slot.span);
            *slot = convert(std::mem::replace(slot, empty), common);
        }
    }
    Ok(Some(common))
}

/// One argument as its parameter takes it, or the code and phrase of what was expected.
fn accept(accepts: Accepts, argument: Expr) -> Result<Expr, (&'static str, String)> {
    let ty = argument.ty;
    match accepts {
        Accepts::Any | Accepts::Common | Accepts::AnyOrStar => Ok(argument),
        Accepts::Type(wanted) if converts(ty, wanted) => Ok(convert(argument, wanted)),
        Accepts::Type(wanted) => narrowed(argument, wanted).ok_or_else(|| expected_type(wanted)),
        Accepts::AnyOf(types) if types.contains(&ty) => Ok(argument),
        Accepts::AnyOf(types) => match types.iter().find(|wanted| converts(ty, **wanted)) {
            Some(wanted) => Ok(convert(argument, *wanted)),
            None => {
                let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
                let is_sum = types.len() > 2 && types.iter().all(|ty| ty.is_summable() || *ty == Type::DateTime);
                let code = if is_sum { codes::SUMMABLE_EXPECTED } else { codes::EXACT_TYPE };
                Err((code, names.join(" or ")))
            }
        },
        Accepts::Real if ty.is_number() || ty == Type::Dynamic => Ok(convert(argument, Type::Real)),
        Accepts::Number if ty.is_number() => Ok(argument),
        Accepts::Summable if ty.is_summable() || ty == Type::DateTime => Ok(argument),
        Accepts::Number | Accepts::Summable if ty == Type::Dynamic => Ok(convert(argument, Type::Real)),
        Accepts::Real | Accepts::Number => Err((codes::NUMBER_EXPECTED, "number".to_owned())),
        Accepts::Summable => Err((codes::SUMMABLE_EXPECTED, "number or timespan".to_owned())),
    }
}

/// A written whole number where an int is taken.
fn narrowed(argument: Expr, wanted: Type) -> Option<Expr> {
    let is_small = matches!(&argument.kind, ExprKind::Constant(Value::Long(value)) if i32::try_from(*value).is_ok());
    (wanted == Type::Int && is_small).then(|| convert(argument, wanted))
}

fn expected_type(wanted: Type) -> (&'static str, String) {
    let code = if wanted.is_whole() { codes::INTEGER_EXPECTED } else { codes::TYPE_EXPECTED };
    (code, wanted.name().to_owned())
}

fn misfit_message(
    info: &FunctionInfo,
    misfit: &Misfit,
    arguments: &[Expr],
    trees: &[&Tree],
    call: &Call,
) -> Diagnostic {
    let name = call.name.text.as_str();
    let place = |at: &usize| trees.get(*at).map_or(call.name.span, |tree| tree.span);
    match misfit {
        Misfit::Count => {
            let message = format!("`{name}` takes {}, found {}", counts(info), arguments.len());
            let has_range = info.signatures.iter().any(|signature| signature.repeated > 0);
            let code = if has_range { codes::ARGUMENT_COUNT_RANGE } else { codes::ARGUMENT_COUNT };
            Diagnostic::error(code, call.name.span, message).hint(format!("its form is {}", forms(info)))
        }
        Misfit::Type { at, code, expected } => {
            let found = arguments.get(*at).map_or("another", |argument| argument.ty.name());
            let code = match *code {
                codes::TYPE_EXPECTED if expected == Type::Dynamic.name() => nested_code(info.name),
                other => other,
            };
            let message = format!("`{name}` expects a value of type {expected} here, found a {found}");
            Diagnostic::error(code, place(at), message)
        }
        Misfit::Forms => {
            let types: Vec<&str> = arguments.iter().map(|argument| argument.ty.name()).collect();
            let message = format!("no form of `{name}` takes arguments of the types {}", types.join(", "));
            Diagnostic::error(codes::NO_FORM_FITS, call.name.span, message)
                .hint(format!("its forms are {}", forms(info)))
        }
        Misfit::Constant { at, name: parameter } => {
            let message = format!("the argument `{parameter}` of `{name}` must be a constant");
            Diagnostic::error(codes::CONSTANT_EXPECTED, place(at), message)
        }
        Misfit::NoCommonType => {
            let types: Vec<&str> = arguments.iter().map(|argument| argument.ty.name()).collect();
            let message = format!("the arguments of `{name}` have no common type: {}", types.join(", "));
            Diagnostic::error(codes::NO_COMMON_TYPE, call.name.span, message)
        }
    }
}

/// Which code says that a function wants an array, or a bag; Kusto has one for each.
fn nested_code(function: &str) -> &'static str {
    match function.split('_').next() {
        Some("array" | "set") => codes::ARRAY_EXPECTED,
        Some("bag") => codes::BAG_EXPECTED,
        _ => codes::TYPE_EXPECTED,
    }
}

/// `1 argument`, `2 to 3 arguments`, `at least 2 arguments`.
fn counts(info: &FunctionInfo) -> String {
    let least = info
        .signatures
        .iter()
        .map(|signature| signature.parameters.iter().filter(|parameter| !parameter.optional).count())
        .min()
        .unwrap_or(0);
    let most = info.signatures.iter().map(|signature| signature.parameters.len()).max().unwrap_or(0);
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    if info.signatures.iter().any(|signature| signature.repeated > 0) {
        format!("at least {least} argument{}", plural(least))
    } else if least == most {
        format!("{least} argument{}", plural(least))
    } else {
        format!("{least} to {most} arguments")
    }
}

/// `substring(source, startingIndex, [length])`.
fn forms(info: &FunctionInfo) -> String {
    let forms: Vec<String> =
        info.signatures
            .iter()
            .map(|signature| {
                let parameters: Vec<String> =
                    signature
                        .parameters
                        .iter()
                        .map(|parameter| {
                            if parameter.optional { format!("[{}]", parameter.name) } else { parameter.name.to_owned() }
                        })
                        .collect();
                let more = if signature.repeated > 0 { ", …" } else { "" };
                format!("`{}({}{more})`", info.name, parameters.join(", "))
            })
            .collect();
    forms.join(" or ")
}
