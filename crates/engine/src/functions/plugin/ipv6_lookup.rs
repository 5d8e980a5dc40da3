//! `ipv6_lookup`: the networks of a table that hold an IPv6 or IPv4 address.
use crate::functions::lookups::{self, Side};
use crate::functions::plugin_prelude::*;
use crate::network::Ipv6Prefix;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "ipv6_lookup",
        summary: "Joins rows with the networks of a table that hold their IPv6 address.",
        parameters: &[
            takes("LookupTable", PluginAccepts::Table),
            takes("SourceIPv6Key", PluginAccepts::Column(&[Type::String])),
            takes("IPv6LookupKey", PluginAccepts::TableColumn(&[Type::String])),
            takes("return_unmatched", PluginAccepts::Constant(&[Type::Bool])).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/ipv6-lookup-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// The documentation's answers show the table's columns first, unlike those of `ipv4_lookup`.
fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    lookups::columns(call, Side::Before)
}

fn evaluate(given: &Given<'_>) -> Result<Made> {
    let parse = |text: &str| Ipv6Prefix::parse(text).map(Ipv6Prefix::leading_bits);
    lookups::lookup(given, ("SourceIPv6Key", "IPv6LookupKey"), parse, Side::Before)
}
