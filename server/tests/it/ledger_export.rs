//! What leaves the room of the sharing ledger: by whom, in which forms, and what no file ever holds.

use app::model::{ledger::LedgerQuery, share::AWARENESS_BANNER};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use futures::StreamExt;

use server::service::{Error, Room, export, ledger, person, share::Step};

use crate::{
    base::{EACH, asker, both},
    ledger::{app, take_out, told},
    story::{first_share, open, opened, step},
    test_app::{Client, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";

/// Sends the form and leaves the answer unread.
pub(crate) async fn begin(test: &TestApp, client: &Client, form: &str) -> axum::response::Response {
    let action = format!("/shares/ledger/{form}");
    let token = client.get("/shares/ledger").await.form_token(&action).expect("a form");
    let request = client
        .request(Method::POST, &action)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "form_token={}",
            token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
        )));
    test.answer(request.expect("a request")).await
}

both! {
    async fn a_third_export_of_an_organisation_waits_its_turn(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        told(room, &number, "google", "For your picture.").await;
        let client = test.sign_in(LEAD).await;
        let running = [begin(&test, &client, "csv").await, begin(&test, &client, "proof").await];
        assert!(running.iter().all(|running| running.status() == StatusCode::OK));
        let third = begin(&test, &client, "csv").await;
        assert_eq!((third.status(), third.headers()[header::RETRY_AFTER].as_bytes()), (StatusCode::TOO_MANY_REQUESTS, b"10".as_slice()));
        let theirs = test.sign_in(GOOGLE).await;
        assert_eq!(begin(&test, &theirs, "csv").await.status(), StatusCode::OK, "another organisation has its own");
        drop(running);
        assert_eq!(begin(&test, &client, "csv").await.status(), StatusCode::OK);
    }

    async fn who_speaks_for_an_organisation_takes_its_ledger_out_and_the_audit_log_says_so(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for who in ["liaison", "lead", "counsel", "admin"] {
            let client = test.sign_in(&format!("{who}@cisa.example")).await;
            let before = base.number("select count(*) from journal where noun = 'audit' and action = 'exported'").await;
            let csv = take_out(&client, "csv", &[]).await;
            assert_eq!(csv.status, StatusCode::OK, "{who}");
            assert_eq!(csv.header(header::CONTENT_DISPOSITION), "attachment; filename=\"ledger TLP-AMBER.csv\"");
            assert!(csv.text().contains(number.as_str()) && csv.text().contains(AWARENESS_BANNER) && csv.text().contains("TLP:AMBER"));
            assert_eq!(base.number("select count(*) from journal where noun = 'audit' and action = 'exported'").await, before + 1);
        }
        for who in ["analyst@cisa.example", "leadership@cisa.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            let client = test.sign_in(who).await;
            assert!(client.get("/shares/ledger").await.form_token("/shares/ledger/csv").is_none(), "{who} is offered none");
            let action = "/shares/ledger/csv";
            let token = test.sign_in(LEAD).await.get("/shares/ledger").await.form_token(action).expect("a form");
            assert_eq!(client.post(action, &token, &[]).await.status, StatusCode::FORBIDDEN, "a form of another session: {who}");
            assert!(matches!(refused(room, who).await, Some(Error::Forbidden(_))), "{who}");
        }
        let log = test.sign_in("auditor@watchfloor.example").await.get("/audit?kind=reads").await.text();
        assert!(log.contains("ledger csv, whole") && !log.contains(number.as_str()), "what left, and of no incident which");
        room.close().await;
    }

    async fn the_report_bears_its_label_and_the_banner_and_every_row(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for n in 0..120 {
            told(room, &number, "fbi", &format!("<b>Word {n}.</b>")).await;
        }
        let client = test.sign_in(LEAD).await;
        let out = take_out(&client, "print", &[]).await;
        let html = out.text();
        assert!(out.header(header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
        assert!(html.contains("data-marking=\"amber\"") && html.contains(AWARENESS_BANNER) && html.ends_with("</html>"), "{html}");
        assert_eq!(html.matches("class=\"lg-crossing\"").count(), 121);
        assert!(html.contains("&lt;b&gt;Word 119.") && !html.contains("<b>Word"));
        let first = html.find("Word 0.").expect("the first");
        assert!(first < html.find("Word 99.").expect("a later one"), "oldest first");
        let one = take_out(&client, "csv", &[("organisation", "google")]).await.text();
        assert_eq!(one.lines().count(), 2, "{one}");
        room.close().await;
    }

    async fn an_export_that_is_running_gives_nothing_of_what_is_taken_back(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for n in 0..120 {
            told(room, &number, "google", &format!("Word {n}.")).await;
        }
        let last = open(room, "analyst@cisa.example", |input| input.summary = "The last of them.".into()).await;
        let id = first_share(room, LEAD, &last, "google").await;
        let client = test.sign_in(GOOGLE).await;
        for form in ["csv", "print"] {
            let whole = take_out(&client, form, &[]).await.text();
            assert!(whole.contains(last.as_str()), "{form}: it is there while it stands");
        }
        let mut running = vec![];
        for form in ["csv", "print", "proof"] {
            let mut parts = begin(&test, &client, form).await.into_body().into_data_stream();
            let first = parts.next().await.expect("a part").expect("sent");
            running.push((form, first.to_vec(), parts));
        }
        step(room, LEAD, id, Step::Revoke).await.expect("taken back");
        for (form, mut text, mut parts) in running {
            while let Some(part) = parts.next().await {
                text.extend(part.expect("sent"));
            }
            let text = String::from_utf8(text).expect("text");
            assert!(text.contains("Word 119.") || form == "proof", "{form} goes on");
            assert!(!text.contains(last.as_str()) && !text.contains("The last of them."), "{form}");
        }
        room.close().await;
    }

    async fn an_export_that_is_running_ends_with_its_session(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for n in 0..120 {
            told(room, &number, "google", &format!("Word {n}.")).await;
        }
        for end in ["sign out", "suspend"] {
            let client = test.sign_in(GOOGLE).await;
            let mut parts = begin(&test, &client, "csv").await.into_body().into_data_stream();
            parts.next().await.expect("a part").expect("sent");
            parts.next().await.expect("a part").expect("sent");
            match end {
                "sign out" => assert_eq!(client.submit("/me", "/sign-out", &[]).await.status, StatusCode::SEE_OTHER),
                _ => suspend(room).await,
            }
            assert!(parts.next().await.expect("it is cut").is_err(), "{end}");
        }
        room.close().await;
    }
}

async fn refused(room: &Room, who: &str) -> Option<Error> {
    let alive = export::Alive::new(|| Box::pin(async { true }));
    let query = LedgerQuery::default();
    let form = app::model::ledger::LedgerForm::Csv;
    ledger::export(room, &asker(room, who), alive, &query, form).await.err()
}

async fn suspend(room: &Room) {
    let id = asker(room, GOOGLE).viewer.person;
    let admin = asker(room, "admin@google.example");
    person::suspend(room, &admin, id, "Lost their laptop", &EACH).await.expect("suspended");
}
