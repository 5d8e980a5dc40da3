//! Where an operator's own clauses break: lists after the keyword, `by`, `on`; subqueries; clauses that are kept as written.

use super::{Marker, options_of};
use crate::Span;
use crate::ast::{
    Find, Join, JoinCondition, NamedExpr, Operator, OperatorKind, OperatorOption, PartitionBody, Subquery,
};
use crate::format::marks::{Indent, When};
use crate::format::spacing::Flat;
use crate::token::TokenKind;

impl Marker<'_> {
    pub(super) fn operator(&mut self, operator: &Operator) {
        let options: Vec<OperatorOption> = options_of(&operator.kind).into_iter().cloned().collect();
        self.options(&options);
        self.list(operator, &items_of(&operator.kind));
        match &operator.kind {
            OperatorKind::Summarize { options: _, aggregates, by, bin: _ } => {
                self.list_and_by(operator, aggregates, by, None)
            }
            OperatorKind::MakeSeries(series) => {
                let aggregates: Vec<NamedExpr> =
                    series.aggregates.iter().map(|(aggregate, _)| aggregate.clone()).collect();
                self.list_and_by(operator, &aggregates, &series.by, Some(series.on.span));
            }
            OperatorKind::Facet { by, with } => {
                let items: Vec<Span> = by.iter().map(|by| by.span).collect();
                self.clause(operator, &items, false);
                with.iter().for_each(|subquery| self.in_parens(subquery));
            }
            OperatorKind::MvApply(apply) => self.in_parens(&apply.subquery),
            OperatorKind::Partition { options: _, by: _, body: PartitionBody::Operators(subquery) } => {
                self.in_parens(subquery)
            }
            OperatorKind::Fork { branches } => branches.iter().for_each(|(_, branch)| self.in_parens(branch)),
            OperatorKind::Evaluate { options: _, call, schema: Some(_) } => {
                let colon = self.source.token_at(call.span.end);
                self.marks.set_flat(colon, Flat::Space);
            }
            OperatorKind::Graph(_) => {
                let clauses = self.tokens(Span::new(operator.keyword.end, operator.span.end));
                self.marks.verbatim(clauses);
            }
            OperatorKind::Other { name: _, expressions } => {
                for expression in expressions {
                    let tokens = self.tokens(expression.span);
                    self.marks.verbatim(tokens);
                }
            }
            OperatorKind::Parse(parse) => self.parse_pattern(operator, parse.source.span),
            OperatorKind::Join(Join { condition: JoinCondition::On(items), .. })
            | OperatorKind::Lookup(Join { condition: JoinCondition::On(items), .. }) => {
                let items: Vec<Span> = items.iter().map(|item| item.span).collect();
                self.clause(operator, &items, false);
            }
            OperatorKind::Find(Find { project: Some(columns), .. }) => {
                let items: Vec<Span> = columns.iter().map(|column| column.column.span).collect();
                self.clause(operator, &items, true);
            }
            OperatorKind::TopNested { levels } => {
                let items: Vec<Span> = levels.iter().map(|level| level.of.span).collect();
                self.top_nested(operator, &items);
            }
            // The others have a list, or short clauses, or brackets, which break by themselves.
            _ => {}
        }
    }

    fn in_parens(&mut self, subquery: &Subquery) {
        self.subquery(subquery.span, &subquery.operators);
    }

    /// Items after the keyword: names fill lines, anything longer has a line of its own, and one item alone stays.
    fn list(&mut self, operator: &Operator, items: &[Span]) {
        let tokens = self.tokens(operator.span);
        self.list_in(tokens, items);
    }

    fn list_in(&mut self, tokens: std::ops::Range<usize>, items: &[Span]) {
        if items.len() < 2 {
            return;
        }
        let fills = items.iter().all(|item| self.tokens(*item).len() == 1);
        let group = self.marks.group(tokens);
        let when = if fills { When::Fill } else { When::Full };
        for item in items.iter().skip(usize::from(fills)) {
            let token = self.source.token_at(item.start);
            self.marks.set_break(token, group, when, Indent::Inside);
        }
    }

    /// `summarize a, b by c, d`: each aggregate and the `by` begin a line; so does `on` in `make-series`.
    fn list_and_by(&mut self, operator: &Operator, aggregates: &[NamedExpr], by: &[NamedExpr], on: Option<Span>) {
        let tokens = self.tokens(operator.span);
        let group = self.marks.group(tokens.clone());
        if aggregates.len() > 1 {
            for aggregate in aggregates {
                let token = self.source.token_at(aggregate.span.start);
                self.marks.set_break(token, group, When::Full, Indent::Inside);
            }
        }
        let clauses = [on, by.first().map(|by| by.span)];
        for clause in clauses.into_iter().flatten() {
            if let Some(word) = self.source.token_at(clause.start).checked_sub(1) {
                // `summarize by a` has nothing to break before.
                if word > tokens.start + 1 {
                    self.marks.set_break(word, group, When::Full, Indent::Inside);
                }
            }
        }
        if let Some(first) = by.first() {
            let start = self.source.token_at(first.span.start).saturating_sub(1);
            let items: Vec<Span> = by.iter().map(|by| by.span).collect();
            self.fill(start..tokens.end, &items);
        }
    }

    /// A word and its items at the end of an operator: the items fill lines, and the word begins one if it may.
    fn clause(&mut self, operator: &Operator, items: &[Span], begins_line: bool) {
        let Some(word) = items.first().and_then(|first| self.source.token_at(first.start).checked_sub(1)) else {
            return;
        };
        let tokens = self.tokens(operator.span);
        if begins_line {
            let group = self.marks.group(tokens.clone());
            self.marks.set_break(word, group, When::Full, Indent::Inside);
        }
        self.fill(word..tokens.end, items);
    }

    /// Items that fill lines, however long they are.
    fn fill(&mut self, tokens: std::ops::Range<usize>, items: &[Span]) {
        let group = self.marks.group(tokens);
        for item in items.iter().skip(1) {
            let token = self.source.token_at(item.start);
            self.marks.set_break(token, group, When::Fill, Indent::Inside);
        }
    }

    /// The parts of a pattern fill lines: what is parsed is read in one piece.
    fn parse_pattern(&mut self, operator: &Operator, source: Span) {
        let tokens = self.tokens(operator.span);
        // After the source and `with`.
        let first = self.source.token_at(source.end) + 1;
        let group = self.marks.group(tokens.clone());
        for token in (first + 1)..tokens.end {
            let begins_part = self.source.kind(token) == TokenKind::Text || self.source.kind(token) == TokenKind::Star;
            let continues = token == first || self.source.kind(token - 1) == TokenKind::Text;
            if begins_part && !continues {
                self.marks.set_break(token, group, When::Fill, Indent::Inside);
            }
        }
    }

    /// Each level after the first begins a line.
    fn top_nested(&mut self, operator: &Operator, levels: &[Span]) {
        let tokens = self.tokens(operator.span);
        let group = self.marks.group(tokens.clone());
        for level in levels.iter().skip(1) {
            // The level's comma is the last one, outside brackets, before its `of`.
            let of = self.source.token_at(level.start);
            let keyword = (tokens.start..of)
                .rev()
                .find(|token| self.source.text_of(*token) == "top" && self.source.text_of(token + 2) == "nested");
            if let Some(keyword) = keyword {
                self.marks.set_break(keyword, group, When::Full, Indent::Inside);
                self.marks.set_flat(keyword + 1, Flat::Glue);
                self.marks.set_flat(keyword + 2, Flat::Glue);
            }
        }
    }
}

