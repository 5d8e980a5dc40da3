//! Windows events as JSON → their fields, in the shapes in which collectors write them.
//!
//! In: a JSON object. Out: a [`WindowsEvent`], or none when the object is no Windows event. Shapes: `evtx_dump`'s tree, Winlogbeat's (nested,
//! or with dotted keys, and version 6's), the flat ones of NXLog and of the OTRF data sets, where the event's own fields lie beside its header, and rows of
//! Sentinel's `WindowsEvent`.

use serde_json::{Map, Value};

use super::bag::Bag;
use super::cell::{Cell, long};
use super::object::Object;
use super::rows::WindowsEvent;
use super::ticks;

type Tree = Map<String, Value>;

/// The event, when the object is one in a shape that is known.
pub(super) fn parse(object: &Object<'_>) -> Option<WindowsEvent> {
    if let Some(Value::Object(event)) = object.get("Event")
        && let Some(Value::Object(system)) = event.get("System")
    {
        return tree(event, system);
    }
    if ["winlog", "winlog.event_id", "winlog.channel"].iter().any(|name| object.contains_key(name)) {
        let object = object.whole();
        if at(object, "winlog.event_id").is_some() || at(object, "winlog.channel").is_some() {
            return Some(winlogbeat(object));
        }
    }
    if object.contains_key("log_name") && object.contains_key("event_id") && object.contains_key("computer_name") {
        return Some(winlogbeat_six(object.whole()));
    }
    // A row of Sentinel's own tables has `TimeGenerated`, and is read as that table's.
    let is_flat =
        object.contains_key("EventID") && object.contains_key("Channel") && !object.contains_key("TimeGenerated");
    is_flat.then(|| flat(object.whole()))
}

