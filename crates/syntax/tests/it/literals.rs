//! Literals and their values.
//!
//! Sources: learn.microsoft.com/kusto/query/scalar-data-types (each type's page); a tick is 100 ns, so an hour is 36,000,000,000 ticks.

use crate::check_all;

/// Values as the pages on scalar types give them.
#[test]
fn literals() {
    check_all(&[
        (
            "print true, True, TRUE, false, False, FALSE, ['true']",
            r#"(pipe (print true true true false false false ["true"]))"#,
        ),
        (
            "print 12, 0x1f, 0XFF, 0xffffffffffffffff, 9223372036854775807, -9223372036854775808",
            "(pipe (print 12 31 255 -1 9223372036854775807 -9223372036854775808))",
        ),
        ("print 1.5, 1., 1e3, 1.5e-3, 1E+2", "(pipe (print 1.5 1.0 1000.0 0.0015 100.0))"),
        (
            "print 2d, 1.5h, 30m, 10s, 0.1s, 100ms, 10microseconds, 1tick",
            "(pipe (print 1728000000000ticks 54000000000ticks 18000000000ticks 100000000ticks 1000000ticks 1000000ticks 100ticks 1ticks))",
        ),
        (
            "print 1day, 2days, 1hr, 2hrs, 1hour, 2hours, 1min, 2minutes, 1sec, 2seconds",
            "(pipe (print 864000000000ticks 1728000000000ticks 36000000000ticks 72000000000ticks 36000000000ticks 72000000000ticks 600000000ticks 1200000000ticks 10000000ticks 20000000ticks))",
        ),
        (
            "print 1milli, 1millisecond, 1micro, 1microsecond, 2ticks, 300nanoseconds",
            "(pipe (print 10000ticks 10000ticks 10ticks 10ticks 2ticks 3ticks))",
        ),
        (r#"print "a\tb\n\r\\\"\'", 'it''s', 'say "x"'"#, r#"(pipe (print "a\tb\n\r\\\"'" "its" "say \"x\""))"#),
        (r#"print "\x41\u00e9\U0001f600\101\7\ud83d\ude00""#, r#"(pipe (print "Aé😀A\u{7}😀"))"#),
        (r#"print @"C:\dir\", @'it''s', @"say ""x""""#, r#"(pipe (print "C:\\dir\\" "it's" "say \"x\""))"#),
        (r#"print h"secret", H@'C:\x', h'a' "b""#, r#"(pipe (print h"secret" h"C:\\x" h"ab"))"#),
        (
            r#"print ```a
"b" \n c```, ~~~x~~~"#,
            r#"(pipe (print "a\n\"b\" \\n c" "x"))"#,
        ),
        (r#"print "a" 'b' @"c""#, r#"(pipe (print "abc"))"#),
        (
            r#"print datetime(2024-05-01), datetime(2024-05-01 10:11:12.1234567), date(2024-05-01), datetime(null), datetime("2024-05-01")"#,
            r#"(pipe (print datetime("2024-05-01") datetime("2024-05-01 10:11:12.1234567") date("2024-05-01") datetime("null") datetime("2024-05-01")))"#,
        ),
        (
            "print timespan(1.02:03:04.5), time(1d), time( 10m )",
            r#"(pipe (print timespan("1.02:03:04.5") time("1d") time("10m")))"#,
        ),
        (
            r#"print guid(74be27de-1e4e-49d9-b579-fe0b331d3642), guid("74be27de-1e4e-49d9-b579-fe0b331d3642"), 74be27de-1e4e-49d9-b579-fe0b331d3642"#,
            r#"(pipe (print guid("74be27de-1e4e-49d9-b579-fe0b331d3642") guid("74be27de-1e4e-49d9-b579-fe0b331d3642") guid("74be27de-1e4e-49d9-b579-fe0b331d3642")))"#,
        ),
        (
            "print int(5), long(-5), real(nan), real(-inf), double(1e3), decimal(1.5), bool(true), int(null), int32(7), int64(0x10)",
            r#"(pipe (print int("5") long("-5") real("nan") real("-inf") double("1e3") decimal("1.5") bool("true") int("null") int32("7") int64("0x10")))"#,
        ),
        (
            r#"print dynamic(null), dynamic(1), dynamic(-1.5), dynamic("x"), dynamic(true), dynamic([]), dynamic({})"#,
            r#"(pipe (print (dynamic null()) (dynamic 1) (dynamic -1.5) (dynamic "x") (dynamic true) (dynamic (array)) (dynamic (bag))))"#,
        ),
        (
            r#"print dynamic([1, "a", 'b', @"c\d", null, false, -2, 1d, datetime(2024-01-01), [2], {"k": {}}])"#,
            r#"(pipe (print (dynamic (array 1 "a" "b" "c\\d" null() false -2 864000000000ticks datetime("2024-01-01") (array 2) (bag "k" (bag))))))"#,
        ),
        (
            r#"print dynamic({"a": 1, 'b c': [1, 2], "d": dynamic({"e": null})})"#,
            r#"(pipe (print (dynamic (bag "a" 1 "b c" (array 1 2) "d" (bag "e" null())))))"#,
        ),
        (
            "print dynamic(time(1h)), dynamic(guid(74be27de-1e4e-49d9-b579-fe0b331d3642))",
            r#"(pipe (print (dynamic time("1h")) (dynamic guid("74be27de-1e4e-49d9-b579-fe0b331d3642"))))"#,
        ),
        (
            r#"datatable(a: string, b: long)["x", 1, 'y', -2]"#,
            r#"(datatable (: a string) (: b long) "x" 1 "y" (minus 2))"#,
        ),
        (
            "datatable (a: dynamic, b: bool,) [dynamic([1]), true,]",
            "(datatable (: a dynamic) (: b bool) (dynamic (array 1)) true)",
        ),
        ("datatable(a: string)[]", "(datatable (: a string))"),
        (
            r#"externaldata(a: string, ['b c']: long)["https://example.com/a.csv", h@"https://example.com/b"] with (format="csv", ignoreFirstRecord=true)"#,
            r#"(externaldata (: a string) (: ["b c"] long) "https://example.com/a.csv" h"https://example.com/b" (option format "csv") (option ignoreFirstRecord true))"#,
        ),
        (r#"externaldata(a: string)[@"x"]"#, r#"(externaldata (: a string) "x")"#),
        (
            r#"inline_external_table (a: string) kind=storage dataformat=csv ("x", h@"y") with (includeHeaders='All')"#,
            r#"(inline_external_table (: a string) (option kind storage) (option dataformat csv) "x" h"y" (option includeHeaders "All"))"#,
        ),
        (
            r#"inline_external_table kind=delta ("x") | take 1"#,
            r#"(pipe (inline_external_table (option kind delta) "x") (take 1))"#,
        ),
        (
            r#"inline_external_table (a: string) kind = storage partition by (d: datetime = bin(t, 1d)) dataformat=csv ("x") | take 1"#,
            r#"(pipe (inline_external_table (: a string) (option kind storage) …) (take 1))"#,
        ),
    ]);
}
