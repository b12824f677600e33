//! E-mails on their way, and what each person wants to be told.

use app::model::{
    MailId, Moment, PersonId,
    notice::{FollowReason, MailState, NoticeKind, NoticeWay},
};
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::{Db, Tx, on};

/// An e-mail, without a word of what it says.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct MailRow {
    pub id: MailId,
    pub person_id: PersonId,
    pub gathers: bool,
    pub due_at: Moment,
    pub tries: i64,
}

pub(crate) async fn add(tx: &mut Tx, row: &MailRow) -> sqlx::Result<()> {
    let sql =
        "insert into mail (id, person_id, gathers, due_at, tries, state) values ($1, $2, $3, $4, $5, $6)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.person_id)
        .bind(row.gathers)
        .bind(row.due_at)
        .bind(row.tries)
        .bind(MailState::Waiting)
        .execute(conn)
        .await
        .map(drop))
}

/// The e-mail that gathers for this person until that moment.
pub(crate) async fn find_gathering(
    tx: &mut Tx,
    person: PersonId,
    due: Moment,
) -> sqlx::Result<Option<MailId>> {
    let sql = "select id from mail where person_id = $1 and due_at = $2 and gathers and tries = 0 \
               and state = 'waiting' limit 1";
    on!(tx tx, |conn| query_scalar(sql).bind(person).bind(due).fetch_optional(conn).await)
}

/// When the next one is due; none while none waits.
pub(crate) async fn next_due(db: &Db) -> sqlx::Result<Option<Moment>> {
    let sql = "select due_at from mail where state = 'waiting' order by due_at limit 1";
    on!(db, |conn| query_scalar(sql).fetch_optional(conn).await)
}

/// Those that are due, the oldest first.
pub(crate) async fn list_due(tx: &mut Tx, now: Moment, limit: i64) -> sqlx::Result<Vec<MailRow>> {
    let sql = "select id, person_id, gathers, due_at, tries from mail where state = 'waiting' and due_at <= $1 \
               order by due_at limit $2";
    on!(tx tx, |conn| query_as(sql).bind(now).bind(limit).fetch_all(conn).await)
}

/// Tries again at that moment, unless it has ended meanwhile.
pub(crate) async fn set_due(tx: &mut Tx, id: MailId, due: Moment, tries: i64) -> sqlx::Result<()> {
    let sql = "update mail set due_at = $2, tries = $3 where id = $1 and state = 'waiting'";
    on!(tx tx, |conn| query(sql).bind(id).bind(due).bind(tries).execute(conn).await.map(drop))
}

pub(crate) async fn set_ended(tx: &mut Tx, id: MailId, state: MailState, at: Moment) -> sqlx::Result<()> {
    let sql = "update mail set state = $2, ended_at = $3 where id = $1 and state = 'waiting'";
    on!(tx tx, |conn| query(sql).bind(id).bind(state).bind(at).execute(conn).await.map(drop))
}

/// How many to this person were given up since then, and when the last was.
pub(crate) async fn count_failed(
    db: &Db,
    person: PersonId,
    since: Moment,
) -> sqlx::Result<(i64, Option<Moment>)> {
    let sql =
        "select count(*), max(ended_at) from mail where person_id = $1 and due_at >= $2 and state = 'failed'";
    on!(db, |conn| query_as(sql).bind(person).bind(since).fetch_one(conn).await)
}

/// How many wait, at most `limit`.
pub(crate) async fn count_waiting(db: &Db, limit: i64) -> sqlx::Result<i64> {
    let sql = "select count(*) from (select 1 from mail where state = 'waiting' order by due_at limit $1) as waiting";
    on!(db, |conn| query_scalar(sql).bind(limit).fetch_one(conn).await)
}

/// Forgets those that ended before a moment and of which no notice is left, at most `limit`.
pub(crate) async fn remove_before(tx: &mut Tx, before: Moment, limit: i64) -> sqlx::Result<u64> {
    let sql = "delete from mail where id in (select e.id from mail e where e.ended_at < $1 \
               and coalesce((select 1 from notice m where m.mail_id = e.id limit 1), 0) = 0 \
               order by e.ended_at limit $2)";
    on!(tx tx, |conn| query(sql).bind(before).bind(limit).execute(conn).await.map(|done| done.rows_affected()))
}

