//! Does a query end in a known order?
//!
//! In: the text of a query. Out: whether its rows come in an order that the query asked for.
//! Reads pipes outside brackets, strings and comments; a real parser would tie this crate to the rooms that it tests.

/// Operators after which the order of before still holds.
const KEEPS: [&str; 16] = [
    "where",
    "filter",
    "extend",
    "project",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "serialize",
    "take",
    "limit",
    "parse",
    "parse-where",
    "as",
    "render",
    "mv-expand",
];

/// Tells whether the last `sort`, `order` or `top` is followed only by operators that keep its order.
pub(crate) fn is_ordered(query: &str) -> bool {
    for stage in stages(query).iter().rev() {
        let word: String =
            stage.trim_start().chars().take_while(|ch| ch.is_alphanumeric() || "-_".contains(*ch)).collect();
        match word.as_str() {
            "sort" | "order" | "top" => return true,
            word if KEEPS.contains(&word) => {}
            _ => return false,
        }
    }
    false
}

/// The texts between the pipes of the last statement, the source first; strings and comments are blanked.
fn stages(query: &str) -> Vec<String> {
    let mut stages = vec![String::new()];
    let mut depth = 0_i32;
    let mut chars = query.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|ch| *ch != '\n').is_some() {},
            '"' | '\'' => {
                let is_verbatim = stages.last().is_some_and(|stage| stage.ends_with('@'));
                skip_string(&mut chars, ch, is_verbatim);
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ';' if depth == 0 && chars.clone().any(|ch| !ch.is_whitespace()) => stages = vec![String::new()],
            '|' if depth == 0 => stages.push(String::new()),
            ch if depth == 0 => stages.last_mut().expect("there is always a stage").push(ch),
            _ => {}
        }
    }
    stages
}

fn skip_string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char, is_verbatim: bool) {
    while let Some(ch) = chars.next() {
        if ch == '\\' && !is_verbatim {
            chars.next();
        } else if ch == quote {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_order() {
        for (query, expected) in [
            ("T | sort by x", true),
            ("T | top 3 by x | project x", true),
            ("T | order by x asc | extend y = strcat('|', \"count\")\n", true),
            ("T | sort by x | count", false),
            ("T", false),
            ("print x = 1", false),
            ("let a = T | sort by x;\na | where y", false),
            ("let a = 1;\nT | sort by x; \n", true),
            ("T | join (U | sort by x) on y", false),
            ("T | sort by x // | count\n", true),
            ("T | where p == @'\\' | sort by x", true),
        ] {
            assert_eq!(is_ordered(query), expected, "{query}");
        }
    }
}
