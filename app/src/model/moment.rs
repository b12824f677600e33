//! Instants (UTC microseconds) and the zones in which people read them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z. The only time in types and store; a zone is added on screen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
pub struct Moment(pub i64);

/// A date and time of day as a clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub micro: u32,
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400;

impl Moment {
    /// Later than everything: the due time of a clock that never rings.
    pub const NEVER: Self = Self(i64::MAX);

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * SECOND)
    }
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }
    /// Seconds from `earlier` to here; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(SECOND)
    }

    /// Date and time in UTC (days-from-civil of Howard Hinnant's `chrono` paper).
    pub fn civil(self) -> Civil {
        let seconds = self.seconds();
        let (days, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Civil {
            year: yoe + era * 400 + i64::from(month <= 2),
            month: month as u32,
            day: (doy - (153 * mp + 2) / 5 + 1) as u32,
            hour: (of_day / 3600) as u32,
            minute: (of_day / 60 % 60) as u32,
            second: (of_day % 60) as u32,
            micro: self.0.rem_euclid(SECOND) as u32,
        }
    }

    /// The instant of a date and time in UTC; none when there is no such date.
    pub fn from_civil(c: Civil) -> Option<Self> {
        let leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
        let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let length = *lengths.get(c.month.checked_sub(1)? as usize)?;
        if c.day == 0 || c.day > length || c.hour > 23 || c.minute > 59 || c.second > 59 {
            return None;
        }
        if !(1900..=2200).contains(&c.year) {
            return None;
        }
        let year = if c.month <= 2 { c.year - 1 } else { c.year };
        let (era, yoe) = (year.div_euclid(400), year.rem_euclid(400));
        let mp = i64::from((c.month + 9) % 12);
        let doy = (153 * mp + 2) / 5 + i64::from(c.day) - 1;
        let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
        let seconds = days * DAY + i64::from(c.hour * 3600 + c.minute * 60 + c.second);
        Some(Self(seconds * SECOND + i64::from(c.micro)))
    }
}

/// RFC 3339 in UTC with microseconds: `2020-11-03T23:52:00.000000Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second, c.micro
        )
    }
}
impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// RFC 3339 with `Z` or a numeric offset; up to nine digits of fraction, kept to the microsecond.
impl FromStr for Moment {
    type Err = super::input::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_rfc3339(text).ok_or(super::input::UnknownWord)
    }
}

fn parse_rfc3339(text: &str) -> Option<Moment> {
    if !text.is_ascii() || text.len() < 20 {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let bytes = text.as_bytes();
    let shape = bytes[4] == b'-' && bytes[7] == b'-' && matches!(bytes[10], b'T' | b't' | b' ');
    if !shape || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let (mut micro, mut rest) = (0, &text[19..]);
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit())?;
        if end == 0 || end > 9 {
            return None;
        }
        micro = format!("{:0<6.6}", &fraction[..end]).parse().ok()?;
        rest = &fraction[end..];
    }
    let offset = match rest {
        "Z" | "z" => 0,
        _ if rest.len() == 6 && rest.as_bytes()[3] == b':' => {
            let sign = match rest.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let at = text.len() - 6;
            let (hours, minutes) = (number(at + 1..at + 3)?, number(at + 4..at + 6)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * i64::from(hours * 3600 + minutes * 60)
        }
        _ => return None,
    };
    let civil = Civil {
        year: i64::from(number(0..4)?),
        month: number(5..7)?,
        day: number(8..10)?,
        hour: number(11..13)?,
        minute: number(14..16)?,
        second: number(17..19)?,
        micro,
    };
    Moment::from_civil(civil).map(|moment| moment.plus_seconds(-offset))
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| serde::de::Error::custom("expected an RFC 3339 time such as 2020-11-03T23:52:00Z"))
    }
}

/// A zone as a short list of offsets, so that the browser needs no zone database of its own.
///
/// `offsets` holds (from this UTC second on, seconds east of UTC), ascending; the first also serves all
/// earlier moments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// What stands behind a time on screen: `ET`, `UTC`.
    pub label: String,
    /// IANA name: `America/New_York`.
    pub name: String,
    pub offsets: Vec<(i64, i32)>,
}

impl Zone {
    pub fn utc() -> Self {
        Self { label: "UTC".into(), name: "UTC".into(), offsets: vec![(i64::MIN, 0)] }
    }
    /// Seconds east of UTC at this moment.
    pub fn offset(&self, at: Moment) -> i32 {
        let seconds = at.seconds();
        let later = self.offsets.iter().rev().find(|(from, _)| *from <= seconds);
        later.or(self.offsets.first()).map_or(0, |(_, offset)| *offset)
    }
    pub fn civil(&self, at: Moment) -> Civil {
        at.plus_seconds(i64::from(self.offset(at))).civil()
    }
    /// The instant at which a clock in this zone shows this; none when there is no such date. Of an hour
    /// that a change of the clocks repeats, the earlier one.
    pub fn moment(&self, civil: Civil) -> Option<Moment> {
        let shown = Moment::from_civil(civil)?;
        let offsets = self.offsets.iter().map(|(_, offset)| i64::from(*offset));
        offsets
            .map(|offset| shown.plus_seconds(-offset))
            .filter(|moment| self.civil(*moment) == civil)
            .min()
            // An hour that is skipped: as the clocks stood before.
            .or_else(|| Some(shown.plus_seconds(-i64::from(self.offset(shown)))))
    }
    /// `19:18`
    pub fn hm(&self, at: Moment) -> String {
        let c = self.civil(at);
        format!("{:02}:{:02}", c.hour, c.minute)
    }
    /// `19:18:24`
    pub fn hms(&self, at: Moment) -> String {
        let c = self.civil(at);
        format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)
    }
    /// `3 Nov 2020`
    pub fn date(&self, at: Moment) -> String {
        let c = self.civil(at);
        format!("{} {} {}", c.day, month_name(c.month), c.year)
    }
    /// `3 Nov`
    pub fn day(&self, at: Moment) -> String {
        let c = self.civil(at);
        format!("{} {}", c.day, month_name(c.month))
    }
    /// `19:18` on the day of `now`, else `3 Nov 19:18`.
    pub fn near(&self, at: Moment, now: Moment) -> String {
        let (a, n) = (self.civil(at), self.civil(now));
        if (a.year, a.month, a.day) == (n.year, n.month, n.day) {
            self.hm(at)
        } else {
            format!("{} {}", self.day(at), self.hm(at))
        }
    }
    /// With zone, for titles and screen readers: `3 Nov 2020 19:18:24 ET`.
    pub fn full(&self, at: Moment) -> String {
        format!("{} {} {}", self.date(at), self.hms(at), self.label)
    }
}

fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[(month.clamp(1, 12) - 1) as usize]
}

/// A length of time as people say it: `18s`, `14m`, `1h 07m`, `3d 4h`.
pub fn span(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        0..60 => format!("{s}s"),
        60..3600 => format!("{}m", s / 60),
        3600..86_400 => format!("{}h {:02}m", s / 3600, s / 60 % 60),
        _ => format!("{}d {}h", s / DAY, s / 3600 % 24),
    }
}

/// A length as it was set, without empty parts: `15m`, `4h`, `1h 30m`, `2d`.
pub fn duration(seconds: i64) -> String {
    let s = seconds.max(0);
    let parts = [(s / DAY, 'd'), (s / 3600 % 24, 'h'), (s / 60 % 60, 'm'), (s % 60, 's')];
    let words: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if words.is_empty() { "0s".into() } else { words.join(" ") }
}
