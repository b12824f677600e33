//! The choice of a marking.

use leptos::prelude::*;

use super::{choice::Choice, tlp::TlpChip};
use crate::model::Tlp;

/// The five labels as choices, strictest first; those wider than `least` cannot be chosen.
pub fn tlp_choices(least: Tlp) -> Vec<Choice> {
    let strictest_first = Tlp::ALL.iter().rev();
    strictest_first
        .map(|tlp| Choice::new(tlp.wire(), tlp.label()).note(tlp.meaning()).disabled(*tlp < least))
        .collect()
}

/// The head of a card of [`tlp_choices`].
pub fn tlp_head(choice: &Choice) -> AnyView {
    match choice.value.parse::<Tlp>() {
        Ok(tlp) => view! { <TlpChip tlp=tlp /> }.into_any(),
        Err(_) => choice.label.clone().into_any(),
    }
}
