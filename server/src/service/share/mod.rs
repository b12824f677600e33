//! Crossings of an organisation's boundary: shared, seen, acknowledged, answered, taken back.

mod give;
mod read;
mod step;

use app::model::{ExhibitId, OrganisationId, ShareId, Tlp, share::Purpose};
use serde::{Deserialize, Serialize};

pub(crate) use give::{NewShare, add};
pub use give::{ShareInput, Shared, share};
pub use read::{find, list};
pub use step::{Step, Stepped, note_seen, step};

use super::{Error, Result, store::share::ShareRow};

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
