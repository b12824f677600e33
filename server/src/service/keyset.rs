//! Lists page by page. One row more than a page holds is read: it tells whether another page follows. It is cut off
//! before anything is assembled: what was assembled counts as looked at.

/// Cuts what was read to the page, and tells the place of its last row where another page follows.
pub(crate) fn cut<R, P>(rows: &mut Vec<R>, limit: i64, place: impl FnOnce(&R) -> P) -> Option<P> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(place)
}
