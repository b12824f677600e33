//! Who has access to an incident, who is named, whom a part of it is narrowed to, and where it is.

use app::model::{IncidentId, Moment, OrganisationId, PersonId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use crate::service::store::{Db, Tx, on};

pub(crate) async fn add_access(
    tx: &mut Tx,
    incident: IncidentId,
    organisation: OrganisationId,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into incident_access (incident_id, organisation_id, since) values ($1, $2, $3) \
               on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(incident).bind(organisation).bind(now).execute(conn).await.map(drop))
}

pub(crate) async fn remove_access(
    tx: &mut Tx,
    incident: IncidentId,
    organisation: OrganisationId,
) -> sqlx::Result<bool> {
    let sql = "delete from incident_access where incident_id = $1 and organisation_id = $2";
    let gone = on!(tx tx, |conn| query(sql).bind(incident).bind(organisation).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(gone == 1)
}

const ACCESS: &str =
    "select organisation_id from incident_access where incident_id = $1 order by since, organisation_id";

pub(crate) async fn list_access(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<Vec<OrganisationId>> {
    on!(tx tx, |conn| query_scalar(ACCESS).bind(incident).fetch_all(conn).await)
}

pub(crate) async fn read_access(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<OrganisationId>> {
    on!(db, |conn| query_scalar(ACCESS).bind(incident).fetch_all(conn).await)
}

pub(crate) async fn add_named(tx: &mut Tx, subject: Uuid, person: PersonId) -> sqlx::Result<()> {
    let sql = "insert into named (subject_id, person_id) values ($1, $2) on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(subject).bind(person).execute(conn).await.map(drop))
}

/// The people whom a RED incident names, before it is RED no more: what is RED in it, and names nobody of its own,
/// stays theirs.
pub(crate) async fn keep_named(tx: &mut Tx, incident: IncidentId, person: PersonId) -> sqlx::Result<()> {
    let indicators = "insert into named (subject_id, person_id) select c.id, n.person_id from indicator c \
                      join named n on n.subject_id = c.incident_id where c.incident_id = $1 and n.person_id = $2 \
                      and c.tlp = 'red' on conflict do nothing";
    let tasks = "insert into named (subject_id, person_id) select c.id, n.person_id from task c \
                 join named n on n.subject_id = c.incident_id where c.incident_id = $1 and n.person_id = $2 \
                 and c.tlp = 'red' on conflict do nothing";
    for sql in [indicators, tasks] {
        on!(tx tx, |conn| query(sql).bind(incident).bind(person).execute(conn).await.map(drop))?;
    }
    Ok(())
}

pub(crate) async fn remove_named(tx: &mut Tx, subject: Uuid) -> sqlx::Result<()> {
    let sql = "delete from named where subject_id = $1";
    on!(tx tx, |conn| query(sql).bind(subject).execute(conn).await.map(drop))
}

pub(crate) async fn remove_named_person(tx: &mut Tx, subject: Uuid, person: PersonId) -> sqlx::Result<()> {
    let sql = "delete from named where subject_id = $1 and person_id = $2";
    on!(tx tx, |conn| query(sql).bind(subject).bind(person).execute(conn).await.map(drop))
}

const NAMED: &str = "select person_id from named where subject_id = $1 order by person_id";

pub(crate) async fn list_named(tx: &mut Tx, subject: Uuid) -> sqlx::Result<Vec<PersonId>> {
    on!(tx tx, |conn| query_scalar(NAMED).bind(subject).fetch_all(conn).await)
}

pub(crate) async fn read_named(db: &Db, subject: Uuid) -> sqlx::Result<Vec<PersonId>> {
    on!(db, |conn| query_scalar(NAMED).bind(subject).fetch_all(conn).await)
}

pub(crate) async fn add_audience(
    tx: &mut Tx,
    subject: Uuid,
    organisation: OrganisationId,
) -> sqlx::Result<()> {
    let sql = "insert into audience (subject_id, organisation_id) values ($1, $2) on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(subject).bind(organisation).execute(conn).await.map(drop))
}

const AUDIENCE: &str = "select organisation_id from audience where subject_id = $1 order by organisation_id";

pub(crate) async fn list_audience(tx: &mut Tx, subject: Uuid) -> sqlx::Result<Vec<OrganisationId>> {
    on!(tx tx, |conn| query_scalar(AUDIENCE).bind(subject).fetch_all(conn).await)
}

pub(crate) async fn read_audience(db: &Db, subject: Uuid) -> sqlx::Result<Vec<OrganisationId>> {
    on!(db, |conn| query_scalar(AUDIENCE).bind(subject).fetch_all(conn).await)
}

pub(crate) async fn add_jurisdiction(
    tx: &mut Tx,
    incident: IncidentId,
    state: &str,
    county: &str,
) -> sqlx::Result<()> {
    let sql = "insert into incident_jurisdiction (incident_id, state, county) values ($1, $2, $3) \
               on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(incident).bind(state).bind(county).execute(conn).await.map(drop))
}

pub(crate) async fn remove_jurisdictions(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<()> {
    let sql = "delete from incident_jurisdiction where incident_id = $1";
    on!(tx tx, |conn| query(sql).bind(incident).execute(conn).await.map(drop))
}

const JURISDICTIONS: &str =
    "select state, county from incident_jurisdiction where incident_id = $1 order by state, county";

pub(crate) async fn list_jurisdictions(
    tx: &mut Tx,
    incident: IncidentId,
) -> sqlx::Result<Vec<(String, String)>> {
    on!(tx tx, |conn| query_as(JURISDICTIONS).bind(incident).fetch_all(conn).await)
}

pub(crate) async fn read_jurisdictions(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<(String, String)>> {
    on!(db, |conn| query_as(JURISDICTIONS).bind(incident).fetch_all(conn).await)
}
