//! Several fields of an incident changed at once: one act, one version, one entry a field.

use app::{
    model::{FieldErrors, Tlp, id::Number, incident::Jurisdiction},
    policy::Action,
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{
    Changed, Held, change,
    change::Edit,
    content::{self, ContentInput},
    legal_hold, marking, owner,
};
use crate::service::{Act, Asker, Begun, Error, Once, Result, Room, share};

/// What `PATCH` of an incident may change. What is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    /// The version that the change was made from.
    #[schema(required)]
    pub version: i64,
    pub title: Option<String>,
    /// The current understanding.
    pub summary: Option<String>,
    /// Who reported it, by which channel.
    pub source: Option<String>,
    /// A leaf of the catalogue: `PROC-1`.
    pub category: Option<String>,
    pub jurisdictions: Option<Vec<Jurisdiction>>,
    /// RFC 3339
    pub occurred_at: Option<String>,
    /// Needs a `reason`.
    pub severity: Option<String>,
    pub verification: Option<String>,
    /// E-mail address. Of another organisation it is a handover; the one it waits for accepts by naming
    /// themselves.
    pub owner: Option<String>,
    /// Needs a `reason`. `clear` is asked for by a liaison of the lead, and stands once its counsel accepts. Who changes
    /// title, summary, source, category, places, time or hold of what is `clear` makes it `green` with that.
    pub tlp: Option<String>,
    /// With TLP:RED: e-mail addresses of those who may see it. Needs a `reason`.
    pub named: Option<Vec<String>>,
    /// Two people look before it crosses to another sector. Only counsel of the lead takes it away.
    pub candidate_or_party_content: Option<bool>,
    /// Counsel looks before it crosses, and alone takes it away.
    pub contains_personal_data: Option<bool>,
    /// All of it has to be kept for a proceeding. Counsel of the lead sets and lifts it; needs a `reason`.
    pub legal_hold: Option<bool>,
    /// Null lets the clocks run again.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HoldPatch>)]
    pub hold: Option<Option<HoldPatch>>,
    /// Why: with severity, marking and legal hold.
    pub reason: String,
}

/// Why the clocks stand still, and when to look again.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldPatch {
    pub reason: String,
    /// RFC 3339
    pub review_at: String,
}

/// Tells `null` from an absent field.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl Patch {
    fn edit(&self) -> Edit {
        Edit {
            version: self.version,
            title: self.title.clone(),
            summary: self.summary.clone(),
            source: self.source.clone(),
            category: self.category.clone(),
            jurisdictions: self.jurisdictions.clone(),
            occurred_at: self.occurred_at.clone(),
        }
    }

    fn content(&self) -> Option<ContentInput> {
        let marks = [self.candidate_or_party_content, self.contains_personal_data];
        marks.iter().any(Option::is_some).then_some(ContentInput {
            version: self.version,
            candidate_or_party_content: self.candidate_or_party_content,
            contains_personal_data: self.contains_personal_data,
        })
    }

    /// The one to whom it was handed over names themselves: they accept.
    fn accepts(&self, act: &Act, asker: &Asker, held: &Held) -> bool {
        let directory = act.room.directory();
        let named = self.owner.as_deref().and_then(|typed| directory.find(typed));
        let oneself = named.is_some_and(|member| member.person.id == asker.viewer.person);
        oneself && held.row.handover_to == Some(asker.viewer.person)
    }

    /// What the policy is asked for: one act a group of fields.
    fn actions(&self, accepts: bool) -> Vec<Action> {
        let edits = self.title.is_some()
            || self.summary.is_some()
            || self.source.is_some()
            || self.category.is_some()
            || self.jurisdictions.is_some()
            || self.occurred_at.is_some();
        let marks = self.tlp.is_some() || self.named.is_some();
        let owner = if accepts { Action::AcceptHandover } else { Action::Assign };
        let mut actions: Vec<Action> = [
            (edits, Action::Edit),
            (self.severity.is_some(), Action::SetSeverity),
            (self.verification.is_some(), Action::Verify),
            (self.owner.is_some(), owner),
            (marks, Action::SetMarking),
            (self.hold.is_some(), Action::Hold),
            (self.legal_hold.is_some(), Action::SetLegalHold),
        ]
        .into_iter()
        .filter_map(|(given, action)| given.then_some(action))
        .collect();
        if actions.is_empty() && self.content().is_none() {
            actions.push(Action::Edit);
        }
        actions
    }
}

