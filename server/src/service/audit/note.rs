//! What changes nothing and is written down all the same: looks at RED, exports.

use app::model::IncidentId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::service::{Asker, Error, Noun, Record, Result, Room, settled, store};

pub(in crate::service) async fn note(
    room: &Room,
    asker: &Asker,
    action: &'static str,
    about: Option<Uuid>,
    body: Value,
) -> Result<()> {
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let mut act = room.begin_for(asker.viewer, &asker.request).await?;
        let record =
            Record { incident: None, noun: Noun::Audit, noun_id: about, action, body: body.to_string() };
        act.record(record).await?;
        act.commit_own().await
    })
    .await
}

/// A look must not fail because the room takes no writes; that it was not written down is in the log.
pub(in crate::service) fn unless_read_only(done: Result<()>) -> Result<()> {
    match done {
        Err(error @ (Error::ReadOnly | Error::StorageFull)) => {
            tracing::warn!(%error, "could not be written into the audit log");
            Ok(())
        }
        other => other,
    }
}

/// Within this time, looking at the same incident again is the same look.
const SAME_LOOK_S: i64 = 600;

/// Writes down that somebody looked at something RED of an incident.
pub(in crate::service) async fn note_red(room: &Room, asker: &Asker, incident: IncidentId) -> Result<()> {
    let last = store::audit::find_look(&room.db, incident, asker.viewer.person).await?;
    if last.is_some_and(|at| room.now().since(at) < SAME_LOOK_S) {
        return Ok(());
    }
    let body = json!({ "address": asker.address });
    unless_read_only(note(room, asker, "red_viewed", Some(incident.0), body).await)
}

/// Writes down that something of content left in a file; says how much, and of no incident which.
pub(crate) async fn note_export(room: &Room, asker: &Asker, what: &str, rows: i64) -> Result<()> {
    let body = json!({ "act": what, "rows": rows, "address": asker.address });
    note(room, asker, "exported", None, body).await
}
