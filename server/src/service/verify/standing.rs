//! Where shares, holds, requests and postures stand now, against the acts of the journal that brought them there. Those
//! tables move on; an answer, a time or a decision that was put there by hand shows here.

use std::collections::{BTreeMap, HashMap};

use app::model::{Moment, PersonId, ShareId, hold::HoldState, onward::OnwardState, share::ShareState};
use serde_json::Value;
use tokio::try_join;
use uuid::Uuid;

use super::{Kind, Report};
use crate::service::{
    Noun, Result, Room, posture, share,
    store::{
        self,
        hold::HoldRow,
        journal::JournalRow,
        onward::OnwardRow,
        posture::PostureRow,
        share::ShareRow,
        verify::{ActOn, ActRow},
    },
};

/// Readings of a row that moves while the room goes on, before it counts as edited.
const READINGS: usize = 3;

/// Compares shares, holds and requests with `from < seq <= to`, and the postures that this page of the journal acts on, as
/// they stand.
pub(super) async fn check(
    room: &Room,
    (from, to): (i64, i64),
    page: &[JournalRow],
    report: &mut Report,
) -> Result<()> {
    let db = &room.db;
    // A room has thousands: what differs at the first look alone is read by itself, and again while it moves.
    let mut differing = vec![];
    let (acts, rows) = try_join!(
        store::verify::list_share_acts(db, from, to),
        store::verify::list_shares(db, from, to, i64::MAX)
    )?;
    differing.extend(looked_at(rows, acts, share_differs, |row| (Thing::Share(row.id), row.seq)));
    let (acts, rows) = try_join!(
        store::verify::list_hold_acts(db, from, to),
        store::verify::list_holds(db, from, to, i64::MAX)
    )?;
    differing.extend(looked_at(rows, acts, hold_differs, |row| (Thing::Hold(row.id), row.seq)));
    let (acts, rows) = try_join!(
        store::verify::list_onward_acts_on(db, from, to),
        store::verify::list_onward(db, from, to, i64::MAX)
    )?;
    differing.extend(looked_at(rows, acts, onward_differs, |row| (Thing::Onward(row.id), row.seq)));
    // Each posture once: at its last act on this page.
    let postures = page.iter().filter(|row| row.noun == Noun::Posture.word());
    let postures: BTreeMap<Uuid, i64> = postures.filter_map(|row| Some((row.noun_id?, row.seq))).collect();
    differing.extend(postures.into_iter().map(|(id, seq)| (Thing::Posture(id), seq)));
    for (thing, seq) in differing {
        stands(room, thing, seq, report).await?;
    }
    Ok(())
}

/// Which of these rows are not where their acts brought them.
fn looked_at<R>(
    rows: Vec<R>,
    acts: Vec<ActOn>,
    differs: fn(&R, &[ActRow]) -> Vec<&'static str>,
    thing: fn(&R) -> (Thing, i64),
) -> impl Iterator<Item = (Thing, i64)> {
    let mut on: HashMap<Uuid, Vec<ActRow>> = HashMap::new();
    for ActOn { subject, act } in acts {
        on.entry(subject).or_default().push(act);
    }
    rows.into_iter().filter_map(move |row| {
        let found = thing(&row);
        let acts = on.get(&found.0.id()).map_or(&[][..], Vec::as_slice);
        (!differs(&row, acts).is_empty()).then_some(found)
    })
}

/// Postures that no act brought.
pub(super) async fn check_postures(room: &Room, report: &mut Report) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let ids = store::verify::list_postures(&room.db, after, super::PAGE).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        for id in ids {
            if store::verify::list_acts(&room.db, id).await?.is_empty() {
                report.add(Kind::Inserted, 0, format!("a row of posture ({id}) is not in the journal"));
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Thing {
    Share(ShareId),
    Hold(ShareId),
    Onward(ShareId),
    Posture(Uuid),
}

impl Thing {
    const fn id(self) -> Uuid {
        match self {
            Self::Share(id) | Self::Hold(id) | Self::Onward(id) => id.0,
            Self::Posture(id) => id,
        }
    }
    const fn word(self) -> &'static str {
        match self {
            Self::Share(_) => "share",
            Self::Hold(_) => "hold",
            Self::Onward(_) => "request to pass it on",
            Self::Posture(_) => "posture",
        }
    }
}

async fn stands(room: &Room, thing: Thing, seq: i64, report: &mut Report) -> Result<()> {
    let mut differs = vec![];
    for _ in 0..READINGS {
        let Some(found) = differences(room, thing).await? else {
            // Of a share or a hold the walk says so by itself.
            if let Thing::Posture(_) = thing {
                report.add(Kind::Missing, seq, "its posture is gone");
            }
            return Ok(());
        };
        differs = found;
        if differs.is_empty() {
            return Ok(());
        }
    }
    let what = format!("its {} stands otherwise: {}", thing.word(), differs.join(", "));
    report.add(Kind::Edited, seq, what);
    Ok(())
}

/// Fields in which a row is not where its acts brought it; none where there is no such row.
async fn differences(room: &Room, thing: Thing) -> Result<Option<Vec<&'static str>>> {
    let db = &room.db;
    Ok(match thing {
        Thing::Share(id) => {
            let row = store::share::read(db, id).await?;
            let acts = store::verify::list_acts(db, id.0).await?;
            row.map(|row| share_differs(&row, &acts))
        }
        Thing::Hold(id) => {
            let row = store::verify::find_hold(db, id).await?;
            let acts = store::verify::list_acts(db, id.0).await?;
            row.map(|row| hold_differs(&row, &acts))
        }
        Thing::Onward(id) => {
            let row = store::onward::read(db, id).await?;
            let acts = store::verify::list_onward_acts(db, id.0).await?;
            row.map(|row| onward_differs(&row, &acts))
        }
        Thing::Posture(id) => {
            let row = store::posture::read(db, id).await?;
            let acts = store::verify::list_acts(db, id).await?;
            row.map(|row| posture_differs(&row, &acts))
        }
    })
}

