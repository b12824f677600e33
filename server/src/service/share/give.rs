//! What is shared, and with whom: checked, then a row of the ledger for each recipient.

use app::{
    model::{
        ExhibitId, FieldErrors, OrganisationId, PersonId, ShareId, Tlp,
        entry::EntryKind,
        exhibit::CustodyAction,
        hold::HoldReason,
        id::Number,
        share::{Purpose, ShareState},
    },
    policy::{self, Action, Marking, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
        entry::{NewEntry, checked_text},
        evidence,
        incident::Held,
        store::{self, incident::IncidentRow, share::ShareRow},
    },
    SHARED, body_of, hold, rules, waits,
};

/// A crossing, checked, before it is a row of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct NewShare {
    pub id: ShareId,
    pub to: OrganisationId,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub exhibits: Vec<ExhibitId>,
}

/// What became of a crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Delivered,
    /// Counsel looks first; the recipient knows nothing.
    Held,
}

/// Delivers what no rule holds back.
pub(crate) async fn add(
    act: &mut Act,
    incident: &IncidentRow,
    marking: &Marking,
    new: NewShare,
) -> Result<Given> {
    let viewer = act.viewer()?.clone();
    let to = act.room.directory().organisation(new.to).map(|to| to.sector).ok_or(Error::NotFound)?;
    let reference = act.room.reference();
    let standing = reference.settings.hold_rules();
    let mut reasons = rules::reasons(standing, &new.text, viewer.sector, to);
    // The statement goes along and is read under the same rules; its words have no place in the text to mark.
    for reason in rules::reasons(standing, &new.foreign_nexus, viewer.sector, to) {
        if !reasons.iter().any(|known| known.rule == reason.rule) {
            reasons.push(HoldReason {
                why: format!("Foreign nexus: {}", reason.why),
                marks: vec![],
                ..reason
            });
        }
    }
    if !reasons.is_empty() {
        hold::add(act, incident, new, &reasons).await?;
        return Ok(Given::Held);
    }
    let reviewed = Reviewed { from: viewer.person, organisation: viewer.organisation, by: None };
    deliver(act, incident, marking, new, reviewed).await?;
    Ok(Given::Delivered)
}

/// Who shares, and who let it out where it was held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reviewed {
    pub from: PersonId,
    pub organisation: OrganisationId,
    pub by: Option<PersonId>,
}

/// Writes the ledger row, gives access, and says so in the timeline.
pub(super) async fn deliver(
    act: &mut Act,
    incident: &IncidentRow,
    marking: &Marking,
    new: NewShare,
    reviewed: Reviewed,
) -> Result<()> {
    let room = act.room.clone();
    let directory = room.directory();
    let mut row = ShareRow {
        id: new.id,
        incident_id: incident.id,
        seq: 0,
        version: 1,
        from_person: reviewed.from,
        from_organisation: reviewed.organisation,
        to_organisation: new.to,
        purpose: new.purpose,
        body: new.text,
        tlp: new.tlp,
        foreign_nexus: new.foreign_nexus,
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
        reviewed_by: reviewed.by,
    };
    row.waits = waits(&room, &row);
    let record = Record {
        incident: Some(incident.id),
        noun: Noun::Share,
        noun_id: Some(new.id.0),
        action: SHARED,
        body: body_of(&row, &new.exhibits)?,
    };
    row.seq = act.record(record).await?;
    store::share::add(&mut act.tx, &row).await?;
    for exhibit in &new.exhibits {
        store::share::add_exhibit(&mut act.tx, new.id, *exhibit).await?;
        // The ledger says with whom; the custody of the exhibit that it was shared at all.
        evidence::add_custody(act, incident.id, *exhibit, CustodyAction::Shared, "", "").await?;
    }
    let now = act.now();
    store::incident::add_access(&mut act.tx, incident.id, new.to, now).await?;
    let to = directory.organisation(new.to).map_or_else(String::new, |to| to.short.clone());
    let mut wider = marking.clone();
    if !wider.access.contains(&new.to) {
        wider.access.push(new.to);
    }
    let entry = NewEntry::about(EntryKind::Share, &wider).change("share", "", to).text(new.purpose.label());
    act.append_new(incident.id, entry, "shared").await.map(drop)
}

