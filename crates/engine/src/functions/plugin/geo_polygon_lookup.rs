//! `geo_polygon_lookup`: the polygons of a table that hold a place.
use crate::functions::plugin_prelude::*;
use crate::functions::shapes::{self, DEGREES, FLAG, METERS};
use crate::geography::{Region, distance_m};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "geo_polygon_lookup",
        summary: "Joins places with the polygons of a table that hold them, or that are near.",
        parameters: &[
            takes("LookupTable", PluginAccepts::Table),
            takes("LookupPolygonKey", PluginAccepts::TableColumn(&[Type::Dynamic])),
            takes("SourceLongitude", DEGREES),
            takes("SourceLatitude", DEGREES),
            takes("radius", METERS).optional(),
            takes("return_unmatched", FLAG).optional(),
            takes("lookup_area_radius", METERS).optional(),
            takes("return_lookup_key", FLAG).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    shapes::columns(call, "LookupPolygonKey")
}

/// - Units: the radius is in meters. The lookup area changes no answer, only how Kusto finds it.
/// - A radius of 0 is not the same as none: the border belongs to a polygon then.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let radius = given.real("radius");
    shapes::lookup(given, "LookupPolygonKey", Region::parse, |region: &Region, place| {
        let point = place.point();
        region.contains(&point)
            || radius
                .is_some_and(|radius| region.nearest(&point).is_some_and(|near| distance_m(&point, &near) <= radius))
    })
}
