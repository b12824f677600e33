//! What decides who reads a share, a hold or a request, put together from its row; the policy decides.

use app::{
    model::{PersonId, Tlp, entry::EntryKind, onward::OnwardState},
    policy::{self, Parties, Viewer},
};

use super::super::{
    Act, Result,
    entry::NewEntry,
    incident::Held,
    store::{self, hold::HoldRow, onward::OnwardRow, share::ShareRow},
};

/// Between whom something crosses, under which label, and for RED the people who read it.
#[derive(Clone, Debug)]
pub(crate) struct Crossed {
    parties: Parties,
    label: Tlp,
    people: Vec<PersonId>,
    /// Of a request to pass it on: whether it waits.
    request: Option<bool>,
}

impl Crossed {
    /// `named`: whom the share names.
    pub(crate) fn share(row: &ShareRow, named: Vec<PersonId>) -> Self {
        let parties = Parties {
            from: row.from_organisation,
            to: row.to_organisation,
            approved: row.approved_organisation,
            delivered: true,
            taken_back: row.revoked_at.is_some(),
        };
        Self { parties, label: row.tlp, people: people(row, named), request: None }
    }

    /// Whom it names is told when it is let out.
    pub(crate) fn hold(row: &HoldRow) -> Self {
        let parties = Parties {
            from: row.from_organisation,
            to: row.to_organisation,
            approved: None,
            delivered: false,
            taken_back: false,
        };
        Self { parties, label: row.tlp, people: vec![row.from_person], request: None }
    }

    /// Between whoever asks and whoever is asked; where it would go nothing is known of it.
    pub(crate) fn onward(row: &OnwardRow) -> Self {
        let parties = Parties {
            from: row.from_organisation,
            to: row.asked_organisation,
            approved: None,
            delivered: true,
            taken_back: false,
        };
        let people = [Some(row.from_person), row.decided_by].into_iter().flatten().collect();
        Self { parties, label: row.tlp, people, request: Some(row.state == OnwardState::Asked) }
    }

    pub(crate) fn is_read_by(&self, viewer: &Viewer) -> bool {
        match self.request {
            None => policy::reads_share(viewer, &self.parties, self.label, &self.people),
            Some(waits) => policy::reads_onward(viewer, &self.parties, self.label, &self.people, waits),
        }
    }

    /// Who let it be passed on learns that it was answered; the words are for the two that talk.
    pub(super) fn answer_is_read_by(&self, viewer: &Viewer) -> bool {
        policy::reads_answer(viewer, &self.parties)
    }

    /// Whether this viewer read it until it was taken back, or while it waited, and no longer does.
    pub(crate) fn was_read_by(&self, viewer: &Viewer) -> bool {
        let before = Self {
            parties: Parties { taken_back: false, ..self.parties },
            people: self.people.clone(),
            request: self.request.map(|_| true),
            ..*self
        };
        !self.is_read_by(viewer) && before.is_read_by(viewer)
    }

    /// RED concerns people, not organisations.
    pub(crate) fn is_personal(&self) -> bool {
        self.label == Tlp::Red
    }
}

/// Who reads a RED share: its author, who let it out, and whom it names.
pub(super) fn people(row: &ShareRow, mut named: Vec<PersonId>) -> Vec<PersonId> {
    named.extend([Some(row.from_person), row.reviewed_by, row.approved_by].into_iter().flatten());
    named.sort_unstable();
    named.dedup();
    named
}

/// An entry for those who read this share: its two organisations, also when others join later; with RED its people.
pub(super) async fn between(act: &mut Act, held: &Held, row: &ShareRow, kind: EntryKind) -> Result<NewEntry> {
    // GREEN goes to every organisation; two of them are named from AMBER on.
    let tlp = row.tlp.max(held.row.tlp).max(Tlp::Amber);
    let pair = [row.from_organisation, row.to_organisation];
    let entry = NewEntry::of(kind, tlp);
    if tlp != Tlp::Red {
        return Ok(NewEntry { audience: Some(pair.to_vec()), ..entry });
    }
    let mut named = match row.tlp {
        Tlp::Red => people(row, store::incident::list_named(&mut act.tx, row.id.0).await?),
        // It became RED with its incident: those of the two whom that names.
        _ => {
            let directory = act.room.directory();
            let of = |id: &PersonId| directory.person(*id).map(|person| person.organisation.id);
            let party = |id: &PersonId| of(id).is_some_and(|found| pair.contains(&found));
            held.marking.named.iter().copied().filter(party).collect()
        }
    };
    let own = act.viewer()?.person;
    if !named.contains(&own) {
        named.push(own);
    }
    Ok(NewEntry { named, ..entry })
}
