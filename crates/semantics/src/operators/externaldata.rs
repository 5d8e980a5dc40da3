//! `externaldata` and `inline_external_table`: the columns are the query's, the rows those of files elsewhere.
//!
//! Binding needs the declared columns only; nobody looks at a source before the query runs. Source:
//! learn.microsoft.com/kusto/query/externaldata-operator and …/inline-external-table-operator

use syntax::ast::{ColumnDeclaration, Expr as Tree, ExprKind as TreeKind, InlineExternalTable, OperatorOption};
use syntax::{Diagnostic, Span};

use super::{option_word, rows};
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, TableKind};
use crate::codes;
use crate::external::{ExternalFormat, ExternalOptions};
use crate::tabular::Tabular;
use crate::types::Type;

/// Formats of Kusto that are refused by name.
const UNREAD_FORMATS: [&str; 7] = ["apacheavro", "avro", "azmonstream", "orc", "singlejson", "tsve", "w3clogfile"];
/// Sources of one operator: more than any list of files that a person writes.
const SOURCES_MAX: usize = 1_000;

/// `externaldata (a: string, …) [ uri, … ] with (format = "csv", …)`.
pub(crate) fn external_data(
    b: &mut Binder<'_>,
    columns: &[ColumnDeclaration],
    (sources, properties): (&[Tree], &[OperatorOption]),
    span: Span,
) -> Tabular {
    let (schema, has_types) = rows::declared_columns(b, columns);
    let sources = bind_sources(b, "externaldata", sources, span);
    let options = bind_options(b, properties);
    if schema.is_empty() {
        b.error(codes::COLUMN_EXPECTED, span, "`externaldata` must declare the columns that it reads");
    }
    match (sources, options) {
        (Some(sources), Some(options)) if has_types && !schema.is_empty() => {
            Tabular::new(TableKind::External { sources, options }, schema, span)
        }
        _ => Tabular::new(TableKind::OneRow, schema, span),
    }
}

/// `inline_external_table (a: string, …) kind=storage dataformat=csv ("uri", …) with (…)`; other kinds are refused.
pub(crate) fn inline_external_table(b: &mut Binder<'_>, tree: &InlineExternalTable, span: Span) -> Tabular {
    let (schema, has_types) = rows::declared_columns(b, &tree.columns);
    let options = bind_clauses(b, tree);
    if tree.unread.is_some() || options.is_none() {
        return Tabular::open(span);
    }
    if schema.is_empty() {
        b.error(codes::COLUMN_EXPECTED, span, "`inline_external_table` must declare the columns that it reads");
    }
    let sources = bind_sources(b, "inline_external_table", &tree.sources, span);
    match (sources, options) {
        (Some(sources), Some(options)) if has_types && !schema.is_empty() => {
            Tabular::new(TableKind::External { sources, options }, schema, span)
        }
        _ => Tabular::new(TableKind::OneRow, schema, span),
    }
}

/// The kind, the format, and the properties that say how files are read.
fn bind_clauses(b: &mut Binder<'_>, tree: &InlineExternalTable) -> Option<ExternalOptions> {
    match option_word(&tree.clauses, "kind") {
        Some(("storage", _)) => {}
        Some(("delta", place)) => {
            b.unsupported(place, "inline_external_table kind=delta");
            return None;
        }
        other => {
            let place = other.map_or(tree.keyword, |(_, place)| place);
            b.error(codes::OPTION_VALUE, place, "`inline_external_table` needs `kind=storage` or `kind=delta`");
            return None;
        }
    }
    if let Some(place) = tree.unread {
        b.unsupported(place, "inline_external_table with partitions or a path format");
        return None;
    }
    let Some((word, place)) = option_word(&tree.clauses, "dataformat") else {
        b.error(codes::OPTION_VALUE, tree.keyword, "`inline_external_table` needs `dataformat=` and a format");
        return None;
    };
    let Some(format) = ExternalFormat::from_name(word) else {
        unknown_format(b, "inline_external_table", word, place);
        return None;
    };
    let mut options = ExternalOptions { format: Some(format), ..ExternalOptions::default() };
    for property in &tree.options {
        let name = property.name.text.as_str();
        let Some((word, place)) = option_word(std::slice::from_ref(property), name) else { continue };
        match (name.to_ascii_lowercase().as_str(), word.to_ascii_lowercase().as_str()) {
            ("includeheaders", "all") => options.skips_first = true,
            ("includeheaders", "none") => options.skips_first = false,
            ("encoding", "utf8nobom" | "utf8bom") => {}
            ("includeheaders" | "encoding" | "nameprefix" | "fileextension", _) => {
                b.unsupported(place, &format!("{name} = {word} of inline_external_table"));
                return None;
            }
            _ => {
                let text = format!("`{name}` is no property of `inline_external_table` and means nothing");
                b.warn(codes::EXTERNAL_PROPERTY, property.name.span, text);
            }
        }
    }
    Some(options)
}

