//! Every route, asked by nobody, by strangers and by roles that may not. A route that is missing here must
//! stand in `uncovered_routes.txt`, which is empty: whoever adds a route adds its probe.

use std::collections::BTreeSet;

use app::model::Moment;
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};
use server::{
    form,
    router::{self, Audience},
    service::{
        invitation::{self, NewInvitation},
        person, session,
    },
};
use tower_sessions::session::Id;

use crate::{
    api::{CISA, FBI, GOOGLE, at, open},
    base::{EACH, asker, both},
    test_app::{Client, Reply, TestApp},
};

/// What a probe sends.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Nothing,
    Json(Value),
    /// A form with a good token, and these words.
    Form(&'static str),
    /// A form with a good token and a file.
    Parts,
}
use What::{Form, Json, Nothing, Parts};

/// Every route with what is sent to it: good words, so that only who asks decides.
#[rustfmt::skip]
pub(crate) fn probes() -> Vec<(&'static str, &'static str, What)> {
    let v = |more: Value| { let mut body = json!({"version": 1}); for (k, w) in more.as_object().expect("words") { body[k] = w.clone(); } Json(body) };
    vec![
        ("GET", "/healthz", Nothing),
        ("GET", "/readyz", Nothing),
        ("GET", "/assets/{name}", Nothing),
        ("GET", "/robots.txt", Nothing),
        ("GET", "/", Nothing),
        ("GET", "/sign-in", Nothing),
        ("POST", "/sign-in", Form("email=nobody@cisa.example&password=x")),
        ("POST", "/sign-out", Form("")),
        ("GET", "/set-up", Nothing),
        ("POST", "/set-up", Form("")),
        ("GET", "/invitations/{secret}", Nothing),
        ("POST", "/invitations/{secret}", Form("new=x&again=x")),
        ("GET", "/me", Nothing),
        ("POST", "/me/password", Form("")),
        ("POST", "/me/sessions/{session}/end", Form("")),
        ("POST", "/me/sessions/end-others", Form("")),
        ("POST", "/me/notices", Form("")),
        ("POST", "/me/tokens", Form("")),
        ("POST", "/me/tokens/{token}/revoke", Form("")),
        ("POST", "/me/appearance", Form("theme=dark")),
        ("GET", "/board", Nothing),
        ("GET", "/board/tabs", Nothing),
        ("GET", "/board/updates", Nothing),
        ("GET", "/shares", Nothing),
        ("GET", "/shares/counts", Nothing),
        ("POST", "/shares/{share}/acknowledge", Form("version=1")),
        ("GET", "/shares/ask", Nothing),
        ("POST", "/shares/ask", Form("title=Who+leads+on+the+armory+in+Yuma&category=PROC-2&question=x&share_with=fbi&tlp=amber")),
        ("GET", "/shares/new", Nothing),
        ("POST", "/shares/new", Form("number=WF-0001&to=fbi&text=x&preview=1")),
        ("GET", "/shares/sent/{share}", Nothing),
        ("GET", "/shares/ledger", Nothing),
        ("POST", "/shares/ledger/print", Form("")),
        ("POST", "/shares/ledger/csv", Form("")),
        ("POST", "/shares/ledger/proof", Form("")),
        ("GET", "/wall", Nothing),
        ("GET", "/live?incident={number}", Nothing),
        ("GET", "/counties", Nothing),
        ("GET", "/incidents/new", Nothing),
        ("POST", "/incidents/new", Form("")),
        ("GET", "/incidents/{number}", Nothing),
        ("POST", "/incidents/{number}/take", Form("")),
        ("POST", "/incidents/{number}/owner", Form("version=1&owner=analyst@cisa.example")),
        ("POST", "/incidents/{number}/owner/accept", Form("version=1")),
        ("POST", "/incidents/{number}/status", Form("version=1&to=triaged")),
        ("POST", "/incidents/{number}/severity", Form("version=1&severity=low&reason=x")),
        ("POST", "/incidents/{number}/verification", Form("version=1&verification=confirmed")),
        ("POST", "/incidents/{number}/hold", Form("version=1&reason=x&review_date=2020-11-05&review_time=10:00")),
        ("POST", "/incidents/{number}/resume", Form("version=1")),
        ("POST", "/incidents/{number}/marking", Form("version=1&tlp=green&reason=x")),
        ("POST", "/incidents/{number}/clearance", Form("version=1&decision=accept")),
        ("POST", "/incidents/{number}/unshare", Form("version=1&organisation=google")),
        ("POST", "/incidents/{number}/content", Form("version=1&candidate_or_party_content=1")),
        ("POST", "/incidents/{number}/legal-hold", Form("version=1&legal_hold=1&reason=x")),
        ("POST", "/incidents/{number}/edit", Form("version=1&summary=x")),
        ("POST", "/incidents/{number}/entries", Form("kind=update&text=x")),
        ("POST", "/incidents/{number}/entries/{entry}/strike", Form("reason=x")),
        ("POST", "/incidents/{number}/indicators", Form("kind=domain&value=a.example")),
        ("POST", "/incidents/{number}/tasks", Form("text=x")),
        ("POST", "/incidents/{number}/playbook", Form("playbook=hack-and-leak-drop")),
        ("POST", "/incidents/{number}/tasks/{task}/done", Form("")),
        ("POST", "/incidents/{number}/shares", Form("to=fbi&text=x")),
        ("POST", "/incidents/{number}/onward", Form("to=twitter&text=x")),
        ("GET", "/shares/{onward}/preview", Nothing),
        ("GET", "/shares/{hold}/preview", Nothing),
        ("POST", "/shares/{hold}/withdraw", Form("version=1")),
        ("POST", "/incidents/{number}/shares/{share}/seen", Form("")),
        ("POST", "/incidents/{number}/posture", Form("version=0&posture=watching")),
        ("POST", "/incidents/{number}/follow", Form("")),
        ("POST", "/incidents/{number}/unfollow", Form("")),
        ("GET", "/notifications", Nothing),
        ("GET", "/notifications/count", Nothing),
        ("GET", "/notifications/{notice}", Nothing),
        ("POST", "/notifications/{notice}/read", Form("")),
        ("POST", "/notifications/read-all", Form("")),
        ("POST", "/incidents/{number}/evidence", Parts),
        ("GET", "/incidents/{number}/evidence/{exhibit}", Nothing),
        ("GET", "/incidents/{number}/evidence/{exhibit}/file", Nothing),
        ("GET", "/incidents/{number}/evidence/{exhibit}/thumbnail", Nothing),
        ("POST", "/incidents/{number}/evidence/{exhibit}/verify", Form("")),
        ("GET", "/people", Nothing),
        ("GET", "/people/invite", Nothing),
        ("POST", "/people/invite", Form("name=A+B&email=a@cisa.example&organisation=cisa&roles=analyst")),
        ("POST", "/people/invitations/{invitation}/again", Form("")),
        ("POST", "/people/invitations/{invitation}/withdraw", Form("")),
        ("GET", "/people/import", Nothing),
        ("POST", "/people/import", Parts),
        ("POST", "/people/import/confirm", Form("csv=name,email,roles&plan=x")),
        ("GET", "/people/import/{person}", Nothing),
        ("POST", "/people/import/{person}/links", Form("ticket=x")),
        ("GET", "/people/{person}", Nothing),
        ("POST", "/people/{person}/roles", Form("version=2&roles=analyst")),
        ("POST", "/people/{person}/suspend", Form("reason=x")),
        ("POST", "/people/{person}/restore", Form("reason=x")),
        ("POST", "/people/{person}/reset", Form("")),
        ("GET", "/break-glass", Nothing),
        ("POST", "/break-glass", Form("number=&reason=x")),
        ("GET", "/break-glass/{person}", Nothing),
        ("POST", "/break-glass/{person}/end", Form("")),
        ("GET", "/audit", Nothing),
        ("POST", "/audit/export", Form("")),
        ("POST", "/audit/print", Form("")),
        ("GET", "/organisations", Nothing),
        ("GET", "/organisations/new", Nothing),
        ("POST", "/organisations/new", Form("name=A+B&short=AB&code=AB&slug=ab&sector=agency")),
        ("GET", "/organisations/{slug}", Nothing),
        ("POST", "/organisations/{slug}", Form("version=1&name=A+B&short=AB&code=AB")),
        ("GET", "/organisations/{slug}/leave", Nothing),
        ("POST", "/organisations/{slug}/leave", Form("version=1&reason=x")),
        ("POST", "/organisations/{slug}/leave/confirm", Form("version=1&reason=x")),
        ("POST", "/organisations/{slug}/return", Form("version=1&reason=x")),
        ("GET", "/settings", Nothing),
        ("GET", "/settings/set-up", Nothing),
        ("POST", "/settings/set-up/period", Form("version=1&period=canvass")),
        ("POST", "/settings/set-up/severities", Form("version=1")),
        ("POST", "/settings/set-up/keep", Form("step=period")),
        ("GET", "/settings/{kind}", Nothing),
        ("POST", "/settings/{kind}", Form("version=1&reason=x")),
        ("POST", "/settings/{kind}/back", Form("version=1&to=1&reason=x")),
        ("GET", "/api/v1/openapi.json", Nothing),
        ("GET", "/api/v1/me", Nothing),
        ("GET", "/api/v1/organisations", Nothing),
        ("POST", "/api/v1/organisations", Json(json!({"name": "A B", "short": "AB", "code": "AB", "slug": "ab", "sector": "agency"}))),
        ("GET", "/api/v1/organisations/{slug}", Nothing),
        ("PATCH", "/api/v1/organisations/{slug}", v(json!({"name": "A B"}))),
        ("GET", "/api/v1/organisations/{slug}/leave", Nothing),
        ("POST", "/api/v1/organisations/{slug}/leave", v(json!({"reason": "x"}))),
        ("POST", "/api/v1/organisations/{slug}/return", v(json!({"reason": "x"}))),
        ("GET", "/api/v1/people", Nothing),
        ("GET", "/api/v1/people/invitations", Nothing),
        ("POST", "/api/v1/people/invitations", Json(json!({"name": "A B", "email": "a@cisa.example", "organisation": "cisa", "roles": ["analyst"]}))),
        ("POST", "/api/v1/people/invitations/{invitation}/again", Json(json!({}))),
        ("POST", "/api/v1/people/invitations/{invitation}/withdraw", Json(json!({}))),
        ("GET", "/api/v1/people/{person}", Nothing),
        ("POST", "/api/v1/people/{person}/roles", Json(json!({"version": 2, "roles": ["analyst"]}))),
        ("POST", "/api/v1/people/{person}/suspend", Json(json!({"reason": "x"}))),
        ("POST", "/api/v1/people/{person}/restore", Json(json!({"reason": "x"}))),
        ("POST", "/api/v1/people/{person}/reset", Json(json!({}))),
        ("GET", "/api/v1/audit", Nothing),
        ("GET", "/api/v1/periods", Nothing),
        ("GET", "/api/v1/categories", Nothing),
        ("GET", "/api/v1/settings", Nothing),
        ("GET", "/api/v1/settings/{kind}", Nothing),
        ("PUT", "/api/v1/settings/{kind}", v(json!({"reason": "x", "section": []}))),
        ("GET", "/api/v1/incidents", Nothing),
        ("POST", "/api/v1/incidents", Json(crate::api::incident())),
        ("GET", "/api/v1/incidents/{number}", Nothing),
        ("PATCH", "/api/v1/incidents/{number}", v(json!({"summary": "x", "severity": "low", "reason": "x"}))),
        ("POST", "/api/v1/incidents/{number}/clearance", v(json!({"decision": "accept"}))),
        ("POST", "/api/v1/incidents/{number}/unshare", v(json!({"organisation": "google"}))),
        ("POST", "/api/v1/incidents/{number}/status", v(json!({"to": "triaged"}))),
        ("GET", "/api/v1/incidents/{number}/entries", Nothing),
        ("POST", "/api/v1/incidents/{number}/entries", Json(json!({"text": "x"}))),
        ("POST", "/api/v1/incidents/{number}/entries/{entry}/strike", Json(json!({"reason": "x"}))),
        ("GET", "/api/v1/incidents/{number}/evidence", Nothing),
        ("POST", "/api/v1/incidents/{number}/evidence", Json(json!({"url": "https://polls-info.example/m"}))),
        ("GET", "/api/v1/incidents/{number}/evidence/{exhibit}", Nothing),
        ("GET", "/api/v1/incidents/{number}/evidence/{exhibit}/file", Nothing),
        ("GET", "/api/v1/incidents/{number}/evidence/{exhibit}/custody", Nothing),
        ("GET", "/api/v1/incidents/{number}/indicators", Nothing),
        ("POST", "/api/v1/incidents/{number}/indicators", Json(json!({"kind": "domain", "value": "a.example"}))),
        ("GET", "/api/v1/incidents/{number}/tasks", Nothing),
        ("POST", "/api/v1/incidents/{number}/tasks", Json(json!({"text": "x"}))),
        ("POST", "/api/v1/incidents/{number}/tasks/{task}/done", Json(json!({}))),
        ("POST", "/api/v1/incidents/{number}/playbooks", Json(json!({"playbook": "hack-and-leak-drop"}))),
        ("GET", "/api/v1/ledger", Nothing),
        ("GET", "/api/v1/ledger/posts", Nothing),
        ("GET", "/api/v1/incidents/{number}/shares", Nothing),
        ("POST", "/api/v1/incidents/{number}/shares", Json(json!({"to": "fbi", "text": "x"}))),
        ("GET", "/api/v1/incidents/{number}/onward", Nothing),
        ("POST", "/api/v1/incidents/{number}/onward", Json(json!({"to": "twitter", "text": "x"}))),
        ("GET", "/api/v1/holds", Nothing),
        ("GET", "/api/v1/holds/{hold}", Nothing),
        ("POST", "/api/v1/holds/{hold}/withdraw", Json(json!({}))),
        ("POST", "/api/v1/onward/{onward}/approve", Json(json!({}))),
        ("POST", "/api/v1/onward/{onward}/refuse", Json(json!({}))),
        ("POST", "/api/v1/onward/{onward}/withdraw", Json(json!({}))),
        ("PUT", "/api/v1/incidents/{number}/posture", Json(json!({"posture": "watching"}))),
        ("POST", "/api/v1/shares/{share}/seen", Json(json!({}))),
        ("POST", "/api/v1/shares/{share}/acknowledge", Json(json!({}))),
        ("POST", "/api/v1/shares/{share}/answer", Json(json!({"text": "x"}))),
        ("POST", "/api/v1/shares/{share}/assign", Json(json!({"person": ""}))),
        ("POST", "/api/v1/shares/{share}/revoke", Json(json!({}))),
        ("POST", "/api/v1/incidents/{number}/follow", Json(json!({}))),
        ("POST", "/api/v1/incidents/{number}/unfollow", Json(json!({}))),
        ("GET", "/api/v1/notifications", Nothing),
        ("POST", "/api/v1/notifications/{notice}/read", Json(json!({}))),
        ("POST", "/api/v1/notifications/read-all", Json(json!({}))),
        ("GET", "/api/v1/journal", Nothing),
    ]
}

