//! Functions written in KQL: lambdas of the query and stored functions. A call is the body, bound with the arguments in scope.

use std::rc::Rc;

use syntax::Span;
use syntax::ast::{Argument, Call, ColumnDeclaration, Expr as Tree, ExprKind as TreeKind, Name, Parameter, TypeExpr};

use super::limits::{CALLS_MAX, INLINED_MAX};
use super::{Binder, Item, Scope};
use crate::bound::{Expr, ExprKind};
use crate::codes;
use crate::convert::{convert, converts, literal_as};
use crate::scope::{Binding, Function};
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;

impl Binder<'_> {
    /// A call of a function that the query declares; none when the name is not such a function.
    pub(super) fn call_of_query_function(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Option<Item>> {
        match self.env.find(&call.name.text)? {
            Binding::Function(function) => {
                let function = Rc::clone(function);
                Some(self.inline(&function, &call.arguments, call.name.span, span, scope))
            }
            Binding::Faulty => Some(None),
            Binding::Scalar { .. } | Binding::Argument { .. } | Binding::Tabular(_) | Binding::Pattern(_) => None,
        }
    }

    /// A call of a function that the catalog keeps as text; none when there is no such function.
    pub(super) fn call_of_stored_function(
        &mut self,
        call: &Call,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Option<Item>> {
        let function = self.stored_function(&call.name)?;
        Some(self.stored(function, &call.arguments, &call.name, span, scope))
    }

    /// Binds the body of a stored function.
    pub(super) fn stored(
        &mut self,
        function: Option<Rc<Function>>,
        arguments: &[Argument],
        name: &Name,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Item> {
        self.inline(&function?, arguments, name.span, span, scope)
    }

    /// `f` for `f()`.
    pub(super) fn call_without_parentheses(
        &mut self,
        function: &Rc<Function>,
        name: &Name,
        scope: Scope<'_>,
    ) -> Option<Expr> {
        let result = self.bare_call(function, name, scope);
        self.scalar_of(result, name.span)
    }

    /// A function by its name alone, which is a call when every parameter has a default.
    pub(super) fn bare_call(&mut self, function: &Rc<Function>, name: &Name, scope: Scope<'_>) -> Option<Item> {
        if function.parameters.iter().any(|parameter| parameter.default.is_none()) {
            let message = format!("the function `{}` needs its arguments", name.text);
            self.error(codes::ARGUMENTS_MISSING, name.span, message);
            return None;
        }
        self.inline(function, &[], name.span, name.span, scope)
    }

    /// The value of an item that must be one.
    pub(super) fn scalar_of(&mut self, item: Option<Item>, span: Span) -> Option<Expr> {
        match item? {
            Item::Scalar(expr) => Some(Expr { span, ..expr }),
            Item::Tabular(table) => {
                if !table.is_open {
                    self.scalar_expected(span, "it");
                }
                None
            }
        }
    }

    /// Binds a function's body with the arguments in place of its parameters.
    pub(super) fn inline(
        &mut self,
        function: &Rc<Function>,
        arguments: &[Argument],
        name: Span,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Item> {
        let is_running = self.stack.iter().any(|running| {
            Rc::ptr_eq(running, function) || (function.is_stored && running.is_stored && running.name == function.name)
        });
        if is_running {
            self.error(codes::RECURSION, name, format!("`{}` calls itself", function.name));
            return None;
        }
        if self.stack.len() >= CALLS_MAX {
            self.error(codes::TOO_LARGE, name, format!("functions call each other more than {CALLS_MAX} deep"));
            return None;
        }
        self.inlined += 1;
        if self.inlined > INLINED_MAX {
            let message = format!("the query's functions are called more than {INLINED_MAX} times in all");
            self.error(codes::TOO_LARGE, name, message);
            return None;
        }
        let places = self.match_arguments(function, arguments, name)?;
        let mut env = function.env.clone();
        let mut is_complete = true;
        for (parameter, argument) in function.parameters.iter().zip(places) {
            let binding = self.parameter(parameter, argument, name, scope);
            is_complete &= !matches!(binding, Binding::Faulty);
            env.declare(&parameter.name.text, binding);
        }
        if !is_complete {
            return None;
        }
        let outer_env = std::mem::replace(&mut self.env, env);
        let outer_allowed = std::mem::replace(&mut self.catalog.allowed, function.allowed.clone());
        let outer_foreign = self.foreign;
        if function.is_stored && self.foreign.is_none() {
            self.foreign = Some(span);
        }
        self.stack.push(Rc::clone(function));
        let item = self.descend(span, |binder| binder.body(&function.body));
        self.stack.pop();
        self.foreign = outer_foreign;
        self.catalog.allowed = outer_allowed;
        self.env = outer_env;
        item
    }

    /// The argument of each parameter, by place and by name; none where a default stands in.
    fn match_arguments<'t>(
        &mut self,
        function: &Function,
        arguments: &'t [Argument],
        name: Span,
    ) -> Option<Vec<Option<&'t Tree>>> {
        let mut places: Vec<Option<&Tree>> = vec![None; function.parameters.len()];
        let mut fits = true;
        for (at, argument) in arguments.iter().enumerate() {
            let at = match &argument.name {
                Some(wanted) => function.parameters.iter().position(|parameter| parameter.name.text == wanted.text),
                None => Some(at),
            };
            match (at.and_then(|at| places.get_mut(at)), &argument.name) {
                (Some(place), _) => *place = Some(&argument.value),
                (None, Some(wanted)) => {
                    let message = format!("`{}` has no parameter `{}`", function.name, wanted.text);
                    self.error(codes::ARGUMENT_NAME, wanted.span, message);
                    return None;
                }
                (None, None) => fits = false,
            }
        }
        let is_missing =
            |(place, parameter): (&Option<&Tree>, &Parameter)| place.is_none() && parameter.default.is_none();
        fits &= !places.iter().zip(&function.parameters).any(is_missing);
        if !fits {
            let count = function.parameters.len();
            let plural = if count == 1 { "" } else { "s" };
            let message = format!("`{}` takes {count} argument{plural}, found {}", function.name, arguments.len());
            self.error(codes::ARGUMENT_COUNT, name, message);
            return None;
        }
        Some(places)
    }

    fn parameter(&mut self, parameter: &Parameter, argument: Option<&Tree>, name: Span, scope: Scope<'_>) -> Binding {
        match &parameter.ty {
            TypeExpr::Scalar(ty) => {
                let Some(wanted) = Type::from_name(&ty.text) else {
                    self.error(codes::TYPE_NAME, ty.span, format!("`{}` is not a type", ty.text));
                    return Binding::Faulty;
                };
                let (value, extent) = self.measured(|binder| match (argument, &parameter.default) {
                    (Some(argument), _) => binder.scalar(argument, scope),
                    (None, Some(default)) => binder.scalar(default, Scope::default()),
                    (None, None) => None,
                });
                match value.and_then(|value| self.argument_as(value, wanted, name)) {
                    Some(expr) if self.is_low(&expr, name) => Binding::Argument { expr, level: self.level, extent },
                    _ => Binding::Faulty,
                }
            }
            TypeExpr::Table(columns, _) => {
                let Some(argument) = argument else { return Binding::Faulty };
                let table = self.tabular(argument, scope);
                let missing: Vec<&str> = columns
                    .iter()
                    .filter(|column| !table.is_open && !self.satisfies(&table, column))
                    .map(|column| column.name.text.as_str())
                    .collect();
                if !missing.is_empty() {
                    let message = format!(
                        "the table lacks columns that the function needs, or has them with another type: {}",
                        missing.join(", ")
                    );
                    self.error(codes::COLUMNS_MISSING, argument.span, message);
                    return Binding::Faulty;
                }
                Binding::Tabular(Rc::new(table))
            }
            TypeExpr::AnyTable(_) => match argument {
                Some(argument) => Binding::Tabular(Rc::new(self.tabular(argument, scope))),
                None => Binding::Faulty,
            },
        }
    }

    /// Does the table have the declared column, of that type?
    fn satisfies(&self, table: &Tabular, declared: &ColumnDeclaration) -> bool {
        match table.column(&declared.name.text).and_then(|at| table.schema().get(at)) {
            Some(column) => Type::from_name(&declared.ty.text).is_none_or(|ty| ty == column.ty),
            None => self.has_column(table, &declared.name.text),
        }
    }

    /// An argument as its parameter's type: by itself, by what was written, or by the conversion function.
    fn argument_as(&mut self, value: Expr, wanted: Type, span: Span) -> Option<Expr> {
        if converts(value.ty, wanted) {
            return Some(convert(value, wanted));
        }
        if let Some(value) = literal_as(&value, wanted) {
            return Some(value);
        }
        self.cast(value, wanted, span)
    }

    /// A value by the conversion function of a type: `tolong(…)`.
    pub(crate) fn cast(&mut self, value: Expr, wanted: Type, span: Span) -> Option<Expr> {
        if value.ty == wanted {
            return Some(value);
        }
        match self.catalog.function(conversion(wanted), FunctionKind::Scalar) {
            Some(info) => {
                let span = value.span;
                Some(Expr { kind: ExprKind::Call { function: info.name, arguments: vec![value] }, ty: wanted, span })
            }
            None => {
                let message = format!("a value of type {wanted} is expected, found a {}", value.ty);
                self.error(codes::TYPE_EXPECTED, span, message);
                None
            }
        }
    }

    /// `T | invoke f(…)`: the table is the first argument.
    pub(crate) fn invoke(&mut self, input: Tabular, call: &Call, span: Span) -> Tabular {
        let function = match self.env.find(&call.name.text) {
            Some(Binding::Function(function)) => Some(Rc::clone(function)),
            Some(_) => None,
            None => self.stored_function(&call.name).flatten(),
        };
        let Some(function) = function else {
            if call.name.text == "FileProfile" {
                return self.file_profile(input, call, span);
            }
            self.function_not_found(call);
            return Tabular::open(span);
        };
        // The input has no text of its own: it goes by a name that no query can write.
        let text = format!("$input{}", self.inlined);
        let place = input.table.span;
        let name = Name { text: text.clone(), span: place };
        let first = Argument { name: None, value: Tree { kind: TreeKind::Name(name), span: place } };
        let arguments: Vec<Argument> = std::iter::once(first).chain(call.arguments.iter().cloned()).collect();
        let outer = self.env.clone();
        self.env.declare(&text, Binding::Tabular(Rc::new(input)));
        let item = self.inline(&function, &arguments, call.name.span, span, Scope::default());
        self.env = outer;
        match item {
            Some(Item::Tabular(table)) => table,
            Some(Item::Scalar(_)) => {
                let message = format!("`{}` gives a single value, and `invoke` needs a table", function.name);
                self.error(codes::TABLE_EXPECTED, call.name.span, message);
                Tabular::open(span)
            }
            None => Tabular::open(span),
        }
    }
}

fn conversion(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "tobool",
        Type::Int => "toint",
        Type::Long => "tolong",
        Type::Real => "toreal",
        Type::Decimal => "todecimal",
        Type::String => "tostring",
        Type::DateTime => "todatetime",
        Type::TimeSpan => "totimespan",
        Type::Guid => "toguid",
        Type::Dynamic => "todynamic",
    }
}
