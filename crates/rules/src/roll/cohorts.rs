//! How many members share, by month of birth and by the period since which they do: kept as people
//! join and leave, so that counting the sharers of a period takes no walk over the roll.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::day::Month;

/// Members who may share, born in one month and joined alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Month of birth.
    pub birth: Month,
    /// First period that they share, or the first of the year for all who joined before it.
    pub since: u16,
    /// How many.
    pub members: u64,
}

/// The counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cohorts {
    /// All, by month of birth (index since January 1900), up to the last month that has one.
    all: Vec<u64>,
    /// Those who joined in the current year of caps, by their first period and month of birth.
    newcomers: BTreeMap<u16, BTreeMap<u16, u64>>,
    /// First period of that year.
    year_from: u16,
}

impl Cohorts {
    pub(super) fn all(&self) -> &[u64] {
        &self.all
    }

    pub(super) fn add(&mut self, birth: u16, first_period: u16) {
        let cohort = usize::from(birth);
        if self.all.len() <= cohort {
            self.all.resize(cohort + 1, 0);
        }
        self.all[cohort] += 1;
        if first_period >= self.year_from {
            *self.newcomers.entry(first_period).or_default().entry(birth).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, birth: u16, first_period: u16) {
        self.all[usize::from(birth)] -= 1;
        if let Some(births) = self.newcomers.get_mut(&first_period)
            && let Some(count) = births.get_mut(&birth)
        {
            *count -= 1;
            if *count == 0 {
                births.remove(&birth);
            }
            if births.is_empty() {
                self.newcomers.remove(&first_period);
            }
        }
    }

    /// Begins a year of caps with the period `from`: who joined before it is an old member now.
    pub(super) fn begin_year(&mut self, from: u16) {
        self.year_from = from;
        self.newcomers = self.newcomers.split_off(&from);
    }

    /// The counts of everybody, in cells.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut old = self.all.clone();
        let month = |birth: u16| Month::from_index(birth).expect("the roll holds real months");
        for (first, births) in &self.newcomers {
            for (birth, members) in births {
                old[usize::from(*birth)] -= members;
                cells.push(Cell { birth: month(*birth), since: *first, members: *members });
            }
        }
        let old = (0..).zip(old).filter(|(_, members)| *members > 0);
        cells.extend(old.map(|(birth, members)| Cell {
            birth: month(birth),
            since: self.year_from,
            members,
        }));
        cells
    }

    /// The cohorts of a roll, for comparison with stored ones.
    pub(super) fn of(&self, rows: impl Iterator<Item = (u16, u16)>) -> Self {
        let all = vec![0; self.all.len()];
        let mut cohorts = Self { all, newcomers: BTreeMap::new(), year_from: self.year_from };
        rows.for_each(|(birth, first)| cohorts.add(birth, first));
        cohorts
    }
}
