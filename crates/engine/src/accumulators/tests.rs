//! Every accumulator gives one answer however its rows are cut up: at once, in pieces that are merged, or row by row.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray,
    StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use datafusion::logical_expr::{EmitTo, Expr, GroupsAccumulator, lit};
use semantics::Type;
use std::sync::Arc;

use crate::functions::{AggregateCall, LowerAggregate, aggregate};
use crate::types::{arrow_type, decimal_array};

const ROWS: usize = 300;
const GROUPS: usize = 7;

/// Values with repeats and nulls, of each type.
fn column(ty: Type) -> ArrayRef {
    let number = |row: usize| if row % 11 == 3 { None } else { Some((row * 7919 % 101) as i64 - 50) };
    let text = |row: usize| format!("té{}", row * 31 % 23);
    match ty {
        Type::Bool => Arc::new((0..ROWS).map(|row| number(row).map(|n| n % 2 == 0)).collect::<BooleanArray>()),
        Type::Int => cast(&column(Type::Long), &DataType::Int32).expect("small numbers"),
        Type::Long | Type::DateTime | Type::TimeSpan => Arc::new((0..ROWS).map(number).collect::<Int64Array>()),
        Type::Real => Arc::new((0..ROWS).map(|row| number(row).map(|n| n as f64 / 4.0)).collect::<Float64Array>()),
        Type::String => {
            let values = Arc::new(StringArray::from_iter_values((0..ROWS).map(text)));
            let keys = Int32Array::from_iter_values(0..ROWS as i32);
            let dictionary = DictionaryArray::<Int32Type>::try_new(keys, values).expect("keys are in range");
            cast(&dictionary, &DataType::Utf8View).expect("text is text")
        }
        Type::Dynamic => Arc::new(StringViewArray::from_iter((0..ROWS).map(|row| match row % 5 {
            0 => None,
            1 => Some(format!("[{},\"x\"]", row % 9)),
            2 => Some(format!("{{\"k{}\":{row}}}", row % 9)),
            _ => Some(format!("\"{}\"", text(row))),
        }))),
        Type::Decimal => decimal_array((0..ROWS).map(|row| number(row).map(semantics::Decimal::from))),
        Type::Guid => Arc::new(StringViewArray::from_iter_values((0..ROWS).map(text))),
    }
}

fn as_dictionary(column: &ArrayRef) -> ArrayRef {
    cast(column, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)))
        .expect("text can be a dictionary")
}

struct Case {
    name: &'static str,
    call: AggregateCall,
    columns: Vec<ArrayRef>,
}

fn case(name: &'static str, columns: &[Type], constants: &[Expr], outputs: &[Type]) -> Case {
    let arguments =
        columns.iter().map(|_| datafusion::logical_expr::col("x")).chain(constants.iter().cloned()).collect();
    let types = columns.iter().copied().chain(constants.iter().map(|_| Type::Long)).collect();
    let call = AggregateCall { arguments, types, outputs: outputs.to_vec(), place: None };
    Case { name, call, columns: columns.iter().map(|ty| column(*ty)).collect() }
}

impl Case {
    fn make(&self) -> Box<dyn GroupsAccumulator> {
        match aggregate(self.name).expect("a function of that name").lower {
            LowerAggregate::Groups { make, .. } => make(&self.call).expect("the call is right"),
            LowerAggregate::Rewrite(_) => unreachable!("{} has no accumulator of its own", self.name),
        }
    }

    fn state_types(&self) -> Vec<DataType> {
        match aggregate(self.name).expect("a function of that name").lower {
            LowerAggregate::Groups { state, .. } => state(&self.call),
            LowerAggregate::Rewrite(_) => vec![],
        }
    }

    fn slice(&self, start: usize, length: usize) -> Vec<ArrayRef> {
        self.columns.iter().map(|column| column.slice(start, length)).collect()
    }
}

