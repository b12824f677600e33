//! Fields of an incident changed: each change is an entry with the old and the new value.
//!
//! Each field has one function that works inside an act; [`super::patch`] changes several fields in one act, the
//! functions with a form of their own change one.

use app::{
    model::{
        FieldErrors, Moment, Severity,
        entry::EntryKind,
        id::Number,
        incident::{Jurisdiction, Status, Verification},
    },
    policy::Action,
};
use serde::{Deserialize, Serialize};

use super::{Changed, Held, check, clearance, jurisdiction};
use crate::service::{
    Act, Asker, Begun, Error, Once, Result, Room, clocks,
    entry::{NewEntry, checked_text},
    store,
};

/// Title, current understanding, source, category, places and when it happened. What is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Edit {
    pub version: i64,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub source: Option<String>,
    pub category: Option<String>,
    pub jurisdictions: Option<Vec<Jurisdiction>>,
    /// RFC 3339
    pub occurred_at: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct SeverityInput {
    pub version: i64,
    pub severity: String,
    pub reason: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct VerificationInput {
    pub version: i64,
    pub verification: String,
    pub note: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct HoldInput {
    pub version: i64,
    pub reason: String,
    /// RFC 3339
    pub review_at: String,
}

/// Begins a change of an incident: permitted, and made from the version that stands.
macro_rules! begin_change {
    ($room:ident, $asker:ident, $once:ident, $number:ident, $action:expr, $version:expr) => {{
        let mut act = match $room.begin(&$asker, &$once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(changed) => return Ok(changed),
        };
        let held = act.incident(&$number).await?;
        act.permit(&held, $action)?;
        act.fresh(&held, $version)?;
        (act, held)
    }};
}
pub(super) use begin_change;

/// Records one changed field as a system entry.
pub(super) async fn note(
    act: &mut Act,
    held: &Held,
    field: &str,
    old: &str,
    new: &str,
    text: &str,
) -> Result<()> {
    let entry = NewEntry::about(EntryKind::System, &held.marking).change(field, old, new).text(text);
    act.append_new(held.row.id, entry, "changed").await.map(drop)
}

/// Saves the change as the next version and ends the act. Where nothing was recorded nothing changed: the
/// version stands, so that nobody collides with a change that was none.
pub(super) async fn finish(mut act: Box<Act>, mut held: Held) -> Result<Changed> {
    let changed = match act.head {
        Some(_) => act.save(&mut held).await?,
        None => Changed { number: held.row.number.clone(), version: held.row.version },
    };
    act.commit(changed).await
}

pub async fn edit(room: Room, asker: Asker, once: Once, number: Number, input: Edit) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::Edit, input.version);
    apply_edit(&mut act, &mut held, &input).await?;
    finish(act, held).await
}

pub(super) async fn apply_edit(act: &mut Act, held: &mut Held, input: &Edit) -> Result<()> {
    let room = act.room.clone();
    let mut errors = FieldErrors::default();
    let title = input.title.as_deref().map(|typed| check::check_title(typed, &mut errors));
    let summary = input.summary.as_deref().map(|typed| check::check_summary(typed, &mut errors));
    // One that is longer than what is taken today stays as it was typed.
    let typed = input.source.as_deref().filter(|typed| typed.trim() != held.row.source);
    let source = typed.map(|typed| check::check_source(typed, &mut errors));
    // A kind that was retired meanwhile stays; nothing else moves to it.
    let chosen = input.category.as_deref().filter(|typed| typed.trim().to_uppercase() != held.row.category);
    let category = chosen.map(|typed| check::check_category(&room, typed, act.now(), &mut errors));
    let places = input.jurisdictions.as_deref().map(|typed| check::check_jurisdictions(typed, &mut errors));
    let occurred_at = check::check_occurred_at(input.occurred_at.as_deref(), act.now(), &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let title = title.filter(|title| *title != held.row.title);
    let summary = summary.filter(|summary| *summary != held.row.summary);
    let source = source.filter(|source| *source != held.row.source);
    let typed = [
        ("title", title.as_deref().unwrap_or_default()),
        ("summary", summary.as_deref().unwrap_or_default()),
        ("source", source.as_deref().unwrap_or_default()),
    ];
    act.permit_words(held, &typed)?;
    let category = category.filter(|category| *category != held.row.category);
    let occurred_at = occurred_at.filter(|at| *at != held.row.occurred_at);
    let places = moved(act, held, places).await?;
    let words = title.is_some() || summary.is_some() || source.is_some();
    if words || category.is_some() || occurred_at.is_some() || places.is_some() {
        clearance::withdraw(act, held).await?;
    }
    if let Some(title) = title {
        note(act, held, "title", &held.row.title, &title, "").await?;
        held.row.title = title;
    }
    if let Some(summary) = summary {
        note(act, held, "summary", &held.row.summary, &summary, "").await?;
        held.row.summary = summary;
    }
    if let Some(source) = source {
        note(act, held, "source", &held.row.source, &source, "").await?;
        held.row.source = source;
    }
    if let Some(category) = category {
        let opened_at = held.row.opened_at;
        let words = |code: &str| {
            let category = room.reference().category(code, opened_at);
            format!("{} › {}", category.top, category.leaf)
        };
        note(act, held, "category", &words(&held.row.category), &words(&category), "").await?;
        held.row.category = category;
    }
    if let Some(at) = occurred_at {
        note(act, held, "occurred_at", &held.row.occurred_at.to_string(), &at.to_string(), "").await?;
        held.row.occurred_at = at;
    }
    match places {
        Some((old, places)) => set_places(act, held, &old, &places).await,
        None => Ok(()),
    }
}

type Places = Vec<(String, String)>;

/// The places that stand and those that are to, where these are others.
async fn moved(act: &mut Act, held: &Held, places: Option<Places>) -> Result<Option<(Places, Places)>> {
    let Some(mut places) = places else { return Ok(None) };
    places.sort();
    let old = store::incident::list_jurisdictions(&mut act.tx, held.row.id).await?;
    Ok((old != places).then_some((old, places)))
}

async fn set_places(
    act: &mut Act,
    held: &Held,
    old: &[(String, String)],
    places: &[(String, String)],
) -> Result<()> {
    let words = |places: &[(String, String)]| match places {
        [] => "Nationwide".to_owned(),
        some => some.iter().map(|place| jurisdiction(place.clone()).words()).collect::<Vec<_>>().join("; "),
    };
    note(act, held, "jurisdictions", &words(old), &words(places), "").await?;
    store::incident::remove_jurisdictions(&mut act.tx, held.row.id).await?;
    for (state, county) in places {
        store::incident::add_jurisdiction(&mut act.tx, held.row.id, state, county).await?;
    }
    Ok(())
}

pub async fn set_severity(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: SeverityInput,
) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::SetSeverity, input.version);
    apply_severity(&mut act, &mut held, &input.severity, &input.reason).await?;
    finish(act, held).await
}

