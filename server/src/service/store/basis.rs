//! What a purpose asks for, as the tables of shares, holds and requests keep it.

use app::model::basis::Basis;
use sqlx::FromRow;

#[derive(Clone, Debug, Default, FromRow)]
pub(crate) struct BasisRow {
    pub reference: String,
    /// JSON; empty where nobody's words are handed on.
    pub originator: String,
}

impl BasisRow {
    pub(crate) fn of(basis: &Basis) -> serde_json::Result<Self> {
        let originator = basis.originator.as_ref().map(serde_json::to_string).transpose()?;
        Ok(Self { reference: basis.reference.clone(), originator: originator.unwrap_or_default() })
    }

    /// Written by this program; what cannot be read names nobody, and does not verify.
    pub(crate) fn read(&self) -> Basis {
        let originator = serde_json::from_str(&self.originator).ok();
        Basis { reference: self.reference.clone(), originator }
    }
}
