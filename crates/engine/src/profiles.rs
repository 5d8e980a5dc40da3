//! What files are, by their hashes, between the engine and whoever knows (`FileProfile()`).

use std::fmt::Debug;

/// Whoever knows files by their hashes.
pub trait FileProfiles: Debug + Send + Sync {
    /// What is known of the file with that hash in lower case: names of the columns of `FileProfile()` and their values as text; none
    /// when the file is not known.
    fn profile(&self, hash: &str) -> Option<Vec<(String, String)>>;
}
