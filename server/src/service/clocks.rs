//! The clocks of an incident: when they are due, when they stand still, and the watch that notes a breach.

use app::model::{ClockKind, EntryId, Moment, Severity, entry::EntryKind, incident::Status};

use super::{
    Result, Room,
    entry::NewEntry,
    store::{self, incident::IncidentRow},
};

/// Due times of a severity's targets, each counted from the start of its clock and under the profile of the period in
/// which that started: another severity is another target, and no other period.
pub(crate) fn set_targets(room: &Room, row: &mut IncidentRow, severity: Severity) {
    let due = |kind, from, percent| due(room, severity, kind, from, percent);
    row.acknowledge_due = due(ClockKind::Acknowledge, row.acknowledge_from, row.target_percent);
    row.update_due = due(ClockKind::Update, row.update_from, row.update_percent);
    row.contain_due = due(ClockKind::Contain, row.contain_from, row.target_percent);
}

fn due(room: &Room, severity: Severity, kind: ClockKind, from: Moment, percent: i64) -> Option<Moment> {
    let reference = room.reference();
    let seconds = reference.target(severity).and_then(|target| target.seconds(kind, percent));
    seconds.map(|seconds| from.plus_seconds(seconds))
}

/// Starts the update clock anew, with the profile of the period that runs at `now`.
pub(crate) fn restart_update(room: &Room, row: &mut IncidentRow, now: Moment) {
    (row.update_from, row.update_percent) = (now, room.reference().percent(now));
    row.update_due = due(room, row.severity, ClockKind::Update, now, row.update_percent);
}

/// Starts every clock anew, with the profile of the period that runs at `now`: an incident that is reopened
/// is not past its targets because it was closed for long.
pub(crate) fn restart(room: &Room, row: &mut IncidentRow, now: Moment) {
    let percent = room.reference().percent(now);
    (row.target_percent, row.update_percent) = (percent, percent);
    (row.acknowledge_from, row.contain_from, row.update_from) = (now, now, now);
    set_targets(room, row, row.severity);
}

/// Moves every clock that ran when the hold began, which ends at `now`, by its length. A target that was met or past by
/// then stays: a breach is noted under its due time, once.
pub(crate) fn resume(row: &mut IncidentRow, now: Moment) {
    let Some(since) = row.hold_since.take() else { return };
    (row.hold_reason, row.hold_review_at) = (None, None);
    let paused = now.0 - since.0;
    let later = |from: &mut Moment, due: &mut Option<Moment>, met: Option<Moment>| {
        if met.is_none() && due.is_none_or(|due| due > since) {
            *from = Moment(from.0 + paused);
            *due = due.map(|due| Moment(due.0 + paused));
        }
    };
    later(&mut row.acknowledge_from, &mut row.acknowledge_due, row.acknowledged_at);
    later(&mut row.contain_from, &mut row.contain_due, row.contained_at);
    later(&mut row.update_from, &mut row.update_due, None);
}

/// Clocks that run: not met, not on hold, the incident open and not yet resolved.
fn running(row: &IncidentRow) -> Vec<(ClockKind, Moment)> {
    if row.hold_since.is_some() || !row.status.is_open() || row.status == Status::Resolved {
        return vec![];
    }
    let unmet =
        |kind, due: Option<Moment>, met: Option<Moment>| due.filter(|_| met.is_none()).map(|due| (kind, due));
    [
        unmet(ClockKind::Acknowledge, row.acknowledge_due, row.acknowledged_at),
        unmet(ClockKind::Update, row.update_due, None),
        unmet(ClockKind::Contain, row.contain_due, row.contained_at),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Derives the columns that the board and the watch are ordered by. After a change every running clock is
/// watched again; a breach that was noted is not noted twice.
pub(crate) fn settle(row: &mut IncidentRow) {
    row.severity_rank = row.severity.rank();
    row.status_rank = row.status.rank();
    row.is_open = row.status.is_open();
    row.next_due = running(row).into_iter().map(|(_, due)| due).min().unwrap_or(Moment::NEVER);
    row.watch_due = row.next_due;
}

/// When the next target passes that is not yet noted; none while no clock runs.
pub async fn next_due(room: &Room) -> Result<Option<Moment>> {
    Ok(store::incident::next_watch(&room.db).await?.filter(|due| *due != Moment::NEVER))
}

/// Notes every target that passed since the last look, each as one entry of the journal, written once.
/// Returns how many were noted.
pub async fn note_breaches(room: &Room) -> Result<usize> {
    let mut noted = 0;
    loop {
        let found = note_some(room).await?;
        noted += found.1;
        if !found.0 {
            return Ok(noted);
        }
    }
}

/// At most 50 incidents a transaction, so that nobody waits long for the writer's turn.
async fn note_some(room: &Room) -> Result<(bool, usize)> {
    // The cheap question first: almost always nothing is due, and then no write is begun.
    if store::incident::next_watch(&room.db).await?.is_none_or(|due| due > room.now()) {
        return Ok((false, 0));
    }
    let mut act = room.begin_own("clocks").await?;
    let now = act.now();
    let due = store::incident::list_due(&mut act.tx, now, 50).await?;
    let more = due.len() == 50;
    let mut noted = 0;
    for row in due {
        let clocks = running(&row);
        for (kind, due) in clocks.iter().filter(|(_, due)| *due <= now) {
            if store::incident::add_breach(&mut act.tx, row.id, *kind, *due, now).await? {
                let entry = NewEntry {
                    field: Some("breach".into()),
                    new_value: Some(kind.label().into()),
                    happened_at: Some(*due),
                    ..NewEntry::of(EntryKind::System, row.tlp)
                };
                let named = store::incident::list_named(&mut act.tx, row.id.0).await?;
                let id = EntryId(room.ids.uuid());
                act.append(row.id, id, NewEntry { named, ..entry }, "breached").await?;
                noted += 1;
            }
        }
        let watch = clocks.iter().map(|(_, due)| *due).filter(|due| *due > now).min();
        store::incident::set_watch(&mut act.tx, row.id, watch.unwrap_or(Moment::NEVER)).await?;
    }
    act.commit_own().await?;
    Ok((more, noted))
}
