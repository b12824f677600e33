//! What goes along with something that is no row of the ledger yet, as far as its reader sees it.

use std::collections::{BTreeSet, HashMap};

use app::{
    model::{EntryId, ExhibitId, share::CitedEntry},
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
        Ok(Citations::read(room, scope, &[cited]).await?.of(cited))
    }
}

/// What the rows of a page point to, read at once: many point to the same.
#[derive(Debug)]
pub(crate) struct Citations {
    exhibits: HashMap<ExhibitId, i64>,
    entries: HashMap<EntryId, CitedEntry>,
}

impl Citations {
    pub(crate) async fn read(room: &Room, scope: Scope, cited: &[&Cited]) -> Result<Self> {
        let (mut exhibits, mut entries) = (BTreeSet::new(), BTreeSet::new());
        for one in cited {
            exhibits.extend(one.exhibits.iter().copied());
            entries.extend(one.entries.iter().copied());
        }
        let exhibits: Vec<_> = exhibits.into_iter().collect();
        let entries: Vec<_> = entries.into_iter().collect();
        let numbers = store::cited::list_exhibits(&room.db, scope, &exhibits).await?;
        let lines = store::cited::list_entries(&room.db, scope, &entries).await?;
        let line = |(id, kind, happened_at)| (id, CitedEntry { id, kind, happened_at });
        Ok(Self { exhibits: numbers.into_iter().collect(), entries: lines.into_iter().map(line).collect() })
    }

    pub(crate) fn of(&self, cited: &Cited) -> Along {
        let exhibits = cited.exhibits.iter().filter_map(|id| self.exhibits.get(id).copied());
        let entries = cited.entries.iter().filter_map(|id| self.entries.get(id).cloned());
        let mut along = Along { exhibits: exhibits.collect(), entries: entries.collect() };
        along.exhibits.sort_unstable();
        along.entries.sort_by_key(|entry| entry.happened_at);
        along
    }
}
