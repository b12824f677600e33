//! The proof of the sharing ledger, followed as docs/ledger.md says, with the tools that it names.

use std::{path::PathBuf, process::Command};

use server::service::{
    checkpoint,
    share::{self, Decision, Step},
};

use crate::{
    base::{Base, EACH, asker, both},
    ledger::{app, take_out, told},
    story::{first_share, open, opened, post, step},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";

/// The files of somebody outside: the recipe out of the documentation, and what they were handed.
pub(crate) struct Outside {
    folder: tempfile::TempDir,
    key: String,
}

impl Outside {
    pub(crate) fn new(test: &TestApp) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let docs = include_str!("../../../docs/ledger.md");
        let recipe =
            docs.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a recipe");
        std::fs::write(folder.path().join("check-ledger.py"), recipe).expect("written");
        Self { folder, key: checkpoint::public_key(&test.app.room) }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// What the recipe says of a proof, and of the lines that go with it; whether it was proven.
    fn check(&self, proof: &str, csv: Option<&str>) -> (bool, String) {
        let mut python = Command::new("python3");
        python
            .arg(self.folder.path().join("check-ledger.py"))
            .arg(self.write("ledger.proof", proof))
            .arg(&self.key);
        if let Some(csv) = csv {
            python.arg(self.write("ledger.csv", csv));
        }
        let done = python.output().expect("python3 runs");
        let words = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8_lossy(&words).into_owned())
    }

    pub(crate) fn is_proven(&self, proof: &str, csv: Option<&str>) -> String {
        let (proven, words) = self.check(proof, csv);
        assert!(proven, "{words}\n{proof}");
        words
    }

    pub(crate) fn is_found(&self, what: &str, proof: &str, csv: Option<&str>) {
        let (proven, words) = self.check(proof, csv);
        assert!(!proven && words.contains("NOT PROVEN"), "{what}: {words}");
    }
}

/// Three organisations, shares both ways, answers, a hold that was refused, one that was released, one taken back.
async fn filled(base: &Base) -> TestApp {
    let test = app(base).await;
    let room = &test.app.room;
    let number = opened(room).await;
    let id = first_share(room, LEAD, &number, "google").await;
    step(room, GOOGLE, id, Step::Acknowledge).await.expect("acknowledged");
    step(room, GOOGLE, id, Step::Answer("=1+1; \"quoted\",\nand Élection.".into())).await.expect("answered");
    for n in 0..3 {
        told(room, &number, "fbi", &format!("'=Word {n}.")).await;
        post(room, LEAD, &number, |_| {}).await.expect("posted");
    }
    let theirs = open(room, "analyst@fbi.example", |input| input.share_with = vec!["google".into()]).await;
    post(room, "analyst@fbi.example", &theirs, |input| input.text = "Between FBI and Google.".into())
        .await
        .expect("posted");
    for decision in [Decision::Release, Decision::Refuse("Not so.".into())] {
        let id = told(room, &number, "google", "Could you label it? It is false.").await;
        let counsel = asker(room, "counsel@cisa.example");
        share::decide(room.clone(), counsel, EACH, id, 1, decision).await.expect("decided");
    }
    let back = told(room, &number, "google", "Taken back soon.").await;
    step(room, LEAD, back, Step::Revoke).await.expect("taken back");
    test
}

pub(crate) async fn handed(test: &TestApp, who: &str, fields: &[(&str, &str)]) -> (String, String) {
    let client = test.sign_in(who).await;
    let csv = take_out(&client, "csv", fields).await.text();
    (take_out(&client, "proof", fields).await.text(), csv)
}

