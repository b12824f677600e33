//! Who follows which incident.

use app::model::{IncidentId, Moment, PersonId, notice::FollowReason};
use sqlx::{query, query_scalar};

use super::{Db, Tx, on};

/// Makes a person follow by what they did, unless they stopped to follow it or do not want that.
pub(crate) async fn add(
    tx: &mut Tx,
    person: PersonId,
    incident: IncidentId,
    reason: FollowReason,
    at: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into following (person_id, incident_id, active, since) select p.id, $2, $3, $4 from person p \
               where p.id = $1 and not exists (select 1 from following_off o where o.person_id = $1 \
               and o.reason = $5) on conflict do nothing";
    on!(tx tx, |conn| query(sql)
        .bind(person)
        .bind(incident)
        .bind(true)
        .bind(at)
        .bind(reason)
        .execute(conn)
        .await
        .map(drop))
}

/// Follows, or stops to: by hand.
pub(crate) async fn set(
    tx: &mut Tx,
    person: PersonId,
    incident: IncidentId,
    active: bool,
    at: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into following (person_id, incident_id, active, since) values ($1, $2, $3, $4) \
               on conflict (person_id, incident_id) do update set active = excluded.active, since = excluded.since";
    on!(tx tx, |conn| query(sql)
        .bind(person)
        .bind(incident)
        .bind(active)
        .bind(at)
        .execute(conn)
        .await
        .map(drop))
}

/// Whether a person follows it; none: they never did.
pub(crate) async fn find(tx: &mut Tx, person: PersonId, incident: IncidentId) -> sqlx::Result<Option<bool>> {
    let sql = "select active from following where person_id = $1 and incident_id = $2";
    on!(tx tx, |conn| query_scalar(sql).bind(person).bind(incident).fetch_optional(conn).await)
}

/// The same outside a write.
pub(crate) async fn read(db: &Db, person: PersonId, incident: IncidentId) -> sqlx::Result<Option<bool>> {
    let sql = "select active from following where person_id = $1 and incident_id = $2";
    on!(db, |conn| query_scalar(sql).bind(person).bind(incident).fetch_optional(conn).await)
}

/// Everybody who follows an incident, whether or not they see it yet.
pub(crate) async fn list(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<Vec<PersonId>> {
    let sql = "select person_id from following where incident_id = $1 and active order by person_id";
    on!(tx tx, |conn| query_scalar(sql).bind(incident).fetch_all(conn).await)
}
