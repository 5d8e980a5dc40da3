//! How functions, parameters and types are written for people: `substring(source: string, start: long, [length: long]): string`.
//!
//! In: descriptions of functions, and parameters as a query declares them. Out: text, and where each parameter stands in it.

use std::ops::Range;

use syntax::ast::{Parameter as Declared, StatementKind, TypeExpr};

use crate::catalog::{Catalog, StoredFunction};
use crate::plugin::{PluginAccepts, PluginInfo};
use crate::schema::Column;
use crate::signature::{Accepts, FunctionInfo, FunctionKind, Returns, Signature};
use crate::types::Type;

/// Columns that a table shows at most.
const COLUMNS_SHOWN_MAX: usize = 40;

/// A form of a call, and where its parameters are in it, each with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Form {
    pub(super) label: String,
    pub(super) parameters: Vec<(Range<usize>, String)>,
}

/// Calls that are forms of the language and no functions: name, parameters, what they give.
static FORMS: &[(&str, &[&str], &str)] = &[
    ("bag_pack_columns", &["column", "…"], "A bag of the columns, by their names."),
    ("bin_auto", &["expression"], "Rounds down to the bins that `set query_bin_auto_size` says."),
    (
        "column_ifexists",
        &["name: string", "otherwise"],
        "The column of that name if there is one, else the other value.",
    ),
    ("column_names_of", &["table"], "The names of the table's columns, as an array."),
    ("database", &["name: string"], "A database; its name is ignored, there is one."),
    ("estimate_data_size", &["column", "…"], "How many bytes the columns take, about."),
    ("ingestion_time", &[], "When the row came into its store."),
    ("materialize", &["table"], "The table, evaluated once however often it is used."),
    ("pack_all", &["[ignore_null_empty: bool]"], "A bag of all columns of the row."),
    ("table", &["name: string"], "The table of that name."),
    ("toscalar", &["table"], "The first value of the table's first column."),
    ("typeof", &["type"], "A type, where one is an argument."),
    ("_GetWatchlist", &["alias: string"], "The rows of a watchlist."),
    ("_GetWatchlistAlias", &[], "The aliases of all watchlists."),
];

/// The form of that name: parameters and what it gives.
pub(super) fn special(name: &str) -> Option<(Form, &'static str)> {
    let (name, parameters, summary) = FORMS.iter().find(|(form, ..)| *form == name)?;
    let parameters = parameters.iter().map(|parameter| ((*parameter).to_owned(), String::new()));
    Some((form(name, parameters.collect(), ""), summary))
}

/// The names of the forms.
pub(super) fn specials() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(name, ..)| *name)
}

/// The built-in function of that name; the kind that fits is asked for first.
pub(super) fn function(catalog: &dyn Catalog, name: &str, first: FunctionKind) -> Option<&'static FunctionInfo> {
    let kinds = [first, FunctionKind::Scalar, FunctionKind::Aggregate, FunctionKind::Window];
    kinds.into_iter().find_map(|kind| catalog.function(name, kind))
}

/// The forms of a built-in function.
pub(super) fn forms_of(info: &FunctionInfo) -> Vec<Form> {
    info.signatures.iter().map(|signature| form_of(info.name, signature)).collect()
}

fn form_of(name: &str, signature: &Signature) -> Form {
    let mut parameters: Vec<(String, String)> = signature
        .parameters
        .iter()
        .map(|parameter| {
            let text = match accepts(parameter.accepts) {
                ty if ty.is_empty() => parameter.name.to_owned(),
                ty => format!("{}: {ty}", parameter.name),
            };
            let text = if parameter.optional { format!("[{text}]") } else { text };
            let constant = if parameter.constant { " A constant." } else { "" };
            (text, format!("{}{constant}", parameter.summary))
        })
        .collect();
    if signature.repeated > 0 {
        parameters.push(("…".to_owned(), String::new()));
    }
    form(name, parameters, &returns(signature.returns))
}

/// The form of a function that a query declares.
pub(super) fn form_of_declared(name: &str, parameters: &[Declared], text: &str) -> Form {
    let parameters = parameters.iter().map(|parameter| (declared(parameter, text), String::new()));
    form(name, parameters.collect(), "")
}

