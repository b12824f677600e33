//! Many invitations from one table: paste or upload it, look at what each row comes to, confirm, hand out.
//!
//! Forms: `/people/import` (`multipart/form-data`: `csv`, `file`) is the dry run, `/people/import/confirm`
//! (`csv`, `plan`) does it, `/people/import/{id}/links` (`ticket`) answers CSV, once.

use leptos::prelude::*;

use super::{office, role_words};
use crate::{
    model::{
        Moment, Submitted,
        import::{Fate, ImportRow},
    },
    pages::{
        frame::Frame,
        parts::{Callout, ErrorSummary, Icon, PostForm, TextArea, Time, Tone, typed},
    },
};

/// What a table may have at most.
#[derive(Clone, Copy, Debug)]
pub struct ImportLimits {
    pub rows: usize,
    pub kilobytes: usize,
}

/// `GET /people/import`, and the answer to a table that cannot be read.
pub fn import(frame: &Frame, limits: ImportLimits, form: Submitted) -> AnyView {
    let title = if form.errors.is_empty() { "Invite many people" } else { "Error: invite many people" };
    office(frame, title, "/people", move || {
        let form = typed(form);
        let most = format!(
            "One of the two. Up to {} rows and {} kB; the file wins over what is pasted.",
            limits.rows, limits.kilobytes
        );
        view! {
            <div class="ad-form">
                <p class="crumbs"><a href="/people">"People"</a><Icon name="chevron-right" /><span>"Import"</span></p>
                <h1>"Invite many people"</h1>
                <p class="muted">"Nothing is done yet: the next page shows what each row comes to."</p>
                <PostForm action="/people/import" class="panel panel-body me-form" multipart=true>
                    <ErrorSummary form=form heading="The table was not read." />
                    <TextArea form=form name="csv" label="Table" rows=8
                        placeholder="name,email,roles\nDana Brook,dana@cisa.example,analyst liaison"
                        hint="The first line names the columns: name, email, roles, and organisation where it is not your own. Commas, semicolons or tabs between them." />
                    <div class="field">
                        <label class="field-label" for="f-file">"Or a CSV file"</label>
                        <p class="field-hint" id="f-file-hint">{most}</p>
                        <input class="input" id="f-file" type="file" name="file" accept=".csv,text/csv,text/plain" aria-describedby="f-file-hint" />
                    </div>
                    <p class="act-foot"><button class="btn primary" type="submit">"Check the table"</button><a class="btn" href="/people">"Cancel"</a></p>
                </PostForm>
            </div>
        }
        .into_any()
    })
}

/// What the dry run is drawn from.
#[derive(Debug)]
pub struct PlanView {
    pub csv: String,
    pub rows: Vec<ImportRow>,
    pub token: String,
    /// Lines whose fate changed since the dry run before.
    pub changed: Vec<u64>,
}

fn count(rows: &[ImportRow], fate: impl Fn(Fate) -> bool) -> usize {
    rows.iter().filter(|row| fate(row.fate)).count()
}

/// The answer to `POST /people/import`, and to a confirmation that came too late.
pub fn plan(frame: &Frame, plan: PlanView) -> AnyView {
    let title = if plan.changed.is_empty() { "Result of the check" } else { "Changed: result of the check" };
    office(frame, title, "/people", move || {
        let PlanView { csv, rows, token, changed } = plan;
        let (invited, here) = (count(&rows, Fate::is_invited), count(&rows, |fate| fate == Fate::Here));
        let wrong = count(&rows, |fate| fate == Fate::Wrong);
        let lines = changed.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let stale = (!changed.is_empty()).then(|| view! {
            <Callout tone=Tone::Warn icon="git-merge">
                <p><b>"The room changed meanwhile. Nothing was done."</b></p>
                <p>{format!("Another fate than before have the lines {lines}. Look at them and confirm again.")}</p>
            </Callout>
        });
        let words = match invited {
            1 => "Invite 1 person".to_owned(),
            n => format!("Invite {n} people"),
        };
        let confirm = (invited > 0).then(|| {
            view! {
                <PostForm action="/people/import/confirm">
                    <input type="hidden" name="csv" value=csv />
                    <input type="hidden" name="plan" value=token />
                    <button class="btn primary" type="submit">{words}</button>
                </PostForm>
            }
        });
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let changed = changed.contains(&row.line);
                let fate = row.fate.label();
                line(row, changed, None, fate)
            })
            .collect();
        view! {
            <div class="ad-main ad-wide">
                <p class="crumbs"><a href="/people">"People"</a><Icon name="chevron-right" /><a href="/people/import">"Import"</a><Icon name="chevron-right" /><span>"Dry run"</span></p>
                <div class="ad-bar"><h1>"Result of the check"</h1></div>
                {stale}
                <p>{format!("{invited} to invite, {here} already here, {wrong} wrong. Nothing has been done.")}</p>
                {table(rows, "Rows of the table", None)}
                <div class="act-foot">{confirm}<a class="btn" href="/people/import">"Another table"</a></div>
            </div>
        }
        .into_any()
    })
}