pub(super) async fn apply_severity(act: &mut Act, held: &mut Held, word: &str, reason: &str) -> Result<()> {
    let severity: Severity =
        word.trim().parse().map_err(|_| Error::invalid("severity", "Choose how severe it is"))?;
    let reason = checked_text("reason", reason)?;
    if held.row.status == Status::Closed {
        return Err(Error::invalid("severity", "It is closed, and its severity stands: reopen it first"));
    }
    if severity == held.row.severity {
        return Err(Error::invalid("severity", format!("It is {} already", severity.label())));
    }
    act.permit_words(held, &[("reason", reason.as_str())])?;
    note(act, held, "severity", held.row.severity.label(), severity.label(), &reason).await?;
    held.row.severity = severity;
    clocks::set_targets(&act.room, &mut held.row, severity);
    Ok(())
}

pub async fn set_verification(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: VerificationInput,
) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::Verify, input.version);
    apply_verification(&mut act, &mut held, &input.verification, &input.note).await?;
    finish(act, held).await
}

pub(super) async fn apply_verification(act: &mut Act, held: &mut Held, word: &str, text: &str) -> Result<()> {
    let verification: Verification =
        word.trim().parse().map_err(|_| Error::invalid("verification", "Choose how far it is verified"))?;
    if verification == Verification::Unverified && held.row.status.needs_verification() {
        let status = held.row.status.label();
        return Err(Error::invalid(
            "verification",
            format!("It is {status}: {}", super::status::NEEDS_VERIFICATION),
        ));
    }
    let (old, new) = (held.row.verification.label(), verification.label());
    act.permit_words(held, &[("note", text.trim())])?;
    note(act, held, "verification", old, new, text.trim()).await?;
    held.row.verification = verification;
    Ok(())
}

/// Puts the incident on hold: the clocks stand still, with a reason and a time to look again.
pub async fn hold(room: Room, asker: Asker, once: Once, number: Number, input: HoldInput) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::Hold, input.version);
    apply_hold(&mut act, &mut held, &input.reason, &input.review_at).await?;
    finish(act, held).await
}

pub(super) async fn apply_hold(act: &mut Act, held: &mut Held, reason: &str, review_at: &str) -> Result<()> {
    let reason = checked_text("reason", reason)?;
    let review_at: Moment = review_at
        .trim()
        .parse()
        .map_err(|_| Error::invalid("review_at", "Say when to look again: date, time and zone"))?;
    if review_at <= act.now() {
        return Err(Error::invalid("review_at", "That is in the past"));
    }
    if held.row.hold_since.is_some() {
        return Err(Error::invalid("reason", "It is on hold already"));
    }
    if !held.row.status.is_open() {
        return Err(Error::invalid("reason", "It has ended; there is no clock to stop"));
    }
    act.permit_words(held, &[("reason", reason.as_str())])?;
    // Why it stands still is read at its head.
    clearance::withdraw(act, held).await?;
    let until = format!("On hold until {review_at}");
    note(act, held, "hold", "", &until, &reason).await?;
    held.row.hold_since = Some(act.now());
    held.row.hold_reason = Some(reason);
    held.row.hold_review_at = Some(review_at);
    Ok(())
}

pub async fn resume(room: Room, asker: Asker, once: Once, number: Number, version: i64) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::Hold, version);
    if held.row.hold_since.is_none() {
        return Err(Error::invalid("version", "It is not on hold"));
    }
    apply_resume(&mut act, &mut held).await?;
    finish(act, held).await
}

/// Lets the clocks run again; where they run nothing changes.
pub(super) async fn apply_resume(act: &mut Act, held: &mut Held) -> Result<()> {
    let Some(reason) = held.row.hold_reason.clone().filter(|_| held.row.hold_since.is_some()) else {
        return Ok(());
    };
    note(act, held, "hold", &reason, "Resumed", "").await?;
    let now = act.now();
    clocks::resume(&mut held.row, now);
    Ok(())
}
