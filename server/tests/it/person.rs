//! Organisations look after their own people: one-time links, roles, suspension, and who may do none of it.

use std::time::Duration;

use app::model::{PersonId, Role};
use axum::http::StatusCode;
use server::{
    form,
    service::{
        Error, Once,
        invitation::{self, NewInvitation},
        person, session,
    },
};
use tower_sessions::session::Id;

use crate::{
    base::{EACH, asker, both},
    live::Stream,
    test_app::{Client, PASSWORD, Reply, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const ADMIN: &str = "admin@cisa.example";
const OTHER: &str = "admin@google.example";
const ROOM: &str = "room-admin@watchfloor.example";
const NEW: &str = "six white egrets in the reeds";
const GONE: &str = "This link is no longer valid";

fn id(test: &TestApp, email: &str) -> PersonId {
    test.app.room.directory().find(email).unwrap_or_else(|| panic!("{email} is there")).person.id
}

/// The path of the link that a page shows.
fn link(page: &Reply) -> Option<String> {
    let html = page.text();
    let start = html.find("/invitations/").filter(|_| html.contains("Copy it now"))?;
    let shown = &html[html.find("ad-link")?..];
    let start = shown.find("/invitations/").unwrap_or(start);
    Some(shown[start..].split('<').next().unwrap_or_default().to_owned())
}

const DANA: [(&str, &str); 4] =
    [("name", "Dana Brook"), ("email", "dana@cisa.example"), ("organisation", "cisa"), ("roles", "analyst")];

/// Invites Dana through the form and gives the path of the link.
async fn invited(admin: &Client) -> String {
    let made = admin.submit("/people/invite", "/people/invite", &DANA).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/people"), "{}", made.text());
    link(&admin.get("/people").await).expect("shown")
}

async fn accept(client: &Client, link: &str, password: &str) -> Reply {
    client.submit(link, link, &[("new", password), ("again", password)]).await
}

/// Posts to a person's page with a token as that page would carry, so that only the policy stands in the way.
async fn post(test: &TestApp, client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let session: Id = client.cookies()["wf_session"].parse().expect("an id");
    let token = form::token(test.app.room.seal(), test.app.room.now(), &session::hash(&session), path);
    client.post(path, &token, fields).await
}

both! {
    async fn who_is_invited_chooses_a_password_and_is_in(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let link = invited(&admin).await;
        assert_eq!(self::link(&admin.get("/people").await), None, "shown once");
        assert!(admin.get("/people").await.text().contains("dana@cisa.example"), "and waits");
        assert!(test.app.room.directory().find("dana@cisa.example").is_none(), "nobody is in before the link was opened");
        let secret = link.trim_start_matches("/invitations/");
        let stored = base.pairs("select email, name from invitation").await;
        assert_eq!(stored, [("dana@cisa.example".to_owned(), "Dana Brook".to_owned())]);
        let bodies = base.pairs("select action, body from journal").await;
        assert!(bodies.iter().all(|(_, body)| !body.contains(secret)), "the secret is nowhere");

        let dana = test.visitor();
        let weak = accept(&dana, &link, "dana brook cisa").await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.text().contains("The password was not set.") && !weak.text().contains("dana brook cisa"));
        let differs = dana.submit(&link, &link, &[("new", NEW), ("again", "another")]).await;
        assert!(differs.text().contains("The two are not the same"));
        let done = accept(&dana, &link, NEW).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/board"), "{}", done.text());
        assert_eq!(dana.get("/board").await.status, StatusCode::OK, "signed in");
        let profile = dana.get(&format!("/people/{}", id(&test, "dana@cisa.example"))).await.text();
        assert!(profile.contains("Joss Ekwueme, CISA"), "verified by");
        assert_eq!(test.visitor().sign_in("dana@cisa.example", NEW).await.status, StatusCode::SEE_OTHER);
        let acts = base.pairs("select noun, action from journal where action in ('invited', 'added') and noun <> 'organisation' order by seq desc limit 2").await;
        assert_eq!(acts, [("person".to_owned(), "added".to_owned()), ("invitation".to_owned(), "invited".to_owned())]);
    }

    async fn used_expired_withdrawn_replaced_and_guessed_links_answer_alike(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let replaced = invited(&admin).await;
        let withdrawn = invited(&admin).await;
        let page = admin.get("/people").await.text();
        let waiting = page.split("/people/invitations/").nth(1).and_then(|rest| rest.split_once('/')).expect("one waits").0.to_owned();
        let action = format!("/people/invitations/{waiting}/withdraw");
        assert_eq!(admin.submit("/people", &action, &[]).await.status, StatusCode::SEE_OTHER);
        let used = invited(&admin).await;
        let visitor = test.visitor();
        let token = visitor.get(&used).await.form_token(&used).expect("a form");
        assert_eq!(accept(&visitor, &used, NEW).await.status, StatusCode::SEE_OTHER);
        let second = test.visitor();
        let again = second.post(&used, &token, &[("new", "a thief chose this one"), ("again", "a thief chose this one")]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND, "the same form from elsewhere");
        let mut fields = DANA;
        fields[1].1 = "late@cisa.example";
        assert_eq!(admin.submit("/people/invite", "/people/invite", &fields).await.status, StatusCode::SEE_OTHER);
        let expired = link(&admin.get("/people").await).expect("shown");
        base.clock.advance(72 * 3_600 - 1);
        assert_eq!(test.visitor().get(&expired).await.status, StatusCode::OK, "in its last second");
        base.clock.advance(1);
        let people = base.number("select count(*) from person").await;
        for path in [&replaced, &withdrawn, &used, &expired, "/invitations/guessed", "/invitations/%00"] {
            let visitor = test.visitor();
            let shown = visitor.get(path).await;
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}");
            assert!(shown.text().contains(GONE) && !shown.text().contains("cisa.example"), "{path}");
            let token = form::token(test.app.room.seal(), test.app.room.now(), &[], path);
            let posted = visitor.post(path, &token, &[("new", NEW), ("again", NEW)]).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND, "{path}");
            assert!(posted.text().contains(GONE), "{path}");
        }
        assert_eq!(base.number("select count(*) from person").await, people);
        let dana = test.visitor().sign_in("dana@cisa.example", "a thief chose this one").await;
        assert_eq!(dana.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_link_opened_twenty_times_at_once_lets_one_in(base) {
        let test = TestApp::new(base).await;
        let link = invited(&test.sign_in(ADMIN).await).await;
        let all = (0..20).map(|_| async {
            let visitor = test.visitor();
            let token = form::token(test.app.room.seal(), test.app.room.now(), &[], &link);
            visitor.post(&link, &token, &[("new", NEW), ("again", NEW)]).await.status
        });
        let all = futures::future::join_all(all).await;
        assert_eq!(all.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{all:?}");
        assert_eq!(base.number("select count(*) from person where email = 'dana@cisa.example'").await, 1);
    }

    async fn an_invitation_sent_twice_is_one_and_shows_the_same_link(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let token = admin.get("/people/invite").await.form_token("/people/invite").expect("a form");
        admin.post("/people/invite", &token, &DANA).await;
        let first = link(&admin.get("/people").await);
        admin.post("/people/invite", &token, &DANA).await;
        assert_eq!(link(&admin.get("/people").await), first);
        assert!(first.is_some());
        assert_eq!(base.number("select count(*) from invitation").await, 1);
        let mut other = DANA;
        other[1].1 = "else@cisa.example";
        assert_eq!(admin.post("/people/invite", &token, &other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_faulty_invitation_keeps_what_was_typed(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let fields = [("name", "Dana Brook"), ("email", "dana at cisa"), ("organisation", "cisa")];
        let reply = admin.submit("/people/invite", "/people/invite", &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = reply.text();
        assert!(html.contains("value=\"Dana Brook\"") && html.contains("value=\"dana at cisa\""));
        assert!(html.contains("Choose at least one role") && html.contains("An e-mail address"));
        let mut taken = DANA;
        taken[1].1 = ANALYST;
        let reply = admin.submit("/people/invite", "/people/invite", &taken).await;
        assert!(reply.text().contains("Somebody has this e-mail address already"));
        assert_eq!(base.number("select count(*) from invitation").await, 0);
    }

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

    async fn a_link_dies_with_the_right_of_whoever_made_it(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let new = |email: &str| NewInvitation { name: "Dana Brook".into(), email: email.into(), organisation: "cisa".into(), roles: vec!["org_admin".into()] };
        let link = invitation::invite(room, &asker(room, ADMIN), new("dana@cisa.example"), &EACH).await.expect("invited");
        let reset = invitation::reset(room, &asker(room, ADMIN), id(&test, ANALYST), &EACH).await.expect("a link");
        assert_eq!(test.visitor().get(&link.path()).await.status, StatusCode::OK);
        person::suspend(room, &asker(room, ROOM), id(&test, ADMIN), "left", &EACH).await.expect("suspended");
        for path in [link.path(), reset.path()] {
            assert!(test.visitor().get(&path).await.text().contains(GONE));
            let token = form::token(room.seal(), room.now(), &[], &path);
            assert_eq!(test.visitor().post(&path, &token, &[("new", NEW), ("again", NEW)]).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(test.visitor().sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_reset_link_sets_the_password_once_and_ends_the_sessions(base) {
        let test = TestApp::new(base).await;
        let (admin, analyst) = (test.sign_in(ADMIN).await, test.sign_in(ANALYST).await);
        let path = format!("/people/{}", id(&test, ANALYST));
        admin.submit(&path, &format!("{path}/reset"), &[]).await;
        let reset = link(&admin.get(&path).await).expect("shown");
        let script = test.caller(ANALYST).await;
        assert_eq!(script.get("/api/v1/me").await.status, StatusCode::OK, "until it is used");
        assert_eq!(analyst.get("/board").await.status, StatusCode::OK, "until it is used");
        let fresh = test.visitor();
        assert_eq!(accept(&fresh, &reset, NEW).await.location(), "/board");
        assert_eq!(analyst.get("/board").await.status, StatusCode::SEE_OTHER);
        assert_eq!(script.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED, "made with the old password");
        assert_eq!(test.visitor().sign_in(ANALYST, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(test.visitor().get(&reset).await.text().contains(GONE));
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

    async fn invitations_that_wait_are_listed_page_by_page_beside_the_same_people(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for at in 0..60 {
            base.clock.advance(i64::from(at % 2 == 0));
            let new = NewInvitation { name: format!("New {at}"), email: format!("new{at}@cisa.example"), organisation: "cisa".into(), roles: vec!["analyst".into()] };
            invitation::invite(room, &asker(room, ADMIN), new, &EACH).await.expect("invited");
        }
        let admin = test.sign_in(ADMIN).await;
        let (mut path, mut seen) = ("/people?organisation=cisa".to_owned(), vec![]);
        loop {
            let page = admin.get(&path).await.text();
            assert!(page.contains("Imani Calloway"), "the same people: {path}");
            seen.push((0..60).filter(|at| page.contains(&format!("new{at}@cisa.example<"))).collect::<Vec<_>>());
            let Some(at) = page.find("aria-label=\"Pages of invitations\"") else { break };
            let pager = page[at..].split("</nav>").next().unwrap_or_default();
            let Some(next) = pager.split("<a ").find(|link| link.contains("rel=\"next\"")) else { break };
            let href = next.split_once("href=\"").expect("an address").1.split('"').next().unwrap_or_default();
            path = href.split('#').next().unwrap_or_default().replace("&amp;", "&");
            assert!(path.contains("organisation=cisa"));
        }
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
        let mut all = seen.concat();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<_>>());
        assert_eq!(admin.get("/people?invited=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
