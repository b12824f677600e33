//! How many streams a person holds open.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};

use crate::{
    base::both,
    live::Stream,
    test_app::{Client, TestApp},
};

async fn status(test: &TestApp, client: &Client) -> StatusCode {
    let request = client.request(Method::GET, "/live").body(Body::empty()).expect("a request");
    test.answer(request).await.status()
}

both! {
    async fn one_stream_too_many_of_a_person_is_refused_in_words_and_anothers_is_not(base) {
        let first = TestApp::new(base).await;
        let set = TestApp::of(first.app.room.clone(), &["--streams-per-person=2"]);
        for (test, most) in [(&first, 20), (&set, 2)] {
            let [client, elsewhere] = [test.sign_in("analyst@cisa.example").await, test.sign_in("analyst@cisa.example").await];
            let mut open = vec![];
            for at in 0..most {
                open.push(Stream::open(test, if at % 2 == 0 { &client } else { &elsewhere }, "/live", None).await);
            }
            for of_the_same in [&client, &elsewhere] {
                let refused = of_the_same.get("/live").await;
                assert_eq!((refused.status, refused.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "10"));
                assert!(refused.text().contains("Too many at once"), "{}", refused.text());
            }
            for who in ["lead@cisa.example", "analyst@google.example"] {
                let other = test.sign_in(who).await;
                Stream::open(test, &other, "/live", None).await.next().await.expect("it says something");
            }
            // Whoever closes one may open another, as soon as the server has noticed.
            open.pop();
            let again = async { while status(test, &client).await != StatusCode::OK { tokio::task::yield_now().await } };
            tokio::time::timeout(std::time::Duration::from_secs(60), again).await.expect("there is room again");
        }
    }
}
