//! How far has long work come? A bar on a terminal, silence elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{sync::Mutex, time::Duration};

/// Tells how far the work has come, on standard error.
pub(crate) struct Progress {
    bar: Mutex<ProgressBar>,
    verbose: bool,
}

impl Progress {
    /// A bar that shows only on a terminal.
    pub(crate) fn new(verbose: bool) -> Progress {
        Progress { bar: Mutex::new(ProgressBar::hidden()), verbose }
    }

    /// Starts a stretch of work of so many steps.
    pub(crate) fn begin(&self, what: &str, steps: usize) {
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg:>12} [{bar:30}] {pos}/{len} {elapsed}")
            .expect("the template is fixed and well formed");
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.replace(bar);
    }

    /// One step is done.
    pub(crate) fn step(&self) {
        self.bar().inc(1);
    }

    /// So many steps are done.
    pub(crate) fn steps(&self, count: usize) {
        self.bar().inc(count as u64);
    }

    /// The stretch is over.
    pub(crate) fn end(&self) {
        self.bar().finish_and_clear();
    }

    /// Says a line that only those who asked for more want to read.
    pub(crate) fn detail(&self, line: &str) {
        if self.verbose {
            self.bar().suspend(|| eprintln!("{line}"));
        }
    }

    fn replace(&self, bar: ProgressBar) {
        *self.bar.lock().expect("nothing panics while it holds the bar") = bar;
    }

    fn bar(&self) -> ProgressBar {
        self.bar.lock().expect("nothing panics while it holds the bar").clone()
    }
}
