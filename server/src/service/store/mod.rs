//! SQL, and nothing else. Private to [`crate::service`]: a handler that reaches for SQL does not compile.
//!
//! One text serves SQLite and PostgreSQL: lower case, `$1` placeholders, no function that differs, time
//! arithmetic in Rust. The true differences are here and in [`db`]: how a transaction begins, how the
//! writer's turn is taken (`begin immediate` / an advisory lock), and listen/notify.
//!
//! Verbs: find (one, `Option`), list, count, add, set_x, remove.
#![expect(clippy::disallowed_methods, reason = "this is the home of sqlx::query")]

pub(crate) mod audit;
pub(crate) mod basis;
pub(crate) mod board;
pub(crate) mod cited;
mod crossing;
pub(crate) mod db;
pub(crate) mod entry;
pub(crate) mod exhibit;
pub(crate) mod feed;
pub(crate) mod following;
pub(crate) mod glass;
pub(crate) mod hold;
pub(crate) mod idempotency;
pub(crate) mod import;
pub(crate) mod inbox;
pub(crate) mod incident;
pub(crate) mod indicator;
pub(crate) mod invitation;
pub(crate) mod item;
pub(crate) mod journal;
pub(crate) mod leave;
pub(crate) mod ledger;
pub(crate) mod mail;
pub(crate) mod mention;
pub(crate) mod notice;
pub(crate) mod onward;
pub(crate) mod organisation;
pub(crate) mod panel;
pub(crate) mod period;
pub(crate) mod person;
pub(crate) mod playbook;
pub(crate) mod posting;
pub(crate) mod posture;
pub(crate) mod said;
pub(crate) mod session;
pub(crate) mod set_up;
pub(crate) mod setting;
pub(crate) mod share;
pub(crate) mod shown;
pub(crate) mod task;
pub(crate) mod verify;

pub(crate) use crossing::{visible_hold, visible_onward, visible_share};
pub(crate) use db::{Db, Tx, on};

/// The incident `i` exists for the scope in `$1` (community), `$2` (organisation), `$3` (person): the same
/// decision as `policy::sight`, as a condition. A property test holds the two together.
macro_rules! visible_incident {
    () => {
        "(($1 and i.tlp in ('clear', 'green')) \
         or (i.tlp in ('amber', 'amber+strict') and exists (select 1 from incident_access a \
             where a.incident_id = i.id and a.organisation_id = $2)) \
         or (i.tlp = 'red' and exists (select 1 from named n \
             where n.subject_id = i.id and n.person_id = $3)))"
    };
}
pub(crate) use visible_incident;

/// The child `c` (entry or exhibit) of an incident that the scope sees exists for that scope.
macro_rules! visible_child {
    () => {
        "(($1 and c.tlp in ('clear', 'green')) \
         or (c.tlp in ('amber', 'amber+strict') and exists (select 1 from incident_access a \
             where a.incident_id = c.incident_id and a.organisation_id = $2) \
             and (not c.narrowed or exists (select 1 from audience d \
                 where d.subject_id = c.id and d.organisation_id = $2))) \
         or (c.tlp = 'red' and exists (select 1 from named n \
             where n.subject_id = c.id and n.person_id = $3)))"
    };
}
pub(crate) use visible_child;

/// What lies in the incident `i`, which the scope sees, and keeps the label that `i` had when it was written: an
/// indicator, a task. What is RED in a RED incident is for those whom that names.
macro_rules! visible_labelled {
    ($child:literal) => {
        concat!(
            "(($1 and ",
            $child,
            ".tlp in ('clear', 'green')) or (",
            $child,
            ".tlp in ('amber', 'amber+strict') and exists (select 1 from incident_access p \
             where p.incident_id = i.id and p.organisation_id = $2)) or (",
            $child,
            ".tlp = 'red' and (i.tlp = 'red' or exists (select 1 from named q where q.subject_id = ",
            $child,
            ".id and q.person_id = $3))))"
        )
    };
}
pub(crate) use visible_labelled;

/// Binds the three values that [`visible_incident`] and [`visible_child`] read.
macro_rules! scoped {
    ($query:expr, $scope:expr) => {
        $query.bind($scope.community).bind($scope.organisation).bind($scope.person)
    };
}
pub(crate) use scoped;
