//! People, organisations and the audit log through the API: what administrators do there, and what nobody else can.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{CISA, GOOGLE, open, refused},
    base::both,
    test_app::{PASSWORD, TestApp},
};

const ADMIN: &str = "admin@cisa.example";
const OTHER: &str = "admin@google.example";
const ROOM: &str = "room-admin@watchfloor.example";
const AUDITOR: &str = "auditor@watchfloor.example";
const NEW: &str = "six white egrets in the reeds";

fn dana() -> Value {
    json!({"name": "Dana Brook", "email": "dana@cisa.example", "roles": ["analyst"]})
}

both! {
    async fn an_invitation_made_by_the_api_opens_once_and_its_link_is_told_once(base) {
        let test = TestApp::new(base).await;
        let admin = test.caller(ADMIN).await;
        let made = admin.send_once(Method::POST, "/people/invitations", "one", &dana()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let again = admin.send_once(Method::POST, "/people/invitations", "one", &dana()).await;
        assert_eq!(again.bytes, made.bytes, "the same send, the same link");
        let link = made.json()["link"].as_str().expect("a link").to_owned();
        let path = link.strip_prefix("http://127.0.0.1:3000").expect("ours").to_owned();
        let listed = admin.read("/people/invitations").await;
        assert_eq!(listed["items"][0]["email"], "dana@cisa.example");
        assert!(!listed.to_string().contains(&path) && listed["items"].as_array().map(Vec::len) == Some(1));
        for stranger in [OTHER, CISA] {
            assert_eq!(test.caller(stranger).await.read("/people/invitations").await["items"], json!([]), "{stranger}");
        }
        let dana = test.visitor();
        assert_eq!(dana.submit(&path, &path, &[("new", NEW), ("again", NEW)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.visitor().get(&path).await.status, StatusCode::NOT_FOUND);
        refused(&admin.send_json(Method::POST, "/people/invitations", json!({"name": "", "email": "x", "roles": []})).await, 422, "email");
    }

    async fn an_invitation_is_sent_again_and_withdrawn_by_those_of_its_organisation(base) {
        let test = TestApp::new(base).await;
        let (admin, other) = (test.caller(ADMIN).await, test.caller(OTHER).await);
        let first = admin.make("/people/invitations", dana()).await;
        let path = |made: &Value, act: &str| format!("/people/invitations/{}/{act}", made["id"].as_str().expect("an id"));
        for act in ["again", "withdraw"] {
            let theirs = other.send_json(Method::POST, &path(&first, act), json!({})).await;
            let never = other.send_json(Method::POST, &format!("/people/invitations/99999999-2222-4333-8444-555555555555/{act}"), json!({})).await;
            assert_eq!((theirs.status, &theirs.bytes), (StatusCode::NOT_FOUND, &never.bytes));
        }
        let second = admin.make(&path(&first, "again"), json!({})).await;
        assert_ne!(first["link"], second["link"]);
        let gone = admin.send_once(Method::POST, &path(&second, "withdraw"), "w", &json!({})).await;
        assert_eq!(gone.status, StatusCode::OK);
        assert_eq!(admin.send_once(Method::POST, &path(&second, "withdraw"), "w", &json!({})).await.bytes, gone.bytes);
        assert_eq!(admin.send_json(Method::POST, &path(&second, "withdraw"), json!({})).await.status, StatusCode::NOT_FOUND);
        for made in [&first, &second] {
            let link = made["link"].as_str().expect("a link").trim_start_matches("http://127.0.0.1:3000").to_owned();
            assert_eq!(test.visitor().get(&link).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn an_account_is_changed_with_its_version_and_by_those_who_look_after_it(base) {
        let test = TestApp::new(base).await;
        let (admin, other, root) = (test.caller(ADMIN).await, test.caller(OTHER).await, test.caller(ROOM).await);
        let path = format!("/people/{CISA}");
        let seen = admin.read(&path).await;
        assert_eq!((&seen["account"]["version"], &seen["organisation"]), (&json!(1), &json!("cisa")));
        assert_eq!(other.read(&path).await["account"], Value::Null, "of others the account stays at home");
        refused(&admin.send_json(Method::POST, &format!("{path}/roles"), json!({"roles": ["liaison"]})).await, 422, "version");
        let stale = admin.send_json(Method::POST, &format!("{path}/roles"), json!({"roles": ["liaison"], "version": 7})).await;
        assert_eq!((stale.status, &stale.json()["version"]), (StatusCode::CONFLICT, &json!(1)));
        let roles = admin.change(Method::POST, &format!("{path}/roles"), json!({"roles": ["analyst", "liaison"], "version": 1})).await;
        assert_eq!((&roles["roles"], &roles["account"]["version"]), (&json!(["analyst", "liaison"]), &json!(2)));
        for role in ["room_admin", "auditor"] {
            let reply = admin.send_json(Method::POST, &format!("{path}/roles"), json!({"roles": [role], "version": 2})).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{role}");
        }
        for (act, body) in [("roles", json!({"roles": ["liaison"], "version": 2})), ("suspend", json!({"reason": "x"})), ("reset", json!({}))] {
            let reply = other.send_json(Method::POST, &format!("{path}/{act}"), body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{act}");
        }
        let victim = test.caller(CISA).await;
        refused(&admin.send_json(Method::POST, &format!("{path}/suspend"), json!({"reason": " "})).await, 422, "reason");
        assert_eq!(admin.send_json(Method::POST, &format!("{path}/suspend"), json!({"reason": "left", "version": 1})).await.status, StatusCode::CONFLICT);
        let gone = admin.change(Method::POST, &format!("{path}/suspend"), json!({"reason": "left", "version": 2})).await;
        assert_eq!((&gone["suspended"], &gone["account"]["suspended_reason"]), (&json!(true), &json!("left")));
        assert_eq!(victim.call("/me").await.status, StatusCode::UNAUTHORIZED);
        let never = other.call("/people/nobody@cisa.example").await;
        let hidden = other.call(&path).await;
        assert_eq!((hidden.status, &hidden.bytes), (StatusCode::NOT_FOUND, &never.bytes), "the suspended do not exist elsewhere");
        for act in ["roles", "suspend", "restore", "reset"] {
            let body = if act == "roles" { json!({"roles": ["liaison"], "version": 3}) } else if act == "reset" { json!({}) } else { json!({"reason": "x"}) };
            assert_eq!(other.send_json(Method::POST, &format!("{path}/{act}"), body).await.bytes, never.bytes, "{act}");
        }
        assert_eq!(root.change(Method::POST, &format!("{path}/restore"), json!({"reason": "back"})).await["suspended"], false);
        let link = admin.make(&format!("{path}/reset"), json!({})).await["link"].as_str().expect("a link").trim_start_matches("http://127.0.0.1:3000").to_owned();
        assert_eq!(test.visitor().submit(&link, &link, &[("new", NEW), ("again", NEW)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.visitor().sign_in(CISA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn suspended_people_cannot_be_found_from_elsewhere_by_any_filter(base) {
        let test = TestApp::new(base).await;
        let (admin, other) = (test.caller(ADMIN).await, test.caller(OTHER).await);
        let before = other.walk("/people?organisation=cisa", 200).await;
        admin.change(Method::POST, &format!("/people/{CISA}/suspend"), json!({"reason": "left"})).await;
        for query in ["?suspended=true", "?q=analyst@cisa", "?organisation=cisa&role=analyst", "?suspended=true&organisation=cisa"] {
            assert_eq!(other.walk(&format!("/people{query}"), 200).await, [] as [Value; 0], "{query}");
        }
        assert_eq!(other.walk("/people?organisation=cisa", 2).await.len(), before.len() - 1);
        let ours = admin.walk("/people?suspended=true", 200).await;
        assert_eq!((ours.len(), &ours[0]["email"]), (1, &json!(CISA)));
        refused(&admin.call("/people?role=king").await, 422, "role");
        refused(&admin.call("/people?suspended=perhaps").await, 422, "suspended");
    }

    async fn a_field_that_is_not_yours_is_not_changed_with_those_that_are(base) {
        let test = TestApp::new(base).await;
        let (admin, other, root) = (test.caller(ADMIN).await, test.caller(OTHER).await, test.caller(ROOM).await);
        let watch = json!({"version": 1, "watch_contact": "+1 888 282 0870"});
        let named = json!({"version": 1, "watch_contact": "+1 888 282 0870", "name": "Another name"});
        assert_eq!(admin.send_json(Method::PATCH, "/organisations/cisa", named.clone()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.send_json(Method::PATCH, "/organisations/cisa", watch.clone()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.read("/organisations/cisa").await["watch_contact"], "", "nothing of it was done");
        let done = admin.change(Method::PATCH, "/organisations/cisa", watch).await;
        assert_eq!((&done["version"], &done["watch_contact"]), (&json!(2), &json!("+1 888 282 0870")));
        let stale = root.send_json(Method::PATCH, "/organisations/cisa", named).await;
        assert_eq!((stale.status, &stale.json()["version"]), (StatusCode::CONFLICT, &json!(2)));
        for field in ["slug", "sector", "id"] {
            refused(&root.send_json(Method::PATCH, "/organisations/cisa", json!({"version": 2, field: "x"})).await, 422, field);
        }
        let new = json!({"name": "Bureau of Tides", "short": "Tides", "slug": "tides", "sector": "agency"});
        assert_eq!(admin.send_json(Method::POST, "/organisations", new.clone()).await.status, StatusCode::FORBIDDEN);
        let made = root.make("/organisations", new).await;
        assert_eq!((&made["slug"], &made["code"], &made["sector"]), (&json!("tides"), &json!("TIDE"), &json!("agency")));
        assert_eq!(root.call("/organisations/nobody").await.status, StatusCode::NOT_FOUND);
    }

    async fn the_audit_log_is_read_by_the_api_in_the_parts_that_its_pages_show(base) {
        let test = TestApp::new(base).await;
        let (script, auditor) = (test.caller(CISA).await, test.caller(AUDITOR).await);
        let red = open(&script, json!({"tlp": "red", "named": [CISA]})).await;
        let green = open(&script, json!({"tlp": "green"})).await;
        for path in ["", "/entries", "/evidence", "/indicators", "/tasks", "/shares"] {
            // Within ten minutes it is the same look.
            base.clock.advance(601);
            script.read(&format!("/incidents/{red}{path}")).await;
            script.read(&format!("/incidents/{green}{path}")).await;
        }
        let viewed = auditor.walk("/audit?action=audit.red_viewed", 3).await;
        assert_eq!(viewed.len(), 7, "its opening and each look at RED, and RED alone");
        assert!(viewed.iter().all(|row| row["person"] == CISA && row["organisation"] == "cisa"));
        let all = auditor.walk("/audit", 50).await;
        assert!(all.windows(2).all(|two| two[0]["previous"] == two[1]["hash"]), "one chain");
        assert!(!all.iter().any(|row| row.to_string().contains(&red)));
        // By its number only what the auditor sees; by the name that a row gives everything.
        assert_eq!(auditor.walk(&format!("/audit?incident={red}"), 50).await, [] as [Value; 0]);
        assert!(!auditor.walk(&format!("/audit?incident={green}"), 50).await.is_empty());
        let thing = viewed[0]["thing"].as_str().expect("a name");
        assert!(auditor.walk(&format!("/audit?incident={thing}"), 50).await.len() > 6, "its opening, too");
        let from = all[3]["at"].as_str().expect("a time");
        let late = auditor.walk(&format!("/audit?from={from}"), 50).await;
        assert!(late.iter().all(|row| row["at"].as_str() >= Some(from)) && late.len() <= all.len());
        refused(&auditor.call("/audit?from=yesterday").await, 422, "from");
        refused(&auditor.call("/audit?kind=secrets").await, 422, "kind");
        test.caller(GOOGLE).await.send_json(Method::POST, "/people/invitations", json!({})).await;
        let admin = test.caller(ADMIN).await;
        let own = admin.walk("/audit", 50).await;
        assert!(own.iter().all(|row| row["entry"].is_null() && row["previous"].is_null() && row["thing"].is_null()));
        assert!(own.iter().all(|row| row["organisation"] != "google" && row["action"] != "audit.red_viewed"));
        assert_eq!(admin.walk("/audit?organisation=google", 50).await, [] as [Value; 0]);
        assert_eq!(admin.walk(&format!("/audit?incident={thing}"), 50).await, [] as [Value; 0], "another's name opens nothing");
        for nobody in [CISA, ROOM, GOOGLE] {
            assert_eq!(test.caller(nobody).await.call("/audit").await.status, StatusCode::FORBIDDEN, "{nobody}");
        }
    }
}
