//! `convert_energy`: how much is an energy in another unit?

use crate::functions::prelude::*;
use crate::units::{Unit, convert};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "convert_energy",
    aliases: &[],
    summary: "Converts an energy from one unit to another; null when a unit is not known.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Real), "an energy"),
            required("from", Accepts::Type(Type::String), "its unit"),
            required("to", Accepts::Type(Type::String), "the unit wanted"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/convert-energy-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    convert(args, UNITS)
}

/// Each unit in terms of the joule.
const UNITS: &[Unit] = &[
    Unit::new("BritishThermalUnit", 1055.055_852_62, 1.0),
    Unit::new("Calorie", 4.184, 1.0),
    Unit::new("DecathermEc", 1_055_055_852.62, 1.0),
    Unit::new("DecathermImperial", 1_055_055_852.573_48, 1.0),
    Unit::new("DecathermUs", 1_054_804_000.0, 1.0),
    Unit::new("ElectronVolt", 1.602_176_565e-19, 1.0),
    Unit::new("Erg", 1.0e-7, 1.0),
    Unit::new("FootPound", 1.355_817_948, 1.0),
    Unit::new("GigabritishThermalUnit", 1_055_055_852_620.0, 1.0),
    Unit::new("GigaelectronVolt", 1.602_176_565e-10, 1.0),
    Unit::new("Gigajoule", 1_000_000_000.0, 1.0),
    Unit::new("GigawattDay", 86_400_000_000_000.0, 1.0),
    Unit::new("GigawattHour", 3_600_000_000_000.0, 1.0),
    Unit::new("HorsepowerHour", 2_684_519.5377, 1.0),
    Unit::new("Joule", 1.0, 1.0),
    Unit::new("KilobritishThermalUnit", 1_055_055.852_62, 1.0),
    Unit::new("Kilocalorie", 4184.0, 1.0),
    Unit::new("KiloelectronVolt", 1.602_176_565e-16, 1.0),
    Unit::new("Kilojoule", 1000.0, 1.0),
    Unit::new("KilowattDay", 86_400_000.0, 1.0),
    Unit::new("KilowattHour", 3_600_000.0, 1.0),
    Unit::new("MegabritishThermalUnit", 1_055_055_852.62, 1.0),
    Unit::new("Megacalorie", 4_184_000.0, 1.0),
    Unit::new("MegaelectronVolt", 1.602_176_565e-13, 1.0),
    Unit::new("Megajoule", 1_000_000.0, 1.0),
    Unit::new("MegawattDay", 86_400_000_000.0, 1.0),
    Unit::new("MegawattHour", 3_600_000_000.0, 1.0),
    Unit::new("Millijoule", 1.0, 1000.0),
    Unit::new("TeraelectronVolt", 1.602_176_565e-7, 1.0),
    Unit::new("TerawattDay", 8.64e16, 1.0),
    Unit::new("TerawattHour", 3_600_000_000_000_000.0, 1.0),
    Unit::new("ThermEc", 105_505_585.262, 1.0),
    Unit::new("ThermImperial", 105_505_585.257_348, 1.0),
    Unit::new("ThermUs", 105_480_400.0, 1.0),
    Unit::new("WattDay", 86_400.0, 1.0),
    Unit::new("WattHour", 3600.0, 1.0),
];
