//! One's own account, and the first account of a room.

use axum::http::{StatusCode, header};

use crate::{
    base::both,
    test_app::{PASSWORD, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const NEW: &str = "six white egrets in the reeds";

both! {
    async fn a_person_sees_their_sessions_and_ends_them(base) {
        let test = TestApp::new(base).await;
        let (one, two, three) = (test.sign_in(ANALYST).await, test.sign_in(ANALYST).await, test.sign_in(ANALYST).await);
        let page = one.get("/me").await.text();
        assert_eq!(page.matches("/end\"").count(), 2, "two others, this one has no button");
        let id = page.split("/me/sessions/").find_map(|part| part.strip_suffix("/end\"").or(part.split_once("/end\"").map(|(id, _)| id)).filter(|id| id.len() == 36));
        let action = format!("/me/sessions/{}/end", id.expect("a handle"));
        assert_eq!(one.submit("/me", &action, &[]).await.status, StatusCode::SEE_OTHER);
        let alive = |reply: crate::test_app::Reply| reply.status == StatusCode::OK;
        let left = [alive(two.get("/me").await), alive(three.get("/me").await)];
        assert_eq!(left.iter().filter(|alive| **alive).count(), 1);
        assert_eq!(one.submit("/me", "/me/sessions/end-others", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!alive(two.get("/me").await) && !alive(three.get("/me").await) && alive(one.get("/me").await));
    }

    async fn nobody_ends_the_session_of_somebody_else(base) {
        let test = TestApp::new(base).await;
        let (first, own) = (test.sign_in(ANALYST).await, test.sign_in(ANALYST).await);
        let other = test.sign_in("liaison@google.example").await;
        let page = own.get("/me").await.text();
        let handle = page.split("/me/sessions/").find_map(|part| part.split_once("/end\"")).expect("a handle").0.to_owned();
        let action = format!("/me/sessions/{handle}/end");
        // A token as the other's own page would carry, so that only the use case stands in the way.
        let id: tower_sessions::session::Id = other.cookies()["wf_session"].parse().expect("an id");
        let hash = server::service::session::hash(&id);
        let token = server::form::token(test.app.room.seal(), base.clock.now(), &hash, &action);
        assert_eq!(other.post(&action, &token, &[]).await.status, StatusCode::SEE_OTHER, "tells nothing");
        assert_eq!(first.get("/me").await.status, StatusCode::OK);
        assert_eq!(own.submit("/me", &action, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(first.get("/me").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_new_password_ends_all_other_sessions(base) {
        let test = TestApp::new(base).await;
        let (own, other) = (test.sign_in(ANALYST).await, test.sign_in(ANALYST).await);
        let wrong = change(&own, "a guess at the password", NEW, NEW).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("This is not your current password") && !wrong.text().contains("egrets"));
        assert!(change(&own, PASSWORD, NEW, "another").await.text().contains("The two are not the same"));
        assert!(change(&own, PASSWORD, "too short", "too short").await.text().contains("at least 15"));
        assert_eq!(change(&own, PASSWORD, NEW, NEW).await.location(), "/me");
        assert!(own.get("/me").await.text().contains("The password was changed."));
        assert!(!own.get("/me").await.text().contains("The password was changed."), "said once");
        assert_eq!(other.get("/me").await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.visitor().sign_in(ANALYST, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(test.visitor().sign_in(ANALYST, NEW).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from journal where action = 'password_changed'").await, 1);
    }

    async fn a_token_is_shown_once_and_can_be_revoked(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        assert!(client.submit("/me", "/me/tokens", &[("name", ""), ("days", "30")]).await.text().contains("Give it a name"));
        let page = client.get("/me").await;
        let token = page.form_token("/me/tokens").expect("a form");
        let fields = [("name", "nightly report"), ("days", "30")];
        let made = client.post("/me/tokens", &token, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let shown = secret(&client.get("/me").await.text()).expect("shown");
        assert_eq!(secret(&client.get("/me").await.text()), None, "once");
        client.post("/me/tokens", &token, &fields).await;
        assert_eq!(secret(&client.get("/me").await.text()).as_ref(), Some(&shown), "the same form, the same token");
        assert_eq!(base.number("select count(*) from token").await, 1);
        let person = server::service::account::find_token(&test.app.room, &shown).await.expect("answers");
        assert_eq!(person, test.app.room.directory().find(ANALYST).map(|member| member.person.id));
        base.clock.advance(31 * 86_400);
        assert_eq!(server::service::account::find_token(&test.app.room, &shown).await.expect("answers"), None);
        base.clock.advance(-31 * 86_400);
        let id = client.get("/me").await.text().split("/me/tokens/").nth(1).and_then(|rest| rest.split_once('/').map(|(id, _)| id.to_owned()));
        let action = format!("/me/tokens/{}/revoke", id.expect("a token"));
        assert_eq!(client.submit("/me", &action, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(server::service::account::find_token(&test.app.room, &shown).await.expect("answers"), None);
    }

    async fn appearance_is_kept_in_the_browser_signed_in_or_not(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        let fields = [("theme", "dark"), ("contrast", "more"), ("density", "compact"), ("zone", "America/Phoenix"), ("next", "/me")];
        let reply = client.submit("/me", "/me/appearance", &fields).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/me"));
        let page = client.get("/me").await.text();
        assert!(page.contains("data-theme=\"dark\"") && page.contains("data-contrast=\"more\"") && page.contains("data-density=\"compact\""));
        assert!(page.contains("America/Phoenix"));
    }

    async fn an_empty_room_is_set_up_once(base) {
        let room = base.open().await;
        let test = TestApp::of(room, &[]);
        let visitor = test.visitor();
        assert_eq!(visitor.get("/set-up?key=guess").await.status, StatusCode::NOT_FOUND);
        let key = test.app.set_up.open();
        let link = format!("/set-up?key={key}");
        let fields = |password: &'static str| [
            ("key", key.as_str()), ("organisation", "Center for Testing"), ("short", "CFT"), ("slug", "cft"),
            ("sector", "room"), ("name", "Dana Brook"), ("email", "dana@cft.example"), ("new", password), ("again", password),
        ].to_vec();
        let weak = visitor.submit(&link, "/set-up", &fields("dana brook cft")).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.text().contains("value=\"Center for Testing\""), "what was typed stays");
        let done = visitor.submit(&link, "/set-up", &fields(NEW)).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fsettings%2Fset-up"), "{}", done.text());
        assert_eq!(visitor.get(&link).await.status, StatusCode::NOT_FOUND, "once");
        assert_eq!(visitor.sign_in("dana@cft.example", NEW).await.status, StatusCode::SEE_OTHER);
        assert!(!test.app.room.reference().targets().is_empty());
    }

    async fn what_the_operators_commands_write_is_taken_over(base) {
        let test = TestApp::new(base).await;
        let other = base.open().await;
        let mut follower = server::service::follow::Follower::new(test.app.room.clone(), std::time::Duration::from_secs(1));
        follower.catch_up().await.expect("follows");
        let new = server::service::founding::NewPerson {
            email: "new@cisa.example".into(), name: "New Person".into(), organisation: "cisa".into(),
            roles: vec![app::model::Role::Analyst],
        };
        let password = server::service::account::add_person(&other, test.app.sign_in.hasher(), new).await.expect("added");
        // A row of its own behind the one that it has not heard of.
        test.sign_in("analyst@cisa.example").await;
        follower.catch_up().await.expect("follows");
        assert_eq!(test.visitor().sign_in("new@cisa.example", &password).await.status, StatusCode::SEE_OTHER);
    }
}

async fn change(
    client: &crate::test_app::Client,
    current: &str,
    new: &str,
    again: &str,
) -> crate::test_app::Reply {
    client.submit("/me", "/me/password", &[("current", current), ("new", new), ("again", again)]).await
}

/// The token that a page shows.
fn secret(page: &str) -> Option<String> {
    let start = page.find("wf_")?;
    let length = page[start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')?;
    Some(page[start..start + length].to_owned()).filter(|text| text.len() == 46)
}

#[tokio::test]
async fn a_page_needs_a_session_and_comes_back_after_sign_in() {
    let base = crate::base::Base::sqlite();
    let test = TestApp::new(&base).await;
    let reply = test.visitor().get("/me?x=1").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/sign-in?next=/me%3Fx%3D1"));
    let page = test.visitor().get(reply.location()).await;
    assert!(page.text().contains("name=\"next\" value=\"/me?x=1\""));
    let post = test.visitor().post("/me/tokens", "", &[("name", "x")]).await;
    assert_eq!(post.status, StatusCode::UNAUTHORIZED);
    assert!(post.header(header::CONTENT_TYPE).starts_with("text/html"));
}