// ── what people want ─────────────────────────────────────────────────────────────────────────────

/// Which of these people chose how to be told of this kind, and how.
pub(crate) async fn list_choices_of(
    tx: &mut Tx,
    kind: NoticeKind,
    people: &[PersonId],
) -> sqlx::Result<Vec<(PersonId, NoticeWay)>> {
    let mut chosen = vec![];
    for people in people.chunks(100) {
        let places: Vec<_> = (2..people.len() + 2).map(|n| format!("${n}")).collect();
        let places = places.join(", ");
        let sql =
            format!("select person_id, way from notice_choice where kind = $1 and person_id in ({places})");
        let found: Vec<(PersonId, NoticeWay)> = on!(tx tx, |conn| {
            let mut asked = query_as(AssertSqlSafe(sql)).bind(kind);
            for person in people {
                asked = asked.bind(*person);
            }
            asked.fetch_all(conn).await
        })?;
        chosen.extend(found);
    }
    Ok(chosen)
}

pub(crate) async fn list_choices(db: &Db, person: PersonId) -> sqlx::Result<Vec<(NoticeKind, NoticeWay)>> {
    let sql = "select kind, way from notice_choice where person_id = $1";
    on!(db, |conn| query_as(sql).bind(person).fetch_all(conn).await)
}

pub(crate) async fn set_choice(
    tx: &mut Tx,
    person: PersonId,
    kind: NoticeKind,
    way: NoticeWay,
) -> sqlx::Result<()> {
    let sql = "insert into notice_choice (person_id, kind, way) values ($1, $2, $3) \
               on conflict (person_id, kind) do update set way = excluded.way";
    on!(tx tx, |conn| query(sql).bind(person).bind(kind).bind(way).execute(conn).await.map(drop))
}

/// Minutes of the day, and the zone in which they are counted.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct QuietRow {
    pub from_minute: i64,
    pub to_minute: i64,
    pub zone: String,
}

pub(crate) async fn find_quiet(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<QuietRow>> {
    let sql = "select from_minute, to_minute, zone from quiet_hours where person_id = $1";
    on!(tx tx, |conn| query_as(sql).bind(person).fetch_optional(conn).await)
}

pub(crate) async fn read_quiet(db: &Db, person: PersonId) -> sqlx::Result<Option<QuietRow>> {
    let sql = "select from_minute, to_minute, zone from quiet_hours where person_id = $1";
    on!(db, |conn| query_as(sql).bind(person).fetch_optional(conn).await)
}

pub(crate) async fn set_quiet(tx: &mut Tx, person: PersonId, quiet: Option<&QuietRow>) -> sqlx::Result<()> {
    let sql = "delete from quiet_hours where person_id = $1";
    on!(tx tx, |conn| query(sql).bind(person).execute(conn).await.map(drop))?;
    let Some(quiet) = quiet else { return Ok(()) };
    let sql = "insert into quiet_hours (person_id, from_minute, to_minute, zone) values ($1, $2, $3, $4)";
    on!(tx tx, |conn| query(sql)
        .bind(person)
        .bind(quiet.from_minute)
        .bind(quiet.to_minute)
        .bind(&quiet.zone)
        .execute(conn)
        .await
        .map(drop))
}

/// What does not make a person follow by itself.
pub(crate) async fn list_off(db: &Db, person: PersonId) -> sqlx::Result<Vec<FollowReason>> {
    let sql = "select reason from following_off where person_id = $1";
    on!(db, |conn| query_scalar(sql).bind(person).fetch_all(conn).await)
}

pub(crate) async fn set_off(
    tx: &mut Tx,
    person: PersonId,
    reason: FollowReason,
    off: bool,
) -> sqlx::Result<()> {
    let sql = match off {
        true => "insert into following_off (person_id, reason) values ($1, $2) on conflict do nothing",
        false => "delete from following_off where person_id = $1 and reason = $2",
    };
    on!(tx tx, |conn| query(sql).bind(person).bind(reason).execute(conn).await.map(drop))
}
