//! The choice of people.

use leptos::prelude::*;

use super::choice::Choice;
use crate::model::Person;

/// People as choices: e-mail address sent, name and organisation read.
pub fn person_choices(people: &[Person]) -> Vec<Choice> {
    let words = |person: &Person| format!("{}, {}", person.name, person.organisation.short);
    people.iter().map(|person| Choice::new(&person.email, words(person))).collect()
}

/// Suggestions for a field of addresses.
pub fn people_list(id: &'static str, people: &[Person]) -> AnyView {
    let options: Vec<_> = people
        .iter()
        .map(|person| {
            let words = format!("{}, {}", person.name, person.organisation.short);
            view! { <option value=person.email.clone()>{words}</option> }
        })
        .collect();
    view! { <datalist id=id>{options}</datalist> }.into_any()
}
