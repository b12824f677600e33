//! After a hand-over: who takes back what was shared, who passes it on, and what the former lead keeps.

use app::model::{ShareId, id::Number, share::ShareState};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Room,
    incident::{self, MarkingInput, OwnerInput},
    share::{self, Decision, ShareInput, Step, UnshareInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    onward::{ask, decide},
    story::{first_share, open, opened, refused, see, share_with, step, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const MICROSOFT: &str = "liaison@microsoft.example";
const TWITTER: &str = "liaison@twitter.example";

pub(crate) async fn hand_over(room: &Room, number: &Number, from: &str, to: &str) {
    let offer = OwnerInput { version: version(room, from, number).await, owner: to.into() };
    incident::assign(room.clone(), asker(room, from), EACH, number.clone(), offer).await.expect("offered");
    let version = version(room, to, number).await;
    incident::accept(room.clone(), asker(room, to), EACH, number.clone(), version).await.expect("accepted");
}

/// CISA's, shared with Google and Microsoft, led by Google; the share with Microsoft.
async fn handed_over(room: &Room, tlp: &str) -> (Number, ShareId) {
    let number = open(room, LEAD, |input| input.tlp = tlp.into()).await;
    let share = share_with(room, LEAD, &number, "microsoft").await.expect("shared");
    hand_over(room, &number, LEAD, GOOGLE).await;
    (number, share)
}

async fn unshare(room: &Room, who: &str, number: &Number, slug: &str) -> Result<(), Error> {
    let input = UnshareInput { organisation: slug.into(), version: version(room, who, number).await };
    share::unshare(room.clone(), asker(room, who), EACH, number.clone(), input).await.map(drop)
}

both! {
    async fn who_shared_takes_it_back_after_a_hand_over(base) {
        let room = base.founded().await;
        let (number, share) = handed_over(&room, "amber").await;
        assert!(matches!(step(&room, GOOGLE, share, Step::Revoke).await, Err(Error::NotFound)), "it is no party");
        assert!(matches!(step(&room, MICROSOFT, share, Step::Revoke).await, Err(Error::Forbidden(_))));
        step(&room, LEAD, share, Step::Revoke).await.expect("who sent it");
        assert!(matches!(see(&room, MICROSOFT, &number).await, Err(Error::NotFound)));
        see(&room, GOOGLE, &number).await.expect("who leads");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn the_new_lead_ends_any_part_and_reads_no_words_for_it(base) {
        let room = base.founded().await;
        let (number, share) = handed_over(&room, "amber").await;
        for who in [LEAD, MICROSOFT] {
            assert!(matches!(unshare(&room, who, &number, "microsoft").await, Err(Error::Forbidden(_))), "{who}");
        }
        assert_eq!(refused(unshare(&room, GOOGLE, &number, "twitter").await), ["organisation"]);
        assert_eq!(refused(unshare(&room, GOOGLE, &number, "google").await), ["organisation"]);
        unshare(&room, GOOGLE, &number, "microsoft").await.expect("ended");
        assert!(matches!(see(&room, MICROSOFT, &number).await, Err(Error::NotFound)));
        assert!(share::find(&room, &asker(&room, GOOGLE).viewer, share).await.is_err());
        let sent = share::find(&room, &asker(&room, LEAD).viewer, share).await.expect("its sender's");
        assert_eq!(sent.state, ShareState::Revoked);
        // The former lead's part stands on a share, and ends like any other.
        see(&room, LEAD, &number).await.expect("it keeps its part");
        let kept = first_share(&room, GOOGLE, &number, "cisa").await;
        step(&room, LEAD, kept, Step::Acknowledge).await.expect("like any other");
        unshare(&room, GOOGLE, &number, "cisa").await.expect("ended");
        assert!(matches!(see(&room, LEAD, &number).await, Err(Error::NotFound)));
        // Nobody is left who could let it pass; where it came from may have it back.
        assert_eq!(refused(ask(&room, GOOGLE, &number, |_| {}).await), ["to"]);
        let back = ask(&room, GOOGLE, &number, |input| input.to = vec!["cisa".into()]).await.expect("shared");
        assert_eq!((back.asked.len(), back.shares.len()), (0, 1));
        see(&room, LEAD, &number).await.expect("it is back");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn the_new_lead_asks_where_it_came_from_before_it_passes_it_on(base) {
        let room = base.founded().await;
        let (number, _) = handed_over(&room, "amber").await;
        assert!(matches!(share_with(&room, GOOGLE, &number, "twitter").await, Err(Error::Forbidden(_))));
        let asked = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked");
        assert_eq!((asked.asked.len(), asked.shares.len()), (1, 0));
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        decide(&room, LEAD, asked.asked[0], share::OnwardDecision::Approve).await.expect("approved");
        see(&room, TWITTER, &number).await.expect("it passed");
        // Where it came from shares without asking; those who see it already are told at once.
        share_with(&room, LEAD, &number, "fbi").await.expect("the originator");
        see(&room, "liaison@fbi.example", &number).await.expect("visible");
        let told = ask(&room, GOOGLE, &number, |input| input.to = vec!["microsoft".into()]).await.expect("told");
        assert_eq!((told.asked.len(), told.shares.len()), (0, 1));

        let (strict, _) = handed_over(&room, "amber+strict").await;
        assert!(matches!(share_with(&room, GOOGLE, &strict, "twitter").await, Err(Error::Forbidden(_))));
        assert_eq!(refused(ask(&room, GOOGLE, &strict, |_| {}).await), ["to"]);

        let (green, _) = handed_over(&room, "green").await;
        share_with(&room, GOOGLE, &green, "twitter").await.expect("everybody reads it");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_new_lead_names_nobody_with_red_who_does_not_see_it(base) {
        let room = base.founded().await;
        let (number, _) = handed_over(&room, "amber").await;
        let mark = async |named: &[&str]| {
            let input = MarkingInput {
                version: version(&room, GOOGLE, &number).await,
                tlp: "red".into(),
                reason: "As it is.".into(),
                named: named.iter().map(|word| (*word).to_owned()).collect(),
            };
            incident::set_marking(room.clone(), asker(&room, GOOGLE), EACH, number.clone(), input).await
        };
        assert_eq!(refused(mark(&[TWITTER]).await), ["named"]);
        mark(&[MICROSOFT]).await.expect("they see it");
        assert_eq!(refused(mark(&[MICROSOFT, "analyst@microsoft.example"]).await), ["named"]);
        mark(&[MICROSOFT, "analyst@google.example", LEAD]).await.expect("its own, and where it came from");
        see(&room, LEAD, &number).await.expect("named");
        room.close().await;
    }

    async fn what_counsel_of_the_former_lead_holds_still_goes_out(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let input = ShareInput { to: vec!["twitter".into()], text: "Please remove it.".into(), ..ShareInput::default() };
        let held = share::share(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("held").held[0];
        hand_over(&room, &number, LEAD, GOOGLE).await;
        share::decide(room.clone(), asker(&room, "counsel@cisa.example"), EACH, held, 1, Decision::Release).await.expect("released");
        see(&room, TWITTER, &number).await.expect("it came from CISA");
        step(&room, LEAD, held, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn the_pages_offer_what_the_policy_allows_after_a_hand_over(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (number, share) = handed_over(room, "amber").await;
        let path = format!("/incidents/{number}");
        let (lead, google) = (test.sign_in(LEAD).await, test.sign_in(GOOGLE).await);
        let (theirs, ours) = (lead.get(&path).await, google.get(&path).await);
        let revoke = format!("{path}/shares/{share}/revoke");
        let (shares, onward, unshare) = (format!("{path}/shares"), format!("{path}/onward"), format!("{path}/unshare"));
        let offers = |page: &crate::test_app::Reply, action: &str| page.form_token(action).is_some();
        assert!(offers(&theirs, &revoke) && !offers(&ours, &revoke));
        assert!(offers(&theirs, &shares) && !offers(&theirs, &onward) && !offers(&theirs, &unshare));
        assert!(!offers(&ours, &shares) && offers(&ours, &onward) && offers(&ours, &unshare));
        assert!(ours.text().contains("It came from CISA") && ours.text().contains("Ask CISA"));
        let reply = google.submit(&path, &unshare, &[("version", "1"), ("organisation", "microsoft")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "a page that is old");
        let now = version(room, GOOGLE, &number).await.to_string();
        let reply = google.submit(&path, &unshare, &[("version", &now), ("organisation", "twitter")]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let script = test.caller(GOOGLE).await;
        let body = json!({"version": version(room, GOOGLE, &number).await, "organisation": "microsoft"});
        let reply = script.json(Method::POST, &at(&unshare), &body).await;
        assert_eq!((reply.status, &reply.json()["shared_with"]), (StatusCode::OK, &json!(["cisa"])), "{}", reply.text());
        assert_eq!(reply.json()["origin"], "cisa");
    }
}
