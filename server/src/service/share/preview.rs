//! What a recipient would see of an incident once it is shared, before anything is sent.
//!
//! Everything here is read as the sender, and the policy is then asked again for a reader of the recipient: the
//! preview shows what both see, so that nobody learns from it what the recipient knows besides.

mod arrival;
mod found;
mod unseen;

use app::{
    model::{
        Moment, Organisation, Person, PersonId, Tlp,
        entry::Entry,
        exhibit::Exhibit,
        hold::HoldReason,
        id::Number,
        incident::Incident,
        indicator::Indicator,
        posture::StatedPosture,
        share::{Overall, Share},
        task::{BegunPlaybook, Task},
    },
    policy::{self, Action, Cleared, Inside, Marking, Parties, Sight, Viewer},
};

use super::{
    super::{
        Error, Result, Room, entry,
        incident::{self, Held, refusal},
        playbook, posture,
        store::{self, incident::IncidentRow},
    },
    NewShare, ShareInput, check,
    cite::After,
    give,
    survey::Survey,
    way,
};
use arrival::Arrival;
pub use found::Found;
use found::Seen;
use unseen::Unseen;

/// Whose eyes the preview looks through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Slug of the organisation; e-mail address of a named person.
    pub key: String,
    pub name: String,
    pub organisation: Organisation,
    /// Where a single person is meant.
    pub person: Option<Person>,
}

/// What happens to the share with one organisation when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub to: Organisation,
    pub named: Vec<Person>,
    /// Empty: nothing is held back.
    pub held: Vec<HoldReason>,
    /// Who is asked to let it pass before anything else.
    pub asked: Option<Organisation>,
}

impl Fate {
    /// Whether it is delivered as soon as it is sent.
    fn is_at_once(&self) -> bool {
        self.held.is_empty() && self.asked.is_none()
    }
}

/// The incident through a recipient's eyes.
#[derive(Clone, Debug)]
pub struct Preview {
    pub readers: Vec<Reader>,
    /// Of `readers`: the one whose eyes these are.
    pub reader: Reader,
    /// Without any role: looks and does nothing.
    pub viewer: Viewer,
    pub fates: Vec<Fate>,
    /// The share as it will stand with this reader.
    pub message: Cleared<Share>,
    pub incident: Cleared<Incident>,
    /// The strictest label of what lies in it, on whatever page.
    pub highest: Tlp,
    pub entries: Found<Entry>,
    pub exhibits: Found<Exhibit>,
    /// Of which these entries tell, beyond the first page of the exhibits.
    pub further: Cleared<Vec<Exhibit>>,
    pub indicators: Found<Indicator>,
    pub tasks: Found<Task>,
    pub begun: Cleared<Vec<BegunPlaybook>>,
    pub shares: Found<Share>,
    pub overall: Cleared<Overall>,
    pub postures: Cleared<Vec<StatedPosture>>,
    /// Who wrote the current understanding, and when.
    pub understood: Option<(Person, Moment)>,
    /// In words, of what the sender sees: what the reader will not.
    pub unseen: Vec<String>,
}

/// The same checks as for sending; `wanted` is the key of a reader, else the first looks.
pub async fn preview(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    input: &ShareInput,
    wanted: &str,
) -> Result<Preview> {
    let held = open_for(room, viewer, number, Action::Share).await?;
    let way = way::of(room, viewer, held.row.id, input).await?;
    let news = check::checked(room, viewer, (&held, &way), input).await?;
    let fates = fates(room, viewer, &held, &news).await?;
    let from = room.directory().person(viewer.person).cloned().ok_or(Error::NotFound)?;
    look(room, viewer, held, (news, fates), Sent { from, approved_by: None }, wanted).await
}

/// Whose words the message is, and who let it pass.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub from: Person,
    pub approved_by: Option<Person>,
}

