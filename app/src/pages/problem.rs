//! Pages for what went wrong: what is safe, what to do, and the reference to quote. Never a cause.

mod again;
mod conflict;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::Icon,
};
use crate::model::{FieldErrors, Moment, Person, id::Number, moment::span};

/// A request that did not succeed, as its page shows it.
#[derive(Clone, Debug)]
pub enum Problem {
    /// 404. One page for the hidden and the absent; it carries nothing that could tell them apart.
    NotFound { organisation: Option<String> },
    /// 401 to a form: the session ended while it was written in. What was typed is kept.
    SignedOut { again: Option<Again> },
    /// 403: seen, but not theirs to do.
    Forbidden { act: String },
    /// 403 too: the form's token is missing, foreign or too old. What was typed is kept.
    Stale { again: Again },
    /// 409 on a version: both texts.
    Conflict(Box<ConflictView>),
    /// 413, with the limit in words: `250 MB`.
    TooLarge { limit: String },
    /// 422 where no form can show the messages.
    Invalid { errors: FieldErrors },
    /// 429, with the seconds to wait.
    TooMany { retry_after_s: i64, again: Option<Again> },
    /// 500.
    Internal { reference: String },
    /// 503: database or evidence store does not answer. What was typed is kept.
    Unavailable { reference: String, again: Option<Again> },
    /// 503 too: the room is read-only for now.
    ReadOnly { again: Option<Again> },
    /// 507: no space left. What was typed is kept.
    Full { reference: String, again: Option<Again> },
}

impl Problem {
    /// The HTTP status that its page is sent with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::SignedOut { .. } => 401,
            Self::Forbidden { .. } | Self::Stale { .. } => 403,
            Self::Conflict(_) => 409,
            Self::TooLarge { .. } => 413,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable { .. } | Self::ReadOnly { .. } => 503,
            Self::Full { .. } => 507,
        }
    }
}

/// A form that can be sent again. The server leaves out passwords, tokens and files.
#[derive(Clone, Debug)]
pub struct Again {
    /// Path that it posts to.
    pub action: String,
    pub pairs: Vec<(String, String)>,
    /// Files were sent too; they have to be picked again.
    pub files: bool,
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
    /// Fields that differ.
    pub fields: Vec<Contested>,
    /// The rest of the form, sent again as it was; without `version` and the form's token.
    pub rest: Vec<(String, String)>,
}

/// One field in two versions.
#[derive(Clone, Debug)]
pub struct Contested {
    /// Name of the control.
    pub name: String,
    pub label: String,
    /// Values as the control sends them.
    pub theirs: String,
    pub yours: String,
    /// Values in words, where they are codes: `High` for `high`.
    pub shown: Option<(String, String)>,
    /// Running text: both can be kept, one after the other.
    pub is_text: bool,
}

/// What a plain problem says: heading, text, and the reference to quote.
struct Words {
    icon: &'static str,
    title: &'static str,
    text: String,
    reference: Option<String>,
}

impl Problem {
    fn words(&self) -> Words {
        let words = |icon, title, text: String| Words { icon, title, text, reference: None };
        match self {
            Self::NotFound { organisation } => {
                let whom = organisation.as_deref().unwrap_or("you");
                words("lock", "You cannot open this", format!(
                    "It does not exist or was not shared with {whom}. If you need it, ask the shift lead by phone; \
                     say the number, nothing else."
                ))
            }
            Self::SignedOut { .. } => words(
                "lock",
                "You were signed out",
                "Nothing was changed, and what you typed stands on this page. Sign in in a new tab, come back and send \
                 it again."
                    .into(),
            ),
            Self::Forbidden { act } => words("shield", "You may not do this", act.clone()),
            Self::Stale { .. } => words(
                "clock",
                "This form is too old",
                "Nothing was changed. It was open for long, or in another session. Send it again from here.".into(),
            ),
            Self::Conflict(_) => words("git-merge", "Changed by someone else", String::new()),
            Self::TooLarge { limit } => words(
                "upload",
                "That file is too large",
                format!("Nothing was stored. The limit is {limit}. Cut it into parts, or add a link to where it lies."),
            ),
            Self::Invalid { .. } => words("circle-alert", "That could not be read", "Nothing was changed.".into()),
            Self::TooMany { retry_after_s, .. } => words(
                "hourglass",
                "Too many at once",
                format!("Nothing was changed. Try again in {}.", span(*retry_after_s)),
            ),
            Self::Internal { reference } => Words {
                icon: "triangle-alert",
                title: "This page could not be built",
                text: "Nothing that was confirmed is lost. Try again; if it stays, call the duty desk.".into(),
                reference: Some(reference.clone()),
            },
            Self::Unavailable { reference, .. } => Words {
                icon: "refresh-cw",
                title: "The store does not answer",
                text: "It was not saved. The room comes back by itself; try again in a few seconds.".into(),
                reference: Some(reference.clone()),
            },
            Self::ReadOnly { .. } => words(
                "lock",
                "Reading only",
                "It was not saved. The room takes no writes at the moment; boards, incidents and downloads work.".into(),
            ),
            Self::Full { reference, .. } => Words {
                icon: "triangle-alert",
                title: "No space left",
                text: "It was not saved: the store is full. Reading works. The room admin has been told.".into(),
                reference: Some(reference.clone()),
            },
        }
    }

    fn again(&self) -> Option<&Again> {
        match self {
            Self::Stale { again } => Some(again),
            Self::SignedOut { again }
            | Self::TooMany { again, .. }
            | Self::Unavailable { again, .. }
            | Self::ReadOnly { again }
            | Self::Full { again, .. } => again.as_ref(),
            _ => None,
        }
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
        problem => plain(problem),
    })
    .into_any()
}

fn plain(problem: &Problem) -> AnyView {
    let Words { icon, title, text, reference } = problem.words();
    let reference = reference.map(|reference| view! { <p>"Reference "<code>{reference}</code></p> });
    let faults: Vec<_> = match problem {
        Problem::Invalid { errors } => errors
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
            {problem.again().map(again::again)}
        </main>
    }
    .into_any()
}