/// What the form and `POST .../shares` send.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShareInput {
    /// Slugs of organisations.
    pub to: Vec<String>,
    pub purpose: String,
    pub text: String,
    /// Labels of exhibits: `E-3`.
    pub exhibits: Vec<String>,
    /// As the incident when empty; never looser.
    pub tlp: String,
    pub foreign_nexus: String,
}

/// The shares that were made, one an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub shares: Vec<ShareId>,
    /// Those that wait for counsel.
    #[serde(default)]
    pub held: Vec<ShareId>,
}

pub async fn share(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: ShareInput,
) -> Result<Shared> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(shared) => return Ok(shared),
    };
    let (mut held, mut waiting) = (act.incident(&number).await?, vec![]);
    act.permit(&held, Action::Share)?;
    let (purpose, tlp, to) = check(&room, &asker, &held, &input)?;
    let text = checked_text("text", &input.text)?;
    let exhibits = chosen_exhibits(&room, &asker.viewer, &held, &input.exhibits).await?;
    let mut shares = vec![];
    for organisation in to {
        let id = ShareId(room.ids.uuid());
        let new = NewShare {
            id,
            to: organisation,
            purpose,
            text: text.clone(),
            tlp,
            foreign_nexus: input.foreign_nexus.trim().chars().take(500).collect(),
            exhibits: exhibits.clone(),
        };
        if add(&mut act, &held.row, &held.marking, new).await? == Given::Held {
            waiting.push(id);
            continue;
        }
        if !held.marking.access.contains(&organisation) {
            held.marking.access.push(organisation);
        }
        shares.push(id);
    }
    // Others can tell a version that moved.
    if !shares.is_empty() {
        act.save(&mut held).await?;
    }
    act.commit(Shared { shares, held: waiting }).await
}

fn check(
    room: &Room,
    asker: &Asker,
    held: &Held,
    input: &ShareInput,
) -> Result<(Purpose, Tlp, Vec<OrganisationId>)> {
    let mut errors = FieldErrors::default();
    let purpose = match input.purpose.trim() {
        "" => Purpose::Awareness,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("purpose", "Choose a purpose from the list");
            Purpose::Awareness
        }),
    };
    let tlp = match input.tlp.trim() {
        "" => held.row.tlp,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("tlp", "Choose one of the five TLP labels");
            held.row.tlp
        }),
    };
    if tlp < held.row.tlp {
        errors.add("tlp", format!("Not looser than the incident, which is {}", held.row.tlp.label()));
    }
    if held.row.tlp == Tlp::Red {
        errors.add("to", "TLP:RED goes to named people: change the marking to name them");
    }
    let directory = room.directory();
    let mut to = vec![];
    for slug in input.to.iter().map(|slug| slug.trim()).filter(|slug| !slug.is_empty()) {
        match directory.organisation_by_slug(slug) {
            Some(found) if found.id == asker.viewer.organisation => {
                errors.add("to", "Your own organisation leads it already");
            }
            Some(found) if !to.contains(&found.id) => to.push(found.id),
            Some(_) => {}
            None => errors.add("to", format!("There is no organisation “{slug}” in this room")),
        }
    }
    if to.is_empty() && errors.first("to").is_none() {
        errors.add("to", "Choose with whom to share");
    }
    if errors.is_empty() { Ok((purpose, tlp, to)) } else { Err(Error::Invalid(errors)) }
}

async fn chosen_exhibits(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    labels: &[String],
) -> Result<Vec<ExhibitId>> {
    let mut chosen = vec![];
    for label in labels.iter().map(|label| label.trim()).filter(|label| !label.is_empty()) {
        let unknown = || Error::invalid("exhibits", format!("There is no exhibit {label}"));
        let number: i64 = label.trim_start_matches("E-").parse().map_err(|_| unknown())?;
        let scope = policy::scope(viewer);
        let row = store::exhibit::find_visible(&room.db, scope, held.row.id, number).await?;
        chosen.push(row.ok_or_else(unknown)?.id);
    }
    Ok(chosen)
}
