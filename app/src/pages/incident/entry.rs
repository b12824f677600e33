//! One line of the timeline. What arrives live is taken from the page, so that it is drawn in one place.

use leptos::{
    either::{Either, EitherOf3, EitherOf4},
    prelude::*,
};

use super::{
    audience_line::audience_line,
    wording::{changed, difference, folds, versions},
};
use crate::{
    model::{
        Number, Organisation, OrganisationId, PersonId, Tlp,
        entry::{Entry, EntryKind},
        exhibit::{Exhibit, size_words},
        form::Form,
        incident::Status,
        mention::{self, Piece},
    },
    pages::parts::{Icon, Time, TlpChip, icon::mark},
};

/// What an entry is drawn with besides itself: the incident it lies in, and who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySetting {
    pub number: Number,
    pub tlp: Tlp,
    /// Lead and shared-with, lead first: who sees what is not narrowed.
    pub members: Vec<Organisation>,
    pub reader: PersonId,
    pub organisation: OrganisationId,
    pub may_post: bool,
    /// Also what colleagues of the same organisation wrote.
    pub may_strike_all: bool,
    /// The form with which an entry goes along to others.
    pub shares_by: Option<Form>,
}

impl EntrySetting {
    /// `/incidents/WF-0147`
    pub fn path(&self) -> String {
        format!("/incidents/{}", self.number)
    }
    fn may_correct(&self, entry: &Entry) -> bool {
        let author = entry.author.as_ref().is_some_and(|author| author.id == self.reader);
        self.may_post && author && entry.kind.is_written() && entry.struck.is_none()
    }
    fn may_strike(&self, entry: &Entry) -> bool {
        let colleague = entry.author.as_ref().is_some_and(|a| a.organisation.id == self.organisation);
        let theirs = self.may_correct(entry) || (self.may_strike_all && colleague);
        theirs && entry.kind.is_written() && entry.struck.is_none()
    }
}

/// What an evidence entry shows of its exhibit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExhibitLine {
    pub number: i64,
    pub name: String,
    /// `412 KB · SHA-256 41aa c07d…e913`
    pub facts: String,
    pub is_image: bool,
}

impl From<&Exhibit> for ExhibitLine {
    fn from(exhibit: &Exhibit) -> Self {
        let facts = match exhibit.short_hash() {
            Some(hash) => format!("{} · SHA-256 {hash}", size_words(exhibit.size)),
            None => "Link".into(),
        };
        Self { number: exhibit.number, name: exhibit.name.clone(), facts, is_image: exhibit.has_thumbnail }
    }
}

/// How an entry is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A card with text, author and audience.
    Card,
    /// A heavy line across: the incident reached a status.
    Phase(Status),
    /// A quiet line: the product, a share, a file without words.
    Line,
}

fn shape(entry: &Entry) -> Shape {
    let reached = entry.change.as_ref().and_then(|change| {
        Status::ALL.iter().copied().find(|s| change.new == s.label() || change.new == s.wire())
    });
    match (entry.kind, reached) {
        (EntryKind::Status, Some(status)) if entry.struck.is_none() => Shape::Phase(status),
        (EntryKind::System | EntryKind::Status | EntryKind::Share, _) => Shape::Line,
        (EntryKind::Evidence, _) if entry.text.is_empty() => Shape::Line,
        _ => Shape::Card,
    }
}

/// An entry as an item of the timeline's list.
pub fn entry_item(
    entry: &Entry,
    setting: &EntrySetting,
    exhibit: Option<&ExhibitLine>,
) -> impl IntoView + use<> {
    let shape = shape(entry);
    let narrowed = entry.tlp == Tlp::Red || !entry.audience.is_empty();
    let kind = match entry.kind {
        EntryKind::Decision => "decision",
        _ if narrowed => "restricted",
        kind => kind.wire(),
    };
    let class = match shape {
        Shape::Phase(_) => "te te-phase".to_owned(),
        Shape::Line => "te te-sys".to_owned(),
        Shape::Card => {
            let back = if entry.is_back_dated() { " te-back" } else { "" };
            let struck = if entry.struck.is_some() { " is-struck" } else { "" };
            format!("te{back}{struck}")
        }
    };
    let status = match shape {
        Shape::Phase(status) => Some(status.wire()),
        _ => None,
    };
    let node = match shape {
        Shape::Phase(status) => Either::Left(mark("status-glyph", &format!("st-{status}"))),
        _ => Either::Right(view! { <Icon name=icon(entry, narrowed) size="sm" /> }),
    };
    let inside = match shape {
        Shape::Phase(status) => EitherOf3::A(phase(entry, status)),
        Shape::Line => EitherOf3::B(line(entry, setting, exhibit)),
        Shape::Card => EitherOf3::C(card(entry, setting, exhibit)),
    };
    view! {
        <li
            class=class
            id=format!("entry-{}", entry.id)
            data-kind=kind
            data-at=entry.happened_at.0.to_string()
            data-status=status
        >
            <span class="te-time"><Time at=entry.happened_at /></span>
            <span class="te-node">{node}</span>
            {inside}
        </li>
    }
}

