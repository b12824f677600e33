//! The two databases behind one enum, and the write transaction.

use std::{cmp::Ordering, str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// The key of the advisory lock under which PostgreSQL writers take turns: `watchflo` as a number.
const WRITER_LOCK: i64 = 0x7761_7463_6866_6c6f;

/// The channel on which PostgreSQL says that the journal has grown.
const CHANNEL: &str = "watchfloor_journal";

/// A connection that answered this short a time ago is not asked again whether it lives: the question would
/// double the way to the database.
const TRUSTED: Duration = Duration::from_secs(1);

/// An open database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// One writer connection and a pool of readers over the same file.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// The same division: who waits for the writer's turn must not keep a connection that a reader needs,
    /// or that the one who has the turn needs to go on.
    Postgres { writer: PgPool, readers: PgPool, url: String },
}

/// How the pools behave; every number is a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub readers: u32,
    pub acquire: Duration,
    pub statement: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { readers: 8, acquire: Duration::from_secs(3), statement: Duration::from_secs(3) }
    }
}

/// Of a database, beside this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Empty,
    Older,
    Current,
    Newer,
}

/// What opening may do to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Creates a file that is not there.
    Create,
    Write,
    /// Not one byte: the log of a server that crashed stays as it is.
    Look,
}

impl Db {
    /// Opens `sqlite://PATH` or `postgres://...`.
    pub(crate) async fn open(url: &str, limits: Limits, access: Access) -> sqlx::Result<Self> {
        if url.starts_with("postgres") {
            open_postgres(url, limits, access).await
        } else {
            open_sqlite(url, limits, access).await
        }
    }

