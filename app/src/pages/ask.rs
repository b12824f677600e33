//! Asking the room who leads something: what it is about, the question, and whom.

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{
        Callout, CheckList, Choice, ErrorSummary, Icon, PostForm, SelectField, TextArea, TextField, Tone,
        Typed, typed,
    },
};
use crate::model::{
    Organisation, Submitted, Tlp, incident::Category, organisation::Sector, share::AWARENESS_BANNER,
};

/// Where the form posts to.
pub const PATH: &str = "/shares/ask";
/// What a question begins as.
pub const WORDS: &str = "Who leads something about this? If you do, share it with us or say whom to call; \
                         if you do not, answer no.";
const SCOPE: &str = "ask";

/// Everything that the form is drawn from.
#[derive(Clone, Debug)]
pub struct AskView {
    pub categories: Vec<Category>,
    /// All others.
    pub organisations: Vec<Organisation>,
    /// Of whoever asks.
    pub sector: Sector,
    pub typed: Submitted,
}

/// `GET /shares/ask`
pub fn page(frame: &Frame, view: AskView) -> AnyView {
    document(frame, "Ask who leads", "page-shares", move || body(&view)).into_any()
}

fn body(view: &AskView) -> AnyView {
    let form = typed(view.typed.clone());
    let fields = fields(view, form);
    let to_companies = (view.sector == Sector::Agency).then(|| {
        view! { <Callout tone=Tone::Info><p><b>"A company will read with it: "</b>{AWARENESS_BANNER}</p></Callout> }
    });
    view! {
        <main id="main" class="bulk" tabindex="-1">
            <nav class="crumbs" aria-label="Way back">
                <a href="/shares">"Shares"</a><Icon name="chevron-right" /><span aria-current="page">"Ask who leads"</span>
            </nav>
            <h1>"Ask who leads something"</h1>
            <p class="muted">"What you cannot see, you cannot be shown; those who lead it can be asked. It opens an incident that your \
                organisation leads, and its first share is the question: what they answer stands in the ledger."</p>
            <PostForm action=PATH class="act-form">
                <ErrorSummary form=form scope=SCOPE heading="Nothing was asked." />
                {fields}
                {to_companies}
                <p class="field-hint">"Those whom you ask see the incident from then on, and that you ask. What has been read cannot be taken back."</p>
                <p class="act-foot">
                    <a class="btn" href="/shares">"Back to the shares"</a>
                    <button class="btn primary" type="submit"><Icon name="share-2" />"Ask them"</button>
                </p>
            </PostForm>
        </main>
    }
    .into_any()
}

fn fields(view: &AskView, form: Typed) -> AnyView {
    let categories = view.categories.iter().map(|c| Choice::new(&c.code, &c.leaf).group(&c.top)).collect();
    let labels = [Tlp::AmberStrict, Tlp::Amber, Tlp::Green];
    let labels = labels
        .iter()
        .map(|tlp| Choice::new(tlp.wire(), format!("{}: {}", tlp.label(), tlp.meaning())))
        .collect();
    view! {
        <TextField form=form name="title" label="About what" scope=SCOPE maxlength=160
            hint="One line: what is said to have happened, and where. No names of private persons." />
        <TextArea form=form name="summary" label="What you know of it" scope=SCOPE rows=3 optional=true maxlength=10_000 />
        <SelectField form=form name="category" label="Kind" scope=SCOPE choices=categories blank="Choose" />
        <TextArea form=form name="question" label="Question" scope=SCOPE rows=3 maxlength=10_000
            hint="Goes to them word for word and into the ledger of both sides." />
        <CheckList form=form name="share_with" legend="Ask" choices=organisations(view) scope=SCOPE class="checks columns" />
        <SelectField form=form name="tlp" label="Marking" scope=SCOPE choices=labels />
    }
    .into_any()
}

/// By sector, so that one sees which boundary is crossed.
fn organisations(view: &AskView) -> Vec<Choice> {
    let mut all: Vec<_> = view.organisations.iter().collect();
    all.sort_by_key(|organisation| (organisation.sector, organisation.short.to_lowercase()));
    let choice = |organisation: &Organisation| {
        Choice::new(&organisation.slug, &organisation.short)
            .note(&organisation.name)
            .group(organisation.sector.several())
    };
    all.into_iter().map(choice).collect()
}
