//! The preview keeps what it promises: what its reader finds once it is delivered is what the preview showed.

use app::model::{EntryId, id::Number};
use axum::http::StatusCode;
use server::service::{Room, evidence::EvidenceInput};

use crate::{
    base::both,
    evidence::{PNG, attach},
    onward,
    story::{open, opened, post},
    test_app::{Client, Reply, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";

/// The words of the page between two marks, without what only its reader's hands are for.
fn words(html: &str, from: &str, to: &str) -> String {
    let start = html.find(from).unwrap_or_else(|| panic!("{from} in {html}"));
    let end = html[start..].find(to).map_or(html.len(), |end| start + end);
    let mut part = html[start..end].to_owned();
    for (tag, end) in
        [("form", "form"), ("details", "details"), ("button", "button"), ("span class=\"te-acts\"", "span")]
    {
        while let Some(at) = part.find(&format!("<{tag}")) {
            let close = format!("</{end}>");
            let end = part[at..].find(&close).map_or(part.len(), |end| at + end + close.len());
            part.replace_range(at..end, " ");
        }
    }
    let (mut text, mut inside) = (String::new(), false);
    for letter in part.chars() {
        match letter {
            '<' => inside = true,
            '>' => (inside, text) = (false, text + " "),
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    // Where nothing is drawn the renderer leaves a mark.
    text.split_whitespace().filter(|word| *word != "--").collect::<Vec<_>>().join(" ")
}

/// What an incident's page and its picture have in common.
fn parts(html: &str) -> Vec<(&'static str, String)> {
    let section = |id: &str| words(html, &format!("id=\"{id}\""), "</section>");
    vec![
        ("timeline", words(html, "<ol id=\"entries\" class=\"tl-list\"", "class=\"inc-side\"")),
        ("shares", section("shares")),
        ("evidence", section("evidence")),
        ("indicators", section("indicators")),
        ("tasks", section("tasks")),
        ("organisations", section("organisations")),
    ]
}

/// Sends the form, and then the same again without its button for the preview.
async fn previewed(client: &Client, number: &Number, form: &str, fields: &[(&str, &str)]) -> (Reply, Reply) {
    let (page, action) = (format!("/incidents/{number}?form={form}"), format!("/incidents/{number}/{form}"));
    let asking: Vec<_> = fields.iter().copied().chain([("preview", "1")]).collect();
    let picture = client.submit(&page, &action, &asking).await;
    assert_eq!(picture.status, StatusCode::OK, "{}", picture.text());
    let token = picture.form_token(&action).expect("a form");
    let sent = client.post(&action, &token, fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    (picture, sent)
}

/// The recipient's page right after, part by part beside the picture.
async fn same(test: &TestApp, who: &str, number: &Number, picture: &Reply, about: &str) {
    let page = test.sign_in(who).await.get(&format!("/incidents/{number}")).await.text();
    for ((name, shown), (_, found)) in parts(&picture.text()).into_iter().zip(parts(&page)) {
        assert_eq!(shown, found, "{about}: {name}");
    }
}

/// Two exhibits and an entry, to go along.
async fn filled(room: &Room, number: &Number) -> EntryId {
    for (name, more) in [("flyer.png", "one"), ("text.png", "two")] {
        let bytes = [PNG, more.as_bytes()].concat();
        attach(room, LEAD, number, name, &bytes, EvidenceInput::default()).await.expect("taken in");
    }
    post(room, LEAD, number, |input| input.text = "The recorder has put it right.".into())
        .await
        .expect("posted")
}

both! {
    async fn what_a_preview_shows_is_what_its_reader_finds_once_it_is_delivered(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let lead = test.sign_in(LEAD).await;
        for (tlp, with, named) in [("amber", vec![], ""), ("amber", vec!["google", "fbi"], ""), ("green", vec![], ""), ("red", vec![], GOOGLE)] {
            let number = open(room, "analyst@cisa.example", |input| {
                input.tlp = tlp.into();
                input.share_with = with.iter().map(|slug| (*slug).to_owned()).collect();
                if tlp == "red" {
                    input.named = vec![LEAD.into()];
                }
            }).await;
            let entry = if tlp == "red" { None } else { Some(filled(room, &number).await.to_string()) };
            let mut fields = vec![("purpose", "question"), ("text", "Do you see it too?"), ("foreign_nexus", "suspected")];
            match &entry {
                Some(entry) => fields.extend([("to", "google"), ("exhibits", "2"), ("entries", entry.as_str())]),
                None => fields.push(("named", named)),
            }
            let (picture, _) = previewed(&lead, &number, "shares", &fields).await;
            let about = format!("{tlp} {with:?}");
            let (_, strip) = parts(&picture.text()).pop().expect("the strip");
            assert!(strip.contains("Told "), "{about}: the strip says so: {strip}");
            same(&test, GOOGLE, &number, &picture, &about).await;
        }
        room.close().await;
    }

    async fn a_preview_of_long_lists_shows_the_first_page_of_each_as_its_reader_will(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.share_with = vec!["google".into()]).await;
        let entry = post(room, LEAD, &number, |input| input.text = "The very first word.".into()).await.expect("posted");
        base.clock.advance(60);
        crate::panel::exhibits(room, &number, 62).await;
        for count in 0..62 {
            // Every second one is for the agencies: it is on nobody else's page, and counted among what is hidden.
            post(room, LEAD, &number, |input| {
                (input.text, input.audience) = (format!("Call {count:02}."), if count % 2 == 0 { vec!["cisa".into()] } else { vec![] });
            }).await.expect("posted");
            crate::story::share_with(room, LEAD, &number, "google").await.expect("shared");
        }
        base.clock.advance(3_600);
        let lead = test.sign_in(LEAD).await;
        let entry = entry.to_string();
        let fields = [("to", "google"), ("purpose", "question"), ("text", "Do you see it too?"), ("exhibits", "1"), ("entries", entry.as_str())];
        let (picture, _) = previewed(&lead, &number, "shares", &fields).await;
        let html = picture.text();
        assert!(html.contains("31 entries of the timeline: for CISA only"), "counted to the end: {html}");
        for words in ["Older entries", "Older exhibits", "Older shares", "60+"] {
            assert!(html.contains(words), "{words}");
        }
        let message = words(&html, "class=\"pv-message\"", "class=\"inc pv-page\"");
        assert!(message.contains("E-1") && message.contains("Update"), "what goes along, from whatever page: {message}");
        same(&test, GOOGLE, &number, &picture, "long lists").await;
        room.close().await;
    }

    async fn who_is_told_at_once_with_others_finds_them_named(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.share_with = vec![]).await;
        let lead = test.sign_in(LEAD).await;
        let fields = [("to", "twitter"), ("to", "google"), ("to", "fbi"), ("preview", "google"), ("text", "For your picture.")];
        let page = format!("/incidents/{number}?form=shares");
        let action = format!("/incidents/{number}/shares");
        let picture = lead.submit(&page, &action, &fields).await;
        let token = picture.form_token(&action).expect("a form");
        let sent: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "preview").collect();
        assert_eq!(lead.post(&action, &token, &sent).await.status, StatusCode::SEE_OTHER);
        same(&test, GOOGLE, &number, &picture, "three at once").await;
        room.close().await;
    }

    async fn what_waits_for_counsel_elsewhere_is_in_nobodys_picture(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.share_with = vec![]).await;
        let lead = test.sign_in(LEAD).await;
        let fields = [("to", "twitter"), ("to", "fbi"), ("preview", "fbi"), ("text", "Please remove it.")];
        let (page, action) = (format!("/incidents/{number}?form=shares"), format!("/incidents/{number}/shares"));
        let picture = lead.submit(&page, &action, &fields).await;
        let token = picture.form_token(&action).expect("a form");
        let sent: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "preview").collect();
        assert_eq!(lead.post(&action, &token, &sent).await.status, StatusCode::SEE_OTHER);
        same(&test, "liaison@fbi.example", &number, &picture, "Twitter waits").await;
        room.close().await;
    }

    async fn counsel_sees_before_the_release_what_the_recipient_finds_after_it(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.share_with = vec![]).await;
        let entry = filled(room, &number).await.to_string();
        let author = test.sign_in("liaison@cisa.example").await;
        let (page, action) = (format!("/incidents/{number}?form=shares"), format!("/incidents/{number}/shares"));
        let fields = [("to", "google"), ("text", "Please remove the page."), ("exhibits", "2"), ("entries", entry.as_str()), ("foreign_nexus", "suspected")];
        let picture = author.submit(&page, &action, &[&fields[..], &[("preview", "1")]].concat()).await;
        let sent = author.post(&action, &picture.form_token(&action).expect("a form"), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let id = crate::hold_along::held(room, COUNSEL).await[0].id;
        let counsel = test.sign_in(COUNSEL).await;
        let picture = counsel.get(&format!("/shares/{id}/preview")).await;
        assert_eq!(picture.status, StatusCode::OK, "{}", picture.text());
        assert!(picture.text().contains("Please remove the page."), "the message itself");
        let action = format!("/shares/{id}/release");
        let token = picture.form_token(&action).expect("counsel decides on the preview itself");
        let sent = counsel.post(&action, &token, &[("version", "1"), ("next", "/shares?tab=held")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        same(&test, GOOGLE, &number, &picture, "released").await;
        room.close().await;
    }

    async fn whoever_passes_on_looks_first_too(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        // GREEN is shared at once, and nobody lets it pass.
        let number = open(room, "analyst@cisa.example", |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        let google = test.sign_in(GOOGLE).await;
        let (picture, _) = previewed(&google, &number, "onward", &[("to", "twitter"), ("text", "You see it too.")]).await;
        assert!(picture.text().contains("Delivered at once") && picture.text().contains(">Share<"), "{}", picture.text());
        same(&test, "liaison@twitter.example", &number, &picture, "green").await;
        // AMBER is asked for: the picture is what they find once it passed, and nothing was asked by looking.
        let number = opened(room).await;
        let before = base.number("select count(*) from onward").await;
        let (page, action) = (format!("/incidents/{number}?form=onward"), format!("/incidents/{number}/onward"));
        let fields = [("to", "twitter"), ("text", "They may see it."), ("preview", "1")];
        let picture = google.submit(&page, &action, &fields).await;
        assert_eq!((picture.status, base.number("select count(*) from onward").await), (StatusCode::OK, before), "{}", picture.text());
        let text = picture.text();
        for shown in ["As Twitter will see it", "They may see it.", "CISA is asked first", ">Ask CISA<"] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        let back = google.post(&action, &picture.form_token(&action).expect("a form"), &[&fields[..2], &[("change", "1")]].concat()).await;
        assert!(back.status == StatusCode::OK && back.text().contains("They may see it."), "what was typed stays");
        let sent = google.post(&action, &back.form_token(&action).expect("a form"), &fields[..2]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        // What would be refused is refused here, beside its field.
        let strict = open(room, "analyst@cisa.example", |input| input.tlp = "amber+strict".into()).await;
        let (page, action) = (format!("/incidents/{strict}?form=onward"), format!("/incidents/{strict}/onward"));
        let refused = google.submit(&page, &action, &fields).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("is not passed on"), "{}", refused.text());
        room.close().await;
    }

    async fn whoever_is_asked_sees_what_would_be_found(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        base.clock.advance(60);
        let id = onward::ask(room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        let cisa = test.sign_in(LEAD).await;
        let picture = cisa.get(&format!("/shares/{id}/preview")).await;
        let action = format!("/shares/{id}/approve");
        let token = picture.form_token(&action).expect("a form");
        let sent = cisa.post(&action, &token, &[("version", "1"), ("next", "/shares")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        same(&test, "liaison@twitter.example", &number, &picture, "let pass").await;
        room.close().await;
    }
}