/// The route as the router's table writes it: the probes say what kind of id stands in a path.
fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let path = path
        .strip_suffix("/seen")
        .or_else(|| path.strip_suffix("/acknowledge"))
        .or_else(|| path.strip_suffix("/withdraw").filter(|start| start.ends_with("{hold}")))
        .filter(|_| !path.starts_with("/api/"))
        .map_or_else(|| path.to_owned(), |start| format!("{start}/{{step}}"));
    ["entry", "task", "share", "onward", "hold", "session", "token", "person", "invitation", "notice"]
        .iter()
        .fold(path, |path, kind| path.replace(&format!("{{{kind}}}"), "{id}"))
}

fn audience(method: &str, path: &str) -> Audience {
    let pattern = pattern(path);
    let found = router::listed().into_iter().find(|route| route.method == method && route.path == pattern);
    found.unwrap_or_else(|| panic!("{method} {pattern} is a route")).audience
}

/// What is hidden from strangers: ids of an incident of CISA that Google shares, of CISA's account, of somebody
/// whom CISA has suspended and somebody whom it invites.
pub(crate) struct Hidden {
    number: String,
    entry: String,
    task: String,
    share: String,
    onward: String,
    /// Of Google: its counsel looks at it.
    hold: String,
    session: String,
    token: String,
    person: String,
    invitation: String,
    /// One of CISA's.
    notice: String,
    /// Whose session and token these are.
    browser: Client,
}

