//! Evidence on its way in: limits, uploads that break off, the form.

use std::path::PathBuf;

use app::model::id::Number;
use axum::body::Bytes;
use futures::stream;
use server::service::{
    Error, Once, Room,
    evidence::{self, Attached, EvidenceInput, EvidenceLimits, Gate, Refused},
};

use crate::{
    base::{Base, EACH, asker},
    evidence::{PNG, attach, files, opened, pieces, png},
};

async fn limited(base: &Base, limits: EvidenceLimits) -> (Room, Number) {
    base.founded().await.close().await;
    let mut parts = base.parts(2);
    parts.evidence_limits = limits;
    let room = Room::open(parts).await.expect("opens again");
    let number = opened(&room, &[]).await;
    (room, number)
}

#[tokio::test]
async fn what_breaks_a_limit_is_refused_and_leaves_nothing() {
    let base = Base::sqlite();
    let limits = EvidenceLimits { file: 1_000, person_day: 1_500, ..EvidenceLimits::default() };
    let (room, number) = limited(&base, limits).await;
    let send = |bytes: Vec<u8>| {
        let (room, number) = (room.clone(), number.clone());
        async move {
            attach(&room, "analyst@cisa.example", &number, "a.bin", &bytes, EvidenceInput::default()).await
        }
    };
    assert!(matches!(send(vec![]).await, Err(Error::Invalid(_))), "empty");
    assert!(matches!(send(vec![7; 1_001]).await, Err(Error::TooLarge { limit: 1_000 })));
    send(vec![7; 1_000]).await.expect("fits");
    assert!(matches!(send(vec![8; 600]).await, Err(Error::Invalid(_))), "the day's share");
    base.clock.advance(86_401);
    send(vec![8; 600]).await.expect("a new day");
    assert_eq!(files(&base).len(), 2);
}

#[tokio::test]
async fn little_space_refuses_evidence_before_the_database_suffers() {
    let base = Base::sqlite();
    let limits = EvidenceLimits { free_bytes: u64::MAX, ..EvidenceLimits::default() };
    let (room, number) = limited(&base, limits).await;
    let sent = attach(&room, "analyst@cisa.example", &number, "a.png", PNG, EvidenceInput::default()).await;
    assert!(matches!(sent, Err(Error::StorageFull)), "{sent:?}");
    opened(&room, &[]).await;
}

#[tokio::test]
async fn an_upload_that_stands_still_or_breaks_off_leaves_nothing() {
    let base = Base::sqlite();
    let limits = EvidenceLimits { idle: std::time::Duration::from_millis(50), ..EvidenceLimits::default() };
    let (room, number) = limited(&base, limits).await;
    let asker = asker(&room, "analyst@cisa.example");
    let first = || stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(PNG))]);
    let stalled = futures::StreamExt::chain(first(), stream::pending());
    let input = EvidenceInput::default;
    let sent = evidence::take_in(room.clone(), asker.clone(), EACH, number.clone(), "a", input(), stalled);
    assert!(matches!(sent.await, Err(Error::Invalid(_))));
    let broken = futures::StreamExt::chain(first(), stream::iter([Err(std::io::Error::other("gone"))]));
    let sent = evidence::take_in(room.clone(), asker.clone(), EACH, number.clone(), "a", input(), broken);
    assert!(matches!(sent.await, Err(Error::Invalid(_))));
    // The visitor goes away: the handler is dropped in the middle.
    let stalled = futures::StreamExt::chain(first(), stream::pending());
    let sent = evidence::take_in(room.clone(), asker, EACH, number, "a", input(), stalled);
    let _ = tokio::time::timeout(std::time::Duration::from_millis(20), sent).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(files(&base), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn uploads_that_a_crash_cut_short_are_removed_at_the_start() {
    let base = Base::sqlite();
    base.open().await.close().await;
    let folder = base.folder.path().join("evidence/incoming");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("left.part"), b"half").expect("a file");
    let held = std::fs::File::create(folder.join("held.part")).expect("a file");
    held.lock().expect("locked: another process still writes it");
    base.open().await;
    assert_eq!(files(&base), [folder.join("held.part")]);
}

// ── the form ─────────────────────────────────────────────────────────────────────────────────────

const KIND: &str = "multipart/form-data; boundary=XX";

