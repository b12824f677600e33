//! Lists of the API: filters, order, pages; the reference data; the journal.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    api::{CISA, FBI, GOOGLE, open, refused, shared},
    base::both,
    test_app::{Client, TestApp},
};

async fn numbers(client: &Client, path: &str) -> Vec<String> {
    let items = client.walk(path, 200).await;
    items.iter().map(|item| item["number"].as_str().expect("a number").to_owned()).collect()
}

both! {
    async fn incidents_are_filtered_by_each_word(base) {
        let test = TestApp::new(base).await;
        let (cisa, fbi) = (test.caller(CISA).await, test.caller(FBI).await);
        let plain = open(&cisa, json!({})).await;
        base.clock.advance(10);
        let other = open(&cisa, json!({
            "title": "Results site of a county is slow", "category": "CYBR-4", "severity": "low", "tlp": "green",
            "jurisdictions": [{"state": "PA"}], "share_with": ["google"], "owner": CISA,
        })).await;
        base.clock.advance(10);
        let hidden = open(&fbi, json!({})).await;
        let listed = |query: &'static str| {
            let cisa = &cisa;
            async move { numbers(cisa, &format!("/incidents{query}")).await }
        };
        assert_eq!(listed("").await, [other.clone(), plain.clone()], "newest first");
        for query in [
            "?severity=low", "?category=CYBR", "?category=cybr-4", "?state=pa", "?organisation=google", "?tlp=green",
            "?q=results", "?owner=analyst@cisa.example", "?severity=low,severe&status=reported",
        ] {
            assert_eq!(listed(query).await, std::slice::from_ref(&other), "{query}");
        }
        for query in ["?owner=none", "?tlp=amber", "?tlp=amber,amber%2Bstrict", "?q=maricopa", "?state=AZ"] {
            assert_eq!(listed(query).await, std::slice::from_ref(&plain), "{query}");
        }
        assert_eq!(listed("?order=target").await, [plain.clone(), other.clone()], "the next target first");
        let period = cisa.read(&format!("/incidents/{plain}")).await["period"].as_str().expect("a period").to_owned();
        assert_eq!(numbers(&cisa, &format!("/incidents?period={period}")).await.len(), 2);
        let quiet = cisa.walk("/periods", 200).await[0]["slug"].as_str().expect("a slug").to_owned();
        assert_eq!(numbers(&cisa, &format!("/incidents?period={quiet}")).await, [] as [String; 0]);
        // GREEN reaches everybody; the rest stays with those who take part.
        assert_eq!(numbers(&fbi, "/incidents").await, [hidden, other]);
        cisa.change(Method::PATCH, &format!("/incidents/{plain}"), json!({"version": 1, "summary": "New."})).await;
        assert_eq!(listed("?order=updated").await[0], plain);
        let closing = json!({"to": "not_an_incident", "disposition": "test", "version": 2});
        cisa.change(Method::POST, &format!("/incidents/{plain}/status"), closing).await;
        assert_eq!(listed("?status=not_an_incident").await, [plain]);
    }

    async fn a_list_is_walked_page_by_page_without_loss_or_repeat(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let fbi = test.caller(FBI).await;
        for count in 0..11 {
            // Hidden ones lie between, and some were opened at the same moment.
            base.clock.advance(count % 2);
            open(&cisa, json!({"severity": if count % 3 == 0 { "low" } else { "high" }})).await;
            open(&fbi, json!({})).await;
        }
        for order in ["opened", "updated", "target"] {
            let whole = numbers(&cisa, &format!("/incidents?order={order}")).await;
            assert_eq!(whole.len(), 11);
            let pages = cisa.walk(&format!("/incidents?order={order}"), 2).await;
            let pages: Vec<_> = pages.iter().map(|item| item["number"].as_str().expect("a number")).collect();
            assert_eq!(pages, whole, "{order}");
        }
        let page = cisa.read("/incidents?limit=3").await;
        let other = cisa.read("/incidents?limit=3").await;
        assert_ne!(page["next"], other["next"], "a cursor looks different each time");
        assert_eq!(page["items"], other["items"]);
    }

    async fn a_question_that_is_not_understood_is_refused(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        for (query, field) in [
            ("limit=201", "limit"), ("limit=0", "limit"), ("limit=many", "limit"), ("limit=-5", "limit"),
            ("after=nonsense", "after"), ("colour=red", "colour"),
        ] {
            let inside = ["entries", "indicators", "tasks", "shares"].map(|word| format!("/incidents/{number}/{word}"));
            let lists = ["/incidents", "/people", "/organisations", "/periods", "/categories", "/journal"].map(str::to_owned);
            for path in lists.into_iter().chain(inside) {
                let reply = cisa.call(&format!("{path}?{query}")).await;
                refused(&reply, 422, field);
            }
        }
        for (query, field) in [
            ("status=lost", "status"), ("severity=worst", "severity"), ("tlp=purple", "tlp"), ("order=random", "order"),
            ("category=NONE", "category"), ("state=ZZ", "state"), ("organisation=nobody", "organisation"),
            ("owner=nobody@cisa.example", "owner"), ("period=never", "period"),
        ] {
            refused(&cisa.call(&format!("/incidents?{query}")).await, 422, field);
        }
    }

    async fn everybody_knows_who_sits_in_the_room(base) {
        let test = TestApp::new(base).await;
        let google = test.caller(GOOGLE).await;
        let me = google.read("/me").await;
        assert_eq!((&me["person"], &me["organisation"]), (&json!(GOOGLE), &json!("google")));
        assert_eq!(me["roles"], json!(["liaison"]));
        let organisations = google.walk("/organisations", 3).await;
        assert_eq!(organisations, google.walk("/organisations", 200).await);
        assert!(organisations.iter().any(|one| one["slug"] == "eiisac" && one["sector"] == "sharing_centre"));
        let people = google.walk("/people", 7).await;
        assert_eq!(people, google.walk("/people", 200).await);
        assert!(people.iter().any(|one| one["email"] == CISA && one["organisation"] == "cisa"));
        let categories = google.walk("/categories", 200).await;
        assert_eq!(categories.len(), 34);
        assert_eq!(categories[0]["code"], "PROC-1");
        let periods = google.walk("/periods", 200).await;
        assert!(periods.iter().filter(|one| one["current"] == true).count() >= 1);
        // The room admin reads no content, and still knows the room.
        let admin = test.caller("room-admin@watchfloor.example").await;
        let names = |people: &[Value]| people.iter().map(|one| one["email"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&admin.walk("/people", 200).await), names(&people));
        assert_eq!(admin.walk("/incidents", 200).await, [] as [Value; 0]);
    }

    async fn the_journal_tells_each_viewer_their_own_story_in_order(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let fbi = test.caller(FBI).await;
        let path = format!("/incidents/{number}");
        // What is handed out is seen, which is an act of its own.
        google.read("/journal?limit=200").await;
        let start = google.read("/journal?limit=200").await;
        let last = start["items"].as_array().and_then(|items| items.last()).expect("an act");
        let after = last["cursor"].as_str().expect("a cursor").to_owned();
        open(&fbi, json!({})).await;
        let entry = cisa.make(&format!("{path}/entries"), json!({"text": "An update."})).await;
        cisa.make(&format!("{path}/entries"), json!({"text": "Not for Google.", "audience": ["cisa"]})).await;
        open(&fbi, json!({})).await;
        cisa.make(&format!("{path}/indicators"), json!({"kind": "domain", "value": "a.example"})).await;
        cisa.make(&format!("{path}/tasks"), json!({"text": "Ask."})).await;
        cisa.make(&format!("{path}/shares"), json!({"to": "twitter", "text": "For awareness."})).await;
        cisa.change(Method::PATCH, &path, json!({"version": 2, "severity": "low", "reason": "small"})).await;

        let told = google.read(&format!("/journal?after={after}")).await;
        let acts = told["items"].as_array().expect("items");
        let words: Vec<String> = acts.iter().map(|act| format!("{} {}", act["noun"].as_str().unwrap_or_default(), act["action"].as_str().unwrap_or_default())).collect();
        // The share with Twitter is a row of its parties' ledger; that it happened stands in the timeline.
        assert_eq!(words, ["entry posted", "indicator added", "task added", "entry shared", "entry changed"]);
        assert_eq!(acts[0]["entry"]["id"], entry["id"]);
        assert_eq!((&acts[0]["person"], &acts[0]["organisation"], &acts[0]["incident"]), (&json!(CISA), &json!("cisa"), &json!(number)));
        assert_eq!(acts[1]["indicator"]["value"], "a.example");
        assert_eq!(acts[2]["task"]["text"], "Ask.");
        assert_eq!(acts[4]["entry"]["change"]["field"], "severity");
        assert_eq!(told["next"], Value::Null);

        let without = |items: Vec<Value>| items.into_iter().map(|mut item| { item["cursor"] = Value::Null; item }).collect::<Vec<_>>();
        for client in [&cisa, &google, &fbi] {
            assert_eq!(without(client.walk("/journal", 3).await), without(client.walk("/journal", 200).await));
        }
        assert!(!told.to_string().contains("Not for Google"));
        let all = |items: &[Value]| items.iter().filter(|act| !act["incident"].is_null()).count();
        let of_cisa = all(&cisa.walk("/journal", 200).await);
        assert_eq!(of_cisa, all(&google.walk("/journal", 200).await) + 2, "the narrowed entry, and the share with Twitter");
        let lengths: std::collections::BTreeSet<usize> = acts.iter().map(|act| act["cursor"].as_str().map_or(0, str::len)).collect();
        assert_eq!(lengths.len(), 1);
    }

    async fn what_a_person_does_with_their_account_is_for_them_and_the_auditor(base) {
        let test = TestApp::new(base).await;
        test.sign_in(CISA).await;
        let signed_in = |items: Vec<Value>| items.iter().filter(|act| act["action"] == "signed_in").count();
        let walk = |email: &'static str| {
            let test = &test;
            async move { test.caller(email).await.walk("/journal", 200).await }
        };
        assert_eq!(signed_in(walk(CISA).await), 1);
        assert_eq!(signed_in(walk(GOOGLE).await), 0);
        assert_eq!(signed_in(walk("lead@cisa.example").await), 0);
        assert_eq!(signed_in(walk("auditor@watchfloor.example").await), 1);
    }
}
