//! `_event_xml`: the fields of a Windows event as the XML that Log Analytics keeps of it.

use crate::dynamic;
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
    args.make_strings(|row| fields.get(row).and_then(write).unwrap_or_default())
}

fn write_data(bag: &str) -> Option<String> {
    let mut xml = String::with_capacity(bag.len() * 2);
    xml.push_str(r#"<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">"#);
    each_field(bag, |name, text| {
        xml.push_str("<Data");
        if !is_unnamed(name) {
            xml.push_str(" Name=\"");
            escape(name, &mut xml);
            xml.push('"');
        }
        xml.push('>');
        escape(text, &mut xml);
        xml.push_str("</Data>");
    })?;
    xml.push_str("</EventData>");
    Some(xml)
}

fn write_params(bag: &str) -> Option<String> {
    let mut xml = String::with_capacity(bag.len());
    each_field(bag, |_, text| {
        xml.push_str("<Param>");
        escape(text, &mut xml);
        xml.push_str("</Param>");
    })?;
    Some(xml)
}

/// Gives the names and texts of a bag's fields; none when it is no bag. An event has dozens of fields, and a tree of them would cost more than what is
/// written.
fn each_field(bag: &str, mut take: impl FnMut(&str, &str)) -> Option<()> {
    if !bag.starts_with('{') {
        return None;
    }
    for field in sonic_rs::to_object_iter(bag) {
        let (name, value) = field.ok()?;
        take(&name, &dynamic::as_text(value.as_raw_str()));
    }
    Some(())
}

/// The readers call an unnamed `<Data>` `Data`, the next one `Data1`.
fn is_unnamed(name: &str) -> bool {
    name.strip_prefix("Data").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn escape(text: &str, xml: &mut String) {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let written = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' | b'\n' | b'\r' => continue,
            // XML 1.0 has no place for the other control characters, not even escaped.
            0..b' ' => "\u{fffd}",
            _ => continue,
        };
        xml.push_str(text.get(start..at).unwrap_or_default());
        xml.push_str(written);
        start = at + 1;
    }
    xml.push_str(text.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_data_elements_in_order() {
        let bag = r#"{"Image":"C:\\a & \"b\".exe","Data":"x<y","Empty":""}"#;
        let expected = concat!(
            r#"<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">"#,
            r#"<Data Name="Image">C:\a &amp; &quot;b&quot;.exe</Data><Data>x&lt;y</Data><Data Name="Empty"></Data></EventData>"#
        );
        assert_eq!(write_data(bag).as_deref(), Some(expected));
        assert_eq!(
            write_params(bag).as_deref(),
            Some(r"<Param>C:\a &amp; &quot;b&quot;.exe</Param><Param>x&lt;y</Param><Param></Param>")
        );
    }
    #[test]
    fn what_is_no_text_is_written_as_it_is() {
        let bag = "{\"A\":null,\"B\":7,\"C\":{\"d\":[1]},\"E\":\"a\\u0001b\\té\",\"Data1\":true}";
        let expected = "<Param></Param><Param>7</Param><Param>{&quot;d&quot;:[1]}</Param><Param>a\u{fffd}b\té</Param><Param>true</Param>";
        assert_eq!(write_params(bag).as_deref(), Some(expected));
        assert_eq!(write_params("[1]"), None);
        assert_eq!(write_data("7"), None);
    }
}
