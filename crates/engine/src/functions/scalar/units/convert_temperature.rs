//! `convert_temperature`: how warm is a temperature in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_temperature",
    aliases: &[],
    summary: "Converts a temperature from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a temperature"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-temperature-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the kelvin: its size, and where its zero is.
const UNITS: &[Unit] = &[
    Unit::new("DegreeCelsius", 1.0, 1.0).with_zero_at(273.15),
    Unit::new("DegreeDelisle", -2.0, 3.0).with_zero_at(373.15),
    Unit::new("DegreeFahrenheit", 5.0, 9.0).with_zero_at(459.67 * 5.0 / 9.0),
    Unit::new("DegreeNewton", 100.0, 33.0).with_zero_at(273.15),
    Unit::new("DegreeRankine", 5.0, 9.0),
    Unit::new("DegreeReaumur", 5.0, 4.0).with_zero_at(273.15),
    Unit::new("DegreeRoemer", 40.0, 21.0).with_zero_at(273.15 - 7.5 * 40.0 / 21.0),
    Unit::new("Kelvin", 1.0, 1.0),
    Unit::new("MillidegreeCelsius", 1.0, 1e3).with_zero_at(273.15),
    Unit::new("SolarTemperature", 5778.0, 1.0),
];
