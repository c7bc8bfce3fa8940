//! Figures of coded interviews. A turn bears a code when any coder gave it.

use super::{Codebook, Coding, Turn};
use crate::agreement::{Metric, Weighting, cohen_kappa, krippendorff_alpha};
use crate::instrument::Scores;

/// One code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeSummary {
    /// The code.
    pub code: String,
    /// Turns that bear it.
    pub turns: usize,
    /// Interviews in which it appears.
    pub interviews: usize,
    /// Cohen's kappa of the first two coders on "given or not"; nothing when not defined.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha of all coders, nominal; nothing when not defined.
    pub alpha: Option<f64>,
}

/// How many codes an interview added to those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saturation {
    /// The interview.
    pub interview: String,
    /// Codes that appear in it for the first time.
    pub new_codes: usize,
    /// Codes seen so far.
    pub seen: usize,
}

/// Two codes that come together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// First code.
    pub first: String,
    /// Second code.
    pub second: String,
    /// Turns that bear both.
    pub turns: usize,
}

/// All figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Codes in the order of the codebook.
    pub codes: Vec<CodeSummary>,
    /// Interviews in the order of the file, which should be that of the talks.
    pub saturation: Vec<Saturation>,
    /// Pairs that share a turn, the most frequent first.
    pub shared: Vec<Shared>,
}

fn bears(turn: &Turn, code: usize) -> bool {
    turn.given.iter().flatten().any(|flags| flags[code])
}

/// Sums up codings.
#[must_use]
pub fn summarize(coding: &Coding, book: &Codebook) -> Summary {
    let count = book.codes.len();
    let mut seen = vec![false; count];
    let saturation = coding.interviews.iter().map(|interview| {
        let before = seen.iter().filter(|s| **s).count();
        for turn in coding.turns.iter().filter(|turn| turn.interview == *interview) {
            (0..count).for_each(|code| seen[code] |= bears(turn, code));
        }
        let now = seen.iter().filter(|s| **s).count();
        Saturation { interview: interview.clone(), new_codes: now - before, seen: now }
    });
    let saturation = saturation.collect();
    let mut shared = Vec::new();
    for first in 0..count {
        for second in first + 1..count {
            let both = |turn: &&Turn| bears(turn, first) && bears(turn, second);
            let turns = coding.turns.iter().filter(both).count();
            if turns > 0 {
                let name = |code: usize| book.codes[code].code.clone();
                shared.push(Shared { first: name(first), second: name(second), turns });
            }
        }
    }
    shared.sort_by_key(|pair| std::cmp::Reverse(pair.turns));
    Summary { codes: (0..count).map(|code| one(coding, book, code)).collect(), saturation, shared }
}

fn one(coding: &Coding, book: &Codebook, code: usize) -> CodeSummary {
    let label = |turn: &Turn, coder: usize| match &turn.given[coder] {
        Some(flags) => u8::from(flags[code]).to_string(),
        None => String::new(),
    };
    let judged: Vec<Vec<String>> = (0..coding.coders.len())
        .map(|coder| coding.turns.iter().map(|turn| label(turn, coder)).collect())
        .collect();
    let kappa = match &judged[..] {
        [first, second, ..] => cohen_kappa(first, second, Weighting::Unweighted).ok(),
        _ => None,
    };
    let bearing: Vec<&Turn> = coding.turns.iter().filter(|turn| bears(turn, code)).collect();
    let mut interviews: Vec<&String> = bearing.iter().map(|turn| &turn.interview).collect();
    interviews.sort();
    interviews.dedup();
    CodeSummary {
        code: book.codes[code].code.clone(),
        turns: bearing.len(),
        interviews: interviews.len(),
        kappa: kappa.map(|k| k.estimate),
        alpha: krippendorff_alpha(&judged, Metric::Nominal, 0, 0).ok().map(|k| k.alpha),
    }
}

/// Interviews beside the survey: for each construct with codes, the share of interviews that touch
/// it and the mean score (0 to 100) with the number of scores, `NaN` and 0 without a survey.
#[must_use]
pub fn joint_display(
    coding: &Coding,
    book: &Codebook,
    scores: Option<&Scores>,
) -> Vec<(String, f64, f64, usize)> {
    let mut constructs: Vec<String> =
        book.codes.iter().filter_map(|code| code.construct.clone()).collect();
    constructs.sort();
    constructs.dedup();
    let touches = |interview: &String, construct: &String| {
        coding.turns.iter().filter(|turn| turn.interview == *interview).any(|turn| {
            let own = |at: &usize| book.codes[*at].construct.as_ref() == Some(construct);
            (0..book.codes.len()).filter(own).any(|code| bears(turn, code))
        })
    };
    let line = |construct: String| {
        let count = coding.interviews.iter().filter(|i| touches(i, &construct)).count();
        let column = scores.and_then(|scores| scores.column(&construct)).unwrap_or_default();
        let given: Vec<f64> = column.into_iter().filter(|score| !score.is_nan()).collect();
        let mean = given.iter().sum::<f64>() / given.len() as f64;
        let share = count as f64 / coding.interviews.len() as f64;
        (construct, share, mean, given.len())
    };
    constructs.into_iter().map(line).collect()
}