/// The preview of what was checked, one share a recipient, each with what would become of it.
pub(super) async fn look(
    room: &Room,
    viewer: &Viewer,
    held: Held,
    (news, fates): (Vec<NewShare>, Vec<Fate>),
    sent: Sent,
    wanted: &str,
) -> Result<Preview> {
    let tlp = news.iter().map(|new| new.tlp).fold(held.row.tlp, Tlp::max);
    let readers = readers(tlp, &fates);
    let found = readers.iter().find(|reader| reader.key == wanted).or(readers.first());
    let reader = found.cloned().ok_or_else(|| Error::internal("a share goes to nobody"))?;
    let eyes = eyes(room, &reader)?;
    let arrivals = Arrival::all(&held, (news, &fates), &sent, &reader);
    let mut joining: Vec<_> =
        arrivals.iter().filter(|arrival| arrival.admits).map(|one| one.new.to).collect();
    // As an incident lists those who joined at one moment.
    joining.sort_unstable();
    let named: Vec<_> = {
        let directory = room.directory();
        let people = arrivals.iter().filter(|arrival| arrival.admits).flat_map(|one| &one.new.cited.named);
        people.filter_map(|id| directory.person(*id).cloned()).collect()
    };
    let after = After::of(room, &held, tlp, &joining, &named).marking;
    if policy::sight(&eyes, &after) == Sight::Hidden {
        return Err(Error::internal("a recipient would not see what is shared with it"));
    }
    Look { room, viewer, eyes, after, row: held.row, sent, arrivals }.look(readers, reader, fates).await
}

/// The incident outside a write, for one who may share it, or ask for that.
pub(super) async fn open_for(room: &Room, viewer: &Viewer, number: &Number, action: Action) -> Result<Held> {
    let scope = policy::scope(viewer);
    let row = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    let marking = incident::marking(room, row.id, row.tlp).await?;
    policy::clear(viewer, &marking, ()).ok_or(Error::NotFound)?;
    let origin = incident::origin_of(&room.directory(), &row);
    let held = Held { row, marking, origin };
    match policy::may(viewer, action, held.standing(viewer)) {
        true => Ok(held),
        false => Err(Error::Forbidden(refusal(action))),
    }
}

pub(super) async fn fates(room: &Room, viewer: &Viewer, held: &Held, news: &[NewShare]) -> Result<Vec<Fate>> {
    let directory = room.directory();
    let to = news.iter().map(|new| new.to).collect();
    let survey = Survey::of(room, &held.row, &held.marking.access, to).await?;
    let mut fates = vec![];
    for new in news {
        let to = directory.organisation(new.to).cloned().ok_or(Error::NotFound)?;
        let named = new.cited.named.iter().filter_map(|id| directory.person(*id).cloned()).collect();
        let held = give::reasons(room, viewer, held, new, Some(&survey)).await?;
        fates.push(Fate { to, named, held, asked: None });
    }
    Ok(fates)
}

pub(super) fn readers(tlp: Tlp, fates: &[Fate]) -> Vec<Reader> {
    let mut readers = vec![];
    for fate in fates {
        let organisation = fate.to.clone();
        if tlp != Tlp::Red {
            let (key, name) = (organisation.slug.clone(), organisation.short.clone());
            readers.push(Reader { key, name, organisation, person: None });
        }
        for person in &fate.named {
            let (key, name) = (person.email.clone(), person.name.clone());
            let (organisation, person) = (fate.to.clone(), Some(person.clone()));
            readers.push(Reader { key, name, organisation, person });
        }
    }
    readers
}

fn eyes(room: &Room, reader: &Reader) -> Result<Viewer> {
    match &reader.person {
        Some(person) => room.directory().viewer(person.id).ok_or(Error::NotFound),
        None => Ok(policy::anybody_of(&reader.organisation)),
    }
}

/// The sender's view, looked at again.
struct Look<'a> {
    room: &'a Room,
    viewer: &'a Viewer,
    eyes: Viewer,
    /// The incident's marking once it is shared.
    after: Marking,
    row: IncidentRow,
    sent: Sent,
    /// What reaches its recipients with the message, the message among it.
    arrivals: Vec<Arrival>,
}

