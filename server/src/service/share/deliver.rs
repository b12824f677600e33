//! A crossing that nothing holds back is delivered: the row of the ledger, what goes along, the recipient's part.

use app::{
    model::{
        OrganisationId, PersonId, ShareId, Tlp,
        entry::EntryKind,
        exhibit::CustodyAction,
        share::{Purpose, ShareState},
    },
    policy::{self, Viewer},
};

use super::{
    super::{
        Act, Error, Noun, Record, Result,
        entry::NewEntry,
        evidence,
        incident::Held,
        ledger,
        store::{self, basis::BasisRow, share::ShareRow},
    },
    Cited, SHARED, Said, body_of,
    give::NewShare,
    sight::between,
    waits,
    words::in_name_of,
};

/// Who shares, and who let it out where it was held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reviewed {
    pub from: PersonId,
    pub organisation: OrganisationId,
    pub by: Option<PersonId>,
    /// Who lets it be passed on, and for which organisation.
    pub approved: Option<(PersonId, OrganisationId)>,
    /// It is the part that the organisation keeps which led until now.
    pub keeps: bool,
}

impl Reviewed {
    pub(super) fn by_themselves(viewer: &Viewer) -> Self {
        let (from, organisation) = (viewer.person, viewer.organisation);
        Self { from, organisation, by: None, approved: None, keeps: false }
    }

    /// Whether the recipient gets a part in it: from where it came, by its leave, and from the lead where that needs
    /// none. What others tell each other of what both see gives none.
    pub(super) fn admits(&self, held: &Held, to: OrganisationId) -> bool {
        let leads = self.organisation == held.row.lead_id;
        held.is_origin(self.organisation)
            || self.approved.is_some()
            || self.keeps
            || (leads && (to == held.origin || held.row.tlp.reaches_everyone()))
    }
}

/// Writes the ledger row, gives access, and says so in the timeline.
pub(super) async fn deliver(act: &mut Act, held: &mut Held, new: NewShare, reviewed: Reviewed) -> Result<()> {
    let room = act.room.clone();
    let mut row = ShareRow {
        id: new.id,
        incident_id: held.row.id,
        seq: 0,
        version: 1,
        from_person: reviewed.from,
        from_organisation: reviewed.organisation,
        to_organisation: new.to,
        purpose: new.purpose,
        body: new.text,
        tlp: new.tlp,
        foreign_nexus: new.foreign_nexus,
        basis: BasisRow::of(&new.basis).map_err(Error::internal)?,
        state: ShareState::Delivered,
        delivered_at: act.now(),
        seen_at: None,
        seen_by: None,
        acknowledged_at: None,
        acknowledged_by: None,
        answered_at: None,
        answered_by: None,
        answer: None,
        revoked_at: None,
        revoked_by: None,
        waits: false,
        admits: reviewed.admits(held, new.to),
        assigned_to: None,
        reviewed_by: reviewed.by,
        approved_by: reviewed.approved.map(|(person, _)| person),
        approved_organisation: reviewed.approved.map(|(_, organisation)| organisation),
    };
    row.waits = waits(&room, &row);
    let counted = ledger::counted(act, row.id, &row.parties(), row.tlp.max(held.row.tlp)).await?;
    let said = Said { cited: &new.cited, counts: &counted.digests, names_author: true };
    let record = Record {
        incident: Some(held.row.id),
        noun: Noun::Share,
        noun_id: Some(new.id.0),
        action: SHARED,
        body: body_of(&row, &said)?,
    };
    row.seq = act.record(record).await?;
    store::share::add(&mut act.tx, &row).await?;
    for count in &counted.rows {
        store::ledger::add_count(&mut act.tx, count).await?;
    }
    // What others read of it is its author's: roles are public, and who let it out would tell that it was held.
    let author = author(act, &reviewed)?;
    in_name_of(act, author, async |act| tell(act, held, &row, &new.cited, &reviewed).await).await
}

/// Who shares, by name where they may do nothing here any more.
fn author(act: &Act, reviewed: &Reviewed) -> Result<Viewer> {
    let directory = act.room.directory();
    if let Some(author) = directory.viewer(reviewed.from) {
        return Ok(author);
    }
    let organisation = directory.organisation(reviewed.organisation).ok_or(Error::NotFound)?;
    Ok(Viewer { person: reviewed.from, ..policy::anybody_of(organisation) })
}

/// What goes along, the recipient's part in it, and the line of the timeline.
async fn tell(
    act: &mut Act,
    held: &mut Held,
    row: &ShareRow,
    cited: &Cited,
    reviewed: &Reviewed,
) -> Result<()> {
    add_cited(act, held, row.id, cited).await?;
    let joins = row.admits && !held.marking.access.contains(&row.to_organisation);
    if row.admits {
        admit(act, held, row.to_organisation, &cited.named).await?;
    }
    let (to, words) = {
        let directory = act.room.directory();
        let short = |id| directory.organisation(id).map(|found| found.short.clone());
        let approver = reviewed.approved.and_then(|(_, organisation)| short(organisation));
        let words = said(joins, row.purpose, approver.as_deref());
        (short(row.to_organisation).unwrap_or_default(), words)
    };
    let entry = match joins {
        true => NewEntry::about(EntryKind::Share, &held.marking),
        false => between(act, held, row, EntryKind::Share).await?,
    };
    act.append_new(row.incident_id, entry.text(words).change("share", "", to), "shared").await.map(drop)
}

/// What the line of the timeline says beside the names. That somebody takes part concerns everybody in it; what two tell
/// each other besides, and what for, those two.
pub(super) fn said(joins: bool, purpose: Purpose, approver: Option<&str>) -> String {
    let purpose = (!joins).then(|| purpose.label().to_owned());
    let approved = approver.map(|approver| format!("approved by {approver}"));
    let words: Vec<_> = [purpose, approved].into_iter().flatten().collect();
    words.join(", ")
}

async fn add_cited(act: &mut Act, held: &Held, id: ShareId, cited: &Cited) -> Result<()> {
    for exhibit in &cited.exhibits {
        store::share::add_exhibit(&mut act.tx, id, *exhibit).await?;
        // The ledger says with whom; the custody of the exhibit that it was shared at all.
        evidence::add_custody(act, held.row.id, *exhibit, CustodyAction::Shared, "", "").await?;
    }
    for entry in &cited.entries {
        store::share::add_entry(&mut act.tx, id, *entry).await?;
    }
    for person in &cited.named {
        store::incident::add_named(&mut act.tx, id.0, *person).await?;
    }
    Ok(())
}

/// From here on they see the incident.
async fn admit(act: &mut Act, held: &mut Held, to: OrganisationId, named: &[PersonId]) -> Result<()> {
    let now = act.now();
    store::incident::add_access(&mut act.tx, held.row.id, to, now).await?;
    if !held.marking.access.contains(&to) {
        held.marking.access.push(to);
    }
    if held.row.tlp == Tlp::Red {
        for person in named {
            store::incident::add_named(&mut act.tx, held.row.id.0, *person).await?;
            if !held.marking.named.contains(person) {
                held.marking.named.push(*person);
            }
        }
    }
    Ok(())
}
