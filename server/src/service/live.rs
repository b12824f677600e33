//! What a change of the journal is for one viewer: the events of the live stream, and nothing where the
//! viewer may not see it. The hub carries ids; content is read here, each time under the policy as it
//! stands at that moment.

mod events;
mod mark;
mod wire;

use std::collections::HashMap;

use app::{
    model::{IncidentId, PersonId, Tlp, id::Number, notice::NoticeKind},
    policy::{self, Marking, Scope, Sight, Viewer},
};
use uuid::Uuid;

pub use self::wire::pulse;
use self::{
    mark::{before, child, crossing},
    wire::{NoticeEvent, event},
};
use super::{
    Error, Noun, Result, Room, glass, share,
    share::Crossed,
    store::{self, incident::IncidentRow},
};

/// One row of the journal as the hub knows it: who and what, never content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub incident: Option<IncidentId>,
    /// None: of another version of this program. Nobody here can say who may hear of it, so nobody does.
    pub noun: Option<Noun>,
    pub noun_id: Option<Uuid>,
    pub action: String,
}

/// One event of the stream: its name and its JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub name: &'static str,
    pub data: String,
}

/// Changes after `seq`, oldest first, at most `limit`; of one incident where given.
pub async fn changes(room: &Room, seq: i64, incident: Option<IncidentId>, limit: i64) -> Result<Vec<Change>> {
    let rows = store::journal::list_changes(&room.db, seq, incident, limit).await?;
    let change = |row: store::journal::ChangeRow| Change {
        seq: row.seq,
        incident: row.incident_id,
        noun: Noun::of(&row.noun),
        noun_id: row.noun_id,
        action: row.action,
    };
    Ok(rows.into_iter().map(change).collect())
}

/// The number of the newest row.
pub async fn head(room: &Room) -> Result<i64> {
    Ok(store::journal::head(&room.db).await?.0)
}

/// A place in the journal, as pages, streams and lists tell it: behind change `seq`, or, while the events of
/// that change are being told, behind the first `events` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub seq: i64,
    /// 0: all that the change brought has been told.
    pub events: u8,
}

impl Place {
    pub const fn behind(seq: i64) -> Self {
        Self { seq, events: 0 }
    }

    /// The number up to which every change has been told whole.
    pub const fn whole(self) -> i64 {
        if self.events == 0 { self.seq } else { self.seq - 1 }
    }

    /// The place as it leaves the server. All are equally long: the length of a number would tell how far
    /// the journal has come.
    pub fn seal(self, room: &Room) -> String {
        room.seal.seal("live", &format!("{:020}{:02}", self.seq, self.events))
    }

    /// None for what this room did not seal. A cursor from before events were counted is a bare number.
    pub fn open(room: &Room, sealed: &str) -> Option<Self> {
        let text = room.seal.open("live", sealed)?;
        let (seq, events) = text.split_at_checked(20).unwrap_or((&text, ""));
        let events = if events.is_empty() { 0 } else { events.parse().ok()? };
        Some(Self { seq: seq.parse().ok()?, events })
    }
}

/// The incident that a stream is narrowed to, if it exists for the viewer.
pub async fn incident_id(room: &Room, viewer: &Viewer, number: &Number) -> Result<IncidentId> {
    let row = store::incident::find_visible(&room.db, policy::scope(viewer), number).await?;
    row.map(|row| row.id).ok_or(Error::NotFound)
}

/// A change with what decides who hears of it: read once, whoever listens.
#[derive(Debug)]
pub struct Told {
    pub change: Change,
    noun: Noun,
    incident: IncidentRow,
    marking: Marking,
    /// Who could see the incident before this change took that away.
    before: Option<Marking>,
    /// The marking of the entry, exhibit, indicator or task that changed.
    child: Option<Marking>,
    /// Who reads the share or the hold that changed.
    crossing: Option<Crossed>,
    /// Who is told of this change, and of which kind.
    noticed: HashMap<PersonId, NoticeKind>,
}

