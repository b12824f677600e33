//! Who may try to sign in how often. Asked before any hashing, so that trying costs the room nothing.

use std::{net::IpAddr, num::NonZeroU32, ops::Add, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as RateClock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use super::{Error, Result};
use crate::{clock::Clock, config::SessionSettings};

/// The room's clock as the rate limiter reads it: tests can set it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(u64);

impl Add<Nanos> for Tick {
    type Output = Self;
    fn add(self, span: Nanos) -> Self {
        Self(self.0.saturating_add(span.as_u64()))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }
    fn saturating_sub(&self, span: Nanos) -> Self {
        Self(self.0.saturating_sub(span.as_u64()))
    }
}

impl RateClock for Ticks {
    type Instant = Tick;
    fn now(&self) -> Tick {
        Tick(u64::try_from(self.0.now().0).unwrap_or_default().saturating_mul(1000))
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Tick>>;

/// The lanes of sign-in. A browser that is known to the account has its own, so that nobody can lock a
/// person out by trying their address.
#[derive(Debug)]
pub struct Throttle {
    source: Limiter<IpAddr>,
    account: Limiter<[u8; 32]>,
    device: Limiter<[u8; 32]>,
    clock: Ticks,
}

/// A burst, then one per `every`.
fn quota(burst: u32, every: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let every = every.max(Duration::from_millis(1));
    Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst)
}

impl Throttle {
    pub fn new(settings: &SessionSettings, clock: Clock) -> Self {
        let clock = Ticks(clock);
        let per_source = Duration::from_secs(60) / settings.sign_in_per_minute.max(1);
        let per_account = Duration::from_secs(settings.account_every.into());
        Self {
            source: RateLimiter::dashmap_with_clock(quota(settings.sign_in_burst, per_source), clock.clone()),
            account: RateLimiter::dashmap_with_clock(
                quota(settings.account_burst, per_account),
                clock.clone(),
            ),
            device: RateLimiter::dashmap_with_clock(quota(settings.sign_in_burst, per_source), clock.clone()),
            clock,
        }
    }

    /// From a browser that this account does not know.
    pub fn unknown(&self, source: IpAddr, account: [u8; 32]) -> Result<()> {
        self.wait(self.source.check_key(&network(source)))?;
        self.wait(self.account.check_key(&account))
    }

    /// From a browser that signed in to this account before; `device` names the two together.
    pub fn known(&self, device: [u8; 32]) -> Result<()> {
        self.wait(self.device.check_key(&device))
    }

    fn wait(&self, answer: std::result::Result<(), governor::NotUntil<Tick>>) -> Result<()> {
        answer.map_err(|until| {
            let seconds = until.wait_time_from(self.clock.now()).as_secs_f64().ceil();
            Error::TooMany { retry_after: (seconds as i64).max(1) }
        })
    }

    /// Forgets who has not tried for a while.
    pub fn tidy(&self) {
        self.source.retain_recent();
        self.account.retain_recent();
        self.device.retain_recent();
    }
}

/// One IPv6 customer has 2^64 addresses: the network counts as one source.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use app::model::Moment;

    use super::*;
    use crate::config::Config;

    fn throttle() -> (Throttle, Clock) {
        let clock = Clock::standing_at(Moment::from_seconds(1_604_449_080));
        let words: [&str; 0] = [];
        let settings = Config::from_words(words).expect("defaults parse").session;
        (Throttle::new(&settings, clock.clone()), clock)
    }

    #[test]
    fn a_source_has_ten_tries_then_ten_a_minute() {
        let (throttle, clock) = throttle();
        let source: IpAddr = [192, 0, 2, 1].into();
        for n in 0..10 {
            assert!(throttle.unknown(source, [n; 32]).is_ok(), "try {n}");
        }
        assert!(matches!(throttle.unknown(source, [99; 32]), Err(Error::TooMany { retry_after: 6 })));
        clock.advance(6);
        assert!(throttle.unknown(source, [99; 32]).is_ok());
        assert!(throttle.unknown([192, 0, 2, 2].into(), [98; 32]).is_ok());
    }

    #[test]
    fn an_account_under_attack_stays_open_to_its_own_browsers() {
        let (throttle, clock) = throttle();
        for n in 0..10 {
            assert!(throttle.unknown([192, 0, 2, n].into(), [7; 32]).is_ok());
        }
        assert!(matches!(
            throttle.unknown([192, 0, 2, 77].into(), [7; 32]),
            Err(Error::TooMany { retry_after: 30 })
        ));
        assert!(throttle.known([1; 32]).is_ok());
        clock.advance(30);
        assert!(throttle.unknown([192, 0, 2, 78].into(), [7; 32]).is_ok());
    }

    #[test]
    fn one_ipv6_network_is_one_source() {
        let one: IpAddr = "2001:db8::1".parse().expect("an address");
        let two: IpAddr = "2001:db8::ffff:2".parse().expect("an address");
        assert_eq!(network(one), network(two));
        assert_ne!(network(one), network("2001:db8:0:1::1".parse().expect("an address")));
    }
}
