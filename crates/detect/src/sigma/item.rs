//! One item of a detection → a condition.
//!
//! In: a field with its modifiers and values, and what holds it. Out: a condition that means the same, or why there is none: either the place
//! cannot say it, so that another table may, or vedette cannot, whatever the table.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rsigma_parser::{DetectionItem, Modifier, SigmaString, SigmaValue};

use super::kql::{Kql, literal};
use super::mapping::Place;
use super::text::{Position, any_of, pattern};
use super::{encoded, registry};

/// Why an item is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// This table cannot say it.
    Table(String),
    /// No table can.
    Rule(String),
}

/// Texts of one value at most, after its encodings.
const VARIANTS_MAX: usize = 1_000;

/// The condition of an item; `other` finds the place of another field.
pub(super) fn condition(
    item: &DetectionItem,
    place: &Place,
    other: &dyn Fn(&str) -> Option<Place>,
) -> Result<Kql, Obstacle> {
    let has = |modifier: Modifier| item.field.has_modifier(modifier);
    let mut tests = vec![];
    if has(Modifier::All) {
        for value in &item.values {
            tests.push(values(item, std::slice::from_ref(value), place, other)?);
        }
        return Ok(Kql::all(tests));
    }
    values(item, &item.values, place, other)
}

fn values(
    item: &DetectionItem,
    values: &[SigmaValue],
    place: &Place,
    other: &dyn Fn(&str) -> Option<Place>,
) -> Result<Kql, Obstacle> {
    let has = |modifier: Modifier| item.field.has_modifier(modifier);
    if has(Modifier::Expand) {
        return Err(Obstacle::Rule("a placeholder (`expand`) that nothing was given for".to_owned()));
    }
    if let Some(part) = time_part(item) {
        return by_time(part, values, place);
    }
    if has(Modifier::Exists) {
        return each(values, |value| exists(value, place));
    }
    if has(Modifier::FieldRef) {
        return each(values, |value| same_as(item, value, place, other));
    }
    if let Some(operator) = comparison(item) {
        return each(values, |value| compare(operator, value, place));
    }
    if has(Modifier::Cidr) {
        return each(values, |value| in_network(value, place));
    }
    if has(Modifier::Re) {
        return each(values, |value| by_regex(item, value, place));
    }
    if has(Modifier::Neq) {
        return Ok(plain(item, values, place)?.negated());
    }
    plain(item, values, place)
}

fn each(values: &[SigmaValue], test: impl Fn(&SigmaValue) -> Result<Kql, Obstacle>) -> Result<Kql, Obstacle> {
    Ok(Kql::any(values.iter().map(test).collect::<Result<_, _>>()?))
}

fn position(item: &DetectionItem) -> Position {
    let has = |modifier: Modifier| item.field.has_modifier(modifier);
    match (has(Modifier::Contains), has(Modifier::StartsWith), has(Modifier::EndsWith)) {
        (true, ..) => Position::Inside,
        (_, true, _) => Position::Start,
        (_, _, true) => Position::End,
        _ => Position::Whole,
    }
}

/// Values compared as they stand, or as they are encoded.
fn plain(item: &DetectionItem, values: &[SigmaValue], place: &Place) -> Result<Kql, Obstacle> {
    let (position, is_cased) = (position(item), item.field.has_modifier(Modifier::Cased));
    let mut tests = vec![];
    let mut texts: Vec<SigmaString> = vec![];
    if let (Place::Number(column), [_, _, ..]) = (place, values)
        && let Some(numbers) = values.iter().map(|value| whole_number(value, position)).collect::<Option<Vec<String>>>()
    {
        return Ok(Kql::MaybeNull(format!("{column} in ({})", numbers.join(", "))));
    }
    for value in values {
        match (value, place) {
            (SigmaValue::Null, _) => tests.push(absent(place)?),
            (SigmaValue::String(text), Place::Number(column)) if position == Position::Whole => {
                tests.push(match text.as_plain().as_deref().map(str::trim).and_then(number) {
                    Some(number) => is_number(column, &number),
                    None => any_of(&format!("tostring({column})"), std::slice::from_ref(text), position, is_cased),
                });
            }
            (SigmaValue::Integer(number), Place::Number(column)) => tests.push(is_number(column, &number.to_string())),
            (SigmaValue::Float(number), Place::Number(column)) => tests.push(is_number(column, &format!("{number:?}"))),
            (SigmaValue::Integer(number), _) => texts.push(SigmaString::from_raw(&number.to_string())),
            (SigmaValue::Float(number), _) => texts.push(SigmaString::from_raw(&number.to_string())),
            (SigmaValue::Bool(truth), _) => texts.push(SigmaString::from_raw(&truth.to_string())),
            (SigmaValue::String(text), _) => texts.extend(variants(item, text)?),
        }
    }
    if !texts.is_empty() {
        tests.insert(0, compared(place, &texts, position, is_cased)?);
    }
    Ok(Kql::any(tests))
}

