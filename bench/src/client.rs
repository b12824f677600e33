//! A client that costs little beside what it measures: HTTP/1.1 over one connection that is kept.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// The password of everybody in a room that is measured.
pub(crate) const PASSWORD: &str = "measured-room-password";

/// An answer, its body as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        ensure!(self.status < 300, "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).context("no JSON")
    }
}

/// One visitor on one connection.
#[derive(Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    /// The value of `Cookie`; empty for somebody unknown.
    pub(crate) cookie: String,
    /// As browsers send it over https; else bodies come as they are.
    pub(crate) compressed: bool,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, cookie: &str) -> Self {
        Self { address, cookie: cookie.to_owned(), compressed: true, stream: None }
    }

    /// Signs in through the front door; the client then has the session's cookie.
    pub(crate) async fn sign_in(address: SocketAddr, email: &str) -> Result<Self> {
        let mut client = Self::new(address, "");
        client.compressed = false;
        let page = client.get("/sign-in").await?;
        client.keep_cookies(&page);
        let text = String::from_utf8_lossy(&page.body).into_owned();
        let token = between(&text, "name=\"form_token\" value=\"", "\"").context("no form token")?;
        let email = email.replace('@', "%40");
        let form = format!("email={email}&password={PASSWORD}&form_token={token}");
        let kind = "application/x-www-form-urlencoded";
        let reply = client.send("POST", "/sign-in", kind, form.as_bytes()).await?;
        ensure!(reply.status == 303, "{email} cannot sign in: {}", reply.status);
        client.keep_cookies(&reply);
        client.compressed = true;
        Ok(client)
    }

    fn keep_cookies(&mut self, reply: &Reply) {
        for (_, value) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().unwrap_or_default();
            let name = pair.split('=').next().unwrap_or_default();
            let mut pairs: Vec<&str> = self.cookie.split("; ").filter(|known| !known.is_empty()).collect();
            pairs.retain(|known| known.split('=').next() != Some(name));
            pairs.push(pair);
            self.cookie = pairs.join("; ");
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Reply> {
        self.send("GET", path, "", b"").await
    }

    pub(crate) async fn post_json(&mut self, path: &str, value: &serde_json::Value) -> Result<Reply> {
        self.send("POST", path, "application/json", value.to_string().as_bytes()).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Reply> {
        let kept = self.stream.is_some();
        match self.exchange(method, path, kind, body).await {
            // A kept connection may have been closed by the other side meanwhile.
            Err(_) if kept && method == "GET" => {
                self.stream = None;
                self.exchange(method, path, kind, body).await
            }
            done => done,
        }
    }

    async fn exchange(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Reply> {
        let mut request = self.head(method, path, kind, body.len() as u64).into_bytes();
        request.extend_from_slice(body);
        let stream = self.connected().await?;
        stream.get_mut().write_all(&request).await?;
        let reply = receive(stream).await;
        let closes = reply.as_ref().map_or(true, |reply| reply.header("connection") == Some("close"));
        if closes {
            self.stream = None;
        }
        reply
    }

    fn head(&self, method: &str, path: &str, kind: &str, length: u64) -> String {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n", self.address, self.cookie);
        if self.compressed {
            head.push_str("accept-encoding: gzip, deflate, br, zstd\r\n");
        }
        if method != "GET" {
            head.push_str("sec-fetch-site: same-origin\r\n");
            head.push_str(&format!("content-type: {kind}\r\ncontent-length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head
    }

    async fn connected(&mut self) -> Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::with_capacity(64 * 1024, stream));
        }
        self.stream.as_mut().context("no connection")
    }

    /// Sends a file as one part of a form, read from disk piece by piece.
    pub(crate) async fn upload(&mut self, path: &str, file: &Path) -> Result<Reply> {
        let before = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"big.bin\"\r\n\
                      content-type: application/octet-stream\r\n\r\n";
        let after = "\r\n--edge--\r\n";
        let mut source = tokio::fs::File::open(file).await?;
        let length = source.metadata().await?.len() + (before.len() + after.len()) as u64;
        let head = self.head("POST", path, "multipart/form-data; boundary=edge", length);
        let stream = self.connected().await?;
        stream.get_mut().write_all(head.as_bytes()).await?;
        stream.get_mut().write_all(before.as_bytes()).await?;
        let mut piece = vec![0; 1 << 20];
        loop {
            let read = source.read(&mut piece).await?;
            if read == 0 {
                break;
            }
            stream.get_mut().write_all(&piece[..read]).await?;
        }
        stream.get_mut().write_all(after.as_bytes()).await?;
        receive(stream).await
    }

    /// Opens an event stream; what follows is read by the caller.
    pub(crate) async fn open_stream(mut self, path: &str) -> Result<BufReader<TcpStream>> {
        self.compressed = false;
        let request = self.head("GET", path, "", 0);
        let stream = TcpStream::connect(self.address).await?;
        let mut stream = BufReader::with_capacity(4096, stream);
        stream.get_mut().write_all(request.as_bytes()).await?;
        let (status, _) = receive_head(&mut stream).await?;
        ensure!(status == 200, "{path}: {status}");
        Ok(stream)
    }
}

async fn receive_head(stream: &mut BufReader<TcpStream>) -> Result<(u16, Vec<(String, String)>)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")?;
    let mut headers = vec![];
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            bail!("the connection broke off");
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok((status, headers))
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Result<Reply> {
    let (status, headers) = receive_head(stream).await?;
    let mut reply = Reply { status, headers, body: vec![] };
    if reply.header("transfer-encoding") == Some("chunked") {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let size = usize::from_str_radix(line.trim(), 16).context("no chunk")?;
            let from = reply.body.len();
            reply.body.resize(from + size + 2, 0);
            stream.read_exact(&mut reply.body[from..]).await?;
            reply.body.truncate(from + size);
            if size == 0 {
                return Ok(reply);
            }
        }
    }
    let length = reply.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    reply.body.resize(length, 0);
    stream.read_exact(&mut reply.body).await?;
    Ok(reply)
}

/// The text between two marks.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inside, _)| inside)
}
