//! For whom an entry or exhibit inside an incident is meant: typed words checked against the incident.

use std::collections::HashMap;

use app::{
    model::{FieldErrors, OrganisationId, Person, PersonId, Tlp},
    policy::{self, Marking, Sight, Viewer},
};

use uuid::Uuid;

use crate::service::{Directory, Result, Room, directory::Member, person::subject, store};

/// A child's marking, checked: never looser than its incident, and visible to the one who writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    pub tlp: Tlp,
    /// Organisations it is narrowed to; none is everybody who sees the incident at this marking.
    pub organisations: Option<Vec<OrganisationId>>,
    /// With RED.
    pub named: Vec<PersonId>,
}

impl Audience {
    /// As wide as the incident itself, short of the public.
    pub fn of_incident(incident: &Marking) -> Self {
        let named = if incident.tlp == Tlp::Red { incident.named.clone() } else { vec![] };
        Self { tlp: incident.tlp.inside(), organisations: None, named }
    }
}

/// The marking of what lies in an incident under the label that this had when it was written: an indicator, a task.
/// What is RED in a RED incident is for those whom that names.
pub(crate) async fn marking_inside(room: &Room, incident: &Marking, id: Uuid, tlp: Tlp) -> Result<Marking> {
    let mut names = Names::default();
    if Names::are_asked(incident, [tlp]) {
        names.0.insert(id, store::incident::read_named(&room.db, id).await?);
    }
    Ok(names.marking_inside(incident, id, tlp))
}

/// The people named with what is RED and lies in an incident that is not: read at once for a list.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<Uuid, Vec<PersonId>>);

impl Names {
    /// Whether anybody is named with things under these labels: mostly nobody is.
    pub(crate) fn are_asked(incident: &Marking, labels: impl IntoIterator<Item = Tlp>) -> bool {
        incident.tlp != Tlp::Red && labels.into_iter().any(|tlp| tlp == Tlp::Red)
    }

    pub(crate) fn of(pairs: Vec<(Uuid, PersonId)>) -> Self {
        let mut names = Self::default();
        for (id, person) in pairs {
            names.0.entry(id).or_default().push(person);
        }
        names
    }

    /// The same as [`marking_inside`].
    pub(crate) fn marking_inside(&self, incident: &Marking, id: Uuid, tlp: Tlp) -> Marking {
        let named = match (tlp, incident.tlp) {
            (Tlp::Red, Tlp::Red) => incident.named.clone(),
            (Tlp::Red, _) => self.0.get(&id).cloned().unwrap_or_default(),
            _ => vec![],
        };
        Marking { tlp, access: incident.access.clone(), named, audience: None }
    }
}

/// Whether this person sees what is marked so.
fn sees(directory: &Directory, person: PersonId, marking: &Marking) -> bool {
    directory.viewer(person).is_some_and(|viewer| policy::sight(&viewer, marking) == Sight::Full)
}

/// Whether this person would see what names them: a room admin and an auditor read nothing that is not for all, whoever
/// names them.
pub fn can_be_named(directory: &Directory, person: PersonId) -> bool {
    let marking = Marking { tlp: Tlp::Red, access: vec![], named: vec![person], audience: None };
    sees(directory, person, &marking)
}

/// Refuses an owner who could not see the incident, and says what would help.
pub(super) fn check_owner_sees(
    directory: &Directory,
    person: &Person,
    marking: &Marking,
) -> std::result::Result<(), String> {
    let reads = can_be_named(directory, person.id);
    let takes_part = marking.access.contains(&person.organisation.id);
    if reads && takes_part && sees(directory, person.id, marking) {
        return Ok(());
    }
    let remedy = match marking.tlp {
        _ if !reads => "their roles read none",
        Tlp::Red => "name them first",
        _ => "share it with their organisation first",
    };
    Err(format!("{} cannot see this incident: {remedy}", person.name))
}

