//! Breaks lines: a group that fits on what is left of the line stays on it, one that does not breaks where it may.
//!
//! One pass over the tokens; whether a group fits is told by sums of widths, so a long text costs no more than its length.

use super::marks::{Break, Indent, Marks, When};
use super::spacing::Flat;
use super::{Comment, Source, Trivia};
use crate::token::TokenKind;

/// Lines are at most so wide, where they can break.
const WIDTH: usize = 120;

/// One step of indentation.
const STEP: usize = 4;

/// Writes the text anew.
pub(super) fn layout(source: &Source, marks: &Marks) -> String {
    let mut layout = Layout {
        source,
        marks,
        widths: Widths::new(source, marks),
        out: String::new(),
        column: 0,
        line_indent: 0,
        open: vec![],
    };
    let mut groups: Vec<usize> = (0..marks.groups.len()).collect();
    // Outer groups open first; of two over the same tokens the one made first is the outer.
    groups.sort_by_key(|group| marks.groups.get(*group).map(|tokens| (tokens.start, std::cmp::Reverse(tokens.end))));
    let mut groups = groups.into_iter().peekable();
    for token in 0..source.tokens.len() {
        layout.close_groups(token);
        layout.gap(token);
        while let Some(group) =
            groups.next_if(|group| marks.groups.get(*group).is_some_and(|tokens| tokens.start <= token))
        {
            layout.open_group(group);
        }
        layout.write(source.text_of(token));
    }
    layout.end();
    layout.out
}

/// A group that the layout is inside of.
struct Opened {
    group: usize,
    end: usize,
    is_broken: bool,
    /// Indentation around it and inside it.
    same: usize,
    inside: usize,
}

struct Layout<'a> {
    source: &'a Source<'a>,
    marks: &'a Marks,
    widths: Widths,
    out: String,
    column: usize,
    /// How far the line is indented.
    line_indent: usize,
    open: Vec<Opened>,
}

impl Layout<'_> {
    fn close_groups(&mut self, token: usize) {
        while self.open.last().is_some_and(|opened| opened.end <= token) {
            self.open.pop();
        }
    }

    fn open_group(&mut self, group: usize) {
        let Some(tokens) = self.marks.groups.get(group) else { return };
        let same = self.indent();
        let is_broken = !self.widths.fits(tokens.start, tokens.end, self.column);
        self.open.push(Opened { group, end: tokens.end, is_broken, same, inside: same + STEP });
    }

    /// Inside the innermost group that is broken. The outermost group is the text, whose lines are not indented.
    fn indent(&self) -> usize {
        self.open
            .iter()
            .rfind(|opened| opened.is_broken && self.indents(opened.group))
            .map_or(0, |opened| opened.inside)
    }

    /// A group whose breaks all stay at its own level indents nothing: a pipe, the statements.
    fn indents(&self, group: usize) -> bool {
        self.widths.indents.get(group).copied().unwrap_or(false)
    }

    fn gap(&mut self, token: usize) {
        let found = self.marks.breaks.get(token).copied().flatten();
        let Some(trivia) = self.source.gaps.get(token) else { return };
        let flat = self.marks.flat.get(token).copied().unwrap_or(Flat::Space);
        if flat == Flat::Verbatim {
            self.write(trivia.text);
            return;
        }
        let keeps_blank_lines = self.marks.statements.get(token).copied().unwrap_or(false);
        if !trivia.comments.is_empty() {
            // Where no line was to begin, what follows the comment goes on with the line before it.
            let continued = match self.indent() {
                _ if token == 0 => 0,
                indent if indent > self.line_indent => indent,
                indent => indent + STEP,
            };
            let indent = found.and_then(|found| self.indent_of(found)).unwrap_or(continued);
            self.comments(trivia, self.indent_before_closing(token, found).unwrap_or(indent), keeps_blank_lines);
            if keeps_blank_lines && trivia.blank_line {
                self.newline();
            }
            self.new_line(indent);
            return;
        }
        match found.filter(|found| self.breaks(token, *found)).and_then(|found| self.indent_of(found)) {
            Some(indent) => {
                if keeps_blank_lines && trivia.blank_line {
                    self.newline();
                }
                self.new_line(indent);
            }
            None if flat == Flat::Space && token > 0 => self.write(" "),
            None => {}
        }
    }

    /// Does the gap break?
    fn breaks(&self, token: usize, found: Break) -> bool {
        let Some(opened) = self.opened(found.group) else { return false };
        match found.when {
            When::Always => true,
            When::Full => opened.is_broken,
            When::Fill => {
                opened.is_broken
                    && !self.widths.piece_fits(self.marks, token, opened.group, opened.end, self.column + 1)
            }
        }
    }

    /// The indentation of the next line when the gap breaks.
    fn indent_of(&self, found: Break) -> Option<usize> {
        let opened = self.opened(found.group)?;
        Some(match found.indent {
            Indent::Same => opened.same,
            Indent::Inside => opened.inside,
        })
    }

    /// What stands before a closing bracket on its own line belongs to the items inside.
    fn indent_before_closing(&self, token: usize, found: Option<Break>) -> Option<usize> {
        let is_closing =
            matches!(self.source.kind(token), TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace);
        found.filter(|_| is_closing).and_then(|found| self.opened(found.group)).map(|opened| opened.inside)
    }

    fn opened(&self, group: usize) -> Option<&Opened> {
        self.open.iter().rfind(|opened| opened.group == group)
    }

    fn comments(&mut self, trivia: &Trivia, indent: usize, keeps_blank_lines: bool) {
        for Comment { text, own_line, blank_line } in &trivia.comments {
            if !*own_line {
                self.write(" ");
            } else if !self.out.is_empty() {
                if keeps_blank_lines && *blank_line {
                    self.newline();
                }
                // A directive is one only where its line begins, blanks aside.
                self.new_line(indent);
            }
            self.write(text);
        }
    }

    /// Comments after the last token, and the end of the last line.
    fn end(&mut self) {
        if let Some(trivia) = self.source.gaps.last() {
            self.comments(trivia, 0, true);
        }
        if !self.out.is_empty() {
            self.newline();
        }
    }

    fn newline(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn new_line(&mut self, indent: usize) {
        if self.out.is_empty() {
            return;
        }
        self.newline();
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.line_indent = indent;
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }
}

