//! The end of an organisation's part as an act: who does it, and what waited for it.

use app::model::{
    hold::HoldState,
    inbox::{ShareQuery, ShareTab},
    notice::NoticeWhat,
    share::ShareState,
};
use axum::http::StatusCode;
use server::service::{
    Error,
    invitation::{self, NewInvitation},
    organisation::{self, Leave},
    person,
    share::{self, ShareInput, Step},
    verify,
};

use crate::{
    base::{EACH, asker, both},
    leave::{CISA, GOOGLE, LEAD, REASON, ROOM, comes_back, leaves, whats},
    ledger::told,
    story::{open, opened, refused, share_with, step},
    test_app::TestApp,
};

both! {
    async fn what_waits_for_it_or_for_its_counsel_says_so_and_its_links_open_no_more(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        room.set_sends_mail();
        let number = opened(room).await;
        let asked = ShareInput { to: vec!["google".into()], purpose: "question".into(), text: "Is it yours?".into(), ..ShareInput::default() };
        let question = share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), asked).await.expect("asked").shares[0];
        let waits = told(room, &number, "google", "Please remove the page and suspend the account.").await;
        let admin = asker(room, "admin@google.example");
        let new = NewInvitation {
            name: "Dana Brook".into(),
            email: "dana@google.example".into(),
            organisation: "google".into(),
            roles: vec!["analyst".into()],
        };
        let link = invitation::invite(room, &admin, new.clone(), &EACH).await.expect("invited");
        let reset = invitation::reset(room, &admin, asker(room, GOOGLE).viewer.person, &EACH).await.expect("made");
        leaves(room, "google").await;
        for link in [link.path(), reset.path()] {
            assert_eq!(test.visitor().get(&link).await.status, StatusCode::NOT_FOUND);
        }
        let tab = async |tab| share::inbox(room, &asker(room, LEAD).viewer, &ShareQuery::of(tab), 20).await.expect("a page");
        assert!(tab(ShareTab::Waiting).await.lines.is_empty(), "nobody waits for it");
        let done = tab(ShareTab::Done).await;
        let line = done.lines.iter().find(|line| line.share.id == question).expect("the question");
        assert_eq!((line.share.state, line.share.answered_at), (ShareState::Ended, None));
        let held = tab(ShareTab::Held).await;
        assert_eq!(held.holds.iter().find(|hold| hold.id == waits).map(|hold| hold.state), Some(HoldState::Withdrawn));
        let told = whats(room, LEAD).await;
        assert!(told.contains(&NoticeWhat::Ended) && told.contains(&NoticeWhat::Withdrawn), "{told:?}");
        let page = test.sign_in(LEAD).await.get("/shares?tab=held").await.text();
        assert!(page.contains("Withdrawn") && page.contains("Google left the room."), "{page}");
        assert!(matches!(step(room, LEAD, question, Step::Revoke).await, Err(Error::Invalid(_))));
        assert_eq!(base.number("select count(*) from mail e join person p on p.id = e.person_id where e.state = 'waiting' and p.email like '%@google.example'").await, 0);
        // Nobody is invited into it, and nothing is shared with it.
        assert_eq!(refused(invitation::invite(room, &asker(room, ROOM), new, &EACH).await), ["organisation"]);
        assert_eq!(refused(share_with(room, LEAD, &number, "google").await), ["to"]);
        let analyst = test.sign_in(CISA).await;
        assert!(!analyst.get("/incidents/new").await.text().contains("value=\"google\""));
        assert!(!analyst.get("/people").await.text().contains("liaison@google.example"));
        assert!(analyst.get("/organisations").await.text().contains("Left the room"));
        assert!(verify::verify(room, &Default::default()).await.expect("walks").is_clean());
    }

    async fn one_that_leads_three_hundred_incidents_leaves_with_one_answer(base) {
        let patient = TestApp::new(base).await;
        let room = &patient.app.room;
        for n in 0..300 {
            open(room, "lead@google.example", |new| {
                new.owner = None;
                (new.tlp, new.share_with) = if n % 2 == 0 { ("amber".into(), vec!["fbi".into()]) } else { ("green".into(), vec![]) };
            }).await;
        }
        let client = patient.sign_in(ROOM).await;
        let form = client.get("/organisations/google/leave").await.text();
        assert!(form.contains("name=\"others\"") && form.contains("<details class=\"lv-group\""), "{form}");
        assert_eq!(form.matches("name=\"leads.").count(), 300);
        // A page has a second here: what takes longer has to say so by itself, not by being cut.
        let test = TestApp::of(room.clone(), &["--answer-timeout=1"]);
        let hasty = test.visitor();
        for (name, value) in client.cookies() {
            hasty.set_cookie(&name, &value);
        }
        let (path, confirm) = ("/organisations/google/leave", "/organisations/google/leave/confirm");
        let prospect = organisation::prospect(room, &asker(room, ROOM), "google").await.expect("a prospect");
        // Those that somebody takes part in are proposed; of the others one answer is for all.
        let mut fields: Vec<(String, String)> = prospect.moving().filter(|led| led.candidates[0].takes_part)
            .map(|led| (led.field(), led.candidates[0].organisation.slug.clone())).collect();
        assert_eq!(fields.len(), 150);
        fields.extend([("version".into(), prospect.version.to_string()), ("reason".into(), REASON.into())]);
        let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let token = crate::authorisation::form_token(&test, &hasty, path);
        let refused = hasty.post(path, &token, &pairs).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody was chosen for half of them");
        let with = [pairs.as_slice(), &[("others", "cisa")]].concat();
        let review = hasty.post(path, &token, &with).await;
        assert_eq!(review.status, StatusCode::OK, "{}", review.text());
        assert!(review.text().contains("name=\"others\" value=\"cisa\"") && review.text().matches(" leads</b>").count() == 300);
        let token = crate::authorisation::form_token(&test, &hasty, confirm);
        for _ in 0..2 {
            let done = hasty.post(confirm, &token, &with).await;
            assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/organisations/google"), "{}", done.text());
        }
        let led = async |slug: &str| base.number(&format!("select count(*) from incident where is_open and lead_slug = '{slug}'")).await;
        assert_eq!([led("google").await, led("fbi").await, led("cisa").await], [0, 150, 150]);
        assert_eq!(base.number("select count(*) from journal where noun = 'organisation' and action = 'left'").await, 1);
    }

    async fn only_a_room_admin_of_another_organisation_ends_its_part_or_takes_it_back(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for who in ["admin@google.example", "admin@cisa.example", GOOGLE, "auditor@watchfloor.example", CISA] {
            let client = test.sign_in(who).await;
            assert_eq!(client.get("/organisations/google/leave").await.status, StatusCode::FORBIDDEN, "{who}");
            for deed in ["leave", "leave/confirm", "return"] {
                let path = format!("/organisations/google/{deed}");
                let token = crate::authorisation::form_token(&test, &client, &path);
                let reply = client.post(&path, &token, &[("version", "1"), ("reason", "x")]).await;
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{who} {deed}");
            }
        }
        let root = asker(room, ROOM);
        let own = organisation::leave(room, &root, "watchfloor", Leave { reason: "x".into(), version: 1, ..Leave::default() }, &EACH).await;
        assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
        let stale = organisation::leave(room, &root, "google", Leave { reason: "x".into(), version: 7, ..Leave::default() }, &EACH).await;
        assert!(matches!(stale, Err(Error::Changed { version: 1 })), "{stale:?}");
        let version = leaves(room, "google").await;
        let twice = organisation::leave(room, &root, "google", Leave { reason: "x".into(), version, ..Leave::default() }, &EACH).await;
        assert!(matches!(twice, Err(Error::Changed { .. })), "{twice:?}");
        comes_back(room, "google", version).await;

        // Two who end each other's: one stays, and somebody can take the other back.
        let (cisa, words) = (asker(room, "admin@cisa.example").viewer.person, ["org_admin".to_owned(), "room_admin".to_owned()]);
        person::set_roles(room, &root, cisa, &words, 1, &EACH).await.expect("a second room admin");
        let other = asker(room, "admin@cisa.example");
        let input = Leave { reason: REASON.into(), version: 1, ..Leave::default() };
        let (one, two) = tokio::join!(
            organisation::leave(room, &root, "cisa", input.clone(), &EACH),
            organisation::leave(room, &other, "watchfloor", input, &EACH),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(base.number("select count(*) from organisation where left_at is not null").await, 1);
    }

    async fn a_write_that_waited_while_its_organisation_left_is_not_done(base) {
        let room = base.founded().await;
        let number = open(&room, CISA, |new| (new.tlp, new.share_with) = ("green".into(), vec![])).await;
        let late = asker(&room, GOOGLE);
        leaves(&room, "google").await;
        let before = base.number("select count(*) from journal").await;
        let input = server::service::entry::PostEntry { text: "Too late.".into(), ..Default::default() };
        let posted = server::service::entry::post(room.clone(), late, EACH, number, input).await;
        assert!(matches!(posted, Err(Error::Forbidden(_))), "{posted:?}");
        assert_eq!(base.number("select count(*) from journal").await, before);
    }
}
