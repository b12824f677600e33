//! What is typed about an incident, checked field by field, at its opening and at each edit.

use app::{
    model::{
        FieldErrors, Moment, OrganisationId, PersonId, Severity, Tlp,
        incident::{Jurisdiction, SOURCE_LIMIT},
        setting::ContentMark,
    },
    policy::Marking,
};

use super::{
    OpenIncident, clearance,
    sight::{can_be_named, check_owner_sees},
};
use crate::{
    reference,
    service::{Asker, Error, Result, Room, entry, error::faults, playbook, share},
};

/// What is to be opened, checked.
pub(super) struct Valid {
    pub title: String,
    pub summary: String,
    pub category: String,
    pub severity: Severity,
    pub tlp: Tlp,
    pub occurred_at: Moment,
    pub jurisdictions: Vec<(String, String)>,
    pub share_with: Vec<OrganisationId>,
    pub named: Vec<PersonId>,
    pub owner: Option<PersonId>,
    pub source: String,
    pub playbook: Option<String>,
    pub candidate_or_party_content: bool,
    pub contains_personal_data: bool,
    pub question: Option<String>,
}

impl Valid {
    /// What those read whom it is shared with as it is opened.
    pub(super) fn words(&self) -> &str {
        match &self.question {
            Some(question) => question,
            None if self.summary.is_empty() => &self.title,
            None => &self.summary,
        }
    }
}

pub(super) fn check(room: &Room, asker: &Asker, input: &OpenIncident, now: Moment) -> Result<Valid> {
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
    let question = check_question(&input.question, &share_with, &mut errors);
    let owner = check_owner(room, asker, input.owner.as_deref(), tlp, &named, &mut errors);
    let source = check_source(&input.source, &mut errors);
    let playbook = Some(input.playbook.trim().to_owned()).filter(|id| !id.is_empty());
    let offered = playbook::offered(room);
    if playbook.as_ref().is_some_and(|id| !offered.iter().any(|one| one.id == *id)) {
        errors.add("playbook", "Choose a playbook from the list");
    }
    // A narrower label crosses by shares, which wait for counsel.
    let head = [
        ("title", "Title", title.as_str()),
        ("summary", "Current understanding", summary.as_str()),
        ("source", "Source", source.as_str()),
    ];
    let opening = share::permit_opening(room, &[asker.viewer.sector], tlp, &head);
    let marks = ContentMark::of(input.candidate_or_party_content, input.contains_personal_data);
    let content = share::permit_content(room, &asker.viewer, tlp, &marks);
    for refused in [opening, content] {
        errors.merge(faults(refused)?);
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
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
        question,
    })
}

fn check_question(typed: &str, asked: &[OrganisationId], errors: &mut FieldErrors) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    if asked.is_empty() {
        errors.add("share_with", "Choose whom to ask");
    }
    match entry::checked_text("question", typed) {
        Ok(question) => Some(question),
        Err(Error::Invalid(found)) => {
            errors.merge(found);
            None
        }
        Err(_) => None,
    }
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

pub(super) fn check_source(typed: &str, errors: &mut FieldErrors) -> String {
    let source = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if source.chars().count() as i64 > SOURCE_LIMIT {
        errors.add("source", format!("At most {SOURCE_LIMIT} characters"));
    }
    source
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
            Some(member) if people.contains(&member.person.id) => {}
            Some(member) if !can_be_named(&directory, member.person.id) => {
                errors
                    .add("named", format!("{} could not see it: their roles read none", member.person.name));
            }
            Some(member) => people.push(member.person.id),
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
        Some(person) => {
            let access = vec![asker.viewer.organisation];
            let marking = Marking { tlp, access, named: named.to_vec(), audience: None };
            let seen = check_owner_sees(&directory, person, &marking);
            seen.map_err(|why| errors.add("owner", why)).ok().map(|()| person.id)
        }
        None => {
            errors.add("owner", "Nobody of your organisation has this address");
            None
        }
    }
}
