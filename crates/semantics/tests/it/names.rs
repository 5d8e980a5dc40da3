//! Names that Kusto makes when the author gives none.

use crate::check;

#[test]
fn aggregates_are_named_after_their_function_and_argument() {
    check(
        "T | summarize count(), sum(x), dcount(s), make_set(s), avg(x*2), countif(x > 1), sum(x + 1)",
        "count_:long, sum_x:long, dcount_s:long, set_s:dynamic, avg_:real, countif_:long, sum_:long",
    );
    check("T | summarize count(), count(), c = count() by s", "s:string, count_:long, count_1:long, c:long");
    check("T | summarize count_ = count(), count()", "count_:long, count_1:long");
    check("T | summarize max(tolong(d.a)), dcount(d.a.b), sum((x))", "max_d_a:long, dcount_d_a_b:long, sum_x:long");
}

#[test]
fn percentiles_carry_their_rank() {
    check("T | summarize percentile(x, 95)", "percentile_x_95:long");
    check("T | summarize percentiles(x, 5, 99.9)", "percentile_x_5:long, percentile_x_99_9:long");
    check("T | summarize (a, b) = percentiles(x, 5, 10)", "a:long, b:long");
}

#[test]
fn arg_max_gives_its_arguments() {
    check("T | summarize arg_max(t, s)", "t:datetime, s:string");
    check("T | summarize newest = arg_max(t, s) by x", "x:long, newest:datetime, s:string");
    check("T | summarize arg_max(t + 1d, s, x + 1)", "max_:datetime, s:string, max__arg2:long");
    check("T | summarize arg_max(x, s) by s", "s:string, x:long, s1:string");
    check(
        "T | summarize arg_max(t, *) by s",
        "s:string, t:datetime, x:long, d:dynamic, r:real, i:int, ts:timespan, b:bool",
    );
    check("U | summarize arg_max(x, *) by s = tolower(s)", "s:string, x:long, s1:string, y:int");
    check("U | summarize take_any(*) by s", "s:string, x:long, y:int");
}

#[test]
fn expressions_lend_names_or_are_numbered() {
    check(
        "T | project tostring(x), d.a, d.a.b, d[0], d['k'], x + 1, -x, strcat(s, s), bin(t, 1d), strlen(s)",
        "x:string, d_a:dynamic, d_a_b:dynamic, d_0:dynamic, d_k:dynamic, Column1:long, Column2:long, Column3:string, t:datetime, strlen_s:long",
    );
    check("T | project split(s, '.')[0], parse_json(s).q, tolower(s)", "s_0:dynamic, s_q:dynamic, Column1:string");
    check("T | project tostring(x), x", "x:string, x1:long");
    check("T | summarize by bin(day = t, 1d)", "day:datetime");
    check("U | extend x + 1 | project x + 2", "Column2:long");
}

#[test]
fn print_numbers_by_place() {
    check("print a = 1, 2, tostring('x')", "a:long, print_1:long, print_2:string");
}

#[test]
fn keys_keep_their_names() {
    check("T | summarize by bin(t, 1d), tolower(s), tostring(d.k)", "t:datetime, Column1:string, d_k:string");
    check("T | summarize x = count() by x", "KS171 at x");
}
