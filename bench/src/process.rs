//! The released program as a child on loopback, and what the system says about it.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use server::clock::stopwatch;

use crate::client::{Client, PASSWORD};

/// A server that runs; ended when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process until `/readyz` said yes.
    pub(crate) ready_after: Duration,
}

impl Process {
    /// Starts a command with `--listen` on a free port and waits until it is ready, at most `patience`.
    pub(crate) async fn start(
        program: &Path,
        words: &[String],
        log: &Path,
        patience: Duration,
    ) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log_file = File::create(log)?;
        let began = stopwatch();
        let child = Command::new(program)
            .args(words)
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(log_file.try_clone()?)
            .stderr(log_file)
            .spawn()
            .with_context(|| program.display().to_string())?;
        let mut process = Self { child, address, ready_after: Duration::ZERO };
        loop {
            if let Ok(reply) = Client::new(address, "").get("/readyz").await
                && reply.status == 200
            {
                process.ready_after = began.elapsed();
                return Ok(process);
            }
            if let Some(status) = process.child.try_wait()? {
                bail!("the server ended ({status}): see {}", log.display());
            }
            ensure!(began.elapsed() < patience, "the server is not ready: see {}", log.display());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A field of `/proc/PID/status` in KiB: `RssAnon`, `RssFile`, `VmHWM`.
    pub(crate) fn memory(&self, field: &str) -> Result<i64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
        let number = line.trim_matches(|c: char| !c.is_ascii_digit());
        number.parse().context("no number")
    }

    /// Sets `VmHWM` back to what is in use now.
    pub(crate) fn reset_peak(&self) -> Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Seconds of processor time that the process has used.
    pub(crate) fn processor_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after = stat.rsplit_once(')').context("no stat")?.1;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
        // utime and stime, in hundredths (proc(5)).
        Ok((ticks(11) + ticks(12)) / 100.0)
    }

    /// Ends it as an operator does, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(kill.success(), "the server could not be ended");
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How the measured server differs from one that is installed: many come from one address, and signing in
/// costs as little as is allowed.
pub(crate) fn settings(data: &Path, database: &str) -> Vec<String> {
    let data = data.display().to_string();
    [
        ["--data", &data],
        ["--database-url", database],
        ["--demo-password", PASSWORD],
        ["--connections-per-source", "100000"],
        ["--sign-in-burst", "10000"],
        ["--sign-in-per-minute", "10000"],
        ["--password-memory", "19456"],
        ["--password-passes", "2"],
    ]
    .into_iter()
    .flatten()
    .map(str::to_owned)
    .collect()
}

/// The machine's load average, as one number.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}

/// Runs a command to its end; its output is shown only when it fails.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{:?}: {words}", command.get_program());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
