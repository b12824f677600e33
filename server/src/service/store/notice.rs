//! What people are told: ids and kinds. Every reading goes through what the person may see at that moment.

use app::{
    model::{
        EntryId, IncidentId, MailId, Moment, NoticeId, PersonId, Severity, Tlp,
        id::Number,
        notice::{NoticeKind, NoticeWhat},
    },
    policy::{self, Viewer},
};
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx, on, scoped, visible_child, visible_hold, visible_incident, visible_labelled, visible_onward,
    visible_share,
};

/// One notice before it is stored.
#[derive(Clone, Debug)]
pub(crate) struct NoticeRow {
    pub id: NoticeId,
    pub person_id: PersonId,
    pub seq: i64,
    pub at: Moment,
    pub kind: NoticeKind,
    pub what: NoticeWhat,
    /// None: it is about the room, or an account.
    pub incident_id: Option<IncidentId>,
    pub noun: &'static str,
    pub noun_id: Uuid,
    pub by_person: Option<PersonId>,
    pub mail_id: Option<MailId>,
}

/// Rows of one statement: far below what either database takes as values.
const CHUNK: usize = 50;
const COLUMNS: usize = 11;

/// Adds them all; a person is told once of each change.
pub(crate) async fn add(tx: &mut Tx, rows: &[NoticeRow]) -> sqlx::Result<()> {
    for rows in rows.chunks(CHUNK) {
        let values: Vec<_> = (0..rows.len())
            .map(|row| {
                let places: Vec<_> = (1..=COLUMNS).map(|n| format!("${}", row * COLUMNS + n)).collect();
                format!("({})", places.join(", "))
            })
            .collect();
        let sql = format!(
            "insert into notice (id, person_id, seq, at, kind, what, incident_id, noun, noun_id, by_person, \
             mail_id) values {} \
             on conflict do nothing",
            values.join(", ")
        );
        on!(tx tx, |conn| {
            let mut insert = query(AssertSqlSafe(sql));
            for row in rows {
                insert = insert
                    .bind(row.id)
                    .bind(row.person_id)
                    .bind(row.seq)
                    .bind(row.at)
                    .bind(row.kind)
                    .bind(row.what)
                    .bind(row.incident_id)
                    .bind(row.noun)
                    .bind(row.noun_id)
                    .bind(row.by_person)
                    .bind(row.mail_id);
            }
            insert.execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// A notice with what its person sees of it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LineRow {
    pub id: NoticeId,
    pub seq: i64,
    pub at: Moment,
    pub kind: NoticeKind,
    pub what: NoticeWhat,
    pub read_at: Option<Moment>,
    pub by_person: Option<PersonId>,
    pub incident_id: IncidentId,
    pub number: Number,
    pub title: String,
    pub severity: Severity,
    pub tlp: Tlp,
    pub entry_id: Option<EntryId>,
    pub entry_tlp: Option<Tlp>,
    pub entry_text: Option<String>,
    pub new_value: Option<String>,
    pub struck: bool,
    pub task_text: Option<String>,
    /// The label of the share, the hold or the task.
    pub own_tlp: Option<Tlp>,
}

/// The notice `m` of the person in `$4`, who is counsel by `$5` and speaks for their organisation by `$6`, as the scope in `$1` to `$3` sees it: the
/// incident, and in it the entry, the task, the share or the hold that it is about.
macro_rules! seen {
    () => {
        // `(select 1 ...) is not null`: with `exists` PostgreSQL would gather all visible entries before it reads
        // a page, and with `1 = (select 1 ...)` it expects so few that it gathers and sorts all notices. With `or` for `case`
        // it asks each of them twice, once before it knows the incident.
        concat!(
            "from notice m join incident i on i.id = m.incident_id where m.person_id = $4 and ",
            visible_incident!(),
            " and case m.noun when 'entry' then (select 1 from entry c where c.id = m.noun_id and ",
            visible_child!(),
            ") is not null when 'task' then (select 1 from task c where c.id = m.noun_id and ",
            visible_labelled!("c"),
            ") is not null when 'share' then (select 1 from share s where s.id = m.noun_id and ",
            visible_share!(),
            ") is not null when 'onward' then (select 1 from onward o where o.id = m.noun_id and ",
            visible_onward!("o", "$6"),
            ") is not null when 'hold' then (select 1 from hold h where h.id = m.noun_id and ",
            visible_hold!("h", "$5"),
            ") is not null else true end"
        )
    };
}

macro_rules! select_line {
    ($which:literal) => {
        concat!(
            "select l.id, l.seq, l.at, l.kind, l.what, l.read_at, l.by_person, l.incident_id, l.number, l.title, l.severity, l.tlp, \
             coalesce(e.corrects, e.id) as entry_id, e.tlp as entry_tlp, e.body as entry_text, e.new_value, \
             exists (select 1 from strike k where k.entry_id = e.id) as struck, \
             (select t.body from task t where l.noun = 'task' and t.id = l.noun_id) as task_text, \
             coalesce((select s.tlp from share s where l.noun = 'share' and s.id = l.noun_id), \
             (select h.tlp from hold h where l.noun = 'hold' and h.id = l.noun_id), \
             (select o.tlp from onward o where l.noun = 'onward' and o.id = l.noun_id), \
             (select t.tlp from task t where l.noun = 'task' and t.id = l.noun_id)) as own_tlp \
             from (select m.id, m.seq, m.at, m.kind, m.what, m.read_at, m.by_person, m.noun, m.noun_id, \
             m.incident_id, i.number, i.title, i.severity, i.tlp ",
            seen!(),
            $which,
            ") l left join entry e on l.noun = 'entry' and e.id = l.noun_id order by l.seq desc"
        )
    };
}

/// Notices before `seq`, newest first; the unread ones, or all.
pub(crate) async fn list(
    db: &Db,
    viewer: &Viewer,
    kind: Option<NoticeKind>,
    all: bool,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<LineRow>> {
    let every = select_line!(" and m.seq < $7 and ($8 is null or m.kind = $8) order by m.seq desc limit $9");
    let unread = select_line!(
        " and m.read_at is null and m.seq < $7 and ($8 is null or m.kind = $8) order by m.seq desc limit $9"
    );
    let sql = if all { every } else { unread };
    on!(db, |conn| scoped!(query_as(sql), policy::scope(viewer))
        .bind(viewer.person)
        .bind(policy::scope(viewer).counsel)
        .bind(policy::scope(viewer).speaks)
        .bind(seq)
        .bind(kind)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// The unread notices that an e-mail tells of, newest first.
pub(crate) async fn list_of_mail(
    db: &Db,
    viewer: &Viewer,
    mail: MailId,
    limit: i64,
) -> sqlx::Result<Vec<LineRow>> {
    let sql = select_line!(" and m.mail_id = $7 and m.read_at is null order by m.seq desc limit $8");
    on!(db, |conn| scoped!(query_as(sql), policy::scope(viewer))
        .bind(viewer.person)
        .bind(policy::scope(viewer).counsel)
        .bind(policy::scope(viewer).speaks)
        .bind(mail)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// One notice of the viewer, while they see what it is about.
pub(crate) async fn find(db: &Db, viewer: &Viewer, id: NoticeId) -> sqlx::Result<Option<LineRow>> {
    let sql = select_line!(" and m.id = $7");
    on!(db, |conn| scoped!(query_as(sql), policy::scope(viewer))
        .bind(viewer.person)
        .bind(policy::scope(viewer).counsel)
        .bind(policy::scope(viewer).speaks)
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// A notice that is about no incident: a setting of the room, which everybody in it may read; an account, told to those
/// who answer for its organisation.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct RoomRow {
    pub id: NoticeId,
    pub seq: i64,
    pub at: Moment,
    pub kind: NoticeKind,
    pub what: NoticeWhat,
    pub read_at: Option<Moment>,
    pub by_person: Option<PersonId>,
    /// Of a setting.
    pub reason: Option<String>,
    /// The setting, the person whose account it is, or the invitation to one.
    pub noun_id: Uuid,
}

/// Of one person. A statement of its own: beside those about incidents it would cost each of them its index.
macro_rules! select_room {
    ($which:literal) => {
        concat!(
            "select m.id, m.seq, m.at, m.kind, m.what, m.read_at, m.by_person, s.reason, m.noun_id from notice m \
             left join setting s on m.noun = 'setting' and s.id = m.noun_id where m.person_id = $1 and m.incident_id is null ",
            $which,
            " order by m.seq desc"
        )
    };
}

/// Those about the room before `seq`, newest first; the unread ones, or all.
pub(crate) async fn list_room(
    db: &Db,
    person: PersonId,
    kind: Option<NoticeKind>,
    all: bool,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<RoomRow>> {
    let sql = concat!(
        select_room!("and m.seq < $2 and ($3 is null or m.kind = $3) and ($4 or m.read_at is null)"),
        " limit $5"
    );
    on!(db, |conn| query_as(sql)
        .bind(person)
        .bind(seq)
        .bind(kind)
        .bind(all)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// The unread ones that an e-mail tells of.
pub(crate) async fn list_room_of_mail(
    db: &Db,
    person: PersonId,
    mail: MailId,
    limit: i64,
) -> sqlx::Result<Vec<RoomRow>> {
    let sql = concat!(select_room!("and m.mail_id = $2 and m.read_at is null"), " limit $3");
    on!(db, |conn| query_as(sql).bind(person).bind(mail).bind(limit).fetch_all(conn).await)
}

pub(crate) async fn find_room(db: &Db, person: PersonId, id: NoticeId) -> sqlx::Result<Option<RoomRow>> {
    let sql = select_room!("and m.id = $2");
    on!(db, |conn| query_as(sql).bind(person).bind(id).fetch_optional(conn).await)
}

/// How many about the room are unread, at most `limit`.
pub(crate) async fn count_room(db: &Db, person: PersonId, limit: i64) -> sqlx::Result<i64> {
    let sql = "select count(*) from (select 1 from notice m where m.person_id = $1 and m.incident_id is null \
               and m.read_at is null limit $2) as unread";
    on!(db, |conn| query_scalar(sql).bind(person).bind(limit).fetch_one(conn).await)
}

/// How many are unread, at most `limit`.
pub(crate) async fn count_unread(db: &Db, viewer: &Viewer, limit: i64) -> sqlx::Result<i64> {
    let sql = concat!(
        "select count(*) from (select 1 ",
        seen!(),
        " and m.read_at is null order by m.seq desc limit $7) as unread"
    );
    on!(db, |conn| scoped!(query_scalar(sql), policy::scope(viewer))
        .bind(viewer.person)
        .bind(policy::scope(viewer).counsel)
        .bind(policy::scope(viewer).speaks)
        .bind(limit)
        .fetch_one(conn)
        .await)
}

/// Marks one as read; one that is stays as it is.
pub(crate) async fn set_read(tx: &mut Tx, person: PersonId, id: NoticeId, at: Moment) -> sqlx::Result<()> {
    let sql = "update notice set read_at = $3 where id = $1 and person_id = $2 and read_at is null";
    on!(tx tx, |conn| query(sql).bind(id).bind(person).bind(at).execute(conn).await.map(drop))
}

/// Marks all of a person as read, up to a place of the journal; of one kind where given.
pub(crate) async fn set_all_read(
    tx: &mut Tx,
    person: PersonId,
    kind: Option<NoticeKind>,
    seq: i64,
    at: Moment,
) -> sqlx::Result<()> {
    let sql = "update notice set read_at = $4 where person_id = $1 and seq <= $2 and read_at is null \
               and ($3 is null or kind = $3)";
    on!(tx tx, |conn| query(sql).bind(person).bind(seq).bind(kind).bind(at).execute(conn).await.map(drop))
}

/// Marks what is older than a moment as read when it came.
pub(crate) async fn set_read_before(tx: &mut Tx, before: Moment) -> sqlx::Result<()> {
    let sql = "update notice set read_at = at where at < $1 and read_at is null";
    on!(tx tx, |conn| query(sql).bind(before).execute(conn).await.map(drop))
}

/// Who is told of a change of the journal, and of which kind.
pub(crate) async fn list_told(db: &Db, seq: i64) -> sqlx::Result<Vec<(PersonId, NoticeKind)>> {
    let sql = "select person_id, kind from notice where seq = $1";
    on!(db, |conn| query_as(sql).bind(seq).fetch_all(conn).await)
}

/// Forgets the oldest of what is older than a moment, at most `limit`; returns how many.
pub(crate) async fn remove_before(tx: &mut Tx, before: Moment, limit: i64) -> sqlx::Result<u64> {
    let sql = "delete from notice where id in (select id from notice where at < $1 order by at limit $2)";
    on!(tx tx, |conn| query(sql).bind(before).bind(limit).execute(conn).await.map(|done| done.rows_affected()))
}
