//! The board's lists: keyset pages over indexes, and the counts of its tabs.

use app::{
    model::{
        IncidentId, Moment, OrganisationId, PersonId, Severity,
        board::{BoardQuery, Grouping, Order, Place, Span},
    },
    policy::Scope,
};
use sqlx::{AssertSqlSafe, query_as};

use super::{
    Db,
    incident::{IncidentRow, select_incident},
    on, scoped, visible_incident,
};

/// A value bound into a list's text.
#[derive(Clone, Debug)]
enum Bind {
    Text(String),
    Number(i64),
    Organisation(OrganisationId),
    Person(PersonId),
}

/// Conditions with their values, numbered as they come; `$1` to `$3` are the scope's.
#[derive(Debug)]
struct Conditions {
    sql: String,
    binds: Vec<Bind>,
}

impl Conditions {
    fn new() -> Self {
        Self { sql: String::new(), binds: vec![] }
    }
    fn bind(&mut self, value: Bind) -> String {
        self.binds.push(value);
        format!("${}", self.binds.len() + 3)
    }
    fn and(&mut self, condition: &str) {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
    }
    fn and_any(&mut self, column: &str, values: impl Iterator<Item = String>) {
        let places: Vec<String> = values.map(|value| self.bind(Bind::Text(value))).collect();
        if !places.is_empty() {
            self.and(&format!("{column} in ({})", places.join(", ")));
        }
    }
}

/// Ids that the words of a query stand for, as the service looked them up, and what only the API asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    pub organisations: Vec<OrganisationId>,
    pub owners: Vec<PersonId>,
    /// Slugs of the periods that they were opened in.
    pub periods: Vec<String>,
}

fn conditions(query: &BoardQuery, resolved: &Resolved, now: Moment) -> Conditions {
    let mut c = Conditions::new();
    match query.span {
        Span::Open => c.and("i.is_open = true"),
        Span::Ended => c.and("i.is_open = false"),
        Span::All => {}
    }
    c.and_any("i.status", query.status.iter().map(ToString::to_string));
    c.and_any("i.severity", query.severity.iter().map(ToString::to_string));
    c.and_any("i.tlp", query.tlp.iter().map(ToString::to_string));
    c.and_any("i.lead_slug", query.lead.iter().cloned());
    c.and_any("i.period", resolved.periods.iter().cloned());
    if !query.category.is_empty() {
        let tests: Vec<String> = query
            .category
            .iter()
            .map(|code| {
                let (same, below) =
                    (c.bind(Bind::Text(code.clone())), c.bind(Bind::Text(format!("{code}-%"))));
                format!("i.category = {same} or i.category like {below}")
            })
            .collect();
        c.and(&format!("({})", tests.join(" or ")));
    }
    if !query.state.is_empty() {
        let places: Vec<String> = query.state.iter().map(|s| c.bind(Bind::Text(s.clone()))).collect();
        c.and(&format!(
            "exists (select 1 from incident_jurisdiction j where j.incident_id = i.id and j.state in ({}))",
            places.join(", ")
        ));
    }
    if !query.organisation.is_empty() {
        let places: Vec<String> =
            resolved.organisations.iter().map(|id| c.bind(Bind::Organisation(*id))).collect();
        let list = if places.is_empty() { "null".to_owned() } else { places.join(", ") };
        c.and(&format!(
            "exists (select 1 from incident_access o where o.incident_id = i.id and o.organisation_id in ({list}))"
        ));
    }
    if !query.owner.is_empty() {
        let mut tests: Vec<String> =
            resolved.owners.iter().map(|id| format!("i.owner_id = {}", c.bind(Bind::Person(*id)))).collect();
        if query.owner.iter().any(|owner| owner == "none") {
            tests.push("i.owner_id is null".into());
        }
        c.and(&if tests.is_empty() { "false".to_owned() } else { format!("({})", tests.join(" or ")) });
    }
    if query.breached {
        let place = c.bind(Bind::Number(now.0));
        c.and(&format!("i.next_due < {place}"));
    }
    if !query.q.is_empty() {
        let escaped = query.q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let (title, number) =
            (c.bind(Bind::Text(format!("%{escaped}%"))), c.bind(Bind::Text(format!("%{escaped}%"))));
        c.and(&format!(
            "(i.title_lower like {title} escape '\\' or lower(i.number) like {number} escape '\\')"
        ));
    }
    c
}

