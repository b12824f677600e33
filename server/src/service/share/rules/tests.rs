//! What the rules find, and what they leave alone.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

fn found(text: &str, from: Sector, to: Sector) -> Vec<(String, Vec<String>)> {
    let marked = |reason: HoldReason| {
        let words = reason.marks.iter().map(|(start, end)| text[*start..*end].to_owned()).collect();
        (reason.rule, words)
    };
    let shipped = serde_json::from_str::<Vec<HoldRule>>(include_str!("../../../../../data/hold_rules.json"));
    let rules = shipped.expect("the rules are read");
    reasons(&rules, text, from, to).into_iter().map(marked).collect()
}

fn marked(marks: Vec<ContentMark>, from: Sector, to: Sector) -> Vec<String> {
    let shipped = serde_json::from_str::<Vec<HoldRule>>(include_str!("../../../../../data/hold_rules.json"));
    let rules = shipped.expect("the rules are read");
    let crossing =
        Crossing { rules: &rules, from: vec![from], to, text: "For your picture.", beside: vec![], marks };
    held_by(&crossing).into_iter().map(|reason| reason.rule).collect()
}

#[test]
fn a_candidate_or_a_party_is_held_from_one_sector_to_another() {
    let mark = || vec![ContentMark::CandidateOrPartyContent];
    for (from, to, held) in [
        (Sector::Agency, Sector::Company, true),
        (Sector::Company, Sector::ElectionOffice, true),
        (Sector::Company, Sector::Company, false),
        (Sector::Agency, Sector::Agency, false),
    ] {
        let expected: &[&str] = if held { &["candidate_or_party_content"] } else { &[] };
        assert_eq!(marked(mark(), from, to), expected, "{from:?} to {to:?}");
    }
    assert!(marked(vec![], Sector::Agency, Sector::Company).is_empty());
}

#[test]
fn marked_personal_data_is_held_between_any_two() {
    for to in Sector::ALL {
        assert_eq!(
            marked(vec![ContentMark::ContainsPersonalData], Sector::Company, *to),
            ["contains_personal_data"]
        );
    }
}

fn asked(text: &str) -> Vec<String> {
    let all = found(text, Sector::Agency, Sector::Company);
    all.into_iter().find(|(rule, _)| rule == "moderation").map_or_else(Vec::new, |(_, words)| words)
}

#[test]
fn words_that_ask_for_moderation_are_found_whole_and_in_any_case() {
    assert_eq!(asked("Please REMOVE it, or take  down the page."), ["REMOVE", "take  down"]);
    assert_eq!(asked("Could you label or suspend the account?"), ["label", "suspend"]);
    assert_eq!(asked("It should be taken\ndown."), ["taken\ndown"]);
    for wish in [
        "Please disable the account.",
        "Could you hide the two posts?",
        "Restrict its reach until the polls close.",
        "Geoblock it in Arizona",
        "Could it be unlisted?",
        "We would like to get rid of it.",
    ] {
        assert!(!asked(wish).is_empty(), "{wish}");
    }
    for innocent in [
        "The removable drive",
        "a bandage",
        "urban",
        "labels4u.example is down",
        "take the road. It is down",
        "The actor hides behind a proxy, and its account was disabled by its owner.",
        "unremoved",
    ] {
        let hits: Vec<_> = asked(innocent);
        assert!(hits.is_empty(), "{innocent}: {hits:?}");
    }
}

#[test]
fn a_rule_that_is_off_finds_nothing() {
    let rule = |on| HoldRule {
        rule: "a".into(),
        why: "b".into(),
        from: None,
        to: None,
        words: vec!["count".into(), "stop the count".into()],
        patterns: vec![],
        content: vec![],
        across: false,
        on,
    };
    let marks = |rules: &[HoldRule]| {
        let found = reasons(rules, "Stop the COUNT", Sector::Company, Sector::Company);
        found.into_iter().flat_map(|reason| reason.marks).collect::<Vec<_>>()
    };
    assert_eq!(marks(&[rule(true)]), [(0, 14), (9, 14)]);
    assert_eq!(marks(&[rule(false)]), []);
    assert_eq!(marks(&[]), []);
}

