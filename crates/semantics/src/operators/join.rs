//! `join` and `lookup`: rows of two tables that meet on equal keys.

use syntax::ast::{
    BinaryOp, Expr as Tree, ExprKind as TreeKind, Join as JoinTree, JoinCondition, Name, OperatorOption,
};
use syntax::{Diagnostic, Span};

use super::option_word;
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, ExprKind, Join, JoinKind, TableKind};
use crate::codes;
use crate::convert::{convert, converts};
use crate::names::{Names, is_side};
use crate::schema::Schema;
use crate::tabular::{Compat, Tabular, has_column};
use crate::types::Type;

/// - Shape: the left columns, then the right ones, which get a number behind names that are taken; one side only for semi and anti kinds.
pub(super) fn join(b: &mut Binder<'_>, left: Tabular, tree: &JoinTree, span: Span) -> Tabular {
    let kind = join_kind(b, &tree.options);
    let right = b.tabular(&tree.right, Scope::default());
    b.watch_right(&right, span);
    let keys = join_keys(b, &left, &right, &tree.condition, span);
    let (Some(kind), Some(keys)) = (kind, keys) else { return after_fault(left, right, kind, span) };
    build(left, right, kind, keys, span)
}

/// `lookup`: a join whose right keys, being the left ones again, are left out.
pub(super) fn lookup(b: &mut Binder<'_>, left: Tabular, tree: &JoinTree, span: Span) -> Tabular {
    let kind = match option_word(&tree.options, "kind") {
        None | Some(("leftouter", _)) => Some(JoinKind::LeftOuter),
        Some(("inner", _)) => Some(JoinKind::Inner),
        Some((_, place)) => {
            b.error(codes::OPTION_VALUE, place, "`lookup` has the kinds leftouter and inner");
            None
        }
    };
    let right = b.tabular(&tree.right, Scope::default());
    b.watch_right(&right, span);
    let keys = join_keys(b, &left, &right, &tree.condition, span);
    let (Some(kind), Some(keys)) = (kind, keys) else { return after_fault(left, right, kind, span) };
    let width = left.schema().len();
    let dropped: Vec<usize> = keys.iter().filter_map(|(_, right)| key_column(right)).collect();
    // The dropped columns take no name from those that stay.
    let mut names = Names::default();
    let mut schema: Schema = left.schema().clone();
    for column in &schema {
        names.unique(&column.name);
    }
    let kept: Vec<usize> = (0..right.schema().len()).filter(|at| !dropped.contains(at)).collect();
    let kept_columns: Schema = kept.iter().filter_map(|at| right.schema().get(*at).cloned()).collect();
    schema.extend(beside(&mut names, &kept_columns));
    let joined = build(left, right, kind, keys, span);
    let columns: Vec<Expr> =
        (0..width).chain(kept.iter().map(|at| width + at)).map(|at| joined.column_expr(at, span)).collect();
    joined.project(columns, schema, span)
}

fn join_kind(b: &mut Binder<'_>, options: &[OperatorOption]) -> Option<JoinKind> {
    Some(match option_word(options, "kind") {
        None | Some(("innerunique", _)) => JoinKind::InnerUnique,
        Some(("inner", _)) => JoinKind::Inner,
        Some(("leftouter", _)) => JoinKind::LeftOuter,
        Some(("rightouter", _)) => JoinKind::RightOuter,
        Some(("fullouter", _)) => JoinKind::FullOuter,
        Some(("leftsemi", _)) => JoinKind::LeftSemi,
        Some(("rightsemi", _)) => JoinKind::RightSemi,
        Some(("leftanti" | "anti" | "leftantisemi", _)) => JoinKind::LeftAnti,
        Some(("rightanti" | "rightantisemi", _)) => JoinKind::RightAnti,
        Some((other, place)) => {
            let message = format!("`{other}` is not a kind of join");
            let kinds =
                "innerunique, inner, leftouter, rightouter, fullouter, leftsemi, rightsemi, leftanti, rightanti";
            b.report(Diagnostic::error(codes::OPTION_VALUE, place, message).hint(format!("kinds: {kinds}")));
            return None;
        }
    })
}

