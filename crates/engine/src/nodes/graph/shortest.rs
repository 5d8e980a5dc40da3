//! The shortest paths of a pattern that is one path of at least one edge: level by level from each node where it may begin.
//!
//! In: the graph, the ends and the edge of the pattern. Out: each path is told to [`Found`]. A way that comes to a node later than another one is
//! never the shortest, so each node is gone on from once, and from it the ways back are those that came to it first.

use arrow::array::BooleanArray;
use semantics::bound::{Cycles, Direction, Shortest};

use super::Topology;
use super::found::Found;
use super::search::{Edge, Path, Search, holds, step_further};
use crate::error::Result;

/// Is it a pattern that can be searched level by level?
pub(super) fn is_one_path(pattern: &[Edge], nodes: usize, cycles: Cycles) -> bool {
    // The shortest of at least two edges may go round, which levels do not see.
    matches!(pattern, [edge] if edge.length.0 <= 1) && nodes == 2 && cycles == Cycles::UniqueEdges
}

pub(super) struct Levels<'s> {
    topology: &'s Topology,
    edge: &'s Edge,
    /// Does the search begin at the left end?
    from_left: bool,
    begins: Option<&'s BooleanArray>,
    ends: Option<&'s BooleanArray>,
    wants_all: bool,
    /// How many edges each node is away from the beginning.
    away: Vec<Option<usize>>,
    /// The edges by which a node is come to first, each with the node before it; in the last place those that come back to the beginning.
    before: Vec<Vec<(usize, usize)>>,
    /// The nodes that were come to.
    reached: Vec<usize>,
    steps: u64,
    found: &'s mut Found,
}

impl<'s> Levels<'s> {
    pub(super) fn new(
        topology: &'s Topology,
        truths: &'s [Option<BooleanArray>],
        edge: &'s Edge,
        shortest: Shortest,
        found: &'s mut Found,
    ) -> Self {
        let of = |node: usize| truths.get(node).and_then(Option::as_ref);
        let count = |truth: Option<&BooleanArray>| truth.map_or(usize::MAX, BooleanArray::true_count);
        let (left, right) = (of(edge.left), of(edge.right));
        let from_left = count(left) <= count(right);
        let (begins, ends) = if from_left { (left, right) } else { (right, left) };
        let nodes = topology.leaving.len();
        let wants_all = shortest == Shortest::All;
        let before = vec![vec![]; nodes + 1];
        Self {
            topology,
            edge,
            from_left,
            begins,
            ends,
            wants_all,
            away: vec![None; nodes],
            before,
            reached: vec![],
            steps: 0,
            found,
        }
    }

    pub(super) fn run(&mut self) -> Result<()> {
        for begin in 0..self.topology.leaving.len() {
            if holds(self.begins, begin) {
                self.from(begin)?;
            }
        }
        Ok(())
    }

    fn from(&mut self, begin: usize) -> Result<()> {
        let back = self.away.len();
        self.put(begin, Some(0));
        self.walk(begin, back)?;
        for at in 0..self.reached.len() {
            let Some(end) = self.reached.get(at).copied().filter(|end| holds(self.ends, *end)) else { continue };
            self.tell((begin, end), end)?;
        }
        if holds(self.ends, begin) {
            self.round(begin, back)?;
        }
        for at in std::mem::take(&mut self.reached).into_iter().chain([begin, back]) {
            self.put(at, None);
            self.before.get_mut(at).into_iter().for_each(Vec::clear);
        }
        Ok(())
    }

    fn put(&mut self, node: usize, away: Option<usize>) {
        self.away.get_mut(node).into_iter().for_each(|slot| *slot = away);
    }

    /// All nodes that can be come to, level by level.
    fn walk(&mut self, begin: usize, back: usize) -> Result<()> {
        let mut level = vec![begin];
        let mut is_back = false;
        for length in 1..=self.edge.length.1 {
            let mut next = vec![];
            let mut comes_back = vec![];
            for at in level {
                if length > 1 && !holds(self.edge.inner_truth.as_ref(), at) {
                    continue;
                }
                for (taken, there) in ways(self.topology, self.edge.direction, self.from_left, at) {
                    step_further(&mut self.steps)?;
                    if !holds(self.edge.truth.as_ref(), taken) {
                        continue;
                    }
                    if there == begin {
                        comes_back.push((taken, at));
                        continue;
                    }
                    match self.away.get_mut(there) {
                        Some(slot @ None) => {
                            *slot = Some(length);
                            next.push(there);
                            self.reached.push(there);
                        }
                        Some(Some(known)) if *known == length => {}
                        _ => continue,
                    }
                    self.before.get_mut(there).into_iter().for_each(|before| before.push((taken, at)));
                }
            }
            if !is_back && !comes_back.is_empty() {
                is_back = true;
                self.before.get_mut(back).into_iter().for_each(|before| before.clone_from(&comes_back));
            }
            level = next;
        }
        Ok(())
    }

    /// The paths that end where they begin.
    fn round(&mut self, begin: usize, back: usize) -> Result<()> {
        if self.edge.length.0 == 0 {
            return self.push((begin, begin), &[]);
        }
        if self.edge.direction != Direction::Any {
            return self.tell((begin, begin), back);
        }
        // There and back by the same edge is no way round, which only the search for all matches knows.
        let only: BooleanArray = (0..self.away.len()).map(|node| Some(node == begin)).collect();
        let truths = vec![Some(only.clone()), Some(only)];
        let pattern = std::slice::from_ref(self.edge);
        Search::new(self.topology, truths, pattern, Cycles::UniqueEdges, self.found).run()
    }