impl Look<'_> {
    fn sees(&self, tlp: Tlp, audience: &[Organisation], named: &[Person]) -> bool {
        let audience = audience.iter().map(|organisation| organisation.id).collect::<Vec<_>>();
        let child = Marking {
            tlp,
            access: self.after.access.clone(),
            named: named.iter().map(|person| person.id).collect(),
            audience: (!audience.is_empty()).then_some(audience),
        };
        policy::sight(&self.eyes, &Inside { incident: &self.after, child: &child }) == Sight::Full
    }

    /// Whether the reader reads this share, which the sender reads.
    fn reads(&self, share: &Share) -> bool {
        let parties = Parties {
            from: share.from.organisation.id,
            to: share.to.id,
            approved: share.approved_by.as_ref().map(|approver| approver.organisation.id),
            delivered: true,
            taken_back: share.revoked_at.is_some(),
        };
        let people: Vec<PersonId> = share.named.iter().map(|person| person.id).collect();
        policy::reads_share(&self.eyes, &parties, share.tlp, &people)
    }

    async fn look(self, readers: Vec<Reader>, reader: Reader, fates: Vec<Fate>) -> Result<Preview> {
        let (room, viewer) = (self.room, self.viewer);
        let own = incident::show(room, viewer, policy::scope(viewer), self.row.clone()).await?;
        let (mut seen, mut unseen) = (Seen::of(&own), Unseen::default());
        let entries = self.entries(&own, (&mut seen, &mut unseen)).await?;
        let (exhibits, further) = self.exhibits(&own, &entries.items, (&mut seen, &mut unseen)).await?;
        let indicators = self.indicators(&own, (&mut seen, &mut unseen)).await?;
        let begun = playbook::list(room, viewer, &own).await?;
        let (tasks, begun) = self.tasks(&own, begun, (&mut seen, &mut unseen)).await?;
        let message = self.message(&own, &reader, &seen)?;
        let (shares, overall) = self.shares(&own, &message, (&seen, &mut unseen)).await?;
        let postures = unseen.postures(&self, posture::list(room, viewer, &own).await?);
        let understood = entry::understood(room, &own).await?;
        let duplicate = self.duplicate(&own).await?;
        let incident = own.map(|own| self.incident(own, duplicate));
        Ok(Preview {
            viewer: Viewer { roles: vec![], ..self.eyes.clone() },
            readers,
            reader,
            fates,
            message,
            incident,
            highest: seen.highest,
            entries,
            exhibits,
            further,
            indicators,
            tasks,
            begun,
            shares,
            overall,
            postures,
            understood,
            unseen: unseen.lines,
        })
    }

    /// Another incident that the sender sees, as it is marked now.
    async fn sees_incident(&self, number: &Number) -> Result<bool> {
        let (db, scope) = (&self.room.db, policy::scope(self.viewer));
        let Some(row) = store::incident::find_visible(db, scope, number).await? else { return Ok(false) };
        let marking = incident::marking(self.room, row.id, row.tlp).await?;
        Ok(policy::sight(&self.eyes, &marking) == Sight::Full)
    }

    async fn duplicate(&self, own: &Cleared<Incident>) -> Result<Option<Number>> {
        match &own.duplicate_of {
            Some(number) if self.sees_incident(number).await? => Ok(Some(number.clone())),
            _ => Ok(None),
        }
    }

    fn incident(&self, own: Incident, duplicate_of: Option<Number>) -> Incident {
        let directory = self.room.directory();
        let others = self.after.access.iter().filter(|id| **id != own.lead.id);
        let shared_with = others.filter_map(|id| directory.organisation(*id).cloned()).collect();
        let red = own.tlp == Tlp::Red;
        let named = self.after.named.iter().filter(|_| red);
        let named = named.filter_map(|id: &PersonId| directory.person(*id).cloned()).collect();
        Incident { shared_with, named, duplicate_of, ..own }
    }
}
