//! What a room admin does in an organisation that is not theirs, who is told of it, and whom counsel does not decide for.

use app::model::notice::{NoticeKind, NoticeLine, NoticeQuery, NoticeWhat};
use axum::http::StatusCode;
use server::service::{
    Error, Room,
    invitation::{self, NewInvitation},
    notice, person,
    share::{self, Decision, ShareInput},
};

use crate::{
    base::{EACH, asker, both},
    story::opened,
    test_app::TestApp,
};

const ROOM: &str = "room-admin@watchfloor.example";
const ADMIN: &str = "admin@google.example";
const NEW: &str = "six white egrets in the reeds";

fn new(email: &str, organisation: &str, role: &str) -> NewInvitation {
    NewInvitation {
        name: "Dana Brook".into(),
        email: email.into(),
        organisation: organisation.into(),
        roles: vec![role.into()],
    }
}

async fn told(room: &Room, who: &str) -> Vec<NoticeLine> {
    let page =
        notice::list(room, &asker(room, who).viewer, &NoticeQuery::default(), 50).await.expect("a page");
    page.lines.iter().filter(|line| line.kind == NoticeKind::Account).cloned().collect()
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    told(room, who).await.iter().map(|line| line.what).collect()
}

fn id(room: &Room, email: &str) -> app::model::PersonId {
    room.directory().find(email).unwrap_or_else(|| panic!("{email} is there")).person.id
}

