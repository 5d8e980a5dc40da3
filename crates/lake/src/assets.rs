//! Which device has which address: a CSV file that somebody made of an inventory or of DHCP leases.
//!
//! In: a CSV file with a header; `Address` (an address, or a network as 10.1.0.0/16) and `DeviceName`, and where they are known `DeviceId`, and `From`
//! and `To`, between which the device had the address. Out: the device of an address at a moment. The longest prefix that held at the moment
//! wins; of several of one length, the one that began last.

use std::collections::HashMap;
use std::fs::File;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use semantics::time::parse_datetime;
use sha1::{Digest, Sha1};

use crate::error::{Error, Result};
use crate::formats::{Account, read_headed_rows};
use crate::open::budget::Budget;
use crate::record::Summary;

/// Bytes of such a file: the leases of a large estate for a year.
const BYTES_MAX: u64 = 512 << 20;

/// Devices by their addresses.
#[derive(Default)]
pub(crate) struct Assets {
    /// By family of addresses; the longest prefix first.
    networks: [Vec<Networks>; 2],
}

/// Networks of one length of prefix.
struct Networks {
    length: u32,
    /// By their first address.
    leases: HashMap<u128, Vec<Lease>>,
}

/// A device, and when it had an address.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lease {
    device: Device,
    /// Ticks; the first that is, and the first that is not.
    from: i64,
    to: i64,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    /// In lower case, as every source has it.
    pub(crate) name: Arc<str>,
    /// As the file has it, or else made from the name, as the sources of the device's own events make it.
    pub(crate) id: Arc<str>,
}

impl std::fmt::Debug for Assets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assets").finish_non_exhaustive()
    }
}

impl Assets {
    /// Reads a file. Lines that say nothing that can be understood are counted in the summary, with the reason.
    ///
    /// - Errors: a file that cannot be read, or lacks one of the two columns that every line needs.
    pub(crate) fn open(path: &Path, summary: &mut Summary) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        let mut account = Account::new(path.display().to_string());
        let mut assets = Self::default();
        let mut take = |names: &[String], cells: &[String]| assets.take(names, cells);
        let names = read_headed_rows(&mut Budget::new(BYTES_MAX).charge(file), &mut account, &mut take)?;
        if let Some(missing) = ["Address", "DeviceName"].iter().find(|column| place(&names, column).is_none()) {
            let reason = format!("a map of assets needs a header with a column {missing}");
            return Err(Error::file(path, std::io::Error::other(reason)));
        }
        assets.sort();
        summary.files.push(account.finish());
        Ok(assets)
    }

    /// The device that had an address at a time; without a time, the one that had it always.
    pub(crate) fn device(&self, address: IpAddr, at: Option<i64>) -> Option<&Device> {
        let (family, bits, value) = numbered(address);
        let holds = |lease: &&Lease| match at {
            Some(at) => lease.from <= at && at < lease.to,
            None => lease.from == i64::MIN && lease.to == i64::MAX,
        };
        let networks = self.networks.get(family)?;
        let mut all = networks.iter().filter_map(|of| of.leases.get(&masked(value, bits, of.length)));
        all.find_map(|leases| leases.iter().rfind(holds)).map(|lease| &lease.device)
    }

    fn take(&mut self, names: &[String], cells: &[String]) -> Result<(), String> {
        let cell = |name: &str| place(names, name).and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        let name = cell("DeviceName").to_lowercase();
        if name.is_empty() {
            return Err("it names no device".to_owned());
        }
        let (family, bits, value, length) = network(cell("Address"))?;
        let time = |name: &str, otherwise: i64| match cell(name) {
            "" => Ok(otherwise),
            text => parse_datetime(text).ok_or_else(|| format!("`{text}` is no time")),
        };
        let (from, to) = (time("From", i64::MIN)?, time("To", i64::MAX)?);
        if from >= to {
            return Err(format!("`{}` to `{}` is no time at all", cell("From"), cell("To")));
        }
        let id = match cell("DeviceId") {
            "" => Sha1::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
            id => id.to_owned(),
        };
        let device = Device { name: name.into(), id: id.into() };
        let Some(networks) = self.networks.get_mut(family) else { return Ok(()) };
        let at = networks.iter().position(|known| known.length == length).unwrap_or_else(|| {
            networks.push(Networks { length, leases: HashMap::new() });
            networks.len() - 1
        });
        if let Some(of) = networks.get_mut(at) {
            of.leases.entry(masked(value, bits, length)).or_default().push(Lease { device, from, to });
        }
        Ok(())
    }

    fn sort(&mut self) {
        for networks in &mut self.networks {
            networks.sort_by_key(|of| std::cmp::Reverse(of.length));
            for leases in networks.iter_mut().flat_map(|of| of.leases.values_mut()) {
                // Stable: of two that begin at once, the later line counts.
                leases.sort_by_key(|lease| lease.from);
            }
        }
    }
}

/// The place of a column, whatever its case.
fn place(names: &[String], name: &str) -> Option<usize> {
    names.iter().position(|known| known.trim().eq_ignore_ascii_case(name))
}

/// An address, or a network as `address/bits`: family, bits of the family, the address as a number, length of the prefix.
fn network(text: &str) -> Result<(usize, u32, u128, u32), String> {
    let wrong = || format!("`{text}` is neither an address nor a network");
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address.trim(), Some(length.trim())),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let (family, bits, value) = numbered(address);
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
    let before = if address.is_ipv6() { 128 - bits } else { 0 };
    let length = match length {
        Some(length) => length.parse::<u32>().ok().and_then(|length| length.checked_sub(before)).ok_or_else(wrong)?,
        None => bits,
    };
    if length > bits {
        return Err(wrong());
    }
    Ok((family, bits, value, length))
}

