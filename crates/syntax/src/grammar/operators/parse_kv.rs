//! `parse-kv e as (a: string, …) with (pair_delimiter = " ")`.

use super::options::properties;
use crate::ast::OperatorKind;
use crate::grammar::{expressions, schemas};
use crate::parser::Parser;

pub(super) fn parse_kv(p: &mut Parser) -> OperatorKind {
    let source = expressions::expression(p);
    p.expect_word("as");
    let columns = schemas::schema(p);
    let options = if p.eat_word("with").is_some() { properties(p) } else { vec![] };
    OperatorKind::ParseKv { source, columns, options }
}
