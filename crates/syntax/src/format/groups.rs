//! What the tree says about breaks: pipes, statements, chains of `and` and `or`, lists of operators; and which tokens belong together.

mod operators;

use std::ops::Range;

use super::Source;
use super::marks::{Indent, Marks, When};
use super::spacing::Flat;
use crate::Span;
use crate::ast::{
    BinaryOp, Call, Expr, ExprKind, Name, Operator, OperatorKind, OperatorOption, Statement, StatementKind,
};
use crate::token::TokenKind;
use crate::visit::{self, Visitor};

/// Inside a statement, a pipe of at most so many operators stays on one line if it fits.
const PIPE_ON_ONE_LINE_MAX: usize = 2;

/// Writes marks while it walks the tree.
pub(super) struct Marker<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) marks: &'a mut Marks,
}

impl Marker<'_> {
    /// Statements of the whole text: each begins a line, and a pipe that is one has its operators on lines of their own.
    pub(super) fn statements(&mut self, statements: &[Statement]) {
        let group = self.marks.group(0..self.source.tokens.len());
        for statement in statements {
            let start = self.source.token_at(statement.span.start);
            if let Some(slot) = self.marks.statements.get_mut(start) {
                *slot = true;
            }
            if start > 0 {
                self.marks.set_break(start, group, When::Always, Indent::Same);
            }
            match &statement.kind {
                StatementKind::Expression(Expr { kind: ExprKind::Pipe { source, operators }, span }) => {
                    let bars = self.pipe_group(*span);
                    self.bars(bars, source.is_some(), operators, When::Always, Indent::Same);
                }
                StatementKind::Command { text: _, query: Some(query) } => self.statements(&query.statements),
                _ => {}
            }
        }
        if let Some(slot) = self.marks.statements.last_mut() {
            *slot = true;
        }
    }

    fn tokens(&self, span: Span) -> Range<usize> {
        self.source.tokens_of(span)
    }

    fn pipe_group(&mut self, span: Span) -> usize {
        let tokens = self.tokens(span);
        self.marks.group(tokens)
    }

    /// Breaks before the bars of a pipe. The bar of an operator is the token before its keyword.
    fn bars(&mut self, group: usize, has_source: bool, operators: &[Operator], when: When, indent: Indent) {
        for operator in operators.iter().skip(usize::from(!has_source)) {
            if let Some(bar) = self.source.token_at(operator.span.start).checked_sub(1) {
                self.marks.set_break(bar, group, when, indent);
            }
        }
    }

    /// The operators of a subquery in parentheses, whose group the parentheses made.
    fn subquery(&mut self, span: Span, operators: &[Operator]) {
        let group = self.pipe_group(span);
        self.bars(group, false, operators, when_nested(operators.len()), Indent::Same);
    }

    /// A pipe inside a statement. Where a pipe that ends a statement was marked already, its marks stay.
    fn nested_pipe(&mut self, expr: &Expr, has_source: bool, operators: &[Operator]) {
        let is_marked = operators
            .last()
            .and_then(|operator| self.source.token_at(operator.span.start).checked_sub(1))
            .and_then(|bar| self.marks.breaks.get(bar).copied().flatten())
            .is_some();
        if !is_marked {
            let group = self.pipe_group(expr.span);
            self.bars(group, has_source, operators, when_nested(operators.len()), Indent::Same);
        }
    }

    /// `let x = T | …` begins a line after `=` when the pipe needs lines.
    fn let_value(&mut self, value: &Expr) {
        if matches!(value.kind, ExprKind::Pipe { .. }) {
            let tokens = self.tokens(value.span);
            let start = tokens.start;
            // The `=` is in the group, so that its gap is.
            let group = self.marks.group(start.saturating_sub(1)..tokens.end);
            self.marks.set_break(start, group, When::Full, Indent::Inside);
        }
    }

    /// A chain of `and`, or of `or`, breaks before each operator, or nowhere; one of `+` fills lines.
    fn chain(&mut self, expr: &Expr, op: BinaryOp, when: When) {
        let tokens = self.tokens(expr.span);
        // What an operand breaks, it breaks inside the chain.
        let before = tokens.start.checked_sub(1).map(|token| self.source.kind(token));
        let begins_item = matches!(
            before,
            Some(TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace | TokenKind::Comma)
        );
        let indent = if begins_item { Indent::Same } else { Indent::Inside };
        let group = self.marks.group(tokens);
        let mut spans = vec![];
        links(expr, op, &mut spans);
        for span in spans {
            let token = self.source.token_at(span.start);
            self.marks.set_break(token, group, when, indent);
        }
    }

    fn is_chain_marked(&self, op_span: Span) -> bool {
        self.marks.breaks.get(self.source.token_at(op_span.start)).is_some_and(Option::is_some)
    }

    /// The arithmetic signs that stand between operands have blanks around them.
    fn binary(&mut self, expr: &Expr, op: BinaryOp, op_span: Span) {
        match op {
            BinaryOp::Colon => {}
            BinaryOp::Or | BinaryOp::And if !self.is_chain_marked(op_span) => self.chain(expr, op, When::Full),
            BinaryOp::Add if !self.is_chain_marked(op_span) && is_long_sum(expr) => {
                self.spaced(op_span);
                self.chain(expr, op, When::Fill);
            }
            // `matches regex` is one word with one blank in it.
            _ => self.spaced(op_span),
        }
    }

    fn spaced(&mut self, op_span: Span) {
        self.marks.set_flat(self.source.token_at(op_span.start), Flat::Space);
        self.marks.set_flat(self.source.token_at(op_span.end), Flat::Space);
    }

    fn call(&mut self, call: &Call) {
        let open = self.source.token_at(call.name.span.end);
        if self.source.kind(open) == TokenKind::OpenParen {
            self.marks.set_flat(open, Flat::Glue);
        }
        // `case` takes pairs, a condition and its value; so do the makers of bags.
        if matches!(call.name.text.as_str(), "case" | "bag_pack" | "pack") {
            self.rows(call.arguments.iter().map(|argument| argument.value.span), 2);
        }
    }

    /// Values that belong together in rows of `width` break between rows only.
    fn rows(&mut self, values: impl Iterator<Item = Span>, width: usize) {
        for (place, span) in values.enumerate() {
            let token = self.source.token_at(span.start);
            if place % width.max(1) != 0 {
                self.marks.keep(token);
            } else if let Some(Some(found)) = self.marks.breaks.get_mut(token) {
                found.when = When::Full;
            }
        }
    }

    fn wildcard(&mut self, name: &Name) {
        if name.text.contains('*')
            && !matches!(self.source.kind(self.source.token_at(name.span.start)), TokenKind::OpenBracket)
        {
            let tokens = self.tokens(name.span);
            self.marks.verbatim(tokens);
        }
    }

    fn options(&mut self, options: &[OperatorOption]) {
        for OperatorOption { name, value: _ } in options {
            let equal = self.source.token_at(name.span.end);
            self.marks.set_flat(equal, Flat::Glue);
            self.marks.set_flat(equal + 1, Flat::Glue);
        }
    }
}

