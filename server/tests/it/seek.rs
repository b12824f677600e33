//! Links to one entry or share, which lead to the page where it stands.

use app::model::{EntryId, ShareId, id::Number};
use axum::http::StatusCode;
use server::service::{Room, entry::PostEntry};

use crate::{
    base::both,
    panel::{link, marked, page, section},
    story::{opened, post, share_with},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";
const GOOGLE: &str = "liaison@google.example";

async fn calls(room: &Room, number: &Number, count: usize) {
    for call in 0..count {
        post(room, LEAD, number, |input| input.text = format!("Call {call:03}.")).await.expect("posted");
    }
}

fn entries(html: &str) -> Vec<String> {
    marked(html, "id=\"entry-")
}

both! {
    async fn who_is_called_reads_the_entry_where_it_stands_now(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let first = post(room, LEAD, &number, |input| input.text = "Look, @liaison@google.example".into()).await.expect("posted");
        let google = test.sign_in(GOOGLE).await;
        let path = format!("/incidents/{number}");
        let bare = entries(&page(&google, &path).await);
        let told = marked(&page(&google, "/notifications").await, "href=\"/notifications/");
        let href = google.get(&format!("/notifications/{}", told[0])).await.location().to_owned();
        assert!(href.ends_with(&format!("#entry-{first}")), "{href}");
        assert_eq!(entries(&page(&google, &href).await), bare, "on the first page it is as ever");
        base.clock.advance(60);
        calls(room, &number, 130).await;
        assert!(!entries(&page(&google, &path).await).contains(&first.to_string()));
        let html = page(&google, &href).await;
        assert_eq!(entries(&html)[0], first.to_string(), "the page begins with it");
        assert!(html.contains("data-later"), "what arrives is for another page");
        let newest = page(&google, &link(&html, "To the first entries").or_else(|| Some(path.clone())).expect("a way")).await;
        assert_eq!(entries(&newest), entries(&page(&google, &path).await));
        // The other way round it is on the first page again, and a late one is not.
        let late = entries(&newest)[0].clone();
        let html = page(&google, &format!("{path}?order=oldest&at={late}")).await;
        assert_eq!(entries(&html), [late]);
        let form = page(&google, &format!("{path}?at={first}&show=updates")).await;
        assert!(entries(&form).contains(&first.to_string()) && !link(&form, "Decisions").is_some_and(|href| href.contains("at=")));
        room.close().await;
    }

    async fn an_entry_is_corrected_and_struck_where_it_stands(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let first = post(room, LEAD, &number, |input| input.text = "Three calls.".into()).await.expect("posted");
        base.clock.advance(60);
        calls(room, &number, 61).await;
        let lead = test.sign_in(LEAD).await;
        let path = format!("/incidents/{number}");
        let later = page(&lead, &link(&page(&lead, &path).await, "Older entries").expect("more entries")).await;
        let card = &later[later.find(&format!("id=\"entry-{first}\"")).expect("its card")..];
        let (correct, strike) = (link(card, "Correct").expect("its act"), link(card, "Strike").expect("its act"));
        let form = page(&lead, &correct).await;
        assert!(form.contains(&format!("name=\"corrects\" value=\"{first}\"")) && form.contains(">Three calls.</textarea>"), "{form}");
        let action = format!("{path}/entries");
        let corrects = first.to_string();
        let typed = [("kind", "update"), ("text", "Four calls."), ("tlp", "amber"), ("corrects", corrects.as_str())];
        let empty = lead.submit(&correct, &action, &[typed[0], ("text", " "), typed[2], typed[3]]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(entries(&empty.text()).contains(&corrects), "the page stays at what is corrected");
        let done = lead.submit(&correct, &action, &typed).await;
        assert_eq!(done.location(), format!("{path}?posted={first}&at={first}#entry-{first}"));
        let html = page(&lead, done.location()).await;
        assert!(html.contains("Four calls.") && html.contains("2 versions"), "{html}");
        let form = page(&lead, &strike).await;
        assert!(section(&form, "strike").contains("Four calls."), "its words stand in the form");
        let done = lead.submit(&strike, &format!("{action}/{first}/strike"), &[("reason", "Not so.")]).await;
        assert_eq!(done.location(), format!("{path}?at={first}#entry-{first}"));
        room.close().await;
    }

    async fn an_answer_that_is_refused_stays_beside_its_share(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let first: ShareId = share_with(room, LEAD, &number, "google").await.expect("shared");
        for _ in 0..61 {
            share_with(room, LEAD, &number, "google").await.expect("shared");
        }
        let google = test.sign_in(GOOGLE).await;
        let path = format!("/incidents/{number}");
        let long = "a".repeat(20_001);
        let reply = google.submit(&format!("{path}?at={first}"), &format!("{path}/shares/{first}/answer"), &[("text", &long)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = reply.text();
        assert!(html.contains(&format!("id=\"share-{first}\"")), "the page stays at the share");
        assert!(html.contains(&long), "with what was typed");
        room.close().await;
    }

    async fn a_correction_leads_to_what_it_corrects(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let first = post(room, LEAD, &number, |input| input.text = "Three calls.".into()).await.expect("posted");
        let correct = |input: &mut PostEntry| (input.text, input.corrects) = ("Four calls.".into(), Some(first.to_string()));
        base.clock.advance(60);
        calls(room, &number, 61).await;
        let correction = post(room, LEAD, &number, correct).await.expect("corrected");
        let lead = test.sign_in(LEAD).await;
        let html = page(&lead, &format!("/incidents/{number}?at={correction}")).await;
        assert_eq!(entries(&html)[0], first.to_string());
        // Who is called in a correction is led to what stands there.
        let call = |input: &mut PostEntry| (input.text, input.corrects) = ("Look, @liaison@google.example".into(), Some(first.to_string()));
        post(room, LEAD, &number, call).await.expect("corrected");
        let google = test.sign_in(GOOGLE).await;
        let told = marked(&page(&google, "/notifications").await, "href=\"/notifications/");
        let reply = google.get(&format!("/notifications/{}", told[0])).await;
        assert_eq!(reply.location(), format!("/incidents/{number}?at={first}#entry-{first}"));
        room.close().await;
    }

    async fn what_is_hidden_leads_where_what_never_was_does(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (number, other) = (opened(room).await, opened(room).await);
        let hidden = post(room, ANALYST, &number, |input| {
            (input.text, input.tlp, input.named) = ("For one alone.".into(), "red".into(), vec![ANALYST.into()]);
        }).await.expect("posted");
        let elsewhere = post(room, LEAD, &other, |_| {}).await.expect("posted");
        let theirs = share_with(room, LEAD, &number, "fbi").await.expect("shared");
        base.clock.advance(60);
        calls(room, &number, 65).await;
        for _ in 0..61 {
            share_with(room, LEAD, &number, "google").await.expect("shared");
        }
        let google = test.sign_in(GOOGLE).await;
        let path = format!("/incidents/{number}");
        let shown = |html: &str| (entries(html), marked(section(html, "shares"), "<li id=\"share-"));
        let bare = shown(&page(&google, &path).await);
        let none = EntryId(uuid::Uuid::from_u128(7)).to_string();
        for at in [hidden.to_string(), elsewhere.to_string(), theirs.to_string(), none, "nonsense".into(), String::new()] {
            assert_eq!(shown(&page(&google, &format!("{path}?at={at}")).await), bare, "{at}");
        }
        // For those who may see them they are places like any other.
        let analyst = test.sign_in(ANALYST).await;
        assert_eq!(entries(&page(&analyst, &format!("{path}?at={hidden}")).await)[0], hidden.to_string());
        room.close().await;
    }

    async fn the_inbox_leads_to_a_share_that_is_pages_back(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let first: ShareId = share_with(room, LEAD, &number, "google").await.expect("shared");
        for _ in 0..60 {
            share_with(room, LEAD, &number, "google").await.expect("shared");
        }
        let path = format!("/incidents/{number}");
        let google = test.sign_in(GOOGLE).await;
        let shares = |html: &str| marked(section(html, "shares"), "<li id=\"share-");
        let newest = shares(&page(&google, &path).await);
        assert!(!newest.contains(&first.to_string()));
        let inbox = marked(&page(&google, "/shares").await, &format!("href=\"{path}?at="));
        assert!(!inbox.is_empty() && inbox.iter().any(|href| href.contains("#share-")), "rows lead to their share");
        let html = page(&google, &format!("{path}?at={first}")).await;
        assert_eq!(shares(&html)[0], first.to_string());
        let back = link(&html, "To the newest shares").expect("a way back");
        assert_eq!(shares(&page(&google, &back).await), newest);
        room.close().await;
    }
}
