//! IP addresses and networks as KQL's functions understand their text.
//!
//! In: text like `10.1.2.3`, `10.1.0.0/16`, `fe80::1/64`. Out: addresses as numbers with a prefix length, compared under the shorter one.
//! Text that is not an address is `None`, which is KQL's null.

mod arguments;
mod lookup;
mod scan;
mod v4;
mod v6;

pub(crate) use arguments::{any_in_text, any_range, ipv4_argument, ipv4_compared, ipv6_compared};
pub(crate) use lookup::Networks;
pub(crate) use scan::{contains_address, contains_prefix};
pub(crate) use v4::{Ipv4Prefix, cidr_list};
pub(crate) use v6::Ipv6Prefix;
