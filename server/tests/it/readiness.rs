//! What `/readyz` says beside that it is ready.

use axum::http::StatusCode;

use crate::{
    base::both,
    test_app::{Client, TestApp},
};

async fn warnings(client: &Client) -> Vec<String> {
    let ready = client.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK, "a clock that is off stops nobody");
    let body = ready.json();
    let list = body["warnings"].as_array().expect("a list");
    list.iter().filter_map(|words| words.as_str().map(str::to_owned)).collect()
}

both! {
    async fn a_wall_clock_that_moves_after_the_start_is_a_warning_with_how_far(base) {
        let test = TestApp::new(base).await;
        let client = test.visitor();
        // What matters is the one clock against the other. Here it is the room's that is moved, before anybody asked:
        // to it the machine's seems to have been set back by an hour.
        base.clock.advance(3_600);
        let said = warnings(&client).await;
        let far = said.iter().find_map(|words| words.strip_prefix("the machine's clock has moved by ")).expect("a warning");
        let far: i64 = far.split(' ').next().and_then(|far| far.parse().ok()).expect("seconds");
        assert!((-3_600..-3_000).contains(&far), "backwards, by an hour less what this took: {far}");
        base.clock.advance(-7_200);
        let said = warnings(&client).await;
        assert!(said.iter().any(|words| words.contains("moved by 3")), "forward: {said:?}");
        base.clock.advance(3_600);
        let said = warnings(&client).await;
        assert!(said.is_empty(), "it is right again: {said:?}");
    }
}
