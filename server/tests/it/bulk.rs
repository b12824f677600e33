//! Several incidents shared at once: each an act of its own, looked at before, and none twice.

use std::collections::BTreeSet;

use app::model::id::Number;
use axum::http::StatusCode;
use server::service::{
    Error, Room,
    incident::{self, MarkingInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{Base, EACH, asker, both},
    leave,
    story::{open, see, version},
    test_app::{Client, Reply, TestApp},
};

pub(crate) const LEAD: &str = "lead@cisa.example";
pub(crate) const GOOGLE: &str = "liaison@google.example";
pub(crate) const COLLEAGUE: &str = "lead@google.example";
pub(crate) const PATH: &str = "/shares/new";
pub(crate) const ASKING: &str = "Please take down the page.";

/// AMBER incidents of CISA alone.
pub(crate) async fn alone(room: &Room, count: usize) -> Vec<Number> {
    let mut numbers = vec![];
    for at in 1..=count {
        let title = format!("Leaflet {at} names the wrong day");
        numbers.push(open(room, LEAD, |input| (input.title, input.share_with) = (title, vec![])).await);
    }
    numbers
}

pub(crate) async fn red(room: &Room) -> Number {
    open(room, LEAD, |input| (input.tlp, input.share_with) = ("red".into(), vec![])).await
}

pub(crate) async fn mark(room: &Room, number: &Number, tlp: &str, named: &[&str]) {
    let input = MarkingInput {
        version: version(room, LEAD, number).await,
        tlp: tlp.into(),
        reason: "It has changed.".into(),
        named: named.iter().map(|email| (*email).to_owned()).collect(),
    };
    incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input)
        .await
        .expect("marked");
}

pub(crate) async fn hidden_from(room: &Room, who: &str, number: &Number) -> bool {
    matches!(see(room, who, number).await, Err(Error::NotFound))
}

pub(crate) fn address(numbers: &[Number]) -> String {
    let words: Vec<_> = numbers.iter().map(|number| format!("number={number}")).collect();
    format!("{PATH}?{}", words.join("&"))
}

/// Sends the form for these with one of its buttons.
pub(crate) async fn press(
    test: &TestApp,
    client: &Client,
    numbers: &[Number],
    button: &str,
    fields: &[(&str, &str)],
) -> Reply {
    let token = crate::authorisation::form_token(test, client, PATH);
    let mut pairs: Vec<(&str, &str)> = numbers.iter().map(|number| ("number", number.as_str())).collect();
    pairs.extend(fields);
    pairs.push((button, "1"));
    client.post(PATH, &token, &pairs).await
}

pub(crate) async fn preview(
    test: &TestApp,
    client: &Client,
    numbers: &[Number],
    fields: &[(&str, &str)],
) -> Reply {
    press(test, client, numbers, "preview", fields).await
}

/// What the page's form sends without anybody's doing.
pub(crate) fn carried(reply: &Reply) -> Vec<(String, String)> {
    let html = reply.text();
    let start = html.find(&format!("action=\"{PATH}\"")).unwrap_or_else(|| panic!("a form: {html}"));
    let form = html[start..].split("</form>").next().expect("its end");
    let value = |part: &str, name: &str| {
        let rest = part.split_once(&format!("{name}=\""))?.1;
        let text = rest.split('"').next()?;
        Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let inputs = form.split("<input type=\"hidden\"").skip(1);
    inputs.filter_map(|part| Some((value(part, "name")?, value(part, "value")?))).collect()
}

/// Presses a button of a page that was drawn by the server.
pub(crate) async fn go_on(client: &Client, page: &Reply, button: &str) -> Reply {
    let mut carried = carried(page);
    let at = carried.iter().position(|(name, _)| name == "form_token").expect("a token");
    let (_, token) = carried.remove(at);
    carried.push((button.to_owned(), "1".to_owned()));
    let pairs: Vec<_> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(PATH, &token, &pairs).await
}

/// Sends what the preview shows and reads what became of it.
pub(crate) async fn send(client: &Client, preview: &Reply) -> Reply {
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    let sent = go_on(client, preview, "send").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert!(sent.location().starts_with("/shares/sent/"), "{}", sent.location());
    client.get(sent.location()).await
}

pub(crate) async fn shares(base: &Base) -> i64 {
    base.number("select count(*) from share where purpose = 'question'").await
}

pub(crate) fn asking<'a>(to: &[&'a str], text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = to.iter().map(|slug| ("to", *slug)).collect();
    fields.extend([("purpose", "question"), ("text", text)]);
    fields
}

