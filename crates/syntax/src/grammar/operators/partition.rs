//! `partition hint.strategy=native by Column ( … )` or `{ … }`.

use super::options::{Allowed, options};
use crate::ast::{OperatorKind, PartitionBody};
use crate::grammar::{expressions, pipes, statements};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn partition(p: &mut Parser) -> OperatorKind {
    let options = options(p, Allowed::Any);
    p.expect_word("by");
    let by = expressions::column_path(p);
    let body = if p.is(TokenKind::OpenBrace) {
        PartitionBody::Query(statements::body(p))
    } else {
        PartitionBody::Operators(pipes::subquery(p))
    };
    OperatorKind::Partition { options, by, body }
}
