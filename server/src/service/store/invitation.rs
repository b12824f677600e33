//! One-time links, by the SHA-256 of their secret.

use app::model::{InvitationId, Moment, OrganisationId, PersonId};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct InvitationRow {
    pub id: InvitationId,
    /// The person whose password it sets; none while it invites.
    pub person_id: Option<PersonId>,
    pub organisation_id: OrganisationId,
    pub email: String,
    pub name: String,
    /// Words with commas between them.
    pub roles: String,
    pub made_by: PersonId,
    pub made_at: Moment,
    pub expires_at: Moment,
}

macro_rules! open {
    ($condition:literal) => {
        concat!(
            "select id, person_id, organisation_id, email, name, roles, made_by, made_at, expires_at \
             from invitation where used_at is null and withdrawn_at is null and ",
            $condition
        )
    };
}

macro_rules! waiting {
    () => {
        "select organisation_id, email from invitation where used_at is null and withdrawn_at is null \
         and person_id is null and expires_at > $1"
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &InvitationRow, hash: &[u8]) -> sqlx::Result<()> {
    let sql = "insert into invitation (id, hash, person_id, organisation_id, email, name, roles, made_by, \
               made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(hash)
        .bind(row.person_id)
        .bind(row.organisation_id)
        .bind(&row.email)
        .bind(&row.name)
        .bind(&row.roles)
        .bind(row.made_by)
        .bind(row.made_at)
        .bind(row.expires_at)
        .execute(conn)
        .await
        .map(drop))
}

/// The link with this hash, while it opens something.
pub(crate) async fn find(db: &Db, hash: &[u8], now: Moment) -> sqlx::Result<Option<InvitationRow>> {
    let sql = open!("hash = $1 and expires_at > $2");
    on!(db, |conn| query_as(sql).bind(hash).bind(now).fetch_optional(conn).await)
}

/// The same under the writer's turn.
pub(crate) async fn read(tx: &mut Tx, hash: &[u8], now: Moment) -> sqlx::Result<Option<InvitationRow>> {
    let sql = open!("hash = $1 and expires_at > $2");
    on!(tx tx, |conn| query_as(sql).bind(hash).bind(now).fetch_optional(conn).await)
}

/// A link by its id, used or not opened in time excepted: it may be sent again or withdrawn.
pub(crate) async fn read_by_id(tx: &mut Tx, id: InvitationId) -> sqlx::Result<Option<InvitationRow>> {
    let sql = open!("id = $1");
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// Invitations that wait, of one organisation or of all, the newest first; those that ended lately too.
/// `after`: the place of the last one of the page before.
pub(crate) async fn list(
    db: &Db,
    organisation: Option<OrganisationId>,
    expired_after: Moment,
    after: Option<(Moment, InvitationId)>,
    limit: i64,
) -> sqlx::Result<Vec<InvitationRow>> {
    let (made_at, id) = after.unwrap_or((Moment::NEVER, InvitationId(uuid::Uuid::nil())));
    let all = open!(
        "person_id is null and expires_at > $1 and (made_at < $3 or (made_at = $3 and id > $4)) \
         order by made_at desc, id limit $2"
    );
    let one = open!(
        "person_id is null and expires_at > $1 and (made_at < $3 or (made_at = $3 and id > $4)) \
         and organisation_id = $5 order by made_at desc, id limit $2"
    );
    match organisation {
        None => on!(db, |conn| query_as(all)
            .bind(expired_after)
            .bind(limit)
            .bind(made_at)
            .bind(id)
            .fetch_all(conn)
            .await),
        Some(organisation) => on!(db, |conn| query_as(one)
            .bind(expired_after)
            .bind(limit)
            .bind(made_at)
            .bind(id)
            .bind(organisation)
            .fetch_all(conn)
            .await),
    }
}

pub(crate) async fn set_used(tx: &mut Tx, id: InvitationId, now: Moment) -> sqlx::Result<()> {
    let sql = "update invitation set used_at = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(drop))
}

pub(crate) async fn set_withdrawn(tx: &mut Tx, id: InvitationId, now: Moment) -> sqlx::Result<()> {
    let sql = "update invitation set withdrawn_at = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(drop))
}

/// Withdraws what the organisation has out for this address: only the newest link opens.
pub(crate) async fn withdraw_for_email(
    tx: &mut Tx,
    organisation: OrganisationId,
    email: &str,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "update invitation set withdrawn_at = $3 where organisation_id = $1 and email = $2 \
               and person_id is null and used_at is null and withdrawn_at is null";
    on!(tx tx, |conn| query(sql).bind(organisation).bind(email).bind(now).execute(conn).await.map(drop))
}

/// Withdraws the links that set this person's password.
pub(crate) async fn withdraw_for_person(tx: &mut Tx, person: PersonId, now: Moment) -> sqlx::Result<()> {
    let sql = "update invitation set withdrawn_at = $2 where person_id = $1 and used_at is null \
               and withdrawn_at is null";
    on!(tx tx, |conn| query(sql).bind(person).bind(now).execute(conn).await.map(drop))
}

/// To whom a link is out that opens still, and of which organisation.
pub(crate) async fn list_waiting(db: &Db, now: Moment) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    on!(db, |conn| query_as(waiting!()).bind(now).fetch_all(conn).await)
}

/// The same under the writer's turn.
pub(crate) async fn read_waiting(tx: &mut Tx, now: Moment) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    on!(tx tx, |conn| query_as(waiting!()).bind(now).fetch_all(conn).await)
}