fn when_nested(operator_count: usize) -> When {
    if operator_count > PIPE_ON_ONE_LINE_MAX { When::Always } else { When::Full }
}

/// Is it a sum of more than three? A shorter one is read better in one piece.
fn is_long_sum(expr: &Expr) -> bool {
    let mut spans = vec![];
    links(expr, BinaryOp::Add, &mut spans);
    spans.len() > 2
}

/// The places of the operators of one chain, in order.
fn links(expr: &Expr, chain: BinaryOp, spans: &mut Vec<Span>) {
    if let ExprKind::Binary { op, op_span, left, right } = &expr.kind
        && *op == chain
    {
        links(left, chain, spans);
        spans.push(*op_span);
        links(right, chain, spans);
    }
}

impl Visitor for Marker<'_> {
    fn visit_statement(&mut self, statement: &Statement) {
        let start = self.source.token_at(statement.span.start);
        let follows = start.checked_sub(1).is_some_and(|before| self.source.kind(before) == TokenKind::Semicolon);
        if let Some(slot) = self.marks.statements.get_mut(start) {
            *slot |= follows;
        }
        match &statement.kind {
            StatementKind::Let { name: _, value } => self.let_value(value),
            StatementKind::Command { text, query: _ } => {
                let end = statement.span.start + u32::try_from(text.len()).unwrap_or(0);
                let tokens = self.tokens(Span::new(statement.span.start, end));
                self.marks.verbatim(tokens);
            }
            StatementKind::Set { .. }
            | StatementKind::Alias { .. }
            | StatementKind::Restrict { .. }
            | StatementKind::QueryParameters { .. }
            | StatementKind::Pattern(_)
            | StatementKind::Expression(_) => {}
        }
        visit::walk_statement(self, statement);
    }

    fn visit_operator(&mut self, operator: &Operator) {
        let keyword = self.tokens(operator.keyword);
        for token in keyword.skip(1) {
            self.marks.set_flat(token, Flat::Glue);
        }
        self.operator(operator);
        // A pattern stays as it is written, whatever its conditions hold.
        if !matches!(operator.kind, OperatorKind::Graph(_)) {
            visit::walk_operator(self, operator);
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Pipe { source, operators } => self.nested_pipe(expr, source.is_some(), operators),
            ExprKind::Binary { op, op_span, left: _, right: _ } => self.binary(expr, *op, *op_span),
            ExprKind::Unary { .. } => {
                let sign = self.source.token_at(expr.span.start);
                self.marks.set_flat(sign + 1, Flat::Glue);
            }
            // It stays as it is written, what is in it too.
            ExprKind::InlineExternalTable(_) => {
                let tokens = self.tokens(expr.span);
                self.marks.verbatim(tokens);
                return;
            }
            ExprKind::Call(call) | ExprKind::MemberCall { base: _, call } => self.call(call),
            ExprKind::Index { base, index: _ } => {
                let open = self.source.token_at(base.span.end);
                self.marks.set_flat(open, Flat::Glue);
            }
            ExprKind::Wildcard(name) | ExprKind::Member { base: _, name } => self.wildcard(name),
            ExprKind::Datatable { columns, values } => self.rows(values.iter().map(|value| value.span), columns.len()),
            ExprKind::ExternalData { columns: _, sources: _, options } => self.options(options),
            ExprKind::Literal(_)
            | ExprKind::Name(_)
            | ExprKind::Star
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::Paren(_)
            | ExprKind::List(_)
            | ExprKind::Lambda { .. }
            | ExprKind::TypeOf(_)
            | ExprKind::Missing => {}
        }
        visit::walk_expr(self, expr);
    }
}

