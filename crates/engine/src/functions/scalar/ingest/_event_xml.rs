//! `_event_xml`: the fields of a Windows event as the XML that Log Analytics keeps of it.

use serde_json::{Map, Value};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_event_xml",
    aliases: &[],
    summary: "Writes a bag of event fields as the XML of `SecurityEvent.EventData` (form `data`) or of `Event.ParameterXml` (form `param`).",
    signatures: &[Signature::new(
        &[
            required("fields", Accepts::Type(Type::Dynamic), "a bag: field name to text"),
            required("form", Accepts::Type(Type::String), "`data` or `param`").constant(),
        ],
        Returns::Is(Type::String),
    )],
    source: "our choice, after learn.microsoft.com/windows/win32/wes/eventschema-eventdatatype-complextype",
    lower: Lower::Kernel(evaluate),
};

/// Row for row; what is not a bag gives the empty text.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let fields = args.json(0)?;
    let write = if args.constant_string(1) == Some("param") { write_params } else { write_data };
    args.make_strings(|row| {
        let bag = fields.get(row).and_then(|json| serde_json::from_str(json).ok());
        bag.map_or(String::new(), |bag| write(&bag))
    })
}

fn write_data(fields: &Map<String, Value>) -> String {
    let mut xml = String::from(r#"<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">"#);
    for (name, value) in fields {
        xml.push_str("<Data");
        if !is_unnamed(name) {
            xml.push_str(" Name=\"");
            escape(name, &mut xml);
            xml.push('"');
        }
        xml.push('>');
        escape(&text(value), &mut xml);
        xml.push_str("</Data>");
    }
    xml.push_str("</EventData>");
    xml
}

fn write_params(fields: &Map<String, Value>) -> String {
    let mut xml = String::new();
    for value in fields.values() {
        xml.push_str("<Param>");
        escape(&text(value), &mut xml);
        xml.push_str("</Param>");
    }
    xml
}

/// The readers call an unnamed `<Data>` `Data`, the next one `Data1`.
fn is_unnamed(name: &str) -> bool {
    name.strip_prefix("Data").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn escape(text: &str, xml: &mut String) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // XML 1.0 has no place for the other control characters, not even escaped.
            c if c < ' ' && !matches!(c, '\t' | '\n' | '\r') => xml.push(char::REPLACEMENT_CHARACTER),
            c => xml.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_data_elements_in_order() {
        let bag = serde_json::from_str(r#"{"Image":"C:\\a & \"b\".exe","Data":"x<y","Empty":""}"#).expect("a bag");
        let expected = concat!(
            r#"<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">"#,
            r#"<Data Name="Image">C:\a &amp; &quot;b&quot;.exe</Data><Data>x&lt;y</Data><Data Name="Empty"></Data></EventData>"#
        );
        assert_eq!(write_data(&bag), expected);
        assert_eq!(
            write_params(&bag),
            r"<Param>C:\a &amp; &quot;b&quot;.exe</Param><Param>x&lt;y</Param><Param></Param>"
        );
    }
}