/// Changes every field that is given, or none. A field that has its new value already stays as it is.
pub async fn patch(room: Room, asker: Asker, once: Once, number: Number, input: Patch) -> Result<Changed> {
    let named = input.named.as_deref().unwrap_or_default();
    let survey = share::ahead(&room, &asker.viewer, &number, &[], named).await?;
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    let accepts = input.accepts(&act, &asker, &held);
    for action in input.actions(accepts) {
        act.permit(&held, action)?;
    }
    if let Some(content) = input.content() {
        content::permit(&act, &held, &content)?;
    }
    act.fresh(&held, input.version)?;
    let mut faults = Faults::default();
    // A stricter label comes first and a looser one last: the old values of the other fields are then
    // never seen by more people than before.
    let tlp = input.tlp.as_deref().map(marking::label).transpose();
    let tlp = faults.keep(tlp)?.flatten().unwrap_or(held.row.tlp);
    let looser = tlp < held.row.tlp;
    if !looser {
        faults.keep(mark(&mut act, &asker, &mut held, (&input, tlp), &survey).await)?;
    }
    faults.keep(change::apply_edit(&mut act, &mut held, &input.edit()).await)?;
    if let Some(content) = input.content() {
        content::apply_content(&mut act, &mut held, &content).await?;
    }
    if let Some(word) = input.severity.as_deref().filter(|word| word.trim() != held.row.severity.wire()) {
        faults.keep(change::apply_severity(&mut act, &mut held, word, &input.reason).await)?;
    }
    let verified = held.row.verification.wire();
    if let Some(word) = input.verification.as_deref().filter(|word| word.trim() != verified) {
        faults.keep(change::apply_verification(&mut act, &mut held, word, "").await)?;
    }
    if let Some(wanted) = input.legal_hold {
        faults.keep(legal_hold::apply_legal_hold(&mut act, &mut held, wanted, &input.reason).await)?;
    }
    match &input.hold {
        None => {}
        Some(None) => change::apply_resume(&mut act, &mut held).await?,
        Some(Some(hold)) => {
            let done = change::apply_hold(&mut act, &mut held, &hold.reason, &hold.review_at).await;
            faults.keep(done.map_err(|error| inside("hold", error)))?;
        }
    }
    faults.keep(own(&mut act, &asker, &mut held, &input, accepts).await)?;
    // Who edits what was cleared and still wants it TLP:CLEAR asks for that again.
    if looser || (input.tlp.is_some() && tlp < held.row.tlp) {
        faults.keep(mark(&mut act, &asker, &mut held, (&input, tlp), &survey).await)?;
    }
    faults.none()?;
    change::finish(act, held).await
}

async fn mark(
    act: &mut Act,
    asker: &Asker,
    held: &mut Held,
    (input, tlp): (&Patch, Tlp),
    survey: &share::Survey,
) -> Result<()> {
    if tlp == held.row.tlp && input.named.is_none() {
        return Ok(());
    }
    let named = input.named.clone().unwrap_or_default();
    marking::apply_marking(act, asker, held, (tlp, &named), &input.reason, survey).await
}

async fn own(act: &mut Act, asker: &Asker, held: &mut Held, input: &Patch, accepts: bool) -> Result<()> {
    let Some(typed) = input.owner.as_deref() else { return Ok(()) };
    if accepts {
        return owner::apply_accept(act, asker, held).await;
    }
    let found = act.room.directory().find(typed).map(|member| member.person.id);
    if found.is_some() && found == held.row.owner_id {
        return Ok(());
    }
    owner::apply_owner(act, held, typed).await
}

/// Puts the field in front: `hold.review_at`.
fn inside(field: &str, error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut named = FieldErrors::default();
    errors.iter().for_each(|(name, message)| named.add(&format!("{field}.{name}"), message));
    Error::Invalid(named)
}

/// What is wrong with the fields so far: all of it is told at once.
#[derive(Default)]
struct Faults(FieldErrors);

impl Faults {
    fn keep<T>(&mut self, done: Result<T>) -> Result<Option<T>> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(errors)) => {
                self.0.merge(errors);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
    fn none(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
