//! `--read-only`: a start that writes nothing.

use std::process::{Command, Stdio};

use crate::{base::Base, process::Process, test_app::founded};

#[test]
fn a_start_that_only_reads_makes_no_folder_no_key_and_no_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut program = Command::new(env!("CARGO_BIN_EXE_watchfloor"));
    program.args(["serve", "--read-only", "--log=error", "--listen=127.0.0.1:0"]);
    program
        .arg(format!("--data={}", data.display()))
        .env_remove("WATCHFLOOR_DATABASE_URL")
        .stdin(Stdio::null());
    let done = program.output().expect("it runs");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        !done.status.success() && said.contains("KEY_FILE") && said.contains("the key is not there"),
        "{said}"
    );
    assert!(!data.exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_that_only_reads_is_served_and_its_files_stay_as_they_are() {
    let base = Base::sqlite();
    founded(&base).await.close().await;
    let content = || std::fs::read(base.folder.path().join("watchfloor.db")).expect("the database");
    let before = content();
    let process = Process::start(&base, &["--read-only"]).await;
    let cookies = process.sign_in("analyst@cisa.example").await;
    let board = process.send(&crate::process::Ask::new("GET", "/board").with("cookie", &cookies)).await;
    let board = board.expect("a page");
    assert!(board.status == 200 && board.body.contains("Reading only."), "{}", board.body);
    assert!(content() == before, "not one byte");
    drop(process);
    assert!(content() == before, "not one byte");
}
