//! `.show …`: what there is.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use engine::{Error, Rows};
use semantics::Type;
use semantics::time::UNIX_EPOCH;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use syntax::TokenKind;

use super::cursor::Cursor;
use super::described::{Described, texts};
use super::{Commands, DATABASE, failed, not_found, rows};
use crate::delta::INGESTED;

impl Commands {
    /// Reads the command up to its end or the first `|`.
    pub(super) async fn show(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        let rows = if cursor.eat("version") {
            version()?
        } else if cursor.eat("databases") {
            match cursor.eat("schema") {
                true => self.schema(cursor).await?,
                false => self.databases()?,
            }
        } else if cursor.eat("database") {
            if !cursor.eat("schema") {
                let (name, place) = cursor.name("a database")?;
                if name != self.database_name() && name != DATABASE {
                    return Err(not_found("Database", &name, place));
                }
                if !cursor.eat("schema") {
                    return Err(cursor.unbuilt());
                }
            }
            self.schema(cursor).await?
        } else if cursor.eat("tables") {
            self.tables(cursor).await?
        } else if cursor.eat("table") {
            self.table(cursor).await?
        } else {
            return Err(cursor.unbuilt());
        };
        match cursor.kind() {
            TokenKind::Bar => Ok(rows),
            TokenKind::End | TokenKind::Semicolon => cursor.end().map(|()| rows),
            _ => Err(cursor.unbuilt()),
        }
    }

    fn databases(&self) -> Result<Rows, Error> {
        let place = self.lake.as_ref().map(crate::Lake::name).unwrap_or_default();
        let id = guid_of(place);
        let mode = if self.lake.is_some() { "ReadWrite" } else { "ReadOnly" };
        let flag = |flag: Option<bool>| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag])) };
        rows([
            ("DatabaseName", Type::String, texts([self.database_name().as_str()])),
            ("PersistentStorage", Type::String, texts([place])),
            ("Version", Type::String, texts(["v1.0"])),
            ("IsCurrent", Type::Bool, flag(Some(true))),
            ("DatabaseAccessMode", Type::String, texts([mode])),
            ("PrettyName", Type::String, texts([""])),
            ("ReservedSlot1", Type::Bool, flag(None)),
            ("DatabaseId", Type::Guid, texts([id.as_str()])),
            ("InTransitionTo", Type::String, texts([""])),
            ("SuspensionState", Type::String, texts([""])),
        ])
    }

    async fn tables(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        let mut tables = self.all_described().await?;
        if cursor.kind() == TokenKind::OpenParen {
            let mut named: Vec<String> = vec![];
            for (name, place) in cursor.names("a table")? {
                match self.described(&name).await? {
                    None => return Err(not_found("Table", &name, place)),
                    Some(table) if !tables.iter().any(|other| other.name == name) => tables.push(table),
                    Some(_) => {}
                }
                named.push(name);
            }
            tables.retain(|table| named.contains(&table.name));
        }
        if cursor.eat("details") {
            return self.details(&tables);
        }
        let database = self.database_name();
        rows([
            ("TableName", Type::String, texts(tables.iter().map(|table| table.name.as_str()))),
            ("DatabaseName", Type::String, texts(tables.iter().map(|_| database.as_str()))),
            ("Folder", Type::String, texts(tables.iter().map(|table| table.folder.as_str()))),
            ("DocString", Type::String, texts(tables.iter().map(|table| table.doc_string.as_str()))),
        ])
    }

    async fn table(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        let (name, place) = cursor.name("a table")?;
        let table = self.described(&name).await?.ok_or_else(|| not_found("Table", &name, place))?;
        if cursor.eat("cslschema") {
            return self.schema_row(&table, table.to_csl());
        }
        if cursor.eat("details") {
            return self.details(&[table]);
        }
        if cursor.eat("schema") {
            cursor.expect_word("as")?;
            cursor.expect_word("json")?;
            return self.schema_row(&table, table.to_json().to_string());
        }
        Err(cursor.unbuilt())
    }

    /// A row for the database, one for each table, one for each column; or all of it as JSON.
    async fn schema(&self, cursor: &mut Cursor<'_>) -> Result<Rows, Error> {
        let tables = self.all_described().await?;
        let database = self.database_name();
        if cursor.eat("as") {
            cursor.expect_word("json")?;
            let text = schema_json(&database, &tables).to_string();
            return rows([("DatabaseSchema", Type::String, texts([text.as_str()]))]);
        }
        let mut lines = vec![("", "", "", "v1.0")];
        for table in &tables {
            lines.push((&table.name, "", "", ""));
            lines.extend(
                table
                    .columns
                    .iter()
                    .map(|column| (table.name.as_str(), column.name.as_str(), column.ty.clr_name(), "")),
            );
        }
        let flags: ArrayRef = Arc::new(lines.iter().map(|_| Some(false)).collect::<BooleanArray>());
        rows([
            ("DatabaseName", Type::String, texts(lines.iter().map(|_| database.as_str()))),
            ("TableName", Type::String, texts(lines.iter().map(|line| line.0))),
            ("ColumnName", Type::String, texts(lines.iter().map(|line| line.1))),
            ("ColumnType", Type::String, texts(lines.iter().map(|line| line.2))),
            ("IsDefaultTable", Type::Bool, flags.clone()),
            ("IsDefaultColumn", Type::Bool, flags),
            ("PrettyName", Type::String, texts(lines.iter().map(|_| ""))),
            ("Version", Type::String, texts(lines.iter().map(|line| line.3))),
        ])
    }

    /// What there is of each table. A lake is wholly at hand, so that all of it is hot; what the rows once were in files nobody knows.
    fn details(&self, tables: &[Described]) -> Result<Rows, Error> {
        let mut facts: Vec<Facts> = vec![];
        for table in tables {
            facts.push(Facts::of(table)?);
        }
        let database = self.database_name();
        let longs =
            |long: fn(&Facts) -> Option<i64>| -> ArrayRef { Arc::new(facts.iter().map(long).collect::<Int64Array>()) };
        let sizes: ArrayRef = Arc::new(facts.iter().map(|facts| facts.bytes).collect::<Float64Array>());
        let unknown: ArrayRef = Arc::new(facts.iter().map(|_| None::<f64>).collect::<Float64Array>());
        let policies = || texts(facts.iter().map(|_| "null"));
        rows([
            ("TableName", Type::String, texts(tables.iter().map(|table| table.name.as_str()))),
            ("DatabaseName", Type::String, texts(tables.iter().map(|_| database.as_str()))),
            ("Folder", Type::String, texts(tables.iter().map(|table| table.folder.as_str()))),
            ("DocString", Type::String, texts(tables.iter().map(|table| table.doc_string.as_str()))),
            ("TotalExtents", Type::Long, longs(|facts| facts.extents)),
            ("TotalExtentSize", Type::Real, sizes.clone()),
            ("TotalOriginalSize", Type::Real, unknown.clone()),
            ("TotalRowCount", Type::Long, longs(|facts| facts.rows)),
            ("HotExtents", Type::Long, longs(|facts| facts.extents)),
            ("HotExtentSize", Type::Real, sizes),
            ("HotOriginalSize", Type::Real, unknown),
            ("HotRowCount", Type::Long, longs(|facts| facts.rows)),
            ("AuthorizedPrincipals", Type::String, policies()),
            ("RetentionPolicy", Type::String, texts(facts.iter().map(|facts| facts.retention.as_str()))),
            ("CachingPolicy", Type::String, policies()),
            ("ShardingPolicy", Type::String, policies()),
            ("MergePolicy", Type::String, policies()),
            ("StreamingIngestionPolicy", Type::String, policies()),
            ("IngestionBatchingPolicy", Type::String, policies()),
            ("MinExtentsCreationTime", Type::DateTime, longs(|facts| facts.first)),
            ("MaxExtentsCreationTime", Type::DateTime, longs(|facts| facts.last)),
            ("RowOrderPolicy", Type::String, policies()),
            ("TableId", Type::String, texts(facts.iter().map(|facts| facts.id.as_str()))),
        ])
    }
}

