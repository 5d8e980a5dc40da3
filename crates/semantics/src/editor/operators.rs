//! The tabular operators as an editor writes them: what is typed for each, what stands between its parts, which options there are.
//!
//! Facts only. Source: the page of each operator under learn.microsoft.com/kusto/query. What an operator does is said in [`syntax::operators`].
//! Older spellings (`filter`, `mvexpand`) are not offered.

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorInfo {
    /// Its keyword: `project-away`.
    pub keyword: &'static str,
    /// What is typed for it, with the places to fill in as editors mark them.
    pub snippet: &'static str,
    /// Its options, each with the values that it may have; none when any name or number will do.
    pub options: &'static [OptionInfo],
    /// The words that stand between its parts.
    pub words: &'static [&'static str],
}

/// An option and its values.
pub type OptionInfo = (&'static str, &'static [&'static str]);

/// The operator of that keyword; of the older spellings the one that they stand for.
pub fn operator(keyword: &str) -> Option<&'static OperatorInfo> {
    let keyword = match keyword {
        "filter" => "where",
        "mvexpand" => "mv-expand",
        "mvapply" => "mv-apply",
        other => other,
    };
    OPERATORS.iter().find(|operator| operator.keyword == keyword)
}

/// What `render` can draw.
pub(super) const CHARTS: [&str; 14] = [
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "ladderchart",
    "linechart",
    "piechart",
    "pivotchart",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "treemap",
];

const fn entry(
    keyword: &'static str,
    snippet: &'static str,
    options: &'static [OptionInfo],
    words: &'static [&'static str],
) -> OperatorInfo {
    OperatorInfo { keyword, snippet, options, words }
}

impl OperatorInfo {
    /// What is said of it to people.
    pub fn about(&self) -> Option<&'static syntax::operators::OperatorInfo> {
        about(self.keyword)
    }
}

/// What is said of an operator, by its keyword or an older spelling of it.
pub(super) fn about(keyword: &str) -> Option<&'static syntax::operators::OperatorInfo> {
    syntax::operators::OPERATORS.iter().find(|about| about.name == keyword || about.aliases.contains(&keyword))
}

