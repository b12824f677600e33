//! The list of people, and the invitations that wait.

use leptos::prelude::*;

use super::{InvitationRow, PeopleQuery, PeopleView, PersonRow, PersonState, new_link, office, role_words};
use crate::{
    model::{Organisation, Role},
    pages::{
        frame::Frame,
        parts::{Avatar, Empty, Icon, OrganisationName, Pager, PostForm, Time},
    },
};

/// `GET /people`
pub fn people(frame: &Frame, view: PeopleView) -> AnyView {
    office(frame, "People", "/people", move || {
        let PeopleView { query, organisations, people, invitations, may_invite, link, next, next_invited } =
            view;
        let (people, invitations) = (people.into_inner(), invitations.into_inner());
        let accounts = people.iter().all(|row| row.activity.is_some());
        let table = if people.is_empty() {
            view! {
                <section class="panel"><Empty icon="search" title="Nobody like that" text="No name or address you may know matches.">
                    <a class="btn" href="/people">"Show everybody"</a>
                </Empty></section>
            }
            .into_any()
        } else {
            table(people, accounts)
        };
        let first = query.after.is_some().then(|| query.href(None));
        let next = next.map(|after| query.href(Some(&after)));
        let ways = [
            query.invited.is_some().then(|| query.invited(None)),
            next_invited.map(|invited| query.invited(Some(invited))),
        ];
        view! {
            <div class="ad">
                {sidebar(&organisations, &query)}
                <div class="ad-main">
                    {bar(&organisations, &query, may_invite)}
                    {new_link(link)}
                    {table}
                    <Pager first=first next=next label="Pages of people" />
                    {(!invitations.is_empty()).then(|| waiting(invitations, ways))}
                </div>
            </div>
        }
        .into_any()
    })
}

fn sidebar(organisations: &[(Organisation, usize)], query: &PeopleQuery) -> AnyView {
    let total: usize = organisations.iter().map(|(_, count)| count).sum();
    let line = |slug: &str, words: String, count: usize| {
        let current = (query.organisation == slug).then_some("true");
        view! { <li><a href=query.of(slug) aria-current=current><span>{words}</span><span class="n">{count}</span></a></li> }
    };
    let mut sectors: Vec<_> = organisations.iter().map(|(organisation, _)| organisation.sector).collect();
    sectors.sort_unstable();
    sectors.dedup();
    let groups = sectors.into_iter().map(|sector| {
        let mut of: Vec<_> = organisations.iter().filter(|(found, _)| found.sector == sector).collect();
        of.sort_by_key(|(found, _)| found.short.to_lowercase());
        let lines: Vec<_> =
            of.into_iter().map(|(found, n)| line(&found.slug, found.short.clone(), *n)).collect();
        view! { <ul aria-label=sector.label()>{lines}</ul> }
    });
    let groups: Vec<_> = groups.collect();
    view! {
        <nav class="ad-orgs" aria-label="People by organisation">
            <ul>{line("", "All organisations".into(), total)}</ul>
            {groups}
        </nav>
    }
    .into_any()
}

fn bar(organisations: &[(Organisation, usize)], query: &PeopleQuery, may_invite: bool) -> AnyView {
    let slug = query.organisation.clone();
    let mut named: Vec<_> = organisations.iter().map(|(found, _)| found.clone()).collect();
    named.sort_by_key(|found| found.short.to_lowercase());
    let named: Vec<_> = named
        .into_iter()
        .map(|found| view! { <option value=found.slug.clone() selected=found.slug == slug>{found.short}</option> })
        .collect();
    let roles: Vec<_> = Role::ALL
        .iter()
        .map(|role| view! { <option value=role.wire() selected=query.role == Some(*role)>{role.label()}</option> })
        .collect();
    let states: Vec<_> = PersonState::ALL
        .iter()
        .map(|state| view! { <option value=state.wire() selected=query.state == Some(*state)>{state.label()}</option> })
        .collect();
    let clear = query.is_narrowed().then(|| view! { <a class="btn sm" href="/people">"Clear"</a> });
    let invite = may_invite.then(|| {
        view! {
            <span class="ad-act">
                <a class="btn sm" href="/people/import"><Icon name="upload" />"Import"</a>
                <a class="btn sm primary" href="/people/invite"><Icon name="user-plus" />"Invite"</a>
            </span>
        }
    });
    view! {
        <div class="ad-bar">
            <h1>"People"</h1>
            <form class="ad-filter" role="search" aria-label="Find people" action="/people">
                <div class="searchbox"><Icon name="search" size="sm" />
                    <input type="search" name="q" value=query.q.clone() maxlength="100" aria-label="Name or e-mail" placeholder="Name or e-mail" />
                </div>
                <select class="select sm" name="organisation" aria-label="Organisation"><option value="">"All organisations"</option>{named}</select>
                <select class="select sm" name="role" aria-label="Role"><option value="">"Any role"</option>{roles}</select>
                <select class="select sm" name="state" aria-label="State"><option value="">"Any state"</option>{states}</select>
                <button class="btn sm" type="submit">"Filter"</button>
                {clear}
            </form>
            {invite}
        </div>
    }
    .into_any()
}

