//! What load balancers and supervisors ask.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::state::App;

/// Seconds that the wall clock may be away from the room's before somebody is told.
const DRIFT: i64 = 60;

/// `GET /healthz`: the process lives.
pub async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /readyz`: database and evidence store answer.
pub async fn readyz(State(app): State<App>) -> Response {
    let drift = app.clock_drift();
    let mut warnings = vec![];
    if drift.abs() > DRIFT {
        warnings.push(format!("the machine's clock has moved by {drift} s since the start"));
    }
    if let Some(since) = app.room.failing_since() {
        warnings.push(format!("writes fail since {since}"));
    }
    let missing = if app.stop.is_stopping() { Some("stopping") } else { app.room.ready().await.err() };
    match missing {
        None => Json(json!({ "status": "ready", "warnings": warnings })).into_response(),
        Some(missing) => {
            let body = json!({ "status": "not ready", "missing": missing, "warnings": warnings });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}
