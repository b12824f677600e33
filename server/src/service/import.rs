//! Many invitations from one table (CSV, RFC 4180). A dry run says what each row would come to and does nothing;
//! the confirmation does exactly that, or nothing where the room has changed meanwhile.
//!
//! Nothing is told that a single invitation does not tell: who is known to the viewer is "already here"; an
//! account that they may not know of is invited like an address that nobody has, and its link opens nothing.

mod table;

use std::collections::{HashMap, HashSet};

use app::{
    model::{
        FieldErrors, InvitationId, Moment, OrganisationId,
        import::{Fate, ImportRow},
    },
    policy::{self, Administration, Over, Viewer},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    account::faults_of_person,
    checkpoint::hex,
    csv,
    error::faults,
    founding::NewPerson,
    invitation::{self, LIFETIME},
    person::{self, Lately, roles_of},
    settled,
    store::{self, import::ImportedRow, invitation::InvitationRow},
};
use table::Typed;

pub use table::{BYTES, ROWS};

const PLAN: &str = "import plan";
const TICKET: &str = "import links";

/// What a table would come to.
#[derive(Clone, Debug)]
pub struct Plan {
    pub rows: Vec<ImportRow>,
    /// Binds the confirmation to these fates.
    pub token: String,
    /// Lines whose fate is another than at the dry run.
    pub changed: Vec<u64>,
}

/// What a confirmation came to.
#[derive(Clone, Debug)]
pub enum Confirmed {
    Done {
        id: Uuid,
        /// Opens the links, for whoever confirmed.
        ticket: String,
    },
    /// Nothing was done: the room changed since the dry run.
    Changed(Plan),
}

/// Whoever looks after nobody imports nobody.
pub fn permit(viewer: &Viewer) -> Result<()> {
    let own = Over::Organisation(viewer.organisation);
    if policy::may_administer(viewer, Administration::Invite, own) {
        return Ok(());
    }
    Err(Error::Forbidden("Inviting is for an administrator of the organisation."))
}

/// What each row would come to. Nothing is done.
pub async fn plan(room: &Room, viewer: &Viewer, text: &str) -> Result<Plan> {
    permit(viewer)?;
    let typed = table::read(text)?;
    let waiting = store::invitation::list_waiting(&room.db, room.now()).await?;
    let lately = lately(room, &typed, viewer).await?;
    let rows = decide(room, viewer, typed, (&waiting, &lately))?;
    let token = seal(room, viewer, text, &rows);
    Ok(Plan { rows, token, changed: vec![] })
}

/// Who waits already, and how those outside left the organisations.
type Known<'a> = (&'a [(OrganisationId, String)], &'a HashMap<OrganisationId, Lately>);

/// How the organisations of a table were left by those outside them.
async fn lately(room: &Room, typed: &[Typed], viewer: &Viewer) -> Result<HashMap<OrganisationId, Lately>> {
    let directory = room.directory();
    let named = typed.iter().filter_map(|row| directory.sitting_by_slug(&row.organisation));
    let ids: HashSet<_> = named.map(|organisation| organisation.id).chain([viewer.organisation]).collect();
    let mut found = HashMap::new();
    for id in ids {
        found.insert(id, person::find_lately(room, id).await?);
    }
    Ok(found)
}

fn decide(room: &Room, viewer: &Viewer, typed: Vec<Typed>, known: Known<'_>) -> Result<Vec<ImportRow>> {
    let mut seen: HashSet<String> = HashSet::new();
    typed
        .into_iter()
        .map(|typed| {
            let twice = !typed.email.is_empty() && !seen.insert(typed.email.clone());
            decide_row(room, viewer, typed, twice, known)
        })
        .collect()
}

