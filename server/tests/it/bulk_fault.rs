//! Several incidents shared at once, where something is hidden, changed or broken: nothing crosses that should not, and
//! what stands is said.

use app::model::{Tlp, id::Number};
use axum::http::StatusCode;
use server::service::person;

use crate::{
    base::{Base, EACH, asker, both},
    bulk::{
        COLLEAGUE, GOOGLE, LEAD, PATH, address, alone, asking, carried, go_on, hidden_from, mark, press,
        preview, red, send, shares,
    },
    story::{open, see, status},
    test_app::TestApp,
};

both! {
    async fn a_hidden_number_answers_like_one_never_given(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let own = alone(room, 1).await.remove(0);
        let hidden = open(room, "analyst@google.example", |input| (input.title, input.share_with) = ("Of Google alone".into(), vec![])).await;
        let never = (1..).map(Number::new).find(|number| *number != own && *number != hidden).expect("a number");
        let lead = test.sign_in(LEAD).await;
        let mut answers = vec![];
        for number in [&hidden, &never] {
            let chosen = [own.clone(), number.clone()];
            let page = lead.get(&address(&chosen)).await;
            let looked = preview(&test, &lead, &chosen, &asking(&["fbi"], "Do you see it?")).await;
            let seen = [("seen", format!("{own}:1")), ("seen", format!("{number}:1"))];
            let mut fields = asking(&["fbi"], "Do you see it?");
            fields.extend(seen.iter().map(|(name, value)| (*name, value.as_str())));
            let sent = press(&test, &lead, std::slice::from_ref(number), "send", &fields).await;
            let sent = lead.get(sent.location()).await;
            for (reply, status) in [(page, 200), (looked, 422), (sent, 200)] {
                assert_eq!(reply.status.as_u16(), status);
                let text = reply.text();
                assert!(!text.contains("Of Google alone") && text.contains("There is no such incident, or it is not for you."), "{text}");
                answers.push((status, plain(&text).replace(number.as_str(), "WF-")));
            }
        }
        assert_eq!(answers[..3], answers[3..]);
        assert_eq!(shares(base).await, 0);
        room.close().await;
    }

    async fn what_another_leads_is_named_with_the_reason_and_does_not_go(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let own = alone(room, 1).await.remove(0);
        let theirs = open(room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let lead = test.sign_in(LEAD).await;
        let page = lead.get(&address(&[own.clone(), theirs.clone()])).await.text();
        assert!(page.contains("Google leads it. The organisation that it came from shares it"), "{page}");
        assert!(!page.contains(&format!("name=\"number\" value=\"{theirs}\"")));
        let fields = asking(&["fbi"], "Do you see it?");
        assert_eq!(preview(&test, &lead, &[own.clone(), theirs.clone()], &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let seen = [format!("{own}:1"), format!("{theirs}:1")];
        let mut forged = fields;
        forged.extend(seen.iter().map(|value| ("seen", value.as_str())));
        let sent = press(&test, &lead, &[own.clone(), theirs.clone()], "send", &forged).await;
        let done = lead.get(sent.location()).await.text();
        assert!(done.contains("1 of 2 incidents were shared") && done.contains("The organisation that it came from shares it"), "{done}");
        assert!(hidden_from(room, "liaison@fbi.example", &theirs).await);
        see(room, "liaison@fbi.example", &own).await.expect("shared");
        for who in ["leadership@cisa.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            let client = test.sign_in(who).await;
            assert_eq!(client.get(&address(std::slice::from_ref(&own))).await.status, StatusCode::FORBIDDEN, "{who}");
            let token = crate::authorisation::form_token(&test, &client, PATH);
            let reply = client.post(PATH, &token, &[("number", own.as_str()), ("preview", "1"), ("to", "fbi"), ("text", "x")]).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{who}");
        }
        room.close().await;
    }

    async fn what_changed_after_the_look_does_not_go_and_the_rest_does(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let mut all = alone(room, 3).await;
        all.push(red(room).await);
        let lead = test.sign_in(LEAD).await;
        let fields: Vec<_> = asking(&["google"], "Do you see it?").into_iter().chain([("named", GOOGLE)]).collect();
        let looked = preview(&test, &lead, &all, &fields).await;
        mark(room, &all[0], "red", &[COLLEAGUE]).await;
        mark(room, &all[3], "amber", &[]).await;
        status(room, LEAD, &all[1], "not_an_incident", |input| (input.disposition, input.note) = (Some("refuted".into()), "It is no leaflet.".into())).await.expect("closed meanwhile");
        let done = send(&lead, &looked).await;
        let text = done.text();
        assert!(text.contains("1 of 4 incidents were shared"), "{text}");
        assert_eq!(text.matches("it changed after you looked at it").count(), 3);
        for number in [&all[0], &all[1], &all[3]] {
            assert!(hidden_from(room, GOOGLE, number).await, "{number}");
        }
        assert!(see(room, COLLEAGUE, &all[3]).await.is_err(), "what was RED in the preview reaches nobody as AMBER");
        see(room, GOOGLE, &all[2]).await.expect("it stands");
        // What did not go can, with what was written, once it was looked at again.
        let again = go_on(&lead, &done, "preview").await;
        let text = again.text();
        assert!(!text.contains(&format!("value=\"{}:2\"", all[2])), "what stands is not sent again");
        assert!(text.contains("Do you see it?"));
        let done = send(&lead, &again).await.text();
        assert!(done.contains(">3 incidents were shared"), "{done}");
        assert_eq!(see(room, GOOGLE, &all[0]).await.expect("named now").tlp, Tlp::Red);
        assert_eq!(shares(base).await, 4);
        room.close().await;
    }

    async fn nothing_is_sent_that_was_not_looked_at_nor_with_anothers_key(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 2).await;
        let lead = test.sign_in(LEAD).await;
        let fields = asking(&["google"], "Do you see it?");
        let unseen = press(&test, &lead, &numbers, "send", &fields).await;
        assert!(unseen.status == StatusCode::OK && unseen.text().contains("nothing has been sent"));
        let looked = preview(&test, &lead, &numbers, &fields).await;
        let other = test.sign_in("liaison@cisa.example").await;
        let replayed = go_on(&other, &looked, "send").await;
        assert_eq!(replayed.status, StatusCode::FORBIDDEN, "a form of another session");
        assert_eq!(shares(base).await, 0);
        // The same key for something else is refused, once it was used.
        send(&lead, &looked).await;
        let mut carried = carried(&looked);
        carried.iter_mut().filter(|(name, _)| name == "text").for_each(|(_, text)| *text = "Something else.".into());
        let token = carried.iter().find(|(name, _)| name == "form_token").expect("a token").1.clone();
        carried.retain(|(name, _)| name != "form_token");
        carried.push(("send".into(), "1".into()));
        let pairs: Vec<_> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(lead.post(PATH, &token, &pairs).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(shares(base).await, 2);
        room.close().await;
    }

    async fn somebody_suspended_meanwhile_is_told_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (amber, red) = (alone(room, 1).await.remove(0), red(room).await);
        let lead = test.sign_in(LEAD).await;
        let fields: Vec<_> = asking(&["google"], "Do you see it?").into_iter().chain([("named", GOOGLE)]).collect();
        let looked = preview(&test, &lead, &[amber.clone(), red.clone()], &fields).await;
        let id = room.directory().find(GOOGLE).expect("somebody").person.id;
        let admin = asker(room, "admin@google.example");
        person::suspend(room, &admin, id, "Left the floor", &EACH).await.expect("suspended");
        let done = send(&lead, &looked).await.text();
        assert!(done.contains("0 of 2 incidents were shared") && done.contains("Nobody in this room has the address"), "{done}");
        assert_eq!(shares(base).await, 0);
        room.close().await;
    }

    async fn a_write_that_fails_half_way_says_which_stand(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let numbers = alone(room, 3).await;
        let lead = test.sign_in(LEAD).await;
        let looked = preview(&test, &lead, &numbers, &asking(&["google"], "Do you see it?")).await;
        let second = see(room, LEAD, &numbers[1]).await.expect("its own").id;
        refuse_writes(base, &second.to_string()).await;
        let reply = go_on(&lead, &looked, "send").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        let text = reply.text();
        assert!(text.contains("1 of 3 incidents were shared"), "{text}");
        assert_eq!(text.matches("Not known whether it was shared.").count(), 2);
        see(room, GOOGLE, &numbers[0]).await.expect("it stands");
        for number in &numbers[1..] {
            assert!(hidden_from(room, GOOGLE, number).await);
        }
        assert_eq!(shares(base).await, 1);
        // The same form, sent again once the room writes: what stands is not told twice.
        allow_writes(base).await;
        let done = send(&lead, &looked).await.text();
        assert!(done.contains(">3 incidents were shared"), "{done}");
        assert_eq!(shares(base).await, 3);
        room.close().await;
    }
}

/// The main part of a page, without what differs each time.
fn plain(html: &str) -> String {
    let main = &html[html.find("<main").unwrap_or(0)..html.find("</main>").unwrap_or(html.len())];
    let mut parts = main.split("name=\"form_token\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text += part.split_once('"').map_or("", |(_, rest)| rest);
    }
    text
}

/// From now on the database refuses shares of this incident.
async fn refuse_writes(base: &Base, incident: &str) {
    if base.is_sqlite() {
        let blob = incident.replace('-', "");
        let sql = format!(
            "create trigger no_share before insert on share when hex(new.incident_id) = upper('{blob}') \
             begin select raise(abort, 'planted'); end"
        );
        base.execute(&sql).await.expect("planted");
    } else {
        base.execute("create function no_share() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$").await.expect("planted");
        let sql = format!(
            "create trigger no_share before insert on share for each row when (new.incident_id = '{incident}') \
             execute function no_share()"
        );
        base.execute(&sql).await.expect("planted");
    }
}

async fn allow_writes(base: &Base) {
    let sql = if base.is_sqlite() { "drop trigger no_share" } else { "drop trigger no_share on share" };
    base.execute(sql).await.expect("taken out");
}
