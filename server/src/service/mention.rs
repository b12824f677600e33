//! Whom a text calls: read out of the words, checked against who will see the entry.

use std::collections::HashSet;

use app::{
    model::{Person, PersonId, mention},
    policy::{self, Marked},
};

use super::{Directory, Error, Result, directory::Member, person::subject};

/// How many people one entry calls: more is a crowd, which the audience of the entry reaches by itself. Each
/// call may become an e-mail.
const MOST: usize = 20;

/// A text with names in place of whole addresses, for lists that show no more than its beginning.
pub(crate) fn named(directory: &Directory, text: &str) -> String {
    named_for(directory, text, None)
}

/// The same for a reader whom it may call by the beginning of their address.
pub(crate) fn named_for(directory: &Directory, text: &str, reader: Option<PersonId>) -> String {
    let whole = mention::calls(text).into_iter().filter(|call| call.word.contains('@'));
    let called = whole.filter_map(|call| Some(directory.find(&call.word)?.person.clone()));
    let reader = reader.and_then(|id| directory.person(id)).cloned();
    let people: Vec<Person> = reader.into_iter().chain(called).collect();
    mention::named(text, &people)
}

/// The people that a text calls, all of whom will see the entry.
///
/// Refused is what would call somebody who will not see it. That they are in the room is known to everybody, and
/// for whom an entry is meant to the one who writes it: the refusal tells nothing else. A word that is nobody's
/// address is a word.
pub(crate) fn called(directory: &Directory, text: &str, entry: &impl Marked) -> Result<Vec<PersonId>> {
    let calls = mention::calls(text);
    let mut people: Vec<PersonId> = vec![];
    if calls.is_empty() {
        return Ok(people);
    }
    let known: Vec<&Member> =
        directory.members().into_iter().filter(|member| policy::is_in_the_room(&subject(member))).collect();
    let mut seen = HashSet::new();
    for call in calls.iter().filter(|call| seen.insert(call.word.as_str())) {
        if people.len() == MOST {
            return Err(Error::invalid(
                "text",
                format!("At most {MOST} people are called with @ in one entry"),
            ));
        }
        let meant: Vec<&&Member> = known.iter().filter(|member| call.fits(&member.person.email)).collect();
        let sees = |member: &&&&Member| {
            let viewer = directory.viewer(member.person.id);
            viewer.is_some_and(|viewer| policy::may_mention(&subject(member), &viewer, entry))
        };
        let word = &call.word;
        match meant.iter().filter(sees).collect::<Vec<_>>().as_slice() {
            [member] if !people.contains(&member.person.id) => people.push(member.person.id),
            [_] => {}
            [] if meant.is_empty() => {}
            [] => {
                let message =
                    format!("@{word} would not see this entry: choose who sees it, or leave the @ out");
                return Err(Error::invalid("text", message));
            }
            [first, ..] => {
                let message = format!(
                    "@{word} can be several of those who see this: write the address, as @{}",
                    first.person.email
                );
                return Err(Error::invalid("text", message));
            }
        }
    }
    people.sort_unstable();
    Ok(people)
}
