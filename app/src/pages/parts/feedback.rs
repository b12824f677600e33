//! What the product says back: callout, banner, toast, dialog.

use leptos::prelude::*;

use super::icon::Icon;

crate::model::words::words! {
    /// How a message is meant; words and icon say it too.
    Tone {
        Info = "info", "Note";
        Ok = "ok", "Done";
        Warn = "warn", "Mind";
        Danger = "danger", "Wrong";
    }
}

impl Tone {
    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "circle-check",
            Self::Warn => "triangle-alert",
            Self::Danger => "circle-alert",
        }
    }
}

/// A remark inside a page.
#[component]
pub fn Callout(
    tone: Tone,
    #[prop(optional)] icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="callout" data-tone=tone.wire()>
            <Icon name=icon.unwrap_or(tone.icon()) />
            <div>{children()}</div>
        </div>
    }
}

/// A line across the page: something about the whole of it.
#[component]
pub fn Banner(
    tone: Tone,
    #[prop(optional)] icon: Option<&'static str>,
    /// The first words, heavy.
    strong: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone=tone.wire() role="status">
            <Icon name=icon.unwrap_or(tone.icon()) />
            <p><b>{strong}</b>" "{children()}</p>
        </div>
    }
}

/// A sentence about what was just done. The cross is a link to the page without it, so it works everywhere.
#[component]
pub fn Toast(
    tone: Tone,
    #[prop(into)] text: String,
    /// The page without the message.
    #[prop(into)]
    dismiss: String,
) -> impl IntoView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! {
        <div class="toast" data-tone=tone.wire() role=role>
            <Icon name=tone.icon() />
            <div class="toast-text"><p><b>{text}</b></p></div>
            <a class="iconbtn" href=dismiss aria-label="Dismiss"><Icon name="x" /></a>
        </div>
    }
}

/// A native dialog; whoever opens it calls `showModal()`.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    children: Children,
    /// Buttons; the verb is on them.
    #[prop(optional)]
    foot: Option<AnyView>,
) -> impl IntoView {
    let heading = format!("{id}-h");
    let labelled = heading.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled>
            <div class="dialog-head"><h2 id=heading>{title}</h2></div>
            <div class="dialog-body">{children()}</div>
            {foot.map(|foot| view! { <div class="dialog-foot">{foot}</div> })}
        </dialog>
    }
}
