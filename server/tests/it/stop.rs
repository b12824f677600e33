//! SIGTERM to the real program at a bad moment: what was begun is finished, everybody is told, it ends well.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    api::CISA,
    base::Base,
    process::{Answer, Ask, HANG, Process, founded_with_token, verify},
};

const STREAMS: usize = 500;
const UPLOADS: usize = 20;
const REQUESTS: usize = 50;

/// Reads until a text has come.
async fn read_until(stream: &mut TcpStream, mark: &str) -> String {
    let reading = async {
        let (mut text, mut buffer) = (String::new(), vec![0; 16_384]);
        while !text.contains(mark) {
            let length = stream.read(&mut buffer).await.expect("reads");
            assert!(length > 0, "ended before {mark:?}: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
        text
    };
    tokio::time::timeout(HANG, reading).await.unwrap_or_else(|_| panic!("{mark:?} does not come"))
}

/// Sends the head of a request and waits until the handler asks for its content.
async fn begin(process: &Process, ask: &Ask) -> TcpStream {
    let mut stream = process.connect().await;
    let head = String::from_utf8(ask.clone().with("expect", "100-continue").head()).expect("text");
    stream.write_all(head.as_bytes()).await.expect("writes");
    read_until(&mut stream, "100 Continue").await;
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_with_everything_in_hand_finishes_tells_and_ends() {
    let base = Base::sqlite();
    let token = founded_with_token(&base, CISA).await;
    let process = Process::start(&base, &["--streams-per-person=1000", "--header-timeout=120"]).await;
    let new = json!({"title": "Texts with a wrong closing time in Maricopa County", "summary": "s", "category": "PROC-1",
                     "severity": "low", "tlp": "amber"});
    let opened =
        process.send(&Ask::json(&token, "/api/v1/incidents", "first", &new)).await.expect("an answer");
    let path = format!("/api/v1/incidents/{}", opened.json()["number"].as_str().expect("a number"));
    let cookies = process.sign_in(CISA).await;

    // Half a question, asked to its end when the server is stopping.
    let mut probe = process.connect().await;
    probe.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n").await.expect("writes");
    let mut streams = vec![];
    for _ in 0..STREAMS {
        let mut stream = process.connect().await;
        let ask = Ask::new("GET", "/live").with("cookie", &cookies);
        stream.write_all(&ask.head()).await.expect("writes");
        streams.push(stream);
    }
    for stream in &mut streams {
        read_until(stream, "event: pulse").await;
    }
    let content = "x".repeat(300_000);
    let uploads = (0..UPLOADS).map(|n| {
        let (content, key) = (format!("{n}{content}"), format!("upload-{n}"));
        Ask::upload(&token, &format!("{path}/evidence"), &key, &content)
    });
    let requests = (0..REQUESTS).map(|n| {
        let body = json!({"kind": "update", "text": format!("Begun {n}")});
        Ask::json(&token, &format!("{path}/entries"), &format!("entry-{n}"), &body)
    });
    let asks: Vec<Ask> = uploads.chain(requests).collect();
    let mut begun = vec![];
    for ask in &asks {
        let mut stream = begin(&process, ask).await;
        let half = ask.content().len() / 2;
        stream.write_all(&ask.content()[..half]).await.expect("writes");
        begun.push((stream, half));
    }

    process.terminate();
    for stream in &mut streams {
        read_until(stream, "event: restart").await;
    }
    // From here on nobody is told that it is ready.
    assert!(TcpStream::connect(process.address).await.is_err(), "no new connection is taken in");
    probe.write_all(b"\r\n").await.expect("writes");
    let answer = Answer::read(&mut probe).await.expect("an answer");
    assert_eq!((answer.status, answer.json()["missing"].as_str()), (503, Some("stopping")));
    for ((stream, half), ask) in begun.iter_mut().zip(&asks) {
        stream.write_all(&ask.content()[*half..]).await.expect("takes the rest");
    }
    for (n, (stream, _)) in begun.iter_mut().enumerate() {
        let answer = Answer::read(stream).await.unwrap_or_else(|| panic!("request {n} was cut"));
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    for mut stream in streams {
        let mut rest = vec![];
        stream.read_to_end(&mut rest).await.expect("the stream ends");
    }
    let status = process.ended().await;
    assert!(status.success(), "{status}");
    assert_eq!(base.number("select count(*) from exhibit").await, UPLOADS as i64);
    assert_eq!(base.number("select count(*) from entry where kind = 'update'").await, REQUESTS as i64);
    let checkpoints = base.folder.path().join("checkpoints.log");
    let head = base.number("select max(seq) from journal").await;
    let last = std::fs::read_to_string(checkpoints).expect("checkpoints");
    let last: serde_json::Value =
        serde_json::from_str(last.lines().next_back().expect("a line")).expect("JSON");
    assert_eq!(last["seq"], head, "the last row is signed before the end");
    let (clean, said) = verify(&base);
    assert!(clean, "{said}");
}
