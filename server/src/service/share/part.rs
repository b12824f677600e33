//! The part that an organisation has in an incident: what a former lead keeps, and its end by the lead.

use app::{
    model::{OrganisationId, PersonId, ShareId, Tlp, basis::Basis, id::Number, share::Purpose},
    policy::Action,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Error, Once, Result, Room,
        incident::{Changed, Held},
        store,
    },
    Cited, NewShare, Step,
    deliver::{Reviewed, deliver},
    step::perform,
};

/// After a hand-over the part of who led stands on a share of the new lead. Nothing new crosses with it, so no rule
/// is asked. With RED it is for those of its people who are named, and for nobody where none is.
pub(crate) async fn keep_part(act: &mut Act, held: &mut Held, former: OrganisationId) -> Result<()> {
    let (viewer, directory) = (act.viewer()?.clone(), act.room.directory());
    let theirs = |id: &PersonId| directory.person(*id).is_some_and(|person| person.organisation.id == former);
    let red = held.row.tlp == Tlp::Red;
    let named: Vec<PersonId> = match red {
        true => held.marking.named.iter().copied().filter(theirs).collect(),
        false => vec![],
    };
    if former == held.row.lead_id || !held.marking.access.contains(&former) || (red && named.is_empty()) {
        return Ok(());
    }
    let name = |id| directory.organisation(id).map_or_else(String::new, |found| found.short.clone());
    let new = NewShare {
        id: ShareId(act.room.ids.uuid()),
        to: former,
        purpose: Purpose::Awareness,
        text: format!("{} leads it from now on. {} keeps its part.", name(held.row.lead_id), name(former)),
        tlp: held.row.tlp.inside(),
        foreign_nexus: String::new(),
        cited: Cited { named, ..Cited::default() },
        words: vec![],
        basis: Basis::default(),
    };
    deliver(act, held, new, Reviewed { keeps: true, ..Reviewed::by_themselves(&viewer) }).await
}

/// What the page and `POST .../unshare` send.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnshareInput {
    /// Slug of the organisation whose part ends.
    pub organisation: String,
    #[schema(required)]
    pub version: i64,
}

/// The lead ends an organisation's part: everything that gives it one is taken back in one act, whoever sent it. What
/// others told it the lead does not read for that.
pub async fn unshare(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: UnshareInput,
) -> Result<Changed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::Revoke)?;
    act.fresh(&held, input.version)?;
    let directory = room.directory();
    let found = directory.organisation_by_slug(input.organisation.trim()).map(|found| found.id);
    let takes_part = |id: &OrganisationId| *id != held.row.lead_id && held.marking.access.contains(id);
    let Some(to) = found.filter(takes_part) else {
        return Err(Error::invalid("organisation", "It has no part in this incident"));
    };
    let mut standing = store::share::list_standing_to(&mut act.tx, held.row.id, to).await?;
    standing.retain(|share| share.admits);
    if standing.is_empty() {
        let words = "Its part stands on no share: it led this incident once";
        return Err(Error::invalid("organisation", words));
    }
    for share in standing {
        // One may have gone with another.
        let still = store::share::find(&mut act.tx, share.id).await?.filter(|row| !row.state.is_over());
        if let Some(row) = still {
            perform(&mut act, &mut held, row, &Step::Revoke).await?;
        }
    }
    let changed = Changed { number: held.row.number.clone(), version: held.row.version };
    act.commit(changed).await
}
