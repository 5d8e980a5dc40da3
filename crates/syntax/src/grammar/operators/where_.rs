//! `where p`, also spelt `filter p`. A name before the predicate, `where a = true`, is none of its business in Kusto's grammar,
//! and almost surely a slip for `==`; it is kept, so that a later room can say so.

use super::options::{Allowed, options};
use crate::ast::OperatorKind;
use crate::grammar::{expressions, names};
use crate::parser::Parser;

pub(super) fn where_(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Only(&[]));
    let name = names::opt_name_equals(p);
    OperatorKind::Where { options, name, predicate: expressions::expression(p) }
}
