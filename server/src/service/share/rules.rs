//! What holds a share back for counsel: rules as data, and the words of a text that they find.

use std::{collections::HashMap, ops::Range};

use app::{
    model::{
        hold::{self, HoldReason},
        organisation::Sector,
        setting::{ContentMark, HoldPattern, HoldRule},
    },
    pages::settings::Tried,
};

use super::super::store::incident::IncidentRow;

/// What an incident is marked with.
pub(super) fn marks_of(row: &IncidentRow) -> Vec<ContentMark> {
    let marks = [
        (row.candidate_or_party_content, ContentMark::CandidateOrPartyContent),
        (row.contains_personal_data, ContentMark::ContainsPersonalData),
    ];
    marks.into_iter().filter_map(|(set, mark)| set.then_some(mark)).collect()
}

/// Words on their way from one organisation to another.
pub(super) struct Crossing<'a> {
    /// Those that stand.
    pub rules: &'a [HoldRule],
    pub from: Sector,
    pub to: Sector,
    pub text: &'a str,
    /// What goes along, each with what it is called: read under the same rules, without a place to mark.
    pub beside: Vec<(&'static str, &'a str)>,
    /// What the incident is marked with.
    pub marks: Vec<ContentMark>,
}

/// Why a crossing waits for counsel: each rule once, marked in the text where the text is why.
pub(super) fn held_by(crossing: &Crossing<'_>) -> Vec<HoldReason> {
    let mut found = reasons(crossing.rules, crossing.text, crossing.from, crossing.to);
    for (what, words) in &crossing.beside {
        for reason in reasons(crossing.rules, words, crossing.from, crossing.to) {
            if !found.iter().any(|known| known.rule == reason.rule) {
                found.push(HoldReason { why: format!("{what}: {}", reason.why), marks: vec![], ..reason });
            }
        }
    }
    let marked = |rule: &&HoldRule| {
        rule.applies(crossing.from, crossing.to)
            && crossing.marks.iter().any(|mark| rule.content.contains(mark))
    };
    for rule in crossing.rules.iter().filter(marked) {
        if !found.iter().any(|known| known.rule == rule.rule) {
            found.push(HoldReason { rule: rule.rule.clone(), why: rule.why.clone(), marks: vec![] });
        }
    }
    found
}

/// Why a text that crosses from one sector to another waits for counsel; nothing when it does not.
pub(super) fn reasons(rules: &[HoldRule], text: &str, from: Sector, to: Sector) -> Vec<HoldReason> {
    let words = Words::of(text);
    let reason = |rule: &HoldRule| {
        let mut marks: Vec<Range<usize>> =
            rule.words.iter().flat_map(|phrase| words.phrases(phrase)).collect();
        for pattern in &rule.patterns {
            marks.extend(match pattern {
                HoldPattern::Email => emails(text),
                HoldPattern::Phone => phones(text),
            });
        }
        marks.sort_by_key(|mark| (mark.start, mark.end));
        let marks = marks.into_iter().map(|mark| (mark.start, mark.end)).collect::<Vec<_>>();
        (!marks.is_empty()).then(|| HoldReason { rule: rule.rule.clone(), why: rule.why.clone(), marks })
    };
    rules.iter().filter(|rule| rule.applies(from, to)).filter_map(reason).collect()
}

/// What rules that may not stand yet would find in a text. Nothing is kept.
pub fn try_rules(rules: &[HoldRule], text: &str, (from, to): (Sector, Sector)) -> Tried {
    let reasons = reasons(rules, text, from, to);
    let pieces = hold::marked(text, &reasons).into_iter().map(|(found, piece)| (found, piece.to_owned()));
    Tried { pieces: pieces.collect(), why: reasons.into_iter().map(|reason| reason.why).collect() }
}

/// The words of a text in small letters, with their places: thousands of phrases are looked for in one.
struct Words {
    all: Vec<(Range<usize>, String)>,
    /// Where each word stands.
    places: HashMap<String, Vec<usize>>,
}

