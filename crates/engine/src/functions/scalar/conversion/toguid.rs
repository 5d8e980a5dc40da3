//! `toguid`: which guid is this?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "toguid",
    aliases: &[],
    summary: "Reads a guid: 32 hexadecimal digits, hyphens where they belong or none; null for anything else.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Guid))],
    source: "https://learn.microsoft.com/kusto/query/toguid-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.texts(0)?;
    args.write_json(|row, out| write_guid(&value.get(row), out))
}

/// What follows the digits is left alone, as Kusto documents.
fn write_guid(text: &str, out: &mut String) -> Option<()> {
    let mut digits = 0;
    for c in text.trim_start().trim_start_matches(['{', '(']).chars() {
        let is_border = matches!(digits, 8 | 12 | 16 | 20);
        match c {
            '-' if is_border && !out.ends_with('-') => out.push('-'),
            _ if c.is_ascii_hexdigit() => {
                if is_border && !out.ends_with('-') {
                    out.push('-');
                }
                out.push(c.to_ascii_lowercase());
                digits += 1;
            }
            _ => return None,
        }
        if digits == 32 {
            return Some(());
        }
    }
    None
}
