//! The rows that the journal brought, by its numbers: what the verification compares.

use app::model::{EntryId, ExhibitId, IncidentId, Moment, OrganisationId, PersonId, ShareId};
use sqlx::{FromRow, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db,
    entry::{EntryRow, StrikeRow},
    exhibit::{CustodyRow, ExhibitRow},
    hold::HoldRow,
    indicator::IndicatorRow,
    ledger::CountRow,
    on,
    onward::OnwardRow,
    setting::SettingRow,
    share::ShareRow,
};

/// A strike with its place in the journal.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct NumberedStrike {
    pub seq: i64,
    #[sqlx(flatten)]
    pub strike: StrikeRow,
}

macro_rules! between {
    ($name:ident, $row:ty, $columns:literal) => {
        /// Rows with `from < seq <= to`, in that order.
        pub(crate) async fn $name(db: &Db, from: i64, to: i64, limit: i64) -> sqlx::Result<Vec<$row>> {
            let sql = concat!("select ", $columns, " where seq > $1 and seq <= $2 order by seq limit $3");
            on!(db, |conn| query_as(sql).bind(from).bind(to).bind(limit).fetch_all(conn).await)
        }
    };
}

between!(
    list_entries,
    EntryRow,
    "id, incident_id, seq, kind, body, author_id, organisation_id, happened_at, recorded_at, tlp, narrowed, \
     field, old_value, new_value, exhibit, corrects, crossed from entry"
);
between!(list_strikes, NumberedStrike, "seq, entry_id, person_id, at, reason from strike");
between!(
    list_exhibits,
    ExhibitRow,
    "id, incident_id, number, seq, sha256, size, media_type, name, source_url, note, tlp, narrowed, captured_at, \
     added_by, organisation_id, added_at from exhibit"
);
between!(
    list_custody,
    CustodyRow,
    "id, exhibit_id, seq, action, person_id, organisation_id, at, address, result from custody"
);
between!(
    list_indicators,
    IndicatorRow,
    "id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at from indicator"
);
between!(
    list_shares,
    ShareRow,
    "id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, tlp, \
     foreign_nexus, reference, originator, state, delivered_at, seen_at, seen_by, acknowledged_at, acknowledged_by, answered_at, \
     answered_by, answer, revoked_at, revoked_by, waits, reviewed_by, approved_by, approved_organisation, \
     admits, assigned_to from share"
);

between!(
    list_settings,
    SettingRow,
    "id, kind, version, seq, body, reason, remark, person_id, organisation_id, at from setting"
);

