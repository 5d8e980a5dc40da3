//! A query → the queries that are almost it: each lacks one condition, or has one threshold moved by a step.
//!
//! In: the text of a query. Out: mutants, each with its place and its whole text. They are made from the tree and its places by editing the text, so
//! that all but the edit is what the author wrote. Whether a mutant is noticed is not known here.
//!
//! What is edited: the predicate of a `where` and every operand of `and` and `or`; `<`, `<=`, `>`, `>=`; numbers and timespans that are compared, added
//! up or named by `let`; the members of lists. What is not: arguments that shape an output (`make_set(x, 10)`, `round(x, 1)`, `Q[2]`), and names.

mod numbers;
mod survivors;

use syntax::ast::{BinaryOp, Call, Expr, ExprKind, Literal, Operator, OperatorKind, Query, Statement, StatementKind};
use syntax::visit::{self, Visitor};
use syntax::{Parsed, Position, Span, TokenKind, position};

pub use survivors::{Explanation, read as read_survivors};

/// Mutants of one query at most; the largest published rule that we know gives under six hundred.
pub const MUTANTS_MAX: usize = 4_000;

/// A query that is almost another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// Where its edit is.
    pub place: Position,
    /// What stands there in the query; for a member of a list, the member.
    pub text: String,
    /// What stands there instead; empty for a member that is left out.
    pub becomes: String,
    /// The whole query.
    pub query: String,
}

impl Mutant {
    /// The edit in words: `` `>= 10` becomes … ``, on one line.
    pub fn edit(&self) -> String {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.becomes.is_empty() {
            true => format!("without `{text}`"),
            false => format!("`{text}` becomes `{}`", self.becomes),
        }
    }
}

/// The mutants of a query, in the order of the text; none when it cannot be parsed.
pub fn mutants(query: &str) -> Vec<Mutant> {
    let parsed = syntax::parse(query);
    if !parsed.errors.is_empty() {
        return vec![];
    }
    let mut editor =
        Editor { text: query, parsed: &parsed, functions: functions(&parsed.query), found: vec![], is_shape: false };
    visit::walk_query(&mut editor, &parsed.query);
    let mut found = editor.found;
    found.sort_by_key(|(cut, ..)| (cut.start, cut.end));
    found.truncate(MUTANTS_MAX);
    found.into_iter().map(|(cut, shown, becomes)| mutant(query, cut, shown, becomes)).collect()
}

fn mutant(query: &str, cut: Span, shown: Span, becomes: String) -> Mutant {
    let before = query.get(..cut.start as usize).unwrap_or_default();
    let after = query.get(cut.end as usize..).unwrap_or_default();
    Mutant {
        place: position(query, shown.start),
        text: shown.text(query).to_owned(),
        query: format!("{before}{becomes}{after}"),
        becomes,
    }
}

/// The names of the functions that a query makes for itself: numbers given to them are thresholds of its own.
fn functions(query: &Query) -> Vec<String> {
    let name = |statement: &Statement| match &statement.kind {
        StatementKind::Let { name, value } if matches!(value.kind, ExprKind::Lambda { .. }) => Some(name.text.clone()),
        _ => None,
    };
    query.statements.iter().filter_map(name).collect()
}

/// Functions whose numbers decide something; to others they say how an output looks.
const DECIDING: [&str; 12] =
    ["iff", "iif", "case", "max_of", "min_of", "ago", "pow", "not", "coalesce", "countif", "sumif", "avg"];

struct Editor<'a> {
    text: &'a str,
    parsed: &'a Parsed,
    functions: Vec<String>,
    /// What is cut out, what of it is shown, and what comes instead.
    found: Vec<(Span, Span, String)>,
    /// Is what is seen an argument that shapes an output?
    is_shape: bool,
}

impl Visitor for Editor<'_> {
    fn visit_operator(&mut self, operator: &Operator) {
        if let OperatorKind::Where { predicate, .. } = &operator.kind
            && !matches!(bare(predicate).kind, ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. })
        {
            self.replace(predicate.span, "true");
        }
        visit::walk_operator(self, operator);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, expr.span),
            ExprKind::Binary { op, op_span, left, right } => {
                match op {
                    BinaryOp::And => [left, right].into_iter().for_each(|side| self.drop_operand(side, *op, "true")),
                    BinaryOp::Or => [left, right].into_iter().for_each(|side| self.drop_operand(side, *op, "false")),
                    BinaryOp::Less => self.replace(*op_span, "<="),
                    BinaryOp::LessOrEqual => self.replace(*op_span, "<"),
                    BinaryOp::Greater => self.replace(*op_span, ">="),
                    BinaryOp::GreaterOrEqual => self.replace(*op_span, ">"),
                    _ => {}
                }
                visit::walk_expr(self, expr);
            }
            ExprKind::In { list, .. } => {
                self.members(&list.iter().map(|member| member.span).collect::<Vec<_>>());
                visit::walk_expr(self, expr);
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Index { base, index: _ } => self.visit_expr(base),
            ExprKind::Datatable { .. } => {}
            _ => visit::walk_expr(self, expr),
        }
    }
}

