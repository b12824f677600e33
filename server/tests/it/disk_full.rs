//! A disk that is really full, and room on it again.
//!
//! A small file system is mounted for it, which takes root: `./dev test` runs these where it may, anybody
//! else with `cargo test -p server --test it -- --ignored a_full_disk`.
#![expect(clippy::disallowed_methods, reason = "mounts, and waits")]

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use futures::FutureExt;
use serde_json::json;
use sqlx::{Connection, Executor};

use crate::{
    api::CISA,
    base::Base,
    process::{Answer, Ask, HANG, Process, form_token, founded_with_token, verify},
};

/// A file system of so many megabytes in memory; gone with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, megabytes: u32) -> Self {
        let size = format!("size={megabytes}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status();
        assert!(done.is_ok_and(|status| status.success()), "a file system can be mounted by root alone");
        Self(at.to_owned())
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Not one byte is left.
    fn fill(&self) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.ballast()).expect("a file");
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.ballast()).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "mounts a small file system, which takes root: ./dev test runs it where it may"]
async fn a_full_disk_stops_writes_in_plain_words_until_there_is_room_again_on_sqlite() {
    let base = Base::sqlite();
    let disk = SmallDisk::mount(base.folder.path(), 24);
    fill_and_free(&base, &disk).await;
}

/// The tables lie on the small disk, the server's log of what it does elsewhere: with no room for that one
/// PostgreSQL stops altogether, and the room says that it is not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "mounts a small file system, which takes root: ./dev test runs it where it may"]
async fn a_full_disk_stops_writes_in_plain_words_until_there_is_room_again_on_postgres() {
    let Some(base) = Base::postgres().await else { return };
    let disk = SmallDisk::mount(base.folder.path(), 48);
    let space = Space::add(&base, &disk).await;
    let told = AssertUnwindSafe(fill_and_free(&base, &disk)).catch_unwind().await;
    // Also when it failed: a database whose disk is gone stops the checkpoints of the whole server.
    let _ = fs::remove_file(disk.ballast());
    base.end().await;
    space.remove().await;
    if let Err(panic) = told {
        resume_unwind(panic);
    }
}

/// Where a database of a PostgreSQL server on this machine keeps its tables.
struct Space {
    name: String,
    server: sqlx::PgConnection,
}

impl Space {
    /// Moves the tables of the database to this disk.
    async fn add(base: &Base, disk: &SmallDisk) -> Self {
        let (root, database) = base.url.rsplit_once('/').expect("an address with a database");
        let (database, query) =
            database.split_once('?').map_or((database, ""), |(name, query)| (name, query));
        let mut server =
            sqlx::PgConnection::connect(&format!("{root}/postgres?{query}")).await.expect("answers");
        let data: String =
            sqlx::query_scalar("show data_directory").fetch_one(&mut server).await.expect("a folder");
        let folder = disk.0.join("tables");
        fs::create_dir(&folder).expect("a folder");
        let owner = fs::metadata(data).expect("on this machine");
        // The server's user has to reach it, whoever that is.
        fs::set_permissions(&disk.0, fs::Permissions::from_mode(0o755)).expect("open to others");
        chown(&folder, Some(owner.uid()), Some(owner.gid())).expect("given to the server");
        let name = format!("{database}_space");
        for sql in [
            format!("create tablespace {name} location '{}'", folder.display()),
            format!("alter database {database} set tablespace {name}"),
        ] {
            server.execute(sqlx::AssertSqlSafe(sql)).await.expect("moved");
        }
        Self { name, server }
    }

    async fn remove(mut self) {
        let sql = format!("drop tablespace {}", self.name);
        self.server.execute(sqlx::AssertSqlSafe(sql)).await.expect("the tablespace goes");
    }
}

async fn fill_and_free(base: &Base, disk: &SmallDisk) {
    let token = founded_with_token(base, CISA).await;
    let process = Process::start(base, &["--evidence-free=0", "--evidence-free-percent=0"]).await;
    let new = json!({"title": "Texts with a wrong closing time in Maricopa County", "summary": "s", "category": "PROC-1",
                     "severity": "low", "tlp": "amber"});
    let opened =
        process.send(&Ask::json(&token, "/api/v1/incidents", "first", &new)).await.expect("an answer");
    let number = opened.json()["number"].as_str().expect("a number").to_owned();
    let path = format!("/api/v1/incidents/{number}/entries");
    let post =
        |key: String, text: String| Ask::json(&token, &path, &key, &json!({"kind": "update", "text": text}));
    let cookies = process.sign_in(CISA).await;
    let page = process.send(&Ask::new("GET", "/me").with("cookie", &cookies)).await.expect("a page").body;
    let form = form_token(&page, "/me/tokens");

    for round in 0..3 {
        disk.fill();
        // What was allocated before is used up first.
        let mut kept = 0;
        let refused = loop {
            let text = format!("{round}-{kept} {}", "x".repeat(8_000));
            let answer = process.send(&post(format!("full-{round}-{kept}"), text)).await.expect("an answer");
            if answer.status != 201 {
                break answer;
            }
            kept += 1;
        };
        assert_eq!(refused.status, 507, "{}", refused.body);
        assert!(refused.body.contains("no space left") && refused.head.contains("application/problem+json"));
        let (evidence, key) = (format!("/api/v1/incidents/{number}/evidence"), format!("file-{round}"));
        let upload = Ask::upload(&token, &evidence, &key, &"x".repeat(100_000));
        let upload = process.send(&upload).await.expect("an answer");
        assert_eq!(upload.status, 507, "evidence: {}", upload.body);

        let fields = [("form_token", form.as_str()), ("name", "typed with care"), ("days", "30")];
        let page =
            process.send(&Ask::form(&process, "/me/tokens", &cookies, &fields)).await.expect("an answer");
        // With PostgreSQL what is small still finds its place in a page that was allocated before.
        let found_place = |answer: &Answer| !base.is_sqlite() && answer.status < 400;
        assert!(page.status == 507 || found_place(&page), "{}", page.body);
        assert!(
            page.body.contains("typed with care") || found_place(&page),
            "what was typed is kept: {}",
            page.body
        );
        let list = Ask::new("GET", "/api/v1/incidents").with("authorization", &format!("Bearer {token}"));
        assert_eq!(process.send(&list).await.expect("an answer").status, 200, "reads go on");
        let other = process.sign_in("liaison@google.example").await;
        let board = process.send(&Ask::new("GET", "/board").with("cookie", &other)).await.expect("a page");
        assert_eq!(board.status, 200, "sign-in goes on: {}", board.body);
        assert!(!base.is_sqlite() || board.body.contains("Reading only."), "{}", board.body);
        assert_eq!(process.get("/readyz").await.expect("an answer").status, 200, "it can be read");

        disk.free();
        let began = Instant::now();
        while process.get("/readyz").await.expect("an answer").body.contains("writes fail") {
            assert!(began.elapsed() < HANG, "writes do not work again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let answer =
            process.send(&post(format!("after-{round}"), format!("After {round}"))).await.expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.body);
        let board = process.send(&Ask::new("GET", "/board").with("cookie", &other)).await.expect("a page");
        assert_eq!(board.status, 200, "who signed in meanwhile still is");
    }
    let (clean, said) = verify(base);
    assert!(clean, "{said}");
}
