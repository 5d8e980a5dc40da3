//! What the layout must know about each gap between tokens, gathered from tokens, brackets and tree.
//!
//! A gap is named by the token after it. A group is a range of tokens whose breaks stand or fall together.

use std::ops::Range;

use super::spacing::{self, Flat};
use super::{Source, brackets, groups};
use crate::ast::Query;
use crate::visit;

/// Everything the layout needs.
pub(super) struct Marks {
    /// What stands in a gap that does not break.
    pub(super) flat: Vec<Flat>,
    /// Whether and how a gap may break.
    pub(super) breaks: Vec<Option<Break>>,
    /// The groups, in no order; an inner group lies wholly inside an outer one.
    pub(super) groups: Vec<Range<usize>>,
    /// Gaps before statements: empty lines are kept there, one at most.
    pub(super) statements: Vec<bool>,
}

/// How a gap may break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Break {
    /// With which group.
    pub(super) group: usize,
    pub(super) when: When,
    pub(super) indent: Indent,
}

/// When a gap breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// When its group does not fit on the line.
    Full,
    /// When its group does not fit and the piece up to the group's next break does not either.
    Fill,
    /// Always.
    Always,
}

/// How far the next line is indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Indent {
    /// As what encloses the group.
    Same,
    /// One step more.
    Inside,
}

/// Gathers the marks of a query.
pub(super) fn marks(source: &Source, query: &Query) -> Marks {
    let count = source.tokens.len();
    let mut marks = Marks {
        flat: (0..=count).map(|token| spacing::before(source, token)).collect(),
        breaks: vec![None; count + 1],
        groups: vec![],
        statements: vec![false; count + 1],
    };
    brackets::mark(source, &mut marks);
    let mut marker = groups::Marker { source, marks: &mut marks };
    marker.statements(&query.statements);
    visit::walk_query(&mut marker, query);
    marks
}

impl Marks {
    /// A new group over these tokens.
    pub(super) fn group(&mut self, tokens: Range<usize>) -> usize {
        self.groups.push(tokens);
        self.groups.len() - 1
    }

    /// Lets a gap break; what was said of it before no longer counts.
    pub(super) fn set_break(&mut self, token: usize, group: usize, when: When, indent: Indent) {
        if let Some(slot) = self.breaks.get_mut(token) {
            *slot = Some(Break { group, when, indent });
        }
    }

    /// Says that a gap does not break.
    pub(super) fn keep(&mut self, token: usize) {
        if let Some(slot) = self.breaks.get_mut(token) {
            *slot = None;
        }
    }

    /// Says what stands in a gap.
    pub(super) fn set_flat(&mut self, token: usize, flat: Flat) {
        if let Some(slot) = self.flat.get_mut(token) {
            *slot = flat;
        }
    }

    /// Keeps what stands between these tokens as it is written.
    pub(super) fn verbatim(&mut self, tokens: Range<usize>) {
        for token in tokens.skip(1) {
            self.set_flat(token, Flat::Verbatim);
            self.keep(token);
        }
    }
}
