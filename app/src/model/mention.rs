//! People called by `@` in a text: one syntax for the composer, for a plain form and for scripts.
//!
//! `@liaison@google.example` calls the person with this address. The part from the second `@` on may be left
//! out where only one of those who see the entry has an address that begins so: `@liaison`. A word that is
//! nobody's address is a word: `@azvotes` is a handle, and stays one.

use std::ops::Range;

use super::Person;

/// A word of a text that begins with `@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its place in the text, the `@` included.
    pub range: Range<usize>,
    /// In small letters, without the `@`: an address, or the part of one before its `@`.
    pub word: String,
}

impl Call {
    /// Whether it may mean the person with this address.
    pub fn fits(&self, email: &str) -> bool {
        match self.word.contains('@') {
            true => email == self.word,
            false => email.split('@').next() == Some(self.word.as_str()),
        }
    }
}

/// Every call of a text, in its order. An `@` inside of a word begins none: `a.voter@mail.example`.
pub fn calls(text: &str) -> Vec<Call> {
    let part = |c: char| c.is_ascii_alphanumeric() || ".-_+".contains(c);
    let length = |from: usize| {
        let run: usize = text[from..].chars().take_while(|c| part(*c)).map(char::len_utf8).sum();
        text[from..from + run].trim_end_matches(['.', '-', '_', '+']).len()
    };
    let mut found: Vec<Call> = vec![];
    for (at, _) in text.match_indices('@') {
        let inside =
            text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "@._+-".contains(c));
        if inside || found.last().is_some_and(|call| call.range.end > at) {
            continue;
        }
        let mut end = at + 1 + length(at + 1);
        if end == at + 1 {
            continue;
        }
        if text[end..].starts_with('@') && length(end + 1) > 0 {
            end += 1 + length(end + 1);
        }
        found.push(Call { range: at..end, word: text[at + 1..end].to_lowercase() });
    }
    found
}

/// A text as it is read: words, and people by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Words(&'a str),
    Person(&'a Person),
}

/// Cuts a text at the calls of these people; every other call is words.
pub fn pieces<'a>(text: &'a str, people: &'a [Person]) -> Vec<Piece<'a>> {
    let (mut pieces, mut from) = (vec![], 0);
    for call in if people.is_empty() { vec![] } else { calls(text) } {
        let Some(person) = people.iter().find(|person| call.fits(&person.email)) else { continue };
        if from < call.range.start {
            pieces.push(Piece::Words(&text[from..call.range.start]));
        }
        pieces.push(Piece::Person(person));
        from = call.range.end;
    }
    if from < text.len() {
        pieces.push(Piece::Words(&text[from..]));
    }
    pieces
}

/// How a person is called on screen: `@Hana Reyes (Google)`.
pub fn called(person: &Person) -> String {
    format!("@{} ({})", person.name, person.organisation.short)
}

/// The text with names in place of addresses, where no more than text can stand.
pub fn named(text: &str, people: &[Person]) -> String {
    let words = pieces(text, people).into_iter().map(|piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Person(person) => called(person),
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Organisation, OrganisationId, PersonId, organisation::Sector};

    fn words(text: &str) -> Vec<String> {
        calls(text).into_iter().map(|call| call.word).collect()
    }

    fn person(email: &str, name: &str) -> Person {
        let organisation = Organisation {
            id: OrganisationId(uuid::Uuid::from_u128(1)),
            slug: "google".into(),
            name: "Google".into(),
            short: "Google".into(),
            code: "GOOG".into(),
            sector: Sector::Company,
        };
        Person {
            id: PersonId(uuid::Uuid::from_u128(2)),
            email: email.into(),
            name: name.into(),
            organisation,
        }
    }

    #[test]
    fn a_call_begins_a_word_and_ends_before_its_stop() {
        assert_eq!(words("@Liaison@Google.example, please."), ["liaison@google.example"]);
        assert_eq!(words("(@lead) asks @analyst@fbi.example."), ["lead", "analyst@fbi.example"]);
        assert_eq!(words("Write to a.voter@mail.example"), Vec::<String>::new());
        assert_eq!(words("@ alone, @. and @@twice"), Vec::<String>::new());
        assert_eq!(words("ünïcode@x and „@lead“"), ["lead"]);
        assert_eq!(words("@lead@ and @lead@."), ["lead", "lead"]);
    }

    #[test]
    fn people_stand_by_name_and_handles_stay_words() {
        let people = [person("liaison@google.example", "Hana Reyes")];
        assert_eq!(
            named("Ask @liaison@google.example or @liaison about @azvotes.", &people),
            "Ask @Hana Reyes (Google) or @Hana Reyes (Google) about @azvotes."
        );
        assert_eq!(pieces("No call", &people), [Piece::Words("No call")]);
        assert_eq!(named("@liaison", &[]), "@liaison");
    }
}
