//! What is posted to an incident's timeline, and struck from it.

use app::{
    model::{
        EntryId, Submitted, Tlp,
        audience::narrowed,
        form::{Form as Which, OpenForm},
    },
    pages::parts::Tone,
};
use axum::http::StatusCode;

use super::begun::Begun;
use crate::{
    error::Answer,
    page,
    service::{self, entry::PostEntry, settled},
    web::read,
};

/// Said where an entry waits for counsel.
const HELD: &str = "Held for counsel before it is posted: see Shares, Held.";

/// `POST /incidents/{number}/entries`
pub async fn post_entry(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let of = read::optional(typed, "corrects");
    if !typed.value("preview").is_empty() {
        let open = OpenForm { preview: true, ..OpenForm::faulty(Which::Entry, of, typed.clone()) };
        return begun.again(open, StatusCode::OK).await;
    }
    let input = PostEntry {
        kind: read::text(typed, "kind"),
        text: read::text(typed, "text"),
        tlp: read::text(typed, "tlp"),
        audience: audience(typed),
        // Names that stand behind another marking mean nothing.
        named: if typed.value("tlp") == Tlp::Red.wire() { read::people(typed, "named") } else { vec![] },
        happened_at: read::moment(typed, ["happened_date", "happened_time", "happened_zone"]),
        corrects: of.clone(),
    };
    // The browser keeps what was typed until the page says that it is here.
    let posted = match of.as_deref().and_then(|id| id.parse::<EntryId>().ok()) {
        Some(id) => format!("/incidents/{}?posted={id}&at={id}#entry-{id}", begun.number),
        None => format!("/incidents/{}?posted=#timeline", begun.number),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::entry::post(room, asker, once, number, input);
    match settled(act).await {
        Ok(done) if done.held => Ok(page::see_other_saying(&begun.app, &posted, Tone::Warn, HELD)),
        Ok(_) => Ok(page::see_other(&posted)),
        other => begun.answer_of(Which::Entry, of, async { other }).await,
    }
}

/// `POST /incidents/{number}/entries/{id}/strike`
pub async fn strike_entry(begun: Begun) -> Answer {
    let (entry, reason) = (begun.id()?, read::text(&begun.typed, "reason"));
    let of = Some(begun.part("id").to_owned());
    let (room, asker, once, number) = begun.asked();
    let act = service::entry::strike(room, asker, once, number, entry, reason);
    begun.answer_of(Which::Strike, of, act).await
}

/// What the ticked boxes narrow it to; at a marking that knows no organisations they mean nothing.
fn audience(typed: &Submitted) -> Vec<String> {
    match typed.value("tlp").parse() {
        Ok(Tlp::Amber | Tlp::AmberStrict) => {
            narrowed(&read::list(typed, "offered"), read::list(typed, "audience"))
        }
        _ => vec![],
    }
}
