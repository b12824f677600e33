//! A thousand open streams, ten changes a second: who hears of them when, and what an idle client costs.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use server::clock::stopwatch;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    client::Client,
    process::Process,
    report::{Report, Times},
};

const STREAMS: usize = 1_000;
const PEOPLE: usize = 250;
const CHANGES_A_SECOND: u32 = 10;
/// In every text that is posted here, before its number.
const MARK: &str = "Measured change ";
/// One of each person. What the server needs once for the first of them, connections to the database with their prepared
/// statements, is no cost of a further client.
const FIRST: usize = PEOPLE;

/// What the poster and the streams know of each other.
struct Changes {
    began: Instant,
    /// When each change was sent, and when the server said that it is committed: microseconds since `began`.
    sent: Vec<AtomicU64>,
    committed: Vec<AtomicU64>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    /// Which change, and when: microseconds since `began`.
    receipts: Vec<(usize, u64)>,
    /// Streams that missed a change, or heard one twice or too early.
    disordered: usize,
}

impl Changes {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the streams, posts for `seconds`, and reports.
pub(crate) async fn measure(report: &mut Report, process: &Process, seconds: u32) -> Result<()> {
    report.title(&format!(
        "{STREAMS} streams of {PEOPLE} people, {CHANGES_A_SECOND} changes a second for {seconds} s"
    ));
    let cookies = sign_in(process.address).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let count = (CHANGES_A_SECOND * seconds) as usize;
    let times = || (0..count).map(|_| AtomicU64::new(0)).collect();
    let changes =
        Arc::new(Changes { began: stopwatch(), sent: times(), committed: times(), heard: Mutex::default() });
    let mut streams = JoinSet::new();
    let mut at_first = (0, 0);
    for n in 0..STREAMS {
        if n == FIRST {
            tokio::time::sleep(Duration::from_secs(3)).await;
            at_first = (process.memory("RssAnon:")?, process.memory("RssFile:")?);
        }
        let client = Client::new(process.address, &cookies[n % cookies.len()]);
        streams.spawn(hear(client.open_stream("/live").await?, Arc::clone(&changes)));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    // What it has of its own: pages of the database's file that it looked at are mapped, and the system takes them back.
    let (before, mapped) = at_first;
    let each = |now: i64, before: i64| (now - before) as f64 / (STREAMS - FIRST) as f64;
    let idle = each(process.memory("RssAnon:")?, before);
    let mapped = each(process.memory("RssFile:")?, mapped);
    let words = format!("{idle:.1} KiB, and {mapped:.1} KiB of files mapped meanwhile");
    report.verdict("memory of a further idle client", &words, "at most 32 KiB", idle <= 32.0);
    let used = process.processor_seconds()?;
    post(process.address, &cookies[0], &changes).await?;
    let rate = count as f64 / (changes.now() - changes.sent[0].load(Ordering::Relaxed)) as f64 * 1e6;
    let patience = stopwatch();
    while changes.heard().receipts.len() < count * STREAMS && patience.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let used = (process.processor_seconds()? - used) / count as f64 * 1000.0;
    streams.abort_all();
    report.note("changes a second that were sent", &format!("{rate:.1}"));
    report.note("processor", &format!("{used:.1} ms a change with its {STREAMS} receipts"));
    tell(report, &changes, count);
    Ok(())
}

fn tell(report: &mut Report, changes: &Changes, count: usize) {
    let heard = changes.heard();
    let (receipts, whole) = (heard.receipts.len(), count * STREAMS);
    let value = format!("{receipts} of {whole}, {} streams out of order", heard.disordered);
    report.verdict("receipts", &value, "none lost", receipts == whole && heard.disordered == 0);
    let since = |from: &[AtomicU64]| {
        let mut times = Times::default();
        let late = |(n, at): &(usize, u64)| at.saturating_sub(from[*n].load(Ordering::Relaxed));
        times.add(heard.receipts.iter().map(|receipt| Duration::from_micros(late(receipt))));
        times
    };
    let (sent, committed) = (since(&changes.sent), since(&changes.committed));
    report.note("from the answer of the write to receipt", &committed.words());
    let p95 = sent.at(95.0);
    report.verdict("from sending the write to receipt", &sent.words(), "p95 under 1 s", p95 < 1000.0);
}

/// As many people as are active at once, from every organisation.
async fn sign_in(address: SocketAddr) -> Result<Vec<String>> {
    let mut client = Client::sign_in(address, "analyst@cisa.example").await?;
    client.compressed = false;
    let mut cookies = vec![client.cookie.clone()];
    let mut after = String::new();
    while cookies.len() < PEOPLE {
        let page = client.get(&format!("/api/v1/people?limit=200{after}")).await?.json()?;
        let people = page["items"].as_array().context("a list")?;
        for person in people.iter().filter_map(|person| person["email"].as_str()) {
            if cookies.len() < PEOPLE && person.starts_with("colleague") {
                cookies.push(Client::sign_in(address, person).await?.cookie);
            }
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    ensure!(cookies.len() == PEOPLE, "the room has {} people", cookies.len());
    Ok(cookies)
}

/// Posts to an incident that everybody sees, at an even pace.
async fn post(address: SocketAddr, cookie: &str, changes: &Changes) -> Result<()> {
    let mut client = Client::new(address, cookie);
    client.compressed = false;
    let list = client.get("/api/v1/incidents?tlp=green&limit=1").await?.json()?;
    let number = list["items"][0]["number"].as_str().context("an incident that all see")?;
    let path = format!("/api/v1/incidents/{number}/entries");
    let mut turns = tokio::time::interval(Duration::from_secs(1) / CHANGES_A_SECOND);
    for n in 0..changes.sent.len() {
        turns.tick().await;
        changes.sent[n].store(changes.now(), Ordering::Relaxed);
        let input = serde_json::json!({ "kind": "observation", "text": format!("{MARK}{n}.") });
        let reply = client.post_json(&path, &input).await?;
        changes.committed[n].store(changes.now(), Ordering::Relaxed);
        ensure!(reply.status == 201, "not posted: {}", reply.status);
    }
    Ok(())
}

/// Reads one stream: of each change its entry must come once, and in order.
async fn hear(mut stream: BufReader<TcpStream>, changes: Arc<Changes>) -> Result<()> {
    let (mut line, mut entry, mut next) = (vec![], false, 0);
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            changes.heard().disordered += 1;
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        if let Some(data) = text.strip_prefix("data: ").filter(|_| entry)
            && let Some((_, rest)) = data.split_once(MARK)
        {
            let number = rest.split('.').next().and_then(|digits| digits.parse().ok());
            let mut heard = changes.heard();
            if number == Some(next) {
                heard.receipts.push((next, changes.now()));
            } else {
                heard.disordered += 1;
            }
            next = number.map_or(next, |number: usize| number + 1);
        }
        if text.starts_with("event: ") {
            entry = text.trim_end() == "event: entry";
        }
    }
}
