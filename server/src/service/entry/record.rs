//! An entry on its way into the journal and the timeline.

use app::{
    model::{EntryId, IncidentId, Moment, OrganisationId, PersonId, Tlp, entry::EntryKind},
    policy::Marking,
};
use serde::{Deserialize, Serialize};

use super::super::{
    Act, Error, Noun, Record, Result,
    incident::Audience,
    ledger::{CrossedTo, Written},
    store::{self, entry::EntryRow},
};

/// An entry before it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    pub kind: EntryKind,
    pub text: String,
    pub tlp: Tlp,
    pub audience: Option<Vec<OrganisationId>>,
    pub named: Vec<PersonId>,
    pub happened_at: Option<Moment>,
    pub field: Option<String>,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub exhibit: Option<i64>,
    pub corrects: Option<EntryId>,
    /// Whom its text calls.
    pub mentions: Vec<PersonId>,
    /// Who could see the incident before this entry changed that; journalled, for open streams.
    pub before: Option<Before>,
}

/// An incident's marking before it was tightened or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    pub tlp: Tlp,
    pub access: Vec<OrganisationId>,
    pub named: Vec<PersonId>,
}

impl From<&Marking> for Before {
    fn from(marking: &Marking) -> Self {
        Self { tlp: marking.tlp, access: marking.access.clone(), named: marking.named.clone() }
    }
}

impl From<Before> for Marking {
    fn from(before: Before) -> Self {
        Self { tlp: before.tlp, access: before.access, named: before.named, audience: None }
    }
}

impl NewEntry {
    pub(crate) fn of(kind: EntryKind, tlp: Tlp) -> Self {
        Self {
            kind,
            text: String::new(),
            tlp,
            audience: None,
            named: vec![],
            happened_at: None,
            field: None,
            old_value: None,
            new_value: None,
            exhibit: None,
            corrects: None,
            mentions: vec![],
            before: None,
        }
    }
    /// As wide as the incident: what is said about the incident itself.
    pub(crate) fn about(kind: EntryKind, incident: &Marking) -> Self {
        Self::of(kind, incident.tlp).for_audience(Audience::of_incident(incident))
    }
    pub(crate) fn for_audience(self, audience: Audience) -> Self {
        Self { tlp: audience.tlp, audience: audience.organisations, named: audience.named, ..self }
    }
    pub(crate) fn change(self, field: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        let (old_value, new_value) = (Some(old.into()), Some(new.into()));
        Self { field: Some(field.to_owned()), old_value, new_value, ..self }
    }
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }
}

/// An entry as its journal row holds it; `verify` compares the two.
#[derive(Debug, Serialize)]
struct EntryBody<'a> {
    id: EntryId,
    kind: EntryKind,
    text: &'a str,
    tlp: Tlp,
    audience: Option<&'a [OrganisationId]>,
    named: &'a [PersonId],
    happened_at: Moment,
    field: Option<&'a str>,
    old: Option<&'a str>,
    new: Option<&'a str>,
    exhibit: Option<i64>,
    corrects: Option<EntryId>,
    #[serde(skip_serializing_if = "<[PersonId]>::is_empty")]
    mentions: &'a [PersonId],
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a Before>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crossed: Option<CrossedTo<'a>>,
}

/// The part of a journal row's body that no column of the entry holds.
pub(crate) fn before_of(body: &str) -> Option<Before> {
    #[derive(Deserialize)]
    struct Body {
        before: Option<Before>,
    }
    serde_json::from_str::<Body>(body).ok()?.before
}

pub(crate) fn body_of(
    row: &EntryRow,
    audience: Option<&[OrganisationId]>,
    named: &[PersonId],
    mentions: &[PersonId],
    before: Option<&Before>,
    crossed: &[OrganisationId],
) -> Result<String> {
    let body = EntryBody {
        id: row.id,
        kind: row.kind,
        text: &row.body,
        tlp: row.tlp,
        audience,
        named,
        happened_at: row.happened_at,
        field: row.field.as_deref(),
        old: row.old_value.as_deref(),
        new: row.new_value.as_deref(),
        exhibit: row.exhibit,
        corrects: row.corrects,
        mentions,
        before,
        crossed: CrossedTo::of(row.crossed, crossed),
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

impl Act {
    /// Records an entry in the journal and the timeline.
    pub(crate) async fn append(
        &mut self,
        incident: IncidentId,
        id: EntryId,
        mut new: NewEntry,
        action: &'static str,
    ) -> Result<i64> {
        new.named.sort_unstable();
        if let Some(audience) = &mut new.audience {
            audience.sort_unstable();
        }
        let mut row = EntryRow {
            id,
            incident_id: incident,
            seq: 0,
            kind: new.kind,
            body: new.text,
            author_id: self.actor.as_ref().map(|viewer| viewer.person),
            organisation_id: self.actor.as_ref().map(|viewer| viewer.organisation),
            happened_at: new.happened_at.unwrap_or(self.now),
            recorded_at: self.now,
            tlp: new.tlp,
            narrowed: new.audience.is_some(),
            field: new.field,
            old_value: new.old_value,
            new_value: new.new_value,
            exhibit: new.exhibit,
            corrects: new.corrects,
            crossed: None,
        };
        let named = new.named.as_slice();
        let crossed = self.crossed(&mut row, new.audience.as_deref(), named, action).await?;
        let (audience, before) = (new.audience.as_deref(), new.before.as_ref());
        let body = body_of(&row, audience, &new.named, &new.mentions, before, &crossed)?;
        let record =
            Record { incident: Some(incident), noun: Noun::Entry, noun_id: Some(id.0), action, body };
        row.seq = self.record(record).await?;
        if let Some(told) = self.told.last_mut() {
            told.field = row.field.clone();
        }
        store::entry::add(&mut self.tx, &row).await?;
        for organisation in new.audience.iter().flatten() {
            store::incident::add_audience(&mut self.tx, id.0, *organisation).await?;
        }
        for person in &new.named {
            store::incident::add_named(&mut self.tx, id.0, *person).await?;
        }
        for person in &new.mentions {
            store::mention::add(&mut self.tx, id, *person).await?;
        }
        for organisation in crossed {
            store::posting::add(&mut self.tx, id, row.seq, organisation).await?;
        }
        Ok(row.seq)
    }

    /// Which other organisations can read an entry as it is written: a row of the sharing ledger, where there are
    /// any. What the product notes by itself is said by no organisation; what is shared has a row of its own.
    async fn crossed(
        &mut self,
        row: &mut EntryRow,
        audience: Option<&[OrganisationId]>,
        named: &[PersonId],
        action: &str,
    ) -> Result<Vec<OrganisationId>> {
        let Some(own) = row.organisation_id.filter(|_| row.kind != EntryKind::Share) else {
            return Ok(vec![]);
        };
        // Whom an opening names elsewhere learns of it by a share, which may wait for counsel.
        if row.tlp == Tlp::Red && action == "opened" {
            return Ok(vec![]);
        }
        let written = Written { incident: row.incident_id, own, tlp: row.tlp, audience, named };
        let (crossed, to) = self.crosses(written).await?;
        row.crossed = crossed;
        Ok(to)
    }

    /// The same with an id of its own.
    pub(crate) async fn append_new(
        &mut self,
        incident: IncidentId,
        new: NewEntry,
        action: &'static str,
    ) -> Result<EntryId> {
        let id = EntryId(self.room.ids.uuid());
        self.append(incident, id, new, action).await?;
        Ok(id)
    }
}
