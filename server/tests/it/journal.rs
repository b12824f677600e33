//! The journal: gapless, in commit order, chained, and never changed.
#![expect(clippy::disallowed_methods, reason = "reads the rows as an outside verifier would")]

use app::model::id::Number;
use server::service::{Room, journal, settled};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    base::{Base, EACH, asker, both},
    story,
};

type Row = (
    i64,
    i64,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    String,
    Option<Uuid>,
    String,
    String,
    String,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
);

async fn rows(base: &Base) -> Vec<Row> {
    let sql = "select seq, at, person_id, organisation_id, incident_id, noun, noun_id, action, body, request, salt, \
               previous, hash from journal order by seq";
    if base.is_sqlite() {
        let mut conn = base.sqlite_connection().await.expect("opens");
        sqlx::query_as(sql).fetch_all(&mut conn).await.expect("rows")
    } else {
        let mut conn = base.postgres_connection().await.expect("opens");
        sqlx::query_as(sql).fetch_all(&mut conn).await.expect("rows")
    }
}

/// Walks the chain from the documentation alone: `docs/ARCHITECTURE.md` and the head of `journal.rs`.
async fn assert_chained(base: &Base) -> i64 {
    let (mut previous, mut last_at, mut count) = (vec![0_u8; 32], i64::MIN, 0);
    for row in rows(base).await {
        let (
            seq,
            at,
            person,
            organisation,
            incident,
            noun,
            noun_id,
            action,
            body,
            request,
            salt,
            before,
            hash,
        ) = row;
        count += 1;
        assert_eq!(seq, count, "a number is missing");
        assert!(at >= last_at, "row {seq} is earlier than the row before");
        assert_eq!(before, previous, "row {seq} does not point to the row before");
        let id = |id: Option<Uuid>| id.map(|id| id.to_string());
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let canonical = serde_json::json!([
            seq,
            at,
            id(person),
            id(organisation),
            id(incident),
            noun,
            id(noun_id),
            action,
            body,
            request,
            salt
        ]);
        let digest = Sha256::digest(canonical.to_string().as_bytes());
        let expected = Sha256::new().chain_update(&previous).chain_update(digest).finalize();
        assert_eq!(hash, expected.as_slice(), "row {seq} was altered");
        (previous, last_at) = (hash, at);
    }
    count
}

async fn write_at_once(room: &Room, number: &Number, writers: usize, each: usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..writers {
        let (room, number) = (room.clone(), number.clone());
        let who = if n % 2 == 0 { "analyst@cisa.example" } else { "liaison@google.example" };
        tasks.spawn(async move {
            for k in 0..each {
                let input = server::service::entry::PostEntry {
                    text: format!("Writer {n}, line {k}."),
                    ..Default::default()
                };
                let post = server::service::entry::post(
                    room.clone(),
                    asker(&room, who),
                    EACH,
                    number.clone(),
                    input,
                );
                settled(post).await.expect("posted");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("a writer ends");
    }
}

both! {
    async fn thirty_two_writers_at_once_leave_no_gap_and_a_chain_that_verifies(base) {
        let room = base.founded().await;
        let number = story::opened(&room).await;
        let before = journal::head(&room).await.expect("a head").seq;
        write_at_once(&room, &number, 32, 6).await;
        let head = journal::head(&room).await.expect("a head");
        assert_eq!(head.seq, before + 32 * 6);
        assert_eq!(assert_chained(base).await, head.seq);
        assert_eq!(*room.growth().borrow(), head.seq, "the hub knows the newest row");
        room.close().await;
    }

    async fn a_row_that_is_missing_or_altered_is_found(base) {
        let room = base.founded().await;
        let number = story::opened(&room).await;
        write_at_once(&room, &number, 2, 3).await;
        room.close().await;
        assert_chained(base).await;
        // Only somebody with the database's own rights comes past the triggers.
        let alter = if base.is_sqlite() {
            "drop trigger journal_refuses_update; update journal set body = '{}' where seq = 5"
        } else {
            "alter table journal disable trigger user; update journal set body = '{}' where seq = 5"
        };
        base.execute(alter).await.expect("altered");
        let copy = base.again();
        let found = tokio::spawn(async move { assert_chained(&copy).await }).await;
        assert!(found.is_err(), "the altered row was not found");
    }

    async fn what_was_written_cannot_be_changed_or_deleted(base) {
        let room = base.founded().await;
        let number = story::opened(&room).await;
        let entry = story::post(&room, "analyst@cisa.example", &number, |_| {}).await.expect("posted");
        let strike = server::service::entry::strike(
            room.clone(), asker(&room, "analyst@cisa.example"), EACH, number.clone(), entry, "Wrong county".into(),
        );
        strike.await.expect("struck");
        let blob = |n: u8| {
            let hex = format!("{n:032x}");
            if base.is_sqlite() { format!("x'{hex}'") } else { format!("'{}'", Uuid::from_u128(n.into())) }
        };
        let exhibit = format!(
            "insert into exhibit (id, incident_id, number, seq, size, media_type, name, note, tlp, narrowed, added_by, \
             organisation_id, added_at) select {}, incident_id, 1, seq, 0, 'text/plain', 'a.txt', '', tlp, false, \
             author_id, organisation_id, 0 from entry where author_id is not null limit 1",
            blob(1)
        );
        base.execute(&exhibit).await.expect("an exhibit");
        let custody = format!(
            "insert into custody (id, exhibit_id, seq, action, at, address, result) \
             select {}, id, seq, 'received', 0, '', '' from exhibit",
            blob(2)
        );
        base.execute(&custody).await.expect("a touch");
        for (table, column) in
            [("journal", "action"), ("entry", "body"), ("strike", "reason"), ("exhibit", "name"), ("custody", "result")]
        {
            assert!(base.number(&format!("select count(*) from {table}")).await > 0, "{table} is empty");
            for sql in [format!("update {table} set {column} = 'x'"), format!("delete from {table}")] {
                let refused = base.execute(&sql).await.expect_err("append-only").to_string();
                assert!(refused.contains("append-only"), "{sql}: {refused}");
            }
        }
        if !base.is_sqlite() {
            let refused = base.execute("truncate journal cascade").await.expect_err("append-only").to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
        room.close().await;
    }

    async fn a_clock_that_goes_backwards_does_not_reorder_the_journal(base) {
        let room = base.founded().await;
        let number = story::opened(&room).await;
        base.clock.advance(-3_600);
        story::post(&room, "analyst@cisa.example", &number, |_| {}).await.expect("posted");
        assert_chained(base).await;
        room.close().await;
    }
}
