//! Pages for what went wrong: what is safe, what to do, and the reference to quote. Never a cause.

mod again;
mod conflict;
mod decided;
mod words;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::Icon,
};
use crate::model::{FieldErrors, Moment, Person, id::Number};
use again::Way;
use words::Words;

/// A request that did not succeed, as its page shows it. `typed` stands on the page to be copied, `again` can be sent
/// from it as well.
#[derive(Clone, Debug)]
pub enum Problem {
    /// 404. One page for the hidden and the absent; it carries nothing that could tell them apart.
    NotFound { organisation: Option<String>, typed: Option<Again> },
    /// 401 to a form: the session ended while it was written in.
    SignedOut { again: Option<Again> },
    /// 403: seen, but not theirs to do.
    Forbidden { act: String, typed: Option<Again> },
    /// 403 too: the form's token is missing, foreign or too old.
    Stale { again: Again },
    /// 409 on a version: both texts.
    Conflict(Box<ConflictView>),
    /// 409 on what was decided meanwhile: how, and what was typed.
    Decided(Box<DecidedView>),
    /// 409 where no form can show both, with what is known in words.
    Changed { words: String, typed: Option<Again> },
    /// 413, with the limit in words: `250 MB`.
    TooLarge { limit: String, typed: Option<Again> },
    /// 422 where no form can show the messages.
    Invalid { errors: FieldErrors, typed: Option<Again> },
    /// 422 too: the same form was sent before with other words.
    Used { again: Option<Again> },
    /// 429, with the seconds to wait.
    TooMany { retry_after_s: i64, again: Option<Again> },
    /// 500.
    Internal { reference: String, again: Option<Again> },
    /// 503: database or evidence store does not answer, or not in time.
    Unavailable { reference: String, again: Option<Again> },
    /// 503 too: the room is read-only for now.
    ReadOnly { again: Option<Again> },
    /// 507: no space left.
    Full { reference: String, again: Option<Again> },
}

impl Problem {
    /// The HTTP status that its page is sent with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::SignedOut { .. } => 401,
            Self::Forbidden { .. } | Self::Stale { .. } => 403,
            Self::Conflict(_) | Self::Decided(_) | Self::Changed { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::Invalid { .. } | Self::Used { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable { .. } | Self::ReadOnly { .. } => 503,
            Self::Full { .. } => 507,
        }
    }
}

/// A form that can be sent again. The server leaves out passwords and files.
#[derive(Clone, Debug)]
pub struct Again {
    /// Path that it posts to.
    pub action: String,
    pub pairs: Vec<(String, String)>,
    /// It takes files, as `multipart/form-data`; they have to be picked again.
    pub files: bool,
    /// The token that makes it the same sending as before; none makes it another.
    pub token: Option<String>,
}

impl Again {
    /// A form without files, as another sending.
    pub fn of(action: &str, pairs: Vec<(String, String)>) -> Self {
        Self { action: action.to_owned(), pairs, files: false, token: None }
    }
}

/// Two people changed the same thing.
#[derive(Clone, Debug)]
pub struct ConflictView {
    pub number: Number,
    pub title: String,
    /// Path that was posted to, and is posted to again.
    pub action: String,
    /// The current version, which the next attempt carries.
    pub version: i64,
    /// Who changed it meanwhile, and when.
    pub by: Option<(Person, Moment)>,
    /// What stands now, where there is nothing to choose between.
    pub stands: Vec<Fact>,
    /// Fields that differ: one of two texts is chosen.
    pub fields: Vec<Contested>,
    /// What was typed beside them, and goes along.
    pub own: Vec<Own>,
    /// The rest of the form, sent again as it was; without `version` and the form's token.
    pub rest: Vec<(String, String)>,
    pub next: Next,
}

/// What can be done after somebody else was faster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The same act on what stands now; the words of its button.
    Send(&'static str),
    /// Nothing any more, and why.
    Over(String),
}

/// One line of how things stand.
#[derive(Clone, Debug)]
pub struct Fact {
    pub label: String,
    pub words: String,
    /// A moment that belongs to the words.
    pub at: Option<Moment>,
}

impl Fact {
    pub fn new(label: &str, words: impl Into<String>) -> Self {
        Self { label: label.to_owned(), words: words.into(), at: None }
    }
    pub fn at(self, at: Option<Moment>) -> Self {
        Self { at, ..self }
    }
}

/// A field that nobody else filled in.
#[derive(Clone, Debug)]
pub struct Own {
    /// Name of the control; several where one thing was typed in parts.
    pub pairs: Vec<(String, String)>,
    pub label: String,
    /// A choice in words; none for running text, which can be changed.
    pub shown: Option<String>,
}

/// One field in two versions.
#[derive(Clone, Debug)]
pub struct Contested {
    /// Name of the control.
    pub name: String,
    pub label: String,
    pub theirs: Side,
    pub yours: Side,
    /// Both kept.
    pub both: Option<Side>,
    /// Yours is chosen as the page opens: where what you sent is what stood there before, you changed nothing.
    pub mine: bool,
    /// What choosing yours would do beside the words.
    pub note: Option<String>,
}

