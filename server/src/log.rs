//! The log: one JSON object a line, on standard error. Never a secret, a query string or content.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log; `filter` as tracing-subscriber reads it.
pub fn start(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| format!("LOG is {filter}; allowed is a filter as info,server=debug ({error})"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.compact().init();
    } else {
        builder.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
    }
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        let words = info.payload_as_str().unwrap_or("(no words)");
        // The value of a failed assertion may be content: one line of it is enough.
        let words: String = words.chars().take_while(|c| *c != '\n').take(200).collect();
        tracing::error!(place, words, "panicked");
    }));
    Ok(())
}
