//! A disk that is really full, and room on it again.
//!
//! A small file system is mounted for it, which takes root: `./dev test` runs these where it may, anybody
//! else with `cargo test -p server --test it -- --ignored a_full_disk`.
#![expect(clippy::disallowed_methods, reason = "mounts, and waits")]

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    api::CISA,
    base::Base,
    process::{Ask, HANG, Process, form_token, founded_with_token, verify},
};

/// A file system of 24 MB in memory; gone with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Self {
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(at).status();
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
async fn a_full_disk_stops_writes_in_plain_words_until_there_is_room_again() {
    let base = Base::sqlite();
    let disk = SmallDisk::mount(base.folder.path());
    let token = founded_with_token(&base, CISA).await;
    let process = Process::start(&base, &["--evidence-free=0", "--evidence-free-percent=0"]).await;
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
        assert_eq!(page.status, 507, "{}", page.body);
        assert!(page.body.contains("typed with care"), "what was typed is kept: {}", page.body);
        let list = Ask::new("GET", "/api/v1/incidents").with("authorization", &format!("Bearer {token}"));
        assert_eq!(process.send(&list).await.expect("an answer").status, 200, "reads go on");
        let other = process.sign_in("liaison@google.example").await;
        let board = process.send(&Ask::new("GET", "/board").with("cookie", &other)).await.expect("a page");
        assert!(
            board.status == 200 && board.body.contains("Reading only."),
            "sign-in goes on: {}",
            board.body
        );
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
    let (clean, said) = verify(&base);
    assert!(clean, "{said}");
}
