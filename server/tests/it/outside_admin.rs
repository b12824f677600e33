//! Whoever is outside an organisation ends its administrators or chooses the next, not both within 72 hours; whom they
//! brought in is outside, too, until then; and no words of an agency reach a company with an account.

use app::model::notice::NoticeQuery;
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Room,
    invitation::{self, Link, NewInvitation},
    notice, person,
    share::{self, Decision, ShareInput},
};

use crate::{
    api::{at, refused},
    base::{Base, EACH, asker, both},
    import::dry_run,
    story,
    test_app::{Client, PASSWORD, Reply, TestApp, join},
};

pub(crate) const ROOM: &str = "room-admin@watchfloor.example";
pub(crate) const ADMIN: &str = "admin@google.example";
pub(crate) const X: &str = "x@google.example";
pub(crate) const NEW: &str = "six white egrets in the reeds";
pub(crate) const LATELY: &str = "less than 72 hours ago";
pub(crate) const DAYS: i64 = 72 * 3_600 + 1;

pub(crate) fn new(email: &str, organisation: &str, role: &str) -> NewInvitation {
    NewInvitation {
        name: "Dana Brook".into(),
        email: email.into(),
        organisation: organisation.into(),
        roles: vec![role.into()],
    }
}

pub(crate) fn id(room: &Room, email: &str) -> app::model::PersonId {
    room.directory().find(email).unwrap_or_else(|| panic!("{email} is there")).person.id
}

pub(crate) async fn invite(room: &Room, by: &str, new: NewInvitation) -> server::service::Result<Link> {
    invitation::invite(room, &asker(room, by), new, &EACH).await
}

