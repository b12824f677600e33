//! What is shared, and with whom: checked, then a row of the ledger for each recipient.

use app::{
    model::{
        EntryId, FieldErrors, OrganisationId, Person, PersonId, ShareId, Tlp,
        entry::EntryKind,
        exhibit::CustodyAction,
        hold::HoldReason,
        id::Number,
        share::{Nexus, Purpose, ShareState},
    },
    policy::{Action, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
        entry::{NewEntry, checked_text},
        evidence,
        incident::Held,
        ledger,
        store::{self, share::ShareRow},
    },
    Cited, SHARED, Said, body_of,
    cite::{self, After},
    hold, rules, waits,
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
    pub cited: Cited,
    /// The words of the entries that it points to: the rules read them too.
    pub words: Vec<String>,
}

/// What became of a crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Delivered,
    /// Counsel looks first; the recipient knows nothing.
    Held,
}

/// Delivers what no rule holds back.
pub(crate) async fn add(act: &mut Act, held: &mut Held, new: NewShare) -> Result<Given> {
    let viewer = act.viewer()?.clone();
    let reasons = reasons(&act.room, &viewer, held, &new)?;
    if !reasons.is_empty() {
        hold::add(act, held, new, &reasons).await?;
        return Ok(Given::Held);
    }
    let reviewed = Reviewed { from: viewer.person, organisation: viewer.organisation, by: None };
    deliver(act, held, new, reviewed).await?;
    Ok(Given::Delivered)
}

/// Why counsel looks at a crossing first; nothing when it goes straight out.
pub(super) fn reasons(room: &Room, viewer: &Viewer, held: &Held, new: &NewShare) -> Result<Vec<HoldReason>> {
    let to = room.directory().organisation(new.to).map(|to| to.sector).ok_or(Error::NotFound)?;
    let mut beside = vec![("Foreign nexus", new.foreign_nexus.as_str())];
    beside.extend(new.words.iter().map(|words| ("An entry that goes along", words.as_str())));
    if !held.marking.access.contains(&new.to) {
        // Who joins reads these at once.
        beside.push(("Title", &held.row.title));
        beside.push(("Current understanding", &held.row.summary));
    }
    let reference = room.reference();
    let rules = reference.settings.hold_rules();
    let crossing = rules::Crossing { rules, from: viewer.sector, to, text: &new.text, beside };
    Ok(rules::held_by(&crossing))
}

/// Who shares, and who let it out where it was held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reviewed {
    pub from: PersonId,
    pub organisation: OrganisationId,
    pub by: Option<PersonId>,
}

/// Writes the ledger row, gives access, and says so in the timeline. With RED only the named people see it.
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
    let parties = [row.from_organisation, row.to_organisation];
    let counted = ledger::counted(act, row.id, parties, row.tlp.max(held.row.tlp)).await?;
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
    add_cited(act, held, new.id, &new.cited).await?;
    admit(act, held, new.to, &new.cited.named).await?;
    let directory = room.directory();
    let to = directory.organisation(new.to).map_or_else(String::new, |to| to.short.clone());
    let entry = NewEntry::about(EntryKind::Share, &held.marking).change("share", "", to);
    act.append_new(held.row.id, entry.text(new.purpose.label()), "shared").await.map(drop)
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

/// What the form and `POST .../shares` send.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShareInput {
    /// Slugs of organisations.
    pub to: Vec<String>,
    /// E-mail addresses. With TLP:RED they alone see it; else it says to whom it is addressed.
    pub named: Vec<String>,
    pub purpose: String,
    pub text: String,
    /// Labels of exhibits: `E-3`.
    pub exhibits: Vec<String>,
    /// Ids of entries of the timeline.
    pub entries: Vec<String>,
    /// As the incident when empty; never looser.
    pub tlp: String,
    /// `none_seen`, `suspected` or `attributed`; nothing is said when empty.
    pub foreign_nexus: String,
    /// By whom, with `attributed`.
    pub attributed_by: String,
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
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::Share)?;
    let (mut shares, mut waiting) = (vec![], vec![]);
    for new in checked(&room, &asker.viewer, &held, &input).await? {
        let id = new.id;
        match add(&mut act, &mut held, new).await? {
            Given::Held => waiting.push(id),
            Given::Delivered => shares.push(id),
        }
    }
    // Others can tell a version that moved.
    if !shares.is_empty() {
        act.save(&mut held).await?;
    }
    act.commit(Shared { shares, held: waiting }).await
}

