//! What crosses, as the scope sees it: the same decision as `policy::reads_share`, as a condition. The three values
//! of the scope stand in `$1` to `$3`; a property test holds the two together.

/// Whom others ask before they pass the incident `i` on: the same as `incident::origin_of`.
macro_rules! origin {
    () => {
        "coalesce((select opener.organisation_id from person opener join organisation home on home.id = opener.organisation_id \
         where opener.id = i.opened_by and home.left_at is null), i.lead_id)"
    };
}
pub(crate) use origin;

/// The share `s`, in an incident that the scope sees, is read by that scope.
macro_rules! visible_share {
    () => {
        "((s.from_organisation = $2 or s.approved_organisation = $2 \
             or (s.to_organisation = $2 and s.revoked_at is null)) \
         and (s.tlp <> 'red' or s.from_person = $3 or s.reviewed_by = $3 or s.approved_by = $3 or exists (select 1 from named r \
             where r.subject_id = s.id and r.person_id = $3)))"
    };
}
pub(crate) use visible_share;

/// The same of a hold under this name; whether the scope is counsel's stands in `$counsel`.
macro_rules! visible_hold {
    ($hold:literal, $counsel:literal) => {
        concat!(
            "(",
            $hold,
            ".from_organisation = $2 and (",
            $hold,
            ".tlp <> 'red' or ",
            $hold,
            ".from_person = $3 or ",
            $counsel,
            "))"
        )
    };
}
pub(crate) use visible_hold;
