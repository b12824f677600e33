//! A form that is sent again: done once, whatever became of its first answer, and never in silence with other words.
#![expect(clippy::disallowed_methods, reason = "holds the database up behind the services, and waits for it")]

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use sqlx::Executor;

use crate::{
    base::{Base, both},
    story::opened,
    test_app::{PASSWORD, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const WORDS: &str = "Half a shift of careful words.";
const FIELDS: [(&str, &str); 3] = [("kind", "update"), ("tlp", "amber"), ("text", WORDS)];

/// Lets no write through until it is dropped.
enum Barrier {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Barrier {
    async fn raise(base: &Base) -> Self {
        if base.is_sqlite() {
            let mut conn = base.sqlite_connection().await.expect("opens");
            conn.execute("begin immediate").await.expect("the writer's turn");
            Self::Sqlite(conn)
        } else {
            let mut conn = base.postgres_connection().await.expect("opens");
            conn.execute("begin; lock table entry in share mode").await.expect("a lock");
            Self::Postgres(conn)
        }
    }

    async fn fall(self) {
        match self {
            Self::Sqlite(mut conn) => conn.execute("rollback").await.map(drop),
            Self::Postgres(mut conn) => conn.execute("rollback").await.map(drop),
        }
        .expect("gone");
    }
}

async fn posted(base: &Base) -> i64 {
    base.number(&format!("select count(*) from entry where body = '{WORDS}'")).await
}

both! {
    async fn what_was_saved_after_its_answer_gave_up_is_not_posted_twice(base) {
        let test = TestApp::with(base, &["--answer-timeout=1"]).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        let barrier = Barrier::raise(base).await;
        let late = client.post(&action, &token, &FIELDS).await;
        assert_eq!(late.status, StatusCode::SERVICE_UNAVAILABLE);
        let text = late.text();
        assert!(text.contains("It may have been saved") && !text.contains("was not saved"), "{text}");
        assert_ne!(late.form_token(&action).expect("a form"), token, "masked anew");
        barrier.fall().await;
        let began = Instant::now();
        while posted(base).await == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "the act runs on");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..2 {
            let again = client.press(&late, &action, &[]).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
        }
        assert_eq!(posted(base).await, 1);
    }

    async fn a_form_whose_answer_was_lost_with_its_session_is_not_posted_twice(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        assert_eq!(client.post(&action, &token, &FIELDS).await.status, StatusCode::SEE_OTHER);
        // The answer never came. The form is sent again from where it stood, after the session ended ...
        base.clock.advance(31 * 60);
        let refused = client.post(&action, &token, &FIELDS).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(client.sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
        let stale = client.press(&refused, &action, &[]).await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
        assert_eq!(client.press(&stale, &action, &[]).await.status, StatusCode::SEE_OTHER);
        // ... or by loading it anew under another session, and once more when the form is too old.
        for wait in [0, 86_400] {
            base.clock.advance(wait);
            assert_eq!(client.sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
            let stale = client.post(&action, &token, &FIELDS).await;
            assert_eq!(stale.status, StatusCode::FORBIDDEN);
            assert_eq!(client.press(&stale, &action, &[]).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(posted(base).await, 1);
    }

    async fn a_key_serves_its_own_person_and_path_alone(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let client = test.sign_in(ANALYST).await;
        let token = client.get(&page).await.form_token(&action).expect("a form");
        assert_eq!(client.post(&action, &token, &FIELDS).await.status, StatusCode::SEE_OTHER);
        // A colleague who sends what they found open sends it as themself.
        let lead = test.sign_in("lead@cisa.example").await;
        let stale = lead.post(&action, &token, &FIELDS).await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
        assert_eq!(lead.press(&stale, &action, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(posted(base).await, 2);
        // The same words at another path are no repeated send.
        let elsewhere = format!("/incidents/{}/entries", opened(&test.app.room).await);
        let stale = client.post(&elsewhere, &token, &FIELDS).await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
        let other = client.press(&stale, &elsewhere, &[]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(client.press(&other, &elsewhere, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(posted(base).await, 3);
    }

    async fn a_form_that_was_sent_before_with_other_words_comes_back_with_them(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        let first = [("kind", "update"), ("tlp", "amber"), ("text", "The first words.")];
        assert_eq!(client.post(&action, &token, &first).await.status, StatusCode::SEE_OTHER);
        // Back, other words, send.
        let used = client.post(&action, &token, &FIELDS).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = used.text();
        assert!(text.contains("This form was sent before") && text.contains(WORDS), "{text}");
        assert!(text.contains(&format!("href=\"{page}\"")), "and where to look: {text}");
        assert_eq!(posted(base).await, 0);
        for _ in 0..2 {
            assert_eq!(client.press(&used, &action, &[]).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(posted(base).await, 1);
    }
}
