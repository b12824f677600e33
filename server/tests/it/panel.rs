//! The lists beside an incident's timeline, page by page.

use app::{
    model::{EntryId, id::Number},
    policy::Cleared,
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Room,
    evidence::{self, EvidenceInput},
    incident::{self, MarkingInput},
    indicator::{self, IndicatorInput},
    playbook, share,
    task::{self, TaskInput},
};

use crate::{
    base::{EACH, asker, both},
    story::{open, opened, post, see, share_with, version},
    test_app::{Client, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";
const GOOGLE: &str = "liaison@google.example";

async fn indicators(room: &Room, number: &Number, from: usize, to: usize) {
    for count in from..to {
        let value = format!("@sender_{count:03}");
        let input = IndicatorInput { kind: "handle".into(), value, note: String::new() };
        indicator::add(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("added");
    }
}

/// Links as exhibits: the first has the number 1.
pub(crate) async fn exhibits(room: &Room, number: &Number, count: usize) {
    for _ in 0..count {
        let input =
            EvidenceInput { url: Some("https://clerk.example/notice".into()), ..EvidenceInput::default() };
        evidence::add_link(room.clone(), asker(room, LEAD), EACH, number.clone(), input)
            .await
            .expect("added");
    }
}

async fn tasks(room: &Room, number: &Number, count: usize) -> Vec<app::model::TaskId> {
    let mut all = vec![];
    for count in 0..count {
        let input = TaskInput { text: format!("Ring clerk {count:03}."), ..TaskInput::default() };
        all.push(
            task::add(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("added").id,
        );
    }
    all
}

/// The address behind a link's words, as a browser reads it.
pub(crate) fn link(html: &str, words: &str) -> Option<String> {
    let end = html.find(&format!("{words}</a>"))?;
    let tag = &html[html[..end].rfind("<a ")?..end];
    let href = &tag[tag.find("href=\"")? + 6..];
    Some(href[..href.find('"')?].replace("&amp;", "&"))
}

/// What stands behind a mark, each up to its quotation mark.
pub(crate) fn marked(html: &str, mark: &str) -> Vec<String> {
    html.split(mark).skip(1).map(|rest| rest[..rest.find('"').unwrap_or(0)].to_owned()).collect()
}

/// The section with this id.
pub(crate) fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let rest = &html[html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("#{id}"))..];
    &rest[..rest.find("</section>").unwrap_or(rest.len())]
}

/// The number in a head, as it is read.
fn count(html: &str, head: &str) -> String {
    let rest = &html[html.find(&format!("id=\"{head}\"")).unwrap_or_else(|| panic!("#{head}"))..];
    let rest = &rest[rest.find("class=\"n\">").expect("a number") + 10..];
    rest[..rest.find('<').expect("its end")].to_owned()
}

pub(crate) async fn page(client: &Client, path: &str) -> String {
    let reply = client.get(path).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
    reply.text()
}

/// The page has this box, and it is ticked.
fn is_ticked(html: &str, name: &str, value: &str) -> bool {
    let Some(at) = html.find(&format!("name=\"{name}\" value=\"{value}\"")) else { return false };
    let tag = &html[html[..at].rfind("<input").expect("a box")..];
    tag[..tag.find('>').expect("its end")].contains("checked")
}

both! {
    async fn indicators_are_read_on_three_pages_newest_first_and_each_once(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        // What came under RED stays with those who were named: for Google there is neither a gap nor a number.
        let number = open(room, LEAD, |input| {
            (input.tlp, input.named, input.share_with) = ("red".into(), vec![LEAD.into()], vec![]);
        }).await;
        indicators(room, &number, 0, 3).await;
        let input = MarkingInput { version: version(room, LEAD, &number).await, tlp: "green".into(), reason: "Known.".into(), named: vec![] };
        incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("marked");
        indicators(room, &number, 3, 100).await;
        let path = format!("/incidents/{number}");
        let (lead, google) = (test.sign_in(LEAD).await, test.sign_in(GOOGLE).await);
        let html = page(&lead, &path).await;
        assert_eq!((count(&html, "in-h").as_str(), link(&html, "Older indicators")), ("100", None), "all on one page");
        assert_eq!(count(&page(&google, &path).await, "in-h"), "97");
        indicators(room, &number, 100, 230).await;
        for (client, all) in [(&lead, 0..230), (&google, 3..230)] {
            let (mut next, mut found, mut pages) = (Some(path.clone()), vec![], 0);
            while let Some(at) = next {
                let html = page(client, &at).await;
                assert_eq!(count(&html, "in-h"), "100+", "{at}");
                assert!(section(&html, "inc-tabs").contains("100+"), "the tabs say the same");
                assert_eq!(link(&html, "To the newest indicators").is_some(), pages > 0);
                found.extend(html.split("<code>@sender_").skip(1).map(|rest| rest[..3].parse::<usize>().expect("a number")));
                next = link(&html, "Older indicators");
                assert!(next.as_ref().is_none_or(|next| next.ends_with("#indicators")), "{next:?}");
                pages += 1;
            }
            assert_eq!((pages, found), (3, all.rev().collect::<Vec<_>>()));
        }
        room.close().await;
    }

    async fn each_link_keeps_what_the_other_lists_show(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        exhibits(room, &number, 65).await;
        indicators(room, &number, 0, 101).await;
        tasks(room, &number, 101).await;
        let lead = test.sign_in(LEAD).await;
        let path = format!("/incidents/{number}");
        let html = page(&lead, &format!("{path}?show=evidence")).await;
        assert_eq!(["ev-h", "in-h", "ta-h", "sh-h"].map(|head| count(&html, head)), ["60+", "100+", "100+", "1"]);
        let mut at = link(&html, "Older exhibits").expect("more exhibits");
        for words in ["Older indicators", "Further tasks"] {
            at = link(&page(&lead, &at).await, words).unwrap_or_else(|| panic!("{words}"));
        }
        let html = page(&lead, &at).await;
        let numbers = marked(section(&html, "evidence"), "id=\"exhibit-");
        assert_eq!(numbers, ["5", "4", "3", "2", "1"]);
        assert!(html.contains("@sender_000") && !html.contains("@sender_001"), "its second page");
        assert_eq!(section(&html, "tasks").matches("Ring clerk ").count(), 2, "and the tasks': one, with its button");
        assert!(at.contains("show=evidence"), "the timeline's question stays: {at}");
        // What reads the sections again reads these pages.
        let source = marked(&html, "data-source=\"")[0].replace("&amp;", "&");
        assert_eq!(source, at.split('#').next().expect("an address"));
        let timeline = link(&html, "Older entries").expect("more entries");
        for word in ["exhibits=", "indicators=", "tasks=", "show=evidence", "after="] {
            assert!(timeline.contains(word), "{word}: {timeline}");
        }
        let back = link(&html, "To the newest exhibits").expect("a way back");
        assert!(back.contains("tasks=") && !back.contains("exhibits="), "{back}");
        assert_eq!(marked(section(&page(&lead, &back).await, "evidence"), "id=\"exhibit-").len(), 60);
        // An entry on the page tells of a file that the panel shows on a later one.
        let older = page(&lead, &link(&page(&lead, &format!("{path}?show=evidence")).await, "Older entries").expect("more")).await;
        assert!(older.contains("/evidence/E-2\">E-2</a> clerk.example") || older.contains("clerk.example/notice"), "with its name");
        room.close().await;
    }

    async fn a_cursor_is_for_one_list_of_one_incident(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (number, other) = (opened(room).await, opened(room).await);
        exhibits(room, &number, 61).await;
        indicators(room, &number, 0, 101).await;
        let lead = test.sign_in(LEAD).await;
        let html = page(&lead, &format!("/incidents/{number}")).await;
        let cursor = |words: &str, name: &str| {
            let href = link(&html, words).expect("a link");
            href.split(&format!("{name}=")).nth(1).expect("a cursor").split(['&', '#']).next().expect("its end").to_owned()
        };
        let (exhibit, indicator) = (cursor("Older exhibits", "exhibits"), cursor("Older indicators", "indicators"));
        assert_eq!(exhibit.len(), indicator.len(), "its length tells nothing");
        let bad = lead.get(&format!("/incidents/{number}?after=nonsense")).await.status;
        for wrong in [
            format!("/incidents/{number}?exhibits={indicator}"), format!("/incidents/{number}?indicators={exhibit}"),
            format!("/incidents/{other}?exhibits={exhibit}"), format!("/incidents/{other}?indicators={indicator}"),
            format!("/incidents/{number}?tasks={indicator}"), format!("/incidents/{number}?shares=40"),
        ] {
            assert_eq!(lead.get(&wrong).await.status, bad, "{wrong}");
        }
        assert_eq!(bad, StatusCode::UNPROCESSABLE_ENTITY);
        // Who does not see the incident learns nothing from a cursor of it.
        let stranger = test.sign_in("analyst@twitter.example").await;
        for query in [format!("?exhibits={exhibit}"), "?exhibits=nonsense".to_owned()] {
            assert_eq!(stranger.get(&format!("/incidents/{number}{query}")).await.status, StatusCode::NOT_FOUND);
        }
        room.close().await;
    }

    async fn open_tasks_stand_before_those_that_are_done_and_a_script_reads_all_in_order(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let lead = asker(room, LEAD);
        playbook::begin(room.clone(), lead.clone(), EACH, number.clone(), "results-site-down-or-defaced").await.expect("begun");
        base.clock.advance(5);
        let all = tasks(room, &number, 100).await;
        task::finish(room.clone(), lead.clone(), EACH, number.clone(), all[0]).await.expect("done");
        let browser = test.sign_in(LEAD).await;
        let html = page(&browser, &format!("/incidents/{number}")).await;
        assert_eq!(count(&html, "ta-h"), "100+");
        assert!(section(&html, "tasks").contains("step 1 of 6"));
        let first = marked(section(&html, "tasks"), "<li id=\"task-");
        let html = page(&browser, &link(&html, "Further tasks").expect("more tasks")).await;
        let second = marked(section(&html, "tasks"), "<li id=\"task-");
        assert!(section(&html, "tasks").contains("step 1 of 6"), "also where none of its steps is on the page");
        assert_eq!((first.len(), second.len()), (100, 6));
        assert_eq!(second.last(), Some(&all[0].to_string()), "what is done comes last");
        let shown: std::collections::BTreeSet<_> = first.iter().chain(&second).collect();
        assert_eq!(shown.len(), 106, "each once");
        let script = test.caller(LEAD).await;
        let walked = script.walk(&format!("/incidents/{number}/tasks"), 40).await;
        let steps: Vec<_> = walked.iter().take(6).map(|task| task["step"].as_i64()).collect();
        assert_eq!(steps, (1..=6).map(Some).collect::<Vec<_>>());
        let ids: Vec<_> = walked.iter().skip(6).map(|task| task["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids.len(), 100);
        // What is done meanwhile moves nothing in this order.
        let reply = script.read(&format!("/incidents/{number}/tasks?limit=50")).await;
        let seen: Vec<_> = reply["items"].as_array().expect("items").iter().map(|task| task["id"].clone()).collect();
        task::finish(room.clone(), lead, EACH, number.clone(), all[10]).await.expect("done");
        let cursor = reply["next"].as_str().expect("more");
        let rest = script.read(&format!("/incidents/{number}/tasks?limit=200&after={cursor}")).await;
        assert_eq!(seen.len() + rest["items"].as_array().expect("items").len(), 106);
        let wrong = script.json(Method::GET, &format!("/api/v1/incidents/{number}/tasks?after=nonsense"), &json!({})).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        room.close().await;
    }

    async fn who_was_told_when_is_true_on_every_page_of_the_shares(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let viewer = asker(room, LEAD).viewer;
        let incident: Cleared<_> = see(room, LEAD, &number).await.expect("seen");
        let told = share::overall(room, &viewer, &incident).await.expect("told").told[0].clone();
        base.clock.advance(3_600);
        for _ in 0..61 {
            share_with(room, LEAD, &number, "google").await.expect("shared");
        }
        let lead = test.sign_in(LEAD).await;
        let html = page(&lead, &format!("/incidents/{number}")).await;
        assert_eq!((count(&html, "sh-h").as_str(), marked(section(&html, "shares"), "<li id=\"share-").len()), ("60+", 60));
        let later = page(&lead, &link(&html, "Older shares").expect("more shares")).await;
        assert_eq!(marked(section(&later, "shares"), "<li id=\"share-").len(), 2);
        for html in [html, later] {
            let at = format!("Told<!> <time datetime=\"{}\"", told.delivered_at);
            assert!(section(&html, "organisations").contains(&at), "the first time: {}", section(&html, "organisations"));
        }
        room.close().await;
    }

    async fn every_exhibit_can_be_chosen_and_nothing_that_was_typed_is_lost(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        exhibits(room, &number, 60).await;
        let lead = test.sign_in(LEAD).await;
        let (form, action) = (format!("/incidents/{number}?form=shares"), format!("/incidents/{number}/shares"));
        assert!(!page(&lead, &form).await.contains("further_exhibits"), "all of them are listed");
        exhibits(room, &number, 5).await;
        assert!(page(&lead, &form).await.contains("further_exhibits"));
        let fields = [("to", "fbi"), ("text", "See these."), ("tlp", "amber"), ("purpose", "awareness"), ("exhibits", "60"), ("further_exhibits", "E-1, e-2 E-99 nonsense")];
        let refused = lead.submit(&form, &action, &fields).await;
        let html = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(html.contains("There is no exhibit E-99") && html.contains("value=\"E-99, nonsense\""), "beside its field: {html}");
        let ticked = |html: &str| ["1", "2", "60"].map(|value| is_ticked(html, "exhibits", value));
        assert_eq!(ticked(&html), [true; 3], "{html}");
        let token = refused.form_token(&action).expect("a form");
        let typed = [("to", "fbi"), ("text", "See these."), ("tlp", "amber"), ("exhibits", "1"), ("exhibits", "2"), ("exhibits", "60")];
        let picture = lead.post(&action, &token, &[&typed[..], &[("preview", "1")]].concat()).await;
        assert_eq!(picture.status, StatusCode::OK, "{}", picture.text());
        for exhibit in [1, 2, 60] {
            assert!(picture.text().contains(&format!("evidence/E-{exhibit}\" class=\"mono\">E-{exhibit}</a>")), "E-{exhibit} goes along");
        }
        let back = lead.post(&action, &token, &[&typed[..], &[("change", "1")]].concat()).await.text();
        assert_eq!(ticked(&back), [true; 3], "the way back keeps them");
        let ready = lead.post(&action, &token, &[&typed[..], &[("use_template", "1"), ("further_exhibits", "E-3")]].concat()).await.text();
        assert_eq!((ticked(&ready), is_ticked(&ready, "exhibits", "3")), ([true; 3], true), "and so do ready words");
        let sent = lead.post(&action, &token, &typed).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let incident = see(room, LEAD, &number).await.expect("seen");
        let (shares, _) = share::list_newest(room, &asker(room, LEAD).viewer, &incident, None, 1).await.expect("shares");
        assert_eq!(shares[0].exhibits, [1, 2, 60]);
        room.close().await;
    }

    async fn an_entry_is_shared_from_its_card_wherever_it_stands(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.share_with = vec!["google".into()]).await;
        let oldest: EntryId = post(room, LEAD, &number, |input| input.text = "The very first word.".into()).await.expect("posted");
        let hidden = post(room, ANALYST, &number, |input| {
            (input.text, input.tlp, input.named) = ("For one alone.".into(), "red".into(), vec![ANALYST.into()]);
        }).await.expect("posted");
        base.clock.advance(60);
        for count in 0..62 {
            post(room, LEAD, &number, |input| input.text = format!("Call {count:02}.")).await.expect("posted");
        }
        let lead = test.sign_in(LEAD).await;
        let path = format!("/incidents/{number}");
        let html = page(&lead, &path).await;
        assert!(!html.contains("The very first word."));
        let html = page(&lead, &link(&html, "Older entries").expect("more entries")).await;
        let card = &html[html.find(&format!("id=\"entry-{oldest}\"")).expect("its card")..];
        let href = link(card, "Share").expect("its act");
        assert_eq!(href, format!("{path}?form=shares&entry={oldest}#share"));
        let form = page(&lead, &href).await;
        assert!(is_ticked(&form, "entries", &oldest.to_string()) && form.contains("The very first word."), "{form}");
        assert_eq!(marked(&form, "name=\"entries\" value=\"").len(), 61, "with all of the page");
        // What the reader may not see is like what never was.
        let none = EntryId(uuid::Uuid::from_u128(7));
        let bare = |html: String, id: EntryId| html.replace(&id.to_string(), "");
        for wrong in [hidden, none] {
            let html = bare(page(&lead, &format!("{path}?form=shares&entry={wrong}")).await, wrong);
            assert_eq!(marked(&html, "name=\"entries\" value=\"").len(), 60);
            assert!(!html.contains("For one alone."));
        }
        let action = format!("{path}/shares");
        let id = oldest.to_string();
        let fields = [("to", "google"), ("text", ""), ("entries", id.as_str())];
        let refused = lead.submit(&href, &action, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_ticked(&refused.text(), "entries", &id), "it stays chosen");
        let fields = [("to", "google"), ("text", "See the first."), ("entries", id.as_str())];
        let sent = lead.submit(&href, &action, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let incident = see(room, GOOGLE, &number).await.expect("seen");
        let (shares, _) = share::list_newest(room, &asker(room, GOOGLE).viewer, &incident, None, 1).await.expect("shares");
        assert_eq!(shares[0].entries[0].id, oldest);
        // Who takes part passes it on; who may do neither has no such act.
        let google = test.sign_in(GOOGLE).await;
        let html = page(&google, &path).await;
        assert!(html.contains("?form=onward&amp;entry="), "{html}");
        let leadership = test.sign_in("leadership@google.example").await;
        let html = page(&leadership, &path).await;
        assert!(!html.contains("&amp;entry="), "{html}");
        room.close().await;
    }

    async fn through_a_glass_every_page_is_read(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        exhibits(room, &number, 61).await;
        indicators(room, &number, 0, 101).await;
        let root = test.sign_in("room-admin@watchfloor.example").await;
        let done = root.submit("/break-glass", "/break-glass", &[("number", &number.to_string()), ("reason", "A safety question")]).await;
        let path = done.location().to_owned();
        let html = page(&root, &path).await;
        assert_eq!((count(&html, "bg-exhibits"), count(&html, "bg-indicators"), count(&html, "bg-tasks")), ("60+".into(), "100+".into(), "0".into()));
        assert!(!html.contains("@sender_000"));
        let next = |html: &str, id: &str| {
            let part = section(html, id).to_owned();
            marked(&part, "href=\"").into_iter().find(|href| href.contains(&format!("{}=", if id == "evidence" { "exhibits" } else { id }))).expect("a link").replace("&amp;", "&")
        };
        let html = page(&root, &next(&html, "indicators")).await;
        assert!(html.contains("@sender_000") && !html.contains("@sender_001"));
        let html = page(&root, &next(&html, "evidence")).await;
        assert!(html.contains("@sender_000"), "the others stay");
        assert!(section(&html, "evidence").contains("E-1<") && !section(&html, "evidence").contains("E-2<"), "{}", section(&html, "evidence"));
        let wrong = root.get(&format!("{path}?indicators=nonsense")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        room.close().await;
    }
}
