//! The outcome of each idempotency key, in the same transaction as its effect.

use app::model::{Moment, PersonId};
use sqlx::{query, query_as, query_scalar};

use super::{Db, Tx, on};

/// The digest of the request that used the key first, and what it answered.
pub(crate) async fn find(
    tx: &mut Tx,
    person: PersonId,
    key: &[u8],
) -> sqlx::Result<Option<(Vec<u8>, String)>> {
    let sql = "select digest, outcome from idempotency where person_id = $1 and key = $2";
    on!(tx tx, |conn| query_as(sql).bind(person).bind(key).fetch_optional(conn).await)
}

/// What was answered, outside a write.
pub(crate) async fn read(db: &Db, person: PersonId, key: &[u8]) -> sqlx::Result<Option<String>> {
    let sql = "select outcome from idempotency where person_id = $1 and key = $2";
    on!(db, |conn| query_scalar(sql).bind(person).bind(key).fetch_optional(conn).await)
}

pub(crate) async fn add(
    tx: &mut Tx,
    person: PersonId,
    key: &[u8],
    digest: &[u8],
    outcome: &str,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into idempotency (person_id, key, digest, outcome, at) values ($1, $2, $3, $4, $5)";
    on!(tx tx, |conn| query(sql)
        .bind(person)
        .bind(key)
        .bind(digest)
        .bind(outcome)
        .bind(now)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn remove_before(tx: &mut Tx, moment: Moment) -> sqlx::Result<u64> {
    let sql = "delete from idempotency where at < $1";
    on!(tx tx, |conn| query(sql).bind(moment).execute(conn).await.map(|r| r.rows_affected()))
}
