//! The catalogue of categories: leaves come, are renamed and go at a date, and never before.

use app::model::{
    Moment,
    setting::{Section, SettingKind},
};
use server::service::{
    Error, Room, incident,
    setting::{CategoryAct, Proposal},
};

use crate::{
    base::{EACH, asker, both},
    setting::{LEAD, change, section},
    story,
};

async fn leaf(room: &Room, step: CategoryAct) -> Result<i64, Error> {
    change(room, LEAD, SettingKind::Categories, Proposal::Category(step)).await
}

async fn change_categories(room: &Room, leaves: Vec<app::model::setting::Leaf>) -> Result<i64, Error> {
    change(room, LEAD, SettingKind::Categories, Proposal::Whole(Section::Categories(leaves))).await
}

both! {
    async fn the_catalogue_changes_from_a_date_on_and_never_before(base) {
        let room = base.founded().await;
        let code = |code: &str| code.to_owned();
        let number = story::open(&room, "analyst@cisa.example", |_| {}).await;
        let now = room.now();
        let later = now.plus_seconds(3600);
        let name = |number: app::model::id::Number| {
            let room = room.clone();
            async move { story::see(&room, "analyst@cisa.example", &number).await.expect("seen").category.leaf.clone() }
        };
        let opened_as = |category: &str| {
            let (room, category) = (room.clone(), category.to_owned());
            async move {
                let input = incident::OpenIncident {
                    title: "Texts with a wrong closing time".into(), category, severity: "low".into(),
                    ..incident::OpenIncident::default()
                };
                incident::open(room.clone(), asker(&room, "analyst@cisa.example"), EACH, input).await.map(|opened| opened.number)
            }
        };
        // From now on, an incident of before keeps the old name; one of after has the new.
        base.clock.set(now.plus_seconds(60));
        let rename = CategoryAct::Rename { code: code("PROC-1"), name: "Wrong date, hours or deadline".into(), from: None };
        leaf(&room, rename).await.expect("renamed");
        let second = opened_as("PROC-1").await.expect("opened");
        assert_eq!(name(number.clone()).await, "Wrong date or hours");
        assert_eq!(name(second.clone()).await, "Wrong date, hours or deadline");
        // Planned for later, and planned anew.
        for words in ["Wrong time", "Wrong time or date"] {
            let rename = CategoryAct::Rename { code: code("PROC-1"), name: words.into(), from: Some(later) };
            leaf(&room, rename).await.expect("planned");
        }
        let add = CategoryAct::Add { code: code("PROC-6"), top_name: String::new(), name: "Wrong ballot return place".into(), from: Some(later) };
        leaf(&room, add).await.expect("added");
        let retire = CategoryAct::Retire { code: code("PROC-2"), from: Some(later) };
        leaf(&room, retire).await.expect("retired");
        assert_eq!(story::refused(opened_as("PROC-6").await), ["category"], "not yet");
        let third = opened_as("PROC-2").await.expect("still in effect");
        base.clock.set(later);
        let fourth = opened_as("PROC-6").await.expect("in effect");
        assert_eq!(story::refused(opened_as("PROC-2").await), ["category"], "no more");
        assert_eq!(name(third.clone()).await, "Wrong place or method", "what has it keeps it");
        assert_eq!(name(fourth).await, "Wrong ballot return place");
        assert_eq!(name(second).await, "Wrong date, hours or deadline");
        assert_eq!(name(opened_as("PROC-1").await.expect("opened")).await, "Wrong time or date");
        // Its other fields change all the same.
        let edit = incident::Edit { summary: Some("Known.".into()), category: Some("PROC-2".into()), version: 1, ..incident::Edit::default() };
        incident::edit(room.clone(), asker(&room, "analyst@cisa.example"), EACH, third, edit).await.expect("edited");
        // A collision, a wrong shape, the past.
        let past = Some(now.plus_seconds(-1));
        for (step, field) in [
            (CategoryAct::Add { code: code("proc-1"), top_name: String::new(), name: "X".into(), from: None }, "code"),
            (CategoryAct::Add { code: code("PROC-2"), top_name: String::new(), name: "Back".into(), from: None }, "code"),
            (CategoryAct::Add { code: code("P'; drop"), top_name: code("X"), name: "X".into(), from: None }, "code"),
            (CategoryAct::Add { code: code("NEWT-1"), top_name: String::new(), name: "X".into(), from: None }, "top_name"),
            (CategoryAct::Add { code: code("PROC-7"), top_name: String::new(), name: "Imitation of an office notice".into(), from: None }, "name"),
            (CategoryAct::Add { code: code("PROC-7"), top_name: String::new(), name: "X".into(), from: past }, "from"),
            (CategoryAct::Rename { code: code("PROC-1"), name: "Rewritten".into(), from: past }, "from"),
            (CategoryAct::Rename { code: code("PROC-1"), name: "Rewritten".into(), from: Some(Moment(i64::MIN + 1)) }, "from"),
            (CategoryAct::Rename { code: code("PROC-1"), name: "y".repeat(81), from: None }, "name"),
            (CategoryAct::Rename { code: code("NONE-1"), name: "X".into(), from: None }, "code"),
            (CategoryAct::Retire { code: code("PROC-3"), from: past }, "from"),
        ] {
            let told = format!("{step:?}");
            assert_eq!(story::refused(leaf(&room, step).await), [field], "{told}");
        }
        // The whole catalogue at once rewrites the past as little, nor loses what is in use.
        let Section::Categories(leaves) = section(&room, SettingKind::Categories) else { panic!("leaves") };
        let whole = async |change: &dyn Fn(&mut Vec<app::model::setting::Leaf>)| {
            let mut leaves = leaves.clone();
            change(&mut leaves);
            change_categories(&room, leaves).await
        };
        assert_eq!(story::refused(whole(&|all| { all.remove(0); }).await), ["PROC-1.code"]);
        assert_eq!(story::refused(whole(&|all| all[0].earlier.clear()).await), ["PROC-1.from"]);
        assert_eq!(story::refused(whole(&|all| all[0].earlier[0].name = "Never said".into()).await), ["PROC-1.from"]);
        assert_eq!(story::refused(whole(&|all| all[1].effective_from = Moment(5)).await), ["PROC-2.from"]);
        assert_eq!(base.number("select count(*) from category").await, 35);
        assert_eq!(base.number("select count(*) from journal where noun = 'setting'").await, 5);
        // Back to what ships: from now on.
        change(&room, LEAD, SettingKind::Categories, Proposal::Back(1)).await.expect("set back");
        assert_eq!(name(number).await, "Wrong date or hours");
        assert_eq!(name(opened_as("PROC-1").await.expect("opened")).await, "Wrong date or hours");
        assert_eq!(name(opened_as("PROC-2").await.expect("it is back")).await, "Wrong place or method");
        assert_eq!(story::refused(opened_as("PROC-6").await), ["category"]);
    }
}
