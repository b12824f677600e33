//! Each time the glass was broken over an incident.

use app::model::{IncidentId, Moment, Number, OrganisationId, PersonId};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct GlassRow {
    pub id: Uuid,
    pub person_id: PersonId,
    pub incident_id: Option<IncidentId>,
    pub lead_id: Option<OrganisationId>,
    pub reason: String,
    pub begun_at: Moment,
    pub ends_at: Moment,
    pub ended_at: Option<Moment>,
}

/// One with the number that its line shows.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct GlassLineRow {
    #[sqlx(flatten)]
    pub glass: GlassRow,
    pub number: Option<Number>,
}

macro_rules! glass {
    ($rest:literal) => {
        concat!(
            "select id, person_id, incident_id, lead_id, reason, begun_at, ends_at, ended_at from glass ",
            $rest
        )
    };
}

macro_rules! glass_lines {
    ($rest:literal) => {
        concat!(
            "select g.id, g.person_id, g.incident_id, g.lead_id, g.reason, g.begun_at, g.ends_at, g.ended_at, i.number \
             from glass g left join incident i on i.id = g.incident_id ",
            $rest
        )
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &GlassRow) -> sqlx::Result<()> {
    let sql = "insert into glass (id, person_id, incident_id, lead_id, reason, begun_at, ends_at) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.person_id)
        .bind(row.incident_id)
        .bind(row.lead_id)
        .bind(&row.reason)
        .bind(row.begun_at)
        .bind(row.ends_at)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(db: &Db, id: Uuid) -> sqlx::Result<Option<GlassRow>> {
    on!(db, |conn| query_as(glass!("where id = $1")).bind(id).fetch_optional(conn).await)
}

/// The same under the writer's turn.
pub(crate) async fn read(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<GlassRow>> {
    on!(tx tx, |conn| query_as(glass!("where id = $1")).bind(id).fetch_optional(conn).await)
}

/// When a person broke it since a moment, or tried to, the earliest first.
pub(crate) async fn list_tries(tx: &mut Tx, person: PersonId, since: Moment) -> sqlx::Result<Vec<Moment>> {
    let sql = "select begun_at from glass where person_id = $1 and begun_at > $2 order by begun_at";
    on!(tx tx, |conn| query_scalar(sql).bind(person).bind(since).fetch_all(conn).await)
}

/// A person's own, the newest first.
pub(crate) async fn list_of_person(db: &Db, person: PersonId, limit: i64) -> sqlx::Result<Vec<GlassLineRow>> {
    let sql = glass_lines!("where g.person_id = $1 order by g.begun_at desc, g.id limit $2");
    on!(db, |conn| query_as(sql).bind(person).bind(limit).fetch_all(conn).await)
}

/// Over incidents of a lead organisation, the newest first.
pub(crate) async fn list_of_lead(
    db: &Db,
    lead: OrganisationId,
    since: Moment,
    limit: i64,
) -> sqlx::Result<Vec<GlassLineRow>> {
    let sql =
        glass_lines!("where g.lead_id = $1 and g.begun_at > $2 order by g.begun_at desc, g.id limit $3");
    on!(db, |conn| query_as(sql).bind(lead).bind(since).bind(limit).fetch_all(conn).await)
}

/// Over one incident, the newest first.
pub(crate) async fn list_of_incident(
    db: &Db,
    incident: IncidentId,
    limit: i64,
) -> sqlx::Result<Vec<GlassLineRow>> {
    let sql = glass_lines!("where g.incident_id = $1 order by g.begun_at desc, g.id limit $2");
    on!(db, |conn| query_as(sql).bind(incident).bind(limit).fetch_all(conn).await)
}

pub(crate) async fn set_ended(tx: &mut Tx, id: Uuid, now: Moment) -> sqlx::Result<()> {
    let sql = "update glass set ended_at = $2 where id = $1 and ended_at is null";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(drop))
}

/// Ends what a person has open: it does not outlive their account or their role.
pub(crate) async fn end_all(tx: &mut Tx, person: PersonId, now: Moment) -> sqlx::Result<()> {
    let sql = "update glass set ended_at = $2 where person_id = $1 and ended_at is null and ends_at > $2";
    on!(tx tx, |conn| query(sql).bind(person).bind(now).execute(conn).await.map(drop))
}
