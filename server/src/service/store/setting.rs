//! The versions of the room's settings: appended, never changed.

use app::model::{Moment, OrganisationId, PersonId, setting::SettingKind};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct SettingRow {
    pub id: Uuid,
    pub kind: SettingKind,
    pub version: i64,
    pub seq: i64,
    pub body: String,
    pub reason: String,
    pub remark: String,
    pub person_id: PersonId,
    pub organisation_id: OrganisationId,
    pub at: Moment,
}

macro_rules! select_setting {
    () => {
        "select id, kind, version, seq, body, reason, remark, person_id, organisation_id, at from setting "
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &SettingRow) -> sqlx::Result<()> {
    let sql = "insert into setting (id, kind, version, seq, body, reason, remark, person_id, organisation_id, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.kind)
        .bind(row.version)
        .bind(row.seq)
        .bind(&row.body)
        .bind(&row.reason)
        .bind(&row.remark)
        .bind(row.person_id)
        .bind(row.organisation_id)
        .bind(row.at)
        .execute(conn)
        .await
        .map(drop))
}

/// The version that stands; none where what ships with the program does.
pub(crate) async fn find_newest(tx: &mut Tx, kind: SettingKind) -> sqlx::Result<Option<SettingRow>> {
    let sql = concat!(select_setting!(), "where kind = $1 order by version desc limit 1");
    on!(tx tx, |conn| query_as(sql).bind(kind).fetch_optional(conn).await)
}

pub(crate) async fn find(tx: &mut Tx, kind: SettingKind, version: i64) -> sqlx::Result<Option<SettingRow>> {
    let sql = concat!(select_setting!(), "where kind = $1 and version = $2");
    on!(tx tx, |conn| query_as(sql).bind(kind).bind(version).fetch_optional(conn).await)
}

pub(crate) async fn read_newest(db: &Db, kind: SettingKind) -> sqlx::Result<Option<SettingRow>> {
    let sql = concat!(select_setting!(), "where kind = $1 order by version desc limit 1");
    on!(db, |conn| query_as(sql).bind(kind).fetch_optional(conn).await)
}

/// The versions of a kind before one, newest first.
pub(crate) async fn list(
    db: &Db,
    kind: SettingKind,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<SettingRow>> {
    let sql = concat!(select_setting!(), "where kind = $1 and version < $2 order by version desc limit $3");
    on!(db, |conn| query_as(sql).bind(kind).bind(before).bind(limit).fetch_all(conn).await)
}
