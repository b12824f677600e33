//! A share handed to a colleague, and a posture stated from its line: matters of the recipient's organisation.

use app::model::inbox::{ShareQuery, ShareTab};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Room, history, live, posture,
    share::{self, Stepped},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    story::{first_share, open, opened, refused, see},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const COLLEAGUE: &str = "analyst@google.example";

async fn hand(room: &Room, who: &str, id: app::model::ShareId, to: &str) -> Result<Stepped, Error> {
    share::assign(room.clone(), asker(room, who), EACH, id, to.into()).await
}

async fn mine(room: &Room, who: &str) -> usize {
    let query = ShareQuery { mine: true, ..ShareQuery::of(ShareTab::Answer) };
    share::inbox(room, &asker(room, who).viewer, &query, 50).await.expect("a page").lines.len()
}

both! {
    async fn a_share_is_handed_to_a_colleague_and_the_sender_learns_nothing(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let (before, sender) = (live::head(&room).await.expect("a head"), asker(&room, LEAD).viewer);
        hand(&room, GOOGLE, id, COLLEAGUE).await.expect("handed over");
        assert_eq!((mine(&room, COLLEAGUE).await, mine(&room, GOOGLE).await), (1, 0));
        let with = async |who: &str| share::find(&room, &asker(&room, who).viewer, id).await.expect("a party").assigned_to.clone();
        assert_eq!(with(GOOGLE).await.expect("its own").email, COLLEAGUE);
        assert_eq!(with(LEAD).await, None);
        let mut heard = (0, 0);
        for change in live::changes(&room, before, None, 100).await.expect("changes") {
            let Some(told) = live::Told::read(&room, change).await.expect("read") else { continue };
            let own = asker(&room, GOOGLE).viewer;
            heard.0 += told.events(&room, &own, app::policy::scope(&own)).await.expect("events").len();
            heard.1 += told.events(&room, &sender, app::policy::scope(&sender)).await.expect("events").len();
        }
        assert_eq!(heard, (1, 0), "live at home, silent elsewhere");
        let acts = async |who: &str| {
            let page = history::list(&room, &asker(&room, who).viewer, None, 200).await.expect("acts");
            page.acts.iter().filter(|act| act.action == "assigned").count()
        };
        assert_eq!((acts(GOOGLE).await, acts(LEAD).await), (1, 0));
        hand(&room, GOOGLE, id, "").await.expect("nobody's");
        assert_eq!(with(GOOGLE).await, None);
        room.close().await;
    }

    async fn it_goes_to_ones_own_people_who_see_it_and_only_they_hand_it_on(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        assert_eq!(refused(hand(&room, GOOGLE, id, LEAD).await), ["person"]);
        assert_eq!(refused(hand(&room, GOOGLE, id, "nobody@google.example").await), ["person"]);
        assert!(matches!(hand(&room, LEAD, id, COLLEAGUE).await, Err(Error::Forbidden(_))), "the sender does not");
        assert!(matches!(hand(&room, "leadership@google.example", id, COLLEAGUE).await, Err(Error::Forbidden(_))));
        assert!(matches!(hand(&room, "liaison@fbi.example", id, "").await, Err(Error::NotFound)));
        let red = open(&room, LEAD, |input| (input.tlp, input.share_with, input.named) = ("red".into(), vec![], vec![GOOGLE.into()])).await;
        let id = first_share(&room, LEAD, &red, "google").await;
        assert_eq!(refused(hand(&room, GOOGLE, id, COLLEAGUE).await), ["person"], "who is not named does not see it");
        room.close().await;
    }

    async fn from_the_line_of_the_inbox_it_is_handed_over_and_a_posture_stated(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = first_share(room, LEAD, &number, "google").await;
        let google = test.sign_in(GOOGLE).await;
        let sent = google.submit("/shares", &format!("/shares/{id}/assign"), &[("person", COLLEAGUE), ("next", "/shares")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let wrong = google.submit("/shares", &format!("/shares/{id}/assign"), &[("person", LEAD), ("next", "/shares")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text().contains("Nobody of your organisation"));
        let sent = google.submit("/shares", &format!("/shares/{id}/posture"), &[("posture", "investigating"), ("next", "/shares")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let incident = see(room, GOOGLE, &number).await.expect("visible");
        let stated = posture::list(room, &asker(room, GOOGLE).viewer, &incident).await.expect("a list");
        assert_eq!((stated[0].posture.wire(), stated[0].published_at), ("investigating", None));
        assert!(posture::list(room, &asker(room, LEAD).viewer, &incident).await.expect("a list").is_empty(), "not published");
        let script = test.caller(GOOGLE).await;
        let reply = script.json(Method::POST, &at(&format!("/shares/{id}/assign")), &json!({"person": GOOGLE})).await;
        assert_eq!((reply.status, reply.json()["assigned_to"].as_str()), (StatusCode::OK, Some(GOOGLE)));
        room.close().await;
    }
}