impl Editor<'_> {
    fn replace(&mut self, span: Span, with: &str) {
        self.found.push((span, span, with.to_owned()));
    }

    /// An operand of a chain; what is itself a link of the chain is seen later.
    fn drop_operand(&mut self, side: &Expr, chain: BinaryOp, with: &str) {
        let is_link = matches!(&bare(side).kind, ExprKind::Binary { op, .. } if *op == chain);
        if !is_link && !self.is_shape {
            self.replace(side.span, with);
        }
    }

    fn call(&mut self, call: &Call) {
        let name = call.name.text.as_str();
        let is_deciding = DECIDING.contains(&name) || self.functions.iter().any(|function| function == name);
        for argument in &call.arguments {
            // A number that stands alone shapes the output; in a comparison inside the argument it decides again.
            let is_bare = matches!(argument.value.kind, ExprKind::Literal(_));
            if is_deciding || !is_bare {
                self.visit_expr(&argument.value);
            }
        }
    }

    fn literal(&mut self, literal: &Literal, span: Span) {
        match literal {
            Literal::Long(_) | Literal::Real(_) | Literal::Timespan(_) => {
                for step in numbers::steps(span.text(self.text)) {
                    self.replace(span, &step);
                }
            }
            Literal::Dynamic(_) => self.dynamic_members(span),
            Literal::Bool(_) | Literal::String { .. } | Literal::Typed { .. } | Literal::Null => {}
        }
    }

    /// The members of `dynamic([…])`: the tree does not say where they are, the tokens do.
    fn dynamic_members(&mut self, span: Span) {
        let mut members: Vec<Span> = vec![];
        let mut depth = 0_u32;
        let mut is_after_comma = true;
        for token in
            self.parsed.tokens.iter().filter(|token| span.start <= token.span.start && token.span.end <= span.end)
        {
            match token.kind {
                TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBracket | TokenKind::CloseBrace => depth = depth.saturating_sub(1),
                // Bags, and lists in lists, are left as they are.
                TokenKind::Colon => return,
                TokenKind::Comma if depth == 1 => is_after_comma = true,
                TokenKind::Whitespace | TokenKind::Comment => {}
                _ if depth == 1 && is_after_comma => {
                    members.push(token.span);
                    is_after_comma = false;
                }
                _ if depth == 1 => members.last_mut().into_iter().for_each(|last| *last = last.to(token.span)),
                _ => {}
            }
        }
        self.members(&members);
    }

    /// Each member of a list of two or more is left out, with one of its commas.
    fn members(&mut self, members: &[Span]) {
        if members.len() < 2 {
            return;
        }
        for (at, member) in members.iter().enumerate() {
            let cut = match (members.get(at + 1), at.checked_sub(1).and_then(|before| members.get(before))) {
                (Some(next), _) => Span::new(member.start, next.start),
                (None, Some(previous)) => Span::new(previous.end, member.end),
                (None, None) => *member,
            };
            self.found.push((cut, *member, String::new()));
        }
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(query: &str) -> Vec<String> {
        mutants(query).iter().map(Mutant::edit).collect()
    }

    #[test]
    fn each_condition_is_left_out() {
        assert_eq!(edits("T | where A == 'x'"), ["`A == 'x'` becomes `true`"]);
        assert_eq!(
            edits("T | where A and (B or C) and D"),
            [
                "`A` becomes `true`",
                "`(B or C)` becomes `true`",
                "`B` becomes `false`",
                "`C` becomes `false`",
                "`D` becomes `true`"
            ]
        );
        assert_eq!(mutants("T | where A and B | count")[1].query, "T | where A and true | count");
    }

    #[test]
    fn comparisons_and_numbers_move_by_a_step() {
        let found = edits("T | where N >= 10");
        assert_eq!(found, ["`N >= 10` becomes `true`", "`>=` becomes `>`", "`10` becomes `9`", "`10` becomes `11`"]);
        assert_eq!(
            edits("let W = 1.5h; T | where X between (0.5 .. 60.0)")[..6],
            [
                "`1.5h` becomes `1.4h`",
                "`1.5h` becomes `1.6h`",
                "`X between (0.5 .. 60.0)` becomes `true`",
                "`0.5` becomes `0.4`",
                "`0.5` becomes `0.6`",
                "`60.0` becomes `59.9`"
            ]
        );
    }

    #[test]
    fn lists_lose_a_member_at_a_time() {
        let listed = "let L = dynamic([\"a\",\n \"b\"]); T | where X in ('c', 'd')";
        let queries: Vec<String> = mutants(listed).into_iter().map(|mutant| mutant.query).collect();
        assert_eq!(
            queries,
            [
                "let L = dynamic([\"b\"]); T | where X in ('c', 'd')",
                "let L = dynamic([\"a\"]); T | where X in ('c', 'd')",
                "let L = dynamic([\"a\",\n \"b\"]); T | where true",
                "let L = dynamic([\"a\",\n \"b\"]); T | where X in ('d')",
                "let L = dynamic([\"a\",\n \"b\"]); T | where X in ('c')",
            ]
        );
        assert_eq!(mutants(listed)[1].place, Position { line: 2, column: 2 });
    }

    #[test]
    fn numbers_that_shape_an_output_are_left() {
        assert_eq!(edits("T | summarize make_set(X, 10), percentile(Y, 90) | extend Z = round(Q[2], 1)"), [""; 0]);
        // Inside an argument a comparison decides again, and a function of the query's own is given thresholds.
        assert_eq!(edits("T | summarize countif(Gap > 5)").len(), 3);
        assert_eq!(edits("let F = (a: long) { a }; print F(8)"), ["`8` becomes `7`", "`8` becomes `9`"]);
    }

    #[test]
    fn text_that_is_no_query_has_none() {
        assert_eq!(edits("T | where ("), [""; 0]);
        assert_eq!(edits(""), [""; 0]);
        assert_eq!(edits("T | where Näme has 'é' and M > 1")[0], "`Näme has 'é'` becomes `true`");
    }
}
