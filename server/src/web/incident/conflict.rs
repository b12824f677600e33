//! Two people changed the same incident: the page with what stands now and what was typed.
//!
//! Nothing is overwritten that the page does not show, and the button does the very act that was meant, on the
//! version that stands; where that is no longer possible the page says so.

mod act;
mod choice;

use app::{
    model::{
        Submitted,
        form::Form as Which,
        incident::{Incident, Jurisdiction},
    },
    pages::problem::{self, ConflictView, Contested, Fact, Next, Own, Problem},
    policy::Cleared,
};
use axum::http::StatusCode;

use crate::{
    error::Answer,
    page,
    service::{self, Conflict, Result},
    state::App,
    viewer::Member,
    web::read,
};

/// What a form is compared with.
struct Compared<'a> {
    app: &'a App,
    member: &'a Member,
    incident: &'a Cleared<Incident>,
    typed: &'a Submitted,
}

/// What the page shows of a form.
struct Shown {
    stands: Vec<Fact>,
    fields: Vec<Contested>,
    own: Vec<Own>,
    next: Next,
}

impl Shown {
    /// The act as it was meant, on what stands.
    fn act(stands: Vec<Fact>, own: Vec<Option<Own>>, next: Next) -> Self {
        Self { stands, fields: vec![], own: own.into_iter().flatten().collect(), next }
    }

    /// Names of controls that the page draws.
    fn names(&self) -> Vec<&str> {
        let own = self.own.iter().flat_map(|own| own.pairs.iter().map(|(name, _)| name.as_str()));
        self.fields.iter().map(|field| field.name.as_str()).chain(own).collect()
    }
}

/// Answers 409 with what stands now beside what was typed.
pub(super) async fn draw(
    app: &App,
    member: &Member,
    which: Which,
    typed: Submitted,
    conflict: Conflict,
) -> Answer {
    let incident = service::incident::find(&app.room, &member.viewer, &conflict.number).await?;
    let by = service::entry::last_change(&app.room, &incident).await?;
    let compared = Compared { app, member, incident: &incident, typed: &typed };
    let shown = compared.shown(which).await?;
    let names = shown.names();
    let rows = ["jurisdiction_state", "jurisdiction_county"];
    let places = names.contains(&read::PLACES);
    let goes_along =
        |name: &str| name != "version" && !names.contains(&name) && !(places && rows.contains(&name));
    let rest = typed.pairs().iter().filter(|(name, _)| goes_along(name)).cloned().collect();
    let Shown { stands, fields, own, next } = shown;
    let view = ConflictView {
        number: conflict.number.clone(),
        title: incident.title.clone(),
        // An act may have a path of its own below that of its form.
        action: member.visit.path.clone(),
        version: incident.version,
        by,
        stands,
        fields,
        own,
        rest,
        next,
    };
    let problem = Problem::Conflict(Box::new(view));
    Ok(page::render(app, member, StatusCode::CONFLICT, |frame| problem::page(&frame, problem)))
}

impl Compared<'_> {
    async fn shown(&self, which: Which) -> Result<Shown> {
        let tail = self.member.visit.path.rsplit('/').next().unwrap_or_default();
        Ok(match (which, tail) {
            (Which::Edit, _) => self.edit().await?,
            (Which::Content, _) => self.content().await?,
            (Which::Marking, _) => self.marking(),
            (Which::Severity, _) => self.severity(),
            (Which::Status, _) => self.status(),
            (Which::Verification, _) => self.verification(),
            (Which::Owner, "take") => self.take(),
            (Which::Owner, "accept") => self.accept(),
            (Which::Owner, _) => self.owner(),
            (Which::Hold, "resume") => self.resume(),
            (Which::Hold, _) => self.hold(),
            (Which::LegalHold, _) => self.legal_hold(),
            (Which::Clearance, _) => self.clearance(),
            (Which::Unshare, _) => self.unshare(),
            _ => self.others(),
        })
    }

    /// Running text, to be changed or copied; none where nothing was typed.
    fn text(&self, name: &str, label: &str) -> Option<Own> {
        let value = self.typed.value(name);
        let pairs = vec![(name.to_owned(), value.to_owned())];
        (!value.trim().is_empty()).then(|| Own { pairs, label: label.to_owned(), shown: None })
    }

    /// What was chosen, in words.
    fn chosen(&self, name: &str, label: &str, words: impl Into<String>) -> Option<Own> {
        let pairs = vec![(name.to_owned(), self.typed.value(name).to_owned())];
        Some(Own { pairs, label: label.to_owned(), shown: Some(words.into()) })
    }

    /// A form that has no version of its own: what was typed into it.
    fn others(&self) -> Shown {
        let machinery = ["version", "form_id", "offered", "corrects"];
        let typed = self.typed.pairs().iter().filter(|(name, _)| !machinery.contains(&name.as_str()));
        let own = typed.map(|(name, _)| self.text(name, &name.replace('_', " "))).collect();
        Shown::act(vec![], own, Next::Send("Send again"))
    }
}

/// Places in the order in which they are compared.
fn sorted(mut places: Vec<Jurisdiction>) -> Vec<Jurisdiction> {
    places.sort();
    places
}
