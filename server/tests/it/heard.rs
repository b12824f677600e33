//! What the services send to the database, overheard in the log.

use std::sync::{Mutex, Once as Started, PoisonError};

use tracing::field::{Field, Visit};
use tracing_subscriber::{Layer, filter::filter_fn, layer::Context, prelude::*};

static HEARD: Mutex<Vec<String>> = Mutex::new(vec![]);

struct Listener;

struct Statement(Option<String>);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" && !value.trim().is_empty() {
            self.0 = Some(value.trim().to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement(None);
        event.record(&mut statement);
        if let Some(sql) = statement.0 {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(sql);
        }
    }
}

/// One ear for the whole binary: a subscriber can be set only once.
pub(crate) fn listen() {
    static STARTED: Started = Started::new();
    STARTED.call_once(|| {
        let statements = filter_fn(|meta| meta.target() == "sqlx::query");
        let listening = tracing_subscriber::registry().with(Listener.with_filter(statements));
        tracing::subscriber::set_global_default(listening).expect("nobody else listens");
    });
}

/// All statements so far, in their order.
pub(crate) fn heard() -> Vec<String> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The same, forgotten with this.
pub(crate) fn take() -> Vec<String> {
    std::mem::take(&mut HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}
