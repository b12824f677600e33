//! The one gate for an agency's words that reach a company without a share: what counsel would hold in a share is refused
//! in a title, a note or a reason, and the one who typed it is told to share it. An entry is held instead (`words`), and
//! of what stands already `survey` tells when somebody joins.
//!
//! It looks at what was typed and at the directory, never at what is stored: it costs the same in every incident.

use app::{
    model::{FieldErrors, Organisation, OrganisationId, Tlp, organisation::Sector, setting::ContentMark},
    policy::{self, Inside, Marking, Sight, Viewer},
};

use super::{
    super::{Act, Error, Result, Room, incident::Held},
    rules::{Crossing, Reading, Ready, held_by},
};

/// Characters of what was found that a message repeats.
const QUOTED: usize = 40;

/// Refuses an agency's words, by their fields, where somebody of a company reads them at once.
pub(crate) fn permit_words(
    room: &Room,
    viewer: &Viewer,
    inside: &Inside<'_>,
    words: &[(&str, &str)],
) -> Result<()> {
    if viewer.sector != Sector::Agency || words.iter().all(|(_, words)| words.is_empty()) {
        return Ok(());
    }
    let readers = readers(room, viewer.organisation, inside);
    match readers.iter().find(|reader| reader.sector == Sector::Company) {
        Some(company) => refuse(room, &company.short, words),
        None => Ok(()),
    }
}

/// The same for what one organisation alone is told.
pub(crate) fn permit_words_to(
    room: &Room,
    viewer: &Viewer,
    to: OrganisationId,
    words: &[(&str, &str)],
) -> Result<()> {
    let directory = room.directory();
    match directory.organisation(to) {
        Some(to) if viewer.sector == Sector::Agency && to.sector == Sector::Company => {
            refuse(room, &to.short, words)
        }
        _ => Ok(()),
    }
}

fn refuse(room: &Room, reader: &str, words: &[(&str, &str)]) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (field, words) in words {
        if let Some(found) = found(room, field, words) {
            let remedy = "Say it in a share, which counsel reads first";
            errors.add(field, format!("{found}. {reader} would read it at once. {remedy}"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Words that a label opens: the field beside which they are refused, what they are called, and they themselves.
pub(crate) type Opened<'a> = (&'a str, &'a str, &'a str);

/// Refuses a label that opens an agency's words to every company. `writers`: of what sectors those are who wrote them.
pub(crate) fn permit_opening(room: &Room, writers: &[Sector], tlp: Tlp, words: &[Opened<'_>]) -> Result<()> {
    if !writers.contains(&Sector::Agency) || !tlp.reaches_everyone() {
        return Ok(());
    }
    refuse_opened(room, words, &format!("{} opens it to every company", tlp.label()))
}

/// The same where a label, or who is named with it, lets somebody of a company read the incident who did not before:
/// what was written behind RED comes out with it.
pub(crate) fn permit_gain(
    room: &Room,
    (viewer, writers): (&Viewer, &[Sector]),
    (before, after): (&Marking, &Marking),
    words: &[Opened<'_>],
) -> Result<()> {
    if !writers.contains(&Sector::Agency) {
        return Ok(());
    }
    let see = |marking| readers(room, viewer.organisation, &Inside { incident: marking, child: marking });
    let saw: Vec<_> = see(before).into_iter().map(|reader| reader.id).collect();
    let gains = |reader: &Organisation| reader.sector == Sector::Company && !saw.contains(&reader.id);
    match see(after).into_iter().find(gains) {
        Some(company) => refuse_opened(room, words, &format!("{} would read it at once", company.short)),
        None => Ok(()),
    }
}

fn refuse_opened(room: &Room, words: &[Opened<'_>], opens: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (field, what, words) in words {
        if let Some(found) = found(room, field, words) {
            errors
                .add(field, format!("{what}: {found}. {opens}. Share it instead, which counsel reads first"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Refuses a label that opens marked content to every sector: a share of it would wait for a second person.
pub(crate) fn permit_content(room: &Room, viewer: &Viewer, tlp: Tlp, marks: &[ContentMark]) -> Result<()> {
    if marks.is_empty() || !tlp.reaches_everyone() {
        return Ok(());
    }
    let (directory, reference) = (room.directory(), room.reference());
    let rules = reference.settings.hold_rules();
    let from = viewer.sector;
    let held = |to: Sector| {
        let marks = marks.to_vec();
        held_by(&Crossing { rules, from: vec![from], to, text: "", beside: vec![], marks }).into_iter().next()
    };
    match directory.sitting().into_iter().find_map(|one| held(one.sector)) {
        Some(reason) => {
            let remedy = "Share it, which counsel reads first, or let counsel take the mark away";
            let words = format!("{}. {} opens it to every sector. {remedy}", reason.why, tlp.label());
            Err(Error::invalid("tlp", words))
        }
        None => Ok(()),
    }
}

/// Refuses an agency's words that people of companies are told outside of any incident.
pub(crate) fn permit_reason(room: &Room, viewer: &Viewer, reason: &str) -> Result<()> {
    match viewer.sector {
        Sector::Agency => refuse(room, "Somebody of a company", &[("reason", reason)]),
        _ => Ok(()),
    }
}

/// `An agency's words to a company that ask for moderation (“take down”)`
fn found(room: &Room, field: &str, words: &str) -> Option<String> {
    // The name of a file and an address have numbers in them that are nobody's telephone; who is invited has an address.
    let reading =
        if ["file", "url", "source_url", "email"].contains(&field) { Reading::Words } else { Reading::All };
    let reference = room.reference();
    let rules = Ready::of(reference.settings.hold_rules());
    let reason = rules.find(words, Sector::Agency, Sector::Company, reading).into_iter().next()?;
    let quoted = reason.marks.first().and_then(|(start, end)| words.get(*start..*end)).unwrap_or_default();
    let quoted: String = quoted.chars().take(QUOTED).collect();
    Some(format!("{} (“{quoted}”)", reason.why))
}

/// The other organisations of which somebody sees this: first those that sit in the room, by name. One that left reads it
/// once it is back.
pub(super) fn readers(room: &Room, own: OrganisationId, inside: &Inside<'_>) -> Vec<Organisation> {
    let directory = room.directory();
    let reads = |found: &&Organisation| {
        let people = inside.child.named.iter().filter_map(|id| directory.viewer(*id));
        let mut readers =
            people.filter(|viewer| viewer.organisation == found.id).chain([policy::anybody_of(found)]);
        readers.any(|reader| policy::sight(&reader, inside) == Sight::Full)
    };
    let others = directory.organisations().into_iter().filter(|found| found.id != own);
    let mut found: Vec<Organisation> = others.filter(reads).cloned().collect();
    found.sort_by_key(|found| (directory.left_at(found.id).is_some(), found.short.clone()));
    found
}

impl Act {
    /// Asks the gate for words that are as wide as the incident.
    pub(crate) fn permit_words(&self, held: &Held, words: &[(&str, &str)]) -> Result<()> {
        let inside = Inside { incident: &held.marking, child: &held.marking };
        permit_words(&self.room, self.viewer()?, &inside, words)
    }
}
