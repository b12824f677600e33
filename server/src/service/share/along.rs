//! What goes along with something that is no row of the ledger yet, as far as its reader sees it.

use app::{
    model::{ExhibitId, share::CitedEntry},
    policy::Scope,
};

use super::{
    super::{Result, Room, store},
    Cited,
};

/// Numbers of exhibits in their order, and entries, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Along {
    pub exhibits: Vec<i64>,
    pub entries: Vec<CitedEntry>,
}

impl Along {
    pub(crate) async fn read(room: &Room, scope: Scope, cited: &Cited) -> Result<Self> {
        let mut along = Self::default();
        for ExhibitId(id) in &cited.exhibits {
            along.exhibits.extend(store::ledger::find_exhibit(&room.db, scope, *id).await?);
        }
        along.exhibits.sort_unstable();
        for id in &cited.entries {
            let found = store::entry::find_visible(&room.db, scope, *id).await?;
            let entry =
                found.map(|row| CitedEntry { id: row.id, kind: row.kind, happened_at: row.happened_at });
            along.entries.extend(entry);
        }
        along.entries.sort_by_key(|entry| entry.happened_at);
        Ok(along)
    }
}
