//! What a change is for one viewer, event by event: read now, under the policy as it stands.

use app::{
    model::{EntryId, ExhibitId, ShareId, TaskId},
    policy::{self, Scope, Sight, Viewer},
};
use uuid::Uuid;

use super::{
    Event, Told,
    wire::{
        EntryEvent, ExhibitEvent, Gone, GoneRequest, GoneShare, Notice, RowEvent, ShareEvent, TaskEvent,
        event, feed_item,
    },
};
use crate::service::{
    Noun, Result, Room, board, entry, error::if_found, evidence, glass, posture, share, task,
};

impl Told {
    /// The events of this change for a viewer, in their order. `scope` is the viewer's own, or the shared
    /// one when the answer serves a whole organisation.
    pub async fn shared_events(&self, room: &Room, viewer: &Viewer, scope: Scope) -> Result<Vec<Event>> {
        if self.is_silent_for(viewer) {
            return Ok(vec![]);
        }
        let number = &self.incident.number;
        if policy::sight(viewer, &self.marking) == Sight::Hidden {
            return Ok(vec![event("incident", &Gone { number, gone: true })?]);
        }
        // A row that says of nothing in particular finds nothing.
        let id = self.change.noun_id.unwrap_or_default();
        let told = match self.noun {
            Noun::Entry | Noun::Strike => return self.entry(room, viewer, scope, EntryId(id)).await,
            Noun::Exhibit => self.exhibit(room, viewer, scope, ExhibitId(id)).await?,
            Noun::Task => self.task(room, viewer, TaskId(id)).await?,
            Noun::Share => self.share(room, viewer, ShareId(id)).await?,
            Noun::Hold => self.hold(room, viewer, ShareId(id)).await?,
            Noun::Onward => self.onward(room, viewer, ShareId(id)).await?,
            Noun::Posture => self.posture(room, viewer, id).await?,
            Noun::Glass => self.glass(room, viewer, id).await?,
            // For everybody who sees the incident; an indicator whose label hides it was silent above.
            Noun::Incident | Noun::Indicator => Some(self.happened()?),
            Noun::Custody | Noun::Following | Noun::Audit => None,
            // Of no incident.
            Noun::Ledger
            | Noun::Person
            | Noun::Organisation
            | Noun::Invitation
            | Noun::Session
            | Noun::Setting
            | Noun::Room => None,
        };
        Ok(told.into_iter().collect())
    }

    /// That something of this kind happened, and nothing of it.
    fn happened(&self) -> Result<Event> {
        event("notice", &Notice { number: &self.incident.number, noun: self.noun.word() })
    }

    /// An entry changes its incident's row of the board, too.
    async fn entry(&self, room: &Room, viewer: &Viewer, scope: Scope, id: EntryId) -> Result<Vec<Event>> {
        let number = &self.incident.number;
        let Some(entry) = entry::find_for(room, viewer, scope, &self.incident, id).await? else {
            return Ok(vec![]);
        };
        let feed = (self.noun == Noun::Entry).then(|| feed_item(&entry)).flatten();
        let feed = feed.as_ref();
        let mut events = vec![event("entry", &EntryEvent { number, entry: &entry, feed })?];
        let rows = board::rows(room, viewer, scope, vec![self.incident.clone()]).await?;
        if let Some(row) = rows.first() {
            events.push(event("incident", &RowEvent { number, version: row.version, row, feed })?);
        }
        Ok(events)
    }

    async fn exhibit(
        &self,
        room: &Room,
        viewer: &Viewer,
        scope: Scope,
        id: ExhibitId,
    ) -> Result<Option<Event>> {
        let number = &self.incident.number;
        let found = evidence::find_for(room, viewer, scope, &self.incident, id).await?;
        found.map(|exhibit| event("evidence", &ExhibitEvent { number, exhibit: &exhibit })).transpose()
    }

    async fn task(&self, room: &Room, viewer: &Viewer, id: TaskId) -> Result<Option<Event>> {
        let number = &self.incident.number;
        let found = task::find_for(room, viewer, &self.incident, id).await?;
        found.map(|task| event("task", &TaskEvent { number, task: &task })).transpose()
    }

    async fn share(&self, room: &Room, viewer: &Viewer, id: ShareId) -> Result<Option<Event>> {
        let number = &self.incident.number;
        let Some(share) = if_found(share::find(room, viewer, id).await)? else {
            let gone = self.loses(viewer).then(|| event("share", &GoneShare { number, id, gone: true }));
            return gone.transpose();
        };
        // Who works on it concerns nobody but the recipient's organisation.
        if self.change.action == share::ASSIGNED && share.to.id != viewer.organisation {
            return Ok(None);
        }
        event("share", &ShareEvent { number, share: &share }).map(Some)
    }

    /// For those who wanted to share it; nobody else learns that there is one.
    async fn hold(&self, room: &Room, viewer: &Viewer, id: ShareId) -> Result<Option<Event>> {
        let found = if_found(share::find_hold(room, viewer, id).await)?;
        found.map(|_| self.happened()).transpose()
    }

    /// For the organisation that asked, and for the one that is asked: also for those who can no longer read it, so that
    /// no page keeps its words or offers to decide it.
    async fn onward(&self, room: &Room, viewer: &Viewer, id: ShareId) -> Result<Option<Event>> {
        let (number, noun) = (&self.incident.number, self.noun.word());
        if if_found(share::find_onward(room, viewer, id).await)?.is_some() {
            return self.happened().map(Some);
        }
        let gone = self.loses(viewer).then(|| event("notice", &GoneRequest { number, noun, id, gone: true }));
        gone.transpose()
    }

    /// Others hear that one was published or withdrawn, never of what stays in the house.
    async fn posture(&self, room: &Room, viewer: &Viewer, id: Uuid) -> Result<Option<Event>> {
        let known = posture::find_for(room, viewer, self.incident.id, id).await?;
        let told = match self.change.action.as_str() {
            posture::PUBLISHED => known.is_some(),
            posture::WITHDRAWN => true,
            _ => known.as_ref().is_some_and(|stated| stated.own.is_some()),
        };
        told.then(|| self.happened()).transpose()
    }

    async fn glass(&self, room: &Room, viewer: &Viewer, id: Uuid) -> Result<Option<Event>> {
        let told = glass::incident_of(room, id).await?;
        let hears = told.is_some_and(|(_, lead)| policy::hears_of_glass(viewer, lead));
        hears.then(|| self.happened()).transpose()
    }
}
