//! Holds as those of the sender's organisation read them.

use std::collections::HashSet;

use app::{
    model::{
        PersonId, Role, ShareId,
        hold::{Hold, HoldState},
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    super::{
        super::{
            Error, Result, Room, keyset, looks, person,
            store::{self, hold::HoldLineRow},
        },
        Along, Citations, Cited,
    },
    cited,
};

/// What one's own organisation held back and did not release, before a place of the journal, newest first.
async fn list_rows(room: &Room, viewer: &Viewer, before: i64, limit: i64) -> Result<Vec<HoldLineRow>> {
    let (scope, own) = (policy::scope(viewer), viewer.organisation);
    let mut rows = vec![];
    for state in [HoldState::Held, HoldState::Returned, HoldState::Refused, HoldState::Withdrawn] {
        rows.extend(store::hold::list(&room.db, scope, own, state, before, limit).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.hold.seq));
    rows.truncate(limit as usize);
    Ok(rows)
}

/// One hold, for those of the sender's organisation who read it.
pub async fn find_hold(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Hold>> {
    let row = store::hold::find_line(&room.db, policy::scope(viewer), id).await?;
    let hold = assembled(room, viewer, row.into_iter().collect()).await?.pop();
    hold.map(policy::clear_by_scope).ok_or(Error::NotFound)
}

/// A page of what one's own organisation held back and did not release, newest first, before a place of the journal;
/// with the place before which the next begins.
pub async fn list_holds(
    room: &Room,
    viewer: &Viewer,
    before: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Hold>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let mut rows = list_rows(room, viewer, before, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.hold.seq);
    Ok((policy::clear_by_scope(assembled(room, viewer, rows).await?), next))
}

/// What stands beside the words of holds: read at once for all of a page.
#[derive(Debug)]
struct Beside {
    citations: Citations,
    /// Whose holds counsel who reads them leaves to other counsel.
    beholden: HashSet<PersonId>,
}

impl Beside {
    async fn read(room: &Room, viewer: &Viewer, rows: &[(HoldLineRow, Cited)]) -> Result<Self> {
        let cited: Vec<&Cited> = rows.iter().map(|(_, cited)| cited).collect();
        let citations = Citations::read(room, policy::scope(viewer), &cited).await?;
        let held =
            rows.iter().filter(|(row, _)| row.hold.state == HoldState::Held && viewer.has(Role::Counsel));
        let authors: HashSet<_> = held.map(|(row, _)| row.hold.from_person).collect();
        let mut beholden = HashSet::new();
        for author in authors {
            if person::is_beholden(room, viewer.person, author).await? {
                beholden.insert(author);
            }
        }
        Ok(Self { citations, beholden })
    }
}

/// Holds of a page, in its order.
pub(super) async fn assembled(room: &Room, viewer: &Viewer, rows: Vec<HoldLineRow>) -> Result<Vec<Hold>> {
    // Counsel decides about what is read here: nothing of it is left out in silence.
    let read = |row: HoldLineRow| {
        let cited = cited(&row.hold)?;
        Ok((row, cited))
    };
    let rows: Vec<_> = rows.into_iter().map(read).collect::<Result<_>>()?;
    let beside = Beside::read(room, viewer, &rows).await?;
    let holds = rows.into_iter().map(|(row, cited)| assemble(room, row, cited, &beside));
    holds.filter_map(Result::transpose).collect()
}

fn assemble(room: &Room, row: HoldLineRow, cited: Cited, beside: &Beside) -> Result<Option<Hold>> {
    looks::at(row.hold.incident_id, row.hold.tlp);
    let HoldLineRow { hold, number, title, severity } = row;
    let beholden = hold.state == HoldState::Held && beside.beholden.contains(&hold.from_person);
    let reasons = serde_json::from_str(&hold.reasons).map_err(Error::internal)?;
    let Along { exhibits, entries } = beside.citations.of(&cited);
    let directory = room.directory();
    let person = |id| directory.person(id).cloned();
    let (Some(from), Some(to)) =
        (person(hold.from_person), directory.organisation(hold.to_organisation).cloned())
    else {
        return Ok(None);
    };
    Ok(Some(Hold {
        id: hold.id,
        incident: number,
        title,
        severity,
        version: hold.version,
        kind: hold.kind,
        named: cited.named.into_iter().filter_map(person).collect(),
        from,
        to,
        purpose: hold.purpose,
        text: hold.body,
        tlp: hold.tlp,
        foreign_nexus: hold.foreign_nexus,
        basis: hold.basis.read(),
        exhibits,
        entries,
        reasons,
        state: hold.state,
        comment: hold.comment,
        held_at: hold.held_at,
        decided_at: hold.decided_at,
        decided_by: hold.decided_by.and_then(person),
        beholden,
    }))
}
