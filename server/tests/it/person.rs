//! Organisations look after their own people: one-time links, roles, suspension, and who may do none of it.

use std::time::Duration;

use app::model::{PersonId, Role};
use axum::http::StatusCode;
use server::{
    form,
    service::{Error, Once, person, session},
};
use tower_sessions::session::Id;

use crate::{
    base::{EACH, asker, both},
    live::Stream,
    test_app::{Client, PASSWORD, Reply, TestApp},
};

pub(crate) const ANALYST: &str = "analyst@cisa.example";
pub(crate) const ADMIN: &str = "admin@cisa.example";
pub(crate) const OTHER: &str = "admin@google.example";
pub(crate) const ROOM: &str = "room-admin@watchfloor.example";
pub(crate) const NEW: &str = "six white egrets in the reeds";
pub(crate) const GONE: &str = "This link is no longer valid";

pub(crate) fn id(test: &TestApp, email: &str) -> PersonId {
    test.app.room.directory().find(email).unwrap_or_else(|| panic!("{email} is there")).person.id
}

/// The path of the link that a page shows.
pub(crate) fn link(page: &Reply) -> Option<String> {
    let html = page.text();
    let start = html.find("/invitations/").filter(|_| html.contains("Copy it now"))?;
    let shown = &html[html.find("ad-link")?..];
    let start = shown.find("/invitations/").unwrap_or(start);
    Some(shown[start..].split('<').next().unwrap_or_default().to_owned())
}

pub(crate) const DANA: [(&str, &str); 4] =
    [("name", "Dana Brook"), ("email", "dana@cisa.example"), ("organisation", "cisa"), ("roles", "analyst")];

/// Invites Dana through the form and gives the path of the link.
pub(crate) async fn invited(admin: &Client) -> String {
    let made = admin.submit("/people/invite", "/people/invite", &DANA).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/people"), "{}", made.text());
    link(&admin.get("/people").await).expect("shown")
}

pub(crate) async fn accept(client: &Client, link: &str, password: &str) -> Reply {
    client.submit(link, link, &[("new", password), ("again", password)]).await
}

/// Posts to a person's page with a token as that page would carry, so that only the policy stands in the way.
pub(crate) async fn post(test: &TestApp, client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let session: Id = client.cookies()["wf_session"].parse().expect("an id");
    let token = form::token(test.app.room.seal(), test.app.room.now(), &session::hash(&session), path);
    client.post(path, &token, fields).await
}

