//! Indicators: always defanged on screen; never a link.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
};
use crate::{
    model::{
        form::Form,
        indicator::{Indicator, IndicatorKind, NOTE_LIMIT},
        panel::Panel,
    },
    pages::parts::{Choice, Icon, SelectField, TextField, Time, typed},
};

pub(super) fn indicators(view: &IncidentView) -> AnyView {
    let rows: Vec<_> = view.indicators.iter().map(row).collect();
    let count = view.count(Panel::Indicators, &view.indicators);
    let table = if rows.is_empty() {
        view! { <p class="panel-none">"None yet: domains, addresses, handles, hashes."</p> }.into_any()
    } else {
        view! {
            <div class="scroll-x" tabindex="0" role="region" aria-label="Indicator table">
                <table class="dtable indic">
                    <thead><tr>
                        <th scope="col">"Type"</th><th scope="col">"Value, defanged"</th><th scope="col">"Added"</th>
                        <th scope="col">"By"</th><th scope="col">"Also in"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel" id="indicators" aria-labelledby="in-h">
            <div class="panel-head"><h2 id="in-h">"Indicators "<span class="n">{count}</span></h2></div>
            {add(view)}
            {view.back(Panel::Indicators)}
            {table}
            {view.onward(Panel::Indicators, view.indicators.next.as_ref())}
        </section>
    }
    .into_any()
}

fn row(indicator: &Indicator) -> AnyView {
    let icon = match indicator.kind {
        IndicatorKind::Domain => "globe",
        IndicatorKind::Url => "link",
        IndicatorKind::Ip => "network",
        IndicatorKind::Email | IndicatorKind::Handle => "at-sign",
        IndicatorKind::Hash => "hash",
        IndicatorKind::Phone => "phone",
    };
    let also: Vec<_> = indicator
        .also_in
        .iter()
        .map(|number| {
            let number = number.to_string();
            view! { <a class="mono" href=format!("/incidents/{number}") data-of=number.clone()>{number.clone()}</a>" " }
        })
        .collect();
    let note = (!indicator.note.is_empty()).then(|| indicator.note.clone());
    view! {
        <tr id=format!("indicator-{}", indicator.id) title=note>
            <td class="nowrap"><span class="indic-type"><Icon name=icon size="sm" />{indicator.kind.label()}</span></td>
            <th scope="row"><code>{indicator.defanged()}</code></th>
            <td class="nowrap"><Time at=indicator.added_at /></td>
            <td>{indicator.added_by.organisation.short.clone()}</td>
            <td class="nowrap">{also}</td>
        </tr>
    }
    .into_any()
}

fn add(view: &IncidentView) -> AnyView {
    if !view.may.indicator {
        return ().into_any();
    }
    let form = typed(view.typed(Form::Indicator, &[("kind", IndicatorKind::Domain.wire())]));
    let kinds: Vec<_> =
        IndicatorKind::ALL.iter().map(|kind| Choice::new(kind.wire(), kind.label())).collect();
    let fields = view! {
        <div class="two">
            <SelectField form=form name="kind" label="Type" scope="indicator" choices=kinds />
            <TextField form=form name="value" label="Value" scope="indicator" mono=true maxlength=2000 placeholder="polls-info[.]example" />
        </div>
        <TextField form=form name="note" label="Note" scope="indicator" optional=true maxlength=NOTE_LIMIT />
    };
    let action = format!("{}/{}", view.path(), Form::Indicator);
    let inside = act_form(view, &action, form, "indicator", fields.into_any(), "Add indicator");
    let button = view! { <summary class="btn sm quiet"><Icon name="plus" />"Add"</summary> };
    disclosure("add-indicator", "act-panel", view.open(Form::Indicator).is_some(), button.into_any(), inside)
}
