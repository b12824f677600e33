//! Marks that say what an incident contains: set by those who edit it, taken away by counsel alone.

use app::{model::id::Number, policy::Action};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{finish, note},
};
use crate::service::{Act, Asker, Begun, Once, Result, Room};

/// What is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ContentInput {
    pub version: i64,
    pub candidate_or_party_content: Option<bool>,
    pub contains_personal_data: Option<bool>,
}

pub async fn set_content(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: ContentInput,
) -> Result<Changed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::ClearContent).or_else(|_| act.permit(&held, Action::Edit))?;
    // A box that was not ticked says nothing of a mark that somebody else has set since.
    act.fresh(&held, input.version)?;
    permit(&act, &held, &input)?;
    apply_content(&mut act, &mut held, &input).await?;
    finish(act, held).await
}

/// Each change is asked for by itself; who changes nothing must be one who could.
pub(super) fn permit(act: &Act, held: &Held, input: &ContentInput) -> Result<()> {
    let row = &held.row;
    let both = [
        (row.candidate_or_party_content, input.candidate_or_party_content),
        (row.contains_personal_data, input.contains_personal_data),
    ];
    let changes: Vec<bool> =
        both.into_iter().filter_map(|(stands, wanted)| wanted.filter(|wanted| *wanted != stands)).collect();
    if changes.is_empty() && act.permit(held, Action::ClearContent).is_err() {
        return act.permit(held, Action::Edit);
    }
    changes.into_iter().try_for_each(|set| {
        let counsel = act.permit(held, Action::ClearContent);
        match (set, counsel) {
            (_, Ok(())) => Ok(()),
            (true, Err(_)) => act.permit(held, Action::Edit),
            // Told to those who could set it; to others the incident's own rule.
            (false, Err(refused)) => act.permit(held, Action::Edit).and(Err(refused)),
        }
    })
}

pub(super) async fn apply_content(act: &mut Act, held: &mut Held, input: &ContentInput) -> Result<()> {
    let words = |set: bool| if set { "yes" } else { "no" };
    let stands = held.row.candidate_or_party_content;
    if let Some(wanted) = input.candidate_or_party_content.filter(|wanted| *wanted != stands) {
        note(act, held, "candidate_or_party_content", words(stands), words(wanted), "").await?;
        held.row.candidate_or_party_content = wanted;
    }
    let stands = held.row.contains_personal_data;
    if let Some(wanted) = input.contains_personal_data.filter(|wanted| *wanted != stands) {
        note(act, held, "contains_personal_data", words(stands), words(wanted), "").await?;
        held.row.contains_personal_data = wanted;
    }
    Ok(())
}
