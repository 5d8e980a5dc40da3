//! `evaluate plugin(…)`: rows through one of Kusto's plugins.
//!
//! In: the input, the call, and the schema that may be written behind it. Out: the plugin's columns. Which arguments a plugin takes and which
//! columns it gives, it says itself; here arguments are told apart and bound. Plugins that leave the machine, or run another language, are
//! refused by name.

use syntax::ast::{Argument, Call, ColumnDeclaration, EvaluateSchema, Expr as Tree, ExprKind as TreeKind, Literal};
use syntax::{Diagnostic, Span};

use super::pivot;
use super::preview::preview;
use crate::binder::{Binder, Knowledge, Scope, closest};
use crate::bound::{Expr, Plugin, PluginArgument, PluginValue, Table, TableKind};
use crate::codes;
use crate::convert::{constant, convert, converts, is_constant, literal_as};
use crate::names::Names;
use crate::plugin::{PluginAccepts, PluginCall, PluginColumns, PluginInfo, PluginParameter};
use crate::schema::{Column, Schema};
use crate::scope::Binding;
use crate::tabular::{Tabular, carry};
use crate::types::Type;
use crate::value::Value;

/// Why plugins are refused.
const REFUSED: &[(&str, &str)] = &[
    ("python", FOREIGN),
    ("r", FOREIGN),
    ("csharp", FOREIGN),
    ("sql_request", NETWORK),
    ("mysql_request", NETWORK),
    ("postgresql_request", NETWORK),
    ("cosmosdb_sql_request", NETWORK),
    ("http_request", NETWORK),
    ("http_request_post", NETWORK),
    ("azure_digital_twins_query_request", NETWORK),
    ("ai_chat_completion", NETWORK),
    ("ai_chat_completion_prompt", NETWORK),
    ("ai_embeddings", NETWORK),
    ("ai_embed_text", NETWORK),
    ("execute_query", NETWORK),
    ("execute_show_command", NETWORK),
    ("infer_storage_schema", NETWORK),
    ("infer_storage_schema_with_suggestions", NETWORK),
    ("diffpatterns_text", HEURISTIC),
    ("activity_engagement", EDGES),
    ("funnel_sequence", EDGES),
    ("funnel_sequence_completion", EDGES),
    ("sequence_detect", EDGES),
    ("estimate_rows_count", HEURISTIC),
];
const FOREIGN: &str = "it runs a program in another language";
const NETWORK: &str = "it asks a service over the network, and a query reads only its tables";
const HEURISTIC: &str = "Kusto samples the rows or searches them in a way that is not documented";
const EDGES: &str =
    "what counts at the edges of its windows, and at equal times, is documented by no example that can be recomputed";

/// The operator as it is written.
pub(super) struct Evaluate<'t> {
    pub(super) call: &'t Tree,
    pub(super) schema: Option<&'t EvaluateSchema>,
    pub(super) keyword: Span,
    pub(super) span: Span,
}

/// What a plugin is called with.
pub(super) struct Given {
    /// The rows, then the table.
    pub(super) inputs: Vec<Table>,
    /// How many columns of the rows are not there for an argument only.
    pub(super) width: usize,
    /// In the order of the parameters.
    pub(super) arguments: Vec<PluginArgument>,
}

/// - Shape: what the plugin says, or the schema that is written.
/// - Errors: `KS211` when there is no such plugin.
pub(super) fn evaluate(b: &mut Binder<'_>, input: Option<Tabular>, operator: &Evaluate<'_>) -> Tabular {
    let span = operator.span;
    let TreeKind::Call(call) = &operator.call.kind else {
        b.is_incomplete |= matches!(operator.call.kind, TreeKind::Missing);
        if !b.is_incomplete {
            b.error(codes::FUNCTION_NOT_FOUND, operator.call.span, "`evaluate` needs a call of a plugin");
        }
        return Tabular::open(span);
    };
    let is_preview = call.name.text == "preview";
    let info = if is_preview { None } else { find(b, call) };
    if info.is_none() && !is_preview {
        return Tabular::open(span);
    }
    let Some(input) = input else {
        b.error(codes::TABLE_EXPECTED, operator.keyword, "this plugin needs a table before it");
        return Tabular::open(span);
    };
    if input.is_open {
        return Tabular::open(span);
    }
    let Some(info) = info else { return preview(b, input, call, span) };
    if let Some(caution) = info.caution {
        b.warn(codes::UNPUBLISHED, call.name.span, format!("`{}`: {caution}", info.name));
    }
    let declared = match operator.schema.map(|schema| (schema.star, declared(b, &schema.columns))) {
        Some((_, None)) => return Tabular::open(span),
        Some((star, Some(columns))) => Some((star, columns)),
        None => None,
    };
    let shown = input.clone();
    let given = match info.name {
        "pivot" => pivot::pivot(b, input, call, span),
        _ => arguments(b, input, info, call, span),
    };
    match given {
        Some(given) => finish(b, &shown, info, given, declared, (call, span)),
        None => Tabular::open(span),
    }
}

