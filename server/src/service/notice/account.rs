//! What is done to the accounts of an organisation by somebody outside it, and who is made its counsel: told to those
//! who answer for it, and to the person.

use app::{
    model::{
        OrganisationId, PersonId,
        notice::{NoticeKind, NoticeWhat},
    },
    policy::{self, Standing},
};
use uuid::Uuid;

use super::{
    super::{Act, Noun, Result},
    row::{self, Notice},
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

/// Tells of it, in the same transaction.
pub(crate) async fn tell_of_account(act: &mut Act, told: AccountAct) -> Result<()> {
    let (kind, at, directory) = (NoticeKind::Account, act.now(), act.room.directory());
    let standing = Standing { own_organisation: true, ..Standing::default() };
    let members = directory.members().into_iter().filter_map(|member| directory.viewer(member.person.id));
    let of_it = members.filter(|viewer| viewer.organisation == told.organisation);
    let mut people: Vec<PersonId> =
        of_it.filter(|viewer| policy::is_told(viewer, kind, standing)).map(|viewer| viewer.person).collect();
    people.extend(told.person.filter(|person| !people.contains(person)));
    let AccountAct { seq, what, noun, id, by, .. } = told;
    row::add(act, Notice { seq, at, kind, what, incident: None, noun, id, by: Some(by) }, &people).await
}
