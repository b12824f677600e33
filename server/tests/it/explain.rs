//! No list reads a whole table: at the size of a cycle, every statement that the services send is asked for
//! its plan. What they send is overheard in the log, so that a new query is asked without being listed here.
#![expect(clippy::disallowed_methods, reason = "asks the databases for their plans")]

use std::{
    collections::BTreeSet,
    sync::{Mutex, Once as Started, PoisonError},
};

use app::model::{
    board::{BoardQuery, Grouping, Order, Span},
    id::Number,
};
use server::service::{self, Room, entry::TimelineQuery};
use sqlx::{AssertSqlSafe, Executor, Row};
use tracing::field::{Field, Visit};
use tracing_subscriber::{Layer, filter::filter_fn, layer::Context, prelude::*};

use crate::{
    base::{Base, asker},
    story,
};

/// Tables that grow with every act.
const GROWING: [&str; 10] = [
    "incident",
    "entry",
    "exhibit",
    "journal",
    "custody",
    "indicator",
    "share",
    "named",
    "audience",
    "incident_access",
];

// ── overhearing ──────────────────────────────────────────────────────────────────────────────────

static HEARD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Listener;

struct Statement(Option<String>);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" && !value.trim().is_empty() {
            self.0 = Some(value.trim().to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement(None);
        event.record(&mut statement);
        if let Some(sql) = statement.0 {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).insert(sql);
        }
    }
}

/// One ear for the whole binary: a subscriber can be set only once.
fn listen() {
    static STARTED: Started = Started::new();
    STARTED.call_once(|| {
        let statements = filter_fn(|meta| meta.target() == "sqlx::query");
        let listening = tracing_subscriber::registry().with(Listener.with_filter(statements));
        tracing::subscriber::set_global_default(listening).expect("nobody else listens");
    });
}

// ── a loaded room ────────────────────────────────────────────────────────────────────────────────

