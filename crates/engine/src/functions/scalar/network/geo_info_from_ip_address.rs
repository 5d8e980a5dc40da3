//! `geo_info_from_ip_address`: where is this address?

use std::net::IpAddr;

use hashbrown::HashMap;

use crate::dynamic::{object_of, quoted, real_json};
use crate::functions::prelude::*;
use crate::places::Place;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_info_from_ip_address",
    aliases: &[],
    summary: "Gives country, state, city, latitude and longitude of an IPv4 or IPv6 address, as far as an address database knows.",
    signatures: &[Signature::new(
        &[required("ip", Accepts::Type(Type::String), "an address")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function",
    lower: Lower::Services(evaluate),
};

/// Text that is no address, and an address that nobody knows, give null. Without an address database the first address is an error:
/// null would say that it is nowhere.
fn evaluate(args: &Args, services: &Services) -> Result<ArrayRef> {
    let texts = args.strings(0)?;
    // Few addresses make most rows of a log.
    let mut known: HashMap<IpAddr, Option<String>> = HashMap::new();
    let mut answers = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        answers.push(
            match (texts.get(row).trim().parse().map(|address: IpAddr| address.to_canonical()), &services.places) {
                (Err(_), _) => None,
                (Ok(_), None) => {
                    return exec_err!("`geo_info_from_ip_address` needs an address database: --geoip FILE.mmdb");
                }
                (Ok(address), Some(places)) => {
                    known.entry(address).or_insert_with(|| places.place(address).map(|place| bag(&place))).clone()
                }
            },
        );
    }
    args.make_json(|row| answers.get(row).cloned().flatten())
}

/// What is not known of a place is an empty text, or null for a coordinate. Source: our choice; the page shows whole places only.
fn bag(place: &Place) -> String {
    let degrees = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), real_json);
    object_of([
        ("country", quoted(&place.country)),
        ("state", quoted(&place.state)),
        ("city", quoted(&place.city)),
        ("latitude", degrees(place.latitude)),
        ("longitude", degrees(place.longitude)),
    ])
}
