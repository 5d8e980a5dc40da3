//! `scan`: finds sequences of rows, step by step.
//!
//! In: rows in order, the columns that are declared, and the steps. Out: the bound operator, whose expressions see the row and the states
//! of the steps as one wide row. A bare name is the row's own column, or a declared column's default; `step.name` is the step's state.

use syntax::Span;
use syntax::ast::{Expr as Tree, Scan as ScanTree, ScanStep as StepTree};

use super::{option_word, sort};
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, ScanOutput, ScanStep, ScanSteps, Table, TableKind};
use crate::codes;
use crate::convert::{convert, converts, is_constant};
use crate::names::{Names, state_column};
use crate::schema::{Column, Schema};
use crate::tabular::Tabular;
use crate::types::Type;

/// So many steps; each is asked about each row.
const STEPS_MAX: usize = 64;

/// - Shape: a row per match of a row with a step that has an output; columns of the input, the declared ones, the match id.
/// - Nulls: a declared column that a match does not assign has its default, else null.
pub(super) fn scan(b: &mut Binder<'_>, input: Tabular, tree: &ScanTree, keyword: Span, span: Span) -> Tabular {
    if input.is_open {
        return Tabular::open(span);
    }
    let input = if tree.order.is_empty() { input } else { sort::sort(b, input, &tree.order, span) };
    if !input.is_serialized {
        let message = "`scan` needs rows that have an order";
        let diagnostic = syntax::Diagnostic::error(codes::NOT_SERIALIZED, keyword, message);
        b.report(diagnostic.hint("put `sort by …` or `serialize` before it"));
        return Tabular::open(span);
    }
    let match_id = option_word(&tree.options, "with_match_id");
    if let (Some((_, place)), false) = (match_id, tree.partition.is_empty()) {
        b.unsupported(place, "scan with_match_id … partition by");
        return Tabular::open(span);
    }
    let before = b.error_count();
    let partition: Vec<Expr> = tree.partition.iter().filter_map(|key| partition_key(b, &input, key)).collect();
    let (declared, defaults) = declared(b, &input, tree);
    let steps = steps(b, &input, &declared, &tree.steps, span);
    let mut schema = input.schema().clone();
    schema.extend(declared);
    if let Some((name, place)) = match_id {
        if schema.iter().any(|column| column.name == name) {
            b.error(codes::DUPLICATE_COLUMN, place, format!("there is a column `{name}` already"));
        }
        schema.push(Column::new(name, Type::Long));
    }
    if b.error_count() > before {
        return Tabular::open(span);
    }
    let compat = input.compat;
    let scan = ScanSteps { input: input.table, partition, defaults, steps, has_match_id: match_id.is_some() };
    Tabular { compat, is_serialized: true, ..Tabular::new(TableKind::ScanSteps(Box::new(scan)), schema, span) }
}

fn partition_key(b: &mut Binder<'_>, input: &Tabular, key: &Tree) -> Option<Expr> {
    let expr = b.scalar(key, Scope::of(input))?;
    (!b.refuse_dynamic_key(&expr, key.span, "scan")).then_some(expr)
}

/// The declared columns and their defaults.
fn declared(b: &mut Binder<'_>, input: &Tabular, tree: &ScanTree) -> (Schema, Vec<Expr>) {
    let mut names = Names::default();
    for column in input.schema() {
        names.declare(&column.name);
    }
    let mut schema = vec![];
    let mut defaults = vec![];
    for (name, ty, default) in &tree.declare {
        let syntax::ast::TypeExpr::Scalar(ty_name) = ty else {
            b.error(codes::TYPE_NAME, name.span, format!("`{}` is declared as a table", name.text));
            continue;
        };
        let Some(ty) = Type::from_name(&ty_name.text) else {
            b.error(codes::TYPE_NAME, ty_name.span, format!("`{}` is not a type", ty_name.text));
            continue;
        };
        let value = match default {
            None => Some(crate::convert::constant(crate::value::Value::absent(ty), name.span)),
            Some(default) => default_value(b, default, ty),
        };
        let name = super::project::declared(b, &mut names, &name.text, name.span);
        if let (Some(name), Some(value)) = (name, value) {
            schema.push(Column::new(name, ty));
            defaults.push(value);
        }
    }
    (schema, defaults)
}

