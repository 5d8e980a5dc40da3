//! Looks for the matches of a pattern, one node or edge after the other, and goes back where none can follow.
//!
//! In: the graph, what each node and edge of the pattern must be, and which cycles count. Out: each match is told to [`Found`]. The search begins
//! at the node of the pattern that fewest nodes can be, and goes on along edges of the pattern from what is matched already.

use arrow::array::{Array, BooleanArray};
use semantics::bound::{Cycles, Direction};

use super::Topology;
use super::found::Found;
use crate::error::{Error, Result};

/// A pattern that looks at more edges than this is refused: that takes about a minute.
const STEPS_MAX: u64 = 1_000_000_000;

/// An edge of the pattern.
pub(super) struct Edge {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) direction: Direction,
    pub(super) length: (usize, usize),
    /// Which edges it may be; none when it may be any.
    pub(super) truth: Option<BooleanArray>,
    /// Which nodes may stand between two of its edges.
    pub(super) inner_truth: Option<BooleanArray>,
}

/// An edge of the pattern in the order of the search.
#[derive(Clone, Copy)]
struct Leg {
    edge: usize,
    /// Is its left node matched already, or else its right one?
    from_left: bool,
}

/// The edges that an edge of the pattern is, and the nodes between them, in the order of the search.
#[derive(Default)]
pub(super) struct Path {
    pub(super) edges: Vec<usize>,
    pub(super) inner: Vec<usize>,
}

pub(super) struct Search<'s> {
    topology: &'s Topology,
    node_truths: Vec<Option<BooleanArray>>,
    pattern: &'s [Edge],
    cycles: Cycles,
    legs: Vec<Leg>,
    first: usize,
    /// Which node each node of the pattern is.
    nodes: Vec<Option<usize>>,
    paths: Vec<Path>,
    edge_is_used: Vec<bool>,
    node_is_used: Vec<bool>,
    steps: u64,
    found: &'s mut Found,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        topology: &'s Topology,
        node_truths: Vec<Option<BooleanArray>>,
        pattern: &'s [Edge],
        cycles: Cycles,
        found: &'s mut Found,
    ) -> Self {
        let any = topology.leaving.len();
        let count = |truth: &Option<BooleanArray>| truth.as_ref().map_or(any, BooleanArray::true_count);
        let first = (0..node_truths.len()).min_by_key(|node| node_truths.get(*node).map_or(any, count)).unwrap_or(0);
        let legs = legs(pattern, first, node_truths.len());
        Self {
            topology,
            pattern,
            cycles,
            legs,
            first,
            nodes: vec![None; node_truths.len()],
            node_truths,
            paths: pattern.iter().map(|_| Path::default()).collect(),
            edge_is_used: vec![false; topology.ends.len()],
            node_is_used: vec![false; any],
            steps: 0,
            found,
        }
    }

    pub(super) fn run(&mut self) -> Result<()> {
        for node in 0..self.topology.leaving.len() {
            self.arrive(self.first, node, 0)?;
        }
        Ok(())
    }

    /// The node of the pattern may be this node: goes on with the next leg, and comes back.
    fn arrive(&mut self, place: usize, node: usize, next: usize) -> Result<()> {
        if let Some(Some(known)) = self.nodes.get(place).copied() {
            return if known == node { self.go(next) } else { Ok(()) };
        }
        let truth = self.node_truths.get(place).and_then(Option::as_ref);
        if !holds(truth, node) || !self.take_node(node) {
            return Ok(());
        }
        self.nodes.get_mut(place).into_iter().for_each(|slot| *slot = Some(node));
        let result = self.go(next);
        self.nodes.get_mut(place).into_iter().for_each(|slot| *slot = None);
        self.leave_node(node);
        result
    }

    /// Goes along a leg; behind the last one all is matched.
    fn go(&mut self, next: usize) -> Result<()> {
        let Some(leg) = self.legs.get(next).copied() else {
            let is_reversed = |edge: usize| self.legs.iter().any(|leg| leg.edge == edge && !leg.from_left);
            return self.found.push(&self.nodes, &self.paths, is_reversed);
        };
        let Some(edge) = self.pattern.get(leg.edge) else { return Ok(()) };
        let (from, to) = if leg.from_left { (edge.left, edge.right) } else { (edge.right, edge.left) };
        let Some(Some(at)) = self.nodes.get(from).copied() else { return Ok(()) };
        if edge.length.0 == 0 {
            self.arrive(to, at, next + 1)?;
        }
        self.along(leg, at, 0, next)
    }

    /// One edge further, from a node that is so many edges away from the beginning of the leg.
    fn along(&mut self, leg: Leg, at: usize, length: usize, next: usize) -> Result<()> {
        let Some(edge) = self.pattern.get(leg.edge) else { return Ok(()) };
        let to = if leg.from_left { edge.right } else { edge.left };
        let is_forward = matches!((edge.direction, leg.from_left), (Direction::Right, true) | (Direction::Left, false));
        let topology = self.topology;
        let of = |edges: &'s [Vec<usize>]| edges.get(at).map(Vec::as_slice).unwrap_or_default();
        let (leaving, entering) = match (edge.direction, is_forward) {
            (Direction::Any, _) => (of(&topology.leaving), of(&topology.entering)),
            (_, true) => (of(&topology.leaving), Default::default()),
            (_, false) => (Default::default(), of(&topology.entering)),
        };
        let is_any = edge.direction == Direction::Any;
        let leaving = leaving.iter().map(|edge| (*edge, true));
        for (taken, is_out) in leaving.chain(entering.iter().map(|edge| (*edge, false))) {
            step_further(&mut self.steps)?;
            let Some((source, target)) = topology.ends.get(taken).copied() else { continue };
            let there = if is_out { target } else { source };
            // An edge from a node to itself goes both ways, and is one way to go.
            if (is_any && !is_out && source == target) || !holds(edge.truth.as_ref(), taken) || !self.take_edge(taken) {
                continue;
            }
            self.paths.get_mut(leg.edge).into_iter().for_each(|path| path.edges.push(taken));
            let result = self.beyond(leg, to, there, length + 1, next);
            if let Some(path) = self.paths.get_mut(leg.edge) {
                path.edges.pop();
            }
            self.leave_edge(taken);
            result?;
        }
        Ok(())
    }

    /// At the end of an edge: the path may end here, or go on.
    fn beyond(&mut self, leg: Leg, to: usize, there: usize, length: usize, next: usize) -> Result<()> {
        let Some(edge) = self.pattern.get(leg.edge) else { return Ok(()) };
        if length >= edge.length.0 {
            self.arrive(to, there, next + 1)?;
        }
        if length >= edge.length.1 || !holds(edge.inner_truth.as_ref(), there) || !self.take_node(there) {
            return Ok(());
        }
        self.paths.get_mut(leg.edge).into_iter().for_each(|path| path.inner.push(there));
        let result = self.along(leg, there, length, next);
        if let Some(path) = self.paths.get_mut(leg.edge) {
            path.inner.pop();
        }
        self.leave_node(there);
        result
    }

    /// May the node stand once more in the match?
    fn take_node(&mut self, node: usize) -> bool {
        match self.node_is_used.get_mut(node) {
            Some(used) if self.cycles == Cycles::None => !std::mem::replace(used, true),
            _ => true,
        }
    }

    fn leave_node(&mut self, node: usize) {
        self.node_is_used.get_mut(node).into_iter().for_each(|used| *used = false);
    }

    /// May the edge stand once more in the match?
    fn take_edge(&mut self, edge: usize) -> bool {
        match self.edge_is_used.get_mut(edge) {
            Some(used) if self.cycles != Cycles::All => !std::mem::replace(used, true),
            _ => true,
        }
    }

    fn leave_edge(&mut self, edge: usize) {
        self.edge_is_used.get_mut(edge).into_iter().for_each(|used| *used = false);
    }
}

