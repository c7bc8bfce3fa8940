//! Secret keys as files, one a role: a seed and a checksum, so that a changed bit is found.
//!
//! A folder with the keys of all roles is for rehearsals and for one person trying things out. In a
//! plan with separated duties each role's key lives on its own machine.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_zebra::{SigningKey, VerificationKey};
use rules::charter::{Hearing, Role};
use rules::entry::{Command, EntryError, Signed};
use rules::key::Key;
use secret::{CopyKey, LotKey};

use crate::Error;

/// Name of the folder of the keys in that of the ledger.
pub const KEYS_FOLDER: &str = "keys";

const ENDING: &str = "key";
const FIRST_LINE: &str = "huzhu secret key v1";

/// A key file is four short lines.
const FILE_BYTES_MAX: u64 = 1_024;

/// A secret key, which signs commands or checkpoints.
pub struct SecretKey {
    seed: [u8; 32],
    signing: SigningKey,
}

impl SecretKey {
    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, signing: SigningKey::from(seed) }
    }

    /// A new key from the system's random source.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, Error> {
        Ok(Self::from_seed(random_bytes()?))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> Key {
        Key(VerificationKey::from(&self.signing).into())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    /// Signs a command.
    ///
    /// # Errors
    /// When the command is too long for an entry.
    pub fn sign_command(&self, command: Command) -> Result<Signed, EntryError> {
        let signature = self.sign(&command.message());
        command.signed(signature)
    }

    /// A pseudonym of a person that only the holder of this key can compute: the first 128 bits of
    /// SHA-256 over a domain, the key and the text. Where an attestor takes part, the attestor's
    /// own function stands in its place.
    #[must_use]
    pub fn pseudonym(&self, person: &str) -> [u8; 16] {
        let mut hasher = proof::Hasher::new();
        hasher.update(b"huzhu/v1 identity\n");
        hasher.update(&self.seed);
        hasher.update(person.as_bytes());
        let mut pseudonym = [0; 16];
        pseudonym.copy_from_slice(&hasher.finish().0[..16]);
        pseudonym
    }

    /// Bytes that follow from the seed and show nothing of it: SHA-256 of a domain and the seed.
    pub(crate) fn derived(&self, domain: &[u8]) -> [u8; 32] {
        let mut hasher = proof::Hasher::new();
        hasher.update(domain);
        hasher.update(&self.seed);
        hasher.finish().0
    }

    /// The key by which the same holder answers draws.
    #[must_use]
    pub fn lots(&self) -> LotKey {
        LotKey::from_seed(&self.seed)
    }

    /// The key by which the same holder opens copies of votes.
    #[must_use]
    pub fn copies(&self) -> CopyKey {
        CopyKey::from_seed(&self.seed)
    }

    fn to_text(&self, name: &str) -> String {
        let seed = URL_SAFE_NO_PAD.encode(self.seed);
        let body = format!("{FIRST_LINE}\n{name}\n{seed}\n");
        format!("{body}{}\n", proof::sha256(body.as_bytes()))
    }

    /// Writes the key to `folder/name.key`, readable by its owner only; an existing file is left.
    ///
    /// # Errors
    /// When there is such a file or it cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), Error> {
        let path = folder.join(name).with_extension(ENDING);
        let error = |source| Error::File { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(error)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(error)?;
        file.write_all(self.to_text(name).as_bytes()).map_err(error)?;
        file.sync_all().map_err(error)
    }

    /// Reads the key `name` of a folder.
    ///
    /// # Errors
    /// When the file is missing or not intact.
    pub fn read(folder: &Path, name: &str) -> Result<Self, Error> {
        Self::read_file(&folder.join(name).with_extension(ENDING), name)
    }

    fn read_file(path: &Path, name: &str) -> Result<Self, Error> {
        let error = |source| Error::File { path: path.to_path_buf(), source };
        let bad = |why: &str| Error::KeyFile { path: path.to_path_buf(), why: why.to_owned() };
        if std::fs::metadata(path).map_err(error)?.len() > FILE_BYTES_MAX {
            return Err(bad("bytes 0 to the end: it is too long for a key"));
        }
        let bytes = std::fs::read(path).map_err(error)?;
        let text =
            String::from_utf8(bytes).map_err(|_| bad("bytes 0 to the end: it is not text"))?;
        let seed = text.lines().nth(2).and_then(|line| URL_SAFE_NO_PAD.decode(line).ok());
        let seed: Option<[u8; 32]> = seed.and_then(|seed| seed.try_into().ok());
        let key = seed.map(Self::from_seed);
        key.filter(|key| key.to_text(name) == text).ok_or_else(|| {
            bad(&format!("bytes 0 to {}: the checksum of the key differs", text.len()))
        })
    }
}

/// Reads every key of a ledger's folder of keys, with its name. A folder without keys has none.
///
/// # Errors
/// When a file there is not an intact key.
pub fn read_keys(ledger: &Path) -> Result<Vec<(String, SecretKey)>, Error> {
    let folder = ledger.join(KEYS_FOLDER);
    let error = |source| Error::File { path: folder.clone(), source };
    let listed = match std::fs::read_dir(&folder) {
        Ok(listed) => listed,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(error(other)),
    };
    let mut paths = listed
        .map(|item| item.map(|item| item.path()))
        .collect::<Result<Vec<PathBuf>, _>>()
        .map_err(error)?;
    paths.sort();
    let keys = paths.into_iter().map(|path| {
        let name = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
        let name = name.filter(|_| path.extension().is_some_and(|ending| ending == ENDING));
        let name = name.ok_or_else(|| Error::KeyFile {
            path: path.clone(),
            why: "this is not a key file".to_owned(),
        })?;
        let key = SecretKey::read_file(&path, &name)?;
        Ok((name, key))
    });
    keys.collect()
}

/// Fills in the keys of a hearing's institutions that the charter leaves open.
pub fn fill_hearing<'a>(hearing: &mut Hearing, key_of: impl Fn(Role) -> Option<&'a SecretKey>) {
    for party in hearing.parties.iter_mut().filter(|party| party.key.is_none()) {
        party.key = key_of(party.role).map(|key| Key(key.lots().public()));
    }
    for opener in hearing.openers.iter_mut().filter(|opener| opener.key.is_none()) {
        opener.key = key_of(opener.role).map(|key| Key(key.copies().public()));
    }
}

/// A new idempotency id from the system's random source.
///
/// # Errors
/// When the system gives no random bytes.
pub fn random_id() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<16>()?))
}

/// New random bytes from the system's source.
///
/// # Errors
/// When the system gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random(error.to_string()))?;
    Ok(bytes)
}
