//! Many invitations from one table: the dry run does nothing, the confirmation does what it showed, and neither
//! tells who has an account elsewhere.

use axum::http::StatusCode;
use server::service::{invitation, person};

use crate::{
    base::{EACH, asker, both},
    test_app::{Client, Reply, TestApp},
};

const ADMIN: &str = "admin@cisa.example";
const OTHER: &str = "admin@google.example";
const ROOM: &str = "room-admin@watchfloor.example";
const NEW: &str = "six white egrets in the reeds";

const TABLE: &str = "name,email,roles\nDana Brook,dana@cisa.example,analyst liaison\nImani,analyst@cisa.example,analyst\n\
                     Nobody,not-an-address,analyst\nKing,king@cisa.example,room_admin\nTwice,dana@cisa.example,analyst\n\
                     Ed Ames,ed@cisa.example,counsel\n";

/// Sends the table as a form with a file does.
pub(crate) async fn dry_run(client: &Client, table: &str) -> Reply {
    let token = client.get("/people/import").await.form_token("/people/import").expect("a form");
    client
        .send_parts("/people/import", &[("form_token", &token), ("csv", "")], &[("people.csv", table)])
        .await
}

fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let start = page.find(&mark).unwrap_or_else(|| panic!("{name}: {page}")) + mark.len();
    page[start..]
        .split('"')
        .next()
        .unwrap_or_default()
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
}

