//! Counting by address and by name: whoever changes one of them stays below the threshold.

use syntax::ast::{Expr, NamedExpr, Operator, OperatorKind};
use syntax::{Diagnostic, Span};

use super::{Lint, Linted, Occasion, codes, stages, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::ADDRESS_AND_NAME,
    name: "address-and-name",
    summary: "a count by address and by name, of which either can change",
    occasion: Occasion::Always,
    check,
};

/// Two columns of one destination.
const PAIRS: [(&str, &str); 9] = [
    ("RemoteIP", "RemoteUrl"),
    ("DestinationIP", "DestinationHostName"),
    ("DestinationIP", "RequestURL"),
    ("DstIpAddr", "DstHostname"),
    ("DstIpAddr", "DstDomain"),
    ("DstIpAddr", "DstFQDN"),
    ("DstIpAddr", "Url"),
    ("DestinationIp", "DestinationHostname"),
    ("IPAddresses", "Name"),
];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            let OperatorKind::Summarize { aggregates, by, .. } = &operator.kind else { continue };
            let Some((address, name)) = pair(by) else { continue };
            let after = pipe.operators.get(at + 1..).unwrap_or_default();
            if let Some(test) = test_of_counts(aggregates, after) {
                found.push(complaint(
                    (address.value.span, address.value.span.text(linted.text)),
                    (name.value.span, name.value.span.text(linted.text)),
                    test,
                ));
            }
        }
    });
}

fn complaint(address: (Span, &str), name: (Span, &str), test: Span) -> Diagnostic {
    let message = format!(
        "groups by `{}` and by `{}`: a destination that changes one of them is many small groups",
        address.1, name.1
    );
    let (first, second) = if address.0.start < name.0.start { (address.0, name.0) } else { (name.0, address.0) };
    Diagnostic::warning(codes::ADDRESS_AND_NAME, second, message)
        .label(first, "the other name of the same destination")
        .label(test, "what counts in one group is tested here")
        .hint(format!(
            "group by `iff(isempty({}), {}, {})`, or by each in a query of its own",
            name.1, address.1, name.1
        ))
}

fn pair(by: &[NamedExpr]) -> Option<(&NamedExpr, &NamedExpr)> {
    let column = |wanted: &str| by.iter().find(|column| tree::name(&column.value) == Some(wanted));
    PAIRS.iter().find_map(|(address, name)| Some((column(address)?, column(name)?)))
}

/// Where a later filter tests what was counted, or what follows from it.
fn test_of_counts(aggregates: &[NamedExpr], after: &[Operator]) -> Option<Span> {
    let counted = aggregates.iter().filter(|aggregate| counts(&aggregate.value));
    let mut names: Vec<String> = counted.filter_map(tree::output_name).collect();
    for operator in after {
        let names_now: Vec<&str> = names.iter().map(String::as_str).collect();
        match &operator.kind {
            OperatorKind::Where { predicate, .. } => {
                let mut parts = vec![];
                tree::conjuncts(predicate, &mut parts);
                let test = parts.into_iter().find(|part| {
                    stages::bounded(part).is_some_and(|bounded| tree::mentions(bounded.value, &names_now))
                });
                if let Some(test) = test {
                    return Some(test.span);
                }
            }
            OperatorKind::Extend { columns } | OperatorKind::Project { columns } => {
                let made = columns.iter().filter(|column| tree::mentions(&column.value, &names_now));
                let made: Vec<String> = made.filter_map(tree::output_name).collect();
                names.extend(made);
            }
            OperatorKind::Summarize { .. } => return None,
            _ => {}
        }
    }
    None
}

fn counts(aggregate: &Expr) -> bool {
    tree::call(aggregate)
        .is_some_and(|call| ["count", "countif", "dcount", "sum", "min", "max"].contains(&call.name.text.as_str()))
}
