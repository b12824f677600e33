//! One person: what everybody knows, and for those who look after them the account.

use leptos::prelude::*;

use super::{
    NewLink,
    invite::{duty, role_boxes},
    new_link, office, role_words,
};
use crate::{
    model::{Moment, Person, Role, Submitted},
    pages::{
        frame::Frame,
        parts::{Callout, ErrorSummary, Icon, OrganisationName, PostForm, TextField, Time, Tone, typed},
    },
    policy::Cleared,
};

/// What the page of a person is drawn from.
#[derive(Debug)]
pub struct ProfileView {
    pub person: Cleared<(Person, Vec<Role>)>,
    /// Who let them in, and when.
    pub verified: Option<(Person, Moment)>,
    /// None for those who may not know.
    pub account: Option<Cleared<AccountView>>,
    /// Their organisation has left the room: nobody signs in.
    pub away: bool,
    /// The viewer may change it: nobody changes their own.
    pub may_change: bool,
    /// The roles that the viewer may give and take.
    pub may_suspend: bool,
    pub roles_to_give: Vec<Role>,
    pub link: Option<NewLink>,
    /// The form that came back.
    pub typed: Option<(ProfileForm, Submitted)>,
    /// Somebody else changed it meanwhile.
    pub is_stale: bool,
}

/// An account as its administrators see it.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub version: i64,
    pub last_sign_in: Option<Moment>,
    pub suspended: Option<(Moment, String)>,
    pub sessions: Vec<SessionLine>,
}

/// Where somebody is signed in.
#[derive(Clone, Debug)]
pub struct SessionLine {
    pub device: String,
    pub address: String,
    pub since: Moment,
    pub seen: Moment,
}

crate::model::words::words! {
    /// The forms of the page, by the last part of the path they post to.
    ProfileForm {
        Roles = "roles", "Roles";
        Suspend = "suspend", "Suspend";
        Restore = "restore", "Restore";
        Reset = "reset", "Reset the password";
    }
}

/// `GET /people/{id}`
pub fn profile(frame: &Frame, view: ProfileView) -> AnyView {
    let name = view.person.0.name.clone();
    let title = if view.typed.is_some() { format!("Error: {name}") } else { name };
    office(frame, title, "/people", move || {
        let ProfileView {
            person,
            verified,
            account,
            away,
            may_change,
            may_suspend,
            roles_to_give,
            link,
            typed,
            is_stale,
        } = view;
        let (person, roles) = person.into_inner();
        let account = account.map(Cleared::into_inner);
        let base = format!("/people/{}", person.id);
        let suspended = account.as_ref().is_some_and(|account| account.suspended.is_some());
        let forms = account.as_ref().filter(|_| may_change || may_suspend).map(|account| {
            let forms = Forms { base: base.clone(), person: &person, roles: &roles, typed };
            view! {
                {(may_change && !suspended).then(|| forms.roles(account.version, &roles_to_give, is_stale))}
                {(may_change && !suspended && !away).then(|| forms.reset())}
                {may_suspend.then(|| if suspended { forms.restore() } else { forms.suspend() })}
            }
        });
        let standing = role_words(&roles);
        let stale = (is_stale && forms.is_some()).then(|| view! {
            <Callout tone=Tone::Warn icon="git-merge">
                <p><b>"Somebody else changed this account meanwhile. Nothing of yours was saved."</b></p>
                <p>{format!("It now has: {}. What you chose still stands in the form; send it again to replace that.", standing)}</p>
            </Callout>
        });
        view! {
            <div class="ad-one">
                <p class="crumbs"><a href="/people">"People"</a><Icon name="chevron-right" /><span>{person.organisation.short.clone()}</span></p>
                <div class="ad-person">
                    <span class="avatar lg" aria-hidden="true">{person.initials()}</span>
                    <div><h1>{person.name.clone()}</h1><p class="muted">{person.email.clone()}</p></div>
                    {suspended.then(|| view! { <span class="badge" data-tone="danger">"Suspended"</span> })}
                    {away.then(|| view! { <span class="badge">"Organisation left"</span> })}
                </div>
                {new_link(link)}
                {stale}
                <div class="ad-cols">
                    <div class="ad-col">
                        {facts(&person, &roles, verified, account.as_ref())}
                        {account.as_ref().map(sessions)}
                    </div>
                    {forms.map(|forms| view! { <div class="ad-col">{forms}</div> })}
                </div>
            </div>
        }
        .into_any()
    })
}

fn facts(
    person: &Person,
    roles: &[Role],
    verified: Option<(Person, Moment)>,
    account: Option<&AccountView>,
) -> AnyView {
    let may: Vec<_> = roles
        .iter()
        .map(|role| view! { <li><b>{role.label()}</b>" "<span class="muted">{duty(*role)}</span></li> })
        .collect();
    let roles = if may.is_empty() {
        "None".into_any()
    } else {
        view! { <ul class="ad-duties">{may}</ul> }.into_any()
    };
    let verified = match verified {
        Some((by, at)) => {
            view! { {format!("{}, {}, ", by.name, by.organisation.short)}<Time at=at full=true /> }.into_any()
        }
        None => "The operator of the room".into_any(),
    };
    let account = account.map(|account| {
        let last = match account.last_sign_in {
            Some(at) => view! { <Time at=at full=true /> }.into_any(),
            None => "Never".into_any(),
        };
        let suspended = account.suspended.clone().map(|(at, reason)| {
            view! {
                <dt>"Suspended"</dt><dd><Time at=at full=true /><p class="ad-reason">{reason}</p></dd>
            }
        });
        view! { <dt>"Last sign-in"</dt><dd>{last}</dd>{suspended} }
    });
    view! {
        <section class="panel" aria-labelledby="ad-facts">
            <div class="panel-head"><h2 id="ad-facts">"In the room"</h2></div>
            <dl class="facts panel-body">
                <dt>"Organisation"</dt><dd><OrganisationName organisation=person.organisation.clone() />" "{person.organisation.name.clone()}</dd>
                <dt>"Roles"</dt><dd>{roles}</dd>
                <dt>"Verified by"</dt><dd>{verified}</dd>
                {account}
            </dl>
        </section>
    }
    .into_any()
}

