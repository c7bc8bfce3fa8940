//! What must be kept secret until it is opened: one small file each, readable by its owner only.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// Beside the log, as keys are; it belongs to whoever holds the keys and to no log.
const FOLDER: &str = "ballots";

fn path(dir: &Path, name: &str) -> PathBuf {
    dir.join(FOLDER).join(name.replace(' ', "-")).with_extension("json")
}

/// Writes something down; what was under the name before is replaced.
pub fn write<T: Serialize>(dir: &Path, name: &str, kept: &T) -> Result<(), Problem> {
    let path = path(dir, name);
    let problem = |error| Problem::file(&path, &error);
    std::fs::create_dir_all(dir.join(FOLDER)).map_err(problem)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(problem)?;
    let text = serde_json::to_string(kept).unwrap_or_default();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(problem)
}

/// Reads it back.
pub fn read<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<T, Problem> {
    let path = path(dir, name);
    let text = std::fs::read_to_string(&path).map_err(|error| Problem::file(&path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        let what = format!("{} cannot be read.", path.display());
        let next = "Let the institutions open the vote from their copies.";
        Problem::new(Kind::Input, "E-KEPT", what, format!("{error}."), next)
    })
}
