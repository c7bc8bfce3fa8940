//! The members: who joined together, when they were born, who has gone.
//!
//! A batch joins on one day. Inside it members are kept by month of birth without a word of memory
//! each: positions run from the youngest to the oldest, and an affine permutation turns a position
//! into an id, so that ids in a batch are not in order of age. Only two bits a member are stored.

use crate::ages::AgePrior;
use crate::calendar::{Day, HalfMonth, Month};
use crate::chance::Stream;

/// The month of birth nearest to the month of joining, in months before it. A member is at least 30
/// days old on the day of joining: two months before can be one day too few (31 January to 1
/// March), so three are taken.
pub(super) const YOUNGEST: u16 = 3;
/// The month of birth farthest from the month of joining: the sixtieth birthday lies in the month
/// after.
pub(super) const OLDEST: u16 = 719;
/// Month cells of a batch.
const CELLS: usize = (OLDEST - YOUNGEST + 1) as usize;

/// A set of ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    words: Vec<u64>,
}

impl Flags {
    fn grow(&mut self, ids: u32) {
        self.words.resize((ids as usize).div_ceil(64), 0);
    }

    pub(super) fn has(&self, id: u32) -> bool {
        self.words[id as usize / 64] >> (id % 64) & 1 == 1
    }

    /// Adds an id; tells whether it was new.
    pub(super) fn add(&mut self, id: u32) -> bool {
        let new = !self.has(id);
        self.words[id as usize / 64] |= 1 << (id % 64);
        new
    }
}

/// Members who joined in one half-month.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) joined: HalfMonth,
    pub(super) joined_day: Day,
    month: Month,
    first_id: u32,
    size: u32,
    stride: u32,
    offset: u32,
    /// `starts[c]` is the first position of cell c, born `YOUNGEST + c` months before `month`.
    starts: Vec<u32>,
}

impl Batch {
    /// The id at a position.
    pub(super) fn id(&self, position: u32) -> u32 {
        let spread = u64::from(position) * u64::from(self.stride) + u64::from(self.offset);
        self.first_id + (spread % u64::from(self.size)) as u32
    }

    /// The cells, youngest first: month of birth and positions.
    pub(super) fn cells(&self) -> impl Iterator<Item = (Month, std::ops::Range<u32>)> + '_ {
        let bounds = self.starts.windows(2).map(|w| w[0]..w[1]);
        bounds.enumerate().map(|(cell, positions)| {
            (self.month.plus(-((cell as u16 + YOUNGEST) as i16)), positions)
        })
    }

    /// The positions of those born in a month.
    fn born_in(&self, birth: Month) -> std::ops::Range<u32> {
        let months = i32::from(self.month.0) - i32::from(birth.0) - i32::from(YOUNGEST);
        match usize::try_from(months) {
            Ok(cell) if cell < CELLS => self.starts[cell]..self.starts[cell + 1],
            _ => 0..0,
        }
    }

    fn births(&self) -> Vec<Month> {
        let mut births = vec![self.month; self.size as usize];
        for (birth, positions) in self.cells() {
            for position in positions {
                births[(self.id(position) - self.first_id) as usize] = birth;
            }
        }
        births
    }
}

/// All members there have been.
#[derive(Debug, Clone)]
pub(super) struct Roll {
    /// Cumulative fraction of joiners born at most `YOUNGEST + c` months before joining.
    cumulative: Vec<f64>,
    pub(super) batches: Vec<Batch>,
    ids: u32,
    members: u32,
    gone: Flags,
    diagnosed: Flags,
}

impl Roll {
    pub(super) fn new(prior: &AgePrior) -> Roll {
        Roll {
            cumulative: cumulative(prior),
            batches: Vec::new(),
            ids: 0,
            members: 0,
            gone: Flags::default(),
            diagnosed: Flags::default(),
        }
    }

    /// Present members.
    pub(super) fn members(&self) -> u32 {
        self.members
    }

    pub(super) fn is_member(&self, id: u32) -> bool {
        !self.gone.has(id)
    }

    /// Ends a membership; tells whether there was one.
    pub(super) fn remove(&mut self, id: u32) -> bool {
        let ended = self.gone.add(id);
        self.members -= u32::from(ended);
        ended
    }

    /// Marks a present member as diagnosed; tells whether that is the first time.
    pub(super) fn diagnose(&mut self, id: u32) -> bool {
        self.is_member(id) && self.diagnosed.add(id)
    }

