//! `parse_csv`: what are the values of this record?

use crate::dynamic::quote;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_csv",
    aliases: &[],
    summary: "Takes a record of comma-separated values apart; of several records, the first.",
    signatures: &[Signature::new(
        &[required("csv_text", Accepts::Type(Type::String), "the record, quoted as RFC 4180 says")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-csv-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let record = args.strings(0)?;
    let mut value = String::new();
    args.write_json(|row, out| {
        let mut rest = record.get(row);
        loop {
            value.clear();
            let end = read_value(rest, &mut value);
            out.push(if out.is_empty() { '[' } else { ',' });
            quote(&value, out);
            match end {
                Some(after) => rest = after,
                None => break,
            }
        }
        out.push(']');
        Some(())
    })
}

/// Reads the value at the beginning; what follows its comma, or `None` at the end of the record.
fn read_value<'a>(text: &'a str, value: &mut String) -> Option<&'a str> {
    let mut is_quoted = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if(|(_, next)| *next == '"').is_some() => value.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => return text.get(at + 1..),
            '\r' | '\n' if !is_quoted => return None,
            _ => value.push(letter),
        }
    }
    None
}