/// 3,000 incidents, a tenth of them open; 30,000 entries, 3,000 exhibits, indicators and shares.
async fn load(base: &Base) {
    let sqlite = base.is_sqlite();
    let uuid = if sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let blob = if sqlite { "x'00'" } else { "'\\x00'::bytea" };
    let open = if sqlite { "(n.i % 10 = 0)" } else { "(n.i % 10 = 0)::boolean" };
    let count = |to: u32| {
        format!(
            "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < {to}) "
        )
    };
    let organisations = "(select id, slug, row_number() over (order by slug) as k from organisation) o";
    let tlp = "case n.i % 7 when 3 then 'green' when 1 then 'red' when 2 then 'clear' when 4 then 'amber+strict' \
               else 'amber' end";
    let now = crate::base::NOW.0;
    let incidents = format!(
        "insert into incident (id, number, version, title, summary, category, severity, severity_rank, status, status_rank, \
         is_open, verification, tlp, source, lead_id, lead_slug, owner_id, opened_by, target_percent, occurred_at, \
         reported_at, opened_at, update_from, next_due, watch_due, updated_at, exhibit_count, target_from) {} \
         select {uuid}, 'WF-' || cast(10000 + n.i as text), 1, 'Loaded', '', 'PROC-1', 'medium', n.i % 6, \
         case when n.i % 10 = 0 then 'triaged' else 'closed' end, case when n.i % 10 = 0 then 1 else 4 end, {open}, \
         'unverified', {tlp}, '', o.id, o.slug, p.id, p.id, 100, {now}, {now}, {now} - n.i, {now}, {now} + n.i * 1000000, \
         {now} + n.i * 1000000, {now} - n.i, 0, {now} from n join {organisations} on o.k = 1 + n.i % 19 \
         join person p on p.email = 'analyst@' || case o.slug when 'watchfloor' then 'cisa' else o.slug end || '.example'",
        count(3_000),
    );
    let access = format!(
        "insert into incident_access select distinct i.id, o.id, {now} from incident i join {organisations} \
         on o.id = i.lead_id or (o.k + i.opened_at) % 6 = 0"
    );
    let journal = format!(
        "insert into journal (seq, at, incident_id, noun, noun_id, action, body, request, salt, previous, hash) {} \
         select 100000 + n.i, {now}, i.id, case n.i % 12 when 10 then 'exhibit' when 11 then 'indicator' else 'entry' end, \
         {uuid}, 'posted', '{{}}', '', {blob}, {blob}, {blob} from n join incident i \
         on i.number = 'WF-' || cast(10001 + n.i * 7 % 3000 as text)",
        count(36_000),
    );
    let entries = format!(
        "insert into entry (id, incident_id, seq, kind, body, author_id, organisation_id, happened_at, recorded_at, tlp, \
         narrowed) select j.noun_id, j.incident_id, j.seq, case j.seq % 3 when 0 then 'update' when 1 then 'system' else \
         'observation' end, 'Loaded.', i.owner_id, i.lead_id, {now} - j.seq, {now}, i.tlp, false \
         from journal j join incident i on i.id = j.incident_id where j.noun = 'entry' and j.seq > 100000"
    );
    let exhibits = format!(
        "insert into exhibit (id, incident_id, number, seq, sha256, size, media_type, name, note, tlp, narrowed, added_by, \
         organisation_id, added_at) select j.noun_id, j.incident_id, j.seq, j.seq, cast(j.seq as text), 10, 'image/png', \
         'a.png', '', i.tlp, false, i.owner_id, i.lead_id, {now} from journal j join incident i on i.id = j.incident_id \
         where j.noun = 'exhibit' and j.seq > 100000"
    );
    let custody = format!(
        "insert into custody (id, exhibit_id, seq, action, at, address, result) \
         select {uuid}, e.id, j.seq, 'viewed', {now}, '', '' from journal j \
         join exhibit e on e.seq = j.seq - (j.seq - 100000) % 12 + 10 where j.seq > 100000"
    );
    let indicators = format!(
        "insert into indicator (id, incident_id, seq, kind, value, note, tlp, added_by, organisation_id, added_at) \
         select {uuid}, j.incident_id, j.seq, 'domain', 'a' || cast(j.seq % 9001 as text) || '.example', '', i.tlp, \
         i.owner_id, i.lead_id, {now} from journal j join incident i on i.id = j.incident_id \
         where j.seq > 100000 on conflict do nothing"
    );
    let shares = format!(
        "insert into share (id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
         tlp, foreign_nexus, state, delivered_at) select {uuid}, i.id, j.seq, 1, i.owner_id, i.lead_id, o.id, 'awareness', \
         '', i.tlp, '', 'delivered', {now} from journal j join incident i on i.id = j.incident_id join {organisations} \
         on o.k = 1 + j.seq % 19 where j.noun = 'exhibit' and j.seq > 100000"
    );
    let named = "insert into named select i.id, p.id from incident i join person p on p.organisation_id = i.lead_id \
                 where i.tlp = 'red'";
    let named_entries = "insert into named select e.id, e.author_id from entry e where e.tlp = 'red'";
    let audiences = "insert into audience select e.id, e.organisation_id from entry e where e.tlp = 'amber'";
    let strikes = "insert into strike select e.id, e.seq, e.author_id, e.recorded_at, 'Wrong' from entry e \
                   where e.seq % 20 = 0";
    for sql in [
        &incidents,
        &access,
        &journal,
        &entries,
        &exhibits,
        &custody,
        &indicators,
        &shares,
        named,
        named_entries,
        audiences,
        strikes,
        "analyze",
    ] {
        base.execute(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

// ── what people ask ──────────────────────────────────────────────────────────────────────────────

async fn ask_everything(room: &Room) {
    for email in ["analyst@cisa.example", "analyst@google.example", "auditor@watchfloor.example"] {
        let viewer = asker(room, email).viewer;
        for span in Span::ALL {
            for group in Grouping::ALL {
                for order in Order::ALL {
                    let mut query =
                        BoardQuery { span: *span, group: *group, order: *order, ..BoardQuery::default() };
                    let page = service::board::list(room, &viewer, &query, 20).await.expect("a page");
                    query.after = page.next.clone();
                    service::board::list(room, &viewer, &query, 20).await.expect("the page after");
                }
            }
        }
        for words in [
            ("severity", "high"),
            ("status", "triaged"),
            ("state", "AZ"),
            ("organisation", "fbi"),
            ("breached", "1"),
        ] {
            let query = BoardQuery::from_pairs([words]);
            service::board::list(room, &viewer, &query, 20).await.expect("a page");
        }
        service::board::tabs(room, &viewer).await.expect("tabs");
        for mine in [false, true] {
            service::board::feed(room, &viewer, mine, 30).await.expect("a feed");
        }
        ask_inside(room, email, &Number::new(10_010)).await;
    }
    service::wall::wall(room).await.expect("a wall");
    service::clocks::note_breaches(room).await.expect("looked");
    let changes = service::live::changes(room, 100_000, None, 50).await.expect("changes");
    let viewer = asker(room, "analyst@cisa.example").viewer;
    for change in changes {
        if let Some(told) = service::live::Told::read(room, change).await.expect("read") {
            told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
        }
    }
}

async fn ask_inside(room: &Room, email: &str, number: &Number) {
    let asking = asker(room, email);
    let viewer = &asking.viewer;
    let incident = service::incident::find(room, viewer, number).await.expect("GREEN: visible to everybody");
    for oldest_first in [false, true] {
        let mut query = TimelineQuery { oldest_first, limit: 2, ..TimelineQuery::default() };
        let page = service::entry::list(room, viewer, &incident, &query).await.expect("a timeline");
        query.after = page.next;
        service::entry::list(room, viewer, &incident, &query).await.expect("the page after");
    }
    service::entry::count(room, viewer, &incident).await.expect("counts");
    service::evidence::list(room, viewer, &incident, None, 20).await.expect("exhibits");
    service::indicator::list(room, viewer, &incident, 0, 20).await.expect("indicators");
    service::share::list(room, viewer, &incident, 0, 20).await.expect("shares");
    service::task::list(room, viewer, &incident).await.expect("tasks");
    if viewer.has(app::model::Role::Analyst) {
        story::post(room, email, number, |_| {}).await.expect("posted");
    }
}

/// Statements that may read a whole table, and why.
fn is_excused(sql: &str) -> bool {
    // The newest row: SQLite calls the first step along the primary key a scan.
    sql.contains("from journal order by seq desc limit 1")
        || sql.contains("_sqlx_migrations")
        // Once, when a demo starts.
        || sql.starts_with("select action from journal where noun = $1")
}

fn overheard() -> Vec<String> {
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let reads = |sql: &String| {
        let sql = sql.trim_start().to_lowercase();
        (sql.starts_with("select")
            || sql.starts_with("with")
            || sql.starts_with("update")
            || sql.starts_with("delete"))
            && sql.contains(" from ")
            || sql.starts_with("update")
    };
    heard.into_iter().filter(reads).filter(|sql| !is_excused(sql)).collect()
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────

/// The table that an alias stands for in this statement.
fn table_of<'a>(sql: &'a str, alias: &'a str) -> &'a str {
    let words: Vec<&str> = sql.split([' ', '\n', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let named = words.windows(3).find(|w| matches!(w[0], "from" | "join" | "update") && w[2] == alias);
    named.map_or(alias, |w| w[1])
}

async fn scans_of_sqlite(base: &Base) -> Vec<String> {
    let mut conn = base.sqlite_connection().await.expect("opens");
    let mut scans = vec![];
    for sql in overheard().into_iter().filter(|sql| !sql.contains("pg_")) {
        let plan = sqlx::query(AssertSqlSafe(format!("explain query plan {sql}")));
        let Ok(rows) = plan.fetch_all(&mut conn).await else { continue };
        for row in rows {
            let line: String = row.get("detail");
            let scanned = line.strip_prefix("SCAN ").filter(|rest| !rest.contains(" USING "));
            let table = scanned.map(|rest| table_of(&sql, rest.split(' ').next().unwrap_or_default()));
            if table.is_some_and(|table| GROWING.contains(&table)) {
                scans.push(format!("{line}: {sql}"));
            }
        }
    }
    scans
}

/// Values as the services bind them: the scope of a person, an incident, the end of a list.
fn value(sql: &str, n: usize, kind: &str, known: &[String; 3]) -> String {
    let [organisation, person, incident] = known;
    let after = |word: &str| sql.contains(&format!("{word} ${n} ")) || sql.ends_with(&format!("{word} ${n}"));
    let scoped = sql.contains("$1 and ");
    match kind {
        "boolean" => "true".into(),
        "uuid" if after("organisation_id =") || (scoped && n == 2) => format!("'{organisation}'"),
        "uuid" if after("person_id =") || after("owner_id =") || (scoped && n == 3) => format!("'{person}'"),
        "uuid" => format!("'{incident}'"),
        "bigint" if after("limit") => "50".into(),
        "bigint" if after(">") => "0".into(),
        "bigint" => "9000000000000000000".into(),
        "bytea" => "'\\x00'".into(),
        _ => "'WF-10010'".into(),
    }
}

async fn scans_of_postgres(base: &Base) -> Vec<String> {
    let mut conn = base.postgres_connection().await.expect("opens");
    let mut known = [String::new(), String::new(), String::new()];
    for (n, sql) in [
        "select id::text from organisation where slug = 'cisa'",
        "select id::text from person where email = 'analyst@cisa.example'",
        "select id::text from incident where number = 'WF-10010'",
    ]
    .into_iter()
    .enumerate()
    {
        known[n] = sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("loaded");
    }
    let mut scans = vec![];
    for (number, sql) in overheard().into_iter().enumerate() {
        let name = format!("asked_{number}");
        let prepared = conn.execute(AssertSqlSafe(format!("prepare {name} as {sql}"))).await;
        // A statement that only SQLite was sent: a pragma, its own catalogue.
        if prepared.is_err() {
            continue;
        }
        let kinds = "select parameter_types::text[] from pg_prepared_statements where name = $1";
        let kinds: Vec<String> =
            sqlx::query_scalar(kinds).bind(&name).fetch_one(&mut conn).await.expect("prepared");
        let values: Vec<String> = (1..).zip(&kinds).map(|(n, kind)| value(&sql, n, kind, &known)).collect();
        let values = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
        let plan = AssertSqlSafe(format!("explain execute {name}{values}"));
        let rows = sqlx::raw_sql(plan)
            .fetch_all(&mut conn)
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql} {values}"));
        let lines: Vec<String> = rows.iter().map(|row| row.get::<String, _>(0)).collect();
        for line in &lines {
            let scanned =
                line.split_once("Seq Scan on ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
            if scanned.is_some_and(|table| GROWING.contains(&table)) {
                scans.push(format!("{sql}\n{}", lines.join("\n")));
            }
        }
    }
    scans
}

async fn loaded(base: &Base) -> Room {
    listen();
    let room = base.founded().await;
    load(base).await;
    base.clock.advance(20);
    ask_everything(&room).await;
    room
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_reads_a_whole_table_on_sqlite() {
    let base = Base::sqlite();
    let room = loaded(&base).await;
    assert!(overheard().len() > 40, "the services were overheard: {}", overheard().len());
    let scans = scans_of_sqlite(&base).await;
    assert!(scans.is_empty(), "{} whole tables are read:\n{}", scans.len(), scans.join("\n\n"));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_reads_a_whole_table_on_postgres() {
    let Some(base) = Base::postgres().await else { return };
    let room = loaded(&base).await;
    let scans = scans_of_postgres(&base).await;
    assert!(scans.is_empty(), "{} whole tables are read:\n{}", scans.len(), scans.join("\n\n"));
    room.close().await;
    base.end().await;
}
