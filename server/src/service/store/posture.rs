//! Postures as they stand now; how they came about stands in the journal.

use app::model::{IncidentId, Moment, OrganisationId, PersonId, posture::Posture};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PostureRow {
    pub id: Uuid,
    pub incident_id: IncidentId,
    pub organisation_id: OrganisationId,
    pub version: i64,
    pub posture: Posture,
    pub note: String,
    pub stated_by: PersonId,
    pub stated_at: Moment,
    pub published_at: Option<Moment>,
}

macro_rules! select_posture {
    () => {
        "select id, incident_id, organisation_id, version, posture, note, stated_by, stated_at, published_at \
         from posture "
    };
}

pub(crate) async fn find(
    tx: &mut Tx,
    incident: IncidentId,
    organisation: OrganisationId,
) -> sqlx::Result<Option<PostureRow>> {
    let sql = concat!(select_posture!(), "where incident_id = $1 and organisation_id = $2");
    on!(tx tx, |conn| query_as(sql).bind(incident).bind(organisation).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: Uuid) -> sqlx::Result<Option<PostureRow>> {
    let sql = concat!(select_posture!(), "where id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// Every posture on an incident, whoever may know of it.
pub(crate) async fn list(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<PostureRow>> {
    let sql = concat!(select_posture!(), "where incident_id = $1 order by organisation_id");
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

/// Writes how it stands, the first time and each time after.
pub(crate) async fn set(tx: &mut Tx, row: &PostureRow) -> sqlx::Result<()> {
    let sql = "insert into posture (id, incident_id, organisation_id, version, posture, note, stated_by, stated_at, \
               published_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               on conflict (incident_id, organisation_id) do update set version = $4, posture = $5, note = $6, \
               stated_by = $7, stated_at = $8, published_at = $9";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.organisation_id)
        .bind(row.version)
        .bind(row.posture)
        .bind(&row.note)
        .bind(row.stated_by)
        .bind(row.stated_at)
        .bind(row.published_at)
        .execute(conn)
        .await
        .map(drop))
}