/// What is known of a table's rows; of rows that are not in a lake nothing.
#[derive(Default)]
struct Facts {
    extents: Option<i64>,
    bytes: Option<f64>,
    rows: Option<i64>,
    /// Ticks at which the first and the last rows came.
    first: Option<i64>,
    last: Option<i64>,
    retention: String,
    id: String,
}

impl Facts {
    fn of(table: &Described) -> Result<Self, Error> {
        let Some(stored) = &table.stored else { return Ok(Self { retention: "null".to_owned(), ..Self::default() }) };
        let parts = stored.parts().map_err(failed)?;
        let bounds: Vec<(i64, i64)> =
            parts.iter().filter_map(|part| part.stats.bounds.get(INGESTED)).copied().collect();
        let ticks = |micros: i64| micros.saturating_mul(10).saturating_add(UNIX_EPOCH);
        let rows: u64 = parts.iter().filter_map(|part| part.stats.rows).sum();
        let days = stored.retention_days();
        let retention = days.map_or(Value::Null, |days| json!({"SoftDeletePeriod": format!("{days}.00:00:00")}));
        Ok(Self {
            extents: i64::try_from(parts.len()).ok(),
            bytes: Some(parts.iter().map(|part| part.bytes as f64).sum()),
            rows: i64::try_from(rows).ok(),
            first: bounds.iter().map(|bounds| ticks(bounds.0)).min(),
            last: bounds.iter().map(|bounds| ticks(bounds.1)).max(),
            retention: retention.to_string(),
            id: stored.id(),
        })
    }
}

fn version() -> Result<Rows, Error> {
    let version = env!("CARGO_PKG_VERSION");
    // When the program was built is not in it, so that the same source gives the same program.
    let unknown: ArrayRef = Arc::new(Int64Array::from(vec![None::<i64>]));
    rows([
        ("BuildVersion", Type::String, texts([version])),
        ("BuildTime", Type::DateTime, unknown),
        ("ServiceType", Type::String, texts(["Engine"])),
        ("ProductVersion", Type::String, texts([format!("vedette {version}").as_str()])),
        ("ServiceOffering", Type::String, texts(["{\"Type\":\"vedette\"}"])),
    ])
}

/// All maps are there even when nothing is in them: editors look into each.
fn schema_json(database: &str, tables: &[Described]) -> Value {
    let table = |table: &Described| {
        let told = json!({"Name": table.name, "EntityType": "Table", "Folder": table.folder, "DocString": table.doc_string,
            "OrderedColumns": table.ordered_columns()});
        (table.name.clone(), told)
    };
    let tables: Map<String, Value> = tables.iter().map(table).collect();
    json!({"Plugins": [], "Databases": {database: {"Name": database, "Tables": tables, "ExternalTables": {}, "MaterializedViews": {},
        "Functions": {}, "EntityGroups": {}, "Graphs": {}, "PrettyName": null, "MajorVersion": 1, "MinorVersion": 0,
        "DatabaseAccessMode": "ReadWrite"}}})
}

/// A guid that is the same whenever it is asked for: of the name's digest.
fn guid_of(name: &str) -> String {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(Sha256::digest(name)).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
