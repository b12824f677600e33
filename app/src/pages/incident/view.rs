//! What the page of an incident is drawn from. The server fills it; nothing here asks or decides.

use crate::{
    model::{
        EntryId, Moment, Organisation, Person, Role, Submitted, Tlp,
        entry::Entry,
        exhibit::Exhibit,
        form::{Form, OpenForm},
        glass::Broken,
        incident::{Category, Incident, Status},
        indicator::Indicator,
        panel::PanelQuery,
        posture::StatedPosture,
        setting::Playbook,
        share::{Overall, Share, ShareTemplate},
        task::{BegunPlaybook, Task},
        timeline::{TimelineCounts, TimelineQuery},
    },
    policy::{Action, Cleared, Standing, Viewer, may},
};

use super::PanelPage;

/// Everything that one viewer gets to see of an incident.
#[derive(Clone, Debug)]
pub struct IncidentView {
    pub me: Person,
    pub viewer: Viewer,
    pub incident: Cleared<Incident>,
    /// The strictest marking among all that lies in it and that this viewer sees, on whatever page.
    pub highest: Tlp,
    /// Who wrote the current understanding, and when; none when it is as opened.
    pub understood: Option<(Person, Moment)>,
    pub timeline: TimelineView,
    /// Which page of each panel.
    pub panels: PanelQuery,
    /// Newest first, like the indicators and the shares.
    pub exhibits: PanelPage<Exhibit>,
    /// On no page of the panel that is shown: what the entries of the timeline tell of, and what was chosen in the form
    /// that shares.
    pub further: Cleared<Vec<Exhibit>>,
    /// Entries that were chosen in that form and stand on another page of the timeline.
    pub chosen: Cleared<Vec<Entry>>,
    pub indicators: PanelPage<Indicator>,
    /// The open ones first, each in the order in which they were given.
    pub tasks: PanelPage<Task>,
    /// Playbooks that were begun, oldest first.
    pub begun: Cleared<Vec<BegunPlaybook>>,
    /// Of the ledger: crossings of this incident that the viewer's organisation sent or received.
    pub shares: PanelPage<Share>,
    /// Over all of them, on whatever page.
    pub overall: Cleared<Overall>,
    /// Of them, for the form that shares: relays, whose words can be handed on, each once.
    pub relays: Cleared<Vec<Share>>,
    /// One's own organisation's, and those that others publish.
    pub postures: Cleared<Vec<StatedPosture>>,
    /// For the liaisons and counsel of the lead: who read it through break-glass.
    pub glass: Cleared<Vec<Broken>>,
    pub now: Moment,
    pub may: Permissions,
    /// The viewer follows it.
    pub following: bool,
    /// A picture of somebody else's page: nothing on it is pressed.
    pub still: bool,
    /// Statuses that the gates allow next, in the order of the track.
    pub next_steps: Vec<Status>,
    /// Who can be owner: the lead organisation's people.
    pub people: Vec<Person>,
    /// Who can be named with TLP:RED: people who see the incident.
    pub nameable: Vec<Person>,
    /// Without access as yet.
    pub organisations: Vec<Organisation>,
    /// Ready words for a share.
    pub templates: Vec<ShareTemplate>,
    /// For the edit form; may be empty where `may.edit` is false, like the next.
    pub categories: Vec<Category>,
    pub playbooks: Vec<Playbook>,
    /// Postal code and name: `("AZ", "Arizona")`.
    pub states: Vec<(String, String)>,
    pub open: Option<OpenForm>,
}

/// One page of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineView {
    /// In the order that `query` asks for.
    pub entries: Cleared<Vec<Entry>>,
    /// Sealed cursor of the page after this one.
    pub next: Option<String>,
    pub query: TimelineQuery,
    pub counts: TimelineCounts,
}

/// What the viewer may do here; a control that they may not use is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    pub post: bool,
    pub attach: bool,
    pub indicator: bool,
    pub task: bool,
    pub edit: bool,
    pub severity: bool,
    pub status: bool,
    pub verify: bool,
    pub assign: bool,
    pub handover: bool,
    pub accept_handover: bool,
    pub hold: bool,
    pub marking: bool,
    pub share: bool,
    pub posture: bool,
    pub clear_content: bool,
    pub legal_hold: bool,
    pub ask_onward: bool,
    pub ask_clear: bool,
    pub decide_clear: bool,
    /// To end the part of any organisation.
    pub unshare: bool,
}

impl Permissions {
    /// The policy's answers, one for each control of the page.
    pub fn of(viewer: &Viewer, standing: Standing) -> Self {
        let allows = |action| may(viewer, action, standing);
        Self {
            post: allows(Action::Post),
            attach: allows(Action::Attach),
            indicator: allows(Action::AddIndicator),
            task: allows(Action::AddTask),
            edit: allows(Action::Edit),
            severity: allows(Action::SetSeverity),
            status: allows(Action::SetStatus),
            verify: allows(Action::Verify),
            assign: allows(Action::Assign),
            handover: allows(Action::Handover),
            accept_handover: allows(Action::AcceptHandover),
            hold: allows(Action::Hold),
            marking: allows(Action::SetMarking),
            share: allows(Action::Share),
            posture: allows(Action::StatePosture),
            clear_content: allows(Action::ClearContent),
            legal_hold: allows(Action::SetLegalHold),
            ask_onward: allows(Action::AskOnward),
            ask_clear: allows(Action::AskClear),
            decide_clear: allows(Action::DecideClear),
            unshare: allows(Action::Revoke),
        }
    }
}

impl IncidentView {
    /// `/incidents/WF-0147`
    pub fn path(&self) -> String {
        format!("/incidents/{}", self.incident.number)
    }
    /// Lead and shared-with, lead first.
    pub fn members(&self) -> Vec<Organisation> {
        let mut members = vec![self.incident.lead.clone()];
        members.extend(self.incident.shared_with.iter().cloned());
        members
    }
    /// What a form shows: what was typed, or these values when it is fresh.
    pub fn typed(&self, form: Form, fresh: &[(&str, &str)]) -> Submitted {
        let sent = self.open(form).map(|open| open.typed.clone()).unwrap_or_default();
        if !sent.pairs().is_empty() {
            return sent;
        }
        let fresh = fresh.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Submitted::new(fresh).with_errors(sent.errors)
    }
    /// The form if it stands open.
    pub fn open(&self, form: Form) -> Option<&OpenForm> {
        self.open.as_ref().filter(|open| open.form == form)
    }
    /// The form if it stands open for this entry or share.
    pub fn open_of(&self, form: Form, id: &str) -> Option<&OpenForm> {
        self.open(form).filter(|open| open.of.as_deref() == Some(id))
    }
    /// The entry that the composer corrects or the strike form strikes, where it is on this page.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.timeline.entries.iter().find(|entry| entry.id == id)
    }
    /// The form by which this reader takes what is here to others, if they may.
    pub fn shares_by(&self) -> Option<Form> {
        match (self.may.share, self.may.ask_onward) {
            (true, _) => Some(Form::Share),
            (false, true) => Some(Form::Onward),
            (false, false) => None,
        }
    }
    pub fn may_take(&self) -> bool {
        let mine = self.incident.owner.as_ref().is_some_and(|owner| owner.id == self.me.id);
        self.may.assign && !mine && self.me.organisation.id == self.incident.lead.id
    }
    pub fn is_shift_lead(&self) -> bool {
        self.viewer.has(Role::ShiftLead)
    }
}
