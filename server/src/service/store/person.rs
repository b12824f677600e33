//! A person's account as its administrators see and change it.

use app::model::{Moment, OrganisationId, PersonId, Role};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AccountRow {
    pub version: i64,
    pub organisation_id: OrganisationId,
    pub suspended_at: Option<Moment>,
    pub suspended_reason: String,
    pub last_sign_in_at: Option<Moment>,
    pub verified_by: Option<PersonId>,
    pub verified_at: Option<Moment>,
}

/// When somebody signed in last, and how many sessions are open.
#[derive(Clone, Copy, Debug, FromRow)]
pub(crate) struct ActivityRow {
    pub id: PersonId,
    pub last_sign_in_at: Option<Moment>,
    pub sessions: i64,
}

macro_rules! account {
    () => {
        "select version, organisation_id, suspended_at, suspended_reason, last_sign_in_at, verified_by, \
         verified_at from person where id = $1"
    };
}

pub(crate) async fn find(db: &Db, id: PersonId) -> sqlx::Result<Option<AccountRow>> {
    on!(db, |conn| query_as(account!()).bind(id).fetch_optional(conn).await)
}

/// The same under the writer's turn.
pub(crate) async fn read(tx: &mut Tx, id: PersonId) -> sqlx::Result<Option<AccountRow>> {
    on!(tx tx, |conn| query_as(account!()).bind(id).fetch_optional(conn).await)
}

/// Whether this person is suspended, and whether their organisation has left.
pub(crate) async fn find_standing(tx: &mut Tx, id: PersonId) -> sqlx::Result<Option<(bool, bool)>> {
    let sql = "select p.suspended_at is not null, o.left_at is not null from person p \
               join organisation o on o.id = p.organisation_id where p.id = $1";
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn read_roles(tx: &mut Tx, id: PersonId) -> sqlx::Result<Vec<Role>> {
    let sql = "select role from person_role where person_id = $1 order by role";
    on!(tx tx, |conn| query_scalar(sql).bind(id).fetch_all(conn).await)
}

/// Of one organisation, or of all.
pub(crate) async fn list_activity(
    db: &Db,
    organisation: Option<OrganisationId>,
    now: Moment,
) -> sqlx::Result<Vec<ActivityRow>> {
    let all = "select p.id, p.last_sign_in_at, count(s.id) as sessions from person p \
               left join session s on s.person_id = p.id and s.expires_at > $1 \
               group by p.id, p.last_sign_in_at";
    let one = "select p.id, p.last_sign_in_at, count(s.id) as sessions from person p \
               left join session s on s.person_id = p.id and s.expires_at > $1 \
               where p.organisation_id = $2 group by p.id, p.last_sign_in_at";
    match organisation {
        None => on!(db, |conn| query_as(all).bind(now).fetch_all(conn).await),
        Some(id) => on!(db, |conn| query_as(one).bind(now).bind(id).fetch_all(conn).await),
    }
}

/// Gives the account its next version.
pub(crate) async fn set_version(tx: &mut Tx, id: PersonId, version: i64) -> sqlx::Result<()> {
    let sql = "update person set version = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(version).execute(conn).await.map(drop))
}

/// `at`: none to restore.
pub(crate) async fn set_suspended(
    tx: &mut Tx,
    id: PersonId,
    at: Option<Moment>,
    reason: &str,
) -> sqlx::Result<()> {
    let sql = "update person set suspended_at = $2, suspended_reason = $3 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(at).bind(reason).execute(conn).await.map(drop))
}

pub(crate) async fn set_verified(tx: &mut Tx, id: PersonId, by: PersonId, at: Moment) -> sqlx::Result<()> {
    let sql = "update person set verified_by = $2, verified_at = $3 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(by).bind(at).execute(conn).await.map(drop))
}

pub(crate) async fn remove_role(tx: &mut Tx, id: PersonId, role: Role) -> sqlx::Result<()> {
    let sql = "delete from person_role where person_id = $1 and role = $2";
    on!(tx tx, |conn| query(sql).bind(id).bind(role).execute(conn).await.map(drop))
}

/// Ends all tokens of a person; returns how many.
pub(crate) async fn revoke_tokens(tx: &mut Tx, id: PersonId, now: Moment) -> sqlx::Result<u64> {
    let sql = "update token set revoked_at = $2 where person_id = $1 and revoked_at is null";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(|r| r.rows_affected()))
}

/// What was done to an account.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ActRow {
    /// Whose account it is.
    pub about: PersonId,
    pub person_id: Option<PersonId>,
    pub action: String,
    pub body: String,
}

macro_rules! acts {
    () => {
        "select noun_id as about, person_id, action, body from journal \
         where noun = 'person' and noun_id = $1 and at > $2 order by seq"
    };
}

// `cross join`: each person's acts by their index, never the journal by its numbers.
macro_rules! acts_in {
    () => {
        "select j.noun_id as about, j.person_id, j.action, j.body from person p \
         cross join journal j where j.noun_id = p.id and j.noun = 'person' and p.organisation_id = $1 and j.at > $2 \
         and j.action in ('added', 'roles_set', 'reset_link_made', 'suspended', 'restored') order by j.seq"
    };
}

/// What was done since a moment to the accounts of an organisation, by anybody.
pub(crate) async fn list_acts_in(
    db: &Db,
    organisation: OrganisationId,
    since: Moment,
) -> sqlx::Result<Vec<ActRow>> {
    on!(db, |conn| query_as(acts_in!()).bind(organisation).bind(since).fetch_all(conn).await)
}

/// The same inside a write.
pub(crate) async fn read_acts_in(
    tx: &mut Tx,
    organisation: OrganisationId,
    since: Moment,
) -> sqlx::Result<Vec<ActRow>> {
    on!(tx tx, |conn| query_as(acts_in!()).bind(organisation).bind(since).fetch_all(conn).await)
}

/// What was done to an account since a moment, by anybody.
pub(crate) async fn list_acts(db: &Db, id: PersonId, since: Moment) -> sqlx::Result<Vec<ActRow>> {
    on!(db, |conn| query_as(acts!()).bind(id).bind(since).fetch_all(conn).await)
}

/// The same inside a write.
pub(crate) async fn read_acts(tx: &mut Tx, id: PersonId, since: Moment) -> sqlx::Result<Vec<ActRow>> {
    on!(tx tx, |conn| query_as(acts!()).bind(id).bind(since).fetch_all(conn).await)
}
