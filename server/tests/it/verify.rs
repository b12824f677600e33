//! Every damage that somebody plants behind the room's back is named, and a sound room is found sound.

use std::path::{Path, PathBuf};

use app::model::{
    exhibit::CustodyAction,
    id::Number,
    setting::{Section, SettingKind},
};
use server::service::{
    Room, checkpoint, entry,
    entry::PostEntry,
    evidence::{self, EvidenceInput},
    indicator::{self, IndicatorInput},
    posture::{self, PostureInput},
    setting,
    share::{self, Decision, ShareInput, Step},
    verify::{Finding, Kind, Report, VerifyOptions, verify},
};

use crate::{
    api::CISA,
    base::{Base, EACH, asker, both},
    evidence::{attach, opened, replace},
    process::{Ask, Process, founded_with_token},
};

/// A room in which all that is verified happened.
async fn lived_in(base: &Base) -> (Room, Number) {
    let room = base.founded().await;
    let number = opened(&room, &["google", "twitter"]).await;
    let analyst = asker(&room, "analyst@cisa.example");
    for (text, audience) in [("First", vec![]), ("Second", vec!["google".to_owned()]), ("Third", vec![])] {
        let input = PostEntry { text: text.into(), audience, ..PostEntry::default() };
        entry::post(room.clone(), analyst.clone(), EACH, number.clone(), input).await.expect("posted");
    }
    let input = PostEntry { text: "A mistake".into(), ..PostEntry::default() };
    let posted =
        entry::post(room.clone(), analyst.clone(), EACH, number.clone(), input).await.expect("posted");
    let reason = "It was about another county".to_owned();
    entry::strike(room.clone(), analyst.clone(), EACH, number.clone(), posted.id, reason)
        .await
        .expect("struck");
    let narrow = EvidenceInput { audience: vec!["google".into()], ..EvidenceInput::default() };
    let red = EvidenceInput {
        tlp: "red".into(),
        named: vec!["analyst@google.example".into()],
        ..EvidenceInput::default()
    };
    for (name, input) in [("a.txt", EvidenceInput::default()), ("b.txt", narrow), ("c.txt", red)] {
        attach(&room, "analyst@cisa.example", &number, name, name.repeat(99).as_bytes(), input)
            .await
            .expect("in");
    }
    evidence::download(&room, &analyst, &number, 1).await.expect("leaves");
    let seen = IndicatorInput { kind: "domain".into(), value: "evil.example".into(), note: String::new() };
    indicator::add(room.clone(), analyst.clone(), EACH, number.clone(), seen).await.expect("added");
    let told = ShareInput {
        to: vec!["verizon".into()],
        text: "For your picture.".into(),
        exhibits: vec!["E-1".into()],
        ..ShareInput::default()
    };
    share::share(room.clone(), asker(&room, "liaison@cisa.example"), EACH, number.clone(), told)
        .await
        .expect("shared");
    let admin = asker(&room, "room-admin@watchfloor.example");
    let rules = setting::Proposal::Whole(Section::HoldRules(vec![]));
    setting::change(&room, &admin, SettingKind::HoldRules, rules, (1, "None tonight"), &EACH)
        .await
        .expect("changed");
    (room, number)
}