/// The people in the room who see what is marked so, by e-mail address: who can be named for it, and called.
pub fn people_who_see(room: &Room, marking: &Marking) -> Vec<Person> {
    let directory = room.directory();
    let sees = |member: &&Member| {
        let viewer = directory.viewer(member.person.id);
        viewer.is_some_and(|viewer| policy::may_mention(&subject(member), &viewer, marking))
    };
    directory.members().into_iter().filter(sees).map(|member| member.person.clone()).collect()
}

/// Reads `tlp`, `audience` and `named` of a form or call. Empty words mean "as the incident".
pub fn audience_of(
    directory: &Directory,
    viewer: &Viewer,
    incident: &Marking,
    tlp: &str,
    audience: &[String],
    named: &[String],
) -> std::result::Result<Audience, FieldErrors> {
    let mut errors = FieldErrors::default();
    let loosest = incident.tlp.inside();
    let tlp = match tlp.trim() {
        "" => loosest,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("tlp", "Choose one of the five TLP labels");
            loosest
        }),
    };
    if tlp < loosest {
        errors.add("tlp", looser(incident.tlp));
    }
    let organisations = organisations(directory, viewer, incident, tlp, audience, &mut errors);
    let named = people(directory, viewer, incident, tlp, named, &mut errors);
    let marking = Marking {
        tlp,
        access: incident.access.clone(),
        named: named.clone(),
        audience: organisations.clone(),
    };
    if errors.is_empty() && policy::sight(viewer, &marking) == Sight::Hidden {
        errors.add(
            "tlp",
            "Your organisation could not see this itself: it has no part in the incident at that marking",
        );
    }
    if errors.is_empty() { Ok(Audience { tlp, organisations, named }) } else { Err(errors) }
}

/// Why what lies in an incident is not as loose as was asked.
pub(crate) fn looser(incident: Tlp) -> String {
    match incident {
        Tlp::Clear => {
            "TLP:CLEAR is the incident as two accepted it: what lies in it is TLP:GREEN at the loosest".into()
        }
        other => format!("Not looser than the incident, which is {}", other.label()),
    }
}

fn organisations(
    directory: &Directory,
    viewer: &Viewer,
    incident: &Marking,
    tlp: Tlp,
    audience: &[String],
    errors: &mut FieldErrors,
) -> Option<Vec<OrganisationId>> {
    let words: Vec<&str> = audience.iter().map(|w| w.trim()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    if !matches!(tlp, Tlp::Amber | Tlp::AmberStrict) {
        if tlp.reaches_everyone() {
            errors.add(
                "audience",
                format!("{} goes to every organisation; choose AMBER to narrow it", tlp.label()),
            );
        }
        return None;
    }
    let mut chosen = vec![viewer.organisation];
    for word in words {
        match directory.sitting_by_slug(word) {
            Some(organisation) if incident.access.contains(&organisation.id) => {
                if !chosen.contains(&organisation.id) {
                    chosen.push(organisation.id);
                }
            }
            _ => errors.add("audience", format!("{word} has no access to this incident")),
        }
    }
    // Kept as named, also where that is everybody today: who joins tomorrow was not meant.
    Some(chosen)
}

fn people(
    directory: &Directory,
    viewer: &Viewer,
    incident: &Marking,
    tlp: Tlp,
    named: &[String],
    errors: &mut FieldErrors,
) -> Vec<PersonId> {
    let words: Vec<&str> = named.iter().map(|w| w.trim()).filter(|w| !w.is_empty()).collect();
    if tlp != Tlp::Red {
        if !words.is_empty() {
            errors.add("named", "Only TLP:RED goes to named people");
        }
        return vec![];
    }
    if words.is_empty() {
        if incident.tlp == Tlp::Red {
            return incident.named.clone();
        }
        errors.add("named", "Name the people who may see it");
        return vec![];
    }
    let mut chosen = vec![viewer.person];
    for word in words {
        let member = directory.find_known(word);
        let sees = member
            .and_then(|member| directory.viewer(member.person.id))
            .filter(|other| policy::sight(other, incident) == Sight::Full);
        match sees {
            Some(other) if !chosen.contains(&other.person) => chosen.push(other.person),
            Some(_) => {}
            None => errors.add("named", format!("{word} cannot see this incident")),
        }
    }
    chosen
}
