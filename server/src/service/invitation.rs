//! One-time links: they let somebody into an organisation, or set a new password.
//!
//! The secret of a link is shown to its maker once and kept only as its SHA-256. It opens for 72 hours, once,
//! and only while whoever made it still may: a link outlives neither its maker's role nor their suspension.

mod link;

use app::{
    model::{
        FieldErrors, InvitationId, Moment, Organisation, OrganisationId, Person, Role, notice::NoticeWhat,
    },
    policy::{self, Administration, Cleared, Over, Viewer},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    account::{self, faults_of_person},
    founding::NewPerson,
    keyset,
    notice::{self, AccountAct},
    person::{self, roles_of},
    settled, share,
    store::{self, invitation::InvitationRow},
};

pub use link::{Opened, accept, open, reset};

/// How long a link opens, in seconds: 72 hours.
pub(super) const LIFETIME: i64 = 72 * 3_600;
/// How long an invitation that was not used is still listed after its end, in seconds: a week.
const LISTED: i64 = 7 * 86_400;
/// Whom to invite, as somebody typed it.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    pub name: String,
    pub email: String,
    /// Slug.
    pub organisation: String,
    /// Words.
    pub roles: Vec<String>,
}

/// A link just made: the only time that its secret is known.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: InvitationId,
    pub secret: String,
    pub expires_at: Moment,
    pub email: String,
}

/// Past its end it is listed for some days, so that it can be sent again.
impl Waiting {
    pub fn is_expired(&self, now: Moment) -> bool {
        self.expires_at <= now
    }
}

impl Link {
    /// The path that it opens.
    pub fn path(&self) -> String {
        format!("/invitations/{}", self.secret)
    }
}

/// What the idempotency of a link keeps: everything but the secret, which follows from the key.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: InvitationId,
    expires_at: Moment,
    email: String,
}

impl Kept {
    fn with(self, secret: String) -> Link {
        Link { id: self.id, secret, expires_at: self.expires_at, email: self.email }
    }
}

/// An invitation that waits, as its organisation's administrators see it.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    pub organisation: Organisation,
    pub roles: Vec<Role>,
    pub made_by: Option<Person>,
    pub made_at: Moment,
    pub expires_at: Moment,
}

pub(super) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

pub(super) fn words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.wire()).collect::<Vec<_>>().join(",")
}

fn roles_in(words: &str) -> Vec<Role> {
    words.split(',').filter_map(|word| word.parse().ok()).collect()
}

fn record(id: InvitationId, action: &'static str, body: &serde_json::Value) -> Record {
    Record { incident: None, noun: Noun::Invitation, noun_id: Some(id.0), action, body: body.to_string() }
}

/// Invites somebody into an organisation. What the organisation had out for this address opens no more.
pub async fn invite(room: &Room, asker: &Asker, new: NewInvitation, once: &Once) -> Result<Link> {
    let directory = room.directory();
    let organisation = directory.sitting_by_slug(new.organisation.trim()).cloned();
    let over = organisation.as_ref().map_or(asker.viewer.organisation, |organisation| organisation.id);
    if !policy::may_administer(&asker.viewer, Administration::Invite, Over::Organisation(over)) {
        return Err(Error::Forbidden("Inviting is for an administrator of the organisation."));
    }
    let mut errors = FieldErrors::default();
    let roles = roles_of(&new.roles, &mut errors);
    let person = NewPerson {
        email: new.email.trim().to_lowercase(),
        name: new.name.trim().to_owned(),
        organisation: new.organisation.trim().to_owned(),
        roles: roles.clone(),
    };
    errors.merge(faults_of_person(&person));
    let known = directory.find(&person.email).map(person::subject);
    if known.is_some_and(|subject| policy::knows(&asker.viewer, &subject)) {
        errors.add("email", "Somebody has this e-mail address already");
    }
    let Some(organisation) = organisation.filter(|_| errors.is_empty()) else {
        if errors.is_empty() {
            errors.add("organisation", "There is no such organisation");
        }
        return Err(Error::Invalid(errors));
    };
    let called = [("name", person.name.as_str()), ("email", person.email.as_str())];
    permit_words(room, &asker.viewer, organisation.id, &called)?;
    let secret = account::secret(room, b"invitation", asker.viewer.person, once);
    let (room, asker, once, hash) = (room.clone(), asker.clone(), once.clone(), digest(&secret));
    let kept = settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(kept) => return Ok(kept),
        };
        let row = InvitationRow {
            id: InvitationId(room.ids.uuid()),
            person_id: None,
            organisation_id: organisation.id,
            email: person.email,
            name: person.name,
            roles: words(&roles),
            made_by: asker.viewer.person,
            made_at: act.now(),
            expires_at: act.now().plus_seconds(LIFETIME),
        };
        let viewer = person::actor(&mut act).await?;
        permit_invitation(&room, &viewer, &row)?;
        person::permit_making(&mut act, &viewer, row.organisation_id, "organisation").await?;
        send(&mut act, &asker, &row, &hash, "invited").await?;
        act.commit(Kept { id: row.id, expires_at: row.expires_at, email: row.email }).await
    })
    .await?;
    Ok(kept.with(secret))
}

/// What an invitation is called is read by the organisation once somebody came in by it: an agency's words to those of
/// a company go through the gate.
pub(super) fn permit_words(
    room: &Room,
    viewer: &Viewer,
    organisation: OrganisationId,
    words: &[(&str, &str)],
) -> Result<()> {
    match viewer.organisation == organisation {
        true => Ok(()),
        false => share::permit_words_to(room, viewer, organisation, words),
    }
}

/// Said to a room admin.
pub(super) const ONLY_ITS_ADMIN: &str =
    "Into another organisation the room admin invites only its administrator, and only while it has none.";

