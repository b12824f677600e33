//! The custody of an exhibit on its page: a page at a time, under its true count.

use axum::http::StatusCode;
use server::service::evidence::{self, EvidenceInput};

use crate::{
    base::{asker, both},
    evidence::{attach, opened},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";

both! {
    async fn the_custody_of_an_exhibit_goes_on_page_by_page_under_its_whole_count(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room, &["google"]).await;
        attach(room, CISA, &number, "a.txt", b"words", EvidenceInput::default()).await.expect("in");
        for _ in 0..230 {
            evidence::download(room, &asker(room, CISA), &number, 1).await.expect("taken out");
        }
        let client = test.sign_in("analyst@google.example").await;
        let path = format!("/incidents/{number}/evidence/E-1");
        let (mut next, mut lines, mut pages) = (Some(path.clone()), 0, vec![]);
        while let Some(href) = next {
            let page = client.get(&href).await;
            assert_eq!(page.status, StatusCode::OK, "{href}");
            // The look itself is the newest line, and counted.
            assert_eq!(base.number("select count(*) from custody").await, 232);
            assert!(page.text().contains("Custody <span class=\"n\">232</span>"), "{}", page.text());
            lines += page.text().matches("<th scope=\"row\" class=\"nowrap\">").count();
            next = page.next_page();
            pages.push(href);
        }
        assert_eq!((lines, pages.len()), (232, 3));
        let last = client.get(&pages[2]).await.text();
        assert!(last.contains("Received") && last.contains("Latest") && !last.contains(">Earlier"), "{last}");
        assert_eq!(client.get(&format!("{path}?after=guess")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stranger = test.sign_in("analyst@fbi.example").await;
        for path in [&pages[1], &format!("{path}?after=guess")] {
            assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