impl Hidden {
    pub(crate) async fn new(test: &TestApp) -> Self {
        let cisa = test.caller(CISA).await;
        let browser = test.sign_in(CISA).await;
        let number = open(&cisa, json!({"share_with": ["google"], "owner": CISA})).await;
        let path = format!("/incidents/{number}");
        let id = |made: Value| made["id"].as_str().expect("an id").to_owned();
        let entry = id(cisa.make(&format!("{path}/entries"), json!({"text": "An update."})).await);
        let task = id(cisa.make(&format!("{path}/tasks"), json!({"text": "Ask."})).await);
        let words = json!({"text": format!("Please look, @{CISA}.")});
        test.caller("lead@cisa.example").await.make(&format!("{path}/entries"), words).await;
        let notice = id(cisa.read("/notifications").await["items"][0].clone());
        let file = cisa
            .send_parts(
                &at(&format!("{path}/evidence")),
                &[("note", "kept")],
                &[("sms.txt", "Vote on Wednesday")],
            )
            .await;
        assert_eq!(file.status, StatusCode::CREATED, "{}", file.text());
        let share = id(cisa.read(&format!("{path}/shares")).await["items"][0].clone());
        let google = test.caller(GOOGLE).await;
        let asked =
            google.make(&format!("{path}/onward"), json!({"to": "microsoft", "text": "Let it pass."})).await;
        let onward = id(asked["asked"][0].clone());
        let personal = json!({"to": "reddit", "text": "Ask the voter under 602-555-0142."});
        let hold = id(google.make(&format!("{path}/onward"), personal).await["held"][0].clone());
        // A session is named by the first half of its digest, a token by the link on the page of the account.
        let half = &session_hash(&browser)[..16];
        let session = uuid::Uuid::from_slice(half).expect("a session's digest").to_string();
        let page = browser.get("/me").await.text();
        let start = page.find("/me/tokens/").expect("the page lists the token") + "/me/tokens/".len();
        let token = page[start..].split('/').next().expect("an id").to_owned();
        let room = &test.app.room;
        let (admin, gone) = (asker(room, "admin@cisa.example"), asker(room, "leadership@cisa.example"));
        person::suspend(room, &admin, gone.viewer.person, "left", &EACH).await.expect("suspended");
        let new = NewInvitation {
            name: "Dana Brook".into(),
            email: "dana@cisa.example".into(),
            organisation: "cisa".into(),
            roles: vec!["analyst".into()],
        };
        let invitation = invitation::invite(room, &admin, new, &EACH).await.expect("invited").id.to_string();
        let person = gone.viewer.person.to_string();
        Self { number, entry, task, share, onward, hold, session, token, person, invitation, notice, browser }
    }

