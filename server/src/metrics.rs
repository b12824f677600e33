//! What the operator's dashboards read, on a listener of its own. Labels are routes and names of jobs,
//! never addresses, people or content.

use std::{sync::OnceLock, time::Duration};

use app::model::notice::MailState;
use axum::{
    Router,
    http::{Method, StatusCode, header},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::state::App;

const SECONDS: [f64; 12] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts to keep numbers; without it they cost nothing.
pub fn start() -> Result<(), String> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS).map_err(|error| error.to_string())?;
    let handle = builder.install_recorder().map_err(|error| error.to_string())?;
    drop(HANDLE.set(handle));
    Ok(())
}

/// `GET /metrics`
pub fn router() -> Router {
    let text = || async {
        let text = HANDLE.get().map_or_else(String::new, PrometheusHandle::render);
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
    };
    Router::new().route("/metrics", get(text))
}

/// One request, from its headers to the headers of its answer.
pub fn answered(method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
    let labels = [
        ("method", method_word(method).to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("watchfloor_request_seconds", &labels).record(elapsed.as_secs_f64());
}

/// A client can invent methods; a label must not be invented by clients.
fn method_word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

/// The newest row of the journal.
pub fn journal_head(seq: i64) {
    metrics::gauge!("watchfloor_journal_head").set(seq as f64);
}

/// How late a job began, and how long it took.
pub fn job_lag(job: &'static str, late: Duration) {
    metrics::gauge!("watchfloor_job_lag_seconds", "job" => job).set(late.as_secs_f64());
}
pub fn job_ran(job: &'static str, took: Duration) {
    metrics::histogram!("watchfloor_job_seconds", "job" => job).record(took.as_secs_f64());
}

/// What became of an e-mail at this try.
pub fn mail_settled(state: MailState) {
    metrics::counter!("watchfloor_mail_total", "state" => state.wire()).increment(1);
}
/// E-mails that wait for their time or for their next try.
pub fn mail_waiting(count: i64) {
    metrics::gauge!("watchfloor_mail_waiting").set(count as f64);
}

/// What is counted from time to time.
pub fn measure(app: &App) {
    metrics::gauge!("watchfloor_streams_open").set(app.hub.open_streams() as f64);
    metrics::gauge!("watchfloor_writes_failing").set(f64::from(u8::from(app.room.failing_since().is_some())));
    for (pool, open, idle) in app.room.pools() {
        metrics::gauge!("watchfloor_database_connections", "pool" => pool, "state" => "open")
            .set(f64::from(open));
        metrics::gauge!("watchfloor_database_connections", "pool" => pool, "state" => "idle")
            .set(idle as f64);
    }
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}
