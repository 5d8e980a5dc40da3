//! `geo_line_lookup`: the lines of a table that are near a place.
use crate::functions::plugin_prelude::*;
use crate::functions::shapes::{self, DEGREES, FLAG, METERS};
use crate::geography::{Line, distance_m};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "geo_line_lookup",
        summary: "Joins places with the lines of a table that are near them.",
        parameters: &[
            takes("LookupTable", PluginAccepts::Table),
            takes("LookupLineKey", PluginAccepts::TableColumn(&[Type::Dynamic])),
            takes("SourceLongitude", DEGREES),
            takes("SourceLatitude", DEGREES),
            takes("radius", METERS),
            takes("return_unmatched", FLAG).optional(),
            takes("lookup_area_radius", METERS).optional(),
            takes("return_lookup_key", FLAG).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/geo-line-lookup-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    shapes::columns(call, "LookupLineKey")
}

/// - Units: the radius is in meters. The lookup area changes no answer, only how Kusto finds it.
/// - Nulls: a radius that is null reaches nothing.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let radius = given.real("radius");
    shapes::lookup(given, "LookupLineKey", Line::parse, |line: &Line, place| {
        let point = place.point();
        radius.is_some_and(|radius| line.nearest(&point).is_some_and(|near| distance_m(&point, &near) <= radius))
    })
}