    pub(crate) fn fill(&self, path: &str) -> String {
        path.replace("{number}", &self.number)
            .replace("{entry}", &self.entry)
            .replace("{task}", &self.task)
            .replace("{share}", &self.share)
            .replace("{onward}", &self.onward)
            .replace("{hold}", &self.hold)
            .replace("{session}", &self.session)
            .replace("{token}", &self.token)
            .replace("{person}", &self.person)
            .replace("{invitation}", &self.invitation)
            .replace("{notice}", &self.notice)
            .replace("{secret}", "never-made")
            .replace("{slug}", "cisa")
            .replace("{kind}", "hold_rules")
            .replace("{name}", "none.css")
            .replace("{exhibit}", "E-1")
    }

    /// The same path with a number and ids that were never given.
    fn absent(&self, path: &str) -> String {
        let free = if self.number == "WF-0001" { "WF-0002" } else { "WF-0001" };
        let none = "99999999-2222-4333-8444-555555555555";
        let ids = [
            "{entry}",
            "{task}",
            "{share}",
            "{onward}",
            "{hold}",
            "{session}",
            "{token}",
            "{person}",
            "{invitation}",
            "{notice}",
        ];
        let path = ids.iter().fold(path.replace("{number}", free), |path, id| path.replace(id, none));
        self.fill(&path)
    }
}

