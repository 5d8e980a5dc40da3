//! Alerts as a table, so that every format can hold them.
//!
//! In: alerts and the rows they were made of. Out: one row per alert; lists, entities and rows are dynamic values.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use detect::{Alert, Table};
use engine::Rows;
use semantics::Type;
use serde_json::{Map, Value as Json, json};

use crate::failure::Failure;
use crate::render;

/// The table of alerts, in their order.
pub(crate) fn rows(alerts: &[(&Alert, &Table)]) -> Result<Rows, Failure> {
    let texts = |of: fn(&Alert) -> String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(alerts.iter().map(|(alert, _)| of(alert))))
    };
    let found: ArrayRef =
        Arc::new(StringViewArray::from_iter_values(alerts.iter().map(|(alert, table)| found(alert, table))));
    render::listing([
        ("RuleId", Type::String, texts(|alert| alert.rule_id.clone())),
        ("RuleName", Type::String, texts(|alert| alert.rule_name.clone())),
        ("Title", Type::String, texts(|alert| alert.title.clone())),
        ("Severity", Type::String, texts(|alert| alert.severity.name().to_owned())),
        ("Description", Type::String, texts(|alert| alert.description.clone())),
        ("Tactics", Type::Dynamic, texts(|alert| json!(alert.tactics).to_string())),
        ("Techniques", Type::Dynamic, texts(|alert| json!(alert.techniques).to_string())),
        ("Entities", Type::Dynamic, texts(entities)),
        ("CustomDetails", Type::Dynamic, texts(custom_details)),
        ("Properties", Type::Dynamic, texts(properties)),
        ("Rows", Type::Dynamic, found),
    ])
}

/// `[{"Type":"Host","FullName":"…"}]`.
pub(crate) fn entities(alert: &Alert) -> String {
    let entities = alert.entities.iter().map(|entity| {
        let mut bag = Map::new();
        bag.insert("Type".to_owned(), json!(entity.entity_type));
        bag.extend(entity.identifiers.iter().map(|(name, value)| (name.clone(), json!(value))));
        Json::Object(bag)
    });
    Json::Array(entities.collect()).to_string()
}

/// `{"Ports":["443","8443"]}`: Sentinel keeps every detail as a list of texts.
fn custom_details(alert: &Alert) -> String {
    Json::Object(alert.custom_details.iter().map(|(key, values)| (key.clone(), json!(values))).collect()).to_string()
}

fn properties(alert: &Alert) -> String {
    Json::Object(alert.properties.iter().map(|(key, value)| (key.clone(), json!(value))).collect()).to_string()
}

/// The rows of the alert, each an object keyed by column, with the values of a Kusto response.
fn found(alert: &Alert, table: &Table) -> String {
    let mut bytes = b"[".to_vec();
    let rows = alert.rows.iter().filter_map(|row| table.rows.get(*row));
    for (index, row) in rows.enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        // Memory takes everything: writing to it does not fail.
        let _ = render::write_object(&mut bytes, &table.columns, row);
    }
    bytes.push(b']');
    String::from_utf8_lossy(&bytes).into_owned()
}
