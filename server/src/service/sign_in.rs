//! Sign-in: throttle first, then one hash at full cost, then the same answer for every kind of "no".

use std::{net::IpAddr, sync::Arc, time::Duration};

use app::model::{Moment, PersonId};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    Error, Noun, Record, Result, Room,
    password::{Hasher, Lane},
    settled,
    store::{self, organisation::CredentialRow},
    throttle::Throttle,
    within,
};
use crate::config::SessionSettings;

/// What a visitor sent, and from where.
#[derive(Clone)]
pub struct Attempt {
    pub email: String,
    pub password: String,
    pub source: IpAddr,
    /// The cookie of a browser that signed in before.
    pub device: Option<String>,
    pub request: String,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attempt({}, {})", self.source, self.request)
    }
}

/// Who proved to be who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SignedIn {
    pub person: PersonId,
    pub password_changed_at: Moment,
}

/// A handle: throttles, the hashing thread and the room.
#[derive(Clone, Debug)]
pub struct SignIn {
    room: Room,
    hasher: Hasher,
    throttle: Arc<Throttle>,
    device_lifetime: i64,
    /// How long the database may take; the hash takes its own time.
    patience: Duration,
}

impl SignIn {
    pub fn new(room: Room, hasher: Hasher, settings: &SessionSettings, patience: Duration) -> Self {
        let throttle = Arc::new(Throttle::new(settings, room.clock().clone()));
        Self { room, hasher, throttle, device_lifetime: settings.device_lifetime, patience }
    }

    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// None: refused, whatever the reason. [`Error::TooMany`] before anything was looked at closely.
    pub async fn attempt(&self, attempt: Attempt) -> Result<Option<SignedIn>> {
        let email = attempt.email.trim().to_lowercase();
        let account: [u8; 32] = Sha256::digest(email.as_bytes()).into();
        let found = self.find_credential(&email).await?;
        let known = found.as_ref().is_some_and(|found| self.knows(found, attempt.device.as_deref()));
        let lane = if known {
            self.throttle.known(account)?;
            Lane::Known
        } else {
            self.throttle.unknown(attempt.source, account)?;
            Lane::Unknown
        };
        let open = found.as_ref().filter(|found| found.is_in);
        let stored = open.and_then(|found| found.password_hash.clone());
        let verdict = self.hasher.verify(lane, &attempt.password, stored).await?;
        match found {
            Some(found) if verdict.right => {
                if verdict.outdated {
                    self.rehash(found.id, attempt.password);
                }
                Ok(Some(SignedIn { person: found.id, password_changed_at: found.password_changed_at }))
            }
            found => {
                self.note_refusal(found.map(|found| found.id), &account, &attempt).await;
                Ok(None)
            }
        }
    }

    async fn find_credential(&self, email: &str) -> Result<Option<CredentialRow>> {
        let find = store::organisation::find_credential(&self.room.db, email);
        within(self.patience, async { Ok(find.await?) }).await
    }

    /// Written for the audit; an address that nobody has is kept as a digest alone.
    async fn note_refusal(&self, person: Option<PersonId>, account: &[u8], attempt: &Attempt) {
        let digest: String = account.iter().map(|byte| format!("{byte:02x}")).collect();
        let body = match person {
            Some(_) => json!({ "address": attempt.source }),
            None => json!({ "address": attempt.source, "typed_sha256": digest }),
        };
        let noun = if person.is_some() { Noun::Person } else { Noun::Session };
        let record = Record {
            incident: None,
            noun,
            noun_id: person.map(|person| person.0),
            action: "sign_in_refused",
            body: body.to_string(),
        };
        let (room, request) = (self.room.clone(), attempt.request.clone());
        let written = settled(async move {
            let mut act = room.begin_own(&request).await?;
            act.record(record).await?;
            act.commit_own().await
        });
        if let Err(error) = within(self.patience, written).await {
            tracing::warn!(%error, address = %attempt.source, "a refused sign-in could not be recorded");
        }
    }

    /// The setting has risen since this hash was made. Nobody waits for it.
    fn rehash(&self, person: PersonId, password: String) {
        let (room, hasher) = (self.room.clone(), self.hasher.clone());
        tokio::spawn(async move {
            let done = async {
                let hash = hasher.hash(Lane::Unknown, &password).await?;
                let mut act = room.begin_own("rehash").await?;
                store::organisation::set_rehash(&mut act.tx, person, &hash).await?;
                act.commit_own().await
            };
            if let Err(error) = done.await {
                tracing::warn!(%error, person = %person, "a password could not be hashed anew");
            }
        });
    }

    /// The cookie that makes a browser known to an account until its password changes.
    pub fn device_cookie(&self, signed_in: SignedIn) -> String {
        let ends = self.room.now().plus_seconds(self.device_lifetime).seconds();
        let mac = self.device_mac(signed_in, ends);
        format!("{ends}.{}", base64_url(&mac))
    }

    fn device_mac(&self, signed_in: SignedIn, ends: i64) -> [u8; 32] {
        let parts =
            [signed_in.person.0.as_bytes().as_slice(), &signed_in.password_changed_at.0.to_be_bytes()];
        self.room.seal().mac(b"device", &[parts[0], parts[1], &ends.to_be_bytes()])
    }

    fn knows(&self, found: &CredentialRow, cookie: Option<&str>) -> bool {
        let Some((ends, mac)) = cookie.and_then(|cookie| cookie.split_once('.')) else { return false };
        let Ok(ends) = ends.parse::<i64>() else { return false };
        let wanted = SignedIn { person: found.id, password_changed_at: found.password_changed_at };
        let right = base64_url(&self.device_mac(wanted, ends));
        ends > self.room.now().seconds() && bool::from(right.as_bytes().ct_eq(mac.as_bytes()))
    }

    /// Checks the password of somebody who is signed in already: before it is changed.
    pub async fn confirm(&self, person: PersonId, password: &str) -> Result<bool> {
        let email = self.room.directory().person(person).map(|person| person.email.clone());
        let email = email.ok_or(Error::NotFound)?;
        self.throttle.known(Sha256::digest(email.as_bytes()).into())?;
        let found = self.find_credential(&email).await?;
        let stored = found.and_then(|found| found.password_hash);
        Ok(self.hasher.verify(Lane::Known, password, stored).await?.right)
    }
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
