//! `convert_volume`: how much is a volume in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_volume",
    aliases: &[],
    summary: "Converts a volume from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "a volume"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-volume-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the cubic meter.
const UNITS: &[Unit] = &[
    Unit::new("AcreFoot", 1.0, 0.000_810_714),
    Unit::new("AuTablespoon", 2.0e-5, 1.0),
    Unit::new("BoardFoot", 0.002_359_737_215_8, 1.0),
    Unit::new("Centiliter", 1.0, 100_000.0),
    Unit::new("CubicCentimeter", 1.0, 1_000_000.0),
    Unit::new("CubicDecimeter", 1.0, 1000.0),
    Unit::new("CubicFoot", 0.028_316_846_592, 1.0),
    Unit::new("CubicHectometer", 1_000_000.0, 1.0),
    Unit::new("CubicInch", 1.638_706_4e-5, 1.0),
    Unit::new("CubicKilometer", 1_000_000_000.0, 1.0),
    Unit::new("CubicMeter", 1.0, 1.0),
    Unit::new("CubicMicrometer", 1.0, 1.0e18),
    Unit::new("CubicMile", 4_168_181_825.440_58, 1.0),
    Unit::new("CubicMillimeter", 1.0, 1_000_000_000.0),
    Unit::new("CubicYard", 0.764_554_858, 1.0),
    Unit::new("Decaliter", 1.0, 100.0),
    Unit::new("DecausGallon", 0.037_854_117_84, 1.0),
    Unit::new("Deciliter", 1.0, 10_000.0),
    Unit::new("DeciusGallon", 0.003_785_411_784, 10.0),
    Unit::new("HectocubicFoot", 2.831_684_659_2, 1.0),
    Unit::new("HectocubicMeter", 100.0, 1.0),
    Unit::new("Hectoliter", 1.0, 10.0),
    Unit::new("HectousGallon", 0.378_541_178_4, 1.0),
    Unit::new("ImperialBeerBarrel", 0.163_659_24, 1.0),
    Unit::new("ImperialGallon", 0.004_546_09, 1.0),
    Unit::new("ImperialOunce", 2.841_306_249_996_29e-5, 1.0),
    Unit::new("ImperialPint", 0.000_568_261_25, 1.0),
    Unit::new("KilocubicFoot", 28.316_846_592, 1.0),
    Unit::new("KilocubicMeter", 1000.0, 1.0),
    Unit::new("KiloimperialGallon", 4.546_09, 1.0),
    Unit::new("Kiloliter", 1.0, 1.0),
    Unit::new("KilousGallon", 3.785_411_784, 1.0),
    Unit::new("Liter", 1.0, 1000.0),
    Unit::new("MegacubicFoot", 28_316.846_592, 1.0),
    Unit::new("MegaimperialGallon", 4546.09, 1.0),
    Unit::new("Megaliter", 1000.0, 1.0),
    Unit::new("MegausGallon", 3785.411_784, 1.0),
    Unit::new("MetricCup", 0.000_25, 1.0),
    Unit::new("MetricTeaspoon", 5.0e-6, 1.0),
    Unit::new("Microliter", 1.0, 1_000_000_000.0),
    Unit::new("Milliliter", 1.0, 1_000_000.0),
    Unit::new("OilBarrel", 0.158_987_294_928, 1.0),
    Unit::new("UkTablespoon", 1.5e-5, 1.0),
    Unit::new("UsBeerBarrel", 0.117_347_765_8, 1.0),
    Unit::new("UsCustomaryCup", 0.000_236_588_236_5, 1.0),
    Unit::new("UsGallon", 0.003_785_411_784, 1.0),
    Unit::new("UsLegalCup", 0.000_24, 1.0),
    Unit::new("UsOunce", 2.957_352_956_253_760_6e-5, 1.0),
    Unit::new("UsPint", 0.000_473_176_473, 1.0),
    Unit::new("UsQuart", 0.000_946_352_946, 1.0),
    Unit::new("UsTablespoon", 1.478_676_478_125e-5, 1.0),
    Unit::new("UsTeaspoon", 4.928_921_593_75e-6, 1.0),
];
