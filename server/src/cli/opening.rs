//! What every command that opens the room needs: folders, the key, the log.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use crate::{
    clock::Ids,
    config::Config,
    log,
    seal::Seal,
    service::{Error, Room, RoomParts},
};

/// Folders, key and log; what every command that opens the room needs first. Under `--read-only` it only looks.
pub(super) fn prepare(config: &Config) -> Result<RoomParts, String> {
    if config.read_only {
        return look(config);
    }
    config.check()?;
    for folder in [&config.data, &config.evidence_folder()?] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    parts(config, true)
}

/// The same for a command that only looks: what is missing stays missing.
pub(super) fn look(config: &Config) -> Result<RoomParts, String> {
    config.check()?;
    parts(config, false)
}

fn parts(config: &Config, make_key: bool) -> Result<RoomParts, String> {
    log::start(&config.log)?;
    Ok(RoomParts {
        database_url: config.database_url(),
        evidence: config.evidence_folder()?,
        evidence_limits: config.evidence.limits(),
        clock: None,
        ids: Ids::Random,
        seal: Seal::new(key(&config.key_file(), make_key)?),
        read_only: config.read_only,
        migrate: !config.no_migrate,
        readers: config.database.database_readers,
        database_timeout_s: config.database.database_timeout,
    })
}

pub(super) async fn open(config: &Config) -> Result<Room, String> {
    Room::open(prepare(config)?).await.map_err(words)
}

pub(super) fn words(error: Error) -> String {
    format!("the room could not be opened: {error}")
}

/// The installation's key: 64 hexadecimal digits, made at the first start, readable by its owner alone.
fn key(file: &Path, make: bool) -> Result<[u8; 32], String> {
    let at = |error: &dyn std::fmt::Display| format!("KEY_FILE {}: {error}", file.display());
    match fs::read_to_string(file) {
        Ok(text) => {
            let text = text.trim();
            let byte =
                |i: usize| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
            let bytes = bytes.filter(|_| text.len() == 64).and_then(|bytes| bytes.try_into().ok());
            bytes.ok_or_else(|| at(&"allowed are 64 hexadecimal digits"))
        }
        Err(error) if make && error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder).map_err(|error| at(&error))?;
            }
            let key: [u8; 32] = Ids::Random.bytes();
            let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            write_private(file, &text).map_err(|error| at(&error))?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(at(&"the key is not there, and only a start that may write makes one"))
        }
        Err(error) => Err(at(&error)),
    }
}

fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
