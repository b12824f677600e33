//! Each organisation's own count of crossings: the first is 1, and there is no gap. The journal row of a share
//! holds a salted digest of each party's count, so that a crossing that is left out of an organisation's ledger
//! shows in it, and neither party learns how much the other tells elsewhere.
//!
//! What is RED when it is shared is not counted: a gap would tell colleagues of it.

use app::model::{OrganisationId, ShareId, Tlp};
use sha2::{Digest, Sha256};

use super::super::{
    Act, Result,
    checkpoint::hex,
    store::{self, ledger::CountRow},
};

/// The counts of a new share, with the digests that its journal row holds: the sender's, the recipient's, and that
/// of the origin that let it be passed on.
#[derive(Debug)]
pub(crate) struct Counted {
    pub rows: Vec<CountRow>,
    pub digests: Vec<String>,
}

/// Counts a share on for each of its parties; nothing of what is RED.
pub(crate) async fn counted(
    act: &mut Act,
    id: ShareId,
    parties: &[OrganisationId],
    label: Tlp,
) -> Result<Counted> {
    let mut rows = vec![];
    for organisation in parties.iter().copied() {
        if label == Tlp::Red {
            break;
        }
        let count = store::ledger::count(&mut act.tx, organisation).await? + 1;
        let salt = act.room.ids.bytes::<16>().to_vec();
        rows.push(CountRow { share_id: id, organisation_id: organisation, count, salt });
    }
    Ok(Counted { digests: commitments(&rows, parties), rows })
}

/// The digests of these counts, in the order of the parties.
pub(crate) fn commitments(rows: &[CountRow], parties: &[OrganisationId]) -> Vec<String> {
    let of = |organisation| rows.iter().find(|row| row.organisation_id == organisation);
    parties.iter().copied().filter_map(of).map(commitment).collect()
}

/// SHA-256 over four lines: `watchfloor count`, the organisation's id, the count, the salt in hexadecimal.
fn commitment(row: &CountRow) -> String {
    let text = format!("watchfloor count\n{}\n{}\n{}", row.organisation_id, row.count, hex(&row.salt));
    hex(&Sha256::digest(text.as_bytes()))
}
