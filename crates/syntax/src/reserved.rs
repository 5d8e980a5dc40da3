//! The words that Kusto keeps for itself: as names they stand in brackets, `['first']`.
//!
//! Source: what the language service (@kusto/language-service-next 12.4) answers with KS228 when each of its keywords is given as a
//! name; the Kusto emulator refuses the same (`asc`, `desc`, `first`, `last` and `missing` are known). Sorted, to be searched.

/// No name in any place.
const NEVER: [&str; 128] = [
    "__contextual_datatable",
    "__crossCluster",
    "__crossDB",
    "__executeAndCache",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__projectAway",
    "__sourceColumnIndex",
    "and",
    "anomalychart",
    "areachart",
    "asc",
    "bagexpansion",
    "barchart",
    "between",
    "bin_legacy",
    "boolean",
    "byte",
    "cachingpolicy",
    "callout",
    "cancel",
    "card",
    "char",
    "columnchart",
    "contains_cs",
    "containscs",
    "cycles",
    "dataexport",
    "datascope",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "desc",
    "double",
    "dynamic",
    "encodingpolicy",
    "endswith",
    "endswith_cs",
    "expandoutput",
    "extent_tags_retention",
    "external_data",
    "first",
    "flags",
    "float",
    "force_remote",
    "harddelete",
    "hardretention",
    "has_all",
    "has_any",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "hotcache",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "isfuzzy",
    "journal",
    "ladderchart",
    "last",
    "like",
    "likecs",
    "linechart",
    "long",
    "missing",
    "nooptimization",
    "notcontains",
    "notcontainscs",
    "notlike",
    "notlikecs",
    "or",
    "others",
    "pathformat",
    "piechart",
    "pivotchart",
    "project",
    "queries",
    "query_results",
    "real",
    "relaxed",
    "restricted_view_access",
    "row_level_security",
    "rowstore",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstorepolicy",
    "rowstores",
    "scatterchart",
    "seal",
    "seals",
    "shards",
    "simple",
    "softdelete",
    "softretention",
    "stackedareachart",
    "startswith",
    "startswith_cs",
    "statistics",
    "storedqueryresultcontainers",
    "string",
    "tablepurge",
    "time",
    "timechart",
    "timeline",
    "timepivot",
    "timespan",
    "treemap",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "ulong",
    "union",
    "uniqueid",
    "unrestrictedviewers",
    "views",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "writeaheadlog",
];

/// A name before `=`, but no column that is read.
const ONLY_BEFORE_EQUALS: [&str; 27] = [
    "accumulate",
    "as",
    "by",
    "contains",
    "datatable",
    "earliest",
    "externaldata",
    "find",
    "has",
    "in",
    "invoke",
    "latest",
    "materialize",
    "mdm",
    "of",
    "print",
    "sample",
    "search",
    "set",
    "sql",
    "title",
    "to",
    "toscalar",
    "totable",
    "verbose",
    "viewers",
    "where",
];

/// A column that is read, but no name before `=`.
const ONLY_READ: [&str; 3] = ["kind", "with_source", "withsource"];

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before `=` in a list, and in a schema: a column or argument is made.
    Declared,
    /// In an expression.
    Read,
    /// After `let`, and in lists of columns that are not expressions.
    Bare,
}

/// Must the word stand in brackets to be a name there?
pub(crate) fn is_reserved(word: &str, place: Place) -> bool {
    let is_in = |words: &[&str]| words.binary_search(&word).is_ok();
    is_in(&NEVER)
        || match place {
            Place::Declared => is_in(&ONLY_READ),
            Place::Read => is_in(&ONLY_BEFORE_EQUALS),
            Place::Bare => is_in(&ONLY_READ) || is_in(&ONLY_BEFORE_EQUALS),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_searched() {
        for words in [&NEVER[..], &ONLY_BEFORE_EQUALS[..], &ONLY_READ[..]] {
            assert!(words.is_sorted(), "{words:?}");
        }
    }
}
