//! What organisations ask to pass on, of whom, and what was decided.

use app::{
    model::{
        IncidentId, Moment, OrganisationId, PersonId, Severity, ShareId, Tlp, id::Number,
        onward::OnwardState, share::Purpose,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Db, Tx, basis::BasisRow, inbox::Filter, on, scoped, visible_incident, visible_onward};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct OnwardRow {
    pub id: ShareId,
    pub incident_id: IncidentId,
    pub seq: i64,
    pub version: i64,
    pub from_person: PersonId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    /// Whom it was asked of: where the incident came from at that moment.
    pub asked_organisation: OrganisationId,
    pub purpose: Purpose,
    pub body: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    #[sqlx(flatten)]
    pub basis: BasisRow,
    /// JSON
    pub cited: String,
    pub state: OnwardState,
    pub comment: String,
    pub asked_at: Moment,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<PersonId>,
}

/// A request with what its line shows of the incident.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OnwardLineRow {
    #[sqlx(flatten)]
    pub onward: OnwardRow,
    pub number: Number,
    pub title: String,
    pub severity: Severity,
}

macro_rules! onward_columns {
    () => {
        "o.id, o.incident_id, o.seq, o.version, o.from_person, o.from_organisation, o.to_organisation, \
         o.asked_organisation, o.purpose, o.body, o.tlp, o.foreign_nexus, o.reference, o.originator, o.cited, o.state, o.comment, o.asked_at, \
         o.decided_at, o.decided_by"
    };
}

macro_rules! onward_lines {
    ($($where:expr),+) => {
        concat!(
            "select ",
            onward_columns!(),
            ", i.number, i.title, i.severity from onward o join incident i on i.id = o.incident_id where ",
            $($where,)+
            " and ",
            visible_incident!()
        )
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &OnwardRow) -> sqlx::Result<()> {
    let sql = "insert into onward (id, incident_id, seq, version, from_person, from_organisation, to_organisation, \
               purpose, body, tlp, foreign_nexus, cited, state, comment, asked_at, reference, originator, \
               asked_organisation) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.seq)
        .bind(row.version)
        .bind(row.from_person)
        .bind(row.from_organisation)
        .bind(row.to_organisation)
        .bind(row.purpose)
        .bind(&row.body)
        .bind(row.tlp)
        .bind(&row.foreign_nexus)
        .bind(&row.cited)
        .bind(row.state)
        .bind(&row.comment)
        .bind(row.asked_at)
        .bind(&row.basis.reference)
        .bind(&row.basis.originator)
        .bind(row.asked_organisation)
        .execute(conn)
        .await
        .map(drop))
}

