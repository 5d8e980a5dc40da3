//! `parse` and `parse-where`.
//!
//! - Shape: n rows → n rows with the parsed columns behind; `parse-where` drops the rows that do not match.
//! - Nulls: a row that does not match has nulls (empty text) in all parsed columns. In the simple mode a column that does not convert is no
//!   match; in the others that column alone is null.
//! - A column takes the text up to what follows it. A number before anything but its text ends with its digits (`n:long *`), and in the regex
//!   mode a whole number is a regular expression of its own, as the page says.
//! - Source: learn.microsoft.com/kusto/query/parse-operator.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Column, Result as KernelResult, exec_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, lit, when,
};
use regex::Regex;
use semantics::bound::{Parse, ParseMode, ParsePart};
use semantics::{Schema, Type};

use super::{Lowering, columns, project};
use crate::error::{Error, Result};
use crate::functions::{self, Rewrite, Services};
use crate::text;
use crate::types::absent;

impl Lowering<'_> {
    pub(super) fn parse(&self, parse: &Parse, schema: &Schema) -> Result<LogicalPlan> {
        let input = self.table(&parse.input)?;
        let scope = columns(&input);
        let types: Vec<Type> = parse.parts.iter().filter_map(column_type).collect();
        refuse_unending(parse)?;
        check_patterns(parse)?;
        let captures = Captures { pattern: pattern(parse), columns: types.len() };
        let mut exprs: Vec<Expr> =
            scope.iter().enumerate().map(|(at, column)| column.clone().alias(format!("$in{at}"))).collect();
        exprs.push(captures.call(self.value(&parse.source, &scope)?).alias("$parsed"));
        let plan = LogicalPlanBuilder::from(input).project(exprs)?;

        let inputs = (0..scope.len()).map(|at| unqualified(&format!("$in{at}")));
        let mut exprs: Vec<Expr> = inputs.clone().collect();
        let mut matched = unqualified("$parsed").is_not_null();
        for (at, ty) in types.iter().enumerate() {
            let value = converted(get_field(unqualified("$parsed"), format!("c{at}")), *ty, self.now)?;
            if parse.mode == ParseMode::Simple && *ty != Type::String {
                matched = matched.and(value.clone().is_not_null());
            }
            exprs.push(value.alias(format!("$out{at}")));
        }
        exprs.push(matched.alias("$matched"));
        let mut plan = plan.project(exprs)?;
        if parse.drops_rows {
            plan = plan.filter(unqualified("$matched"))?;
        }
        let mut outputs: Vec<Expr> = inputs.collect();
        for (at, ty) in types.iter().enumerate() {
            let value = unqualified(&format!("$out{at}"));
            outputs.push(when(unqualified("$matched"), value).otherwise(lit(absent(*ty)))?);
        }
        project(plan.build()?, outputs, schema)
    }
}

/// Captured text as the column's type, by the function that a user would write.
fn converted(text: Expr, ty: Type, now: i64) -> Result<Expr> {
    let name = match ty {
        Type::String => return Ok(text),
        Type::Bool => "tobool",
        Type::Int => "toint",
        Type::Long => "tolong",
        Type::Real => "toreal",
        Type::Decimal => "todecimal",
        Type::DateTime => "todatetime",
        Type::TimeSpan => "totimespan",
        Type::Guid => "toguid",
        Type::Dynamic => "parse_json",
    };
    let function = functions::scalar(name).ok_or_else(|| Error::Unsupported(name.to_owned()))?;
    let (arguments, types) = (vec![text], vec![Type::String]);
    let rewrite = Rewrite { arguments, types, returns: ty, now, services: Services::default() };
    Ok(functions::scalar_call(function, rewrite)?)
}

fn column_type(part: &ParsePart) -> Option<Type> {
    match part {
        ParsePart::Column(ty) => Some(*ty),
        ParsePart::Skip | ParsePart::Text(..) => None,
    }
}

/// A column that `*` follows ends where its value does, and only for texts and numbers is it known where that is.
fn refuse_unending(parse: &Parse) -> Result<()> {
    let is_regex = parse.mode == ParseMode::Regex;
    for pair in parse.parts.windows(2) {
        if let [ParsePart::Column(ty), ParsePart::Skip] = pair
            && !is_regex
            && !matches!(ty, Type::String | Type::Int | Type::Long | Type::Real | Type::Decimal)
        {
            return Err(Error::Unsupported(format!("a {ty} column of parse before `*`")));
        }
    }
    Ok(())
}

