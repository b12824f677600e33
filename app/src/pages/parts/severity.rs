//! Severity: shape, letter and colour; weight falls with severity.

use leptos::prelude::*;

use super::icon::mark;
use crate::model::Severity;

/// The mark alone, its word for screen readers.
#[component]
pub fn SeverityMark(severity: Severity) -> impl IntoView {
    view! {
        <span class="sev" data-sev=severity.wire()>
            {mark("sev-glyph", &format!("sev-{severity}"))}
            <span class="vh">{severity.label()}</span>
        </span>
    }
}

/// The mark with its word.
#[component]
pub fn SeverityLabel(severity: Severity) -> impl IntoView {
    view! {
        <span class="sev" data-sev=severity.wire()>
            {mark("sev-glyph", &format!("sev-{severity}"))}
            <span class="sev-label">{severity.label()}</span>
        </span>
    }
}