fn fates(page: &str) -> Vec<String> {
    page.split("data-fate=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

/// Confirms what a page of a dry run shows.
async fn confirm(client: &Client, shown: &Reply) -> Reply {
    let page = shown.text();
    let token = shown.form_token("/people/import/confirm").expect("a form");
    let (csv, plan) = (hidden(&page, "csv"), hidden(&page, "plan"));
    client.post("/people/import/confirm", &token, &[("csv", &csv), ("plan", &plan)]).await
}

fn links(page: &str) -> Vec<String> {
    let cells = page.split("class=\"ad-link\">").skip(1);
    cells
        .map(|rest| {
            rest.split('<').next().unwrap_or_default().trim_start_matches("http://127.0.0.1:3000").to_owned()
        })
        .collect()
}

both! {
    async fn a_dry_run_shows_each_rows_fate_and_does_nothing(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let before = base.number("select count(*) from journal").await;
        let shown = dry_run(&admin, TABLE).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        assert_eq!(fates(&shown.text()), ["invited", "here", "wrong", "wrong", "wrong", "invited"]);
        assert!(shown.text().contains("2 to invite, 1 already here, 3 wrong") && shown.text().contains("is not yours to give"));
        assert_eq!(base.number("select count(*) from journal").await, before);
        assert_eq!(base.number("select count(*) from invitation").await, 0);
        for (table, message) in [
            ("", "The first line names the columns"), ("a,b\nc,d\n", "The first line names the columns"),
            ("name,email,roles\n", "no row below"),
        ] {
            let reply = dry_run(&admin, table).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(reply.text().contains(message), "{message}");
        }
        let long = format!("name,email,roles\n{}", "a,b@c.example,analyst\n".repeat(501));
        assert!(dry_run(&admin, &long).await.text().contains("At most 500 rows"));
        let wide = format!("name,email,roles\n{}", "x".repeat(300 * 1024));
        assert!(dry_run(&admin, &wide).await.text().contains("At most 256 kB"));
        assert_eq!(dry_run(&admin, &"x".repeat(2 << 20)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    async fn a_confirmation_invites_once_and_hands_out_links_that_open(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let shown = dry_run(&admin, TABLE).await;
        let done = confirm(&admin, &shown).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let again = confirm(&admin, &shown).await;
        assert_eq!(again.location(), done.location(), "sent twice, done once");
        assert_eq!(base.number("select count(*) from invitation").await, 2);
        let page = admin.get(done.location()).await;
        let made = links(&page.text());
        assert_eq!(made.len(), 2, "{}", page.text());
        assert!(links(&admin.get(done.location()).await.text()).is_empty(), "shown once");
        let action = format!("{}/links", done.location());
        let (token, ticket) = (page.form_token(&action).expect("a form"), hidden(&page.text(), "ticket"));
        let csv = admin.post(&action, &token, &[("ticket", &ticket)]).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert!(csv.text().lines().count() == 3 && made.iter().all(|link| csv.text().contains(link)), "{}", csv.text());
        let second = admin.post(&action, &token, &[("ticket", &ticket)]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY, "downloaded once");
        let bodies = base.pairs("select action, body from journal").await;
        assert!(bodies.iter().all(|(_, body)| made.iter().all(|link| !body.contains(link.trim_start_matches("/invitations/")))));
        let dana = test.visitor();
        assert_eq!(dana.submit(&made[0], &made[0], &[("new", NEW), ("again", NEW)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.visitor().get(&made[0]).await.status, StatusCode::NOT_FOUND);
        // What another administrator imported is not there for anybody else.
        for email in [OTHER, ROOM, "analyst@cisa.example"] {
            let client = test.sign_in(email).await;
            client.set_cookie("wf_new_links", &ticket);
            assert_eq!(client.get(done.location()).await.status, StatusCode::NOT_FOUND, "{email}");
        }
    }

    async fn a_room_that_changed_meanwhile_is_shown_and_nothing_is_done(base) {
        let test = TestApp::new(base).await;
        let admin = test.sign_in(ADMIN).await;
        let shown = dry_run(&admin, TABLE).await;
        let new = invitation::NewInvitation { name: "Ed Ames".into(), email: "ed@cisa.example".into(), organisation: "cisa".into(), roles: vec!["counsel".into()] };
        invitation::invite(&test.app.room, &asker(&test.app.room, ADMIN), new, &EACH).await.expect("invited");
        let late = confirm(&admin, &shown).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
        assert!(late.text().contains("Another fate than before have the lines 7.") && late.text().contains("Will be invited again"));
        assert_eq!(base.number("select count(*) from invitation").await, 1);
        assert_eq!(confirm(&admin, &late).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from invitation where withdrawn_at is null").await, 2, "only the newest link opens");
        // A plan serves its person and its table.
        let mine = dry_run(&admin, "name,email,roles\nFay,fay@cisa.example,analyst\n").await;
        let plan = hidden(&mine.text(), "plan");
        let token = mine.form_token("/people/import/confirm").expect("a form");
        let other = [("csv", "name,email,roles\nGil,gil@cisa.example,analyst\n"), ("plan", plan.as_str())];
        assert_eq!(admin.post("/people/import/confirm", &token, &other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn an_import_does_not_tell_who_has_an_account_that_one_may_not_know_of(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let gone = room.directory().find("liaison@cisa.example").expect("there").person.id;
        person::suspend(room, &asker(room, ADMIN), gone, "left", &EACH).await.expect("suspended");
        let waiting = invitation::NewInvitation { name: "Hal".into(), email: "hal@cisa.example".into(), organisation: "cisa".into(), roles: vec!["analyst".into()] };
        invitation::invite(room, &asker(room, ADMIN), waiting, &EACH).await.expect("invited");
        let table = "name,email,roles,organisation\nA,liaison@cisa.example,analyst,\nA,hal@cisa.example,analyst,\n\
                     A,never@cisa.example,analyst,\nA,analyst@cisa.example,analyst,\nA,x@cisa.example,analyst,cisa\nA,y@cisa.example,analyst,nobody\n";
        let other = test.sign_in(OTHER).await;
        let shown = dry_run(&other, table).await;
        // The suspended, the invited and the unknown of another organisation are one; who is in the room is known to all.
        assert_eq!(fates(&shown.text()), ["invited", "invited", "invited", "here", "wrong", "wrong"]);
        assert_eq!(shown.text().matches("Not an organisation that you look after").count(), 2, "another's and nobody's alike");
        let done = confirm(&other, &shown).await;
        let made = links(&other.get(done.location()).await.text());
        assert_eq!(made.len(), 3);
        let mut answers = vec![];
        for link in &made {
            let visitor = test.visitor();
            assert_eq!(visitor.get(link).await.status, StatusCode::OK);
            answers.push(visitor.submit(link, link, &[("new", NEW), ("again", NEW)]).await.status);
        }
        assert_eq!(answers, [StatusCode::NOT_FOUND, StatusCode::SEE_OTHER, StatusCode::SEE_OTHER], "an address lets in once");
        assert_eq!(base.number("select count(*) from person where email = 'liaison@cisa.example' and suspended_at is not null").await, 1);
    }

    async fn a_room_admin_imports_the_admins_of_organisations_that_have_none_and_nobody_else_imports(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let admin = room.directory().find("admin@fbi.example").expect("there").person.id;
        person::suspend(room, &asker(room, ROOM), admin, "left", &EACH).await.expect("suspended");
        // Whoever ended its last one does not choose the next at once: see outside_admin.rs.
        base.clock.advance(72 * 3_600 + 1);
        let root = test.sign_in(ROOM).await;
        let shown = dry_run(&root, "name;email;roles;organisation\nA;a@fbi.example;org_admin;fbi\nB;b@fbi.example;analyst;fbi\n\
             C;c@nass.example;org_admin;NASS\nD;d@watchfloor.example;auditor;\n").await;
        assert_eq!(fates(&shown.text()), ["invited", "wrong", "wrong", "invited"], "{}", shown.text());
        assert_eq!(shown.text().matches("only its administrator, and only while it has none").count(), 2);
        assert_eq!(confirm(&root, &shown).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from invitation").await, 2);
        for email in ["analyst@cisa.example", "auditor@watchfloor.example", "counsel@google.example"] {
            let client = test.sign_in(email).await;
            assert_eq!(client.get("/people/import").await.status, StatusCode::FORBIDDEN, "{email}");
        }
    }
}
