//! What a rule holds back, and what counsel of the sender's organisation decides about them. Nothing
//! of a hold reaches its recipient: it is a row of its own until it is released.

use app::{
    model::{
        OrganisationId, PersonId, Role, ShareId, Tlp,
        basis::Basis,
        hold::{Hold, HoldKind, HoldReason, HoldState},
        share::Purpose,
    },
    policy::{self, Action, Cleared, Standing, Viewer},
};

use super::{
    super::{
        Act, Asker, Begun, Conflict, Error, Noun, Once, Record, Result, Room,
        entry::checked_text,
        incident::Held,
        looks, person,
        store::{
            self,
            basis::BasisRow,
            hold::{HoldLineRow, HoldRow},
        },
    },
    Cited, Crossed, NewShare, Stepped,
    give::{self, Reviewed, deliver},
    onward, put_basis,
    survey::Survey,
    words,
};

/// Keeps a share back and says why. No entry, no access, no version moves: others cannot tell.
pub(super) async fn add(act: &mut Act, held: &Held, new: NewShare, reasons: &[HoldReason]) -> Result<()> {
    keep(act, held, Kept::of(new, HoldKind::Share, String::new()), reasons).await
}

/// What is kept back, before it has a place in the journal.
pub(super) struct Kept {
    pub id: ShareId,
    pub kind: HoldKind,
    pub to: OrganisationId,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    pub cited: Cited,
    /// What the release does, where it is no share; of a share who let it be passed on.
    pub act: String,
}

impl Kept {
    pub(super) fn of(new: NewShare, kind: HoldKind, act: String) -> Self {
        let NewShare { id, to, purpose, text, tlp, foreign_nexus, basis, cited, .. } = new;
        Self { id, kind, to, purpose, text, tlp, foreign_nexus, basis, cited, act }
    }
}

pub(super) async fn keep(act: &mut Act, held: &Held, kept: Kept, reasons: &[HoldReason]) -> Result<()> {
    let viewer = act.viewer()?.clone();
    let json = |value: serde_json::Result<String>| value.map_err(Error::internal);
    let mut row = HoldRow {
        id: kept.id,
        incident_id: held.row.id,
        seq: 0,
        version: 1,
        from_person: viewer.person,
        from_organisation: viewer.organisation,
        to_organisation: kept.to,
        purpose: kept.purpose,
        body: kept.text,
        tlp: kept.tlp,
        foreign_nexus: kept.foreign_nexus,
        basis: BasisRow::of(&kept.basis).map_err(Error::internal)?,
        kind: kept.kind,
        exhibits: json(serde_json::to_string(&kept.cited.exhibits))?,
        entries: json(serde_json::to_string(&kept.cited.entries))?,
        named: json(serde_json::to_string(&kept.cited.named))?,
        reasons: json(serde_json::to_string(reasons))?,
        act: kept.act,
        state: HoldState::Held,
        comment: String::new(),
        held_at: act.now(),
        decided_at: None,
        decided_by: None,
    };
    row.seq = act.record(record(&row, HELD, hold_body(&row)?)).await?;
    store::hold::add(&mut act.tx, &row).await?;
    Ok(())
}

/// What the journal calls the act that makes a hold.
pub(crate) const HELD: &str = "held";

/// A hold as its journal row has it.
pub(crate) fn hold_body(row: &HoldRow) -> Result<String> {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(Error::internal);
    let mut body = serde_json::json!({
        "id": row.id, "kind": row.kind, "to": row.to_organisation, "purpose": row.purpose, "text": row.body,
        "tlp": row.tlp, "foreign_nexus": row.foreign_nexus, "exhibits": read(&row.exhibits)?,
        "entries": read(&row.entries)?, "named": read(&row.named)?, "reasons": read(&row.reasons)?,
    });
    put_basis(&mut body, &row.basis)?;
    Ok(body.to_string())
}

fn record(row: &HoldRow, action: &'static str, body: String) -> Record {
    Record { incident: Some(row.incident_id), noun: Noun::Hold, noun_id: Some(row.id.0), action, body }
}

/// What counsel says, with a comment for the sender where it does not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Release,
    Return(String),
    Refuse(String),
}

