//! What crosses, as the scope sees it: the same decision as `policy::reads_share`, as a condition. The three values
//! of the scope stand in `$1` to `$3`; a property test holds the two together.

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

/// The request under this name, in an incident that the scope sees, is read by that scope: the same decision as
/// `policy::reads_onward`. Whether the scope speaks for its organisation stands in `$speaks`.
macro_rules! visible_onward {
    ($onward:literal, $speaks:literal) => {
        concat!(
            "((",
            $onward,
            ".from_organisation = $2 or ",
            $onward,
            ".asked_organisation = $2) and (",
            $onward,
            ".tlp <> 'red' or ",
            $onward,
            ".from_person = $3 or ",
            $onward,
            ".decided_by = $3 or (",
            $onward,
            ".state = 'asked' and ",
            $onward,
            ".asked_organisation = $2 and ",
            $speaks,
            ")))"
        )
    };
}
pub(crate) use visible_onward;

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
