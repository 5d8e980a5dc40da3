//! A bar on stderr for work that takes a while, only when a person is watching.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// What a bar counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// Bytes of input.
    Bytes,
    /// Queries of a batch, or rules.
    Items,
}

/// A bar from 0 to `total`; draws nothing unless a person is watching.
pub(crate) fn bar(console: &Console, doing: &'static str, total: u64, unit: Unit) -> ProgressBar {
    if !console.is_watched {
        return ProgressBar::hidden();
    }
    let template = match unit {
        Unit::Bytes => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} eta {eta}",
        Unit::Items => "{msg} {wide_bar} {pos}/{len} {per_sec} eta {eta}",
    };
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(doing);
    bar
}
