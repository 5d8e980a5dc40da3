//! IPv4 addresses inside running text: `has_ipv4` and its kin.
//!
//! An address counts where no letter or digit touches it.

use std::net::Ipv4Addr;

/// Is this valid address in the text?
pub(crate) fn contains_address(text: &str, address: &str) -> bool {
    address.parse::<Ipv4Addr>().is_ok() && bounded(text, address).any(|rest| !begins_with_word(rest))
}

/// Does an address of the text begin with this prefix: a whole address, or one to three numbers, each with its dot?
pub(crate) fn contains_prefix(text: &str, prefix: &str) -> bool {
    let Some(numbers) = prefix.strip_suffix('.') else { return contains_address(text, prefix) };
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| part.parse::<u8>().is_ok_and(|number| number.to_string() == **part);
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return false;
    }
    bounded(text, prefix).any(|rest| {
        let end = rest.find(|byte: char| !(byte.is_ascii_digit() || byte == '.')).unwrap_or(rest.len());
        let (tail, after) = rest.split_at(end);
        // A dot at the end of a sentence is no part of the address.
        let tail = tail.strip_suffix('.').unwrap_or(tail);
        format!("{prefix}{tail}").parse::<Ipv4Addr>().is_ok() && !begins_with_word(after)
    })
}

/// What follows each place where the needle stands with no letter or digit before it.
fn bounded<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = &'a str> {
    memchr::memmem::find_iter(text.as_bytes(), needle.as_bytes()).filter_map(move |at| {
        let before = text.get(..at)?;
        let is_free = !before.chars().next_back().is_some_and(char::is_alphanumeric);
        text.get(at + needle.len()..).filter(|_| is_free)
    })
}

fn begins_with_word(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_by_itself() {
        assert!(contains_address("from 10.0.0.1:22", "10.0.0.1"));
        assert!(contains_address("10.0.0.12 10.0.0.1", "10.0.0.1"));
        for text in ["10.0.0.12", "110.0.0.1", "x10.0.0.1", "é10.0.0.1", ""] {
            assert!(!contains_address(text, "10.0.0.1"), "{text}");
        }
        assert!(!contains_address("10.0.0.256", "10.0.0.256"));
    }

    #[test]
    fn a_prefix_belongs_to_a_whole_address() {
        assert!(contains_prefix("at 10.1.2.3.", "10.1."));
        assert!(contains_prefix("10.1.2.3", "10.1.2.3"));
        for (text, prefix) in [
            ("10.1.2.256", "10.1."),
            ("10.1.2.3", "10.1"),
            ("10.1.2", "10.1."),
            ("10.1.2.3", "10.01."),
            ("a10.1.2.3", "10."),
            ("10.1.2.3", ""),
        ] {
            assert!(!contains_prefix(text, prefix), "{text} {prefix}");
        }
    }
}