/// Counts an edge that was looked at.
pub(super) fn step_further(steps: &mut u64) -> Result<()> {
    *steps += 1;
    match *steps > STEPS_MAX {
        true => Err(Error::Environment(format!("the pattern looks at more than {STEPS_MAX} edges"))),
        false => Ok(()),
    }
}

pub(super) fn holds(truth: Option<&BooleanArray>, at: usize) -> bool {
    truth.is_none_or(|truth| truth.is_valid(at) && truth.value(at))
}

/// The edges of the pattern in an order in which each begins at a node that is matched; those between two matched nodes first, then single
/// edges, then paths.
fn legs(pattern: &[Edge], first: usize, nodes: usize) -> Vec<Leg> {
    let mut known = vec![false; nodes];
    known.get_mut(first).into_iter().for_each(|known| *known = true);
    let mut legs: Vec<Leg> = vec![];
    while legs.len() < pattern.len() {
        let is_known = |node: usize| known.get(node).copied().unwrap_or(false);
        let waiting = pattern.iter().enumerate().filter(|(at, edge)| {
            !legs.iter().any(|leg| leg.edge == *at) && (is_known(edge.left) || is_known(edge.right))
        });
        let next = waiting.min_by_key(|(_, edge)| (!(is_known(edge.left) && is_known(edge.right)), edge.length.1));
        let Some((at, edge)) = next else { break };
        legs.push(Leg { edge: at, from_left: is_known(edge.left) });
        for node in [edge.left, edge.right] {
            known.get_mut(node).into_iter().for_each(|known| *known = true);
        }
    }
    legs
}
