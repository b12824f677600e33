//! What is said to a request where the incident came from, and by the one who asked.

use app::{
    model::{ShareId, hold::HoldKind, onward::OnwardState},
    policy::{self, Action, Viewer},
};

use super::{
    super::{
        super::{
            Act, Asker, Begun, Conflict, Error, Once, Result, Room,
            entry::checked_text,
            incident::Held,
            store::{self, onward::OnwardRow},
        },
        Cited, Crossed, Stepped,
        deliver::{Reviewed, deliver},
        gate, give,
        hold::{Kept, keep},
        survey::Survey,
        words::as_author,
    },
    end,
    lapse::obstacle,
    new_share,
};

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnwardDecision {
    Approve,
    /// With a word to the one who asked, or without.
    Refuse(String),
    /// The organisation that asked does not want it any more.
    Withdraw,
}

impl OnwardDecision {
    const fn action(&self) -> Action {
        match self {
            Self::Approve | Self::Refuse(_) => Action::DecideOnward,
            Self::Withdraw => Action::AskOnward,
        }
    }
}

/// Whoever is asked decides, or whoever asked takes it back. An approval makes the share, or hands it to counsel of the
/// organisation that shares: of that whoever approved learns nothing.
pub async fn decide_onward(
    room: Room,
    asker: Asker,
    once: Once,
    id: ShareId,
    version: Option<i64>,
    decision: OnwardDecision,
) -> Result<Stepped> {
    let survey = survey(&room, &asker.viewer, id, &decision).await?;
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let viewer = act.viewer()?.clone();
    let mut row = store::onward::find(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let mut held = act.held(incident).await?;
    let reads = Crossed::onward(&row).is_read_by(&viewer);
    policy::clear(&viewer, &held.marking, ()).filter(|_| reads).ok_or(Error::NotFound)?;
    act.permit(&held, decision.action())?;
    if decision == OnwardDecision::Withdraw && row.from_organisation != viewer.organisation {
        return Err(Error::Forbidden("Whoever asked takes it back."));
    }
    let number = held.row.number.clone();
    if row.state != OnwardState::Asked || version.is_some_and(|seen| seen != row.version) {
        let by = row.decided_by.and_then(|id| act.room.directory().person(id).map(|p| p.name.clone()));
        let (by, version) = (by.unwrap_or_default(), row.version);
        return Err(Error::Conflict(Box::new(Conflict { number, version, by })));
    }
    let by = Some(viewer.person);
    match decision {
        OnwardDecision::Approve => {
            if let Some(words) = obstacle(&act, &held, &row)? {
                return Err(Error::invalid("comment", words));
            }
            end(&mut act, &mut row, OnwardState::Approved, by, String::new()).await?;
            pass(&mut act, &mut held, &row, (&viewer, &survey)).await?;
        }
        OnwardDecision::Refuse(text) => {
            let comment =
                if text.trim().is_empty() { String::new() } else { checked_text("comment", &text)? };
            gate::permit_words_to(
                &act.room,
                &viewer,
                row.from_organisation,
                &[("comment", comment.as_str())],
            )?;
            end(&mut act, &mut row, OnwardState::Refused, by, comment).await?;
        }
        OnwardDecision::Withdraw => {
            end(&mut act, &mut row, OnwardState::Withdrawn, by, String::new()).await?;
        }
    }
    act.commit(Stepped { id, number, held: false }).await
}

/// What whoever joins would read, for who may let it pass.
async fn survey(room: &Room, viewer: &Viewer, id: ShareId, decision: &OnwardDecision) -> Result<Survey> {
    let scope = policy::scope(viewer);
    let row = match decision {
        OnwardDecision::Approve => store::onward::find_line(&room.db, scope, id).await?,
        _ => None,
    };
    let Some(row) = row.map(|line| line.onward) else { return Ok(Survey::default()) };
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id).await?;
    let Some(incident) = incident else { return Ok(Survey::default()) };
    let access = store::incident::read_access(&room.db, incident.id).await?;
    Survey::of(room, &incident, &access, vec![row.to_organisation]).await
}

/// The share of the one who asked, with the leave of whoever was asked.
async fn pass(
    act: &mut Act,
    held: &mut Held,
    row: &OnwardRow,
    (by, survey): (&Viewer, &Survey),
) -> Result<()> {
    let mut new = new_share(row, held.row.tlp)?;
    new.words = cited_words(act, held, &new.cited).await?;
    // Counsel had the request before them once: it keeps its own row, and what it asks for gets another.
    if store::hold::find(&mut act.tx, row.id).await?.is_some() {
        new.id = ShareId(act.room.ids.uuid());
    }
    let approved = (by.person, by.organisation);
    as_author(act, row.from_person, async |act| {
        let author = act.viewer()?.clone();
        act.permit(held, Action::AskOnward)?;
        let reasons = give::reasons(&act.room, &author, held, &new, Some(survey)).await?;
        if !reasons.is_empty() {
            let approved = serde_json::to_string(&approved).map_err(Error::internal)?;
            return keep(act, held, Kept::of(new, HoldKind::Share, approved), &reasons).await;
        }
        let reviewed = Reviewed { approved: Some(approved), ..Reviewed::by_themselves(&author) };
        deliver(act, held, new, reviewed).await?;
        act.save(held).await.map(drop)
    })
    .await
}

/// Every wording of the entries that go along.
async fn cited_words(act: &mut Act, held: &Held, cited: &Cited) -> Result<Vec<String>> {
    let mut words = vec![];
    for entry in &cited.entries {
        words.extend(store::entry::find(&mut act.tx, held.row.id, *entry).await?.map(|row| row.body));
        words.extend(store::entry::list_corrected(&mut act.tx, held.row.id, *entry).await?);
    }
    Ok(words)
}
