//! `hash`: which number stands for this value?
//!
//! Texts and datetimes give Kusto's numbers; for other types Kusto documents none, and the bytes hashed are our choice.

use xxhash_rust::xxh64::xxh64;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "hash",
    aliases: &["hash_xxhash64"],
    summary: "Hashes a value with xxHash64; with a modulus, to 0 … modulus - 1. Null stays null.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Any, "any scalar but a dynamic"),
            optional("mod", Accepts::Type(Type::Long), "the modulus"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/hash-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let modulus = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    let reduce = |hash: i64, row| match &modulus {
        Some(modulus) => modulus.get(row).filter(|modulus| *modulus > 0).map(|modulus| hash.rem_euclid(modulus)),
        None => Some(hash),
    };
    match args.ty(0) {
        // Kusto's page hashes a datetime as its ticks, eight bytes, lowest first.
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let source = args.longs(0)?;
            args.make_longs(|row| reduce(hash(&source.get(row)?.to_le_bytes()), row))
        }
        Type::Real => {
            let source = args.reals(0)?;
            args.make_longs(|row| reduce(hash(&source.get(row)?.to_le_bytes()), row))
        }
        Type::Bool => {
            let source = args.bools(0)?;
            args.make_longs(|row| reduce(hash(&[u8::from(source.get(row)?)]), row))
        }
        Type::String | Type::Guid | Type::Decimal => {
            let source = args.texts(0)?;
            args.make_longs(|row| reduce(hash(source.get(row).as_bytes()), row))
        }
        Type::Dynamic => exec_err!("`hash` does not hash a dynamic"),
    }
}

fn hash(bytes: &[u8]) -> i64 {
    xxh64(bytes, 0).cast_signed()
}
