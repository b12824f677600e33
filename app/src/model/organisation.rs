//! Organisations that sit in the room.

use serde::{Deserialize, Serialize};

use super::OrganisationId;

super::words::words! {
    /// What an organisation is; an agency writing to a company crosses sectors.
    Sector {
        Agency = "agency", "Agency";
        Company = "company", "Company";
        ElectionOffice = "election_office", "Election office";
        SharingCentre = "sharing_centre", "Sharing centre";
        CivilSociety = "civil", "Civil society";
        Room = "room", "Room";
    }
}

impl Sector {
    /// Over a list of them.
    pub const fn several(self) -> &'static str {
        match self {
            Self::Agency => "Agencies",
            Self::Company => "Companies",
            Self::ElectionOffice => "Election offices",
            Self::SharingCentre => "Sharing centres",
            Self::CivilSociety => "Civil society",
            Self::Room => "Room",
        }
    }
}

/// An organisation as every page names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: OrganisationId,
    /// In URLs and the API: `eiisac`.
    pub slug: String,
    /// In full: `Federal Bureau of Investigation`.
    pub name: String,
    /// On chips: `FBI`, `Google`.
    pub short: String,
    /// In narrow columns: `GOOG`.
    pub code: String,
    pub sector: Sector,
}
