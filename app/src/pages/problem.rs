//! Pages for what went wrong: what is safe, what to do, and the reference to quote. Never a cause.

use crate::model::{FieldErrors, Moment, Person, id::Number};

/// A request that did not succeed, as its page shows it.
#[derive(Clone, Debug)]
pub enum Problem {
    /// 404. One page for the hidden and the absent; it carries nothing that could tell them apart.
    NotFound { organisation: Option<String> },
    /// 403: seen, but not theirs to do.
    Forbidden { act: String },
    /// 403 too: the form's token is missing, foreign or too old. What was typed is kept.
    Stale { again: Again },
    /// 409 on a version: both texts.
    Conflict(ConflictView),
    /// 413, with the limit in words: `250 MB`.
    TooLarge { limit: String },
    /// 422 where no form can show the messages.
    Invalid { errors: FieldErrors },
    /// 429, with the seconds to wait.
    TooMany { retry_after_s: i64, again: Option<Again> },
    /// 500.
    Internal { reference: String },
    /// 503: database or evidence store does not answer. What was typed is kept.
    Unavailable { reference: String, again: Option<Again> },
    /// 503 too: the room is read-only for now.
    ReadOnly { again: Option<Again> },
    /// 507: no space left. What was typed is kept.
    Full { reference: String, again: Option<Again> },
}

impl Problem {
    /// The HTTP status that its page is sent with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Forbidden { .. } | Self::Stale { .. } => 403,
            Self::Conflict(_) => 409,
            Self::TooLarge { .. } => 413,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable { .. } | Self::ReadOnly { .. } => 503,
            Self::Full { .. } => 507,
        }
    }
}

/// A form that can be sent again. The server leaves out passwords, tokens and files.
#[derive(Clone, Debug)]
pub struct Again {
    /// Path that it posts to.
    pub action: String,
    pub pairs: Vec<(String, String)>,
    /// Files were sent too; they have to be picked again.
    pub files: bool,
}

/// Two people changed the same thing.
#[derive(Clone, Debug)]
pub struct ConflictView {
    pub number: Number,
    pub title: String,
    /// Path that was posted to, and is posted to again.
    pub action: String,
    /// The current version, which the next attempt carries.
    pub version: i64,
    /// Who changed it meanwhile, and when.
    pub by: Option<(Person, Moment)>,
    /// Fields that differ.
    pub fields: Vec<Contested>,
    /// The rest of the form, sent again as it was; without `version` and the form's token.
    pub rest: Vec<(String, String)>,
}

/// One field in two versions.
#[derive(Clone, Debug)]
pub struct Contested {
    /// Name of the control.
    pub name: String,
    pub label: String,
    /// Values as the control sends them.
    pub theirs: String,
    pub yours: String,
    /// Values in words, where they are codes: `High` for `high`.
    pub shown: Option<(String, String)>,
    /// Running text: both can be kept, one after the other.
    pub is_text: bool,
}
