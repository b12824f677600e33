//! Organisations: the room admin adds them and names them, their own admins keep the contact of the watch.

use app::{
    model::{FieldErrors, Moment, Organisation, OrganisationId, organisation::Sector},
    policy::{self, Administration, Over, Viewer},
};
use serde_json::json;

mod leave;
mod part;

pub use leave::{Leave, leave, prospect, review, take_back};

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    account::faults_of_organisation,
    founding::NewOrganisation,
    person, settled,
    store::{self, organisation::OrganisationRow},
};

/// Longest contact, in characters.
const CONTACT: usize = 200;

/// An organisation as somebody typed it.
#[derive(Clone, Debug)]
pub struct OrganisationInput {
    pub name: String,
    pub short: String,
    pub code: String,
    /// How its watch is reached: a telephone number, a mailbox.
    pub watch_contact: String,
}

/// An organisation with what its page shows.
#[derive(Clone, Debug)]
pub struct Described {
    pub organisation: Organisation,
    pub watch_contact: String,
    pub version: i64,
    /// When it left the room, and why; none while it sits in it.
    pub left: Option<(Moment, String)>,
}

impl OrganisationInput {
    fn trimmed(self) -> Self {
        let trim = |text: String| text.trim().to_owned();
        Self {
            name: trim(self.name),
            short: trim(self.short),
            code: self.code.trim().to_uppercase(),
            watch_contact: trim(self.watch_contact),
        }
    }

    fn faults(&self, room: &Room, slug: &str, sector: Sector) -> FieldErrors {
        let new = NewOrganisation {
            slug: slug.to_owned(),
            name: self.name.clone(),
            short: self.short.clone(),
            code: self.code.clone(),
            sector,
        };
        let mut errors = faults_of_organisation(&new);
        if let Some(messages) = errors.0.remove("organisation") {
            errors.0.insert("name".into(), messages);
        }
        if !(2..=4).contains(&self.code.chars().count()) || !self.code.chars().all(char::is_alphanumeric) {
            errors.add("code", "2 to 4 letters and digits");
        }
        if self.watch_contact.chars().count() > CONTACT {
            errors.add("watch_contact", format!("Up to {CONTACT} characters"));
        }
        // Two that look alike on a chip could be taken for each other.
        let directory = room.directory();
        let others = directory.organisations().into_iter().filter(|other| other.slug != slug);
        for other in others {
            if other.short.to_lowercase() == self.short.to_lowercase() {
                errors.add("short", "Another organisation is called that");
            }
            if other.code == self.code {
                errors.add("code", "Another organisation has this code");
            }
        }
        errors
    }
}

/// All organisations, by name on chips. Everybody in the room may know them.
pub async fn list(room: &Room) -> Result<Vec<Described>> {
    let rows = store::organisation::list_described(&room.db).await?;
    let directory = room.directory();
    let described = rows.into_iter().filter_map(|row| {
        let organisation = directory.organisation(row.id)?.clone();
        let left = row.left_at.map(|at| (at, row.left_reason));
        Some(Described { organisation, watch_contact: row.watch_contact, version: row.version, left })
    });
    let mut all: Vec<_> = described.collect();
    all.sort_by_key(|one| one.organisation.short.to_lowercase());
    Ok(all)
}

pub async fn find(room: &Room, slug: &str) -> Result<Described> {
    list(room).await?.into_iter().find(|one| one.organisation.slug == slug).ok_or(Error::NotFound)
}

fn record(id: OrganisationId, action: &'static str, body: &serde_json::Value) -> Record {
    Record { incident: None, noun: Noun::Organisation, noun_id: Some(id.0), action, body: body.to_string() }
}

fn permit(viewer: &Viewer, act: Administration, over: Over<'_>) -> Result<()> {
    if policy::may_administer(viewer, act, over) {
        return Ok(());
    }
    Err(Error::Forbidden(match act {
        Administration::SetWatchContact => "That is for an administrator of this organisation.",
        Administration::EndPart | Administration::TakeBack => {
            "A room admin of another organisation ends its part, or takes it back."
        }
        _ => "Organisations are added and named by the room admin.",
    }))
}

/// Adds an organisation. It has nobody yet: the next step is to invite its administrator.
pub async fn add(
    room: &Room,
    asker: &Asker,
    slug: &str,
    sector: Option<Sector>,
    input: OrganisationInput,
    once: &Once,
) -> Result<String> {
    permit(&asker.viewer, Administration::AddOrganisation, Over::Room)?;
    let (input, slug) = (input.trimmed(), slug.trim().to_owned());
    let mut errors = input.faults(room, &slug, sector.unwrap_or(Sector::Company));
    if sector.is_none() {
        errors.add("sector", "Choose what it is");
    }
    let Some(sector) = sector.filter(|_| errors.is_empty()) else { return Err(Error::Invalid(errors)) };
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(slug) => return Ok(slug),
        };
        permit(&person::actor(&mut act).await?, Administration::AddOrganisation, Over::Room)?;
        let (id, now) = (OrganisationId(room.ids.uuid()), act.now());
        let row = OrganisationRow {
            id,
            slug: slug.clone(),
            name: input.name,
            short: input.short,
            code: input.code,
            sector,
        };
        store::organisation::add(&mut act.tx, &row, now).await?;
        store::organisation::set_contact(&mut act.tx, id, &input.watch_contact, 1).await?;
        let body = json!({
            "slug": row.slug, "name": row.name, "short": row.short, "code": row.code, "sector": sector,
            "watch_contact": input.watch_contact, "address": asker.address,
        });
        act.record(record(id, "added", &body)).await?;
        act.commit_members(slug).await
    })
    .await
}

/// Names an organisation anew (the room admin), or its watch (its own admin). Slug and sector stay.
pub async fn edit(
    room: &Room,
    asker: &Asker,
    slug: &str,
    input: OrganisationInput,
    version: i64,
    once: &Once,
) -> Result<i64> {
    let organisation = room.directory().organisation_by_slug(slug).cloned().ok_or(Error::NotFound)?;
    let over = Over::Organisation(organisation.id);
    permit(&asker.viewer, Administration::SetWatchContact, over)?;
    let input = input.trimmed();
    let errors = input.faults(room, slug, organisation.sector);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(version) => return Ok(version),
        };
        let id = organisation.id;
        let viewer = person::actor(&mut act).await?;
        permit(&viewer, Administration::SetWatchContact, Over::Organisation(id))?;
        let before = store::organisation::read(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
        let old = &before.organisation;
        let renamed = old.name != input.name || old.short != input.short || old.code != input.code;
        if renamed {
            permit(&viewer, Administration::EditOrganisation, Over::Organisation(id))?;
        }
        if before.version != version {
            return Err(Error::Changed { version: before.version });
        }
        write(&mut act, id, &input, version + 1).await?;
        let body = json!({
            "before": { "name": old.name, "short": old.short, "code": old.code, "watch_contact": before.watch_contact },
            "after": { "name": input.name, "short": input.short, "code": input.code, "watch_contact": input.watch_contact },
            "address": asker.address,
        });
        act.record(record(id, "edited", &body)).await?;
        act.commit_members(version + 1).await
    })
    .await
}

async fn write(act: &mut Act, id: OrganisationId, input: &OrganisationInput, version: i64) -> Result<()> {
    let OrganisationInput { name, short, code, watch_contact } = input;
    store::organisation::set_names(&mut act.tx, id, name, short, code).await?;
    store::organisation::set_contact(&mut act.tx, id, watch_contact, version).await?;
    Ok(())
}