/// Every operator that is written here, by its keyword.
pub static OPERATORS: &[OperatorInfo] = &[
    entry("as", "as $0", &[], &[]),
    entry("assert-schema", "assert-schema ($0)", &[], &[]),
    entry("consume", "consume", &[], &[]),
    entry("count", "count", &[], &["as"]),
    entry("distinct", "distinct $0", &[], &[]),
    entry(
        "evaluate",
        "evaluate $0",
        &[("hint.distribution", &["single", "per_node", "per_shard"]), ("hint.pass_filters", &["true", "false"])],
        &[],
    ),
    entry("extend", "extend $0", &[], &[]),
    entry("facet", "facet by $0", &[], &["by", "with"]),
    entry(
        "find",
        "find in ($1) where $0",
        &[("withsource", &[]), ("datascope", &["hotcache", "all"])],
        &["in", "where", "project", "project-smart", "project-away"],
    ),
    entry("fork", "fork ($0)", &[], &[]),
    entry("getschema", "getschema", &[], &[]),
    entry(
        "graph-mark-components",
        "graph-mark-components",
        &[("kind", &["weak", "strong"]), ("with_component_id", &[])],
        &[],
    ),
    entry(
        "graph-match",
        "graph-match ($1)-[$2]->($3) where $4 project $0",
        &[("cycles", &["all", "none", "unique_edges"])],
        &["where", "project"],
    ),
    entry(
        "graph-shortest-paths",
        "graph-shortest-paths ($1)-[$2*1..5]->($3) where $4 project $0",
        &[("output", &["any", "all"])],
        &["where", "project"],
    ),
    entry(
        "graph-to-table",
        "graph-to-table ${1|nodes,edges|}",
        &[],
        &["nodes", "edges", "as", "with_node_id", "with_source_id", "with_target_id"],
    ),
    entry("invoke", "invoke $0", &[], &[]),
    entry(
        "join",
        "join kind=${1|inner,innerunique,leftouter,rightouter,fullouter,leftsemi,leftanti|} ($2) on $0",
        &[
            (
                "kind",
                &[
                    "innerunique",
                    "inner",
                    "leftouter",
                    "rightouter",
                    "fullouter",
                    "leftsemi",
                    "rightsemi",
                    "leftanti",
                    "rightanti",
                ],
            ),
            ("hint.strategy", &["broadcast", "shuffle"]),
            ("hint.shufflekey", &[]),
            ("hint.remote", &["auto", "left", "local", "right"]),
        ],
        &["on"],
    ),
    entry("limit", "limit ${0:10}", &[], &[]),
    entry("lookup", "lookup kind=${1|leftouter,inner|} ($2) on $0", &[("kind", &["leftouter", "inner"])], &["on"]),
    entry("make-graph", "make-graph $1 --> $2 with $3 on $0", &[], &["with", "on", "with_node_id"]),
    entry(
        "make-series",
        "make-series $1 default=0 on $2 from $3 to $4 step $5 by $0",
        &[("kind", &["nonempty"])],
        &["default", "on", "from", "to", "step", "by", "in"],
    ),
    entry("mv-apply", "mv-apply $1 on ($0)", &[("with_itemindex", &[])], &["to", "limit", "on"]),
    entry(
        "mv-expand",
        "mv-expand $0",
        &[("kind", &["bag", "array"]), ("bagexpansion", &["bag", "array"]), ("with_itemindex", &[])],
        &["to", "limit"],
    ),
    entry("order", "order by $0", &[], &["by", "asc", "desc", "nulls", "first", "last"]),
    entry("parse", "parse $1 with $0", &[("kind", &["simple", "relaxed", "regex"]), ("flags", &[])], &["with"]),
    entry("parse-kv", "parse-kv $1 as ($2) with (pair_delimiter=\"$3\", kv_delimiter=\"$4\")", &[], &["as", "with"]),
    entry(
        "parse-where",
        "parse-where $1 with $0",
        &[("kind", &["simple", "relaxed", "regex"]), ("flags", &[])],
        &["with"],
    ),
    entry("partition", "partition by $1 ($0)", &[("hint.strategy", &["native", "shuffle", "legacy"])], &["by"]),
    entry("print", "print $0", &[], &[]),
    entry("project", "project $0", &[], &[]),
    entry("project-away", "project-away $0", &[], &[]),
    entry("project-by-names", "project-by-names $0", &[], &[]),
    entry("project-keep", "project-keep $0", &[], &[]),
    entry("project-rename", "project-rename $0", &[], &[]),
    entry("project-reorder", "project-reorder $0", &[], &["asc", "desc", "granny-asc", "granny-desc"]),
    entry("range", "range $1 from $2 to $3 step $0", &[], &["from", "to", "step"]),
    entry("reduce", "reduce by $0", &[("kind", &["source"])], &["by", "with"]),
    entry("render", "render $0", &[], &["with"]),
    entry("sample", "sample ${0:10}", &[], &[]),
    entry("sample-distinct", "sample-distinct ${1:10} of $0", &[], &["of"]),
    entry(
        "scan",
        "scan with (step $1: $0;)",
        &[("with_match_id", &[]), ("with_step_name", &[])],
        &["order", "partition", "by", "declare", "with", "step", "optional", "output"],
    ),
    entry("search", "search $0", &[("kind", &["default", "case_insensitive", "case_sensitive"])], &["in"]),
    entry("serialize", "serialize $0", &[], &[]),
    entry("sort", "sort by $0", &[], &["by", "asc", "desc", "nulls", "first", "last"]),
    entry(
        "summarize",
        "summarize $1 by $0",
        &[("hint.strategy", &["shuffle"]), ("hint.shufflekey", &[]), ("hint.num_partitions", &[])],
        &["by"],
    ),
    entry("take", "take ${0:10}", &[], &[]),
    entry("top", "top ${1:10} by $0", &[], &["by", "asc", "desc", "nulls", "first", "last"]),
    entry("top-hitters", "top-hitters ${1:10} of $0", &[], &["of", "by"]),
    entry("top-nested", "top-nested ${1:10} of $2 by $0", &[], &["of", "with", "others", "by", "asc", "desc"]),
    entry(
        "union",
        "union $0",
        &[("kind", &["outer", "inner"]), ("withsource", &[]), ("isfuzzy", &["true", "false"])],
        &[],
    ),
    entry("where", "where $0", &[], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_one_of_the_grammar() {
        for operator in OPERATORS {
            assert!(syntax::operator_keywords().any(|keyword| keyword == operator.keyword), "{}", operator.keyword);
            assert!(operator.snippet.starts_with(operator.keyword));
            assert!(operator.about().is_some(), "{}", operator.keyword);
        }
        assert!(OPERATORS.is_sorted_by_key(|operator| operator.keyword));
    }
}
