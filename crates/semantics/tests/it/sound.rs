//! What `bound.rs` promises the engine, checked on a bound query: columns exist, types agree, names are unique.
//!
//! Every query that a test binds goes through here.

use semantics::Type;
use semantics::bound::{
    Aggregate, ArithmeticOp, Bound, Expr, ExprKind, Graph, GraphMatch, InList, JoinKind, MatchColumn, ParsePart,
    PathKind, PluginValue, Step, Table, TableKind,
};
use syntax::ast::InTest;

/// Panics with a sentence where the query breaks a promise.
pub(crate) fn assert_sound(bound: &Bound) {
    for (at, table) in bound.shared.iter().enumerate() {
        sound_table(table, &bound.shared[..at]);
    }
    for table in &bound.results {
        sound_table(table, &bound.shared);
    }
}

fn types(table: &Table) -> Vec<Type> {
    table.schema.iter().map(|column| column.ty).collect()
}

fn sound_table(table: &Table, shared: &[Table]) {
    let mut names: Vec<&str> = table.schema.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), table.schema.len(), "names are unique");
    let own = types(table);
    let below = |input: &Table| {
        sound_table(input, shared);
        types(input)
    };
    match &table.kind {
        TableKind::Scan { columns, .. } => assert_eq!(columns.len(), own.len(), "a scan has a column per name"),
        TableKind::Shared { index } => {
            assert_eq!(types(&shared[*index]), own, "a shared table keeps its columns");
        }
        TableKind::Rows { rows } => {
            for row in rows {
                let found: Vec<Type> = row.iter().map(semantics::Value::ty).collect();
                assert_eq!(found, own, "values have their columns' types");
            }
        }
        TableKind::External { sources, .. } => {
            for source in sources {
                assert_eq!(sound(source, &[], shared), Type::String, "a source is a string");
            }
        }
        TableKind::OneRow => assert!(own.is_empty(), "one row has no columns"),
        TableKind::Range { from, to, step } => {
            for end in [from, to] {
                assert_eq!(sound(end, &[], shared), own[0], "a range has the type of its ends");
            }
            let wanted = if own[0] == Type::DateTime { Type::TimeSpan } else { own[0] };
            assert_eq!(sound(step, &[], shared), wanted, "a step has the type of the distance");
        }
        TableKind::Filter { input, predicate } => {
            let columns = below(input);
            assert_eq!(sound(predicate, &columns, shared), Type::Bool, "predicates are bools");
            assert_eq!(columns, own, "a filter keeps its columns");
        }
        TableKind::Project { input, columns } => {
            let input = below(input);
            let found: Vec<Type> = columns.iter().map(|column| sound(column, &input, shared)).collect();
            assert_eq!(found, own, "a projection has the types of its expressions");
        }
        TableKind::Summarize { input, by, aggregates } => {
            let input = below(input);
            let mut found: Vec<Type> = by.iter().map(|key| sound(key, &input, shared)).collect();
            assert!(!found.contains(&Type::Dynamic), "keys are not dynamic");
            found.extend(aggregates.iter().flat_map(|call| sound_call(call, &input, shared)));
            assert_eq!(found, own, "groups have keys and aggregates");
        }
        TableKind::Distinct { input } => assert_eq!(below(input), own, "distinct keeps its columns"),
        TableKind::Sort { input, keys } => {
            let columns = below(input);
            for key in keys {
                assert_ne!(sound(&key.expr, &columns, shared), Type::Dynamic, "a dynamic has no order");
            }
            assert_eq!(columns, own, "a sort keeps its columns");
        }
        TableKind::Top { input, count, keys } => {
            let columns = below(input);
            for key in keys {
                assert_ne!(sound(&key.expr, &columns, shared), Type::Dynamic, "a dynamic has no order");
            }
            assert_eq!(sound(count, &[], shared), Type::Long, "a count is a long");
            assert_eq!(columns, own, "top keeps its columns");
        }
        TableKind::Take { input, count }
        | TableKind::Sample { input, count }
        | TableKind::TopHitters { input, count } => {
            assert_eq!(sound(count, &[], shared), Type::Long, "a count is a long");
            assert_eq!(below(input), own, "take keeps its columns");
        }
        TableKind::Join(join) => {
            let (left, right) = (below(&join.left), below(&join.right));
            for (a, b) in &join.keys {
                assert_eq!(sound(a, &left, shared), sound(b, &right, shared), "keys agree");
            }
            let expect = match join.kind {
                JoinKind::LeftSemi | JoinKind::LeftAnti => left,
                JoinKind::RightSemi | JoinKind::RightAnti => right,
                _ => [left, right].concat(),
            };
            assert_eq!(expect, own, "a join has the columns of its sides");
        }
        TableKind::Union { inputs } => {
            for input in inputs {
                assert_eq!(below(input), own, "inputs of a union have its columns");
            }
        }
        TableKind::MvExpand { input, columns, limit, item_index, .. } => {
            let mut expect = below(input);
            for column in columns {
                assert_eq!(expect[column.column], Type::Dynamic, "what is expanded is dynamic");
                expect[column.column] = column.ty;
            }
            expect.extend(item_index.then_some(Type::Long));
            assert_eq!(expect, own, "mv-expand changes the types of what it expands");
            if let Some(limit) = limit {
                assert_eq!(sound(limit, &[], shared), Type::Long, "a limit is a long");
            }
        }
        TableKind::Window { input, columns } => {
            let mut expect = below(input);
            let calls: Vec<Type> = columns.iter().flat_map(|call| sound_call(call, &expect, shared)).collect();
            expect.extend(calls);
            assert_eq!(expect, own, "windows add a column each");
        }
        TableKind::ScanSteps(scan) => {
            let mut expect = below(&scan.input);
            for key in &scan.partition {
                sound(key, &expect, shared);
            }
            expect.extend(scan.defaults.iter().map(|default| sound(default, &[], shared)));
            for (at, step) in scan.steps.iter().enumerate() {
                let seen: Vec<Type> = expect.iter().copied().cycle().take(expect.len() * (at + 2)).collect();
                assert_eq!(sound(&step.condition, &seen, shared), Type::Bool, "conditions are bools");
                for (column, value) in &step.assignments {
                    assert_eq!(sound(value, &seen, shared), scan.defaults[*column].ty, "assignments keep the type");
                }
            }
            expect.extend(scan.has_match_id.then_some(Type::Long));
            assert_eq!(expect, own, "scan has the input's columns, the declared ones and the match id");
        }
        TableKind::PerKey(per_key) => {
            let input = below(&per_key.input);
            let key = input[per_key.key];
            if let Some(keys) = &per_key.keys {
                assert_eq!(below(keys), [key], "the keys are of the key's type");
            }
            // The places of the subquery's own tables hold nothing outside of it.
            let mut shared = shared.to_vec();
            shared[per_key.slot].schema = per_key.input.schema.clone();
            for (at, table) in &per_key.shared {
                sound_table(table, &shared);
                shared[*at] = table.clone();
            }
            sound_table(&per_key.body, &shared);
            let mut expect = types(&per_key.body);
            expect.push(key);
            assert_eq!(expect, own, "the subquery's columns, then the key");
        }
        TableKind::GraphMatch(found) => sound_match(found, &own, shared),
        TableKind::GraphComponents(components) => {
            let (_, mut expect) = sound_graph(&components.graph, shared);
            expect.push(Type::Long);
            assert_eq!(expect, own, "the nodes, then the number of the component");
        }
        TableKind::Parse(parse) => {
            let mut expect = below(&parse.input);
            assert_eq!(sound(&parse.source, &expect, shared), Type::String, "what is parsed is text");
            expect.extend(parse.parts.iter().filter_map(|part| match part {
                ParsePart::Column(ty) => Some(*ty),
                ParsePart::Skip | ParsePart::Text(..) => None,
            }));
            assert_eq!(expect, own, "parse adds its columns");
        }
        TableKind::Plugin(plugin) => {
            let inputs: Vec<Vec<Type>> = plugin.inputs.iter().map(below).collect();
            let width = inputs.iter().map(Vec::len).max().unwrap_or(0);
            for argument in &plugin.arguments {
                match &argument.value {
                    PluginValue::Column(column) => assert!(*column < width, "arguments are columns of an input"),
                    PluginValue::Constant(expr) => assert_eq!(sound(expr, &[], shared), expr.ty, "or constants"),
                }
            }
        }
    }
}

