//! The matches that were found, and their columns.
//!
//! - Shape: a row per match, in the order in which they were found.
//! - What is computed along a path is put together when the match is told; the rest is taken from the rows of nodes and edges at the end.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, StringViewArray, UInt64Array,
};
use arrow::compute::{take, take_record_batch};
use arrow::datatypes::Schema as ArrowSchema;
use semantics::Schema;
use semantics::bound::{GraphMatch, MatchColumn, PathKind, PathValue, Shortest};

use super::search::Path;
use super::{Parts, bug};
use crate::dynamic::Elements;
use crate::error::{Error, Result};
use crate::nodes::{ROWS_MAX, too_many_rows};
use crate::types::absent_array;
use crate::types::arrow_fields;

/// Bytes of the arrays along paths of one pattern above which it is refused: they are in memory.
const TEXT_BYTES_MAX: usize = 1 << 30;

/// The value of each edge, or of each node.
pub(super) enum Values {
    Truths(BooleanArray),
    /// As JSON.
    Texts(Vec<String>),
}

impl Values {
    pub(super) fn new(values: &ArrayRef, path: &PathValue) -> Result<Self> {
        if path.kind != PathKind::Map {
            let truths = values.as_boolean_opt().ok_or_else(|| Error::Bug("a condition is not a bool".into()))?;
            return Ok(Self::Truths(truths.clone()));
        }
        let elements = Elements::new(values, path.value.ty)?;
        let text = |row| {
            let mut json = String::new();
            if !elements.write(row, &mut json) {
                json.push_str("null");
            }
            json
        };
        Ok(Self::Texts((0..values.len()).map(text).collect()))
    }
}

/// What was made of the values along a path, match by match.
enum Made {
    Truths(Vec<bool>),
    Texts(Vec<String>),
}

pub(super) struct Found {
    /// For each node of the pattern, which node it is in each match.
    nodes: Vec<Vec<u64>>,
    /// For each edge of the pattern, which edge it is in each match: the first one of a path.
    edges: Vec<Vec<u64>>,
    paths: Vec<(PathValue, Values, Made)>,
    count: usize,
    text_bytes: usize,
    shortest: Option<Shortest>,
    /// Between which nodes the shortest path has how many edges, and which matches they are.
    best: HashMap<(usize, usize), (usize, Vec<u64>)>,
    /// The first and the last node of the pattern's only sequence.
    ends: (usize, usize),
}

impl Found {
    pub(super) fn new(plan: &GraphMatch, values: Vec<Values>) -> Self {
        let paths = plan.paths.iter().cloned().zip(values).map(|(path, values)| {
            let made = if path.kind == PathKind::Map { Made::Texts(vec![]) } else { Made::Truths(vec![]) };
            (path, values, made)
        });
        let ends = (plan.edges.first().map_or(0, |edge| edge.left), plan.edges.last().map_or(0, |edge| edge.right));
        Self {
            nodes: vec![vec![]; plan.nodes.len()],
            edges: vec![vec![]; plan.edges.len()],
            paths: paths.collect(),
            count: 0,
            text_bytes: 0,
            shortest: plan.shortest,
            best: HashMap::new(),
            ends,
        }
    }

    /// One match. Paths that were found from their right end are told from their left one.
    pub(super) fn push(
        &mut self,
        nodes: &[Option<usize>],
        paths: &[Path],
        is_reversed: impl Fn(usize) -> bool,
    ) -> Result<()> {
        if !self.is_short_enough(nodes, paths) {
            return Ok(());
        }
        if self.count >= ROWS_MAX {
            return Err(too_many_rows("graph-match"));
        }
        self.count += 1;
        for (column, node) in self.nodes.iter_mut().zip(nodes) {
            column.push(node.unwrap_or(0) as u64);
        }
        for (column, path) in self.edges.iter_mut().zip(paths) {
            column.push(path.edges.first().copied().unwrap_or(0) as u64);
        }
        for (value, values, made) in &mut self.paths {
            let Some(path) = paths.get(value.edge) else { continue };
            let places = if value.inner { &path.inner } else { &path.edges };
            match (values, made) {
                (Values::Truths(truths), Made::Truths(made)) => {
                    let mut truths = places.iter().map(|place| truths.is_valid(*place) && truths.value(*place));
                    made.push(match value.kind {
                        PathKind::Any => truths.any(|truth| truth),
                        PathKind::All | PathKind::Map => truths.all(|truth| truth),
                    });
                }
                (Values::Texts(texts), Made::Texts(made)) => {
                    let texts = places.iter().filter_map(|place| texts.get(*place)).map(String::as_str);
                    let mut texts: Vec<&str> = texts.collect();
                    if is_reversed(value.edge) {
                        texts.reverse();
                    }
                    let array = format!("[{}]", texts.join(","));
                    self.text_bytes += array.len();
                    made.push(array);
                }
                _ => return Err(Error::Bug("values along a path of two kinds".into())),
            }
        }
        if self.text_bytes > TEXT_BYTES_MAX {
            return Err(Error::Environment(format!("the paths of a pattern fill more than {TEXT_BYTES_MAX} bytes")));
        }
        Ok(())
    }

