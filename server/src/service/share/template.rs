//! Ready words for each purpose, as data: what a sender starts from and changes.

use std::sync::LazyLock;

use app::model::{incident::Incident, share::ShareTemplate};

static TEMPLATES: LazyLock<Vec<ShareTemplate>> = LazyLock::new(|| {
    // Part of the program; a test reads it.
    serde_json::from_str(include_str!("../../../../data/share_templates.json"))
        .expect("the templates are read")
});

pub fn templates() -> &'static [ShareTemplate] {
    &TEMPLATES
}

/// The words of a template for this incident.
pub fn words_of(template: &ShareTemplate, incident: &Incident) -> String {
    let summary = match incident.summary.trim() {
        "" => "nothing yet",
        summary => summary,
    };
    // What is put in is not looked through for places of its own.
    let mut words = String::new();
    let mut rest = template.text.as_str();
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        words.push_str(before);
        match name {
            "number" => words.push_str(&incident.number.to_string()),
            "title" => words.push_str(&incident.title),
            "place" => words.push_str(&incident.place()),
            "summary" => words.push_str(summary),
            _ => {}
        }
        rest = after;
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::model::{organisation::Sector, setting::HoldRule, share::Purpose};

    use super::{super::rules, *};

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
