//! No list reads a whole table: at the size of a cycle, every statement that the services send is asked for
//! its plan. What they send is overheard in the log, so that a new query is asked without being listed here.
#![expect(clippy::disallowed_methods, reason = "asks the databases for their plans")]

mod asked;
mod load;

use std::collections::BTreeSet;

use server::service::Room;
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::{
    base::Base,
    heard::{heard, listen},
};

/// Tables that grow with every act.
const GROWING: [&str; 31] = [
    "task",
    "breach",
    "strike",
    "thumbnail",
    "idempotency",
    "incident_jurisdiction",
    "share_count",
    "share_exhibit",
    "share_entry",
    "entry_crossed",
    "item_crossed",
    "item_crossed_to",
    "mail",
    "onward",
    "following",
    "mention",
    "notice",
    "setting",
    "incident_playbook",
    "hold",
    "posture",
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

/// Statements that may read a whole table, and why.
fn is_excused(sql: &str) -> bool {
    // The newest row: SQLite calls the first step along the primary key a scan.
    sql.contains("from journal order by seq desc limit 1")
        || sql.contains("_sqlx_migrations")
        // Once, when a demo starts.
        || sql.starts_with("select action from journal where noun = $1")
}

fn overheard() -> Vec<String> {
    let heard: BTreeSet<_> = heard().into_iter().collect();
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
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        // Along an index is a whole table, too, unless the list is in its order and ends somewhere.
        let ends = sql.contains(" limit ") && !plan.iter().any(|line| line.contains("FOR ORDER BY"));
        for line in &plan {
            let mut words = line.split(' ');
            let (how, table) = (words.next(), table_of(&sql, words.next().unwrap_or_default()));
            if !GROWING.contains(&table) || (ends && line.contains(" USING ")) {
                continue;
            }
            if how == Some("SCAN") || (how == Some("SEARCH") && base.holds_most(table, line).await) {
                scans.push(format!("{line}: {sql}"));
            }
        }
    }
    scans
}

impl Base {
    /// One value of the columns that this step of a plan looks up stands in a quarter of the table or more:
    /// looking it up may read that much. The open incidents are few, although those that ended are not.
    async fn holds_most(&self, table: &str, step: &str) -> bool {
        let inside = step.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')'));
        let equals = inside.map_or("", |(inside, _)| inside).split(" AND ");
        let columns: Vec<&str> = equals.filter_map(|term| term.strip_suffix("=?")).collect();
        if columns.is_empty() || columns.contains(&"is_open") || columns.contains(&"rowid") {
            return false;
        }
        // Nothing equals null: what has none is not looked up.
        let filled = columns.join(" is not null and ");
        let by = columns.join(", ");
        let largest = format!("select count(*) as n from {table} where {filled} is not null group by {by}");
        self.number(&format!(
            "select coalesce(max(n), 0) * 4 > (select count(*) from {table}) from ({largest})"
        ))
        .await
            == 1
    }
}

/// Values as the services bind them: the scope of a person, an incident, the end of a list.
fn value(sql: &str, n: usize, kind: &str, known: &[String; 3]) -> String {
    let [organisation, person, incident] = known;
    let after = |word: &str| {
        let place = format!("{word} ${n}");
        [" ", ")"].iter().any(|end| sql.contains(&format!("{place}{end}"))) || sql.ends_with(&place)
    };
    let scoped = sql.contains("$1 and ");
    match kind {
        "boolean" => "true".into(),
        "uuid" if after("organisation_id =") || (scoped && n == 2) => format!("'{organisation}'"),
        "uuid" if after("person_id =") || after("owner_id =") || (scoped && n == 3) => format!("'{person}'"),
        "uuid" => format!("'{incident}'"),
        "bigint" if after("limit") => "50".into(),
        "bigint" if after(">") => "0".into(),
        // What is tidied away is old, and little of all.
        "bigint" if sql.starts_with("delete") => "0".into(),
        // A stretch of the journal, not all of it.
        "bigint" if sql.contains("seq > $") && after("seq <=") => "500".into(),
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
            // Of the open incidents, a tenth here, the wall reads all places: PostgreSQL takes those of the ended along
            // for as long as that is cheaper than to look each up. On SQLite, which weighs nothing, each is looked up.
            let all_open = scanned == Some("incident_jurisdiction") && sql.contains("i.is_open = true");
            if !all_open && scanned.is_some_and(|table| GROWING.contains(&table)) {
                scans.push(format!("{sql}\n{}", lines.join("\n")));
            }
        }
        // The bell is on each page: a person's notices are read in the order of their index, as many as it shows.
        let pages =
            sql.contains("from notice m") && !sql.contains("m.id = $") && !sql.contains("m.mail_id = $");
        let gathered = pages && lines.iter().any(|line| line.contains("Sort Key: m.seq"));
        if gathered {
            scans.push(format!("all of a person's notices are sorted: {sql}\n{}", lines.join("\n")));
        }
    }
    scans
}

async fn loaded(base: &Base) -> Room {
    listen();
    let room = base.founded().await;
    load::load(base).await;
    base.clock.advance(20);
    asked::everything(&room).await;
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
