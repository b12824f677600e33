//! What waits for an organisation that has left the room, or for an answer to it, waits no more.

use app::model::{
    inbox::{ShareQuery, ShareTab},
    notice::NoticeWhat,
    share::ShareState,
};
use server::service::{
    share::{self, ShareInput, Step},
    verify,
};

use crate::{
    base::{EACH, asker, both},
    leave::{comes_back, leaves, whats},
    story::{first_share, open, opened, step},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";

both! {
    async fn what_it_shared_waits_in_no_inbox_and_what_was_told_it_ends_everywhere(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let lines = async |who: &str, tab: ShareTab| {
            let page = share::inbox(room, &asker(room, who).viewer, &ShareQuery::of(tab), 50).await.expect("a page");
            page.lines.iter().map(|line| line.share.id).collect::<Vec<_>>()
        };
        let number = opened(room).await;
        let theirs = first_share(room, LEAD, &number, "google").await;
        // Of what everybody sees, two tell each other without a part in it.
        let green = open(room, "analyst@doj.example", |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        let input = ShareInput { to: vec!["cisa".into()], text: "Between us.".into(), ..ShareInput::default() };
        let told = share::ask(room.clone(), asker(room, FBI), EACH, green.clone(), input).await.expect("told").shares[0];
        assert_eq!((lines(GOOGLE, ShareTab::Answer).await, lines(FBI, ShareTab::Waiting).await), (vec![theirs], vec![told]));

        let version = leaves(room, "cisa").await;
        assert_eq!((lines(GOOGLE, ShareTab::Answer).await, lines(GOOGLE, ShareTab::Done).await), (vec![], vec![theirs]));
        assert_eq!((lines(FBI, ShareTab::Waiting).await, lines(FBI, ShareTab::Done).await), (vec![], vec![told]));
        for who in [GOOGLE, FBI] {
            let counts = share::count(room, &asker(room, who).viewer).await.expect("counts");
            assert_eq!((counts.answer, counts.waiting), (0, 0), "{who}");
        }
        let google = test.sign_in(GOOGLE).await.get("/shares?tab=done").await.text();
        assert!(google.contains("Its sender left the room") && !google.contains("not yet"), "{google}");
        assert!(test.sign_in(FBI).await.get("/shares?tab=done").await.text().contains("Ended: left the room"));
        assert_eq!(share::find(room, &asker(room, FBI).viewer, told).await.expect("its own").state, ShareState::Ended);
        assert!(whats(room, FBI).await.contains(&NoticeWhat::Ended));
        let of_script = test.caller(GOOGLE).await.read(&format!("/incidents/{number}/shares")).await;
        assert!(of_script["items"][0]["sender_left_at"].is_string(), "{of_script}");
        // Who acknowledges it all the same wakes nothing up.
        step(room, GOOGLE, theirs, Step::Seen).await.expect("seen");
        assert_eq!(lines(GOOGLE, ShareTab::Answer).await, []);

        comes_back(room, "cisa", version).await;
        assert_eq!(lines(GOOGLE, ShareTab::Answer).await, [theirs], "what it shared waits again");
        assert_eq!(lines(FBI, ShareTab::Waiting).await, [], "what ended stays ended");
        assert!(verify::verify(room, &verify::VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn a_request_that_concerns_it_waits_for_nobody(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let asked = crate::onward::ask(&room, GOOGLE, &number, |input| input.to = vec!["fbi".into()]).await.expect("asked").asked[0];
        leaves(&room, "fbi").await;
        let onward = share::find_onward(&room, &asker(&room, GOOGLE).viewer, asked).await.expect("its own");
        assert_eq!((onward.state.wire(), onward.comment.as_str()), ("lapsed", "FBI has left the room"));
        assert!(crate::onward::requests(&room, LEAD, ShareTab::Answer).await.is_empty());
        assert!(whats(&room, GOOGLE).await.contains(&NoticeWhat::OnwardLapsed));
        assert!(verify::verify(&room, &verify::VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }
}
