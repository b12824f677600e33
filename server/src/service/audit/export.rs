//! The log leaves the room as a file.

use serde_json::json;

use super::{Log, Question, gather, note::note, walk};
use crate::service::{Asker, Result, Room, csv};

/// Most rows of one export.
const EXPORTED: i64 = 10_000;

/// Rows that leave the room: that they did is in the log before they do, and the chain is walked on behind them.
pub async fn take_out(
    room: &Room,
    asker: &Asker,
    question: &Question,
    action: &'static str,
    limit: i64,
) -> Result<Log> {
    // What leaves is all that matches; between two stretches the connection is free for others.
    let log = gather(room, &asker.viewer, question, None, limit, usize::MAX).await?;
    let body = json!({ "rows": log.lines.len(), "address": asker.address });
    note(room, asker, action, None, body).await?;
    let room = room.clone();
    tokio::spawn(async move {
        if let Err(error) = walk(&room, false).await {
            tracing::warn!(%error, "the chain was not walked behind an export");
        }
    });
    Ok(log)
}

/// The log as CSV (RFC 4180), the newest first.
pub async fn export(room: &Room, asker: &Asker, question: &Question) -> Result<String> {
    let log = take_out(room, asker, question, "exported", EXPORTED).await?;
    let mut csv = csv::line([
        "entry",
        "at",
        "person",
        "organisation",
        "action",
        "object",
        "detail",
        "address",
        "request",
        "hash",
    ]);
    for line in log.lines.into_inner() {
        let fields = [
            line.seq.map_or_else(String::new, |seq| seq.to_string()),
            line.at.to_string(),
            line.person.map_or_else(String::new, |person| person.email),
            line.organisation.map_or_else(String::new, |organisation| organisation.slug),
            line.action,
            line.object,
            line.detail,
            line.address,
            line.request,
            line.hash,
        ];
        csv.push_str(&csv::line(fields));
    }
    Ok(csv)
}
