//! Ready words for each purpose, as data: what a sender starts from and changes.

use std::sync::LazyLock;

use app::model::{id::Number, incident::Incident, share::ShareTemplate};

static TEMPLATES: LazyLock<Vec<ShareTemplate>> = LazyLock::new(|| {
    // Part of the program; a test reads it.
    serde_json::from_str(include_str!("../../../../data/share_templates.json"))
        .expect("the templates are read")
});

pub fn templates() -> &'static [ShareTemplate] {
    &TEMPLATES
}

/// What stands in the places of ready words.
pub(super) struct Facts<'a> {
    pub number: &'a Number,
    pub title: &'a str,
    pub place: &'a str,
    pub summary: &'a str,
}

/// The words of a template for this incident.
pub fn words_of(template: &ShareTemplate, incident: &Incident) -> String {
    let place = incident.place();
    let Incident { number, title, summary, .. } = incident;
    filled(&template.text, &Facts { number, title, place: &place, summary })
}

/// Puts an incident's facts in their places; braces around anything else stay as they were written.
pub(super) fn filled(text: &str, facts: &Facts<'_>) -> String {
    let summary = match facts.summary.trim() {
        "" => "nothing yet",
        summary => summary,
    };
    // What is put in is not looked through for places of its own.
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let number = facts.number.as_str();
        let places =
            [("number}", number), ("title}", facts.title), ("place}", facts.place), ("summary}", summary)];
        let found = places.iter().find_map(|(name, fact)| Some((after.strip_prefix(name)?, *fact)));
        let (behind, fact) = found.unwrap_or((after, "{"));
        words.push_str(fact);
        rest = behind;
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::model::{organisation::Sector, setting::HoldRule, share::Purpose};

    use super::{super::rules, *};

    #[test]
    fn facts_stand_in_their_places_and_other_braces_stay() {
        let number = Number::new(147);
        let facts = Facts { number: &number, title: "A {place}", place: "AZ", summary: " " };
        let text = "{number}: {title} {place} {{place}} {what} {summary} {number";
        assert_eq!(filled(text, &facts), "WF-0147: A {place} AZ {AZ} {what} nothing yet {number");
    }

    #[test]
    fn each_purpose_has_ready_words_that_no_rule_holds_back() {
        let ids: BTreeSet<_> = templates().iter().map(|template| &template.id).collect();
        assert_eq!(ids.len(), templates().len(), "each has a name of its own");
        for purpose in Purpose::ALL {
            assert!(templates().iter().any(|template| template.purpose == *purpose), "{purpose}");
        }
        let shipped = serde_json::from_str::<Vec<HoldRule>>(include_str!("../../../../data/hold_rules.json"));
        let rules = shipped.expect("the rules are read");
        for template in templates() {
            let found = rules::reasons(&rules, &template.text, Sector::Agency, Sector::Company);
            assert!(found.is_empty(), "{}: {found:?}", template.id);
            let known = ["{number}", "{title}", "{place}", "{summary}"];
            let bare = known.iter().fold(template.text.clone(), |text, name| text.replace(name, ""));
            assert!(!bare.contains(['{', '}']), "{}: {bare}", template.id);
        }
    }
}