/// The types of the columns of edges and of nodes.
fn sound_graph(graph: &Graph, shared: &[Table]) -> (Vec<Type>, Vec<Type>) {
    for part in [&graph.edges, &graph.nodes] {
        sound_table(part, shared);
    }
    let (edges, nodes) = (types(&graph.edges), types(&graph.nodes));
    for end in [&graph.source, &graph.target] {
        let found: Vec<Type> = end.iter().map(|column| edges[*column]).collect();
        assert_eq!(found, nodes[..end.len()], "ends are ids of nodes");
    }
    (edges, nodes)
}

fn sound_match(found: &GraphMatch, own: &[Type], shared: &[Table]) {
    let (edges, mut nodes) = sound_graph(&found.graph, shared);
    nodes.extend([Type::Long, Type::Long]);
    let is_bool = |expr: &Option<Expr>, columns: &[Type]| {
        expr.iter().for_each(|expr| assert_eq!(sound(expr, columns, shared), Type::Bool, "filters are bools"));
    };
    found.nodes.iter().for_each(|filter| is_bool(filter, &nodes));
    for edge in &found.edges {
        assert!(edge.left.max(edge.right) < found.nodes.len(), "an edge is between nodes of the pattern");
        assert!(edge.length.0 <= edge.length.1, "a path is as long as its least");
        is_bool(&edge.filter, &edges);
        is_bool(&edge.inner_filter, &nodes);
    }
    let paths = found.paths.iter().map(|path| {
        let value = sound(&path.value, if path.inner { &nodes } else { &edges }, shared);
        assert!(path.kind == PathKind::Map || value == Type::Bool, "what is all or any is a bool");
        if path.kind == PathKind::Map { Type::Dynamic } else { Type::Bool }
    });
    let paths: Vec<Type> = paths.collect();
    assert_eq!(found.columns.len(), own.len(), "a match has a column for each that is told");
    for (column, ty) in found.columns.iter().zip(own) {
        match *column {
            MatchColumn::Unused => {}
            MatchColumn::Node { column, .. } => assert_eq!(nodes[column], *ty, "a node's column keeps its type"),
            MatchColumn::Edge { column, .. } => assert_eq!(edges[column], *ty, "an edge's column keeps its type"),
            MatchColumn::Path(at) => assert_eq!(paths[at], *ty, "a path's value has its type"),
        }
    }
}

