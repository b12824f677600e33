//! Evidence as a browser gets it: the form, the page, the bytes and the still.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
};
use futures::{StreamExt, stream};
use server::service::evidence::{self, EvidenceInput};

use crate::{
    base::{Base, both},
    evidence::{attach, opened, png},
    test_app::{Client, Reply, TestApp},
};

const KIND: &str = "multipart/form-data; boundary=XX";

fn part(name: &str, file: Option<&str>, value: &str) -> String {
    let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
    format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
}

async fn send(client: &Client, action: &str, body: impl Into<Body>) -> Reply {
    let request = client.request(Method::POST, action).header(header::CONTENT_TYPE, KIND).body(body.into());
    client.send(request.expect("a request")).await
}

async fn get(client: &Client, path: &str, headers: &[(header::HeaderName, &str)]) -> Reply {
    let request = headers
        .iter()
        .fold(client.request(Method::GET, path), |request, (name, value)| request.header(name, *value));
    client.send(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_form_adds_a_file_and_the_page_shows_it_with_its_custody() {
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let number = opened(&server.app.room, &["google"]).await;
    let analyst = server.sign_in("analyst@cisa.example").await;
    let page = format!("/incidents/{number}");
    let action = format!("{page}/evidence");
    let token = analyst.get(&format!("{page}?form=evidence")).await.form_token(&action).expect("a form");
    let late = part("file", Some("a.txt"), "text") + &part("form_token", None, &token) + "--XX--\r\n";
    assert_eq!(send(&analyst, &action, late).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = part("form_token", None, "nonsense") + &part("file", Some("a.txt"), "text") + "--XX--\r\n";
    assert_eq!(send(&analyst, &action, foreign).await.status, StatusCode::FORBIDDEN);
    let loose =
        part("form_token", None, &token) + &part("note", None, "kept as typed") + &part("tlp", None, "green");
    let refused = send(&analyst, &action, loose + &part("file", Some("a.txt"), "text") + "--XX--\r\n").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("kept as typed") && refused.text().contains("Not looser"));

    let good = part("form_token", None, &token) + &part("file", Some("list.txt"), "one, two") + "--XX--\r\n";
    for _ in 0..2 {
        let added = send(&analyst, &action, good.clone()).await;
        assert_eq!(
            (added.status, added.location()),
            (StatusCode::SEE_OTHER, format!("{page}#evidence").as_str())
        );
    }
    assert_eq!(base.number("select count(*) from exhibit").await, 1);
    assert!(analyst.get(&page).await.text().contains("list.txt"));
    let shown = server.sign_in("analyst@google.example").await.get(&format!("{action}/E-1")).await;
    assert_eq!(shown.status, StatusCode::OK);
    for words in ["list.txt", "Received", "Viewed"] {
        assert!(shown.text().contains(words), "{words}");
    }
    let verify = format!("{action}/E-1/verify");
    let verified = analyst.submit(&format!("{action}/E-1"), &verify, &[]).await;
    assert_eq!(verified.status, StatusCode::SEE_OTHER);
    assert!(analyst.get(verified.location()).await.text().contains("E-1 is unchanged"));
}

#[tokio::test]
async fn bytes_leave_as_an_attachment_whole_or_in_part_and_each_time_noted() {
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let room = &server.app.room;
    let number = opened(room, &[]).await;
    let html = b"<!doctype html><script>alert(1)</script>";
    attach(room, "analyst@cisa.example", &number, "b\"ä.html", html, EvidenceInput::default())
        .await
        .expect("in");
    let analyst = server.sign_in("analyst@cisa.example").await;
    let file = format!("/incidents/{number}/evidence/E-1/file");
    let noted = || base.number("select count(*) from custody where action = 'downloaded'");

    let head = analyst.request(Method::HEAD, &file).body(Body::empty()).expect("a request");
    let head = analyst.send(head).await;
    assert_eq!((head.status, head.bytes.len(), noted().await), (StatusCode::OK, 0, 0));
    let whole = analyst.get(&file).await;
    assert_eq!((whole.status, &whole.bytes[..], noted().await), (StatusCode::OK, &html[..], 1));
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename=\"b__.html\"; filename*=UTF-8''b%22%C3%A4.html"
    );
    assert_eq!(whole.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!((whole.header("content-length"), head.header("content-length")), ("40", "40"));
    let etag = whole.header("etag").to_owned();
    let same = get(&analyst, &file, &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!((same.status, same.bytes.len(), noted().await), (StatusCode::NOT_MODIFIED, 0, 1));
    let rest = get(&analyst, &file, &[(header::RANGE, "bytes=30-"), (header::IF_RANGE, &etag)]).await;
    assert_eq!((rest.status, &rest.bytes[..]), (StatusCode::PARTIAL_CONTENT, &html[30..]));
    assert_eq!((rest.header("content-range"), noted().await), ("bytes 30-39/40", 1));
    let other = get(&analyst, &file, &[(header::RANGE, "bytes=30-"), (header::IF_RANGE, "\"old\"")]).await;
    assert_eq!((other.status, other.bytes.len()), (StatusCode::OK, 40));
    let beyond = get(&analyst, &file, &[(header::RANGE, "bytes=40-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */40")
    );
}

#[tokio::test]
async fn evidence_of_others_answers_like_evidence_that_never_was() {
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let room = &server.app.room;
    let number = opened(room, &[]).await;
    let picture = png(600, 300);
    attach(room, "analyst@cisa.example", &number, "a.png", &picture, EvidenceInput::default())
        .await
        .expect("in");
    evidence::make_pending(room).await.expect("made");
    let own = server.sign_in("analyst@cisa.example").await;
    let stranger = server.sign_in("analyst@reddit.example").await;
    let still = own.get(&format!("/incidents/{number}/evidence/E-1/thumbnail")).await;
    assert_eq!((still.status, still.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert_eq!(still.header("cache-control"), "private, no-store");
    for part in ["", "/file", "/thumbnail"] {
        let hidden = stranger.get(&format!("/incidents/{number}/evidence/E-1{part}")).await;
        let never = stranger.get(&format!("/incidents/WF-9998/evidence/E-1{part}")).await;
        assert_eq!((hidden.status, never.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(hidden.bytes.len(), never.bytes.len());
        assert_eq!(own.get(&format!("/incidents/{number}/evidence/E-01{part}")).await.status, 404);
        assert_eq!(own.get(&format!("/incidents/{number}/evidence/E-2{part}")).await.status, 404);
    }
}

fn memory_kib(field: &str) -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(field)).expect("the field");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Run alone, in a release build: `cargo test --release --test it -- --ignored a_gigabyte`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes three gigabytes"]
async fn a_gigabyte_arrives_in_little_memory_and_at_the_pace_of_the_disk() {
    const SIZE: usize = 1 << 30;
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let number = opened(&server.app.room, &[]).await;
    let analyst = server.sign_in("analyst@cisa.example").await;
    let action = format!("/incidents/{number}/evidence");
    let opened = analyst.get(&format!("/incidents/{number}?form=evidence")).await;
    let token = opened.form_token(&action).expect("a form");
    let before = part("form_token", None, &token)
        + "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.bin\"\r\n\r\n";
    let piece = Bytes::from((0..64 * 1024).map(|at| (at * 31 % 251) as u8).collect::<Vec<_>>());
    let pieces = stream::iter((0..SIZE / piece.len()).map(move |_| piece.clone()));
    let whole = stream::iter([Bytes::from(before)])
        .chain(pieces)
        .chain(stream::iter([Bytes::from("\r\n--XX--\r\n")]));
    let rests = memory_kib("VmRSS");
    let began = server::clock::stopwatch();
    let added = send(&analyst, &action, Body::from_stream(whole.map(Ok::<_, std::io::Error>))).await;
    let took = began.elapsed().as_secs_f64();
    let grew = memory_kib("VmHWM") - rests;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let began = server::clock::stopwatch();
    let report = server::service::verify::verify(&server.app.room, &Default::default()).await.expect("walks");
    let verified = began.elapsed().as_secs_f64();
    assert!(report.is_clean() && report.bytes == SIZE as u64);
    let folder = base.folder.path();
    let began = server::clock::stopwatch();
    let script = "f=$(find evidence -type f -size +1000000k); sha256sum $f && cp $f copy && sync copy";
    let done =
        std::process::Command::new("sh").args(["-c", script]).current_dir(folder).output().expect("runs");
    let tools = began.elapsed().as_secs_f64();
    assert!(done.status.success());
    println!("upload {took:.2} s, grew {grew} KiB; sha256sum and cp {tools:.2} s; verify {verified:.2} s");
    assert!(grew < 32 * 1024, "grew {grew} KiB");
}

/// What a browser sends of the page's form, in the order of its controls.
fn browser_form(token: &str, file: &str, url: &str) -> String {
    let chosen = if file.is_empty() { "" } else { "bytes" };
    part("form_token", None, token)
        + &format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{chosen}\r\n"
        )
        + &part("url", None, url)
        + &part("note", None, "The clerk's own notice.")
        + &part("source_url", None, "")
        + &part("captured_date", None, "")
        + &part("captured_time", None, "")
        + &part("captured_zone", None, "America/New_York")
        + &part("tlp", None, "amber")
        + "--XX--\r\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_added_by_a_browser_s_form_in_which_no_file_was_chosen() {
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let number = opened(&server.app.room, &[]).await;
    let analyst = server.sign_in("analyst@cisa.example").await;
    let action = format!("/incidents/{number}/evidence");
    let form = format!("/incidents/{number}?form=evidence");
    let token = analyst.get(&form).await.form_token(&action).expect("a form");
    let added = send(&analyst, &action, browser_form(&token, "", "https://clerk.example/notice")).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    assert_eq!(base.number("select count(*) from exhibit").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_evidence_stands_beside_the_field_with_what_was_typed() {
    let base = Base::sqlite();
    let server = TestApp::new(&base).await;
    let number = opened(&server.app.room, &[]).await;
    let analyst = server.sign_in("analyst@cisa.example").await;
    let action = format!("/incidents/{number}/evidence");
    let form = format!("/incidents/{number}?form=evidence");
    for (body, said) in [
        (browser_form("T", "", ""), "evidence-file-error"),
        (browser_form("T", "", "no address"), "evidence-url-error"),
        (browser_form("T", "empty.txt", "").replace("bytes\r\n", "\r\n"), "evidence-file-error"),
    ] {
        let token = analyst.get(&form).await.form_token(&action).expect("a form");
        let reply = send(&analyst, &action, body.replacen("\r\nT\r\n", &format!("\r\n{token}\r\n"), 1)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains(&format!("id=\"{said}\"")), "{said} is not on the page");
        assert!(reply.text().contains("own notice."), "what was typed is kept");
    }
}

both! {
    async fn evidence_for_named_people_is_added_by_the_form_of_an_incident_that_is_not_red(base) {
        let server = TestApp::new(base).await;
        let number = opened(&server.app.room, &["google"]).await;
        let analyst = server.sign_in("analyst@cisa.example").await;
        let action = format!("/incidents/{number}/evidence");
        let form = format!("/incidents/{number}?form=evidence");
        let html = analyst.get(&form).await.text();
        let place = |mark: &str| html.find(mark).unwrap_or_else(|| panic!("{mark} is on the form"));
        for said in ["tlp", "named", "note", "source_url", "captured_at"] {
            let (said, file) = (place(&format!("id=\"evidence-{said}\"")), place("id=\"evidence-file\""));
            assert!(said < file, "what goes with a file is said before it is picked");
        }
        let added = |tlp: &'static str, named: &'static str| {
            let (analyst, form, action) = (&analyst, &form, &action);
            async move {
                let token = analyst.get(form).await.form_token(action).expect("a form");
                let body = browser_form(&token, "capture.png", "").replace("\r\namber\r\n", &format!("\r\n{tlp}\r\n"));
                let body = body.replace("--XX--\r\n", &(part("named", None, named) + "--XX--\r\n"));
                send(analyst, action, body).await
            }
        };
        let nobody = added("red", "").await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("id=\"evidence-named-error\""), "beside its field");
        for (tlp, named) in [("red", "liaison@google.example"), ("amber", "liaison@google.example")] {
            let reply = added(tlp, named).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{tlp}: {}", reply.text());
        }
        let (named, other) = (server.sign_in("liaison@google.example").await, server.sign_in("analyst@google.example").await);
        for (client, exhibit, status) in
            [(&named, "E-1", StatusCode::OK), (&other, "E-1", StatusCode::NOT_FOUND), (&other, "E-2", StatusCode::OK)]
        {
            assert_eq!(client.get(&format!("{action}/{exhibit}")).await.status, status, "{exhibit}");
        }
        server.app.room.close().await;
    }
}