/// Writes what was decided; its words and parties never change.
pub(crate) async fn set_state(tx: &mut Tx, row: &OnwardRow) -> sqlx::Result<()> {
    let sql = "update onward set version = $2, state = $3, comment = $4, decided_at = $5, decided_by = $6 where id = $1";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.version)
        .bind(row.state)
        .bind(&row.comment)
        .bind(row.decided_at)
        .bind(row.decided_by)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, id: ShareId) -> sqlx::Result<Option<OnwardRow>> {
    let sql = concat!("select ", onward_columns!(), " from onward o where o.id = $1");
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: ShareId) -> sqlx::Result<Option<OnwardRow>> {
    let sql = concat!("select ", onward_columns!(), " from onward o where o.id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// What an organisation was asked to let pass in this incident: oldest first, behind `after`.
pub(crate) async fn list_asked_of(
    db: &Db,
    incident: IncidentId,
    asked: OrganisationId,
    (after, limit): (i64, i64),
) -> sqlx::Result<Vec<OnwardRow>> {
    let sql = concat!(
        "select ",
        onward_columns!(),
        " from onward o where o.incident_id = $1 and o.asked_organisation = $2 and o.seq > $3 order by o.seq limit $4"
    );
    on!(db, |conn| query_as(sql).bind(incident).bind(asked).bind(after).bind(limit).fetch_all(conn).await)
}

/// What waits in an incident.
pub(crate) async fn list_waiting(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<Vec<OnwardRow>> {
    let sql = concat!(
        "select ",
        onward_columns!(),
        " from onward o where o.incident_id = $1 and o.state = $2 order by o.seq"
    );
    on!(tx tx, |conn| query_as(sql).bind(incident).bind(OnwardState::Asked).fetch_all(conn).await)
}

macro_rules! waiting {
    ($name:ident, $column:literal, $doc:literal) => {
        #[doc = $doc]
        pub(crate) async fn $name(tx: &mut Tx, organisation: OrganisationId) -> sqlx::Result<Vec<OnwardRow>> {
            let sql = concat!(
                "select ",
                onward_columns!(),
                " from onward o where o.",
                $column,
                " = $1 and o.state = $2 order by o.seq"
            );
            on!(tx tx, |conn| query_as(sql).bind(organisation).bind(OnwardState::Asked).fetch_all(conn).await)
        }
    };
}

waiting!(list_waiting_by, "from_organisation", "What an organisation asked and waits, in whatever incident.");
waiting!(
    list_waiting_to,
    "to_organisation",
    "What waits and would go to an organisation, in whatever incident."
);
waiting!(
    list_waiting_asked_of,
    "asked_organisation",
    "What waits for an organisation, in whatever incident."
);

/// One request, if the scope reads it and sees the incident.
pub(crate) async fn find_line(db: &Db, scope: Scope, id: ShareId) -> sqlx::Result<Option<OnwardLineRow>> {
    let sql = onward_lines!("o.id = $4 and ", visible_onward!("o", "$5"));
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).bind(scope.speaks).fetch_optional(conn).await)
}

/// Those of an incident that the scope reads, oldest first, after `seq`.
pub(crate) async fn list_of(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<OnwardLineRow>> {
    let sql = concat!(
        onward_lines!("o.incident_id = $4 and o.seq > $6 and ", visible_onward!("o", "$5")),
        " order by o.seq limit $7"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(incident)
        .bind(scope.speaks)
        .bind(seq)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

macro_rules! filtered {
    ($($which:expr),+) => {
        concat!(
            onward_lines!($($which),+),
            " and o.seq < $6 and ($7 is null or $7 in (o.from_organisation, o.to_organisation, o.asked_organisation)) \
             and ($8 is null or o.purpose = $8) and o.asked_at >= $9 and o.asked_at < $10 and ",
            visible_onward!("o", "$12"),
            " order by o.seq desc limit $11"
        )
    };
}

/// What an organisation asked, before `seq`, newest first.
pub(crate) async fn list_asked(
    db: &Db,
    scope: Scope,
    (organisation, state): (OrganisationId, OnwardState),
    filter: Filter,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<OnwardLineRow>> {
    let sql = filtered!("o.from_organisation = $4 and o.state = $5");
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(state)
        .bind(seq)
        .bind(filter.other)
        .bind(filter.purpose)
        .bind(filter.from)
        .bind(filter.to)
        .bind(limit)
        .bind(scope.speaks)
        .fetch_all(conn)
        .await)
}

/// What waits for an organisation that was asked, before `seq`, newest first.
pub(crate) async fn list_to_decide(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    filter: Filter,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<OnwardLineRow>> {
    let sql = filtered!("o.asked_organisation = $4 and o.state = $5");
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(OnwardState::Asked)
        .bind(seq)
        .bind(filter.other)
        .bind(filter.purpose)
        .bind(filter.from)
        .bind(filter.to)
        .bind(limit)
        .bind(scope.speaks)
        .fetch_all(conn)
        .await)
}

/// How many wait for an organisation that was asked, and how many it waits for; each at most `limit`.
pub(crate) async fn count(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    limit: i64,
) -> sqlx::Result<(i64, i64)> {
    let decide = concat!(
        "select count(*) from (select 1 from onward o join incident i on i.id = o.incident_id \
         where o.asked_organisation = $4 and o.state = $5 and ",
        visible_onward!("o", "$7"),
        " and ",
        visible_incident!(),
        " limit $6) as asked"
    );
    let asked = concat!(
        "select count(*) from (select 1 from onward o join incident i on i.id = o.incident_id \
         where o.from_organisation = $4 and o.state = $5 and ",
        visible_onward!("o", "$7"),
        " and ",
        visible_incident!(),
        " limit $6) as asked"
    );
    let state = OnwardState::Asked;
    let decide = on!(db, |conn| scoped!(query_scalar(decide), scope)
        .bind(organisation)
        .bind(state)
        .bind(limit)
        .bind(scope.speaks)
        .fetch_one(conn)
        .await)?;
    let asked = on!(db, |conn| scoped!(query_scalar(asked), scope)
        .bind(organisation)
        .bind(state)
        .bind(limit)
        .bind(scope.speaks)
        .fetch_one(conn)
        .await)?;
    Ok((decide, asked))
}