fn decide_row(
    room: &Room,
    viewer: &Viewer,
    typed: Typed,
    twice: bool,
    (waiting, lately): Known<'_>,
) -> Result<ImportRow> {
    let directory = room.directory();
    let slug = match typed.organisation.as_str() {
        "" => directory.organisation(viewer.organisation).map_or_else(String::new, |own| own.slug.clone()),
        named => named.to_owned(),
    };
    let mut errors = FieldErrors::default();
    let roles = roles_of(&typed.roles, &mut errors);
    let organisation = directory.sitting_by_slug(&slug).map(|found| found.id);
    let looks_after =
        |id: &OrganisationId| policy::may_administer(viewer, Administration::Invite, Over::Organisation(*id));
    match organisation.filter(looks_after) {
        None => errors.add("organisation", "Not an organisation that you look after"),
        Some(id) => {
            let administered = person::is_administered(&directory, id);
            let may_give = policy::roles_to_give(viewer, id, administered);
            if id != viewer.organisation && roles.iter().any(|role| !may_give.contains(role)) {
                errors.add("organisation", invitation::ONLY_ITS_ADMIN);
            } else if let Some(role) = roles.iter().find(|role| !may_give.contains(role)) {
                errors.add("roles", format!("{} is not yours to give", role.label()));
            } else if let Some(why) = lately.get(&id).and_then(|it| it.forbids_making(viewer, id)) {
                errors.add("organisation", why);
            }
            let called = [("name", typed.name.as_str()), ("email", typed.email.as_str())];
            errors.merge(faults(invitation::permit_words(room, viewer, id, &called))?);
        }
    }
    let person = NewPerson {
        email: typed.email.clone(),
        name: typed.name.clone(),
        organisation: slug.clone(),
        roles: roles.clone(),
    };
    errors.merge(faults_of_person(&person));
    if twice {
        errors.add("email", "The same address stands above");
    }
    let known = directory.find(&typed.email).map(person::subject);
    let here = known.is_some_and(|subject| policy::knows(viewer, &subject));
    let out = waiting.iter().any(|(of, email)| Some(*of) == organisation && *email == typed.email);
    let (fate, why) = if !errors.is_empty() {
        (Fate::Wrong, errors.iter().map(|(_, message)| message).collect::<Vec<_>>().join("; "))
    } else if here {
        (Fate::Here, "Somebody has this e-mail address".to_owned())
    } else if out {
        (Fate::Again, "The link that is out opens no more".to_owned())
    } else {
        (Fate::Invited, String::new())
    };
    let Typed { line, name, email, .. } = typed;
    Ok(ImportRow { line, name, email, organisation: slug, roles, fate, why })
}

/// Who saw which fates of which table.
fn seal(room: &Room, viewer: &Viewer, text: &str, rows: &[ImportRow]) -> String {
    let fates: String = rows.iter().filter_map(|row| row.fate.wire().chars().next()).collect();
    let digest = hex(&Sha256::digest(text.as_bytes()));
    room.seal().seal(PLAN, &format!("{} {digest} {fates}", viewer.person))
}

/// The fates that the viewer saw of this table, one letter a row.
fn open(room: &Room, viewer: &Viewer, text: &str, token: &str) -> Option<String> {
    let opened = room.seal().open(PLAN, token)?;
    let mut words = opened.split(' ');
    let (person, digest, fates) = (words.next()?, words.next()?, words.next()?);
    let same = person == viewer.person.to_string() && digest == hex(&Sha256::digest(text.as_bytes()));
    same.then(|| fates.to_owned())
}

/// Does what the dry run showed, in one act; nothing where a row's fate is another by now.
pub async fn confirm(room: &Room, asker: &Asker, text: &str, token: &str, once: &Once) -> Result<Confirmed> {
    permit(&asker.viewer)?;
    let typed = table::read(text)?;
    let first = || Error::invalid("csv", "Look at what each row comes to first");
    let seen = open(room, &asker.viewer, text, token).ok_or_else(first)?;
    let key = once.key.ok_or_else(first)?;
    let (room, asker, once, text) = (room.clone(), asker.clone(), once.clone(), text.to_owned());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(id) => return Ok(Confirmed::Done { id, ticket: ticket(&room, id, &key) }),
        };
        let viewer = person::actor(&mut act).await?;
        permit(&viewer)?;
        let now = act.now();
        let waiting = store::invitation::read_waiting(&mut act.tx, now).await?;
        let lately = lately(&room, &typed, &viewer).await?;
        let rows = decide(&room, &viewer, typed, (&waiting, &lately))?;
        let fate = |row: &ImportRow| row.fate.wire().chars().next();
        let changed = rows.iter().zip(seen.chars()).filter(|(row, seen)| fate(row) != Some(*seen));
        let changed: Vec<u64> = changed.map(|(row, _)| row.line).collect();
        if !changed.is_empty() {
            act.tx.rollback().await;
            let token = seal(&room, &viewer, &text, &rows);
            return Ok(Confirmed::Changed(Plan { rows, token, changed }));
        }
        if !rows.iter().any(|row| row.fate.is_invited()) {
            return Err(Error::invalid("csv", "No row would be invited"));
        }
        let id = invite_all(&mut act, &asker, &viewer, rows, &key).await?;
        act.commit(id).await?;
        Ok(Confirmed::Done { id, ticket: ticket(&room, id, &key) })
    })
    .await
}

