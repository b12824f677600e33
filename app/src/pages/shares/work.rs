//! What the recipient's organisation does with a share among itself: who works on it, its posture.

use leptos::prelude::*;

use super::{SharesView, row::kept};
use crate::{
    model::{posture::Posture, share::Share},
    pages::parts::{Icon, PostForm},
    policy::{Action, Standing, may},
};

/// Only the recipient's organisation is told whose it is.
pub(super) fn whose(share: &Share) -> Option<AnyView> {
    share.assigned_to.as_ref().map(|person| {
        let name = person.name.clone();
        view! { <p class="share-named"><Icon name="user-round" size="sm" />"with "{name}</p> }.into_any()
    })
}

fn select(
    view: &SharesView,
    share: &Share,
    (act, name, label): (&'static str, &'static str, &'static str),
    (button, verb): (&'static str, &'static str),
    options: AnyView,
) -> AnyView {
    let sent = view.typed(share.id).and_then(|sent| sent.error(name)).map(str::to_owned);
    let id = format!("{act}-{}", share.id);
    let error_id = format!("{id}-error");
    let (invalid, described, open) =
        (sent.is_some().then_some("true"), sent.is_some().then(|| error_id.clone()), sent.is_some());
    let error = sent.map(|message| {
        view! { <p class="field-error" id=error_id role="alert"><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    let action = format!("/shares/{}/{act}", share.id);
    let kept = kept(view, share);
    let key = if act == "assign" { "h" } else { "o" };
    view! {
        <details class="sh-answer" name="answer" data-act=act open=open>
            <summary class="btn sm quiet" data-goto=key>{button}</summary>
            <PostForm action=action class="sh-form">
                {kept}
                <label class="field-label" for=id.clone()>{label}</label>
                <select class="select" id=id name=name aria-invalid=invalid aria-describedby=described>{options}</select>
                {error}
                <p class="act-foot"><button class="btn sm" type="submit">{verb}</button></p>
            </PostForm>
        </details>
    }
    .into_any()
}

pub(super) fn hand_over(view: &SharesView, share: &Share) -> AnyView {
    let now = share.assigned_to.as_ref().map(|person| person.id);
    let people = view.choices.colleagues.iter().map(|person| {
        let (email, name, chosen) = (person.email.clone(), person.name.clone(), now == Some(person.id));
        view! { <option value=email selected=chosen>{name}</option> }
    });
    let options = view! { <option value="">"Nobody"</option>{people.collect_view()} }.into_any();
    select(view, share, ("assign", "person", "Hand over to"), ("Hand over", "Hand over"), options)
}

/// What one's own organisation does about the incident; note and publication stay as they are.
pub(super) fn posture(view: &SharesView, share: &Share) -> AnyView {
    if !may(&view.viewer, Action::StatePosture, Standing::default()) {
        return ().into_any();
    }
    let all =
        Posture::ALL.iter().map(|posture| view! { <option value=posture.wire()>{posture.label()}</option> });
    let options = view! { <option value="">"Choose"</option>{all.collect_view()} }.into_any();
    select(view, share, ("posture", "posture", "Our posture"), ("Posture", "State posture"), options)
}
