//! Pages of what is content and no Rust: tables, sources, lints, and functions written in KQL.

use lake::Content;
use lake::source::Source;

use super::functions::cell;
use super::{Kind, Page};
use crate::data;
use crate::failure::Failure;

/// A page for each table, source, lint and function written in KQL.
pub(super) fn pages(content: &Content, sources: &[Source]) -> Result<Vec<Page>, Failure> {
    let page = |kind, name: &str, summary: String| Page { kind, name: name.to_owned(), aliases: vec![], summary };
    let mut pages: Vec<Page> =
        sources.iter().map(|source| page(Kind::Source, &source.name, source.summary.clone())).collect();
    pages.extend(content.table_names().iter().map(|name| page(Kind::Table, name, String::new())));
    for name in content.function_names() {
        let Some(function) = content.function(&name).map_err(data::failure)? else { continue };
        pages.push(page(Kind::Stored, &name, comment(&function.text)));
    }
    for code in content.stems("lints", "md").into_iter().filter(|code| code != "README") {
        let text = lint(content, &code)?;
        // `# VD4001 lookalike-domain`, then a sentence.
        let title = text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
        let aliases: Vec<String> = title.split_whitespace().filter(|word| *word != code).map(str::to_owned).collect();
        let summary = text.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default();
        let aliases = if aliases.len() == 1 { aliases } else { vec![] };
        pages.push(Page { aliases, ..page(Kind::Lint, &code, summary.to_owned()) });
    }
    Ok(pages)
}

/// The text of a page below its title; of a lint all of it.
pub(super) fn body(page: &Page, content: &Content, sources: &[Source]) -> Result<String, Failure> {
    match page.kind {
        Kind::Table => table(&page.name, content, sources),
        Kind::Source => Ok(sources.iter().find(|source| source.name == page.name).map(of_source).unwrap_or_default()),
        Kind::Lint => Ok(format!("{}\n", lint(content, &page.name)?.trim_end())),
        Kind::Stored => {
            let function = content.function(&page.name).map_err(data::failure)?;
            let text = function.map(|function| function.text.trim().to_owned()).unwrap_or_default();
            Ok(format!("{}\n\n```kql\n{text}\n```\n", page.summary))
        }
        Kind::Operator | Kind::Expression | Kind::Scalar | Kind::Aggregate | Kind::Window | Kind::Plugin => {
            Ok(String::new())
        }
    }
}

fn lint(content: &Content, code: &str) -> Result<String, Failure> {
    let text = content.text(&format!("lints/{code}.md")).map_err(data::failure)?;
    Ok(text.map(std::borrow::Cow::into_owned).unwrap_or_default())
}

/// The first paragraph of the comment at the beginning of a function, as one line.
fn comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.trim().strip_prefix("//"));
    lines.map(str::trim).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn table(name: &str, content: &Content, sources: &[Source]) -> Result<String, Failure> {
    let Some(schema) = content.table(name).map_err(data::failure)? else { return Ok(String::new()) };
    let filling: Vec<String> = sources
        .iter()
        .filter(|source| source.flows.iter().any(|flow| flow.table == name))
        .map(|source| format!("[{0}](../sources/{0}.md)", source.name))
        .collect();
    let mut text = match filling.as_slice() {
        [] => "No log source that comes with vedette fills it; records of its own shape are read as they are.\n\n"
            .to_owned(),
        sources => format!("Filled by {}.\n\n", sources.join(", ")),
    };
    text.push_str("| column | type |\n| --- | --- |\n");
    for column in &schema.columns {
        text.push_str(&format!("| `{}` | {} |\n", cell(&column.name), column.ty));
    }
    if !schema.compat.is_empty() {
        text.push_str("\nNames that published queries use and that the published table lacks:\n\n");
        text.push_str("| name | stands for |\n| --- | --- |\n");
        for compat in &schema.compat {
            text.push_str(&format!("| `{}` | `{}` |\n", cell(&compat.name), cell(&compat.column)));
        }
    }
    Ok(text)
}

fn of_source(source: &Source) -> String {
    let mut text = format!("{}.\n\nDescribed at <{}>.\n\n", source.summary, source.url);
    if let Some(rows) = &source.rows {
        text.push_str(&format!("Its records have in `{}` one of: {}.\n\n", rows.column, rows.values.join(", ")));
    }
    text.push_str("| table | |\n| --- | --- |\n");
    for flow in &source.flows {
        let when = if flow.is_deferred { "made when a query asks for it" } else { "" };
        text.push_str(&format!("| [{0}](../tables/{0}.md) | {when} |\n", flow.table));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_sources_name_each_other() {
        let content = Content::embedded();
        let sources = lake::source::read_sources(&content).expect("the sources are sound");
        let table = table("DeviceNetworkEvents", &content, &sources).expect("a page");
        assert!(
            table.contains("[sysmon](../sources/sysmon.md)") && table.contains("| `RemotePort` | int |"),
            "{table}"
        );
        assert!(table.contains("| `AccountName` | `InitiatingProcessAccountName` |"), "{table}");
        let sysmon = sources.iter().find(|source| source.name == "sysmon").expect("it is there");
        assert!(of_source(sysmon).contains("[DeviceNetworkEvents](../tables/DeviceNetworkEvents.md)"));
    }

    #[test]
    fn a_function_is_told_by_its_comment() {
        assert_eq!(comment("// One.\n// Two.\n//\n// Three.\n(x: long) { x }\n// no"), "One. Two.");
        assert_eq!(comment("(x: long) { x }"), "");
    }
}
