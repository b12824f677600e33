//! Acts that set one thing: what stands, what was meant, and whether it can still be done.

use app::{
    model::{
        Person, Severity,
        incident::{Disposition, Status, Verification},
    },
    pages::problem::{Fact, Next, Own},
};

use super::{Compared, Shown};
use crate::service;

/// The button, or why there is none any more.
fn unless(over: bool, why: impl Into<String>, verb: &'static str) -> Next {
    if over { Next::Over(why.into()) } else { Next::Send(verb) }
}

fn name(person: &Person) -> String {
    format!("{} ({})", person.name, person.organisation.short)
}

impl Compared<'_> {
    pub(super) fn severity(&self) -> Shown {
        let now = self.incident.severity;
        let wanted = self.typed.value("severity").parse::<Severity>().ok();
        let own = vec![
            self.chosen("severity", "Severity", wanted.map_or("", Severity::label)),
            self.text("reason", "Reason"),
        ];
        let next = match self.incident.status {
            Status::Closed => Next::Over("It is closed, and its severity stands: reopen it first.".into()),
            _ => unless(wanted == Some(now), format!("It is {} already.", now.label()), "Change severity"),
        };
        Shown::act(vec![Fact::new("Severity", now.label())], own, next)
    }

    pub(super) fn status(&self) -> Shown {
        let now = self.incident.status;
        let value = |name: &str| self.typed.value(name);
        let wanted = value("to").parse::<Status>().ok();
        // What belongs to another status goes nowhere.
        let beside = match wanted {
            Some(Status::Resolved) => {
                let known = value("verification").parse::<Verification>().map_or("", Verification::label);
                self.chosen("verification", "What is known now", known)
            }
            Some(Status::NotAnIncident) => {
                let why = value("disposition").parse::<Disposition>().map_or("", Disposition::label);
                self.chosen("disposition", "Why it is not an incident", why)
            }
            Some(Status::Duplicate) => self.chosen("duplicate_of", "Duplicate of", value("duplicate_of")),
            Some(Status::Referred) => {
                self.chosen("referred_to", "Referred to", self.organisation(value("referred_to")))
            }
            _ => None,
        };
        let own = vec![
            self.chosen("to", "Status", wanted.map_or("", Status::label)),
            beside,
            self.text("note", "Note"),
        ];
        let stands = vec![
            Fact::new("Status", now.label()),
            Fact::new("Verification", self.incident.verification.label()),
        ];
        let why = wanted.and_then(|wanted| service::incident::cannot_follow(now, wanted));
        let next = why.map_or(Next::Send("Change status"), |why| Next::Over(format!("{why}.")));
        Shown::act(stands, own, next)
    }

    pub(super) fn verification(&self) -> Shown {
        let wanted = self.typed.value("verification").parse::<Verification>().ok();
        let words = wanted.map_or("", Verification::label);
        let own =
            vec![self.chosen("verification", "Verification", words), self.text("note", "How it is known")];
        let stands = vec![Fact::new("Verification", self.incident.verification.label())];
        let gone = wanted == Some(Verification::Unverified) && self.incident.status.needs_verification();
        let why =
            format!("It is {} meanwhile, which says how far it is verified.", self.incident.status.label());
        Shown::act(stands, own, unless(gone, why, "Change verification"))
    }

    fn who_owns(&self) -> Vec<Fact> {
        let owner = self.incident.owner.as_ref().map_or_else(|| "Nobody yet".to_owned(), name);
        let waits = self.incident.handover_to.as_ref();
        let waits = waits.map(|to| Fact::new("Handed over to", format!("{}, not accepted yet", name(to))));
        std::iter::once(Fact::new("Owner", owner)).chain(waits).collect()
    }

    pub(super) fn owner(&self) -> Shown {
        let typed = self.typed.value("owner");
        let directory = self.app.room.directory();
        let wanted = directory.find_known(typed).map(|member| member.person.clone());
        let owns = wanted.is_some()
            && wanted.as_ref().map(|it| it.id) == self.incident.owner.as_ref().map(|it| it.id);
        let own_people = wanted.as_ref().is_none_or(|it| it.organisation.id == self.incident.lead.id);
        let verb = if own_people { "Make owner" } else { "Hand over" };
        let words = wanted.as_ref().map_or_else(|| typed.to_owned(), name);
        let next = unless(owns, format!("{words} is the owner already."), verb);
        Shown::act(self.who_owns(), vec![self.chosen("owner", "Owner", words)], next)
    }

    pub(super) fn take(&self) -> Shown {
        let owned = self.incident.owner.is_some();
        Shown::act(
            self.who_owns(),
            vec![],
            unless(owned, "It has an owner now, so it cannot be taken.", "Take it"),
        )
    }

    pub(super) fn accept(&self) -> Shown {
        let waits = self.incident.handover_to.as_ref().is_some_and(|to| to.id == self.member.viewer.person);
        let lead = Fact::new("Lead", self.incident.lead.name.clone());
        let stands = std::iter::once(lead).chain(self.who_owns()).collect();
        Shown::act(
            stands,
            vec![],
            unless(!waits, "It is not handed over to you any more.", "Accept the hand-over"),
        )
    }

    fn clocks(&self) -> Vec<Fact> {
        match &self.incident.hold {
            None => vec![Fact::new("Clocks", "Running")],
            Some(hold) => vec![
                Fact::new("Clocks", "On hold since").at(Some(hold.since)),
                Fact::new("Reason", hold.reason.clone()),
                Fact::new("Look again", "").at(Some(hold.review_at)),
            ],
        }
    }

    pub(super) fn hold(&self) -> Shown {
        let parts = ["review_date", "review_time", "zone"];
        let words: Vec<_> = parts.iter().map(|part| self.typed.value(part)).collect();
        let pairs = parts.iter().zip(&words).map(|(part, word)| ((*part).to_owned(), (*word).to_owned()));
        let review =
            Own { pairs: pairs.collect(), label: "Look again at".into(), shown: Some(words.join(" ")) };
        let next = match &self.incident.hold {
            Some(_) => Next::Over("It is on hold already.".into()),
            None => {
                let ended = !self.incident.status.is_open();
                unless(ended, "It has ended; there is no clock to stop.", "Put on hold")
            }
        };
        Shown::act(self.clocks(), vec![self.text("reason", "Reason"), Some(review)], next)
    }

    pub(super) fn resume(&self) -> Shown {
        let runs = self.incident.hold.is_none();
        Shown::act(self.clocks(), vec![], unless(runs, "It is not on hold any more.", "Resume the clocks"))
    }

    pub(super) fn legal_hold(&self) -> Shown {
        let (now, wanted) = (self.incident.legal_hold, self.typed.value("legal_hold") == "1");
        let words = |set: bool| if set { "Set" } else { "Not set" };
        let verb = if wanted { "Set legal hold" } else { "Lift legal hold" };
        let over = if now { "It is set already." } else { "It is not set any more." };
        let own = vec![self.chosen("legal_hold", "Legal hold", words(wanted)), self.text("reason", "Reason")];
        Shown::act(vec![Fact::new("Legal hold", words(now))], own, unless(now == wanted, over, verb))
    }

    /// What is accepted for the public is the head as it stands: counsel reads it again.
    pub(super) fn clearance(&self) -> Shown {
        let incident = self.incident;
        let asked = incident.clearance.as_ref();
        let ask = asked.map(|it| Fact::new("Asked for TLP:CLEAR", name(&it.by)).at(Some(it.at)));
        let why = asked.map(|it| Fact::new("Reason", it.reason.clone()));
        let head = [
            Fact::new("Marking", incident.tlp.label()),
            Fact::new("Title", incident.title.clone()),
            Fact::new("Current understanding", incident.summary.clone()),
            Fact::new("Source", incident.source.clone()),
        ];
        let accept = self.typed.value("decision") == "accept";
        let verb = if accept { "Accept TLP:CLEAR" } else { "Refuse" };
        let own = vec![self.chosen("decision", "Decision", verb), self.text("comment", "Comment")];
        let next = unless(asked.is_none(), "Nobody asks for TLP:CLEAR any more.", verb);
        Shown::act(head.into_iter().chain(ask).chain(why).collect(), own, next)
    }

    pub(super) fn unshare(&self) -> Shown {
        let slug = self.typed.value("organisation").trim();
        let part: Vec<_> = self.incident.shared_with.iter().map(|it| it.short.clone()).collect();
        let takes_part = self.incident.shared_with.iter().any(|it| it.slug == slug);
        let stands = match part.is_empty() {
            true => Fact::new("Shared with", "Nobody"),
            false => Fact::new("Shared with", part.join(", ")),
        };
        let own = vec![self.chosen("organisation", "End the part of", self.organisation(slug))];
        Shown::act(
            vec![stands],
            own,
            unless(!takes_part, "It has no part in this incident any more.", "End its part"),
        )
    }

    /// An organisation by its slug, as people name it.
    fn organisation(&self, slug: &str) -> String {
        let directory = self.app.room.directory();
        directory
            .organisation_by_slug(slug.trim())
            .map_or_else(|| slug.to_owned(), |found| found.name.clone())
    }
}
