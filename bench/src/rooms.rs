//! Filled rooms: made once, kept as long as what fills them stays the same, and copied for each run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use server::clock::stopwatch;
use sha2::{Digest, Sha256};

use crate::process::{Process, run, settings};

/// Which database, and how it is reached.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Sqlite,
    Postgres {
        /// Of a cluster's maintenance database; rooms get databases beside it.
        url: String,
        /// Folder of `psql`, `pg_dump` and `pg_restore`.
        bin: PathBuf,
    },
}

impl Kind {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }
}

/// A room that nobody serves at the moment.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) data: PathBuf,
    pub(crate) database: String,
}

impl Room {
    /// Words of `watchfloor demo` that serve it.
    pub(crate) fn demo(&self) -> Vec<String> {
        let mut words = vec!["demo".to_owned()];
        words.extend(settings(&self.data, &self.database));
        words
    }
}

/// Where rooms are kept and copied to, and with what they are filled.
#[derive(Debug)]
pub(crate) struct Rooms {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
}

impl Rooms {
    /// A copy of the room with so many incidents; the room is filled first where it is not kept.
    pub(crate) async fn copy(&self, kind: &Kind, incidents: u32) -> Result<Room> {
        let kept = self.folder.join(format!("filled-{}-{}-{incidents}", key()?, kind.word()));
        if !kept.exists() {
            self.fill(kind, incidents, &kept).await?;
        }
        let data = self.folder.join(format!("run-{}-{incidents}", kind.word()));
        let _ = fs::remove_dir_all(&data);
        fs::create_dir_all(&data)?;
        for entry in fs::read_dir(&kept)? {
            let entry = entry?.path();
            // Evidence is never changed: the copy may share its files.
            let how = if entry.ends_with("evidence") { "-al" } else { "-a" };
            run(Command::new("cp").arg(how).arg(&entry).arg(&data))?;
        }
        let database = match kind {
            Kind::Sqlite => format!("sqlite://{}", data.join("watchfloor.db").display()),
            Kind::Postgres { .. } => {
                let database = create(kind, &format!("run_{incidents}"))?;
                let dump = kept.join("room.dump");
                run(Command::new(tool(kind, "pg_restore"))
                    .args(["-j", "2", "--no-owner", "-d", &database])
                    .arg(dump))?;
                query(kind, &database, "analyze")?;
                database
            }
        };
        Ok(Room { data, database })
    }

    async fn fill(&self, kind: &Kind, incidents: u32, kept: &Path) -> Result<()> {
        let began = stopwatch();
        println!("  filling a room of {incidents} incidents on {}", kind.word());
        let data = kept.with_extension("part");
        let _ = fs::remove_dir_all(&data);
        fs::create_dir_all(&data)?;
        let database = match kind {
            Kind::Sqlite => format!("sqlite://{}", data.join("watchfloor.db").display()),
            Kind::Postgres { .. } => create(kind, &format!("fill_{incidents}"))?,
        };
        if let Kind::Postgres { .. } = kind {
            // The filling alone need not survive a power cut: it would be made again.
            query(kind, &database, &format!("alter database fill_{incidents} set synchronous_commit = off"))?;
        }
        let room = Room { data: data.clone(), database };
        let mut words = room.demo();
        words.extend(["--incidents".to_owned(), incidents.to_string()]);
        let log = self.folder.join("fill.log");
        Process::start(&self.program, &words, &log, Duration::from_secs(3600)).await?.stop()?;
        if let Kind::Postgres { .. } = kind {
            let dump = data.join("room.dump");
            run(Command::new(tool(kind, "pg_dump"))
                .args(["-Fc", "-Z1", "-f"])
                .arg(dump)
                .arg(&room.database))?;
        }
        fs::rename(&data, kept)?;
        println!("  filled in {:.0} s", began.elapsed().as_secs_f64());
        Ok(())
    }
}

/// Changes with everything that a filled room depends on.
fn key() -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no workspace")?;
    let mut digest = Sha256::new();
    let mut sources = vec![root.join("server/src/demo/cycle.rs")];
    for folder in ["migrations/sqlite", "migrations/postgres"] {
        for entry in fs::read_dir(root.join(folder))? {
            sources.push(entry?.path());
        }
    }
    sources.sort();
    for source in sources {
        digest.update(fs::read(source)?);
    }
    Ok(digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

fn tool(kind: &Kind, name: &str) -> PathBuf {
    match kind {
        Kind::Sqlite => name.into(),
        Kind::Postgres { bin, .. } => bin.join(name),
    }
}

fn query(kind: &Kind, database: &str, sql: &str) -> Result<String> {
    run(Command::new(tool(kind, "psql")).args(["-qAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]))
}

/// An empty database of this name in the cluster.
fn create(kind: &Kind, name: &str) -> Result<String> {
    let Kind::Postgres { url, .. } = kind else { anyhow::bail!("only PostgreSQL has databases to create") };
    query(kind, url, &format!("drop database if exists {name} with (force)"))?;
    query(kind, url, &format!("create database {name}"))?;
    let (cluster, _) = url.rsplit_once('/').context("the address of the cluster names no database")?;
    Ok(format!("{cluster}/{name}"))
}