/// What would be shared, one an organisation; all that is wrong with it at once.
pub(super) async fn checked(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    input: &ShareInput,
) -> Result<Vec<NewShare>> {
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
    let foreign_nexus = nexus(input, &mut errors);
    let named = people(room, viewer, &input.named, &mut errors);
    let to = recipients(room, viewer, held.row.tlp, &input.to, &named, &mut errors);
    let text = match checked_text("text", &input.text) {
        Ok(text) => text,
        Err(Error::Invalid(found)) => {
            errors.merge(found);
            String::new()
        }
        Err(other) => return Err(other),
    };
    let after = After::of(room, held, &to, &named);
    let row = &held.row;
    let exhibits = cite::exhibits(room, viewer, row, &after, &input.exhibits, &mut errors).await?;
    let entries = cite::entries(room, viewer, row, &after, &input.entries, &mut errors).await?;
    let (entries, words): (Vec<EntryId>, Vec<String>) = entries.into_iter().unzip();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let new = |to: OrganisationId| NewShare {
        id: ShareId(room.ids.uuid()),
        to,
        purpose,
        text: text.clone(),
        tlp,
        foreign_nexus: foreign_nexus.clone(),
        cited: Cited {
            exhibits: exhibits.clone(),
            entries: entries.clone(),
            named: named.iter().filter(|p| p.organisation.id == to).map(|p| p.id).collect(),
        },
        words: words.clone(),
    };
    Ok(to.into_iter().map(new).collect())
}

/// The statement as it goes along: `Attributed by ODNI`.
fn nexus(input: &ShareInput, errors: &mut FieldErrors) -> String {
    let by: String = input.attributed_by.split_whitespace().collect::<Vec<_>>().join(" ");
    let chosen = match input.foreign_nexus.trim() {
        "" => None,
        word => match word.parse::<Nexus>() {
            Ok(nexus) => Some(nexus),
            Err(_) => {
                errors.add("foreign_nexus", "Choose none seen, suspected, or attributed by whom");
                return String::new();
            }
        },
    };
    match chosen {
        Some(Nexus::Attributed) if by.is_empty() => {
            errors.add("attributed_by", "Say who attributes it");
            String::new()
        }
        Some(Nexus::Attributed) if by.chars().count() > 200 => {
            errors.add("attributed_by", "At most 200 characters");
            String::new()
        }
        Some(Nexus::Attributed) => format!("{} {by}", Nexus::Attributed.label()),
        _ if !by.is_empty() => {
            errors.add("attributed_by", "Only what is attributed names by whom");
            String::new()
        }
        Some(nexus) => nexus.label().to_owned(),
        None => String::new(),
    }
}

/// The people named; a suspended one is not there.
fn people(room: &Room, viewer: &Viewer, typed: &[String], errors: &mut FieldErrors) -> Vec<Person> {
    let directory = room.directory();
    let mut named: Vec<Person> = vec![];
    for word in typed.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        match directory.find(word).filter(|member| member.is_in()).map(|member| &member.person) {
            Some(person) if person.organisation.id == viewer.organisation => {
                errors.add("named", format!("{} is of your own organisation", person.name));
            }
            Some(person) if !named.iter().any(|known| known.id == person.id) => named.push(person.clone()),
            Some(_) => {}
            None => errors.add("named", format!("Nobody in this room has the address “{word}”")),
        }
    }
    named
}

/// The organisations that it goes to. RED goes to people: their organisations follow from them.
fn recipients(
    room: &Room,
    viewer: &Viewer,
    incident: Tlp,
    typed: &[String],
    named: &[Person],
    errors: &mut FieldErrors,
) -> Vec<OrganisationId> {
    let directory = room.directory();
    let mut to = vec![];
    for slug in typed.iter().map(|slug| slug.trim()).filter(|slug| !slug.is_empty()) {
        match directory.sitting_by_slug(slug) {
            Some(found) if found.id == viewer.organisation => {
                errors.add("to", "Your own organisation has it already");
            }
            Some(found) if !to.contains(&found.id) => to.push(found.id),
            Some(_) => {}
            None => errors.add("to", format!("There is no organisation “{slug}” in this room")),
        }
    }
    if incident == Tlp::Red {
        let unnamed = |id: &OrganisationId| !named.iter().any(|person| person.organisation.id == *id);
        for id in to.iter().filter(|id| unnamed(id)) {
            let short = directory.organisation(*id).map_or("it", |found| found.short.as_str());
            errors.add("named", format!("TLP:RED goes to named people: name who of {short} may see it"));
        }
        if to.is_empty() && named.is_empty() && errors.first("named").is_none() {
            errors.add("named", "TLP:RED goes to named people: name them");
        }
        for person in named {
            if !to.contains(&person.organisation.id) {
                to.push(person.organisation.id);
            }
        }
        return to;
    }
    for person in named.iter().filter(|person| !to.contains(&person.organisation.id)) {
        let short = &person.organisation.short;
        errors.add("named", format!("{} is of {short}, with which this is not shared", person.name));
    }
    if to.is_empty() && errors.first("to").is_none() {
        errors.add("to", "Choose with whom to share");
    }
    to
}
