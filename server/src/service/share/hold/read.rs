//! Holds as those of the sender's organisation read them.

use app::{
    model::{
        Role, ShareId,
        hold::{Hold, HoldState},
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    super::{
        super::{
            Error, Result, Room, keyset, looks, person,
            store::{
                self,
                hold::{HoldLineRow, HoldRow},
            },
        },
        Along,
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
    let hold = match row {
        Some(row) => assemble(room, viewer, row).await?,
        None => None,
    };
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
    let mut holds = vec![];
    for row in rows {
        holds.extend(assemble(room, viewer, row).await?);
    }
    Ok((policy::clear_by_scope(holds), next))
}

/// Whether counsel who reads it leaves it to other counsel.
async fn beholden(room: &Room, viewer: &Viewer, hold: &HoldRow) -> Result<bool> {
    let asked = hold.state == HoldState::Held && viewer.has(Role::Counsel);
    Ok(asked && person::is_beholden(room, viewer.person, hold.from_person).await?)
}

pub(super) async fn assemble(room: &Room, viewer: &Viewer, row: HoldLineRow) -> Result<Option<Hold>> {
    looks::at(row.hold.incident_id, row.hold.tlp);
    let HoldLineRow { hold, number, title, severity } = row;
    let beholden = beholden(room, viewer, &hold).await?;
    // Counsel decides about what is read here: nothing of it is left out in silence.
    let cited = cited(&hold)?;
    let reasons = serde_json::from_str(&hold.reasons).map_err(Error::internal)?;
    let Along { exhibits, entries } = Along::read(room, policy::scope(viewer), &cited).await?;
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