both! {
    async fn several_incidents_are_looked_at_and_shared_each_with_its_own_words(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 3).await;
        let lead = test.sign_in(LEAD).await;
        let page = lead.get(&address(&numbers)).await;
        for number in &numbers {
            assert!(page.text().contains(&format!("name=\"number\" value=\"{number}\" checked")), "{number}");
        }
        let before = base.number("select count(*) from journal where noun <> 'audit'").await;
        let looked = preview(&test, &lead, &numbers, &asking(&["google", "fbi"], "{number}, {title}: do you see {it} too?")).await;
        let text = looked.text();
        for number in &numbers {
            assert!(text.contains(&format!("{number}, Leaflet")) && text.contains(&format!("value=\"{number}:google\"")), "{number}");
        }
        assert!(text.contains("As Google will see it") && text.contains("do you see {it} too?") && text.contains("No action is"));
        let another = go_on_with(&lead, &looked, &format!("{}:fbi", numbers[2])).await.text();
        assert!(another.contains("As FBI will see it") && another.contains(&format!("{}</span>", numbers[2])));
        assert_eq!(base.number("select count(*) from journal where noun <> 'audit'").await, before, "nothing happened");
        let done = send(&lead, &looked).await.text();
        assert!(done.contains(">3 incidents were shared"), "{done}");
        assert_eq!(shares(base).await, 6, "one an organisation and incident");
        for number in &numbers {
            assert_eq!(see(room, GOOGLE, number).await.expect("shared").shared_with.len(), 2);
        }
        // The same form once more, and by its name for somebody else.
        let again = go_on(&lead, &looked, "send").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert_eq!(shares(base).await, 6, "done once");
        for who in ["analyst@cisa.example", GOOGLE] {
            assert_eq!(test.sign_in(who).await.get(again.location()).await.status, StatusCode::NOT_FOUND, "{who}");
        }
        let report = verify(room, &VerifyOptions::default()).await.expect("verified");
        assert!(report.is_clean(), "{report:?}");
        room.close().await;
    }

    async fn one_send_in_parallel_has_one_effect_and_one_answer(base) {
        let test = TestApp::new(base).await;
        let numbers = alone(&test.app.room, 4).await;
        let lead = test.sign_in(LEAD).await;
        let looked = preview(&test, &lead, &numbers, &asking(&["google"], "Do you see it?")).await;
        let replies = futures::future::join_all((0..8).map(|_| go_on(&lead, &looked, "send"))).await;
        let places: BTreeSet<_> = replies.iter().map(|reply| (reply.status, reply.location().to_owned())).collect();
        assert_eq!(places.len(), 1, "{places:?}");
        assert_eq!(shares(base).await, 4);
        test.app.room.close().await;
    }

    async fn red_among_them_goes_to_the_named_alone(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (amber, red) = (alone(room, 1).await.remove(0), red(room).await);
        let strict = open(room, LEAD, |input| (input.tlp, input.share_with) = ("amber+strict".into(), vec![])).await;
        let all = [amber.clone(), red.clone(), strict.clone()];
        let lead = test.sign_in(LEAD).await;
        let fields = asking(&["google"], "Do you see it?");
        let faulty = preview(&test, &lead, &all, &fields).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = faulty.text();
        assert!(text.contains(&format!("{red}: TLP:RED goes to named people: name who of Google may see it")), "{text}");
        assert!(!text.contains(&format!("{amber}: ")) && text.contains("Do you see it?"));
        let loose: Vec<_> = fields.iter().copied().chain([("named", GOOGLE), ("tlp", "amber")]).collect();
        let text = preview(&test, &lead, &all, &loose).await.text();
        assert!(text.contains(&format!("{strict}: Not looser than the incident")) && !text.contains(&format!("{amber}: ")));
        let fields: Vec<_> = fields.into_iter().chain([("named", GOOGLE)]).collect();
        let before = base.number("select count(*) from journal where action = 'red_viewed'").await;
        let looked = preview(&test, &lead, &all, &fields).await;
        assert!(base.number("select count(*) from journal where action = 'red_viewed'").await > before, "a view of RED is written down");
        send(&lead, &looked).await;
        see(room, GOOGLE, &red).await.expect("named");
        assert!(hidden_from(room, COLLEAGUE, &red).await, "nobody else of theirs");
        for number in [&amber, &strict] {
            see(room, COLLEAGUE, number).await.expect("all of theirs");
        }
        room.close().await;
    }

    async fn a_rule_holds_one_recipient_back_and_says_why(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 2).await;
        let lead = test.sign_in(LEAD).await;
        let looked = preview(&test, &lead, &numbers, &asking(&["google", "fbi"], ASKING)).await;
        assert!(looked.text().contains("Something of 2 incidents waits for counsel first."), "{}", looked.text());
        let done = send(&lead, &looked).await.text();
        assert_eq!(done.matches("Held for counsel, before it goes to").count(), 2, "{done}");
        assert!(done.contains("ask for moderation") && done.contains("Shared with"));
        for number in &numbers {
            assert!(hidden_from(room, GOOGLE, number).await);
            see(room, "liaison@fbi.example", number).await.expect("shared");
        }
        assert_eq!(base.number("select count(*) from hold").await, 2);
        room.close().await;
    }

    async fn bad_input_is_said_beside_its_field_and_nothing_is_lost(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let own = alone(room, 1).await;
        let lead = test.sign_in(LEAD).await;
        let many: Vec<Number> = (1..=51).map(Number::new).collect();
        for (numbers, fields, words) in [
            (&own, asking(&[], "Kept words."), "Choose with whom to share"),
            (&own, asking(&["google"], " "), "Write what happened"),
            (&own, asking(&["nowhere"], "Kept words."), "There is no organisation"),
            (&own, [asking(&["google"], "Kept words."), vec![("named", "nobody@google.example")]].concat(), "Nobody in this room"),
            (&vec![], [asking(&["google"], "Kept words."), vec![("listed", own[0].as_str())]].concat(), "Choose at least one incident"),
            (&vec![], asking(&["google"], "Kept words."), "To the board"),
            (&many, asking(&["google"], "Kept words."), "Nothing that you can share is chosen"),
        ] {
            let reply = preview(&test, &lead, numbers, &fields).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            assert!(reply.text().contains(words), "{words}: {}", reply.text());
            let kept = reply.text().contains("Kept words.") && reply.text().contains(own[0].as_str());
            assert!(kept || fields.contains(&("text", " ")) || !reply.text().contains("act-form"), "{words}: what was typed stays");
        }
        // Fifty-one of one's own are listed, counted and not sent; a number that is given twice counts once.
        let all = alone(room, 51).await;
        let page = lead.get(&address(&all)).await.text();
        assert!(page.contains("51 incidents are chosen; at most 50 go at once"), "{page}");
        assert_eq!(page.matches("name=\"number\"").count(), 51);
        assert_eq!(preview(&test, &lead, &all, &asking(&["google"], "Kept words.")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let twice = [all[..50].to_vec(), all[..50].to_vec()].concat();
        let looked = preview(&test, &lead, &twice, &asking(&["google"], "Kept words.")).await;
        assert_eq!(looked.text().matches("name=\"seen\"").count(), 50);
        assert!(send(&lead, &looked).await.text().contains(">50 incidents were shared"));
        assert_eq!(shares(base).await, 50);
        let empty = lead.get(PATH).await;
        assert!(empty.status == StatusCode::OK && empty.text().contains("To the board"));
        assert!(lead.get(&format!("{PATH}?number=%3Cb%3Ex")).await.text().contains("&lt;b&gt;x"));
        room.close().await;
    }

    async fn ready_words_keep_their_places_until_they_are_sent(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 2).await;
        let lead = test.sign_in(LEAD).await;
        let page = press(&test, &lead, &numbers, "use_template", &[("template", "question"), ("to", "google")]).await;
        let text = page.text();
        assert!(text.contains("A question about facts on {number}, {title} ({place})"), "{text}");
        for number in &numbers {
            assert!(text.contains(&format!("name=\"number\" value=\"{number}\" checked")));
        }
        room.close().await;
    }

    async fn an_organisation_that_has_left_is_not_offered(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 2).await;
        let client = test.sign_in(LEAD).await;
        let offers = async |slug: &str| {
            let page = client.get(&address(&numbers)).await.text();
            assert!(page.contains("name=\"to\" value=\"google\""), "{page}");
            page.contains(&format!("name=\"to\" value=\"{slug}\""))
        };
        assert!(offers("fbi").await);
        leave::leaves(room, "fbi").await;
        assert!(!offers("fbi").await);
        let sent = preview(&test, &client, &numbers, &[("to", "fbi"), ("text", "For your picture.")]).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "nor taken");
        room.close().await;
    }

    async fn the_board_offers_a_box_for_what_its_reader_may_share(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let own = alone(room, 1).await.remove(0);
        let theirs = open(room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let page = test.sign_in(LEAD).await.get("/board").await.text();
        let boxed = |page: &str, number: &Number| page.contains(&format!("name=\"number\" value=\"{number}\""));
        assert!(boxed(&page, &own) && !boxed(&page, &theirs) && page.contains(theirs.as_str()));
        let page = test.sign_in("leadership@cisa.example").await.get("/board").await.text();
        assert!(!boxed(&page, &own) && page.contains(own.as_str()));
        room.close().await;
    }
}

/// Looks at another of the preview.
async fn go_on_with(client: &Client, page: &Reply, look: &str) -> Reply {
    let mut carried = carried(page);
    let token = carried.iter().find(|(name, _)| name == "form_token").expect("a token").1.clone();
    carried.retain(|(name, _)| name != "form_token");
    carried.push(("preview".into(), look.into()));
    let pairs: Vec<_> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(PATH, &token, &pairs).await
}
