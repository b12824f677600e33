//! E-mail as an outbox: a row is written with the notice that it tells of, claimed when it is due, and composed
//! only then, from what its person may see at that moment. A server that is killed between sending and saying
//! so sends it once more, under the same Message-ID; nothing is lost.

use app::{
    model::{
        MailId, Moment, PersonId, Zone,
        notice::{MailState, NoticeLine, NoticeWay},
    },
    policy::Viewer,
};

use super::{
    Act, Result, Room, notice,
    store::{
        self,
        mail::{MailRow, QuietRow},
    },
};
use crate::clock::{rest, stopwatch};

mod letter;

pub use letter::Letter;

/// Seconds for which a claimed e-mail is left to the one who claimed it.
const LEASE: i64 = 120;
/// E-mails claimed at a time.
const CLAIMED: i64 = 20;
/// Seconds before the second try; each further wait is twice as long, at most [`LONGEST`].
const FIRST_WAIT: i64 = 30;
const LONGEST: i64 = 3_600;
/// Days for which it is remembered what became of one.
const KEPT_DAYS: i64 = 31;
const DAY: i64 = 86_400;
/// When shifts change in a period that is longer than a day, in seconds of the day of its zone.
const SHIFTS_CHANGE: &[i64] = &[6 * 3_600, 18 * 3_600];

/// The e-mail that tells of a notice; none where the person does not want one, or the room sends none.
pub(super) async fn enqueue(
    act: &mut Act,
    person: PersonId,
    way: NoticeWay,
    at: Moment,
) -> Result<Option<MailId>> {
    if !act.room.sends_mail() || !matches!(way, NoticeWay::Digest | NoticeWay::Email) {
        return Ok(None);
    }
    let shift = match way {
        NoticeWay::Digest => Some(end_of_shift(&act.room, at)),
        _ => None,
    };
    let quiet = store::mail::find_quiet(&mut act.tx, person).await?;
    let held = quiet.and_then(|quiet| end_of_quiet(&quiet, shift.unwrap_or(at)));
    let gathers = held.or(shift);
    if let Some(due) = gathers
        && let Some(known) = store::mail::find_gathering(&mut act.tx, person, due).await?
    {
        return Ok(Some(known));
    }
    let id = MailId(act.room.ids.uuid());
    let (due_at, gathers) = (gathers.unwrap_or(at), gathers.is_some());
    store::mail::add(&mut act.tx, &MailRow { id, person_id: person, gathers, due_at, tries: 0 }).await?;
    Ok(Some(id))
}

/// The end of the shift that runs; while no period does, the next six o'clock in the morning of the room. A period of a
/// day or less is one shift; a longer one goes on for weeks, and whoever is on duty in it changes twice a day.
fn end_of_shift(room: &Room, at: Moment) -> Moment {
    let reference = room.reference();
    let Some(period) = reference.period(at) else { return next(&room.zone(), at, &SHIFTS_CHANGE[..1]) };
    if period.to.since(period.from) <= DAY {
        return period.to;
    }
    let zone = crate::page::zone(&period.zone).unwrap_or_else(|| room.zone());
    period.to.min(next(&zone, at, SHIFTS_CHANGE))
}

/// The next of these times of the day in a zone, also where its clocks are changed before. On the whole second, so that
/// all that waits for it meets in one e-mail.
fn next(zone: &Zone, at: Moment, times: &[i64]) -> Moment {
    let now = of_day(zone, at);
    let wait = |time: &i64| match (time - now).rem_euclid(DAY) {
        0 => DAY,
        wait => wait,
    };
    let found = Moment::from_seconds(at.seconds()).plus_seconds(times.iter().map(wait).min().unwrap_or(DAY));
    found.plus_seconds(i64::from(zone.offset(at)) - i64::from(zone.offset(found)))
}

/// When the quiet hours end that this moment lies in; none outside of them.
fn end_of_quiet(quiet: &QuietRow, at: Moment) -> Option<Moment> {
    let zone = crate::page::zone(&quiet.zone)?;
    let (now, from, to) = (of_day(&zone, at), quiet.from_minute * 60, quiet.to_minute * 60);
    let inside = if from < to { (from..to).contains(&now) } else { now >= from || now < to };
    // Counted from the whole second, so that all that is held until then meets in one e-mail.
    inside.then(|| Moment::from_seconds(at.seconds()).plus_seconds((to - now).rem_euclid(DAY)))
}

/// Seconds since midnight in a zone.
fn of_day(zone: &Zone, at: Moment) -> i64 {
    (at.seconds() + i64::from(zone.offset(at))).rem_euclid(DAY)
}

/// An e-mail that this process sends now.
#[derive(Debug)]
pub struct Claimed {
    row: MailRow,
}

