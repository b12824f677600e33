//! What a visitor submitted: the values as typed, and what is wrong with them, field by field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A word that is not on its closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not one of the known words")
    }
}
impl std::error::Error for UnknownWord {}

/// Messages by field name (the `name` of the form's control, the key of the JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub BTreeMap<String, Vec<String>>);

impl FieldErrors {
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_default().push(message.into());
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The first message of a field, as its control shows it.
    pub fn first(&self, field: &str) -> Option<&str> {
        self.0.get(field).and_then(|messages| messages.first()).map(String::as_str)
    }
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(field, messages)| messages.iter().map(move |m| (field.as_str(), m.as_str())))
    }
    pub fn merge(&mut self, other: Self) {
        for (field, messages) in other.0 {
            self.0.entry(field).or_default().extend(messages);
        }
    }
}

/// A form on its way through: what was typed, always kept, and the messages beside the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    values: Vec<(String, String)>,
    pub errors: FieldErrors,
}

impl Submitted {
    pub fn new(values: Vec<(String, String)>) -> Self {
        Self { values, errors: FieldErrors::default() }
    }
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.errors.merge(errors);
        self
    }
    /// The value of a control as typed; empty when it was not sent.
    pub fn value(&self, field: &str) -> &str {
        self.values.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }
    /// Where a control stands among those that were sent, in the order of its form; boxes that nobody ticked come last.
    pub fn place(&self, field: &str) -> usize {
        self.values.iter().position(|(name, _)| name == field).unwrap_or(usize::MAX)
    }
    /// The values of a control that may be sent several times (check boxes).
    pub fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }
    pub fn has(&self, field: &str, value: &str) -> bool {
        self.values(field).any(|v| v == value)
    }
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.values.retain(|(name, _)| name != field);
        self.values.push((field.to_owned(), value.into()));
    }
    pub fn push(&mut self, field: &str, value: impl Into<String>) {
        self.values.push((field.to_owned(), value.into()));
    }
    pub fn remove(&mut self, field: &str) {
        self.values.retain(|(name, _)| name != field);
    }
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.first(field)
    }
    /// All pairs as sent, for a page that offers to send them again.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }
    /// Parses an optional word; an unknown one becomes the field's error.
    pub fn word<T: std::str::FromStr>(&mut self, field: &str, message: &str) -> Option<T> {
        let text = self.value(field).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        text.parse().map_err(|_| self.errors.add(field, message)).ok()
    }
}
