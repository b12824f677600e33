//! People called with `@`: who can be, what is refused, and what the words look like.

use app::model::entry::Entry;
use server::service::{
    Error, Room,
    entry::{self, TimelineQuery},
    person,
};

use crate::{
    base::{EACH, asker, both},
    story::{open, opened, post, refused, see},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";
const GOOGLE: &str = "liaison@google.example";

async fn timeline(room: &Room, who: &str, number: &app::model::id::Number) -> Vec<Entry> {
    let incident = see(room, who, number).await.expect("visible");
    let query = TimelineQuery { limit: 50, ..TimelineQuery::default() };
    let page = entry::list(room, &asker(room, who).viewer, &incident, &query).await.expect("a timeline");
    page.entries.into_inner()
}

async fn called(room: &Room, number: &app::model::id::Number, text: &str) -> Vec<String> {
    let id = post(room, CISA, number, |post| post.text = text.into()).await.expect("posted");
    let entries = timeline(room, CISA, number).await;
    let entry = entries.iter().find(|entry| entry.id == id).expect("in the timeline");
    entry.mentions.iter().map(|person| person.email.clone()).collect()
}

/// What stands beside the text; none when it was posted.
async fn fault(
    room: &Room,
    number: &app::model::id::Number,
    text: &str,
    audience: &[&str],
) -> Option<String> {
    let words = |post: &mut entry::PostEntry| {
        post.text = text.into();
        post.audience = audience.iter().map(|slug| (*slug).to_owned()).collect();
    };
    match post(room, CISA, number, words).await {
        Ok(_) => None,
        Err(Error::Invalid(errors)) => errors.first("text").map(str::to_owned),
        Err(other) => panic!("{other:?}"),
    }
}

both! {
    async fn an_address_calls_its_person_and_a_handle_stays_a_word(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        assert_eq!(called(&room, &number, "Please look, @liaison@google.example.").await, [GOOGLE]);
        assert_eq!(called(&room, &number, "@azvotes2020 is a handle, and so is @nobody").await, Vec::<String>::new());
        assert_eq!(called(&room, &number, "@Liaison@Google.example and @liaison@google.example").await, [GOOGLE]);
        // Two organisations see it: a word that both have somebody for needs the address.
        let message = fault(&room, &number, "Ask @liaison", &[]).await.expect("refused");
        assert!(message.contains("@liaison@"), "{message}");
        assert!(fault(&room, &number, "Ask @room-admin", &[]).await.is_some(), "they see nothing");
        room.close().await;
    }

    async fn an_entry_calls_twenty_people_and_no_crowd(base) {
        let room = base.founded().await;
        let number = open(&room, CISA, |input| input.tlp = "green".into()).await;
        let directory = room.directory();
        let members = directory.members();
        let known = members.iter().map(|member| member.person.email.as_str());
        let known: Vec<_> = known.filter(|email| email.starts_with("analyst@") || email.starts_with("liaison@")).collect();
        let calling = |n: usize| known[..n].iter().map(|email| format!("@{email}")).collect::<Vec<_>>().join(" ");
        assert_eq!(called(&room, &number, &calling(20)).await.len(), 20);
        let message = fault(&room, &number, &calling(21), &[]).await.expect("refused");
        assert!(message.contains("At most 20"), "{message}");
        room.close().await;
    }

    async fn who_would_not_see_the_entry_is_not_called_and_the_words_say_no_more(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let hidden = fault(&room, &number, "Ask @liaison@fbi.example", &[]).await.expect("refused");
        // Another incident, which the FBI does not see for another reason: the same words.
        let red = open(&room, CISA, |input| {
            (input.tlp, input.share_with, input.named) = ("red".into(), vec![], vec![GOOGLE.into()]);
        }).await;
        assert_eq!(fault(&room, &red, "Ask @liaison@fbi.example", &[]).await.as_deref(), Some(hidden.as_str()));
        for word in [number.to_string(), "CISA".into(), "Google".into(), "AMBER".into()] {
            assert!(!hidden.contains(&word), "{hidden}");
        }
        // In the incident, but not in the audience of this entry.
        let narrowed = fault(&room, &number, "Ask @liaison@google.example", &["cisa"]).await.expect("refused");
        assert_eq!(narrowed.replace("google", "fbi"), hidden);
        assert_eq!(fault(&room, &number, "Ask @lead", &["cisa"]).await, None, "one of CISA has this word");
        // Nobody knows of who was suspended: the word is a word.
        let admin = asker(&room, "admin@google.example");
        let gone = asker(&room, "analyst@google.example").viewer.person;
        person::suspend(&room, &admin, gone, "left", &EACH).await.expect("suspended");
        assert_eq!(fault(&room, &number, "Ask @analyst@google.example", &[]).await, None);
        let refused_by_form = post(&room, CISA, &number, |post| post.text = "@liaison@fbi.example".into()).await;
        assert_eq!(refused(refused_by_form), ["text"]);
        room.close().await;
    }

    async fn a_correction_calls_for_itself_and_the_first_call_stays(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let first = post(&room, CISA, &number, |post| post.text = "Ask @liaison@google.example".into()).await.expect("posted");
        post(&room, CISA, &number, |post| {
            (post.text, post.corrects) = ("Ask @counsel@google.example".into(), Some(first.to_string()));
        }).await.expect("corrected");
        let entries = timeline(&room, GOOGLE, &number).await;
        let entry = entries.iter().find(|entry| entry.id == first).expect("in the timeline");
        let mut called: Vec<_> = entry.mentions.iter().map(|person| person.email.as_str()).collect();
        called.sort_unstable();
        assert_eq!(called, ["counsel@google.example", GOOGLE]);
        // Append-only, like the entry.
        assert!(base.execute("delete from mention").await.is_err());
        assert!(base.execute("update mention set person_id = person_id").await.is_err());
        let report = server::service::verify::verify(&room, &server::service::verify::VerifyOptions::default()).await.expect("walked");
        assert!(report.is_clean(), "{report:?}");
        room.close().await;
    }

    async fn the_page_shows_names_where_addresses_were_typed(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let cisa = test.sign_in(CISA).await;
        let path = format!("/incidents/{number}");
        let action = format!("{path}/entries");
        let fields = [("kind", "update"), ("tlp", "amber"), ("audience", "cisa"), ("audience", "google")];
        let words = [("text", "Please look, @liaison@google.example: <b>now</b>.")];
        let sent = cisa.submit(&path, &action, &[fields.as_slice(), &words].concat()).await;
        assert_eq!(sent.status, axum::http::StatusCode::SEE_OTHER, "{}", sent.text());
        let page = test.sign_in(GOOGLE).await.get(&path).await.text();
        let name = asker_name(&test.app.room, GOOGLE);
        assert!(page.contains(&format!("@{name} (Google)</span>")), "named");
        assert!(page.contains(": &lt;b&gt;now"), "and nothing else is markup");
        // What cannot be called comes back with what was typed and the message beside the field.
        let words = [("text", "Please look, @liaison@fbi.example.")];
        let back = cisa.submit(&path, &action, &[fields.as_slice(), &words].concat()).await;
        assert_eq!(back.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.text().contains("id=\"c-text-error\"") && back.text().contains("Please look, @liaison@fbi.example."));
    }
}

fn asker_name(room: &Room, email: &str) -> String {
    room.directory().find(email).expect("known").person.name.clone()
}
