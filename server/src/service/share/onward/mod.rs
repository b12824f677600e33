//! Passing on what came from others: asked of where it came from, which approves or refuses. The share is the
//! asker's, and the ledger says who let it pass.

mod ask;
mod decide;
mod lapse;
mod preview;
mod read;

use app::model::{OrganisationId, PersonId, Tlp, onward::OnwardState};

pub(super) use ask::release;
pub use ask::{Asked, ask};
pub use decide::{OnwardDecision, decide_onward};
pub(crate) use lapse::lapse;
pub(super) use lapse::{lapse_from, lapse_of};
pub use preview::{preview_ask, preview_onward};
pub(super) use read::{assembled, list_rows};
pub use read::{find_onward, list_onward};

use super::{
    super::{Act, Error, Noun, Record, Result, incident::Held, store::onward::OnwardRow},
    Cited, NewShare, put_basis,
};

/// What somebody shares needs nobody's leave: it came from them, or goes back to where it came from, or the
/// recipient sees the incident as it is.
pub(super) fn crosses_freely(held: &Held, from: OrganisationId, to: OrganisationId) -> bool {
    held.is_origin(from)
        || (held.row.lead_id == from && held.origin == to)
        || held.row.tlp.reaches_everyone()
        || (held.row.tlp != Tlp::Red && held.marking.access.contains(&to))
}

/// What the journal calls the act that makes a request; the others move it on.
pub(crate) const ASKED: &str = "asked";

/// A request as its journal row has it; rows from before they said whom it was asked of do not.
pub(crate) fn onward_body(row: &OnwardRow, says_asked: bool) -> Result<String> {
    let cited: serde_json::Value = serde_json::from_str(&row.cited).map_err(Error::internal)?;
    let mut body = serde_json::json!({
        "id": row.id, "to": row.to_organisation, "purpose": row.purpose, "text": row.body, "tlp": row.tlp,
        "foreign_nexus": row.foreign_nexus, "cited": cited,
    });
    if says_asked {
        body["asked"] = serde_json::json!(row.asked_organisation);
    }
    put_basis(&mut body, &row.basis)?;
    Ok(body.to_string())
}

/// Whether a journal row of a request says whom it was asked of.
pub(crate) fn says_asked(body: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(body).is_ok_and(|body| body.get("asked").is_some())
}

fn record(row: &OnwardRow, action: &'static str, body: String) -> Record {
    Record { incident: Some(row.incident_id), noun: Noun::Onward, noun_id: Some(row.id.0), action, body }
}

/// Ends a request that waits: by whom, and with which words.
async fn end(
    act: &mut Act,
    row: &mut OnwardRow,
    state: OnwardState,
    by: Option<PersonId>,
    comment: String,
) -> Result<()> {
    row.version += 1;
    (row.state, row.comment) = (state, comment);
    (row.decided_at, row.decided_by) = (Some(act.now()), by);
    let body = serde_json::json!({ "id": row.id, "state": state, "comment": row.comment }).to_string();
    act.record(record(row, state.wire(), body)).await?;
    super::super::store::onward::set_state(&mut act.tx, row).await?;
    Ok(())
}

/// The share that an approval makes. The words of the entries that go along are not read yet.
fn new_share(row: &OnwardRow, incident: Tlp) -> Result<NewShare> {
    Ok(NewShare {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: row.body.clone(),
        tlp: row.tlp.max(incident),
        foreign_nexus: row.foreign_nexus.clone(),
        basis: row.basis.read(),
        cited: cited_of(row)?,
        words: vec![],
    })
}

fn cited_of(row: &OnwardRow) -> Result<Cited> {
    serde_json::from_str(&row.cited).map_err(Error::internal)
}