/// Names, sizes and contents of everything under a folder.
fn bytes_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(bytes_of(&path));
        } else if path.extension().is_none_or(|extension| extension != "db-shm") {
            // The index of the log is shared memory of whoever has the file open.
            found.push((path.clone(), std::fs::read(&path).expect("a file")));
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_that_verifies_changes_and_makes_nothing() {
    let base = Base::sqlite();
    let token = founded_with_token(&base, CISA).await;
    let process = Process::start(&base, &[]).await;
    let new = serde_json::json!({"title": "Texts with a wrong closing time in Maricopa County", "summary": "s",
                                 "category": "PROC-1", "severity": "low", "tlp": "amber"});
    assert_eq!(
        process.send(&Ask::json(&token, "/api/v1/incidents", "key", &new)).await.expect("an answer").status,
        201
    );
    // What was written is in the log alone, and stays there.
    process.kill();
    let before = bytes_of(base.folder.path());
    assert!(before.iter().any(|(path, bytes)| path.ends_with("watchfloor.db-wal") && !bytes.is_empty()));
    let (clean, said) = crate::process::verify(&base);
    assert!(clean, "{said}");
    assert_eq!(bytes_of(base.folder.path()), before);
    let nowhere = Base::sqlite();
    let (clean, _) = crate::process::verify(&nowhere);
    assert!(!clean, "there is no room");
    let made = bytes_of(nowhere.folder.path());
    assert!(made.iter().all(|(path, _)| path.ends_with("installation.key")), "{made:?}");
}

async fn check(room: &Room) -> Report {
    verify(room, &VerifyOptions::default()).await.expect("walks")
}

/// The findings that were not there before.
async fn new(room: &Room, known: &mut Vec<Finding>) -> Vec<Finding> {
    let report = check(room).await;
    let new = report.findings.iter().filter(|finding| !known.contains(finding)).cloned().collect();
    *known = report.findings;
    new
}

fn kinds(findings: &[Finding]) -> Vec<(Kind, i64)> {
    findings.iter().map(|finding| (finding.kind, finding.seq)).collect()
}

/// Changes rows as one who owns the database file could.
pub(crate) async fn tamper(base: &Base, sql: &str) {
    let open = match base.is_sqlite() {
        true => {
            let tables = [
                "journal",
                "entry",
                "strike",
                "exhibit",
                "custody",
                "setting",
                "share_count",
                "item_crossed",
                "item_crossed_to",
                "entry_crossed",
            ];
            let drop = |table| {
                format!(
                    "drop trigger if exists {table}_refuses_update; drop trigger if exists {table}_refuses_delete;"
                )
            };
            format!("pragma foreign_keys = off; {}", tables.map(drop).concat())
        }
        false => "set session_replication_role = replica;".to_owned(),
    };
    base.execute(&format!("{open} {sql}")).await.expect("tampered with");
}

fn stored(base: &Base, name: &str) -> PathBuf {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(name.repeat(99).as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut folders = std::fs::read_dir(base.folder.path().join("evidence")).expect("a folder").flatten();
    let place = |folder: std::fs::DirEntry| folder.path().join(&hash[..2]).join(&hash);
    folders.find_map(|folder| Some(place(folder)).filter(|path| path.exists())).expect("it is there")
}

async fn seq_of(base: &Base, sql: &str) -> i64 {
    base.number(&format!("select seq from journal where {sql} order by seq limit 1")).await
}

both! {
    async fn a_sound_room_is_found_sound_while_it_goes_on(base) {
        let (room, number) = lived_in(base).await;
        let analyst = asker(&room, "analyst@cisa.example");
        let writing = async {
            for turn in 0..20 {
                let input = PostEntry { text: format!("Turn {turn}"), ..PostEntry::default() };
                entry::post(room.clone(), analyst.clone(), EACH, number.clone(), input).await.expect("posted");
            }
        };
        let reading = async {
            for _ in 0..5 {
                let report = check(&room).await;
                assert!(report.is_clean(), "{:?}", report.findings);
            }
        };
        tokio::join!(writing, reading);
        let report = check(&room).await;
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!(report.rows, base.number("select count(*) from journal").await);
        assert_eq!((report.exhibits, report.bytes), (3, 3 * 5 * 99));
    }

    async fn damage_of_files_is_named_by_exhibit(base) {
        let (room, number) = lived_in(base).await;
        let mut flipped = "a.txt".repeat(99).into_bytes();
        flipped[17] ^= 4;
        replace(&stored(base, "a.txt"), &flipped);
        replace(&stored(base, "b.txt"), b"b.txtb");
        std::fs::remove_file(stored(base, "c.txt")).expect("removed");
        let report = check(&room).await;
        let named: Vec<_> = report.findings.iter().map(|f| (f.kind, f.exhibit.as_str(), f.what.as_str())).collect();
        assert_eq!(named.len(), 3, "{named:?}");
        for (at, what) in [(0, "hash"), (1, "6 bytes instead of 495"), (2, "gone")] {
            assert_eq!((named[at].0, named[at].1), (Kind::File, format!("{number} E-{}", at + 1).as_str()));
            assert!(named[at].2.contains(what), "{}", named[at].2);
        }
    }

    async fn damage_of_rows_is_named_by_number(base) {
        let (room, _) = lived_in(base).await;
        let mut known = vec![];
        assert_eq!(new(&room, &mut known).await, []);

        let seq = base.number("select seq from entry where body = 'First'").await;
        tamper(base, "update entry set body = 'Last' where body = 'First'").await;
        let found = new(&room, &mut known).await;
        assert_eq!(kinds(&found), [(Kind::Edited, seq)]);
        assert!(found[0].what.contains("text"), "{}", found[0].what);

        let seq = base.number("select seq from entry where body = 'Third'").await;
        tamper(base, "update entry set author_id = (select id from person where email = 'auditor@watchfloor.example') where body = 'Third'").await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Edited, seq)]);

        let seq = base.number("select seq from exhibit where number = 2").await;
        tamper(base, "delete from audience where subject_id = (select id from exhibit where number = 2)").await;
        let found = new(&room, &mut known).await;
        assert_eq!(kinds(&found), [(Kind::Edited, seq)]);
        assert!(found[0].what.contains("audience"), "{}", found[0].what);

        let seq = base.number("select seq from strike").await;
        tamper(base, "delete from strike").await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Missing, seq)]);

        let downloaded = CustodyAction::Downloaded.wire();
        let seq = base.number("select seq from custody where action = 'downloaded'").await;
        tamper(base, &format!("update custody set address = '198.51.100.9' where action = '{downloaded}'")).await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Edited, seq)]);

        let seq = base.number("select seq from indicator").await;
        tamper(base, "update indicator set value = 'other.example'").await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Edited, seq)]);

        let seq = base.number("select seq from setting").await;
        tamper(base, "update setting set body = '[{\"rule\":\"a\",\"why\":\"b\"}]'").await;
        let found = new(&room, &mut known).await;
        assert_eq!(kinds(&found), [(Kind::Edited, seq)]);
        assert!(found[0].what.contains("section"), "{}", found[0].what);

        let seq = base.number("select max(seq) from share").await;
        tamper(base, "delete from share_exhibit").await;
        let found = new(&room, &mut known).await;
        assert_eq!(kinds(&found), [(Kind::Edited, seq)]);
        assert!(found[0].what.contains("exhibits"), "{}", found[0].what);
        tamper(base, &format!("update share set body = 'Please remove it' where seq = {seq}")).await;
        let found = new(&room, &mut known).await;
        assert_eq!(kinds(&found), [(Kind::Edited, seq)]);
        assert!(found[0].what.contains("text"), "{}", found[0].what);
        tamper(base, &format!("delete from share where seq = {seq}")).await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Missing, seq)]);

        // A touch that never was, at the place of another row of the journal, and one beyond the end.
        for seq in [1, 9_999] {
            let id = if base.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
            let sql = format!(
                "insert into custody select {id}, exhibit_id, {seq}, action, person_id, organisation_id, at, \
                 address, result from custody where action = 'downloaded' and seq > 1 and seq < 9999"
            );
            tamper(base, &sql).await;
            assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Inserted, seq)]);
        }
    }

    async fn a_reader_whom_somebody_planted_in_the_ledger_is_named_wherever_they_claim_to_stand(base) {
        let (room, _) = lived_in(base).await;
        let mut known = vec![];
        assert_eq!(new(&room, &mut known).await, []);
        for (table, of, which) in [
            ("entry_crossed", "entry", "body = 'First'"),
            ("item_crossed_to", "item_crossed", "noun = 'indicator'"),
        ] {
            // Before it, and beyond the journal's end: in another stretch than what they claim to have read.
            for (seq, slug) in [(1, "fbi"), (9_999, "verizon")] {
                let reader = format!("(select id from organisation where slug = '{slug}')");
                tamper(base, &format!("insert into {table} select id, {reader}, {seq} from {of} where {which}")).await;
                let found = new(&room, &mut known).await;
                assert_eq!(kinds(&found), [(Kind::Inserted, seq)], "{found:?}");
                assert!(found[0].what.contains(table), "{}", found[0].what);
            }
            let seq = base.number(&format!("select seq from {of} where {which}")).await;
            let reader = "(select id from organisation where slug = 'facebook')";
            tamper(base, &format!("insert into {table} select id, {reader}, seq from {of} where {which}")).await;
            assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Edited, seq)]);
            // A reader of what does not exist.
            let id = if base.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
            tamper(base, &format!("insert into {table} select {id}, {reader}, seq from {of} where {which}")).await;
            assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Inserted, seq)]);
        }
        let id = if base.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
        let place = format!(
            "insert into item_crossed select {id}, 9998, noun, incident_id, person_id, organisation_id, at, tlp, crossed \
             from item_crossed where noun = 'indicator'"
        );
        tamper(base, &place).await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Inserted, 9_998)]);
    }

    async fn where_shares_holds_and_postures_stand_is_followed_from_act_to_act(base) {
        let (room, number) = lived_in(base).await;
        let shipped = serde_json::from_str(include_str!("../../../data/hold_rules.json")).expect("the rules");
        let rules = setting::Proposal::Whole(Section::HoldRules(shipped));
        let admin = asker(&room, "room-admin@watchfloor.example");
        setting::change(&room, &admin, SettingKind::HoldRules, rules, (2, "As they ship"), &EACH).await.expect("changed");
        let id = crate::story::first_share(&room, CISA, &number, "google").await;
        crate::story::step(&room, "liaison@google.example", id, Step::Answer("Seen.".into())).await.expect("answered");
        let mut held = vec![];
        for text in ["Please remove it.", "Could you label it?"] {
            let told = ShareInput { to: vec!["google".into()], text: text.into(), ..ShareInput::default() };
            let shared = share::share(room.clone(), asker(&room, "liaison@cisa.example"), EACH, number.clone(), told);
            held.push(shared.await.expect("taken").held[0]);
        }
        let counsel = asker(&room, "counsel@cisa.example");
        for (id, decision) in held.iter().zip([Decision::Refuse("No.".into()), Decision::Release]) {
            share::decide(room.clone(), counsel.clone(), EACH, *id, 1, decision).await.expect("decided");
        }
        for published in [true, false, true] {
            let input = PostureInput { posture: "watching".into(), published, ..PostureInput::default() };
            posture::state(room.clone(), asker(&room, "liaison@google.example"), EACH, number.clone(), input).await.expect("stated");
        }
        let mut known = vec![];
        assert_eq!(new(&room, &mut known).await, []);
        let placed = async |table: &str, what: &str| base.number(&format!("select seq from {table} where {what}")).await;
        let answered = placed("share", "answer is not null").await;
        let (refused, released) = (placed("hold", "state = 'refused'").await, placed("share", "reviewed_by is not null").await);
        let stated = base.number("select max(seq) from journal where noun = 'posture'").await;
        for (sql, seq, field) in [
            ("update share set answer = 'Gladly.' where answer is not null", answered, "answer"),
            ("update share_count set count = 9 where count = 1 and share_id in (select id from share where answer is not null)", answered, "counts"),
            ("update share set from_person = reviewed_by where reviewed_by is not null", released, "from"),
            ("update hold set state = 'released' where state = 'refused'", refused, "state"),
            ("update hold set body = 'Thank you.' where body = 'Please remove it.'", refused, "text"),
            ("update posture set posture = 'acted'", stated, "posture"),
        ] {
            tamper(base, sql).await;
            let found = new(&room, &mut known).await;
            assert!(!found.is_empty() && kinds(&found).iter().all(|found| *found == (Kind::Edited, seq)), "{sql}: {found:?}");
            assert!(found.iter().any(|finding| finding.what.contains(field)), "{sql}: {found:?}");
        }
        tamper(base, "delete from posture").await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Missing, stated)]);
        tamper(base, "delete from hold where state = 'released'").await;
        let found = new(&room, &mut known).await;
        assert!(found.iter().all(|finding| finding.kind == Kind::Missing) && found.len() == 2, "{found:?}");
    }

    async fn damage_of_the_journal_is_named_by_number(base) {
        let (room, _) = lived_in(base).await;
        let mut known = vec![];
        let seq = seq_of(base, "noun = 'incident' or noun = 'person'").await;
        tamper(base, &format!("update journal set body = '{{}}' where seq = {seq}")).await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Chain, seq)]);

        // Two rows change places.
        let seq = seq_of(base, "noun = 'organisation' and seq > 3").await;
        let swap = format!(
            "update journal set seq = -{seq} where seq = {seq}; \
             update journal set seq = {seq} where seq = {seq} + 1; \
             update journal set seq = {seq} + 1 where seq = -{seq};"
        );
        tamper(base, &swap).await;
        let found = kinds(&new(&room, &mut known).await);
        for at in [seq, seq + 1] {
            assert!(found.contains(&(Kind::Chain, at)), "{found:?}");
        }

        let gone = seq_of(base, "noun = 'person' and seq > 30").await;
        tamper(base, &format!("delete from journal where seq = {gone}")).await;
        assert_eq!(kinds(&new(&room, &mut known).await), [(Kind::Gap, gone)]);

        // A row that nobody wrote, at the end.
        let end = base.number("select max(seq) from journal").await + 1;
        let extra = format!(
            "insert into journal select {end}, at, person_id, organisation_id, incident_id, noun, noun_id, action, \
             body, request, salt, previous, hash from journal where seq = {end} - 1"
        );
        tamper(base, &extra).await;
        let found = kinds(&new(&room, &mut known).await);
        assert!(found.iter().all(|(_, seq)| *seq == end) && found.contains(&(Kind::Chain, end)), "{found:?}");
    }

    async fn a_cut_or_rewritten_end_is_named_by_a_checkpoint(base) {
        let (room, number) = lived_in(base).await;
        let path = base.folder.path().join("checkpoints.log");
        let first = checkpoint::keep(&room, &path).await.expect("kept").expect("due");
        assert_eq!(checkpoint::keep(&room, &path).await.expect("kept"), None, "nothing new");
        attach(&room, "analyst@cisa.example", &number, "d.txt", b"more", EvidenceInput::default()).await.expect("in");
        assert_eq!(checkpoint::keep(&room, &path).await.expect("kept"), None, "too early");
        base.clock.advance(60);
        let second = checkpoint::keep(&room, &path).await.expect("kept").expect("due");
        assert!(second.seq > first.seq);
        let signed = async |path: &Path| {
            let options = VerifyOptions { checkpoint: Some(path.to_owned()) };
            verify(&room, &options).await.expect("walks")
        };
        let report = signed(&path).await;
        assert!(report.is_clean() && report.checkpoints == 2, "{:?}", report.findings);
        assert_eq!((report.seq, &report.hash), (second.seq, &second.hash));

        // The last act goes without a trace that the chain could show.
        let last = first.seq;
        for table in ["custody", "exhibit", "entry_crossed", "entry", "journal"] {
            tamper(base, &format!("delete from {table} where seq > {last}")).await;
        }
        assert!(check(&room).await.is_clean());
        let report = signed(&path).await;
        assert_eq!(kinds(&report.findings), [(Kind::CutOff, second.seq)]);

        // A checkpoint that somebody made fit is no longer ours.
        let text = std::fs::read_to_string(&path).expect("a file");
        let forged = base.folder.path().join("forged.log");
        std::fs::write(&forged, text.replace(&format!("\"seq\":{}", second.seq), "\"seq\":3")).expect("written");
        let report = signed(&forged).await;
        assert_eq!(kinds(&report.findings), [(Kind::Checkpoint, 3)]);
    }
}