both! {
    async fn suspending_ends_sessions_tokens_links_and_open_streams(base) {
        let test = TestApp::new(base).await;
        let (admin, analyst, script) = (test.sign_in(ADMIN).await, test.sign_in(ANALYST).await, test.caller(ANALYST).await);
        let path = format!("/people/{}", id(&test, ANALYST));
        assert_eq!(admin.submit(&path, &format!("{path}/reset"), &[]).await.status, StatusCode::SEE_OTHER);
        let reset = link(&admin.get(&path).await).expect("shown");
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let mut stream = Stream::open(&test, &analyst, "/live", None).await;
        stream.next_named("pulse").await;
        let no_reason = admin.submit(&path, &format!("{path}/suspend"), &[("reason", " ")]).await;
        assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(no_reason.text().contains("Say why"));
        let done = admin.submit(&path, &format!("{path}/suspend"), &[("reason", "Left the floor")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        // The stream's own look at its session comes every 5 s; a pulse every 10: neither is waited for.
        let ended = tokio::time::timeout(Duration::from_secs(1), async { while stream.next().await.is_some() {} });
        ended.await.expect("cut, not looked up");
        pump.abort();
        assert_eq!(analyst.get("/board").await.status, StatusCode::SEE_OTHER);
        assert_eq!(script.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(test.visitor().sign_in(ANALYST, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(test.visitor().get(&reset).await.text().contains(GONE));
        assert_eq!(base.number("select count(*) from journal where action = 'suspended'").await, 1);
        // To everybody else they are not there; the same as an id that was never given.
        let google = test.sign_in("liaison@google.example").await;
        let absent = "/people/99999999-2222-4333-8444-555555555555";
        assert_eq!(google.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(google.get(absent).await.status, StatusCode::NOT_FOUND);
        assert!(!google.get("/people?organisation=cisa").await.text().contains("Imani Calloway"));
        assert!(admin.get("/people?state=suspended").await.text().contains("Imani Calloway"));

        let back = admin.submit(&path, &format!("{path}/restore"), &[("reason", "Back on shift")]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
        assert_eq!(analyst.get("/board").await.status, StatusCode::SEE_OTHER, "the old session stays ended");
        assert_eq!(script.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED, "and so does the token");
        assert_eq!(test.visitor().sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn nobody_lifts_themselves_or_touches_another_organisation(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let who = |email: &'static str| id(&test, email);
        let before = base.number("select count(*) from journal where action in ('roles_set', 'suspended', 'restored', 'reset_link_made', 'invited')").await;
        let clients = [
            (ADMIN, test.sign_in(ADMIN).await), (OTHER, test.sign_in(OTHER).await), (ROOM, test.sign_in(ROOM).await),
            (ANALYST, test.sign_in(ANALYST).await), ("auditor@watchfloor.example", test.sign_in("auditor@watchfloor.example").await),
        ];
        let refused = [
            (ADMIN, who(ADMIN)), (ADMIN, who("analyst@google.example")), (ADMIN, who(ROOM)), (OTHER, who(ANALYST)),
            (ROOM, who(ROOM)), (ANALYST, who(ANALYST)), (ANALYST, who("lead@cisa.example")),
            ("auditor@watchfloor.example", who(ANALYST)),
        ];
        for (actor, target) in refused {
            let client = &clients.iter().find(|(email, _)| *email == actor).expect("signed in").1;
            for (form, fields) in [
                ("roles", &[("version", "1"), ("roles", "analyst"), ("roles", "room_admin")][..]),
                ("suspend", &[("reason", "x")]), ("restore", &[("reason", "x")]), ("reset", &[]),
            ] {
                let reply = post(&test, client, &format!("/people/{target}/{form}"), fields).await;
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{actor} {form} {target}");
            }
            assert!(!client.get(&format!("/people/{target}")).await.text().contains("/suspend\""), "{actor}: no button either");
        }
        // Within one's own organisation: no role of the whole room is given, and none that holds one is touched.
        let admin = &clients[0].1;
        for role in ["room_admin", "auditor"] {
            let roles = [("version", "1"), ("roles", "analyst"), ("roles", role)];
            let reply = post(&test, admin, &format!("/people/{}/roles", who(ANALYST)), &roles).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{role}");
            let fields = [("name", "X Y"), ("email", "x@cisa.example"), ("organisation", "cisa"), ("roles", role)];
            assert_eq!(post(&test, admin, "/people/invite", &fields).await.status, StatusCode::FORBIDDEN, "{role}");
        }
        for organisation in ["google", "watchfloor"] {
            let fields = [("name", "X Y"), ("email", "x@cisa.example"), ("organisation", organisation), ("roles", "analyst")];
            assert_eq!(post(&test, admin, "/people/invite", &fields).await.status, StatusCode::FORBIDDEN);
        }
        let after = base.number("select count(*) from journal where action in ('roles_set', 'suspended', 'restored', 'reset_link_made', 'invited')").await;
        assert_eq!(after, before);
        // An admin of the organisation who is room admin too is beyond its other admins.
        let lead = who("lead@cisa.example");
        person::set_roles(room, &asker(room, ADMIN), lead, &["org_admin".into()], 1, &EACH).await.expect("a second admin");
        let words = ["org_admin".to_owned(), "room_admin".to_owned()];
        person::set_roles(room, &asker(room, ROOM), lead, &words, 2, &EACH).await.expect("the room admin may");
        for form in ["suspend", "reset"] {
            let reply = post(&test, admin, &format!("/people/{lead}/{form}"), &[("reason", "x")]).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{form}");
        }
    }

    async fn a_right_that_was_taken_meanwhile_is_gone_under_the_writers_turn(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (admin, root) = (asker(room, ADMIN), asker(room, ROOM));
        let analyst = id(&test, ANALYST);
        person::set_roles(room, &root, id(&test, ADMIN), &["auditor".into()], 1, &EACH).await.expect("taken");
        // What the admin's request still believed when it began.
        assert!(admin.viewer.has(Role::OrganisationAdmin));
        let late = person::suspend(room, &admin, analyst, "late", &EACH).await;
        assert!(matches!(late, Err(Error::Forbidden(_))), "{late:?}");
        let two = id(&test, OTHER);
        person::set_roles(room, &root, two, &["room_admin".into()], 1, &EACH).await.expect("a second room admin");
        let second = asker(room, OTHER);
        // They suspend each other at the same moment: one of them stays.
        let (root_id, second_id) = (root.viewer.person, second.viewer.person);
        let (one, other) = tokio::join!(
            person::suspend(room, &root, second_id, "race", &EACH),
            person::suspend(room, &second, root_id, "race", &EACH),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let left = base.number("select count(*) from person p join person_role r on r.person_id = p.id where r.role = 'room_admin' and p.suspended_at is null").await;
        assert_eq!(left, 1);
    }

    async fn roles_that_somebody_else_changed_are_shown_beside_ones_own(base) {
        let test = TestApp::new(base).await;
        let (admin, analyst) = (test.sign_in(ADMIN).await, test.sign_in(ANALYST).await);
        let path = format!("/people/{}", id(&test, ANALYST));
        let action = format!("{path}/roles");
        let first = admin.submit(&path, &action, &[("version", "1"), ("roles", "analyst"), ("roles", "liaison")]).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        assert_eq!(analyst.get("/board").await.status, StatusCode::SEE_OTHER, "a change of role ends the sessions");
        let stale = admin.submit(&path, &action, &[("version", "1"), ("roles", "counsel")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let html = stale.text();
        assert!(html.contains("It now has: Analyst, Liaison.") && html.contains("name=\"version\" value=\"2\""), "{html}");
        assert!(html.contains("value=\"counsel\" checked"), "what was chosen stands");
        let again = admin.submit(&path, &action, &[("version", "2"), ("roles", "counsel")]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        let roles = test.app.room.directory().find(ANALYST).map(|member| member.roles.clone());
        assert_eq!(roles, Some(vec![Role::Counsel]));
    }

    async fn a_form_of_another_session_suspends_nobody(base) {
        let test = TestApp::new(base).await;
        let (one, two) = (test.sign_in(ADMIN).await, test.sign_in(ADMIN).await);
        let path = format!("/people/{}", id(&test, ANALYST));
        let action = format!("{path}/suspend");
        let token = one.get(&path).await.form_token(&action).expect("a form");
        let replay = two.post(&action, &token, &[("reason", "x")]).await;
        assert_eq!(replay.status, StatusCode::FORBIDDEN);
        assert_eq!(base.number("select count(*) from person where suspended_at is not null").await, 0);
        // The key of another person's call repeats nothing either.
        let room = &test.app.room;
        let once = Once::new("key", &[b"x"]);
        person::suspend(room, &asker(room, ADMIN), id(&test, ANALYST), "x", &once).await.expect("done");
        let other = person::suspend(room, &asker(room, OTHER), id(&test, "lead@cisa.example"), "x", &once).await;
        assert!(matches!(other, Err(Error::Forbidden(_))), "{other:?}");
    }

    async fn everybody_knows_who_is_in_the_room_and_only_their_admins_when(base) {
        let test = TestApp::new(base).await;
        test.sign_in(ANALYST).await;
        let page = test.sign_in("liaison@google.example").await.get("/people?organisation=cisa").await.text();
        assert!(page.contains("Imani Calloway") && page.contains("Analyst"));
        assert!(!page.contains("Last sign-in") && !page.contains("Sessions</th>") && !page.contains("/people/invite"));
        let own = test.sign_in(ADMIN).await.get("/people?organisation=cisa").await.text();
        assert!(own.contains("Last sign-in") && own.contains("/people/invite"));
        let foreign = test.sign_in(ADMIN).await.get("/people?organisation=google").await.text();
        assert!(!foreign.contains("Last sign-in"), "not of another organisation");
        let profile = test.sign_in(OTHER).await.get(&format!("/people/{}", id(&test, ANALYST))).await.text();
        assert!(profile.contains("Verified by") && !profile.contains("Last sign-in") && !profile.contains("Signed in</h2>"));
        // Keyset pages: everybody once, in order.
        let reader = test.sign_in(ROOM).await;
        let (mut path, mut names) = ("/people".to_owned(), vec![]);
        loop {
            let html = reader.get(&path).await.text();
            names.extend(html.split("<small>").skip(1).filter_map(|part| part.split('<').next()).map(str::to_owned));
            match html.split("rel=\"next\"").next().filter(|_| html.contains("rel=\"next\"")).and_then(|head| head.rsplit("href=\"").next()) {
                Some(next) => path = next.split('"').next().expect("an address").replace("&amp;", "&"),
                None => break,
            }
        }
        names.retain(|name| name.contains('@'));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "nobody twice");
        assert_eq!(count as i64, base.number("select count(*) from person").await);
        assert_eq!(reader.get("/people?after=guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_room_admin_adds_organisations_and_their_admins_name_the_watch(base) {
        let test = TestApp::new(base).await;
        let (root, admin, analyst) = (test.sign_in(ROOM).await, test.sign_in(ADMIN).await, test.sign_in(ANALYST).await);
        let fields = [("name", "Clark County Elections"), ("short", "Clark"), ("code", "clrk"), ("slug", "clark"), ("sector", "election_office"), ("watch_contact", "+1 702 555 0100")];
        let mut taken = fields;
        (taken[1].1, taken[3].1) = ("fbi", "fbi");
        let reply = root.submit("/organisations/new", "/organisations/new", &taken).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("value=\"Clark County Elections\""));
        let made = root.submit("/organisations/new", "/organisations/new", &fields).await;
        assert_eq!(made.location(), "/people/invite?organisation=clark", "{}", made.text());
        assert!(root.get(made.location()).await.text().contains("value=\"clark\" selected"));
        assert!(analyst.get("/organisations").await.text().contains("+1 702 555 0100"));
        for client in [&admin, &analyst] {
            assert_eq!(client.get("/organisations/new").await.status, StatusCode::FORBIDDEN);
            assert_eq!(post(&test, client, "/organisations/new", &fields).await.status, StatusCode::FORBIDDEN);
            assert_eq!(client.get("/organisations/clark").await.status, StatusCode::FORBIDDEN);
            assert_eq!(post(&test, client, "/organisations/clark", &fields).await.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(admin.get("/organisations/nowhere").await.status, StatusCode::NOT_FOUND);
        let own = [("version", "1"), ("name", "Cybersecurity and Infrastructure Security Agency"), ("short", "CISA"), ("code", "CISA"), ("watch_contact", "watch@cisa.example")];
        assert_eq!(admin.submit("/organisations/cisa", "/organisations/cisa", &own).await.status, StatusCode::SEE_OTHER);
        let stale = admin.submit("/organisations/cisa", "/organisations/cisa", &own).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let mut renamed = own;
        (renamed[0].1, renamed[2].1) = ("2", "The Bureau");
        assert_eq!(post(&test, &admin, "/organisations/cisa", &renamed).await.status, StatusCode::FORBIDDEN, "no new name by oneself");
        assert_eq!(root.submit("/organisations/cisa", "/organisations/cisa", &renamed).await.status, StatusCode::SEE_OTHER);
        assert!(test.app.room.directory().organisation_by_slug("cisa").is_some_and(|found| found.short == "The Bureau"));
    }
}
