//! Requests that cannot be granted any more, because the incident changed while they waited: they end in the same
//! transaction as the change, so that no page offers what would be refused.

use std::collections::BTreeSet;

use app::{
    model::{Organisation, OrganisationId, Tlp, onward::OnwardState},
    policy::{self, Sight},
};

use super::{
    super::super::{
        Act, Result,
        incident::Held,
        store::{self, onward::OnwardRow},
    },
    cited_of, crosses_freely, end,
};

/// Ends what waits and cannot pass any more. Called after each change of who leads, who takes part, or the label.
pub(crate) async fn lapse(act: &mut Act, held: &Held) -> Result<()> {
    for mut row in store::onward::list_waiting(&mut act.tx, held.row.id).await? {
        if let Some(why) = obstacle(act, held, &row)? {
            end(act, &mut row, OnwardState::Lapsed, None, why).await?;
        }
    }
    Ok(())
}

/// Ends what waits and concerns an organisation that leaves the room, wherever it waits.
pub(in super::super) async fn lapse_of(act: &mut Act, leaving: &Organisation) -> Result<()> {
    let mut rows = store::onward::list_waiting_by(&mut act.tx, leaving.id).await?;
    rows.extend(store::onward::list_waiting_to(&mut act.tx, leaving.id).await?);
    rows.extend(store::onward::list_waiting_asked_of(&mut act.tx, leaving.id).await?);
    rows.sort_by_key(|row| row.seq);
    rows.dedup_by_key(|row| row.seq);
    for mut row in rows {
        let why = format!("{} has left the room", leaving.short);
        end(act, &mut row, OnwardState::Lapsed, None, why).await?;
    }
    Ok(())
}

/// Ends what was asked of others while an organisation was away: what came from it is asked of it again.
pub(in super::super) async fn lapse_from(act: &mut Act, back: OrganisationId) -> Result<()> {
    let directory = act.room.directory();
    let mut waiting = BTreeSet::new();
    for organisation in directory.organisations() {
        let rows = store::onward::list_waiting_asked_of(&mut act.tx, organisation.id).await?;
        waiting.extend(rows.into_iter().map(|row| row.incident_id));
    }
    for id in waiting {
        let Some(row) = store::incident::find_by_id(&mut act.tx, id).await? else { continue };
        let opener = directory.person(row.opened_by).map(|opener| opener.organisation.id);
        if opener != Some(back) {
            continue;
        }
        let mut held = act.held(row).await?;
        held.origin = back;
        lapse(act, &held).await?;
    }
    Ok(())
}

/// Why this cannot be passed on as the incident stands; none where it can.
pub(super) fn obstacle(act: &Act, held: &Held, row: &OnwardRow) -> Result<Option<String>> {
    let directory = act.room.directory();
    let name = |id| directory.organisation(id).map_or_else(String::new, |found| found.short.clone());
    let (from, to, asked) = (row.from_organisation, row.to_organisation, row.asked_organisation);
    if held.row.lead_id == to {
        return Ok(Some(format!("{} leads the incident now", name(to))));
    }
    // It was told to the one that was asked, and to nobody in its place.
    if held.origin != asked {
        let (now, lead) = (name(held.origin), name(held.row.lead_id));
        let words = match held.marking.access.contains(&held.origin) {
            true => format!("{now} is asked now, no longer {}", name(asked)),
            false => format!("{now} is back, and is asked once {lead} has shared it with {now} again"),
        };
        return Ok(Some(words));
    }
    // A suspended person is no reason by itself: who approves is told.
    let sees = directory
        .viewer(row.from_person)
        .is_none_or(|asker| policy::sight(&asker, &held.marking) == Sight::Full);
    let takes_part = |id| held.row.tlp.reaches_everyone() || held.marking.access.contains(&id);
    if !held.is_origin(asked) {
        return Ok(Some(format!("{} has no part in the incident any more", name(asked))));
    }
    if !sees || !takes_part(from) {
        return Ok(Some(format!("{} has no part in the incident any more", name(from))));
    }
    if directory.left_at(to).is_some() {
        return Ok(Some(format!("{} has left the room", name(to))));
    }
    let strict = [held.row.tlp, row.tlp].contains(&Tlp::AmberStrict);
    if strict && !crosses_freely(held, from, to) {
        return Ok(Some("TLP:AMBER+STRICT is not passed on".to_owned()));
    }
    if held.row.tlp == Tlp::Red && cited_of(row)?.named.is_empty() {
        return Ok(Some("TLP:RED goes to named people, and it names nobody".to_owned()));
    }
    Ok(None)
}