/// Texts compared with what a place holds.
fn compared(place: &Place, texts: &[SigmaString], position: Position, is_cased: bool) -> Result<Kql, Obstacle> {
    match place {
        Place::Text(column) => Ok(any_of(column, texts, position, is_cased)),
        Place::Number(column) | Place::Bool(column) => {
            Ok(any_of(&format!("tostring({column})"), texts, position, is_cased))
        }
        Place::FileName(column) => {
            let name = |text: &SigmaString| file_name(text, position);
            let names: Option<Vec<SigmaString>> = texts.iter().map(name).collect();
            let names = names.ok_or_else(|| Obstacle::Table(format!("`{column}` is a name without its folder")))?;
            Ok(any_of(column, &names, Position::Whole, is_cased))
        }
        Place::RegistryKey(column) => {
            let keys: Vec<SigmaString> = texts.iter().map(|text| registry::with_long_root(text, position)).collect();
            Ok(any_of(column, &keys, position, is_cased))
        }
        Place::RegistryData(column) => registry::data(column, texts, position, is_cased),
        Place::Digests(columns) => {
            let found: Option<Vec<(String, String)>> =
                texts.iter().map(|text| digest(columns, text, position)).collect();
            let found =
                found.ok_or_else(|| Obstacle::Table("digests that are not one of a known algorithm".to_owned()))?;
            let mut by_column: BTreeMap<String, Vec<SigmaString>> = BTreeMap::new();
            for (column, digest) in found {
                by_column.entry(column).or_default().push(SigmaString::from_raw(&digest));
            }
            let tests = by_column.iter().map(|(column, digests)| any_of(column, digests, Position::Whole, false));
            Ok(Kql::any(tests.collect()))
        }
        Place::Values(known) => {
            let told = |text: &SigmaString| text.as_plain().filter(|_| position == Position::Whole);
            let find = |text: &SigmaString| {
                let text = told(text)?;
                known
                    .iter()
                    .find(|(value, _)| value.eq_ignore_ascii_case(&text))
                    .map(|(_, test)| Kql::Test(test.clone()))
            };
            let tests: Option<Vec<Kql>> = texts.iter().map(find).collect();
            Ok(Kql::any(tests.ok_or_else(|| Obstacle::Table("a value that the table has no word for".to_owned()))?))
        }
    }
}

/// `\name.exe` at the end of a path is the name of the file; without a folder before it, it may be the end of a longer name.
fn file_name(text: &SigmaString, position: Position) -> Option<SigmaString> {
    use rsigma_parser::{SpecialChar, StringPart};
    let parts: Vec<&StringPart> = match text.parts.as_slice() {
        [StringPart::Special(SpecialChar::WildcardMulti), rest @ ..] if position == Position::Whole => {
            rest.iter().collect()
        }
        parts if position == Position::End => parts.iter().collect(),
        _ => return None,
    };
    let [StringPart::Plain(plain)] = parts.as_slice() else { return None };
    let name = plain.strip_prefix('\\').or_else(|| plain.strip_prefix('/'))?;
    (!name.contains(['\\', '/']) && !name.is_empty()).then(|| SigmaString::from_raw(name))
}

/// `SHA256=…`: the column of that algorithm, and the digest.
fn digest(columns: &BTreeMap<String, String>, text: &SigmaString, position: Position) -> Option<(String, String)> {
    let plain: String = text.original.trim_matches('*').to_owned();
    if plain.contains(['*', '?']) || position == Position::End {
        return None;
    }
    let (algorithm, digest) = plain.split_once('=')?;
    let column =
        columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(algorithm.trim())).map(|(_, column)| column)?;
    let digest = digest.trim().trim_end_matches(',');
    let is_whole = matches!(
        (algorithm.to_ascii_uppercase().as_str(), digest.len()),
        ("MD5" | "IMPHASH", 32) | ("SHA1", 40) | ("SHA256", 64)
    );
    (is_whole && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| (column.clone(), digest.to_owned()))
}

