//! Organisations, people, roles, tokens.

use app::model::{
    Moment, OrganisationId, PersonId, Role, TokenId,
    organisation::{Organisation, Sector},
};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct OrganisationRow {
    pub id: OrganisationId,
    pub slug: String,
    pub name: String,
    pub short: String,
    pub code: String,
    pub sector: Sector,
}

impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            short: row.short,
            code: row.code,
            sector: row.sector,
        }
    }
}

/// An organisation with what only its page shows.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DescribedRow {
    pub id: OrganisationId,
    pub watch_contact: String,
    pub version: i64,
    pub left_at: Option<Moment>,
    pub left_reason: String,
    #[sqlx(flatten)]
    pub organisation: OrganisationNames,
}

/// What a room admin may change of it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OrganisationNames {
    pub name: String,
    pub short: String,
    pub code: String,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PersonRow {
    pub id: PersonId,
    pub organisation_id: OrganisationId,
    pub email: String,
    pub name: String,
    pub suspended_at: Option<Moment>,
}

/// What a sign-in checks against.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CredentialRow {
    pub id: PersonId,
    pub password_hash: Option<String>,
    pub password_changed_at: Moment,
    /// Neither suspended nor of an organisation that has left.
    pub is_in: bool,
}

pub(crate) async fn list(db: &Db) -> sqlx::Result<Vec<OrganisationRow>> {
    let sql = "select id, slug, name, short, code, sector from organisation order by slug";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

macro_rules! described {
    ($condition:literal) => {
        concat!(
            "select id, name, short, code, watch_contact, version, left_at, left_reason from organisation",
            $condition
        )
    };
}

pub(crate) async fn list_described(db: &Db) -> sqlx::Result<Vec<DescribedRow>> {
    on!(db, |conn| query_as(described!("")).fetch_all(conn).await)
}

pub(crate) async fn read(tx: &mut Tx, id: OrganisationId) -> sqlx::Result<Option<DescribedRow>> {
    on!(tx tx, |conn| query_as(described!(" where id = $1")).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn set_names(
    tx: &mut Tx,
    id: OrganisationId,
    name: &str,
    short: &str,
    code: &str,
) -> sqlx::Result<()> {
    let sql = "update organisation set name = $2, short = $3, code = $4 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(name).bind(short).bind(code).execute(conn).await.map(drop))
}

pub(crate) async fn set_contact(
    tx: &mut Tx,
    id: OrganisationId,
    contact: &str,
    version: i64,
) -> sqlx::Result<()> {
    let sql = "update organisation set watch_contact = $2, version = $3 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(contact).bind(version).execute(conn).await.map(drop))
}

/// `at`: none to take it back.
pub(crate) async fn set_left(
    tx: &mut Tx,
    id: OrganisationId,
    at: Option<Moment>,
    reason: &str,
    version: i64,
) -> sqlx::Result<()> {
    let sql = "update organisation set left_at = $2, left_reason = $3, version = $4 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(at).bind(reason).bind(version).execute(conn).await.map(drop))
}

/// Those that have left the room, and when.
pub(crate) async fn list_left(db: &Db) -> sqlx::Result<Vec<(OrganisationId, Moment)>> {
    let sql = "select id, left_at from organisation where left_at is not null";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn list_people(db: &Db) -> sqlx::Result<Vec<PersonRow>> {
    let sql = "select id, organisation_id, email, name, suspended_at from person order by email";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn list_roles(db: &Db) -> sqlx::Result<Vec<(PersonId, Role)>> {
    let sql = "select person_id, role from person_role order by person_id, role";
    on!(db, |conn| query_as(sql).fetch_all(conn).await)
}

pub(crate) async fn add(tx: &mut Tx, row: &OrganisationRow, now: Moment) -> sqlx::Result<()> {
    let sql = "insert into organisation (id, slug, name, short, code, sector, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(&row.slug)
        .bind(&row.name)
        .bind(&row.short)
        .bind(&row.code)
        .bind(row.sector)
        .bind(now)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn add_person(
    tx: &mut Tx,
    row: &PersonRow,
    password_hash: Option<&str>,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into person (id, organisation_id, email, name, password_hash, password_changed_at, \
               created_at) values ($1, $2, $3, $4, $5, $6, $6)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.organisation_id)
        .bind(&row.email)
        .bind(&row.name)
        .bind(password_hash)
        .bind(now)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn add_role(tx: &mut Tx, person: PersonId, role: Role) -> sqlx::Result<()> {
    let sql = "insert into person_role (person_id, role) values ($1, $2) on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(person).bind(role).execute(conn).await.map(drop))
}

pub(crate) async fn find_credential(db: &Db, email: &str) -> sqlx::Result<Option<CredentialRow>> {
    let sql = "select p.id, p.password_hash, p.password_changed_at, \
               (p.suspended_at is null and o.left_at is null) as is_in \
               from person p join organisation o on o.id = p.organisation_id where p.email = $1";
    on!(db, |conn| query_as(sql).bind(email).fetch_optional(conn).await)
}

pub(crate) async fn set_password(tx: &mut Tx, person: PersonId, hash: &str, now: Moment) -> sqlx::Result<()> {
    let sql = "update person set password_hash = $2, password_changed_at = $3 where id = $1";
    on!(tx tx, |conn| query(sql).bind(person).bind(hash).bind(now).execute(conn).await.map(drop))
}

/// Replaces the hash of the same password by one of today's cost.
pub(crate) async fn set_rehash(tx: &mut Tx, person: PersonId, hash: &str) -> sqlx::Result<()> {
    let sql = "update person set password_hash = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(person).bind(hash).execute(conn).await.map(drop))
}

pub(crate) async fn set_last_sign_in(tx: &mut Tx, person: PersonId, now: Moment) -> sqlx::Result<()> {
    let sql = "update person set last_sign_in_at = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(person).bind(now).execute(conn).await.map(drop))
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TokenRow {
    pub id: TokenId,
    pub person_id: PersonId,
    pub name: String,
    pub created_at: Moment,
    pub last_used_at: Option<Moment>,
    pub expires_at: Option<Moment>,
}

pub(crate) async fn add_token(
    tx: &mut Tx,
    id: TokenId,
    person: PersonId,
    hash: &[u8],
    name: &str,
    now: Moment,
    ends: Option<Moment>,
) -> sqlx::Result<()> {
    let sql = "insert into token (id, person_id, hash, name, created_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6)";
    on!(tx tx, |conn| query(sql)
        .bind(id)
        .bind(person)
        .bind(hash)
        .bind(name)
        .bind(now)
        .bind(ends)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find_token(db: &Db, hash: &[u8]) -> sqlx::Result<Option<TokenRow>> {
    let sql = "select id, person_id, name, created_at, last_used_at, expires_at from token \
               where hash = $1 and revoked_at is null";
    on!(db, |conn| query_as(sql).bind(hash).fetch_optional(conn).await)
}

pub(crate) async fn list_tokens(db: &Db, person: PersonId) -> sqlx::Result<Vec<TokenRow>> {
    let sql = "select id, person_id, name, created_at, last_used_at, expires_at from token \
               where person_id = $1 and revoked_at is null order by created_at";
    on!(db, |conn| query_as(sql).bind(person).fetch_all(conn).await)
}

pub(crate) async fn set_token_used(tx: &mut Tx, id: TokenId, now: Moment) -> sqlx::Result<()> {
    let sql = "update token set last_used_at = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(now).execute(conn).await.map(drop))
}

/// Ends a token of this person; false when there is none such.
pub(crate) async fn revoke_token(
    tx: &mut Tx,
    person: PersonId,
    id: TokenId,
    now: Moment,
) -> sqlx::Result<bool> {
    let sql = "update token set revoked_at = $3 where id = $1 and person_id = $2 and revoked_at is null";
    let done = on!(tx tx, |conn| query(sql).bind(id).bind(person).bind(now).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(done == 1)
}