/// Columns of the order, each with whether it runs backwards.
fn order(query: &BoardQuery) -> (Option<&'static str>, (&'static str, bool)) {
    let group = match query.group {
        Grouping::Severity => Some("i.severity_rank"),
        Grouping::Status => Some("i.status_rank"),
        Grouping::Lead => Some("i.lead_slug"),
        Grouping::None => None,
    };
    let within = match query.order {
        Order::Target => ("i.next_due", false),
        Order::Updated => ("i.updated_at", true),
        Order::Opened => ("i.opened_at", true),
    };
    (group, within)
}

/// The condition "after this place": rows of the same group behind it, and all groups behind.
fn after(c: &mut Conditions, query: &BoardQuery, place: &Place) {
    let (group, (column, backwards)) = order(query);
    let value = if backwards { i64::MAX - place.within } else { place.within };
    let within = c.bind(Bind::Number(value));
    let number = c.bind(Bind::Text(place.number.to_string()));
    let compare = if backwards { "<" } else { ">" };
    let inside = format!("({column} {compare} {within} or ({column} = {within} and i.number > {number}))");
    match group {
        None => c.and(&inside),
        Some(group_column) => {
            let group = if query.group == Grouping::Lead {
                c.bind(Bind::Text(place.lead.clone()))
            } else {
                c.bind(Bind::Number(place.group))
            };
            c.and(&format!("({group_column} > {group} or ({group_column} = {group} and {inside}))"));
        }
    }
}

/// The text of the list, for the page and for `explain`.
fn list_sql(query: &BoardQuery, c: &Conditions, limit: i64) -> String {
    let (group, (column, backwards)) = order(query);
    let group = group.map(|column| format!("{column}, ")).unwrap_or_default();
    let direction = if backwards { " desc" } else { "" };
    format!(
        "{}where {}{} order by {group}{column}{direction}, i.number limit {limit}",
        select_incident!(),
        visible_incident!(),
        c.sql
    )
}

/// A page of incidents that the scope sees, in the query's order, behind `place`.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    query: &BoardQuery,
    resolved: &Resolved,
    now: Moment,
    place: Option<&Place>,
    limit: i64,
) -> sqlx::Result<Vec<IncidentRow>> {
    let mut c = conditions(query, resolved, now);
    if let Some(place) = place {
        after(&mut c, query, place);
    }
    let sql = list_sql(query, &c, limit);
    on!(db, |conn| {
        let mut list = scoped!(query_as(AssertSqlSafe(sql)), scope);
        for bind in c.binds {
            list = match bind {
                Bind::Text(value) => list.bind(value),
                Bind::Number(value) => list.bind(value),
                Bind::Organisation(value) => list.bind(value),
                Bind::Person(value) => list.bind(value),
            };
        }
        list.fetch_all(conn).await
    })
}

/// What the tabs count: (open, past target, without owner, led by this organisation, owned by this person).
pub(crate) async fn count_tabs(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    person: PersonId,
    now: Moment,
) -> sqlx::Result<(i64, i64, i64, i64, i64)> {
    let sql = concat!(
        "select count(*), count(case when i.next_due < $4 then 1 end), \
         count(case when i.owner_id is null then 1 end), count(case when i.lead_id = $5 then 1 end), \
         count(case when i.owner_id = $6 then 1 end) from incident i where i.is_open = true and ",
        visible_incident!()
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(now)
        .bind(organisation)
        .bind(person)
        .fetch_one(conn)
        .await)
}

/// Open incidents by severity: (severity, open, past target, without owner).
pub(crate) async fn count_severities(
    db: &Db,
    scope: Scope,
    now: Moment,
) -> sqlx::Result<Vec<(Severity, i64, i64, i64)>> {
    let sql = concat!(
        "select i.severity, count(*), count(case when i.next_due < $4 then 1 end), \
         count(case when i.owner_id is null then 1 end) from incident i where i.is_open = true and ",
        visible_incident!(),
        " group by i.severity"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(now).fetch_all(conn).await)
}