fn form(parts: &[(&str, Option<&str>, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, file, value) in parts {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    (body + "--XX--\r\n").into_bytes()
}

async fn send_form(room: &Room, number: &Number, gate: Gate, body: &[u8]) -> Result<Attached, Refused> {
    let asker = asker(room, "analyst@cisa.example");
    evidence::take_in_multipart(room.clone(), asker, gate, number.clone(), KIND, pieces(body)).await
}

fn token() -> Gate {
    Gate::Token(Box::new(|token| match token {
        "good" => Ok(Once::new(token, &[])),
        _ => Err(Error::Forbidden("stale")),
    }))
}

#[tokio::test]
async fn a_form_takes_several_files_a_link_and_words_in_any_order() {
    let base = Base::sqlite();
    let room = base.founded().await;
    let number = opened(&room, &[]).await;
    let body = form(&[
        ("form_token", None, "good"),
        ("file", Some("one.txt"), "first\r\n--X is not the end"),
        ("note", None, "Both from the same phone"),
        ("file", Some("zwei.txt"), "second"),
        ("url", None, "https://post.example/1"),
        ("captured_date", None, "2020-11-03"),
        ("captured_time", None, "18:05"),
        ("captured_zone", None, "America/New_York"),
        ("tlp", None, "amber+strict"),
    ]);
    let attached = send_form(&room, &number, token(), &body).await.expect("taken in");
    assert_eq!(attached.exhibits, [1, 2, 3]);
    let again = send_form(&room, &number, token(), &body).await.expect("answered again");
    assert_eq!(again, attached);
    let viewer = asker(&room, "analyst@cisa.example").viewer;
    let one = evidence::find(&room, &viewer, &number, 1).await.expect("found");
    assert_eq!((one.name.as_str(), one.size, one.media_type.as_str()), ("one.txt", 25, "text/plain"));
    assert_eq!(one.note, "Both from the same phone");
    assert_eq!(one.captured_at.map(|at| at.to_string()).as_deref(), Some("2020-11-03T23:05:00.000000Z"));
    assert_eq!(one.tlp, app::model::Tlp::AmberStrict);
    assert!(evidence::find(&room, &viewer, &number, 3).await.expect("found").is_link());
}

#[tokio::test]
async fn a_form_proves_itself_before_its_files_and_keeps_what_was_typed() {
    let base = Base::sqlite();
    let room = base.founded().await;
    let number = opened(&room, &[]).await;
    let file = ("file", Some("a.txt"), "text");
    let late = form(&[file, ("form_token", None, "good")]);
    let refused = send_form(&room, &number, token(), &late).await.expect_err("too late");
    assert!(matches!(refused.error, Error::Invalid(_)));
    let stale = form(&[("form_token", None, "old"), file]);
    let refused = send_form(&room, &number, token(), &stale).await.expect_err("stale");
    assert!(matches!(refused.error, Error::Forbidden("stale")));
    let loose = form(&[("note", None, "kept"), ("tlp", None, "green"), file]);
    let refused = send_form(&room, &number, Gate::Open(EACH), &loose).await.expect_err("too loose");
    let Error::Invalid(errors) = &refused.error else { panic!("{:?}", refused.error) };
    assert!(errors.first("tlp").is_some());
    assert_eq!(refused.typed.value("note"), "kept");
    let nothing = form(&[("file", Some(""), ""), ("note", None, "forgot it")]);
    let refused = send_form(&room, &number, Gate::Open(EACH), &nothing).await.expect_err("nothing there");
    assert!(matches!(&refused.error, Error::Invalid(errors) if errors.first("file").is_some()));
    let unknown = form(&[file, ("colour", None, "blue")]);
    let refused = send_form(&room, &number, Gate::Open(EACH), &unknown).await.expect_err("unknown");
    assert!(matches!(&refused.error, Error::Invalid(errors) if errors.first("colour").is_some()));
    let cut = &form(&[file])[..80];
    assert!(send_form(&room, &number, Gate::Open(EACH), cut).await.is_err());
    let endless = format!("--XX\r\nX-Header: {}", "a".repeat(3 << 20));
    assert!(send_form(&room, &number, Gate::Open(EACH), endless.as_bytes()).await.is_err());
    assert_eq!(files(&base), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_picture_that_takes_too_long_to_draw_is_refused_its_still_and_stays_evidence() {
    let base = Base::sqlite();
    let limits = EvidenceLimits { still: std::time::Duration::ZERO, ..EvidenceLimits::default() };
    let (room, number) = limited(&base, limits).await;
    let analyst = asker(&room, "analyst@cisa.example");
    let slow = png(4_000, 4_000);
    attach(&room, "analyst@cisa.example", &number, "a.png", &slow, EvidenceInput::default())
        .await
        .expect("in");
    evidence::make_pending(&room).await.expect("tried");
    assert_eq!(
        base.pairs("select state, media_type from thumbnail").await,
        [("refused".into(), String::new())]
    );
    let still = evidence::thumbnail(&room, &analyst, &number, 1).await;
    assert!(matches!(still, Err(Error::NotFound)), "{still:?}");
    let exhibit = evidence::find(&room, &analyst.viewer, &number, 1).await.expect("the exhibit is there");
    assert_eq!((exhibit.has_thumbnail, exhibit.size), (false, slow.len() as i64));
    evidence::download(&room, &analyst, &number, 1).await.expect("its bytes, too");
    assert_eq!(evidence::make_pending(&room).await.expect("not again"), 0);
    room.close().await;

    // What is drawn in time has one.
    let room = Room::open(base.parts(3)).await.expect("opens again");
    attach(&room, "analyst@cisa.example", &number, "b.png", &png(64, 64), EvidenceInput::default())
        .await
        .expect("in");
    evidence::make_pending(&room).await.expect("made");
    evidence::thumbnail(&room, &analyst, &number, 2).await.expect("a still");
}
