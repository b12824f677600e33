//! The organisations of the room, and the forms that add and name one.
//!
//! Forms: `/organisations/new` (`name`, `short`, `code`, `slug`, `sector`, `watch_contact`) and
//! `/organisations/{slug}` (the same without `slug` and `sector`, with `version`).

mod leave;

pub use leave::{confirm, leave};

use leptos::prelude::*;

use super::{
    frame::Frame,
    parts::{
        Callout, Choice, ErrorSummary, Icon, OrganisationChip, PostForm, SelectField, TextField, Time, Tone,
        Typed, typed,
    },
    person::office,
};
use crate::model::{Moment, Organisation, Submitted, organisation::Sector};

/// A line of the list.
#[derive(Clone, Debug)]
pub struct OrganisationRow {
    pub organisation: Organisation,
    pub watch_contact: String,
    /// People whom the viewer knows.
    pub people: usize,
    /// When it left the room.
    pub left: Option<Moment>,
    /// The viewer may change something of it.
    pub may_edit: bool,
}

/// `GET /organisations`
pub fn organisations(frame: &Frame, rows: Vec<OrganisationRow>, may_add: bool) -> AnyView {
    office(frame, "Organisations", "/organisations", move || {
        let edits = rows.iter().any(|row| row.may_edit);
        let rows: Vec<_> = rows.into_iter().map(|row| line(row, edits)).collect();
        let add = may_add.then(|| view! {
            <a class="btn sm primary ad-act" href="/organisations/new"><Icon name="plus" />"Add an organisation"</a>
        });
        view! {
            <div class="ad-main ad-wide">
                <div class="ad-bar"><h1>"Organisations"</h1>{add}</div>
                <section class="panel scroll-x" tabindex="0" aria-label="Table of organisations">
                    <table class="dtable ppl">
                        <thead><tr>
                            <th scope="col">"Name"</th><th scope="col">"Code"</th><th scope="col">"What it is"</th>
                            <th scope="col">"Watch"</th><th scope="col" class="num">"People"</th>
                            {edits.then(|| view! { <th scope="col"><span class="vh">"Actions"</span></th> })}
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            </div>
        }
        .into_any()
    })
}

fn line(row: OrganisationRow, edits: bool) -> AnyView {
    let OrganisationRow { organisation, watch_contact, people, left, may_edit } = row;
    let contact = if watch_contact.is_empty() {
        view! { <span class="muted">"not given"</span> }.into_any()
    } else {
        watch_contact.into_any()
    };
    let words = format!("Edit {}", organisation.short);
    let edit = may_edit.then(|| {
        view! { <a class="btn sm" href=format!("/organisations/{}", organisation.slug) aria-label=words>"Edit"</a> }
    });
    let href = format!("/people?organisation={}", organisation.slug);
    let left =
        left.map(|at| view! { <small class="lv-left">"Left the room "<Time at=at full=true /></small> });
    let in_full = (organisation.name != organisation.short)
        .then(|| view! { <small>{organisation.name.clone()}</small> });
    view! {
        <tr>
            <th scope="row"><a href=href>{organisation.short.clone()}</a>{in_full}{left}</th>
            <td><OrganisationChip organisation=organisation.clone() /></td>
            <td>{organisation.sector.label()}</td>
            <td class="ad-contact">{contact}</td>
            <td class="num">{people}</td>
            {edits.then(|| view! { <td class="ad-acts">{edit}</td> })}
        </tr>
    }
    .into_any()
}