/// A row of Sentinel's own `WindowsEvent` table: the header in that table's columns, the event's fields in `EventData`, as JSON or as its text.
///
/// It is read as the event that it was, so that the Device tables are filled from it too; what only the workspace knows of it is lost.
pub(super) fn exported(object: &Object<'_>) -> Option<WindowsEvent> {
    let text = |name: &str| object.get(name).map(scalar).unwrap_or_default();
    let whole = |name: &str| object.get(name).and_then(|value| long(Cell::of(value)));
    let data = match object.get("EventData")? {
        Value::Object(data) => data.clone(),
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    let mut bag = Bag::default();
    add_field(&mut bag, "Data", &Value::Object(data));
    Some(WindowsEvent {
        time: ticks::datetime(&text("TimeGenerated")),
        provider: text("Provider"),
        channel: channel(&text("Channel")),
        computer: text("Computer"),
        event_id: Some(narrow(whole("EventID")?)?),
        version: whole("Version").and_then(narrow),
        level: whole("EventLevel").and_then(narrow),
        task: whole("Task").and_then(narrow),
        opcode: whole("Opcode").and_then(narrow),
        keywords: object.get("Keywords").map(keywords).unwrap_or_default(),
        record_id: whole("EventRecordId"),
        process_id: whole("SystemProcessId"),
        thread_id: whole("SystemThreadId"),
        user_id: text("SystemUserId"),
        data: bag.finish(),
        message: String::new(),
    })
}

/// `{"Event": {"System": …, "EventData": …}}`: the XML as a tree, attributes under `#attributes` or in `X_attributes`.
fn tree(event: &Tree, system: &Tree) -> Option<WindowsEvent> {
    let text = |name: &str| system.get(name).map(element_text).unwrap_or_default();
    let whole = |name: &str| system.get(name).and_then(|value| long(Cell::Text(&element_text(value))));
    let attribute = |name: &str, key: &str| attribute(system, name, key).map(scalar).unwrap_or_default();
    let mut bag = Bag::default();
    for part in ["EventData", "UserData"] {
        if let Some(data) = event.get(part).filter(|data| !data.is_null()) {
            add_field(&mut bag, "Data", data);
        }
    }
    let message = event.get("RenderingInfo").and_then(|info| info.get("Message")).map(scalar);
    Some(WindowsEvent {
        time: ticks::datetime(&attribute("TimeCreated", "SystemTime")),
        provider: attribute("Provider", "Name"),
        channel: text("Channel"),
        computer: text("Computer"),
        event_id: Some(narrow(whole("EventID")?)?),
        version: whole("Version").and_then(narrow),
        level: whole("Level").and_then(narrow),
        task: whole("Task").and_then(narrow),
        opcode: whole("Opcode").and_then(narrow),
        keywords: system.get("Keywords").map(keywords).unwrap_or_default(),
        record_id: whole("EventRecordID"),
        process_id: long(Cell::Text(&attribute("Execution", "ProcessID"))),
        thread_id: long(Cell::Text(&attribute("Execution", "ThreadID"))),
        user_id: attribute("Security", "UserID"),
        data: bag.finish(),
        message: message.unwrap_or_default(),
    })
}

/// Winlogbeat 7 and later. What it translates into words that are the provider's own (task, opcode) has no number in it and is null.
///
/// Fields: elastic.co/guide/en/beats/winlogbeat/current/exported-fields-winlog.html.
fn winlogbeat(object: &Tree) -> WindowsEvent {
    let text = |path: &str| at(object, path).map(scalar).unwrap_or_default();
    let whole = |path: &str| at(object, path).and_then(|value| long(Cell::of(value)));
    let mut bag = Bag::default();
    for part in ["winlog.event_data", "winlog.user_data"] {
        match at(object, part) {
            Some(data) => add_field(&mut bag, "Data", data),
            None => add_dotted(&mut bag, part, object),
        }
    }
    WindowsEvent {
        time: ticks::datetime(&text("@timestamp")),
        provider: text("winlog.provider_name"),
        channel: channel(&text("winlog.channel")),
        computer: text("winlog.computer_name"),
        event_id: whole("winlog.event_id").or_else(|| whole("event.code")).and_then(narrow),
        version: whole("winlog.version").and_then(narrow),
        level: level(&text("log.level")),
        task: whole("winlog.task").and_then(narrow),
        opcode: whole("winlog.opcode").and_then(narrow),
        keywords: at(object, "winlog.keywords").map(keywords).unwrap_or_default(),
        record_id: whole("winlog.record_id"),
        process_id: whole("winlog.process.pid"),
        thread_id: whole("winlog.process.thread.id"),
        user_id: text("winlog.user.identifier"),
        data: bag.finish(),
        message: text("message"),
    }
}

/// Winlogbeat 6: the same fields at the top, under its first names.
///
/// Fields: elastic.co/guide/en/beats/winlogbeat/6.8/exported-fields-eventlog.html.
fn winlogbeat_six(object: &Tree) -> WindowsEvent {
    let text = |path: &str| at(object, path).map(scalar).unwrap_or_default();
    let whole = |path: &str| at(object, path).and_then(|value| long(Cell::of(value)));
    let mut bag = Bag::default();
    for part in ["event_data", "user_data"] {
        if let Some(data) = object.get(part) {
            add_field(&mut bag, "Data", data);
        }
    }
    WindowsEvent {
        time: ticks::datetime(&text("@timestamp")),
        provider: text("source_name"),
        channel: channel(&text("log_name")),
        computer: text("computer_name"),
        event_id: whole("event_id").and_then(narrow),
        version: whole("version").and_then(narrow),
        level: level(&text("level")),
        task: whole("task").and_then(narrow),
        opcode: whole("opcode").and_then(narrow),
        keywords: object.get("keywords").map(keywords).unwrap_or_default(),
        record_id: whole("record_number"),
        process_id: whole("process_id"),
        thread_id: whole("thread_id"),
        user_id: text("user.identifier"),
        data: bag.finish(),
        message: text("message"),
    }
}

/// The number of a level's word; learn.microsoft.com/windows/win32/wes/defining-severity-levels.
fn level(word: &str) -> Option<i32> {
    let words = ["critical", "error", "warning", "information", "verbose"];
    let at = words.iter().position(|known| known.eq_ignore_ascii_case(word))?;
    i32::try_from(at + 1).ok()
}

/// Fields beside the header. In these shapes the event's own values are strings, so that a number under a name that both use is the header's.
fn flat(object: &Tree) -> WindowsEvent {
    let first = |names: &[&str]| names.iter().find_map(|name| object.get(*name).filter(|value| !value.is_null()));
    let text = |names: &[&str]| first(names).map(scalar).unwrap_or_default();
    let whole =
        |names: &[&str]| names.iter().find_map(|name| object.get(*name).and_then(|value| long(Cell::of(value))));
    let number = |names: &[&str]| {
        names.iter().find_map(|name| {
            object.get(*name).filter(|value| value.is_number()).and_then(|value| long(Cell::of(value)))
        })
    };
    let channel = channel(&text(&["Channel"]));
    let event_id = whole(&["EventID"]).and_then(narrow);
    let user_id = Some(text(&["UserID"])).filter(|sid| sid.starts_with("S-1-")).unwrap_or_default();
    let mut bag = Bag::default();
    let collector = Collector::of(object);
    for (name, value) in object {
        match value {
            Value::Object(_) if name == "EventData" || name == "UserData" => add_field(&mut bag, name, value),
            _ if collector.is_header(name, value) => {}
            _ => bag.string(collector.field_name(name, &channel, event_id), &scalar(value)),
        }
    }
    WindowsEvent {
        time: flat_time(object),
        provider: text(&["SourceName", "ProviderName", "Provider"]),
        channel,
        computer: text(&["Hostname", "Computer", "ComputerName"]),
        event_id,
        version: number(&["Version"]).and_then(narrow),
        level: whole(&["Level"]).and_then(narrow),
        task: whole(&["Task"]).and_then(narrow),
        opcode: whole(&["OpcodeValue", "Opcode"]).and_then(narrow),
        keywords: first(&["Keywords"]).map(keywords).unwrap_or_default(),
        record_id: whole(&["RecordNumber", "EventRecordID"]),
        process_id: number(&["ExecutionProcessID", "ProcessID"]),
        thread_id: number(&["ExecutionThreadID", "ThreadID"]),
        user_id,
        data: bag.finish(),
        message: text(&["Message"]),
    }
}

/// The event's own time. NXLog's `EventTime` is local time without offset, so the collector's `@timestamp`, which is UTC, comes before it.
fn flat_time(object: &Tree) -> Option<i64> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let with_offset = |name: &str| text(name).filter(|text| ticks::has_offset(text)).and_then(ticks::datetime);
    with_offset("TimeCreated")
        .or_else(|| with_offset("EventTime"))
        .or_else(|| with_offset("@timestamp"))
        .or_else(|| text("TimeCreated").or_else(|| text("EventTime")).and_then(ticks::datetime))
}