pub(crate) async fn go_through(test: &TestApp, link: &Link) {
    let path = link.path();
    let reply = test.visitor().submit(&path, &path, &[("new", NEW), ("again", NEW)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
}

pub(crate) async fn suspend(room: &Room, by: &str, email: &str) {
    person::suspend(room, &asker(room, by), id(room, email), "left", &EACH).await.expect("suspended");
}

pub(crate) async fn browser(test: &TestApp, email: &str) -> Client {
    let client = test.visitor();
    let password = if email == X { NEW } else { PASSWORD };
    assert_eq!(client.sign_in(email, password).await.status, StatusCode::SEE_OTHER, "{email}");
    client
}

pub(crate) async fn form(client: &Client, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
    client.submit(page, action, fields).await
}

pub(crate) const INVITED: [(&str, &str); 4] =
    [("name", "Dana Brook"), ("email", X), ("organisation", "google"), ("roles", "org_admin")];

/// The form came back with this beside a field, and with what was typed.
pub(crate) fn comes_back(reply: &Reply, words: &str) {
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text());
    assert!(reply.text().contains(words), "{words}: {}", reply.text());
}

/// Google without an administrator since long ago, then with one of the room admin's choice.
pub(crate) async fn brought_in(base: &Base) -> TestApp {
    let test = TestApp::new(base).await;
    let room = &test.app.room;
    suspend(room, ROOM, ADMIN).await;
    base.clock.advance(DAYS);
    let link = invite(room, ROOM, new(X, "google", "org_admin")).await.expect("by now");
    go_through(&test, &link).await;
    test
}

both! {
    async fn whoever_ended_an_organisations_administrators_does_not_choose_the_next(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        join(room, "second@google.example", "google", app::model::Role::Auditor).await;
        suspend(room, ROOM, ADMIN).await;
        let (root, script) = (browser(&test, ROOM).await, test.caller(ROOM).await);
        let back = form(&root, "/people/invite", "/people/invite", &INVITED).await;
        comes_back(&back, LATELY);
        assert!(back.text().contains("aria-invalid") && back.text().contains("value=\"Dana Brook\""));
        let body = json!({"name": "Dana Brook", "email": X, "organisation": "google", "roles": ["org_admin"]});
        refused(&script.json(Method::POST, &at("/people/invitations"), &body).await, 422, "organisation");
        let table = format!("name,email,organisation,roles\nDana Brook,{X},google,org_admin\n");
        let shown = dry_run(&root, &table).await.text();
        assert!(shown.contains(LATELY) && shown.contains("data-fate=\"wrong\""), "{shown}");
        // Nor by giving the role to somebody who is there.
        let path = format!("/people/{}", id(room, "second@google.example"));
        let roles = [("version", "1"), ("roles", "auditor"), ("roles", "org_admin")];
        comes_back(&form(&root, &path, &format!("{path}/roles"), &roles).await, LATELY);
        // A link that was out before opens no more, and what was ended wrongly is given back at once.
        person::restore(room, &asker(room, ROOM), id(room, ADMIN), "back", &EACH).await.expect("restored");
        assert!(matches!(invite(room, ROOM, new(X, "google", "org_admin")).await, Err(Error::Forbidden(_))), "it has one");
        suspend(room, ROOM, ADMIN).await;
        base.clock.advance(DAYS);
        go_through(&test, &invite(room, ROOM, new(X, "google", "org_admin")).await.expect("by then")).await;
    }

    async fn a_link_that_was_out_before_opens_nothing_once_they_were_ended(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        suspend(room, ROOM, ADMIN).await;
        base.clock.advance(DAYS);
        let link = invite(room, ROOM, new(X, "google", "org_admin")).await.expect("none is active");
        person::restore(room, &asker(room, ROOM), id(room, ADMIN), "back", &EACH).await.expect("restored");
        suspend(room, ROOM, ADMIN).await;
        let path = link.path();
        assert_eq!(test.visitor().get(&path).await.status, StatusCode::NOT_FOUND);
        let token = server::form::token(room.seal(), room.now(), &[], &path);
        let sent = test.visitor().post(&path, &token, &[("new", NEW), ("again", NEW)]).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
    }

    async fn whoever_chose_an_administrator_does_not_end_the_others(base) {
        let test = brought_in(base).await;
        let room = &test.app.room;
        let root = browser(&test, ROOM).await;
        person::restore(room, &asker(room, ROOM), id(room, ADMIN), "back", &EACH).await.expect("restored");
        let path = format!("/people/{}", id(room, ADMIN));
        comes_back(&form(&root, &path, &format!("{path}/suspend"), &[("reason", "left")]).await, LATELY);
        comes_back(&form(&root, &path, &format!("{path}/roles"), &[("version", "3"), ("roles", "auditor")]).await, LATELY);
        // Whom they let in they may take out again; who looks after nobody is ended everywhere.
        for email in ["analyst@google.example", X] {
            suspend(room, ROOM, email).await;
        }
        base.clock.advance(DAYS);
        suspend(room, ROOM, ADMIN).await;
    }

    async fn whom_somebody_outside_brought_in_does_nothing_yet_that_they_could_not(base) {
        let test = brought_in(base).await;
        let room = &test.app.room;
        let client = browser(&test, X).await;
        for role in ["analyst", "counsel", "org_admin"] {
            let fields = [("name", "Dana Brook"), ("email", "dana@google.example"), ("organisation", "google"), ("roles", role)];
            comes_back(&form(&client, "/people/invite", "/people/invite", &fields).await, LATELY);
        }
        let path = format!("/people/{}", id(room, "analyst@google.example"));
        comes_back(&form(&client, &path, &format!("{path}/roles"), &[("version", "1"), ("roles", "counsel")]).await, LATELY);
        comes_back(&form(&client, &path, &format!("{path}/reset"), &[]).await, LATELY);
        base.clock.advance(DAYS);
        invite(room, X, new("dana@google.example", "google", "analyst")).await.expect("by then it is theirs");
    }

    async fn the_first_people_of_an_organisation_let_in_their_colleagues_at_once(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = browser(&test, ROOM).await;
        let fields = [("name", "Clark County Elections"), ("short", "Clark"), ("code", "clrk"), ("slug", "clark"), ("sector", "election_office")];
        let made = form(&root, "/organisations/new", "/organisations/new", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        go_through(&test, &invite(room, ROOM, new("admin@clark.example", "clark", "org_admin")).await.expect("its first")).await;
        go_through(&test, &invite(room, "admin@clark.example", new("two@clark.example", "clark", "org_admin")).await.expect("at once")).await;
        invite(room, "two@clark.example", new("three@clark.example", "clark", "analyst")).await.expect("and so on");
    }

    async fn counsel_made_by_whom_the_author_let_in_is_the_authors(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = story::opened(room).await;
        let (author, between, counsel) = ("liaison@cisa.example", "dana@cisa.example", "analyst@cisa.example");
        let roles = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let root = asker(room, "admin@cisa.example");
        person::set_roles(room, &root, id(room, author), &roles(&["liaison", "org_admin"]), 1, &EACH).await.expect("both");
        go_through(&test, &invite(room, author, new(between, "cisa", "org_admin")).await.expect("invited")).await;
        person::set_roles(room, &asker(room, between), id(room, counsel), &roles(&["counsel"]), 1, &EACH).await.expect("made");
        let input = ShareInput { to: vec!["google".into()], text: "Please remove it.".into(), ..ShareInput::default() };
        let held = share::share(room.clone(), asker(room, author), EACH, number, input).await.expect("held").held[0];
        let release = || share::decide(room.clone(), asker(room, counsel), EACH, held, 1, Decision::Release);
        assert!(matches!(release().await, Err(Error::Forbidden(_))));
        base.clock.advance(DAYS);
        release().await.expect("by then they may");
    }

    async fn no_words_of_an_agency_reach_a_company_with_an_account(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let agent = "admin@cisa.example";
        let both = ["org_admin".to_owned(), "room_admin".to_owned()];
        person::set_roles(room, &asker(room, ROOM), id(room, agent), &both, 1, &EACH).await.expect("of an agency");
        suspend(room, ROOM, ADMIN).await;
        base.clock.advance(DAYS);
        let client = browser(&test, agent).await;
        for (field, words) in [("name", "Please take down the page"), ("email", "please-remove-it@google.example")] {
            let fields = INVITED.map(|(name, value)| (name, if name == field { words } else { value }));
            let back = form(&client, "/people/invite", "/people/invite", &fields).await;
            comes_back(&back, "which counsel reads first");
            assert!(back.text().contains(words), "what was typed stands");
        }
        let table = format!("name,email,organisation,roles\nPlease take down the page,{X},google,org_admin\n");
        assert!(dry_run(&client, &table).await.text().contains("data-fate=\"wrong\""));
        let path = format!("/people/{}", id(room, "analyst@google.example"));
        let asking = [("reason", "Please remove the posts first.")];
        comes_back(&form(&client, &path, &format!("{path}/suspend"), &asking).await, "which counsel reads first");
        let page = "/organisations/google/leave";
        let leaves = [("version", "1"), asking[0]];
        comes_back(&form(&client, page, page, &leaves).await, "which counsel reads first");
        // What else an invitation is called nobody reads before somebody came in by it.
        invite(room, agent, new(X, "google", "org_admin")).await.expect("invited");
        let viewer = asker(room, "counsel@google.example").viewer;
        let told = notice::list(room, &viewer, &NoticeQuery::default(), 1).await.expect("a page");
        assert_eq!(told.lines[0].text, "");
        let shown = test.sign_in("counsel@google.example").await.get("/notifications").await.text();
        assert!(shown.contains("invited somebody into your organisation") && !shown.contains("Dana Brook"));
    }
}
