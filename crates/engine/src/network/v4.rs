//! IPv4 addresses with a prefix length.

use std::net::Ipv4Addr;

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ipv4Prefix {
    address: u32,
    /// 0 to 32.
    length: u32,
}

/// The networks of RFC 1918.
const PRIVATE: [Ipv4Prefix; 3] = [
    Ipv4Prefix { address: 0x0a00_0000, length: 8 },
    Ipv4Prefix { address: 0xac10_0000, length: 12 },
    Ipv4Prefix { address: 0xc0a8_0000, length: 16 },
];

impl Ipv4Prefix {
    /// Reads `a.b.c.d` or `a.b.c.d/n`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, parse_length(length, 32)?),
            None => (text, 32),
        };
        Some(Self { address: address.parse::<Ipv4Addr>().ok()?.to_bits(), length })
    }

    /// The address of a number in big-endian order.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        Some(Self { address: u32::try_from(number).ok()?, length: 32 })
    }

    /// The same, with no more than so many bits; `None` when that is no prefix length.
    pub(crate) fn shortened(self, length: i64) -> Option<Self> {
        let length = u32::try_from(length).ok().filter(|length| *length <= 32)?;
        Some(Self { length: length.min(self.length), ..self })
    }

    /// The address in the leading bits of a number, and how many of them count.
    pub(crate) fn leading_bits(self) -> (u128, u32) {
        (u128::from(self.address) << 96, self.length)
    }

    /// How many bits count.
    pub(crate) fn length(self) -> u32 {
        self.length
    }

    /// The address with the bits that do not count cleared.
    pub(crate) fn network(self) -> u32 {
        masked(self.address, self.length)
    }

    /// The network in dotted form.
    pub(crate) fn network_text(self) -> String {
        Ipv4Addr::from_bits(self.network()).to_string()
    }

    /// Compares under the shorter prefix: -1, 0 or 1.
    pub(crate) fn compare(self, other: Self) -> i64 {
        let length = self.length.min(other.length);
        masked(self.address, length).cmp(&masked(other.address, length)) as i64
    }

    /// Is this address (or network) inside the network?
    pub(crate) fn is_in(self, range: Self) -> bool {
        masked(self.network(), range.length) == range.network()
    }

    /// Is it from a private network?
    pub(crate) fn is_private(self) -> bool {
        PRIVATE.iter().any(|range| self.is_in(*range))
    }
}

fn masked(address: u32, length: u32) -> u32 {
    address & u32::MAX.checked_shl(32 - length).unwrap_or(0)
}

/// A prefix length: decimal digits, no more than the maximum.
pub(super) fn parse_length(text: &str, maximum: u32) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|length| is_number && *length <= maximum)
}

/// The fewest networks that hold just the addresses from one to another; `None` when they are out of order.
pub(crate) fn cidr_list(start: Ipv4Prefix, end: Ipv4Prefix) -> Option<Vec<String>> {
    let (mut from, to) = (u64::from(start.network()), u64::from(end.network()));
    if from > to {
        return None;
    }
    let mut networks = vec![];
    while from <= to {
        // The largest block that begins here and does not go beyond the end.
        let aligned = if from == 0 { 32 } else { from.trailing_zeros().min(32) };
        let fits = (to - from + 1).ilog2();
        let bits = aligned.min(fits);
        let address = u32::try_from(from).ok()?;
        networks.push(format!("{}/{}", Ipv4Addr::from_bits(address), 32 - bits));
        from += 1 << bits;
    }
    Some(networks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_address_is_none() {
        for text in [
            "",
            "1.2.3",
            "1.2.3.256",
            "1.2.3.4/33",
            "1.2.3.4/",
            "1.2.3.4/-1",
            "1.2.3.4/+8",
            "a.b.c.d",
            "::1",
            "1.2.3.4.5",
        ] {
            assert_eq!(Ipv4Prefix::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_is_split_into_the_fewest_networks() {
        let list = |a, b| cidr_list(Ipv4Prefix::parse(a)?, Ipv4Prefix::parse(b)?);
        let all = vec!["0.0.0.0/0".to_owned()];
        assert_eq!(list("0.0.0.0", "255.255.255.255"), Some(all));
        assert_eq!(list("10.0.0.1", "10.0.0.1"), Some(vec!["10.0.0.1/32".to_owned()]));
        assert_eq!(list("10.0.0.2", "10.0.0.1"), None);
        let expect = ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"];
        assert_eq!(list("10.0.0.1", "10.0.0.4"), Some(expect.map(str::to_owned).to_vec()));
    }
}