fn default_value(b: &mut Binder<'_>, tree: &Tree, ty: Type) -> Option<Expr> {
    let value = b.scalar(tree, Scope::default())?;
    if !is_constant(&value) {
        b.error(codes::CONSTANT_EXPECTED, tree.span, "a default must be known beforehand");
        return None;
    }
    assigned(b, value, ty, tree.span)
}

/// A value as the declared column's type.
fn assigned(b: &mut Binder<'_>, value: Expr, ty: Type, span: Span) -> Option<Expr> {
    if converts(value.ty, ty) {
        return Some(convert(value, ty));
    }
    let narrowed = convert(value.clone(), ty);
    if matches!(narrowed.kind, crate::bound::ExprKind::Constant(_)) {
        return Some(narrowed);
    }
    b.error(codes::EXACT_TYPE, span, format!("a value of type {ty} is expected here, found a {}", value.ty));
    None
}

/// Binds the steps, each over the row and the states of the steps up to its own.
fn steps(b: &mut Binder<'_>, input: &Tabular, declared: &[Column], trees: &[StepTree], span: Span) -> Vec<ScanStep> {
    if trees.len() > STEPS_MAX {
        b.error(codes::TOO_LARGE, span, format!("`scan` has more than {STEPS_MAX} steps"));
        return vec![];
    }
    let block: Schema = input.schema().iter().chain(declared).cloned().collect();
    let mut wide = Tabular {
        table: Table { kind: TableKind::OneRow, schema: block.clone(), span },
        compat: input.compat.clone(),
        faulty: input.faulty.clone(),
        ..Tabular::new(TableKind::OneRow, vec![], span)
    };
    let outer = std::mem::take(&mut b.scan_steps);
    let mut bound = vec![];
    for tree in trees {
        let name = &tree.name;
        if b.scan_steps.contains(&name.text) {
            b.error(codes::DUPLICATE_VARIABLE, name.span, format!("there is a step `{}` already", name.text));
            continue;
        }
        if tree.optional {
            b.unsupported(name.span, "an optional step of scan");
        }
        b.scan_steps.push(name.text.clone());
        wide.table
            .schema
            .extend(block.iter().map(|column| Column::new(state_column(&name.text, &column.name), column.ty)));
        bound.extend(step(b, &wide, declared, input.schema().len(), tree));
    }
    b.scan_steps = outer;
    bound
}

fn step(b: &mut Binder<'_>, wide: &Tabular, declared: &[Column], width: usize, tree: &StepTree) -> Option<ScanStep> {
    let output = match tree.output.as_ref().map(|output| (output.text.as_str(), output.span)) {
        None | Some(("all", _)) => ScanOutput::All,
        Some(("last", _)) => ScanOutput::Last,
        Some(("none", _)) => ScanOutput::None,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not an output of a step: all, last, none"));
            ScanOutput::All
        }
    };
    let condition = b.scalar(&tree.condition, Scope::of(wide));
    if let Some(condition) = &condition
        && condition.ty != Type::Bool
    {
        let message = format!("the condition must be a bool, found a {}", condition.ty);
        b.error(codes::EXACT_TYPE, tree.condition.span, message);
    }
    let mut assignments: Vec<(usize, Expr)> = vec![];
    for (name, value) in &tree.assignments {
        let Some(at) = declared.iter().position(|column| column.name == name.text) else {
            let message = format!("`{}` is not a column that this `scan` declares", name.text);
            b.error(codes::NAME_NOT_FOUND, name.span, message);
            continue;
        };
        let Some(bound) = b.scalar(value, Scope::of(wide)) else { continue };
        // Kusto's page does not say whether the bare name is the default still, or what was just assigned.
        let is_read = |at: usize| reads(&bound, width + at);
        if assignments.iter().any(|(before, _)| is_read(*before)) {
            b.unsupported(value.span, "scan: a value that reads a column assigned before it in the same step");
        }
        if let Some(bound) = declared.get(at).and_then(|column| assigned(b, bound, column.ty, value.span)) {
            assignments.push((at, bound));
        }
    }
    Some(ScanStep { output, condition: condition?, assignments })
}

/// Does the expression read that column?
fn reads(expr: &Expr, column: usize) -> bool {
    expr.kind == crate::bound::ExprKind::Column(column)
        || crate::wide::children(expr).into_iter().any(|child| reads(child, column))
}
