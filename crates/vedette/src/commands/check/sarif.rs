//! Findings as SARIF 2.1.0 (OASIS), which code scanning reads: codes as rules, places as regions, fixes as replacements.

use std::collections::BTreeMap;
use std::io::Write;

use lake::Content;
use serde_json::{Value, json};
use syntax::{Fix, Severity, Span, position};

use super::all;
use super::whole::Checked;
use crate::failure::Failure;
use crate::findings::{Finding, codes};
use crate::output::Output;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one run.
pub(super) fn write(output: &mut Output, checked: &[Checked], content: &Content) -> Result<(), Failure> {
    let says = codes::all();
    let mut rules: BTreeMap<&str, Severity> = BTreeMap::new();
    for (_, finding) in all(checked) {
        let worst = rules.entry(finding.diagnostic.code).or_insert(finding.diagnostic.severity);
        *worst = finding.diagnostic.severity.max(*worst);
    }
    let order: Vec<&str> = rules.keys().copied().collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|(code, severity)| {
            let mut rule = json!({
                "id": code,
                "shortDescription": { "text": says.get(code).copied().unwrap_or(code) },
                "defaultConfiguration": { "level": level(*severity) },
            });
            if let Some(page) = codes::page(code, content) {
                rule["help"] = json!({ "text": page, "markdown": page });
            }
            rule
        })
        .collect();
    let results: Vec<Value> = all(checked)
        .map(|(file, finding)| {
            let index = order.binary_search(&finding.diagnostic.code).unwrap_or(0);
            result(file, finding, index)
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "vedette", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(output, "{log:#}")?;
    Ok(())
}

fn result(file: &Checked, finding: &Finding, rule_index: usize) -> Value {
    let found = &finding.diagnostic;
    let mut text = found.message.clone();
    found.hints.iter().for_each(|hint| text.push_str(&format!(" ({hint})")));
    let mut result = json!({
        "ruleId": found.code,
        "ruleIndex": rule_index,
        "level": level(found.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location(file, found.span) }],
    });
    let labels = found.labels.iter().enumerate().map(|(id, (span, says))| {
        json!({ "id": id, "physicalLocation": location(file, *span), "message": { "text": says } })
    });
    if !found.labels.is_empty() {
        result["relatedLocations"] = json!(labels.collect::<Vec<_>>());
    }
    if !found.fixes.is_empty() {
        result["fixes"] = json!(found.fixes.iter().map(|fix| as_fix(file, fix)).collect::<Vec<_>>());
    }
    result
}

fn as_fix(file: &Checked, fix: &Fix) -> Value {
    let replacements = fix
        .edits
        .iter()
        .map(|(span, text)| json!({ "deletedRegion": region(file, *span), "insertedContent": { "text": text } }));
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&file.file.name) },
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

fn location(file: &Checked, span: Span) -> Value {
    json!({ "artifactLocation": { "uri": uri(&file.file.name) }, "region": region(file, span) })
}

fn region(file: &Checked, span: Span) -> Value {
    let (start, end) = (position(file.text(), span.start), position(file.text(), span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A path as a relative reference (RFC 3986, 2.3 and 3.3): other bytes than its own are written as `%XX`.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
