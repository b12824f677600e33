//! How fast pages are: at the design load against a tenth of it, and against the same bytes from memory.

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use server::clock::stopwatch;

use crate::{
    client::Client,
    process::Process,
    replay,
    report::{Report, Times},
};

/// How often the two rooms take turns, and how long a turn is.
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(1000);
/// Incidents opened in each room.
const OPENED: usize = 80;

/// A room that is served, with somebody signed in.
#[derive(Debug)]
pub(crate) struct Visited<'a> {
    pub(crate) process: &'a Process,
    cookie: String,
    /// Incidents of usual length that this person sees.
    incidents: Vec<String>,
    /// The one with two thousand entries.
    longest: String,
}

impl<'a> Visited<'a> {
    pub(crate) async fn sign_in(process: &'a Process, incidents: u32) -> Result<Self> {
        let mut client = Client::sign_in(process.address, "auditor@watchfloor.example").await?;
        client.compressed = false;
        let list = client.get("/api/v1/incidents?limit=200").await?.json()?;
        let items = list["items"].as_array().context("a list")?;
        let longest = items.iter().find(|item| {
            item["title"].as_str().is_some_and(|title| title.ends_with(&format!("({incidents})")))
        });
        let longest = longest.and_then(|item| item["number"].as_str());
        let mut client = Client::sign_in(process.address, "analyst@cisa.example").await?;
        client.compressed = false;
        let list = client.get("/api/v1/incidents?limit=60").await?.json()?;
        let numbers = list["items"].as_array().context("a list")?.iter();
        let numbers: Vec<_> = numbers.filter_map(|item| item["number"].as_str().map(str::to_owned)).collect();
        ensure!(numbers.len() > 20, "the room is too small");
        let longest = longest.unwrap_or(&numbers[0]).to_owned();
        let incidents = numbers.into_iter().filter(|number| *number != longest).collect();
        Ok(Self { process, cookie: client.cookie.clone(), incidents, longest })
    }

    /// The addresses of one kind of page.
    fn paths(&self, page: &str) -> Vec<String> {
        match page {
            "incident" => self.incidents.iter().map(|number| format!("/incidents/{number}")).collect(),
            "longest incident" => vec![format!("/incidents/{}", self.longest)],
            "board" => vec!["/board".into()],
            "board, ended" => vec!["/board?span=ended".into()],
            "board, search" => vec!["/board?span=all&q=results".into()],
            "wall" => vec!["/wall".into()],
            "form of a new incident" => vec!["/incidents/new".into()],
            _ => vec!["/api/v1/incidents?limit=100".into()],
        }
    }
}

const PAGES: [&str; 8] = [
    "board",
    "incident",
    "longest incident",
    "board, ended",
    "board, search",
    "wall",
    "form of a new incident",
    "incidents over the API",
];

