//! Pages of functions and plugins, from how they describe themselves.

use std::collections::BTreeMap;

use engine::functions::{function_info, function_names, plugin_info, plugin_names};
use semantics::Type;
use semantics::plugin::{PluginAccepts, PluginColumns, PluginInfo, PluginParameter};
use semantics::signature::{Accepts, FunctionInfo, FunctionKind, Parameter, Returns, Signature};

use super::{Kind, Page};

/// A page for each function and plugin; names that begin with `_` are the engine's own.
pub(super) fn pages() -> Vec<Page> {
    let mut pages = vec![];
    for (kind, of) in [
        (FunctionKind::Scalar, Kind::Scalar),
        (FunctionKind::Aggregate, Kind::Aggregate),
        (FunctionKind::Window, Kind::Window),
    ] {
        let mut by_name: BTreeMap<&str, (&FunctionInfo, Vec<String>)> = BTreeMap::new();
        for name in function_names(kind).into_iter().filter(|name| !name.starts_with('_')) {
            let Some(info) = function_info(name, kind) else { continue };
            let aliases = &mut by_name.entry(info.name).or_insert((info, vec![])).1;
            if name != info.name {
                aliases.push(name.to_owned());
            }
        }
        pages.extend(by_name.into_values().map(|(info, aliases)| Page {
            kind: of,
            name: info.name.to_owned(),
            aliases,
            summary: info.summary.to_owned(),
        }));
    }
    let plugins = plugin_names().into_iter().filter_map(plugin_info).filter(|info| !info.name.starts_with('_'));
    pages.extend(plugins.map(|info| Page {
        kind: Kind::Plugin,
        name: info.name.to_owned(),
        aliases: vec![],
        summary: info.summary.to_owned(),
    }));
    pages
}

/// Summary, forms, parameters and source.
pub(super) fn body(page: &Page) -> String {
    let kind = match page.kind {
        Kind::Scalar => FunctionKind::Scalar,
        Kind::Aggregate => FunctionKind::Aggregate,
        Kind::Window => FunctionKind::Window,
        Kind::Plugin => return plugin_info(&page.name).map(plugin).unwrap_or_default(),
        _ => return String::new(),
    };
    function_info(&page.name, kind).map(function).unwrap_or_default()
}

fn function(info: &FunctionInfo) -> String {
    let mut text = format!("{}\n\n```\n", info.summary);
    for signature in info.signatures {
        text.push_str(&format!("{}\n", form(info.name, signature)));
    }
    text.push_str("```\n\n");
    let mut told: Vec<&Parameter> = vec![];
    for parameter in info.signatures.iter().flat_map(|signature| signature.parameters) {
        if !told.contains(&parameter) {
            told.push(parameter);
        }
    }
    if !told.is_empty() {
        text.push_str("| parameter | type | |\n| --- | --- | --- |\n");
        for parameter in told {
            let constant = if parameter.constant { "; a constant" } else { "" };
            let (name, ty) = (parameter.name, cell(&accepts(parameter.accepts)));
            text.push_str(&format!("| `{name}` | {ty} | {}{constant} |\n", cell(parameter.summary)));
        }
        text.push('\n');
    }
    if let Some(columns) = info.columns() {
        text.push_str("It gives several columns: ");
        let columns: Vec<String> = columns.iter().map(|(name, ty)| format!("`{name}` ({ty})")).collect();
        text.push_str(&format!("{}.\n\n", columns.join(", ")));
    }
    text.push_str(&format!("Source: <{}>\n\n", info.source));
    text
}

/// `substring(source: string, start: long [, length: long]) : string`.
fn form(name: &str, signature: &Signature) -> String {
    let mut text = format!("{name}(");
    let mut open = 0;
    for (at, parameter) in signature.parameters.iter().enumerate() {
        if parameter.optional {
            text.push_str(if at > 0 { " [, " } else { "[" });
            open += 1;
        } else if at > 0 {
            text.push_str(", ");
        }
        text.push_str(parameter.name);
    }
    text.push_str(&"]".repeat(open));
    if signature.repeated > 0 {
        text.push_str(", …");
    }
    let returns = match signature.returns {
        Returns::Is(ty) => ty.name().to_owned(),
        Returns::Argument(at) => match signature.parameters.get(at) {
            Some(parameter) => format!("type of {}", parameter.name),
            None => "type of an argument".to_owned(),
        },
        Returns::Common => "common type of the arguments".to_owned(),
        Returns::Computed(_) => "type that follows from the arguments".to_owned(),
        Returns::Columns(_) => "several columns".to_owned(),
    };
    format!("{text}) → {returns}")
}

fn accepts(accepts: Accepts) -> String {
    match accepts {
        Accepts::Type(ty) => ty.name().to_owned(),
        Accepts::AnyOf(types) => one_of(types),
        Accepts::Number | Accepts::Real => "number".to_owned(),
        Accepts::Summable => "number or timespan".to_owned(),
        Accepts::Any => "any scalar".to_owned(),
        Accepts::Common => "any scalar; all such arguments become one type".to_owned(),
        Accepts::AnyOrStar => "any scalar, or `*` for all columns".to_owned(),
    }
}

fn one_of(types: &[Type]) -> String {
    match types {
        [] => "any scalar".to_owned(),
        types => types.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(", "),
    }
}

fn plugin(info: &PluginInfo) -> String {
    let parameter = |parameter: &PluginParameter| match (parameter.optional, parameter.repeated) {
        (_, true) => format!("[{}, …]", parameter.name),
        (true, false) => format!("[{}]", parameter.name),
        (false, false) => parameter.name.to_owned(),
    };
    let parameters: Vec<String> = info.parameters.iter().map(parameter).collect();
    let mut text = format!("{}\n\n```\nT | evaluate {}({})\n```\n\n", info.summary, info.name, parameters.join(", "));
    if !info.parameters.is_empty() {
        text.push_str("| parameter | takes |\n| --- | --- |\n");
        for parameter in info.parameters {
            let tilde = if parameter.or_tilde { "; `~` leaves it out" } else { "" };
            let takes = cell(&plugin_accepts(parameter.accepts));
            text.push_str(&format!("| `{}` | {takes}{tilde} |\n", parameter.name));
        }
        text.push('\n');
    }
    if let PluginColumns::OfData(_) = info.columns {
        text.push_str("Its columns follow from the data, unless an output schema is written behind the call.\n\n");
    }
    if let Some(caution) = info.caution {
        text.push_str(&format!("Caution: {caution}.\n\n"));
    }
    text.push_str(&format!("Source: <{}>\n\n", info.source));
    text
}

fn plugin_accepts(accepts: PluginAccepts) -> String {
    match accepts {
        PluginAccepts::Column(types) => format!("a column: {}", one_of(types)),
        PluginAccepts::ColumnText => "a column, of which the text is taken".to_owned(),
        PluginAccepts::Rows(ty) => format!("an expression over the rows: {ty}"),
        PluginAccepts::Constant(types) => format!("a constant: {}", one_of(types)),
        PluginAccepts::Table => "a table".to_owned(),
        PluginAccepts::TableColumn(types) => format!("a column of that table: {}", one_of(types)),
    }
}

/// Text in a cell of a Markdown table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented syntax: learn.microsoft.com/kusto/query/substring-function.
    #[test]
    fn forms_read_as_the_documentation_writes_them() {
        let info = function_info("substring", FunctionKind::Scalar).expect("it is there");
        let forms: Vec<String> = info.signatures.iter().map(|signature| form(info.name, signature)).collect();
        assert!(forms.contains(&"substring(source, startingIndex [, length]) → string".to_owned()), "{forms:?}");
    }
}
