//! Who has a part in an incident through which shares: what was passed on goes with the one who passed it on.

use app::model::OrganisationId;

use super::super::store::share::ShareRow;

/// Whether an organisation keeps its part when one of its shares was taken back: `standing` are those that are left.
///
/// It does where it leads, and where some standing share leads to it from a lead, through organisations that are
/// reached themselves. Two that passed it to each other hold neither.
pub(super) fn is_reached(
    lead: OrganisationId,
    access: &[OrganisationId],
    standing: &[ShareRow],
    organisation: OrganisationId,
) -> bool {
    // Who has a part without any share led it once.
    let led = access
        .iter()
        .filter(|id| **id != organisation && !standing.iter().any(|s| s.to_organisation == **id));
    let mut reached: Vec<OrganisationId> = led.copied().chain([lead]).collect();
    loop {
        let next = standing.iter().find(|share| {
            let rests = share.approved_organisation.is_none() || reached.contains(&share.from_organisation);
            rests && !reached.contains(&share.to_organisation)
        });
        match next {
            Some(share) => reached.push(share.to_organisation),
            None => return reached.contains(&organisation),
        }
    }
}

/// What an organisation passed on, of what stands.
pub(super) fn passed_on(standing: Vec<ShareRow>, from: OrganisationId) -> impl Iterator<Item = ShareRow> {
    standing
        .into_iter()
        .filter(move |share| share.from_organisation == from && share.approved_organisation.is_some())
}
