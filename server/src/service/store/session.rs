//! Sessions, by the SHA-256 of their id.

use app::model::{Moment, PersonId};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SessionRow {
    pub id: Vec<u8>,
    pub person_id: Option<PersonId>,
    pub data: String,
    pub address: String,
    pub user_agent: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
}

/// False when the id is taken.
pub(crate) async fn add(tx: &mut Tx, row: &SessionRow) -> sqlx::Result<bool> {
    let sql = "insert into session (id, person_id, data, address, user_agent, created_at, seen_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let added = on!(tx tx, |conn| query(sql)
        .bind(&row.id)
        .bind(row.person_id)
        .bind(&row.data)
        .bind(&row.address)
        .bind(&row.user_agent)
        .bind(row.created_at)
        .bind(row.seen_at)
        .bind(row.expires_at)
        .execute(conn)
        .await
        .map(|r| r.rows_affected()))?;
    Ok(added == 1)
}

pub(crate) async fn find(db: &Db, id: &[u8]) -> sqlx::Result<Option<SessionRow>> {
    let sql = "select id, person_id, data, address, user_agent, created_at, seen_at, expires_at \
               from session where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn list(db: &Db, person: PersonId, now: Moment) -> sqlx::Result<Vec<SessionRow>> {
    let sql = "select id, person_id, data, address, user_agent, created_at, seen_at, expires_at \
               from session where person_id = $1 and expires_at > $2 order by seen_at desc";
    on!(db, |conn| query_as(sql).bind(person).bind(now).fetch_all(conn).await)
}

pub(crate) async fn set_seen(tx: &mut Tx, id: &[u8], now: Moment) -> sqlx::Result<()> {
    let sql = "update session set seen_at = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(drop))
}

pub(crate) async fn remove(tx: &mut Tx, id: &[u8]) -> sqlx::Result<()> {
    let sql = "delete from session where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).execute(conn).await.map(drop))
}

/// Ends all sessions of a person but one; returns how many.
pub(crate) async fn remove_others(tx: &mut Tx, person: PersonId, keep: &[u8]) -> sqlx::Result<u64> {
    let sql = "delete from session where person_id = $1 and id <> $2";
    on!(tx tx, |conn| query(sql).bind(person).bind(keep).execute(conn).await.map(|r| r.rows_affected()))
}

pub(crate) async fn remove_expired(tx: &mut Tx, now: Moment, idle_before: Moment) -> sqlx::Result<u64> {
    let sql = "delete from session where expires_at <= $1 or seen_at <= $2";
    on!(tx tx, |conn| query(sql).bind(now).bind(idle_before).execute(conn).await.map(|r| r.rows_affected()))
}
