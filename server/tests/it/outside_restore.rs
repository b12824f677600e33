//! To restore somebody is to choose them: it gives back what was ended wrongly, and is no way round the 72 hours.

use app::model::Role;
use server::service::{Room, person};

use crate::{
    base::{EACH, asker, both},
    outside_admin::{
        ADMIN, DAYS, INVITED, LATELY, ROOM, X, brought_in, browser, comes_back, form, go_through, id, invite,
        new, suspend,
    },
    test_app::{Client, Reply, TestApp, join},
};

async fn restore(room: &Room, by: &str, email: &str) {
    person::restore(room, &asker(room, by), id(room, email), "back", &EACH).await.expect("restored");
}

async fn roles(room: &Room, by: &str, email: &str, words: &[&str], version: i64) {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    person::set_roles(room, &asker(room, by), id(room, email), &words, version, &EACH).await.expect("set");
}

async fn ask(client: &Client, room: &Room, email: &str, act: &str) -> Reply {
    let path = format!("/people/{}", id(room, email));
    form(client, &path, &format!("{path}/{act}"), &[("reason", "As it is.")]).await
}

both! {
    async fn a_role_that_was_taken_is_not_given_back_by_suspending_and_restoring(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        roles(room, ROOM, ADMIN, &["org_admin", "auditor"], 1).await;
        base.clock.advance(DAYS);
        roles(room, ROOM, ADMIN, &["auditor"], 2).await;
        let root = browser(&test, ROOM).await;
        comes_back(&form(&root, "/people/invite", "/people/invite", &INVITED).await, LATELY);
        suspend(room, ROOM, ADMIN).await;
        restore(room, ROOM, ADMIN).await;
        comes_back(&form(&root, "/people/invite", "/people/invite", &INVITED).await, LATELY);
        base.clock.advance(DAYS);
        go_through(&test, &invite(room, ROOM, new(X, "google", "org_admin")).await.expect("by then")).await;
    }

    async fn whoever_ended_an_administrator_does_not_restore_another_one_of_long_ago(base) {
        let test = brought_in(base).await;
        let room = &test.app.room;
        base.clock.advance(DAYS);
        restore(room, X, ADMIN).await;
        suspend(room, ROOM, X).await;
        base.clock.advance(DAYS);
        let root = browser(&test, ROOM).await;
        suspend(room, ROOM, ADMIN).await;
        comes_back(&ask(&root, room, X, "restore").await, LATELY);
        // What they ended themselves just now they give back at once.
        restore(room, ROOM, ADMIN).await;
        // The other way round: whom they restored they chose.
        restore(room, ROOM, X).await;
        comes_back(&ask(&root, room, ADMIN, "suspend").await, LATELY);
        let chosen = browser(&test, X).await;
        let fields = [("name", "Dana Brook"), ("email", "dana@google.example"), ("organisation", "google"), ("roles", "counsel")];
        comes_back(&form(&chosen, "/people/invite", "/people/invite", &fields).await, LATELY);
        suspend(room, ROOM, X).await;
        base.clock.advance(DAYS);
        suspend(room, ROOM, ADMIN).await;
    }

    async fn whom_the_organisation_itself_suspended_nobody_outside_restores_in_place_of_who_did(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        join(room, "second@google.example", "google", Role::OrganisationAdmin).await;
        suspend(room, ADMIN, "second@google.example").await;
        suspend(room, ROOM, ADMIN).await;
        let root = browser(&test, ROOM).await;
        comes_back(&ask(&root, room, "second@google.example", "restore").await, LATELY);
        restore(room, ROOM, ADMIN).await;
        restore(room, ADMIN, "second@google.example").await;
    }
}
