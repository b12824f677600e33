//! The accept loop, over real connections: what is slow or silent is closed, and stopping is bounded.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::StatusCode,
    routing::get,
};
use server::{config::Config, serve, state::Stop};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A body without end that counts those which are still being sent.
struct Endless;
static BEING_SENT: AtomicUsize = AtomicUsize::new(0);

impl Endless {
    fn new() -> Self {
        BEING_SENT.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        BEING_SENT.fetch_sub(1, Ordering::Relaxed);
    }
}

impl futures::Stream for Endless {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b'x'; 65_536]))))
    }
}

struct Served {
    address: SocketAddr,
    stop: Stop,
    done: JoinHandle<std::io::Result<usize>>,
}

/// A server with three routes: quick, slow (a second), and one that takes a body.
async fn serve(settings: &[&str]) -> Served {
    let router = Router::new()
        .route("/", get(|| async { "quick" }))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                "slow"
            }),
        )
        .route("/never", get(std::future::pending::<&'static str>))
        .route(
            "/body",
            axum::routing::post(|State(()): State<()>, body: Body| async {
                match axum::body::to_bytes(body, 1 << 20).await {
                    Ok(_) => StatusCode::OK,
                    Err(_) => StatusCode::REQUEST_TIMEOUT,
                }
            }),
        )
        .route("/refused", axum::routing::post(|| async { StatusCode::FORBIDDEN }))
        .route("/endless", get(|| async { Body::from_stream(Endless::new()) }))
        .with_state(());
    let config = Config::from_words(settings.iter().copied()).expect("settings");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let stop = Stop::default();
    let done = tokio::spawn(serve::serve(listener, router, Arc::new(config), stop.clone()));
    Served { address, stop, done }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connects")
    }
}

/// What arrives until the other side closes, and after how long.
async fn rest(stream: &mut TcpStream) -> (String, Duration) {
    let began = server::clock::stopwatch();
    let mut text = vec![];
    let _ =
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut text)).await.expect("closes");
    (String::from_utf8_lossy(&text).into_owned(), began.elapsed())
}

async fn ask(stream: &mut TcpStream, path: &str) -> String {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.expect("writes");
    let mut buffer = vec![0; 4096];
    let length = stream.read(&mut buffer).await.expect("reads");
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[tokio::test]
async fn a_silent_connection_and_unfinished_headers_are_closed() {
    let served = serve(&["--first-byte-timeout=1", "--header-timeout=1", "--idle-timeout=3"]).await;
    let (mut silent, mut slow, mut idle) =
        (served.connect().await, served.connect().await, served.connect().await);
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-").await.expect("writes");
    assert!(ask(&mut idle, "/").await.contains("quick"));
    let (silent, slow, idle) = tokio::join!(rest(&mut silent), rest(&mut slow), rest(&mut idle));
    assert!(silent.1 < Duration::from_secs(2), "silent: {:?}", silent.1);
    assert!(slow.1 < Duration::from_secs(3), "half a request: {:?}", slow.1);
    assert!((2500..5000).contains(&idle.1.as_millis()), "idle: {:?}", idle.1);
}

#[tokio::test]
async fn a_dripping_header_does_not_prolong_itself() {
    let served = serve(&["--header-timeout=2", "--idle-timeout=30"]).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\n").await.expect("writes");
    let began = server::clock::stopwatch();
    while stream.write_all(b"x: y\r\n").await.is_ok() && began.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_body_below_the_lowest_rate_is_given_up() {
    let served = serve(&["--body-grace=1", "--body-rate=1024"]).await;
    let mut stream = served.connect().await;
    stream
        .write_all(b"POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n0123456789")
        .await
        .expect("writes");
    let (answer, took) = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn a_small_write_that_is_refused_keeps_its_connection() {
    let served = serve(&[]).await;
    let mut stream = served.connect().await;
    for _ in 0..3 {
        stream
            .write_all(b"POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n")
            .await
            .expect("writes");
        // The content comes when the refusal is decided.
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(b"0123456789").await.expect("writes");
        let mut buffer = vec![0; 4096];
        let length = stream.read(&mut buffer).await.expect("reads");
        let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("connection: close"), "{answer}");
    }
    assert!(ask(&mut stream, "/").await.contains("quick"), "the same connection");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_given_up() {
    let served = serve(&["--write-timeout=1"]).await;
    let mut stream = served.connect().await;
    assert!(ask(&mut stream, "/endless").await.contains("200 OK"));
    assert_eq!(BEING_SENT.load(Ordering::Relaxed), 1);
    let given_up = async {
        while BEING_SENT.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), given_up).await.expect("given up");
}

#[tokio::test]
async fn a_source_has_so_many_connections_and_no_more() {
    let served = serve(&["--connections-per-source=2"]).await;
    let (mut one, mut two) = (served.connect().await, served.connect().await);
    assert!(ask(&mut one, "/").await.contains("200 OK") && ask(&mut two, "/").await.contains("200 OK"));
    let mut third = served.connect().await;
    assert_eq!(rest(&mut third).await.0, "");
    drop(one);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut fourth = served.connect().await;
    assert!(ask(&mut fourth, "/").await.contains("200 OK"));
}

#[tokio::test]
async fn stopping_finishes_what_was_begun_and_cuts_what_never_ends() {
    let served = serve(&["--stop-timeout=3"]).await;
    let (mut slow, mut never, mut idle) =
        (served.connect().await, served.connect().await, served.connect().await);
    assert!(ask(&mut idle, "/").await.contains("quick"));
    slow.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writes");
    never.write_all(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writes");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = server::clock::stopwatch();
    served.stop.stop();
    let (slow, idle) = tokio::join!(rest(&mut slow), rest(&mut idle));
    assert!(slow.0.ends_with("slow"), "begun and finished: {}", slow.0);
    assert!(idle.1 < Duration::from_secs(1), "nothing in hand: closed at once");
    assert!(TcpStream::connect(served.address).await.is_err(), "accepts nobody");
    let cut = served.done.await.expect("ends").expect("serves");
    assert_eq!(cut, 1, "what never ends is cut");
    assert!((2900..4500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
}