fn cases() -> Vec<Case> {
    use Type::{Bool, DateTime, Decimal, Dynamic, Int, Long, Real, String, TimeSpan};
    let mut cases = vec![
        case("sum", &[Int], &[], &[Long]),
        case("sum", &[Real], &[], &[Real]),
        case("sum", &[Decimal], &[], &[Decimal]),
        case("avg", &[Decimal], &[], &[Decimal]),
        case("avg", &[Long], &[], &[Real]),
        case("avg", &[TimeSpan], &[], &[TimeSpan]),
        case("stdev", &[Real], &[], &[Real]),
        case("variancep", &[Real], &[], &[Real]),
        case("covariance", &[Real, Long], &[], &[Real]),
        case("binary_all_xor", &[Long], &[], &[Long]),
        case("make_bag", &[Dynamic], &[], &[Dynamic]),
        case("make_bag", &[Dynamic], &[lit(3_i64)], &[Dynamic]),
        case("buildschema", &[Dynamic], &[], &[Dynamic]),
        case("percentile", &[Int], &[lit(40.0)], &[Long]),
        case("percentiles", &[Real], &[lit(0.0), lit(50.0), lit(100.0)], &[Real, Real, Real]),
        case("percentilesw", &[DateTime, Int], &[lit(50.0), lit(90.0)], &[DateTime, DateTime]),
        case("percentiles_array", &[TimeSpan], &[lit(50.0), lit(90.0)], &[Dynamic]),
    ];
    for ty in [Bool, Int, Long, Real, Decimal, String, DateTime, TimeSpan, Dynamic] {
        cases.push(case("dcount", &[ty], &[], &[Long]));
        cases.push(case("count_distinct", &[ty], &[], &[Long]));
        cases.push(case("make_set", &[ty], &[], &[Dynamic]));
        cases.push(case("make_set", &[ty], &[lit(4_i64)], &[Dynamic]));
        cases.push(case("make_list", &[ty], &[lit(12_i64)], &[Dynamic]));
        cases.push(case("make_list_with_nulls", &[ty], &[], &[Dynamic]));
        cases.push(case("take_any", &[ty], &[], &[ty]));
        cases.push(case("arg_max", &[Long, ty], &[], &[Long, ty]));
        if ty != Dynamic {
            cases.push(case("arg_min", &[ty, String, Real], &[], &[ty, String, Real]));
        }
    }
    for at in 0..cases.len() {
        if cases[at].call.types.contains(&String) {
            let mut again =
                Case { name: cases[at].name, call: cases[at].call.clone(), columns: cases[at].columns.clone() };
            for (column, ty) in again.columns.iter_mut().zip(&again.call.types) {
                if *ty == String {
                    *column = as_dictionary(column);
                }
            }
            cases.push(again);
        }
    }
    cases
}

fn groups(rows: std::ops::Range<usize>) -> Vec<usize> {
    rows.map(|row| row % GROUPS).collect()
}

/// Reals are compared to nine digits, because the order of additions shows in the last ones.
fn printed(array: &ArrayRef) -> Vec<std::string::String> {
    if array.data_type() == &DataType::Float64 {
        return array.as_primitive::<Float64Type>().iter().map(|value| format!("{value:.9?}")).collect();
    }
    let options = arrow::util::display::FormatOptions::new().with_null("null");
    let formatter = arrow::util::display::ArrayFormatter::try_new(array, &options).expect("printable");
    (0..array.len()).map(|row| formatter.value(row).to_string()).collect()
}

fn at_once(case: &Case, filter: Option<&BooleanArray>) -> Vec<std::string::String> {
    let mut whole = case.make();
    whole.update_batch(&case.columns, &groups(0..ROWS), filter, GROUPS).expect("an update");
    printed(&whole.evaluate(EmitTo::All).expect("an answer"))
}

#[test]
fn pieces_give_the_same_answer() {
    for case in cases() {
        let expect = at_once(&case, None);
        assert_eq!(expect.len(), GROUPS);
        let mut merged = case.make();
        let mut start = 0;
        while start < ROWS {
            let length = 13.min(ROWS - start);
            let mut piece = case.make();
            piece
                .update_batch(&case.slice(start, length), &groups(start..start + length), None, GROUPS)
                .expect("an update");
            let early = piece.state(EmitTo::First(2)).expect("a state");
            let late = piece.state(EmitTo::All).expect("a state");
            let types: Vec<DataType> = late.iter().map(|column| column.data_type().clone()).collect();
            assert_eq!(types, case.state_types(), "{}", case.name);
            merged.merge_batch(&early, &[0, 1], GROUPS).expect("a merge");
            merged.merge_batch(&late, &(2..GROUPS).collect::<Vec<_>>(), GROUPS).expect("a merge");
            start += length;
        }
        let mut answer = printed(&merged.evaluate(EmitTo::First(3)).expect("an answer"));
        answer.extend(printed(&merged.evaluate(EmitTo::All).expect("an answer")));
        assert_eq!(answer, expect, "{} {:?}", case.name, case.call.types);
    }
}