impl Told {
    /// Reads the change; none where it concerns no incident (a sign-in, an organisation), or is not known here.
    pub async fn read(room: &Room, change: Change) -> Result<Option<Self>> {
        let mut change = change;
        let Some(noun) = change.noun else { return Ok(None) };
        if let (Noun::Glass, Some(id)) = (noun, change.noun_id) {
            // Its rows stand outside the incident, whose readers are not told.
            let told = [glass::BEGUN, glass::ENDED].contains(&change.action.as_str());
            let found = if told { glass::incident_of(room, id).await? } else { None };
            change.incident = found.map(|(incident, _)| incident);
        }
        let Some(id) = change.incident else { return Ok(None) };
        let Some(incident) = store::incident::read(&room.db, id).await? else { return Ok(None) };
        let marking = super::incident::marking(room, id, incident.tlp).await?;
        let before = match change.action.as_str() {
            "marked" | "unshared" => before(room, change.seq).await?,
            _ => None,
        };
        let child = child(room, (noun, change.noun_id), &marking).await?;
        let crossing = crossing(room, (noun, change.noun_id)).await?;
        let noticed = store::notice::list_told(&room.db, change.seq).await?.into_iter().collect();
        Ok(Some(Self { change, noun, incident, marking, before, child, crossing, noticed }))
    }

    /// RED concerns people, not organisations: then each is asked for alone.
    pub fn is_personal(&self) -> bool {
        let red = |marking: &Marking| marking.tlp == Tlp::Red;
        self.noun == Noun::Glass
            || red(&self.marking)
            || self.child.as_ref().is_some_and(red)
            || self.crossing.as_ref().is_some_and(Crossed::is_personal)
            || self.before.as_ref().is_some_and(red)
    }

    /// It concerns the parties of a share or of a hold, and nobody besides.
    pub fn crosses(&self) -> bool {
        self.crossing.is_some()
    }

    /// Nothing at all may be said to this viewer: answered from memory, before anything is read.
    pub fn is_silent_for(&self, viewer: &Viewer) -> bool {
        if policy::sight(viewer, &self.marking) == Sight::Hidden {
            return !self.was_seen_by(viewer);
        }
        self.child.as_ref().is_some_and(|child| policy::sight(viewer, child) == Sight::Hidden)
            || self
                .crossing
                .as_ref()
                .is_some_and(|crossing| !crossing.is_read_by(viewer) && !self.loses(viewer))
    }

    /// This change takes a share away, or ends a request, for whoever sees the incident all the same.
    fn loses(&self, viewer: &Viewer) -> bool {
        let ends = match (self.noun, self.change.action.as_str()) {
            (Noun::Share, action) => action == "revoked",
            (Noun::Onward, action) => action != share::ASKED,
            _ => false,
        };
        ends && self.crossing.as_ref().is_some_and(|crossing| crossing.was_read_by(viewer))
    }

    /// The kind under which this viewer is told of it; none, too, where they do not see what it is about.
    pub fn notice_for(&self, viewer: &Viewer) -> Option<NoticeKind> {
        let kind = *self.noticed.get(&viewer.person)?;
        let seen = policy::sight(viewer, &self.marking) == Sight::Full && !self.is_silent_for(viewer);
        seen.then_some(kind)
    }

    /// What a viewer who is told of it hears besides: that there is a notice, never what it says.
    pub fn notice(&self, kind: NoticeKind) -> Result<Event> {
        // As an e-mail: of RED not even the number leaves the page.
        let number = &self.incident.number;
        let says = match self.is_personal() {
            true => "Something concerns you".to_owned(),
            false => format!("{number} {}", self.incident.severity.label()),
        };
        event("notice", &NoticeEvent { number, noun: "notice", kind, says: &says })
    }

    fn was_seen_by(&self, viewer: &Viewer) -> bool {
        self.before.as_ref().is_some_and(|before| policy::sight(viewer, before) == Sight::Full)
    }

    /// Everything that this viewer hears of it, in its order: the change, and that they have a notice of it.
    pub async fn events(&self, room: &Room, viewer: &Viewer, scope: Scope) -> Result<Vec<Event>> {
        let mut events = self.shared_events(room, viewer, scope).await?;
        if let Some(kind) = self.notice_for(viewer) {
            events.push(self.notice(kind)?);
        }
        Ok(events)
    }
}
