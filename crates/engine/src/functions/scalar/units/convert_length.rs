//! `convert_length`: how much is a length in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_length",
    aliases: &[],
    summary: "Converts a length from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a length"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-length-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the meter.
const UNITS: &[Unit] = &[
    Unit::new("Angstrom", 1.0e-10, 1.0),
    Unit::new("AstronomicalUnit", 149_597_870_700.0, 1.0),
    Unit::new("Centimeter", 1.0, 100.0),
    Unit::new("Chain", 20.1168, 1.0),
    Unit::new("DataMile", 1828.8, 1.0),
    Unit::new("Decameter", 10.0, 1.0),
    Unit::new("Decimeter", 1.0, 10.0),
    Unit::new("DtpPica", 1.0, 236.220_472_441),
    Unit::new("DtpPoint", 0.0254, 72.0),
    Unit::new("Fathom", 1.8288, 1.0),
    Unit::new("Foot", 0.3048, 1.0),
    Unit::new("Hand", 0.1016, 1.0),
    Unit::new("Hectometer", 100.0, 1.0),
    Unit::new("Inch", 0.0254, 1.0),
    Unit::new("KilolightYear", 9.460_730_472_58e18, 1.0),
    Unit::new("Kilometer", 1000.0, 1.0),
    Unit::new("Kiloparsec", 3.085_677_581_28e19, 1.0),
    Unit::new("LightYear", 9_460_730_472_580_000.0, 1.0),
    Unit::new("MegalightYear", 9.460_730_472_58e21, 1.0),
    Unit::new("Megaparsec", 3.085_677_581_28e22, 1.0),
    Unit::new("Meter", 1.0, 1.0),
    Unit::new("Microinch", 2.54e-8, 1.0),
    Unit::new("Micrometer", 1.0, 1_000_000.0),
    Unit::new("Mil", 2.54e-5, 1.0),
    Unit::new("Mile", 1609.344, 1.0),
    Unit::new("Millimeter", 1.0, 1000.0),
    Unit::new("Nanometer", 1.0, 1_000_000_000.0),
    Unit::new("NauticalMile", 1852.0, 1.0),
    Unit::new("Parsec", 3.085_677_581_28e16, 1.0),
    Unit::new("PrinterPica", 1.0, 237.106_301_584),
    Unit::new("PrinterPoint", 0.0254, 72.27),
    Unit::new("Shackle", 27.432, 1.0),
    Unit::new("SolarRadius", 695_700_000.0, 1.0),
    Unit::new("Twip", 1.0, 56_692.913_385_826),
    Unit::new("UsSurveyFoot", 1200.0, 3937.0),
    Unit::new("Yard", 0.9144, 1.0),
];
