//! What may be typed: texts and moments.

use app::model::Moment;

use super::super::{Error, Result};

/// Longest text of an entry, in characters.
pub const TEXT_LIMIT: usize = 20_000;

/// A text that somebody must give: trimmed at its end, neither empty nor endless.
pub(crate) fn checked_text(field: &str, text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Error::invalid(field, if field == "text" { "Write what happened" } else { "Say why" }));
    }
    if text.chars().count() > TEXT_LIMIT {
        return Err(Error::invalid(field, "At most 20,000 characters; attach longer texts as evidence"));
    }
    if text.contains('\0') {
        return Err(Error::invalid(field, "Contains a character that cannot be stored"));
    }
    Ok(text)
}

/// A back-dated moment: in the past, and not before the room could know of it.
pub(crate) fn happened_at(typed: Option<&str>, now: Moment) -> Result<Option<Moment>> {
    let Some(text) = typed.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let moment: Moment = text.parse().map_err(|_| {
        Error::invalid("happened_at", "Give date, time and zone, e.g. 2020-11-03T19:05:00-05:00")
    })?;
    if moment.since(now) > 60 {
        return Err(Error::invalid("happened_at", format!("{moment} is in the future; it is {now} now")));
    }
    if now.since(moment) > 10 * 366 * 86_400 {
        return Err(Error::invalid("happened_at", "More than ten years ago"));
    }
    Ok(Some(moment))
}
