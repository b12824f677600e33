//! Crossings of an organisation's boundary: shared, seen, acknowledged, answered, taken back.

mod along;
mod assign;
mod basis;
mod bulk;
mod check;
mod cite;
mod deliver;
mod gate;
mod give;
mod hold;
mod inbox;
mod leave;
mod onward;
mod part;
mod preview;
mod reach;
mod read;
mod rules;
mod sight;
mod step;
mod survey;
mod template;
mod way;
mod words;

use app::model::{EntryId, ExhibitId, OrganisationId, PersonId, ShareId, Tlp, basis::Basis, share::Purpose};
use serde::{Deserialize, Serialize};

pub(crate) use along::{Along, Citations};
pub use assign::assign;
pub use basis::OriginatorInput;
pub use bulk::{Picked, Planned, Sent, find_sent, permit_sharing, picks, plan, preview_planned, send};
pub use check::ShareInput;
pub(crate) use gate::{
    permit_content, permit_gain, permit_opening, permit_reason, permit_words, permit_words_to,
};
pub(crate) use give::{NewShare, add, head, writers_of_head};
pub use give::{Shared, share};
pub use hold::{Decision, decide, find_hold, list_holds, preview_hold, withdraw};
pub(crate) use hold::{HELD, hold_body};
pub use inbox::{count, count_to_answer, find_line, inbox};
pub(crate) use leave::{end, leaves, returns};
pub(crate) use onward::{ASKED, lapse, onward_body, says_asked};
pub use onward::{
    Asked, OnwardDecision, ask, decide_onward, find_onward, list_onward, preview_ask, preview_onward,
};
pub(crate) use part::keep_part;
pub use part::{UnshareInput, unshare};
pub use preview::{Fate, Found, Preview, Reader, preview};
pub use read::{find, find_place, list, list_newest, list_relays, overall};
pub(crate) use rules::GAP;
pub use rules::try_rules;
pub(crate) use sight::Crossed;
pub use step::{Step, Stepped, step};
pub(crate) use step::{note_seen, take_back_passed_on};
pub(crate) use survey::{Survey, ahead, ahead_of_leads};
pub use template::{templates, words_of};
pub(crate) use words::{entry_reasons, hold_entry};

use super::{
    Error, Result, Room,
    store::{basis::BasisRow, share::ShareRow},
};

/// A share as its journal row holds it.
#[derive(Debug, Serialize)]
struct ShareBody<'a> {
    id: ShareId,
    /// Who wrote it, where somebody else let it out: the row's own person is who did.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<PersonId>,
    to: OrganisationId,
    purpose: Purpose,
    text: &'a str,
    tlp: Tlp,
    foreign_nexus: &'a str,
    #[serde(flatten)]
    basis: Basis,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_organisation: Option<OrganisationId>,
    /// Said where it gives the recipient no part in the incident.
    #[serde(skip_serializing_if = "is_usual")]
    admits: bool,
    #[serde(flatten)]
    cited: &'a Cited,
    /// Digests of the parties' counts; none from before they were counted, and of what is RED.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    counts: &'a [String],
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
const fn is_usual(admits: &bool) -> bool {
    *admits
}

/// What a share points to beside its words, and whom it names, in the order in which it was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cited {
    pub exhibits: Vec<ExhibitId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<PersonId>,
}

/// What the journal calls the act that makes a share; the others move it on.
pub(crate) const SHARED: &str = "shared";
/// What the journal calls the act that hands a share to a colleague: for the recipient's organisation alone.
pub(crate) const ASSIGNED: &str = "assigned";

/// What the journal calls the end of a share whose recipient has left the room.
pub(crate) const ENDED: &str = "ended";
/// And what becomes of a hold whose sender or recipient has, or whose sender stops it.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// What a journal row of a share says beyond the row of its table.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    pub cited: &'a Cited,
    pub counts: &'a [String],
    /// Rows from before they named who wrote what was held do not.
    pub names_author: bool,
}

pub(crate) fn body_of(row: &ShareRow, said: &Said<'_>) -> Result<String> {
    let Said { cited, counts, names_author } = *said;
    let body = ShareBody {
        id: row.id,
        from: row.reviewed_by.filter(|_| names_author).map(|_| row.from_person),
        to: row.to_organisation,
        purpose: row.purpose,
        text: &row.body,
        tlp: row.tlp,
        foreign_nexus: &row.foreign_nexus,
        basis: row.basis.read(),
        approved_by: row.approved_by,
        approved_organisation: row.approved_organisation,
        admits: row.admits,
        cited,
        counts,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

/// Into a journal row of a hold or of a request: what is empty is not there.
fn put_basis(body: &mut serde_json::Value, basis: &BasisRow) -> Result<()> {
    let said = serde_json::to_value(basis.read()).map_err(Error::internal)?;
    if let (Some(body), Some(said)) = (body.as_object_mut(), said.as_object()) {
        body.extend(said.clone());
    }
    Ok(())
}

/// What a share's journal row says beside its words; that of a request has it under one name, and other rows say nothing.
pub(crate) fn cited_of(body: &str) -> Result<Cited> {
    let body: serde_json::Value = serde_json::from_str(body).map_err(Error::internal)?;
    let cited = body.get("cited").cloned().unwrap_or(body);
    Ok(serde_json::from_value(cited).unwrap_or_default())
}

/// Whether a journal row of a share says who wrote it.
pub(crate) fn names_author(body: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(body).is_ok_and(|body| body.get("from").is_some())
}

/// Whether the recipient has something to do yet. Whoever left the room hopes for nothing.
fn waits(room: &Room, row: &ShareRow) -> bool {
    room.directory().left_at(row.from_organisation).is_none() && is_open(room, row)
}

/// The same whether or not its sender sits in the room.
fn is_open(room: &Room, row: &ShareRow) -> bool {
    row.revoked_at.is_none() && is_unfinished(room, row)
}

/// Whether something is still to come back. Who asks hopes for words; of anything else, and of whatever an agency tells a
/// company, the acknowledgement is the end.
pub(crate) fn is_unfinished(room: &Room, row: &ShareRow) -> bool {
    let directory = room.directory();
    let sector = |id| directory.organisation(id).map(|found| found.sector);
    let parties = sector(row.from_organisation).zip(sector(row.to_organisation));
    let free = parties.is_some_and(|(from, to)| row.basis.read().banner(from, to).is_some());
    let asks = row.purpose.asks() && !free;
    row.answered_at.is_none() && (row.acknowledged_at.is_none() || asks)
}
