//! Tables of invitations, and what became of their rows.

use app::model::{Moment, PersonId};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ImportedRow {
    pub id: Uuid,
    pub person_id: PersonId,
    pub made_at: Moment,
    pub result: String,
    pub expires_at: Moment,
    pub downloaded_at: Option<Moment>,
}

pub(crate) async fn add(tx: &mut Tx, row: &ImportedRow) -> sqlx::Result<()> {
    let sql = "insert into import (id, person_id, made_at, result, expires_at) values ($1, $2, $3, $4, $5)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.person_id)
        .bind(row.made_at)
        .bind(&row.result)
        .bind(row.expires_at)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(db: &Db, id: Uuid) -> sqlx::Result<Option<ImportedRow>> {
    let sql = "select id, person_id, made_at, result, expires_at, downloaded_at from import where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// False when they were downloaded before.
pub(crate) async fn set_downloaded(tx: &mut Tx, id: Uuid, now: Moment) -> sqlx::Result<bool> {
    let sql = "update import set downloaded_at = $2 where id = $1 and downloaded_at is null";
    let done =
        on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(done == 1)
}