/// Which exhibits went with shares with `from < seq <= to`.
pub(crate) async fn list_shared_exhibits(
    db: &Db,
    from: i64,
    to: i64,
) -> sqlx::Result<Vec<(Uuid, ExhibitId)>> {
    let sql = "select x.share_id, x.exhibit_id from share s join share_exhibit x on x.share_id = s.id \
               where s.seq > $1 and s.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Which entries shares with `from < seq <= to` point to.
pub(crate) async fn list_shared_entries(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, EntryId)>> {
    let sql = "select x.share_id, x.entry_id from share s join share_entry x on x.share_id = s.id \
               where s.seq > $1 and s.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Whom shares with `from < seq <= to` name.
pub(crate) async fn list_shared_named(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    let sql = "select n.subject_id, n.person_id from share s join named n on n.subject_id = s.id \
               where s.seq > $1 and s.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

between!(
    list_holds,
    HoldRow,
    "id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, tlp, \
     foreign_nexus, reference, originator, kind, exhibits, entries, named, reasons, act, state, comment, held_at, decided_at, decided_by from hold"
);

between!(
    list_onward,
    OnwardRow,
    "id, incident_id, seq, version, from_person, from_organisation, to_organisation, asked_organisation, purpose, body, tlp, \
     foreign_nexus, reference, originator, cited, state, comment, asked_at, decided_at, decided_by from onward"
);

/// The acts on a request, oldest first.
pub(crate) async fn list_onward_acts(db: &Db, id: Uuid) -> sqlx::Result<Vec<ActRow>> {
    let sql = "select at, person_id, organisation_id, incident_id, noun, action, body from journal \
               where noun_id = $1 and noun = 'onward' order by seq";
    on!(db, |conn| query_as(sql).bind(id).fetch_all(conn).await)
}

/// An act, and the row that it is on.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ActOn {
    pub subject: Uuid,
    #[sqlx(flatten)]
    pub act: ActRow,
}

macro_rules! acts_on {
    ($name:ident, $table:literal, $nouns:literal) => {
        /// All acts on rows with `from < seq <= to`, wherever in the journal they are, oldest first.
        pub(crate) async fn $name(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<ActOn>> {
            let sql = concat!(
                "select s.id as subject, j.at, j.person_id, j.organisation_id, j.incident_id, j.noun, j.action, j.body from ",
                $table,
                " s join journal j on j.noun_id = s.id and j.noun ",
                $nouns,
                " where s.seq > $1 and s.seq <= $2 order by j.seq"
            );
            on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
        }
    };
}

acts_on!(list_share_acts, "share", "in ('share', 'hold', 'posture')");
acts_on!(list_hold_acts, "hold", "in ('share', 'hold', 'posture')");
acts_on!(list_onward_acts_on, "onward", "= 'onward'");

/// A hold as it stands.
pub(crate) async fn find_hold(db: &Db, id: ShareId) -> sqlx::Result<Option<HoldRow>> {
    let sql = "select id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
               tlp, foreign_nexus, reference, originator, kind, exhibits, entries, named, reasons, act, state, comment, held_at, decided_at, decided_by \
               from hold where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// Postures behind one, in the order of their ids.
pub(crate) async fn list_postures(db: &Db, after: Uuid, limit: i64) -> sqlx::Result<Vec<Uuid>> {
    let sql = "select id from posture where id > $1 order by id limit $2";
    on!(db, |conn| query_scalar(sql).bind(after).bind(limit).fetch_all(conn).await)
}

/// An act on a share, a hold or a posture.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ActRow {
    pub at: Moment,
    pub person_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub incident_id: Option<IncidentId>,
    pub noun: String,
    pub action: String,
    pub body: String,
}

/// All of them, oldest first.
pub(crate) async fn list_acts(db: &Db, id: Uuid) -> sqlx::Result<Vec<ActRow>> {
    let sql = "select at, person_id, organisation_id, incident_id, noun, action, body from journal \
               where noun_id = $1 and noun in ('share', 'hold', 'posture') order by seq";
    on!(db, |conn| query_as(sql).bind(id).fetch_all(conn).await)
}

/// The parties' counts of shares with `from < seq <= to`.
pub(crate) async fn list_counts(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<CountRow>> {
    let sql = "select k.share_id, k.organisation_id, k.count, k.salt from share s \
               join share_count k on k.share_id = s.id where s.seq > $1 and s.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// To whom entries and exhibits with `from < seq <= to` are narrowed.
pub(crate) async fn list_audiences(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, OrganisationId)>> {
    let sql = "select d.subject_id, d.organisation_id from entry e join audience d on d.subject_id = e.id \
               where e.seq > $1 and e.seq <= $2 \
               union all \
               select d.subject_id, d.organisation_id from exhibit x join audience d on d.subject_id = x.id \
               where x.seq > $1 and x.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Whom the entries with `from < seq <= to` call.
pub(crate) async fn list_mentions(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    let sql = "select m.entry_id, m.person_id from entry e join mention m on m.entry_id = e.id \
               where e.seq > $1 and e.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Who is named for entries and exhibits with `from < seq <= to`.
pub(crate) async fn list_named(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    let sql = "select n.subject_id, n.person_id from entry e join named n on n.subject_id = e.id \
               where e.seq > $1 and e.seq <= $2 \
               union all \
               select n.subject_id, n.person_id from exhibit x join named n on n.subject_id = x.id \
               where x.seq > $1 and x.seq <= $2";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}