fn table(rows: Vec<AnyView>, label: &'static str, last: Option<&'static str>) -> AnyView {
    view! {
        <div class="scroll-x panel" tabindex="0" role="region" aria-label=label>
            <table class="dtable ppl imp">
                <thead><tr>
                    <th scope="col">"Line"</th><th scope="col">"Name"</th><th scope="col">"E-mail"</th><th scope="col">"Organisation"</th>
                    <th scope="col">"Roles"</th><th scope="col">"What becomes of it"</th>
                    {last.map(|last| view! { <th scope="col">{last}</th> })}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(row: ImportRow, changed: bool, link: Option<AnyView>, fate: &'static str) -> AnyView {
    let icon = match row.fate {
        Fate::Invited | Fate::Again => "user-plus",
        Fate::Here => "circle-check",
        Fate::Wrong => "circle-alert",
    };
    let name = if row.name.is_empty() { "(no name)".to_owned() } else { row.name };
    let why = (!row.why.is_empty()).then(|| view! { <small>{row.why}</small> });
    let mark = changed.then(|| view! { <b>"Changed: "</b> });
    view! {
        <tr data-fate=row.fate.wire()>
            <td class="num mono">{row.line}</td>
            <th scope="row">{name}</th>
            <td class="mono">{row.email}</td>
            <td class="mono">{row.organisation}</td>
            <td>{role_words(&row.roles)}</td>
            <td class="imp-fate"><span class="imp-word"><Icon name=icon size="sm" />{mark}{fate}</span>{why}</td>
            {link.map(|link| view! { <td class="imp-link">{link}</td> })}
        </tr>
    }
    .into_any()
}

/// What became of a table.
#[derive(Debug)]
pub struct ImportedView {
    pub id: String,
    /// With the address of its link, this once.
    pub rows: Vec<(ImportRow, Option<String>)>,
    pub ticket: Option<String>,
    pub expires_at: Moment,
    pub is_downloaded: bool,
}

/// `GET /people/import/{id}`
pub fn imported(frame: &Frame, view: ImportedView) -> AnyView {
    office(frame, "Invited", "/people", move || {
        let ImportedView { id, rows, ticket, expires_at, is_downloaded } = view;
        let links = ticket.is_some();
        let invited = rows.iter().filter(|(row, _)| row.fate.is_invited()).count();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(row, link)| {
                let link =
                    links.then(|| link.map(|link| view! { <code class="ad-link">{link}</code> }).into_any());
                let fate = row.fate.done();
                line(
                    ImportRow { why: if row.fate.is_invited() { String::new() } else { row.why }, ..row },
                    false,
                    link,
                    fate,
                )
            })
            .collect();
        let download = ticket.filter(|_| !is_downloaded).map(|ticket| view! {
            <PostForm action=format!("/people/import/{id}/links")>
                <input type="hidden" name="ticket" value=ticket />
                <button class="btn primary" type="submit"><Icon name="download" />"Download the links, once"</button>
            </PostForm>
        });
        let told = if links {
            view! {
                <Callout tone=Tone::Ok icon="key-round">
                    <p><b>"These links are shown this once. Copy or download them now."</b></p>
                    <p>"Each opens once, until "<Time at=expires_at />". Hand them over on a way that you trust: your name stands on the accounts."</p>
                </Callout>
            }
            .into_any()
        } else {
            view! {
                <Callout tone=Tone::Info>
                    <p>"The links were shown once. Whoever lost theirs gets a new one from "<a href="/people#invitations">"the invitations that wait"</a>"."</p>
                </Callout>
            }
            .into_any()
        };
        view! {
            <div class="ad-main ad-wide">
                <p class="crumbs"><a href="/people">"People"</a><Icon name="chevron-right" /><a href="/people/import">"Import"</a><Icon name="chevron-right" /><span>"Invited"</span></p>
                <div class="ad-bar"><h1>{if invited == 1 { "1 person was invited".to_owned() } else { format!("{invited} people were invited") }}</h1></div>
                {told}
                {table(rows, "What became of the rows", links.then_some("Link"))}
                <div class="act-foot">{download}<a class="btn" href="/people">"To the people"</a></div>
            </div>
        }
        .into_any()
    })
}
