//! Progress on standard error for anything over half a second, on a terminal only.

use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far a piece of work has come. Shows itself once the work has lasted half a second, and is gone when dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    since: Instant,
    shown: Mutex<bool>,
}

impl Progress {
    /// Begins a piece of work of `total` steps (0 when nobody knows how many); `quiet` shows nothing.
    pub(super) fn new(what: impl Into<Cow<'static, str>>, total: u64, quiet: bool) -> Self {
        let bar = if total > 0 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
        bar.set_draw_target(ProgressDrawTarget::hidden());
        let template = if total > 0 { "{msg} {bar:30} {percent:>3} %, {eta} left" } else { "{msg} {spinner}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar, since: Instant::now(), shown: Mutex::new(quiet || !io::stderr().is_terminal()) }
    }

    /// Begins a piece of work whose steps nobody counts: a sign of life, from half a second on.
    pub(super) fn unmeasured(what: impl Into<Cow<'static, str>>, quiet: bool) -> Self {
        let progress = Self::new(what, 0, true);
        if !quiet && io::stderr().is_terminal() {
            let bar = progress.bar.clone();
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                if !bar.is_finished() {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        progress
    }

    /// Says how many steps are done.
    pub(super) fn at(&self, done: u64) {
        self.bar.set_position(done);
        if self.since.elapsed() >= PATIENCE
            && let Ok(mut shown) = self.shown.lock()
            && !*shown
        {
            *shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Hears of a long work in the library, and says whether to go on: until Ctrl-C.
    pub(super) fn watch(&self, step: diglot::memory::Progress) -> bool {
        self.bar.set_length(step.total);
        self.at(step.done);
        !interrupt::asked()
    }

    /// Returns an input whose reading is the progress, a byte a step.
    pub(super) fn reading(&self, input: impl BufRead) -> impl BufRead {
        self.bar.wrap_read(input)
    }

    /// Says that `steps` more are done.
    pub(super) fn advance(&self, steps: u64) {
        self.at(self.bar.position() + steps);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