async fn invite_all(
    act: &mut Act,
    asker: &Asker,
    viewer: &Viewer,
    rows: Vec<ImportRow>,
    key: &[u8; 32],
) -> Result<Uuid> {
    let (room, now, id) = (act.room.clone(), act.now(), act.room.ids.uuid());
    let expires_at = now.plus_seconds(LIFETIME);
    let directory = room.directory();
    for row in rows.iter().filter(|row| row.fate.is_invited()) {
        let organisation = directory.sitting_by_slug(&row.organisation).ok_or(Error::NotFound)?;
        let invitation = InvitationRow {
            id: InvitationId(room.ids.uuid()),
            person_id: None,
            organisation_id: organisation.id,
            email: row.email.clone(),
            name: row.name.clone(),
            roles: invitation::words(&row.roles),
            made_by: viewer.person,
            made_at: now,
            expires_at,
        };
        invitation::permit_invitation(&room, viewer, &invitation)?;
        person::permit_making(act, viewer, invitation.organisation_id, "csv").await?;
        let hash = invitation::digest(&secret(&room, id, row.line, key));
        invitation::send(act, asker, &invitation, &hash, "invited").await?;
    }
    let invited = rows.iter().filter(|row| row.fate.is_invited()).count();
    let body = json!({ "rows": rows.len(), "invited": invited, "address": asker.address });
    let noun_id = Some(id);
    let noun = Noun::Invitation;
    act.record(Record { incident: None, noun, noun_id, action: "imported", body: body.to_string() }).await?;
    let result = serde_json::to_string(&rows).map_err(Error::internal)?;
    let row =
        ImportedRow { id, person_id: viewer.person, made_at: now, result, expires_at, downloaded_at: None };
    store::import::add(&mut act.tx, &row).await?;
    Ok(id)
}

/// The secret of a row's link: of the form that was sent and this installation, kept nowhere.
fn secret(room: &Room, id: Uuid, line: u64, key: &[u8; 32]) -> String {
    use base64::Engine;
    let bytes = room.seal().mac(b"import", &[id.as_bytes(), &line.to_be_bytes(), key]);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn ticket(room: &Room, id: Uuid, key: &[u8; 32]) -> String {
    room.seal().seal(TICKET, &format!("{id} {}", hex(key)))
}

/// What became of a table.
#[derive(Clone, Debug)]
pub struct Imported {
    pub id: Uuid,
    /// With the path of its link, where one was made and the ticket is there.
    pub rows: Vec<(ImportRow, Option<String>)>,
    pub expires_at: Moment,
    pub downloaded_at: Option<Moment>,
}

/// What became of a table, for whoever confirmed it; anybody else finds nothing. Its links only with their ticket.
pub async fn find(room: &Room, viewer: &Viewer, id: Uuid, ticket: Option<&str>) -> Result<Imported> {
    permit(viewer).map_err(|_| Error::NotFound)?;
    let row = store::import::find(&room.db, id).await?.filter(|row| row.person_id == viewer.person);
    let row = row.ok_or(Error::NotFound)?;
    let opened = ticket.and_then(|ticket| room.seal().open(TICKET, ticket));
    let key = opened.as_deref().and_then(|text| text.strip_prefix(&format!("{id} "))).and_then(key_of);
    let rows: Vec<ImportRow> = serde_json::from_str(&row.result).map_err(Error::internal)?;
    let link = |row: &ImportRow| {
        let key = key.filter(|_| row.fate.is_invited())?;
        Some(format!("/invitations/{}", secret(room, id, row.line, &key)))
    };
    let rows = rows.into_iter().map(|row| {
        let link = link(&row);
        (row, link)
    });
    Ok(Imported { id, rows: rows.collect(), expires_at: row.expires_at, downloaded_at: row.downloaded_at })
}

fn key_of(digits: &str) -> Option<[u8; 32]> {
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    bytes?.try_into().ok()
}

/// The links as CSV, once. `origin`: before each path.
pub async fn download(room: &Room, asker: &Asker, id: Uuid, ticket: &str, origin: &str) -> Result<String> {
    let imported = find(room, &asker.viewer, id, Some(ticket)).await?;
    if imported.rows.iter().all(|(_, link)| link.is_none()) {
        return Err(Error::NotFound);
    }
    let links = imported.rows.iter().filter(|(_, link)| link.is_some()).count();
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
        permit(&person::actor(&mut act).await?)?;
        let now = act.now();
        if !store::import::set_downloaded(&mut act.tx, id, now).await? {
            act.tx.rollback().await;
            return Err(Error::invalid("ticket", "These links were downloaded before"));
        }
        let body = json!({ "rows": links, "address": asker.address }).to_string();
        let noun = Noun::Invitation;
        let record = Record { incident: None, noun, noun_id: Some(id), action: "links_downloaded", body };
        act.record(record).await?;
        act.commit_own().await
    })
    .await?;
    let mut text = csv::line(["name", "email", "organisation", "link", "expires_at"]);
    for (row, link) in imported.rows {
        let Some(link) = link else { continue };
        let link = format!("{origin}{link}");
        let fields = [row.name, row.email, row.organisation, link, imported.expires_at.to_string()];
        text.push_str(&csv::line(fields));
    }
    Ok(text)
}