/// The plugin of that name; when there is none, or it is refused, that was said.
fn find(b: &mut Binder<'_>, call: &Call) -> Option<&'static PluginInfo> {
    let name = call.name.text.as_str();
    if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        let message = format!("vedette does not run the plugin `{name}`: {reason}");
        let diagnostic = Diagnostic::error(codes::UNSUPPORTED, call.name.span, message);
        b.report(diagnostic.unsupported(format!("evaluate {name}")));
        return None;
    }
    let found = b.catalog.plugin(name);
    if found.is_none() {
        let diagnostic =
            Diagnostic::error(codes::FUNCTION_NOT_FOUND, call.name.span, format!("there is no plugin `{name}`"));
        let meant = closest(name, b.catalog.plugin_names());
        b.report(diagnostic.meant(meant, name));
    }
    found
}

fn declared(b: &mut Binder<'_>, columns: &[ColumnDeclaration]) -> Option<Schema> {
    let mut names = Names::default();
    let mut schema = vec![];
    let mut is_complete = true;
    for column in columns {
        let Some(ty) = Type::from_name(&column.ty.text) else {
            b.error(codes::TYPE_NAME, column.ty.span, format!("`{}` is not a type", column.ty.text));
            is_complete = false;
            continue;
        };
        match super::project::declared(b, &mut names, &column.name.text, column.name.span) {
            Some(name) => schema.push(Column::new(name, ty)),
            None => is_complete = false,
        }
    }
    is_complete.then_some(schema)
}

/// The plugin over its inputs, with the columns that are known, that the data says, or that are used in vain.
fn finish(
    b: &mut Binder<'_>,
    input: &Tabular,
    info: &'static PluginInfo,
    given: Given,
    declared: Option<(bool, Schema)>,
    (call, span): (&Call, Span),
) -> Tabular {
    let mut schemas: Vec<Schema> = given.inputs.iter().map(|input| input.schema.clone()).collect();
    if let Some(rows) = schemas.first_mut() {
        rows.truncate(given.width);
    }
    let schemas: Vec<&Schema> = schemas.iter().collect();
    let known = PluginCall { inputs: &schemas, arguments: &given.arguments };
    let (columns, is_open) = match info.columns {
        PluginColumns::OfCall(columns) => (columns(&known), false),
        PluginColumns::OfData(columns) => (columns(&known), declared.is_none()),
    };
    let columns = match columns {
        Ok(columns) => columns,
        Err(message) => {
            b.error(codes::ARGUMENT_VALUE, call.name.span, message);
            return Tabular::open(span);
        }
    };
    let plugin = Plugin {
        plugin: info.name,
        inputs: given.inputs,
        arguments: given.arguments,
        is_declared: declared.is_some(),
        question: None,
    };
    let schema = match (declared, info.columns) {
        (None, _) => columns,
        (Some((star, own)), PluginColumns::OfData(_)) => {
            let others = columns.into_iter().filter(|column| star && own.iter().all(|own| own.name != column.name));
            others.chain(own.iter().cloned()).collect()
        }
        (Some((_, own)), PluginColumns::OfCall(_)) if own == columns => columns,
        (Some(_), PluginColumns::OfCall(_)) => {
            b.unsupported(call.name.span, &format!("evaluate {} with an output schema", info.name));
            return Tabular::open(span);
        }
    };
    if let Some(twice) =
        schema.iter().enumerate().find(|(at, one)| schema.iter().skip(at + 1).any(|o| o.name == one.name))
    {
        b.error(codes::DUPLICATE_COLUMN, call.name.span, format!("two columns would be called `{}`", twice.1.name));
        return Tabular::open(span);
    }
    if is_open {
        return open(b, input, plugin, schema, (call, span));
    }
    table(input, plugin, schema, span)
}

