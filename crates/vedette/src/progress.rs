//! A bar on stderr for work that takes a while, only when a person is watching.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

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

/// Work that is done sooner shows no bar: it would only flicker.
const SILENCE: Duration = Duration::from_millis(500);

/// A bar that appears when the work turns out to take a while.
pub(crate) struct Bar {
    bar: ProgressBar,
    started: Instant,
    /// Still to be shown; false once it is, and from the start when nobody watches.
    is_waiting: AtomicBool,
}

impl Bar {
    /// A bar from 0 to `total`; clear it with [`Bar::clear`] before saying anything else.
    pub(crate) fn new(console: &Console, doing: &'static str, total: usize, unit: Unit) -> Self {
        let template = match unit {
            Unit::Bytes => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} eta {eta}",
            Unit::Items => "{msg} {wide_bar} {pos}/{len} {per_sec} eta {eta}",
        };
        let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(doing);
        Self { bar, started: Instant::now(), is_waiting: AtomicBool::new(console.is_watched) }
    }

    /// So much of so much is done.
    pub(crate) fn reach(&self, done: u64, total: u64) {
        if self.started.elapsed() > SILENCE && self.is_waiting.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.bar.length() != Some(total) {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    /// One more item is done.
    pub(crate) fn step(&self) {
        self.reach(self.bar.position() + 1, self.bar.length().unwrap_or_default());
    }

    /// Does something that may write to stderr, the bar out of its way.
    pub(crate) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.bar.suspend(say)
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
