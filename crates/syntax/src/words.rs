//! The words of KQL that the grammar must know: units, typed literals, text operators, what cannot begin an operand.
//!
//! Facts only, all from Kusto's documentation of the language; no parsing.

use crate::ast::{BinaryOp, Case, InTest, TextTest};

/// The types whose `name(…)` is a literal with raw text inside. `dynamic(…)` is not one: its inside is JSON.
pub(crate) const TYPED_LITERALS: [&str; 13] = [
    "bool", "date", "datetime", "decimal", "double", "guid", "int", "int32", "int64", "long", "real", "time",
    "timespan",
];

/// How many nanoseconds a unit of a timespan literal is.
pub(crate) fn nanoseconds_of_unit(unit: &str) -> Option<u64> {
    const SECOND: u64 = 1_000_000_000;
    Some(match unit {
        "d" | "day" | "days" => 86_400 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
        "m" | "min" | "minute" | "minutes" => 60 * SECOND,
        "s" | "sec" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => 1_000_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 1_000,
        "tick" | "ticks" => 100,
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => 1,
        _ => return None,
    })
}

/// A text operator that is a word, `matches regex` aside. `contains`, `has` and their kin do not mind case unless they say so.
pub(crate) fn text_operator(word: &str) -> Option<BinaryOp> {
    // The older spellings negate with `not` and mark case without an underscore.
    let (negated, positive) = match word {
        "notcontains" | "notcontainscs" | "notlike" | "notlikecs" => (true, word.strip_prefix("not")?),
        _ => word.strip_prefix('!').map_or((false, word), |positive| (true, positive)),
    };
    let (case, stem) = match positive {
        "containscs" | "likecs" => (Case::Sensitive, positive.strip_suffix("cs")?),
        _ => positive.strip_suffix("_cs").map_or((Case::Insensitive, positive), |stem| (Case::Sensitive, stem)),
    };
    let test = match stem {
        "contains" => TextTest::Contains,
        "has" => TextTest::Has,
        "hasprefix" => TextTest::HasPrefix,
        "hassuffix" => TextTest::HasSuffix,
        "startswith" => TextTest::StartsWith,
        "endswith" => TextTest::EndsWith,
        "like" => TextTest::Like,
        _ => return None,
    };
    Some(BinaryOp::Text { test, case, negated })
}

/// A list operator. `has_any` and `has_all` do not mind case.
pub(crate) fn list_operator(word: &str) -> Option<(InTest, Case, bool)> {
    Some(match word {
        "in" => (InTest::In, Case::Sensitive, false),
        "!in" => (InTest::In, Case::Sensitive, true),
        "in~" => (InTest::In, Case::Insensitive, false),
        "!in~" => (InTest::In, Case::Insensitive, true),
        "has_any" => (InTest::HasAny, Case::Insensitive, false),
        "has_all" => (InTest::HasAll, Case::Insensitive, false),
        _ => return None,
    })
}

/// Words that end an expression and so are no name where an operand is expected; in brackets they are.
pub(crate) fn ends_operand(word: &str) -> bool {
    matches!(word, "and" | "or" | "by" | "of" | "as" | "asc" | "desc" | "to" | "where" | "between" | "matches")
        || word.starts_with('!')
        || text_operator(word).is_some()
        || list_operator(word).is_some()
}

/// The boolean literals; Kusto knows these six spellings.
pub(crate) fn boolean(word: &str) -> Option<bool> {
    match word {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
