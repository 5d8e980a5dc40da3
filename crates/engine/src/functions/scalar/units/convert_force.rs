//! `convert_force`: how much is a force in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_force",
    aliases: &[],
    summary: "Converts a force from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a force"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-force-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the newton.
const UNITS: &[Unit] = &[
    Unit::new("Decanewton", 10.0, 1.0),
    Unit::new("Dyn", 1.0, 100_000.0),
    Unit::new("KilogramForce", 9.806_65, 1.0),
    Unit::new("Kilonewton", 1000.0, 1.0),
    Unit::new("KiloPond", 9.806_65, 1.0),
    Unit::new("KilopoundForce", 4448.221_615_260_5, 1.0),
    Unit::new("Meganewton", 1_000_000.0, 1.0),
    Unit::new("Micronewton", 1.0, 1_000_000.0),
    Unit::new("Millinewton", 1.0, 1000.0),
    Unit::new("Newton", 1.0, 1.0),
    Unit::new("OunceForce", 4.448_221_615_260_5, 16.0),
    Unit::new("Poundal", 0.138_254_954_376, 1.0),
    Unit::new("PoundForce", 4.448_221_615_260_5, 1.0),
    Unit::new("ShortTonForce", 8896.443_230_521, 1.0),
    Unit::new("TonneForce", 9806.65, 1.0),
];
