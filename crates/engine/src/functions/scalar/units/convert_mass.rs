//! `convert_mass`: how much is a mass in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_mass",
    aliases: &[],
    summary: "Converts a mass from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a mass"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-mass-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the kilogram.
const UNITS: &[Unit] = &[
    Unit::new("Centigram", 1.0, 100_000.0),
    Unit::new("Decagram", 1.0, 100.0),
    Unit::new("Decigram", 1.0, 10_000.0),
    Unit::new("EarthMass", 5.9722e24, 1.0),
    Unit::new("Grain", 1.0, 15_432.358_352_941_432),
    Unit::new("Gram", 1.0, 1000.0),
    Unit::new("Hectogram", 1.0, 10.0),
    Unit::new("Kilogram", 1.0, 1.0),
    Unit::new("Kilopound", 453.592_37, 1.0),
    Unit::new("Kilotonne", 1_000_000.0, 1.0),
    Unit::new("LongHundredweight", 1.0, 0.019_684_130_552_221_21),
    Unit::new("LongTon", 1016.046_908_8, 1.0),
    Unit::new("Megapound", 453_592.37, 1.0),
    Unit::new("Megatonne", 1_000_000_000.0, 1.0),
    Unit::new("Microgram", 1.0, 1_000_000_000.0),
    Unit::new("Milligram", 1.0, 1_000_000.0),
    Unit::new("Nanogram", 1.0, 1_000_000_000_000.0),
    Unit::new("Ounce", 0.028_349_523_125, 1.0),
    Unit::new("Pound", 0.453_592_37, 1.0),
    Unit::new("ShortHundredweight", 1.0, 0.022_046_226_218_487_758),
    Unit::new("ShortTon", 907.184_74, 1.0),
    Unit::new("Slug", 1.0, 0.068_521_765_561_961_05),
    Unit::new("SolarMass", 1.989_47e30, 1.0),
    Unit::new("Stone", 1.0, 0.157_473_172_870_269_8),
    Unit::new("Tonne", 1000.0, 1.0),
];
