//! An incident is opened.

use app::{
    model::{
        IncidentId, Moment, PersonId, ShareId,
        basis::Basis,
        entry::EntryKind,
        id::Number,
        incident::{Jurisdiction, Status, Verification},
        share::Purpose,
    },
    policy::{self, Action, Marking, Standing},
};
use serde::{Deserialize, Serialize};

use super::{
    Held,
    check::{Valid, check},
};
use crate::service::{
    Act, Asker, Begun, Error, Once, Result, Room, clocks, entry::NewEntry, playbook, share, store,
    store::incident::IncidentRow,
};

/// What the form and `POST /incidents` send. Words stay as typed, so that each mistake finds its field.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpenIncident {
    pub title: String,
    pub summary: String,
    /// A leaf of the catalogue: `PROC-1`.
    pub category: String,
    pub severity: String,
    /// `amber` when empty. `clear` takes two people, and is asked for afterwards.
    pub tlp: String,
    /// RFC 3339; now when absent.
    pub occurred_at: Option<String>,
    pub jurisdictions: Vec<Jurisdiction>,
    /// Slugs of organisations.
    pub share_with: Vec<String>,
    /// With TLP:RED: e-mail addresses of the people who may see it.
    pub named: Vec<String>,
    /// E-mail address of a person of one's own organisation.
    pub owner: Option<String>,
    /// Who reported it, by which channel.
    pub source: String,
    /// Id of a playbook to begin at once.
    pub playbook: String,
    /// Two people look before it crosses to another sector.
    pub candidate_or_party_content: bool,
    /// Counsel looks before it crosses.
    pub contains_personal_data: bool,
    /// What the organisations of `share_with` are asked; told for awareness when empty.
    pub question: String,
}

/// The number that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub number: Number,
}

/// Checks what would be opened, and opens nothing: the preview before sending.
pub fn review(room: &Room, asker: &Asker, input: &OpenIncident) -> Result<()> {
    check(room, asker, input, room.now()).map(drop)
}

/// Opens an incident and gives it a number.
pub async fn open(room: Room, asker: Asker, once: Once, input: OpenIncident) -> Result<Opened> {
    open_as(room, asker, once, input, None).await
}

/// The same under a number of the caller's: the demo room keeps the numbers of its story.
pub async fn open_as(
    room: Room,
    asker: Asker,
    once: Once,
    input: OpenIncident,
    number: Option<Number>,
) -> Result<Opened> {
    if !policy::may(&asker.viewer, Action::Open, Standing::default()) {
        return Err(Error::Forbidden(super::refusal(Action::Open)));
    }
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(opened) => return Ok(opened),
    };
    let valid = check(&room, &asker, &input, act.now())?;
    let number = match number {
        Some(number) => number,
        None => draw(&mut act).await?,
    };
    let mut held = add(&mut act, &asker, &valid, number.clone()).await?;
    let opening = NewEntry::about(EntryKind::Status, &marking_of(&asker, &valid))
        .change("status", "", Status::Reported.label())
        .text(&valid.summary);
    let first = NewEntry { happened_at: None, ..opening };
    act.append_new(held.row.id, first, "opened").await?;
    if let Some(id) = &valid.playbook {
        let marking = marking_of(&asker, &valid);
        let all = Held { row: held.row.clone(), marking, origin: held.origin };
        playbook::add(&mut act, &all, id).await?;
    }
    let directory = room.directory();
    let of = |id: &PersonId| directory.person(*id).map(|person| person.organisation.id);
    for organisation in &valid.share_with {
        let named = valid.named.iter().copied().filter(|id| of(id) == Some(*organisation)).collect();
        let new = share::NewShare {
            id: ShareId(room.ids.uuid()),
            to: *organisation,
            purpose: if valid.question.is_some() { Purpose::Question } else { Purpose::Awareness },
            text: valid.words().to_owned(),
            tlp: valid.tlp,
            foreign_nexus: String::new(),
            basis: Basis::default(),
            cited: share::Cited { named, ..share::Cited::default() },
            words: vec![],
        };
        share::add(&mut act, &mut held, new, &share::Survey::of_new()).await?;
    }
    act.commit(Opened { number }).await
}

