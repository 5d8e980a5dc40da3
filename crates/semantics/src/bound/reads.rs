//! What an operator reads: its input tables and its expressions.
//!
//! In: a bound operator. Out: its parts, for whoever walks over a whole query. A new operator does not compile before it says both.

use super::{Aggregate, Bound, Expr, ExprKind, InList, Step, Table, TableKind};

impl TableKind {
    /// The tables that the operator reads, those of its subqueries among them; shared tables are read by their number.
    pub fn inputs(&self) -> Vec<&Table> {
        match self {
            Self::Scan { .. }
            | Self::Shared { .. }
            | Self::Rows { .. }
            | Self::OneRow
            | Self::External { .. }
            | Self::Range { .. } => vec![],
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Summarize { input, .. }
            | Self::Distinct { input }
            | Self::Sort { input, .. }
            | Self::Top { input, .. }
            | Self::Take { input, .. }
            | Self::Sample { input, .. }
            | Self::TopHitters { input, .. }
            | Self::MvExpand { input, .. }
            | Self::Window { input, .. } => vec![input],
            Self::Parse(parse) => vec![&parse.input],
            Self::ScanSteps(scan) => vec![&scan.input],
            Self::PerKey(per_key) => per_key.tables().collect(),
            Self::GraphMatch(found) => vec![&found.graph.edges, &found.graph.nodes],
            Self::GraphComponents(components) => vec![&components.graph.edges, &components.graph.nodes],
            Self::Join(join) => vec![&join.left, &join.right],
            Self::Union { inputs } => inputs.iter().collect(),
            Self::Plugin(plugin) => plugin.inputs.iter().collect(),
        }
    }

    /// The expressions of the operator itself.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Self::Scan { .. }
            | Self::Shared { .. }
            | Self::Rows { .. }
            | Self::OneRow
            | Self::Distinct { .. }
            | Self::PerKey(_)
            | Self::GraphComponents(_)
            | Self::Union { .. } => vec![],
            Self::External { sources, .. } => sources.iter().collect(),
            Self::Range { from, to, step } => vec![from, to, step],
            Self::Filter { predicate, .. } => vec![predicate],
            Self::Project { columns, .. } => columns.iter().collect(),
            Self::Summarize { by, aggregates, .. } => by.iter().chain(arguments(aggregates)).collect(),
            Self::Sort { keys, .. } => keys.iter().map(|key| &key.expr).collect(),
            Self::Top { count, keys, .. } => std::iter::once(count).chain(keys.iter().map(|key| &key.expr)).collect(),
            Self::Take { count, .. } | Self::Sample { count, .. } | Self::TopHitters { count, .. } => vec![count],
            Self::Join(join) => join.keys.iter().flat_map(|(left, right)| [left, right]).collect(),
            Self::MvExpand { limit, .. } => limit.iter().collect(),
            Self::Window { columns, .. } => arguments(columns).collect(),
            Self::Parse(parse) => vec![&parse.source],
            Self::ScanSteps(scan) => scan.expressions().collect(),
            Self::GraphMatch(found) => found.expressions().collect(),
            Self::Plugin(plugin) => plugin.constants().collect(),
        }
    }
}

impl Bound {
    /// Does it read any table of the catalog, or a file? If not, it can be run without data.
    pub fn reads_tables(&self) -> bool {
        self.shared.iter().chain(&self.results).any(Table::reads_tables)
    }
}

impl Table {
    /// How many operators and sources it is made of, those of queries inside expressions among them.
    pub fn size(&self) -> usize {
        let inputs: usize = self.kind.inputs().into_iter().map(Self::size).sum();
        let inside: usize = self.kind.expressions().into_iter().map(Expr::tables_size).sum();
        1 + inputs + inside
    }

    /// Does it, or a table that it is made of, read a table of the catalog, or a file?
    pub fn reads_tables(&self) -> bool {
        let is_outside = matches!(self.kind, TableKind::Scan { .. } | TableKind::External { .. });
        is_outside
            || self.kind.inputs().into_iter().any(Self::reads_tables)
            || self.kind.expressions().into_iter().any(Expr::reads_tables)
    }
}

impl Expr {
    fn tables_size(&self) -> usize {
        let table = match &self.kind {
            ExprKind::ToScalar(table) | ExprKind::In { list: InList::Table(table), .. } => table.size(),
            _ => 0,
        };
        table + self.operands().into_iter().map(Self::tables_size).sum::<usize>()
    }

    /// Does a query inside it read a table of the catalog, or a file?
    fn reads_tables(&self) -> bool {
        let table = match &self.kind {
            ExprKind::ToScalar(table) | ExprKind::In { list: InList::Table(table), .. } => Some(table),
            _ => None,
        };
        table.is_some_and(|table| table.reads_tables()) || self.operands().into_iter().any(Self::reads_tables)
    }

    /// The expressions right inside one; not those of its tables.
    pub fn operands(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Constant(_) | ExprKind::Column(_) | ExprKind::ToScalar(_) => vec![],
            ExprKind::Convert(inner) | ExprKind::Negate(inner) => vec![inner],
            ExprKind::Arithmetic { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::EqualIgnoringCase { left, right, .. }
            | ExprKind::Text { left, right, .. }
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right) => vec![left, right],
            ExprKind::In { value, list, .. } => {
                let mut all: Vec<&Self> = vec![value];
                match list {
                    InList::Values(values) => all.extend(values),
                    InList::Dynamic(list) => all.push(list),
                    InList::Table(_) => {}
                }
                all
            }
            ExprKind::Between { value, low, high, .. } => vec![value, low, high],
            ExprKind::Path { base, steps } => {
                let mut all: Vec<&Self> = vec![base];
                all.extend(steps.iter().filter_map(|step| match step {
                    Step::Computed(expr) => Some(expr),
                    Step::Key(_) | Step::Index(_) => None,
                }));
                all
            }
            ExprKind::Call { arguments, .. } => arguments.iter().collect(),
        }
    }
}

fn arguments(calls: &[Aggregate]) -> impl Iterator<Item = &Expr> {
    calls.iter().flat_map(|call| &call.arguments)
}
