//! IPv6 addresses with a prefix length; IPv4 ones among them, as `::ffff:a.b.c.d`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::v4::{Ipv4Prefix, parse_length};

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ipv6Prefix {
    address: u128,
    /// 0 to 128.
    length: u32,
}

/// Where the bits of an IPv4 address begin.
const V4_START: u32 = 96;

impl Ipv6Prefix {
    /// Reads an IPv6 or IPv4 address, each perhaps with `/n`.
    ///
    /// An address that ends in dotted form is an IPv4 one, and so is a prefix length up to 32 after it, as documented for `parse_ipv6_mask`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(parse_length(length, 128)?)),
            None => (text, None),
        };
        if let Ok(v4) = address.parse::<Ipv4Addr>() {
            let length = length.unwrap_or(32);
            return (length <= 32).then(|| Self { address: v4.to_ipv6_mapped().to_bits(), length: V4_START + length });
        }
        let v6 = address.split('%').next()?.parse::<Ipv6Addr>().ok()?;
        match v6.to_ipv4().filter(|_| address.contains('.')) {
            Some(v4) => {
                let length = length.map_or(128, |length| if length <= 32 { V4_START + length } else { length });
                Some(Self { address: v4.to_ipv6_mapped().to_bits(), length })
            }
            None => Some(Self { address: v6.to_bits(), length: length.unwrap_or(128) }),
        }
    }

    /// The address, and how many of its bits count.
    pub(crate) fn leading_bits(self) -> (u128, u32) {
        (self.address, self.length)
    }

    /// The same, with no more than so many bits; `None` when that is no prefix length.
    pub(crate) fn shortened(self, length: i64) -> Option<Self> {
        let length = u32::try_from(length).ok().filter(|length| *length <= 128)?;
        Some(Self { length: length.min(self.length), ..self })
    }

    /// All eight groups of the network, four hexadecimal digits each.
    pub(crate) fn network_text(self) -> String {
        let segments = Ipv6Addr::from_bits(masked(self.address, self.length)).segments();
        segments.map(|segment| format!("{segment:04x}")).join(":")
    }

    /// Compares under the shorter prefix: -1, 0 or 1.
    pub(crate) fn compare(self, other: Self) -> i64 {
        let length = self.length.min(other.length);
        masked(self.address, length).cmp(&masked(other.address, length)) as i64
    }

    /// Is this address (or network) inside the network?
    pub(crate) fn is_in(self, range: Self) -> bool {
        masked(masked(self.address, self.length), range.length) == masked(range.address, range.length)
    }
}

fn masked(address: u128, length: u32) -> u128 {
    address & u128::MAX.checked_shl(128 - length).unwrap_or(0)
}

/// `ipv6_compare`: with two IPv4 addresses the prefix counts their bits, else those of IPv6.
pub(crate) fn compare_v6(one: &str, other: &str, prefix: Option<i64>) -> Option<i64> {
    if let (Some(one), Some(other)) = (Ipv4Prefix::parse(one), Ipv4Prefix::parse(other)) {
        let prefix = prefix.filter(|prefix| *prefix <= 128)?.min(32);
        return Some(one.shortened(prefix)?.compare(other));
    }
    Some(Ipv6Prefix::parse(one)?.shortened(prefix?)?.compare(Ipv6Prefix::parse(other)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the documentation of `parse_ipv6_mask`, told in other addresses.
    #[test]
    fn dotted_addresses_are_ipv4() {
        let network = |text: &str| Ipv6Prefix::parse(text).map(Ipv6Prefix::network_text);
        assert_eq!(network("10.1.2.3/16").as_deref(), Some("0000:0000:0000:0000:0000:ffff:0a01:0000"));
        assert_eq!(network("::10.1.2.3/16").as_deref(), Some("0000:0000:0000:0000:0000:ffff:0a01:0000"));
        assert_eq!(network("2001:db8::1/32").as_deref(), Some("2001:0db8:0000:0000:0000:0000:0000:0000"));
        assert_eq!(network("::1").as_deref(), Some("0000:0000:0000:0000:0000:0000:0000:0001"));
        for text in ["", "10.1.2.3/33", "::1/129", "2001:db8", "x"] {
            assert_eq!(network(text), None, "{text}");
        }
    }
}