/// A plugin whose columns follow from the data.
fn open(
    b: &mut Binder<'_>,
    input: &Tabular,
    mut plugin: Plugin,
    schema: Schema,
    (call, span): (&Call, Span),
) -> Tabular {
    if b.is_per_key {
        let what = format!("evaluate {} without a schema inside a subquery per record or key", call.name.text);
        b.unsupported(call.name.span, &what);
        return Tabular::open(span);
    }
    let (question, knowledge) = b.plugin_columns();
    plugin.question = Some(question);
    let made = match knowledge {
        Knowledge::Columns(schema) => {
            plugin.inputs.clear();
            plugin.arguments.clear();
            table(input, plugin, schema, span)
        }
        Knowledge::NoData => table(input, plugin, schema, span),
        Knowledge::Unanswered => {
            b.ask(table(input, plugin, schema, span).table);
            return Tabular::open(span);
        }
        Knowledge::TooMany => {
            b.error(codes::TOO_LARGE, call.name.span, "too many plugins whose columns follow from the data");
            return Tabular::open(span);
        }
    };
    let late = b.late_columns(question);
    if late.is_empty() {
        return made;
    }
    let mut columns = made.all_columns(span);
    let mut schema = made.schema().clone();
    for column in late {
        if !b.has_no_data() {
            let message =
                format!("`{}` made no column `{}` of these data; it is null", call.name.text, column.name.text);
            b.warn(codes::LATE_COLUMN, column.name.span, message);
        }
        columns.push(constant(Value::absent(column.ty), span));
        schema.push(Column::new(column.name.text, column.ty));
    }
    made.project(columns, schema, span)
}

/// The plugin's rows; compat names follow the columns that it lets through.
fn table(input: &Tabular, plugin: Plugin, schema: Schema, span: Span) -> Tabular {
    let moved = |old: usize| {
        let column = input.schema().get(old)?;
        schema.iter().position(|own| own == column)
    };
    let compat = carry(&input.compat, moved);
    let faulty =
        input.faulty.iter().filter(|name| schema.iter().any(|column| column.name == **name)).cloned().collect();
    Tabular { compat, faulty, ..Tabular::new(TableKind::Plugin(Box::new(plugin)), schema, span) }
}

/// Tells the arguments apart, and binds them.
fn arguments(b: &mut Binder<'_>, input: Tabular, info: &'static PluginInfo, call: &Call, span: Span) -> Option<Given> {
    let pairs = paired(b, &input, info, call)?;
    let mut second: Option<Tabular> = None;
    let mut bound = vec![];
    let mut columns = input.all_columns(span);
    let mut schema = input.schema().clone();
    let mut is_complete = true;
    for (parameter, argument) in pairs {
        let tree = &argument.value;
        let value = match parameter.accepts {
            PluginAccepts::Column(types) => column(b, &input, tree, types),
            PluginAccepts::TableColumn(types) => second.as_ref().and_then(|table| column(b, table, tree, types)),
            PluginAccepts::Constant(types) => constant_argument(b, tree, types).map(PluginValue::Constant),
            PluginAccepts::Rows(ty) => b.scalar(tree, Scope::of(&input)).and_then(|expr| {
                if !converts(expr.ty, ty) {
                    b.error(codes::TYPE_EXPECTED, tree.span, format!("a {ty} is expected here, found a {}", expr.ty));
                    return None;
                }
                schema.push(Column::new(b.hidden_name(), ty));
                columns.push(convert(expr, ty));
                Some(PluginValue::Column(columns.len() - 1))
            }),
            PluginAccepts::ColumnText => text_of_column(b, &input, tree).map(|(place, text)| {
                bound.push(PluginArgument { parameter: parameter.name, value: PluginValue::Column(place) });
                schema.push(Column::new(b.hidden_name(), Type::String));
                columns.push(text);
                PluginValue::Column(columns.len() - 1)
            }),
            PluginAccepts::Table => {
                let table = b.tabular(tree, Scope::default());
                is_complete &= !table.is_open;
                second = Some(table);
                continue;
            }
        };
        match value {
            Some(value) => bound.push(PluginArgument { parameter: parameter.name, value }),
            None => is_complete = false,
        }
    }
    let width = input.schema().len();
    let rows = if columns.len() == input.schema().len() { input } else { input.project(columns, schema, span) };
    let inputs = std::iter::once(rows.table).chain(second.map(|table| table.table)).collect();
    is_complete.then_some(Given { inputs, width, arguments: bound })
}

/// Each argument with its parameter, in the order of the parameters: by name, or by place, where an optional parameter is passed over when
/// the argument is something else.
fn paired<'t>(
    b: &mut Binder<'_>,
    input: &Tabular,
    info: &'static PluginInfo,
    call: &'t Call,
) -> Option<Vec<(&'static PluginParameter, &'t Argument)>> {
    let mut pairs: Vec<(usize, &Argument)> = vec![];
    let mut next = 0;
    for argument in &call.arguments {
        if let Some(name) = &argument.name {
            let Some(at) = info.parameters.iter().position(|parameter| parameter.name == name.text) else {
                b.error(codes::ARGUMENT_NAME, name.span, format!("`{}` has no parameter `{}`", info.name, name.text));
                return None;
            };
            pairs.push((at, argument));
            continue;
        }
        let mut rest = info.parameters.iter().enumerate().skip(next);
        let fitting = rest.find(|(_, parameter)| {
            !parameter.optional || parameter.or_tilde || fits(b, input, parameter, &argument.value)
        });
        let Some((at, parameter)) = fitting else {
            b.error(codes::ARGUMENT_COUNT, argument.value.span, format!("`{}` takes no such argument here", info.name));
            return None;
        };
        next = if parameter.repeated { at } else { at + 1 };
        if !(parameter.or_tilde && is_tilde(&argument.value)) {
            pairs.push((at, argument));
        }
    }
    for (at, parameter) in info.parameters.iter().enumerate() {
        let count = pairs.iter().filter(|(own, _)| *own == at).count();
        if count == 0 && !parameter.optional {
            b.error(
                codes::ARGUMENT_COUNT,
                call.name.span,
                format!("`{}` needs its argument {}", info.name, parameter.name),
            );
            return None;
        }
        if count > 1 && !parameter.repeated {
            b.error(codes::ARGUMENT_COUNT, call.name.span, format!("`{}` takes {} once", info.name, parameter.name));
            return None;
        }
    }
    pairs.sort_by_key(|(at, _)| *at);
    Some(pairs.into_iter().filter_map(|(at, argument)| Some((info.parameters.get(at)?, argument))).collect())
}

