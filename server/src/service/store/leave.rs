//! What ends with an organisation's part in the room, and what it was part of.

use app::model::{IncidentId, Moment, OrganisationId, PersonId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx,
    incident::{IncidentRow, select_incident},
    on,
};

/// The open incidents that an organisation leads, by number: all of them, since each needs another lead.
const LED: &str =
    concat!(select_incident!(), "where i.is_open = true and i.lead_slug = $1 order by i.number");

pub(crate) async fn list_led(db: &Db, slug: &str) -> sqlx::Result<Vec<IncidentRow>> {
    on!(db, |conn| query_as(LED).bind(slug).fetch_all(conn).await)
}

/// Who has access to those, in the order of joining.
pub(crate) async fn list_led_access(db: &Db, slug: &str) -> sqlx::Result<Vec<(IncidentId, OrganisationId)>> {
    let sql = "select a.incident_id, a.organisation_id from incident i \
               join incident_access a on a.incident_id = i.id \
               where i.is_open = true and i.lead_slug = $1 order by a.since, a.organisation_id";
    on!(db, |conn| query_as(sql).bind(slug).fetch_all(conn).await)
}

/// The same incidents under the writer's turn.
pub(crate) async fn read_led(tx: &mut Tx, slug: &str) -> sqlx::Result<Vec<IncidentRow>> {
    on!(tx tx, |conn| query_as(LED).bind(slug).fetch_all(conn).await)
}

/// Incidents that an organisation has access to.
pub(crate) async fn list_access(tx: &mut Tx, organisation: OrganisationId) -> sqlx::Result<Vec<IncidentId>> {
    let sql = "select incident_id from incident_access where organisation_id = $1";
    on!(tx tx, |conn| query_scalar(sql).bind(organisation).fetch_all(conn).await)
}

/// Everything that names a person: incidents, and what lies in them.
pub(crate) async fn list_naming(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Uuid>> {
    let sql = "select subject_id from named where person_id = $1";
    on!(tx tx, |conn| query_scalar(sql).bind(person).fetch_all(conn).await)
}

/// What ended with the accounts of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub sessions: u64,
    pub tokens: u64,
    pub invitations: u64,
}

/// Ends the sessions, tokens, links, e-mails on their way and broken glass of all its people.
pub(crate) async fn end_accounts(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Moment,
) -> sqlx::Result<Ended> {
    macro_rules! end {
        ($sql:literal) => {
            on!(tx tx, |conn| query($sql)
                .bind(organisation)
                .bind(now)
                .execute(conn)
                .await
                .map(|done| done.rows_affected()))?
        };
    }
    let sessions =
        "delete from session where person_id in (select id from person where organisation_id = $1)";
    let sessions = on!(tx tx, |conn| query(sessions)
        .bind(organisation)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    let tokens = end!(
        "update token set revoked_at = $2 where revoked_at is null \
         and person_id in (select id from person where organisation_id = $1)"
    );
    let invitations = end!(
        "update invitation set withdrawn_at = $2 where organisation_id = $1 and used_at is null \
         and withdrawn_at is null"
    );
    end!(
        "update mail set state = 'dropped', ended_at = $2 where state = 'waiting' \
         and person_id in (select id from person where organisation_id = $1)"
    );
    end!(
        "update glass set ended_at = $2 where ended_at is null and ends_at > $2 \
         and person_id in (select id from person where organisation_id = $1)"
    );
    Ok(Ended { sessions, tokens, invitations })
}

/// How many links of an organisation are out that open still.
pub(crate) async fn count_invitations(
    db: &Db,
    organisation: OrganisationId,
    now: Moment,
) -> sqlx::Result<i64> {
    let sql = "select count(*) from invitation where organisation_id = $1 and used_at is null \
               and withdrawn_at is null and expires_at > $2 and person_id is null";
    on!(db, |conn| query_scalar(sql).bind(organisation).bind(now).fetch_one(conn).await)
}
