//! Tokens for scripts: a person's own, shown once.

use leptos::prelude::*;

use super::{MeView, TokenRow};
use crate::{
    model::Submitted,
    pages::parts::{Callout, Choice, ErrorSummary, FormToken, SelectField, TextField, Time, Tone, typed},
};

pub(super) fn tokens(view: &MeView) -> AnyView {
    let rows: Vec<_> = view.tokens.iter().map(row).collect();
    let made = view.new_token.clone().map(|token| {
        view! {
            <div class="panel-body">
                <Callout tone=Tone::Ok icon="key-round">
                    <p><b>"Copy it now; it is not shown again."</b></p>
                    <p><code class="hash">{token}</code></p>
                </Callout>
            </div>
        }
    });
    let table = if rows.is_empty() {
        view! { <p class="panel-none">"None. A script signs in with a token and may do what you may do."</p> }
            .into_any()
    } else {
        view! {
            <div class="scroll-x" tabindex="0" role="region" aria-label="Table of tokens">
                <table class="dtable">
                    <thead><tr>
                        <th scope="col">"Name"</th><th scope="col">"Made"</th><th scope="col">"Last used"</th>
                        <th scope="col">"Ends"</th><th scope="col"><span class="vh">"Revoke"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel me-wide" aria-labelledby="me-tokens">
            <div class="panel-head"><h2 id="me-tokens">"Tokens"</h2></div>
            {made}
            {table}
            {add(view)}
        </section>
    }
    .into_any()
}

fn row(token: &TokenRow) -> AnyView {
    let action = format!("/me/tokens/{}/revoke", token.id);
    let words = format!("Revoke {}", token.name);
    let used = match token.last_used {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => "never".into_any(),
    };
    let ends = match token.ends {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => "not by itself".into_any(),
    };
    view! {
        <tr>
            <th scope="row">{token.name.clone()}</th>
            <td class="nowrap"><Time at=token.created /></td>
            <td class="nowrap">{used}</td>
            <td class="nowrap">{ends}</td>
            <td class="num">
                <form method="post" action=action.clone()>
                    <FormToken action=action.clone() />
                    <button class="btn sm" type="submit" aria-label=words>"Revoke"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn add(view: &MeView) -> AnyView {
    let fresh = Submitted::new(vec![("days".to_owned(), "30".to_owned())]);
    let form = typed(view.sent("tokens").cloned().unwrap_or(fresh));
    let days = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year")];
    let days: Vec<_> = days.iter().map(|(value, words)| Choice::new(*value, *words)).collect();
    let action = "/me/tokens";
    view! {
        <form class="panel-body me-form me-token" method="post" action=action novalidate=true>
            <FormToken action=action />
            <ErrorSummary form=form scope="token" heading="No token was made." />
            <TextField form=form name="name" label="Name" scope="token" maxlength=80 placeholder="What it is for" />
            <SelectField form=form name="days" label="Valid for" scope="token" choices=days />
            <button class="btn" type="submit">"Make a token"</button>
        </form>
    }
    .into_any()
}