fn text(act: &ActRow, key: &str) -> Option<String> {
    let body: Value = serde_json::from_str(&act.body).unwrap_or_default();
    body.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The names of those that are not equal.
fn unequal(pairs: &[(&'static str, bool)]) -> Vec<&'static str> {
    pairs.iter().filter(|(_, equal)| !equal).map(|(name, _)| *name).collect()
}

type Done = (Option<Moment>, Option<PersonId>);

fn share_differs(row: &ShareRow, acts: &[ActRow]) -> Vec<&'static str> {
    let (mut seen, mut acknowledged, mut answered, mut revoked): (Done, Done, Done, Done) =
        Default::default();
    let (mut state, mut answer, mut held_by, mut assigned) = (ShareState::Delivered, None, None, None);
    for act in acts {
        let done = (Some(act.at), act.person_id);
        let first = |before: Done| if before.0.is_some() { before } else { done };
        match (act.noun.as_str(), act.action.as_str()) {
            ("hold", "held") => held_by = act.person_id,
            ("share", "seen") => (state, seen) = (ShareState::Seen, done),
            ("share", "acknowledged") => {
                (state, seen, acknowledged) = (ShareState::Acknowledged, first(seen), done);
            }
            ("share", "answered") => {
                (seen, acknowledged, answered) = (first(seen), first(acknowledged), done);
                (state, answer) = (ShareState::Answered, text(act, "answer"));
            }
            ("share", share::ASSIGNED) => assigned = text(act, "to"),
            ("share", "revoked") => (state, revoked) = (ShareState::Revoked, done),
            ("share", "ended") => (state, revoked) = (ShareState::Ended, done),
            _ => {}
        }
    }
    unequal(&[
        ("state", row.state == state),
        ("seen", (row.seen_at, row.seen_by) == seen),
        ("acknowledged", (row.acknowledged_at, row.acknowledged_by) == acknowledged),
        ("answered", (row.answered_at, row.answered_by) == answered),
        ("answer", row.answer == answer),
        ("taken back", (row.revoked_at, row.revoked_by) == revoked),
        ("handed to", row.assigned_to.map(|person| person.to_string()) == assigned),
        // Who let it out stands in the row of the share itself, who wrote it in that of the hold.
        ("from", row.reviewed_by.is_none() || held_by == Some(row.from_person)),
    ])
}

fn hold_differs(row: &HoldRow, acts: &[ActRow]) -> Vec<&'static str> {
    let (mut state, mut comment, mut decided): (HoldState, String, Done) =
        (HoldState::Held, String::new(), (None, None));
    for act in acts.iter().filter(|act| act.noun == "hold" && act.action != "held") {
        let Ok(decision) = act.action.parse::<HoldState>() else { continue };
        (state, comment) = (decision, text(act, "comment").unwrap_or_default());
        decided = (Some(act.at), act.person_id);
    }
    unequal(&[
        ("state", row.state == state),
        ("comment", row.comment == comment),
        ("decided", (row.decided_at, row.decided_by) == decided),
    ])
}

fn onward_differs(row: &OnwardRow, acts: &[ActRow]) -> Vec<&'static str> {
    let (mut state, mut comment, mut decided): (OnwardState, String, Done) =
        (OnwardState::Asked, String::new(), (None, None));
    for act in acts.iter().filter(|act| act.action != share::ASKED) {
        let Ok(decision) = act.action.parse::<OnwardState>() else { continue };
        // What lapses, nobody decided, whoever's act it followed from.
        let by = act.person_id.filter(|_| decision != OnwardState::Lapsed);
        (state, comment) = (decision, text(act, "comment").unwrap_or_default());
        decided = (Some(act.at), by);
    }
    unequal(&[
        ("state", row.state == state),
        ("comment", row.comment == comment),
        ("decided", (row.decided_at, row.decided_by) == decided),
    ])
}

fn posture_differs(row: &PostureRow, acts: &[ActRow]) -> Vec<&'static str> {
    let mut published: Option<Moment> = None;
    for act in acts {
        published = match act.action.as_str() {
            posture::PUBLISHED => Some(act.at),
            posture::WITHDRAWN => None,
            _ => published,
        };
    }
    let Some(newest) = acts.last() else { return vec!["journal"] };
    unequal(&[
        ("posture", text(newest, "posture").as_deref() == Some(row.posture.wire())),
        ("note", text(newest, "note").as_deref() == Some(row.note.as_str())),
        ("stated", (Some(row.stated_at), Some(row.stated_by)) == (Some(newest.at), newest.person_id)),
        ("organisation", newest.organisation_id == Some(row.organisation_id)),
        ("incident", newest.incident_id == Some(row.incident_id)),
        ("published", row.published_at == published),
    ])
}