/// The text that stands for an argument that is left out.
fn is_tilde(tree: &Tree) -> bool {
    matches!(&tree.kind, TreeKind::Literal(Literal::String { value, .. }) if value == "~")
}

/// Could this be an argument for the parameter? Asked for optional ones only.
fn fits(b: &Binder<'_>, input: &Tabular, parameter: &PluginParameter, tree: &Tree) -> bool {
    let name = match &tree.kind {
        TreeKind::Name(name) => Some(name.text.as_str()),
        _ => None,
    };
    let is_column = name.is_some_and(|name| b.has_column(input, name));
    let is_table = name.is_some_and(|name| match b.env.find(name) {
        Some(Binding::Tabular(_)) => true,
        Some(_) => false,
        None => b.catalog.table(name).is_some(),
    }) || matches!(tree.kind, TreeKind::Pipe { .. });
    let is_variable = name.is_some_and(|name| b.env.find(name).is_some());
    match parameter.accepts {
        PluginAccepts::Column(_) | PluginAccepts::ColumnText | PluginAccepts::TableColumn(_) => {
            is_column || name.is_some() && !is_variable && !is_table
        }
        PluginAccepts::Rows(_) => !is_table,
        PluginAccepts::Constant(_) => !is_column && !is_table && (name.is_none() || is_variable),
        PluginAccepts::Table => !is_column && is_table,
    }
}

/// A column, of one of these types when there are any.
pub(super) fn column(b: &mut Binder<'_>, table: &Tabular, tree: &Tree, types: &[Type]) -> Option<PluginValue> {
    let name = match &tree.kind {
        TreeKind::Name(name) => name,
        TreeKind::Paren(inner) => return column(b, table, inner, types),
        _ => {
            b.error(codes::COLUMN_EXPECTED, tree.span, "a column's name is expected here");
            return None;
        }
    };
    let found = b.column_of(table, name)?;
    let ty = table.column_expr(found, tree.span).ty;
    if !types.is_empty() && !types.contains(&ty) {
        let message = format!("`{}` is a {ty}; {} is expected here", name.text, listed(types));
        b.error(codes::TYPE_EXPECTED, tree.span, message);
        return None;
    }
    Some(PluginValue::Column(found))
}

/// The place of a column, and its text.
fn text_of_column(b: &mut Binder<'_>, table: &Tabular, tree: &Tree) -> Option<(usize, Expr)> {
    match column(b, table, tree, &[])? {
        PluginValue::Column(place) => {
            Some((place, b.cast(table.column_expr(place, tree.span), Type::String, tree.span)?))
        }
        PluginValue::Constant(_) => None,
    }
}

/// A value over no columns, as one of these types when there are any.
fn constant_argument(b: &mut Binder<'_>, tree: &Tree, types: &[Type]) -> Option<Expr> {
    let expr = b.scalar(tree, Scope::default())?;
    if !is_constant(&expr) {
        b.error(codes::CONSTANT_EXPECTED, tree.span, "a value that is the same for all rows is expected here");
        return None;
    }
    if types.is_empty() || types.contains(&expr.ty) {
        return Some(expr);
    }
    let ty = expr.ty;
    let converted = types.iter().find(|wanted| converts(ty, **wanted)).map(|wanted| convert(expr.clone(), *wanted));
    let converted = converted.or_else(|| types.iter().find_map(|wanted| literal_as(&expr, *wanted)));
    if converted.is_none() {
        b.error(codes::TYPE_EXPECTED, tree.span, format!("{} is expected here, found a {ty}", listed(types)));
    }
    converted
}

fn listed(types: &[Type]) -> String {
    types.iter().map(|ty| format!("a {ty}")).collect::<Vec<_>>().join(" or ")
}
