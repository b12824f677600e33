//! Every setting, documented: the doc comments are `--help`. Nothing else reads the environment.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use axum::http::Uri;
use clap::{Args, Parser, value_parser};

use crate::{live::HubLimits, service::evidence::EvidenceLimits};

/// Settings of the server; each is a flag and a variable `WATCHFLOOR_...`. Times are seconds, sizes bytes.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address and port to listen on
    #[arg(long, env = "WATCHFLOOR_LISTEN", default_value = "127.0.0.1:3000", value_parser = address)]
    pub listen: SocketAddr,
    /// Address under which browsers reach the room, as https://room.example [default: http:// + LISTEN]
    #[arg(long, env = "WATCHFLOOR_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Folder of database, evidence and keys
    #[arg(long, env = "WATCHFLOOR_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// sqlite://FILE or postgres://... [default: sqlite://DATA/watchfloor.db]
    #[arg(long, env = "WATCHFLOOR_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// file://FOLDER [default: file://DATA/evidence]
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_URL", hide_env_values = true)]
    pub evidence_url: Option<String>,
    /// File of the installation's key, best outside the data folder [default: DATA/keys/installation.key]
    #[arg(long, env = "WATCHFLOOR_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Address and port of /metrics, on a listener of its own [default: off]
    #[arg(long, env = "WATCHFLOOR_METRICS_LISTEN", value_parser = address)]
    pub metrics_listen: Option<SocketAddr>,
    /// Serves without writing: makes no folder, key or database, and refuses a database of another version
    #[arg(long, env = "WATCHFLOOR_READ_ONLY")]
    pub read_only: bool,
    /// Does not bring the database to this version at the start; one of another version is refused
    #[arg(long, env = "WATCHFLOOR_NO_MIGRATE")]
    pub no_migrate: bool,
    /// Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas
    #[arg(long, env = "WATCHFLOOR_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// What is logged, as tracing-subscriber's filter reads it
    #[arg(long, env = "WATCHFLOOR_LOG", default_value = "info,sqlx=warn,tower_sessions_core=off")]
    pub log: String,
    #[command(flatten)]
    pub database: DatabaseSettings,
    #[command(flatten)]
    pub session: SessionSettings,
    #[command(flatten)]
    pub evidence: EvidenceSettings,
    #[command(flatten)]
    pub stream: StreamSettings,
    #[command(flatten)]
    pub connection: ConnectionSettings,
    #[command(flatten)]
    pub mail: MailSettings,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "E-mail")]