    /// Lets `size` persons join and gives their months of birth in order of id. Ages follow the
    /// prior as closely as whole persons can (systematic sampling from one seeded start).
    pub(super) fn join(&mut self, joined: HalfMonth, size: u32, chance: &mut Stream) -> Vec<Month> {
        if size == 0 {
            return Vec::new();
        }
        // Sixteen random bits leave size + start exact in a double.
        let start = f64::from(chance.below(1 << 16)) / f64::from(1 << 16);
        let upto = |fraction: &f64| ((fraction * f64::from(size) + start).floor() as u32).min(size);
        let mut starts: Vec<u32> = Vec::with_capacity(CELLS + 1);
        starts.push(0);
        starts.extend(self.cumulative.iter().map(upto));
        starts[CELLS] = size;
        let batch = Batch {
            joined,
            joined_day: joined.first_day(),
            month: joined.month(),
            first_id: self.ids,
            size,
            stride: coprime_stride(size),
            offset: chance.below(size),
            starts,
        };
        let births = batch.births();
        self.batches.push(batch);
        self.ids += size;
        self.members += size;
        self.gone.grow(self.ids);
        self.diagnosed.grow(self.ids);
        births
    }

    /// Ends the membership of everybody born in `birth`; their ids, rising.
    pub(super) fn remove_born_in(&mut self, birth: Month) -> Vec<u32> {
        let mut ended = Vec::new();
        for batch in &self.batches {
            let ids = batch.born_in(birth).map(|position| batch.id(position));
            ended.extend(ids.filter(|&id| self.gone.add(id)));
        }
        self.members -= ended.len() as u32;
        ended.sort_unstable();
        ended
    }

    /// Ends `count` memberships, each member being equally likely; their ids, rising.
    pub(super) fn remove_at_random(&mut self, count: u32, chance: &mut Stream) -> Vec<u32> {
        let count = count.min(self.members);
        let mut ended = Vec::with_capacity(count as usize);
        while ended.len() < count as usize {
            let id = chance.below(self.ids);
            if self.remove(id) {
                ended.push(id);
            }
        }
        ended.sort_unstable();
        ended
    }
}

/// Fractions of joiners up to each month cell: a band's weight is spread evenly over its eligible
/// months, so the bands keep their weights exactly.
fn cumulative(prior: &AgePrior) -> Vec<f64> {
    let mut weights = vec![0.0; CELLS];
    for band in prior.bands() {
        let ages = i16::from(*band.ages.start())..=i16::from(*band.ages.end());
        let cells: Vec<usize> = (0..CELLS)
            .filter(|&cell| {
                ages.contains(&Month(-(cell as i16) - YOUNGEST as i16).age_in(Month(0)))
            })
            .collect();
        for &cell in &cells {
            weights[cell] = band.weight / cells.len() as f64;
        }
    }
    let mut sum = 0.0;
    for weight in &mut weights {
        sum += *weight;
        *weight = sum;
    }
    weights
}

/// A stride near the golden section of `size` that shares no factor with it, so that stepping by it
/// visits every position once.
fn coprime_stride(size: u32) -> u32 {
    let golden = (u64::from(size) * 618_034 / 1_000_000) as u32;
    // 1 is coprime to everything, so the search ends.
    (1..=golden.max(1)).rev().find(|&stride| greatest_divisor(stride, size) == 1).unwrap_or(1)
}

fn greatest_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    fn joined(size: u32) -> (Roll, Vec<Month>) {
        let mut roll = Roll::new(&AgePrior::xianghubao());
        let births = roll.join(HalfMonth(3), size, &mut Stream::new(1, Purpose::Births, 0));
        (roll, births)
    }

    #[test]
    fn every_position_has_an_id_of_its_own() {
        for size in [1, 2, 3, 6, 64, 717, 718, 30_030, 65_536] {
            let (roll, births) = joined(size);
            let mut ids: Vec<u32> = (0..size).map(|p| roll.batches[0].id(p)).collect();
            ids.sort_unstable();
            assert!(ids.iter().enumerate().all(|(at, &id)| at as u32 == id), "{size}");
            assert_eq!(births.len(), size as usize);
            for (birth, positions) in roll.batches[0].cells() {
                for position in positions {
                    assert_eq!(births[roll.batches[0].id(position) as usize], birth);
                }
            }
        }
    }

    #[test]
    fn ages_at_joining_satisfy_the_plan_and_the_prior() {
        let (roll, births) = joined(100_000);
        let day = roll.batches[0].joined_day;
        let mut over_forty = 0;
        for birth in &births {
            let last_day = Day(birth.plus(1).first_day().0 - 1);
            assert!(day.0 - last_day.0 >= 30, "{birth}");
            assert!(birth.first_day().age_on(day) < Some(60), "{birth}");
            over_forty += u32::from(birth.age_in(day.month()) >= 40);
        }
        // Systematic sampling is within one person of the prior.
        assert!(over_forty.abs_diff(25_000) <= 1, "{over_forty}");
    }

    #[test]
    fn leaving_is_for_members_and_only_once() {
        let (mut roll, _) = joined(1000);
        let chance = &mut Stream::new(1, Purpose::Leavers, 0);
        let first = roll.remove_at_random(600, chance);
        let second = roll.remove_at_random(600, chance);
        assert_eq!((first.len(), second.len(), roll.members()), (600, 400, 0));
        assert!(first.iter().all(|id| !second.contains(id) && !roll.is_member(*id)));
        assert!(!roll.diagnose(first[0]) && !roll.remove(first[0]));
    }
}
