//! Evidence: what is taken in, who sees it, and the record of every touch.

use std::path::PathBuf;

use app::model::{entry::EntryKind, exhibit::CustodyAction, id::Number};
use axum::body::Bytes;
use futures::stream;
use server::service::{
    Error, Once, Room, entry,
    evidence::{self, Attached, EvidenceInput},
    incident::{self, OpenIncident},
    share::{self, ShareInput},
};

use crate::base::{Base, EACH, asker, both};

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n not really a picture";

pub(crate) async fn opened(room: &Room, share_with: &[&str]) -> Number {
    let input = OpenIncident {
        title: "Text message gives a wrong polling place".into(),
        category: "PROC-2".into(),
        severity: "high".into(),
        tlp: "amber".into(),
        share_with: share_with.iter().map(|slug| (*slug).to_owned()).collect(),
        ..OpenIncident::default()
    };
    incident::open(room.clone(), asker(room, "analyst@cisa.example"), EACH, input)
        .await
        .expect("opens")
        .number
}

pub(crate) fn pieces(
    bytes: &[u8],
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let pieces: Vec<_> = bytes.chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

pub(crate) async fn attach(
    room: &Room,
    email: &str,
    number: &Number,
    name: &str,
    bytes: &[u8],
    input: EvidenceInput,
) -> server::service::Result<Attached> {
    let asker = asker(room, email);
    evidence::take_in(room.clone(), asker, EACH, number.clone(), name, input, pieces(bytes)).await
}

pub(crate) fn files(base: &Base) -> Vec<PathBuf> {
    fn walk(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
        }
    }
    let mut found = vec![];
    walk(&base.folder.path().join("evidence"), &mut found);
    found.sort();
    found
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

both! {
    async fn a_file_becomes_an_exhibit_with_its_hash_its_custody_and_a_line_of_the_timeline(base) {
        let room = base.founded().await;
        let number = opened(&room, &["google"]).await;
        let input = EvidenceInput { note: "The text as it arrived".into(), ..EvidenceInput::default() };
        let attached = attach(&room, "analyst@cisa.example", &number, "../shot.exe", PNG, input).await;
        assert_eq!(attached.expect("taken in").exhibits, [1]);

        let viewer = asker(&room, "analyst@google.example").viewer;
        let incident = incident::find(&room, &viewer, &number).await.expect("shared");
        let (exhibits, next) = evidence::list(&room, &viewer, &incident, None, 50).await.expect("a list");
        assert_eq!((exhibits.len(), next), (1, None));
        let exhibit = evidence::find(&room, &viewer, &number, 1).await.expect("found");
        assert_eq!(exhibits[0], *exhibit);
        assert_eq!(exhibit.sha256.as_deref(), Some(sha256(PNG).as_str()));
        assert_eq!((exhibit.size, exhibit.media_type.as_str()), (PNG.len() as i64, "image/png"));
        assert_eq!((exhibit.name.as_str(), exhibit.custody_count), ("shot.exe", 1));

        let (custody, _) = evidence::list_custody(&room, &viewer, &exhibit, None, 50).await.expect("a trail");
        assert_eq!(custody[0].action, CustodyAction::Received);
        assert_eq!(custody[0].address, "", "the address of another organisation's client");
        let own = asker(&room, "counsel@cisa.example").viewer;
        let (custody, _) = evidence::list_custody(&room, &own, &exhibit, None, 50).await.expect("a trail");
        assert_eq!(custody[0].address, "192.0.2.7");

        let query = entry::TimelineQuery { limit: 50, ..Default::default() };
        let timeline = entry::list(&room, &viewer, &incident, &query).await.expect("a timeline");
        let line = timeline.entries.iter().find(|entry| entry.kind == EntryKind::Evidence).expect("a line");
        assert_eq!((line.exhibit, line.text.as_str()), (Some(1), "The text as it arrived"));

        let files = files(base);
        assert_eq!(files.len(), 1);
        assert!(files[0].ends_with(sha256(PNG)));
        assert_eq!(std::fs::read(&files[0]).expect("the file"), PNG);
    }

    async fn evidence_answers_a_stranger_like_a_number_never_given_before_reading_a_byte(base) {
        let room = base.founded().await;
        let number = opened(&room, &["google"]).await;
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, EvidenceInput::default()).await.expect("in");
        let never: Number = "WF-9998".parse().expect("a number");
        for number in [&number, &never] {
            let stranger = asker(&room, "analyst@reddit.example");
            let unread = stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes, std::io::Error>>> {
                panic!("the body was read")
            });
            let (name, input) = ("a.png", EvidenceInput::default());
            let number = number.clone();
            let sent =
                evidence::take_in(room.clone(), stranger.clone(), EACH, number.clone(), name, input, unread);
            assert!(matches!(sent.await, Err(Error::NotFound)));
            assert!(matches!(evidence::find(&room, &stranger.viewer, &number, 1).await, Err(Error::NotFound)));
            let download = evidence::download(&room, &stranger, &number, 1).await;
            assert!(matches!(download, Err(Error::NotFound)));
            let still = evidence::thumbnail(&room, &stranger, &number, 1).await;
            assert!(matches!(still, Err(Error::NotFound)));
            let verified = evidence::verify(room.clone(), stranger, EACH, number, 1).await;
            assert!(matches!(verified, Err(Error::NotFound)));
        }
        let leader = attach(&room, "leadership@cisa.example", &number, "a", PNG, EvidenceInput::default()).await;
        assert!(matches!(leader, Err(Error::Forbidden(_))), "{leader:?}");
    }

    async fn a_narrowed_exhibit_leaves_no_trace_for_the_others(base) {
        let room = base.founded().await;
        let number = opened(&room, &["google", "twitter"]).await;
        let narrow = EvidenceInput { audience: vec!["google".into()], ..EvidenceInput::default() };
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, narrow).await.expect("in");
        let wide = attach(&room, "analyst@cisa.example", &number, "b.png", PNG, EvidenceInput::default()).await;
        assert_eq!(wide.expect("in").exhibits, [2]);
        let twitter = asker(&room, "analyst@twitter.example").viewer;
        assert!(matches!(evidence::find(&room, &twitter, &number, 1).await, Err(Error::NotFound)));
        let incident = incident::find(&room, &twitter, &number).await.expect("shared");
        let (exhibits, _) = evidence::list(&room, &twitter, &incident, None, 50).await.expect("a list");
        assert_eq!(exhibits.iter().map(|exhibit| exhibit.number).collect::<Vec<_>>(), [2]);
        let google = asker(&room, "analyst@google.example").viewer;
        let narrowed = evidence::find(&room, &google, &number, 1).await.expect("found");
        assert_eq!(narrowed.audience.len(), 2);
        assert_eq!(files(base).len(), 1, "one organisation keeps equal bytes once");
        attach(&room, "analyst@google.example", &number, "c.png", PNG, EvidenceInput::default()).await.expect("in");
        assert_eq!(files(base).len(), 2, "organisations never share a file");
    }

    async fn a_repeated_send_is_answered_again_and_done_once(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        let send = |bytes: &'static [u8]| {
            let asker = asker(&room, "analyst@cisa.example");
            let (once, input) = (Once::new("key", &[]), EvidenceInput::default());
            evidence::take_in(room.clone(), asker, once, number.clone(), "a.png", input, pieces(bytes))
        };
        let answers = futures::future::join_all((0..8).map(|_| send(PNG))).await;
        for answer in answers {
            assert_eq!(answer.expect("answered").exhibits, [1]);
        }
        assert!(matches!(send(b"something else").await, Err(Error::KeyReused)));
        assert_eq!(base.number("select count(*) from exhibit").await, 1);
        assert_eq!(base.number("select count(*) from custody").await, 1);
    }

    async fn every_look_download_and_check_is_a_line_of_custody(base) {
        let room = base.founded().await;
        let number = opened(&room, &["google"]).await;
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, EvidenceInput::default()).await.expect("in");
        let google = asker(&room, "analyst@google.example");
        let exhibit = evidence::find(&room, &google.viewer, &number, 1).await.expect("found");
        evidence::note_view(&room, &google, &exhibit).await.expect("noted");
        evidence::note_view(&room, &google, &exhibit).await.expect("noted");
        base.clock.advance(601);
        evidence::note_view(&room, &google, &exhibit).await.expect("noted");
        let download = evidence::download(&room, &google, &number, 1).await.expect("leaves");
        download.note(&room, &google, true).await.expect("goes on");
        assert!(!download.etag.contains(&sha256(PNG)[..16]));
        let verified = evidence::verify(room.clone(), google.clone(), EACH, number.clone(), 1).await;
        assert!(verified.expect("hashed").unchanged);
        let (custody, _) =
            evidence::list_custody(&room, &google.viewer, &exhibit, None, 50).await.expect("a trail");
        let actions: Vec<_> = custody.iter().map(|line| (line.action, line.result.as_str())).collect();
        assert_eq!(
            actions,
            [
                (CustodyAction::Verified, "unchanged"),
                (CustodyAction::Downloaded, ""),
                (CustodyAction::Viewed, ""),
                (CustodyAction::Viewed, ""),
                (CustodyAction::Received, ""),
            ]
        );
        let journalled = base.number("select count(*) from journal where noun = 'custody'").await;
        assert_eq!(journalled, 5);
    }

    async fn a_look_at_red_is_noted_each_time_and_a_look_at_green_never(base) {
        let room = base.founded().await;
        let number = opened(&room, &["google"]).await;
        let named = vec!["analyst@google.example".to_owned()];
        let red = EvidenceInput { tlp: "red".into(), named, ..EvidenceInput::default() };
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, red).await.expect("in");
        let google = asker(&room, "analyst@google.example");
        let colleague = asker(&room, "liaison@google.example");
        assert!(matches!(evidence::find(&room, &colleague.viewer, &number, 1).await, Err(Error::NotFound)));
        let exhibit = evidence::find(&room, &google.viewer, &number, 1).await.expect("named");
        for _ in 0..3 {
            evidence::note_view(&room, &google, &exhibit).await.expect("noted");
        }
        assert_eq!(base.number("select count(*) from custody where action = 'viewed'").await, 3);
    }

    async fn a_damaged_file_is_found_shown_and_no_longer_handed_out(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, EvidenceInput::default()).await.expect("in");
        let file = &files(base)[0];
        let mut bytes = PNG.to_vec();
        bytes[9] ^= 1;
        replace(file, &bytes);
        let analyst = asker(&room, "analyst@cisa.example");
        let verified = evidence::verify(room.clone(), analyst.clone(), EACH, number.clone(), 1).await;
        assert!(!verified.expect("hashed").unchanged);
        let exhibit = evidence::find(&room, &analyst.viewer, &number, 1).await.expect("found");
        assert_eq!(exhibit.intact, Some(false));
        let download = evidence::download(&room, &analyst, &number, 1).await;
        assert!(matches!(download, Err(Error::Forbidden(_))));
    }

    async fn a_file_that_cannot_be_read_is_no_finding_and_one_that_is_gone_is(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        attach(&room, "analyst@cisa.example", &number, "a.txt", b"words", EvidenceInput::default()).await.expect("in");
        let (file, analyst) = (&files(base)[0], asker(&room, "analyst@cisa.example"));
        let verify = || evidence::verify(room.clone(), analyst.clone(), EACH, number.clone(), 1);
        let intact = || async { evidence::find(&room, &analyst.viewer, &number, 1).await.expect("found").intact };
        std::fs::remove_file(file).expect("removed");
        std::fs::create_dir(file).expect("what answers each read with an error");
        assert!(matches!(verify().await, Err(Error::Unavailable(_))), "the store does not answer");
        std::fs::remove_dir(file).expect("removed");
        let (store, away) = (base.folder.path().join("evidence"), base.folder.path().join("away"));
        std::fs::rename(&store, &away).expect("taken away");
        assert!(matches!(verify().await, Err(Error::Unavailable(_))), "the store is not there");
        std::fs::rename(&away, &store).expect("back");
        assert_eq!(base.number("select count(*) from custody where action = 'verified'").await, 0);
        assert_eq!(intact().await, None, "nobody has found anything");
        assert!(!verify().await.expect("checked").unchanged, "it is gone");
        assert_eq!(intact().await, Some(false));
    }

    async fn a_shared_exhibit_says_so_in_its_custody(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        attach(&room, "analyst@cisa.example", &number, "a.png", PNG, EvidenceInput::default()).await.expect("in");
        let input = ShareInput {
            to: vec!["google".into()],
            text: "Seen on your platform".into(),
            exhibits: vec!["E-1".into()],
            ..ShareInput::default()
        };
        let liaison = asker(&room, "liaison@cisa.example");
        share::share(room.clone(), liaison.clone(), EACH, number.clone(), input).await.expect("shared");
        let exhibit = evidence::find(&room, &liaison.viewer, &number, 1).await.expect("found");
        let (custody, _) =
            evidence::list_custody(&room, &liaison.viewer, &exhibit, None, 50).await.expect("a trail");
        assert_eq!(custody[0].action, CustodyAction::Shared);
    }

    async fn a_link_is_noted_and_not_fetched(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        let analyst = asker(&room, "analyst@cisa.example");
        for (url, good) in [
            ("https://post.example/status/17", true),
            ("HTTP://post.example", true),
            ("javascript:alert(1)", false),
            ("https://", false),
            ("ftp://files.example/x", false),
            ("https://a b.example/", false),
        ] {
            let input = EvidenceInput { url: Some(url.into()), ..EvidenceInput::default() };
            let added = evidence::add_link(room.clone(), analyst.clone(), EACH, number.clone(), input).await;
            match added {
                Ok(_) => assert!(good, "{url}"),
                Err(Error::Invalid(errors)) => assert!(!good && errors.first("url").is_some(), "{url}"),
                Err(other) => panic!("{url}: {other}"),
            }
        }
        let link = evidence::find(&room, &analyst.viewer, &number, 1).await.expect("found");
        assert!(link.is_link());
        assert_eq!(link.source_url.as_deref(), Some("https://post.example/status/17"));
        let download = evidence::download(&room, &analyst, &number, 1).await;
        assert!(matches!(download, Err(Error::NotFound)));
    }
}

