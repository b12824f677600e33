//! Sharing an incident from its page: ready words, the look through a recipient's eyes, the act itself, and
//! what the recipients do with it.

use app::{
    model::{
        ShareId, Submitted,
        form::{Form as Which, OpenForm},
        share::ShareTemplate,
        timeline::TimelineQuery,
    },
    pages::{
        incident::{basis::ORIGINATOR_AT, share_form::BUTTONS},
        parts::Tone,
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{
    act::{Begun, answer, begin},
    draw, preview,
};
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        self, Error, settled,
        share::{OriginatorInput, ShareInput, Step, UnshareInput},
    },
    state::App,
    viewer::Member,
    web::read,
};

/// `POST /incidents/{number}/shares`
pub async fn share(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, mut typed } = begin(&app, &member, &path, form)?;
    let asked = |name: &str| Some(typed.value(name).to_owned()).filter(|value| !value.is_empty());
    let (wanted, template, change) = (asked("preview"), asked("use_template"), asked("change"));
    for button in BUTTONS {
        typed.remove(button);
    }
    if template.is_some() {
        let incident = service::incident::find(&room, &member.viewer, &number).await?;
        put_in(&mut typed, |template| service::share::words_of(template, &incident));
    }
    if template.is_some() || change.is_some() {
        let open = OpenForm::faulty(Which::Share, None, typed);
        return draw(&app, &member, &number, TimelineQuery::default(), Some(open), StatusCode::OK).await;
    }
    let input = input(&typed);
    if let Some(wanted) = wanted {
        return match service::share::preview(&room, &member.viewer, &number, &input, &wanted).await {
            Ok(found) => preview::draw(&app, &member, found, typed),
            Err(error) => {
                let failed = async { Err::<(), _>(error) };
                answer(&app, &member, number, Which::Share, None, typed, failed).await
            }
        };
    }
    let act = service::share::share(room, asker, once, number.clone(), input);
    match settled(act).await {
        Ok(shared) if !shared.held.is_empty() => {
            let words = "Held for counsel before it is delivered: see Shares, Held.";
            Ok(page::see_other_saying(&app, &format!("/incidents/{number}#shares"), Tone::Warn, words))
        }
        other => answer(&app, &member, number, Which::Share, None, typed, async { other }).await,
    }
}

/// `POST /incidents/{number}/unshare`: the lead ends an organisation's part.
pub async fn unshare(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input =
        UnshareInput { organisation: read::text(&typed, "organisation"), version: read::version(&typed) };
    let of = Some(input.organisation.clone());
    let act = service::share::unshare(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Unshare, of, typed, act).await
}

/// `POST /incidents/{number}/onward`: whoever takes part asks where it came from to let it pass.
pub async fn ask_onward(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, mut typed } = begin(&app, &member, &path, form)?;
    let template = !typed.value("use_template").is_empty();
    for button in BUTTONS {
        typed.remove(button);
    }
    if template {
        let incident = service::incident::find(&room, &member.viewer, &number).await?;
        put_in(&mut typed, |template| service::share::words_of(template, &incident));
        let open = OpenForm::faulty(Which::Onward, None, typed);
        return draw(&app, &member, &number, TimelineQuery::default(), Some(open), StatusCode::OK).await;
    }
    let act = service::share::ask(room, asker, once, number.clone(), input(&typed));
    match settled(act).await {
        Ok(made) => {
            let (tone, words) = match (made.held.len(), made.asked.len()) {
                (0, 0) => (Tone::Ok, "Shared: they see the incident already."),
                (0, _) => {
                    (Tone::Ok, "Asked: it waits for where it came from. See Shares, Waiting for others.")
                }
                _ => (Tone::Warn, "Held for your counsel first: see Shares, Held."),
            };
            Ok(page::see_other_saying(&app, &format!("/incidents/{number}#shares"), tone, words))
        }
        other => answer(&app, &member, number, Which::Onward, None, typed, async { other }).await,
    }
}

pub(in crate::web) fn input(typed: &Submitted) -> ShareInput {
    ShareInput {
        to: read::list(typed, "to"),
        named: read::people(typed, "named"),
        purpose: read::text(typed, "purpose"),
        text: read::text(typed, "text"),
        exhibits: read::list(typed, "exhibits"),
        entries: read::list(typed, "entries"),
        tlp: read::text(typed, "tlp"),
        foreign_nexus: read::text(typed, "foreign_nexus"),
        attributed_by: read::text(typed, "attributed_by"),
        reference: read::text(typed, "reference"),
        originator: OriginatorInput {
            name: read::text(typed, "originator_name"),
            role: read::text(typed, "originator_role"),
            jurisdiction: read::text(typed, "originator_jurisdiction"),
            at: read::moment(typed, ORIGINATOR_AT).unwrap_or_default(),
            words: read::text(typed, "originator_words"),
        },
        relay_of: read::text(typed, "relay_of"),
    }
}

/// Puts the chosen template in, with its purpose and its `words` for what is shared. What was written stays
/// above it.
pub(in crate::web) fn put_in(typed: &mut Submitted, words: impl Fn(&ShareTemplate) -> String) {
    let templates = service::share::templates();
    let Some(template) = templates.iter().find(|template| template.id == typed.value("template")) else {
        return;
    };
    let written = typed.value("text").trim_end().to_owned();
    let ready = templates.iter().any(|template| words(template).trim_end() == written);
    let words = words(template);
    let text = if written.is_empty() || ready { words } else { format!("{written}\n\n{words}") };
    typed.set("text", text);
    typed.set("purpose", template.purpose.wire());
}

/// `POST /incidents/{number}/shares/{id}/{step}`
pub async fn step_share(
    State(app): State<App>,
    member: Member,
    Path((path, id, word)): Path<(String, String, String)>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let share: ShareId = id.parse().map_err(|_| Error::NotFound)?;
    let step = match word.as_str() {
        "seen" => Step::Seen,
        "acknowledge" => Step::Acknowledge,
        "answer" => Step::Answer(read::text(&typed, "text")),
        "revoke" => Step::Revoke,
        _ => return Err(Error::NotFound.into()),
    };
    let which = if word == "answer" { Which::Answer } else { Which::Share };
    let act = service::share::step(room, asker, once, share, None, step);
    match settled(act).await {
        Ok(stepped) if stepped.held => {
            let words = "Held for counsel before it is sent: see Shares, Held.";
            Ok(page::see_other_saying(&app, &format!("/incidents/{number}#shares"), Tone::Warn, words))
        }
        other => answer(&app, &member, number, which, Some(id), typed, async { other }).await,
    }
}
