//! A database that hangs: an answer all the same, and afterwards all is as it was, without a new start.

use std::time::Duration;

use app::model::id::Number;
use axum::http::StatusCode;
use server::service::Room;
use sqlx::{AssertSqlSafe, Executor, PgConnection, SqliteConnection};

use crate::{
    base::{Base, both},
    story::opened,
    test_app::{Client, Reply, TestApp},
};

const CISA: &str = "analyst@cisa.example";
/// A bound on waiting for an answer that must come; the promise itself is measured by the bench.
const HANG: Duration = Duration::from_secs(30);

/// Somebody who does not let go.
enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holder {
    async fn hold(base: &Base, sqlite: &'static str, postgres: &'static str) -> Self {
        if base.is_sqlite() {
            let mut conn = base.sqlite_connection().await.expect("opens");
            conn.execute(AssertSqlSafe(sqlite)).await.expect("held");
            Self::Sqlite(conn)
        } else {
            let mut conn = base.postgres_connection().await.expect("opens");
            conn.execute(AssertSqlSafe(postgres)).await.expect("held");
            Self::Postgres(conn)
        }
    }

    async fn let_go(self) {
        match self {
            Self::Sqlite(mut conn) => drop(conn.execute("rollback").await.expect("let go")),
            Self::Postgres(mut conn) => drop(conn.execute("rollback").await.expect("let go")),
        }
    }
}

/// A room that waits for its database as long as it does by default.
async fn waiting(base: &Base) -> (TestApp, Number) {
    let first = TestApp::new(base).await;
    let number = opened(&first.app.room).await;
    first.app.room.close().await;
    let mut parts = base.parts(2);
    parts.database_timeout_s = 2;
    let room = Room::open(parts).await.expect("opens again");
    (TestApp::of(room, &["--answer-timeout=3"]), number)
}

async fn in_time(answer: impl Future<Output = Reply>) -> Reply {
    tokio::time::timeout(HANG, answer).await.expect("an answer")
}

async fn post(client: &Client, number: &Number, token: &str, text: &str) -> Reply {
    let path = format!("/incidents/{number}/entries");
    in_time(client.post(&path, token, &[("kind", "update"), ("text", text)])).await
}

/// More readers at once than the pool has connections, and writes: none meets what the hang left behind.
async fn all_is_well(base: &Base, test: &TestApp, client: &Client, number: &Number) {
    let boards = futures::future::join_all((0..40).map(|_| in_time(client.get("/board")))).await;
    let wrong: Vec<_> =
        boards.iter().filter(|board| board.status != StatusCode::OK).map(|b| b.status).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for n in 0..4 {
        let token = crate::authorisation::form_token(test, client, &format!("/incidents/{number}/entries"));
        let sent = post(client, number, &token, &format!("Again, {n}.")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    }
    let ready = in_time(client.get("/readyz")).await;
    assert_eq!((ready.status, ready.text()), (StatusCode::OK, r#"{"status":"ready","warnings":[]}"#.into()));
    if !base.is_sqlite() {
        let left = "select count(*) from pg_stat_activity where datname = current_database() \
                    and application_name = 'watchfloor' and state like 'idle in transaction%'";
        assert_eq!(base.number(left).await, 0, "a transaction was left open");
    }
}

both! {
    async fn a_write_that_waits_for_a_hung_writer_is_answered_and_keeps_what_was_typed(base) {
        let (test, number) = waiting(base).await;
        let client = test.sign_in(CISA).await;
        let path = format!("/incidents/{number}/entries");
        let token = client.get(&format!("/incidents/{number}")).await.form_token(&path).expect("a form");
        for round in 0..2 {
            let holder = Holder::hold(base, "begin immediate", "begin; lock table journal in exclusive mode").await;
            let several = (0..6).map(|n| {
                let token = crate::authorisation::form_token(&test, &client, &path);
                let (client, number) = (&client, &number);
                async move { post(client, number, &token, &format!("Beside it, {n}.")).await.status }
            });
            let (typed, others) = tokio::join!(post(&client, &number, &token, "Typed with care."), futures::future::join_all(several));
            assert_eq!(typed.status, StatusCode::SERVICE_UNAVAILABLE, "{round}: {}", typed.text());
            assert!(typed.text().contains("Typed with care.") && typed.form_token(&path).is_some(), "kept: {}", typed.text());
            assert!(others.iter().all(|status| *status == StatusCode::SERVICE_UNAVAILABLE), "{others:?}");
            assert_eq!(in_time(client.get("/healthz")).await.status, StatusCode::OK);
            assert_eq!(in_time(client.get("/board")).await.status, StatusCode::OK, "reading goes on");
            holder.let_go().await;
        }
        // What waited for its turn may have been done after its answer, as the answer says; what was typed stands at most once,
        // and sent again exactly once.
        let typed = "select count(*) from entry where body = 'Typed with care.'";
        assert!(base.number(typed).await <= 1, "not twice");
        let sent = post(&client, &number, &token, "Typed with care.").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert_eq!(base.number(typed).await, 1, "once");
        all_is_well(base, &test, &client, &number).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_whose_rows_are_held_are_answered_and_come_back() {
    let Some(base) = Base::postgres().await else { return };
    let (test, number) = waiting(&base).await;
    let client = test.sign_in(CISA).await;
    for _ in 0..2 {
        let holder = Holder::hold(&base, "", "begin; lock table incident in access exclusive mode").await;
        // More than the pool has connections: also who waits for one is answered.
        let boards = futures::future::join_all((0..30).map(|_| in_time(client.get("/board")))).await;
        assert!(boards.iter().all(|board| board.status == StatusCode::SERVICE_UNAVAILABLE));
        assert!(boards[0].text().contains("The store does not answer"), "{}", boards[0].text());
        assert_eq!(in_time(client.get("/healthz")).await.status, StatusCode::OK);
        holder.let_go().await;
        let back = async {
            while client.get("/board").await.status != StatusCode::OK {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(HANG, back).await.expect("it comes back by itself");
    }
    all_is_well(&base, &test, &client, &number).await;
    test.app.room.close().await;
    base.end().await;
}
