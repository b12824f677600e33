//! What every act of an incident's page begins with, and how it is answered: 303 to its part of the page, or the
//! page again with the form open, what was typed and what is wrong with it.

use std::{collections::HashMap, future::Future, str::FromStr};

use app::{
    model::{
        Submitted,
        form::{Form as Which, OpenForm},
        id::Number,
        panel::{PageQuery, entry_href},
    },
    pages::parts::Tone,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
};

use super::{conflict, draw, number};
use crate::{
    error::{Answer, Problem},
    form::Form,
    page,
    service::{Asker, Error, Once, Result, Room, settled},
    state::App,
    viewer::Member,
};

/// A form that was posted below `/incidents/{number}`: by whom, about which incident, with what was typed.
#[derive(Debug)]
pub struct Begun {
    pub app: App,
    pub member: Member,
    pub number: Number,
    pub once: Once,
    pub typed: Submitted,
    path: HashMap<String, String>,
}

impl FromRequestParts<App> for Begun {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let member = Member::from_request_parts(parts, app).await?;
        let (typed, once) = Form::from_request_parts(parts, app).await?.into_parts();
        let Path(path): Path<HashMap<String, String>> =
            Path::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let number = number(path.get("number").map_or("", String::as_str))?;
        Ok(Self { app: app.clone(), member, number, once, typed, path })
    }
}

impl Begun {
    /// What each service asks of an act.
    pub(super) fn asked(&self) -> (Room, Asker, Once, Number) {
        (self.app.room.clone(), self.member.asker.clone(), self.once.clone(), self.number.clone())
    }

    /// A further part of the path, as it stands there.
    pub(super) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// What `{id}` names; what names nothing answers like what was never there.
    pub(super) fn id<T: FromStr>(&self) -> Result<T> {
        self.part("id").parse().map_err(|_| Error::NotFound)
    }

    /// Runs the act and answers for it.
    pub(super) async fn answer<T, F>(self, which: Which, act: F) -> Answer
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.answer_of(which, None, act).await
    }

    /// The same for a form that the page has several of: `of` says which.
    pub(super) async fn answer_of<T, F>(self, which: Which, of: Option<String>, act: F) -> Answer
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        match settled(act).await {
            Ok(_) => Ok(page::see_other(&self.place(which, of.as_deref()))),
            Err(Error::Invalid(errors)) => {
                let open = OpenForm::faulty(which, of, self.typed.clone().with_errors(errors));
                self.again(open, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Err(Error::Conflict(other)) => {
                conflict::draw(&self.app, &self.member, which, self.typed, *other).await
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The page again, with a form open.
    pub(super) async fn again(&self, open: OpenForm, status: StatusCode) -> Answer {
        draw(&self.app, &self.member, &self.number, PageQuery::default(), Some(open), status).await
    }

    /// Back to the page, which says how it went.
    pub(super) fn see_other_saying(&self, which: Which, tone: Tone, words: &'static str) -> Answer {
        Ok(page::see_other_saying(&self.app, &self.place(which, None), tone, words))
    }

    /// Where the page stands after an act: at the entry that it was about, else at its part.
    fn place(&self, which: Which, of: Option<&str>) -> String {
        if let (Which::Strike, Some(Ok(entry))) = (which, of.map(str::parse)) {
            return entry_href(&self.number, entry);
        }
        let part = match which {
            Which::Evidence => "evidence",
            Which::Indicator => "indicators",
            Which::Task | Which::Playbook => "tasks",
            Which::Share | Which::Answer | Which::Onward => "shares",
            Which::Posture | Which::Unshare => "organisations",
            Which::Entry | Which::Strike => "timeline",
            _ => "incident-head",
        };
        format!("/incidents/{}#{part}", self.number)
    }
}
