//! What somebody wants to share, with all that is wrong with it at once.

use app::{
    model::{
        EntryId, FieldErrors, OrganisationId, Person, ShareId, Tlp,
        organisation::Sector,
        share::{Nexus, Purpose},
    },
    policy::Viewer,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Error, Result, Room,
        entry::checked_text,
        incident::{Held, can_be_named, looser},
    },
    Cited, NewShare,
    basis::{self, OriginatorInput},
    cite::{self, After},
};

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
    /// Number of the court, the docket or the order; with `legal_process`.
    pub reference: String,
    /// Whose words these are; with `relay`.
    pub originator: OriginatorInput,
    /// With `relay`, instead of `originator`: the share whose originator and words are handed on unchanged.
    pub relay_of: String,
}

/// What would be shared, one an organisation; all that is wrong with it at once. `way`: through whom the words of a relay
/// came, read beforehand.
pub(super) async fn checked(
    room: &Room,
    viewer: &Viewer,
    (held, way): (&Held, &[Sector]),
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
    let loosest = held.row.tlp.inside();
    let tlp = match input.tlp.trim() {
        "" => loosest,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("tlp", "Choose one of the five TLP labels");
            loosest
        }),
    };
    if tlp < loosest {
        errors.add("tlp", looser(held.row.tlp));
    }
    let foreign_nexus = nexus(input, &mut errors);
    let basis = basis::checked(room, viewer, (held, way), (purpose, tlp), input, &mut errors).await?;
    let named = people(room, viewer, &input.named, &mut errors);
    let to = recipients(room, viewer, tlp, &input.to, &named, &mut errors);
    let text = match checked_text("text", &input.text) {
        Ok(text) => text,
        Err(Error::Invalid(found)) => {
            errors.merge(found);
            String::new()
        }
        Err(other) => return Err(other),
    };
    let after = After::of(room, held, tlp, &to, &named);
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
        basis: basis.clone(),
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
        match directory.find_known(word).map(|member| &member.person) {
            Some(person) if person.organisation.id == viewer.organisation => {
                errors.add("named", format!("{} is of your own organisation", person.name));
            }
            Some(person) if !can_be_named(&directory, person.id) => {
                errors.add("named", format!("{} could not see it: their roles read none", person.name));
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
    tlp: Tlp,
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
    if tlp == Tlp::Red {
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
