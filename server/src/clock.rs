//! The clock and the ids, injected: the only home of `now` and of random ids.
#![expect(clippy::disallowed_methods, reason = "this is the home of clock and ids")]

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use app::model::Moment;
use uuid::Uuid;

/// Where the time comes from. Runs with the machine's monotonic clock from the moment of the start, so
/// that a wall clock that jumps neither reorders entries nor lengthens a session.
#[derive(Clone, Debug)]
pub enum Clock {
    Running {
        base: Moment,
        since: Instant,
    },
    /// Stands still until it is set: tests and the replay of the demo room.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// The wall clock's time, but never earlier than `not_before` (the newest row of the journal).
    pub fn system(not_before: Moment) -> Self {
        Self::Running { base: wall().max(not_before), since: Instant::now() }
    }
    /// A clock that shows `now` at this moment and runs on from there.
    pub fn starting_at(now: Moment) -> Self {
        Self::Running { base: now, since: Instant::now() }
    }
    pub fn standing_at(now: Moment) -> Self {
        Self::Standing(Arc::new(AtomicI64::new(now.0)))
    }
    pub fn now(&self) -> Moment {
        match self {
            Self::Running { base, since } => {
                Moment(base.0 + i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX / 2))
            }
            Self::Standing(at) => Moment(at.load(Ordering::SeqCst)),
        }
    }
    /// Sets a standing clock; a running one cannot be set.
    pub fn set(&self, now: Moment) {
        if let Self::Standing(at) = self {
            at.store(now.0, Ordering::SeqCst);
        }
    }
    pub fn advance(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

/// The machine's wall clock.
pub fn wall() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A stopwatch for durations in logs and metrics.
pub fn stopwatch() -> Instant {
    Instant::now()
}

/// Rests after a step of long work that nobody waits for, so that it has a fiftieth of the time: whoever waits for
/// a page goes first. With a tenth, the walk of a cycle's chain was felt on each page for a minute.
pub async fn rest(began: Instant) {
    tokio::time::sleep(began.elapsed() * 49).await;
}

/// Where ids, salts and incident numbers come from.
#[derive(Clone, Debug)]
pub enum Ids {
    /// The operating system's randomness.
    Random,
    /// Reproducible: the demo room. Never for a room with real content.
    Seeded(Arc<Mutex<u64>>),
}

impl Ids {
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(seed)))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match self {
            // Without randomness neither ids nor secrets can be made: nothing sensible is left to do.
            Self::Random => getrandom::fill(&mut out).expect("the operating system gives random bytes"),
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(8) {
                    let word = split_mix(&mut state).to_le_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
            }
        }
        out
    }

    /// A random UUID (version 4): in an answer it tells nothing, not even an order.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A number below `bound`, evenly.
    pub fn below(&self, bound: u32) -> u32 {
        let wide = u128::from(u64::from_le_bytes(self.bytes()));
        ((wide * u128::from(bound)) >> 64) as u32
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    /// A minute after the start it is a minute later, whatever the wall clock says by then: here it is off by years.
    #[test]
    fn a_running_clock_goes_with_the_monotonic_clock_and_not_with_the_wall() {
        let minute = Duration::from_secs(60);
        // No machine builds and runs this within the first minute after it was switched on.
        let since = Instant::now().checked_sub(minute).expect("the machine has run for a minute");
        for base in [Moment(0), wall(), wall().plus_seconds(50_000 * HOUR)] {
            let clock = Clock::Running { base, since };
            let (one, two) = (clock.now(), clock.now());
            assert!(one >= base.plus_seconds(60) && one < base.plus_seconds(HOUR), "{base} {one}");
            assert!(two >= one, "never backwards");
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_back_starts_no_room_before_its_newest_row() {
        let newest = wall().plus_seconds(HOUR);
        assert!(Clock::system(newest).now() >= newest);
        assert!(Clock::system(Moment(0)).now() >= newest.plus_seconds(-2 * HOUR));
    }
}
