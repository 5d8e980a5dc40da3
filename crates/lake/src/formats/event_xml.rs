//! One Windows event as XML → its fields.
//!
//! In: the XML of an `Event` element, as EVTX files hold it and as `wevtutil` and forwarders write it. Out: a [`WindowsEvent`]. Everything is
//! taken from the event itself. Schema: learn.microsoft.com/windows/win32/wes/eventschema-schema.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::bag::Bag;
use super::rows::WindowsEvent;
use super::ticks;

/// Elements inside elements: real events have six; past this the record is not one.
const DEPTH_MAX: usize = 64;

/// The event of that XML.
///
/// Errors: a sentence about XML that is broken, or that is no event.
pub(super) fn parse(xml: &str) -> Result<WindowsEvent, String> {
    let mut reader = Reader::from_str(xml);
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(|error| format!("broken XML: {error}"))? {
            Event::Start(element) => state.start(&element)?,
            Event::Empty(element) => {
                state.start(&element)?;
                state.end();
            }
            Event::End(_) => state.end(),
            Event::Text(text) => state.text(&text),
            Event::CData(text) => state.text(&text),
            Event::GeneralRef(reference) => state.reference(&reference)?,
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    state.finish()
}

/// Which part of the event an element lies in.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Outside,
    System,
    /// `EventData` or `UserData`: every element without elements in it is a field.
    Data,
    Rendering,
}

#[derive(Default)]
struct State {
    event: WindowsEvent,
    bag: Bag,
    part: Part,
    /// Open elements below `Event`.
    open: Vec<Element>,
    has_system: bool,
}

struct Element {
    name: String,
    text: String,
    is_leaf: bool,
}