both! {
    async fn a_room_admin_invites_elsewhere_only_an_admin_and_only_where_there_is_none(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = asker(room, ROOM);
        for role in ["analyst", "liaison", "counsel", "screen", "auditor", "org_admin"] {
            let made = invitation::invite(room, &root, new("x@watchfloor.example", "google", role), &EACH).await;
            assert!(matches!(made, Err(Error::Forbidden(_))), "{role}: it has an admin");
        }
        person::suspend(room, &root, id(room, ADMIN), "left", &EACH).await.expect("suspended");
        // Whoever ended its last one does not choose the next at once: see outside_admin.rs.
        base.clock.advance(72 * 3_600 + 1);
        for role in ["analyst", "counsel"] {
            let made = invitation::invite(room, &root, new("x@watchfloor.example", "google", role), &EACH).await;
            assert!(matches!(made, Err(Error::Forbidden(_))), "{role}");
        }
        let one = invitation::invite(room, &root, new("one@google.example", "google", "org_admin"), &EACH).await.expect("invited");
        let two = invitation::invite(room, &root, new("two@google.example", "google", "org_admin"), &EACH).await.expect("invited");
        for who in ["liaison@google.example", "counsel@google.example"] {
            assert_eq!(whats(room, who).await, [NoticeWhat::AccountInvited, NoticeWhat::AccountInvited, NoticeWhat::AccountSuspended], "{who}");
        }
        for who in ["analyst@google.example", "liaison@cisa.example", ROOM] {
            assert_eq!(whats(room, who).await, [], "{who}");
        }
        let line = told(room, "counsel@google.example").await.remove(0);
        assert_eq!((line.text.as_str(), line.incident.as_ref(), line.href().as_str()), ("", None, "/people"));
        let path = one.path();
        let in_it = test.visitor().submit(&path, &path, &[("new", NEW), ("again", NEW)]).await;
        assert_eq!(in_it.status, StatusCode::SEE_OTHER, "{}", in_it.text());
        assert_eq!(test.visitor().get(&two.path()).await.status, StatusCode::NOT_FOUND, "it has an admin by now");
    }

    async fn a_room_admin_resets_and_changes_elsewhere_only_admins_and_they_are_told(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = asker(room, ROOM);
        for who in ["counsel@google.example", "analyst@google.example", "liaison@google.example"] {
            let who = id(room, who);
            assert!(matches!(invitation::reset(room, &root, who, &EACH).await, Err(Error::Forbidden(_))));
            let words = ["org_admin".to_owned()];
            assert!(matches!(person::set_roles(room, &root, who, &words, 1, &EACH).await, Err(Error::Forbidden(_))));
        }
        let browser = test.sign_in(ROOM).await;
        let page = |who: &str| format!("/people/{}", id(room, who));
        let counsel = browser.get(&page("counsel@google.example")).await;
        for (act, offered) in [("roles", false), ("reset", false), ("suspend", true)] {
            let action = format!("{}/{act}", page("counsel@google.example"));
            assert_eq!(counsel.form_token(&action).is_some(), offered, "{act}");
        }
        let admin = id(room, ADMIN);
        invitation::reset(room, &root, admin, &EACH).await.expect("an admin's");
        for words in [vec!["org_admin", "counsel"], vec!["liaison"]] {
            let words: Vec<_> = words.into_iter().map(str::to_owned).collect();
            assert!(matches!(person::set_roles(room, &root, admin, &words, 1, &EACH).await, Err(Error::Forbidden(_))));
        }
        person::set_roles(room, &root, admin, &["org_admin".into(), "auditor".into()], 1, &EACH).await.expect("a role of the room");
        let analyst = id(room, "analyst@google.example");
        person::suspend(room, &root, analyst, "a test", &EACH).await.expect("suspended");
        person::restore(room, &root, analyst, "back", &EACH).await.expect("restored");
        let all = [NoticeWhat::AccountRestored, NoticeWhat::AccountSuspended, NoticeWhat::AccountRoles, NoticeWhat::AccountReset];
        for who in [ADMIN, "liaison@google.example", "counsel@google.example"] {
            assert_eq!(whats(room, who).await, all, "{who}");
        }
        assert_eq!(whats(room, "analyst@google.example").await, [NoticeWhat::AccountRestored, NoticeWhat::AccountSuspended], "whom it is about");
        assert_eq!(whats(room, "lead@google.example").await, []);
        // Of their own people their admin is told nothing but who becomes counsel.
        let own = asker(room, "admin@cisa.example");
        invitation::reset(room, &own, id(room, "analyst@cisa.example"), &EACH).await.expect("a link");
        assert_eq!(whats(room, "liaison@cisa.example").await, []);
        person::set_roles(room, &own, id(room, "analyst@cisa.example"), &["counsel".into()], 1, &EACH).await.expect("counsel");
        for who in ["liaison@cisa.example", "counsel@cisa.example", "analyst@cisa.example"] {
            assert_eq!(whats(room, who).await, [NoticeWhat::AccountCounsel], "{who}");
        }
        let client = test.sign_in("counsel@google.example").await;
        let shown = client.get("/notifications").await;
        assert!(shown.status == StatusCode::OK && shown.text().contains("restored an account of your organisation"), "{}", shown.text());
        let script = test.caller("counsel@google.example").await.read("/notifications").await;
        assert_eq!(script["items"][0]["incident"], serde_json::Value::Null);
    }

    async fn counsel_whom_the_author_lately_let_in_does_not_release_what_they_wrote(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = asker(room, "admin@cisa.example");
        let number = opened(room).await;
        // The liaison looks after the people of CISA, too.
        let author = "liaison@cisa.example";
        person::set_roles(room, &root, id(room, author), &["liaison".into(), "org_admin".into()], 1, &EACH).await.expect("both");
        let admin = asker(room, author);
        let link = invitation::invite(room, &admin, new("dana@cisa.example", "cisa", "counsel"), &EACH).await.expect("invited");
        let path = link.path();
        assert_eq!(test.visitor().submit(&path, &path, &[("new", NEW), ("again", NEW)]).await.status, StatusCode::SEE_OTHER);
        person::set_roles(room, &admin, id(room, "analyst@cisa.example"), &["counsel".into()], 1, &EACH).await.expect("made counsel");
        let input = ShareInput { to: vec!["google".into()], text: "Please remove it.".into(), ..ShareInput::default() };
        let held = share::share(room.clone(), asker(room, author), EACH, number, input).await.expect("held").held[0];
        for who in ["dana@cisa.example", "analyst@cisa.example"] {
            let done = share::decide(room.clone(), asker(room, who), EACH, held, 1, Decision::Release).await;
            assert!(matches!(done, Err(Error::Forbidden(_))), "{who}: {done:?}");
            let page = held_page(&test, who).await;
            assert!(page.contains("Waits for other counsel") && !page.contains("/release\""), "{who}");
        }
        base.clock.advance(72 * 3_600 + 1);
        share::decide(room.clone(), asker(room, "dana@cisa.example"), EACH, held, 1, Decision::Release).await.expect("by then they may");
    }

    async fn counsel_does_not_release_what_somebody_wrote_whom_they_lately_let_in(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = asker(room, "admin@cisa.example");
        let number = opened(room).await;
        let counsel = "counsel@cisa.example";
        person::set_roles(room, &root, id(room, counsel), &["counsel".into(), "org_admin".into()], 1, &EACH).await.expect("both");
        let both = asker(room, counsel);
        let link = invitation::invite(room, &both, new("dana@cisa.example", "cisa", "liaison"), &EACH).await.expect("invited");
        let path = link.path();
        assert_eq!(test.visitor().submit(&path, &path, &[("new", NEW), ("again", NEW)]).await.status, StatusCode::SEE_OTHER);
        let input = ShareInput { to: vec!["google".into()], text: "Please remove it.".into(), ..ShareInput::default() };
        let held = share::share(room.clone(), asker(room, "dana@cisa.example"), EACH, number, input).await.expect("held").held[0];
        let release = || share::decide(room.clone(), both.clone(), EACH, held, 1, Decision::Release);
        assert!(matches!(release().await, Err(Error::Forbidden(_))));
        base.clock.advance(72 * 3_600 + 1);
        release().await.expect("by then they may");
    }
}

async fn held_page(test: &TestApp, who: &str) -> String {
    let password = if who.starts_with("dana") { NEW } else { crate::test_app::PASSWORD };
    let client = test.visitor();
    assert_eq!(client.sign_in(who, password).await.status, StatusCode::SEE_OTHER);
    client.get("/shares?tab=held").await.text()
}
