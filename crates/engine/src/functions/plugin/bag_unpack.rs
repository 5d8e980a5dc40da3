//! `bag_unpack`: the members of a bag become columns.
use std::collections::{BTreeMap, HashSet};

use arrow::array::{Array, AsArray};

use crate::dynamic::{Kind, array_items, as_text, kind, object_entries};
use crate::error::mistake;
use crate::expressions::convert::element;
use crate::functions::plugin_prelude::*;
use crate::functions::plugins::array_of;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "bag_unpack",
        summary: "Makes a column of each member of the bags of a column.",
        parameters: &[
            takes("column", PluginAccepts::Column(&[Type::Dynamic])),
            takes("OutputColumnPrefix", PluginAccepts::Constant(&[Type::String])).optional(),
            takes("columnsConflict", PluginAccepts::Constant(&[Type::String])).optional(),
            takes("ignoredProperties", PluginAccepts::Constant(&[Type::Dynamic])).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/bag-unpack-plugin",
        columns: PluginColumns::OfData(columns),
        caution: None,
    },
    evaluate,
};

/// Values that the bags of one input may hold in all: at 16 bytes each they are kept while their types are found.
const VALUES_MAX: usize = 100_000_000;
/// Columns of a table; Kusto's own limit.
const COLUMNS_MAX: usize = 10_000;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let bag = call.column("column");
    Ok(call.input().into_iter().enumerate().filter(|(at, _)| Some(*at) != bag).map(|(_, column)| column).collect())
}

/// What becomes of a member that is called as a column of the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

/// The values of one member: rows, ascending, and their JSON; nulls are left out.
type Member<'a> = Vec<(usize, &'a str)>;

/// - Shape: the same rows; the bag is gone; a member that is called as a column of the input stands in its place, the others come behind,
///   in the order of their names.
/// - Nulls: a row without the member; members that are null are passed over, as are rows whose value is no bag.
/// - Errors: `KS171` when a member is called as another column and nothing was said about that.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let conflict = match given.text("columnsConflict").unwrap_or("error") {
        "error" => Conflict::Error,
        "replace_source" => Conflict::ReplaceSource,
        "keep_source" => Conflict::KeepSource,
        other => {
            return mistake(format!(
                "`{other}` is no way to resolve conflicts; there are error, replace_source and keep_source"
            ));
        }
    };
    let (_, bags) = given.column(0, "column")?;
    let mut members = members(given, &bags)?;
    let source = given.schemas.first().map(Vec::as_slice).unwrap_or_default();
    let bag = given.places("column").first().copied();
    let row_count = given.row_count();
    let mut made = vec![];
    for (at, column) in source.iter().enumerate() {
        let is_bag = Some(at) == bag;
        let member = if conflict == Conflict::KeepSource && !is_bag {
            members.remove(&column.name);
            None
        } else {
            members.remove(&column.name)
        };
        match member {
            Some(_) if !is_bag && conflict == Conflict::Error => {
                let name = &column.name;
                return mistake(format!(
                    "a member of the bags is called `{name}`, as a column of the input is; `columnsConflict` says which to keep"
                ));
            }
            Some(member) => made.push(unpacked(given, column.name.clone(), &member, row_count)?),
            None if is_bag => {}
            None => made.push((column.clone(), given.at(0, at)?.1)),
        }
    }
    for (name, member) in &members {
        made.push(unpacked(given, name.clone(), member, row_count)?);
    }
    if made.len() > COLUMNS_MAX {
        return exec_err!("the bags have {} different members, more than {COLUMNS_MAX}", made.len());
    }
    Ok(Made { columns: made, row_count })
}

/// The members of all bags, by the names of their columns.
fn members<'a>(given: &Given<'_>, bags: &'a ArrayRef) -> Result<BTreeMap<String, Member<'a>>> {
    let ignored = ignored(given);
    let prefix = given.text("OutputColumnPrefix").unwrap_or_default();
    let wanted: Option<HashSet<&str>> =
        given.is_declared.then(|| given.schema.iter().map(|column| column.name.as_str()).collect());
    let mut members: BTreeMap<String, Member<'a>> = BTreeMap::new();
    let mut count = 0_usize;
    let Some(texts) = bags.as_string_view_opt() else { return exec_err!("`bag_unpack` needs a dynamic") };
    for row in 0..texts.len() {
        let entries = if texts.is_valid(row) { object_entries(texts.value(row)) } else { None };
        for (key, value) in entries.into_iter().flatten() {
            if kind(value) == Kind::Null || ignored.contains(key.as_ref()) {
                continue;
            }
            let name = format!("{prefix}{key}");
            if wanted.as_ref().is_some_and(|wanted| !wanted.contains(name.as_str())) {
                continue;
            }
            if name.is_empty() {
                return mistake("a member of the bags has no name, and a column needs one".to_owned());
            }
            count += 1;
            let member = members.entry(name).or_default();
            // Of members that come twice in a bag the last one counts.
            match member.last_mut().filter(|(last, _)| *last == row) {
                Some(last) => last.1 = value,
                None => member.push((row, value)),
            }
        }
        if count > VALUES_MAX {
            return exec_err!("the bags hold more than {VALUES_MAX} values");
        }
    }
    Ok(members)
}

fn ignored(given: &Given<'_>) -> HashSet<String> {
    let list = given.text("ignoredProperties").unwrap_or_default();
    array_items(list).into_iter().flatten().map(|item| as_text(item).into_owned()).collect()
}

/// A member as a column: of the schema's type when that was written, else of the type that all its values have.
fn unpacked(given: &Given<'_>, name: String, member: &Member<'_>, row_count: usize) -> Result<(Column, ArrayRef)> {
    let written = given.schema.iter().find(|column| given.is_declared && column.name == name);
    let ty = written.map_or_else(|| common_type(member), |column| column.ty);
    let mut rest = member.iter().peekable();
    let values = (0..row_count).map(|row| match rest.next_if(|(own, _)| *own == row) {
        Some((_, json)) => element(json, ty).unwrap_or_else(|| Value::absent(ty)),
        None => Value::absent(ty),
    });
    let array = array_of(ty, values)?;
    Ok((Column::new(name, ty), array))
}

/// The type of all values, or dynamic when they differ.
fn common_type(member: &Member<'_>) -> Type {
    let mut types = member.iter().map(|(_, json)| match kind(json) {
        Kind::Bool => Type::Bool,
        Kind::Whole if json.parse::<i64>().is_ok() => Type::Long,
        Kind::Whole | Kind::Real => Type::Real,
        Kind::String => Type::String,
        Kind::Null | Kind::Array | Kind::Bag => Type::Dynamic,
    });
    let first = types.next().unwrap_or(Type::Dynamic);
    if types.all(|ty| ty == first) { first } else { Type::Dynamic }
}