/// The texts that a value stands for once it is encoded.
fn variants(item: &DetectionItem, text: &SigmaString) -> Result<Vec<SigmaString>, Obstacle> {
    let mut texts = vec![text.clone()];
    for modifier in &item.field.modifiers {
        let next: Option<Vec<Vec<SigmaString>>> = texts.iter().map(|text| encoded::variants(*modifier, text)).collect();
        let next =
            next.ok_or_else(|| Obstacle::Rule(format!("wildcards in a value that is encoded (`{modifier:?}`)")))?;
        texts = next.into_iter().flatten().collect();
        if texts.len() > VARIANTS_MAX {
            return Err(Obstacle::Rule(format!("a value that stands for more than {VARIANTS_MAX} texts")));
        }
    }
    Ok(texts)
}

fn absent(place: &Place) -> Result<Kql, Obstacle> {
    Ok(Kql::Test(match place {
        Place::Text(column) | Place::FileName(column) | Place::RegistryKey(column) | Place::RegistryData(column) => {
            format!("isempty({column})")
        }
        Place::Number(column) | Place::Bool(column) => format!("isnull({column})"),
        Place::Digests(_) | Place::Values(_) => return Err(Obstacle::Table("whether there is a value".to_owned())),
    }))
}

fn exists(value: &SigmaValue, place: &Place) -> Result<Kql, Obstacle> {
    let is_wanted = match value {
        SigmaValue::Bool(truth) => *truth,
        SigmaValue::String(text) if text.original.eq_ignore_ascii_case("true") => true,
        SigmaValue::String(text) if text.original.eq_ignore_ascii_case("false") => false,
        _ => return Err(Obstacle::Rule("`exists` with a value that is neither true nor false".to_owned())),
    };
    let absent = absent(place)?;
    Ok(if is_wanted { absent.negated() } else { absent })
}

/// A number in a column that may be null.
fn is_number(column: &str, number: &str) -> Kql {
    Kql::MaybeNull(format!("{column} == {number}"))
}

fn whole_number(value: &SigmaValue, position: Position) -> Option<String> {
    match value {
        SigmaValue::Integer(number) => Some(number.to_string()),
        SigmaValue::String(text) if position == Position::Whole => number(text.as_plain()?.trim()),
        _ => None,
    }
}

/// Decimal, or hexadecimal as Windows writes it.
fn number(text: &str) -> Option<String> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok().map(|number| number.to_string()),
        None => text.parse::<i64>().ok().map(|number| number.to_string()),
    }
}

fn same_as(
    item: &DetectionItem,
    value: &SigmaValue,
    place: &Place,
    other: &dyn Fn(&str) -> Option<Place>,
) -> Result<Kql, Obstacle> {
    let SigmaValue::String(name) = value else {
        return Err(Obstacle::Rule("`fieldref` without a field's name".to_owned()));
    };
    let text = |place: &Place| match place {
        Place::Text(column) | Place::RegistryKey(column) => Some(column.clone()),
        Place::Number(column) | Place::Bool(column) => Some(format!("tostring({column})")),
        Place::FileName(_) | Place::RegistryData(_) | Place::Digests(_) | Place::Values(_) => None,
    };
    let cannot = || Obstacle::Table(format!("a comparison with `{}`", name.original));
    let (left, right) =
        (text(place).ok_or_else(cannot)?, other(&name.original).as_ref().and_then(text).ok_or_else(cannot)?);
    let operator = position(item).operator(item.field.has_modifier(Modifier::Cased));
    let test = Kql::Test(format!("{left} {operator} {right}"));
    Ok(if item.field.has_modifier(Modifier::Neq) { test.negated() } else { test })
}

fn comparison(item: &DetectionItem) -> Option<&'static str> {
    let operators = [(Modifier::Lt, "<"), (Modifier::Lte, "<="), (Modifier::Gt, ">"), (Modifier::Gte, ">=")];
    operators.into_iter().find(|(modifier, _)| item.field.has_modifier(*modifier)).map(|(_, operator)| operator)
}

fn compare(operator: &str, value: &SigmaValue, place: &Place) -> Result<Kql, Obstacle> {
    let number = match value {
        SigmaValue::Integer(number) => number.to_string(),
        SigmaValue::Float(number) => format!("{number:?}"),
        SigmaValue::String(text) if text.original.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            text.original.trim().to_owned()
        }
        _ => return Err(Obstacle::Rule(format!("`{operator}` with a value that is no number"))),
    };
    let column = match place {
        Place::Number(column) => column.clone(),
        Place::Text(column) => format!("todouble({column})"),
        _ => return Err(Obstacle::Table("a comparison of numbers".to_owned())),
    };
    Ok(Kql::MaybeNull(format!("{column} {operator} {number}")))
}

