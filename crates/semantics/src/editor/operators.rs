//! The tabular operators as an editor shows them: a sentence, a form, what stands between, which options there are.
//!
//! Facts only. Source: the page of each operator under learn.microsoft.com/kusto/query. Older spellings (`filter`, `mvexpand`) are not offered.

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorInfo {
    /// Its keyword: `project-away`.
    pub keyword: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What is typed for it, with the places to fill in as editors mark them.
    pub snippet: &'static str,
    /// Its options, each with the values that it may have; none when any name or number will do.
    pub options: &'static [OptionInfo],
    /// The words that stand between its parts.
    pub words: &'static [&'static str],
    /// Its page, behind `learn.microsoft.com/kusto/query/`.
    pub page: &'static str,
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
    summary: &'static str,
    (form, snippet): (&'static str, &'static str),
    options: &'static [OptionInfo],
    words: &'static [&'static str],
    page: &'static str,
) -> OperatorInfo {
    OperatorInfo { keyword, summary, form, snippet, options, words, page }
}

/// Every operator that is offered, by its keyword.
pub static OPERATORS: &[OperatorInfo] = &[
    entry(
        "as",
        "Gives the rows before it a name, by which later operators can read them again.",
        ("as Name", "as $0"),
        &[],
        &[],
        "as-operator",
    ),
    entry(
        "assert-schema",
        "Fails unless the rows have these columns with these types.",
        ("assert-schema (Column: Type, …)", "assert-schema ($0)"),
        &[],
        &[],
        "assert-schema-operator",
    ),
    entry("consume", "Reads all rows and gives none.", ("consume", "consume"), &[], &[], "consume-operator"),
    entry("count", "Counts the rows.", ("count", "count"), &[], &["as"], "count-operator"),
    entry(
        "distinct",
        "Gives each combination of the columns once.",
        ("distinct Column, …", "distinct $0"),
        &[],
        &[],
        "distinct-operator",
    ),
    entry(
        "evaluate",
        "Runs a plugin over the rows.",
        ("evaluate Plugin(Argument, …)", "evaluate $0"),
        &[("hint.distribution", &["single", "per_node", "per_shard"]), ("hint.pass_filters", &["true", "false"])],
        &[],
        "evaluate-operator",
    ),
    entry(
        "extend",
        "Adds computed columns.",
        ("extend Column = Expression, …", "extend $0"),
        &[],
        &[],
        "extend-operator",
    ),
    entry(
        "facet",
        "Gives a table of values for each column, and the rows.",
        ("facet by Column, … with ( Operators )", "facet by $0"),
        &[],
        &["by", "with"],
        "facet-operator",
    ),
    entry(
        "find",
        "Finds rows in several tables.",
        ("find in (Table, …) where Predicate project Column, …", "find in ($1) where $0"),
        &[("withsource", &[]), ("datascope", &["hotcache", "all"])],
        &["in", "where", "project", "project-smart", "project-away"],
        "find-operator",
    ),
    entry(
        "fork",
        "Runs several pipes over the same rows.",
        ("fork Name = ( Operators ) …", "fork ($0)"),
        &[],
        &[],
        "fork-operator",
    ),
    entry("getschema", "Gives the columns as rows.", ("getschema", "getschema"), &[], &[], "getschema-operator"),
    entry(
        "graph-mark-components",
        "Gives each node the number of the connected part that it is in.",
        ("graph-mark-components", "graph-mark-components"),
        &[("kind", &["weak", "strong"]), ("with_component_id", &[])],
        &[],
        "graph-mark-components-operator",
    ),
    entry(
        "graph-match",
        "Finds patterns of nodes and edges.",
        (
            "graph-match (a)-[e]->(b) where Predicate project Column = Expression, …",
            "graph-match ($1)-[$2]->($3) where $4 project $0",
        ),
        &[("cycles", &["all", "none", "unique_edges"])],
        &["where", "project"],
        "graph-match-operator",
    ),
    entry(
        "graph-shortest-paths",
        "Finds the shortest paths between nodes.",
        (
            "graph-shortest-paths (a)-[e*1..5]->(b) where Predicate project Column, …",
            "graph-shortest-paths ($1)-[$2*1..5]->($3) where $4 project $0",
        ),
        &[("output", &["any", "all"])],
        &["where", "project"],
        "graph-shortest-paths-operator",
    ),
    entry(
        "graph-to-table",
        "Gives the nodes or edges of a graph as a table.",
        ("graph-to-table nodes", "graph-to-table ${1|nodes,edges|}"),
        &[],
        &["nodes", "edges", "as", "with_node_id", "with_source_id", "with_target_id"],
        "graph-to-table-operator",
    ),
    entry(
        "invoke",
        "Calls a function with the rows before it as the first argument.",
        ("invoke Function(Argument, …)", "invoke $0"),
        &[],
        &[],
        "invoke-operator",
    ),
    entry(
        "join",
        "Joins rows with those of another table on equal keys.",
        (
            "join kind=inner (Table) on Column, …",
            "join kind=${1|inner,innerunique,leftouter,rightouter,fullouter,leftsemi,leftanti|} ($2) on $0",
        ),
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
        "join-operator",
    ),
    entry("limit", "Gives some rows, at most so many.", ("limit Count", "limit ${0:10}"), &[], &[], "take-operator"),
    entry(
        "lookup",
        "Adds the columns of a small table to the rows that match it.",
        ("lookup kind=leftouter (Table) on Column, …", "lookup kind=${1|leftouter,inner|} ($2) on $0"),
        &[("kind", &["leftouter", "inner"])],
        &["on"],
        "lookup-operator",
    ),
    entry(
        "make-graph",
        "Makes a graph of edges and nodes.",
        ("make-graph Source --> Target with Nodes on Id", "make-graph $1 --> $2 with $3 on $0"),
        &[],
        &["with", "on", "with_node_id"],
        "make-graph-operator",
    ),
    entry(
        "make-series",
        "Makes series of aggregated values along an axis.",
        (
            "make-series Column = Aggregate default = Value on Axis from Start to End step Step by Column, …",
            "make-series $1 default=0 on $2 from $3 to $4 step $5 by $0",
        ),
        &[("kind", &["nonempty"])],
        &["default", "on", "from", "to", "step", "by", "in"],
        "make-series-operator",
    ),
    entry(
        "mv-apply",
        "Runs a pipe over the elements of an array of each row.",
        ("mv-apply Name = Array to typeof(Type) on ( Operators )", "mv-apply $1 on ($0)"),
        &[("with_itemindex", &[])],
        &["to", "limit", "on"],
        "mv-apply-operator",
    ),
    entry(
        "mv-expand",
        "Repeats a row once per element of an array.",
        ("mv-expand Name = Array to typeof(Type)", "mv-expand $0"),
        &[("kind", &["bag", "array"]), ("bagexpansion", &["bag", "array"]), ("with_itemindex", &[])],
        &["to", "limit"],
        "mv-expand-operator",
    ),
    entry(
        "order",
        "Sorts the rows.",
        ("order by Column desc, …", "order by $0"),
        &[],
        &["by", "asc", "desc", "nulls", "first", "last"],
        "sort-operator",
    ),
    entry(
        "parse",
        "Takes values out of a text by a pattern; rows that do not match stay.",
        ("parse Expression with * \"text\" Column: Type *", "parse $1 with $0"),
        &[("kind", &["simple", "relaxed", "regex"]), ("flags", &[])],
        &["with"],
        "parse-operator",
    ),
    entry(
        "parse-kv",
        "Takes keys and their values out of a text.",
        (
            "parse-kv Expression as (Key: Type, …) with (pair_delimiter = \",\", kv_delimiter = \"=\")",
            "parse-kv $1 as ($2) with (pair_delimiter=\"$3\", kv_delimiter=\"$4\")",
        ),
        &[],
        &["as", "with"],
        "parse-kv-operator",
    ),
    entry(
        "parse-where",
        "Takes values out of a text by a pattern; rows that do not match are dropped.",
        ("parse-where Expression with * \"text\" Column: Type *", "parse-where $1 with $0"),
        &[("kind", &["simple", "relaxed", "regex"]), ("flags", &[])],
        &["with"],
        "parse-where-operator",
    ),
    entry(
        "partition",
        "Runs a pipe over the rows of each value of a column.",
        ("partition by Column ( Operators )", "partition by $1 ($0)"),
        &[("hint.strategy", &["native", "shuffle", "legacy"])],
        &["by"],
        "partition-operator",
    ),
    entry(
        "print",
        "Gives one row of computed values.",
        ("print Column = Expression, …", "print $0"),
        &[],
        &[],
        "print-operator",
    ),
    entry(
        "project",
        "Gives these columns and no others.",
        ("project Column, Name = Expression, …", "project $0"),
        &[],
        &[],
        "project-operator",
    ),
    entry(
        "project-away",
        "Drops columns.",
        ("project-away Column, Pattern*, …", "project-away $0"),
        &[],
        &[],
        "project-away-operator",
    ),
    entry(
        "project-by-names",
        "Gives the columns whose names are computed.",
        ("project-by-names Names, …", "project-by-names $0"),
        &[],
        &[],
        "project-by-names-operator",
    ),
    entry(
        "project-keep",
        "Keeps columns, in the order that they have.",
        ("project-keep Column, Pattern*, …", "project-keep $0"),
        &[],
        &[],
        "project-keep-operator",
    ),
    entry(
        "project-rename",
        "Renames columns.",
        ("project-rename New = Old, …", "project-rename $0"),
        &[],
        &[],
        "project-rename-operator",
    ),
    entry(
        "project-reorder",
        "Puts columns first.",
        ("project-reorder Column, Pattern* asc, …", "project-reorder $0"),
        &[],
        &["asc", "desc", "granny-asc", "granny-desc"],
        "project-reorder-operator",
    ),
    entry(
        "range",
        "Gives rows with the values from one to another.",
        ("range Column from Start to End step Step", "range $1 from $2 to $3 step $0"),
        &[],
        &["from", "to", "step"],
        "range-operator",
    ),
    entry(
        "reduce",
        "Groups similar texts.",
        ("reduce by Column", "reduce by $0"),
        &[("kind", &["source"])],
        &["by", "with"],
        "reduce-operator",
    ),
    entry(
        "render",
        "Says how the rows are to be drawn.",
        ("render Chart with (Property = Value, …)", "render $0"),
        &[],
        &["with"],
        "render-operator",
    ),
    entry(
        "sample",
        "Gives random rows, at most so many.",
        ("sample Count", "sample ${0:10}"),
        &[],
        &[],
        "sample-operator",
    ),
    entry(
        "sample-distinct",
        "Gives some distinct values of a column.",
        ("sample-distinct Count of Column", "sample-distinct ${1:10} of $0"),
        &[],
        &["of"],
        "sample-distinct-operator",
    ),
    entry(
        "scan",
        "Finds sequences of rows, step by step.",
        ("scan with ( step Name: Condition => Column = Value; … )", "scan with (step $1: $0;)"),
        &[("with_match_id", &[]), ("with_step_name", &[])],
        &["order", "partition", "by", "declare", "with", "step", "optional", "output"],
        "scan-operator",
    ),
    entry(
        "search",
        "Finds a text in all columns of tables.",
        ("search kind=case_insensitive in (Table, …) \"text\"", "search $0"),
        &[("kind", &["default", "case_insensitive", "case_sensitive"])],
        &["in"],
        "search-operator",
    ),
    entry(
        "serialize",
        "Fixes the order of the rows, so that window functions may be used.",
        ("serialize Column = Expression, …", "serialize $0"),
        &[],
        &[],
        "serialize-operator",
    ),
    entry(
        "sort",
        "Sorts the rows.",
        ("sort by Column desc, …", "sort by $0"),
        &[],
        &["by", "asc", "desc", "nulls", "first", "last"],
        "sort-operator",
    ),
    entry(
        "summarize",
        "Aggregates the rows of each group.",
        ("summarize Column = Aggregate, … by Column, …", "summarize $1 by $0"),
        &[("hint.strategy", &["shuffle"]), ("hint.shufflekey", &[]), ("hint.num_partitions", &[])],
        &["by"],
        "summarize-operator",
    ),
    entry("take", "Gives some rows, at most so many.", ("take Count", "take ${0:10}"), &[], &[], "take-operator"),
    entry(
        "top",
        "Gives the first rows of an order.",
        ("top Count by Column desc", "top ${1:10} by $0"),
        &[],
        &["by", "asc", "desc", "nulls", "first", "last"],
        "top-operator",
    ),
    entry(
        "top-hitters",
        "Gives the most frequent values, approximately.",
        ("top-hitters Count of Column by Weight", "top-hitters ${1:10} of $0"),
        &[],
        &["of", "by"],
        "top-hitters-operator",
    ),
    entry(
        "top-nested",
        "Gives the top values at each of several levels.",
        ("top-nested Count of Column by Aggregate, …", "top-nested ${1:10} of $2 by $0"),
        &[],
        &["of", "with", "others", "by", "asc", "desc"],
        "top-nested-operator",
    ),
    entry(
        "union",
        "Gives the rows of several tables.",
        ("union kind=outer withsource=Name isfuzzy=true Table, …", "union $0"),
        &[("kind", &["outer", "inner"]), ("withsource", &[]), ("isfuzzy", &["true", "false"])],
        &[],
        "union-operator",
    ),
    entry(
        "where",
        "Keeps the rows for which the predicate holds.",
        ("where Predicate", "where $0"),
        &[],
        &[],
        "where-operator",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_one_of_the_grammar() {
        for operator in OPERATORS {
            assert!(syntax::operator_keywords().any(|keyword| keyword == operator.keyword), "{}", operator.keyword);
            assert!(operator.form.starts_with(operator.keyword) && operator.snippet.starts_with(operator.keyword));
        }
        assert!(OPERATORS.is_sorted_by_key(|operator| operator.keyword));
    }
}
