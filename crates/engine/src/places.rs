//! Where addresses are, between the engine and whoever knows.

use std::fmt::Debug;
use std::net::IpAddr;

/// The place of an address, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// The country's English name.
    pub country: String,
    /// The name of the state, province or other first part of the country.
    pub state: String,
    /// The city's name.
    pub city: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

/// Whoever knows where addresses are.
pub trait Places: Debug + Send + Sync {
    /// The place of an address; none when nothing is known of it.
    fn place(&self, address: IpAddr) -> Option<Place>;
}
