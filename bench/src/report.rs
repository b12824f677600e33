//! What was measured, as lines: a value, what was promised, and whether it holds.

use std::time::Duration;

/// Lines on standard output, and how many promises were missed.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) missed: usize,
}

impl Report {
    pub(crate) fn title(&self, text: &str) {
        println!("\n{text}");
    }
    /// A figure without a promise.
    pub(crate) fn note(&self, name: &str, value: &str) {
        println!("  {name:<44} {value}");
    }
    /// A figure and whether it keeps `promise`.
    pub(crate) fn verdict(&mut self, name: &str, value: &str, promise: &str, holds: bool) {
        let word = if holds { "ok" } else { "MISSED" };
        self.missed += usize::from(!holds);
        println!("  {name:<44} {value:<40} {word} (promised: {promise})");
    }
}

/// Times of one thing, sorted when asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, more: impl IntoIterator<Item = Duration>) {
        self.0.extend(more);
        self.0.sort_unstable();
    }
    pub(crate) fn each(&self) -> Vec<Duration> {
        self.0.clone()
    }
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
    /// Milliseconds below which `percent` of them lie; 0 where there are none.
    pub(crate) fn at(&self, percent: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * percent / 100.0).round() as usize;
        self.0.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
    pub(crate) fn words(&self) -> String {
        format!("p50 {:.2}  p95 {:.2}  p99 {:.2} ms", self.at(50.0), self.at(95.0), self.at(99.0))
    }
}