fn icon(entry: &Entry, narrowed: bool) -> &'static str {
    match entry.kind {
        EntryKind::Decision => "scale",
        EntryKind::Evidence => "paperclip",
        EntryKind::Share => "share-2",
        EntryKind::System | EntryKind::Status => "circle-dot",
        _ if narrowed => "lock",
        _ if entry.is_back_dated() => "history",
        EntryKind::Observation => "eye",
        EntryKind::Request => "arrow-right",
        EntryKind::Answer => "undo-2",
        EntryKind::Update => "message-square-text",
    }
}

/// Organisation and person, as a line begins; the product itself has neither.
pub(super) fn by(entry: &Entry) -> impl IntoView + use<> {
    let (organisation, name) = match &entry.author {
        Some(author) => (author.organisation.short.clone(), Some(author.name.clone())),
        None => ("Watchfloor".to_owned(), None),
    };
    let name = name.map(|name| view! { <span class="te-person">{name}</span>" " });
    view! { <b>{organisation}</b>" "{name} }
}

/// Texts up to this long stand on the line; longer ones under it.
const NOTE: usize = 140;

fn phase(entry: &Entry, status: Status) -> impl IntoView + use<> {
    let by = entry
        .author
        .as_ref()
        .map(|author| format!("Set by {} ({}).", author.name, author.organisation.short));
    let (short, long) = match entry.text.clone() {
        text if text.is_empty() => (None, None),
        text if text.len() <= NOTE => (Some(format!("{text} ")), None),
        text => (None, Some(view! { <p class="te-note te-text">{text}</p> })),
    };
    view! { <p class="te-line"><strong>{status.label()}</strong><span>{short}{by}</span></p>{long} }
}

fn line(entry: &Entry, setting: &EntrySetting, exhibit: Option<&ExhibitLine>) -> impl IntoView + use<> {
    let chip =
        (entry.tlp > setting.tlp || entry.tlp == Tlp::Red).then(|| view! { " "<TlpChip tlp=entry.tlp /> });
    let file = entry.exhibit.map(|number| {
        let href = format!("{}/evidence/E-{number}", setting.path());
        let name = exhibit.map(|exhibit| format!(" {}", exhibit.name));
        view! { "added "<a href=href>{format!("E-{number}")}</a>{name}" " }
    });
    let change = entry.change.as_ref().map(|change| changed(change, entry.kind));
    let between = entry.change.as_ref().filter(|change| !folds(change)).map(|_| "· ");
    let text = (!entry.text.is_empty())
        .then(|| view! { {between}<span class="te-text">{entry.text.clone()}</span> });
    // Not a paragraph: a long change folds away, and a fold ends a paragraph.
    view! { <div class="te-line">{by(entry)}{file}{change}{text}{chip}</div> }
}

fn card(entry: &Entry, setting: &EntrySetting, exhibit: Option<&ExhibitLine>) -> impl IntoView + use<> {
    let backline = entry.is_back_dated().then(|| {
        let later = crate::model::moment::span(entry.recorded_at.since(entry.happened_at));
        let by = entry.author.as_ref().map(|author| format!(", by {}", author.name));
        view! {
            <p class="te-backline">
                <b>"Happened "<Time at=entry.happened_at /></b><Icon name="arrow-right" size="sm" />
                <span>"recorded "<Time at=entry.recorded_at />{format!(", {later} later")}{by}</span>
            </p>
        }
    });
    let file = entry.exhibit.map(|number| file_box(number, setting, exhibit));
    let change =
        entry.change.as_ref().map(|change| view! { <p class="te-change">{changed(change, entry.kind)}</p> });
    view! {
        <article class="te-body">
            {backline}
            <header class="te-head">{head(entry)}<TlpChip tlp=entry.tlp /></header>
            {text(entry)}
            {change}
            {file}
            {struck(entry)}
            <footer class="te-foot">
                {audience_line(entry, setting)}
                {versions(entry)}
                {acts(entry, setting)}
            </footer>
        </article>
    }
}