impl State {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let local = element.local_name();
        let name = AsRef::<str>::as_ref(&local);
        if self.open.is_empty() && matches!(name, "Event" | "Events") {
            return Ok(());
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("more than {DEPTH_MAX} elements inside each other"));
        }
        if let Some(parent) = self.open.last_mut() {
            parent.is_leaf = false;
        } else {
            self.part = match name {
                "System" => Part::System,
                "EventData" | "UserData" => Part::Data,
                "RenderingInfo" => Part::Rendering,
                _ => Part::Outside,
            };
            self.has_system |= self.part == Part::System;
        }
        let mut field = name.to_owned();
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| format!("broken XML attribute: {error}"))?;
            let value = unescape(&attribute.value).map_err(|error| format!("broken XML attribute: {error}"))?;
            let key = AsRef::<str>::as_ref(&attribute.key);
            match self.part {
                Part::System => self.system_attribute(name, key, &value),
                Part::Data if key == "Name" && !value.is_empty() => field = value.into_owned(),
                Part::Data | Part::Rendering | Part::Outside => {}
            }
        }
        self.open.push(Element { name: field, text: String::new(), is_leaf: true });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), String> {
        let mut place = [0; 4];
        let text = match reference.resolve_char_ref() {
            Ok(Some(character)) => &*character.encode_utf8(&mut place),
            Ok(None) => {
                resolve_predefined_entity(reference).ok_or_else(|| format!("unknown XML entity `{}`", &**reference))?
            }
            // XML allows no control characters, even as references; events hold them all the same.
            Err(_) => "\u{FFFD}",
        };
        self.text(text);
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.part {
            Part::System => self.system_text(&element),
            Part::Data if element.is_leaf && !self.open.is_empty() => self.bag.string(&element.name, &element.text),
            Part::Rendering if element.name == "Message" => self.event.message = element.text,
            Part::Data | Part::Rendering | Part::Outside => {}
        }
        if self.open.is_empty() {
            self.part = Part::Outside;
        }
    }

    fn system_attribute(&mut self, element: &str, key: &str, value: &str) {
        match (element, key) {
            ("Provider", "Name") => value.clone_into(&mut self.event.provider),
            ("Provider", "EventSourceName") if self.event.provider.is_empty() => {
                value.clone_into(&mut self.event.provider)
            }
            ("TimeCreated", "SystemTime") => self.event.time = ticks::datetime(value),
            ("Execution", "ProcessID") => self.event.process_id = value.parse().ok(),
            ("Execution", "ThreadID") => self.event.thread_id = value.parse().ok(),
            // Sysmon for Linux writes `UserId`.
            ("Security", "UserID" | "UserId") => value.clone_into(&mut self.event.user_id),
            _ => {}
        }
    }

    fn system_text(&mut self, element: &Element) {
        let text = element.text.trim();
        match element.name.as_str() {
            "EventID" => self.event.event_id = text.parse().ok(),
            "Version" => self.event.version = text.parse().ok(),
            "Level" => self.event.level = text.parse().ok(),
            "Task" => self.event.task = text.parse().ok(),
            "Opcode" => self.event.opcode = text.parse().ok(),
            "Keywords" => text.clone_into(&mut self.event.keywords),
            "EventRecordID" => self.event.record_id = text.parse().ok(),
            "Channel" => text.clone_into(&mut self.event.channel),
            "Computer" => text.clone_into(&mut self.event.computer),
            _ => {}
        }
    }

    fn finish(mut self) -> Result<WindowsEvent, String> {
        if !self.has_system {
            return Err("no `System` element, so no Windows event".to_owned());
        }
        if self.event.event_id.is_none() {
            return Err("no `EventID`".to_owned());
        }
        self.event.data = self.bag.finish();
        Ok(self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = r#"<System><Provider Name="P &amp; Q" Guid="{1}"/><EventID Qualifiers="0">7</EventID><Version>2</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2024-01-02T03:04:05.1234567Z"/><EventRecordID>99</EventRecordID><Correlation/><Execution ProcessID="12" ThreadID="34"/><Channel>C/Operational</Channel><Computer>host.example</Computer><Security UserID="S-1-5-18"/></System>"#;

    fn event(rest: &str) -> WindowsEvent {
        parse(&format!("<?xml version=\"1.0\"?><Event xmlns=\"x\">{SYSTEM}{rest}</Event>")).expect("the event is whole")
    }

    /// The expected fields are read off the XML above by eye.
    #[test]
    fn the_system_part() {
        let event = event("");
        assert_eq!((event.provider.as_str(), event.channel.as_str()), ("P & Q", "C/Operational"));
        assert_eq!(
            (event.event_id, event.version, event.level, event.task, event.opcode),
            (Some(7), Some(2), Some(4), Some(1), Some(0))
        );
        assert_eq!((event.record_id, event.process_id, event.thread_id), (Some(99), Some(12), Some(34)));
        assert_eq!((event.computer.as_str(), event.user_id.as_str()), ("host.example", "S-1-5-18"));
        assert_eq!(event.keywords, "0x8000000000000000");
        assert_eq!(event.time, ticks::datetime("2024-01-02T03:04:05.1234567Z"));
        assert_eq!(event.data, "{}");
    }

    #[test]
    fn named_and_unnamed_data() {
        let data = "<EventData><Data Name=\"A\">x &lt;y&gt; &#10;z</Data><Data Name=\"B\"/><Data>one</Data><Data>two</Data><Binary>00FF</Binary></EventData>";
        assert_eq!(event(data).data, r#"{"A":"x <y> \nz","B":"","Data":"one","Data1":"two","Binary":"00FF"}"#);
    }

    #[test]
    fn user_data_is_flattened() {
        let data = "<UserData><LogFileCleared xmlns=\"y\"><SubjectUserName>bob</SubjectUserName><Inner><Deep>1</Deep></Inner></LogFileCleared></UserData>";
        assert_eq!(event(data).data, r#"{"SubjectUserName":"bob","Deep":"1"}"#);
    }

    #[test]
    fn the_message_of_a_forwarded_event() {
        assert_eq!(
            event("<RenderingInfo Culture=\"en-US\"><Message>It &amp; that</Message></RenderingInfo>").message,
            "It & that"
        );
    }

    #[test]
    fn what_is_no_event() {
        for xml in [
            "",
            "<a/>",
            "<Event><System><EventID>1</Event>",
            "<Event><System></System></Event>",
            "<Event>&nope;</Event>",
        ] {
            assert!(parse(xml).is_err(), "{xml}");
        }
        let deep = format!("<Event>{}", "<a>".repeat(100_000));
        assert!(parse(&deep).is_err());
    }
}