/// `GET /organisations/new`, and the answer to a `POST` that did not succeed.
pub fn new(frame: &Frame, form: Submitted) -> AnyView {
    let title = if form.errors.is_empty() { "Add an organisation" } else { "Error: add an organisation" };
    office(frame, title, "/organisations", move || {
        let form = typed(form);
        let sectors: Vec<_> = Sector::ALL.iter().map(|s| Choice::new(s.wire(), s.label())).collect();
        view! {
            <div class="ad-form">
                <p class="crumbs"><a href="/organisations">"Organisations"</a><Icon name="chevron-right" /><span>"Add"</span></p>
                <h1>"Add an organisation"</h1>
                <p class="muted">"Its word in addresses and what it is stay as they are from now on."</p>
                <PostForm action="/organisations/new" class="panel panel-body me-form">
                    <ErrorSummary form=form heading="No organisation was added." />
                    {names(form)}
                    <TextField form=form name="slug" label="Short name in links" hint="Lower-case letters, digits, hyphens" maxlength=40 mono=true />
                    <SelectField form=form name="sector" label="What it is" choices=sectors blank="Choose"
                        hint="What crosses from an agency to a company is shared under rules of its own." />
                    {contact(form)}
                    <p class="act-foot"><button class="btn primary" type="submit">"Add the organisation"</button><a class="btn" href="/organisations">"Cancel"</a></p>
                </PostForm>
            </div>
        }
        .into_any()
    })
}

/// What the page of an organisation is drawn from.
#[derive(Debug)]
pub struct OrganisationPage {
    pub organisation: Organisation,
    /// Else the contact of the watch alone.
    pub may_rename: bool,
    /// What stands now, where somebody else was faster.
    pub theirs: Option<String>,
    pub form: Submitted,
    /// The viewer may end its part, or take it back.
    pub may_end: bool,
    /// When it left the room, and why.
    pub left: Option<(Moment, String)>,
    /// The form to take it back, as it came back.
    pub back: Submitted,
}

/// `GET /organisations/{slug}`
pub fn edit(frame: &Frame, page: OrganisationPage) -> AnyView {
    let OrganisationPage { organisation, may_rename, theirs, form, may_end, left, back } = page;
    let short = organisation.short.clone();
    let faulty = !form.errors.is_empty() || !back.errors.is_empty() || theirs.is_some();
    let title = if faulty { format!("Error: {short}") } else { short };
    office(frame, title, "/organisations", move || {
        let version = form.value("version").to_owned();
        let door = may_end.then(|| match &left {
            None => leave::door(&organisation),
            Some(left) => leave::gone(&organisation, &version, left, back),
        });
        let kept: Vec<_> = ["name", "short", "code"]
            .into_iter()
            .filter(|_| !may_rename)
            .map(|name| view! { <input type="hidden" name=name value=form.value(name).to_owned() /> })
            .collect();
        let form = typed(form);
        let stale = theirs.map(|theirs| view! {
            <Callout tone=Tone::Warn icon="git-merge">
                <p><b>"Somebody else changed it meanwhile. Nothing of yours was saved."</b></p>
                <p>{format!("It now reads: {theirs}. Yours stands in the form; send it again to replace that.")}</p>
            </Callout>
        });
        let action = format!("/organisations/{}", organisation.slug);
        view! {
            <div class="ad-form">
                <p class="crumbs"><a href="/organisations">"Organisations"</a><Icon name="chevron-right" /><span>{organisation.short.clone()}</span></p>
                <h1>{organisation.name.clone()}</h1>
                {stale}
                <PostForm action=action class="panel panel-body me-form">
                    <input type="hidden" name="version" value=version />
                    {kept}
                    <ErrorSummary form=form heading="Nothing was changed." />
                    {may_rename.then(|| names(form))}
                    {contact(form)}
                    <p class="act-foot"><button class="btn primary" type="submit">"Save"</button><a class="btn" href="/organisations">"Cancel"</a></p>
                </PostForm>
                {door}
            </div>
        }
        .into_any()
    })
}

fn names(form: Typed) -> AnyView {
    view! {
        <TextField form=form name="name" label="Full name" maxlength=120 />
        <TextField form=form name="short" label="Short name" hint="As on chips: FBI, Google" maxlength=20 />
        <TextField form=form name="code" label="Monogram" hint="2 to 4 letters for narrow columns: GOOG" maxlength=4 mono=true />
    }
    .into_any()
}

fn contact(form: Typed) -> AnyView {
    view! {
        <TextField form=form name="watch_contact" label="Contact of the watch" optional=true maxlength=200
            hint="Answered day and night. Everybody in the room sees it." />
    }
    .into_any()
}