/// Who will see it once nothing is held: the marking that the preview shows, and whom a RED opening names.
fn marking_of(asker: &Asker, valid: &Valid) -> Marking {
    let access = std::iter::once(asker.viewer.organisation).chain(valid.share_with.iter().copied()).collect();
    Marking { tlp: valid.tlp, access, named: valid.named.clone(), audience: None }
}

/// Draws a number from the unused ones: four digits, five once half of those are given.
async fn draw(act: &mut Act) -> Result<Number> {
    let given = store::incident::count_numbers(&mut act.tx).await?;
    let (from, to) = if given < 5_000 { (1, 10_000) } else { (10_000, 100_000) };
    for _ in 0..10_000 {
        let number = Number::new(from + act.room.ids.below(to - from));
        if !store::incident::number_is_given(&mut act.tx, &number).await? {
            return Ok(number);
        }
    }
    Err(Error::internal("no incident number is left"))
}

/// The incident as its own organisation alone knows it: whoever else is named or shared with joins by a
/// share, once that is delivered.
async fn add(act: &mut Act, asker: &Asker, valid: &Valid, number: Number) -> Result<Held> {
    let room = act.room.clone();
    let now = act.now();
    let directory = room.directory();
    let reference = room.reference();
    let period = reference.period(now);
    let lead = directory
        .organisation(asker.viewer.organisation)
        .ok_or_else(|| Error::internal("no such organisation"))?;
    let mut row = IncidentRow {
        id: IncidentId(room.ids.uuid()),
        number,
        version: 1,
        title: valid.title.clone(),
        summary: valid.summary.clone(),
        category: valid.category.clone(),
        severity: valid.severity,
        severity_rank: valid.severity.rank(),
        status: Status::Reported,
        status_rank: Status::Reported.rank(),
        is_open: true,
        disposition: None,
        verification: Verification::Unverified,
        tlp: valid.tlp,
        source: valid.source.clone(),
        lead_id: lead.id,
        lead_slug: lead.slug.clone(),
        owner_id: valid.owner,
        handover_to: None,
        opened_by: asker.viewer.person,
        resolved_by: None,
        period: period.map(|period| period.slug.clone()),
        target_percent: reference.percent(now),
        update_percent: reference.percent(now),
        occurred_at: valid.occurred_at,
        reported_at: now,
        opened_at: now,
        acknowledged_at: None,
        contained_at: None,
        resolved_at: None,
        closed_at: None,
        hold_since: None,
        hold_reason: None,
        hold_review_at: None,
        acknowledge_due: None,
        update_from: now,
        update_due: None,
        contain_due: None,
        next_due: Moment::NEVER,
        watch_due: Moment::NEVER,
        updated_at: now,
        duplicate_of: None,
        referred_to: None,
        exhibit_count: 0,
        acknowledge_from: now,
        contain_from: now,
        candidate_or_party_content: valid.candidate_or_party_content,
        contains_personal_data: valid.contains_personal_data,
        legal_hold: false,
        clear_asked_by: None,
        clear_asked_at: None,
        clear_reason: None,
    };
    clocks::set_targets(&room, &mut row, valid.severity);
    clocks::settle(&mut row);
    store::incident::add(&mut act.tx, &row).await?;
    store::incident::add_access(&mut act.tx, row.id, row.lead_id, now).await?;
    for (state, county) in &valid.jurisdictions {
        store::incident::add_jurisdiction(&mut act.tx, row.id, state, county).await?;
    }
    let own = |id: &PersonId| directory.person(*id).is_some_and(|person| person.organisation.id == lead.id);
    let named: Vec<PersonId> = valid.named.iter().copied().filter(own).collect();
    for person in &named {
        store::incident::add_named(&mut act.tx, row.id.0, *person).await?;
    }
    let marking = Marking { tlp: row.tlp, access: vec![row.lead_id], named, audience: None };
    let origin = row.lead_id;
    Ok(Held { row, marking, origin })
}
