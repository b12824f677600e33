//! An incident is opened.

use app::{
    model::{
        FieldErrors, IncidentId, Moment, OrganisationId, PersonId, Severity, ShareId, Tlp,
        basis::Basis,
        entry::EntryKind,
        id::Number,
        incident::{Jurisdiction, Status, Verification},
        setting::ContentMark,
        share::Purpose,
    },
    policy::{self, Action, Marking, Standing},
};
use serde::{Deserialize, Serialize};

use super::{Held, clearance};
use crate::{
    reference,
    service::{
        Act, Asker, Begun, Error, Once, Result, Room, clocks, entry, entry::NewEntry, playbook, share, store,
        store::incident::IncidentRow,
    },
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
    /// Where it comes from, in words.
    pub source: String,
    /// Id of a playbook to begin at once.
    pub playbook: String,
    /// Two people look before it crosses to another sector.
    pub candidate_or_party_content: bool,
    /// Counsel looks before it crosses.
    pub contains_personal_data: bool,
}

/// The number that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub number: Number,
}

/// The same, checked.
struct Valid {
    title: String,
    summary: String,
    category: String,
    severity: Severity,
    tlp: Tlp,
    occurred_at: Moment,
    jurisdictions: Vec<(String, String)>,
    share_with: Vec<OrganisationId>,
    named: Vec<PersonId>,
    owner: Option<PersonId>,
    source: String,
    playbook: Option<String>,
    candidate_or_party_content: bool,
    contains_personal_data: bool,
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
            purpose: Purpose::Awareness,
            text: if valid.summary.is_empty() { valid.title.clone() } else { valid.summary.clone() },
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
        target_percent: period.map_or(100, |period| period.target_percent),
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
        target_from: now,
        candidate_or_party_content: valid.candidate_or_party_content,
        contains_personal_data: valid.contains_personal_data,
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

// ── checking ─────────────────────────────────────────────────────────────────────────────────────

fn check(room: &Room, asker: &Asker, input: &OpenIncident, now: Moment) -> Result<Valid> {
    let mut errors = FieldErrors::default();
    let title = check_title(&input.title, &mut errors);
    let summary = check_summary(&input.summary, &mut errors);
    let category = check_category(room, &input.category, now, &mut errors);
    let severity = input.severity.trim().parse().unwrap_or_else(|_| {
        errors.add("severity", "Choose how severe it is");
        Severity::Medium
    });
    let tlp = match input.tlp.trim() {
        "" => Tlp::Amber,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("tlp", "Choose one of the five TLP labels");
            Tlp::Red
        }),
    };
    if tlp == Tlp::Clear {
        errors.add("tlp", clearance::NOT_AT_ONCE);
    }
    let occurred_at = check_occurred_at(input.occurred_at.as_deref(), now, &mut errors).unwrap_or(now);
    let jurisdictions = check_jurisdictions(&input.jurisdictions, &mut errors);
    let named = check_named(room, asker, tlp, &input.named, &mut errors);
    let mut share_with = check_organisations(room, asker, &input.share_with, &mut errors);
    if tlp == Tlp::Red {
        if !share_with.is_empty() {
            errors.add("share_with", "TLP:RED goes to named people, not to organisations");
        }
        share_with = organisations_of(room, asker, &named);
    }
    let owner = check_owner(room, asker, input.owner.as_deref(), tlp, &named, &mut errors);
    let playbook = Some(input.playbook.trim().to_owned()).filter(|id| !id.is_empty());
    let offered = playbook::offered(room);
    if playbook.as_ref().is_some_and(|id| !offered.iter().any(|one| one.id == *id)) {
        errors.add("playbook", "Choose a playbook from the list");
    }
    // A narrower label crosses by shares, which wait for counsel.
    let head = [("title", "Title", title.as_str()), ("summary", "Current understanding", summary.as_str())];
    let opening = share::permit_opening(room, &[asker.viewer.sector], tlp, &head);
    let marks = ContentMark::of(input.candidate_or_party_content, input.contains_personal_data);
    let content = share::permit_content(room, &asker.viewer, tlp, &marks);
    for refused in [opening, content] {
        if let Err(Error::Invalid(found)) = refused {
            errors.merge(found);
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let source = input.source.trim().chars().take(500).collect();
    Ok(Valid {
        title,
        summary,
        category,
        severity,
        tlp,
        occurred_at,
        jurisdictions,
        share_with,
        named,
        owner,
        source,
        playbook,
        candidate_or_party_content: input.candidate_or_party_content,
        contains_personal_data: input.contains_personal_data,
    })
}

pub(super) fn check_title(typed: &str, errors: &mut FieldErrors) -> String {
    let title = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = match title.chars().count() {
        0..8 => Some(
            "Say what happened and where, e.g. “SMS to voters in Maricopa County gives wrong polling hours”",
        ),
        8..=160 => None,
        _ => Some("At most 160 characters; the rest belongs in “What happened”"),
    };
    if let Some(message) = message {
        errors.add("title", message);
    }
    title
}

pub(super) fn check_summary(typed: &str, errors: &mut FieldErrors) -> String {
    let summary = typed.trim().replace("\r\n", "\n");
    if summary.chars().count() > entry::TEXT_LIMIT {
        errors.add("summary", "At most 20,000 characters");
    }
    summary
}

pub(super) fn check_occurred_at(
    typed: Option<&str>,
    now: Moment,
    errors: &mut FieldErrors,
) -> Option<Moment> {
    match entry::happened_at(typed, now) {
        Ok(moment) => moment,
        Err(Error::Invalid(found)) => {
            found.iter().for_each(|(_, message)| errors.add("occurred_at", message));
            None
        }
        // It reads a text and a clock: nothing else can go wrong.
        Err(_) => None,
    }
}

pub(super) fn check_category(room: &Room, typed: &str, now: Moment, errors: &mut FieldErrors) -> String {
    let code = typed.trim().to_uppercase();
    if !room.reference().catalogue(now).iter().any(|category| category.code == code) {
        errors.add("category", "Choose a kind from the catalogue");
    }
    code
}

pub(super) fn check_jurisdictions(typed: &[Jurisdiction], errors: &mut FieldErrors) -> Vec<(String, String)> {
    let mut places: Vec<(String, String)> = vec![];
    for place in typed {
        let state = place.state.trim().to_uppercase();
        if !reference::states().iter().any(|known| known.state == state) {
            errors.add("jurisdictions", format!("“{}” is not the postal code of a state", place.state));
            continue;
        }
        let county = match place.county.as_deref().map(str::trim).filter(|county| !county.is_empty()) {
            None => String::new(),
            Some(typed) => match reference::county(&state, typed) {
                Some(county) => county.to_owned(),
                None => {
                    errors.add("jurisdictions", format!("{state} has no county “{typed}”"));
                    continue;
                }
            },
        };
        if !places.contains(&(state.clone(), county.clone())) {
            places.push((state, county));
        }
    }
    if places.len() > 60 {
        errors.add("jurisdictions", "At most 60; leave it empty for nationwide");
    }
    places
}

fn check_organisations(
    room: &Room,
    asker: &Asker,
    typed: &[String],
    errors: &mut FieldErrors,
) -> Vec<OrganisationId> {
    let directory = room.directory();
    let mut chosen = vec![];
    for slug in typed.iter().map(|slug| slug.trim()).filter(|slug| !slug.is_empty()) {
        match directory.sitting_by_slug(slug) {
            Some(found) if found.id == asker.viewer.organisation => {}
            Some(found) if !chosen.contains(&found.id) => chosen.push(found.id),
            Some(_) => {}
            None => errors.add("share_with", format!("There is no organisation “{slug}” in this room")),
        }
    }
    chosen
}

pub(super) fn check_named(
    room: &Room,
    asker: &Asker,
    tlp: Tlp,
    typed: &[String],
    errors: &mut FieldErrors,
) -> Vec<PersonId> {
    let words: Vec<&str> = typed.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect();
    if tlp != Tlp::Red {
        if !words.is_empty() {
            errors.add("named", "Only TLP:RED goes to named people");
        }
        return vec![];
    }
    let directory = room.directory();
    let mut people = vec![asker.viewer.person];
    for word in words {
        match directory.find_known(word) {
            Some(member) if !people.contains(&member.person.id) => people.push(member.person.id),
            Some(_) => {}
            None => errors.add("named", format!("Nobody in this room has the address “{word}”")),
        }
    }
    people
}

/// Naming somebody crosses to their organisation: it is a row of the ledger, too.
pub(super) fn organisations_of(room: &Room, asker: &Asker, named: &[PersonId]) -> Vec<OrganisationId> {
    let directory = room.directory();
    let mut organisations: Vec<OrganisationId> =
        named.iter().filter_map(|id| directory.person(*id)).map(|person| person.organisation.id).collect();
    organisations.sort_unstable();
    organisations.dedup();
    organisations.retain(|id| *id != asker.viewer.organisation);
    organisations
}

fn check_owner(
    room: &Room,
    asker: &Asker,
    typed: Option<&str>,
    tlp: Tlp,
    named: &[PersonId],
    errors: &mut FieldErrors,
) -> Option<PersonId> {
    let word = typed.map(str::trim).filter(|word| !word.is_empty())?;
    let directory = room.directory();
    let member = directory.find_known(word);
    match member.map(|member| &member.person) {
        Some(person) if person.organisation.id != asker.viewer.organisation => {
            errors.add("owner", "The owner belongs to the lead organisation, which is yours");
            None
        }
        Some(person) if tlp == Tlp::Red && !named.contains(&person.id) => {
            errors.add("owner", "With TLP:RED the owner must be one of the named people");
            None
        }
        Some(person) => Some(person.id),
        None => {
            errors.add("owner", "Nobody of your organisation has this address");
            None
        }
    }
}