pub struct MailSettings {
    /// smtps://USER:PASSWORD@HOST, or smtp://HOST:PORT?tls=required [default: off, no e-mail is sent]
    #[arg(long, env = "WATCHFLOOR_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Address that e-mails come from, as room@watchfloor.example
    #[arg(long, env = "WATCHFLOOR_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Seconds to wait for the mail server
    #[arg(long, env = "WATCHFLOOR_SMTP_TIMEOUT", default_value_t = 20, value_parser = value_parser!(u64).range(1..=120))]
    pub smtp_timeout: u64,
    /// Tries before an e-mail is given up; the waits between them grow from half a minute to an hour
    #[arg(long, env = "WATCHFLOOR_MAIL_TRIES", default_value_t = 12, value_parser = value_parser!(i64).range(1..=100))]
    pub mail_tries: i64,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseSettings {
    /// Connections that read
    #[arg(long, env = "WATCHFLOOR_DATABASE_READERS", default_value_t = 8, value_parser = value_parser!(u32).range(1..=1000))]
    pub database_readers: u32,
    /// Seconds to wait for a connection or a statement
    #[arg(long, env = "WATCHFLOOR_DATABASE_TIMEOUT", default_value_t = 2, value_parser = value_parser!(u64).range(1..=60))]
    pub database_timeout: u64,
    /// Milliseconds between two looks for what other processes wrote; PostgreSQL says it at once
    #[arg(long, env = "WATCHFLOOR_DATABASE_POLL", default_value_t = 1000, value_parser = value_parser!(u64).range(10..=3_600_000))]
    pub database_poll: u64,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Sign-in and sessions")]
pub struct SessionSettings {
    /// Seconds without activity after which a session ends; an open stream is no activity
    #[arg(long, env = "WATCHFLOOR_SESSION_IDLE", default_value_t = 1800, value_parser = value_parser!(i64).range(60..=86_400))]
    pub session_idle: i64,
    /// Seconds after which a session ends in any case
    #[arg(long, env = "WATCHFLOOR_SESSION_LENGTH", default_value_t = 43_200, value_parser = value_parser!(i64).range(300..=604_800))]
    pub session_length: i64,
    /// Seconds for which a form can be sent after its page was made
    #[arg(long, env = "WATCHFLOOR_FORM_LIFETIME", default_value_t = 86_400, value_parser = value_parser!(i64).range(300..=604_800))]
    pub form_lifetime: i64,
    /// Seconds for which a browser is known to an account after a sign-in
    #[arg(long, env = "WATCHFLOOR_DEVICE_LIFETIME", default_value_t = 7_776_000, value_parser = value_parser!(i64).range(0..=31_536_000))]
    pub device_lifetime: i64,
    /// Seconds for which break-glass opens one incident to a room admin
    #[arg(long, env = "WATCHFLOOR_BREAK_GLASS", default_value_t = 3600, value_parser = value_parser!(i64).range(60..=86_400))]
    pub break_glass: i64,
    /// Memory of one password hash in KiB (argon2id); at least 19456
    #[arg(long, env = "WATCHFLOOR_PASSWORD_MEMORY", default_value_t = 65_536)]
    pub password_memory: u32,
    /// Passes of one password hash; at least 2
    #[arg(long, env = "WATCHFLOOR_PASSWORD_PASSES", default_value_t = 3)]
    pub password_passes: u32,
    /// Sign-ins that may wait for the hashing thread
    #[arg(long, env = "WATCHFLOOR_SIGN_IN_WAITING", default_value_t = 16, value_parser = value_parser!(u32).range(1..=1000))]
    pub sign_in_waiting: u32,
    /// Sign-ins at once from one address
    #[arg(long, env = "WATCHFLOOR_SIGN_IN_BURST", default_value_t = 10, value_parser = value_parser!(u32).range(1..=10_000))]
    pub sign_in_burst: u32,
    /// Sign-ins a minute from one address, after the burst
    #[arg(long, env = "WATCHFLOOR_SIGN_IN_PER_MINUTE", default_value_t = 10, value_parser = value_parser!(u32).range(1..=10_000))]
    pub sign_in_per_minute: u32,
    /// Sign-ins at once to one account from unknown browsers
    #[arg(long, env = "WATCHFLOOR_ACCOUNT_BURST", default_value_t = 10, value_parser = value_parser!(u32).range(1..=10_000))]
    pub account_burst: u32,
    /// Seconds between sign-ins to one account from unknown browsers, after the burst
    #[arg(long, env = "WATCHFLOOR_ACCOUNT_EVERY", default_value_t = 30, value_parser = value_parser!(u32).range(1..=3600))]
    pub account_every: u32,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Connections and requests")]
pub struct ConnectionSettings {
    /// Seconds until the first byte of a connection
    #[arg(long, env = "WATCHFLOOR_FIRST_BYTE_TIMEOUT", default_value_t = 5, value_parser = value_parser!(u64).range(1..=600))]
    pub first_byte_timeout: u64,
    /// Seconds until the headers of a request are complete
    #[arg(long, env = "WATCHFLOOR_HEADER_TIMEOUT", default_value_t = 10, value_parser = value_parser!(u64).range(1..=600))]
    pub header_timeout: u64,
    /// Seconds that a connection may do nothing between two requests
    #[arg(long, env = "WATCHFLOOR_IDLE_TIMEOUT", default_value_t = 75, value_parser = value_parser!(u64).range(1..=3600))]
    pub idle_timeout: u64,
    /// Seconds until a page or an API call is answered, else 503
    #[arg(long, env = "WATCHFLOOR_ANSWER_TIMEOUT", default_value_t = 3, value_parser = value_parser!(u64).range(1..=600))]
    pub answer_timeout: u64,
    /// Seconds after which a request body has to arrive at the lowest rate
    #[arg(long, env = "WATCHFLOOR_BODY_GRACE", default_value_t = 10, value_parser = value_parser!(u64).range(1..=600))]
    pub body_grace: u64,
    /// Bytes a second below which a request body is given up
    #[arg(long, env = "WATCHFLOOR_BODY_RATE", default_value_t = 1024)]
    pub body_rate: u64,
    /// Seconds that a client may take nothing of an answer that is being sent
    #[arg(long, env = "WATCHFLOOR_WRITE_TIMEOUT", default_value_t = 30, value_parser = value_parser!(u64).range(1..=3600))]
    pub write_timeout: u64,
    /// Connections at once
    #[arg(long, env = "WATCHFLOOR_CONNECTIONS", default_value_t = 4096, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub connections: u32,
    /// Connections at once from one address
    #[arg(long, env = "WATCHFLOOR_CONNECTIONS_PER_SOURCE", default_value_t = 1024, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub connections_per_source: u32,
    /// Bytes of a form or of a JSON body; evidence has limits of its own
    #[arg(long, env = "WATCHFLOOR_FORM_BYTES", default_value_t = 1_048_576, value_parser = value_parser!(u64).range(1024..=67_108_864))]
    pub form_bytes: u64,
    /// Seconds for requests in hand to finish after SIGTERM
    #[arg(long, env = "WATCHFLOOR_STOP_TIMEOUT", default_value_t = 8, value_parser = value_parser!(u64).range(1..=600))]
    pub stop_timeout: u64,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Evidence")]
pub struct EvidenceSettings {
    /// Bytes of one file
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_FILE", default_value_t = 2 << 30)]
    pub evidence_file: u64,
    /// Bytes that one organisation may add to one incident
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_INCIDENT", default_value_t = 50 << 30)]
    pub evidence_incident: u64,
    /// Bytes that one person may add within 24 hours
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_PERSON_DAY", default_value_t = 20 << 30)]
    pub evidence_person_day: u64,
    /// Bytes of one organisation
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_ORGANISATION", default_value_t = 500 << 30)]
    pub evidence_organisation: u64,
    /// Bytes of free space below which nothing is taken in
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_FREE", default_value_t = 2 << 30)]
    pub evidence_free: u64,
    /// Percent of free space below which nothing is taken in
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_FREE_PERCENT", default_value_t = 5, value_parser = value_parser!(u64).range(0..=99))]
    pub evidence_free_percent: u64,
    /// Seconds between two pieces of an upload
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_IDLE", default_value_t = 30, value_parser = value_parser!(u64).range(1..=3600))]
    pub evidence_idle: u64,
    /// Bytes a second below which an upload is given up, once it has run for a minute
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_RATE", default_value_t = 1024)]
    pub evidence_rate: u64,
    /// Seconds that the still of one picture may take, else it has none
    #[arg(long, env = "WATCHFLOOR_EVIDENCE_STILL", default_value_t = 5, value_parser = value_parser!(u64).range(1..=60))]
    pub evidence_still: u64,
}

impl EvidenceSettings {
    pub fn limits(&self) -> EvidenceLimits {
        EvidenceLimits {
            file: self.evidence_file,
            incident: self.evidence_incident,
            person_day: self.evidence_person_day,
            organisation: self.evidence_organisation,
            free_bytes: self.evidence_free,
            free_percent: self.evidence_free_percent,
            idle: Duration::from_secs(self.evidence_idle),
            rate: self.evidence_rate,
            still: Duration::from_secs(self.evidence_still),
        }
    }
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Live streams")]
pub struct StreamSettings {
    /// Open streams of one person
    #[arg(long, env = "WATCHFLOOR_STREAMS_PER_PERSON", default_value_t = 20, value_parser = value_parser!(u32).range(1..=10_000))]
    pub streams_per_person: u32,
    /// Open streams in all
    #[arg(long, env = "WATCHFLOOR_STREAMS", default_value_t = 4000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub streams: u32,
    /// Bytes that may wait for one stream before it is cut
    #[arg(long, env = "WATCHFLOOR_STREAM_BYTES", default_value_t = 262_144, value_parser = value_parser!(u64).range(4096..=67_108_864))]
    pub stream_bytes: u64,
}

impl StreamSettings {
    pub fn limits(&self) -> HubLimits {
        HubLimits {
            per_person: self.streams_per_person as usize,
            total: self.streams as usize,
            waiting_bytes: usize::try_from(self.stream_bytes).unwrap_or(usize::MAX),
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "allowed is ADDRESS:PORT, as 127.0.0.1:3000 or [::1]:3000".to_owned())
}

fn public_url(text: &str) -> Result<String, String> {
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| ALLOWED_URL.to_owned())?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare = uri.path() == "/" && uri.query().is_none();
    match uri.authority() {
        Some(authority) if known && bare && !authority.as_str().contains('@') => {
            Ok(format!("{}://{}", uri.scheme_str().unwrap_or("http"), authority.as_str().to_lowercase()))
        }
        _ => Err(ALLOWED_URL.to_owned()),
    }
}
const ALLOWED_URL: &str = "allowed is http://HOST[:PORT] or https://HOST[:PORT], without a path";

impl Config {
    /// From words of a command line, without the checks of [`Config::check`]: tests.
    pub fn from_words<I, T>(words: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<std::ffi::OsString> + Clone,
    {
        #[derive(Parser)]
        #[command(no_binary_name = true)]
        struct Only {
            #[command(flatten)]
            config: Config,
        }
        Only::try_parse_from(words).map(|only| only.config)
    }

    /// What one setting's parser cannot see; the error is one line for the operator.
    pub fn check(&self) -> Result<(), String> {
        let session = &self.session;
        if !(19_456..=4_194_304).contains(&session.password_memory) {
            return Err(refused("PASSWORD_MEMORY", session.password_memory, "19456 to 4194304 (KiB)"));
        }
        if !(2..=100).contains(&session.password_passes) {
            return Err(refused("PASSWORD_PASSES", session.password_passes, "2 to 100"));
        }
        if session.session_idle > session.session_length {
            return Err(refused("SESSION_IDLE", session.session_idle, "at most SESSION_LENGTH"));
        }
        crate::post::Post::of(&self.mail, &self.origin())?;
        let database = self.database_url();
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| database.starts_with(scheme)) {
            // Without the value: it may hold a password.
            return Err("DATABASE_URL is not understood; allowed is sqlite://FILE or postgres://...".into());
        }
        self.evidence_folder().map(drop)
    }

    pub fn database_url(&self) -> String {
        let default = || format!("sqlite://{}", self.data.join("watchfloor.db").display());
        self.database_url.clone().unwrap_or_else(default)
    }

    /// Where the signed checkpoints of the journal are kept.
    pub fn checkpoints(&self) -> PathBuf {
        self.data.join("checkpoints.log")
    }

    /// The folder of the evidence files.
    pub fn evidence_folder(&self) -> Result<PathBuf, String> {
        match &self.evidence_url {
            None => Ok(self.data.join("evidence")),
            Some(url) => url
                .strip_prefix("file://")
                .map(PathBuf::from)
                .ok_or_else(|| "EVIDENCE_URL is not understood; allowed is file://FOLDER".to_owned()),
        }
    }

    pub fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("keys/installation.key"))
    }

    /// Scheme, host and port as a browser names them in `Origin`.
    pub fn origin(&self) -> String {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        let default_port = if url.starts_with("https:") { ":443" } else { ":80" };
        url.strip_suffix(default_port).map_or_else(|| url.clone(), str::to_owned)
    }

    pub fn is_https(&self) -> bool {
        self.origin().starts_with("https:")
    }

    /// A cookie's name: bound to this host under https, where browsers take the prefix.
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }
}

fn refused(setting: &str, value: impl std::fmt::Display, allowed: &str) -> String {
    format!("{setting} is {value}; allowed is {allowed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_setting_is_refused_with_its_name_its_value_and_what_is_allowed() {
        let config = |words: &[&str]| Config::from_words(words.iter().copied());
        let cheap = config(&["--password-memory", "1024"]).expect("parses").check().expect_err("too cheap");
        assert_eq!(cheap, "PASSWORD_MEMORY is 1024; allowed is 19456 to 4194304 (KiB)");
        let url = config(&["--public-url", "room.example"]).expect_err("no scheme").to_string();
        assert!(url.contains("--public-url") && url.contains("room.example") && url.contains("allowed is"));
        assert!(config(&[]).expect("defaults parse").check().is_ok());
    }

    #[test]
    fn the_origin_is_spelled_as_a_browser_spells_it() {
        let origin = |url: &str| Config::from_words(["--public-url", url]).map(|config| config.origin());
        assert_eq!(origin("https://Room.example:443/").as_deref().ok(), Some("https://room.example"));
        assert_eq!(origin("http://127.0.0.1:3000").as_deref().ok(), Some("http://127.0.0.1:3000"));
    }
}
