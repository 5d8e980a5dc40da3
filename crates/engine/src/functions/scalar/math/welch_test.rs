//! `welch_test`: do two series have the same mean?

use crate::functions::prelude::*;
use crate::probability::{Sample, welch_test};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "welch_test",
    aliases: &[],
    summary: "The probability that two means differ so much by chance, by Welch's test.",
    signatures: &[Signature::new(
        &[
            required("mean1", Accepts::Number, "the mean of the first"),
            required("variance1", Accepts::Number, "its variance"),
            required("count1", Accepts::Number, "how many numbers it has"),
            required("mean2", Accepts::Number, "the mean of the second"),
            required("variance2", Accepts::Number, "its variance"),
            required("count2", Accepts::Number, "how many numbers it has"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/welch-test-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let columns = (0..6).map(|index| args.reals(index)).collect::<Result<Vec<Reals>>>()?;
    args.make_reals(|row| {
        let values: Vec<f64> = columns.iter().map(|column| column.get(row)).collect::<Option<_>>()?;
        let sample = |at: usize| {
            Some(Sample { mean: *values.get(at)?, variance: *values.get(at + 1)?, count: *values.get(at + 2)? })
        };
        Some(welch_test(sample(0)?, sample(3)?))
    })
}