#[test]
fn only_an_agency_that_writes_to_a_company_is_held_for_its_verbs() {
    for (from, to) in [
        (Sector::Company, Sector::Agency),
        (Sector::Company, Sector::Company),
        (Sector::Agency, Sector::Agency),
        (Sector::ElectionOffice, Sector::Company),
    ] {
        assert!(found("We remove it today.", from, to).is_empty(), "{from:?} to {to:?}");
    }
}

#[test]
fn addresses_and_telephone_numbers_are_personal_data_whoever_writes() {
    let text = "Call (602) 555-0142 or +1 602 555 0143, or write to a.voter@mail.example. Ten: 6025550144";
    let hits = found(text, Sector::Company, Sector::ElectionOffice);
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].1, ["(602) 555-0142", "+1 602 555 0143", "a.voter@mail.example", "6025550144"]);
    for innocent in [
        "2020-11-03 22:31",
        "@handle",
        "at 5 p.m. on 3 November 2020",
        "192.0.2.77",
        "3,140 of 600 000",
        "a@b",
    ] {
        let hits = found(innocent, Sector::Company, Sector::Agency);
        assert!(hits.is_empty(), "{innocent}: {hits:?}");
    }
}

#[test]
fn a_word_is_found_however_it_is_spelt() {
    for spelt in [
        "rem\u{200b}ove",
        "re\u{ad}move",
        "r e m o v e",
        "r.e.m.o.v.e",
        "r\u{200b} e\u{200b} m o v e",
        "rеmоve",
        "rεmove",
        "ʀᴇᴍᴏᴠᴇ",
        "ｒｅｍｏｖｅ",
        "𝐫𝐞𝐦𝐨𝐯𝐞",
        "rémove",
        "rem0ve",
        "rernove",
        "re-move",
        "IabeI",
        "1abel",
        "tаke down",
        "take-down",
        "t a k e d o w n",
        "take that ugly page of theirs down",
    ] {
        assert_eq!(asked(&format!("Please {spelt}. Thank you.")), [spelt]);
    }
    for innocent in [
        "Take a look. The results site is down.",
        "Take seven words of any kind before it down",
        "a b c d e",
        "Fall, not fail; it will be a ball, not a bail",
        "evil.example, re move",
    ] {
        assert!(asked(innocent).is_empty(), "{innocent}: {:?}", asked(innocent));
    }
}

#[test]
fn personal_data_is_found_however_it_is_spelt() {
    for spelt in ["602\u{200b}-555-0142", "６０２ ５５５ ０１４２", "a.voter＠mail.example"] {
        let hits = found(&format!("Ask {spelt} about it"), Sector::Company, Sector::Agency);
        assert_eq!(
            hits.first().map(|(rule, words)| (rule.as_str(), words.clone())),
            Some(("personal_data", vec![spelt.to_owned()]))
        );
    }
}

static INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{fe0f}'];
/// Letters of `remove`, each with others that look like it.
const LOOK_ALIKE: [&[char]; 6] = [
    &['r', 'R', 'г'],
    &['e', 'E', 'е', 'ｅ'],
    &['m', 'M', 'м'],
    &['o', '0', 'о', 'ο'],
    &['v', 'ν', 'V'],
    &['e', 'é', 'є'],
];

proptest! {
    #[test]
    fn a_mark_is_a_piece_of_the_text(text in "\\PC{0,120}", more in "[a-z \u{200b}éｅе1I…@.0-9-]{0,80}") {
        for text in [text, format!("{more} take it down {more}")] {
            for (_, words) in found(&text, Sector::Agency, Sector::Company) {
                prop_assert!(words.iter().all(|words| !words.is_empty() && text.contains(words.as_str())));
            }
        }
    }

    #[test]
    fn no_letter_that_looks_alike_and_nothing_invisible_hides_a_word(
        letters in vec(any::<prop::sample::Index>(), 6),
        between in vec(prop::option::of(select(&INVISIBLE[..])), 5),
    ) {
        let mut spelt = String::new();
        for (at, choice) in letters.iter().enumerate() {
            spelt.push(*choice.get(LOOK_ALIKE[at]));
            spelt.extend(between.get(at).copied().flatten());
        }
        prop_assert_eq!(asked(&format!("Could you {spelt} it?")), [spelt]);
    }
}
