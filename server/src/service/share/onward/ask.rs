//! A request, on its way to the organisation that the incident came from.

use app::{
    model::{
        OrganisationId, ShareId, Tlp,
        hold::{HoldKind, HoldReason},
        id::Number,
        onward::OnwardState,
    },
    policy::{self, Action, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        super::{
            Act, Asker, Begun, Error, Once, Result, Room,
            incident::{Held, origin_of},
            store::{self, basis::BasisRow, hold::HoldRow, onward::OnwardRow},
        },
        NewShare, ShareInput, check,
        give::{self, Given},
        hold::{Kept, cited, keep},
        rules,
        survey::{self, Survey},
        way,
        words::as_author,
    },
    ASKED, crosses_freely,
    lapse::obstacle,
    onward_body, record,
};

/// What became of what was asked, one an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where it came from is asked.
    pub asked: Vec<ShareId>,
    /// It needed no leave: the recipient sees the incident already, or it came from there.
    pub shares: Vec<ShareId>,
    /// Counsel of one's own organisation looks first.
    pub held: Vec<ShareId>,
}

/// Asks where it came from to let a share pass; what needs no leave is shared at once.
pub async fn ask(room: Room, asker: Asker, once: Once, number: Number, input: ShareInput) -> Result<Asked> {
    let survey = ahead(&room, &asker.viewer, &number, &input).await?;
    let way = way::ahead(&room, &asker.viewer, &number, &input).await?;
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(asked) => return Ok(asked),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::AskOnward)?;
    let news = check::checked(&room, &asker.viewer, (&held, &way), &input).await?;
    let own = asker.viewer.organisation;
    permit(&room, &asker.viewer, &held, &news)?;
    let (before, mut made) = (held.marking.clone(), Asked::default());
    for new in news {
        let (id, asks) = (new.id, !crosses_freely(&held, own, new.to));
        let given = match asks {
            true => request(&mut act, &held, new).await?,
            false => give::add(&mut act, &mut held, new, &survey).await?,
        };
        match (given, asks) {
            (Given::Held(_), _) => made.held.push(id),
            (Given::Delivered, true) => made.asked.push(id),
            (Given::Delivered, false) => made.shares.push(id),
        }
    }
    // Others cannot tell what two of them tell each other; they can where somebody takes part now.
    if held.marking != before {
        act.save(&mut held).await?;
    }
    act.commit(made).await
}

/// Whether this can be asked for at all, as the incident is marked and as its parts stand.
pub(super) fn permit(room: &Room, viewer: &Viewer, held: &Held, news: &[NewShare]) -> Result<()> {
    let directory = room.directory();
    let strict = |label: Tlp| label == Tlp::AmberStrict;
    let asks = |new: &NewShare| !crosses_freely(held, viewer.organisation, new.to);
    let origin = directory.organisation(held.origin).map_or_else(String::new, |it| it.short.clone());
    if news.iter().any(|new| asks(new) && (strict(held.row.tlp) || strict(new.tlp))) {
        let words =
            format!("TLP:AMBER+STRICT is not passed on. It came from {origin}, which can share it itself");
        return Err(Error::invalid(if strict(held.row.tlp) { "to" } else { "tlp" }, words));
    }
    if news.iter().any(asks) && !held.marking.access.contains(&held.origin) {
        let lead = directory.organisation(held.row.lead_id).map_or_else(String::new, |it| it.short.clone());
        let words = format!(
            "It came from {origin}, which has no part in it now: nobody can let it pass until {lead} shares it with {origin}"
        );
        return Err(Error::invalid("to", words));
    }
    Ok(())
}

/// What somebody would read who joins without being asked for: whom a lead shares with freely, where it came from others.
/// Of all the others the words go to whoever is asked, and nobody joins.
pub(super) async fn ahead(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    input: &ShareInput,
) -> Result<Survey> {
    let row = store::incident::find_visible(&room.db, policy::scope(viewer), number).await?;
    let Some(row) = row.filter(|row| row.lead_id == viewer.organisation) else {
        return Ok(Survey::default());
    };
    let directory = room.directory();
    let origin = origin_of(&directory, &row);
    let mut to = input.to.clone();
    if !row.tlp.reaches_everyone() {
        let slug = directory.organisation(origin).map(|origin| origin.slug.as_str());
        to.retain(|word| Some(word.trim()) == slug);
    }
    survey::ahead(room, viewer, number, &to, &input.named).await
}

