//! Which nodes hang together: the number of each node's component, counted from zero in the order of the nodes.

use super::Topology;

/// Nodes that a way along edges joins, whichever way they go.
pub(super) fn weak(topology: &Topology) -> Vec<i64> {
    let mut numbers: Vec<Option<i64>> = vec![None; topology.leaving.len()];
    let mut next = 0;
    for start in 0..numbers.len() {
        let mut waiting = vec![start];
        let mut is_new = false;
        while let Some(node) = waiting.pop() {
            match numbers.get_mut(node) {
                Some(number @ None) => *number = Some(next),
                _ => continue,
            }
            is_new = true;
            waiting.extend(neighbors(topology, node, true).chain(neighbors(topology, node, false)));
        }
        next += i64::from(is_new);
    }
    numbers.into_iter().map(Option::unwrap_or_default).collect()
}

/// Nodes from each of which edges lead to each other one: Kosaraju's algorithm. Nodes are put down in the order in which a walk along the edges
/// is done with them; walks against the edges, from the last one on, then reach a component each.
pub(super) fn strong(topology: &Topology) -> Vec<i64> {
    let count = topology.leaving.len();
    let mut roots: Vec<Option<usize>> = vec![None; count];
    for root in finished(topology).into_iter().rev() {
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            match roots.get_mut(node) {
                Some(slot @ None) => *slot = Some(root),
                _ => continue,
            }
            waiting.extend(neighbors(topology, node, false));
        }
    }
    let mut numbers = vec![None; count];
    let mut next = 0;
    let number = |root: Option<usize>| {
        let slot = numbers.get_mut(root.unwrap_or(0))?;
        Some(*slot.get_or_insert_with(|| {
            next += 1;
            next - 1
        }))
    };
    roots.into_iter().map(number).map(Option::unwrap_or_default).collect()
}

/// The nodes in the order in which a walk has seen all that lies behind them.
fn finished(topology: &Topology) -> Vec<usize> {
    let count = topology.leaving.len();
    let mut seen = vec![false; count];
    let mut done = vec![];
    for start in 0..count {
        let mut waiting = vec![(start, false)];
        while let Some((node, is_done)) = waiting.pop() {
            if is_done {
                done.push(node);
                continue;
            }
            match seen.get_mut(node) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            waiting.push((node, true));
            waiting.extend(neighbors(topology, node, true).map(|next| (next, false)));
        }
    }
    done
}

/// The nodes one edge away, along the edges or against them.
fn neighbors(topology: &Topology, node: usize, is_along: bool) -> impl Iterator<Item = usize> {
    let edges = if is_along { &topology.leaving } else { &topology.entering };
    let edges = edges.get(node).map(Vec::as_slice).unwrap_or_default();
    edges.iter().filter_map(move |edge| {
        let (source, target) = topology.ends.get(*edge)?;
        Some(if is_along { *target } else { *source })
    })
}