/// The pairs that must be equal, converted to one type each; none when a condition was wrong.
fn join_keys(
    b: &mut Binder<'_>,
    left: &Tabular,
    right: &Tabular,
    condition: &JoinCondition,
    span: Span,
) -> Option<Vec<(Expr, Expr)>> {
    let conditions = match condition {
        JoinCondition::On(conditions) => conditions,
        JoinCondition::Where(predicate) => {
            b.unsupported(predicate.span, "join … where");
            return None;
        }
        JoinCondition::None => {
            b.error(codes::JOIN_CONDITION, span, "a join needs a condition: `on Column`");
            return None;
        }
    };
    let mut keys = vec![];
    let mut is_complete = true;
    for condition in conditions {
        for equality in conjunction(condition) {
            match join_key(b, left, right, equality) {
                Some(key) => keys.push(key),
                None => is_complete = false,
            }
        }
    }
    is_complete.then_some(keys)
}

/// The terms of `a and b and c`.
fn conjunction(tree: &Tree) -> Vec<&Tree> {
    match &tree.kind {
        TreeKind::Binary { op: BinaryOp::And, left, right, .. } => {
            let mut terms = conjunction(left);
            terms.extend(conjunction(right));
            terms
        }
        TreeKind::Paren(inner) => conjunction(inner),
        _ => vec![tree],
    }
}

fn join_key(b: &mut Binder<'_>, left: &Tabular, right: &Tabular, tree: &Tree) -> Option<(Expr, Expr)> {
    match &tree.kind {
        TreeKind::Name(name) => {
            let pair = common_column(b, left, right, name)?;
            agree(b, pair, tree.span, codes::COMMON_COLUMN_TYPE)
        }
        TreeKind::Binary { op: BinaryOp::Equal, left: first, right: second, .. } => {
            let (first, second) = if side_of(first) == Some("$right") && side_of(second) == Some("$left") {
                (second, first)
            } else {
                (first, second)
            };
            let first = side_column(b, left, first, "$left");
            let second = side_column(b, right, second, "$right");
            agree(b, (first?, second?), tree.span, codes::JOIN_KEY_TYPES)
        }
        TreeKind::Missing => {
            b.is_incomplete = true;
            None
        }
        _ => {
            let message = "a join condition is a column of both tables, or `$left.a == $right.b`";
            b.error(codes::JOIN_CONDITION, tree.span, message);
            None
        }
    }
}

/// One name, a column on both sides.
fn common_column(b: &mut Binder<'_>, left: &Tabular, right: &Tabular, name: &Name) -> Option<(Expr, Expr)> {
    let in_left = left.is_open || b.has_column(left, &name.text);
    let in_right = right.is_open || b.has_column(right, &name.text);
    match (in_left, in_right) {
        (true, true) => {}
        (false, false) => {
            b.name_not_found(name, Scope::of(left));
            return None;
        }
        (in_left, _) if b.misses(if in_left { right } else { left }, name) => return None,
        (in_left, _) => {
            let message = format!("the column `{}` must exist on both sides of the join", name.text);
            let lacking = if in_left { "the right side lacks it" } else { "the left side lacks it" };
            b.report(Diagnostic::error(codes::JOIN_COLUMN_MISSING, name.span, message).hint(lacking));
            return None;
        }
    }
    let (first, second) = (b.column_of(left, name), b.column_of(right, name));
    Some((left.column_expr(first?, name.span), right.column_expr(second?, name.span)))
}

/// `$left` of `$left.a`.
fn side_of(tree: &Tree) -> Option<&str> {
    match &tree.kind {
        TreeKind::Member { base, .. } | TreeKind::Index { base, .. } => match &base.kind {
            TreeKind::Name(side) if is_side(&side.text) => Some(&side.text),
            _ => side_of(base),
        },
        TreeKind::Paren(inner) => side_of(inner),
        _ => None,
    }
}

fn side_column(b: &mut Binder<'_>, table: &Tabular, tree: &Tree, side: &str) -> Option<Expr> {
    match &tree.kind {
        TreeKind::Paren(inner) => return side_column(b, table, inner, side),
        TreeKind::Member { base, name } => {
            if let TreeKind::Name(written) = &base.kind
                && written.text == side
            {
                let column = b.column_of(table, name)?;
                return Some(table.column_expr(column, tree.span));
            }
        }
        _ => {}
    }
    let message = format!("this side of the condition must be `{side}.` and a column");
    b.error(codes::JOIN_OPERAND, tree.span, message);
    None
}

