//! `ipv4_lookup`: the networks of a table that hold an IPv4 address.
use crate::functions::lookups::{self, Side};
use crate::functions::plugin_prelude::*;
use crate::network::Ipv4Prefix;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "ipv4_lookup",
        summary: "Joins rows with the networks of a table that hold their IPv4 address.",
        parameters: &[
            takes("LookupTable", PluginAccepts::Table),
            takes("SourceIPv4Key", PluginAccepts::Column(&[Type::String])),
            takes("IPv4LookupKey", PluginAccepts::TableColumn(&[Type::String])),
            takes("ExtraKey", PluginAccepts::Column(&[])).repeated(),
            takes("return_unmatched", PluginAccepts::Constant(&[Type::Bool])).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/ipv4-lookup-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    lookups::columns(call, Side::Behind)
}

/// Addresses may have prefixes on both sides; the shorter one counts.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let parse = |text: &str| Ipv4Prefix::parse(text).map(Ipv4Prefix::leading_bits);
    lookups::lookup(given, ("SourceIPv4Key", "IPv4LookupKey"), parse, Side::Behind)
}
