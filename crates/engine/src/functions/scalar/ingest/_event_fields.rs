//! `_event_fields`: the fields of a Windows event from the XML that Log Analytics keeps of it: `_event_xml` the other way.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::dynamic::{array_items, object_entries, object_of, parse_xml, quoted, unquote};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_event_fields",
    aliases: &[],
    summary: "Reads the XML of `SecurityEvent.EventData` or of `Event.EventData` as a bag of event fields, all of them texts.",
    signatures: &[Signature::new(
        &[required("xml", Accepts::Type(Type::String), "an EventData element, or a DataItem around one")],
        Returns::Is(Type::Dynamic),
    )],
    source: "our choice, after learn.microsoft.com/windows/win32/wes/eventschema-eventdatatype-complextype",
    lower: Lower::Kernel(evaluate),
};

/// Row for row; text that holds no such element gives null. Of fields with one name the first counts.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let xml = args.strings(0)?;
    args.make_json(|row| read(xml.get(row)))
}

fn read(xml: &str) -> Option<String> {
    let document = parse_xml(xml)?;
    let data = ["DataItem", "EventData", "Data"]
        .iter()
        .fold(document.as_str(), |json, name| member(json, name).unwrap_or(json));
    let items: Vec<&str> = match array_items(data) {
        Some(items) => items.collect(),
        None => vec![data],
    };
    let mut fields: Vec<(Cow<'_, str>, String)> = Vec::with_capacity(items.len());
    let mut seen = HashSet::new();
    for item in items {
        let Some(name) = member(item, "@Name").and_then(unquote) else { continue };
        if seen.insert(name.clone()) {
            fields.push((name, quoted(&text(member(item, "#text")))));
        }
    }
    (!fields.is_empty()).then(|| object_of(fields))
}

fn member<'j>(json: &'j str, name: &str) -> Option<&'j str> {
    object_entries(json)?.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// `parse_xml` makes numbers of texts that look like one; fields are texts, spelled as they were.
fn text(json: Option<&str>) -> Cow<'_, str> {
    match json {
        None | Some("null") => Cow::Borrowed(""),
        Some(json) => unquote(json).unwrap_or(Cow::Borrowed(json)),
    }
}
