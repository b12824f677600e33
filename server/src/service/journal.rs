//! The journal: every act is one row, hashed over the row before, in commit order.
//!
//! # The canonical form
//!
//! `digest = SHA-256(canonical)` and `hash = SHA-256(previous || digest)`, where `previous` is the 32-byte
//! hash of the row before (32 zero bytes for row 1) and `canonical` is the UTF-8 of a JSON array without
//! white space, strings escaped as RFC 8785 does:
//!
//! ```text
//! [seq,at,person,organisation,incident,noun,noun_id,action,body,request,salt]
//! ```
//!
//! `seq` and `at` (UTC microseconds) are numbers; ids are lower-case UUIDs or `null`; `body` is the row's
//! own JSON as a string; `salt` is 32 hexadecimal digits, random per row. Two steps, so that a reader who
//! may not see a row can be given its digest alone and still walk the chain; the salt keeps that digest
//! from being guessed.

use app::model::{IncidentId, Moment};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Act, Room,
    error::Result,
    notice,
    store::{self, journal::JournalRow},
};

macro_rules! nouns {
    ($($(#[$meta:meta])* $name:ident = $word:literal;)+) => {
        /// What a row of the journal is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Noun { $($(#[$meta])* $name,)+ }

        impl Noun {
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
            /// None for the word of another version of this program.
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

nouns! {
    Incident = "incident";
    Entry = "entry";
    Strike = "strike";
    Exhibit = "exhibit";
    Custody = "custody";
    Indicator = "indicator";
    Task = "task";
    Share = "share";
    Posture = "posture";
    Hold = "hold";
    Onward = "onward";
    /// Who follows an incident: each learns only of themselves.
    Following = "following";
    /// Break-glass.
    Glass = "glass";
    /// What an export of the sharing ledger stated of its organisation.
    Ledger = "ledger";
    Person = "person";
    Organisation = "organisation";
    Invitation = "invitation";
    Session = "session";
    Setting = "setting";
    /// What changed nothing and is written down all the same: a refusal, a view, an export. Auditors only.
    Audit = "audit";
    Room = "room";
}

/// One act, before it has a number.
#[derive(Clone, Debug)]
pub struct Record {
    pub incident: Option<IncidentId>,
    pub noun: Noun,
    pub noun_id: Option<Uuid>,
    pub action: &'static str,
    /// JSON, in the field order of its struct.
    pub body: String,
}

/// The canonical form of a row: what its digest is taken over.
pub(crate) fn canonical(row: &JournalRow) -> String {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    let salt: String = row.salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let fields = (
        row.seq,
        row.at.0,
        id(row.person_id.map(|p| p.0)),
        id(row.organisation_id.map(|o| o.0)),
        id(row.incident_id.map(|i| i.0)),
        &row.noun,
        id(row.noun_id),
        &row.action,
        &row.body,
        &row.request,
        salt,
    );
    // Numbers and strings always serialise.
    serde_json::to_string(&fields).expect("numbers and strings serialise")
}

/// `SHA-256(canonical)`: what stands for a row that is not shown.
pub(crate) fn digest(canonical: &str) -> Vec<u8> {
    Sha256::digest(canonical.as_bytes()).to_vec()
}

/// `SHA-256(previous || SHA-256(canonical))`
pub(crate) fn hash(previous: &[u8], canonical: &str) -> Vec<u8> {
    let digest = Sha256::digest(canonical.as_bytes());
    Sha256::new().chain_update(previous).chain_update(digest).finalize().to_vec()
}

impl Act {
    /// Appends one row and returns its number.
    pub(crate) async fn record(&mut self, record: Record) -> Result<i64> {
        let (seq, previous) = match self.head.as_ref().or(self.newest.as_ref()) {
            Some((seq, hash)) => (seq + 1, hash.clone()),
            None => (1, vec![0; 32]),
        };
        let mut row = JournalRow {
            seq,
            at: self.now,
            person_id: self.actor.as_ref().map(|viewer| viewer.person),
            organisation_id: self.actor.as_ref().map(|viewer| viewer.organisation),
            incident_id: record.incident,
            noun: record.noun.word().to_owned(),
            noun_id: record.noun_id,
            action: record.action.to_owned(),
            body: record.body,
            request: self.request.clone(),
            salt: self.room.ids.bytes::<16>().to_vec(),
            previous,
            hash: vec![],
        };
        row.hash = hash(&row.previous, &canonical(&row));
        store::journal::add(&mut self.tx, &row).await?;
        self.told.extend(notice::Told::of(&row, record.noun));
        self.head = Some((seq, row.hash));
        Ok(seq)
    }

    /// The moment of this act.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }
}

/// The newest row of the journal: its hash stands for everything before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub at: Moment,
    pub hash: Vec<u8>,
}

/// Row 0 of 32 zero bytes while nothing happened yet.
pub async fn head(room: &Room) -> Result<Head> {
    let (seq, at, hash) =
        store::journal::read_head(&room.db).await?.unwrap_or_else(|| (0, Moment(0), vec![0; 32]));
    Ok(Head { seq, at, hash })
}

#[cfg(test)]
mod tests {
    use app::model::{OrganisationId, PersonId};

    use super::*;

    /// The vector of docs/ARCHITECTURE.md: recomputed there with `printf` and `sha256sum`.
    #[test]
    fn the_canonical_form_and_its_hash_match_the_documented_vector() {
        let id = |n: u128| Uuid::from_u128(n);
        let row = JournalRow {
            seq: 1,
            at: Moment(1_604_449_104_000_000),
            person_id: Some(PersonId(id(1))),
            organisation_id: Some(OrganisationId(id(2))),
            incident_id: None,
            noun: "room".into(),
            noun_id: None,
            action: "opened".into(),
            body: r#"{"name":"Élection"}"#.into(),
            request: "r-1".into(),
            salt: vec![0xab; 16],
            previous: vec![0; 32],
            hash: vec![],
        };
        let canonical = canonical(&row);
        assert_eq!(
            canonical,
            "[1,1604449104000000,\"00000000-0000-0000-0000-000000000001\",\"00000000-0000-0000-0000-000000000002\",null,\"room\",null,\"opened\",\"{\\\"name\\\":\\\"Élection\\\"}\",\"r-1\",\"abababababababababababababababab\"]"
        );
        let hex: String = hash(&row.previous, &canonical).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "589ebe0d34aa23e62a5b7beb451f8b3e6c6d30b6c286a5872d018d7dd139bb1d");
    }
}
