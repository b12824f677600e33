//! Theme, contrast and rows without a new page: shown at once, told to the server behind.

use leptos::prelude::*;

/// Listens to the appearance menu and to the board's density buttons. Draws nothing itself.
#[island]
pub fn AppearanceLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast, JsValue},
    };
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        Element, FormData, HtmlFormElement, HtmlInputElement, RequestInit, Response, SubmitEvent,
        UrlSearchParams,
    };

    use crate::islands::page;

    const MENU: &str = "#appearance form";
    const DENSITY: &str = "#density";

    pub(super) fn start() {
        if let Some(menu) = page::find(MENU) {
            page::listen(&menu, "change", |_| {
                show();
                spawn_local(async { _ = tell().await });
            });
        }
        if let Some(buttons) = page::find(DENSITY) {
            page::listen(&buttons, "submit", |event| {
                let Some(button) = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter) else {
                    return;
                };
                event.prevent_default();
                let chosen = button.get_attribute("value").unwrap_or_default();
                // The menu is the one that is told; the buttons only press it.
                if let Some(radio) = page::find(&format!("{MENU} [name=density][value={chosen}]")) {
                    radio.unchecked_into::<HtmlInputElement>().set_checked(true);
                }
                show();
                spawn_local(async { _ = tell().await });
            });
        }
    }

    fn chosen(name: &str) -> String {
        let field = page::find(&format!("{MENU} [name={name}]:checked"));
        field.and_then(|field| field.get_attribute("value")).unwrap_or_default()
    }

    /// The same attributes that the server writes.
    fn show() {
        let Some(root) = document().document_element() else { return };
        let density = chosen("density");
        for (name, value, plain) in [
            ("theme", chosen("theme"), "system"),
            ("contrast", chosen("contrast"), ""),
            ("density", density.clone(), "comfortable"),
        ] {
            page::set_attribute(
                &root,
                &format!("data-{name}"),
                Some(value.as_str()).filter(|value| *value != plain && !value.is_empty()),
            );
        }
        let Some(buttons) = page::find(DENSITY) else { return };
        for button in page::all(&buttons, "button") {
            let pressed = button.get_attribute("value").as_deref() == Some(&density);
            let _ = button.set_attribute("aria-pressed", if pressed { "true" } else { "false" });
        }
    }

    /// Posts the menu. Its token is good for one change, so the answer's page lends the next one.
    async fn tell() -> Option<()> {
        let form: HtmlFormElement = page::find(MENU)?.dyn_into().ok()?;
        let data: JsValue = FormData::new_with_form(&form).ok()?.into();
        let body = UrlSearchParams::new_with_str("").ok()?;
        for pair in js_sys::try_iter(&data).ok()?? {
            let pair: js_sys::Array = pair.ok()?.dyn_into().ok()?;
            body.append(&pair.get(0).as_string()?, &pair.get(1).as_string()?);
        }
        // A small page to come back to: only its token is read.
        body.set("next", "/me");
        let options = RequestInit::new();
        options.set_method("POST");
        options.set_body(&body);
        let action = form.get_attribute("action")?;
        let response: Response = JsFuture::from(window().fetch_with_str_and_init(&action, &options))
            .await
            .ok()?
            .dyn_into()
            .ok()?;
        let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        let answer = page::parse(&text)?;
        let token =
            answer.query_selector(&format!("{MENU} [name=form_token]")).ok()??.get_attribute("value")?;
        let field: Element = form.query_selector("[name=form_token]").ok()??;
        field.set_attribute("value", &token).ok()
    }
}
