//! What an empty room is founded with: the catalogue, the targets, the periods; organisations and people.

use app::model::{OrganisationId, PersonId, Role, organisation::Sector, set_up::SetUpStep};
use serde::Deserialize;

use super::{
    Act, Error, Noun, Record, Result, Room,
    setting::shipped,
    store::{
        self,
        organisation::{OrganisationRow, PersonRow},
        period::{CategoryRow, PeriodRow},
    },
};

/// An organisation before it has an id.
#[derive(Clone, Debug, Deserialize)]
pub struct NewOrganisation {
    pub slug: String,
    pub name: String,
    pub short: String,
    pub code: String,
    pub sector: Sector,
}

/// A person before they have an id.
#[derive(Clone, Debug, Deserialize)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
}

#[derive(Debug, Deserialize)]
struct NewPeriod {
    slug: String,
    name: String,
    kind: String,
    shift: String,
    from: String,
    to: String,
    zone: String,
    target_factor_percent: i64,
}

/// Nothing was ever written here: neither an organisation nor a row of the journal.
pub async fn is_empty(room: &Room) -> Result<bool> {
    let (seq, _) = store::journal::head(&room.db).await?;
    Ok(seq == 0 && room.directory().organisations().is_empty())
}

/// How far the filling of a demo room came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// It is no demo room.
    None,
    Begun,
    Done,
}

const BEGUN: &str = "demo_begun";
const DONE: &str = "demo_filled";

pub async fn filling(room: &Room) -> Result<Filling> {
    let newest = store::journal::find_newest_of(&room.db, Noun::Room.word(), &[BEGUN, DONE]).await?;
    Ok(match newest.as_deref() {
        None => Filling::None,
        Some(DONE) => Filling::Done,
        Some(_) => Filling::Begun,
    })
}

pub async fn note_filling(room: &Room, request: &str, filling: Filling) -> Result<()> {
    let action = if filling == Filling::Done { DONE } else { BEGUN };
    let mut act = room.begin_own(request).await?;
    let record = Record { incident: None, noun: Noun::Room, noun_id: None, action, body: "{}".into() };
    act.record(record).await?;
    act.commit_own().await
}

/// Writes the catalogue, the targets and the periods that ship with the program, where none are yet, in
/// one act. A room changes them afterwards as data.
pub async fn add_reference(room: &Room, request: &str) -> Result<()> {
    if !room.reference().targets().is_empty() {
        return Ok(());
    }
    let mut act = room.begin_own(request).await?;
    write_reference(&mut act).await?;
    act.commit_own().await?;
    room.refresh().await
}

/// Founds an empty room in one act: what ships, its first organisation, its admin, and the steps that wait for them.
pub(super) async fn found(
    room: &Room,
    request: &str,
    (organisation, person): (NewOrganisation, NewPerson),
    password_hash: &str,
) -> Result<()> {
    let mut act = room.begin_own(request).await?;
    write_reference(&mut act).await?;
    write_members(&mut act, vec![organisation], vec![person], Some(password_hash)).await?;
    for step in SetUpStep::ALL {
        store::set_up::add(&mut act.tx, *step).await?;
    }
    act.commit_own().await?;
    room.refresh().await
}

async fn write_reference(act: &mut Act) -> Result<()> {
    let (leaves, targets) = (shipped::leaves()?, shipped::targets()?);
    let periods: Vec<NewPeriod> = parse(include_str!("../../../data/periods_2020.json"))?;
    let body = serde_json::json!({ "severities": targets.len(), "periods": periods.len() }).to_string();
    let record = Record { incident: None, noun: Noun::Room, noun_id: None, action: "founded", body };
    act.record(record).await?;
    for (position, leaf) in (1..).zip(leaves) {
        let row = CategoryRow {
            code: leaf.code,
            top: leaf.top,
            top_name: leaf.top_name,
            name: leaf.name,
            position,
            effective_from: leaf.effective_from,
            effective_to: leaf.effective_to,
        };
        store::period::add_category(&mut act.tx, &row).await?;
    }
    for target in targets {
        store::period::add_target(&mut act.tx, &target).await?;
    }
    for period in periods {
        let moment = |text: &str| text.parse().map_err(|_| Error::internal(format!("no moment: {text}")));
        let row = PeriodRow {
            starts_at: moment(&period.from)?,
            ends_at: moment(&period.to)?,
            slug: period.slug,
            name: period.name,
            kind: period.kind,
            shift: period.shift,
            zone: period.zone,
            target_percent: period.target_factor_percent,
        };
        store::period::add(&mut act.tx, &row).await?;
    }
    Ok(())
}

/// Adds organisations and people in one act. `password_hash` is everybody's, where given.
pub async fn add_members(
    room: &Room,
    request: &str,
    organisations: Vec<NewOrganisation>,
    people: Vec<NewPerson>,
    password_hash: Option<&str>,
) -> Result<()> {
    let mut act = room.begin_own(request).await?;
    write_members(&mut act, organisations, people, password_hash).await?;
    act.commit_own().await?;
    room.refresh().await
}

async fn write_members(
    act: &mut Act,
    organisations: Vec<NewOrganisation>,
    people: Vec<NewPerson>,
    password_hash: Option<&str>,
) -> Result<()> {
    let (now, room) = (act.now(), act.room.clone());
    let directory = room.directory();
    let mut added: Vec<(String, OrganisationId)> = vec![];
    for new in organisations {
        let id = OrganisationId(room.ids.uuid());
        let body =
            serde_json::json!({ "slug": new.slug, "name": new.name, "sector": new.sector }).to_string();
        let record =
            Record { incident: None, noun: Noun::Organisation, noun_id: Some(id.0), action: "added", body };
        act.record(record).await?;
        added.push((new.slug.clone(), id));
        let row = OrganisationRow {
            id,
            slug: new.slug,
            name: new.name,
            short: new.short,
            code: new.code,
            sector: new.sector,
        };
        store::organisation::add(&mut act.tx, &row, now).await?;
    }
    for new in people {
        let known = added.iter().find(|(slug, _)| *slug == new.organisation).map(|(_, id)| *id);
        let known = known.or_else(|| directory.organisation_by_slug(&new.organisation).map(|found| found.id));
        let organisation_id =
            known.ok_or_else(|| Error::invalid("organisation", "There is no such organisation"))?;
        let id = PersonId(room.ids.uuid());
        let body = serde_json::json!({
            "email": new.email, "name": new.name, "organisation": new.organisation, "roles": new.roles,
        });
        let record = Record {
            incident: None,
            noun: Noun::Person,
            noun_id: Some(id.0),
            action: "added",
            body: body.to_string(),
        };
        act.record(record).await?;
        let row = PersonRow {
            id,
            organisation_id,
            email: new.email.trim().to_lowercase(),
            name: new.name,
            suspended_at: None,
        };
        store::organisation::add_person(&mut act.tx, &row, password_hash, now).await?;
        for role in new.roles {
            store::organisation::add_role(&mut act.tx, id, role).await?;
        }
    }
    Ok(())
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}
