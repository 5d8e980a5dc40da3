//! The tabular operators for people: how each is written, and what it does in a sentence.
//!
//! Facts only; the grammar beside it says what is read, and a test that both know the same words. The reference pages print this table.

/// A tabular operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorInfo {
    /// Its word.
    pub name: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// How it is written: `[…]` may be left out, `…` goes on.
    pub form: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Does vedette run it? What it does not run is refused by name.
    pub is_built: bool,
}

impl OperatorInfo {
    /// Where its semantics are written down.
    pub fn source(&self) -> String {
        format!("https://learn.microsoft.com/kusto/query/{}-operator", self.name)
    }
}

const fn built(name: &'static str, form: &'static str, summary: &'static str) -> OperatorInfo {
    OperatorInfo { name, aliases: &[], form, summary, is_built: true }
}

const fn known(name: &'static str, form: &'static str, summary: &'static str) -> OperatorInfo {
    OperatorInfo { is_built: false, ..built(name, form, summary) }
}

impl OperatorInfo {
    const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

/// Every operator, by name. `datatable`, `externaldata`, `print` and `range` begin a query; the others go on from a table.
pub const OPERATORS: [OperatorInfo; 54] = [
    built(
        "as",
        "T | as [hint.materialized = true] Name",
        "Gives the table a name, under which the query can read it again.",
    ),
    built(
        "assert-schema",
        "T | assert-schema (Column: type, …)",
        "Refuses the query unless the table has just these columns, of these types.",
    ),
    built("consume", "T | consume [decodeblocks = true]", "Reads all rows and gives none."),
    built("count", "T | count [as Name]", "Gives one row: how many rows there are."),
    built("datatable", "datatable(Column: type, …)[value, …]", "Gives the rows that are written in the query."),
    built(
        "distinct",
        "T | distinct Column, …",
        "Gives each different combination of the columns once; `*` is all columns.",
    ),
    built(
        "evaluate",
        "T | evaluate plugin(argument, …) [: (Column: type, …)]",
        "Gives what a plugin makes of the table.",
    ),
    built("extend", "T | extend Name = expression, …", "Adds columns, or replaces those of the same name."),
    built(
        "externaldata",
        "externaldata(Column: type, …)[\"source\", …] [with (property = value, …)]",
        "Gives the records of files that lie outside the database.",
    ),
    built(
        "facet",
        "T | facet by Column, … [with (operators)]",
        "Gives one table for each of the columns, and one for the operators.",
    ),
    built(
        "find",
        "find [in (T, …)] where predicate [project Column, …]",
        "Gives the rows of several tables for which a predicate is true, whatever their columns.",
    ),
    built(
        "fork",
        "T | fork [Name =] (operators) …",
        "Gives one table for each of several pipes that go on from the same rows.",
    ),
    built("getschema", "T | getschema", "Gives a row for each column of the table: its name and type."),
    built(
        "graph-mark-components",
        "G | graph-mark-components [kind = weak | strong] [with_component_id = Name]",
        "Numbers the parts of a graph that hang together.",
    ),
    built(
        "graph-match",
        "G | graph-match (a)-[e]->(b), … [where predicate] project Column, …",
        "Gives a row for each place in a graph that a pattern fits.",
    ),
    built(
        "graph-shortest-paths",
        "G | graph-shortest-paths (a)-[e*1..5]->(b) [where predicate] project Column, …",
        "Gives the shortest paths between the nodes of a pattern.",
    ),
    built(
        "graph-to-table",
        "G | graph-to-table nodes [as N], edges [as E]",
        "Gives the nodes or the edges of a graph as a table.",
    ),
    known(
        "graph-where-edges",
        "G | graph-where-edges predicate",
        "Gives the part of a graph whose edges a predicate is true of.",
    ),
    known(
        "graph-where-nodes",
        "G | graph-where-nodes predicate",
        "Gives the part of a graph whose nodes a predicate is true of.",
    ),
    built(
        "invoke",
        "T | invoke function(argument, …)",
        "Gives what a function makes of the table, which is its first argument.",
    ),
    built(
        "join",
        "T | join [kind = innerunique | inner | leftouter | rightouter | fullouter | leftsemi | rightsemi | leftanti | rightanti] (R) on Column, …",
        "Gives the rows of two tables that meet on equal keys; without a kind, one row of the left side for each key.",
    ),
    built(
        "lookup",
        "T | lookup [kind = leftouter | inner] (R) on Column, …",
        "Adds the columns of a table of facts to the rows that have its keys.",
    ),
    known("macro-expand", "macro-expand Group as Name (query)", "Runs a query for each member of an entity group."),
    built("make-graph", "E | make-graph Source --> Target [with N on Id]", "Makes a graph of a table of edges."),
    built(
        "make-series",
        "T | make-series [Name =] aggregate [default = value], … on Time [from start to end] step size [by Column, …]",
        "Gives for each group its values at equal steps of time, as arrays.",
    ),
    built(
        "mv-apply",
        "T | mv-apply [Name =] array [to typeof(type)], … on (operators)",
        "Runs operators over the elements of each row's arrays.",
    )
    .or(&["mvapply"]),
    built(
        "mv-expand",
        "T | mv-expand [kind = bag | array] [Name =] array [to typeof(type)], … [limit count]",
        "Repeats each row once for each element of its arrays or bags.",
    )
    .or(&["mvexpand"]),
    built(
        "parse",
        "T | parse [kind = simple | relaxed | regex] expression with * \"text\" Column: type …",
        "Takes a text apart by a pattern and gives its parts as columns.",
    ),
    built(
        "parse-kv",
        "T | parse-kv expression as (Key: type, …) with (pair_delimiter = \" \", kv_delimiter = \"=\")",
        "Takes the pairs of key and value out of a text and gives them as columns.",
    ),
    built(
        "parse-where",
        "T | parse-where [kind = simple | regex] expression with * \"text\" Column: type …",
        "Takes a text apart as `parse` does, and drops the rows that the pattern does not fit.",
    ),
    built(
        "partition",
        "T | partition [hint.strategy = native] by Column (operators)",
        "Runs operators over the rows of each key by itself.",
    ),
    built("print", "print [Name =] expression, …", "Gives one row of values."),
    built("project", "T | project [Name =] expression, …", "Gives these columns and no others, in this order."),
    built("project-away", "T | project-away Column, …", "Leaves columns out; a name may end in `*`."),
    built(
        "project-by-names",
        "T | project-by-names \"Column\", …",
        "Gives the columns of these names, which may be computed.",
    ),
    built(
        "project-keep",
        "T | project-keep Column, …",
        "Gives these columns in the order of the table; a name may end in `*`.",
    ),
    built("project-rename", "T | project-rename New = Old, …", "Gives columns other names."),
    built(
        "project-reorder",
        "T | project-reorder Column [asc | desc | granny-asc | granny-desc], …",
        "Puts columns first.",
    ),
    built(
        "range",
        "range Column from start to stop step size",
        "Gives numbers, datetimes or timespans at equal steps.",
    ),
    built("reduce", "T | reduce by Column [with threshold = 0.1]", "Groups texts by what they have in common."),
    built(
        "render",
        "T | render chart [with (property = value, …)]",
        "Says how the result is to be drawn; the rows stay as they are.",
    ),
    built("sample", "T | sample count", "Gives so many rows, whichever they are."),
    built(
        "sample-distinct",
        "T | sample-distinct count of Column",
        "Gives so many different values of a column, whichever they are.",
    ),
    built(
        "scan",
        "T | scan [partition by Column, …] [declare (Name: type = value, …)] with (step name: condition => Name = value; …)",
        "Finds sequences of rows by steps that follow each other.",
    ),
    built("search", "search [in (T, …)] \"text\"", "Gives the rows of any table in which a text is found."),
    built(
        "serialize",
        "T | serialize [Name = expression, …]",
        "Fixes the order of the rows, which functions such as `prev` and `row_number` need.",
    ),
    built(
        "sort",
        "T | sort by expression [asc | desc] [nulls first | nulls last], …",
        "Puts the rows in order; without a word, the largest first.",
    )
    .or(&["order"]),
    built(
        "summarize",
        "T | summarize [Name =] aggregate, … [by [Name =] expression, …]",
        "Gives one row for each group, with what aggregates make of its rows.",
    ),
    built("take", "T | take count", "Gives so many rows, whichever they are.").or(&["limit"]),
    built(
        "top",
        "T | top count by expression [asc | desc] [nulls first | nulls last]",
        "Gives the first rows in an order.",
    ),
    built("top-hitters", "T | top-hitters count of expression [by weight]", "Gives the most frequent values, about."),
    built(
        "top-nested",
        "T | top-nested count of expression by aggregate, top-nested …",
        "Gives the first values of a column, and for each of them those of the next.",
    ),
    built(
        "union",
        "T | union [kind = inner | outer] [withsource = Name] [isfuzzy = true] R, …",
        "Gives all rows of several tables.",
    ),
    built("where", "T | where predicate", "Gives the rows for which a predicate is true.").or(&["filter"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::operators::operator_keywords as words;

    /// Words of the engine's own, which no query of a person has; and those of tables, which the grammar reads as expressions.
    const INTERNAL: [&str; 2] = ["__executeAndCache", "__partitionby"];
    const EXPRESSIONS: [&str; 2] = ["datatable", "externaldata"];

    #[test]
    fn the_table_and_the_grammar_know_the_same_words() {
        let mut told: Vec<&str> =
            OPERATORS.iter().flat_map(|info| std::iter::once(info.name).chain(info.aliases.iter().copied())).collect();
        told.retain(|word| !EXPRESSIONS.contains(word));
        told.sort_unstable();
        let mut read: Vec<&str> = words().filter(|word| !INTERNAL.contains(word)).collect();
        read.sort_unstable();
        assert_eq!(told, read);
    }

    #[test]
    fn operators_stand_by_name_and_say_a_sentence() {
        assert!(OPERATORS.is_sorted_by_key(|info| info.name));
        for info in OPERATORS {
            assert!(info.summary.ends_with('.') && info.form.contains(info.name), "{}", info.name);
        }
    }
}
