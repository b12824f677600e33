//! A person's own account: password and tokens; and the administrator's door for people and organisations.

use app::model::{FieldErrors, Moment, PersonId, Role, TokenId, organisation::Sector};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    Asker, Begun, Error, Noun, Once, Record, Result, Room,
    founding::{self, NewOrganisation, NewPerson},
    password::{self, Hasher, Lane},
    settled,
    store::{self, organisation::TokenRow},
};
use crate::clock::Ids;

/// A token's last use is written at most this often, in seconds.
const USED_EVERY: i64 = 60;

/// A token without its secret.
#[derive(Clone, Debug)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub created_at: Moment,
    pub last_used_at: Option<Moment>,
    pub expires_at: Option<Moment>,
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn live(row: &TokenRow, now: Moment) -> bool {
    row.expires_at.is_none_or(|ends| now < ends)
}

/// The person whose token this is, while it lasts.
pub async fn find_token(room: &Room, token: &str) -> Result<Option<PersonId>> {
    if !token.starts_with("wf_") || token.len() > 100 {
        return Ok(None);
    }
    let now = room.now();
    let row = store::organisation::find_token(&room.db, &digest(token)).await?;
    let Some(row) = row.filter(|row| live(row, now)) else { return Ok(None) };
    if row.last_used_at.is_none_or(|used| now.since(used) >= USED_EVERY) {
        let room = room.clone();
        tokio::spawn(async move {
            let Ok(mut act) = room.begin_own("token").await else { return };
            if store::organisation::set_token_used(&mut act.tx, row.id, now).await.is_ok() {
                let _ = act.commit_own().await;
            }
        });
    }
    Ok(Some(row.person_id))
}

/// The tokens of the asker that still open something.
pub async fn list_tokens(room: &Room, asker: &Asker) -> Result<Vec<Token>> {
    let now = room.now();
    let rows = store::organisation::list_tokens(&room.db, asker.viewer.person).await?;
    let token = |row: TokenRow| Token {
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
    };
    Ok(rows.into_iter().filter(|row| live(row, now)).map(token).collect())
}

/// Makes a token for the asker; the text is shown once and kept nowhere. `days`: none for one without end.
/// Sent twice under one key, it is made once and both answers are the same.
pub async fn add_token(
    room: &Room,
    asker: &Asker,
    name: &str,
    days: Option<i64>,
    once: &Once,
) -> Result<String> {
    let name = name.trim().to_owned();
    let mut errors = FieldErrors::default();
    if name.is_empty() || name.chars().count() > 80 {
        errors.add("name", "Give it a name of up to 80 characters, by what will use it");
    }
    if days.is_some_and(|days| !(1..=3650).contains(&days)) {
        errors.add("days", "From 1 to 3650 days");
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let secret = format!("wf_{}", secret(room, b"token", asker.viewer.person, once));
    let (hash, room, asker, once) = (digest(&secret), room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let (id, now, person) = (TokenId(room.ids.uuid()), act.now(), asker.viewer.person);
        let ends = days.map(|days| now.plus_seconds(days * 86_400));
        store::organisation::add_token(&mut act.tx, id, person, &hash, &name, now, ends).await?;
        act.record(about(person, "token_added", &json!({ "token": id, "name": name, "days": days }))).await?;
        act.commit(()).await
    })
    .await?;
    Ok(secret)
}

/// 32 bytes as text: random, or of this key and this installation, so that a repeat gives the same.
pub(super) fn secret(room: &Room, purpose: &[u8], person: PersonId, once: &Once) -> String {
    use base64::Engine;
    let bytes = match &once.key {
        Some(key) => room.seal().mac(purpose, &[person.0.as_bytes(), key]),
        None => Ids::Random.bytes(),
    };
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Ends one of the asker's tokens.
pub async fn revoke_token(room: &Room, asker: &Asker, id: TokenId) -> Result<()> {
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let person = asker.viewer.person;
        let mut act = room.begin_for(asker.viewer, &asker.request).await?;
        let now = act.now();
        if !store::organisation::revoke_token(&mut act.tx, person, id, now).await? {
            act.tx.rollback().await;
            return Err(Error::NotFound);
        }
        act.record(about(person, "token_revoked", &json!({ "token": id }))).await?;
        act.commit_own().await
    })
    .await
}

fn about(person: PersonId, action: &'static str, body: &serde_json::Value) -> Record {
    Record { incident: None, noun: Noun::Person, noun_id: Some(person.0), action, body: body.to_string() }
}

/// Sets a new password for the asker, whose present one was confirmed, and ends their other sessions.
pub async fn change_password(
    room: &Room,
    hasher: &Hasher,
    asker: &Asker,
    keep: [u8; 32],
    new: &str,
) -> Result<()> {
    refuse_weak(room, asker.viewer.person, new)?;
    let hash = hasher.hash(Lane::Known, new).await?;
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let person = asker.viewer.person;
        let mut act = room.begin_for(asker.viewer, &asker.request).await?;
        let now = act.now();
        store::organisation::set_password(&mut act.tx, person, &hash, now).await?;
        let ended = store::session::remove_others(&mut act.tx, person, &keep).await?;
        let body = json!({ "address": asker.address, "sessions_ended": ended });
        act.record(about(person, "password_changed", &body)).await?;
        act.commit_own().await
    })
    .await
}

