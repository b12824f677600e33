//! Periods, categories and targets: data that the room changes while it runs.

use app::model::{Moment, Severity, clock::SeverityTarget, period::Period};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PeriodRow {
    pub slug: String,
    pub name: String,
    pub kind: String,
    pub shift: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: String,
    pub target_percent: i64,
}

impl From<PeriodRow> for Period {
    fn from(row: PeriodRow) -> Self {
        Self {
            slug: row.slug,
            name: row.name,
            shift: row.shift,
            from: row.starts_at,
            to: row.ends_at,
            zone: row.zone,
            target_percent: row.target_percent,
        }
    }
}

pub(crate) async fn list(db: &Db) -> sqlx::Result<Vec<PeriodRow>> {
    let sql = "select slug, name, kind, shift, starts_at, ends_at, zone, target_percent \
               from period order by starts_at";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn add(tx: &mut Tx, row: &PeriodRow) -> sqlx::Result<()> {
    let sql = "insert into period (slug, name, kind, shift, starts_at, ends_at, zone, target_percent) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    on!(tx tx, |conn| query(sql)
        .bind(&row.slug)
        .bind(&row.name)
        .bind(&row.kind)
        .bind(&row.shift)
        .bind(row.starts_at)
        .bind(row.ends_at)
        .bind(&row.zone)
        .bind(row.target_percent)
        .execute(conn)
        .await
        .map(drop))
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct CategoryRow {
    pub code: String,
    pub top: String,
    pub top_name: String,
    pub name: String,
    pub position: i64,
    pub effective_from: Moment,
    pub effective_to: Option<Moment>,
}

pub(crate) async fn list_categories(db: &Db) -> sqlx::Result<Vec<CategoryRow>> {
    let sql = "select code, top, top_name, name, position, effective_from, effective_to \
               from category order by position";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

/// A period's profile, after it changed.
pub(crate) async fn set_percent(tx: &mut Tx, slug: &str, percent: i64) -> sqlx::Result<()> {
    let sql = "update period set target_percent = $2 where slug = $1";
    on!(tx tx, |conn| query(sql).bind(slug).bind(percent).execute(conn).await.map(drop))
}

/// When a period runs, after it was moved or set back.
pub(crate) async fn set_times(tx: &mut Tx, slug: &str, from: Moment, to: Moment) -> sqlx::Result<()> {
    let sql = "update period set starts_at = $2, ends_at = $3 where slug = $1";
    on!(tx tx, |conn| query(sql).bind(slug).bind(from).bind(to).execute(conn).await.map(drop))
}

pub(crate) async fn add_category(tx: &mut Tx, row: &CategoryRow) -> sqlx::Result<()> {
    let sql = "insert into category (code, top, top_name, name, position, effective_from, effective_to) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    on!(tx tx, |conn| query(sql)
        .bind(&row.code)
        .bind(&row.top)
        .bind(&row.top_name)
        .bind(&row.name)
        .bind(row.position)
        .bind(row.effective_from)
        .bind(row.effective_to)
        .execute(conn)
        .await
        .map(drop))
}

/// A leaf that may be there already, after the catalogue changed.
pub(crate) async fn set_category(tx: &mut Tx, row: &CategoryRow) -> sqlx::Result<()> {
    let sql = "insert into category (code, top, top_name, name, position, effective_from, effective_to) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do update set name = excluded.name, \
               position = excluded.position, effective_from = excluded.effective_from, \
               effective_to = excluded.effective_to";
    on!(tx tx, |conn| query(sql)
        .bind(&row.code)
        .bind(&row.top)
        .bind(&row.top_name)
        .bind(&row.name)
        .bind(row.position)
        .bind(row.effective_from)
        .bind(row.effective_to)
        .execute(conn)
        .await
        .map(drop))
}

/// A leaf that never took effect: no incident has it.
pub(crate) async fn remove_category(tx: &mut Tx, code: &str) -> sqlx::Result<()> {
    let sql = "delete from category where code = $1";
    on!(tx tx, |conn| query(sql).bind(code).execute(conn).await.map(drop))
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TargetRow {
    pub severity: Severity,
    pub definition: String,
    pub acknowledge_s: Option<i64>,
    pub update_s: Option<i64>,
    pub contain_s: Option<i64>,
}

impl From<TargetRow> for SeverityTarget {
    fn from(row: TargetRow) -> Self {
        Self {
            severity: row.severity,
            definition: row.definition,
            acknowledge_s: row.acknowledge_s,
            update_s: row.update_s,
            contain_s: row.contain_s,
        }
    }
}

pub(crate) async fn list_targets(db: &Db) -> sqlx::Result<Vec<TargetRow>> {
    let sql = "select severity, definition, acknowledge_s, update_s, contain_s from severity_target";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn add_target(tx: &mut Tx, target: &SeverityTarget) -> sqlx::Result<()> {
    let sql = "insert into severity_target (severity, definition, acknowledge_s, update_s, contain_s) \
               values ($1, $2, $3, $4, $5)";
    on!(tx tx, |conn| query(sql)
        .bind(target.severity)
        .bind(&target.definition)
        .bind(target.acknowledge_s)
        .bind(target.update_s)
        .bind(target.contain_s)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn set_target(tx: &mut Tx, target: &SeverityTarget) -> sqlx::Result<()> {
    let sql = "update severity_target set definition = $2, acknowledge_s = $3, update_s = $4, contain_s = $5 \
               where severity = $1";
    on!(tx tx, |conn| query(sql)
        .bind(target.severity)
        .bind(&target.definition)
        .bind(target.acknowledge_s)
        .bind(target.update_s)
        .bind(target.contain_s)
        .execute(conn)
        .await
        .map(drop))
}
