//! What is wrong with a form, on top of it, with a link to each field.

use leptos::prelude::*;

use super::{
    field::{Typed, field_id},
    icon::Icon,
};

/// Stands above a form that came back. `autofocus` puts the reader there at once, also without a script.
#[component]
pub fn ErrorSummary(
    form: Typed,
    #[prop(optional)] scope: &'static str,
    /// `This incident was not opened.`
    #[prop(into)]
    heading: String,
) -> impl IntoView {
    let errors: Vec<(String, String)> = form.with_value(|form| {
        let mut errors: Vec<_> =
            form.errors.iter().map(|(field, message)| (field.to_owned(), message.to_owned())).collect();
        errors.sort_by_key(|(field, _)| form.place(field));
        errors
    });
    (!errors.is_empty()).then(|| {
        let lines = errors
            .into_iter()
            .map(|(field, message)| match field.as_str() {
                "" | "form" => view! { <li>{message}</li> }.into_any(),
                _ => {
                    let href = format!("#{}", field_id(scope, &field));
                    view! { <li><a href=href>{message}</a></li> }.into_any()
                }
            })
            .collect_view();
        view! {
            <section class="errsum" role="alert" tabindex="-1" autofocus=true aria-labelledby="errsum-h">
                <h2 id="errsum-h"><Icon name="circle-alert" />{heading}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}
