//! What a person is told: that something concerns them, of which kind, and where it is.

use serde::{Deserialize, Serialize};

use super::{
    EntryId, Moment, NoticeId, Person, PersonId, Severity, Tlp, board::percent, id::Number, panel::entry_href,
};

super::words::words! {
    /// Why a person is told.
    NoticeKind {
        Mentioned = "mentioned", "Mentioned";
        Assigned = "assigned", "Assigned or offered to me";
        Task = "task", "Task for me";
        Shared = "shared", "Shared with my organisation";
        Answered = "answered", "Answer to what I shared";
        Held = "held", "Held for counsel, and decided";
        Onward = "onward", "Request to pass on, and its answer";
        Breach = "breach", "Clock of mine has passed";
        Status = "status", "Status of what I follow";
        BreakGlass = "break_glass", "Break-glass on what we lead";
        Setting = "setting", "Hold rules and banners of the room";
        Account = "account", "Account changed from outside, or made counsel";
    }
}

super::words::words! {
    /// How a person is told.
    NoticeWay {
        Nothing = "none", "Not at all";
        InApp = "in_app", "In the app";
        Digest = "digest", "In the app, and in a digest at the end of the shift";
        Email = "email", "In the app, and by e-mail";
    }
}

super::words::words! {
    /// What became of an e-mail.
    MailState {
        Waiting = "waiting", "Waiting";
        Sent = "sent", "Sent";
        /// Nothing was left to say when it was due.
        Dropped = "dropped", "Not needed";
        Failed = "failed", "Given up";
    }
}

impl NoticeKind {
    /// How those are told who have not chosen.
    pub const fn usual_way(self) -> NoticeWay {
        match self {
            Self::Mentioned
            | Self::Assigned
            | Self::Shared
            | Self::Onward
            | Self::Breach
            | Self::BreakGlass
            | Self::Setting
            | Self::Account => NoticeWay::Email,
            Self::Task | Self::Answered | Self::Held => NoticeWay::Digest,
            Self::Status => NoticeWay::InApp,
        }
    }
}

/// When no e-mail is to come: times of day as they are typed, `22:00`, and the zone's IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    pub from: String,
    pub to: String,
    pub zone: String,
}

/// What one person wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeSettings {
    /// Every kind, in the order of the list.
    pub ways: Vec<(NoticeKind, NoticeWay)>,
    /// What makes them follow by itself.
    pub follows: Vec<FollowReason>,
    pub quiet: Option<QuietHours>,
    /// The room sends e-mail.
    pub mails: bool,
    /// E-mails of the last 30 days that could not be delivered, and the last of them.
    pub failed: (i64, Option<Moment>),
}

super::words::words! {
    /// What makes a person follow an incident without asking.
    FollowReason {
        Opened = "opened", "I opened it";
        Owns = "owns", "I own it";
        Posted = "posted", "I posted in it";
        Mentioned = "mentioned", "I was mentioned in it";
    }
}

super::words::words! {
    /// What exactly happened, within a kind.
    NoticeWhat {
        Mentioned = "mentioned", "mentioned you";
        Assigned = "assigned", "made you the owner";
        Offered = "offered", "offers you a hand-over";
        Referred = "referred", "referred it to your organisation";
        Led = "led", "gave your organisation the lead: the one before has left the room";
        Task = "task", "gave you a task";
        Shared = "shared", "shared it with your organisation";
        Answered = "answered", "answered your share";
        Ended = "ended", "ended your share: its recipient has left the room";
        Held = "held", "waits for counsel: a share was held";
        Released = "released", "released your share";
        Returned = "returned", "returned your share";
        Refused = "refused", "refused your share";
        HandedOver = "handed_over", "handed you a share";
        OnwardAsked = "onward_asked", "asks you to pass it on";
        OnwardApproved = "onward_approved", "let your share pass";
        OnwardRefused = "onward_refused", "did not let your share pass";
        OnwardLapsed = "onward_lapsed", "Your request to pass it on has lapsed";
        ClearAsked = "clear_asked", "asks for TLP:CLEAR: counsel decides";
        ClearDecided = "clear_decided", "decided about TLP:CLEAR";
        Withdrawn = "withdrawn", "withdrew what was held";
        Breach = "breach", "A target has passed";
        Status = "status", "changed the status";
        Severity = "severity", "changed the severity";
        BreakGlass = "break_glass", "opened it by break-glass";
        HoldRules = "hold_rules", "changed the hold rules";
        Purposes = "purposes", "changed the banners of purposes";
        AccountInvited = "account_invited", "invited somebody into your organisation";
        AccountReset = "account_reset", "made a link for a new password of an account of your organisation";
        AccountRoles = "account_roles", "changed the roles of an account of your organisation";
        AccountSuspended = "account_suspended", "suspended an account of your organisation";
        AccountRestored = "account_restored", "restored an account of your organisation";
        AccountCounsel = "account_counsel", "made somebody counsel of your organisation";
    }
}

