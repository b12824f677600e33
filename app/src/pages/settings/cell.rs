//! One value of a section: a field for those who may change it, words for those who read it.

use leptos::prelude::*;

use crate::pages::parts::{TextArea, TextField, Typed};

/// How the values of a section are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub form: Typed,
    pub edits: bool,
}

impl Cells {
    fn value(self, name: &str) -> String {
        self.form.with_value(|form| form.value(name).to_owned())
    }

    fn fact(self, name: &str, label: &str) -> AnyView {
        let value = self.value(name);
        let value = if value.is_empty() { "none".to_owned() } else { value };
        view! { <div class="st-fact"><span class="field-label">{label.to_owned()}</span><p class="pre">{value}</p></div> }
            .into_any()
    }

    pub(super) fn text(self, name: String, label: &str, maxlength: i64) -> AnyView {
        if !self.edits {
            return self.fact(&name, label);
        }
        view! { <TextField form=self.form name=name label=label maxlength=maxlength /> }.into_any()
    }

    /// A field that may stay empty.
    pub(super) fn text_or_none(self, name: String, label: &str, hint: &str, maxlength: i64) -> AnyView {
        if !self.edits {
            return self.fact(&name, label);
        }
        view! { <TextField form=self.form name=name label=label hint=hint optional=true maxlength=maxlength /> }
            .into_any()
    }

    pub(super) fn area(self, name: String, label: &str, hint: &str, rows: i64) -> AnyView {
        if !self.edits {
            return self.fact(&name, label);
        }
        view! { <TextArea form=self.form name=name label=label hint=hint rows=rows /> }.into_any()
    }
}
