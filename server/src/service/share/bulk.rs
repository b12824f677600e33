//! One share of several incidents: each is an act of its own, with its own outcome. Nothing that goes wrong with
//! one of them touches another, and what was sent twice is done once.

use app::{
    model::{
        FieldErrors, Tlp,
        bulk::{Outcome, Pick, Sending},
        id::Number,
    },
    policy::{self, Action, Cleared, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Asker, Begun, Error, Once, Result, Room, checkpoint,
        incident::{self, refusal},
        store,
    },
    Fate, Preview, Reader, ShareInput, check, give, preview,
    preview::{fates, open_for, readers},
    way,
};

/// Whether this viewer shares at all; then an organisation's own incidents can go.
pub fn permit_sharing(viewer: &Viewer) -> Result<()> {
    match policy::may(viewer, Action::Share, Standing { origin: true, ..Standing::default() }) {
        true => Ok(()),
        false => Err(Error::Forbidden("Sharing is for analysts, liaisons, shift leads and counsel.")),
    }
}

/// What was chosen, in its order.
#[derive(Clone, Debug)]
pub struct Picked {
    pub picks: Cleared<Vec<Pick>>,
    /// Numbers of nothing that this viewer sees.
    pub absent: Vec<Number>,
}

/// Reads what was chosen. A number that is hidden answers like one that was never given.
pub async fn picks(room: &Room, viewer: &Viewer, numbers: &[Number]) -> Result<Picked> {
    let (mut found, mut absent) = (vec![], vec![]);
    for number in numbers {
        match incident::find(room, viewer, number).await {
            Ok(incident) => found.push(incident.map(|incident| {
                let may = policy::may(viewer, Action::Share, Standing::to(viewer, &incident));
                Pick { incident, refusal: (!may).then_some(refusal(Action::Share)) }
            })),
            Err(Error::NotFound) => absent.push(number.clone()),
            Err(other) => return Err(other),
        }
    }
    Ok(Picked { picks: found.into_iter().collect(), absent })
}

/// What would become of one incident, and of which version that is said.
#[derive(Clone, Debug)]
pub struct Planned {
    pub number: Number,
    pub version: i64,
    /// The words as they read for this incident.
    pub text: String,
    pub fates: Vec<Fate>,
    /// Whose eyes it can be looked at through.
    pub readers: Vec<Reader>,
}

/// The same checks as for sending, for each incident; what is wrong stands beside its number.
pub async fn plan(
    room: &Room,
    viewer: &Viewer,
    numbers: &[Number],
    input: &ShareInput,
) -> Result<Vec<(Number, Result<Planned, FieldErrors>)>> {
    let mut planned = vec![];
    for number in numbers {
        let one = match planned_one(room, viewer, number, input).await {
            Ok(one) => Ok(one),
            Err(Error::Invalid(errors)) => Err(errors),
            Err(Error::Forbidden(words)) => Err(FieldErrors::one("number", words)),
            Err(Error::NotFound) => Err(FieldErrors::one("number", Outcome::ABSENT)),
            Err(other) => return Err(other),
        };
        planned.push((number.clone(), one));
    }
    Ok(planned)
}

async fn planned_one(room: &Room, viewer: &Viewer, number: &Number, input: &ShareInput) -> Result<Planned> {
    let held = open_for(room, viewer, number, Action::Share).await?;
    let text = give::words_for(room, &held, &input.text).await?;
    let input = ShareInput { text: text.clone(), ..input.clone() };
    let way = way::of(room, viewer, held.row.id, &input).await?;
    let news = check::checked(room, viewer, (&held, &way), &input).await?;
    let fates = fates(room, viewer, &held, &news).await?;
    let tlp = news.iter().map(|new| new.tlp).fold(held.row.tlp, Tlp::max);
    let readers = readers(tlp, &fates);
    Ok(Planned { number: number.clone(), version: held.row.version, text, fates, readers })
}

/// One of the planned through a recipient's eyes.
pub async fn preview_planned(
    room: &Room,
    viewer: &Viewer,
    planned: &Planned,
    input: &ShareInput,
    wanted: &str,
) -> Result<Preview> {
    let input = ShareInput { text: planned.text.clone(), ..input.clone() };
    preview(room, viewer, &planned.number, &input, wanted).await
}

/// What was sent, and what became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    pub sendings: Vec<Sending>,
    /// As it was typed: what did not go can be sent again.
    pub input: ShareInput,
    /// Whether this answer is kept, under the name of its send.
    pub kept: bool,
}

/// Shares one incident after the other. `seen`: their numbers, each with the version that was looked at.
pub async fn send(
    room: Room,
    asker: Asker,
    once: Once,
    seen: Vec<(Number, i64)>,
    input: ShareInput,
) -> Result<Sent> {
    match room.begin::<Sent>(&asker, &once).await? {
        Begun::Repeated(sent) => return Ok(sent),
        // The parts take their turns one by one, so that others can write between them.
        Begun::Fresh(act) => act.tx.rollback().await,
    }
    let mut sendings = vec![];
    let mut writes = true;
    for (number, version) in seen {
        let outcome = match writes {
            true => send_one(&room, &asker, &once, &number, version, &input).await?,
            false => Outcome::Unsure,
        };
        writes = outcome != Outcome::Unsure;
        sendings.push(Sending { number, outcome });
    }
    let sent = Sent { sendings, input, kept: true };
    if !writes {
        return Ok(Sent { kept: false, ..sent });
    }
    match room.begin::<Sent>(&asker, &once).await {
        Ok(Begun::Fresh(act)) => act.commit(sent).await,
        Ok(Begun::Repeated(first)) => Ok(first),
        Err(_) => Ok(Sent { kept: false, ..sent }),
    }
}

async fn send_one(
    room: &Room,
    asker: &Asker,
    once: &Once,
    number: &Number,
    version: i64,
    input: &ShareInput,
) -> Result<Outcome> {
    // As who they are now: a role that was lost between two incidents counts from the second.
    let Some(viewer) = room.directory().viewer(asker.viewer.person) else { return Ok(Outcome::Absent) };
    let asker = Asker { viewer, ..asker.clone() };
    let once = once.part(number.as_str());
    let refused = |words: &str| Outcome::Refused(FieldErrors::one("number", words));
    Ok(match give::give(room, &asker, &once, number, input.clone(), Some(version)).await {
        Ok(shared) => Outcome::Shared { told: shared.told, withheld: shared.withheld },
        Err(Error::NotFound) => Outcome::Absent,
        Err(Error::Conflict(_)) => Outcome::Changed,
        Err(Error::Invalid(errors)) => Outcome::Refused(errors),
        Err(Error::Forbidden(words)) => refused(words),
        Err(Error::KeyReused) => return Err(Error::KeyReused),
        Err(error) => {
            tracing::warn!(incident.number = %number, cause = %error, "a share of several could not be written");
            Outcome::Unsure
        }
    })
}

/// What one's own send of this name answered, as long as it is kept.
pub async fn find_sent(room: &Room, viewer: &Viewer, name: &str) -> Result<Sent> {
    let key = checkpoint::bytes_of(name).ok_or(Error::NotFound)?;
    let outcome = store::idempotency::read(&room.db, viewer.person, &key).await?.ok_or(Error::NotFound)?;
    serde_json::from_str(&outcome).map_err(|_| Error::NotFound)
}