    pub(crate) async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match self {
            Self::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await,
            Self::Postgres { writer, .. } => POSTGRES_MIGRATIONS.run(writer).await,
        }
    }

    /// How the migrations that have been applied stand to those of this program.
    pub(crate) async fn age(&self) -> sqlx::Result<Age> {
        let known = match self {
            Self::Sqlite { .. } => SQLITE_MIGRATIONS.iter().count(),
            Self::Postgres { .. } => POSTGRES_MIGRATIONS.iter().count(),
        };
        let sql = "select count(*) from _sqlx_migrations where success";
        let applied: sqlx::Result<i64> = on!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn).await);
        match applied {
            Ok(applied) => Ok(match usize::try_from(applied).unwrap_or_default().cmp(&known) {
                Ordering::Less => Age::Older,
                Ordering::Equal => Age::Current,
                Ordering::Greater => Age::Newer,
            }),
            // No such table: nothing was ever applied.
            Err(sqlx::Error::Database(cause))
                if ["1", "42P01"].contains(&&*cause.code().unwrap_or_default()) =>
            {
                Ok(Age::Empty)
            }
            Err(error) => Err(error),
        }
    }

    /// Begins a write and waits for its turn: from here to commit nobody else writes, so the journal's
    /// order is commit order.
    pub(crate) async fn begin(&self) -> sqlx::Result<Tx> {
        let mut tx = match self {
            Self::Sqlite { writer, .. } => Tx { conn: Conn::Sqlite(writer.acquire().await?), open: true },
            Self::Postgres { writer, .. } => Tx { conn: Conn::Postgres(writer.acquire().await?), open: true },
        };
        match &mut tx.conn {
            Conn::Sqlite(conn) => sqlx::query("begin immediate").execute(&mut **conn).await.map(drop)?,
            Conn::Postgres(conn) => {
                sqlx::query("begin").execute(&mut **conn).await?;
                let sql = "select pg_advisory_xact_lock($1)";
                sqlx::query(sql).bind(WRITER_LOCK).execute(&mut **conn).await.map(drop)?;
            }
        }
        Ok(tx)
    }

    /// Answers when the database does.
    pub(crate) async fn ping(&self) -> sqlx::Result<()> {
        on!(self, |conn| sqlx::query("select 1").execute(conn).await.map(drop))
    }

    /// Pool, open connections, idle ones.
    pub(crate) fn pools(&self) -> Vec<(&'static str, u32, usize)> {
        match self {
            Self::Sqlite { writer, readers } => vec![
                ("writer", writer.size(), writer.num_idle()),
                ("readers", readers.size(), readers.num_idle()),
            ],
            Self::Postgres { writer, readers, .. } => vec![
                ("writer", writer.size(), writer.num_idle()),
                ("readers", readers.size(), readers.num_idle()),
            ],
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

async fn open_sqlite(url: &str, limits: Limits, access: Access) -> sqlx::Result<Db> {
    // WAL with synchronous=full: an acknowledged write survives a power cut (normal loses it).
    let options = SqliteConnectOptions::from_str(url)?.create_if_missing(access == Access::Create);
    let options = match access {
        Access::Look => options.read_only(true),
        _ => options.journal_mode(SqliteJournalMode::Wal),
    };
    let options = options
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(limits.acquire)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        // A page of any list in one go: a full buffer stops the reading thread, and each stop is two switches.
        .row_buffer_size(256)
        .pragma("cache_size", "-32768")
        // All of a cycle's file, up to the most that SQLite maps: what is not mapped is read by a call a page.
        .pragma("mmap_size", "2147418112")
        .pragma("temp_store", "memory");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(limits.acquire)
        // A file does not hang up.
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(limits.readers)
        .acquire_timeout(limits.acquire)
        .test_before_acquire(false)
        .connect_lazy_with(options.pragma("query_only", "on"));
    Ok(Db::Sqlite { writer, readers })
}

async fn open_postgres(url: &str, limits: Limits, access: Access) -> sqlx::Result<Db> {
    let timeout = limits.statement.as_millis().to_string();
    let read_only = if access == Access::Look { "on" } else { "off" };
    let options = PgConnectOptions::from_str(url)?
        .application_name("watchfloor")
        .options([("statement_timeout", timeout.as_str()), ("lock_timeout", timeout.as_str())])
        .options([("default_transaction_read_only", read_only)])
        // What is read all the time lies in memory. With the price of a disk that turns, a page of a hundred incidents
        // reads the whole table of who takes part rather than its index a hundred times.
        .options([("random_page_cost", "1.1")])
        .statement_cache_capacity(256);
    let pool = |connections| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(limits.acquire)
            .test_before_acquire(false)
            .before_acquire(|connection, known| {
                Box::pin(async move {
                    if known.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
    };
    // One in its turn, and the next with its connection at hand.
    let writer = pool(2).connect_with(options.clone()).await?;
    let readers = pool(limits.readers + 2).connect_lazy_with(options);
    Ok(Db::Postgres { writer, readers, url: url.to_owned() })
}

#[derive(Debug)]
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A write transaction. Dropped without [`Tx::commit`], its connection is closed, which rolls back and
/// leaves no half-open transaction in the pool, whatever went wrong (a full disk, a cancelled request).
#[derive(Debug)]
pub(crate) struct Tx {
    pub(crate) conn: Conn,
    open: bool,
}

impl Tx {
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        on!(tx self, |conn| sqlx::query("commit").execute(conn).await.map(drop))?;
        self.open = false;
        Ok(())
    }

    /// Ends without a change and keeps the connection: for a refusal that was found inside.
    pub(crate) async fn rollback(mut self) {
        if on!(tx self, |conn| sqlx::query("rollback").execute(conn).await.map(drop)).is_ok() {
            self.open = false;
        }
    }

    /// Tells other processes on the same PostgreSQL, at commit, that the journal has grown.
    pub(crate) async fn notify(&mut self, seq: i64) -> sqlx::Result<()> {
        if let Conn::Postgres(conn) = &mut self.conn {
            let sql = "select pg_notify($1, $2)";
            sqlx::query(sql).bind(CHANNEL).bind(seq.to_string()).execute(&mut **conn).await?;
        }
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.open {
            match &mut self.conn {
                Conn::Sqlite(conn) => conn.close_on_drop(),
                Conn::Postgres(conn) => conn.close_on_drop(),
            }
        }
    }
}

/// Hears each `notify` of [`Tx::notify`], also from other processes.
#[derive(Debug)]
pub(crate) struct GrowthListener(sqlx::postgres::PgListener);

/// What came of listening.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Somebody wrote.
    Growth,
    /// The connection is gone, and with it whatever was said meanwhile.
    Nothing,
}

impl GrowthListener {
    /// None for a database that does not tell.
    pub(crate) async fn open(db: &Db) -> sqlx::Result<Option<Self>> {
        let Db::Postgres { url, .. } = db else { return Ok(None) };
        let mut listener = sqlx::postgres::PgListener::connect(url).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Self(listener)))
    }

    pub(crate) async fn next(&mut self) -> Heard {
        let Ok(Some(_)) = self.0.try_recv().await else { return Heard::Nothing };
        // One look takes over all that was said so far.
        while self.0.next_buffered().is_some() {}
        Heard::Growth
    }
}

/// Runs one piece of sqlx code against whichever database is open: `on!(db, |conn| ...)` reads,
/// `on!(tx tx, |conn| ...)` inside a write transaction.
macro_rules! on {
    (tx $tx:expr, |$conn:ident| $body:expr) => {
        match &mut $tx.conn {
            $crate::service::store::db::Conn::Sqlite(inner) => {
                let $conn = &mut **inner;
                $body
            }
            $crate::service::store::db::Conn::Postgres(inner) => {
                let $conn = &mut **inner;
                $body
            }
        }
    };
    ($db:expr, |$conn:ident| $body:expr) => {
        match $db {
            $crate::service::store::db::Db::Sqlite { readers: $conn, .. } => $body,
            $crate::service::store::db::Db::Postgres { readers: $conn, .. } => $body,
        }
    };
}
pub(crate) use on;

#[cfg(test)]
mod tests {
    use super::*;

    /// FULL syncs the write-ahead log at each commit, before it is acknowledged; NORMAL only at checkpoints
    /// (<https://sqlite.org/pragma.html#pragma_synchronous>).
    #[tokio::test]
    async fn each_commit_of_the_writer_is_synced_before_it_is_acknowledged() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("room.db").display());
        let db = Db::open(&url, Limits::default(), Access::Create).await.expect("opens");
        for _ in 0..2 {
            let mut tx = db.begin().await.expect("begins");
            let synchronous: i64 =
                on!(tx tx, |conn| sqlx::query_scalar("pragma synchronous").fetch_one(conn).await)
                    .expect("a number");
            let mode: String =
                on!(tx tx, |conn| sqlx::query_scalar("pragma journal_mode").fetch_one(conn).await)
                    .expect("a word");
            assert_eq!((synchronous, mode.as_str()), (2, "wal"));
            // Dropped: the next one has a new connection, as after a full disk.
        }
        db.close().await;
    }
}