/// Sums of widths, so that the width of any range of tokens is one subtraction.
struct Widths {
    /// Up to each token and its gap.
    sums: Vec<usize>,
    /// How many places before each token force a line to break: comments, `Always`, line breaks in a string.
    forced: Vec<usize>,
    /// The first gap at or after each token that may break.
    next_break: Vec<usize>,
    /// Does a group's content stand one step further in?
    indents: Vec<bool>,
}

impl Widths {
    fn new(source: &Source, marks: &Marks) -> Self {
        let count = source.tokens.len();
        let mut widths = Self { sums: vec![0], forced: vec![0], next_break: vec![count; count + 1], indents: vec![] };
        let (mut sum, mut forced) = (0, 0);
        for token in 0..count {
            let gap = source.gaps.get(token);
            let gap_text = gap.map_or("", |gap| gap.text);
            let flat = marks.flat.get(token).copied().unwrap_or(Flat::Space);
            sum += match flat {
                Flat::Glue => 0,
                Flat::Space => 1,
                Flat::Verbatim => gap_text.chars().count(),
            };
            let is_verbatim_break = flat == Flat::Verbatim && gap_text.contains('\n');
            let is_always = matches!(marks.breaks.get(token), Some(Some(Break { when: When::Always, .. })));
            let has_comment = gap.is_some_and(|gap| !gap.comments.is_empty());
            forced += usize::from(is_verbatim_break || is_always || has_comment);
            let text = source.text_of(token);
            // The gap before a token is outside of what begins with it: a sum has two halves.
            widths.sums.push(sum);
            widths.forced.push(forced);
            sum += text.chars().count();
            forced += usize::from(text.contains('\n'));
            widths.sums.push(sum);
            widths.forced.push(forced);
        }
        for token in (0..count).rev() {
            let is_break = marks.breaks.get(token).is_some_and(Option::is_some);
            let next = widths.next_break.get(token + 1).copied().unwrap_or(count);
            if let Some(slot) = widths.next_break.get_mut(token) {
                *slot = if is_break { token } else { next };
            }
        }
        widths.indents = vec![false; marks.groups.len()];
        for found in marks.breaks.iter().flatten().filter(|found| found.indent == Indent::Inside) {
            if let Some(slot) = widths.indents.get_mut(found.group) {
                *slot = true;
            }
        }
        widths
    }

    /// The width from before the text of `start` to after the text of the token before `end`, and what is forced to break there.
    fn range(&self, start: usize, end: usize) -> (usize, usize) {
        let difference = |sums: &[usize]| {
            let at = |place: usize| sums.get(place).copied().unwrap_or(0);
            at(2 * end).saturating_sub(at(2 * start + 1))
        };
        (difference(&self.sums), difference(&self.forced))
    }

    /// Do the tokens fit on a line from `column`, with what follows up to where the line may break?
    fn fits(&self, start: usize, end: usize, column: usize) -> bool {
        let tail = self.next_break.get(end).copied().unwrap_or(end);
        let (_, forced) = self.range(start, end);
        let (width, _) = self.range(start, tail.max(end));
        forced == 0 && column + width <= WIDTH
    }

    /// Does the piece from `token` to the next break of its group fit?
    fn piece_fits(&self, marks: &Marks, token: usize, group: usize, end: usize, column: usize) -> bool {
        let next = (token + 1..end)
            .find(|next| matches!(marks.breaks.get(*next), Some(Some(found)) if found.group == group))
            .unwrap_or(end);
        self.fits(token, next, column)
    }
}
