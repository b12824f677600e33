//! Sharing an incident from its page: ready words, the look through a recipient's eyes, the act itself, and
//! what the recipients do with it.

use app::{
    model::{
        FieldErrors, ShareId, Submitted,
        form::{Form as Which, OpenForm},
        incident::Incident,
        share::ShareTemplate,
    },
    pages::{
        incident::{
            basis::ORIGINATOR_AT,
            share_form::{BUTTONS, FURTHER},
        },
        parts::Tone,
    },
    policy::{Cleared, Viewer},
};
use axum::http::StatusCode;

use super::{begun::Begun, preview};
use crate::{
    error::Answer,
    service::{
        self, Error, Result, Room, settled,
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

/// Takes the buttons out of what was typed, ticks the further exhibits that are there, and puts ready words in where
/// one asks for them.
async fn before(begun: &mut Begun) -> Result<Before> {
    let (room, asker, _, number) = begun.asked();
    let typed = &mut begun.typed;
    if !typed.value(FURTHER).trim().is_empty() {
        let incident = service::incident::find(&room, &asker.viewer, &number).await?;
        tick_further(&room, &asker.viewer, &incident, typed).await?;
    }
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

/// Exhibits that were named by their labels are ticked like the others from now on. What is none stays as it was typed,
/// with a message beside it.
async fn tick_further(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    typed: &mut Submitted,
) -> Result<()> {
    let text = typed.value(FURTHER).to_owned();
    let mut words: Vec<&str> =
        text.split([',', ';', ' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()).collect();
    words.dedup();
    if words.len() > FURTHER_MOST {
        typed.errors.add(FURTHER, format!("At most {FURTHER_MOST} go along with one share"));
        return Ok(());
    }
    let number = |word: &str| {
        let digits = word.trim_start_matches(['E', 'e']).trim_start_matches('-');
        digits.parse::<i64>().ok().filter(|number| *number > 0)
    };
    let numbers: Vec<i64> = words.iter().copied().filter_map(number).collect();
    let found = service::evidence::list_of(room, viewer, incident, &numbers).await?;
    let mut left = vec![];
    for word in words {
        match number(word).filter(|number| found.iter().any(|exhibit| exhibit.number == *number)) {
            Some(number) if typed.has("exhibits", &number.to_string()) => {}
            Some(number) => typed.push("exhibits", number.to_string()),
            None => left.push(word),
        }
    }
    typed.remove(FURTHER);
    if !left.is_empty() {
        for word in &left {
            let word: String = word.chars().take(20).collect();
            typed.errors.add(FURTHER, format!("There is no exhibit {word}"));
        }
        typed.set(FURTHER, left.join(", "));
    }
    Ok(())
}

/// As many exhibits as go along with one share.
const FURTHER_MOST: usize = 100;

/// The form as it was typed.
async fn again(begun: &Begun, which: Which) -> Answer {
    begun.again(OpenForm::faulty(which, None, begun.typed.clone()), StatusCode::OK).await
}

/// What was typed has its messages already: nothing else is wrong with it.
fn refused() -> Result<()> {
    Err(Error::Invalid(FieldErrors::default()))
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
    if begun.typed.error(FURTHER).is_some() {
        let other = service::share::preview(&room, &asker.viewer, &number, &input, "").await.map(drop);
        return begun.answer(Which::Share, async { other.and_then(|()| refused()) }).await;
    }
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
    if begun.typed.error(FURTHER).is_some() {
        let other = service::share::preview_ask(&room, &asker.viewer, &number, &input, "").await.map(drop);
        return begun.answer(Which::Onward, async { other.and_then(|()| refused()) }).await;
    }
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