fn sessions(account: &AccountView) -> AnyView {
    let lines: Vec<_> = account
        .sessions
        .iter()
        .map(|line| view! {
            <li><Icon name="monitor" /><span>{line.device.clone()}<small>
                <span class="mono">{line.address.clone()}</span>", since "<Time at=line.since />", last seen "<Time at=line.seen />
            </small></span></li>
        })
        .collect();
    let list = if lines.is_empty() {
        view! { <p class="panel-none">"Signed in nowhere."</p> }.into_any()
    } else {
        view! { <ul class="ad-list panel-body">{lines}</ul> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="ad-sessions">
            <div class="panel-head"><h2 id="ad-sessions">"Signed in"</h2></div>
            {list}
        </section>
    }
    .into_any()
}

struct Forms<'a> {
    base: String,
    person: &'a Person,
    roles: &'a [Role],
    typed: Option<(ProfileForm, Submitted)>,
}

impl Forms<'_> {
    fn sent(&self, form: ProfileForm) -> Option<Submitted> {
        self.typed.as_ref().filter(|(sent, _)| *sent == form).map(|(_, typed)| typed.clone())
    }

    fn path(&self, form: ProfileForm) -> String {
        format!("{}/{form}", self.base)
    }

    fn roles(&self, version: i64, to_give: &[Role], is_stale: bool) -> AnyView {
        let standing = self.roles.iter().map(|role| ("roles".to_owned(), role.wire().to_owned())).collect();
        let sent = self.sent(ProfileForm::Roles);
        let form = typed(sent.unwrap_or_else(|| Submitted::new(standing)));
        // A role that this viewer may not take away stays as it is.
        let kept: Vec<_> = self.roles.iter().filter(|role| !to_give.contains(role)).collect();
        let kept: Vec<_> = kept
            .into_iter()
            .map(|role| view! { <input type="hidden" name="roles" value=role.wire() /> })
            .collect();
        let boxes = role_boxes(form, to_give);
        let words = if is_stale { "Replace the roles" } else { "Set the roles" };
        view! {
            <section class="panel" aria-labelledby="ad-roles">
                <div class="panel-head"><h2 id="ad-roles">"What they may do"</h2></div>
                <PostForm action=self.path(ProfileForm::Roles) class="panel-body me-form">
                    <input type="hidden" name="version" value=version.to_string() />
                    {kept}
                    <ErrorSummary form=form heading="The roles were not changed." />
                    {boxes}
                    <p class="muted">"A change ends all their sessions; they sign in again."</p>
                    <p class="act-foot"><button class="btn primary" type="submit">{words}</button></p>
                </PostForm>
            </section>
        }
        .into_any()
    }

    fn reset(&self) -> AnyView {
        let form = typed(self.sent(ProfileForm::Reset).unwrap_or_default());
        view! {
            <section class="panel" aria-labelledby="ad-reset">
                <div class="panel-head"><h2 id="ad-reset">"Password"</h2></div>
                <PostForm action=self.path(ProfileForm::Reset) class="panel-body me-form">
                    <ErrorSummary form=form scope="reset" heading="No link was made." />
                    <p>"Makes a link that opens once, within 72 hours. The present password works until it is used."</p>
                    <p class="act-foot"><button class="btn" type="submit"><Icon name="key-round" />"Make a reset link"</button></p>
                </PostForm>
            </section>
        }
        .into_any()
    }

    fn suspend(&self) -> AnyView {
        let form = typed(self.sent(ProfileForm::Suspend).unwrap_or_default());
        let words = format!("Suspend {}", self.person.name);
        view! {
            <section class="panel" aria-labelledby="ad-suspend">
                <div class="panel-head"><h2 id="ad-suspend">"Suspend"</h2></div>
                <PostForm action=self.path(ProfileForm::Suspend) class="panel-body me-form">
                    <ErrorSummary form=form scope="suspend" heading="Nobody was suspended." />
                    <p>"Ends all sessions, tokens and open pages at once. What they wrote stays."</p>
                    <TextField form=form name="reason" label="Reason" scope="suspend" maxlength=500 hint="Kept in the audit log" />
                    <p class="act-foot"><button class="btn danger" type="submit"><Icon name="ban" />{words}</button></p>
                </PostForm>
            </section>
        }
        .into_any()
    }

    fn restore(&self) -> AnyView {
        let form = typed(self.sent(ProfileForm::Restore).unwrap_or_default());
        let words = format!("Restore {}", self.person.name);
        view! {
            <section class="panel" aria-labelledby="ad-restore">
                <div class="panel-head"><h2 id="ad-restore">"Restore"</h2></div>
                <PostForm action=self.path(ProfileForm::Restore) class="panel-body me-form">
                    <ErrorSummary form=form scope="restore" heading="Nobody was restored." />
                    <p>"They sign in again with the password and the roles they had. Tokens stay ended."</p>
                    <TextField form=form name="reason" label="Reason" scope="restore" maxlength=500 hint="Kept in the audit log" />
                    <p class="act-foot"><button class="btn primary" type="submit"><Icon name="undo-2" />{words}</button></p>
                </PostForm>
            </section>
        }
        .into_any()
    }
}
