//! A notice on its way to those who are told: one row a person, as each of them chose to be told.

use std::collections::HashMap;

use app::model::{
    IncidentId, Moment, NoticeId, PersonId,
    notice::{NoticeKind, NoticeWay, NoticeWhat},
};
use uuid::Uuid;

use super::super::{
    Act, Noun, Result, mail,
    store::{self, notice::NoticeRow},
};

/// What somebody is told of, as its row of the journal has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notice {
    pub seq: i64,
    pub at: Moment,
    pub kind: NoticeKind,
    pub what: NoticeWhat,
    /// None: it is about no incident.
    pub incident: Option<IncidentId>,
    pub noun: Noun,
    pub id: Uuid,
    pub by: Option<PersonId>,
}

/// Writes it for these people, in the same transaction, with the e-mail that goes along. Nobody is told of what they
/// did themselves, nor of what they do not want to be told.
pub(super) async fn add(act: &mut Act, notice: Notice, people: &[PersonId]) -> Result<()> {
    let chosen = store::mail::list_choices_of(&mut act.tx, notice.kind, people).await?;
    let chosen: HashMap<PersonId, NoticeWay> = chosen.into_iter().collect();
    let mut rows = vec![];
    for person in people.iter().copied().filter(|person| Some(*person) != notice.by) {
        let way = chosen.get(&person).copied().unwrap_or(notice.kind.usual_way());
        if way == NoticeWay::Nothing {
            continue;
        }
        let mail_id = mail::enqueue(act, person, way, notice.at).await?;
        rows.push(NoticeRow {
            id: NoticeId(act.room.ids.uuid()),
            person_id: person,
            seq: notice.seq,
            at: notice.at,
            kind: notice.kind,
            what: notice.what,
            incident_id: notice.incident,
            noun: notice.noun.word(),
            noun_id: notice.id,
            by_person: notice.by,
            mail_id,
        });
    }
    Ok(store::notice::add(&mut act.tx, &rows).await?)
}
