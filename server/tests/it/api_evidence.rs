//! Evidence over the API: taken in, listed, handed out, and who touched it.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    api::{CISA, FBI, GOOGLE, at, open, refused, shared},
    base::both,
    test_app::TestApp,
};

both! {
    async fn a_file_comes_in_and_goes_out_unchanged(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/evidence");
        let words = [("tlp", "amber+strict"), ("note", "from a voter"), ("source_url", "https://polls-info.example/m"), ("captured_at", "2020-11-03T23:00:00Z")];
        let reply = cisa.send_parts(&at(&path), &words, &[("sms.txt", "Vote on Wednesday")]).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        let made = reply.json();
        for (field, value) in [
            ("exhibit", json!("E-1")), ("size", json!(17)), ("media_type", json!("text/plain")), ("name", json!("sms.txt")),
            ("tlp", json!("amber+strict")), ("note", json!("from a voter")), ("added_by", json!(CISA)), ("others", json!([])),
            ("captured_at", json!("2020-11-03T23:00:00.000000Z")), ("source_url", json!("https://polls-info.example/m")),
        ] {
            assert_eq!(made[field], value, "{field}");
        }
        assert_eq!(made["sha256"].as_str().map(str::len), Some(64));
        let file = google.call(&format!("{path}/E-1/file")).await;
        assert_eq!((file.status, file.text().as_str()), (StatusCode::OK, "Vote on Wednesday"));
        assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
        assert_eq!(google.read(&format!("{path}/E-1")).await["exhibit"], "E-1");
        let trail = cisa.walk(&format!("{path}/E-1/custody"), 1).await;
        let actions: Vec<_> = trail.iter().map(|line| (line["action"].clone(), line["person"].clone())).collect();
        assert_eq!(actions, [(json!("viewed"), json!(GOOGLE)), (json!("downloaded"), json!(GOOGLE)), (json!("received"), json!(CISA))]);
        let journal = cisa.walk("/journal", 200).await;
        let nouns = |noun: &str| journal.iter().filter(|act| act["noun"] == noun && act["exhibit"]["exhibit"] == "E-1").count();
        assert_eq!((nouns("exhibit"), nouns("custody")), (1, 3));
    }

    async fn links_and_several_files_come_in_and_are_listed(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/evidence");
        let link = cisa.make(&path, json!({"url": "https://polls-info.example/m", "note": "the page"})).await;
        assert_eq!((&link["exhibit"], &link["sha256"], &link["size"]), (&json!("E-1"), &Value::Null, &json!(0)));
        let files = google.send_parts(&at(&path), &[], &[("a.txt", "one"), ("b.txt", "two")]).await;
        assert_eq!(files.status, StatusCode::CREATED, "{}", files.text());
        assert_eq!(files.json()["others"][0]["exhibit"], "E-3");
        let listed: Vec<_> = cisa.walk(&path, 1).await.iter().map(|one| one["exhibit"].clone()).collect();
        assert_eq!(listed, [json!("E-3"), json!("E-2"), json!("E-1")]);
        refused(&cisa.send_json(Method::POST, &path, json!({})).await, 422, "file");
        refused(&cisa.send_json(Method::POST, &path, json!({"url": "no address"})).await, 422, "url");
        refused(&cisa.send_json(Method::POST, &path, json!({"link": "https://a.example"})).await, 422, "link");
        refused(&cisa.send_parts(&at(&path), &[("tlp", "clear")], &[("a.txt", "x")]).await, 422, "tlp");
        refused(&cisa.send_parts(&at(&path), &[], &[("a.txt", "")]).await, 422, "file");
        for wrong in ["E-01", "E-4", "3", "e-1"] {
            refused(&cisa.call(&format!("{path}/{wrong}")).await, 404, "");
        }
        // A label that narrows hides it whole: from the list, the number, the bytes, the journal.
        let hidden = cisa.make(&path, json!({"url": "https://hidden.example/", "audience": ["cisa"]})).await;
        let label = hidden["exhibit"].as_str().expect("a label");
        assert_eq!(google.walk(&path, 200).await.len(), 3);
        for part in ["", "/file", "/custody"] {
            let there = google.call(&format!("{path}/{label}{part}")).await;
            let absent = google.call(&format!("{path}/E-99{part}")).await;
            assert_eq!((there.status, &there.bytes), (StatusCode::NOT_FOUND, &absent.bytes));
        }
        assert!(!google.call("/journal?limit=200").await.text().contains("hidden.example"));
    }

    async fn a_file_sent_again_under_its_key_is_one_exhibit(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let number = open(&cisa, json!({})).await;
        let send = |text: &'static str| {
            let body = format!("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--edge--\r\n");
            let request = cisa.request(Method::POST, &at(&format!("/incidents/{number}/evidence")))
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
                .header("idempotency-key", "one").body(Body::from(body)).expect("a request");
            cisa.send(request)
        };
        let (first, second) = (send("same").await, send("same").await);
        assert_eq!((first.status, &first.bytes), (second.status, &second.bytes));
        refused(&send("other").await, 422, "");
        assert_eq!(base.number("select count(*) from exhibit").await, 1);
        refused(&test.caller(FBI).await.call(&format!("/incidents/{number}/evidence")).await, 404, "");
    }
}
