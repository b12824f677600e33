//! The real program in a process of its own, and a client that speaks to it over a socket.
#![expect(clippy::disallowed_methods, reason = "starts the program and waits for it")]

use std::{
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;
use server::service::{Room, account};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    base::{Base, EACH, asker},
    test_app::PASSWORD,
};

/// A bound on waiting for what has to come; nothing is measured.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// `watchfloor serve` over the database and the folder of a [`Base`].
#[derive(Debug)]
pub(crate) struct Process {
    child: Mutex<Child>,
    pub address: SocketAddr,
}

impl Process {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(base: &Base, settings: &[&str]) -> Self {
        for _ in 0..5 {
            let address = free_address();
            let listen = format!("--listen={address}");
            let mut command = program("serve", base);
            let child = command.arg(listen).args(settings).spawn().expect("starts");
            let process = Self { child: Mutex::new(child), address };
            if process.becomes_ready().await {
                return process;
            }
        }
        panic!("the program does not become ready: see what it said above");
    }

    /// False when it ended: somebody else took the port.
    async fn becomes_ready(&self) -> bool {
        let began = Instant::now();
        while began.elapsed() < HANG {
            if self.child().try_wait().expect("a child").is_some() {
                return false;
            }
            if self.get("/readyz").await.is_some_and(|answer| answer.status == 200) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not ready after {HANG:?}");
    }

    /// As a power cut would: no handler runs.
    pub(crate) fn kill(&self) {
        self.child().kill().expect("killed");
        self.child().wait().expect("ended");
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As a supervisor does.
    pub(crate) fn terminate(&self) {
        let id = self.child().id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(sent.success(), "SIGTERM was sent");
    }

    pub(crate) async fn ended(&self) -> ExitStatus {
        let began = Instant::now();
        while began.elapsed() < HANG {
            if let Some(status) = self.child().try_wait().expect("a child") {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not end");
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connects")
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Answer> {
        self.send(&Ask::new("GET", path)).await
    }

    /// Signs in through the form; the cookie of the session.
    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let page = self.get("/sign-in").await.expect("a page").body;
        let token = form_token(&page, "/sign-in");
        let fields = [("form_token", token.as_str()), ("email", email), ("password", PASSWORD)];
        let answer = self.send(&Ask::form(self, "/sign-in", "", &fields)).await.expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookies()
    }

    /// The whole answer; none when the connection broke before its end.
    pub(crate) async fn send(&self, ask: &Ask) -> Option<Answer> {
        let asked = async {
            let mut stream = TcpStream::connect(self.address).await.ok()?;
            stream.write_all(&ask.bytes()).await.ok()?;
            Answer::read(&mut stream).await
        };
        tokio::time::timeout(HANG, asked).await.expect("an answer or an end")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child().kill();
        let _ = self.child().wait();
    }
}

/// A command of the program over the database and the folder of a [`Base`].
fn program(command: &str, base: &Base) -> Command {
    // The key that `Base` gives its rooms.
    let key = base.folder.path().join("installation.key");
    std::fs::write(&key, "07".repeat(32)).expect("a key");
    let mut program = Command::new(env!("CARGO_BIN_EXE_watchfloor"));
    program
        .arg(command)
        .arg(format!("--data={}", base.folder.path().display()))
        .arg(format!("--key-file={}", key.display()))
        .env("WATCHFLOOR_DATABASE_URL", &base.url)
        .args(["--log=error", "--password-memory=19456", "--password-passes=2"])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    program
}

/// `watchfloor verify`: whether it is clean, and what it said.
pub(crate) fn verify(base: &Base) -> (bool, String) {
    let done = program("verify", base).stdout(Stdio::piped()).output().expect("verify runs");
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A port that nobody has at the moment.
fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// A room with the people of the demo, and a token of one of them.
pub(crate) async fn founded_with_token(base: &Base, email: &str) -> String {
    let room: Room = crate::test_app::founded(base).await;
    let token =
        account::add_token(&room, &asker(&room, email), "a script", None, &EACH).await.expect("a token");
    room.close().await;
    token
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    head: String,
    body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { head: format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"), body: vec![] }
    }
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }
    pub(crate) fn json(token: &str, path: &str, key: &str, body: &Value) -> Self {
        let ask = Self::new("POST", path).with("authorization", &format!("Bearer {token}"));
        ask.with("idempotency-key", key).with("content-type", "application/json").body(body.to_string())
    }
    /// A form as a browser sends it.
    pub(crate) fn form(to: &Process, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", server::page::encoded(value))).collect();
        let ask = Self::new("POST", path).with("origin", &format!("http://{}", to.address));
        ask.with("cookie", cookies)
            .with("content-type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"))
    }
    pub(crate) fn upload(token: &str, path: &str, key: &str, content: &str) -> Self {
        let part = "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
        let ask = Self::new("POST", path).with("authorization", &format!("Bearer {token}"));
        ask.with("idempotency-key", key)
            .with("content-type", "multipart/form-data; boundary=line")
            .body(format!("{part}{content}\r\n--line--\r\n"))
    }
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
    pub(crate) fn head(&self) -> Vec<u8> {
        format!("{}content-length: {}\r\n\r\n", self.head, self.body.len()).into_bytes()
    }
    pub(crate) fn content(&self) -> &[u8] {
        &self.body
    }
    fn bytes(&self) -> Vec<u8> {
        [self.head(), self.body.clone()].concat()
    }
}

/// The token of the form on a page that posts to this path.
pub(crate) fn form_token(html: &str, action: &str) -> String {
    let form =
        html.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("a form for {action}: {html}"));
    let mark = "name=\"form_token\" value=\"";
    let start = form + html[form..].find(mark).expect("a token") + mark.len();
    html[start..start + html[start..].find('"').expect("its end")].to_owned()
}

/// One answer, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Reads to the end of the connection; none when the answer is not whole.
    pub(crate) async fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = vec![];
        stream.read_to_end(&mut bytes).await.ok()?;
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(rest) = text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
            text = rest.to_owned();
        }
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let whole = match length {
            Some(length) => body.len() == length.parse::<usize>().ok()?,
            None => body.ends_with("0\r\n\r\n") || status == 303,
        };
        whole.then(|| Self { status, head: head.to_owned(), body: body.to_owned() })
    }
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON: {self:?}"))
    }
    pub(crate) fn cookies(&self) -> String {
        let lines = self.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        lines.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}
