//! A disk in memory that fails when told to and loses power, for tests.
//!
//! It keeps apart what was written and what is durable. Its model is the worst that POSIX allows:
//! bytes are durable after `sync`, names after `sync_folder`, and **after a failed `sync` the
//! bytes that were waiting are gone for good**, though they can still be read until the power
//! fails and a later `sync` succeeds (as on Linux, where a page that could not be written is
//! marked clean).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Append, Disk, Listed};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails once and has no effect.
    Error,
    /// Half of the bytes are written, then it fails; other operations fail as with `Error`.
    ShortWrite,
    /// It and all later writes and creations fail, until [`SimulatedDisk::power_cut`].
    Full,
    /// It is half done, and nothing works until [`SimulatedDisk::power_cut`].
    Death,
}

/// How much of what was not yet durable is there after the power came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survives {
    /// Nothing.
    Nothing,
    /// The first half of the bytes of each file; no names.
    Half,
    /// All bytes and names.
    Everything,
}

#[derive(Debug, Default)]
struct Contents {
    bytes: Vec<u8>,
    /// How many of the bytes are durable (or believed to be: see `lost`).
    durable: usize,
    /// What a failed `sync` has lost: read until the power fails, zeros after.
    lost: Vec<Range<usize>>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Contents>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
    locks: BTreeSet<PathBuf>,
    operations: u64,
    kinds: BTreeSet<&'static str>,
    fault: Option<(u64, Fault)>,
    broken: Option<Fault>,
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct SimulatedDisk(Arc<Mutex<State>>);

impl SimulatedDisk {
    /// An empty disk that does not fail.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the operation fail before which `number` others (that change something) were done.
    pub fn fail_at(&self, number: u64, fault: Fault) {
        self.state().fault = Some((number, fault));
    }

    /// How many operations that change something were attempted.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// The kinds of operations that change something and were attempted.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<&'static str> {
        self.state().kinds.clone()
    }

    /// Stops all faults, as when a process is started again on a machine that kept running.
    pub fn mend(&self) {
        let mut state = self.state();
        (state.fault, state.broken) = (None, None);
    }

    /// The power fails and comes back: what was not durable is lost, except what `survives`.
    pub fn power_cut(&self, survives: Survives) {
        self.mend();
        let mut state = self.state();
        for file in &mut state.files {
            let waiting = file.bytes.len() - file.durable;
            file.durable += match survives {
                Survives::Nothing => 0,
                Survives::Half => waiting / 2,
                Survives::Everything => waiting,
            };
            file.bytes.truncate(file.durable);
            for lost in std::mem::take(&mut file.lost) {
                let end = lost.end.min(file.bytes.len());
                file.bytes[lost.start.min(end)..end].fill(0);
            }
        }
        if survives == Survives::Everything {
            state.durable_names = state.names.clone();
        } else {
            state.names = state.durable_names.clone();
        }
    }

