//! An explanation as a drawing: a box for each stage, its rows as a bar, arrows along the pipe.
//!
//! In: stages. Out: one SVG with its text as text, escaped; other tables stand above the stage that reads them, further to the right.

use std::io::Write;

use engine::explain::{Branch, Stage};

use super::Explained;
use super::phrases::{cut, identity, stopped};
use super::text::{duration, figures, legs};
use crate::failure::Failure;
use crate::render::spell_controls;

/// Pixels.
const WIDTH: usize = 940;
const BOX_WIDTH: usize = 620;
const BOX_HEIGHT: usize = 46;
const GAP: usize = 22;
const LINE: usize = 16;
const INDENT: usize = 28;
const MARGIN: usize = 20;
const BAR_WIDTH: usize = 150;
/// Characters of the fixed font that a box holds.
const BOX_CHARS: usize = 80;
const LINE_CHARS: usize = 116;
/// Misses that are drawn of a stage; the text has them all.
const MISSES_MAX: usize = 3;
/// Deeper pipes stand where the last one does.
const DEPTH_MAX: usize = 6;

const STYLE: &str = "text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1b1f24}\
.name{font-weight:bold;font-size:15px}.small{font-size:11px;fill:#57606a}.miss{font-size:11px;fill:#953800}\
.box{fill:#f6f8fa;stroke:#8c959f}.none{fill:#fff1e5;stroke:#bc4c00}.bar{fill:#54aeff}.line{stroke:#8c959f;stroke-width:1.5;fill:none}";

/// Writes all explanations, one under the other.
pub(crate) fn write(output: &mut impl Write, explained: &[Explained]) -> Result<(), Failure> {
    let mut drawing = Drawing { body: String::new(), y: MARGIN };
    for one in explained {
        drawing.y += LINE;
        drawing.text(MARGIN, "name", &cut(&spell_controls(&one.name), BOX_CHARS));
        drawing.y += GAP;
        let most = one.explanation.shared.iter().chain(&one.explanation.results).map(most_rows).max().unwrap_or(0);
        for branch in one.explanation.shared.iter().chain(&one.explanation.results) {
            drawing.branch(branch, 0, most);
            drawing.y += GAP;
        }
    }
    let height = drawing.y + MARGIN;
    writeln!(
        output,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\">\n\
         <style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{}</svg>",
        drawing.body
    )?;
    Ok(())
}

fn most_rows(branch: &Branch) -> u64 {
    let of_stage = |stage: &Stage| {
        let inputs = stage.inputs.iter().map(most_rows).max().unwrap_or(0);
        stage.rows.unwrap_or(0).max(inputs)
    };
    branch.stages.iter().map(of_stage).max().unwrap_or(0)
}

struct Drawing {
    body: String,
    y: usize,
}

impl Drawing {
    fn branch(&mut self, branch: &Branch, depth: usize, most: u64) {
        let x = MARGIN + depth.min(DEPTH_MAX) * INDENT;
        let mut bottom = self.y;
        for (at, stage) in branch.stages.iter().enumerate() {
            let (shown, silent) = legs(stage);
            if silent > 0 {
                self.y += LINE;
                self.text(x + INDENT, "small", &format!("{silent} more without rows"));
            }
            for input in shown {
                self.y += LINE;
                self.text(x + INDENT, "small", &input.role);
                self.y += 6;
                self.branch(input, depth + 1, most);
            }
            let centre = x + 14;
            if at > 0 || !stage.inputs.is_empty() {
                // Along the pipe, past whatever is read beside it.
                let from = bottom;
                self.body
                    .push_str(&format!("<path class=\"line\" d=\"M{centre} {from}V{}m-4 -6l4 6l4 -6\"/>\n", self.y));
            }
            bottom = self.y + BOX_HEIGHT;
            self.stage(stage, x, most);
        }
    }

    fn stage(&mut self, stage: &Stage, x: usize, most: u64) {
        let class = if stage.rows == Some(0) { "box none" } else { "box" };
        let y = self.y;
        self.body.push_str(&format!(
            "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"5\"/>\n",
            escaped(&stage.text)
        ));
        self.y = y + 20;
        self.text(x + 28, "text", &cut(&spell_controls(&stage.text), BOX_CHARS - 8));
        self.y = y + 37;
        let columns = format!("{} columns", stage.columns.len());
        let time = stage.time.map(|time| format!(", {}", duration(time))).unwrap_or_default();
        self.text(x + 28, "small", &format!("{columns}{time}"));
        if let Some(rows) = stage.rows {
            let width = bar(rows, most);
            let left = x + BOX_WIDTH + 10;
            self.body.push_str(&format!(
                "<rect class=\"bar\" x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"10\"/>\n",
                y + 27
            ));
            self.y = y + 20;
            self.text(left, "text", &figures(rows));
        }
        self.body.push_str("</g>\n");
        self.y = y + BOX_HEIGHT;
        for miss in stage.misses.iter().take(MISSES_MAX) {
            self.y += LINE;
            self.text(x + 28, "miss", &cut(&identity(miss), LINE_CHARS));
            for condition in miss.stopped.iter().filter(|condition| !condition.is_later) {
                self.y += LINE;
                self.text(x + 44, "miss", &cut(&stopped(condition, LINE_CHARS / 2), LINE_CHARS));
            }
        }
        self.y += GAP;
    }

    fn text(&mut self, x: usize, class: &str, text: &str) {
        let y = self.y;
        self.body.push_str(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>\n", escaped(text)));
    }
}

/// The length of the bar: by the logarithm, so that ten rows can be seen beside a million.
fn bar(rows: u64, most: u64) -> usize {
    if rows == 0 || most == 0 {
        return 0;
    }
    let share = ((rows + 1) as f64).ln() / ((most + 1) as f64).ln();
    ((share * BAR_WIDTH as f64).round() as usize).clamp(2, BAR_WIDTH)
}

/// Text for XML: what is markup is written as a reference, and what XML 1.0 cannot hold is spelled.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for found in spell_controls(text).chars() {
        match found {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("a < b & \"c\"\u{0}"), "a &lt; b &amp; &quot;c&quot;\\u{0}");
    }

    /// ln 2 / ln 8 = 1/3.
    #[test]
    fn bars_tell_the_logarithm() {
        assert_eq!((bar(0, 10), bar(7, 7), bar(1, 7)), (0, BAR_WIDTH, BAR_WIDTH / 3));
    }
}
