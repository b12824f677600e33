//! Which other organisations can read what is written, as it is written: a row of the ledger, where there are any.

use app::model::{IncidentId, OrganisationId, PersonId, Tlp, ledger::Crossed};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{
    Act, Noun, Record, Result,
    incident::Held,
    store::{self, item::ItemRow},
};

/// To whom something crossed, as its row of the journal has it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum CrossedTo<'a> {
    /// `all`
    Everyone(&'static str),
    Organisations(&'a [OrganisationId]),
}

impl<'a> CrossedTo<'a> {
    pub(crate) fn of(crossed: Option<Crossed>, to: &'a [OrganisationId]) -> Option<Self> {
        crossed.map(|how| match how {
            Crossed::All => Self::Everyone("all"),
            Crossed::Some => Self::Organisations(to),
        })
    }
}

/// What an organisation writes in an incident, and for whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    pub incident: IncidentId,
    pub own: OrganisationId,
    pub tlp: Tlp,
    /// None: whoever has a part in the incident.
    pub audience: Option<&'a [OrganisationId]>,
    /// With RED.
    pub named: &'a [PersonId],
}

impl Act {
    /// How far it crosses, and to which organisations where those are not all.
    pub(crate) async fn crosses(
        &mut self,
        written: Written<'_>,
    ) -> Result<(Option<Crossed>, Vec<OrganisationId>)> {
        if written.tlp.reaches_everyone() {
            return Ok((Some(Crossed::All), vec![]));
        }
        let mut to = match (written.tlp, written.audience) {
            (Tlp::Red, _) => {
                let directory = self.room.directory();
                let of = |id: &PersonId| directory.person(*id).map(|person| person.organisation.id);
                written.named.iter().filter_map(of).collect()
            }
            (_, Some(audience)) => audience.to_vec(),
            (_, None) => store::incident::list_access(&mut self.tx, written.incident).await?,
        };
        to.sort_unstable();
        to.dedup();
        to.retain(|organisation| *organisation != written.own);
        Ok(((!to.is_empty()).then_some(Crossed::Some), to))
    }

    /// Records an indicator or a task that is added to an incident, under the label that this has now; answers its
    /// number.
    pub(crate) async fn record_item(
        &mut self,
        held: &Held,
        noun: Noun,
        id: Uuid,
        body: Value,
    ) -> Result<i64> {
        let (incident, tlp, own) = (held.row.id, held.row.tlp.inside(), self.viewer()?.organisation);
        let mut named = if tlp == Tlp::Red { held.marking.named.clone() } else { vec![] };
        if !named.is_empty() {
            // Whom an opening names elsewhere learns of it by a share, which may wait for counsel.
            let (access, directory) =
                (store::incident::list_access(&mut self.tx, incident).await?, self.room.directory());
            let of = |id: &PersonId| directory.person(*id).map(|person| person.organisation.id);
            named.retain(|id| of(id).is_some_and(|of| access.contains(&of)));
        }
        let written = Written { incident, own, tlp, audience: None, named: &named };
        let (crossed, to) = self.crosses(written).await?;
        let body = item_body(body, tlp, CrossedTo::of(crossed, &to).as_ref());
        let record = Record {
            incident: Some(incident),
            noun,
            noun_id: Some(id),
            action: "added",
            body: body.to_string(),
        };
        let seq = self.record(record).await?;
        let Some(crossed) = crossed else { return Ok(seq) };
        let row = ItemRow {
            id,
            seq,
            noun: noun.word().to_owned(),
            incident_id: incident,
            person_id: self.viewer()?.person,
            organisation_id: own,
            at: self.now(),
            tlp,
            crossed,
        };
        store::item::add(&mut self.tx, &row).await?;
        for organisation in to {
            store::item::add_to(&mut self.tx, id, seq, organisation).await?;
        }
        Ok(seq)
    }
}

/// What is said about an indicator or a task, with the label that it has and to whom it crossed.
pub(crate) fn item_body(mut body: Value, tlp: Tlp, crossed: Option<&CrossedTo<'_>>) -> Value {
    body["tlp"] = json!(tlp);
    if let Some(crossed) = crossed {
        body["crossed"] = json!(crossed);
    }
    body
}