/// Both keys as one type: numbers widen, nothing else gives way.
fn agree(b: &mut Binder<'_>, keys: (Expr, Expr), span: Span, code: &'static str) -> Option<(Expr, Expr)> {
    let (left, right) = keys;
    let is_common = code == codes::COMMON_COLUMN_TYPE;
    let dynamic = [&left, &right].into_iter().find(|key| key.ty == Type::Dynamic);
    if let Some(dynamic) = dynamic.filter(|_| !is_common || left.ty == right.ty) {
        let diagnostic =
            Diagnostic::error(codes::JOIN_KEY_DYNAMIC, dynamic.span, "a dynamic cannot be a key of `join`");
        b.report(diagnostic.hint("say what the value is before the join: `extend k = tostring(…)`"));
        return None;
    }
    let ty = match (left.ty, right.ty) {
        (a, b) if converts(a, b) && b != Type::Dynamic && a != Type::Dynamic => b,
        (a, b) if converts(b, a) && b != Type::Dynamic && a != Type::Dynamic => a,
        (a, other) => {
            b.error(code, span, format!("the join compares a {a} with a {other}"));
            return None;
        }
    };
    Some((convert(left, ty), convert(right, ty)))
}

fn key_column(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Column(column) => Some(*column),
        ExprKind::Convert(inner) => key_column(inner),
        _ => None,
    }
}

/// The columns of a right side under names that the left side has not taken.
pub(crate) fn named_beside(left: &Schema, right: &Schema) -> Schema {
    let mut names = Names::default();
    for column in left {
        names.unique(&column.name);
    }
    beside(&mut names, right)
}

/// Right columns under names that the left ones have not taken; those that need no change come first.
fn beside(names: &mut Names, right: &Schema) -> Schema {
    let is_free: Vec<bool> = right.iter().map(|column| !names.is_used(&column.name)).collect();
    for (column, is_free) in right.iter().zip(&is_free) {
        if *is_free {
            names.unique(&column.name);
        }
    }
    let rename = |(column, is_free): (&crate::Column, &bool)| {
        let name = if *is_free { column.name.clone() } else { names.unique(&column.name) };
        crate::Column::new(name, column.ty)
    };
    right.iter().zip(&is_free).map(rename).collect()
}

fn build(left: Tabular, right: Tabular, kind: JoinKind, keys: Vec<(Expr, Expr)>, span: Span) -> Tabular {
    let one_side = match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => Some(left.clone()),
        JoinKind::RightSemi | JoinKind::RightAnti => Some(right.clone()),
        _ => None,
    };
    let is_open = left.is_open || right.is_open;
    let mut result = match one_side {
        Some(side) => side,
        None => both_sides(&left, &right),
    };
    let join = Join { kind, left: left.table, right: right.table, keys };
    result.table.kind = TableKind::Join(Box::new(join));
    result.table.span = span;
    Tabular { is_open, is_serialized: false, ..result }
}

/// The columns, compat names and faults of a join with both sides.
fn both_sides(left: &Tabular, right: &Tabular) -> Tabular {
    let mut names = Names::default();
    let mut schema: Schema = left.schema().clone();
    for column in &schema {
        names.unique(&column.name);
    }
    let width = schema.len();
    let right_columns = beside(&mut names, right.schema());
    let mut faulty = left.faulty.clone();
    for (old, new) in right.schema().iter().zip(&right_columns) {
        if right.faulty.contains(&old.name) {
            faulty.push(new.name.clone());
        }
    }
    // A fault that has no column yet takes a name as the column would have.
    for name in right.faulty.iter().filter(|name| !has_column(right.schema(), name)) {
        faulty.push(names.unique(name));
    }
    schema.extend(right_columns);
    let mut compat = left.compat.clone();
    for entry in &right.compat {
        let name = names.unique(&entry.name);
        let is_taken = compat.iter().any(|other| other.name == name);
        let name = if is_taken { format!("{name}1") } else { name };
        compat.push(Compat { name, column: width + entry.column, ..entry.clone() });
    }
    Tabular { compat, faulty, ..Tabular::new(TableKind::OneRow, schema, left.table.span) }
}

/// What later operators see when the join itself was wrong: its columns, as far as they are known.
fn after_fault(left: Tabular, right: Tabular, kind: Option<JoinKind>, span: Span) -> Tabular {
    let kind = kind.unwrap_or(JoinKind::Inner);
    build(left, right, kind, vec![], span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_columns_keep_free_names_and_number_the_others() {
        // Microsoft's language service for `(x, s) join (x, s, x1)`: x, s, x2, s1, x1.
        let column = |name: &str| crate::Column::new(name, Type::Long);
        let mut names = Names::default();
        for name in ["x", "s"] {
            names.unique(name);
        }
        let right = beside(&mut names, &vec![column("x"), column("s"), column("x1")]);
        let shown: Vec<&str> = right.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(shown, ["x2", "s1", "x1"]);
    }
}
