//! `convert_angle`: how much is an angle in another unit?

use std::f64::consts::PI;

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_angle",
    aliases: &[],
    summary: "Converts an angle from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "an angle"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-angle-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the radian.
const UNITS: &[Unit] = &[
    Unit::new("Arcminute", PI, 10_800.0),
    Unit::new("Arcsecond", PI, 648_000.0),
    Unit::new("Centiradian", 1.0, 100.0),
    Unit::new("Deciradian", 1.0, 10.0),
    Unit::new("Degree", PI, 180.0),
    Unit::new("Gradian", PI, 200.0),
    Unit::new("Microdegree", PI, 180_000_000.0),
    Unit::new("Microradian", 1.0, 1_000_000.0),
    Unit::new("Millidegree", PI, 180_000.0),
    Unit::new("Milliradian", 1.0, 1000.0),
    Unit::new("Nanodegree", PI, 180_000_000_000.0),
    Unit::new("Nanoradian", 1.0, 1_000_000_000.0),
    Unit::new("NatoMil", PI, 3200.0),
    Unit::new("Radian", 1.0, 1.0),
    Unit::new("Revolution", 2.0 * PI, 1.0),
    Unit::tilt("Tilt"),
];
