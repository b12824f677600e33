//! The guided set-up of a room that was founded by its link: steps that are left, resumed, decided or kept.

use app::model::{
    set_up::{SetUpState, SetUpStep},
    setting::{Section, SettingKind, to_form},
};
use axum::http::StatusCode;
use server::service::setting::{self, Proposal};

use crate::{
    base::{Base, EACH, asker, both},
    test_app::{Client, TestApp},
};

const DANA: &str = "dana@cft.example";
const PASSWORD: &str = "six white egrets in the reeds";
const STEPS: &str = "/settings/set-up";

/// An empty room, founded through its link; its first admin, signed in.
async fn founded(base: &Base) -> (TestApp, Client) {
    let test = TestApp::of(base.open().await, &[]);
    let visitor = test.visitor();
    let key = test.app.set_up.open();
    let fields = [
        ("key", key.as_str()),
        ("organisation", "Center for Testing"),
        ("short", "CFT"),
        ("slug", "cft"),
        ("sector", "sharing_centre"),
        ("name", "Dana Brook"),
        ("email", DANA),
        ("new", PASSWORD),
        ("again", PASSWORD),
    ];
    let done = visitor.submit(&format!("/set-up?key={key}"), "/set-up", &fields).await;
    assert_eq!(done.location(), "/sign-in?next=%2Fsettings%2Fset-up", "{}", done.text());
    let dana = test.visitor();
    let path = done.location().to_owned();
    let signed =
        dana.submit(&path, "/sign-in", &[("email", DANA), ("password", PASSWORD), ("next", STEPS)]).await;
    assert_eq!((signed.status, signed.location()), (StatusCode::SEE_OTHER, STEPS), "{}", signed.text());
    (test, dana)
}

fn state(test: &TestApp, step: SetUpStep) -> Option<SetUpState> {
    test.app.room.reference().set_up().state(step)
}

fn version(test: &TestApp, kind: SettingKind) -> i64 {
    let viewer = asker(&test.app.room, DANA).viewer;
    setting::find(&test.app.room, &viewer, kind).expect("a section").version
}

