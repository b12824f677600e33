//! Rows of the journal that a proof of the ledger shows in their words.

use app::{
    model::{OrganisationId, ShareId},
    policy::Scope,
};
use sqlx::{FromRow, query_as};

use super::{
    Db,
    ledger::{Filter, From, filtered},
    on, scoped, visible_hold, visible_incident, visible_onward, visible_share,
};

/// A crossing whose acts a stretch of the journal may show, with the row of it that stands there.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ShownRow {
    pub seq: i64,
    pub id: ShareId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub approved_organisation: Option<OrganisationId>,
    pub revoked: bool,
    pub count: Option<i64>,
    pub salt: Option<Vec<u8>>,
}

macro_rules! shown {
    ($table:literal, $at:literal, $standing:literal, $stands:literal, $($read:tt)+) => {
        shown!(
            ($table, "s.to_organisation", "case when s.from_organisation = $4 then s.to_organisation \
             else s.from_organisation end, case when s.to_organisation = $4 then s.from_organisation else s.to_organisation end"),
            $at, $standing, $stands, $($read)+
        )
    };
    (($table:literal, $to:literal, $other:literal), $at:literal, $standing:literal, $stands:literal, $($read:tt)+) => {
        concat!(
            "select j.seq, s.id, s.from_organisation, ",
            $to,
            " as to_organisation, ",
            $standing,
            ", k.count, k.salt from journal j join ",
            $table,
            " s on s.id = j.noun_id join incident i on i.id = s.incident_id \
             left join share_count k on k.share_id = s.id and k.organisation_id = $4 \
             where j.noun = '",
            $table,
            "' and ",
            $stands,
            filtered!($other, $at),
            " and ",
            $($read)+,
            " and ",
            visible_incident!(),
            " and j.seq > $5 and j.seq <= $12 order by j.seq limit $13"
        )
    };
}

/// Rows with `from < seq <= to` that are acts of an organisation's crossings, as [`list`] has them.
pub(crate) async fn list_shown(
    db: &Db,
    scope: Scope,
    (organisation, source): (OrganisationId, From),
    filter: &Filter,
    (from, to): (i64, i64),
) -> sqlx::Result<Vec<ShownRow>> {
    let sql = match source {
        From::Sent => shown!(
            "share",
            "s.delivered_at",
            "s.approved_organisation, (s.revoked_at is not null) as revoked",
            "s.from_organisation = $4 and j.action <> 'assigned'",
            visible_share!()
        ),
        From::Received => shown!(
            "share",
            "s.delivered_at",
            "s.approved_organisation, (s.revoked_at is not null) as revoked",
            "s.to_organisation = $4 and s.revoked_at is null and j.action <> 'assigned'",
            visible_share!()
        ),
        // The answer is for the two that talk.
        From::Approved => shown!(
            "share",
            "s.delivered_at",
            "s.approved_organisation, (s.revoked_at is not null) as revoked",
            "s.approved_organisation = $4 and j.action not in ('assigned', 'answered')",
            visible_share!()
        ),
        From::Held => shown!(
            "hold",
            "s.held_at",
            "(select r.approved_organisation from share r where r.id = s.id) as approved_organisation, (1 = 0) as revoked",
            "s.from_organisation = $4 and s.kind = 'share'",
            visible_hold!("s", "$14")
        ),
        // Where it would go stands in it, and is no party of it.
        From::Requested => shown!(
            ("onward", "s.asked_organisation", "s.to_organisation, s.asked_organisation"),
            "s.asked_at",
            "s.to_organisation as approved_organisation, (1 = 0) as revoked",
            "s.from_organisation = $4",
            visible_onward!("s", "$14")
        ),
        From::Asked => shown!(
            ("onward", "s.asked_organisation", "s.from_organisation, s.to_organisation"),
            "s.asked_at",
            "s.to_organisation as approved_organisation, (1 = 0) as revoked",
            "s.asked_organisation = $4",
            visible_onward!("s", "$14")
        ),
    };
    on!(db, |conn| {
        let asked = scoped!(query_as(sql), scope)
            .bind(organisation)
            .bind(from)
            .bind(filter.red)
            .bind(filter.other)
            .bind(filter.purpose)
            .bind(filter.from)
            .bind(filter.to)
            .bind(filter.incident)
            .bind(to)
            .bind(i64::MAX);
        match source {
            From::Held => asked.bind(scope.counsel).fetch_all(conn).await,
            From::Requested | From::Asked => asked.bind(scope.speaks).fetch_all(conn).await,
            _ => asked.fetch_all(conn).await,
        }
    })
}
