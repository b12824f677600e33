//! What becomes of crossings when an organisation leaves the room, beside its part in each incident, and when it is back:
//! nothing waits for somebody who is not there.

use app::model::{Organisation, share::ShareState};

use super::{
    super::{
        Act, Noun, Record, Result,
        store::{self, share::ShareRow},
    },
    ENDED, is_open, onward,
};

/// Ends every share to it that still stands, wherever it was told; ends requests that it made, that were asked of it, or
/// that would go to it; and what it shared itself waits in nobody's inbox any more. Its words stay where they are.
pub(crate) async fn leaves(act: &mut Act, leaving: &Organisation) -> Result<()> {
    for row in store::share::list_standing_for(&mut act.tx, leaving.id).await? {
        end(act, row).await?;
    }
    onward::lapse_of(act, leaving).await?;
    let open = store::share::list_open_of(&mut act.tx, leaving.id).await?;
    for mut row in open.into_iter().filter(|row| row.waits) {
        row.waits = false;
        store::share::set_state(&mut act.tx, &row).await?;
    }
    Ok(())
}

/// Ends a share to it, with a row of the journal of its own.
pub(crate) async fn end(act: &mut Act, mut row: ShareRow) -> Result<()> {
    row.version += 1;
    (row.state, row.waits) = (ShareState::Ended, false);
    (row.revoked_at, row.revoked_by) = (Some(act.now()), Some(act.viewer()?.person));
    store::share::set_state(&mut act.tx, &row).await?;
    let body = serde_json::json!({ "id": row.id, "state": row.state }).to_string();
    let (incident, noun_id) = (Some(row.incident_id), Some(row.id.0));
    act.record(Record { incident, noun: Noun::Share, noun_id, action: ENDED, body }).await.map(drop)
}

/// What it shared and nobody ended waits again, as far as there is something to do; requests that were asked in its place
/// end, to be asked of it.
pub(crate) async fn returns(act: &mut Act, back: &Organisation) -> Result<()> {
    let room = act.room.clone();
    for mut row in store::share::list_open_of(&mut act.tx, back.id).await? {
        // It sits in the room again once this act is done.
        row.waits = is_open(&room, &row);
        store::share::set_state(&mut act.tx, &row).await?;
    }
    onward::lapse_from(act, back.id).await
}
