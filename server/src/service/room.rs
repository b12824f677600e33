//! One open room: database, evidence, clock, caches, and whether it may write.

use std::{
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use app::{
    model::{Moment, Zone, clock::SeverityTarget, period::Closing},
    policy::Cleared,
};
use tokio::sync::watch;

use super::{
    Directory, Error, Result,
    evidence::EvidenceLimits,
    store::{
        self, Db,
        db::{Access, Age, Limits},
    },
};
use crate::{
    clock::{Clock, Ids},
    seal::Seal,
};

/// Everything that opening a room needs.
#[derive(Clone, Debug)]
pub struct RoomParts {
    pub database_url: String,
    /// Folder of the evidence files.
    pub evidence: PathBuf,
    pub evidence_limits: EvidenceLimits,
    pub clock: Option<Clock>,
    pub ids: Ids,
    pub seal: Seal,
    /// Not one byte of the database changes, whatever `migrate` says.
    pub read_only: bool,
    /// Brings the database to this version; else one of another version, or none, is refused.
    pub migrate: bool,
    pub readers: u32,
    /// Seconds to wait for a connection and for a statement.
    pub database_timeout_s: u64,
}

/// Cheap to clone: a handle.
#[derive(Clone, Debug)]
pub struct Room(Arc<Inner>);

#[derive(Debug)]
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) seal: Seal,
    pub(crate) evidence: PathBuf,
    pub(crate) evidence_limits: EvidenceLimits,
    read_only: bool,
    /// Whether this process sends e-mail.
    mails: AtomicBool,
    /// Since when writes fail, in microseconds; 0 while they work.
    failing_since: AtomicI64,
    reference: RwLock<Arc<Reference>>,
    directory: RwLock<Arc<Directory>>,
    /// One reads the caches at a time: an older reading must never replace a newer one.
    refreshing: tokio::sync::Mutex<()>,
    /// How far the journal's chain was walked.
    chain: RwLock<super::audit::Chain>,
    walking: tokio::sync::Mutex<()>,
    growth: watch::Sender<i64>,
    pub(crate) exports: super::export::Exports,
    /// Pictures up to this row of the journal have been looked at: their stills are made or refused.
    pub(crate) stills: AtomicI64,
}

/// Data that a room changes while it runs, as of the last read.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    pub(crate) targets: Vec<SeverityTarget>,
    pub(crate) settings: super::setting::Settings,
    pub(crate) explained: super::setting::Explained,
    set_up: app::model::set_up::SetUp,
    pub(crate) periods: Vec<app::model::period::Period>,
    pub(crate) closings: Vec<Closing>,
}

impl std::ops::Deref for Room {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Room {
    /// Opens the database, brings it to this version and reads the caches.
    pub async fn open(parts: RoomParts) -> Result<Self> {
        let timeout = std::time::Duration::from_secs(parts.database_timeout_s);
        let limits = Limits { readers: parts.readers, acquire: timeout, statement: timeout };
        let access = match (parts.read_only, parts.migrate) {
            (true, _) => Access::Look,
            (false, true) => Access::Create,
            (false, false) => Access::Write,
        };
        let db = Db::open(&parts.database_url, limits, access).await?;
        match access {
            Access::Create => {
                db.migrate().await.map_err(Error::internal)?;
                lower_titles(&db).await?;
            }
            Access::Write | Access::Look => is_current(&db).await?,
        }
        let (seq, newest) = store::journal::head(&db).await?;
        let room = Self(Arc::new(Inner {
            db,
            clock: parts.clock.unwrap_or_else(|| Clock::system(newest)),
            ids: parts.ids,
            seal: parts.seal,
            evidence: parts.evidence,
            evidence_limits: parts.evidence_limits,
            read_only: parts.read_only,
            mails: AtomicBool::new(false),
            failing_since: AtomicI64::new(0),
            reference: RwLock::default(),
            directory: RwLock::default(),
            refreshing: tokio::sync::Mutex::default(),
            chain: RwLock::default(),
            walking: tokio::sync::Mutex::default(),
            growth: watch::Sender::new(seq),
            exports: super::export::Exports::default(),
            stills: AtomicI64::new(0),
        }));
        room.refresh().await?;
        if !room.read_only {
            room.sweep_uploads().await;
        }
        Ok(room)
    }