impl Words {
    fn of(text: &str) -> Self {
        let small = |word: Range<usize>| (word.clone(), text[word].to_lowercase());
        let all: Vec<_> = words(text).into_iter().map(small).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (_, word)) in all.iter().enumerate() {
            places.entry(word.clone()).or_default().push(at);
        }
        Self { all, places }
    }

    /// Where the words of a phrase follow each other, in capitals or not.
    fn phrases(&self, phrase: &str) -> Vec<Range<usize>> {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let starts = wanted.first().and_then(|first| self.places.get(*first)).map_or(&[][..], Vec::as_slice);
        let runs = starts.iter().filter_map(|at| self.all.get(*at..at + wanted.len()));
        let same = |run: &&[(Range<usize>, String)]| {
            run.iter().zip(&wanted).all(|((_, word), wanted)| word == wanted)
        };
        runs.filter(same).map(|run| run[0].0.start..run[run.len() - 1].0.end).collect()
    }
}

/// Runs of letters and digits with their places; an apostrophe belongs to its word.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric() || letter == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// `name@host.tld`
fn emails(text: &str) -> Vec<Range<usize>> {
    let part = |c: char| c.is_ascii_alphanumeric() || ".-_+".contains(c);
    let mut found = vec![];
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum::<usize>();
        let host: String = text[at + 1..].chars().take_while(|c| part(*c)).collect();
        let host = host.trim_end_matches(['.', '-']);
        if before > 0 && host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty()) {
            found.push(at - before..at + 1 + host.len());
        }
    }
    found
}

/// Ten digits as North America writes them, `602 555 0142` or `(602) 555-0142`, or 10 to 15 after a `+`.
fn phones(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() || (bytes[at] == b'+') || bytes[at] == b'(';
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let run = if starts && alone { digits(bytes, at) } else { None };
        match run {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a telephone number that begins at `from`; none where it is a date, a time or another number.
fn digits(bytes: &[u8], from: usize) -> Option<usize> {
    let plus = bytes[from] == b'+';
    let (mut groups, mut at, mut end) = (vec![0_usize], from, from);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                *groups.last_mut()? += 1;
                end = at + 1;
            }
            b'+' if at == from => {}
            b' ' | b'-' | b'.' | b'(' | b')' => {
                if groups.last() != Some(&0) {
                    groups.push(0);
                }
            }
            _ => break,
        }
        at += 1;
    }
    groups.retain(|group| *group > 0);
    if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let total: usize = groups.iter().sum();
    let american = matches!(groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4] | [10]);
    (american || (plus && (10..=15).contains(&total))).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, from: Sector, to: Sector) -> Vec<(String, Vec<String>)> {
        let marked = |reason: HoldReason| {
            let words = reason.marks.iter().map(|(start, end)| text[*start..*end].to_owned()).collect();
            (reason.rule, words)
        };
        let shipped = serde_json::from_str::<Vec<HoldRule>>(include_str!("../../../../data/hold_rules.json"));
        let rules = shipped.expect("the rules are read");
        reasons(&rules, text, from, to).into_iter().map(marked).collect()
    }

    fn marked(marks: Vec<ContentMark>, from: Sector, to: Sector) -> Vec<String> {
        let shipped = serde_json::from_str::<Vec<HoldRule>>(include_str!("../../../../data/hold_rules.json"));
        let rules = shipped.expect("the rules are read");
        let crossing = Crossing { rules: &rules, from, to, text: "For your picture.", beside: vec![], marks };
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
        for innocent in [
            "The removable drive",
            "a bandage",
            "urban",
            "labels4u.example is down",
            "take the road down",
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
        let text =
            "Call (602) 555-0142 or +1 602 555 0143, or write to a.voter@mail.example. Ten: 6025550144";
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
}
