//! What a form is answered with is a page like any other: it can be read again, from the address of the page that the
//! form stands on.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};

use crate::{
    authorisation::{Hidden, What, form_token, probes},
    base::both,
    story::{first_share, opened},
    test_app::{Client, Reply, TestApp},
};

/// Between them they may send every form of a browser.
const PEOPLE: [&str; 6] = [
    "analyst@cisa.example",
    "liaison@cisa.example",
    "counsel@cisa.example",
    "admin@cisa.example",
    "liaison@google.example",
    "room-admin@watchfloor.example",
];

/// What these are about is not there for any of them: the forms of others, and of a room before its first day.
const NO_PAGE: [&str; 7] = [
    "/break-glass/{person}/end",
    "/invitations/{secret}",
    "/people/import/{person}/links",
    "/set-up",
    "/settings/set-up/keep",
    "/settings/set-up/period",
    "/settings/set-up/severities",
];

/// Where the page's Refresh leads; none on a page without the strip.
fn refresh(reply: &Reply) -> Option<String> {
    let html = reply.text();
    let strip = html.split("class=\"link-state\"").nth(1)?;
    let link = strip.split("href=\"").nth(1)?.split('"').next()?;
    Some(link.replace("&amp;", "&"))
}

/// Sends a form, or the parts of one, as it stands in `words`.
async fn send(test: &TestApp, client: &Client, path: &str, sent: &What, words: &str) -> Reply {
    let token = form_token(test, client, path);
    if matches!(sent, What::Parts) {
        return client.send_parts(path, &[("form_token", &token), ("tlp", words)], &[]).await;
    }
    let pairs: Vec<_> = form_urlencoded::parse(words.as_bytes()).into_owned().collect();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &token, &pairs).await
}

both! {
    async fn the_page_that_answers_a_form_is_read_again_from_where_the_form_stands(base) {
        let test = TestApp::new(base).await;
        let hidden = Hidden::new(&test).await;
        let (mut drawn, mut forms) = (BTreeSet::new(), BTreeSet::new());
        for email in PEOPLE {
            let client = test.sign_in(email).await;
            for (method, path, sent) in probes() {
                let words = match &sent {
                    What::Form(words) => *words,
                    What::Parts => "loud",
                    What::Nothing | What::Json(_) => continue,
                };
                if method != "POST" || path == "/sign-out" {
                    continue;
                }
                forms.insert(path);
                let path_here = hidden.fill(path);
                // Nothing filled in, and a version that stands no more.
                for words in ["", &words.replace("version=1", "version=0")] {
                    if drawn.contains(&(path, words.is_empty())) {
                        continue;
                    }
                    let reply = send(&test, &client, &path_here, &sent, words).await;
                    let page = reply.header(header::CONTENT_TYPE).starts_with("text/html");
                    let form = [StatusCode::OK, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
                    if let Some(way) = refresh(&reply).filter(|_| page && form.contains(&reply.status)) {
                        let again = client.get(&way).await;
                        assert_eq!(again.status, StatusCode::OK, "{email}, {path} ({words}): {way}");
                        assert!(refresh(&again).is_some(), "{path}: a page");
                        drawn.insert((path, words.is_empty()));
                    }
                }
            }
        }
        // The others have no page that shows their form again. Each is sent too late once, and says so on a page.
        forms.retain(|path| [true, false].iter().all(|empty| !drawn.contains(&(*path, *empty))));
        for email in PEOPLE {
            let client = test.sign_in(email).await;
            let mut left = BTreeSet::new();
            for path in forms {
                let late = client.post(&hidden.fill(path), "a token of yesterday", &[]).await;
                let way = refresh(&late).filter(|_| late.status == StatusCode::FORBIDDEN);
                let read = match way {
                    Some(way) => client.get(&way).await.status == StatusCode::OK,
                    None => false,
                };
                if !read {
                    left.insert(path);
                }
            }
            forms = left;
        }
        assert_eq!(forms.into_iter().collect::<Vec<_>>(), NO_PAGE);
        test.app.room.close().await;
    }

    async fn a_share_that_could_not_be_answered_is_read_again_in_its_list(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = first_share(room, "liaison@cisa.example", &number, "google").await;
        let google = test.sign_in("liaison@google.example").await;
        let list = "/shares?tab=answer&mine=1";
        let action = format!("/shares/{id}/answer");
        let token = form_token(&test, &google, &action);
        let reply = google.post(&action, &token, &[("version", "1"), ("text", ""), ("next", list)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refresh(&reply).as_deref(), Some(list));
        let menu = format!("name=\"next\" value=\"{}\"", list.replace('&', "&amp;"));
        assert!(reply.text().contains(&menu), "the menu of the appearance comes back to it, too");
        room.close().await;
    }
}
