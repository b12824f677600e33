//! How a write behaves when it is repeated, broken off or refused.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use server::service::{
    Error, Once, Room,
    entry::{self, PostEntry},
    settled,
};

use crate::{
    base::{EACH, asker, both},
    story::{opened, post, version},
};

const ANALYST: &str = "analyst@cisa.example";

fn input(text: &str) -> PostEntry {
    PostEntry { text: text.into(), ..PostEntry::default() }
}

both! {
    async fn a_send_that_is_repeated_is_done_once_and_answered_alike(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = base.number("select count(*) from journal").await;
        let mut sends = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (room, number) = (room.clone(), number.clone());
            let once = Once::new("form-1", &[b"the same text"]);
            sends.spawn(async move {
                settled(entry::post(room.clone(), asker(&room, ANALYST), once, number, input("Once."))).await
            });
        }
        let posted: Vec<_> = sends.join_all().await.into_iter().map(|sent| sent.expect("answered").id).collect();
        assert!(posted.iter().all(|id| *id == posted[0]), "{posted:?}");
        assert_eq!(base.number("select count(*) from journal").await, before + 1);
        assert_eq!(base.number("select count(*) from entry where body = 'Once.'").await, 1);
        room.close().await;
    }

    async fn a_key_that_served_another_text_is_refused(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let send = async |who: &str, key: &str, content: &'static [u8]| {
            let once = Once::new(key, &[content]);
            entry::post(room.clone(), asker(&room, who), once, number.clone(), input("Said.")).await
        };
        let first = send(ANALYST, "form-1", b"one").await.expect("posted");
        assert!(matches!(send(ANALYST, "form-1", b"other").await, Err(Error::KeyReused)));
        assert_ne!(send("lead@cisa.example", "form-1", b"one").await.expect("their own key").id, first.id);
        assert_ne!(send(ANALYST, "form-2", b"one").await.expect("another form").id, first.id);
        // The parts are told apart: "ab" + "c" is not "a" + "bc".
        let once = |parts: &[&[u8]]| Once::new("form-3", parts);
        let post = async |once: Once| entry::post(room.clone(), asker(&room, ANALYST), once, number.clone(), input("Said.")).await;
        post(once(&[b"ab", b"c"])).await.expect("posted");
        assert!(matches!(post(once(&[b"a", b"bc"])).await, Err(Error::KeyReused)));
        room.close().await;
    }

    async fn a_refused_send_leaves_its_key_free(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let send = async |text: &str| {
            let once = Once::new("form-1", &[text.as_bytes()]);
            entry::post(room.clone(), asker(&room, ANALYST), once, number.clone(), input(text)).await
        };
        assert!(matches!(send(" ").await, Err(Error::Invalid(_))));
        send("Now with words.").await.expect("the corrected form has the same key");
        room.close().await;
    }

    async fn a_write_that_is_broken_off_leaves_nothing_and_blocks_nobody(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = base.number("select max(seq) from journal").await;
        let mut finished = 0;
        for polls in 0..60 {
            let work = entry::post(room.clone(), asker(&room, ANALYST), EACH, number.clone(), input("Half."));
            if after_polls(polls, work).await.is_some() {
                finished += 1;
            }
            // The next writer gets its turn at once, and reads a whole journal.
            post(&room, ANALYST, &number, |_| {}).await.expect("the next write");
        }
        let whole = "select count(*) from entry where body = 'Half.'";
        let halves = base.number(whole).await;
        assert!(halves >= finished, "what was answered is there");
        assert_eq!(base.number("select max(seq) from journal").await, before + 60 + halves);
        assert_eq!(base.number("select count(*) from journal").await, before + 60 + halves);
        room.close().await;
    }

    async fn refusals_do_not_use_up_the_room(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let mut sends = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (room, number) = (room.clone(), number.clone());
            sends.spawn(async move {
                let sent = entry::post(room.clone(), asker(&room, ANALYST), EACH, number, input(""));
                matches!(settled(sent).await, Err(Error::Invalid(_)))
            });
        }
        assert!(sends.join_all().await.into_iter().all(|refused| refused));
        post(&room, ANALYST, &number, |_| {}).await.expect("posted");
        room.close().await;
    }

    async fn a_read_only_room_shows_and_refuses(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        room.close().await;
        let parts = server::service::RoomParts { read_only: true, ..base.parts(2) };
        let room = Room::open(parts).await.expect("opens");
        assert_eq!(version(&room, ANALYST, &number).await, 1);
        assert!(matches!(post(&room, ANALYST, &number, |_| {}).await, Err(Error::ReadOnly)));
        room.close().await;
    }
}

/// Polls a future this often and drops it, as a request is dropped whose client went away.
async fn after_polls<T>(polls: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    for _ in 0..polls {
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = polled {
            return Some(done);
        }
        // Gives the database time to answer, so that each poll comes further.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    None
}