/// Takes those that are due, for a while: who claims one and dies leaves it to the next.
pub async fn claim(room: &Room) -> Result<Vec<Claimed>> {
    if store::mail::next_due(&room.db).await?.is_none_or(|due| due > room.now()) {
        return Ok(vec![]);
    }
    let mut act = room.begin_own("mail").await?;
    let now = act.now();
    let mut rows = store::mail::list_due(&mut act.tx, now, CLAIMED).await?;
    for row in &mut rows {
        row.tries += 1;
        store::mail::set_due(&mut act.tx, row.id, now.plus_seconds(LEASE), row.tries).await?;
    }
    act.commit_own().await?;
    Ok(rows.into_iter().map(|row| Claimed { row }).collect())
}

/// What it says, from what its person may see now; none when nothing is left to say, or nobody to say it to.
pub async fn compose(room: &Room, claimed: &Claimed, origin: &str) -> Result<Option<Letter>> {
    let row = &claimed.row;
    let directory = room.directory();
    let viewer: Option<Viewer> = directory.viewer(row.person_id);
    let (Some(viewer), Some(person)) = (viewer, directory.person(row.person_id)) else { return Ok(None) };
    let lines: Vec<NoticeLine> = notice::list_of_mail(room, &viewer, row.id).await?.into_inner();
    let id = room.seal.mac(b"mail", &[row.id.0.as_bytes()]);
    let id: String = id.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Letter::of(&lines, row.gathers, origin).map(|letter| Letter {
        id,
        to: person.email.clone(),
        ..letter
    }))
}

/// How the sending went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// Nothing was left to say.
    Dropped,
    /// To be tried again, if it has not been tried too often.
    Deferred,
    /// The other side will never take it.
    Refused,
}

/// Writes down what became of it. Returns the state that it is in now.
pub async fn settle(room: &Room, claimed: &Claimed, outcome: Outcome, most_tries: i64) -> Result<MailState> {
    let row = &claimed.row;
    let mut act = room.begin_own("mail").await?;
    let now = act.now();
    let state = match outcome {
        Outcome::Sent => MailState::Sent,
        Outcome::Dropped => MailState::Dropped,
        Outcome::Refused => MailState::Failed,
        Outcome::Deferred if row.tries >= most_tries => MailState::Failed,
        Outcome::Deferred => MailState::Waiting,
    };
    if state == MailState::Waiting {
        let doublings = u32::try_from(row.tries - 1).unwrap_or(0).min(10);
        let wait = (FIRST_WAIT << doublings).min(LONGEST);
        store::mail::set_due(&mut act.tx, row.id, now.plus_seconds(wait), row.tries).await?;
    } else {
        store::mail::set_ended(&mut act.tx, row.id, state, now).await?;
    }
    act.commit_own().await?;
    Ok(state)
}

/// How many wait, counted to ten thousand.
pub async fn waiting(room: &Room) -> Result<i64> {
    Ok(store::mail::count_waiting(&room.db, 10_000).await?)
}

/// Forgets what became of old ones.
pub async fn tidy(room: &Room) -> Result<()> {
    loop {
        let began = stopwatch();
        let mut act = room.begin_own("mail").await?;
        let before = act.now().plus_seconds(-KEPT_DAYS * DAY);
        let removed = store::mail::remove_before(&mut act.tx, before, 500).await?;
        act.commit_own().await?;
        if removed < 500 {
            return Ok(());
        }
        rest(began).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: i64, to: i64) -> QuietRow {
        QuietRow { from_minute: from * 60, to_minute: to * 60, zone: "America/New_York".into() }
    }

    #[test]
    fn shifts_change_by_the_clock_on_the_wall_also_when_it_is_set_back() {
        let eastern = crate::reference::eastern();
        let after = |at: i64| next(&eastern, Moment::from_seconds(at), SHIFTS_CHANGE).seconds() - at;
        // 23:00 Eastern of 30 October 2020, of 31 October (the night has an hour more), and six o'clock itself.
        assert_eq!(after(1_604_113_200), 7 * 3_600);
        assert_eq!(after(1_604_199_600), 8 * 3_600);
        assert_eq!(after(1_604_113_200 + 7 * 3_600), 12 * 3_600);
    }

    #[test]
    fn quiet_hours_end_where_their_zone_says_so_also_over_midnight() {
        // 19:18 Eastern.
        let at = Moment::from_seconds(1_604_449_080);
        let after = |row: QuietRow| end_of_quiet(&row, at).map(|end| end.since(at));
        assert_eq!(after(quiet(22, 6)), None);
        assert_eq!(after(quiet(19, 20)), Some(42 * 60));
        assert_eq!(after(quiet(19, 6)), Some(10 * 3_600 + 42 * 60));
        assert_eq!(after(quiet(18, 19)), None);
        let utc = QuietRow { zone: "UTC".into(), ..quiet(0, 1) };
        assert_eq!(end_of_quiet(&utc, at).map(|end| end.since(at)), Some(42 * 60), "00:18 in UTC");
    }
}
