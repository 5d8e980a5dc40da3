//! Punycode: Unicode in the letters of host names, and back.
//!
//! In: a label, without the `xn--` before it, or a whole domain. Out: the other form; `None` when there is none.
//!
//! Source: RFC 3492. Domains are split at the four full stops of RFC 3490; neither normalized nor checked further, as the examples of Kusto's pages
//! keep capitals and spaces.

/// The parameters of RFC 3492, section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// Longer texts are no host names, and the work grows with the square.
const LENGTH_MAX: usize = 1 << 12;

/// What stands before a label that is encoded.
const PREFIX: &str = "xn--";

/// Encodes a text.
pub(crate) fn encode(text: &str) -> Option<String> {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    if chars.len() > LENGTH_MAX {
        return None;
    }
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut code, mut delta, mut bias, mut handled) = (FIRST_CODE, 0_u32, FIRST_BIAS, basic);
    while (handled as usize) < chars.len() {
        let next = chars.iter().copied().filter(|ch| *ch >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for ch in &chars {
            if *ch < code {
                delta = delta.checked_add(1)?;
            }
            if *ch == code {
                write_number(delta, bias, &mut out);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(out)
}

/// Decodes a text.
pub(crate) fn decode(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() > LENGTH_MAX {
        return None;
    }
    let (basic, rest) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut code, mut place, mut bias) = (FIRST_CODE, 0_u32, FIRST_BIAS);
    let mut digits = rest.bytes();
    while digits.len() > 0 {
        let before = place;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let digit = digit_of(digits.next()?)?;
            place = place.checked_add(digit.checked_mul(weight)?)?;
            let threshold = threshold(k, bias);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(place - before, count, before == 0);
        code = code.checked_add(place / count)?;
        place %= count;
        out.insert(place as usize, char::from_u32(code)?);
        place += 1;
    }
    Some(out.into_iter().collect())
}

/// Encodes the labels of a domain that are not ASCII.
pub(crate) fn encode_domain(domain: &str) -> Option<String> {
    let labels = domain.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    let labels = labels.map(|label| match label.is_ascii() {
        true => Some(label.to_owned()),
        false => Some(format!("{PREFIX}{}", encode(label)?)),
    });
    Some(labels.collect::<Option<Vec<String>>>()?.join("."))
}

/// Decodes the labels of a domain that are encoded.
pub(crate) fn decode_domain(domain: &str) -> Option<String> {
    let labels = domain.split('.').map(|label| match label.strip_prefix(PREFIX) {
        Some(encoded) => decode(encoded),
        None => Some(label.to_owned()),
    });
    Some(labels.collect::<Option<Vec<String>>>()?.join("."))
}

/// A number in digits of varying worth, the lowest first.
fn write_number(mut number: u32, bias: u32, out: &mut String) {
    let mut k = BASE;
    loop {
        let threshold = threshold(k, bias);
        if number < threshold {
            out.push(letter_of(number));
            return;
        }
        out.push(letter_of(threshold + (number - threshold) % (BASE - threshold)));
        number = (number - threshold) / (BASE - threshold);
        k += BASE;
    }
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

fn letter_of(digit: u32) -> char {
    char::from_digit((digit + 10) % BASE, BASE).expect("a digit of base 36")
}

fn digit_of(letter: u8) -> Option<u32> {
    Some((char::from(letter).to_digit(BASE)? + BASE - 10) % BASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3492, section 7.1: (B) Chinese, (D) Czech, (L) Japanese with ASCII.
    #[test]
    fn the_samples_of_the_standard_hold() {
        for (text, encoded) in [
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
            ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ] {
            assert_eq!(encode(text).as_deref(), Some(encoded));
            assert_eq!(decode(encoded).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_no_punycode_is_none() {
        for text in ["é", "a-!", "99999999999999", "zzzzzzzz"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode("").as_deref(), Some(""));
        assert_eq!(decode("abc-").as_deref(), Some("abc"));
    }
}
