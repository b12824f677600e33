//! Sharing an incident from its page: ready words, the look through a recipient's eyes, the act itself, and
//! what the recipients do with it.

use app::{
    model::{
        ShareId, Submitted,
        form::{Form as Which, OpenForm},
        share::ShareTemplate,
    },
    pages::{
        incident::{basis::ORIGINATOR_AT, share_form::BUTTONS},
        parts::Tone,
    },
};
use axum::http::StatusCode;

use super::{begun::Begun, preview};
use crate::{
    error::Answer,
    service::{
        self, Error, Result, settled,
        share::{OriginatorInput, ShareInput, Step, UnshareInput},
    },
    web::read,
};

/// What a button of the form asks for before anything is sent.
enum Before {
    /// A look through these eyes.
    Look(String),
    /// The form again, with ready words in it or as it was.
    Again,
    /// Nothing: it is sent.
    Nothing,
}

/// Takes the buttons out of what was typed, and puts ready words in where one asks for them.
async fn before(begun: &mut Begun) -> Result<Before> {
    let (room, asker, _, number) = begun.asked();
    let typed = &mut begun.typed;
    let asked = |name: &str| Some(typed.value(name).to_owned()).filter(|value| !value.is_empty());
    let (wanted, template, change) = (asked("preview"), asked("use_template"), asked("change"));
    for button in BUTTONS {
        typed.remove(button);
    }
    if template.is_some() {
        let incident = service::incident::find(&room, &asker.viewer, &number).await?;
        put_in(typed, |template| service::share::words_of(template, &incident));
    }
    Ok(match wanted {
        _ if template.is_some() || change.is_some() => Before::Again,
        Some(wanted) => Before::Look(wanted),
        None => Before::Nothing,
    })
}

/// The form as it was typed.
async fn again(begun: &Begun, which: Which) -> Answer {
    begun.again(OpenForm::faulty(which, None, begun.typed.clone()), StatusCode::OK).await
}

/// `POST /incidents/{number}/shares`
pub async fn share(mut begun: Begun) -> Answer {
    let wanted = match before(&mut begun).await? {
        Before::Again => return again(&begun, Which::Share).await,
        Before::Look(wanted) => Some(wanted),
        Before::Nothing => None,
    };
    let (room, asker, once, number) = begun.asked();
    let input = input(&begun.typed);
    if let Some(wanted) = wanted {
        return match service::share::preview(&room, &asker.viewer, &number, &input, &wanted).await {
            Ok(found) => preview::draw(&begun.app, &begun.member, found, (Which::Share, begun.typed)),
            Err(error) => begun.answer(Which::Share, async { Err::<(), _>(error) }).await,
        };
    }
    match settled(service::share::share(room, asker, once, number, input)).await {
        Ok(shared) if !shared.held.is_empty() => {
            let words = "Held for counsel before it is delivered: see Shares, Held.";
            begun.see_other_saying(Which::Share, Tone::Warn, words)
        }
        other => begun.answer(Which::Share, async { other }).await,
    }
}

/// `POST /incidents/{number}/unshare`: the lead ends an organisation's part.
pub async fn unshare(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input =
        UnshareInput { organisation: read::text(typed, "organisation"), version: read::version(typed) };
    let of = Some(input.organisation.clone());
    let (room, asker, once, number) = begun.asked();
    let act = service::share::unshare(room, asker, once, number, input);
    begun.answer_of(Which::Unshare, of, act).await
}

/// `POST /incidents/{number}/onward`: whoever takes part asks where it came from to let it pass.
pub async fn ask_onward(mut begun: Begun) -> Answer {
    let wanted = match before(&mut begun).await? {
        Before::Again => return again(&begun, Which::Onward).await,
        Before::Look(wanted) => Some(wanted),
        Before::Nothing => None,
    };
    let (room, asker, once, number) = begun.asked();
    let input = input(&begun.typed);
    if let Some(wanted) = wanted {
        return match service::share::preview_ask(&room, &asker.viewer, &number, &input, &wanted).await {
            Ok(found) => preview::draw(&begun.app, &begun.member, found, (Which::Onward, begun.typed)),
            Err(error) => begun.answer(Which::Onward, async { Err::<(), _>(error) }).await,
        };
    }
    let act = service::share::ask(room, asker, once, number, input);
    match settled(act).await {
        Ok(made) => {
            let (tone, words) = match (made.held.len(), made.asked.len()) {
                (0, 0) => (Tone::Ok, "Shared: they see the incident already."),
                (0, _) => {
                    (Tone::Ok, "Asked: it waits for where it came from. See Shares, Waiting for others.")
                }
                _ => (Tone::Warn, "Held for your counsel first: see Shares, Held."),
            };
            begun.see_other_saying(Which::Onward, tone, words)
        }
        other => begun.answer(Which::Onward, async { other }).await,
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
pub async fn step_share(begun: Begun) -> Answer {
    let share: ShareId = begun.id()?;
    let of = Some(begun.part("id").to_owned());
    let (step, which) = match begun.part("step") {
        "seen" => (Step::Seen, Which::Share),
        "acknowledge" => (Step::Acknowledge, Which::Share),
        "answer" => (Step::Answer(read::text(&begun.typed, "text")), Which::Answer),
        "revoke" => (Step::Revoke, Which::Share),
        _ => return Err(Error::NotFound.into()),
    };
    let (room, asker, once, _) = begun.asked();
    match settled(service::share::step(room, asker, once, share, None, step)).await {
        Ok(stepped) if stepped.held => {
            let words = "Held for counsel before it is sent: see Shares, Held.";
            begun.see_other_saying(which, Tone::Warn, words)
        }
        other => begun.answer_of(which, of, async { other }).await,
    }
}
