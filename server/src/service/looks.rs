//! What is handed out and leaves a line: RED that somebody looked at, and shares that their recipient has now. It is
//! gathered where it is cleared, whatever page, call or stream asked, and written once behind it. A stream shows nobody a share, and no more does a page
//! that fetches itself anew.

use std::{cell::RefCell, collections::BTreeSet, future::Future};

use app::{
    model::{IncidentId, OrganisationId, ShareId, Tlp},
    policy::Viewer,
};

use super::{Asker, Result, Room, audit, share};

tokio::task_local! {
    static LOOKS: RefCell<Looks>;
}

/// What one request, or one change of a stream, handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    red: BTreeSet<IncidentId>,
    shares: BTreeSet<ShareId>,
}

impl Looks {
    pub fn is_empty(&self) -> bool {
        self.red.is_empty() && self.shares.is_empty()
    }
    pub fn has_red(&self) -> bool {
        !self.red.is_empty()
    }
    /// Takes the shares out, where nobody may have looked at them.
    pub fn take_shares(&mut self) -> BTreeSet<ShareId> {
        std::mem::take(&mut self.shares)
    }
    /// Puts in what was taken out of an earlier answer.
    pub fn add_shares(&mut self, shares: BTreeSet<ShareId>) {
        self.shares.extend(shares);
    }
}

/// Outside of [`gather`] nobody looks: the product reads for itself.
fn add(what: impl FnOnce(&mut Looks)) {
    let _ = LOOKS.try_with(|looks| what(&mut looks.borrow_mut()));
}

/// Something under this label, of this incident, was cleared for whoever asks.
pub(crate) fn at(incident: IncidentId, label: Tlp) {
    if label == Tlp::Red {
        add(|looks| {
            looks.red.insert(incident);
        });
    }
}

/// The words of a share to this organisation, which nobody there has seen so far.
pub(crate) fn at_share(viewer: &Viewer, id: ShareId, to: OrganisationId) {
    if viewer.organisation == to {
        add(|looks| {
            looks.shares.insert(id);
        });
    }
}

/// Does the work and says what it handed out.
pub async fn gather<T>(work: impl Future<Output = T>) -> (T, Looks) {
    let scoped = async {
        let done = work.await;
        (done, LOOKS.with(RefCell::take))
    };
    LOOKS.scope(RefCell::default(), scoped).await
}

/// Writes down what a stream handed out: RED alone. A browser keeps a stream open beside each page, so that words
/// which came by it may have been looked at by nobody: the record would name somebody who saw nothing.
pub async fn note_streamed(room: &Room, asker: &Asker, looks: Looks) -> Result<()> {
    for incident in looks.red {
        audit::note_red(room, asker, incident).await?;
    }
    Ok(())
}

/// Writes down what a page or a call handed out to this person.
pub async fn note(room: &Room, asker: &Asker, looks: Looks) -> Result<()> {
    let Looks { red, shares } = looks;
    note_streamed(room, asker, Looks { red, shares: BTreeSet::new() }).await?;
    if shares.is_empty() {
        return Ok(());
    }
    share::note_seen(room, asker, shares).await
}
