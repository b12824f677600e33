//! What lies in an incident beside its timeline, looked at together.

use app::{
    model::{IncidentId, Tlp},
    policy::Scope,
};
use sqlx::query_scalar;

use super::{Db, on, scoped, visible_child, visible_labelled};

/// The labels under which exhibits, indicators and tasks lie in an incident, of those that the scope sees.
pub(crate) async fn list_labels(db: &Db, scope: Scope, incident: IncidentId) -> sqlx::Result<Vec<Tlp>> {
    let sql = concat!(
        "select c.tlp from exhibit c where c.incident_id = $4 and ",
        visible_child!(),
        " union select c.tlp from indicator c join incident i on i.id = c.incident_id where c.incident_id = $4 and ",
        visible_labelled!("c"),
        " union select c.tlp from task c join incident i on i.id = c.incident_id where c.incident_id = $4 and ",
        visible_labelled!("c")
    );
    on!(db, |conn| scoped!(query_scalar(sql), scope).bind(incident).fetch_all(conn).await)
}
