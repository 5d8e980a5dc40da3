//! Types of operators, of branches and of literals.

use crate::check;

#[test]
fn arithmetic_widens() {
    check("T | project a = i + i, b = x + i, c = x * r, d = x / 2, e = -i", "a:long, b:long, c:real, d:long, e:long");
}

#[test]
fn times_and_spans() {
    check(
        "T | project a = t - t, b = t - 1h, c = 1h + t, d = 1h * 2, e = ts / 2, f = ts / 1h, g = ts % 1h",
        "a:timespan, b:datetime, c:datetime, d:timespan, e:timespan, f:real, g:timespan",
    );
    check("T | project t * 2", "KS106 at *");
    check("T | where t between (ago(1d) .. 1d)", T);
}

const T: &str = "x:long, s:string, d:dynamic, t:datetime, r:real, i:int, ts:timespan, b:bool";

/// The emulator refuses `dynamic * dynamic` and `dynamic == dynamic`; the language service lets both pass.
#[test]
fn a_dynamic_takes_the_type_beside_it() {
    check("T | project a = d.x + 1, b = d.x * 1.5, c = t - d.t", "a:long, b:real, c:timespan");
    check("T | where d.x == 'a' and d.y > 5 and d.z has 'q'", T);
    check("T | project d.a * d.b", "KS106 at *");
    check("T | where d.a == d.b", "KS106 at ==");
}

/// Published rules compare `ResultType == 0` with a string column and `EventID == "4624"` with an int one, and run.
#[test]
fn a_literal_takes_the_type_of_the_column() {
    check("T | where s == 0 and x == '5' and b == 1 and t == '2024-01-01'", T);
    check("T | where s in (0, 50126) and x in ('1', '2')", T);
    check("T | where x == 'five'", "KS106 at ==");
    check("T | where x == s", "KS106 at ==");
}

#[test]
fn only_what_has_an_order_is_ordered() {
    check("T | where s < 'a'", "KS106 at <");
    check("T | where t > 5", "KS106 at >");
    check("T | where d.t > t", "KS106 at >");
}

#[test]
fn text_operators_take_text() {
    check("T | where x has 'a'", "KS106 at has");
    check("T | where x has_any ('a')", "KS107 at x");
    check("T | where d has_any (dynamic(['a'])) and s in~ ('A', 5)", T);
    check("T | where s and b", "KS106 at and");
}

#[test]
fn predicates_are_bools() {
    check("T | where x", "KS141 at x");
    check("T | where d.flag", "KS141 at d.flag");
    check("T | where b and d.flag", T);
}

#[test]
fn branches_meet_at_one_type() {
    check(
        "T | project a = iff(b, 1, 2.5), c = case(b, i, b, x, 2.5), d = coalesce(i, x), e = iff(b, d, s), f = iff(b, 1, 'a')",
        "a:real, c:real, d:long, e:string, f:dynamic",
    );
    check("T | project coalesce(s, x)", "KS232 at coalesce");
    check("T | project case(b, 1)", "KS120 at case");
}

#[test]
fn literals_have_values() {
    check(
        "print int(5), real(1), guid(null), datetime(2024-01-01), dynamic({'a': 1}).a",
        "print_0:int, print_1:real, print_2:guid, print_3:datetime, print_4:dynamic",
    );
    check("print int(five)", "VD2002 at int(five)");
}

#[test]
fn datatables_take_constants_of_their_types() {
    check(
        "datatable(a: string, n: int, r: real, t: datetime) ['x', 1, 2, '2024-01-01', 'y', -3, 1.5, datetime(null)]",
        "a:string, n:int, r:real, t:datetime",
    );
    check("datatable(a: string, n: long) ['x', 1, 'y']", "KS173 at 'y'");
    check("datatable(n: long) ['x']", "KS129 at 'x'");
    check("datatable(n: number) [1]", "KS160 at number");
}

#[test]
fn ranges_have_one_type() {
    check("range i from 1 to 5 step 1", "i:long");
    check("range i from 1 to 5.0 step 1", "i:real");
    check("range day from ago(5d) to now() step 1d", "day:datetime");
    check("range i from 1 to 10 step 'a'", "KS138 at 'a'");
}

#[test]
fn extract_with_a_type_is_converted() {
    check(
        "T | project a = extract('a(.)', 1, s, typeof(long)), b = extract('a(.)', 1, s, typeof(string))",
        "a:long, b:string",
    );
}

/// Microsoft's language service gives these types.
#[test]
fn decimals_are_the_widest_numbers() {
    check("print a = decimal(1.5), b = decimal(1.5) == decimal(1.5)", "a:decimal, b:bool");
    check("print decimal(1.5) - decimal(1)", "print_0:decimal");
    check("print decimal(1.5) < 2", "print_0:bool");
    check("print -decimal(1.5)", "print_0:decimal");
    check("datatable(v: decimal) [decimal(1)] | summarize sum(v)", "sum_v:decimal");
    check("datatable(v: decimal) [decimal(1)] | summarize make_list(v)", "list_v:dynamic");
    check("datatable(v: decimal) [decimal(1)] | sort by v", "v:decimal");
}
