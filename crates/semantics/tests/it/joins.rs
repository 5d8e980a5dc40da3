//! `join` and `lookup`.

use crate::check;

#[test]
fn right_columns_get_a_number_when_their_name_is_taken() {
    check("U | join (U) on x", "x:long, s:string, y:int, x1:long, s1:string, y1:int");
    check("U | join (U | extend x1 = 1) on x", "x:long, s:string, y:int, x2:long, s1:string, y1:int, x1:long");
}

#[test]
fn semi_and_anti_joins_have_one_side() {
    check("U | join kind=leftanti (V) on $left.s == $right.x", "x:long, s:string, y:int");
    check("U | join kind=rightsemi (V) on $left.s == $right.x", "x:string, y:int");
}

#[test]
fn lookup_leaves_the_right_keys_out() {
    check("U | lookup (V) on $left.s == $right.x", "x:long, s:string, y:int, y1:int");
    check("U | lookup kind=inner (U | project s, z = x) on s", "x:long, s:string, y:int, z:long");
    check("U | lookup kind=leftanti (V) on y", "KS005 at leftanti");
}

#[test]
fn keys_exist_and_agree() {
    check("U | join (V) on s", "KS145 at s");
    check("U | join (V) on q", "KS142 at q");
    check("U | join (V) on x", "KS227 at x");
    check("U | join (V) on $left.x == $right.x", "KS242 at $left.x == $right.x");
    check("U | join (T) on $left.y == $right.i and $left.x == $right.x | count", "Count:long");
    check("U | join (T) on $left.y == $right.x | count", "Count:long");
    check("U | join (V) on tolower(s)", "KS182 at tolower(s)");
    check("U | join (V) on $left.s == tolower($right.x)", "KS183 at tolower($right.x)");
    check("U | join kind=sideways (V) on y", "KS005 at sideways");
}