/// The items of an operator that is a keyword and a list. A new operator must say here whether it is one.
fn items_of(kind: &OperatorKind) -> Vec<Span> {
    match kind {
        OperatorKind::Distinct { options: _, columns }
        | OperatorKind::Extend { columns }
        | OperatorKind::Print { columns }
        | OperatorKind::Project { columns }
        | OperatorKind::ProjectRename { columns }
        | OperatorKind::Serialize { options: _, columns } => columns.iter().map(|column| column.span).collect(),
        OperatorKind::ProjectAway { columns }
        | OperatorKind::ProjectByNames { columns }
        | OperatorKind::ProjectKeep { columns }
        | OperatorKind::Union { options: _, tables: columns } => columns.iter().map(|column| column.span).collect(),
        OperatorKind::ProjectReorder { columns } => columns.iter().map(|column| column.column.span).collect(),
        OperatorKind::Sort { options: _, by } => by.iter().map(|key| key.key.span).collect(),
        OperatorKind::MvExpand(expand) => expand.columns.iter().map(|column| column.column.span).collect(),
        OperatorKind::As { .. }
        | OperatorKind::AssertSchema { .. }
        | OperatorKind::Consume { .. }
        | OperatorKind::Count { .. }
        | OperatorKind::Evaluate { .. }
        | OperatorKind::Facet { .. }
        | OperatorKind::Find(_)
        | OperatorKind::Fork { .. }
        | OperatorKind::GetSchema
        | OperatorKind::Graph(_)
        | OperatorKind::Invoke { .. }
        | OperatorKind::Join(_)
        | OperatorKind::Lookup(_)
        | OperatorKind::MakeSeries(_)
        | OperatorKind::MvApply(_)
        | OperatorKind::Other { .. }
        | OperatorKind::Parse(_)
        | OperatorKind::ParseKv { .. }
        | OperatorKind::Partition { .. }
        | OperatorKind::Range { .. }
        | OperatorKind::Reduce { .. }
        | OperatorKind::Render { .. }
        | OperatorKind::Sample { .. }
        | OperatorKind::SampleDistinct { .. }
        | OperatorKind::Scan(_)
        | OperatorKind::Search { .. }
        | OperatorKind::Summarize { .. }
        | OperatorKind::Take { .. }
        | OperatorKind::Top { .. }
        | OperatorKind::TopHitters { .. }
        | OperatorKind::TopNested { .. }
        | OperatorKind::Where { .. }
        | OperatorKind::Error => vec![],
    }
}
