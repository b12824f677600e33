//! Where one is signed in, and the buttons that end it.

use leptos::prelude::*;

use super::{MeView, SessionRow};
use crate::pages::parts::{FormToken, Time};

pub(super) fn sessions(view: &MeView) -> AnyView {
    let rows: Vec<_> = view.sessions.iter().map(row).collect();
    let others = (view.sessions.len() > 1).then(|| {
        let action = "/me/sessions/end-others";
        view! {
            <form method="post" action=action>
                <FormToken action=action />
                <button class="btn sm" type="submit">"End all others"</button>
            </form>
        }
    });
    view! {
        <section class="panel me-wide" aria-labelledby="me-sessions">
            <div class="panel-head"><h2 id="me-sessions">"Where you are signed in"</h2><span class="end">{others}</span></div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Table of sessions">
                <table class="dtable">
                    <thead><tr>
                        <th scope="col">"Device"</th><th scope="col">"Address"</th><th scope="col">"Since"</th>
                        <th scope="col">"Last seen"</th><th scope="col">"Ends by itself"</th><th scope="col"><span class="vh">"End"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(session: &SessionRow) -> AnyView {
    let here = session.current.then(|| view! { <span class="badge" data-tone="ok">"this one"</span> });
    let end = (!session.current).then(|| {
        let action = format!("/me/sessions/{}/end", session.id);
        let words = format!("End the session on {}", session.device);
        view! {
            <form method="post" action=action.clone()>
                <FormToken action=action.clone() />
                <button class="btn sm" type="submit" aria-label=words>"End"</button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row" class="me-device">{session.device.clone()}{here}</th>
            <td class="mono">{session.address.clone()}</td>
            <td class="nowrap"><Time at=session.started /></td>
            <td class="nowrap"><Time at=session.last_seen /></td>
            <td class="nowrap"><Time at=session.ends /></td>
            <td class="num">{end}</td>
        </tr>
    }
    .into_any()
}
