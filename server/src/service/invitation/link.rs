//! A link gone through: somebody comes in, or sets a new password.

use app::{
    model::{InvitationId, Moment, Organisation, Person, PersonId, Role, notice::NoticeWhat},
    policy::{self, Administration, Over, Viewer},
};
use serde_json::json;

use super::{
    super::{
        Act, Asker, Begun, Error, Noun, Once, Result, Room, account,
        error::unsaid,
        notice::{self, AccountAct},
        password::{self, Hasher, Lane},
        person::{self, about, permit, read_subject},
        settled,
        sign_in::SignedIn,
        store::{self, invitation::InvitationRow, organisation::PersonRow},
    },
    Kept, LIFETIME, Link, digest, permit_invitation, roles_in,
};

/// Makes a link by which a person sets a new password. The present one works until then.
pub async fn reset(room: &Room, asker: &Asker, id: PersonId, once: &Once) -> Result<Link> {
    let secret = account::secret(room, b"reset", asker.viewer.person, once);
    let (room, asker, once, hash) = (room.clone(), asker.clone(), once.clone(), digest(&secret));
    let kept = settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(kept) => return Ok(kept),
        };
        let turn = permit(&mut act, id, Administration::ResetPassword).await?;
        if turn.subject.suspended || turn.subject.away {
            return Err(Error::Changed { version: turn.row.version });
        }
        person::permit_making(&mut act, &turn.viewer, turn.subject.organisation, "form").await?;
        let (now, directory) = (act.now(), room.directory());
        let person = directory.person(id).ok_or(Error::NotFound)?;
        let row = InvitationRow {
            id: InvitationId(room.ids.uuid()),
            person_id: Some(id),
            organisation_id: turn.subject.organisation,
            email: person.email.clone(),
            name: person.name.clone(),
            roles: String::new(),
            made_by: asker.viewer.person,
            made_at: now,
            expires_at: now.plus_seconds(LIFETIME),
        };
        store::invitation::withdraw_for_person(&mut act.tx, id, now).await?;
        store::invitation::add(&mut act.tx, &row, &hash).await?;
        let body = json!({ "expires_at": row.expires_at, "address": asker.address });
        let seq = act.record(about(id, "reset_link_made", &body)).await?;
        if turn.is_from_outside() {
            turn.tell(&mut act, seq, NoticeWhat::AccountReset).await?;
        }
        act.commit(Kept { id: row.id, expires_at: row.expires_at, email: row.email }).await
    })
    .await?;
    Ok(kept.with(secret))
}

/// What the page of a link says, to whoever holds it.
#[derive(Clone, Debug)]
pub struct Opened {
    pub email: String,
    pub name: String,
    pub organisation: Organisation,
    pub roles: Vec<Role>,
    pub made_by: Option<Person>,
    pub expires_at: Moment,
    /// It sets a new password for somebody who is in the room already.
    pub is_reset: bool,
}

