//! What each problem says, and nothing that is not true.

use super::Problem;
use crate::model::moment::span;

/// What is true of a form whose answer did not come: its act may have run on to its end.
const UNKNOWN: &str =
    "It may have been saved all the same. Sending it again does no harm: what was done is not done twice.";

/// What a plain problem says: heading, text, and the reference to quote.
pub(super) struct Words {
    pub icon: &'static str,
    pub title: &'static str,
    pub text: String,
    pub reference: Option<String>,
}

impl Problem {
    pub(super) fn words(&self) -> Words {
        let words = |icon, title, text: String| Words { icon, title, text, reference: None };
        match self {
            Self::NotFound { organisation, .. } => {
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
            Self::Forbidden { act, .. } => words("shield", "You may not do this", act.clone()),
            Self::Stale { .. } => words(
                "clock",
                "This form is too old",
                "It was open for long, or in another session. Send it again from here: what was sent before is not done twice.".into(),
            ),
            Self::Conflict(_) => words("git-merge", "Changed by someone else", String::new()),
            Self::Decided(_) => words("git-merge", "Decided by someone else", String::new()),
            Self::Changed { words: said, .. } => {
                words("git-merge", "Changed by someone else", format!("Nothing of yours was saved. {said}"))
            }
            Self::TooLarge { limit, typed } if typed.as_ref().is_none_or(|typed| typed.files) => words(
                "upload",
                "That file is too large",
                format!("Nothing was stored. The limit is {limit}. Cut it into parts, or add a link to where it lies."),
            ),
            Self::TooLarge { limit, .. } => words(
                "file-pen",
                "That is more than a form may hold",
                format!("Nothing was saved. The limit is {limit}; what arrived up to it stands below."),
            ),
            Self::Invalid { .. } => words("circle-alert", "That could not be read", "Nothing was changed.".into()),
            Self::Used { .. } => words(
                "clock",
                "This form was sent before",
                "It was sent with other words, and those stand. Look at what stands; send this anew if it is meant as well."
                    .into(),
            ),
            Self::TooMany { retry_after_s, .. } => words(
                "hourglass",
                "Too many at once",
                format!("Nothing was changed. Try again in {}.", span(*retry_after_s)),
            ),
            Self::Internal { reference, again } => Words {
                icon: "triangle-alert",
                title: "This page could not be built",
                text: match again {
                    None => "Nothing that was confirmed is lost. Try again; if it stays, call the duty desk.".into(),
                    Some(_) => format!("{UNKNOWN} If it stays, call the duty desk."),
                },
                reference: Some(reference.clone()),
            },
            Self::Unavailable { reference, again } => Words {
                icon: "refresh-cw",
                title: "The store does not answer",
                text: match again {
                    None => "The room comes back by itself; try again in a few seconds.".into(),
                    Some(_) => format!("{UNKNOWN} The room comes back by itself; try in a few seconds."),
                },
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
                text: "It was not saved: the store is full. Reading works, and every page says so until there is room \
                       again. Tell whoever runs the server."
                    .into(),
                reference: Some(reference.clone()),
            },
        }
    }
}
