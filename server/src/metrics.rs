//! What the operator's dashboards read. Labels are routes, never addresses or content.

use std::time::Duration;

use axum::http::{Method, StatusCode};

/// One request, from its headers to the headers of its answer.
pub fn answered(method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
    let labels = [
        ("method", method.as_str().to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("watchfloor_request_seconds", &labels).record(elapsed.as_secs_f64());
}
