//! `convert_speed`: how much is a speed in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_speed",
    aliases: &[],
    summary: "Converts a speed from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a speed"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-speed-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the meter per second.
const UNITS: &[Unit] = &[
    Unit::new("CentimeterPerHour", 1.0, 360_000.0),
    Unit::new("CentimeterPerMinute", 1.0, 6000.0),
    Unit::new("CentimeterPerSecond", 1.0, 100.0),
    Unit::new("DecimeterPerMinute", 1.0, 600.0),
    Unit::new("DecimeterPerSecond", 1.0, 10.0),
    Unit::new("FootPerHour", 0.3048, 3600.0),
    Unit::new("FootPerMinute", 0.3048, 60.0),
    Unit::new("FootPerSecond", 0.3048, 1.0),
    Unit::new("InchPerHour", 0.0254, 3600.0),
    Unit::new("InchPerMinute", 0.0254, 60.0),
    Unit::new("InchPerSecond", 0.0254, 1.0),
    Unit::new("KilometerPerHour", 1000.0, 3600.0),
    Unit::new("KilometerPerMinute", 1000.0, 60.0),
    Unit::new("KilometerPerSecond", 1000.0, 1.0),
    Unit::new("Knot", 1852.0, 3600.0),
    Unit::new("MeterPerHour", 1.0, 3600.0),
    Unit::new("MeterPerMinute", 1.0, 60.0),
    Unit::new("MeterPerSecond", 1.0, 1.0),
    Unit::new("MicrometerPerMinute", 1.0, 60_000_000.0),
    Unit::new("MicrometerPerSecond", 1.0, 1_000_000.0),
    Unit::new("MilePerHour", 0.447_04, 1.0),
    Unit::new("MillimeterPerHour", 1.0, 3_600_000.0),
    Unit::new("MillimeterPerMinute", 1.0, 60_000.0),
    Unit::new("MillimeterPerSecond", 1.0, 1000.0),
    Unit::new("NanometerPerMinute", 1.0, 60_000_000_000.0),
    Unit::new("NanometerPerSecond", 1.0, 1_000_000_000.0),
    Unit::new("UsSurveyFootPerHour", 1.0, 11_811.0),
    Unit::new("UsSurveyFootPerMinute", 1200.0, 236_220.0),
    Unit::new("UsSurveyFootPerSecond", 1200.0, 3937.0),
    Unit::new("YardPerHour", 0.9144, 3600.0),
    Unit::new("YardPerMinute", 0.9144, 60.0),
    Unit::new("YardPerSecond", 0.9144, 1.0),
];
