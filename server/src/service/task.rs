//! Tasks: given and done.

use app::{
    model::{
        Moment, OrganisationId, PersonId, TaskId, Tlp, id::Number, incident::Incident, organisation::Sector,
        task::Task,
    },
    policy::{self, Action, Cleared, Inside, Marking, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    Asker, Begun, Directory, Error, Noun, Once, Record, Result, Room,
    entry::checked_text,
    incident::{Names, marking_inside},
    keyset, looks,
    store::{self, task::TaskRow},
};

pub use super::store::task::{TaskOrder, TaskPlace};
use crate::seal::Seal;

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TaskInput {
    pub text: String,
    /// Slug; the person's own when only a person is given.
    pub organisation: Option<String>,
    /// E-mail address.
    pub person: Option<String>,
    /// RFC 3339
    pub due_at: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasked {
    pub id: TaskId,
}

pub async fn add(room: Room, asker: Asker, once: Once, number: Number, input: TaskInput) -> Result<Tasked> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(tasked) => return Ok(tasked),
    };
    let held = act.incident(&number).await?;
    act.permit(&held, Action::AddTask)?;
    let text = checked_text("text", &input.text)?;
    let directory = room.directory();
    let word =
        |typed: &Option<String>| typed.as_deref().map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned);
    let person = match word(&input.person) {
        None => None,
        Some(email) => {
            let viewer = directory.find(&email).and_then(|member| directory.viewer(member.person.id));
            let seen = viewer.filter(|viewer| policy::sight(viewer, &held.marking) == policy::Sight::Full);
            Some(seen.ok_or_else(|| Error::invalid("person", "They cannot see this incident"))?)
        }
    };
    let organisation = match word(&input.organisation) {
        None => person.as_ref().map(|viewer| viewer.organisation),
        Some(slug) => {
            let found = directory.sitting_by_slug(&slug).map(|organisation| organisation.id);
            let known = found.filter(|id| held.marking.access.contains(id));
            Some(known.ok_or_else(|| Error::invalid("organisation", "It has no access to this incident"))?)
        }
    };
    if let (Some(viewer), Some(organisation)) = (&person, organisation)
        && viewer.organisation != organisation
    {
        return Err(Error::invalid("person", "They belong to another organisation"));
    }
    let due_at: Option<Moment> = match word(&input.due_at) {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Error::invalid("due_at", "Give date, time and zone"))?),
    };
    act.permit_words(&held, &[("text", text.as_str())])?;
    let whose = organisation.unwrap_or(held.row.lead_id);
    if due_at.is_some() && hurries(&directory, asker.viewer.person, Some(whose)) {
        return Err(Error::invalid("due_at", "An agency sets no deadline for a company: leave it empty"));
    }
    let row = TaskRow {
        id: TaskId(room.ids.uuid()),
        incident_id: held.row.id,
        version: 1,
        body: text,
        organisation_id: organisation,
        person_id: person.map(|viewer| viewer.person),
        due_at,
        done_at: None,
        done_by: None,
        created_by: asker.viewer.person,
        created_at: act.now(),
        playbook: None,
        step: None,
        tlp: held.row.tlp.inside(),
    };
    let body = serde_json::json!({
        "id": row.id, "text": row.body, "organisation": row.organisation_id, "person": row.person_id, "due_at": due_at,
    });
    act.record_item(&held, Noun::Task, row.id.0, body).await?;
    store::task::add(&mut act.tx, &row).await?;
    act.commit(Tasked { id: row.id }).await
}

pub async fn finish(room: Room, asker: Asker, once: Once, number: Number, id: TaskId) -> Result<Tasked> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(tasked) => return Ok(tasked),
    };
    let held = act.incident(&number).await?;
    let task = store::task::find(&mut act.tx, held.row.id, id).await?.ok_or(Error::NotFound)?;
    let viewer = act.viewer()?.clone();
    let child = marking_inside(&room, &held.marking, id.0, task.tlp).await?;
    policy::clear(&viewer, &Inside { incident: &held.marking, child: &child }, ()).ok_or(Error::NotFound)?;
    let own = task.organisation_id.is_none_or(|organisation| organisation == viewer.organisation);
    let standing = Standing { own_organisation: own, ..held.standing(&viewer) };
    if !policy::may(&viewer, Action::FinishTask, standing) {
        return Err(Error::Forbidden("A task is done by the organisation that holds it, or by the lead."));
    }
    let now = act.now();
    if store::task::set_done(&mut act.tx, id, viewer.person, now).await? {
        let body = serde_json::json!({ "id": id }).to_string();
        let record = Record {
            incident: Some(held.row.id),
            noun: Noun::Task,
            noun_id: Some(id.0),
            action: "done",
            body,
        };
        act.record(record).await?;
    }
    act.commit(Tasked { id }).await
}

