//! Indicators, stored raw.

use app::{
    model::{
        IncidentId, IndicatorId, Moment, OrganisationId, PersonId, Tlp, id::Number, indicator::IndicatorKind,
        timeline::Direction,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{Db, Tx, on, scoped, visible_incident, visible_labelled};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct IndicatorRow {
    pub id: IndicatorId,
    pub incident_id: IncidentId,
    pub seq: i64,
    pub kind: IndicatorKind,
    pub value: String,
    pub note: String,
    pub tlp: Tlp,
    pub added_by: PersonId,
    pub organisation_id: OrganisationId,
    pub added_at: Moment,
}

pub(crate) async fn add(tx: &mut Tx, row: &IndicatorRow) -> sqlx::Result<()> {
    let sql = "insert into indicator (id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, \
               added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.seq)
        .bind(row.kind)
        .bind(&row.value)
        .bind(&row.note)
        .bind(row.tlp)
        .bind(row.added_by)
        .bind(row.organisation_id)
        .bind(row.added_at)
        .execute(conn)
        .await
        .map(drop))
}

/// Whether the scope, which sees the incident, sees this value in it. One that it does not see is none: a refusal would
/// confirm it.
pub(crate) async fn is_seen(
    tx: &mut Tx,
    scope: Scope,
    incident: IncidentId,
    kind: IndicatorKind,
    value: &str,
) -> sqlx::Result<bool> {
    let sql = concat!(
        "select count(*) from indicator c join incident i on i.id = c.incident_id \
         where c.incident_id = $4 and c.kind = $5 and c.value = $6 and ",
        visible_labelled!("c")
    );
    let count: i64 = on!(tx tx, |conn| scoped!(query_scalar(sql), scope)
        .bind(incident)
        .bind(kind)
        .bind(value)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}

macro_rules! listed {
    ($piece:literal) => {
        concat!(
            "select c.id, c.incident_id, c.seq, c.kind, c.value, c.note, c.tlp, c.added_by, c.organisation_id, c.added_at \
             from indicator c join incident i on i.id = c.incident_id where c.incident_id = $4 and ",
            visible_labelled!("c"),
            $piece
        )
    };
}

/// The indicators of an incident that the scope sees, in this order, from `seq` on.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (order, seq): (Direction, i64),
    limit: i64,
) -> sqlx::Result<Vec<IndicatorRow>> {
    let sql = match order {
        Direction::Oldest => listed!(" and c.seq > $5 order by c.seq limit $6"),
        Direction::Newest => listed!(" and c.seq < $5 order by c.seq desc limit $6"),
    };
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(seq).bind(limit).fetch_all(conn).await)
}

pub(crate) async fn read(
    db: &Db,
    incident: IncidentId,
    id: IndicatorId,
) -> sqlx::Result<Option<IndicatorRow>> {
    let sql = "select id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at \
               from indicator where incident_id = $1 and id = $2";
    on!(db, |conn| query_as(sql).bind(incident).bind(id).fetch_optional(conn).await)
}

/// The label of an indicator.
pub(crate) async fn find_label(db: &Db, id: IndicatorId) -> sqlx::Result<Option<Tlp>> {
    let sql = "select tlp from indicator where id = $1";
    on!(db, |conn| query_scalar(sql).bind(id).fetch_optional(conn).await)
}

/// Whom the RED ones of an incident name.
pub(crate) async fn list_named(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    let sql = "select c.id, n.person_id from indicator c join named n on n.subject_id = c.id \
               where c.incident_id = $1 and c.tlp = 'red' order by n.person_id";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

/// For each indicator of this incident from one row of the journal to another: numbers of other incidents that the scope
/// sees, and in them the same value.
pub(crate) async fn list_also_in(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(IndicatorId, Number)>> {
    let sql = concat!(
        "select distinct a.id, i.number from indicator a join indicator b on b.kind = a.kind and b.value = a.value \
         and b.incident_id <> a.incident_id join incident i on i.id = b.incident_id \
         where a.incident_id = $4 and a.seq >= $5 and a.seq <= $6 and ",
        visible_incident!(),
        " and ",
        visible_labelled!("b"),
        " order by i.number"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}
