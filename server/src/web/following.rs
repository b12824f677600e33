//! To follow an incident, and to stop to.

use axum::extract::{Path, State};

use super::incident::number;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{following, settled},
    state::App,
    viewer::Member,
};

/// `POST /incidents/{number}/follow`
pub async fn follow(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    set(app, member, &word, form, true).await
}

/// `POST /incidents/{number}/unfollow`
pub async fn unfollow(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    set(app, member, &word, form, false).await
}

async fn set(app: App, member: Member, word: &str, form: Form, following: bool) -> Answer {
    let (_, once) = form.into_parts();
    let number = number(word)?;
    let act = following::set(app.room.clone(), member.asker.clone(), once, number.clone(), following);
    settled(act).await?;
    Ok(page::see_other(&format!("/incidents/{number}#incident-head")))
}
