//! Reads forms and query strings into what the services take. Words stay as typed.

use app::model::{Submitted, audience::addresses, incident::Jurisdiction};

use crate::reference;

/// The pairs of a query string, decoded.
pub(crate) fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Borrowed pairs, as the model's readers take them.
pub(crate) fn borrowed(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> + Clone {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

pub(crate) fn text(form: &Submitted, field: &str) -> String {
    form.value(field).to_owned()
}

/// A field that the form has; none where it was not sent, so that what stands stays.
pub(crate) fn given(form: &Submitted, field: &str) -> Option<String> {
    form.values(field).next().map(str::to_owned)
}

/// A field that may be left empty.
pub(crate) fn optional(form: &Submitted, field: &str) -> Option<String> {
    Some(form.value(field).trim().to_owned()).filter(|text| !text.is_empty())
}

pub(crate) fn list(form: &Submitted, field: &str) -> Vec<String> {
    form.values(field).map(str::to_owned).collect()
}

/// Addresses as people type them: separated by commas, semicolons, spaces or lines.
pub(crate) fn people(form: &Submitted, field: &str) -> Vec<String> {
    form.values(field).flat_map(addresses).collect()
}

/// The version that the form was made from; 0, which never stands, when it is missing.
pub(crate) fn version(form: &Submitted) -> i64 {
    form.value("version").trim().parse().unwrap_or(0)
}

/// Date, time and zone of a form as one RFC 3339 moment; none when date and time are empty. What cannot be
/// read is handed on as typed, so that the service's message stands beside the field.
pub(crate) fn moment(form: &Submitted, [date, time, zone]: [&str; 3]) -> Option<String> {
    let (date, time) = (form.value(date).trim(), form.value(time).trim());
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let zone = match form.value(zone).trim() {
        "" => "America/New_York",
        named => named,
    };
    let read = reference::instant(date, time, zone);
    Some(read.map_or_else(|| format!("{date} {time}"), |moment| moment.to_string()))
}

/// Rows of state and county; empty rows are left out.
pub(crate) fn jurisdictions(form: &Submitted) -> Vec<Jurisdiction> {
    let counties: Vec<&str> = form.values("jurisdiction_county").collect();
    let states = form.values("jurisdiction_state").enumerate();
    let rows = states.filter(|(_, state)| !state.trim().is_empty()).map(|(row, state)| Jurisdiction {
        state: state.trim().to_owned(),
        county: counties.get(row).map(|county| county.trim().to_owned()).filter(|county| !county.is_empty()),
    });
    rows.collect()
}

/// The field that carries places where a page offers them as one choice.
pub(crate) const PLACES: &str = "jurisdictions";

/// Places as one value: a line each, state and county.
pub(crate) fn folded(places: &[Jurisdiction]) -> String {
    let line =
        |place: &Jurisdiction| format!("{}\t{}", place.state, place.county.as_deref().unwrap_or_default());
    places.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Puts a choice of places back into the rows of its form.
pub(crate) fn unfold(form: &mut Submitted) {
    if form.values(PLACES).next().is_none() {
        return;
    }
    let folded = form.value(PLACES).to_owned();
    for name in [PLACES, "jurisdiction_state", "jurisdiction_county"] {
        form.remove(name);
    }
    for line in folded.lines() {
        let (state, county) = line.split_once('\t').unwrap_or((line, ""));
        form.push("jurisdiction_state", state);
        form.push("jurisdiction_county", county);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_through_one_value_and_come_back_as_rows() {
        let place = |state: &str, county: Option<&str>| Jurisdiction {
            state: state.to_owned(),
            county: county.map(str::to_owned),
        };
        for places in [vec![], vec![place("AZ", Some("Prince George's")), place("NV", None)]] {
            let mut form = Submitted::default();
            form.push("jurisdiction_state", "TX");
            form.push("jurisdiction_county", "");
            form.push(PLACES, folded(&places));
            unfold(&mut form);
            assert_eq!(jurisdictions(&form), places);
        }
    }
}
