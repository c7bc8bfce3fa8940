//! How well a risk orders what happens: Harrell's concordance, and the area under the receiver
//! operating characteristic, which is the same for a plain outcome.

use super::Spells;

/// Concordance of risks with times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concordance {
    /// Share of comparable pairs in which the higher risk had the earlier event; ties in risk
    /// count one half.
    pub estimate: f64,
    /// Standard error by the infinitesimal jackknife, as in R's survival.
    pub se: f64,
}

/// A binary indexed tree of counts over ranks.
struct Counts(Vec<u64>);

impl Counts {
    fn add(&mut self, rank: usize) {
        let mut place = rank + 1;
        while place < self.0.len() {
            self.0[place] += 1;
            place += place & place.wrapping_neg();
        }
    }

    /// How many were added at ranks below `rank`.
    fn below(&self, rank: usize) -> u64 {
        let (mut place, mut sum) = (rank, 0);
        while place > 0 {
            sum += self.0[place];
            place -= place & place.wrapping_neg();
        }
        sum
    }
}

/// Pairs of one row: agreeing, tied in risk, all comparable.
#[derive(Clone, Copy, Default)]
struct Pairs {
    agreeing: u64,
    tied: u64,
    all: u64,
}

/// Concordance of `risks` (higher means earlier) with spells. A pair is comparable when the
/// earlier time is an event; a spell that ends unobserved at the time of an event counts as later.
#[must_use]
pub fn concordance(spells: &Spells, risks: &[f64]) -> Concordance {
    let rows = risks.len();
    let mut sorted: Vec<f64> = risks.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let ranks: Vec<usize> =
        risks.iter().map(|risk| sorted.partition_point(|known| known < risk)).collect();
    // Events sort before spells unobserved at the same time.
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|&a, &b| {
        let times = spells.times[a].total_cmp(&spells.times[b]);
        times.then(spells.events[b].cmp(&spells.events[a]))
    });
    let same = |a: usize, b: usize| {
        spells.times[a] == spells.times[b] && spells.events[a] == spells.events[b]
    };
    let mut pairs = vec![Pairs::default(); rows];
    // Latest first: an event meets everyone later than itself.
    let mut seen = Counts(vec![0; sorted.len() + 1]);
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| same(a, b)).collect();
    for group in groups.iter().rev() {
        for &row in group.iter().filter(|&&row| spells.events[row]) {
            meet(&mut pairs[row], &seen, ranks[row], sorted.len(), true);
        }
        group.iter().for_each(|&row| seen.add(ranks[row]));
    }
    let (mut agreeing, mut tied, mut all) = (0, 0, 0);
    for row in &pairs {
        agreeing += row.agreeing;
        tied += row.tied;
        all += row.all;
    }
    // Earliest first: everyone meets the events before.
    let mut seen = Counts(vec![0; sorted.len() + 1]);
    for group in &groups {
        for &row in *group {
            meet(&mut pairs[row], &seen, ranks[row], sorted.len(), false);
        }
        let events = group.iter().filter(|&&row| spells.events[row]);
        events.for_each(|&row| seen.add(ranks[row]));
    }
    let total = all as f64;
    let estimate = (agreeing as f64 + tied as f64 / 2.0) / total;
    let influence = pairs
        .iter()
        .map(|row| row.agreeing as f64 + row.tied as f64 / 2.0 - estimate * row.all as f64);
    let se = influence.map(|i| (i / total).powi(2)).sum::<f64>().sqrt();
    Concordance { estimate, se }
}

/// Adds the pairs of one row with all rows seen so far, which are `later` or earlier than it.
fn meet(pairs: &mut Pairs, seen: &Counts, rank: usize, ranks: usize, later: bool) {
    let (below, through, all) = (seen.below(rank), seen.below(rank + 1), seen.below(ranks));
    pairs.agreeing += if later { below } else { all - through };
    pairs.tied += through - below;
    pairs.all += all;
}

/// Probability that a row with the outcome has a higher value than one without.
#[must_use]
pub fn discrimination(values: &[f64], outcome: &[bool]) -> f64 {
    // An outcome is an event at once; rows without it are unobserved until later.
    let spells = Spells {
        times: outcome.iter().map(|&event| if event { 0.0 } else { 1.0 }).collect(),
        events: outcome.to_vec(),
    };
    concordance(&spells, values).estimate
}
