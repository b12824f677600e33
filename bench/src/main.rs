//! Measures the released program at the load it is made for, on both databases: `./dev bench`. It starts the
//! real binary on loopback over a room that it had filled, and prints ratios of one run: absolute times say
//! as much about the machine as about the program.

mod client;
mod pages;
mod process;
mod replay;
mod report;
mod restart;
mod rooms;
mod streams;
mod upload;

use std::{fs, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use clap::{Parser, Subcommand, ValueEnum};

use crate::{
    pages::Visited,
    process::Process,
    report::Report,
    rooms::{Kind, Rooms},
};

/// The design load, and a tenth of it.
const LARGE: u32 = 3_000;
const SMALL: u32 = 300;

#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    inner: Option<Inner>,
    /// The program to measure
    #[arg(long, default_value = "target/release/watchfloor")]
    program: PathBuf,
    /// Where filled rooms are kept
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// A cluster's maintenance database; without it PostgreSQL is not measured
    #[arg(long)]
    postgres: Option<String>,
    /// Folder of psql, pg_dump and pg_restore
    #[arg(long, default_value = "/usr/bin")]
    postgres_bin: PathBuf,
    /// Leaves PostgreSQL out
    #[arg(long, conflicts_with = "postgres")]
    no_postgres: bool,
    /// Leaves SQLite out
    #[arg(long)]
    no_sqlite: bool,
    /// Only these parts
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// Seconds of changes on a thousand streams
    #[arg(long, default_value_t = 15)]
    seconds: u32,
    /// Fails when a promise is missed
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Pages,
    Memory,
    Streams,
    Upload,
    Restart,
    Verify,
}

#[derive(Debug, Subcommand)]
enum Inner {
    /// Answers recorded bytes: the other side of a ratio
    #[command(hide = true)]
    Replay {
        file: PathBuf,
        #[arg(long)]
        listen: SocketAddr,
    },
}

fn main() -> ExitCode {
    let options = Options::parse();
    let strict = options.strict;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(options))) {
        Ok(missed) if missed > 0 && strict => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures everything that was asked for; answers how many promises were missed.
async fn run(options: Options) -> Result<usize> {
    if let Some(Inner::Replay { file, listen }) = &options.inner {
        replay::serve(file, *listen).await?;
        return Ok(0);
    }
    if !options.program.exists() {
        bail!("{} is not built", options.program.display());
    }
    fs::create_dir_all(&options.folder)?;
    let mut kinds = vec![];
    if !options.no_sqlite {
        kinds.push(Kind::Sqlite);
    }
    if let Some(url) = &options.postgres {
        kinds.push(Kind::Postgres { url: url.clone(), bin: options.postgres_bin.clone() });
    }
    let mut report = Report::default();
    for kind in kinds {
        measure(&mut report, &options, &kind).await?;
    }
    println!("\n{} promises were missed", report.missed);
    Ok(report.missed)
}

async fn measure(report: &mut Report, options: &Options, kind: &Kind) -> Result<()> {
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let processors = std::thread::available_parallelism()?;
    report.title(&format!("== {}: {processors} processors, load average {}", kind.word(), process::load()));
    let rooms = Rooms { program: options.program.clone(), folder: options.folder.clone() };
    let log = |name: &str| options.folder.join(format!("{}-{name}.log", kind.word()));
    let patience = Duration::from_secs(60);
    let room = rooms.copy(kind, LARGE).await?;
    if wanted(Part::Verify) {
        restart::verify(report, &options.program, &room)?;
    }
    let large = Process::start(&options.program, &room.demo(), &log("large"), patience).await?;
    if wanted(Part::Pages) || wanted(Part::Memory) {
        let tenth = rooms.copy(kind, SMALL).await?;
        let small = Process::start(&options.program, &tenth.demo(), &log("small"), patience).await?;
        let visited = (Visited::sign_in(&large, LARGE).await?, Visited::sign_in(&small, SMALL).await?);
        if wanted(Part::Pages) {
            pages::compare(report, &visited.0, &visited.1).await?;
            pages::open(report, &visited.0, &visited.1).await?;
        }
        if wanted(Part::Memory) {
            pages::from_memory(report, &visited.0, &options.folder).await?;
        }
    }
    if wanted(Part::Upload) {
        upload::measure(report, &large, &options.folder).await?;
    }
    if wanted(Part::Streams) {
        streams::measure(report, &large, options.seconds).await?;
    }
    large.stop()?;
    if wanted(Part::Restart) {
        restart::measure(report, &options.program, &room, &log("restart")).await?;
    }
    report.note("load average at the end", &process::load());
    Ok(())
}