/// Writes over a stored file, which the store itself never does.
pub(crate) fn replace(path: &std::path::Path, bytes: &[u8]) {
    std::fs::remove_file(path).expect("removed");
    std::fs::write(path, bytes).expect("written");
}

// ── stills ───────────────────────────────────────────────────────────────────────────────────────

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let picture = image::DynamicImage::from(image::GrayImage::new(width, height));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

both! {
    async fn a_picture_gets_a_still_and_a_bad_one_is_refused_once(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        let analyst = asker(&room, "analyst@cisa.example");
        let huge = png(8_000, 6_000);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for (name, bytes) in [("a.png", &png(1_024, 256)[..]), ("b.png", &huge), ("c.png", PNG), ("d.svg", svg)] {
            attach(&room, "analyst@cisa.example", &number, name, bytes, EvidenceInput::default()).await.expect("in");
        }
        evidence::make_pending(&room).await.expect("made");
        let still = evidence::thumbnail(&room, &analyst, &number, 1).await.expect("a still");
        let still = image::load_from_memory(&still.bytes).expect("a picture");
        assert_eq!((still.width(), still.height()), (512, 128));
        for exhibit in 2..=4 {
            let still = evidence::thumbnail(&room, &analyst, &number, exhibit).await;
            assert!(matches!(still, Err(Error::NotFound)), "{exhibit}");
        }
        assert_eq!(base.number("select count(*) from thumbnail where state = 'refused'").await, 2);
        assert_eq!(evidence::make_pending(&room).await.expect("nothing left"), 0);
        assert!(evidence::find(&room, &analyst.viewer, &number, 1).await.expect("found").has_thumbnail);
    }

    async fn a_picture_that_cannot_be_read_now_gets_its_still_later_and_keeps_no_other_from_it(base) {
        let room = base.founded().await;
        let number = opened(&room, &[]).await;
        attach(&room, "analyst@cisa.example", &number, "a.png", &png(600, 300), EvidenceInput::default()).await.expect("in");
        let file = files(base).remove(0);
        attach(&room, "analyst@cisa.example", &number, "b.png", &png(300, 600), EvidenceInput::default()).await.expect("in");
        evidence::make_pending(&room).await.expect("made");
        room.close().await;
        // As after a start, with nothing drawn yet.
        base.execute("delete from thumbnail").await.expect("forgotten");
        let room = Room::open(base.parts(2)).await.expect("opens");
        let away = base.folder.path().join("away");
        std::fs::rename(&file, &away).expect("taken away");
        std::fs::create_dir(&file).expect("what answers each read with an error");
        for _ in 0..2 {
            assert!(matches!(evidence::make_pending(&room).await, Err(Error::Unavailable(_))));
            let states = base.pairs("select state, media_type from thumbnail").await;
            assert_eq!(states, [("made".to_owned(), "image/jpeg".to_owned())], "of the other");
        }
        std::fs::remove_dir(&file).expect("removed");
        std::fs::rename(&away, &file).expect("back");
        assert_eq!(evidence::make_pending(&room).await.expect("made"), 1);
        let analyst = asker(&room, "analyst@cisa.example");
        evidence::thumbnail(&room, &analyst, &number, 1).await.expect("a still");
    }
}