#[test]
fn rows_as_states_give_the_same_answer() {
    let filter: BooleanArray = (0..ROWS).map(|row| if row % 13 == 5 { None } else { Some(row % 3 != 1) }).collect();
    for case in cases() {
        for filter in [None, Some(&filter)] {
            if filter.is_some() && case.name.starts_with("arg_") {
                continue;
            }
            let expect = at_once(&case, filter);
            let states = case.make().convert_to_state(&case.columns, filter).expect("states");
            let types: Vec<DataType> = states.iter().map(|column| column.data_type().clone()).collect();
            assert_eq!(types, case.state_types(), "{}", case.name);
            let mut merged = case.make();
            merged.merge_batch(&states, &groups(0..ROWS), GROUPS).expect("a merge");
            assert_eq!(
                printed(&merged.evaluate(EmitTo::All).expect("an answer")),
                expect,
                "{} {:?}",
                case.name,
                case.call.types
            );
        }
    }
}

#[test]
fn an_answer_has_the_type_that_is_promised() {
    for case in cases() {
        let mut whole = case.make();
        whole.update_batch(&case.columns, &groups(0..ROWS), None, GROUPS).expect("an update");
        let answer = whole.evaluate(EmitTo::All).expect("an answer");
        match case.call.outputs.as_slice() {
            [only] => assert_eq!(answer.data_type(), &arrow_type(*only), "{}", case.name),
            several => {
                let columns = answer.as_struct().columns();
                let types: Vec<DataType> = columns.iter().map(|column| column.data_type().clone()).collect();
                assert_eq!(types, several.iter().map(|ty| arrow_type(*ty)).collect::<Vec<_>>(), "{}", case.name);
            }
        }
    }
}

#[test]
fn a_large_group_is_estimated_and_a_small_one_exact() {
    let rows = 200_000;
    let values: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let groups: Vec<usize> = (0..rows).map(|row| usize::from(row >= 4_000)).collect();
    let count = |name| {
        let mut accumulator = case(name, &[Type::Long], &[], &[Type::Long]).make();
        accumulator.update_batch(&[Arc::clone(&values)], &groups, None, 2).expect("an update");
        let states = accumulator.state(EmitTo::All).expect("a state");
        let mut merged = case(name, &[Type::Long], &[], &[Type::Long]).make();
        merged.merge_batch(&states, &[0, 1], 2).expect("a merge");
        merged.merge_batch(&states, &[0, 1], 2).expect("a merge");
        let answer = merged.evaluate(EmitTo::All).expect("an answer");
        answer.as_primitive::<arrow::datatypes::Int64Type>().values().to_vec()
    };
    assert_eq!(count("count_distinct"), [4_000, 196_000]);
    let estimate = count("dcount");
    assert_eq!(estimate[0], 4_000);
    // Four standard errors of 0.8 %.
    assert!((estimate[1] - 196_000).abs() < 6_300, "{estimate:?}");
}

/// Places run against the rows, so that the list must come out reversed however it was cut.
#[test]
fn a_list_follows_the_places_of_its_rows() {
    let places: ArrayRef = Arc::new(Int64Array::from_iter_values((0..ROWS as i64).map(|row| -row)));
    let values: ArrayRef = Arc::new(Int64Array::from_iter_values(0..ROWS as i64));
    for (limit, constants) in [(ROWS, vec![]), (5, vec![lit(5_i64)])] {
        let mut case = case("make_list", &[Type::Long], &constants, &[Type::Dynamic]);
        case.call.place = Some(lit(0_i64));
        case.columns = vec![Arc::clone(&values), Arc::clone(&places)];
        let expect: Vec<std::string::String> = (0..ROWS).rev().take(limit).map(|value| value.to_string()).collect();
        let expect = format!("[{}]", expect.join(","));
        let mut merged = case.make();
        for start in (0..ROWS).step_by(100) {
            let mut piece = case.make();
            piece.update_batch(&case.slice(start, 100), &[0; 100], None, 1).expect("an update");
            merged.merge_batch(&piece.state(EmitTo::All).expect("a state"), &[0], 1).expect("a merge");
        }
        assert_eq!(printed(&merged.evaluate(EmitTo::All).expect("an answer")), std::slice::from_ref(&expect));
        let mut from_rows = case.make();
        let states = case.make().convert_to_state(&case.columns, None).expect("states");
        from_rows.merge_batch(&states, &[0; ROWS], 1).expect("a merge");
        assert_eq!(printed(&from_rows.evaluate(EmitTo::All).expect("an answer")), [expect]);
    }
}