/// Asks for these in turn, with so many clients that each wait for their answer, for a while.
async fn ask(
    address: SocketAddr,
    cookie: &str,
    paths: &[String],
    clients: usize,
    span: Duration,
) -> Result<(Times, f64)> {
    let began = stopwatch();
    let asking = (0..clients).map(|n| {
        let mut client = Client::new(address, cookie);
        let mut paths: Vec<String> = paths.to_vec();
        let length = paths.len();
        paths.rotate_left(n % length);
        tokio::spawn(async move {
            let mut times = vec![];
            for path in paths.iter().cycle() {
                if began.elapsed() > span {
                    break;
                }
                let asked = stopwatch();
                let reply = client.get(path).await?;
                ensure!(reply.status == 200, "{path}: {}", reply.status);
                times.push(asked.elapsed());
            }
            Ok(times)
        })
    });
    let asking: Vec<_> = asking.collect();
    let mut times = Times::default();
    for client in asking {
        times.add(client.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let rate = times.count() as f64 / seconds;
    Ok((times, rate))
}

/// Each page in both rooms, turn by turn, so that both feel the same noise of the machine.
pub(crate) async fn compare(report: &mut Report, large: &Visited<'_>, small: &Visited<'_>) -> Result<()> {
    report.title("Pages at the design load against a room of a tenth (one client)");
    for page in PAGES {
        let mut times = [Times::default(), Times::default()];
        for _ in 0..ROUNDS {
            for (room, times) in [large, small].into_iter().zip(&mut times) {
                let paths = room.paths(page);
                times.add(ask(room.process.address, &room.cookie, &paths, 1, TURN / 2).await?.0.each());
            }
        }
        let [at_load, tenth] = times;
        let ratio = at_load.at(50.0) / tenth.at(50.0);
        let promised = ["board", "incident", "longest incident"].contains(&page);
        let value = format!("{ratio:.2} times ({:.2} / {:.2} ms)", at_load.at(50.0), tenth.at(50.0));
        if promised {
            report.verdict(page, &value, "at most 1.2", ratio <= 1.2);
        } else {
            report.note(page, &value);
        }
        report.note("", &at_load.words());
        if promised {
            let p95 = at_load.at(95.0);
            report.verdict("", &format!("p95 {p95:.2} ms"), "under 25 ms", p95 < 25.0);
        }
    }
    Ok(())
}

/// Opens incidents in both rooms, one here, one there.
pub(crate) async fn open(report: &mut Report, large: &Visited<'_>, small: &Visited<'_>) -> Result<()> {
    let mut times = [vec![], vec![]];
    let mut clients = [large, small].map(|room| Client::new(room.process.address, &room.cookie));
    for n in 0..OPENED {
        let input = serde_json::json!({
            "title": format!("Measured opening number {n} in a county"), "summary": "Opened to be measured.",
            "category": "PROC-1", "severity": "low", "tlp": "amber", "share_with": ["fbi", "google"],
            "jurisdictions": [{ "state": "AZ" }],
        });
        for (client, times) in clients.iter_mut().zip(&mut times) {
            let asked = stopwatch();
            let reply = client.post_json("/api/v1/incidents", &input).await?;
            times.push(asked.elapsed());
            ensure!(
                reply.status == 201,
                "not opened: {} {}",
                reply.status,
                String::from_utf8_lossy(&reply.body)
            );
        }
    }
    let [mut at_load, mut tenth] = [Times::default(), Times::default()];
    let [of_load, of_tenth] = times;
    at_load.add(of_load);
    tenth.add(of_tenth);
    let ratio = at_load.at(50.0) / tenth.at(50.0);
    let value = format!("{ratio:.2} times ({:.2} / {:.2} ms)", at_load.at(50.0), tenth.at(50.0));
    report.verdict("open an incident", &value, "at most 1.2", ratio <= 1.2);
    report.note("", &at_load.words());
    Ok(())
}

/// Pages a second against the same bytes from memory, and what a page costs the processor.
pub(crate) async fn from_memory(report: &mut Report, room: &Visited<'_>, folder: &Path) -> Result<()> {
    report.title(
        "Pages a second at the design load, against the same server answering the same bytes from memory",
    );
    for page in ["board", "incident"] {
        let paths = room.paths(page);
        let mut answers = vec![];
        let mut client = Client::new(room.process.address, &room.cookie);
        for path in &paths {
            answers.push((path.clone(), client.get(path).await?));
        }
        let bytes = answers.iter().map(|(_, reply)| reply.body.len()).sum::<usize>() / answers.len();
        report.note(page, &format!("{bytes} bytes as sent"));
        let file = folder.join("replay.json");
        replay::keep(&file, &answers)?;
        let words = ["replay".to_owned(), file.display().to_string()];
        let program = std::env::current_exe()?;
        let memory =
            Process::start(&program, &words, &folder.join("replay.log"), Duration::from_secs(10)).await?;
        for clients in [1, 8, 32] {
            let mut rates = [0.0; 2];
            let mut cost = [0.0; 2];
            let mut times = Times::default();
            for _ in 0..3 {
                for (n, process) in [room.process, &memory].into_iter().enumerate() {
                    let before = process.processor_seconds()?;
                    let (asked, rate) = ask(process.address, &room.cookie, &paths, clients, TURN).await?;
                    cost[n] += (process.processor_seconds()? - before) / asked.count() as f64 / 3.0 * 1000.0;
                    rates[n] += rate / 3.0;
                    if n == 0 {
                        times.add(asked.each());
                    }
                }
            }
            let ratio = rates[0] / rates[1];
            report.note(
                &format!("  {clients} clients"),
                &format!(
                    "{:.0} a second, from memory {:.0}: {ratio:.3}; processor {:.2} ms a page, {:.3} from memory",
                    rates[0], rates[1], cost[0], cost[1]
                ),
            );
            report.note("", &times.words());
        }
    }
    Ok(())
}
