//! Short ways to say what people do, for stories that are about something else.

use app::{
    model::{EntryId, id::Number, incident::Incident},
    policy::Cleared,
};
use server::service::{
    Result, Room,
    entry::{self, PostEntry},
    incident::{self, Changed, ClearanceInput, MarkingInput, OpenIncident, StatusInput},
    share::{self, ShareInput, Step},
};

use crate::base::{EACH, asker};

/// An AMBER incident that CISA opened and owns, shared with Google.
pub(crate) async fn opened(room: &Room) -> Number {
    open(room, "analyst@cisa.example", |_| {}).await
}

/// An incident as [`opened`] has it, changed before it is sent.
pub(crate) async fn open(room: &Room, by: &str, change: impl FnOnce(&mut OpenIncident)) -> Number {
    let mut input = OpenIncident {
        title: "Texts with a wrong closing time in Maricopa County".into(),
        summary: "About 600 handsets; the recorder's office is correcting it.".into(),
        category: "PROC-1".into(),
        severity: "medium".into(),
        tlp: "amber".into(),
        share_with: vec!["google".into()],
        owner: Some(by.into()),
        ..OpenIncident::default()
    };
    change(&mut input);
    incident::open(room.clone(), asker(room, by), EACH, input).await.expect("opened").number
}

pub(crate) async fn see(room: &Room, who: &str, number: &Number) -> Result<Cleared<Incident>> {
    incident::find(room, &asker(room, who).viewer, number).await
}

/// The version that stands, as the lead organisation's shift lead or the named opener sees it.
pub(crate) async fn version(room: &Room, who: &str, number: &Number) -> i64 {
    see(room, who, number).await.expect("visible").version
}

pub(crate) async fn post(
    room: &Room,
    who: &str,
    number: &Number,
    change: impl FnOnce(&mut PostEntry),
) -> Result<EntryId> {
    let mut input =
        PostEntry { kind: "update".into(), text: "Two more calls.".into(), ..PostEntry::default() };
    change(&mut input);
    entry::post(room.clone(), asker(room, who), EACH, number.clone(), input).await.map(|posted| posted.id)
}

/// Moves the status on, from the version that stands.
pub(crate) async fn status(
    room: &Room,
    who: &str,
    number: &Number,
    to: &str,
    change: impl FnOnce(&mut StatusInput),
) -> Result<Changed> {
    let version = version(room, who, number).await;
    let mut input = StatusInput { to: to.into(), version, ..StatusInput::default() };
    change(&mut input);
    incident::set_status(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

pub(crate) async fn share_with(
    room: &Room,
    who: &str,
    number: &Number,
    to: &str,
) -> Result<app::model::ShareId> {
    let input = ShareInput { to: vec![to.into()], text: "For your picture.".into(), ..ShareInput::default() };
    let shared = share::share(room.clone(), asker(room, who), EACH, number.clone(), input).await?;
    Ok(shared.shares[0])
}

pub(crate) async fn step(room: &Room, who: &str, id: app::model::ShareId, step: Step) -> Result<()> {
    share::step(room.clone(), asker(room, who), EACH, id, None, step).await.map(drop)
}

/// An incident of CISA, from GREEN to CLEAR: its liaison asks, its counsel accepts.
pub(crate) async fn clear(room: &Room, number: &Number) {
    let input = MarkingInput {
        version: version(room, "liaison@cisa.example", number).await,
        tlp: "clear".into(),
        reason: "The office has published it.".into(),
        named: vec![],
    };
    let liaison = asker(room, "liaison@cisa.example");
    let asked = incident::set_marking(room.clone(), liaison, EACH, number.clone(), input).await;
    let (version, decision) = (asked.expect("asked").version, "accept".into());
    let input = ClearanceInput { version, decision, ..ClearanceInput::default() };
    let counsel = asker(room, "counsel@cisa.example");
    incident::decide_clearance(room.clone(), counsel, EACH, number.clone(), input).await.expect("accepted");
}

/// The share that opening the incident made to this organisation.
pub(crate) async fn first_share(room: &Room, who: &str, number: &Number, to: &str) -> app::model::ShareId {
    let incident = see(room, who, number).await.expect("visible");
    let (shares, _) = share::list(room, &asker(room, who).viewer, &incident, 0, 200).await.expect("a list");
    shares.iter().find(|share| share.to.slug == to).expect("shared").id
}

/// The messages beside the fields of a refused input.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result {
        Err(server::service::Error::Invalid(errors)) => {
            errors.iter().map(|(field, _)| field.to_owned()).collect()
        }
        other => panic!("not refused beside a field: {other:?}"),
    }
}