/// Of the client's session; empty where it has none.
fn session_hash(client: &Client) -> Vec<u8> {
    let cookies = client.cookies();
    let id = cookies.get("wf_session").map(|id| id.parse::<Id>().expect("a session's id"));
    id.map_or_else(Vec::new, |id| session::hash(&id).to_vec())
}

pub(crate) fn form_token(test: &TestApp, client: &Client, action: &str) -> String {
    let now: Moment = test.app.room.now();
    form::token(test.app.room.seal(), now, &session_hash(client), action)
}

async fn ask(test: &TestApp, client: &Client, method: &str, path: &str, send: &What) -> Reply {
    let method: Method = method.parse().expect("a method");
    match send {
        Nothing => client.get(path).await,
        Json(body) => client.json(method, path, body).await,
        Form(words) => {
            let token = form_token(test, client, path);
            let request = client
                .request(method, path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("form_token={token}&{words}")));
            client.send(request.expect("a request")).await
        }
        Parts => {
            let token = form_token(test, client, path);
            client.send_parts(path, &[("form_token", &token)], &[("sms.txt", "Vote on Wednesday")]).await
        }
    }
}

#[test]
fn every_route_is_asked_here_but_those_of_the_list() {
    let asked: BTreeSet<(String, String)> =
        probes().into_iter().map(|(method, path, _)| (method.to_owned(), pattern(path))).collect();
    let routes: BTreeSet<(String, String)> =
        router::listed().into_iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    let missing: Vec<String> =
        routes.difference(&asked).map(|(method, path)| format!("{method} {path}")).collect();
    let listed: Vec<&str> = include_str!("uncovered_routes.txt").lines().collect();
    assert_eq!(missing, listed, "routes without an authorisation test; add a probe above");
    let gone: Vec<_> = asked.difference(&routes).collect();
    assert!(gone.is_empty(), "probes of routes that are no more: {gone:?}");
}

