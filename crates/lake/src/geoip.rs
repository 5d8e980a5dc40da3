//! A MaxMind address database as the engine asks for places.
//!
//! In: a file of the MaxMind DB format with city records (GeoLite2-City, GeoIP2-City, DB-IP City …). Out: places. Which database it is, is the
//! user's choice and licence; none comes with the program.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;

use engine::{Place, Places};
use maxminddb::{Reader, geoip2};

use crate::error::{Error, Result};
use crate::open::budget::Budget;

/// Bytes of a database: the largest commercial one is below 1 GB.
const BYTES_MAX: u64 = 2 << 30;

/// An address database in memory.
pub(crate) struct GeoIp {
    reader: Reader<Vec<u8>>,
}

impl std::fmt::Debug for GeoIp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeoIp").finish_non_exhaustive()
    }
}

impl GeoIp {
    /// Reads a database.
    ///
    /// - Errors: a file that cannot be read, or is no such database.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut bytes = vec![];
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        Budget::new(BYTES_MAX).charge(file).read_to_end(&mut bytes).map_err(|error| Error::file(path, error))?;
        let reader = Reader::from_source(bytes).map_err(|error| {
            Error::file(path, std::io::Error::other(format!("it is no MaxMind address database: {error}")))
        })?;
        Ok(Self { reader })
    }
}

impl Places for GeoIp {
    /// A record that is broken is unknown: the rest of the database is still worth asking.
    fn place(&self, address: IpAddr) -> Option<Place> {
        let city: geoip2::City = self.reader.lookup(address).ok()?.decode().ok()??;
        let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
        let place = Place {
            country: text(city.country.names.english),
            state: text(city.subdivisions.first().and_then(|part| part.names.english)),
            city: text(city.city.names.english),
            latitude: city.location.latitude,
            longitude: city.location.longitude,
        };
        (place != Place::default()).then_some(place)
    }
}
