//! The program is killed while it writes, again and again: what was acknowledged is there, once and whole.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use server::clock::Ids;

use crate::{
    api::CISA,
    base::{Base, both},
    process::{Answer, Ask, Process, founded_with_token, verify},
};

/// Clients that write at once.
const CLIENTS: u64 = 5;

/// Rounds of writing and killing; more for a longer run.
#[expect(clippy::disallowed_methods, reason = "the length of a run is asked of whoever runs it")]
fn rounds(base: &Base) -> u64 {
    let asked = std::env::var("WATCHFLOOR_TEST_CRASHES").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(if base.is_sqlite() { 10 } else { 5 })
}

/// A write that was sent, and its answer if that came whole.
struct Sent {
    ask: Ask,
    text: String,
    answer: Option<Answer>,
}

fn title(text: &str) -> String {
    format!("Texts with a wrong closing time in Maricopa County, {text}")
}

/// One write of a kind that changes several tables, each with words of its own.
fn ask(token: &str, number: &str, ids: &Ids, text: &str) -> Ask {
    let path = format!("/api/v1/incidents/{number}");
    let make = |path: String, body| Ask::json(token, &path, text, &body);
    match ids.below(6) {
        0 => make(
            "/api/v1/incidents".into(),
            json!({"title": title(text), "summary": "s", "category": "PROC-1", "severity": "low", "tlp": "amber",
                   "share_with": ["google"]}),
        ),
        1 => make(format!("{path}/tasks"), json!({"text": text})),
        2 => {
            make(format!("{path}/indicators"), json!({"kind": "domain", "value": format!("{text}.example")}))
        }
        3 => Ask::upload(token, &format!("{path}/evidence"), text, text),
        _ => make(format!("{path}/entries"), json!({"kind": "update", "text": text, "audience": ["cisa"]})),
    }
}

/// Writes until the connection breaks.
async fn write(
    process: Arc<Process>,
    token: String,
    number: String,
    name: String,
    seed: u64,
    stop: Arc<AtomicBool>,
) -> Vec<Sent> {
    let ids = Ids::seeded(seed);
    let mut sent = vec![];
    for n in 0.. {
        let text = format!("{name}-{n}");
        let ask = ask(&token, &number, &ids, &text);
        let answer = process.send(&ask).await;
        let broken = answer.is_none();
        if let Some(answer) = &answer {
            assert_eq!(answer.status, 201, "{text}: {}", answer.body);
        }
        sent.push(Sent { ask, text, answer });
        if broken || stop.load(Ordering::Relaxed) {
            break;
        }
    }
    sent
}

/// Each word stands in exactly one row of exactly one table.
async fn assert_once(base: &Base, sent: &[Sent]) {
    let sql = "select title, 'x' from incident union all select body, 'x' from entry where kind = 'update' \
               union all select body, 'x' from task union all select value, 'x' from indicator";
    let stored: Vec<String> = base.pairs(sql).await.into_iter().map(|(text, _)| text).collect();
    for Sent { text, ask, .. } in sent {
        if ask.content().starts_with(b"--line") {
            continue;
        }
        let forms = [text.clone(), format!("{text}.example"), title(text)];
        let count = stored.iter().filter(|stored| forms.contains(stored)).count();
        assert_eq!(count, 1, "{text} stands {count} times");
    }
}

/// What has one row in the journal has one in its table, and the reverse.
async fn assert_whole(base: &Base) {
    for (table, noun, action) in [
        ("incident", "entry", "opened"),
        ("task", "task", "added"),
        ("indicator", "indicator", "added"),
        ("exhibit", "exhibit", "added"),
        ("share", "share", "shared"),
    ] {
        let rows = base.number(&format!("select count(*) from {table}")).await;
        let acts = format!("select count(*) from journal where noun = '{noun}' and action = '{action}'");
        assert!(rows > 0, "nothing was written to {table}");
        assert_eq!(base.number(&acts).await, rows, "{table}");
    }
    let (clean, said) = verify(base);
    assert!(clean, "{said}");
}

both! {
    async fn killed_while_it_writes_it_loses_nothing_and_does_nothing_twice(base) {
        let token = founded_with_token(base, CISA).await;
        let ids = Ids::Random;
        let mut all: Vec<Sent> = vec![];
        let mut process = Process::start(base, &[]).await;
        let new = json!({"title": title("first"), "summary": "s", "category": "PROC-1", "severity": "low", "tlp": "amber",
                         "share_with": ["google"]});
        let first = process.send(&Ask::json(&token, "/api/v1/incidents", "first", &new)).await.expect("an answer");
        let number = first.json()["number"].as_str().unwrap_or_else(|| panic!("{first:?}")).to_owned();
        for round in 0..rounds(base) {
            let (shared, stop) = (Arc::new(process), Arc::new(AtomicBool::new(false)));
            let clients: Vec<_> = (0..CLIENTS).map(|client| {
                let name = format!("r{round}c{client}");
                let seed = round * 100 + client;
                tokio::spawn(write(Arc::clone(&shared), token.clone(), number.clone(), name, seed, Arc::clone(&stop)))
            }).collect();
            tokio::time::sleep(Duration::from_millis(150 + u64::from(ids.below(500)))).await;
            shared.kill();
            stop.store(true, Ordering::Relaxed);
            let mut sent = vec![];
            for client in clients {
                sent.extend(client.await.expect("a client ends"));
            }
            drop(shared);
            process = Process::start(base, &[]).await;
            assert!(sent.iter().any(|sent| sent.answer.is_some()), "something was acknowledged");
            for Sent { ask, text, answer } in &sent {
                let again = process.send(ask).await.expect("an answer");
                assert_eq!(again.status, 201, "{text}: {}", again.body);
                if let Some(first) = answer {
                    assert_eq!(again.body, first.body, "{text}: the first answer again");
                }
            }
            all.extend(sent);
        }
        assert_once(base, &all).await;
        assert_whole(base).await;
        eprintln!("{} writes, {} of them broken off", all.len(), all.iter().filter(|sent| sent.answer.is_none()).count());
    }
}
