//! A file that is made durable while it is written: another thread writes what is handed to it and
//! lets the disk begin, so that neither waits for the other. What is in memory is bounded.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Pieces that wait for the writer, at most: with pieces of a quarter of a mebibyte 16 MiB, more
/// than is made while the disk takes the bytes of one flush.
const PIECES_WAITING: usize = 64;

/// After so many bytes the disk is told to begin: seldom enough that it writes in long runs, often
/// enough that little is left for the end.
const BYTES_OF_A_FLUSH: u64 = 32 << 20;

/// A file that is being written.
#[derive(Debug)]
pub struct DurableFile {
    /// Nothing once the file is finished.
    pieces: Option<SyncSender<Vec<u8>>>,
    /// Buffers that have been written and can be filled again.
    empty: Receiver<Vec<u8>>,
    writer: Option<JoinHandle<io::Result<File>>>,
}

impl DurableFile {
    /// Writes to `file` from here on.
    #[must_use]
    pub fn new(mut file: File) -> Self {
        let (pieces, waiting) = sync_channel::<Vec<u8>>(PIECES_WAITING);
        let (used, empty) = sync_channel(PIECES_WAITING);
        let writer = std::thread::spawn(move || {
            let mut unflushed = 0;
            for mut piece in waiting {
                file.write_all(&piece)?;
                unflushed += piece.len() as u64;
                piece.clear();
                // Whether it is wanted again is not this thread's affair.
                let _ = used.try_send(piece);
                if unflushed >= BYTES_OF_A_FLUSH {
                    file.sync_data()?;
                    unflushed = 0;
                }
            }
            file.sync_all()?;
            Ok(file)
        });
        Self { pieces: Some(pieces), empty, writer: Some(writer) }
    }

    /// Waits until every byte is durable, and gives the file back.
    ///
    /// # Errors
    /// That of the first write or flush that failed.
    pub fn finish(mut self) -> io::Result<File> {
        self.end()
    }

    fn end(&mut self) -> io::Result<File> {
        self.pieces = None;
        let gone = || Err(io::Error::other("the writer of the file has stopped"));
        self.writer.take().map_or_else(gone, |writer| writer.join().unwrap_or_else(|_| gone()))
    }
}

impl Write for DurableFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut piece = self.empty.try_recv().unwrap_or_default();
        piece.extend_from_slice(bytes);
        let sent = self.pieces.as_ref().is_some_and(|pieces| pieces.send(piece).is_ok());
        if sent {
            return Ok(bytes.len());
        }
        // The writer has stopped: its error says why.
        self.end().and(Err(io::Error::other("the file is finished")))
    }

    /// Bytes are on their way already; only [`DurableFile::finish`] waits for them.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_there_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = DurableFile::new(File::create(&path).unwrap());
        let piece: Vec<u8> = (0..=255).cycle().take(3 << 18).collect();
        for number in 0..200_u32 {
            file.write_all(&number.to_le_bytes()).unwrap();
            file.write_all(&piece).unwrap();
        }
        file.finish().unwrap();
        let written = std::fs::read(&path).unwrap();
        let pieces = written.chunks(piece.len() + 4).zip(0..200_u32);
        let whole = |(chunk, number): (&[u8], u32)| {
            chunk[..4] == number.to_le_bytes() && chunk[4..] == piece
        };
        assert_eq!(written.len(), 200 * (piece.len() + 4));
        assert!(pieces.into_iter().all(whole));
    }

    #[test]
    fn an_error_of_the_disk_reaches_whoever_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "").unwrap();
        let mut file = DurableFile::new(File::open(&path).unwrap());
        let told = (0..1_000).find_map(|_| file.write_all(b"not for this file").err());
        let told = told.or_else(|| file.finish().err()).unwrap();
        assert_ne!(told.kind(), io::ErrorKind::WriteZero, "{told}");
        assert!(std::fs::read(&path).unwrap().is_empty());
    }
}
