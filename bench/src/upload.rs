//! A gigabyte comes in: what it takes of memory, and how fast beside the tools of the system.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, ensure};
use server::clock::stopwatch;

use crate::{
    client::Client,
    process::{Process, run},
    report::Report,
};

/// Bytes of the file.
const SIZE: u64 = 1 << 30;
/// How often tools and server take turns.
const ROUNDS: usize = 3;

pub(crate) async fn measure(report: &mut Report, process: &Process, folder: &Path) -> Result<()> {
    report.title("An upload of 1 GiB");
    let (file, copy) = (folder.join("upload.bin"), folder.join("upload.copy"));
    let mut client = Client::sign_in(process.address, "analyst@cisa.example").await?;
    client.compressed = false;
    let list = client.get("/api/v1/incidents?tlp=green&limit=1").await?.json()?;
    let number = list["items"][0]["number"].as_str().context("an incident")?;
    let path = format!("/api/v1/incidents/{number}/evidence");
    let (mut tools, mut upload, mut grown) = (0.0, 0.0, 0);
    for _ in 0..ROUNDS {
        fill(&file)?;
        let began = stopwatch();
        let sum = run(Command::new("sha256sum").arg(&file))?;
        run(Command::new("cp").arg(&file).arg(&copy))?;
        tools += began.elapsed().as_secs_f64();
        fs::remove_file(&copy)?;
        process.reset_peak()?;
        let before = process.memory("VmHWM:")?;
        let began = stopwatch();
        let reply = client.upload(&path, &file).await?;
        upload += began.elapsed().as_secs_f64();
        grown = (process.memory("VmHWM:")? - before).max(grown);
        let exhibit = reply.json()?;
        ensure!(sum.starts_with(exhibit["sha256"].as_str().context("a hash")?), "the hash differs");
    }
    fs::remove_file(&file)?;
    let mib = (SIZE >> 20) as f64 * ROUNDS as f64;
    let share = tools / upload;
    let value = format!("{share:.2} ({:.0} against {:.0} MiB/s)", mib / upload, mib / tools);
    report.verdict("throughput against sha256sum and cp", &value, "at least 0.5", share >= 0.5);
    let grown = grown as f64 / 1024.0;
    report.verdict("growth of the process", &format!("{grown:.1} MiB"), "under 32 MB", grown < 30.5);
    Ok(())
}

/// Random bytes, other ones each time: an equal file would be kept once.
fn fill(file: &Path) -> Result<()> {
    let mut random = File::open("/dev/urandom")?.take(SIZE);
    let mut out = File::create(file)?;
    std::io::copy(&mut random, &mut out)?;
    out.flush()?;
    Ok(out.sync_all()?)
}