    /// Is the match one of the shortest between its ends so far? Longer ones between these no longer count.
    fn is_short_enough(&mut self, nodes: &[Option<usize>], paths: &[Path]) -> bool {
        let Some(shortest) = self.shortest else { return true };
        let node = |at: usize| nodes.get(at).copied().flatten().unwrap_or(0);
        let length = paths.iter().map(|path| path.edges.len()).sum();
        let place = self.count as u64;
        let best = self.best.entry((node(self.ends.0), node(self.ends.1))).or_insert((usize::MAX, vec![]));
        if length < best.0 {
            *best = (length, vec![place]);
            return true;
        }
        let is_wanted = length == best.0 && shortest == Shortest::All;
        if is_wanted {
            best.1.push(place);
        }
        is_wanted
    }

    /// The ends of the matches that are kept, in order.
    #[cfg(test)]
    pub(super) fn kept_ends(&self) -> Vec<(u64, u64)> {
        let places = self.best.values().flat_map(|(_, places)| places);
        let mut ends: Vec<(u64, u64)> =
            places.map(|place| (self.nodes[0][*place as usize], self.nodes[1][*place as usize])).collect();
        ends.sort_unstable();
        ends
    }

    /// The matches with the columns that are asked for.
    pub(super) fn batch(self, plan: &GraphMatch, parts: &Parts, schema: &Schema) -> Result<RecordBatch> {
        let count = self.count;
        let made: Vec<ArrayRef> = self
            .paths
            .into_iter()
            .map(|(_, _, made)| -> ArrayRef {
                match made {
                    Made::Truths(truths) => Arc::new(BooleanArray::from(truths)),
                    Made::Texts(texts) => Arc::new(StringViewArray::from_iter_values(texts)),
                }
            })
            .collect();
        let rows = |columns: Vec<Vec<u64>>| columns.into_iter().map(UInt64Array::from).collect::<Vec<_>>();
        let (nodes, edges) = (rows(self.nodes), rows(self.edges));
        let lacking = || Error::Bug("a column of a match is missing".into());
        let mut arrays = vec![];
        for (column, told) in plan.columns.iter().zip(schema) {
            arrays.push(match *column {
                MatchColumn::Unused => absent_array(told.ty, count),
                MatchColumn::Path(at) => made.get(at).cloned().ok_or_else(lacking)?,
                MatchColumn::Node { node, column } => {
                    let values = parts.nodes.get(column).ok_or_else(lacking)?;
                    take(values, nodes.get(node).ok_or_else(lacking)?, None).map_err(bug)?
                }
                MatchColumn::Edge { edge, column } => {
                    let values = parts.edges.columns().get(column).ok_or_else(lacking)?;
                    take(values, edges.get(edge).ok_or_else(lacking)?, None).map_err(bug)?
                }
            });
        }
        let told = Arc::new(ArrowSchema::new(arrow_fields(schema)));
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let all = RecordBatch::try_new_with_options(told, arrays, &options).map_err(bug)?;
        if self.shortest.is_none() {
            return Ok(all);
        }
        let mut kept: Vec<u64> = self.best.into_values().flat_map(|(_, places)| places).collect();
        kept.sort_unstable();
        take_record_batch(&all, &UInt64Array::from(kept)).map_err(bug)
    }
}