/// Counsel decides; a release delivers it at that moment.
pub async fn decide(
    room: Room,
    asker: Asker,
    once: Once,
    id: ShareId,
    version: i64,
    decision: Decision,
) -> Result<Stepped> {
    let survey = survey(&room, &asker.viewer, id, &decision).await?;
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let viewer = act.viewer()?.clone();
    let found = store::hold::find(&mut act.tx, id).await?;
    let mut row = found.filter(|row| Crossed::hold(row).is_read_by(&viewer)).ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let mut held = act.held(incident).await?;
    policy::clear(&viewer, &held.marking, ()).ok_or(Error::NotFound)?;
    let author = row.from_person == viewer.person;
    let beholden = person::beholden(&mut act, viewer.person, row.from_person).await?;
    let standing = Standing { own_organisation: true, author, beholden, ..held.standing(&viewer) };
    if !policy::may(&viewer, Action::ReviewShare, standing) {
        return Err(Error::Forbidden(match beholden {
            true => person::BEHOLDEN,
            false => "Counsel of the sender's organisation decides, never the sender.",
        }));
    }
    let number = held.row.number.clone();
    if row.state != HoldState::Held || row.version != version {
        let by =
            row.decided_by.and_then(|id| act.room.directory().person(id).map(|person| person.name.clone()));
        return Err(Error::Conflict(Box::new(Conflict {
            number,
            version: row.version,
            by: by.unwrap_or_default(),
        })));
    }
    let (state, action, comment) = match decision {
        Decision::Release => (HoldState::Released, "released", String::new()),
        Decision::Return(text) => (HoldState::Returned, "returned", checked_text("comment", &text)?),
        Decision::Refuse(text) => (HoldState::Refused, "refused", checked_text("comment", &text)?),
    };
    row.version += 1;
    (row.state, row.comment) = (state, comment);
    (row.decided_at, row.decided_by) = (Some(act.now()), Some(viewer.person));
    let body = serde_json::json!({ "id": id, "state": state, "comment": row.comment }).to_string();
    act.record(record(&row, action, body)).await?;
    store::hold::set_state(&mut act.tx, &row).await?;
    if state == HoldState::Released {
        match row.kind {
            HoldKind::Share => release(&mut act, &mut held, &row, &survey).await?,
            HoldKind::Entry => words::release_entry(&mut act, &held, &row).await?,
            HoldKind::Answer => words::release_answer(&mut act, &held, &row).await?,
            HoldKind::Onward => onward::release(&mut act, &held, &row).await?,
        }
    }
    act.commit(Stepped { id, number, held: false }).await
}

/// What whoever joins would read, for who may let it out.
async fn survey(room: &Room, viewer: &Viewer, id: ShareId, decision: &Decision) -> Result<Survey> {
    let row = match decision {
        Decision::Release => store::hold::read(&room.db, id).await?,
        _ => None,
    };
    let Some(row) = row.filter(|row| Crossed::hold(row).is_read_by(viewer)) else {
        return Ok(Survey::default());
    };
    let incident =
        store::incident::find_visible_by_id(&room.db, policy::scope(viewer), row.incident_id).await?;
    let Some(incident) = incident else { return Ok(Survey::default()) };
    let access = store::incident::read_access(&room.db, incident.id).await?;
    Survey::of(room, &incident, &access, vec![row.to_organisation]).await
}

/// Counsel looked at what stood there when it was held. What came in since goes nowhere unseen.
async fn refuse_unseen(act: &Act, held: &Held, row: &HoldRow, survey: &Survey) -> Result<()> {
    if held.marking.access.contains(&row.to_organisation) {
        return Ok(());
    }
    let author = act.room.directory().viewer(row.from_person);
    let author = author.map_or_else(|| act.viewer().cloned(), Ok)?;
    let known: Vec<HoldReason> = serde_json::from_str(&row.reasons).map_err(Error::internal)?;
    let unseen = give::unseen(&act.room, &author, held, row.to_organisation, (&known, survey)).await?;
    if unseen.is_empty() {
        return Ok(());
    }
    let found: Vec<_> = unseen.into_iter().map(|reason| reason.why).collect();
    let words =
        format!("More would cross than when it was held. Return it, to be sent again: {}", found.join("; "));
    Err(Error::invalid("comment", words))
}

