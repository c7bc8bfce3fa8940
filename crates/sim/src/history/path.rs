//! Membership of the critical-illness plan day by day, drawn through published counts.
//!
//! Between two counts the logarithm of membership is a straight line: growth or loss at a constant
//! rate. That is the only thing added; no count is adjusted.
//!
//! Which rows are used, and why. A count of the critical-illness plan for which a day is known is
//! used. A count of *all plans* is used only where no count of the critical-illness plan lies
//! within a month of it, and only with grade A: November 2019, May and December 2021. They lie a
//! little high (in November 2020 all plans had 0.8 % more than this one). Not used: "over 47
//! million" in April 2019 and "55 million" about May 2019 (no day), "over 50 million" on 8 May 2019
//! (a lower bound that repeats April), 104 million of all plans ten days before 101 million of this
//! one, and the undated 106 million. Two rows give no count but the change from another, and are
//! used as derived.

use crate::calendar::Day;

/// Published membership of all plans at its peak, November 2020: the number that the planned
/// membership is scaled to. The critical-illness plan alone peaked at 105,151,231.
pub const PEAK_MEMBERS: u64 = 106_000_000;

/// How a count is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A row of the history gives this count.
    Published,
    /// A row of the history gives the change from which it is computed.
    Derived,
}

/// A count that the path goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Days since 1970-01-01.
    pub day: Day,
    /// Members.
    pub members: u64,
    /// How it is known.
    pub basis: Basis,
    /// The row, by its `as_reported` column.
    pub row: &'static str,
}

const fn anchor(day: i32, members: u64, basis: Basis, row: &'static str) -> Anchor {
    Anchor { day: Day(day), members, basis, row }
}

/// 2018-10-16, the launch: nobody was a member before.
const LAUNCH: Day = Day(17_820);

/// The counts, in order of time.
pub const ANCHORS: [Anchor; 13] = [
    // 2018-10-19, -10-23, -11-27.
    anchor(17_823, 3_300_000, Basis::Published, "2018-10-19 (3 days after launch)"),
    anchor(17_827, 10_000_000, Basis::Published, "2018-10-23 (7 days)"),
    anchor(17_862, 20_000_000, Basis::Published, "2018-11-27"),
    // 2019-04-11.
    anchor(17_997, 50_000_000, Basis::Published, "2019-04-11"),
    // 2019-07-07: "the July publicity notice", of which there were two; the first is taken.
    anchor(18_084, 73_234_000, Basis::Published, "2019-07"),
    // 2019-10-09, the date of the article; 2019-11-22; 2020-04-14.
    anchor(18_178, 87_640_000, Basis::Published, "2019-09/10 (before 2019-10-16)"),
    anchor(18_222, 100_000_000, Basis::Published, "2019-11-22"),
    anchor(18_366, 101_000_000, Basis::Published, "2020-04-14"),
    // 2020-11-21: the next notice was 1.74 % lower, 103,321,600 / (1 - 0.0174).
    anchor(18_587, 105_151_231, Basis::Derived, "2020-12 period 1"),
    // 2020-12-07.
    anchor(18_603, 103_321_600, Basis::Published, "2020-12 period 1"),
    // 2021-01-07: 4.8 million fewer than at the peak.
    anchor(18_634, 100_351_231, Basis::Derived, "2021-01 period 1"),
    // 2021-05-06, 2021-12-21.
    anchor(18_753, 91_000_000, Basis::Published, "2021-05-06"),
    anchor(18_982, 75_000_000, Basis::Published, "2021-12 period 2 (published 2021-12-21)"),
];

/// The day of the last count.
pub fn last_count_day() -> Day {
    ANCHORS[ANCHORS.len() - 1].day
}

/// Members of the critical-illness plan on a day: log-linear between the [`ANCHORS`], 0 before the
/// launch, a straight line from 0 to the first count three days later (a logarithm has no 0), and
/// the last count after the last one, since none was published later.
pub fn members_on(day: Day) -> f64 {
    if day <= LAUNCH {
        return 0.0;
    }
    let after = ANCHORS.iter().position(|anchor| day <= anchor.day);
    let span = |from: Day, to: Day| f64::from(day.0 - from.0) / f64::from(to.0 - from.0);
    match after {
        None => ANCHORS[ANCHORS.len() - 1].members as f64,
        Some(0) => ANCHORS[0].members as f64 * span(LAUNCH, ANCHORS[0].day),
        Some(at) => {
            let (from, to) = (ANCHORS[at - 1], ANCHORS[at]);
            let rate = libm::log(to.members as f64 / from.members as f64);
            from.members as f64 * libm::exp(rate * span(from.day, to.day))
        }
    }
}

/// Members on a day in a plan whose peak of [`PEAK_MEMBERS`] is scaled to `members`, to the
/// nearest person.
pub fn scaled_members_on(day: Day, members: u32) -> u32 {
    let scaled = members_on(day) * f64::from(members) / PEAK_MEMBERS as f64;
    // The path stays below its peak, so the scaled count stays below `members`.
    libm::round(scaled) as u32
}