fn sound_call(call: &Aggregate, columns: &[Type], shared: &[Table]) -> Vec<Type> {
    for argument in &call.arguments {
        sound(argument, columns, shared);
    }
    call.outputs.clone()
}

/// The type of a sound expression over columns of these types.
fn sound(expr: &Expr, columns: &[Type], shared: &[Table]) -> Type {
    let of = |expr: &Expr| sound(expr, columns, shared);
    let textual = |ty| matches!(ty, Type::String | Type::Dynamic);
    match &expr.kind {
        ExprKind::Constant(value) => assert_eq!(value.ty(), expr.ty, "a constant has its value's type"),
        ExprKind::Column(at) => assert_eq!(columns[*at], expr.ty, "a column has its type"),
        ExprKind::Convert(inner) => {
            let from = of(inner);
            let widens = from.promote(expr.ty) == Some(expr.ty);
            assert!(from != expr.ty, "a conversion changes the type");
            assert!(
                widens || from == Type::Dynamic || expr.ty == Type::Dynamic,
                "{from} does not convert to {}",
                expr.ty
            );
        }
        ExprKind::Negate(inner) => {
            assert_eq!(of(inner), expr.ty, "negation keeps the type");
            assert!(expr.ty.is_summable(), "only numbers and timespans are negated");
        }
        ExprKind::Arithmetic { op, left, right } => {
            sound_arithmetic(*op, of(left), of(right), expr.ty);
        }
        ExprKind::Compare { left, right, .. } => {
            assert_eq!(of(left), of(right), "both sides are of one type");
            assert_eq!(expr.ty, Type::Bool);
        }
        ExprKind::EqualIgnoringCase { left, right, .. } => {
            assert_eq!([of(left), of(right)], [Type::String; 2], "both sides are strings");
        }
        ExprKind::Text { left, right, .. } => {
            assert!(textual(of(left)), "the left side is text");
            assert_eq!(of(right), Type::String, "the right side is a string");
        }
        ExprKind::In { test, value, list, .. } => {
            let value = of(value);
            match list {
                InList::Values(values) => {
                    for element in values {
                        let wanted = if *test == InTest::In { value } else { Type::String };
                        assert_eq!(of(element), wanted, "elements have the value's type");
                    }
                }
                InList::Dynamic(list) => assert_eq!(of(list), Type::Dynamic),
                InList::Table(table) => sound_table(table, shared),
            }
        }
        ExprKind::Between { value, low, high, .. } => {
            assert_eq!([of(low), of(high)], [of(value); 2], "ends have the value's type");
        }
        ExprKind::And(left, right) | ExprKind::Or(left, right) => {
            assert_eq!([of(left), of(right)], [Type::Bool; 2], "both sides are bools");
        }
        ExprKind::Path { base, steps } => {
            assert_eq!(of(base), Type::Dynamic, "a path walks into a dynamic");
            for step in steps {
                if let Step::Computed(step) = step {
                    assert!(matches!(of(step), Type::String | Type::Long), "a step is a string or a long");
                }
            }
            assert_eq!(expr.ty, Type::Dynamic);
        }
        ExprKind::Call { arguments, .. } => {
            for argument in arguments {
                of(argument);
            }
        }
        ExprKind::ToScalar(table) => {
            sound_table(table, shared);
            assert_eq!(table.schema[0].ty, expr.ty, "toscalar has the type of the first column");
        }
    }
    expr.ty
}

fn sound_arithmetic(op: ArithmeticOp, left: Type, right: Type, result: Type) {
    use ArithmeticOp::{Add, Divide, Modulo, Multiply, Subtract};
    use Type::{DateTime, Real, TimeSpan};
    let allowed = match (op, left, right) {
        (_, a, b) if a.is_number() && a == b => result == a,
        (Subtract, DateTime, DateTime) => result == TimeSpan,
        (Add | Subtract, DateTime, TimeSpan) | (Add, TimeSpan, DateTime) => result == DateTime,
        (Add | Subtract | Modulo, TimeSpan, TimeSpan) | (Modulo, DateTime, TimeSpan) => result == TimeSpan,
        (Multiply | Divide, TimeSpan, Real) | (Multiply, Real, TimeSpan) => result == TimeSpan,
        (Divide, TimeSpan, TimeSpan) => result == Real,
        _ => false,
    };
    assert!(allowed, "{left} {op:?} {right} is not {result}");
}
