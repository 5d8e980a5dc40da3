//! `evaluate preview(n)`: two results, the first rows of the input and how many there are.
//!
//! In: the input and the call. Out: both tables are results of the query; nothing may come behind, as in Kusto.

use syntax::Span;
use syntax::ast::Call;

use super::sort::take;
use super::summarize::count;
use crate::binder::Binder;
use crate::codes;
use crate::tabular::Tabular;

pub(super) fn preview(b: &mut Binder<'_>, input: Tabular, call: &Call, span: Span) -> Tabular {
    let [rows] = call.arguments.as_slice() else {
        b.error(codes::ARGUMENT_COUNT, call.name.span, "`preview` takes the number of rows");
        return Tabular::open(span);
    };
    let input = b.share(input, span);
    let first = take(b, input.clone(), &rows.value, span);
    let count = count(b, input, None, span);
    b.give_all(vec![first, count], span)
}
