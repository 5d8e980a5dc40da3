//! `_ip_type`: which part of the address space, in the words of Defender's `RemoteIPType` and `LocalIPType`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_ip_type",
    aliases: &[],
    summary: "Names the kind of an address as Defender does: Public, Private, Loopback, Reserved …; empty when it is no address.",
    signatures: &[Signature::new(
        &[
            required("ip", Accepts::Type(Type::String), "IPv4 or IPv6 address"),
            optional(
                "doc_nets",
                Accepts::Type(Type::String),
                "`public` (default) or `reserved`: what documentation networks are",
            ),
        ],
        Returns::Is(Type::String),
    )],
    source: "our choice, over the values that learn.microsoft.com/defender-xdr/advanced-hunting-devicenetworkevents-table lists",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let ips = args.strings(0)?;
    let are_docs_reserved = args.constant_string(1) == Some("reserved");
    args.make_strings(|row| kind(ips.get(row), are_docs_reserved))
}

fn kind(text: &str, are_docs_reserved: bool) -> &'static str {
    // `fe80::1%12` names a network card after the address.
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    match address.trim().parse() {
        Ok(IpAddr::V4(ip)) => v4(ip, are_docs_reserved),
        Ok(IpAddr::V6(ip)) => v6(ip, are_docs_reserved),
        Err(_) => "",
    }
}

fn v4(ip: Ipv4Addr, are_docs_reserved: bool) -> &'static str {
    match ip.octets() {
        [127, ..] => "Loopback",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "Private",
        [255, 255, 255, 255] => "Broadcast",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => documentation(are_docs_reserved),
        [0, ..] | [100, 64..=127, ..] | [169, 254, ..] | [192, 0, 0, _] | [198, 18..=19, ..] | [224..=255, ..] => {
            "Reserved"
        }
        _ => "Public",
    }
}

fn v6(ip: Ipv6Addr, are_docs_reserved: bool) -> &'static str {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => "Loopback",
        [0, 0, 0, 0, 0, 0, 0, 0] => "Reserved",
        [0, 0, 0, 0, 0, 0xffff, ..] => "FourToSixMapping",
        [0x2001, 0, ..] => "Teredo",
        [0x2001, 0xdb8, ..] => documentation(are_docs_reserved),
        [0xfc00..=0xfdff, ..] => "Private",
        [0xfe80..=0xfebf | 0xff00..=0xffff, ..] => "Reserved",
        _ => "Public",
    }
}

fn documentation(are_docs_reserved: bool) -> &'static str {
    if are_docs_reserved { "Reserved" } else { "Public" }
}

#[cfg(test)]
mod tests {
    use super::kind;

    /// The networks are those of RFC 1918, 4193, 4291, 4380, 6890 and 5737; both edges of each are tried where an edge is not an octet's.
    #[test]
    fn addresses_have_the_kind_of_their_network() {
        for (expected, addresses) in [
            ("Loopback", "127.0.0.1 ::1"),
            ("Private", "10.0.0.1 172.16.0.0 172.31.255.255 192.168.1.1 fc00::1 fdff::1"),
            ("Broadcast", "255.255.255.255"),
            ("FourToSixMapping", "::ffff:8.8.8.8"),
            ("Teredo", "2001::1"),
            (
                "Reserved",
                "0.0.0.0 100.64.0.1 100.127.255.255 169.254.1.1 198.19.0.1 224.0.0.1 240.0.0.1 :: fe80::1%4 ff02::fb",
            ),
            ("Public", "8.8.8.8 172.15.0.1 172.32.0.0 100.63.0.1 100.128.0.1 192.0.2.1 2001:db8::1 2606:4700::1111"),
        ] {
            for address in addresses.split(' ') {
                assert_eq!(kind(address, false), expected, "{address}");
            }
        }
        assert_eq!(kind("host.example", false), "");
        assert_eq!(kind("203.0.113.9", true), "Reserved");
    }
}
