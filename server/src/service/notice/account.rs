//! What is done to the accounts of an organisation by somebody outside it, and who is made its counsel: told to those
//! who answer for it, and to the person.

use std::collections::HashMap;

use app::{
    model::{
        NoticeId, OrganisationId, PersonId,
        notice::{NoticeKind, NoticeWay, NoticeWhat},
    },
    policy::{self, Standing},
};
use uuid::Uuid;

use super::super::{
    Act, Noun, Result, mail,
    store::{self, notice::NoticeRow},
};

/// An act on an account, as its row of the journal has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountAct {
    pub seq: i64,
    pub what: NoticeWhat,
    pub noun: Noun,
    pub id: Uuid,
    pub organisation: OrganisationId,
    /// Whose account it is, where they have one already.
    pub person: Option<PersonId>,
    pub by: PersonId,
}

/// Tells of it, in the same transaction. Nobody is told of what they did themselves.
pub(crate) async fn tell_of_account(act: &mut Act, told: AccountAct) -> Result<()> {
    let (kind, at, directory) = (NoticeKind::Account, act.now(), act.room.directory());
    let standing = Standing { own_organisation: true, ..Standing::default() };
    let members = directory.members().into_iter().filter_map(|member| directory.viewer(member.person.id));
    let of_it = members.filter(|viewer| viewer.organisation == told.organisation);
    let mut people: Vec<PersonId> =
        of_it.filter(|viewer| policy::is_told(viewer, kind, standing)).map(|viewer| viewer.person).collect();
    people.extend(told.person.filter(|person| !people.contains(person)));
    people.retain(|person| *person != told.by);
    let chosen = store::mail::list_choices_of(&mut act.tx, kind, &people).await?;
    let chosen: HashMap<PersonId, NoticeWay> = chosen.into_iter().collect();
    let mut rows = vec![];
    for person in people {
        let way = chosen.get(&person).copied().unwrap_or(kind.usual_way());
        if way == NoticeWay::Nothing {
            continue;
        }
        let mail_id = mail::enqueue(act, person, way, at).await?;
        rows.push(NoticeRow {
            id: NoticeId(act.room.ids.uuid()),
            person_id: person,
            seq: told.seq,
            at,
            kind,
            what: told.what,
            incident_id: None,
            noun: told.noun.word(),
            noun_id: told.id,
            by_person: Some(told.by),
            mail_id,
        });
    }
    Ok(store::notice::add(&mut act.tx, &rows).await?)
}
