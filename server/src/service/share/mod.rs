//! Crossings of an organisation's boundary: shared, seen, acknowledged, answered, taken back.

mod give;
mod hold;
mod inbox;
mod read;
mod rules;
mod step;

use app::model::{ExhibitId, OrganisationId, ShareId, Tlp, organisation::Sector, share::Purpose};
use serde::{Deserialize, Serialize};

pub(crate) use give::{NewShare, add};
pub use give::{ShareInput, Shared, share};
pub use hold::{Decision, decide, find_hold};
pub use inbox::{count, count_to_answer, find_line, inbox};
pub use read::{find, list};
pub use rules::try_rules;
pub use step::{Step, Stepped, note_seen, step};

use super::{Error, Result, Room, store::share::ShareRow};

/// A share as its journal row holds it.
#[derive(Debug, Serialize)]
struct ShareBody<'a> {
    id: ShareId,
    to: OrganisationId,
    purpose: Purpose,
    text: &'a str,
    tlp: Tlp,
    foreign_nexus: &'a str,
    exhibits: &'a [ExhibitId],
}

/// What the journal calls the act that makes a share; the others move it on.
pub(crate) const SHARED: &str = "shared";

pub(crate) fn body_of(row: &ShareRow, exhibits: &[ExhibitId]) -> Result<String> {
    let body = ShareBody {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: &row.body,
        tlp: row.tlp,
        foreign_nexus: &row.foreign_nexus,
        exhibits,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

/// The exhibits of a share in the order in which its journal row names them.
pub(crate) fn exhibits_of(body: &str) -> Vec<ExhibitId> {
    #[derive(Deserialize)]
    struct Body {
        exhibits: Vec<ExhibitId>,
    }
    serde_json::from_str(body).map_or_else(|_| vec![], |body: Body| body.exhibits)
}

/// Whether the recipient has something to do yet. Who asks hopes for words back; of anything else, and of
/// whatever an agency tells a company, the acknowledgement is the end.
fn waits(room: &Room, row: &ShareRow) -> bool {
    let directory = room.directory();
    let sector = |id| directory.organisation(id).map(|found| found.sector);
    let free = sector(row.from_organisation) == Some(Sector::Agency)
        && sector(row.to_organisation) == Some(Sector::Company);
    let asks = row.purpose.asks() && !free;
    row.revoked_at.is_none() && row.answered_at.is_none() && (row.acknowledged_at.is_none() || asks)
}
