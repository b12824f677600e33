//! What a rule holds back, and what counsel of the sender's organisation decides about them. Nothing
//! of a hold reaches its recipient: it is a row of its own until it is released.

mod preview;
mod read;

use app::{
    model::{
        OrganisationId, PersonId, ShareId, Tlp,
        basis::Basis,
        hold::{HoldKind, HoldReason, HoldState},
        share::Purpose,
    },
    policy::{self, Action, Standing, Viewer},
};

use super::{
    super::{
        Act, Asker, Begun, Conflict, Error, Noun, Once, Record, Result, Room,
        entry::checked_text,
        incident::{Held, refusal},
        person,
        store::{self, basis::BasisRow, hold::HoldRow},
    },
    Cited, Crossed, NewShare, Stepped, WITHDRAWN,
    deliver::{Reviewed, deliver},
    give, onward, put_basis,
    survey::Survey,
    words,
};

pub use preview::preview_hold;
pub use read::{find_hold, list_holds};

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
    let (mut row, mut held) = read_by(&mut act, &viewer, id).await?;
    let author = row.from_person == viewer.person;
    let beholden = person::beholden(&mut act, viewer.person, row.from_person).await?;
    let standing = Standing { own_organisation: true, author, beholden, ..held.standing(&viewer) };
    if !policy::may(&viewer, Action::ReviewShare, standing) {
        return Err(Error::Forbidden(match beholden {
            true => person::BEHOLDEN,
            false => refusal(Action::ReviewShare),
        }));
    }
    waits_still(&act, &held, &row, Some(version))?;
    let (state, action, comment) = match decision {
        Decision::Release => (HoldState::Released, "released", String::new()),
        Decision::Return(text) => (HoldState::Returned, "returned", checked_text("comment", &text)?),
        Decision::Refuse(text) => (HoldState::Refused, "refused", checked_text("comment", &text)?),
    };
    end(&mut act, &mut row, (state, action), comment).await?;
    if state == HoldState::Released {
        match row.kind {
            HoldKind::Share => release(&mut act, &mut held, &row, &survey).await?,
            HoldKind::Entry => words::release_entry(&mut act, &held, &row).await?,
            HoldKind::Answer => words::release_answer(&mut act, &held, &row).await?,
            HoldKind::Onward => onward::release(&mut act, &held, &row).await?,
        }
    }
    let number = held.row.number.clone();
    act.commit(Stepped { id, number, held: false }).await
}

/// Whoever wrote it, or a liaison of theirs, stops what waits for counsel: it goes nowhere.
pub async fn withdraw(
    room: Room,
    asker: Asker,
    once: Once,
    id: ShareId,
    version: Option<i64>,
) -> Result<Stepped> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let viewer = act.viewer()?.clone();
    let (mut row, held) = read_by(&mut act, &viewer, id).await?;
    let author = row.from_person == viewer.person;
    let standing = Standing { own_organisation: true, author, ..held.standing(&viewer) };
    if !policy::may(&viewer, Action::WithdrawHold, standing) {
        return Err(Error::Forbidden(refusal(Action::WithdrawHold)));
    }
    waits_still(&act, &held, &row, version)?;
    end(&mut act, &mut row, (HoldState::Withdrawn, WITHDRAWN), String::new()).await?;
    act.commit(Stepped { id, number: held.row.number, held: false }).await
}

/// A hold and its incident inside a write, if both exist for the one who acts.
async fn read_by(act: &mut Act, viewer: &Viewer, id: ShareId) -> Result<(HoldRow, Held)> {
    let found = store::hold::find(&mut act.tx, id).await?;
    let row = found.filter(|row| Crossed::hold(row).is_read_by(viewer)).ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let held = act.held(incident).await?;
    policy::clear(viewer, &held.marking, ()).ok_or(Error::NotFound)?;
    Ok((row, held))
}

/// Refuses what was decided meanwhile, and says by whom.
fn waits_still(act: &Act, held: &Held, row: &HoldRow, version: Option<i64>) -> Result<()> {
    if row.state == HoldState::Held && version.is_none_or(|seen| seen == row.version) {
        return Ok(());
    }
    let by = row.decided_by.and_then(|id| act.room.directory().person(id).map(|person| person.name.clone()));
    let (number, version, by) = (held.row.number.clone(), row.version, by.unwrap_or_default());
    Err(Error::Conflict(Box::new(Conflict { number, version, by })))
}

/// Writes how it ends.
async fn end(
    act: &mut Act,
    row: &mut HoldRow,
    (state, action): (HoldState, &'static str),
    comment: String,
) -> Result<()> {
    row.version += 1;
    (row.state, row.comment) = (state, comment);
    (row.decided_at, row.decided_by) = (Some(act.now()), Some(act.viewer()?.person));
    let body = serde_json::json!({ "id": row.id, "state": state, "comment": row.comment }).to_string();
    act.record(record(row, action, body)).await?;
    Ok(store::hold::set_state(&mut act.tx, row).await?)
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

/// Why what has become RED goes nowhere.
const UNNAMED: &str = "It is TLP:RED, which goes to named people";

/// What a hold points to beside its words, and whom it names.
pub(super) fn cited(row: &HoldRow) -> Result<Cited> {
    Ok(Cited {
        exhibits: serde_json::from_str(&row.exhibits).map_err(Error::internal)?,
        entries: serde_json::from_str(&row.entries).map_err(Error::internal)?,
        named: serde_json::from_str(&row.named).map_err(Error::internal)?,
    })
}

/// Who let it be passed on before counsel looked, and for which organisation; of a share.
fn given(row: &HoldRow) -> Result<Option<(PersonId, OrganisationId)>> {
    match row.act.as_str() {
        "" => Ok(None),
        given => serde_json::from_str(given).map_err(Error::internal),
    }
}

/// The share that a release makes, in an incident under this label.
fn new_share(row: &HoldRow, incident: Tlp) -> Result<NewShare> {
    Ok(NewShare {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: row.body.clone(),
        tlp: row.tlp.max(incident).inside(),
        foreign_nexus: row.foreign_nexus.clone(),
        basis: row.basis.read(),
        cited: cited(row)?,
        words: vec![],
    })
}

/// The share goes out at this moment, as it was written.
async fn release(act: &mut Act, held: &mut Held, row: &HoldRow, survey: &Survey) -> Result<()> {
    // It counts while the same organisation is asked.
    let approved = given(row)?.filter(|(_, asked)| *asked == held.origin);
    let freely = onward::crosses_freely(held, row.from_organisation, row.to_organisation);
    if approved.is_none() && !freely {
        return Err(Error::Forbidden("The organisation that it came from is asked first, and was not."));
    }
    if !freely && held.row.tlp == Tlp::AmberStrict {
        return Err(Error::invalid(
            "comment",
            "The incident is TLP:AMBER+STRICT now, which is not passed on",
        ));
    }
    let new = new_share(row, held.row.tlp)?;
    if new.tlp == Tlp::Red && new.cited.named.is_empty() {
        return Err(Error::invalid("comment", UNNAMED));
    }
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