    /// The bytes of a file as they would be read now.
    #[must_use]
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        state.names.get(path).map(|&file| state.files[file].bytes.clone())
    }

    /// Puts bytes where a file is or should be, durably: for tests that damage it.
    pub fn set_bytes(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = self.state();
        let durable = bytes.len();
        state.files.push(Contents { bytes, durable, lost: Vec::new() });
        let file = state.files.len() - 1;
        state.names.insert(path.to_path_buf(), file);
        state.durable_names.insert(path.to_path_buf(), file);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(fault: Fault) -> io::Error {
    match fault {
        Fault::Full => io::Error::new(io::ErrorKind::StorageFull, "simulated full disk"),
        _ => io::Error::other("simulated fault"),
    }
}

impl State {
    /// Counts an operation; says how it fails, if it does.
    fn operation(&mut self, kind: &'static str, grows: bool) -> Option<Fault> {
        let number = self.operations;
        self.operations += 1;
        self.kinds.insert(kind);
        match self.broken {
            Some(Fault::Full) if !grows => return None,
            Some(fault) => return Some(fault),
            None => {}
        }
        let (_, fault) = self.fault.take_if(|(at, _)| *at == number)?;
        if matches!(fault, Fault::Full | Fault::Death) {
            self.broken = Some(fault);
        }
        // Only what needs space fails for want of it.
        (fault != Fault::Full || grows).then_some(fault)
    }

    fn change(&mut self, kind: &'static str, grows: bool) -> io::Result<()> {
        self.operation(kind, grows).map_or(Ok(()), |fault| Err(failed(fault)))
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

struct Handle {
    disk: SimulatedDisk,
    file: usize,
}

impl Append for Handle {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let died_before = state.broken == Some(Fault::Death);
        let fault = state.operation("append", true);
        let taken = match fault {
            None => bytes.len(),
            Some(Fault::ShortWrite | Fault::Death) if !died_before => bytes.len() / 2,
            Some(_) => 0,
        };
        state.files[self.file].bytes.extend_from_slice(&bytes[..taken]);
        fault.map_or(Ok(()), |fault| Err(failed(fault)))
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        let fault = state.operation("sync", false);
        let file = &mut state.files[self.file];
        if fault.is_some_and(|fault| fault != Fault::Death) {
            file.lost.push(file.durable..file.bytes.len());
        }
        if fault != Some(Fault::Death) {
            file.durable = file.bytes.len();
        }
        fault.map_or(Ok(()), |fault| Err(failed(fault)))
    }
}

struct Lock {
    disk: SimulatedDisk,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.disk.state().locks.remove(&self.path);
    }
}

impl Disk for SimulatedDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let mut state = self.state();
        state.change("create", true)?;
        state.files.push(Contents::default());
        let file = state.files.len() - 1;
        state.names.insert(path.to_path_buf(), file);
        Ok(Box::new(Handle { disk: self.clone(), file }))
    }

    fn append_to(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let file = self.state().file(path)?;
        Ok(Box::new(Handle { disk: self.clone(), file }))
    }

    fn read(&self, path: &Path, from: u64) -> io::Result<Box<dyn Read + Send>> {
        let state = self.state();
        let mut cursor = Cursor::new(state.files[state.file(path)?].bytes.clone());
        cursor.set_position(from);
        Ok(Box::new(cursor))
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        Ok(self.bytes(path).map(|bytes| bytes.len() as u64))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.change("rename", false)?;
        let file = state.file(from)?;
        state.names.remove(from);
        state.names.insert(to.to_path_buf(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.change("remove", false)?;
        state.names.remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        let state = self.state();
        if !state.folders.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let inside = |path: &&PathBuf| path.parent() == Some(folder);
        let listed = |path: &PathBuf, is_folder| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Listed { name, is_folder }
        };
        let files = state.names.keys().filter(inside).map(|path| listed(path, false));
        let folders = state.folders.iter().filter(inside).map(|path| listed(path, true));
        let mut all: Vec<Listed> = files.chain(folders).collect();
        all.sort();
        Ok(all)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        if state.folders.contains(folder) {
            return Ok(());
        }
        state.change("create folder", true)?;
        for folder in folder.ancestors() {
            state.folders.insert(folder.to_path_buf());
        }
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.change("sync folder", false)?;
        let state = &mut *state;
        state.durable_names.retain(|path, _| path.parent() != Some(folder));
        let inside = state.names.iter().filter(|(path, _)| path.parent() == Some(folder));
        state.durable_names.extend(inside.map(|(path, file)| (path.clone(), *file)));
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Send>>> {
        let taken = !self.state().locks.insert(path.to_path_buf());
        let lock = || Lock { disk: self.clone(), path: path.to_path_buf() };
        Ok((!taken).then(|| Box::new(lock()) as Box<dyn Send>))
    }

    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        Ok(self.state().locks.contains(path))
    }
}