/// The share goes out at this moment, as it was written.
async fn release(act: &mut Act, held: &mut Held, row: &HoldRow, survey: &Survey) -> Result<()> {
    // What was approved stands in `act`; it counts while the same organisation is asked.
    let given: Option<(PersonId, OrganisationId)> = match row.act.as_str() {
        "" => None,
        given => Some(serde_json::from_str(given).map_err(Error::internal)?),
    };
    let approved = given.filter(|(_, asked)| *asked == held.origin);
    let freely = onward::crosses_freely(held, row.from_organisation, row.to_organisation);
    if approved.is_none() && !freely {
        return Err(Error::Forbidden("The organisation that it came from is asked first, and was not."));
    }
    let cited = Cited {
        exhibits: serde_json::from_str(&row.exhibits).map_err(Error::internal)?,
        entries: serde_json::from_str(&row.entries).map_err(Error::internal)?,
        named: serde_json::from_str(&row.named).map_err(Error::internal)?,
    };
    if !freely && held.row.tlp == Tlp::AmberStrict {
        return Err(Error::invalid(
            "comment",
            "The incident is TLP:AMBER+STRICT now, which is not passed on",
        ));
    }
    if row.tlp.max(held.row.tlp) == Tlp::Red && cited.named.is_empty() {
        return Err(Error::invalid("comment", "It is TLP:RED, which goes to named people"));
    }
    let new = NewShare {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: row.body.clone(),
        tlp: row.tlp.max(held.row.tlp).inside(),
        foreign_nexus: row.foreign_nexus.clone(),
        basis: row.basis.read(),
        cited,
        words: vec![],
    };
    let by = Some(act.viewer()?.person);
    let (from, organisation) = (row.from_person, row.from_organisation);
    let reviewed = Reviewed { from, organisation, by, approved, keeps: false };
    if reviewed.admits(held, row.to_organisation) {
        refuse_unseen(act, held, row, survey).await?;
    }
    // What two others tell each other moves no version: nobody else can tell.
    let before = held.marking.clone();
    deliver(act, held, new, reviewed).await?;
    if held.marking != before {
        act.save(held).await?;
    }
    Ok(())
}

/// What one's own organisation held back and did not release, before a place of the journal, newest first.
pub(super) async fn list(room: &Room, viewer: &Viewer, before: i64, limit: i64) -> Result<Vec<(i64, Hold)>> {
    let (scope, own) = (policy::scope(viewer), viewer.organisation);
    let mut rows = vec![];
    for state in [HoldState::Held, HoldState::Returned, HoldState::Refused, HoldState::Withdrawn] {
        rows.extend(store::hold::list(&room.db, scope, own, state, before, limit).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.hold.seq));
    rows.truncate(limit as usize);
    let mut holds = vec![];
    for row in rows {
        let seq = row.hold.seq;
        if let Some(hold) = assemble(room, row) {
            holds.push((seq, Hold { beholden: beholden(room, viewer, &hold).await?, ..hold }));
        }
    }
    Ok(holds)
}

/// One hold, for those of the sender's organisation who read it.
pub async fn find_hold(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Hold>> {
    let row = store::hold::find_line(&room.db, policy::scope(viewer), id).await?;
    let hold = row.and_then(|row| assemble(room, row)).ok_or(Error::NotFound)?;
    Ok(policy::clear_by_scope(Hold { beholden: beholden(room, viewer, &hold).await?, ..hold }))
}

/// Whether counsel who reads it leaves it to other counsel.
async fn beholden(room: &Room, viewer: &Viewer, hold: &Hold) -> Result<bool> {
    let asked = hold.state == HoldState::Held && viewer.has(Role::Counsel);
    Ok(asked && person::is_beholden(room, viewer.person, hold.from.id).await?)
}

fn assemble(room: &Room, row: HoldLineRow) -> Option<Hold> {
    looks::at(row.hold.incident_id, row.hold.tlp);
    let HoldLineRow { hold, number, title, severity } = row;
    let directory = room.directory();
    // Written by this program; what cannot be read names and marks nothing.
    let named: Vec<PersonId> = serde_json::from_str(&hold.named).unwrap_or_default();
    Some(Hold {
        id: hold.id,
        incident: number,
        title,
        severity,
        version: hold.version,
        kind: hold.kind,
        named: named.into_iter().filter_map(|id| directory.person(id).cloned()).collect(),
        from: directory.person(hold.from_person)?.clone(),
        to: directory.organisation(hold.to_organisation)?.clone(),
        purpose: hold.purpose,
        text: hold.body,
        tlp: hold.tlp,
        basis: hold.basis.read(),
        reasons: serde_json::from_str(&hold.reasons).unwrap_or_default(),
        state: hold.state,
        comment: hold.comment,
        held_at: hold.held_at,
        decided_at: hold.decided_at,
        decided_by: hold.decided_by.and_then(|id| directory.person(id).cloned()),
        beholden: false,
    })
}
