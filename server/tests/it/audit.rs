//! The audit log: what is written into it, who reads which part, and that nobody else learns of it.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use futures::StreamExt;
use serde_json::json;

use crate::{
    api::open,
    base::{Base, both},
    test_app::{PASSWORD, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const ADMIN: &str = "admin@cisa.example";
const AUDITOR: &str = "auditor@watchfloor.example";

/// Where the first line of a log shows its record.
fn record_link(page: &str) -> String {
    let before = page.split("class=\"au-exp\"").next().and_then(|page| page.rsplit("href=\"").next());
    before.and_then(|rest| rest.split('"').next()).expect("a way in").replace("&amp;", "&")
}

/// Rows behind the newest of the journal, past the services.
async fn fill(base: &Base, rows: u32) {
    let newest = base.number("select max(seq) from journal").await;
    let numbers = if base.is_sqlite() {
        format!("with recursive n (i) as (select 1 union all select i + 1 from n where i < {rows})")
    } else {
        format!("with n (i) as (select generate_series(1, {rows}))")
    };
    let blob = if base.is_sqlite() { "x'00'" } else { "'\\x00'" };
    let filled = format!(
        "{numbers} insert into journal (seq, at, noun, action, body, request, salt, previous, hash) \
         select {newest} + i, {at}, 'room', 'filled', '{{}}', 'test', {blob}, {blob}, {blob} from n",
        at = crate::base::NOW.0
    );
    base.execute(&filled).await.expect("filled");
}

both! {
    async fn sign_ins_refusals_and_views_of_red_are_in_the_log(base) {
        let test = TestApp::new(base).await;
        let analyst = test.sign_in(ANALYST).await;
        test.visitor().sign_in(ANALYST, "five grey herons at the weir").await;
        assert_eq!(analyst.get("/people/invite").await.status, StatusCode::FORBIDDEN);
        assert_eq!(test.caller("leadership@cisa.example").await.json(axum::http::Method::POST, "/api/v1/incidents", &crate::api::incident()).await.status, StatusCode::FORBIDDEN);
        let script = test.caller(ANALYST).await;
        let amber = open(&script, json!({})).await;
        analyst.get(&format!("/incidents/{amber}")).await;
        let red = open(&script, json!({"tlp": "red", "named": [ANALYST]})).await;
        assert_eq!(analyst.get(&format!("/incidents/{red}")).await.status, StatusCode::OK);
        assert_eq!(base.number("select count(*) from journal where noun = 'audit' and action = 'red_viewed'").await, 1, "RED alone");
        assert_eq!(base.number("select count(*) from journal where noun = 'audit' and action = 'refused'").await, 2);
        analyst.submit("/me", "/sign-out", &[]).await;

        let log = test.sign_in(AUDITOR).await.get("/audit").await.text();
        for action in ["session.signed_in", "session.signed_out", "person.sign_in_refused", "audit.refused", "audit.red_viewed", "entry."] {
            assert!(log.contains(action), "{action}");
        }
        assert!(log.contains("GET /people/invite") && log.contains("Imani Calloway"));
        assert!(!log.contains(&red) && !log.contains(&amber) && !log.contains("Maricopa County gives"), "no content, no number");
        assert!(!log.contains(PASSWORD) && !log.contains("grey herons"));
        // Of one's own refusals and views the journal tells nothing: they are for those who watch.
        let own = script.get("/api/v1/journal?limit=200").await.text();
        assert!(!own.contains("red_viewed") && !own.contains("\"noun\":\"audit\""), "{own}");
    }

    async fn who_is_refused_again_and_again_fills_no_journal(base) {
        let test = TestApp::new(base).await;
        let analyst = test.sign_in(ANALYST).await;
        for _ in 0..20 {
            assert_eq!(analyst.get("/people/invite").await.status, StatusCode::FORBIDDEN);
        }
        let rows = "select count(*) from journal where noun = 'audit' and action = 'refused'";
        assert_eq!(base.number(rows).await, 1, "the first at once");
        test.app.refusals.write(&test.app.room, false).await.expect("nothing yet");
        assert_eq!(base.number(rows).await, 1, "the minute is not over");
        test.app.refusals.write(&test.app.room, true).await.expect("written");
        let bodies = base.pairs("select body, request from journal where noun = 'audit' and action = 'refused'").await;
        let times: Vec<u64> = bodies.iter().map(|(body, _)| {
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            body["times"].as_u64().unwrap_or(1)
        }).collect();
        assert_eq!(times, [1, 19]);
        let log = test.sign_in(AUDITOR).await.get("/audit").await.text();
        assert!(log.contains("Times: 19"), "{log}");
    }

    async fn who_follows_a_hidden_number_is_in_the_log_as_who_follows_one_never_given(base) {
        let test = TestApp::new(base).await;
        let red = open(&test.caller(ANALYST).await, json!({"tlp": "red", "named": [ANALYST]})).await;
        let followers = [("analyst@google.example", red.as_str()), ("liaison@google.example", "WF-9998")];
        for (email, number) in followers {
            let (person, script) = (test.sign_in(email).await, test.caller(email).await);
            for path in ["", "/evidence/E-1", "/evidence/E-1/file"] {
                assert_eq!(person.get(&format!("/incidents/{number}{path}")).await.status, StatusCode::NOT_FOUND);
            }
            assert_eq!(script.get(&format!("/api/v1/incidents/{number}")).await.status, StatusCode::NOT_FOUND);
        }
        let refusals = "select body, case when incident_id is null then 'none' else 'one' end from journal where noun = 'audit' and action = 'refused' order by seq";
        let bodies = base.pairs(refusals).await;
        let (hidden, never) = bodies.split_at(bodies.len() / 2);
        assert_eq!(hidden, never);
        assert!(hidden.len() >= 3, "{hidden:?}");
        assert!(bodies.iter().all(|(body, _)| !body.contains(&red)), "no number");
        let log = test.sign_in("admin@google.example").await.get("/audit").await.text();
        assert!(log.contains("GET /incidents/{number}") && log.contains("or it is not for you"), "{log}");
    }

    async fn an_organisations_admin_reads_the_part_of_its_own_people(base) {
        let test = TestApp::new(base).await;
        test.sign_in("analyst@google.example").await;
        test.visitor().sign_in("liaison@google.example", "five grey herons at the weir").await;
        test.visitor().sign_in("liaison@cisa.example", "five grey herons at the weir").await;
        let script = test.caller(ANALYST).await;
        let red = open(&script, json!({"tlp": "red", "named": [ANALYST]})).await;
        test.sign_in(ANALYST).await.get(&format!("/incidents/{red}")).await;
        let log = test.sign_in(ADMIN).await.get("/audit").await.text();
        assert!(log.contains("Imani Calloway") && log.contains("Odalys Brannigan"), "signed in; refused at the door");
        assert!(!log.contains("Anneke Voss") && !log.contains("Google"), "of others nothing");
        assert!(!log.contains("red_viewed") && !log.contains("incident.") && !log.contains(&red));
        assert!(!log.contains(">Entry</th>"), "no numbers: their gaps would tell");
        let theirs = test.sign_in(ADMIN).await.get("/audit?person=analyst@google.example").await.text();
        assert!(theirs.contains("Nothing like that"));
        for email in [ANALYST, "room-admin@watchfloor.example", "counsel@google.example"] {
            let client = test.sign_in(email).await;
            assert_eq!(client.get("/audit").await.status, StatusCode::FORBIDDEN, "{email}");
            assert!(!client.get("/people").await.text().contains("Audit log"), "{email}: no way to it either");
        }
    }

    async fn the_log_is_paged_narrowed_and_exported_and_the_export_is_in_it(base) {
        let test = TestApp::new(base).await;
        for _ in 0..3 {
            test.sign_in(ANALYST).await;
        }
        let auditor = test.sign_in(AUDITOR).await;
        let page = auditor.get("/audit?kind=people").await.text();
        assert!(page.contains("person.added") && !page.contains("session.signed_in") && page.contains("rel=\"next\""), "more than a page of people");
        let next = page.split("rel=\"next\"").next().and_then(|head| head.rsplit("href=\"").next()).and_then(|rest| rest.split('"').next()).expect("an address").replace("&amp;", "&");
        assert_eq!(auditor.get(&next).await.status, StatusCode::OK);
        assert_eq!(auditor.get("/audit?after=guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let csv = auditor.submit("/audit", "/audit/export", &[("kind", "sign_in"), ("person", ANALYST)]).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert!(csv.header(header::CONTENT_TYPE).starts_with("text/csv"));
        assert_eq!(csv.text().lines().count(), 4, "{}", csv.text());
        assert_eq!(base.number("select count(*) from journal where noun = 'audit' and action = 'exported'").await, 1);
        assert!(auditor.get("/audit?kind=reads").await.text().contains("audit.exported"));
    }

    async fn the_file_has_every_row_of_a_long_log_and_says_in_the_log_how_many(base) {
        let test = TestApp::new(base).await;
        let auditor = test.sign_in(AUDITOR).await;
        fill(base, 12_000).await;
        let all = base.number("select count(*) from journal").await;
        let csv = auditor.submit("/audit", "/audit/export", &[]).await;
        let text = csv.text();
        assert_eq!(text.lines().count() as i64, 1 + all);
        let numbers: Vec<i64> = text.lines().skip(1).filter_map(|line| line.split(',').next()?.parse().ok()).collect();
        assert_eq!(numbers, (1..=all).rev().collect::<Vec<_>>(), "each once, the newest first");
        let noted = base.pairs("select body, request from journal where noun = 'audit' and action = 'exported'").await;
        let body: serde_json::Value = serde_json::from_str(&noted[0].0).expect("JSON");
        assert_eq!((noted.len(), body["rows"].as_i64()), (1, Some(all)));
        // The part of an organisation likewise, and nothing of others in it.
        let admin = test.sign_in(ADMIN).await;
        let own = admin.submit("/audit", "/audit/export", &[("action", "session.signed_in")]).await.text();
        assert_eq!(own.lines().count(), 2, "{own}");
        assert!(own.contains(ADMIN) && !own.contains(AUDITOR), "{own}");
        let nothing = auditor.submit("/audit", "/audit/export", &[("action", "session.danced")]).await.text();
        assert_eq!(nothing.lines().count(), 1, "its head alone: {nothing}");
    }

    async fn a_file_of_the_log_that_is_being_sent_ends_with_its_session_and_a_third_waits_its_turn(base) {
        let test = TestApp::new(base).await;
        let auditor = test.sign_in(AUDITOR).await;
        fill(base, 3_000).await;
        let begin = async || {
            let token = auditor.get("/audit").await.form_token("/audit/export").expect("a form");
            let request = auditor
                .request(Method::POST, "/audit/export")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("form_token={}", server::page::encoded(&token))));
            test.answer(request.expect("a request")).await
        };
        let (first, second) = (begin().await, begin().await);
        assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
        assert_eq!(begin().await.status(), StatusCode::TOO_MANY_REQUESTS);
        drop(second);
        assert_eq!(begin().await.status(), StatusCode::OK);
        let mut parts = first.into_body().into_data_stream();
        parts.next().await.expect("a part").expect("sent");
        assert_eq!(auditor.submit("/me", "/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(parts.next().await.expect("it is cut").is_err());
    }

    async fn the_badge_says_when_the_chain_was_walked_and_what_was_found(base) {
        let test = TestApp::new(base).await;
        let auditor = test.sign_in(AUDITOR).await;
        assert!(auditor.get("/audit").await.text().contains("not been checked to its end yet"));
        let room = &test.app.room;
        let chain = server::service::audit::walk(room, false).await.expect("walks");
        assert_eq!((chain.broken, chain.seq), (None, base.number("select max(seq) from journal").await));
        assert!(auditor.get("/audit").await.text().contains("Chain verified"));
        let off = if base.is_sqlite() { "drop trigger journal_refuses_update" } else { "alter table journal disable trigger user" };
        base.execute(off).await.expect("as an intruder would");
        base.execute("update journal set body = '{}' where seq = 3").await.expect("changed");
        let chain = server::service::audit::walk(room, true).await.expect("walks");
        assert_eq!(chain.broken, Some(3));
        assert!(auditor.get("/audit").await.text().contains("Chain broken"));
    }

    async fn the_log_is_narrowed_by_what_whose_and_when_and_a_record_opens_in_its_place(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        test.sign_in("analyst@google.example").await;
        let green = open(&test.caller(ANALYST).await, json!({"tlp": "green"})).await;
        let auditor = test.sign_in(AUDITOR).await;
        let whose = auditor.get("/audit?organisation=google&kind=sign_in").await.text();
        assert!(whose.contains("session.signed_in") && !whose.contains("Joss Ekwueme"));
        let what = auditor.get("/audit?action=session.signed_in").await.text();
        assert!(what.contains("Joss Ekwueme") && !what.contains("person.added"));
        let of = auditor.get(&format!("/audit?incident={green}")).await.text();
        assert!(of.contains("entry.opened") && !of.contains("session.signed_in"), "by a number that they see");
        for nothing in ["?incident=WF-9999", "?organisation=nobody", "?action=session.danced", "?from=2031-01-01", "?to=2001-01-01", "?person=x"] {
            assert!(auditor.get(&format!("/audit{nothing}")).await.text().contains("Nothing like that"), "{nothing}");
        }
        let href = record_link(&what);
        let opened = auditor.get(href.split('#').next().unwrap_or_default()).await.text();
        assert!(opened.contains("This entry") && opened.contains("Previous") && opened.contains("All that was done to it"));
        // What an organisation's admin opens tells neither the row before nor the thing.
        let own = admin.get("/audit").await.text();
        let href = record_link(&own);
        let own = admin.get(href.split('#').next().unwrap_or_default()).await.text();
        assert!(own.contains("This entry") && !own.contains("Previous") && !own.contains("All that was done to it"));
    }

    async fn a_rare_line_far_back_is_found_a_stretch_of_the_journal_at_a_time(base) {
        let test = TestApp::new(base).await;
        let auditor = test.sign_in(AUDITOR).await;
        fill(base, 70_000).await;
        let mut path = "/audit?action=session.signed_in".to_owned();
        let mut empty = 0;
        let found = loop {
            let page = auditor.get(&path).await.text();
            if page.contains("class=\"au-exp\"") {
                break page;
            }
            assert!(page.contains("have not been looked at yet"), "{page}");
            empty += 1;
            let next = page.split("href=\"/audit?").find(|part| part.contains("after=")).expect("a way on");
            path = format!("/audit?{}", next.split('"').next().unwrap_or_default().replace("&amp;", "&"));
        };
        assert_eq!(empty, 1, "three stretches of 20,000, and then the rest");
        assert!(found.contains("session.signed_in") && !found.contains("have not been looked at yet"));
    }

    async fn a_print_is_written_down_and_the_chain_is_walked_on_behind_what_leaves(base) {
        let test = TestApp::new(base).await;
        let auditor = test.sign_in(AUDITOR).await;
        let paper = auditor.submit("/audit", "/audit/print", &[("kind", "sign_in")]).await;
        assert_eq!(paper.status, StatusCode::OK);
        let paper = paper.text();
        assert!(paper.contains("session.signed_in") && paper.contains("Entries, newest first"));
        let hash = paper.split("<code>").filter_map(|part| part.split('<').next()).find(|text| text.len() == 64);
        assert!(hash.is_some_and(|hash| hash.bytes().all(|digit| digit.is_ascii_hexdigit())), "a whole hash: {paper}");
        assert_eq!(base.number("select count(*) from journal where noun = 'audit' and action = 'printed'").await, 1);
        let walked = async { while test.app.room.chain().seq == 0 { tokio::task::yield_now().await } };
        tokio::time::timeout(std::time::Duration::from_secs(20), walked).await.expect("walked");
        let room_admin = test.sign_in("room-admin@watchfloor.example").await;
        assert_eq!(room_admin.get("/audit").await.status, StatusCode::FORBIDDEN);
    }
}
