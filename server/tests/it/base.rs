//! A room on a database of its own, on SQLite and, where `WATCHFLOOR_TEST_POSTGRES` names a server, on
//! PostgreSQL. A story told with [`both`] runs on each; where `WATCHFLOOR_TEST_REQUIRE_POSTGRES` is set, it fails without.
#![expect(clippy::disallowed_methods, reason = "prepares databases and looks behind the services")]

use std::{
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};

use app::model::Moment;
use server::{
    clock::{Clock, Ids},
    seal::Seal,
    service::{Asker, Once, Room, RoomParts, evidence::EvidenceLimits, founding},
};
use sqlx::{ConnectOptions, Connection, Executor, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// A variable that is set to something.
fn set(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

/// Declares a story that is told on both databases.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($base:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($base: &$crate::base::Base) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let base = $crate::base::Base::sqlite();
                story(&base).await;
                base.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(base) = $crate::base::Base::postgres().await else { return };
                story(&base).await;
                base.end().await;
            }
        }
    )+};
}
pub(crate) use both;

/// 19:18 Eastern on election day.
pub(crate) const NOW: Moment = server::demo::NOW;

/// An empty database, an empty folder for evidence and a clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct Base {
    pub url: String,
    pub folder: tempfile::TempDir,
    pub clock: Clock,
    /// The server's address and the name of the database, to remove it.
    server: Option<(String, String)>,
}

impl Base {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("watchfloor.db").display());
        Self { url, folder, clock: Clock::standing_at(NOW), server: None }
    }

    /// None where no server is named: the story then is told on SQLite only, and says so.
    pub(crate) async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(server) = set("WATCHFLOOR_TEST_POSTGRES") else {
            let thread = std::thread::current();
            let test =
                set("NEXTEST_TEST_NAME").or_else(|| thread.name().map(str::to_owned)).unwrap_or_default();
            eprintln!("not told on PostgreSQL: {test}; WATCHFLOOR_TEST_POSTGRES names no server");
            let required = set("WATCHFLOOR_TEST_REQUIRE_POSTGRES").is_some();
            assert!(!required, "WATCHFLOOR_TEST_REQUIRE_POSTGRES is set");
            return None;
        };
        let name = format!("wf_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = sqlx::PgConnection::connect(&server).await.expect("WATCHFLOOR_TEST_POSTGRES answers");
        // A fixed collation: the order of texts must not depend on the server's language.
        let sql = format!("create database {name} template template0 encoding 'UTF8' locale 'C'");
        conn.execute(sqlx::AssertSqlSafe(sql)).await.expect("a database of its own");
        let (base, query) = server.split_once('?').map_or((server.as_str(), None), |(b, q)| (b, Some(q)));
        let (root, _) = base.rsplit_once('/').expect("an address with a database");
        let url = match query {
            None => format!("{root}/{name}"),
            Some(query) => format!("{root}/{name}?{query}"),
        };
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::standing_at(NOW);
        Some(Self { url, folder, clock, server: Some((server, name)) })
    }

    /// The same database for a second look; ends nothing.
    pub(crate) fn again(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { url: self.url.clone(), folder, clock: self.clock.clone(), server: self.server.clone() }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.server.is_none()
    }

    pub(crate) fn parts(&self, seed: u64) -> RoomParts {
        let evidence = self.folder.path().join("evidence");
        std::fs::create_dir_all(&evidence).expect("a folder for evidence");
        RoomParts {
            database_url: self.url.clone(),
            evidence,
            evidence_limits: EvidenceLimits::default(),
            clock: Some(self.clock.clone()),
            ids: Ids::seeded(seed),
            seal: Seal::new([7; 32]),
            read_only: false,
            migrate: true,
            readers: 8,
            database_timeout_s: 20,
        }
    }

    /// An empty room.
    pub(crate) async fn open(&self) -> Room {
        Room::open(self.parts(1)).await.expect("the room opens")
    }

    /// A room with the catalogue, and the organisations and people of the demo, and nothing else.
    pub(crate) async fn founded(&self) -> Room {
        let room = self.open().await;
        founding::add_reference(&room, "test").await.expect("the catalogue");
        let organisations = serde_json::from_str(include_str!("../../../data/organisations_2020.json"));
        let people = serde_json::from_str(include_str!("../../../data/people_2020.json"));
        let (organisations, people) = (organisations.expect("a list"), people.expect("a list"));
        founding::add_members(&room, "test", organisations, people, None).await.expect("people");
        room
    }

    /// Removes the database; one that a failed test left stays for a look.
    pub(crate) async fn end(self) {
        if let Some((server, name)) = self.server {
            let mut conn = sqlx::PgConnection::connect(&server).await.expect("the server answers");
            let sql = format!("drop database if exists {name} with (force)");
            conn.execute(sqlx::AssertSqlSafe(sql)).await.expect("the database goes");
        }
    }

    /// A connection behind the services' back. Silent, so that what is overheard comes from the services.
    pub(crate) async fn sqlite_connection(&self) -> sqlx::Result<sqlx::SqliteConnection> {
        SqliteConnectOptions::from_str(&self.url)?.disable_statement_logging().connect().await
    }

    pub(crate) async fn postgres_connection(&self) -> sqlx::Result<sqlx::PgConnection> {
        PgConnectOptions::from_str(&self.url)?.disable_statement_logging().connect().await
    }

    /// Runs a statement behind the services' back and answers what the database said.
    pub(crate) async fn execute(&self, sql: &str) -> sqlx::Result<u64> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut conn = self.sqlite_connection().await?;
            conn.execute("pragma busy_timeout = 20000").await?;
            conn.execute(sql).await.map(|done| done.rows_affected())
        } else {
            let mut conn = self.postgres_connection().await?;
            conn.execute(sql).await.map(|done| done.rows_affected())
        }
    }

    /// One number, behind the services' back.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut conn = self.sqlite_connection().await.expect("opens");
            sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a number")
        } else {
            let mut conn = self.postgres_connection().await.expect("opens");
            sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a number")
        }
    }

    /// Rows of one or two texts, behind the services' back.
    pub(crate) async fn pairs(&self, sql: &str) -> Vec<(String, String)> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let mut conn = self.sqlite_connection().await.expect("opens");
            sqlx::query_as(sql).fetch_all(&mut conn).await.expect("rows")
        } else {
            let mut conn = self.postgres_connection().await.expect("opens");
            sqlx::query_as(sql).fetch_all(&mut conn).await.expect("rows")
        }
    }
}

/// The person with this address, as a session would have proved them.
pub(crate) fn asker(room: &Room, email: &str) -> Asker {
    let directory = room.directory();
    let id = directory.find(email).unwrap_or_else(|| panic!("nobody is {email}")).person.id;
    let viewer = directory.viewer(id).expect("not suspended");
    Asker { viewer, request: "test".into(), address: "192.0.2.7".into() }
}

pub(crate) const EACH: Once = Once::each_time();
