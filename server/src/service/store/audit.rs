//! The journal as the audit log reads it: backwards, without the content of any incident.

use std::ops::Range;

use app::model::{IncidentId, Moment, OrganisationId, PersonId};
use sqlx::{FromRow, query_as, query_scalar};
use uuid::Uuid;

use super::{Db, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AuditRow {
    pub seq: i64,
    pub at: Moment,
    pub person_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub noun: String,
    pub noun_id: Option<Uuid>,
    pub action: String,
    /// Empty where the row is about an incident: that would be content.
    pub body: String,
    pub request: String,
    pub incident_id: Option<IncidentId>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
}

/// What the log is narrowed to. `part`: the organisation whose part is read; none for all of it.
#[derive(Clone, Debug)]
pub(crate) struct Narrowed<'a> {
    pub kind: &'a str,
    /// Noun and action; both empty for any.
    pub act: (&'a str, &'a str),
    pub person: Option<PersonId>,
    /// Whose people acted.
    pub organisation: Option<OrganisationId>,
    /// What it was about: an incident with all in it, or another thing.
    pub thing: Option<Uuid>,
    /// From, and up to without.
    pub span: (Moment, Moment),
    pub part: Option<OrganisationId>,
}

/// Rows `j` of the stretch from `$2` up to `$1` without, that are asked for; `own`: of the part of `$14` alone.
macro_rules! asked_for {
    (all) => {
        "from journal j where j.seq < $1 and j.seq >= $2 and ($3 = 'all' \
         or ($3 = 'sign_in' and (j.noun = 'session' or j.action = 'sign_in_refused')) \
         or ($3 = 'people' and j.noun in ('person', 'invitation', 'organisation')) \
         or ($3 = 'reads' and (j.noun in ('custody', 'glass') or (j.noun = 'audit' and j.action <> 'refused'))) \
         or ($3 = 'denied' and j.action in ('refused', 'sign_in_refused'))) \
         and (not $4 or j.person_id = $5 or j.noun_id = $5) \
         and (not $6 or j.organisation_id = $7) \
         and (not $8 or j.incident_id = $9 or j.noun_id = $9) \
         and j.at >= $10 and j.at < $11 and ($12 = '' or (j.noun = $12 and j.action = $13))"
    };
    // What concerns an incident stands in the whole log alone: it would tell of what is not shared.
    (own) => {
        concat!(
            asked_for!(all),
            " and j.incident_id is null and not (j.noun = 'audit' and j.action = 'red_viewed') \
             and (j.organisation_id = $14 or j.noun_id in (select p.id from person p where p.organisation_id = $14))"
        )
    };
}

macro_rules! audit {
    ($part:ident, $limit:literal) => {
        concat!(
            "select j.seq, j.at, j.person_id, j.organisation_id, j.noun, j.noun_id, j.action, \
             case when j.incident_id is null then j.body else '' end as body, j.request, j.incident_id, \
             j.previous, j.hash ",
            asked_for!($part),
            " order by j.seq desc limit ",
            $limit
        )
    };
}

/// Binds what `asked_for!` names, in its order.
macro_rules! narrowed {
    ($query:expr, $narrowed:expr, $stretch:expr) => {
        $query
            .bind($stretch.end)
            .bind($stretch.start)
            .bind($narrowed.kind)
            .bind($narrowed.person.is_some())
            .bind($narrowed.person)
            .bind($narrowed.organisation.is_some())
            .bind($narrowed.organisation)
            .bind($narrowed.thing.is_some())
            .bind($narrowed.thing)
            .bind($narrowed.span.0)
            .bind($narrowed.span.1)
            .bind($narrowed.act.0)
            .bind($narrowed.act.1)
    };
}

/// When this person last looked at what is RED in an incident.
pub(crate) async fn find_look(
    db: &Db,
    incident: IncidentId,
    person: PersonId,
) -> sqlx::Result<Option<Moment>> {
    let sql = "select at from journal where noun = 'audit' and noun_id = $1 and person_id = $2 \
               and action = 'red_viewed' order by seq desc limit 1";
    on!(db, |conn| query_scalar(sql).bind(incident).bind(person).fetch_optional(conn).await)
}

/// Rows of a stretch of the journal, its end excluded, the newest first.
pub(crate) async fn list(
    db: &Db,
    narrowed: &Narrowed<'_>,
    stretch: Range<i64>,
    limit: i64,
) -> sqlx::Result<Vec<AuditRow>> {
    match narrowed.part {
        Some(part) => on!(db, |conn| narrowed!(query_as(audit!(own, "$15")), narrowed, stretch)
            .bind(part)
            .bind(limit)
            .fetch_all(conn)
            .await),
        None => on!(db, |conn| narrowed!(query_as(audit!(all, "$14")), narrowed, stretch)
            .bind(limit)
            .fetch_all(conn)
            .await),
    }
}

/// How many rows of a stretch of the journal are asked for, its end excluded.
pub(crate) async fn count(db: &Db, narrowed: &Narrowed<'_>, stretch: Range<i64>) -> sqlx::Result<i64> {
    match narrowed.part {
        Some(part) => {
            let sql = concat!("select count(*) ", asked_for!(own));
            on!(db, |conn| narrowed!(query_scalar(sql), narrowed, stretch).bind(part).fetch_one(conn).await)
        }
        None => {
            let sql = concat!("select count(*) ", asked_for!(all));
            on!(db, |conn| narrowed!(query_scalar(sql), narrowed, stretch).fetch_one(conn).await)
        }
    }
}