/// Who wrote a flat event, and so which keys are not the event's own.
#[derive(Clone, Copy)]
struct Collector {
    is_nxlog: bool,
    is_logstash: bool,
    has_hostname: bool,
    has_source_name: bool,
}

impl Collector {
    fn of(object: &Tree) -> Self {
        let is_nxlog = object.contains_key("SourceModuleType");
        Self {
            is_nxlog,
            is_logstash: is_nxlog || object.contains_key("@version"),
            has_hostname: object.contains_key("Hostname"),
            has_source_name: object.contains_key("SourceName"),
        }
    }

    /// Is it the event's header, or the collector's own, and no field of the event?
    fn is_header(self, name: &str, value: &Value) -> bool {
        match name {
            "EventID"
            | "Channel"
            | "Hostname"
            | "SourceName"
            | "ProviderName"
            | "ProviderGuid"
            | "TimeCreated"
            | "@timestamp"
            | "Level"
            | "Task"
            | "Opcode"
            | "OpcodeValue"
            | "Keywords"
            | "RecordNumber"
            | "EventRecordID"
            | "Message"
            | "ExecutionProcessID"
            | "ExecutionThreadID"
            | "ERROR_EVT_UNRESOLVED" => true,
            "ProcessID" | "ThreadID" | "Version" => value.is_number(),
            "UserID" => value.as_str().is_some_and(|sid| sid.starts_with("S-1-")),
            "Computer" | "ComputerName" => !self.has_hostname,
            "Provider" => !self.has_source_name,
            "EventTime" | "EventReceivedTime" | "EventTypeOrignal" | "SourceModuleName" | "SourceModuleType"
            | "Severity" | "SeverityValue" | "Category" | "Domain" | "AccountName" | "AccountType" | "ActivityID"
            | "RelatedActivityID" => self.is_nxlog,
            // NXLog writes the kind of record here, unless the event has a field of that name (Sysmon 12 to 14 have).
            "EventType" => self.is_nxlog && value.as_str().is_some_and(|kind| NXLOG_EVENT_TYPES.contains(&kind)),
            "@version" | "host" | "port" | "tags" | "type" => self.is_logstash,
            _ => false,
        }
    }

