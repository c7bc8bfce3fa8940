//! Columns of numbers of a fixed width, stored as their little-endian bytes.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserializer, Serialize, Serializer};

/// A number of a fixed width.
pub(crate) trait Fixed: Copy + 'static {
    /// Appends the little-endian bytes.
    fn put(self, bytes: &mut Vec<u8>);
    /// Reads them back; `bytes` are exactly as many as the width.
    fn take(bytes: &[u8]) -> Self;
    /// Length in bytes.
    const WIDTH: usize;
}

macro_rules! fixed {
    ($($number:ty)*) => {$(
        impl Fixed for $number {
            const WIDTH: usize = core::mem::size_of::<$number>();

            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn take(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("a number is as long as its width"))
            }
        }
    )*};
}

fixed!(u8 u16 u32 i32);

impl Fixed for [u8; 16] {
    const WIDTH: usize = 16;

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self);
    }

    fn take(bytes: &[u8]) -> Self {
        bytes.try_into().expect("sixteen bytes are given")
    }
}

/// Numbers of one piece of a stored column: what is turned into bytes at a time.
const PIECE: usize = 1 << 14;

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

pub(crate) fn serialize<T: Fixed, S: Serializer>(
    column: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut pieces = serializer.serialize_seq(Some(column.len().div_ceil(PIECE)))?;
    let mut bytes = Vec::with_capacity(PIECE * T::WIDTH);
    for piece in column.chunks(PIECE) {
        bytes.clear();
        piece.iter().for_each(|number| number.put(&mut bytes));
        pieces.serialize_element(&Bytes(&bytes))?;
    }
    pieces.end()
}

struct Pieces<T>(PhantomData<T>);

impl<'de, T: Fixed> Visitor<'de> for Pieces<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pieces of a column")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pieces: A) -> Result<Vec<T>, A::Error> {
        let mut column = Vec::new();
        // The length that a file claims is not believed: it grows as pieces come.
        while let Some(piece) = pieces.next_element::<&[u8]>()? {
            let whole = column.len() % PIECE == 0 && piece.len() <= PIECE * T::WIDTH;
            if !whole || piece.is_empty() || piece.len() % T::WIDTH != 0 {
                return Err(A::Error::custom("a piece of a column has another length"));
            }
            column.extend(piece.chunks_exact(T::WIDTH).map(T::take));
        }
        Ok(column)
    }
}

pub(crate) fn deserialize<'de, T: Fixed, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(Pieces(PhantomData))
}
