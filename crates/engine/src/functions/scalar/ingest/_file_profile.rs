//! `_file_profile`: what is known of the file with this hash? `FileProfile()` is made of it.

use crate::dynamic::{object_of, quoted};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_file_profile",
    aliases: &[],
    summary: "Gives what is known of the file with a SHA-1 or SHA-256 hash, as a bag of texts.",
    signatures: &[Signature::new(
        &[required("hash", Accepts::Type(Type::String), "a hash in hexadecimal digits of either case")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function",
    lower: Lower::Services(evaluate),
};

/// `ProfileAvailability` is `Available`, or `Missing` for a file that nobody knows. Text that is no hash has no profile.
fn evaluate(args: &Args, services: &Services) -> Result<ArrayRef> {
    let hashes = args.strings(0)?;
    args.make_json(|row| {
        let hash = hashes.get(row).to_ascii_lowercase();
        let is_hash = matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash {
            return None;
        }
        let (known, availability) = match services.profiles.as_ref().and_then(|profiles| profiles.profile(&hash)) {
            Some(known) => (known, "Available"),
            None => (vec![], "Missing"),
        };
        let known = known.into_iter().filter(|(name, _)| name != "ProfileAvailability");
        let all = known.chain([("ProfileAvailability".to_owned(), availability.to_owned())]);
        Some(object_of(all.map(|(name, value)| (name, quoted(&value)))))
    })
}