/// The family, how many bits it has, and the address as a number. IPv4 in IPv6 is IPv4.
fn numbered(address: IpAddr) -> (usize, u32, u128) {
    match address.to_canonical() {
        IpAddr::V4(address) => (0, 32, u128::from(address.to_bits())),
        IpAddr::V6(address) => (1, 128, address.to_bits()),
    }
}

/// The first `length` bits of an address.
fn masked(value: u128, bits: u32, length: u32) -> u128 {
    let rest = bits - length.min(bits);
    value.checked_shr(rest).and_then(|kept| kept.checked_shl(rest)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(text: &str) -> (Assets, Summary) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("assets.csv");
        std::fs::write(&path, text).expect("written");
        let mut summary = Summary::default();
        (Assets::open(&path, &mut summary).expect("a map"), summary)
    }

    fn name(assets: &Assets, address: &str, at: Option<&str>) -> Option<String> {
        let at = at.map(|text| parse_datetime(text).expect("a time"));
        assets.device(address.parse().expect("an address"), at).map(|device| device.name.to_string())
    }

    /// RFC 1519: the longest match wins. /0 is everything.
    #[test]
    fn the_longest_prefix_wins() {
        let (assets, _) = assets(
            "Address,DeviceName\n0.0.0.0/0,world\n10.0.0.0/8,campus\n10.1.2.3/16,house\n10.1.2.3,WS07.corp.example\n2001:db8::/32,six\n\
             2001:db8::7,seven\n",
        );
        let name = |address: &str| name(&assets, address, None).expect("a device");
        assert_eq!(name("10.1.2.3"), "ws07.corp.example");
        assert_eq!(name("::ffff:10.1.2.3"), "ws07.corp.example");
        assert_eq!(
            ["10.1.2.4", "10.1.255.255", "10.2.0.0", "9.255.255.255"].map(name),
            ["house", "house", "campus", "world"]
        );
        assert_eq!(["2001:db8::7", "2001:db8:ffff::1"].map(name), ["seven", "six"]);
        assert_eq!(assets.device("2001:db9::".parse().expect("an address"), None), None);
    }

    #[test]
    fn an_address_is_another_device_at_another_time() {
        let (assets, _) = assets(
            "address,devicename,from,to\n10.0.0.0/24,pool,,\n10.0.0.7,a,,2024-05-01T12:00:00Z\n10.0.0.7,b,2024-05-01T12:00:00Z,2024-05-02\n\
             10.0.0.7,c,2024-05-01T18:00:00Z,2024-05-01T20:00:00Z\n",
        );
        let name = |at: Option<&str>| name(&assets, "10.0.0.7", at).expect("a device");
        assert_eq!(name(Some("2024-05-01T11:59:59.9999999Z")), "a");
        assert_eq!(name(Some("2024-05-01T12:00:00Z")), "b");
        assert_eq!([Some("2024-05-01T19:00:00Z"), Some("2024-05-01T20:00:00Z")].map(name), ["c", "b"]);
        assert_eq!([Some("2024-05-02"), None].map(name), ["pool", "pool"]);
    }

    /// SHA-1 of `ws07` by `sha1sum`: what a source makes of the DeviceName of the device's own events.
    #[test]
    fn a_device_without_an_id_has_one_made_of_its_name() {
        let (assets, _) = assets("Address;DeviceName;DeviceId;Owner\n10.0.0.7;WS07;;me\n10.0.0.8;ws08;AbC;me\n");
        let id =
            |address: &str| assets.device(address.parse().expect("an address"), None).expect("a device").id.to_string();
        assert_eq!(id("10.0.0.7"), "d8234a38bdd7f970ee820b2948c8d2fca10a12fb");
        assert_eq!(id("10.0.0.8"), "AbC");
    }

    #[test]
    fn a_bad_line_is_named_and_counted() {
        let header = "Address,DeviceName,From,To\n";
        for (line, said) in [
            ("10.0.0.300,a,,", "10.0.0.300"),
            ("10.0.0.0/33,a,,", "10.0.0.0/33"),
            ("10.0.0.0/-1,a,,", "10.0.0.0/-1"),
            ("::/129,a,,", "::/129"),
            ("::ffff:10.0.0.0/8,a,,", "::ffff:10.0.0.0/8"),
            (",a,,", "``"),
            ("10.0.0.1,,,", "no device"),
            ("10.0.0.1,a,yesterday,", "yesterday"),
            ("10.0.0.1,a,2024-05-02,2024-05-01", "no time at all"),
            ("10.0.0.1,a", "2 cells"),
        ] {
            let (assets, summary) = assets(&format!("{header}{line}\n10.0.0.9,good,,\n"));
            let first = summary.files[0].first_bad.clone().expect(line);
            assert_eq!(
                (summary.bad_count(), first.offset, summary.record_count()),
                (1, header.len() as u64, 1),
                "{line}"
            );
            assert!(first.reason.contains(said), "{line}: {}", first.reason);
            assert_eq!(name(&assets, "10.0.0.9", None).as_deref(), Some("good"));
        }
    }

    #[test]
    fn a_file_without_the_columns_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("assets.csv");
        for (text, said) in
            [("ip,DeviceName\n10.0.0.1,a\n", "Address"), ("Address,host\n10.0.0.1,a\n", "DeviceName"), ("", "Address")]
        {
            std::fs::write(&path, text).expect("written");
            let error = Assets::open(&path, &mut Summary::default()).expect_err("no map").to_string();
            assert!(error.contains(&format!("column {said}")), "{error}");
        }
    }
}