/// A pattern that is none is told by its first part that is none, else as a whole.
fn check_patterns(parse: &Parse) -> Result<()> {
    let check =
        |pattern: &str, place| text::patterns::compile(pattern).map(drop).map_err(|error| Error::from(error).at(place));
    let whole = check(&pattern(parse), parse.source.span);
    if whole.is_err() && parse.mode == ParseMode::Regex {
        for part in &parse.parts {
            if let ParsePart::Text(text, place) = part {
                check(text, *place)?;
            }
        }
    }
    whole
}

/// The whole pattern as one regular expression, from the beginning of the text to its end.
fn pattern(parse: &Parse) -> String {
    let flags = match parse.mode {
        ParseMode::Regex => parse.flags.clone(),
        ParseMode::Simple | ParseMode::Relaxed => "s".to_owned(),
    };
    let mut pattern = if flags.is_empty() { String::from("^") } else { format!("(?{flags})^") };
    let mut columns = 0;
    for part in &parse.parts {
        match part {
            ParsePart::Skip => pattern.push_str(".*?"),
            ParsePart::Column(ty) => {
                // Named, because the regular expressions of the query may have groups of their own.
                pattern.push_str(&format!("(?P<{}>{})", group_name(columns), value_pattern(parse.mode, *ty)));
                columns += 1;
            }
            ParsePart::Text(text, _) if parse.mode == ParseMode::Regex => {
                pattern.push_str("(?:");
                pattern.push_str(text);
                pattern.push(')');
            }
            ParsePart::Text(text, _) => pattern.push_str(&regex::escape(text)),
        }
    }
    pattern.push('$');
    pattern
}

fn group_name(column: usize) -> String {
    format!("parsed_column_{column}")
}

/// What a column takes. In the other modes a number is taken as one where that fits, else as any text, which does not convert.
fn value_pattern(mode: ParseMode, ty: Type) -> &'static str {
    match (mode, ty) {
        (ParseMode::Regex, Type::Int | Type::Long) => r"-?\d+",
        // The pages of `parse` with `kind=regex` show columns that take as much as they can; flag `U` turns that round.
        (ParseMode::Regex, _) => ".*",
        (_, Type::Int | Type::Long) => r"-?\d+|.*?",
        (_, Type::Real | Type::Decimal) => r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|.*?",
        _ => ".*?",
    }
}

fn unqualified(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// Reads the columns of a pattern out of a text: a struct of texts, null where the text does not match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Captures {
    pattern: String,
    columns: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CaptureFunction {
    captures: Captures,
    signature: Signature,
}

impl Captures {
    fn call(self, source: Expr) -> Expr {
        let function = CaptureFunction { captures: self, signature: Signature::any(1, Volatility::Immutable) };
        Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), vec![source]))
    }

    fn fields(&self) -> Fields {
        // One field even without columns: a struct of none has no length.
        (0..self.columns.max(1)).map(|at| Field::new(format!("c{at}"), DataType::Utf8View, true)).collect()
    }

    /// The texts of the columns, row for row.
    fn read(&self, regex: &Regex, texts: &ArrayRef) -> KernelResult<StructArray> {
        let texts = texts.as_string_view();
        let mut builders: Vec<StringViewBuilder> = (0..self.columns.max(1)).map(|_| StringViewBuilder::new()).collect();
        let mut matched = Vec::with_capacity(texts.len());
        let names: Vec<String> = (0..builders.len()).map(group_name).collect();
        for row in 0..texts.len() {
            let text = if texts.is_null(row) { "" } else { texts.value(row) };
            let found = regex.captures(text);
            matched.push(found.is_some());
            for (name, builder) in names.iter().zip(&mut builders) {
                builder
                    .append_value(found.as_ref().and_then(|found| found.name(name)).map_or("", |group| group.as_str()));
            }
        }
        let arrays = builders.into_iter().map(|mut builder| Arc::new(builder.finish()) as ArrayRef).collect();
        Ok(StructArray::try_new(self.fields(), arrays, Some(NullBuffer::from(matched)))?)
    }
}

impl ScalarUDFImpl for CaptureFunction {
    fn name(&self) -> &str {
        "parse_captures"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> KernelResult<DataType> {
        Ok(DataType::Struct(self.captures.fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> KernelResult<ColumnarValue> {
        let Some(source) = args.args.first() else { return exec_err!("`parse` expects a text") };
        let texts = cast(&source.to_array(args.number_rows)?, &DataType::Utf8View)?;
        let regex = text::patterns::compile(&self.captures.pattern)?;
        Ok(ColumnarValue::Array(Arc::new(self.captures.read(&regex, &texts)?)))
    }
}