fn in_network(value: &SigmaValue, place: &Place) -> Result<Kql, Obstacle> {
    let SigmaValue::String(text) = value else {
        return Err(Obstacle::Rule("`cidr` with a value that is no network".to_owned()));
    };
    let Place::Text(column) = place else { return Err(Obstacle::Table("an address".to_owned())) };
    let network = text.original.as_str();
    let (address, bits) = network.split_once('/').unwrap_or((network, ""));
    let wrong = || Obstacle::Rule(format!("`{network}` is no network"));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let (function, most, narrowest) = match address {
        IpAddr::V4(_) => ("ipv4_is_in_range", 32, "/32"),
        IpAddr::V6(_) => ("ipv6_is_in_range", 128, "/128"),
    };
    if !bits.is_empty() && !bits.parse::<u8>().is_ok_and(|bits| bits <= most) {
        return Err(wrong());
    }
    let network = if bits.is_empty() { format!("{network}{narrowest}") } else { network.to_owned() };
    Ok(Kql::MaybeNull(format!("{function}({column}, {})", literal(&network))))
}

fn by_regex(item: &DetectionItem, value: &SigmaValue, place: &Place) -> Result<Kql, Obstacle> {
    let SigmaValue::String(text) = value else {
        return Err(Obstacle::Rule("`re` with a value that is no text".to_owned()));
    };
    let has = |modifier: Modifier| item.field.has_modifier(modifier);
    let flags: String = [(Modifier::IgnoreCase, 'i'), (Modifier::Multiline, 'm'), (Modifier::DotAll, 's')]
        .into_iter()
        .filter(|(modifier, _)| has(*modifier))
        .map(|(_, flag)| flag)
        .collect();
    let expression = match flags.is_empty() {
        true => text.original.clone(),
        false => format!("(?{flags}){}", text.original),
    };
    if let Err(error) = regex::Regex::new(&expression) {
        let reason = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        return Err(Obstacle::Rule(format!("a regular expression that Kusto's engine refuses: {reason}")));
    }
    match place {
        Place::Text(column) => Ok(Kql::Test(format!("{column} matches regex {}", literal(&expression)))),
        Place::Number(column) | Place::Bool(column) => {
            Ok(Kql::Test(format!("tostring({column}) matches regex {}", literal(&expression))))
        }
        _ => Err(Obstacle::Table("a regular expression".to_owned())),
    }
}

fn time_part(item: &DetectionItem) -> Option<&'static str> {
    let parts = [
        (Modifier::Minute, "Minute"),
        (Modifier::Hour, "Hour"),
        (Modifier::Day, "Day"),
        (Modifier::Week, "WeekOfYear"),
        (Modifier::Month, "Month"),
        (Modifier::Year, "Year"),
    ];
    parts.into_iter().find(|(modifier, _)| item.field.has_modifier(*modifier)).map(|(_, part)| part)
}

fn by_time(part: &str, values: &[SigmaValue], place: &Place) -> Result<Kql, Obstacle> {
    let Place::Text(column) = place else { return Err(Obstacle::Table("a time".to_owned())) };
    each(values, |value| {
        let number = match value {
            SigmaValue::Integer(number) => Some(*number),
            SigmaValue::String(text) => text.original.parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| Obstacle::Rule("a part of a time that is no number".to_owned()))?;
        Ok(Kql::MaybeNull(format!("datetime_part(\"{part}\", todatetime({column})) == {number}")))
    })
}

/// A word without a field, in the column that is searched for words, or in all.
pub(super) fn keyword(value: &SigmaValue, column: Option<&str>, is_cased: bool) -> Result<Kql, Obstacle> {
    let text = match value {
        SigmaValue::String(text) => text.clone(),
        SigmaValue::Integer(number) => SigmaString::from_raw(&number.to_string()),
        SigmaValue::Float(number) => SigmaString::from_raw(&number.to_string()),
        SigmaValue::Bool(truth) => SigmaString::from_raw(&truth.to_string()),
        SigmaValue::Null => return Err(Obstacle::Rule("a word that is null".to_owned())),
    };
    match column {
        Some(column) => Ok(any_of(column, &[text], Position::Inside, is_cased)),
        None => match text.as_plain() {
            Some(plain) => {
                Ok(Kql::Test(format!("* {} {}", if is_cased { "contains_cs" } else { "contains" }, literal(&plain))))
            }
            None => Ok(Kql::Test(format!(
                "* matches regex {}",
                literal(&format!("(?is){}", pattern(&text, Position::Inside)))
            ))),
        },
    }
}
