//! How a segment is laid out in bytes: a header, then records without gaps.

/// First bytes of every segment.
const MAGIC: &[u8; 8] = b"huzhujnl";

/// The only version there is.
const VERSION: u32 = 1;

/// Length of the header: magic, version, index of the first entry, CRC-32 of these.
pub(super) const HEADER_BYTES: usize = 8 + 4 + 8 + 4;

/// Length of what stands before an entry: its length and the CRC-32 of length and entry.
pub(super) const PREFIX_BYTES: usize = 4 + 4;

/// The header of the segment that begins with entry `first`.
pub(super) fn header(first: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..8].copy_from_slice(MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[12..20].copy_from_slice(&first.to_le_bytes());
    let checksum = crc32fast::hash(&header[..20]);
    header[20..].copy_from_slice(&checksum.to_le_bytes());
    header
}

/// Appends the record of an entry, whose length has been checked.
pub(crate) fn push_record(buffer: &mut Vec<u8>, entry: &[u8]) {
    let length = (entry.len() as u32).to_le_bytes();
    buffer.extend_from_slice(&length);
    buffer.extend_from_slice(&checksum(length, entry).to_le_bytes());
    buffer.extend_from_slice(entry);
}

/// What stands before an entry.
#[derive(Clone, Copy)]
pub(super) struct Prefix {
    length: [u8; 4],
    checksum: u32,
}

impl Prefix {
    /// Reads a prefix; `None` if there are too few bytes.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (checksum, _) = rest.split_first_chunk()?;
        Some(Self { length: *length, checksum: u32::from_le_bytes(*checksum) })
    }

    /// Length of the entry that should follow.
    pub(super) fn entry_bytes(self) -> usize {
        u32::from_le_bytes(self.length) as usize
    }

    /// Whether this is the prefix of `entry`.
    pub(super) fn fits(self, entry: &[u8]) -> bool {
        entry.len() == self.entry_bytes() && self.checksum == checksum(self.length, entry)
    }
}

fn checksum(length: [u8; 4], entry: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(entry);
    hasher.finalize()
}