/// The viewer may invite into the organisation, with these roles.
pub(super) fn permit_invitation(room: &Room, viewer: &Viewer, row: &InvitationRow) -> Result<()> {
    let over = Over::Organisation(row.organisation_id);
    if !policy::may_administer(viewer, Administration::Invite, over) {
        return Err(Error::Forbidden("Inviting is for an administrator of the organisation."));
    }
    let administered = person::is_administered(&room.directory(), row.organisation_id);
    let may_give = policy::roles_to_give(viewer, row.organisation_id, administered);
    if roles_in(&row.roles).iter().any(|role| !may_give.contains(role)) {
        if viewer.organisation != row.organisation_id {
            return Err(Error::Forbidden(ONLY_ITS_ADMIN));
        }
        return Err(Error::Forbidden("That role is not yours to give or take."));
    }
    Ok(())
}

pub(super) async fn send(
    act: &mut Act,
    asker: &Asker,
    row: &InvitationRow,
    hash: &[u8],
    action: &'static str,
) -> Result<()> {
    let now = act.now();
    store::invitation::withdraw_for_email(&mut act.tx, row.organisation_id, &row.email, now).await?;
    store::invitation::add(&mut act.tx, row, hash).await?;
    let body = json!({
        "email": row.email, "name": row.name, "organisation_id": row.organisation_id,
        "roles": roles_in(&row.roles), "expires_at": row.expires_at, "address": asker.address,
    });
    let seq = act.record(record(row.id, action, &body)).await?;
    if asker.viewer.organisation == row.organisation_id {
        return Ok(());
    }
    let (organisation, by) = (row.organisation_id, asker.viewer.person);
    let (what, noun, id) = (NoticeWhat::AccountInvited, Noun::Invitation, row.id.0);
    notice::tell_of_account(act, AccountAct { seq, what, noun, id, organisation, person: None, by }).await
}

/// Makes a new link for an invitation that waits or has expired; the old one opens no more.
pub async fn renew(room: &Room, asker: &Asker, id: InvitationId, once: &Once) -> Result<Link> {
    let secret = account::secret(room, b"invitation", asker.viewer.person, once);
    let (room, asker, once, hash) = (room.clone(), asker.clone(), once.clone(), digest(&secret));
    let kept = settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(kept) => return Ok(kept),
        };
        let old = find_own(&mut act, id).await?;
        let row = InvitationRow {
            id: InvitationId(room.ids.uuid()),
            made_by: asker.viewer.person,
            made_at: act.now(),
            expires_at: act.now().plus_seconds(LIFETIME),
            ..old
        };
        let viewer = person::actor(&mut act).await?;
        permit_invitation(&room, &viewer, &row)?;
        person::permit_making(&mut act, &viewer, row.organisation_id, "organisation").await?;
        send(&mut act, &asker, &row, &hash, "sent_again").await?;
        act.commit(Kept { id: row.id, expires_at: row.expires_at, email: row.email }).await
    })
    .await?;
    Ok(kept.with(secret))
}

/// An open invitation of an organisation that the actor looks after; any other does not exist for them.
async fn find_own(act: &mut Act, id: InvitationId) -> Result<InvitationRow> {
    let viewer = person::actor(act).await?;
    let row = store::invitation::read_by_id(&mut act.tx, id).await?;
    let row = row.filter(|row| row.person_id.is_none()).ok_or(Error::NotFound)?;
    let organisation = row.organisation_id;
    let cleared = policy::clear_invitation(&viewer, organisation, row);
    cleared.map(Cleared::into_inner).ok_or(Error::NotFound)
}

/// Takes an invitation back.
pub async fn withdraw(room: &Room, asker: &Asker, id: InvitationId, once: &Once) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let row = find_own(&mut act, id).await?;
        let now = act.now();
        store::invitation::set_withdrawn(&mut act.tx, id, now).await?;
        let body = json!({ "email": row.email, "address": asker.address });
        act.record(record(id, "withdrawn", &body)).await?;
        act.commit(()).await
    })
    .await
}

/// A page of the invitations that wait.
#[derive(Debug)]
pub struct Invitations {
    pub waiting: Cleared<Vec<Waiting>>,
    /// Sealed.
    pub next: Option<String>,
}

const CURSOR: &str = "invitations";

/// The invitations of the organisations that the viewer looks after, the newest first.
pub async fn list(room: &Room, viewer: &Viewer, after: Option<&str>, limit: i64) -> Result<Invitations> {
    let after = match after {
        None => None,
        Some(sealed) => {
            let opened = room.seal().open(CURSOR, sealed);
            let place = opened.as_deref().and_then(|text| {
                let (made_at, id) = text.split_once(' ')?;
                Some((Moment(made_at.parse().ok()?), id.parse().ok()?))
            });
            Some(place.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    let mut rows = match person::looks_after(viewer) {
        None => vec![],
        Some(organisation) => {
            let lately = room.now().plus_seconds(-LISTED);
            store::invitation::list(&room.db, organisation, lately, after, limit + 1).await?
        }
    };
    let next = keyset::cut(&mut rows, limit, |row| {
        room.seal().seal(CURSOR, &format!("{:020} {}", row.made_at.0, row.id))
    });
    let directory = room.directory();
    let waiting = rows.into_iter().filter_map(|row| {
        let organisation = row.organisation_id;
        let waiting = Waiting {
            id: row.id,
            email: row.email,
            name: row.name,
            organisation: directory.organisation(organisation)?.clone(),
            roles: roles_in(&row.roles),
            made_by: directory.person(row.made_by).cloned(),
            made_at: row.made_at,
            expires_at: row.expires_at,
        };
        policy::clear_invitation(viewer, organisation, waiting)
    });
    Ok(Invitations { waiting: waiting.collect(), next })
}
