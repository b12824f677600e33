//! The commands of the program, and how each opens the room.

mod opening;
mod operator;

use std::{
    io::{self, Write},
    sync::Arc,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use tokio::net::TcpListener;

use self::{
    opening::{look, open, prepare, words},
    operator::{OrganisationCommand, PersonCommand, TokenCommand, organisation, person, token},
};
use crate::{
    App, clock,
    config::Config,
    demo::{self, Tale},
    jobs, metrics, router, serve,
    service::{
        Room, RoomParts, account, checkpoint, founding,
        password::{self, Cost},
        verify,
    },
};

/// The room in which the people who defend an election work together.
#[derive(Debug, Parser)]
#[command(name = "watchfloor", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server
    Serve {
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Fills an empty data folder with the 2020 room, then serves it
    Demo {
        #[command(flatten)]
        config: Box<Config>,
        /// The password of every demo person [default: random, printed]
        #[arg(long, env = "WATCHFLOOR_DEMO_PASSWORD", hide_env_values = true)]
        demo_password: Option<String>,
        /// Where ids and numbers come from: the same seed fills the same room
        #[arg(long, default_value_t = demo::SEED)]
        seed: u64,
        /// Colleagues keep posting
        #[arg(long)]
        live: bool,
        /// So many incidents without a story, to measure with
        #[arg(long, hide = true, value_parser = clap::value_parser!(u32).range(1..=30_000))]
        incidents: Option<u32>,
    },
    /// Brings the database to this version; `serve` does it by itself
    Migrate {
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Walks the journal's chain, its rows and every exhibit's file; fails and lists what differs
    Verify {
        #[command(flatten)]
        config: Box<Config>,
        /// Signed checkpoints, best a copy that was kept elsewhere: shows an end that was cut off
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<std::path::PathBuf>,
    },
    /// Adds an organisation
    #[command(name = "org", subcommand)]
    Organisation(OrganisationCommand),
    /// Adds a person or gives them a new password
    #[command(subcommand)]
    Person(PersonCommand),
    /// Makes a token for a script
    #[command(subcommand)]
    Token(TokenCommand),
    /// Lists every route: method, path, audience and the rule that guards it
    Routes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command of the process; the error is one line for the operator.
pub fn run() -> Result<(), String> {
    let cli = Cli::try_parse().map_err(|error| match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => one_line(&error),
        _ => error.exit(),
    })?;
    if let Command::Routes { json } = cli.command {
        return routes(json);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no threads: {error}"))?;
    let done = runtime.block_on(command(cli.command));
    // What still blocks (a file, a hash) must not hold the process up.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    done
}

/// Setting, value and what is allowed.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with("For more"));
    let line: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    line.join(" ").trim_start_matches("error: ").to_owned()
}

fn routes(json: bool) -> Result<(), String> {
    let routes = router::listed();
    let text = if json {
        serde_json::to_string_pretty(&routes).map_err(|error| error.to_string())?
    } else {
        let line =
            |r: &router::Listed| format!("{:<6} {:<48} {:?}, {}", r.method, r.path, r.audience, r.rule);
        routes.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    print_out(&text);
    Ok(())
}

/// Standard output; somebody may have closed it.
fn print_out(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

async fn command(command: Command) -> Result<(), String> {
    match command {
        Command::Serve { config } => {
            let room = open(&config).await?;
            let app = App::new(room, *config);
            invite(&app).await?;
            serve_app(app).await
        }
        Command::Demo { config, demo_password, seed, live, incidents } => {
            let parts = prepare(&config)?;
            let password = demo_password.unwrap_or_else(account::random_password);
            let cost =
                Cost { memory_kib: config.session.password_memory, passes: config.session.password_passes };
            let pepper = parts.seal.mac(b"pepper", &[]);
            let hash = || password::hash_now(cost, pepper, &password);
            let tale = incidents.map_or(Tale::Night, |incidents| Tale::Cycle { incidents });
            let room = demo::prepare(parts, seed, tale, hash).await.map_err(words)?;
            print_out(&demo::welcome(&room, &password));
            let app = App::new(room.clone(), *config);
            if live {
                let stop = app.stop.clone();
                tokio::spawn(demo::live(room, async move { stop.stopped().await }));
            }
            serve_app(app).await
        }
        Command::Migrate { config } => {
            open(&config).await?.close().await;
            print_out("The database is at the version of this program.");
            Ok(())
        }
        Command::Verify { config, checkpoint } => check(&config, checkpoint).await,
        Command::Organisation(command) => organisation(command).await,
        Command::Person(command) => person(command).await,
        Command::Token(command) => token(command).await,
        Command::Routes { .. } => Ok(()),
    }
}

/// Reads only, also beside a server that runs.
async fn check(config: &Config, checkpoint: Option<std::path::PathBuf>) -> Result<(), String> {
    // A room that is not there must not be made by looking for it.
    let parts = RoomParts { read_only: true, migrate: false, ..look(config)? };
    let room = Room::open(parts).await.map_err(words)?;
    let began = clock::stopwatch();
    let report = verify::verify(&room, &verify::VerifyOptions { checkpoint }).await;
    let report = report.map_err(|error| format!("the room could not be verified: {error}"))?;
    room.close().await;
    for finding in &report.findings {
        print_out(&finding.to_string());
    }
    print_out(&format!(
        "{} rows of the journal, {} files with {} bytes, {} checkpoints in {:.1} s; the newest row is {} {}",
        report.rows,
        report.exhibits,
        report.bytes,
        report.checkpoints,
        began.elapsed().as_secs_f64(),
        report.seq,
        report.hash
    ));
    match report.findings.len() as u64 + report.more {
        0 => Ok(()),
        damages => Err(format!("{damages} findings: this room differs from what was recorded")),
    }
}

/// An empty room has no one who could sign in: a link, shown once, lets the first one in.
async fn invite(app: &App) -> Result<(), String> {
    if !founding::is_empty(&app.room).await.map_err(words)? {
        return Ok(());
    }
    if app.room.is_read_only() {
        print_out("This room is empty, and nobody can be added to it while it only reads.");
    } else {
        let key = app.set_up.open();
        print_out(&format!(
            "This room is empty. Open this link once to create the first organisation and room admin:\n\n  \
             {}/set-up?key={key}\n",
            app.config.origin()
        ));
    }
    Ok(())
}

async fn serve_app(app: App) -> Result<(), String> {
    let config = Arc::clone(&app.config);
    let refused = |error: io::Error| format!("LISTEN is {}; {error}", config.listen);
    let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
    let stop = app.stop.clone();
    if let Some(address) = config.metrics_listen {
        let refused = |error: io::Error| format!("METRICS_LISTEN is {address}; {error}");
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        metrics::start()?;
        tokio::spawn(serve::serve(listener, metrics::router(), Arc::clone(&config), stop.clone()));
    }
    tokio::spawn(app.hub.clone().pump());
    tokio::spawn(jobs::run(app.clone()));
    let signalled = stop.clone();
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        signalled.stop();
    });
    tracing::info!(listen = %config.listen, url = config.origin(), "serving");
    print_out(&format!("Watchfloor is at {}", config.origin()));
    let (room, checkpoints, refusals) = (app.room.clone(), config.checkpoints(), Arc::clone(&app.refusals));
    let router = router::router(app);
    let cut = serve::serve(listener, router, config, stop).await.map_err(|error| error.to_string())?;
    if cut > 0 {
        tracing::warn!(connections = cut, "cut what did not finish in time");
    }
    // What was written since the last checkpoint is signed, so that a journal that is cut off while nobody
    // serves it shows.
    let end = async {
        if let Err(error) = refusals.write(&room, true).await {
            tracing::warn!(%error, "refusals that were counted could not be written down");
        }
        if !room.is_read_only()
            && let Err(error) = checkpoint::keep_last(&room, &checkpoints).await
        {
            tracing::warn!(%error, "the last checkpoint could not be written");
        }
        room.close().await;
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), end).await;
    tracing::info!("stopped");
    Ok(())
}

/// Returns on SIGTERM or SIGINT.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}
