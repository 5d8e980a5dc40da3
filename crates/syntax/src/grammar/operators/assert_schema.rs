//! `assert-schema (a: string, …)`: fails unless the columns are these.

use crate::ast::OperatorKind;
use crate::grammar::schemas;
use crate::parser::Parser;

pub(super) fn assert_schema(p: &mut Parser) -> OperatorKind {
    OperatorKind::AssertSchema { columns: schemas::schema(p) }
}