    /// The field's name in the event. NXLog writes `ProcessId` for the `ProcessID` of 5156 and 5157, since it keeps names apart by letters only.
    fn field_name<'n>(self, name: &'n str, channel: &str, event_id: Option<i32>) -> &'n str {
        let is_renamed = self.is_nxlog && channel == "Security" && matches!(event_id, Some(5156 | 5157));
        if is_renamed && name == "ProcessId" { "ProcessID" } else { name }
    }
}

/// Source: docs.nxlog.co, im_msvistalog, field `$EventType`.
const NXLOG_EVENT_TYPES: [&str; 7] =
    ["CRITICAL", "ERROR", "WARNING", "INFO", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"];

/// The channel as Windows spells it: names mind no case in Windows, and some collectors write them in small letters.
fn channel(name: &str) -> String {
    let canonical = ["Security", "System", "Application"].into_iter().find(|known| known.eq_ignore_ascii_case(name));
    canonical.unwrap_or(name).to_owned()
}

/// Adds what a value holds: an element with text under its name, a tree leaf by leaf, an array item by item.
fn add_field(bag: &mut Bag, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_field(bag, name, item)),
        Value::Object(object) => {
            let named =
                object.get("#attributes").and_then(|attributes| attributes.get("Name")).or_else(|| object.get("@Name"));
            let name = named.and_then(Value::as_str).unwrap_or(name);
            if let Some(text) = object.get("#text") {
                return add_field(bag, name, text);
            }
            let fields = object.iter().filter(|(key, _)| !key.starts_with(['#', '@']) && key.as_str() != "xmlns");
            let fields = fields.filter(|(key, _)| !key.ends_with("_attributes"));
            fields.for_each(|(key, value)| add_field(bag, key, value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => bag.string(name, &scalar(value)),
    }
}

/// Adds the values of keys such as `winlog.event_data.Image`.
fn add_dotted(bag: &mut Bag, prefix: &str, object: &Tree) {
    for (key, value) in object {
        if let Some(name) = key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')) {
            add_field(bag, name, value);
        }
    }
}

/// The value at a dotted path, whether its steps are objects or part of a key.
fn at<'v>(object: &'v Tree, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let inner = object.get(path.get(..dot)?)?.as_object()?;
        at(inner, path.get(dot + 1..)?)
    })
}

fn attribute<'v>(system: &'v Tree, element: &str, key: &str) -> Option<&'v Value> {
    let inside = || system.get(element)?.get("#attributes")?.get(key);
    let beside = || system.get(&format!("{element}_attributes"))?.get(key);
    let plain = || system.get(element)?.get(key);
    inside().or_else(beside).or_else(plain)
}

fn element_text(value: &Value) -> String {
    value.get("#text").map_or_else(|| scalar(value), scalar)
}

/// `0x8020000000000000`, as in the XML; NXLog writes the same bits as a signed number, Winlogbeat a list of words.
fn keywords(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(bits) => format!("{bits:#x}"),
            None => number.as_u64().map_or_else(|| number.to_string(), |bits| format!("{bits:#x}")),
        },
        Value::Array(words) => words.iter().map(scalar).collect::<Vec<_>>().join(", "),
        other => scalar(other),
    }
}

/// A value as the text that the XML would have.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn narrow(value: i64) -> Option<i32> {
    i32::try_from(value).ok()
}