/// The tasks of an incident that the viewer sees, behind a place of their order, and where to go on: each keeps the
/// label that the incident had when it was given.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    from: (TaskOrder, Option<TaskPlace>),
    limit: i64,
) -> Result<(Cleared<Vec<Task>>, Option<TaskPlace>)> {
    let limit = limit.clamp(1, 200);
    let mut rows = store::task::list(&room.db, policy::scope(viewer), incident.id, from, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, TaskRow::place);
    Ok((clear_all(room, viewer, incident, rows).await?, next))
}

/// The steps of a playbook that was begun on an incident, in their order.
pub async fn list_steps(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    playbook: &str,
) -> Result<Cleared<Vec<Task>>> {
    let rows = store::task::list_steps(&room.db, policy::scope(viewer), incident.id, playbook).await?;
    clear_all(room, viewer, incident, rows).await
}

async fn clear_all(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    rows: Vec<TaskRow>,
) -> Result<Cleared<Vec<Task>>> {
    let marking = super::incident::marking_of(incident);
    let names = names(room, incident, &marking, rows.iter().map(|row| row.tlp)).await?;
    let tasks = rows.into_iter().filter_map(|row| {
        let child = names.marking_inside(&marking, row.id.0, row.tlp);
        let task = assemble(room, incident.tlp, row)?;
        policy::clear(viewer, &Inside { incident: &marking, child: &child }, task)
    });
    Ok(tasks.collect())
}

/// Whom the RED ones name, where any of these is.
async fn names(
    room: &Room,
    incident: &Incident,
    marking: &Marking,
    labels: impl Iterator<Item = Tlp> + Send,
) -> Result<Names> {
    match Names::are_asked(marking, labels) {
        true => Ok(Names::of(store::task::list_named(&room.db, incident.id).await?)),
        false => Ok(Names::default()),
    }
}

/// The same for who looks at these with the incident marked otherwise.
pub(crate) async fn names_of(
    room: &Room,
    incident: &Incident,
    marking: &Marking,
    all: &[Task],
) -> Result<Names> {
    names(room, incident, marking, all.iter().map(|one| one.tlp)).await
}

impl TaskPlace {
    /// As a cursor that leaves the server.
    pub fn seal(self, seal: &Seal, purpose: &str) -> String {
        let Self { is_done, created_at, step, id } = self;
        seal.seal(purpose, &serde_json::json!([is_done, created_at, step, id]).to_string())
    }

    /// What [`TaskPlace::seal`] sealed for this purpose.
    pub fn open(seal: &Seal, purpose: &str, sealed: &str) -> Option<Self> {
        let opened = seal.open(purpose, sealed)?;
        let (is_done, created_at, step, id) = serde_json::from_str(&opened).ok()?;
        Some(Self { is_done, created_at, step, id })
    }
}

/// One task, for the answer to its own writing.
pub async fn find(room: &Room, viewer: &Viewer, number: &Number, id: TaskId) -> Result<Cleared<Task>> {
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    let task = find_for(room, viewer, &incident, id).await?;
    task.ok_or(Error::NotFound)
}

/// One task, for a stream that sees its incident.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    incident: &store::incident::IncidentRow,
    id: TaskId,
) -> Result<Option<Cleared<Task>>> {
    let row = store::task::read(&room.db, id).await?.filter(|row| row.incident_id == incident.id);
    let Some(row) = row else { return Ok(None) };
    let marking = super::incident::marking(room, incident.id, incident.tlp).await?;
    let child = marking_inside(room, &marking, row.id.0, row.tlp).await?;
    let inside = Inside { incident: &marking, child: &child };
    Ok(assemble(room, incident.tlp, row).and_then(|task| policy::clear(viewer, &inside, task)))
}

/// A deadline of an agency for a company: there is none (domain.md 6.4), also where an older version wrote one down.
pub(crate) fn hurries(directory: &Directory, by: PersonId, whose: Option<OrganisationId>) -> bool {
    let by = directory.person(by).map(|person| person.organisation.sector);
    let whose = whose.and_then(|id| directory.organisation(id)).map(|whose| whose.sector);
    (by, whose) == (Some(Sector::Agency), Some(Sector::Company))
}

fn assemble(room: &Room, incident: Tlp, row: TaskRow) -> Option<Task> {
    looks::at(row.incident_id, row.tlp.max(incident));
    let directory = room.directory();
    let person = |id: app::model::PersonId| directory.person(id).cloned();
    Some(Task {
        id: row.id,
        version: row.version,
        text: row.body,
        organisation: row.organisation_id.and_then(|id| directory.organisation(id).cloned()),
        person: row.person_id.and_then(person),
        due_at: row.due_at.filter(|_| !hurries(&directory, row.created_by, row.organisation_id)),
        done_at: row.done_at,
        done_by: row.done_by.and_then(person),
        created_by: person(row.created_by)?,
        created_at: row.created_at,
        playbook: row.playbook,
        step: row.step,
        tlp: row.tlp.max(incident).inside(),
    })
}
