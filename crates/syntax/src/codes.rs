//! Every code a syntax error may carry, once. Kusto's own number where its language service has one for the same finding,
//! ours (`VD0…`) otherwise; a number is never used for something else.

macro_rules! codes {
    ($($(#[doc = $says:literal])+ pub const $name:ident: &str = $code:literal;)+) => {
        $($(#[doc = $says])+ pub const $name: &str = $code;)+

        /// Every code with what it says.
        pub const ALL: &[(&str, &str)] = &[$(($code, concat!($($says),+))),+];
    };
}

codes! {
/// A string, or a typed literal, is not closed.
pub const UNCLOSED: &str = "KS001";
/// A character that is no part of KQL.
pub const UNKNOWN_CHARACTER: &str = "KS002";
/// A literal that says nothing: `0x` too long, a number too large.
pub const MALFORMED_LITERAL: &str = "KS004";
/// A certain token was expected.
pub const EXPECTED_TOKEN: &str = "KS005";
/// An expression, a name or a value was expected.
pub const MISSING: &str = "KS006";
/// A tabular operator was expected.
pub const EXPECTED_OPERATOR: &str = "KS176";
/// A word of KQL stands as a name without brackets.
pub const NEEDS_BRACKETS: &str = "KS228";
/// A command was expected after a dot.
pub const MISSING_COMMAND: &str = "KS300";
/// Something is left over.
pub const UNEXPECTED: &str = "KS198";
/// The text is longer than `limits::TEXT_BYTES_MAX`.
pub const TEXT_TOO_LONG: &str = "VD0001";
/// The query is nested deeper than `limits::DEPTH_MAX`.
pub const TOO_DEEP: &str = "VD0002";
/// The parser read the same place too often: a defect of ours.
pub const STUCK: &str = "VD0003";
/// There are more errors than are worth telling.
pub const TOO_MANY_ERRORS: &str = "VD0004";
/// An escape that strings do not have.
pub const UNKNOWN_ESCAPE: &str = "VD0005";
}