fn refuse_weak(room: &Room, person: PersonId, new: &str) -> Result<()> {
    let directory = room.directory();
    let person = directory.person(person).ok_or(Error::NotFound)?;
    let organisation = &person.organisation;
    let around = [&person.name, &person.email, &organisation.name, &organisation.short, &organisation.slug];
    match password::refusal(new, &around.map(String::as_str)) {
        Some(why) => Err(Error::invalid("new", why)),
        None => Ok(()),
    }
}

/// Sets a person's password and ends all their sessions: the operator's door. Gives the new password when
/// none was given.
pub async fn reset_password(room: &Room, hasher: &Hasher, email: &str) -> Result<String> {
    let person = room.directory().find(email).map(|member| member.person.id).ok_or(Error::NotFound)?;
    let password = random_password();
    let hash = hasher.hash(Lane::Known, &password).await?;
    let mut act = room.begin_own("operator").await?;
    let now = act.now();
    store::organisation::set_password(&mut act.tx, person, &hash, now).await?;
    let ended = store::session::remove_others(&mut act.tx, person, &[]).await?;
    let tokens = store::person::revoke_tokens(&mut act.tx, person, now).await?;
    let body = json!({ "sessions_ended": ended, "tokens_ended": tokens });
    act.record(about(person, "password_reset", &body)).await?;
    act.commit_own().await?;
    Ok(password)
}

/// Twenty-four letters and digits in groups, without those that look alike: 117 bits.
pub fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let letter = |_| char::from(LETTERS[Ids::Random.below(LETTERS.len() as u32) as usize]);
    let groups: Vec<String> = (0..6).map(|_| (0..4).map(letter).collect()).collect();
    groups.join("-")
}

/// The first organisation of a room and its admin, as somebody typed them.
#[derive(Clone, Debug)]
pub struct First {
    /// Full name, short name for chips, and the word in addresses.
    pub organisation: String,
    pub short: String,
    pub slug: String,
    pub sector: Sector,
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Sets up an empty room: catalogue and targets, the first organisation, the room admin.
pub async fn set_up(room: &Room, hasher: &Hasher, request: &str, first: First) -> Result<()> {
    if !founding::is_empty(room).await? {
        return Err(Error::NotFound);
    }
    let organisation = NewOrganisation {
        code: code(&first.slug),
        slug: first.slug,
        name: first.organisation.trim().to_owned(),
        short: first.short.trim().to_owned(),
        sector: first.sector,
    };
    let person = NewPerson {
        email: first.email.trim().to_lowercase(),
        name: first.name.trim().to_owned(),
        organisation: organisation.slug.clone(),
        roles: vec![Role::RoomAdmin, Role::OrganisationAdmin],
    };
    let mut errors = faults_of_organisation(&organisation);
    errors.merge(faults_of_person(&person));
    let around = [&person.name, &person.email, &organisation.name, &organisation.short, &organisation.slug];
    if let Some(why) = password::refusal(&first.password, &around.map(String::as_str)) {
        errors.add("new", why);
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let hash = hasher.hash(Lane::Known, &first.password).await?;
    let (room, request) = (room.clone(), request.to_owned());
    settled(async move { founding::found(&room, &request, (organisation, person), &hash).await }).await
}

/// Adds an organisation: the operator's door.
pub async fn add_organisation(room: &Room, new: NewOrganisation) -> Result<()> {
    let errors = faults_of_organisation(&new);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    founding::add_reference(room, "operator").await?;
    founding::add_members(room, "operator", vec![new], vec![], None).await
}

/// Adds a person and gives their first password: the operator's door.
pub async fn add_person(room: &Room, hasher: &Hasher, new: NewPerson) -> Result<String> {
    let errors = faults_of_person(&new);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let password = random_password();
    let hash = hasher.hash(Lane::Known, &password).await?;
    founding::add_members(room, "operator", vec![], vec![new], Some(&hash)).await?;
    Ok(password)
}

/// `GOOG`, for narrow columns.
pub fn code(slug: &str) -> String {
    slug.chars().filter(char::is_ascii_alphanumeric).take(4).collect::<String>().to_uppercase()
}

fn named(text: &str) -> bool {
    (1..=120).contains(&text.trim().chars().count())
}

pub(super) fn faults_of_organisation(new: &NewOrganisation) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(2..=40).contains(&new.slug.len()) || !new.slug.chars().all(word) {
        errors.add("slug", "2 to 40 lower-case letters, digits and hyphens");
    }
    if !named(&new.name) {
        errors.add("organisation", "Give its full name");
    }
    if !(1..=20).contains(&new.short.trim().chars().count()) {
        errors.add("short", "1 to 20 characters, as on a chip");
    }
    errors
}

pub(super) fn faults_of_person(new: &NewPerson) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if !named(&new.name) {
        errors.add("name", "Give the person's name");
    }
    let whole = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    let address = new.email.trim().split_once('@').is_some_and(|(who, host)| {
        whole(who) && whole(host) && !host.contains('@') && new.email.len() <= 254
    });
    if !address {
        errors.add("email", "An e-mail address, as name@organisation.example");
    }
    errors
}