/// The form of a plugin.
pub(super) fn form_of_plugin(info: &PluginInfo) -> Form {
    let parameters = info.parameters.iter().map(|parameter| {
        let kind = match parameter.accepts {
            PluginAccepts::Column(_) | PluginAccepts::ColumnText => "column",
            PluginAccepts::Rows(ty) => ty.name(),
            PluginAccepts::Constant([ty]) => ty.name(),
            PluginAccepts::Constant(_) => "constant",
            PluginAccepts::Table => "table",
            PluginAccepts::TableColumn(_) => "column of the table",
        };
        let dots = if parameter.repeated { " …" } else { "" };
        let text = format!("{}: {kind}{dots}", parameter.name);
        (if parameter.optional { format!("[{text}]") } else { text }, String::new())
    });
    form(info.name, parameters.collect(), "")
}

/// The parameters of a function that the catalog keeps as text, and what its comments say.
pub(super) fn form_of_stored(name: &str, function: &StoredFunction) -> (Form, String) {
    let about: Vec<&str> = function
        .text
        .lines()
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with("//"))
        .map(|line| line.trim().trim_start_matches('/').trim())
        .take(10)
        .collect();
    let whole = format!("let f = {}", function.text);
    let parsed = syntax::parse(&whole);
    let value = parsed.query.statements.first().map(|statement| &statement.kind);
    let form = match value {
        Some(StatementKind::Let { value, .. }) => match &value.kind {
            syntax::ast::ExprKind::Lambda { parameters, .. } => form_of_declared(name, parameters, &whole),
            _ => form(name, vec![], ""),
        },
        _ => form(name, vec![], ""),
    };
    (form, about.join("\n").trim().to_owned())
}

/// Columns, a list that ends somewhere.
pub(super) fn columns(columns: &[Column]) -> String {
    let shown = columns.iter().take(COLUMNS_SHOWN_MAX).map(|column| format!("{}: {}", column.name, column.ty));
    let mut text = shown.collect::<Vec<_>>().join("\n");
    if columns.len() > COLUMNS_SHOWN_MAX {
        text.push_str(&format!("\n… {} more", columns.len() - COLUMNS_SHOWN_MAX));
    }
    text
}

/// A name as a query writes it: in brackets when it is no word.
pub(super) fn written(name: &str) -> String {
    let is_word = name.starts_with(|ch: char| ch.is_ascii_alphabetic() || ch == '_')
        && name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
    if is_word { name.to_owned() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

fn declared(parameter: &Declared, text: &str) -> String {
    let ty = match &parameter.ty {
        TypeExpr::Scalar(ty) => ty.text.clone(),
        TypeExpr::Table(columns, _) => {
            let columns: Vec<String> =
                columns.iter().map(|column| format!("{}: {}", column.name.text, column.ty.text)).collect();
            format!("({})", columns.join(", "))
        }
        TypeExpr::AnyTable(_) => "(*)".to_owned(),
    };
    match &parameter.default {
        Some(default) => format!("[{}: {ty} = {}]", parameter.name.text, default.span.text(text)),
        None => format!("{}: {ty}", parameter.name.text),
    }
}

fn form(name: &str, parameters: Vec<(String, String)>, returns: &str) -> Form {
    let mut label = format!("{name}(");
    let mut places = vec![];
    for (at, (text, summary)) in parameters.into_iter().enumerate() {
        if at > 0 {
            label.push_str(", ");
        }
        let start = label.len();
        label.push_str(&text);
        places.push((start..label.len(), summary));
    }
    label.push(')');
    if !returns.is_empty() {
        label.push_str(": ");
        label.push_str(returns);
    }
    Form { label, parameters: places }
}

fn accepts(accepts: Accepts) -> String {
    match accepts {
        Accepts::Type(ty) => ty.name().to_owned(),
        Accepts::AnyOf(types) => types.iter().map(|ty: &Type| ty.name()).collect::<Vec<_>>().join(" | "),
        Accepts::Number => "number".to_owned(),
        Accepts::Real => "real".to_owned(),
        Accepts::Summable => "number | timespan".to_owned(),
        Accepts::AnyOrStar => "column | *".to_owned(),
        Accepts::Any | Accepts::Common => String::new(),
    }
}

fn returns(returns: Returns) -> String {
    match returns {
        Returns::Is(ty) => ty.name().to_owned(),
        Returns::Columns(columns) => {
            format!("({})", columns.iter().map(|(name, ty)| format!("{name}: {ty}")).collect::<Vec<_>>().join(", "))
        }
        Returns::Argument(_) | Returns::Common | Returns::Computed(_) => String::new(),
    }
}
