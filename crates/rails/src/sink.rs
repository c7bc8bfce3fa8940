//! XML that is written in pieces: one buffer of fixed size between the lines and the writer.

use std::io::{self, Write};

use money::{Amount, Currency};

/// Bytes that are handed to the writer together: enough that a write costs little beside them.
const PIECE: usize = 1 << 18;

/// Room above a piece for the line that fills it.
const LINE: usize = 1 << 12;

/// Where a document goes.
#[derive(Debug)]
pub struct Sink<W> {
    out: W,
    piece: Vec<u8>,
    decimals: usize,
}

impl<W: Write> Sink<W> {
    /// A sink for amounts of `currency`.
    pub fn new(out: W, currency: Currency) -> Self {
        let piece = Vec::with_capacity(PIECE + LINE);
        Self { out, piece, decimals: currency.decimals() as usize }
    }

    /// Writes markup as it is.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.piece.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.piece.extend_from_slice(bytes);
        self
    }

    /// Writes text, with what XML reserves escaped.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            match byte {
                b'&' => self.piece.extend_from_slice(b"&amp;"),
                b'<' => self.piece.extend_from_slice(b"&lt;"),
                b'>' => self.piece.extend_from_slice(b"&gt;"),
                b'"' => self.piece.extend_from_slice(b"&quot;"),
                _ => self.piece.push(byte),
            }
        }
        self
    }

    /// Writes `<tag>text</tag>`.
    pub fn leaf(&mut self, tag: &str, text: &str) -> &mut Self {
        self.raw("<").raw(tag).raw(">").text(text).raw("</").raw(tag).raw(">")
    }

    /// Writes a whole number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.digits(number, 1)
    }

    /// Writes an amount of at least nothing, as a decimal of the currency.
    pub fn amount(&mut self, amount: Amount) -> &mut Self {
        let minor = amount.minor().unsigned_abs();
        self.digits(minor, self.decimals + 1);
        if self.decimals > 0 {
            let point = self.piece.len() - self.decimals;
            self.piece.insert(point, b'.');
        }
        self
    }

    fn digits(&mut self, mut number: u64, least: usize) -> &mut Self {
        // Twenty digits hold every u64.
        let (mut digits, mut first) = ([b'0'; 20], 20);
        while number > 0 || 20 - first < least {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.piece.extend_from_slice(&digits[first..]);
        self
    }

    /// Hands the piece on when it is full; to be called between elements.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn breathe(&mut self) -> io::Result<()> {
        if self.piece.len() >= PIECE {
            self.out.write_all(&self.piece)?;
            self.piece.clear();
        }
        Ok(())
    }

    /// Hands everything on and gives the writer back.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.piece)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
