//! Every code of a lint, once. A number is never used for something else, also when its lint is gone.

/// An exclusion of a domain that look-alike names pass, too.
pub(super) const LOOKALIKE_DOMAIN: &str = "VD4001";
/// Counting by address and by name together.
pub(super) const ADDRESS_AND_NAME: &str = "VD4002";
/// A mean taken for regularity.
pub(super) const MEAN_INTERVAL: &str = "VD4003";
/// A duration shared among n events instead of n - 1 intervals.
pub(super) const INTERVAL_COUNT: &str = "VD4004";
/// A small threshold on `datetime_diff`, which counts borders.
pub(super) const DATETIME_DIFF: &str = "VD4005";
/// A threshold that the window cannot hold.
pub(super) const WINDOW_TOO_SHORT: &str = "VD4006";
/// `join` without a kind.
pub(super) const JOIN_WITHOUT_KIND: &str = "VD4007";
/// A test of a set that was cut off.
pub(super) const LIMITED_SET: &str = "VD4008";
/// `Timestamp` beside `TimeGenerated`.
pub(super) const TWO_TIMES: &str = "VD4009";
/// A large table without a filter on time.
pub(super) const NO_TIME_FILTER: &str = "VD4010";
/// A filter on time that comes after a join.
pub(super) const LATE_TIME_FILTER: &str = "VD4011";
/// A comparison that minds case, of a column whose case varies.
pub(super) const CASE_SENSITIVE: &str = "VD4012";
/// A sort that a later operator undoes.
pub(super) const SORT_DISCARDED: &str = "VD4013";
/// A value that the column never has.
pub(super) const UNKNOWN_VALUE: &str = "VD4014";
/// A regular expression that is plain text.
pub(super) const PLAIN_REGEX: &str = "VD4015";
/// `contains` where terms would do.
pub(super) const CONTAINS_TERM: &str = "VD4016";
/// A `let` that nothing names.
pub(super) const UNUSED_LET: &str = "VD4017";
/// A test for null of text, which is never null.
pub(super) const NULL_TEXT: &str = "VD4018";
/// A lower-cased text compared with capitals.
pub(super) const FOLDED_CASE: &str = "VD4019";
/// `count() > 0` of a group.
pub(super) const COUNT_POSITIVE: &str = "VD4020";
/// `x != a or x != b`.
pub(super) const NEGATIONS_WITH_OR: &str = "VD4021";
/// An exclusion that an empty column passes.
pub(super) const EMPTY_PASSES: &str = "VD4022";
/// Columns that a custom detection needs and the result lacks.
pub(super) const DETECTION_COLUMNS: &str = "VD4023";
/// `where a = b`.
pub(super) const WHERE_ASSIGNS: &str = "VD4024";
/// A `*` or a `|` where it is a character like any other.
pub(super) const WILDCARD: &str = "VD4025";
/// `\\` in a text that is verbatim.
pub(super) const DOUBLED_BACKSLASH: &str = "VD4026";
/// A path compared with a column that holds names only.
pub(super) const PATH_AS_NAME: &str = "VD4027";
/// A hash of another length or case than the column has.
pub(super) const HASH_FORM: &str = "VD4028";
/// The beginning of an address that ends inside a number.
pub(super) const ADDRESS_PREFIX: &str = "VD4029";
/// A value that a list has twice.
pub(super) const REPEATED_VALUE: &str = "VD4030";
/// `a or b and c` over one column.
pub(super) const MIXED_AND_OR: &str = "VD4031";
/// A range whose ends are the wrong way round, or conditions that exclude each other.
pub(super) const EMPTY_RANGE: &str = "VD4032";
/// `take` before a filter or a group.
pub(super) const TAKE_BEFORE: &str = "VD4033";
/// A dot in a regular expression that stands for a dot.
pub(super) const REGEX_DOT: &str = "VD4034";
/// A blank at the end of a text that is compared as a whole.
pub(super) const BLANK_AT_EDGE: &str = "VD4035";
/// Whole numbers divided where a fraction is wanted.
pub(super) const INTEGER_DIVISION: &str = "VD4036";
/// An old spelling that stops at 128 elements.
pub(super) const LEGACY_LIMIT: &str = "VD4037";
/// A negated test of IPv4 that drops IPv6.
pub(super) const IPV4_NULL: &str = "VD4038";
/// A neighbor that may belong to another group.
pub(super) const OTHER_GROUPS: &str = "VD4039";
/// A test of text over a list.
pub(super) const ARRAY_AS_TEXT: &str = "VD4040";
/// Known values that include those of the rows themselves.
pub(super) const KNOWN_INCLUDES_NOW: &str = "VD4041";
