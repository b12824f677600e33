//! One-time links: they let somebody in or set a new password, once, while whoever made them still may.

use axum::http::StatusCode;
use server::{
    form,
    service::{
        invitation::{self, NewInvitation},
        person,
    },
};

use crate::{
    base::{EACH, asker, both},
    person::{ADMIN, ANALYST, DANA, GONE, NEW, ROOM, accept, id, invited, link},
    test_app::{PASSWORD, TestApp},
};

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
