//! What was passed on, in the ledgers of three: each has its row, its count and its proof, and the lead not the answer.

use app::model::{
    ledger::{Crossing, Direction, LedgerQuery},
    notice::{NoticeLine, NoticeQuery, NoticeWhat},
    share::Purpose,
};
use server::service::{
    Room, ledger, notice,
    share::{self, OnwardDecision, Step},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{EACH, asker, both},
    ledger::app,
    ledger_proof::{Outside, handed},
    onward::{ask, decide},
    story::{first_share, opened, share_with, step},
    verify::tamper,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const FBI: &str = "liaison@fbi.example";
const COLLEAGUE: &str = "analyst@twitter.example";

async fn crossings(room: &Room, who: &str, query: &LedgerQuery) -> Vec<Crossing> {
    let page = ledger::ledger(room, &asker(room, who).viewer, query, 50).await.expect("a page");
    page.into_inner().crossings
}

async fn told(room: &Room, who: &str) -> Vec<NoticeLine> {
    let query = NoticeQuery { all: true, ..NoticeQuery::default() };
    notice::list(room, &asker(room, who).viewer, &query, 50).await.expect("a page").lines.clone()
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    told(room, who).await.into_iter().map(|line| line.what).collect()
}

both! {
    async fn what_was_passed_on_stands_in_three_ledgers_with_who_let_it_pass(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let id = ask(&room, GOOGLE, &number, |input| input.purpose = "question".into()).await.expect("asked").asked[0];
        let all = LedgerQuery::default();
        for (who, reads) in [(GOOGLE, true), (LEAD, true), (TWITTER, false), (FBI, false)] {
            let found = crossings(&room, who, &all).await.into_iter().find(|crossing| crossing.id == id);
            assert_eq!(found.is_some_and(|crossing| crossing.asked.is_some_and(|asked| asked.slug == "cisa")), reads, "{who}: the words of the request crossed to CISA");
        }
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        step(&room, TWITTER, id, Step::Answer("Between Google and us.".into())).await.expect("answered");
        let found = async |who: &str| crossings(&room, who, &all).await.into_iter().find(|crossing| crossing.id == id && crossing.asked.is_none());
        for (who, count, answer) in
            [(GOOGLE, 2, Some("Between Google and us.")), (TWITTER, 1, Some("Between Google and us.")), (LEAD, 3, None)]
        {
            let crossing = found(who).await.expect("a party of it");
            assert_eq!((crossing.count, crossing.answer.as_deref()), (Some(count), answer), "{who}");
            assert_eq!(crossing.approved_by.map(|by| by.email).as_deref(), Some(LEAD), "{who}");
            assert_eq!(crossing.approved_organisation.map(|by| by.slug).as_deref(), Some("cisa"), "{who}");
        }
        assert_eq!(found(FBI).await, None, "the FBI takes part, and is no party");
        // The share itself says no more than the ledger.
        let shown = share::find(&room, &asker(&room, LEAD).viewer, id).await.expect("a party");
        assert_eq!((shown.answer.as_deref(), shown.answered_at.is_some()), (None, true));
        // Filters: let pass, and by either of the others.
        for query in [
            LedgerQuery { direction: Some(Direction::Approved), ..all.clone() },
            LedgerQuery { organisation: "twitter".into(), ..all.clone() },
            LedgerQuery { organisation: "google".into(), purpose: Some(Purpose::Question), ..all.clone() },
        ] {
            let ids: Vec<_> = crossings(&room, LEAD, &query).await.into_iter().filter(|crossing| crossing.asked.is_none()).map(|crossing| crossing.id).collect();
            assert_eq!(ids, [id], "{query:?}");
        }
        for direction in [Direction::Sent, Direction::Received] {
            let query = LedgerQuery { direction: Some(direction), ..all.clone() };
            assert!(crossings(&room, LEAD, &query).await.iter().all(|crossing| crossing.id != id));
        }
        // Taken back, it is in the recipient's no longer.
        step(&room, GOOGLE, id, Step::Revoke).await.expect("taken back");
        assert!(found(GOOGLE).await.is_some() && found(LEAD).await.is_some() && found(TWITTER).await.is_none());
        room.close().await;
    }

    async fn the_recipe_proves_the_ledgers_of_all_three(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = ask(room, GOOGLE, &number, |input| input.text = "Let Twitter see it.".into()).await.expect("asked").asked[0];
        decide(room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        share::assign(room.clone(), asker(room, TWITTER), EACH, id, COLLEAGUE.into()).await.expect("handed over");
        step(room, TWITTER, id, Step::Answer("Between Google and us.".into())).await.expect("answered");
        let refused = ask(room, GOOGLE, &number, |input| (input.to, input.text) = (vec!["reddit".into()], "Never passed.".into())).await;
        decide(room, LEAD, refused.expect("asked").asked[0], OnwardDecision::Refuse(String::new())).await.expect("refused");
        let outside = Outside::new(&test);
        for (who, stated, answer) in [(LEAD, 2, false), (GOOGLE, 2, true), (TWITTER, 1, true)] {
            let (proof, csv) = handed(&test, who, &[]).await;
            let words = outside.is_proven(&proof, Some(&csv));
            assert!(words.contains(&format!("crossings as stated: {stated}; not here: none")), "{who}: {words}");
            assert!(proof.contains("Let Twitter see it."), "{who}");
            for text in [&proof, &csv] {
                assert_eq!(text.contains("Between Google and us."), answer, "{who}");
                // Who works on it is the recipient's own business; where it would have gone, nothing is known of a request.
                assert!(!text.contains("assigned") && !text.contains(COLLEAGUE), "{who}");
                assert_eq!(text.contains("Never passed."), who != TWITTER, "{who}");
            }
            outside.is_found("another who let it pass", &proof, Some(&csv.replace(&format!(",{LEAD},cisa"), ",lead@fbi.example,fbi")));
            outside.is_found("nobody who let it pass", &proof, Some(&csv.replace(&format!(",{LEAD},cisa"), ",,")));
        }
    }

    async fn what_was_asked_stands_in_the_ledger_of_the_two_with_what_became_of_it(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let mut asked = vec![];
        for text in ["One.", "Two.", "Three."] {
            asked.push(ask(room, GOOGLE, &number, |input| input.text = text.into()).await.expect("asked").asked[0]);
        }
        decide(room, LEAD, asked[0], OnwardDecision::Refuse("They have it from the office.".into())).await.expect("refused");
        decide(room, GOOGLE, asked[1], OnwardDecision::Withdraw).await.expect("withdrawn");
        crate::leave::leaves(room, "twitter").await;
        let query = LedgerQuery { direction: Some(Direction::Asked), ..LedgerQuery::default() };
        let outside = Outside::new(&test);
        for who in [GOOGLE, LEAD] {
            let found: Vec<_> = crossings(room, who, &query).await.into_iter().map(|crossing| {
                let steps = crossing.acts.iter().map(|act| act.step.wire()).collect::<Vec<_>>().join(" ");
                (crossing.stands.wire(), steps, crossing.comment, crossing.count)
            }).collect();
            assert_eq!(found, [
                ("lapsed", "asked lapsed".to_owned(), "Twitter has left the room".to_owned(), None),
                ("withdrawn", "asked recalled".to_owned(), String::new(), None),
                ("refused", "asked declined".to_owned(), "They have it from the office.".to_owned(), None),
            ], "{who}");
            let (proof, csv) = handed(&test, who, &[("direction", "asked")]).await;
            outside.is_proven(&proof, Some(&csv));
            outside.is_found("asked of another", &proof, Some(&csv.replace(",cisa,2020", ",fbi,2020")));
            outside.is_found("other words", &proof, Some(&csv.replace("Two.", "Four.")));
            outside.is_proven(&handed(&test, who, &[]).await.0, None);
            let page = test.sign_in(who).await.get("/shares/ledger?direction=asked").await.text();
            assert!(page.contains("Asked of") && page.contains("To be passed on to") && page.contains("Not let pass"), "{page}");
            let report = crate::ledger::take_out(&test.sign_in(who).await, "print", &[]).await.text();
            assert!(report.contains("They have it from the office.") && report.contains("Lapsed: the incident changed"), "{who}");
            let ledger = test.caller(who).await.read("/ledger?direction=asked").await;
            assert_eq!((&ledger["items"][2]["asked"], &ledger["items"][2]["state"]), (&serde_json::json!("cisa"), &serde_json::json!("refused")));
        }
        // Of RED nothing leaves the room.
        let red = ask(room, GOOGLE, &number, |input| {
            (input.text, input.tlp, input.to, input.named) = ("Four.".into(), "red".into(), vec![], vec!["liaison@reddit.example".into()]);
        }).await.expect("asked").asked[0];
        assert_eq!(crossings(room, LEAD, &query).await[0].id, red);
        let (proof, csv) = handed(&test, LEAD, &[("direction", "asked")]).await;
        assert!(!proof.contains("Four.") && !csv.contains("Four."));
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn a_request_that_was_changed_by_hand_is_found(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Refuse("No.".into())).await.expect("refused");
        let passed = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        decide(&room, LEAD, passed, OnwardDecision::Approve).await.expect("approved");
        share::assign(room.clone(), asker(&room, TWITTER), EACH, passed, COLLEAGUE.into()).await.expect("handed over");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        for sql in [
            "update onward set state = 'approved' where comment = 'No.'",
            "update onward set body = 'Another.' where comment = 'No.'",
            "update onward set asked_organisation = to_organisation where comment = 'No.'",
            "update share set approved_organisation = to_organisation where approved_by is not null",
            "update share set assigned_to = null where assigned_to is not null",
            "delete from onward where comment = 'No.'",
        ] {
            let before = verify(&room, &VerifyOptions::default()).await.expect("walks").findings;
            tamper(base, sql).await;
            let after = verify(&room, &VerifyOptions::default()).await.expect("walks").findings;
            assert!(after.iter().any(|finding| !before.contains(finding)), "{sql}: {after:?}");
        }
        room.close().await;
    }

    async fn the_lead_is_told_what_is_asked_the_asker_what_was_said_and_nobody_else(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let (quiet, fbi) = (told(&room, "analyst@cisa.example").await.len(), told(&room, FBI).await.len());
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        for who in [LEAD, "liaison@cisa.example", "counsel@cisa.example"] {
            let line = told(&room, who).await.remove(0);
            assert_eq!((line.what, line.href().as_str()), (NoticeWhat::OnwardAsked, "/shares"), "{who}");
            assert_eq!(line.by.map(|by| by.email).as_deref(), Some(GOOGLE));
        }
        let refused = ask(&room, GOOGLE, &number, |input| input.to = vec!["reddit".into()]).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        decide(&room, LEAD, refused, OnwardDecision::Refuse(String::new())).await.expect("refused");
        assert_eq!(whats(&room, GOOGLE).await[..2], [NoticeWhat::OnwardRefused, NoticeWhat::OnwardApproved]);
        assert_eq!(whats(&room, TWITTER).await, [NoticeWhat::Shared]);
        assert_eq!(told(&room, "liaison@reddit.example").await, []);
        assert_eq!(told(&room, "analyst@cisa.example").await.len(), quiet, "it speaks for nobody");
        assert_eq!(told(&room, FBI).await.len(), fbi, "who takes part learns nothing of the request");
        // Whom a share is handed to is told, at home.
        share::assign(room.clone(), asker(&room, TWITTER), EACH, id, COLLEAGUE.into()).await.expect("handed over");
        let line = told(&room, COLLEAGUE).await.remove(0);
        assert_eq!((line.what, line.href().as_str()), (NoticeWhat::HandedOver, "/shares?mine=1"));
        // With the sight of the incident the notices go.
        let first = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, first, Step::Revoke).await.expect("taken back");
        for who in [GOOGLE, TWITTER, COLLEAGUE] {
            assert_eq!(told(&room, who).await, [], "{who}");
        }
        room.close().await;
    }
}
