//! The file of codings: columns `interview`, `turn`, `coder`, `codes`. A line says what one coder
//! gave one turn, codes separated by `;`; an empty cell means "read, no code fits".

use std::collections::BTreeMap;

use super::{Codebook, InterviewError};

/// A turn of speech with what each coder gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Interview.
    pub interview: String,
    /// Turn.
    pub turn: String,
    /// For each coder by place: which codes were given, or nothing when the coder did not read it.
    pub given: Vec<Option<Vec<bool>>>,
}

/// All codings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coding {
    /// Coders in order of appearance.
    pub coders: Vec<String>,
    /// Interviews in order of appearance.
    pub interviews: Vec<String>,
    /// Turns in order of appearance.
    pub turns: Vec<Turn>,
}

impl Coding {
    /// Reads codings against a codebook.
    ///
    /// # Errors
    /// When the file lacks a column, uses an unknown code, or codes one turn twice by one coder.
    pub fn parse(csv: &[u8], book: &Codebook) -> Result<Self, InterviewError> {
        let form = |error: csv::Error| InterviewError::Form(error.to_string());
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
        let heads = reader.headers().map_err(form)?.clone();
        let mut places = [0; 4];
        for (place, name) in places.iter_mut().zip(["interview", "turn", "coder", "codes"]) {
            *place = heads
                .iter()
                .position(|head| head == name)
                .ok_or_else(|| InterviewError::Form(format!("there is no column {name:?}")))?;
        }
        let mut coding = Self { coders: Vec::new(), interviews: Vec::new(), turns: Vec::new() };
        let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (number, record) in reader.records().enumerate() {
            let (record, line) = (record.map_err(form)?, number + 2);
            let [interview, turn, coder, codes] = places.map(|place| record[place].to_owned());
            let given = flags(&codes, book, line)?;
            let coder_at = place_of(&mut coding.coders, &coder);
            place_of(&mut coding.interviews, &interview);
            let at = *known.entry((interview.clone(), turn.clone())).or_insert_with(|| {
                coding.turns.push(Turn {
                    interview: interview.clone(),
                    turn: turn.clone(),
                    given: Vec::new(),
                });
                coding.turns.len() - 1
            });
            let of_turn = &mut coding.turns[at].given;
            of_turn.resize(of_turn.len().max(coder_at + 1), None);
            if of_turn[coder_at].replace(given).is_some() {
                return Err(InterviewError::CodedTwice { line, coder, interview, turn });
            }
        }
        let coders = coding.coders.len();
        coding.turns.iter_mut().for_each(|turn| turn.given.resize(coders, None));
        if coding.turns.is_empty() { Err(InterviewError::Empty) } else { Ok(coding) }
    }
}

fn place_of(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

fn flags(codes: &str, book: &Codebook, line: usize) -> Result<Vec<bool>, InterviewError> {
    let mut flags = vec![false; book.codes.len()];
    for code in codes.split(';').map(str::trim).filter(|code| !code.is_empty()) {
        let Some(at) = book.position(code) else {
            let known = book.codes.iter().map(|known| known.code.as_str());
            return Err(InterviewError::UnknownCode {
                line,
                code: code.to_owned(),
                nearest: crate::instrument::nearest(code, known),
            });
        };
        flags[at] = true;
    }
    Ok(flags)
}
