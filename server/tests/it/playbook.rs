//! Playbooks on incidents, and the banners of purposes on shares: what a change of the settings leaves alone.

use app::model::setting::{Section, SettingKind};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, incident, playbook,
    setting::Proposal,
    task::{self, TaskOrder},
};

use crate::{
    api::{CISA, FBI, refused, shared},
    base::{EACH, asker, both},
    setting::{ADMIN, LEAD, change, section},
    story,
    test_app::TestApp,
};

both! {
    async fn a_banner_stands_as_it_stood_when_the_share_was_delivered(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = story::open(room, "analyst@cisa.example", |new| new.share_with = vec![]).await;
        let explain = async |text: &str| {
            let Section::Purposes(mut all) = section(room, SettingKind::Purposes) else { panic!("purposes") };
            all[0].text = text.to_owned();
            change(room, ADMIN, SettingKind::Purposes, Proposal::Whole(Section::Purposes(all))).await.expect("changed");
        };
        story::share_with(room, "liaison@cisa.example", &number, "google").await.expect("shared");
        explain("First words.").await;
        story::share_with(room, "liaison@cisa.example", &number, "fbi").await.expect("shared");
        explain("Second words.").await;
        for to in ["doj", "verizon"] {
            story::share_with(room, "liaison@cisa.example", &number, to).await.expect("shared");
        }
        explain("").await;
        // Beside the fixed banner nothing is explained.
        let told = [("google", None), ("fbi", Some("First words.")), ("doj", Some("Second words.")), ("verizon", None)];
        for (who, words) in told {
            let email = format!("liaison@{who}.example");
            let item = test.caller(&email).await.read(&format!("/incidents/{number}/shares")).await["items"][0].clone();
            assert_eq!(item["explanation"], words.unwrap_or_default(), "{who}");
            let browser = test.sign_in(&email).await;
            for page in [format!("/incidents/{number}"), "/shares".to_owned()] {
                let page = browser.get(&page).await.text();
                for one in ["First words.", "Second words."] {
                    assert_eq!(page.contains(one), Some(one) == words, "{who} {one}");
                }
            }
            let fixed = item["banner"].as_str().is_some_and(|banner| banner.starts_with("For awareness. The recipient decides"));
            assert_eq!(fixed, ["google", "verizon"].contains(&who), "{who}: the fixed banner");
        }
        let page = test.sign_in(ADMIN).await.get("/settings/purposes").await.text();
        assert!(page.contains("nobody can change it") && page.contains("The recipient decides under its own policies"));
    }

    async fn a_playbook_begins_once_and_its_steps_are_tasks(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = story::open(room, "analyst@cisa.example", |_| {}).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/playbook"));
        let browser = test.sign_in("analyst@cisa.example").await;
        let reply = browser.submit(&page, &action, &[("playbook", "results-site-down-or-defaced")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        let shown = browser.get(&page).await.text();
        assert!(shown.contains("Results site down or defaced") && shown.contains("step 1 of 6"));
        let incident = story::see(room, "analyst@cisa.example", &number).await.expect("seen");
        let asking = asker(room, "analyst@cisa.example");
        let (tasks, _) = task::list(room, &asking.viewer, &incident, (TaskOrder::Given, None), 50).await.expect("tasks");
        let steps: Vec<_> = tasks.iter().map(|task| task.step).collect();
        assert_eq!(steps, (1..=6).map(Some).collect::<Vec<_>>());
        assert!(tasks.iter().all(|task| task.organisation.as_ref().is_some_and(|holder| holder.slug == "cisa")));
        task::finish(room.clone(), asking.clone(), EACH, number.clone(), tasks[0].id).await.expect("done");
        assert!(browser.get(&page).await.text().contains("step 2 of 6"));
        // Once; from the list; by the lead; where it is seen.
        let mut again = vec![];
        for id in ["results-site-down-or-defaced", "none"] {
            again.push(playbook::begin(room.clone(), asking.clone(), EACH, number.clone(), id).await);
        }
        for refused in again {
            assert_eq!(story::refused(refused), ["playbook"]);
        }
        let other = playbook::begin(room.clone(), asker(room, "analyst@google.example"), EACH, number.clone(), "deepfake-of-a-candidate-or-official").await;
        assert!(matches!(other, Err(Error::Forbidden(_))));
        let stranger = playbook::begin(room.clone(), asker(room, "analyst@twitter.example"), EACH, number.clone(), "deepfake-of-a-candidate-or-official").await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        assert!(test.sign_in("analyst@google.example").await.get(&page).await.text().contains("step 2 of 6"));
        // The playbook changes; what was begun stays.
        let Section::Playbooks(mut all) = section(room, SettingKind::Playbooks) else { panic!("playbooks") };
        all.retain(|one| one.id != "results-site-down-or-defaced");
        change(room, LEAD, SettingKind::Playbooks, Proposal::Whole(Section::Playbooks(all))).await.expect("changed");
        assert!(browser.get(&page).await.text().contains("step 2 of 6"));
        // Or with the opening; what is no playbook is named beside its field.
        let open = async |id: &str| {
            let input = incident::OpenIncident {
                title: "Calls to several polling places".into(), category: "PHYS-1".into(), severity: "severe".into(),
                playbook: id.into(), ..incident::OpenIncident::default()
            };
            incident::open(room.clone(), asking.clone(), EACH, input).await
        };
        assert_eq!(story::refused(open("none").await), ["playbook"]);
        let number = open("bomb-threat-wave").await.expect("opened").number;
        let incident = story::see(room, "analyst@cisa.example", &number).await.expect("seen");
        let (tasks, _) = task::list(room, &asking.viewer, &incident, (TaskOrder::Given, None), 50).await.expect("tasks");
        assert_eq!(tasks.len(), 7);
    }

    async fn a_script_begins_a_playbook_and_is_answered_with_its_steps(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/playbooks");
        let body = json!({"playbook": "results-site-down-or-defaced"});
        let begun = cisa.make(&path, body.clone()).await;
        assert_eq!((&begun["playbook"], &begun["title"], &begun["by"]), (&body["playbook"], &json!("Results site down or defaced"), &json!(CISA)));
        let steps: Vec<_> = begun["tasks"].as_array().expect("tasks").iter().map(|task| task["step"].as_i64()).collect();
        assert_eq!(steps, (1..=6).map(Some).collect::<Vec<_>>());
        assert_eq!(cisa.read(&format!("/incidents/{number}/tasks")).await["items"].as_array().map(Vec::len), Some(6));
        for (body, field) in [(body.clone(), "playbook"), (json!({"playbook": "none"}), "playbook"), (json!({}), "playbook"), (json!({"id": "x"}), "id")] {
            refused(&cisa.send_json(Method::POST, &path, body).await, 422, field);
        }
        refused(&google.send_json(Method::POST, &path, body.clone()).await, 403, "");
        let stranger = test.caller(FBI).await;
        let hidden = stranger.send_json(Method::POST, &path, body.clone()).await;
        let never = stranger.send_json(Method::POST, "/incidents/WF-00001/playbooks", body).await;
        assert_eq!((hidden.status, &hidden.bytes), (StatusCode::NOT_FOUND, &never.bytes));
    }
}
