//! The story's acts of the sharing ledger: who told whom what, who let it pass, what became of it.

use std::collections::HashMap;

use app::model::{ShareId, id::Number};

use super::{load::Deed, replay::known};
use crate::service::{
    Asker, Error, Once, Result, Room,
    share::{self, Decision, OnwardDecision, ShareInput, Step},
};

/// The shares, holds and requests of an incident by the names that its story gives them.
type Named = HashMap<String, ShareId>;

pub(super) async fn cross(
    room: &Room,
    asker: Asker,
    number: Number,
    act: &Deed,
    names: &mut Named,
) -> Result<()> {
    let (room, once) = (room.clone(), Once::each_time());
    let step = |id, step| share::step(room.clone(), asker.clone(), once.clone(), id, None, step);
    let decide =
        |id, decision| share::decide_onward(room.clone(), asker.clone(), once.clone(), id, None, decision);
    match act {
        Deed::Share { id, to, purpose, text, originator, held } => {
            let input = ShareInput { originator: originator.clone(), ..input(to, purpose, text) };
            let shared = share::share(room, asker, once, number, input).await?;
            if *held == shared.held.is_empty() {
                return Err(Error::internal(format!("held for counsel: not as the story says ({held})")));
            }
            if let (Some(id), Some(made)) = (id, shared.shares.first().or(shared.held.first())) {
                names.insert(id.clone(), *made);
            }
            return Ok(());
        }
        Deed::Onward { id, to, purpose, text } => {
            let asked = share::ask(room, asker, once, number, input(to, purpose, text)).await?;
            let made = asked.asked.first().ok_or_else(|| Error::internal(format!("{id} needs no leave")))?;
            names.insert(id.clone(), *made);
            return Ok(());
        }
        Deed::Return { share, comment } => {
            let (id, decision) = (known(names, share)?, Decision::Return(comment.clone()));
            share::decide(room, asker, once, id, 1, decision).await
        }
        Deed::ShareAssign { share, person } => {
            share::assign(room, asker, once, known(names, share)?, person.clone()).await
        }
        Deed::OnwardApprove { share } => decide(known(names, share)?, OnwardDecision::Approve).await,
        Deed::OnwardRefuse { share, comment } => {
            decide(known(names, share)?, OnwardDecision::Refuse(comment.clone())).await
        }
        Deed::ShareSeen { share } => step(known(names, share)?, Step::Seen).await,
        Deed::ShareAcknowledge { share } => step(known(names, share)?, Step::Acknowledge).await,
        Deed::ShareAnswer { share, text } => step(known(names, share)?, Step::Answer(text.clone())).await,
        Deed::Revoke { share } => step(known(names, share)?, Step::Revoke).await,
        other => return Err(Error::internal(format!("not of the ledger: {other:?}"))),
    }
    .map(drop)
}

fn input(to: &str, purpose: &str, text: &str) -> ShareInput {
    ShareInput {
        to: vec![to.to_owned()],
        purpose: purpose.to_owned(),
        text: text.to_owned(),
        ..ShareInput::default()
    }
}
