//! What alerts of an incident have in common, as one text.
//!
//! In: a rule, how its alerts are grouped, and an alert. Out: a text that alerts of one incident share. Values are compared as they stand. What an
//! alert does not have is a value, too: two alerts without a host are alike in it.

use lake::guid_of;

use crate::alert::{Alert, Entity};
use crate::raise::{Raised, rule_key};
use crate::rule::{Matching, Rule};

/// The key of the incidents that an alert may join.
pub fn group_key(rule: &Rule, matching: &Matching, raised: &Raised) -> String {
    let alert = &raised.alert;
    let mut parts = vec![rule_key(rule)];
    match matching {
        Matching::AnyAlert => parts.push("any".to_owned()),
        Matching::AllEntities => {
            parts.push("entities".to_owned());
            parts.extend(entities(alert, |_| true));
        }
        Matching::Selected { entities: types, alert_details, custom_details } => {
            parts.push("selected".to_owned());
            for name in sorted(types) {
                parts.push(format!("entity {name}"));
                parts.extend(entities(alert, |entity| entity.entity_type.eq_ignore_ascii_case(name)));
            }
            for name in sorted(alert_details) {
                parts.push(format!("detail {name}={}", detail(alert, name)));
            }
            for name in sorted(custom_details) {
                parts.push(format!("custom {name}"));
                parts.extend(custom(alert, name));
            }
        }
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    guid_of(&parts)
}

fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names
}

fn entities(alert: &Alert, is_meant: impl Fn(&Entity) -> bool) -> Vec<String> {
    let mut texts: Vec<String> = alert.entities.iter().filter(|entity| is_meant(entity)).map(text).collect();
    texts.sort();
    texts
}

fn text(entity: &Entity) -> String {
    let mut identifiers: Vec<String> =
        entity.identifiers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    identifiers.sort();
    format!("{}\u{1f}{}", entity.entity_type, identifiers.join("\u{1f}"))
}

/// The details that Sentinel groups by.
fn detail(alert: &Alert, name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "displayname" => alert.title.clone(),
        "severity" => alert.severity.name().to_owned(),
        _ => alert.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default(),
    }
}

fn custom(alert: &Alert, name: &str) -> Vec<String> {
    let found = alert.custom_details.iter().find(|(key, _)| key == name);
    let mut values = found.map(|(_, values)| values.clone()).unwrap_or_default();
    values.sort();
    values
}