/// One version of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// As the control sends it.
    pub value: String,
    /// As people read it: `High` for `high`.
    pub shown: String,
}

impl Side {
    pub fn new(value: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { value: value.into(), shown: shown.into() }
    }
}

impl Contested {
    /// Running text: both can be kept, one below the other.
    pub fn text(name: &str, label: &str, theirs: &str, yours: &str) -> Self {
        let joined = format!("{}\n\n{yours}", theirs.trim_end());
        let full = !theirs.trim().is_empty() && !yours.trim().is_empty();
        Self {
            both: full.then(|| Side::new(joined, "Theirs, then yours below it.")),
            ..Self::choice(name, label, Side::new(theirs, theirs), Side::new(yours, yours))
        }
    }
    /// One of two.
    pub fn choice(name: &str, label: &str, theirs: Side, yours: Side) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Self { name, label, theirs, yours, both: None, mine: true, note: None }
    }
}

/// Somebody else decided first: how, and what was typed.
#[derive(Clone, Debug)]
pub struct DecidedView {
    pub number: Number,
    pub title: String,
    /// Who, and when.
    pub by: Option<(Person, Moment)>,
    /// How it stands now.
    pub stands: Vec<Fact>,
    pub typed: Vec<(String, String)>,
    /// The list that it was decided in.
    pub list: String,
}

impl Problem {
    /// What was typed, and what can be done with it.
    fn typed(&self) -> Option<(&Again, Way)> {
        let (typed, way) = match self {
            Self::Stale { again } => (Some(again), Way::Again),
            Self::SignedOut { again }
            | Self::TooMany { again, .. }
            | Self::Internal { again, .. }
            | Self::Unavailable { again, .. }
            | Self::ReadOnly { again }
            | Self::Full { again, .. } => (again.as_ref(), Way::Again),
            Self::Used { again } => (again.as_ref(), Way::Anew),
            // Another file can be picked.
            Self::TooLarge { typed: Some(typed), .. } if typed.files => (Some(typed), Way::Again),
            Self::NotFound { typed, .. }
            | Self::Forbidden { typed, .. }
            | Self::Changed { typed, .. }
            | Self::TooLarge { typed, .. }
            | Self::Invalid { typed, .. } => (typed.as_ref(), Way::Copy),
            Self::Conflict(_) | Self::Decided(_) => (None, Way::Copy),
        };
        typed.map(|typed| (typed, way))
    }
}

/// The page of a problem, in the shell that its frame allows.
pub fn page(frame: &Frame, problem: Problem) -> AnyView {
    let title = problem.words().title;
    document(frame, title, "page-problem", move || match &problem {
        Problem::Conflict(view) => {
            view! { <main id="main" tabindex="-1" class="problem" data-number=view.number.to_string()>{conflict::conflict(view)}</main> }
                .into_any()
        }
        Problem::Decided(view) => {
            view! { <main id="main" tabindex="-1" class="problem" data-number=view.number.to_string()>{decided::decided(view)}</main> }
                .into_any()
        }
        problem => plain(problem),
    })
    .into_any()
}

fn plain(problem: &Problem) -> AnyView {
    let Words { icon, title, text, reference } = problem.words();
    let reference = reference.map(|reference| view! { <p>"Reference "<code>{reference}</code></p> });
    let faults: Vec<_> = match problem {
        Problem::Invalid { errors, .. } => errors
            .iter()
            .map(|(field, message)| {
                let field = again::words(field);
                view! { <li><b>{field}</b>" "{message.to_owned()}</li> }
            })
            .collect(),
        _ => vec![],
    };
    let way = match problem {
        Problem::SignedOut { .. } => view! {
            <a class="btn primary" href="/sign-in?next=/me" target="_blank" rel="noopener">"Sign in in a new tab"</a>
        }
        .into_any(),
        Problem::Used { again: Some(again) } => {
            let page = page_of(&again.action);
            view! { <a class="btn" href=page target="_blank" rel="noopener">"Look at what stands"</a> }.into_any()
        }
        _ => view! { <a class="btn" href="/board">"Back to the board"</a> }.into_any(),
    };
    let faults = (!faults.is_empty()).then(|| view! { <ul class="faults">{faults}</ul> });
    view! {
        <main id="main" tabindex="-1" class="problem">
            <div class="empty">
                <Icon name=icon />
                <h1>{title}</h1>
                <p>{text}</p>
                {faults}
                {reference}
                <div class="actions">{way}</div>
            </div>
            {problem.typed().map(|(typed, way)| again::again(typed, way))}
        </main>
    }
    .into_any()
}

/// The page that a form stood on: of the incident that it was about, or the list.
fn page_of(action: &str) -> String {
    let parts = if action.starts_with("/incidents/") { 2 } else { 1 };
    action.split('/').skip(1).take(parts).fold(String::new(), |path, part| format!("{path}/{part}"))
}