/// The link with this secret, while it opens. Never made, used, withdrawn and expired are the same.
pub async fn open(room: &Room, secret: &str) -> Result<Opened> {
    let row = store::invitation::find(&room.db, &digest(secret), room.now()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let directory = room.directory();
    let still = match (directory.viewer(row.made_by), row.person_id.and_then(|id| directory.member(id))) {
        (None, _) => false,
        (Some(maker), Some(member)) => {
            let subject = person::subject(member);
            let over = Over::Person(&subject);
            member.is_in() && policy::may_administer(&maker, Administration::ResetPassword, over)
        }
        (Some(maker), None) => {
            let lately = person::find_lately(room, row.organisation_id).await?;
            let waits = lately.forbids_making(&maker, row.organisation_id).is_some();
            !waits && permit_invitation(room, &maker, &row).is_ok()
        }
    };
    let organisation = directory.organisation(row.organisation_id).filter(|_| still).cloned();
    Ok(Opened {
        organisation: organisation.ok_or(Error::NotFound)?,
        email: row.email,
        name: row.name,
        roles: roles_in(&row.roles),
        made_by: directory.person(row.made_by).cloned(),
        expires_at: row.expires_at,
        is_reset: row.person_id.is_some(),
    })
}

/// Goes through a link, once: the person is let in or gets the new password. Their sessions end.
pub async fn accept(
    room: &Room,
    hasher: &Hasher,
    secret: &str,
    new: &str,
    (request, address): (&str, &str),
) -> Result<SignedIn> {
    let opened = open(room, secret).await?;
    let of = &opened.organisation;
    let around = [&opened.name, &opened.email, &of.name, &of.short, &of.slug];
    if let Some(why) = password::refusal(new, &around.map(String::as_str)) {
        return Err(Error::invalid("new", why));
    }
    let hash = hasher.hash(Lane::Known, new).await?;
    let (room, digest) = (room.clone(), digest(secret));
    let (request, address) = (request.to_owned(), address.to_owned());
    settled(async move {
        let mut act = Box::new(room.begin_own(&request).await?);
        let now = act.now();
        let row = store::invitation::read(&mut act.tx, &digest, now).await?.ok_or(Error::NotFound)?;
        store::invitation::set_used(&mut act.tx, row.id, now).await?;
        let person = match row.person_id {
            Some(id) => set_password(&mut act, &row, id, &hash, &address).await?,
            None => let_in(&mut act, &row, &hash, &address).await?,
        };
        act.commit_members(SignedIn { person, password_changed_at: now }).await
    })
    .await
}

/// Whoever made the link, as they stand now.
async fn maker(act: &mut Act, row: &InvitationRow) -> Result<Viewer> {
    let (subject, _) = read_subject(&mut act.tx, row.made_by).await?.ok_or(Error::NotFound)?;
    let maker = act.room.directory().viewer(row.made_by).filter(|_| !subject.suspended && !subject.away);
    let maker = maker.ok_or(Error::NotFound)?;
    Ok(Viewer { roles: subject.roles, ..maker })
}

async fn let_in(act: &mut Act, row: &InvitationRow, hash: &str, address: &str) -> Result<PersonId> {
    let room = act.room.clone();
    let maker = maker(act, row).await?;
    permit_invitation(&room, &maker, row).map_err(unsaid)?;
    person::permit_making(act, &maker, row.organisation_id, "organisation").await.map_err(unsaid)?;
    let (now, id) = (act.now(), PersonId(act.room.ids.uuid()));
    let roles = roles_in(&row.roles);
    let new = PersonRow {
        id,
        organisation_id: row.organisation_id,
        email: row.email.clone(),
        name: row.name.clone(),
        suspended_at: None,
    };
    let added = store::organisation::add_person(&mut act.tx, &new, Some(hash), now).await;
    // Somebody came in under this address meanwhile: nothing more is said to whoever holds the link.
    added.map_err(|error| match Error::from(error) {
        Error::Invalid(_) => Error::NotFound,
        other => other,
    })?;
    for role in &roles {
        store::organisation::add_role(&mut act.tx, id, *role).await?;
    }
    store::person::set_verified(&mut act.tx, id, row.made_by, now).await?;
    let body = json!({
        "email": row.email, "name": row.name, "organisation_id": row.organisation_id, "roles": roles,
        "invitation": row.id, "verified_by": row.made_by, "address": address,
    });
    let seq = act.record(about(id, "added", &body)).await?;
    if roles.contains(&Role::Counsel) {
        let (organisation, by) = (row.organisation_id, row.made_by);
        let (what, noun) = (NoticeWhat::AccountCounsel, Noun::Person);
        let told = AccountAct { seq, what, noun, id: id.0, organisation, person: None, by };
        notice::tell_of_account(act, told).await?;
    }
    Ok(id)
}

async fn set_password(
    act: &mut Act,
    row: &InvitationRow,
    id: PersonId,
    hash: &str,
    address: &str,
) -> Result<PersonId> {
    let maker = maker(act, row).await?;
    let (subject, _) = read_subject(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    let may = policy::may_administer(&maker, Administration::ResetPassword, Over::Person(&subject));
    if subject.suspended || subject.away || !may {
        return Err(Error::NotFound);
    }
    let now = act.now();
    store::organisation::set_password(&mut act.tx, id, hash, now).await?;
    let ended = store::session::remove_others(&mut act.tx, id, &[]).await?;
    // Whoever had the old password may have made tokens with it.
    let tokens = store::person::revoke_tokens(&mut act.tx, id, now).await?;
    let body = json!({
        "by_link_of": row.made_by, "sessions_ended": ended, "tokens_ended": tokens, "address": address,
    });
    act.record(about(id, "password_reset", &body)).await?;
    Ok(id)
}
