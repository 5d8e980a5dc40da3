//! Bytes → raw records → tables.
//!
//! `formats` and `open` turn bytes into raw rows; `source` and `transform` turn those into rows of tables, by the KQL of `content/sources`;
//! `deferred` makes the widest tables only when a query asks for them; `context` lets rows learn from each other; `database` holds the tables for the engine. [`Data::open`] is all of it.

mod assets;
pub mod clock;
pub mod commands;
pub mod content;
mod context;
pub mod data;
pub mod database;
mod deferred;
pub mod delta;
pub mod error;
pub mod external;
pub mod formats;
mod geoip;
pub mod ingest;
pub mod kept;
mod memory;
pub mod open;
mod parquet_scan;
mod parquet_table;
mod profiles;
pub mod record;
pub mod settings;
pub mod source;
mod transform;
mod watchlist;
pub mod window;

pub use commands::Commands;
pub use content::Content;
pub use data::{Data, NamedTable, Options};
pub use database::Database;
pub use delta::{AsOf, Compacted, Lake, Moment, TableStatus, TableVersion};
pub use error::{Error, Result};
pub use external::{Externals, Unallowed};
pub use ingest::{IngestOptions, Ingested, check_table_name, ingest};
pub use kept::{Kept, Outcome, guid_of};
pub use settings::{AggregatedReports, DocNets, Settings, Sysmon3};
pub use watchlist::{Watchlist, WatchlistRows};
pub use window::{Window, Windowed};
