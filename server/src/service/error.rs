//! What can go wrong in a use case. The visitor sees one of these, never a cause.

use app::model::{FieldErrors, id::Number};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not for this viewer: the two answer alike.
    #[error("not found")]
    NotFound,
    /// Visible, but this viewer may not do that.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    #[error("invalid: {0:?}")]
    Invalid(FieldErrors),
    /// Somebody else was faster.
    #[error("conflict at version {}", .0.version)]
    Conflict(Box<Conflict>),
    /// A person or an organisation that somebody else changed meanwhile.
    #[error("changed meanwhile, at version {version}")]
    Changed { version: i64 },
    /// The idempotency key was used before, for something else.
    #[error("key reused")]
    KeyReused,
    #[error("too many requests")]
    TooMany { retry_after: i64 },
    #[error("too large")]
    TooLarge { limit: u64 },
    /// Read-only by setting, or because writes fail.
    #[error("read-only")]
    ReadOnly,
    #[error("storage is full")]
    StorageFull,
    /// The database or the evidence store does not answer in time.
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("internal: {0}")]
    Internal(String),
}

/// Which version stands now, and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub number: Number,
    pub version: i64,
    /// In words, who changed it last; empty when it was the product.
    pub by: String,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// None where there is no such thing for whoever asks; what failed stays a failure, and is no absence.
pub(crate) fn if_found<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is wrong beside fields, to be said together with the rest; what failed otherwise stays a failure, and permits nothing.
pub(crate) fn faults(checked: Result<()>) -> Result<FieldErrors> {
    match checked {
        Ok(()) => Ok(FieldErrors::default()),
        Err(Error::Invalid(errors)) => Ok(errors),
        Err(error) => Err(error),
    }
}

/// A refusal that its reader must not tell from a thing that is not there; what failed stays a failure, and is no absence.
pub(crate) fn unsaid(refused: Error) -> Error {
    match refused {
        Error::Invalid(_) | Error::Forbidden(_) => Error::NotFound,
        error => error,
    }
}

/// A named constraint becomes a field's error, in this one place.
fn constraint(name: &str) -> Option<Error> {
    let (field, message) = match name {
        n if n.contains("organisation_slug_key") || n.contains("organisation.slug") => {
            ("slug", "Another organisation has this short name")
        }
        n if n.contains("person_email_key") || n.contains("person.email") => {
            ("email", "Somebody has this e-mail address already")
        }
        _ => return None,
    };
    Some(Error::invalid(field, message))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_) => {
                return Self::Unavailable(error.to_string());
            }
            sqlx::Error::Database(cause) => {
                let code = cause.code().unwrap_or_default();
                if cause.is_unique_violation() {
                    let name = cause.constraint().unwrap_or(cause.message());
                    if let Some(known) = constraint(name) {
                        return known;
                    }
                }
                match code.as_ref() {
                    // SQLITE_FULL, disk_full
                    "13" | "53100" => return Self::StorageFull,
                    // A new connection to PostgreSQL writes a cache of its catalogue; that it cannot has no code.
                    "XX000" if cause.message().contains("init file") => return Self::StorageFull,
                    // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR and its kin
                    "5" | "6" => return Self::Unavailable(error.to_string()),
                    sqlite if sqlite.parse::<u32>().is_ok_and(|n| n & 0xff == 10) => {
                        return Self::StorageFull;
                    }
                    // query_canceled, lock_not_available, admin_shutdown, cannot_connect_now, too_many_connections
                    "57014" | "55P03" | "57P01" | "57P02" | "57P03" | "53300" => {
                        return Self::Unavailable(error.to_string());
                    }
                    "25006" | "8" => return Self::ReadOnly,
                    _ => {}
                }
            }
            _ => {}
        }
        Self::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_silent_neither_permits_nor_hides() {
        let silent = || Error::Unavailable("no answer in time".into());
        assert!(matches!(faults(Err(silent())), Err(Error::Unavailable(_))));
        assert!(matches!(unsaid(silent()), Error::Unavailable(_)));
        assert!(faults(Ok(())).is_ok_and(|errors| errors.is_empty()));
        assert!(
            faults(Err(Error::invalid("name", "Too long")))
                .is_ok_and(|errors| errors.first("name").is_some())
        );
        assert!(matches!(unsaid(Error::invalid("name", "Too long")), Error::NotFound));
        assert!(matches!(unsaid(Error::Forbidden("Not yours.")), Error::NotFound));
    }
}
