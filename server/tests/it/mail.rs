//! E-mail as it leaves the house: who gets which words when, read at a mail server of our own.

use std::sync::{Arc, Mutex, PoisonError};

use app::model::id::Number;
use axum::http::StatusCode;
use server::service::{
    Room, mail, notice,
    person::suspend,
    share::{self, ShareInput, Step},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use crate::{
    base::{Base, EACH, asker, both},
    onward,
    story::{first_share, open, opened, post, status, step},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";
const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";

/// A mail server that keeps what it takes, and can be told to take nothing.
#[derive(Clone, Debug, Default)]
struct Sink {
    letters: Arc<Mutex<Vec<String>>>,
    /// What it answers to a recipient; empty takes it.
    refusal: Arc<Mutex<&'static str>>,
    port: u16,
}

impl Sink {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sink = Self { port: listener.local_addr().expect("an address").port(), ..Self::default() };
        let own = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = own.clone();
                tokio::spawn(async move { sink.talk(stream).await });
            }
        });
        sink
    }

    async fn talk(&self, stream: tokio::net::TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let refusal = *self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "RCPT" if !refusal.is_empty() => refusal,
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut letter = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    self.letters.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 sink",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }

    fn refuse(&self, words: &'static str) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
    /// What came since the last look.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.letters.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn take_one(&self) -> String {
        let mut all = self.take();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

async fn with_mail(base: &Base) -> (TestApp, Sink) {
    let sink = Sink::start().await;
    let url = format!("--smtp-url=smtp://127.0.0.1:{}", sink.port);
    let test = TestApp::with(base, &[&url, "--mail-from=room@watchfloor.example", "--mail-tries=3"]).await;
    (test, sink)
}

async fn deliver(test: &TestApp) {
    test.app.post.as_ref().expect("it sends e-mail").deliver(&test.app.room).await.expect("delivered");
}

async fn call(room: &Room, number: &Number, whom: &str) {
    post(room, CISA, number, |post| post.text = format!("The hours of the flyer, @{whom}."))
        .await
        .expect("posted");
}

/// An incident that reached nobody by e-mail yet.
async fn quietly_opened(test: &TestApp, sink: &Sink, tlp: &str) -> Number {
    let number = open(&test.app.room, CISA, |input| input.tlp = tlp.into()).await;
    deliver(test).await;
    sink.take();
    number
}

fn body(letter: &str) -> &str {
    letter.split_once("\n\n").expect("headers and body").1
}

async fn choose(test: &TestApp, who: &str, changes: &[(&str, &str)]) {
    let browser = test.sign_in(who).await;
    let mut fields: Vec<(String, String)> = vec![];
    for kind in app::model::notice::NoticeKind::ALL {
        fields.push((format!("way_{kind}"), kind.usual_way().to_string()));
    }
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let reply = browser.submit("/me", "/me/notices", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
}

both! {
    async fn what_an_e_mail_says_follows_the_label_in_text_and_headers(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let amber = quietly_opened(&test, &sink, "amber").await;
        call(room, &amber, GOOGLE).await;
        deliver(&test).await;
        let letter = sink.take_one();
        assert!(letter.contains(&format!("Subject: {amber} Medium")) && letter.contains(&format!("To: {GOOGLE}")), "{letter}");
        let said: Vec<_> = body(&letter).lines().take(3).collect();
        assert_eq!((said[0], said[1]), (amber.as_str(), "Severity: Medium"));
        assert!(said[2].starts_with("http://127.0.0.1:3000/notifications/"), "{letter}");
        for word in ["Maricopa", "Texts", "flyer", "CISA", "mention", CISA, "AMBER", "References", "In-Reply-To", "Thread"] {
            assert!(!letter.contains(word), "{word}: {letter}");
        }
        // RED inside of AMBER: no number, no severity, no kind, no link that names it.
        post(room, CISA, &amber, |post| {
            (post.tlp, post.named, post.text) = ("red".into(), vec![GOOGLE.into()], format!("The source, @{GOOGLE}"));
        }).await.expect("posted");
        deliver(&test).await;
        let letter = sink.take_one();
        assert!(letter.contains("Subject: Watchfloor: something concerns you"), "{letter}");
        for word in [amber.as_str(), "Medium", "RED", "source", "Maricopa", "notifications/", "CISA"] {
            assert!(!letter.contains(word), "{word}: {letter}");
        }
        let green = quietly_opened(&test, &sink, "green").await;
        call(room, &green, GOOGLE).await;
        deliver(&test).await;
        let letter = sink.take_one();
        assert!(letter.contains(&format!("Subject: {green} Medium: Texts with a wrong closing time")), "{letter}");
        assert!(body(&letter).contains("TLP:GREEN") && body(&letter).contains("mentioned you") && !letter.contains("flyer"), "{letter}");
        room.close().await;
    }

    async fn an_e_mail_of_a_share_follows_its_own_label(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let give = async |number: &Number, tlp: &str, text: &str, named: &[&str]| {
            let input = ShareInput {
                to: vec!["google".into()], text: text.into(), tlp: tlp.into(),
                named: named.iter().map(|email| (*email).to_owned()).collect(), ..ShareInput::default()
            };
            share::share(room.clone(), asker(room, CISA), EACH, number.clone(), input).await.expect("taken");
            deliver(&test).await;
            sink.take()
        };
        let green = quietly_opened(&test, &sink, "green").await;
        let letters = give(&green, "amber", "For your picture.", &[]).await;
        assert!(letters.len() > 1, "those who speak for Google: {letters:?}");
        for letter in letters {
            assert!(letter.contains(&format!("Subject: {green} Medium")), "{letter}");
            for word in ["Maricopa", "shared", "CISA", "GREEN", "AMBER", "picture"] {
                assert!(!letter.contains(word), "{word}: {letter}");
            }
        }
        let amber = quietly_opened(&test, &sink, "amber").await;
        choose(&test, "counsel@cisa.example", &[("way_held", "email")]).await;
        // Whom it names, and nobody else; counsel of what is held.
        for (text, whom) in [("For you alone.", GOOGLE), ("Please suspend the account.", "counsel@cisa.example")] {
            let letters = give(&amber, "red", text, &[GOOGLE]).await;
            assert_eq!(letters.len(), 1, "{letters:?}");
            assert!(letters[0].contains(&format!("To: {whom}")) && letters[0].contains("Subject: Watchfloor: something concerns you"), "{letters:?}");
            for word in [amber.as_str(), "Medium", "RED", "Maricopa", "notifications/", "shared", "Held", "held"] {
                assert!(!letters[0].contains(word), "{word}: {letters:?}");
            }
        }
        room.close().await;
    }

    async fn an_e_mail_of_a_request_to_pass_it_on_follows_its_own_label(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        deliver(&test).await;
        sink.take();
        choose(&test, "liaison@cisa.example", &[("way_onward", "email")]).await;
        onward::ask(room, GOOGLE, &number, |input| {
            (input.tlp, input.to, input.named) = ("red".into(), vec![], vec!["liaison@twitter.example".into()]);
        })
        .await
        .expect("asked");
        deliver(&test).await;
        let letters = sink.take();
        let letter = letters.iter().find(|letter| letter.contains("To: liaison@cisa.example")).expect("told by e-mail");
        assert!(letter.contains("Subject: Watchfloor: something concerns you"), "{letter}");
        for word in [number.as_str(), "High", "RED", "AMBER", "Maricopa", "Google", "asks"] {
            assert!(!letter.contains(word), "{word}: {letter}");
        }
        room.close().await;
    }

    async fn the_ids_of_letters_tell_nothing_and_stay_the_same_for_the_same_letter(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = quietly_opened(&test, &sink, "amber").await;
        let id = |letter: &str| {
            let line = letter.lines().find(|line| line.starts_with("Message-ID:")).expect("an id").to_owned();
            line["Message-ID: <".len()..].split('@').next().expect("its part").to_owned()
        };
        let mut ids = vec![];
        for _ in 0..3 {
            call(room, &number, GOOGLE).await;
            deliver(&test).await;
            ids.push(id(&sink.take_one()));
        }
        for (n, one) in ids.iter().enumerate() {
            assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()), "{one}");
            let alike = |other: &String| one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            assert!(ids.iter().enumerate().all(|(m, other)| m == n || alike(other) < 8), "{ids:?}");
        }
        // Claimed by a server that was killed before it could say so: sent again, under the same id.
        call(room, &number, GOOGLE).await;
        let claimed = mail::claim(room).await.expect("claimed");
        let first = mail::compose(room, &claimed[0], "http://127.0.0.1:3000").await.expect("composed").expect("something");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "the claim holds for a while");
        base.clock.advance(121);
        deliver(&test).await;
        assert_eq!(id(&sink.take_one()), first.id);
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "and once only");
        room.close().await;
    }

    async fn what_its_person_may_no_longer_see_or_has_read_is_not_sent(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = quietly_opened(&test, &sink, "amber").await;
        call(room, &number, GOOGLE).await;
        let share = first_share(room, LEAD, &number, "google").await;
        step(room, LEAD, share, Step::Revoke).await.expect("taken back");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "taken back before it was sent");
        let number = quietly_opened(&test, &sink, "amber").await;
        call(room, &number, GOOGLE).await;
        notice::read_all(room.clone(), asker(room, GOOGLE), None, None).await.expect("read");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "read in the app");
        call(room, &number, GOOGLE).await;
        let gone = asker(room, GOOGLE).viewer.person;
        suspend(room, &asker(room, "admin@google.example"), gone, "left", &EACH).await.expect("suspended");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "suspended");
        assert_eq!(base.number("select count(*) from mail where state = 'waiting' and person_id in (select id from person where email = 'liaison@google.example')").await, 0);
        room.close().await;
    }

    async fn people_are_told_as_they_chose_and_left_in_peace_when_they_said_so(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = quietly_opened(&test, &sink, "amber").await;
        choose(&test, GOOGLE, &[("way_mentioned", "none"), ("way_status", "digest"), ("follows", "opened")]).await;
        let before = notice::count(room, &asker(room, GOOGLE).viewer).await.expect("a count").unread;
        call(room, &number, GOOGLE).await;
        assert_eq!(notice::count(room, &asker(room, GOOGLE).viewer).await.expect("a count").unread, before, "not at all");
        post(room, GOOGLE, &number, |_| {}).await.expect("posted");
        status(room, LEAD, &number, "triaged", |_| {}).await.expect("triaged");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "who posts does not follow any more");
        server::service::following::set(room.clone(), asker(room, GOOGLE), EACH, number.clone(), true).await.expect("set");
        status(room, LEAD, &number, "contained", |input| input.note = "Its carrier was told".into()).await.expect("contained");
        status(room, LEAD, &number, "triaged", |input| input.note = "Again".into()).await.expect("again");
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "the shift goes on");
        // 19:18; the shift ends at 23:00.
        base.clock.advance(3 * 3_600 + 43 * 60);
        deliver(&test).await;
        let digest = sink.take().into_iter().find(|letter| letter.contains(&format!("To: {GOOGLE}"))).expect("a digest");
        assert!(digest.contains("Subject: Watchfloor: what waits for you") && body(&digest).matches(number.as_str()).count() == 2, "{digest}");
        assert!(!digest.contains("Maricopa") && !digest.contains("Contained"), "{digest}");
        // Quiet until six in the morning: one e-mail for all that came.
        choose(&test, GOOGLE, &[("quiet_from", "22:00"), ("quiet_to", "06:00"), ("quiet_zone", "America/New_York")]).await;
        call(room, &number, GOOGLE).await;
        call(room, &number, GOOGLE).await;
        deliver(&test).await;
        assert_eq!(sink.take(), Vec::<String>::new(), "quiet");
        base.clock.advance(7 * 3_600);
        deliver(&test).await;
        let letters: Vec<_> = sink.take().into_iter().filter(|letter| letter.contains(&format!("To: {GOOGLE}"))).collect();
        assert!(letters.len() == 1 && letters[0].matches("Severity:").count() == 2, "{letters:?}");
        room.close().await;
    }

    async fn a_digest_waits_for_the_end_of_a_shift_and_not_of_a_period_of_weeks(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = quietly_opened(&test, &sink, "amber").await;
        choose(&test, GOOGLE, &[("way_mentioned", "digest")]).await;
        let mine = || sink.take().into_iter().filter(|letter| letter.contains(&format!("To: {GOOGLE}"))).count();
        let both_called = async |apart: i64| {
            call(room, &number, GOOGLE).await;
            base.clock.advance(apart);
            call(room, &number, GOOGLE).await;
        };
        // From 19:18 of election day to 10:20 of the next: the canvass runs for nineteen days.
        base.clock.advance(15 * 3_600 + 2 * 60);
        both_called(90).await;
        base.clock.advance(7 * 3_600 + 30 * 60);
        deliver(&test).await;
        assert_eq!(mine(), 0, "17:51: the day goes on");
        base.clock.advance(10 * 60);
        deliver(&test).await;
        assert_eq!(mine(), 1, "18:01: one for both");
        both_called(1).await;
        base.clock.advance(11 * 3_600);
        deliver(&test).await;
        assert_eq!(mine(), 0, "05:01: the night goes on");
        base.clock.advance(3_600);
        deliver(&test).await;
        assert_eq!(mine(), 1, "06:01");
        // Its last shift ends with it, at eight in the morning of the 23rd.
        base.clock.advance(18 * 86_400 + 3_600);
        call(room, &number, GOOGLE).await;
        base.clock.advance(3_600);
        deliver(&test).await;
        assert_eq!(mine(), 1, "08:01 of the 23rd");
        room.close().await;
    }

    async fn a_letter_is_tried_again_at_growing_waits_then_given_up_and_said_so(base) {
        let (test, sink) = with_mail(base).await;
        let room = &test.app.room;
        let number = quietly_opened(&test, &sink, "amber").await;
        sink.refuse("451 not now");
        call(room, &number, GOOGLE).await;
        let due = || base.number("select coalesce(max(due_at), 0) from mail where state = 'waiting' and tries > 0");
        deliver(&test).await;
        let first = due().await - base.clock.now().0;
        base.clock.advance(31);
        deliver(&test).await;
        let second = due().await - base.clock.now().0;
        assert_eq!((first, second), (30_000_000, 60_000_000));
        sink.refuse("");
        base.clock.advance(61);
        deliver(&test).await;
        sink.take_one();
        // Three tries, and no more.
        sink.refuse("451 not now");
        call(room, &number, GOOGLE).await;
        for _ in 0..3 {
            deliver(&test).await;
            base.clock.advance(3_600);
        }
        // An address that the other side will never take is not tried again.
        call(room, &number, GOOGLE).await;
        sink.refuse("550 nobody here");
        deliver(&test).await;
        sink.refuse("");
        base.clock.advance(7_200);
        deliver(&test).await;
        assert!(!sink.take().iter().any(|letter| letter.contains(number.as_str()) && letter.contains(GOOGLE)), "both were given up");
        let page = test.sign_in(GOOGLE).await.get("/me").await.text();
        assert!(page.contains("2 e-mails to you could not be delivered"), "{page}");
        assert!(!test.sign_in(LEAD).await.get("/me").await.text().contains("could not be delivered"));
        room.close().await;
    }

    async fn a_room_without_a_mail_server_queues_nothing_and_says_so(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        call(room, &number, GOOGLE).await;
        assert_eq!(base.number("select count(*) from mail").await, 0);
        let browser = test.sign_in(GOOGLE).await;
        assert!(browser.get("/me").await.text().contains("This room does not send e-mail yet"));
        let fields = [("way_mentioned", "email"), ("quiet_from", "22:00"), ("quiet_to", "later")];
        let back = browser.submit("/me", "/me/notices", &fields).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.text().contains("A time of day, as 22:00") && back.text().contains("value=\"later\""));
        room.close().await;
    }
}

#[test]
fn a_mail_setting_that_is_not_understood_stops_the_start_without_its_secret() {
    let check = |words: &[&str]| {
        let config = server::config::Config::from_words(words.iter().copied()).expect("parses");
        config.check().expect_err("refused")
    };
    let url = check(&["--smtp-url=mail://user:hunter2@mail.example", "--mail-from=room@watchfloor.example"]);
    assert!(url.starts_with("SMTP_URL") && !url.contains("hunter2"), "{url}");
    assert!(check(&["--smtp-url=smtp://mail.example"]).starts_with("MAIL_FROM is missing"));
    assert!(check(&["--smtp-url=smtp://mail.example", "--mail-from=nobody"]).contains("MAIL_FROM is nobody"));
}
