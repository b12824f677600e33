//! Legal hold: counsel of the lead organisation says that all of an incident has to be kept for a proceeding.
//!
//! The room deletes nothing anyway. What it adds is that everybody who sees the incident is told to keep what they hold
//! of it elsewhere, and that the timeline says who said so, when, why, and until when.

use app::{model::id::Number, policy::Action};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{begin_change, finish, note},
};
use crate::service::{Act, Asker, Begun, Once, Result, Room, entry::checked_text};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct LegalHoldInput {
    pub version: i64,
    /// Set, or lifted.
    pub legal_hold: bool,
    pub reason: String,
}

pub async fn set_legal_hold(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: LegalHoldInput,
) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::SetLegalHold, input.version);
    apply_legal_hold(&mut act, &mut held, input.legal_hold, &input.reason).await?;
    finish(act, held).await
}

/// Where it stands already nothing changes.
pub(super) async fn apply_legal_hold(
    act: &mut Act,
    held: &mut Held,
    wanted: bool,
    reason: &str,
) -> Result<()> {
    if wanted == held.row.legal_hold {
        return Ok(());
    }
    let reason = checked_text("reason", reason)?;
    act.permit_words(held, &[("reason", reason.as_str())])?;
    let words = |set: bool| if set { "set" } else { "not set" };
    note(act, held, "legal_hold", words(held.row.legal_hold), words(wanted), &reason).await?;
    held.row.legal_hold = wanted;
    Ok(())
}