both! {
    async fn the_first_admin_decides_the_period_and_the_targets_as_versions_of_the_settings(base) {
        let (test, dana) = founded(base).await;
        let room = &test.app.room;
        let page = dana.get(STEPS).await;
        assert!(page.text().contains("Which period starts now?") && page.text().contains("Organisation and room admin"));
        assert!(dana.get("/board").await.text().contains("The room is not set up yet."), "it is left, and resumed");
        // Bad input keeps what was typed and changes nothing.
        let action = "/settings/set-up/period";
        let bad = dana.submit(STEPS, action, &[("version", "1"), ("period", "canvass"), ("until_date", "2019-11-10"), ("until_time", "08:00"), ("zone", "America/New_York")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("That is in the past") && bad.text().contains("value=\"2019-11-10\""), "{}", bad.text());
        assert_eq!(version(&test, SettingKind::Periods), 1);

        let slug = room.reference().periods().iter().find(|period| period.target_percent == 200).expect("one").slug.clone();
        let good = [("version", "1"), ("period", slug.as_str()), ("until_date", "2020-11-20"), ("until_time", "08:00"), ("zone", "America/New_York")];
        let done = dana.submit(STEPS, action, &good).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, STEPS), "{}", done.text());
        assert_eq!((version(&test, SettingKind::Periods), state(&test, SetUpStep::Period)), (2, Some(SetUpState::Done)));
        let moved = room.reference().periods().iter().find(|period| period.slug == slug).cloned().expect("there");
        assert_eq!(moved.from, room.now(), "it starts now");
        let stale = dana.submit(&format!("{STEPS}?step=period"), action, &good).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);

        // The targets: as typed, the next version.
        let page = dana.get(STEPS).await;
        assert!(page.text().contains("How soon is what to be done?"), "the step that waits");
        let shipped = setting::find(room, &asker(room, DANA).viewer, SettingKind::Severities).expect("a section");
        let mut form = to_form(&shipped.section);
        form.set("high.acknowledge_s", "12 min");
        form.set("version", "1");
        let fields: Vec<(&str, &str)> = form.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = dana.submit(STEPS, "/settings/set-up/severities", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let target = room.reference().target(app::model::Severity::High).and_then(|target| target.acknowledge_s);
        assert_eq!((target, version(&test, SettingKind::Severities)), (Some(720), 2));
        let after = dana.get(STEPS).await.text();
        assert!(after.contains("The room is set up.") && after.contains("/organisations/new"));
        let board = dana.get("/board").await.text();
        assert!(!board.contains("not set up yet") && board.contains("/people/invite"), "the empty board says what comes next");

        // Version 1 stays what ships: set back, the period runs when it ships.
        let back = Proposal::Back(1);
        setting::change(room, &asker(room, DANA), SettingKind::Periods, back, (2, "As it was"), &EACH).await.expect("set back");
        let shipped = room.reference().periods().iter().find(|period| period.slug == slug).cloned().expect("there");
        assert_ne!(shipped.from, moved.from);
        let report = server::service::verify::verify(room, &Default::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
    }

    async fn steps_that_are_left_as_shipped_make_no_version(base) {
        let (test, dana) = founded(base).await;
        let kept = dana.submit(STEPS, "/settings/set-up/keep", &[("step", "period")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        // The targets, sent as they stand.
        let viewer = asker(&test.app.room, DANA).viewer;
        let shipped = setting::find(&test.app.room, &viewer, SettingKind::Severities).expect("a section");
        let mut form = to_form(&shipped.section);
        form.set("version", "1");
        let fields: Vec<(&str, &str)> = form.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wrong: Vec<_> = fields.iter().map(|(name, value)| (*name, if *name == "low.update_s" { "often" } else { *value })).collect();
        let refused = dana.submit(STEPS, "/settings/set-up/severities", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("value=\"often\""), "what was typed stays");
        assert_eq!(dana.submit(STEPS, "/settings/set-up/severities", &fields).await.status, StatusCode::SEE_OTHER);
        for step in SetUpStep::ALL {
            assert_eq!(state(&test, *step), Some(SetUpState::Kept));
        }
        assert_eq!(base.number("select count(*) from setting").await, 0);
        assert!(dana.get(STEPS).await.text().contains("The room is set up."));
        assert_eq!(base.number("select count(*) from journal where action = 'set_up_kept'").await, 2);
    }

    async fn only_the_room_admin_of_a_room_that_was_founded_by_its_link_has_steps(base) {
        let test = TestApp::new(base).await;
        let (root, analyst) = (test.sign_in("room-admin@watchfloor.example").await, test.sign_in("analyst@cisa.example").await);
        assert_eq!(root.get(STEPS).await.status, StatusCode::NOT_FOUND);
        assert_eq!(analyst.get(STEPS).await.status, StatusCode::FORBIDDEN);
        assert!(!root.get("/people").await.text().contains("not set up yet"));
        let token = crate::authorisation::form_token(&test, &root, "/settings/set-up/keep");
        let kept = root.post("/settings/set-up/keep", &token, &[("step", "period")]).await;
        assert_eq!(kept.status, StatusCode::NOT_FOUND);
    }

    async fn a_period_that_was_moved_stays_so_when_somebody_saves_the_profiles(base) {
        let (test, dana) = founded(base).await;
        let room = &test.app.room;
        let slug = room.reference().periods()[0].slug.clone();
        let good = [("version", "1"), ("period", slug.as_str()), ("until_date", "2020-11-20"), ("until_time", "08:00"), ("zone", "America/New_York")];
        assert_eq!(dana.submit(STEPS, "/settings/set-up/period", &good).await.status, StatusCode::SEE_OTHER);
        let stands = setting::find(room, &asker(room, DANA).viewer, SettingKind::Periods).expect("a section");
        let Section::Periods(profiles) = &stands.section else { panic!("profiles") };
        let moved = profiles.iter().find(|one| one.period == slug).and_then(|one| one.moved()).expect("moved");
        let page = dana.get("/settings/periods").await.text();
        assert!(page.contains(&format!("name=\"{slug}.from\"")), "the form carries it");
        let mut form = to_form(&stands.section);
        form.set(&format!("{slug}.target_percent"), "70");
        form.set("version", "2");
        form.set("reason", "A little faster");
        let fields: Vec<(&str, &str)> = form.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let saved = dana.submit("/settings/periods", "/settings/periods", &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let period = room.reference().periods().iter().find(|period| period.slug == slug).cloned().expect("there");
        assert_eq!(((period.from, period.to), period.target_percent), (moved, 70));
    }
}