fn bind_sources(b: &mut Binder<'_>, operator: &str, trees: &[Tree], span: Span) -> Option<Vec<Expr>> {
    if trees.is_empty() || trees.len() > SOURCES_MAX {
        let message = format!("`{operator}` needs 1 to {SOURCES_MAX} sources, found {}", trees.len());
        b.error(codes::CONSTANT_EXPECTED, span, message);
        return None;
    }
    let bound: Vec<Option<Expr>> = trees.iter().map(|tree| bind_source(b, tree)).collect();
    bound.into_iter().collect()
}

fn bind_source(b: &mut Binder<'_>, tree: &Tree) -> Option<Expr> {
    let source = b.nested(|b| b.scalar(tree, Scope::default()))?;
    if source.ty != Type::String {
        let message = format!("the source is a path or a URI, so a string; found a {}", source.ty);
        b.error(codes::TYPE_EXPECTED, tree.span, message);
        return None;
    }
    Some(source)
}

fn bind_options(b: &mut Binder<'_>, properties: &[OperatorOption]) -> Option<ExternalOptions> {
    let mut options = ExternalOptions::default();
    let mut is_complete = true;
    for property in properties {
        let name = property.name.text.as_str();
        let Some((word, span)) = option_word(std::slice::from_ref(property), name) else { continue };
        match name.to_ascii_lowercase().as_str() {
            "format" => match ExternalFormat::from_name(word) {
                Some(format) => options.format = Some(format),
                None => {
                    is_complete = false;
                    unknown_format(b, "externaldata", word, span);
                }
            },
            "ignorefirstrecord" => match word.to_ascii_lowercase().as_str() {
                "true" => options.skips_first = true,
                "false" => options.skips_first = false,
                _ => {
                    is_complete = false;
                    b.error(codes::OPTION_VALUE, span, "`ignoreFirstRecord` is `true` or `false`");
                }
            },
            "zippattern" => options.zip_pattern = Some(word.to_owned()).filter(|pattern| !pattern.is_empty()),
            "ingestionmapping" | "ingestionmappingreference" | "ingestionmappingtype" => {
                is_complete = false;
                b.unsupported(property.name.span, &format!("{name} of externaldata"));
            }
            _ => {
                let text = format!("`{name}` is no property of `externaldata` and means nothing");
                b.warn(codes::EXTERNAL_PROPERTY, property.name.span, text);
            }
        }
        if matches!(property.value.kind, TreeKind::Missing) {
            b.is_incomplete = true;
        }
    }
    is_complete.then_some(options)
}

fn unknown_format(b: &mut Binder<'_>, operator: &str, word: &str, span: Span) {
    if UNREAD_FORMATS.contains(&word.to_ascii_lowercase().as_str()) {
        b.unsupported(span, &format!("the format {word} of {operator}"));
        return;
    }
    let message = format!("`{word}` is not a format");
    b.report(
        Diagnostic::error(codes::OPTION_VALUE, span, message)
            .hint("formats: csv, scsv, tsv, psv, sohsv, txt, raw, json, multijson, parquet"),
    );
}
