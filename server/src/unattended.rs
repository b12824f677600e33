//! Words of shares that an open page fetched by itself. Nobody may have looked at them: they are seen with the next thing
//! that somebody does on that page, by hand.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use app::model::ShareId;

/// Pages that are remembered at once. Past that all are forgotten: their shares are seen when a page with them is opened.
const PAGES: usize = 10_000;

/// An open page of a session: a digest, which keeps no address.
pub type Page = [u8; 32];

#[derive(Debug, Default)]
pub struct Unattended(Mutex<HashMap<Page, BTreeSet<ShareId>>>);

impl Unattended {
    /// The page has these now, and nobody did anything.
    pub fn keep(&self, page: Page, shares: BTreeSet<ShareId>) {
        if shares.is_empty() {
            return;
        }
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= PAGES {
            pages.clear();
        }
        pages.entry(page).or_default().extend(shares);
    }

    /// Somebody does something there.
    pub fn take(&self, page: &Page) -> BTreeSet<ShareId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(page).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_fetched_is_taken_once_and_by_that_page() {
        let (unattended, share) = (Unattended::default(), ShareId(uuid::Uuid::from_u128(1)));
        unattended.keep([1; 32], BTreeSet::from([share]));
        assert!(unattended.take(&[2; 32]).is_empty());
        assert_eq!(unattended.take(&[1; 32]), BTreeSet::from([share]));
        assert!(unattended.take(&[1; 32]).is_empty());
    }

    #[test]
    fn no_more_pages_are_remembered_than_there_is_room_for() {
        let (unattended, share) = (Unattended::default(), ShareId(uuid::Uuid::from_u128(1)));
        for n in 0..=PAGES {
            let mut page = [0; 32];
            page[..8].copy_from_slice(&n.to_be_bytes());
            unattended.keep(page, BTreeSet::from([share]));
        }
        assert_eq!(unattended.0.lock().expect("nobody panicked").len(), 1);
    }
}