    /// The paths that come to a node first, or one of them.
    fn tell(&mut self, ends: (usize, usize), last: usize) -> Result<()> {
        let mut edges: Vec<usize> = vec![];
        // Each entry is a node and which of its ways back is next.
        let mut waiting = vec![(last, 0)];
        while let Some((node, way)) = waiting.pop() {
            step_further(&mut self.steps)?;
            edges.truncate(waiting.len());
            let Some((edge, before)) = self.before.get(node).and_then(|ways| ways.get(way)).copied() else { continue };
            waiting.push((node, way + 1));
            edges.push(edge);
            if before != ends.0 {
                waiting.push((before, 0));
                continue;
            }
            let path: Vec<usize> = edges.iter().rev().copied().collect();
            self.push(ends, &path)?;
            if !self.wants_all {
                return Ok(());
            }
            edges.pop();
        }
        Ok(())
    }

    /// Tells a path: its edges in the order of the search.
    fn push(&mut self, (begin, end): (usize, usize), edges: &[usize]) -> Result<()> {
        let mut at = begin;
        let mut inner = vec![];
        for edge in edges {
            let Some((source, target)) = self.topology.ends.get(*edge).copied() else { continue };
            at = if at == source { target } else { source };
            inner.push(at);
        }
        inner.pop();
        let (left, right) = if self.from_left { (begin, end) } else { (end, begin) };
        let mut nodes = [None; 2];
        for (place, node) in [(self.edge.left, left), (self.edge.right, right)] {
            nodes.get_mut(place).into_iter().for_each(|slot| *slot = Some(node));
        }
        self.found.push(&nodes, &[Path { edges: edges.to_vec(), inner }], |_| !self.from_left)
    }
}

/// The edges that can be taken from a node, and where they lead.
fn ways(topology: &Topology, direction: Direction, from_left: bool, at: usize) -> impl Iterator<Item = (usize, usize)> {
    let (along, against) = match (direction, from_left) {
        (Direction::Any, _) => (true, true),
        (Direction::Right, true) | (Direction::Left, false) => (true, false),
        (Direction::Left, true) | (Direction::Right, false) => (false, true),
    };
    let of = |edges: &'_ [Vec<usize>], wanted: bool| -> Vec<usize> {
        edges.get(at).filter(|_| wanted).cloned().unwrap_or_default()
    };
    let along = of(&topology.leaving, along).into_iter().map(|edge| (edge, true));
    let against = of(&topology.entering, against).into_iter().map(|edge| (edge, false));
    along.chain(against).filter_map(|(edge, is_along)| {
        let (source, target) = topology.ends.get(edge)?;
        Some((edge, if is_along { *target } else { *source }))
    })
}

#[cfg(test)]
mod tests {
    use semantics::bound::{Graph, GraphMatch, PatternEdge, Table, TableKind};

    use super::*;

    /// Two ways to the answer: level by level, and all matches of which the shortest are kept.
    #[test]
    fn levels_find_what_the_search_finds() {
        let mut state = 7_u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut seen = 0;
        for round in 0..60 {
            let nodes = 3 + random(7);
            let ends: Vec<(usize, usize)> = (0..random(16)).map(|_| (random(nodes), random(nodes))).collect();
            let mut truth =
                |ten: usize| -> BooleanArray { (0..nodes.max(ends.len())).map(|_| Some(random(10) < ten)).collect() };
            let direction = [Direction::Right, Direction::Left, Direction::Any][round % 3];
            let edge = Edge {
                left: 0,
                right: 1,
                direction,
                length: (round % 2, 5),
                truth: Some(truth(8)),
                inner_truth: Some(truth(8)),
            };
            let truths = vec![Some(truth(6)), Some(truth(7))];
            let topology = topology(nodes, &ends);
            let mut by_levels = Found::new(&plan(&edge), vec![]);
            let shortest = Shortest::All;
            Levels::new(&topology, &truths, &edge, shortest, &mut by_levels)
                .run()
                .expect("a small graph is within limits");
            let mut by_search = Found::new(&plan(&edge), vec![]);
            let pattern = std::slice::from_ref(&edge);
            let search = Search::new(&topology, truths.clone(), pattern, Cycles::UniqueEdges, &mut by_search);
            { search }.run().expect("a small graph is within limits");
            assert_eq!(by_levels.kept_ends(), by_search.kept_ends(), "{ends:?} {direction:?} {:?}", edge.length);
            seen += by_levels.kept_ends().len();
        }
        assert!(seen > 300, "the graphs have paths: {seen}");
    }

    fn topology(nodes: usize, ends: &[(usize, usize)]) -> Topology {
        let of = |which: fn(&(usize, usize)) -> usize| {
            (0..nodes).map(|node| (0..ends.len()).filter(|edge| which(&ends[*edge]) == node).collect()).collect()
        };
        Topology { ends: ends.to_vec(), leaving: of(|ends| ends.0), entering: of(|ends| ends.1) }
    }

    fn plan(edge: &Edge) -> GraphMatch {
        let nothing = || Table { kind: TableKind::OneRow, schema: vec![], span: Default::default() };
        let edges = vec![PatternEdge {
            left: 0,
            right: 1,
            direction: edge.direction,
            length: edge.length,
            filter: None,
            inner_filter: None,
        }];
        GraphMatch {
            graph: Graph { edges: nothing(), source: vec![], target: vec![], nodes: nothing() },
            nodes: vec![None, None],
            edges,
            cycles: Cycles::UniqueEdges,
            shortest: Some(Shortest::All),
            paths: vec![],
            columns: vec![],
        }
    }
}
