//! Evidence: exhibits and their custody.

use serde::{Deserialize, Serialize};

use super::{CustodyId, ExhibitId, Moment, Organisation, Person, Tlp, id::Number};

super::words::words! {
    CustodyAction {
        Received = "received", "Received";
        Viewed = "viewed", "Viewed";
        Downloaded = "downloaded", "Downloaded";
        Shared = "shared", "Shared";
        Verified = "verified", "Verified";
        Exported = "exported", "Exported";
    }
}

/// One touch of an exhibit: who, what, when, from where, with which result (ISO/IEC 27037 in short).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    pub id: CustodyId,
    pub action: CustodyAction,
    /// None: the product itself (a scheduled check).
    pub person: Option<Person>,
    pub at: Moment,
    /// Address of the client, as far as known.
    pub address: String,
    /// `unchanged`, `differs`, or empty where nothing was hashed.
    pub result: String,
}

/// A file or a link, never changed once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhibit {
    pub id: ExhibitId,
    pub incident: Number,
    /// Inside its incident: 3 is shown as `E-3`.
    pub number: i64,
    /// Hex, computed by the server as the bytes arrived; none for a link.
    pub sha256: Option<String>,
    /// Bytes; 0 for a link.
    pub size: i64,
    pub media_type: String,
    /// The name it was sent with; shown, never used as a path.
    pub name: String,
    pub source_url: Option<String>,
    pub note: String,
    pub tlp: Tlp,
    pub audience: Vec<Organisation>,
    pub named: Vec<Person>,
    pub captured_at: Option<Moment>,
    pub added_by: Person,
    pub added_at: Moment,
    /// A still of an image, made by the server.
    pub has_thumbnail: bool,
    pub custody_count: i64,
    /// Result of the newest verification: true is unchanged.
    pub intact: Option<bool>,
}

impl Exhibit {
    /// `E-3`
    pub fn label(&self) -> String {
        format!("E-{}", self.number)
    }
    pub fn is_link(&self) -> bool {
        self.sha256.is_none()
    }
    /// `9f2c 71d8…a81e`: enough to compare by eye.
    pub fn short_hash(&self) -> Option<String> {
        let hash = self.sha256.as_deref().filter(|hash| hash.len() == 64)?;
        Some(format!("{} {}…{}", &hash[..4], &hash[4..8], &hash[60..]))
    }
    /// `PNG`, where its type has a short name; a link has none.
    pub fn type_words(&self) -> Option<String> {
        match self.media_type.as_str() {
            _ if self.is_link() => None,
            "text/plain" => Some("Text".to_owned()),
            "message/rfc822" => Some("Message".to_owned()),
            other => {
                let subtype = other.rsplit('/').next().unwrap_or_default();
                (1..=5).contains(&subtype.len()).then(|| subtype.to_uppercase())
            }
        }
    }
}

/// `412 KB`, in steps of 1,000 as the shops print them.
pub fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// `19,691`
pub fn bytes_words(bytes: i64) -> String {
    let digits = bytes.to_string();
    let (first, rest) = digits.split_at((digits.len() - 1) % 3 + 1);
    let rest: Vec<_> = rest.as_bytes().chunks(3).map(|three| String::from_utf8_lossy(three)).collect();
    std::iter::once(first.into()).chain(rest).collect::<Vec<_>>().join(",")
}
