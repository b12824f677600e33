//! What runs by itself: a schedule, one task a job, all ended by the same stop.
//!
//! A job that fails or panics is logged and runs again at its next turn; none of them is needed for an
//! answer.

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin, time::Duration};

use futures::FutureExt;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    clock,
    service::{
        Result, audit, checkpoint, clocks, evidence,
        follow::{self, Follower},
        mail, notice,
    },
    state::App,
};

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// One line of the schedule.
struct Job {
    name: &'static str,
    every: Duration,
    work: fn(App) -> Work,
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// The schedule.
#[rustfmt::skip]
fn schedule() -> Vec<Job> {
    vec![
        Job { name: "breaches", every: seconds(1), work: |app| Box::pin(async move {
            clocks::note_breaches(&app.room).await.map(drop)
        }) },
        Job { name: "recovery", every: seconds(2), work: |app| Box::pin(async move {
            follow::probe(&app.room).await?;
            app.sessions.write_held().await
        }) },
        Job { name: "sessions", every: seconds(60), work: |app| Box::pin(async move {
            app.sign_in.throttle().tidy();
            app.sessions.tidy().await
        }) },
        Job { name: "refusals", every: seconds(10), work: |app| Box::pin(async move {
            app.refusals.write(&app.room, false).await
        }) },
        Job { name: "keys", every: seconds(600), work: |app| Box::pin(async move {
            // Twice the life of a form: a key must outlive its last sending.
            follow::forget_keys(&app.room, app.config.session.form_lifetime * 2).await
        }) },
        Job { name: "mail", every: seconds(2), work: |app| Box::pin(async move {
            match &app.post {
                Some(post) => post.deliver(&app.room).await,
                None => Ok(()),
            }
        }) },
        Job { name: "notices", every: seconds(3_600), work: |app| Box::pin(async move {
            notice::tidy(&app.room).await?;
            mail::tidy(&app.room).await
        }) },
        Job { name: "checkpoints", every: seconds(5), work: |app| Box::pin(async move {
            checkpoint::keep(&app.room, &app.config.checkpoints()).await.map(drop)
        }) },
        Job { name: "chain", every: seconds(60), work: |app| Box::pin(async move {
            // On from the last walk each minute, and from the beginning when the hour has come round.
            let whole = app.room.now().seconds().rem_euclid(3_600) < 60;
            audit::walk(&app.room, whole).await.map(drop)
        }) },
        Job { name: "stills", every: seconds(30), work: |app| Box::pin(async move {
            evidence::make_pending(&app.room).await.map(drop)
        }) },
        Job { name: "measure", every: seconds(5), work: |app| Box::pin(async move {
            if app.post.is_some() {
                crate::metrics::mail_waiting(mail::waiting(&app.room).await?);
            }
            crate::metrics::measure(&app);
            Ok(())
        }) },
    ]
}

/// Runs the schedule until the server stops.
pub async fn run(app: App) {
    let mut jobs = JoinSet::new();
    for job in schedule() {
        jobs.spawn(repeat(job, app.clone()));
    }
    jobs.spawn(follow(app));
    while jobs.join_next().await.is_some() {}
}

/// Hears what other processes write, until the server stops.
pub async fn follow(app: App) {
    let every = Duration::from_millis(app.config.database.database_poll);
    let mut follower = Follower::new(app.room.clone(), every);
    let mut failing = false;
    loop {
        let look = AssertUnwindSafe(async { follower.catch_up().await.map(crate::metrics::journal_head) });
        let failed = turn("follow", &mut failing, look).await;
        // Without a database there is nothing to listen to; a look asks for it again.
        let wait = async { if failed { tokio::time::sleep(every).await } else { follower.wait().await } };
        tokio::select! {
            () = app.stop.stopped() => return,
            () = wait => {}
        }
    }
}

async fn repeat(job: Job, app: App) {
    let mut turns = interval(job.every);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            () = app.stop.stopped() => return,
            due = turns.tick() => crate::metrics::job_lag(job.name, due.elapsed()),
        }
        if app.room.is_read_only() && job.name != "measure" {
            continue;
        }
        turn(job.name, &mut failing, AssertUnwindSafe((job.work)(app.clone()))).await;
    }
}

/// Runs a job once and answers whether it failed. That is said once when it begins and once when it ends, not
/// every second.
async fn turn(
    name: &'static str,
    failing: &mut bool,
    work: AssertUnwindSafe<impl Future<Output = Result<()>>>,
) -> bool {
    let began = clock::stopwatch();
    let done = work.catch_unwind().await;
    crate::metrics::job_ran(name, began.elapsed());
    let fault = match done {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("panicked".to_owned()),
    };
    match (&fault, *failing) {
        (Some(error), false) => tracing::warn!(job = name, error, "a job fails"),
        (None, true) => tracing::info!(job = name, "a job works again"),
        _ => {}
    }
    *failing = fault.is_some();
    *failing
}
