//! Names that a query declares (`let`, parameters, patterns, `as`) and where each is used.
//!
//! In: a draft, an offset, a catalog. Out: places. Scopes follow the tree, so that a query with mistakes has them too; a name that is a column where
//! it stands, as binding says, is no use of a variable.

use std::collections::{HashMap, HashSet};

use syntax::Span;
use syntax::ast::{
    Body, Call, Expr, ExprKind, Name, NamedExpr, Operator, OperatorKind, OperatorOption, Parameter, Statement,
    StatementKind, TypeExpr,
};
use syntax::visit::{Visitor, walk_expr, walk_operator, walk_query, walk_statement};

use super::Draft;
use crate::catalog::Catalog;

/// A declared name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name.
    pub name: String,
    /// Where it is declared.
    pub declaration: Span,
    /// All of the declaration: the statement, or the parameter.
    pub whole: Span,
    /// Where it is used, in the order of the text.
    pub uses: Vec<Span>,
    /// The uses that also name a column of an operator that can name it otherwise: `extend x`.
    pub(super) naming: Vec<Span>,
}

/// The name that is declared or used at a place.
pub fn declaration_at(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Option<Found> {
    among(draft, offset, draft.seen(offset, catalog).columns)
}

/// The same, where it is known which names are columns.
pub(super) fn among(draft: &Draft<'_>, offset: u32, columns: HashSet<Span>) -> Option<Found> {
    declarations(draft, columns).into_iter().find(|found| {
        let is_here = |span: &Span| span.start <= offset && offset <= span.end;
        is_here(&found.declaration) || found.uses.iter().any(is_here)
    })
}

/// Every name that the query declares.
fn declarations(draft: &Draft<'_>, columns: HashSet<Span>) -> Vec<Found> {
    let mut walk = Walk { columns, ..Walk::default() };
    walk_query(&mut walk, &draft.parsed.query);
    walk.found.iter_mut().for_each(|found| found.uses.sort_by_key(|span| span.start));
    walk.found
}

#[derive(Default)]
struct Walk {
    columns: HashSet<Span>,
    found: Vec<Found>,
    /// What each name in scope is; a list of those that hid each other.
    scope: HashMap<String, Vec<usize>>,
    /// The declarations in scope, in order, to leave a scope again.
    declared: Vec<usize>,
    /// The parameters of functions.
    parameters: HashMap<usize, Vec<usize>>,
    /// Values of options, which are words.
    words: HashSet<Span>,
}

impl Walk {
    fn declare(&mut self, name: &Name, whole: Span) -> usize {
        let at = self.found.len();
        let found = Found { name: name.text.clone(), declaration: name.span, whole, uses: vec![], naming: vec![] };
        self.found.push(found);
        self.enter(name.text.clone(), at);
        at
    }

    fn enter(&mut self, name: String, at: usize) {
        self.scope.entry(name).or_default().push(at);
        self.declared.push(at);
    }

    fn leave(&mut self, size: usize) {
        while self.declared.len() > size {
            let Some(at) = self.declared.pop() else { break };
            if let Some(hidden) = self.found.get(at).and_then(|found| self.scope.get_mut(&found.name)) {
                hidden.pop();
            }
        }
    }

    fn resolve(&mut self, name: &Name) -> Option<usize> {
        if self.columns.contains(&name.span) || self.words.contains(&name.span) {
            return None;
        }
        let at = *self.scope.get(&name.text)?.last()?;
        self.found.get_mut(at)?.uses.push(name.span);
        Some(at)
    }

    fn call(&mut self, call: &Call) {
        let callee = self.resolve(&call.name);
        let parameters = callee.and_then(|at| self.parameters.get(&at)).cloned().unwrap_or_default();
        for name in call.arguments.iter().filter_map(|argument| argument.name.as_ref()) {
            let meant = parameters.iter().find(|at| self.found.get(**at).is_some_and(|found| found.name == name.text));
            if let Some(found) = meant.and_then(|at| self.found.get_mut(*at)) {
                found.uses.push(name.span);
            }
        }
    }

    /// The parameters are names of the body only.
    fn function(&mut self, parameters: &[Parameter], body: &Body) -> Vec<usize> {
        let size = self.declared.len();
        for default in parameters.iter().filter_map(|parameter| parameter.default.as_ref()) {
            self.visit_expr(default);
        }
        let declared = parameters.iter().map(|parameter| self.declare(&parameter.name, whole(parameter))).collect();
        body.statements.iter().for_each(|statement| self.visit_statement(statement));
        if let Some(expression) = &body.expression {
            self.visit_expr(expression);
        }
        self.leave(size);
        declared
    }

    fn note_naming(&mut self, columns: &[NamedExpr]) {
        for column in columns.iter().filter(|column| column.names.is_empty()) {
            let ExprKind::Name(name) = &column.value.kind else { continue };
            if self.columns.contains(&name.span) {
                continue;
            }
            let found = self.scope.get(&name.text).and_then(|hidden| hidden.last()).copied();
            if let Some(found) = found.and_then(|at| self.found.get_mut(at)) {
                found.naming.push(name.span);
            }
        }
    }
}

impl Visitor for Walk {
    fn visit_statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let parameters = match &value.kind {
                    ExprKind::Lambda { parameters, body, .. } => self.function(parameters, body),
                    _ => {
                        self.visit_expr(value);
                        vec![]
                    }
                };
                let at = self.declare(name, statement.span);
                self.parameters.insert(at, parameters);
            }
            StatementKind::QueryParameters { parameters } => {
                for parameter in parameters {
                    self.declare(&parameter.name, whole(parameter));
                }
            }
            StatementKind::Pattern(pattern) => {
                self.declare(&pattern.name, statement.span);
                for case in &pattern.cases {
                    self.function(&pattern.parameters, &case.body);
                }
            }
            _ => walk_statement(self, statement),
        }
    }

    fn visit_operator(&mut self, operator: &Operator) {
        let values = options(&operator.kind).iter().map(|option| option.value.span);
        self.words.extend(values);
        match &operator.kind {
            // They name columns and nothing else.
            OperatorKind::ProjectAway { .. }
            | OperatorKind::ProjectKeep { .. }
            | OperatorKind::ProjectReorder { .. }
            | OperatorKind::ProjectRename { .. } => return,
            OperatorKind::Extend { columns }
            | OperatorKind::Project { columns }
            | OperatorKind::Serialize { columns, .. } => {
                self.note_naming(columns);
            }
            OperatorKind::Summarize { aggregates, by, .. } => {
                self.note_naming(aggregates);
                self.note_naming(by);
            }
            _ => {}
        }
        walk_operator(self, operator);
        if let OperatorKind::As { name, .. } = &operator.kind {
            self.declare(name, operator.span);
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.resolve(name);
            }
            ExprKind::Call(call) => {
                self.call(call);
                walk_expr(self, expr);
            }
            ExprKind::Lambda { parameters, body, .. } => {
                self.function(parameters, body);
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// A parameter with its type and default.
fn whole(parameter: &Parameter) -> Span {
    let ty = match &parameter.ty {
        TypeExpr::Scalar(name) => name.span,
        TypeExpr::Table(_, span) | TypeExpr::AnyTable(span) => *span,
    };
    let default = parameter.default.as_ref().map_or(ty, |default| default.span);
    parameter.name.span.to(ty).to(default)
}

/// The options of an operator whose values are words.
fn options(kind: &OperatorKind) -> &[OperatorOption] {
    match kind {
        OperatorKind::As { options, .. }
        | OperatorKind::Consume { options }
        | OperatorKind::Distinct { options, .. }
        | OperatorKind::Evaluate { options, .. }
        | OperatorKind::Partition { options, .. }
        | OperatorKind::Reduce { options, .. }
        | OperatorKind::Render { properties: options, .. }
        | OperatorKind::Search { options, .. }
        | OperatorKind::Serialize { options, .. }
        | OperatorKind::Sort { options, .. }
        | OperatorKind::Summarize { options, .. }
        | OperatorKind::Take { options, .. }
        | OperatorKind::Top { options, .. }
        | OperatorKind::Union { options, .. }
        | OperatorKind::Where { options, .. } => options,
        OperatorKind::Join(join) | OperatorKind::Lookup(join) => &join.options,
        OperatorKind::Find(find) => &find.options,
        OperatorKind::MakeSeries(series) => &series.options,
        OperatorKind::MvApply(apply) => &apply.options,
        OperatorKind::MvExpand(expand) => &expand.options,
        OperatorKind::Parse(parse) => &parse.options,
        OperatorKind::Scan(scan) => &scan.options,
        _ => &[],
    }
}