    /// Removes what uploads left behind that a crash cut short. A folder that cannot be read is no reason not
    /// to start: the first upload says what is wrong with it.
    async fn sweep_uploads(&self) {
        let root = self.evidence.clone();
        match tokio::task::spawn_blocking(move || super::evidence::sweep(&root)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(removed)) => tracing::info!(removed, "removed uploads that were cut short"),
            Ok(Err(error)) => tracing::warn!(%error, "uploads that were cut short stay"),
            Err(error) => tracing::warn!(%error, "uploads that were cut short stay"),
        }
    }

    /// Reads organisations, people and reference data again, after they changed.
    pub async fn refresh(&self) -> Result<()> {
        let _turn = self.refreshing.lock().await;
        let directory = Directory::read(&self.db).await?;
        let reference = Reference::read(&self.db).await?;
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
        *self.reference.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(reference);
        // Streams of people who are no longer who they were are cut, though nothing else happens.
        self.growth.send_modify(|_| {});
        Ok(())
    }

    /// Organisations and people, as of the last change.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.reference.read().unwrap_or_else(PoisonError::into_inner))
    }
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
    pub fn seal(&self) -> &Seal {
        &self.seal
    }
    pub fn ids(&self) -> &Ids {
        &self.ids
    }
    /// The zone in which the room lives.
    pub fn zone(&self) -> Zone {
        crate::reference::eastern()
    }

    /// Whether what people are told goes out by e-mail, too.
    pub fn sends_mail(&self) -> bool {
        self.mails.load(Ordering::Relaxed)
    }
    pub fn set_sends_mail(&self) {
        self.mails.store(true, Ordering::Relaxed);
    }

    /// By setting, or because writes fail at the moment.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }
    /// Writes fail since this moment.
    pub fn failing_since(&self) -> Option<Moment> {
        Some(self.failing_since.load(Ordering::Relaxed)).filter(|at| *at != 0).map(Moment)
    }
    pub(crate) fn note_write_failure(&self, error: &sqlx::Error) {
        tracing::error!(%error, "a write could not be made durable");
        self.note_failing();
    }

    /// Writes fail since now, until one works: a full disk is noticed inside a transaction.
    pub fn note_failing(&self) {
        let now = self.clock.now().0;
        let _ = self.failing_since.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }
    pub(crate) fn note_recovery(&self) {
        self.failing_since.store(0, Ordering::Relaxed);
    }

    /// The number of the newest row of the journal, as far as this process knows; changes wake the hub.
    pub fn growth(&self) -> watch::Receiver<i64> {
        self.growth.subscribe()
    }
    pub(crate) fn note_growth(&self, seq: i64) {
        self.growth.send_if_modified(|head| {
            let grown = seq > *head;
            *head = seq.max(*head);
            grown
        });
    }

    /// What the last walk along the journal's chain found.
    pub fn chain(&self) -> super::audit::Chain {
        self.chain.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The turn of the one who walks along the chain.
    pub(crate) async fn walking(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.walking.lock().await
    }
    pub(crate) fn set_chain(&self, chain: super::audit::Chain) {
        *self.chain.write().unwrap_or_else(PoisonError::into_inner) = chain;
    }

    /// Database and evidence store answer; else the name of the one that does not.
    pub async fn ready(&self) -> Result<(), &'static str> {
        self.db.ping().await.map_err(|_| "database")?;
        tokio::fs::metadata(&self.evidence).await.map_err(|_| "evidence store").map(drop)
    }

    /// Connections of the database: pool, open, idle.
    pub fn pools(&self) -> Vec<(&'static str, u32, usize)> {
        self.db.pools()
    }

    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// Refuses, with what helps, a database that would have to change first.
