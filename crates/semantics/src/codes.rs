//! Every diagnostic code of this room, once. `KS` numbers are Kusto's own, as its language service prints them; `VD` numbers are ours.
//! A code is never reused.

macro_rules! codes {
    ($($(#[doc = $says:literal])+ pub const $name:ident: &str = $code:literal;)+) => {
        $($(#[doc = $says])+ pub const $name: &str = $code;)+

        /// Every code with what it says.
        pub const ALL: &[(&str, &str)] = &[$(($code, concat!($($says),+))),+];
    };
}

codes! {
/// An operator that is not defined for the types of its operands.
pub const OPERATOR_TYPES: &str = "KS106";
/// A value of another type was expected.
pub const TYPE_EXPECTED: &str = "KS107";
/// A table stands where a scalar was expected.
pub const SCALAR_EXPECTED: &str = "KS108";
/// Something stands where only a column may.
pub const COLUMN_EXPECTED: &str = "KS109";
/// A scalar stands where a table was expected.
pub const TABLE_EXPECTED: &str = "KS110";
/// A type that a place does not allow: a dynamic as a key.
pub const TYPE_NOT_ALLOWED: &str = "KS116";
/// A function without its parentheses.
pub const ARGUMENTS_MISSING: &str = "KS117";
/// A function with too few or too many arguments.
pub const ARGUMENT_COUNT: &str = "KS119";
/// A function with too few or too many arguments, when it takes no fixed number.
pub const ARGUMENT_COUNT_RANGE: &str = "KS120";
/// Arguments that fit none of the forms of a function.
pub const NO_FORM_FITS: &str = "KS127";
/// An argument whose name the function does not have.
pub const ARGUMENT_NAME: &str = "KS196";
/// A constant was expected.
pub const CONSTANT_EXPECTED: &str = "KS129";
/// A whole number was expected.
pub const INTEGER_EXPECTED: &str = "KS134";
/// A number was expected.
pub const NUMBER_EXPECTED: &str = "KS137";
/// A number, timespan or datetime was expected.
pub const SUMMABLE_EXPECTED: &str = "KS138";
/// A place that takes one type only.
pub const EXACT_TYPE: &str = "KS141";
/// A name that stands for nothing.
pub const NAME_NOT_FOUND: &str = "KS142";
/// An aggregate outside `summarize` and its relatives.
pub const AGGREGATE_NOT_ALLOWED: &str = "KS144";
/// A join key that one side lacks.
pub const JOIN_COLUMN_MISSING: &str = "KS145";
/// `[…]` after something that is not dynamic.
pub const ELEMENT_NOT_ALLOWED: &str = "KS147";
/// `(a, b) = x`, where x has one value.
pub const NOT_A_TUPLE: &str = "KS149";
/// `(a, b, c) = x`, where x has fewer values.
pub const TUPLE_TOO_LONG: &str = "KS150";
/// A type's name that is not one.
pub const TYPE_NAME: &str = "KS160";
/// A column that is already there.
pub const DUPLICATE_COLUMN: &str = "KS171";
/// A `datatable` whose last row is not full.
pub const ROW_NOT_FULL: &str = "KS173";
/// An operator that may only begin a query.
pub const MUST_BE_FIRST: &str = "KS175";
/// A join condition of another form.
pub const JOIN_CONDITION: &str = "KS182";
/// A join condition whose side is not `$left.x` or `$right.y`.
pub const JOIN_OPERAND: &str = "KS183";
/// Arguments that no case of a pattern matches.
pub const PATTERN_UNMATCHED: &str = "KS188";
/// A `let` name that is already taken.
pub const DUPLICATE_VARIABLE: &str = "KS201";
/// A table that is not there.
pub const TABLE_NOT_FOUND: &str = "KS204";
/// A table that is not there, in a fuzzy union.
pub const FUZZY_TABLE_NOT_FOUND: &str = "KS205";
/// A function that is not there.
pub const FUNCTION_NOT_FOUND: &str = "KS211";
/// Columns of one name and two types.
pub const COMMON_COLUMN_TYPE: &str = "KS227";
/// Arguments without a common type.
pub const NO_COMMON_TYPE: &str = "KS232";
/// A column outside an aggregate in `summarize`.
pub const NOT_AN_AGGREGATE: &str = "KS236";
/// A join key that is dynamic.
pub const JOIN_KEY_DYNAMIC: &str = "KS241";
/// Join keys of two types.
pub const JOIN_KEY_TYPES: &str = "KS242";
/// A dynamic array was expected.
pub const ARRAY_EXPECTED: &str = "KS234";
/// A dynamic bag was expected.
pub const BAG_EXPECTED: &str = "KS235";
/// An argument that lacks columns its parameter names.
pub const COLUMNS_MISSING: &str = "KS249";
/// A pattern of a graph that is none, or a function of patterns where it means nothing.
pub const GRAPH_PATTERN: &str = "VD2030";
/// An option's value that is not one of those it has.
pub const OPTION_VALUE: &str = "KS005";

/// A construct that vedette has not built.
pub const UNSUPPORTED: &str = "VD2001";
/// A literal whose text is not a value of its type.
pub const BAD_LITERAL: &str = "VD2002";
/// A row-order function over rows without an order.
pub const NOT_SERIALIZED: &str = "VD2003";
/// A function that calls itself.
pub const RECURSION: &str = "VD2004";
/// A query that is deeper or longer than the limits.
pub const TOO_LARGE: &str = "VD2005";
/// A database, cluster or workspace prefix, which is ignored.
pub const PREFIX_IGNORED: &str = "VD2006";
/// No statement gives a result.
pub const NO_RESULT: &str = "VD2007";
/// A stored function whose text does not parse.
pub const STORED_FUNCTION: &str = "VD2008";
/// A value that a function does not take: a pattern that is none, a letter that means nothing in a format.
pub const ARGUMENT_VALUE: &str = "VD2009";
/// `ingestion_time()` over rows that have none: it is null.
pub const NO_INGESTION_TIME: &str = "VD2020";
/// `FileProfile()` where nobody knows profiles of files: its columns are empty.
pub const NO_FILE_PROFILES: &str = "VD2021";
/// A watchlist that is not there: its table is empty.
pub const WATCHLIST_NOT_FOUND: &str = "VD2022";
/// A property of `externaldata` that means nothing here.
pub const EXTERNAL_PROPERTY: &str = "VD2023";
/// A source of `externaldata` that was left out, or not read wholly.
pub const EXTERNAL_SOURCE: &str = "VD2024";
/// A column that a plugin could have made from the data, and that these data did not make.
pub const LATE_COLUMN: &str = "VD2010";
/// A plugin of which Kusto does not publish how it chooses: its rows are right, and Kusto may give others.
pub const UNPUBLISHED: &str = "VD2031";
}
