//! How soon a server is ready, after an orderly end and after a crash, and how fast a room is verified.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use server::clock::stopwatch;

use crate::{
    client::{Client, between},
    process::{Process, run, settings},
    report::Report,
    rooms::Room,
};

const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is killed.
const CRASHES: usize = 3;

/// Starts the room that nobody serves at the moment, kills it while it writes, and starts it again.
pub(crate) async fn measure(report: &mut Report, program: &Path, room: &Room, log: &Path) -> Result<()> {
    report.title("Starting at the design load");
    let mut process = Process::start(program, &room.demo(), log, PATIENCE).await?;
    let ready = process.ready_after.as_secs_f64();
    report.verdict("ready after a start", &format!("{ready:.2} s"), "in 2 s", ready <= 2.0);
    for _ in 0..CRASHES {
        let written = Arc::new(AtomicUsize::new(0));
        let writing = tokio::spawn(write(
            Client::sign_in(process.address, "analyst@cisa.example").await?,
            Arc::clone(&written),
        ));
        tokio::time::sleep(Duration::from_secs(2)).await;
        process.kill()?;
        writing.abort();
        process = Process::start(program, &room.demo(), log, PATIENCE).await?;
        let ready = process.ready_after.as_secs_f64();
        let value = format!("{ready:.2} s, after {} writes", written.load(Ordering::Relaxed));
        report.verdict("ready after kill -9", &value, "in 5 s", ready <= 5.0);
    }
    process.stop()
}

async fn write(mut client: Client, written: Arc<AtomicUsize>) -> Result<()> {
    client.compressed = false;
    let list = client.get("/api/v1/incidents?limit=1").await?.json()?;
    let number = list["items"][0]["number"].as_str().context("an incident")?;
    let path = format!("/api/v1/incidents/{number}/entries");
    loop {
        let input = serde_json::json!({ "kind": "update", "text": "Written while the server is killed." });
        if client.post_json(&path, &input).await?.status == 201 {
            written.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Verifies the room while nobody serves it. Every exhibit is hashed, so a file that several exhibits stand
/// for counts as often.
pub(crate) fn verify(report: &mut Report, program: &Path, room: &Room) -> Result<()> {
    let data_and_database = &settings(&room.data, &room.database)[..4];
    let began = stopwatch();
    let words = run(Command::new(program).arg("verify").args(data_and_database))?;
    let seconds = began.elapsed().as_secs_f64();
    let bytes = between(&words, " files with ", " bytes").and_then(|digits| digits.parse::<f64>().ok());
    let rate = bytes.context("no bytes")? / 1e6 / seconds;
    report.title("Verifying the whole room");
    report.note("found sound", words.trim());
    report.verdict(
        "rate, the journal's walk included",
        &format!("{rate:.0} MB/s"),
        "200 MB/s",
        rate >= 200.0,
    );
    Ok(())
}
