//! The query string of a list: known words only, each fault beside its name.

use std::str::FromStr;

use app::model::FieldErrors;
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};

use super::{Answer, PAGE, Refusal};
use crate::{service::Error, state::App};

/// Most things on one page.
const LIMIT: i64 = 200;

/// What was asked, taken out word by word; [`Question::end`] refuses what nobody took.
#[derive(Debug)]
pub struct Question {
    pairs: Vec<(String, String)>,
    pub errors: FieldErrors,
}

impl Question {
    /// The values of a name: repeated, or separated by commas.
    pub fn words(&mut self, name: &str) -> Vec<String> {
        let mut words = vec![];
        self.pairs.retain(|(known, value)| {
            if known == name {
                words.extend(
                    value.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned),
                );
            }
            known != name
        });
        words
    }

    /// One value, whole; the last of several.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        self.pairs.retain(|(known, value)| {
            if known == name {
                found = Some(value.trim().to_owned());
            }
            known != name
        });
        found.filter(|text| !text.is_empty())
    }

    /// The values of a name, each from a closed list.
    pub fn parsed<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        self.words_as(name, |word| word)
    }

    /// The same, after each word was put into its usual form.
    pub fn words_as<T: FromStr>(&mut self, name: &str, usual: impl Fn(String) -> String) -> Vec<T> {
        let mut values = vec![];
        for word in self.words(name).into_iter().map(usual) {
            match word.parse() {
                Ok(value) => values.push(value),
                Err(_) => self.errors.add(name, format!("“{word}” is not one of the known words")),
            }
        }
        values
    }

    /// `limit`: 1 to 200.
    pub fn limit(&mut self) -> i64 {
        match self.text("limit").map(|text| text.parse::<i64>()) {
            None => PAGE,
            Some(Ok(limit)) if (1..=LIMIT).contains(&limit) => limit,
            Some(_) => {
                self.errors.add("limit", format!("A number from 1 to {LIMIT}"));
                PAGE
            }
        }
    }

    /// `after`: a cursor that an answer gave as `next`.
    pub fn after(&mut self) -> Option<String> {
        self.text("after")
    }

    /// Refuses what is wrong, and names that this list does not know.
    pub fn end(mut self) -> Answer<()> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.errors.add(&name, "This list does not know this word");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid(self.errors).into()) }
    }
}

impl FromRequestParts<App> for Question {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Answer<Self> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Refusal::Malformed("The query is not made of names and values.".into()))?;
        Ok(Self { pairs, errors: FieldErrors::default() })
    }
}
