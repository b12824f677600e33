//! Accounts ended, and given back.

use app::{
    model::{PersonId, Role, notice::NoticeWhat},
    policy::Administration,
};
use serde_json::json;

use super::{
    super::{Asker, Begun, Error, Once, Result, Room, settled, share, store},
    Turn, about, faults_of_reason, fresh, outside, permit,
};

/// Why an account is ended or given back.
#[derive(Clone, Copy, Debug)]
pub struct Why<'a> {
    pub reason: &'a str,
    /// As the caller saw the account; none where the act itself says what it changes.
    pub version: Option<i64>,
}

impl<'a> From<&'a str> for Why<'a> {
    fn from(reason: &'a str) -> Self {
        Self { reason, version: None }
    }
}

/// A reason there is, and what an agency says with it to those of a company who read it goes through the gate.
fn permit_reason(room: &Room, turn: &Turn, reason: &str) -> Result<()> {
    if let Some(fault) = faults_of_reason(reason) {
        return Err(fault);
    }
    share::permit_words_to(room, &turn.viewer, turn.subject.organisation, &[("reason", reason)])
}

/// Ends all sessions, tokens and open links of a person and lets nobody in under their name, until somebody
/// restores them. Open streams are cut when the directory changes.
pub async fn suspend(
    room: &Room,
    asker: &Asker,
    id: PersonId,
    why: impl Into<Why<'_>>,
    once: &Once,
) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    let Why { reason, version } = why.into();
    let reason = reason.trim().to_owned();
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let turn = permit(&mut act, id, Administration::Suspend).await?;
        permit_reason(&room, &turn, &reason)?;
        fresh(&turn.row, version.unwrap_or(turn.row.version))?;
        if turn.subject.suspended {
            return Err(Error::Changed { version: turn.row.version });
        }
        if turn.subject.roles.contains(&Role::OrganisationAdmin) {
            let (viewer, of) = (&turn.viewer, turn.subject.organisation);
            outside::permit_ending(&mut act, viewer, of, id, "reason").await?;
        }
        let now = act.now();
        store::person::set_suspended(&mut act.tx, id, Some(now), &reason).await?;
        store::person::set_version(&mut act.tx, id, turn.row.version + 1).await?;
        let sessions = store::session::remove_others(&mut act.tx, id, &[]).await?;
        let tokens = store::person::revoke_tokens(&mut act.tx, id, now).await?;
        store::invitation::withdraw_for_person(&mut act.tx, id, now).await?;
        store::glass::end_all(&mut act.tx, id, now).await?;
        let body = json!({
            "reason": reason, "sessions_ended": sessions, "tokens_ended": tokens, "address": asker.address,
        });
        let seq = act.record(about(id, "suspended", &body)).await?;
        if turn.is_from_outside() {
            // Before it takes effect: whom it concerns still has an inbox, and finds it there once restored.
            turn.tell(&mut act, seq, NoticeWhat::AccountSuspended).await?;
        }
        act.commit_members(()).await
    })
    .await
}

/// Lets a suspended person sign in again, with the password and the roles that they had.
pub async fn restore(
    room: &Room,
    asker: &Asker,
    id: PersonId,
    why: impl Into<Why<'_>>,
    once: &Once,
) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    let Why { reason, version } = why.into();
    let reason = reason.trim().to_owned();
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let turn = permit(&mut act, id, Administration::Restore).await?;
        permit_reason(&room, &turn, &reason)?;
        fresh(&turn.row, version.unwrap_or(turn.row.version))?;
        if !turn.subject.suspended {
            return Err(Error::Changed { version: turn.row.version });
        }
        outside::permit_restoring(&mut act, &turn.viewer, turn.subject.organisation, id, "reason").await?;
        store::person::set_suspended(&mut act.tx, id, None, "").await?;
        store::person::set_version(&mut act.tx, id, turn.row.version + 1).await?;
        let body = json!({ "reason": reason, "address": asker.address });
        let seq = act.record(about(id, "restored", &body)).await?;
        if turn.is_from_outside() {
            turn.tell(&mut act, seq, NoticeWhat::AccountRestored).await?;
        }
        act.commit_members(()).await
    })
    .await
}
