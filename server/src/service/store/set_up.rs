//! The steps of a young room's set-up.

use app::model::{
    Moment, PersonId,
    set_up::{SetUpState, SetUpStep},
};
use sqlx::{query, query_as};

use super::{Db, Tx, on};

pub(crate) async fn list(db: &Db) -> sqlx::Result<Vec<(SetUpStep, SetUpState)>> {
    let sql = "select step, state from set_up";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn add(tx: &mut Tx, step: SetUpStep) -> sqlx::Result<()> {
    let sql = "insert into set_up (step, state) values ($1, $2)";
    on!(tx tx, |conn| query(sql).bind(step).bind(SetUpState::Waits).execute(conn).await.map(drop))
}

/// False where there is no such step: the room was not founded by a link.
pub(crate) async fn set_kept(tx: &mut Tx, step: SetUpStep, by: PersonId, at: Moment) -> sqlx::Result<bool> {
    let sql = "update set_up set state = $2, by_person = $3, at = $4 where step = $1";
    let done = on!(tx tx, |conn| query(sql)
        .bind(step)
        .bind(SetUpState::Kept)
        .bind(by)
        .bind(at)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