/// Who wrote it and what kind of entry it is, where the kind is not plain from its look.
fn head(entry: &Entry) -> impl IntoView + use<> {
    let kind = match entry.kind {
        EntryKind::Observation => "observation",
        EntryKind::Request => "request",
        EntryKind::Answer => "answer",
        EntryKind::Evidence => "added evidence",
        EntryKind::Decision
        | EntryKind::Update
        | EntryKind::Share
        | EntryKind::Status
        | EntryKind::System => "",
    };
    let decision = (entry.kind == EntryKind::Decision)
        .then(|| view! { <b>"Decision"</b>" "<span class="te-person">"by"</span>" " });
    let kind = (!kind.is_empty()).then(|| view! { <span class="te-what">{kind}</span>" " });
    let corrected = (!entry.earlier.is_empty()).then(|| view! { <span class="te-what">"corrected"</span> });
    view! { {decision}{by(entry)}{kind}{corrected} }
}

/// The words themselves: struck through, compared with the wording before, or plain. A decision's first
/// paragraph is the decision; what follows says why.
fn text(entry: &Entry) -> impl IntoView + use<> {
    let words = entry.text.as_str();
    let plain = |words: &str| mention::named(words, &entry.mentions);
    match (&entry.struck, entry.earlier.first()) {
        (Some(_), _) => EitherOf4::A(view! { <p class="te-text"><del>{plain(words)}</del></p> }),
        (None, Some(before)) => {
            EitherOf4::B(view! { <p class="te-text">{difference(&plain(&before.text), &plain(words))}</p> })
        }
        (None, None) if entry.kind == EntryKind::Decision => {
            let (decision, why) = words.split_once("\n\n").unwrap_or((words, ""));
            let why = (!why.is_empty()).then(|| view! { <p class="te-text">{called(why.trim(), entry)}</p> });
            EitherOf4::C(view! { <p class="te-text te-decision">{called(decision, entry)}</p>{why} })
        }
        (None, None) => EitherOf4::D(view! { <p class="te-text">{called(words, entry)}</p> }),
    }
}

/// Words, with the people that they call by name.
fn called(words: &str, entry: &Entry) -> impl IntoView + use<> {
    let pieces = mention::pieces(words, &entry.mentions).into_iter().map(|piece| match piece {
        Piece::Words(words) => Either::Left(words.to_owned()),
        Piece::Person(person) => {
            let email = person.email.clone();
            Either::Right(view! { <span class="mention" title=email>{mention::called(person)}</span> })
        }
    });
    pieces.collect_view()
}

fn struck(entry: &Entry) -> impl IntoView + use<> {
    entry.struck.as_ref().map(|strike| {
        let by = format!(" by {} ({}): {}", strike.by.name, strike.by.organisation.short, strike.reason);
        view! {
            <p class="te-struck"><Icon name="ban" size="sm" /><span><b>"Struck "<Time at=strike.at /></b>{by}</span></p>
        }
    })
}

fn file_box(number: i64, setting: &EntrySetting, exhibit: Option<&ExhibitLine>) -> impl IntoView + use<> {
    let href = format!("{}/evidence/E-{number}", setting.path());
    let (name, facts) =
        exhibit.map_or((format!("Exhibit E-{number}"), String::new()), |e| (e.name.clone(), e.facts.clone()));
    let icon = if exhibit.is_some_and(|exhibit| exhibit.is_image) { "image" } else { "file-text" };
    view! {
        <p class="te-file">
            <span class="thumb"><Icon name=icon size="lg" /></span>
            <span><a href=href>{name}</a><small>{facts}</small></span>
            <span class="mono">{format!("E-{number}")}</span>
        </p>
    }
}

/// What the reader may do with it; each opens its form by an address, so it works without JavaScript.
fn acts(entry: &Entry, setting: &EntrySetting) -> impl IntoView + use<> {
    let link = |may: bool, words: &'static str, to: &str| {
        may.then(|| {
            let href = format!("{}?form={to}", setting.path());
            view! { <a class="te-act" href=href>{words}</a> }
        })
    };
    let correct = link(setting.may_correct(entry), "Correct", &format!("entries&of={}#compose", entry.id));
    let strike = link(setting.may_strike(entry), "Strike", &format!("strike&of={}#strike", entry.id));
    let share = setting.shares_by.filter(|_| entry.goes_along()).map(|form| {
        let words = if form == Form::Share { "Share" } else { "Pass on" };
        link(true, words, &format!("{form}&entry={}#share", entry.id))
    });
    view! { <span class="te-acts">{correct}{strike}{share}</span> }
}
