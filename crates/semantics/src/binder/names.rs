//! Names in scalar expressions: columns first, then compat names, variables, functions, tables; and what was meant when nothing fits.

use syntax::ast::Name;
use syntax::{Diagnostic, Fix, Span};

use super::{Binder, Calls, Scope};
use crate::bound::Expr;
use crate::codes;
use crate::convert::is_constant;
use crate::names::is_hidden;
use crate::scope::Binding;
use crate::signature::FunctionKind;
use crate::tabular::{Compat, Tabular};

/// A list of columns is worth showing when it fits a line.
const COLUMNS_SHOWN_MAX: usize = 12;

/// What a name is in a table.
enum Found {
    Column(usize),
    Compat(Compat),
    Faulty,
    No,
}

impl Binder<'_> {
    /// A name in a scalar expression.
    pub(super) fn name(&mut self, name: &Name, scope: Scope<'_>) -> Option<Expr> {
        if let Some(row) = scope.row {
            match self.find_column(row, &name.text) {
                Found::Column(column) => {
                    self.watch_column(name);
                    return self.column(row, column, name);
                }
                Found::Compat(compat) => {
                    self.watch_column(name);
                    self.warn_compat(&compat, name.span);
                    return self.column(row, compat.column, name);
                }
                Found::Faulty => return None,
                Found::No => {}
            }
        }
        match self.env.find(&name.text).cloned() {
            Some(Binding::Scalar { expr, extent }) => {
                return self.spend(extent, name.span).then_some(Expr { span: name.span, ..expr });
            }
            Some(Binding::Argument { expr, level, extent }) => {
                let expr = self.argument(expr, level, name.span)?;
                return self.spend(extent, name.span).then_some(expr);
            }
            Some(Binding::Function(function)) => return self.call_without_parentheses(&function, name, scope),
            Some(Binding::Pattern(_)) => {
                self.pattern_without_arguments(name);
                return None;
            }
            Some(Binding::Faulty) => return None,
            Some(Binding::Tabular(table)) => {
                if !table.is_open {
                    self.scalar_expected(name.span, &name.text);
                }
                return None;
            }
            None => {}
        }
        if scope.row.is_some_and(|row| row.is_open) {
            return None;
        }
        if self.catalog.function(&name.text, FunctionKind::Scalar).is_some() {
            let message = format!("the function `{}` needs its parentheses", name.text);
            self.error(codes::ARGUMENTS_MISSING, name.span, message);
        } else if self.catalog.table(&name.text).is_some() {
            self.scalar_expected(name.span, &name.text);
        } else {
            self.name_not_found(name, scope);
        }
        None
    }

    /// `$left.x`, `$right.y`, or a plain name that must be a column of that table.
    pub(crate) fn column_of(&mut self, table: &Tabular, name: &Name) -> Option<usize> {
        match self.find_column(table, &name.text) {
            Found::Column(column) => {
                self.watch_column(name);
                Some(column)
            }
            Found::Compat(compat) => {
                self.watch_column(name);
                self.warn_compat(&compat, name.span);
                Some(compat.column)
            }
            Found::Faulty => None,
            Found::No => {
                if !table.is_open {
                    self.name_not_found(name, Scope::of(table));
                }
                None
            }
        }
    }

    /// Is the name a column there, for whoever only asks?
    pub(crate) fn has_column(&self, table: &Tabular, name: &str) -> bool {
        !matches!(self.find_column(table, name), Found::No)
    }

    fn find_column(&self, table: &Tabular, name: &str) -> Found {
        if table.faulty.iter().any(|faulty| faulty == name) {
            return Found::Faulty;
        }
        if let Some(column) = table.column(name) {
            return Found::Column(column);
        }
        match table.compat.iter().find(|compat| compat.name == name) {
            Some(compat) => Found::Compat(compat.clone()),
            None => Found::No,
        }
    }

    fn column(&mut self, table: &Tabular, column: usize, name: &Name) -> Option<Expr> {
        if let Calls::Aggregates { .. } = self.calls {
            let message = format!("`{}` stands outside an aggregate; a group has many of it", name.text);
            let diagnostic = Diagnostic::error(codes::NOT_AN_AGGREGATE, name.span, message);
            self.report(diagnostic.hint(format!("group by it, or take one: `take_any({})`", name.text)));
            return None;
        }
        Some(table.column_expr(column, name.span))
    }

    /// An argument of the function at hand; one that differs from row to row means nothing inside another table.
    fn argument(&mut self, expr: Expr, level: usize, span: Span) -> Option<Expr> {
        if level != self.level && !is_constant(&expr) {
            let message = "a value that differs from row to row cannot be used inside another table";
            self.error(codes::CONSTANT_EXPECTED, span, message);
            return None;
        }
        Some(expr)
    }

    fn warn_compat(&mut self, compat: &Compat, span: Span) {
        let Compat { name, stands_for, table, .. } = compat;
        // The column is then called otherwise in the result, which others may read.
        let fix =
            Fix { title: format!("write `{stands_for}`"), edits: vec![(span, stands_for.to_string())], is_safe: false };
        let message = match table {
            Some(table) => {
                format!("Microsoft's table `{table}` has no column `{name}`; it stands here for `{stands_for}`")
            }
            None => format!("`{name}` has several types in this union; it stands here for `{stands_for}`"),
        };
        self.report(Diagnostic::warning(codes::NAME_NOT_FOUND, span, message).fix(fix));
    }

    /// A table stands where a value should.
    pub(super) fn scalar_expected(&mut self, span: Span, name: &str) {
        let message = format!("a single value is expected here, and `{name}` is a table");
        let diagnostic = Diagnostic::error(codes::SCALAR_EXPECTED, span, message);
        self.report(diagnostic.hint(format!("`toscalar({name})` takes its first value")));
    }

    pub(crate) fn name_not_found(&mut self, name: &Name, scope: Scope<'_>) {
        if scope.row.is_some_and(|row| self.misses(row, name)) {
            return;
        }
        let mut known: Vec<String> = self.env.names().iter().map(|name| (*name).to_owned()).collect();
        let columns = scope.row.map(|row| row.schema().as_slice()).unwrap_or_default();
        let columns: Vec<_> = columns.iter().filter(|column| !is_hidden(&column.name)).collect();
        known.extend(columns.iter().map(|column| column.name.clone()));
        if scope.row.is_none() {
            known.extend(self.catalog.table_names());
        }
        let message = format!("`{}` is not a known column, table, variable or function", name.text);
        let mut diagnostic = Diagnostic::error(codes::NAME_NOT_FOUND, name.span, message);
        if let Some(meant) = closest(&name.text, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.meant(Some(meant), &name.text);
        } else if (1..=COLUMNS_SHOWN_MAX).contains(&columns.len()) {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            diagnostic = diagnostic.hint(format!("columns here: {}", names.join(", ")));
        }
        self.report(diagnostic);
    }
}

/// The known name nearest to one that was written, when it is near: letters differ in case only, or few are wrong.
pub(crate) fn closest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    alike(written, known).max_by(|(left, _), (right, _)| left.total_cmp(right)).map(|(_, name)| name)
}

/// The known names that are near to one that was written, the nearest first; of equally near ones the first known.
pub fn nearest_names<'n>(written: &str, known: impl IntoIterator<Item = &'n str>, count: usize) -> Vec<&'n str> {
    let mut found: Vec<(f64, &str)> = alike(written, known).collect();
    found.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let mut names: Vec<&str> = vec![];
    for (_, name) in found {
        if names.len() < count && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Names with how alike they are, as far as they are.
fn alike<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> impl Iterator<Item = (f64, &'n str)> {
    /// Below this likeness (1 is the same word) a suggestion is noise.
    const LIKENESS_MIN: f64 = 0.88;
    let lower = written.to_lowercase();
    let likeness = move |name: &str| strsim::jaro_winkler(&lower, &name.to_lowercase());
    known.into_iter().map(move |name| (likeness(name), name)).filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
}