both! {
    async fn nobody_gets_in_anywhere_but_at_the_door(base) {
        let test = TestApp::new(base).await;
        let hidden = Hidden::new(&test).await;
        let before = base.number("select count(*) from journal").await;
        for (method, path, send) in probes() {
            // A sign-in that fails is written down, as it should be.
            if path == "/sign-in" && method == "POST" {
                continue;
            }
            let nobody = test.visitor();
            let reply = ask(&test, &nobody, method, &hidden.fill(path), &send).await;
            let status = reply.status;
            match audience(method, path) {
                Audience::Caller => {
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
                    assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
                }
                // A stream that is sent to a page would complain of it.
                Audience::Member if path.starts_with("/live") => {
                    assert_eq!((status, reply.bytes.len()), (StatusCode::NO_CONTENT, 0), "{path}");
                }
                Audience::Member if method == "GET" => {
                    let away = status == StatusCode::SEE_OTHER && reply.location().starts_with("/sign-in");
                    assert!(away || status == StatusCode::UNAUTHORIZED, "{method} {path}: {status}");
                }
                Audience::Member => assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}"),
                Audience::Anyone => {
                    assert!(!status.is_server_error() && status != StatusCode::UNAUTHORIZED, "{method} {path}: {status}");
                }
            }
            assert!(!reply.text().contains("Maricopa"), "{method} {path}");
        }
        assert_eq!(base.number("select count(*) from journal").await, before, "nobody changes anything");
    }

    async fn for_strangers_what_is_hidden_was_never_there(base) {
        let test = TestApp::new(base).await;
        let hidden = Hidden::new(&test).await;
        for email in [FBI, "counsel@twitter.example", "room-admin@watchfloor.example", "auditor@watchfloor.example"] {
            let (script, browser) = (test.caller(email).await, test.sign_in(email).await);
            let before = base.number("select count(*) from journal where noun <> 'audit'").await;
            for (method, path, send) in probes() {
                let client = if path.starts_with("/api/") { &script } else { &browser };
                // These change one's own account, or end the session under the test's feet.
                let own = matches!(path, "/sign-out" | "/sign-in" | "/set-up" | "/me/sessions/end-others" | "/me/tokens" | "/me/password");
                if audience(method, path) == Audience::Anyone || own {
                    continue;
                }
                // Organisations and settings are public, and the room admin looks after everybody: see person.rs.
                let looked_after = path.contains("{person}") || path.contains("{invitation}");
                if path.contains("{slug}") || path.contains("{kind}") || (looked_after && email.starts_with("room-admin")) {
                    continue;
                }
                if path.contains('{') {
                    let there = ask(&test, client, method, &hidden.fill(path), &send).await;
                    let absent = ask(&test, client, method, &hidden.absent(path), &send).await;
                    // What has ended by itself meanwhile is what was wanted: the same answer as for one's own.
                    let ended = path.starts_with("/me/") && there.status == StatusCode::SEE_OTHER;
                    assert!(ended || there.status == StatusCode::NOT_FOUND, "{email} {method} {path}: {}", there.text());
                    assert_eq!(absent.status, there.status, "{email} {method} {path}");
                    if path.starts_with("/api/") {
                        assert_eq!(there.bytes, absent.bytes, "{email} {method} {path}");
                        let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
                        assert_eq!(names(&there), names(&absent), "{email} {method} {path}");
                    }
                    assert!(!there.text().contains("Maricopa"), "{email} {method} {path}");
                } else if method == "GET" {
                    let reply = ask(&test, client, method, path, &send).await;
                    assert!(!reply.status.is_server_error(), "{email} {method} {path}: {}", reply.status);
                    let text = reply.text();
                    let leaks = text.contains(&hidden.number) || text.contains("Maricopa County gives");
                    assert!(!leaks, "{email} {method} {path} tells of {}", hidden.number);
                }
            }
            assert_eq!(base.number("select count(*) from journal where noun <> 'audit'").await, before, "{email} changes nothing");
        }
        // The session and the token that they tried to end go on.
        assert_eq!(hidden.browser.get("/me").await.status, StatusCode::OK);
        assert_eq!(base.number("select count(*) from token where revoked_at is not null").await, 0);
    }

    async fn a_role_that_may_not_is_told_so_where_it_sees(base) {
        let test = TestApp::new(base).await;
        let hidden = Hidden::new(&test).await;
        let leadership = test.caller("leadership@google.example").await;
        let reads = test.caller(GOOGLE).await;
        let before = base.number("select count(*) from journal where noun not in ('custody', 'audit') and action <> 'seen'").await;
        for (method, path, send) in probes().into_iter().filter(|(_, path, _)| path.starts_with("/api/")) {
            // One's own, whatever the role: see notice.rs.
            if method == "POST" && (path.contains("/notifications/") || path.ends_with("follow")) {
                continue;
            }
            let reply = ask(&test, &leadership, method, &hidden.fill(path), &send).await;
            if path.contains("{invitation}") || path.contains("{person}") {
                // Somebody suspended elsewhere, and what waits there, does not exist for them.
                assert_eq!(reply.status, StatusCode::NOT_FOUND, "{method} {path}");
            } else if method == "GET" && !matches!(path, "/api/v1/audit" | "/api/v1/organisations/{slug}/leave") {
                assert_eq!(reply.status, StatusCode::OK, "{path}");
            } else {
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path}: {}", reply.text());
                assert!(reply.json()["detail"].as_str().is_some_and(|detail| detail.ends_with('.')));
            }
        }
        // Who takes part and does not lead decides nothing about the incident itself.
        let path = format!("/incidents/{}", hidden.number);
        for (method, path, body) in [
            (Method::PATCH, path.clone(), json!({"version": 1, "tlp": "green", "reason": "x"})),
            (Method::PATCH, path.clone(), json!({"version": 1})),
            (Method::POST, format!("{path}/status"), json!({"version": 1, "to": "triaged"})),
            (Method::POST, format!("{path}/shares"), json!({"to": "fbi", "text": "x"})),
        ] {
            let reply = reads.json(method, &at(&path), &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}: {}", reply.text());
        }
        // That they looked at evidence, and saw a share, is written down; nothing else happened.
        assert_eq!(base.number("select count(*) from journal where noun not in ('custody', 'audit') and action <> 'seen'").await, before);
    }
}