/// Open incidents by state: (state, worst severity's rank, open). The empty state is nationwide.
pub(crate) async fn count_states(db: &Db, scope: Scope) -> sqlx::Result<Vec<(String, i64, i64)>> {
    let sql = concat!(
        "select coalesce(j.state, ''), min(i.severity_rank), count(distinct i.id) from incident i \
         left join incident_jurisdiction j on j.incident_id = i.id where i.is_open = true and ",
        visible_incident!(),
        " group by coalesce(j.state, '')"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).fetch_all(conn).await)
}

/// Open incidents past a target: the worst first, among equals the one that is past for longest.
pub(crate) async fn list_breached(
    db: &Db,
    scope: Scope,
    now: Moment,
    limit: i64,
) -> sqlx::Result<Vec<IncidentRow>> {
    let sql = concat!(
        select_incident!(),
        "where i.is_open = true and i.next_due < $5 and ",
        visible_incident!(),
        " order by i.severity_rank, i.next_due, i.number limit $4"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(limit).bind(now).fetch_all(conn).await)
}

/// Open incidents whose clock runs and is not past its target, the next to ring first.
pub(crate) async fn list_next_due(
    db: &Db,
    scope: Scope,
    now: Moment,
    limit: i64,
) -> sqlx::Result<Vec<IncidentRow>> {
    // One that stands still is due never: it stands behind the end of the range.
    let sql = concat!(
        select_incident!(),
        "where i.is_open = true and i.next_due >= $5 and i.next_due < $6 and ",
        visible_incident!(),
        " order by i.next_due, i.number limit $4"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(limit)
        .bind(now)
        .bind(Moment::NEVER)
        .fetch_all(conn)
        .await)
}

/// Access of every incident in the list, in one read.
pub(crate) async fn list_access(
    db: &Db,
    incidents: &[IncidentId],
) -> sqlx::Result<Vec<(IncidentId, OrganisationId)>> {
    list_of(
        db,
        "select incident_id, organisation_id from incident_access where incident_id in",
        "since, organisation_id",
        incidents,
    )
    .await
}

/// Jurisdictions of every incident in the list.
pub(crate) async fn list_jurisdictions(
    db: &Db,
    incidents: &[IncidentId],
) -> sqlx::Result<Vec<(IncidentId, String, String)>> {
    list_of(
        db,
        "select incident_id, state, county from incident_jurisdiction where incident_id in",
        "state, county",
        incidents,
    )
    .await
}

/// The named of every RED incident in the list.
pub(crate) async fn list_named(
    db: &Db,
    incidents: &[IncidentId],
) -> sqlx::Result<Vec<(IncidentId, PersonId)>> {
    list_of(db, "select subject_id, person_id from named where subject_id in", "person_id", incidents).await
}

async fn list_of<T>(db: &Db, select: &str, order: &str, incidents: &[IncidentId]) -> sqlx::Result<Vec<T>>
where
    T: Send
        + Unpin
        + for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    if incidents.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (1..=incidents.len()).map(|n| format!("${n}")).collect();
    let sql = format!("{select} ({}) order by {order}", places.join(", "));
    on!(db, |conn| {
        let mut list = query_as(AssertSqlSafe(sql));
        for id in incidents {
            list = list.bind(*id);
        }
        list.fetch_all(conn).await
    })
}

/// The newest written entry of each incident in the list that the scope sees.
pub(crate) async fn list_last(
    db: &Db,
    scope: Scope,
    incidents: &[IncidentId],
) -> sqlx::Result<Vec<(IncidentId, Moment, Option<OrganisationId>, String)>> {
    if incidents.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (0..incidents.len()).map(|n| format!("${}", n + 4)).collect();
    // Materialized: PostgreSQL would else look for each newest entry through the whole table of entries.
    let sql = format!(
        "with newest as materialized (select (select c.id from entry c where c.incident_id = x.id \
         and c.kind in ('update', 'observation', 'decision', 'request', 'answer') \
         and (c.tlp <> 'red' or x.tlp = 'red') \
         and not exists (select 1 from strike s where s.entry_id = coalesce(c.corrects, c.id)) and {} \
         order by c.seq desc limit 1) as id from incident x where x.id in ({})) \
         select e.incident_id, e.recorded_at, e.organisation_id, e.body from newest join entry e on e.id = newest.id",
        super::visible_child!(),
        places.join(", ")
    );
    on!(db, |conn| {
        let mut list = scoped!(query_as(AssertSqlSafe(sql)), scope);
        for id in incidents {
            list = list.bind(*id);
        }
        list.fetch_all(conn).await
    })
}