fn lines(proof: &str) -> Vec<String> {
    proof.lines().map(str::to_owned).collect()
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

both! {
    async fn a_third_party_proves_an_export_with_the_recipe_of_the_documentation(base) {
        let test = filled(base).await;
        let outside = Outside::new(&test);
        let (proof, csv) = handed(&test, LEAD, &[]).await;
        let words = outside.is_proven(&proof, Some(&csv));
        assert!(words.contains("crossings as stated: 6; not here: none") && words.contains("7 lines of the CSV"), "{words}");
        assert!(!proof.contains("Between FBI and Google") && proof.contains("digest "), "neighbours are proven, not shown");
        assert!(proof.contains("banner For awareness."));
        // The recipient's: what was taken back is its digest alone, and its number is missing.
        let (proof, csv) = handed(&test, GOOGLE, &[]).await;
        let words = outside.is_proven(&proof, Some(&csv));
        assert!(words.contains("crossings as stated: 4; not here: 4"), "{words}");
        assert!(!proof.contains("Taken back soon") && !proof.contains("Not so."));
        // Part of it.
        let (proof, csv) = handed(&test, LEAD, &[("organisation", "fbi")]).await;
        let words = outside.is_proven(&proof, Some(&csv));
        assert!(words.contains("crossings from 2 to 4; not here: none"), "{words}");
        let (proof, csv) = handed(&test, LEAD, &[("organisation", "nobody")]).await;
        outside.is_proven(&proof, Some(&csv));
    }

    async fn whatever_is_changed_in_an_export_is_found(base) {
        let test = filled(base).await;
        let outside = Outside::new(&test);
        let (proof, csv) = handed(&test, LEAD, &[]).await;
        outside.is_found("a changed text", &proof.replace("Word 1.", "Word 9."), None);
        outside.is_found("a changed text in the CSV", &proof, Some(&csv.replace("Word 1.", "Word 9.")));
        outside.is_found("a changed answer in the CSV", &proof, Some(&csv.replace("quoted", "quoting")));
        let whole = lines(&proof);
        let digests: Vec<usize> = (0..whole.len()).filter(|n| whole[*n].starts_with("digest ")).collect();
        let shown: Vec<usize> = (0..whole.len()).filter(|n| whole[*n].starts_with("row ")).collect();
        assert!(digests.len() > 10 && shown.len() > 8, "{} {}", digests.len(), shown.len());
        for n in [digests[0], digests[digests.len() - 1], shown[1], shown[shown.len() - 2]] {
            let mut dropped = whole.clone();
            dropped.remove(n);
            outside.is_found("a dropped row", &joined(&dropped), None);
        }
        let pair = digests.windows(2).find(|pair| pair[1] == pair[0] + 1).expect("two neighbours");
        let mut swapped = whole.clone();
        swapped.swap(pair[0], pair[1]);
        outside.is_found("swapped neighbours", &joined(&swapped), None);
        let mut replaced = whole.clone();
        replaced[digests[3]] = format!("digest {}", "ab".repeat(32));
        outside.is_found("a replaced neighbour", &joined(&replaced), None);
        outside.is_found("an end cut off", &joined(&whole[..whole.len() - 1]), None);
        // A row of one's own that is passed off as somebody else's: the chain holds, and its number is missing.
        let row = shown.iter().copied().find(|n| whole[*n].contains("Word 1.")).expect("a row");
        let mut omitted = whole.clone();
        let text = whole[row].splitn(3, ' ').nth(2).expect("a text").to_owned();
        omitted[row] = format!("digest {}", sha256sum(&outside, text.as_bytes()));
        omitted.remove(row + 1);
        let end = omitted.len() - 1;
        omitted[end] = format!("end {}", shown.len() - 1);
        let (proven, words) = outside.check(&joined(&omitted), None);
        assert!(proven && words.contains("crossings as stated: 6; not here: 3"), "{words}");
    }

    async fn a_forged_checkpoint_is_found(base) {
        let test = filled(base).await;
        let outside = Outside::new(&test);
        let (proof, _) = handed(&test, LEAD, &[]).await;
        let signed = proof.lines().find_map(|line| line.strip_prefix("checkpoint ")).expect("signed").to_owned();
        let signed: serde_json::Value = serde_json::from_str(&signed).expect("JSON");
        let changed = |name: &str, value: serde_json::Value| {
            let mut forged = signed.clone();
            forged[name] = value;
            let line = format!("checkpoint {forged}");
            proof.lines().map(|old| if old.starts_with("checkpoint ") { format!("{line}\n") } else { format!("{old}\n") }).collect::<String>()
        };
        outside.is_proven(&changed("at", signed["at"].clone()), None);
        let signature = signed["signature"].as_str().expect("hexadecimal");
        let flipped = if signature.starts_with('0') { "1" } else { "0" };
        outside.is_found("a forged signature", &changed("signature", format!("{flipped}{}", &signature[1..]).into()), None);
        outside.is_found("another time", &changed("at", "2019-01-01T00:00:00.000000Z".into()), None);
        outside.is_found("another row", &changed("hash", "ab".repeat(32).into()), None);
        outside.is_found("another place", &changed("seq", 1.into()), None);
        // Whoever signs with a key of their own signs well, and not with the room's.
        let place = |name: &str| signed[name].as_str().expect("a text").to_owned();
        let at: app::model::Moment = place("at").parse().expect("a moment");
        outside.write("message", &format!("watchfloor checkpoint\n{}\n{}\n{}", signed["seq"], place("hash"), at.0));
        let sign = "openssl genpkey -algorithm ed25519 -out forger && \
                    openssl pkey -in forger -pubout -outform DER | tail -c 32 | xxd -p -c 64 && \
                    openssl pkeyutl -sign -inkey forger -rawin -in message | xxd -p -c 128";
        let done = Command::new("sh").arg("-c").arg(sign).current_dir(outside.folder.path()).output().expect("sh runs");
        let said = String::from_utf8(done.stdout).expect("text");
        let (key, signature) = said.trim().split_once('\n').expect("a key and a signature");
        let line = serde_json::json!({"seq": signed["seq"], "hash": signed["hash"], "at": signed["at"], "key": key, "signature": signature});
        let forged = proof.replace(&format!("checkpoint {}", proof.lines().find_map(|line| line.strip_prefix("checkpoint ")).expect("signed")), &format!("checkpoint {line}"));
        outside.is_found("another key", &forged, None);
        let fooled = Outside { key: key.to_owned(), ..outside };
        fooled.is_proven(&forged, None);
    }

    async fn one_row_is_recomputed_by_hand_as_the_documentation_says(base) {
        let test = filled(base).await;
        let outside = Outside::new(&test);
        let (proof, _) = handed(&test, LEAD, &[]).await;
        let previous = proof.lines().find_map(|line| line.strip_prefix("previous ")).expect("a hash");
        let row = proof.lines().find_map(|line| line.strip_prefix("row ")).expect("a row");
        let (hash, text) = row.split_once(' ').expect("a hash and a text");
        outside.write("row.json", text);
        let docs = include_str!("../../../docs/ledger.md");
        let shell = docs.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a command");
        let done = Command::new("sh").arg("-c").arg(shell).current_dir(outside.folder.path()).env("PREVIOUS", previous).output();
        let said = String::from_utf8(done.expect("sh runs").stdout).expect("text");
        assert_eq!(said.get(..64), Some(hash), "{said}");
    }

    async fn the_stretch_is_as_short_as_its_rows_and_the_checkpoints_allow(base) {
        let test = filled(base).await;
        let room = &test.app.room;
        let signed = checkpoint::make(room, &test.app.config.checkpoints()).await.expect("signed");
        let number = opened(room).await;
        for _ in 0..30 {
            post(room, LEAD, &number, |_| {}).await.expect("posted");
        }
        let outside = Outside::new(&test);
        let (proof, csv) = handed(&test, LEAD, &[("organisation", "fbi")]).await;
        outside.is_proven(&proof, Some(&csv));
        assert!(proof.contains(&format!("\nlast {}\n", signed.seq)), "{proof}");
        let first: i64 = csv.lines().nth(1).and_then(|line| line.split(',').nth(2)).expect("an entry").parse().expect("a number");
        assert!(proof.contains(&format!("\nfirst {first}\n")), "{first}");
    }

    async fn neither_party_learns_the_count_of_the_other(base) {
        let test = filled(base).await;
        let (proof, _) = handed(&test, GOOGLE, &[("organisation", "cisa")]).await;
        let bodies = proof.lines().filter(|line| line.starts_with("row ") && line.contains("counts")).count();
        let opened = proof.lines().filter(|line| line.starts_with("count ")).count();
        assert_eq!((bodies, opened), (2, 2), "two digests a row, one of them opened");
        let salts = base.number("select count(*) from share_count").await;
        let distinct = base.number("select count(distinct salt) from share_count").await;
        assert_eq!(salts, distinct);
    }
}

fn sha256sum(outside: &Outside, text: &[u8]) -> String {
    let path = outside.folder.path().join("text");
    std::fs::write(&path, text).expect("written");
    let done = Command::new("sha256sum").arg(path).output().expect("sha256sum runs");
    String::from_utf8(done.stdout).expect("text").get(..64).expect("a digest").to_owned()
}