/// The options of an operator, wherever it keeps them.
fn options_of(kind: &OperatorKind) -> Vec<&OperatorOption> {
    match kind {
        OperatorKind::As { options, .. }
        | OperatorKind::Consume { options }
        | OperatorKind::Distinct { options, .. }
        | OperatorKind::Evaluate { options, .. }
        | OperatorKind::ParseKv { options, .. }
        | OperatorKind::Partition { options, .. }
        | OperatorKind::Search { options, .. }
        | OperatorKind::Serialize { options, .. }
        | OperatorKind::Sort { options, .. }
        | OperatorKind::Summarize { options, .. }
        | OperatorKind::Take { options, .. }
        | OperatorKind::Top { options, .. }
        | OperatorKind::Union { options, .. }
        | OperatorKind::Where { options, .. }
        | OperatorKind::Render { properties: options, .. } => options.iter().collect(),
        OperatorKind::Reduce { options, by: _, with } => options.iter().chain(with).collect(),
        OperatorKind::Find(find) => find.options.iter().collect(),
        OperatorKind::Join(join) | OperatorKind::Lookup(join) => join.options.iter().collect(),
        OperatorKind::MakeSeries(series) => series.options.iter().collect(),
        OperatorKind::MvApply(apply) => apply.options.iter().collect(),
        OperatorKind::MvExpand(expand) => expand.options.iter().collect(),
        OperatorKind::Parse(parse) => parse.options.iter().collect(),
        OperatorKind::Scan(scan) => scan.options.iter().collect(),
        OperatorKind::AssertSchema { .. }
        | OperatorKind::Count { .. }
        | OperatorKind::Extend { .. }
        | OperatorKind::Facet { .. }
        | OperatorKind::Fork { .. }
        | OperatorKind::GetSchema
        | OperatorKind::Graph(_)
        | OperatorKind::Invoke { .. }
        | OperatorKind::Other { .. }
        | OperatorKind::Print { .. }
        | OperatorKind::Project { .. }
        | OperatorKind::ProjectAway { .. }
        | OperatorKind::ProjectByNames { .. }
        | OperatorKind::ProjectKeep { .. }
        | OperatorKind::ProjectRename { .. }
        | OperatorKind::ProjectReorder { .. }
        | OperatorKind::Range { .. }
        | OperatorKind::Sample { .. }
        | OperatorKind::SampleDistinct { .. }
        | OperatorKind::TopHitters { .. }
        | OperatorKind::TopNested { .. }
        | OperatorKind::Error => vec![],
    }
}