/// The incident that a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeIncident {
    pub number: Number,
    pub title: String,
    pub severity: Severity,
    /// The stricter of the incident's label and that of what it is about.
    pub tlp: Tlp,
}

/// One notice, as its person may see it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub what: NoticeWhat,
    pub at: Moment,
    pub read_at: Option<Moment>,
    /// None: it is about the room, or an account.
    pub incident: Option<NoticeIncident>,
    /// Who did it; none: the product itself.
    pub by: Option<Person>,
    /// The words that it is about: an entry's beginning, a task, the new value of a field, why a setting changed; whose
    /// account it is.
    pub text: String,
    /// The entry to go to, where it is about one.
    pub entry: Option<EntryId>,
    /// The person whose account it is about.
    pub person: Option<PersonId>,
}

impl NoticeLine {
    /// What it is about, in a word.
    pub fn subject(&self) -> String {
        match (&self.incident, self.kind) {
            (Some(incident), _) => incident.number.to_string(),
            (None, NoticeKind::Account) => self.what.label().to_owned(),
            (None, _) => "the room".to_owned(),
        }
    }

    /// Where it leads to.
    pub fn href(&self) -> String {
        let Some(incident) = &self.incident else {
            return match (self.kind, self.person) {
                (NoticeKind::Account, Some(person)) => format!("/people/{person}"),
                (NoticeKind::Account, None) => "/people".to_owned(),
                _ => format!("/settings/{}", self.what),
            };
        };
        let place = match self.kind {
            NoticeKind::Task => "#tasks",
            NoticeKind::Shared | NoticeKind::Answered | NoticeKind::Onward => "#shares",
            _ => "",
        };
        match (self.kind, self.what) {
            (_, NoticeWhat::ClearAsked | NoticeWhat::ClearDecided) => {
                format!("/incidents/{}", incident.number)
            }
            (NoticeKind::Held, _) => "/shares?tab=held".to_owned(),
            (_, NoticeWhat::HandedOver) => "/shares?mine=1".to_owned(),
            (_, NoticeWhat::OnwardAsked) => "/shares".to_owned(),
            (_, NoticeWhat::OnwardRefused | NoticeWhat::OnwardLapsed) => "/shares?tab=done".to_owned(),
            _ => match self.entry {
                Some(entry) => entry_href(&incident.number, entry),
                None => format!("/incidents/{}{place}", incident.number),
            },
        }
    }
}

/// A page of notices, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePage {
    pub lines: Vec<NoticeLine>,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
    /// Sealed: the newest notice when this was read. What comes later is not marked as read with it.
    pub newest: String,
}

/// How many are unread, counted to [`super::inbox::ShareCounts::MOST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCount {
    pub unread: i64,
}

/// What the centre is asked for; the same words stand in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeQuery {
    /// Read ones too.
    pub all: bool,
    pub kind: Option<NoticeKind>,
    /// Sealed cursor of a later page.
    pub after: Option<String>,
}

impl NoticeQuery {
    /// Reads the pairs of an address; what is not known is left out.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            match name {
                "show" => query.all = value.trim() == "all",
                "kind" => query.kind = value.trim().parse().ok(),
                "after" if !value.trim().is_empty() => query.after = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        query
    }

    /// The same of another part, from its first page.
    pub fn showing(&self, all: bool) -> Self {
        Self { all, after: None, ..self.clone() }
    }
    pub fn of_kind(&self, kind: Option<NoticeKind>) -> Self {
        Self { kind, after: None, ..self.clone() }
    }

    /// The address of this question, on its first page.
    pub fn href(&self) -> String {
        let mut pairs = vec![];
        if self.all {
            pairs.push("show=all".to_owned());
        }
        pairs.extend(self.kind.map(|kind| format!("kind={kind}")));
        if pairs.is_empty() {
            "/notifications".to_owned()
        } else {
            format!("/notifications?{}", pairs.join("&"))
        }
    }

    /// The address of the page behind this cursor.
    pub fn href_after(&self, cursor: &str) -> String {
        let href = self.href();
        let joint = if href.contains('?') { '&' } else { '?' };
        format!("{href}{joint}after={}", percent(cursor))
    }

    /// The address of this very page of the list.
    pub fn page_href(&self) -> String {
        self.after.as_deref().map_or_else(|| self.href(), |cursor| self.href_after(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_and_is_read_back() {
        let asked = NoticeQuery { all: true, kind: Some(NoticeKind::Shared), after: None };
        let href = asked.href();
        assert_eq!(href, "/notifications?show=all&kind=shared");
        let pairs =
            href.split_once('?').expect("a query").1.split('&').filter_map(|pair| pair.split_once('='));
        assert_eq!(NoticeQuery::from_pairs(pairs), asked);
        assert_eq!(NoticeQuery::default().href_after("a+b"), "/notifications?after=a%2Bb");
    }
}
