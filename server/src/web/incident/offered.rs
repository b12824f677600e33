//! What a page shows of other pages' lists: the exhibits of which its entries tell, and what was chosen in the form that
//! shares, wherever it stands. It is asked for by number and id, and through the policy: what its reader may not see is
//! left out like what never was.

use std::collections::BTreeSet;

use app::{
    model::{EntryId, Submitted, entry::Entry, exhibit::Exhibit, form::OpenForm, incident::Incident},
    policy::{Cleared, Viewer},
};

use crate::service::{self, Result, Room};

/// More is not looked up: nothing of it could go along with one share.
const MOST: usize = 100;

pub(super) struct Offered {
    pub exhibits: Cleared<Vec<Exhibit>>,
    pub entries: Cleared<Vec<Entry>>,
}

/// `shown`: the entries and exhibits that the page has anyway.
pub(super) async fn read(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    (entries, exhibits): (&[Entry], &[Exhibit]),
    open: &Option<OpenForm>,
) -> Result<Offered> {
    let open = open.as_ref().filter(|open| open.form.shares());
    let typed = open.map(|open| &open.typed);
    let told_of = entries.iter().filter_map(|entry| entry.exhibit);
    let numbers: BTreeSet<i64> = told_of.chain(typed.into_iter().flat_map(numbers)).collect();
    let elsewhere = |number: &i64| !exhibits.iter().any(|exhibit| exhibit.number == *number);
    let numbers: Vec<i64> = numbers.into_iter().filter(elsewhere).collect();
    let ids = typed.into_iter().flat_map(|typed| typed.values("entries")).take(MOST);
    let ids = ids.chain(open.and_then(|open| open.of.as_deref()));
    let ids: BTreeSet<EntryId> = ids.filter_map(|id| id.parse().ok()).collect();
    let elsewhere = |id: &EntryId| !entries.iter().any(|entry| entry.id == *id);
    let ids: Vec<EntryId> = ids.into_iter().filter(elsewhere).collect();
    Ok(Offered {
        exhibits: service::evidence::list_of(room, viewer, incident, &numbers).await?,
        entries: service::entry::list_of(room, viewer, incident, &ids).await?,
    })
}

/// The exhibits that were ticked.
fn numbers(typed: &Submitted) -> impl Iterator<Item = i64> {
    typed.values("exhibits").take(MOST).filter_map(|number| number.parse().ok())
}
