//! What the parser refuses to do more of. Query text comes from rules, users and HTTP: all of it is outside input.

/// The longest text: detections reach some tens of KB, lists of indicators written into a query some MB. Our choice; parsing that
/// much takes about a second.
pub const TEXT_BYTES_MAX: usize = 4 << 20;

/// The deepest nesting. Detections reach about 30. Rooms after this one walk the tree by recursion, so this bounds their stack too.
pub const DEPTH_MAX: u32 = 200;

/// The highest tree: nesting, and what grows from below (`a + b + c …`, `a.b.c …`).
pub const HEIGHT_MAX: u32 = 2 * DEPTH_MAX;

/// How often the parser may look without taking a token. A production looks a few times; 10,000 is a loop.
pub const LOOKS_MAX: u32 = 10_000;

/// How many errors are told: past this, the text is no query.
pub const ERRORS_MAX: usize = 100;