async fn is_current(db: &Db) -> Result<()> {
    let words = match db.age().await? {
        Age::Current => return Ok(()),
        Age::Empty => "there is no room in the database, and this start makes none",
        Age::Older => {
            "the database is older than this program, and this start does not change it: run `watchfloor migrate`"
        }
        Age::Newer => "the database is of a newer version of this program",
    };
    Err(Error::internal(words))
}

/// Lowers the titles of a database that comes from before the column, a part at a time.
async fn lower_titles(db: &Db) -> Result<()> {
    const PART: usize = 500;
    loop {
        let mut tx = db.begin().await?;
        let lowered = store::incident::lower_titles(&mut tx, PART as i64).await?;
        tx.commit().await?;
        if lowered < PART {
            return Ok(());
        }
    }
}

impl Reference {
    async fn read(db: &Db) -> Result<Self> {
        let targets: Vec<SeverityTarget> =
            store::period::list_targets(db).await?.into_iter().map(Into::into).collect();
        let categories = store::period::list_categories(db).await?;
        let periods: Vec<_> = store::period::list(db).await?.into_iter().map(Into::into).collect();
        let settings = super::setting::Settings::read(db, &targets, categories, &periods).await?;
        let explained = super::setting::Explained::read(db).await?;
        let set_up = super::set_up::read(db, &settings).await?;
        let closings = crate::reference::poll_closings();
        Ok(Self { targets, settings, explained, set_up, periods, closings })
    }

    /// The period that runs at `now`; the narrowest when several do.
    pub fn period(&self, now: Moment) -> Option<&app::model::period::Period> {
        let running = self.periods.iter().filter(|period| period.from <= now && now < period.to);
        running.min_by_key(|period| period.to.0 - period.from.0)
    }
    /// The profile of that period, in percent of the plain targets.
    pub fn percent(&self, now: Moment) -> i64 {
        self.period(now).map_or(100, |period| period.target_percent)
    }
    /// Where the room stands in its first set-up.
    pub fn set_up(&self) -> &app::model::set_up::SetUp {
        &self.set_up
    }
    /// All periods, by when they begin.
    pub fn periods(&self) -> &[app::model::period::Period] {
        &self.periods
    }
    pub fn targets(&self) -> &[SeverityTarget] {
        &self.targets
    }
    pub fn target(&self, severity: app::model::Severity) -> Option<&SeverityTarget> {
        self.targets.iter().find(|target| target.severity == severity)
    }
    pub fn closings(&self) -> &[Closing] {
        &self.closings
    }
    /// The leaf of the catalogue with this code, under the name that it had at a moment.
    pub fn category(&self, code: &str, at: Moment) -> app::model::incident::Category {
        let leaf = self.settings.leaves().iter().find(|leaf| leaf.code == code);
        app::model::incident::Category {
            code: code.to_owned(),
            top: leaf.map_or_else(String::new, |leaf| leaf.top_name.clone()),
            leaf: leaf.map_or(code, |leaf| leaf.name_at(at)).to_owned(),
        }
    }
    /// Every leaf that ever was, for narrowing lists: incidents of a retired one are still there.
    pub fn every_category(&self, now: Moment) -> Vec<app::model::incident::Category> {
        self.settings.leaves().iter().map(|leaf| self.category(&leaf.code, now)).collect()
    }
    /// The catalogue as of `now`, in its order.
    pub fn catalogue(&self, now: Moment) -> Vec<app::model::incident::Category> {
        let current = self.settings.leaves().iter().filter(|leaf| leaf.is_in_effect(now));
        current.map(|leaf| self.category(&leaf.code, now)).collect()
    }
}

/// Nothing in it is content of an organisation.
pub fn public<T>(value: T) -> Cleared<T> {
    app::policy::clear_public(value)
}
