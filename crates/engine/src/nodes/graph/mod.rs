//! Graphs: a pattern's matches, and which nodes hang together.
//!
//! In: a table of edges and one of nodes, as one batch each. Out: a batch with a row per match, or per node. Edges and nodes are numbers here, the
//! places of their rows; what they hold is taken from the batches when all is found.

mod components;
mod found;
mod search;
mod shortest;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use arrow::row::{RowConverter, SortField};
use datafusion::execution::session_state::SessionState;
use semantics::bound::{self, GraphComponents, GraphMatch, PathValue};
use semantics::{Schema, Type};

use super::one_batch;
use crate::error::{Error, Result};
use crate::expressions::Wanted;
use crate::operators::Lowering;
use crate::rows::Rows;

use found::{Found, Values};
use search::{Edge, Search};
use shortest::{Levels, is_one_path};

/// A graph whose nodes and edges are numbers.
struct Topology {
    /// Where each edge begins and ends.
    ends: Vec<(usize, usize)>,
    /// The edges that begin at each node.
    leaving: Vec<Vec<usize>>,
    /// The edges that end at each node.
    entering: Vec<Vec<usize>>,
}

/// The rows of a graph.
struct Parts {
    edges: RecordBatch,
    edge_types: Vec<Type>,
    /// With how many edges end and begin at each behind its columns.
    nodes: Vec<ArrayRef>,
    node_types: Vec<Type>,
}

impl Lowering<'_> {
    /// The matches of a pattern.
    pub(crate) fn graph_match(
        &self,
        state: &SessionState,
        (edges, nodes): (&Rows, &Rows),
        plan: &GraphMatch,
        schema: &Schema,
    ) -> Result<RecordBatch> {
        let (topology, parts) = parts(edges, nodes, &plan.graph)?;
        let node_truths = plan.nodes.iter().map(|filter| self.node_truth(state, &parts, filter.as_ref()));
        let node_truths = node_truths.collect::<Result<Vec<_>>>()?;
        let mut pattern = vec![];
        for edge in &plan.edges {
            pattern.push(Edge {
                left: edge.left,
                right: edge.right,
                direction: edge.direction,
                length: edge.length,
                truth: self.edge_truth(state, &parts, edge.filter.as_ref())?,
                inner_truth: self.node_truth(state, &parts, edge.inner_filter.as_ref())?,
            });
        }
        let values = plan.paths.iter().map(|path| self.path_values(state, &parts, path)).collect::<Result<Vec<_>>>()?;
        let mut found = Found::new(plan, values);
        match (plan.shortest, pattern.first()) {
            (Some(kind), Some(edge)) if is_one_path(&pattern, plan.nodes.len(), plan.cycles) => {
                Levels::new(&topology, &node_truths, edge, kind, &mut found).run()?;
            }
            _ => Search::new(&topology, node_truths, &pattern, plan.cycles, &mut found).run()?,
        }
        found.batch(plan, &parts, schema)
    }

    /// Which component each node belongs to, behind the columns of the nodes.
    pub(crate) fn graph_components(
        &self,
        (edges, nodes): (&Rows, &Rows),
        plan: &GraphComponents,
        schema: &Schema,
    ) -> Result<RecordBatch> {
        let (topology, parts) = parts(edges, nodes, &plan.graph)?;
        let numbers = if plan.is_strong { components::strong(&topology) } else { components::weak(&topology) };
        let width = schema.len().saturating_sub(1);
        let mut columns: Vec<ArrayRef> = parts.nodes.into_iter().take(width).collect();
        columns.push(Arc::new(Int64Array::from(numbers)));
        let told = Arc::new(arrow::datatypes::Schema::new(crate::types::arrow_fields(schema)));
        RecordBatch::try_new(told, columns).map_err(bug)
    }

    /// For which nodes is it true? None when nothing is asked.
    fn node_truth(
        &self,
        state: &SessionState,
        parts: &Parts,
        filter: Option<&bound::Expr>,
    ) -> Result<Option<BooleanArray>> {
        let rows = parts.nodes.first().map_or(0, |column| column.len());
        let ask =
            |filter| self.formula(state, filter, &parts.node_types, Wanted::Truth)?.truth_over(&parts.nodes, rows);
        filter.map(ask).transpose()
    }

    fn edge_truth(
        &self,
        state: &SessionState,
        parts: &Parts,
        filter: Option<&bound::Expr>,
    ) -> Result<Option<BooleanArray>> {
        let (columns, rows) = (parts.edges.columns(), parts.edges.num_rows());
        let ask = |filter| self.formula(state, filter, &parts.edge_types, Wanted::Truth)?.truth_over(columns, rows);
        filter.map(ask).transpose()
    }

    /// The value of each edge, or of each node, that is put together along a path.
    fn path_values(&self, state: &SessionState, parts: &Parts, path: &PathValue) -> Result<Values> {
        let (columns, types) = match path.inner {
            true => (parts.nodes.as_slice(), &parts.node_types),
            false => (parts.edges.columns(), &parts.edge_types),
        };
        let rows = columns.first().map_or(0, |column| column.len());
        let values = self.formula(state, &path.value, types, Wanted::Value)?.over(columns, rows)?;
        Values::new(&values, path)
    }
}

/// Numbers the nodes, and finds the ends of the edges.
fn parts(edges: &Rows, nodes: &Rows, graph: &bound::Graph) -> Result<(Topology, Parts)> {
    let (edge_batch, node_batch) = (one_batch(edges)?, one_batch(nodes)?);
    let keys = node_batch.columns().get(..graph.source.len()).unwrap_or_default();
    let fields = keys.iter().map(|key| SortField::new(key.data_type().clone())).collect();
    let converter = RowConverter::new(fields).map_err(bug)?;
    let ids = converter.convert_columns(keys).map_err(bug)?;
    let places: HashMap<&[u8], usize> = (0..ids.num_rows()).map(|node| (ids.row(node).data(), node)).collect();
    let ends = |end: &[usize]| {
        let columns: Vec<ArrayRef> = end.iter().filter_map(|at| edge_batch.columns().get(*at).cloned()).collect();
        converter.convert_columns(&columns).map_err(bug)
    };
    let (sources, targets) = (ends(&graph.source)?, ends(&graph.target)?);
    let mut topology =
        Topology { ends: vec![], leaving: vec![vec![]; ids.num_rows()], entering: vec![vec![]; ids.num_rows()] };
    for edge in 0..edge_batch.num_rows() {
        let place = |id: &[u8]| places.get(id).copied().ok_or_else(|| Error::Bug("an edge without its node".into()));
        let (source, target) = (place(sources.row(edge).data())?, place(targets.row(edge).data())?);
        topology.ends.push((source, target));
        topology.leaving.get_mut(source).into_iter().for_each(|edges| edges.push(edge));
        topology.entering.get_mut(target).into_iter().for_each(|edges| edges.push(edge));
    }
    let types = |rows: &Rows| rows.columns.iter().map(|column| column.ty).collect::<Vec<_>>();
    let degrees = |edges: &[Vec<usize>]| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(edges.iter().map(|edges| edges.len() as i64)))
    };
    let mut columns = node_batch.columns().to_vec();
    columns.extend([degrees(&topology.entering), degrees(&topology.leaving)]);
    let mut node_types = types(nodes);
    node_types.extend([Type::Long, Type::Long]);
    let parts = Parts { edges: edge_batch, edge_types: types(edges), nodes: columns, node_types };
    Ok((topology, parts))
}

fn bug(error: arrow::error::ArrowError) -> Error {
    Error::Bug(error.to_string())
}