fn table(people: Vec<PersonRow>, accounts: bool) -> AnyView {
    let heads = accounts.then(|| {
        view! { <th scope="col">"Last sign-in"</th><th scope="col" class="num">"Sessions"</th> }
    });
    let rows: Vec<_> = people.into_iter().map(|row| person(row, accounts)).collect();
    view! {
        <section class="panel scroll-x" tabindex="0" aria-label="Table of people">
            <table class="dtable ppl">
                <thead><tr>
                    <th scope="col">"Name"</th><th scope="col">"Organisation"</th><th scope="col">"Roles"</th>
                    {heads}<th scope="col">"State"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn person(row: PersonRow, accounts: bool) -> AnyView {
    let PersonRow { person, roles, suspended, away, activity } = row;
    let state = if suspended {
        view! { <span class="badge" data-tone="danger">"Suspended"</span> }.into_any()
    } else if away {
        view! { <span class="badge">"Organisation left"</span> }.into_any()
    } else {
        "Active".into_any()
    };
    let cells = accounts.then(|| {
        let (last, sessions) = match activity {
            Some((Some(at), sessions)) => (view! { <Time at=at /> }.into_any(), sessions.to_string()),
            Some((None, sessions)) => {
                (view! { <span class="muted">"never"</span> }.into_any(), sessions.to_string())
            }
            None => (().into_any(), String::new()),
        };
        view! { <td>{last}</td><td class="num">{sessions}</td> }
    });
    let href = format!("/people/{}", person.id);
    view! {
        <tr>
            <th scope="row"><span class="rost">
                <Avatar person=person.clone() />
                <span><a href=href>{person.name.clone()}</a><small>{person.email}</small></span>
            </span></th>
            <td><OrganisationName organisation=person.organisation /></td>
            <td>{role_words(&roles)}</td>
            {cells}
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

/// `ways`: to the first page, and to the next.
fn waiting(invitations: Vec<InvitationRow>, [first, next]: [Option<String>; 2]) -> AnyView {
    let count = invitations.iter().filter(|row| !row.is_expired).count();
    let of = if first.is_some() || next.is_some() { " on this page" } else { "" };
    let rows: Vec<_> = invitations.into_iter().map(invitation).collect();
    view! {
        <section class="panel scroll-x" tabindex="0" aria-labelledby="ad-invitations" id="invitations">
            <div class="panel-head"><h2 id="ad-invitations">"Invitations"</h2><span class="muted">{format!("{count} waiting{of}")}</span></div>
            <table class="dtable ppl">
                <thead><tr>
                    <th scope="col">"E-mail"</th><th scope="col">"Organisation"</th><th scope="col">"Roles"</th>
                    <th scope="col">"Invited by"</th><th scope="col">"Expires"</th><th scope="col"><span class="vh">"Actions"</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        <Pager first=first next=next label="Pages of invitations" />
    }
    .into_any()
}

fn invitation(row: InvitationRow) -> AnyView {
    let expires = if row.is_expired {
        view! { <span class="badge" data-tone="warn">"Expired"</span> }.into_any()
    } else {
        view! { <Time at=row.expires_at /> }.into_any()
    };
    let (again, withdraw) =
        (format!("/people/invitations/{}/again", row.id), format!("/people/invitations/{}/withdraw", row.id));
    let (again_words, withdraw_words) =
        (format!("New link for {}", row.email), format!("Withdraw the invitation of {}", row.email));
    view! {
        <tr>
            <th scope="row">{row.name}<small>{row.email}</small></th>
            <td><OrganisationName organisation=row.organisation /></td>
            <td>{role_words(&row.roles)}</td>
            <td>{row.made_by}</td>
            <td>{expires}</td>
            <td class="ad-acts">
                <PostForm action=again><button class="btn sm" type="submit" aria-label=again_words>"New link"</button></PostForm>
                <PostForm action=withdraw><button class="btn sm" type="submit" aria-label=withdraw_words>"Withdraw"</button></PostForm>
            </td>
        </tr>
    }
    .into_any()
}
