//! Status: the ring fills as work goes on.

use leptos::prelude::*;

use super::icon::mark;
use crate::model::incident::Status;

#[component]
pub fn StatusMark(status: Status) -> impl IntoView {
    view! {
        <span class="status" data-status=status.wire()>
            {mark("status-glyph", &format!("st-{status}"))}
            {status.label()}
        </span>
    }
}