/// The words go to whoever is asked: the rules read them first.
async fn request(act: &mut Act, held: &Held, new: NewShare) -> Result<Given> {
    let viewer = act.viewer()?.clone();
    let reasons = request_reasons(&act.room, &viewer, held, &new)?;
    if reasons.is_empty() {
        add(act, held, new).await?;
        return Ok(Given::Delivered);
    }
    // Counsel looks at it for whoever is asked now.
    let asked = serde_json::to_string(&held.origin).map_err(Error::internal)?;
    keep(act, held, Kept::of(new, HoldKind::Onward, asked), &reasons).await?;
    Ok(Given::Held(reasons))
}

/// Why counsel looks at a request first.
pub(super) fn request_reasons(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    new: &NewShare,
) -> Result<Vec<HoldReason>> {
    let asked = room.directory().organisation(held.origin).map(|asked| asked.sector);
    let reference = room.reference();
    let crossing = rules::Crossing {
        rules: reference.settings.hold_rules(),
        from: new.basis.sectors(viewer.sector),
        to: asked.ok_or(Error::NotFound)?,
        text: &new.text,
        beside: new.beside(),
        // What the incident contains is known where it came from; whoever is to learn it is not told yet.
        marks: vec![],
    };
    Ok(rules::held_by(&crossing))
}

async fn add(act: &mut Act, held: &Held, new: NewShare) -> Result<()> {
    let viewer = act.viewer()?.clone();
    let mut row = OnwardRow {
        id: new.id,
        incident_id: held.row.id,
        seq: 0,
        version: 1,
        from_person: viewer.person,
        from_organisation: viewer.organisation,
        to_organisation: new.to,
        asked_organisation: held.origin,
        purpose: new.purpose,
        body: new.text,
        tlp: new.tlp,
        foreign_nexus: new.foreign_nexus,
        basis: BasisRow::of(&new.basis).map_err(Error::internal)?,
        cited: serde_json::to_string(&new.cited).map_err(Error::internal)?,
        state: OnwardState::Asked,
        comment: String::new(),
        asked_at: act.now(),
        decided_at: None,
        decided_by: None,
    };
    // Held until now, it may be too late.
    if let Some(words) = obstacle(act, held, &row)? {
        return Err(Error::invalid("comment", words));
    }
    row.seq = act.record(record(&row, ASKED, onward_body(&row, true)?)).await?;
    store::onward::add(&mut act.tx, &row).await?;
    Ok(())
}

/// Counsel lets the request out: it reaches whom it was to be asked of, as its author's. What was held for one, another
/// does not get to read.
pub(in super::super) async fn release(act: &mut Act, held: &Held, row: &HoldRow) -> Result<()> {
    if held.origin == row.from_organisation {
        return Err(Error::invalid(
            "comment",
            "Your organisation is asked by others now, and shares it itself",
        ));
    }
    // Without a name it was held before whom it asks was written down.
    let asked: Option<OrganisationId> = match row.act.as_str() {
        "" => None,
        asked => Some(serde_json::from_str(asked).map_err(Error::internal)?),
    };
    if asked != Some(held.origin) {
        return Err(Error::invalid(
            "comment",
            "Another organisation is asked now. Return it, to be asked anew",
        ));
    }
    let new = NewShare {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: row.body.clone(),
        tlp: row.tlp.max(held.row.tlp),
        foreign_nexus: row.foreign_nexus.clone(),
        basis: row.basis.read(),
        cited: cited(row)?,
        words: vec![],
    };
    as_author(act, row.from_person, async |act| {
        act.permit(held, Action::AskOnward)?;
        add(act, held, new).await
    })
    .await
}
