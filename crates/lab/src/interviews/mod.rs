//! Coded interviews: how common each code is, whether coders agree, whether new codes still
//! appear, which codes come together, and how the interviews sit beside the survey. Reads codings;
//! codes nothing itself.

mod codebook;
mod coding;
mod summary;

pub use codebook::{Code, Codebook};
pub use coding::{Coding, Turn};
pub use summary::{CodeSummary, Saturation, Shared, Summary, joint_display, summarize};

/// The codebook that travels with the program.
pub const CODEBOOK: &str = include_str!("../../../../instruments/interviews.toml");

/// Why interviews cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InterviewError {
    /// The codebook is not of the form, or holds an unknown key.
    #[error("the codebook cannot be read: {0}")]
    Codebook(String),
    /// A code is defined twice.
    #[error("the code {0:?} is defined twice")]
    DuplicateCode(String),
    /// The file of codings is no table of the four columns.
    #[error("the codings cannot be read: {0}")]
    Form(String),
    /// A coding uses a code that the codebook lacks.
    #[error("line {line}: {code:?} is not in the codebook{}",
        nearest.as_ref().map(|n| format!("; did you mean {n:?}?")).unwrap_or_default())]
    UnknownCode {
        /// Line of the file, from 1 with the header.
        line: usize,
        /// The code used.
        code: String,
        /// The nearest code.
        nearest: Option<String>,
    },
    /// One coder coded one turn twice.
    #[error("line {line}: {coder:?} coded turn {turn:?} of interview {interview:?} before")]
    CodedTwice {
        /// Line of the file.
        line: usize,
        /// The coder.
        coder: String,
        /// The interview.
        interview: String,
        /// The turn.
        turn: String,
    },
    /// There is nothing to sum up.
    #[error("the file holds no coding")]
    Empty,
}
