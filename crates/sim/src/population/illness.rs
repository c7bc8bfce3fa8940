//! Who falls ill, when, and in which period the case is made public.
//!
//! Members of one batch born in one month share a hazard. A Poisson process of rate 1 is run along
//! the cumulative hazard of all such cells; each of its events is one candidate, a person drawn
//! evenly from the cell as it was at joining. Candidates who have gone, were diagnosed before,
//! still wait, or are past their sixtieth birthday on the day drawn are dropped. Dropping them is
//! exact, not an approximation: everybody is drawn at the same rate, so those who may be diagnosed
//! are diagnosed at that rate, and the cost follows the cases and not the members.

use super::roll::{Batch, Roll};
use super::script::CaseScript;
use crate::calendar::{Day, HalfMonth, Month};
use crate::chance::Stream;
use crate::fit::{Fit, first_covered_day};
use crate::history::LAST_COVERED_DAY;

/// Completed years at which cover ends.
const END_AGE: i16 = 60;

/// Draws the diagnoses of one half-month, in the order drawn, and marks them on the roll. `rates`
/// are the table's yearly rates by age, 0 to 59.
pub(super) fn diagnoses(
    roll: &mut Roll,
    half: HalfMonth,
    fit: &Fit,
    rates: &[f64],
    chance: &mut Stream,
) -> Vec<CaseScript> {
    let mut candidates = Vec::new();
    let mut hazard = 0.0;
    let mut next = chance.exponential();
    for batch in &roll.batches {
        let factor = fit.selection(half.0 - batch.joined.0) * fit.period_factor(half);
        if factor == 0.0 {
            continue;
        }
        for (birth, positions) in batch.cells() {
            let age = birth.age_in(half.month());
            if age >= END_AGE {
                break;
            }
            hazard += positions.len() as f64 * rates[age as usize] * factor;
            while next < hazard {
                let position = positions.start + chance.below(positions.len() as u32);
                candidates.extend(candidate(batch, birth, position, half, chance));
                next += chance.exponential();
            }
        }
    }
    candidates.retain(|case| roll.diagnose(case.member));
    candidates
}

/// The case of the person at a position, unless the days drawn rule it out.
fn candidate(
    batch: &Batch,
    birth: Month,
    position: u32,
    half: HalfMonth,
    chance: &mut Stream,
) -> Option<CaseScript> {
    let diagnosed_day = Day(half.first_day().0 + chance.below(half.days()) as i32);
    let born_day = Day(birth.first_day().0 + chance.below(birth.days()) as i32);
    let covered = first_covered_day(batch.joined_day) <= diagnosed_day
        && diagnosed_day <= LAST_COVERED_DAY
        && diagnosed_day < born_day.in_years(END_AGE);
    covered.then(|| CaseScript {
        diagnosed_day,
        member: batch.id(position),
        born_day,
        joined_day: batch.joined_day,
        left: false,
    })
}

/// The half-month in whose notice a case appears: the half-month of diagnosis plus the lag rounded
/// down, as the fit has it, but never a notice before the day after the diagnosis. A case due
/// during the epidemic may be held back, and is then released in one of the half-months of the
/// release, each equally likely.
pub(super) fn publication(
    case: &CaseScript,
    half: HalfMonth,
    fit: &Fit,
    chance: &mut Stream,
) -> HalfMonth {
    let lag = chance.erlang(fit.lag_shape, fit.mean_lag).floor();
    // Casts of a float saturate, and so does the sum: a lag beyond the calendar never ends.
    let mut due = HalfMonth(half.0.saturating_add(lag as u16));
    if due.publicity_day() <= case.diagnosed_day {
        due = HalfMonth(due.0.saturating_add(1));
    }
    if fit.covid_window.contains(&due.0) && chance.unit() >= fit.covid_processed {
        let (first, last) = (*fit.covid_release.start(), *fit.covid_release.end());
        return HalfMonth(first + chance.below(u32::from(last - first) + 1) as u16);
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ages::AgePrior;
    use crate::chance::Purpose;

    #[test]
    fn nobody_is_diagnosed_after_the_plan_has_stopped() {
        let mut roll = Roll::new(&AgePrior::xianghubao());
        let chance = &mut Stream::new(1, Purpose::Illness, 0);
        roll.join(HalfMonth(60), 10_000, chance);
        // Cases of these days are published after the last notice, so no script shows them.
        let fit = Fit { theta: 10.0, ..Fit::xianghubao() };
        let found = diagnoses(&mut roll, HalfMonth(78), &fit, &[0.5; 60], chance);
        let last = found.iter().map(|case| case.diagnosed_day).max();
        assert_eq!(last, Some(LAST_COVERED_DAY));
        assert_eq!(LAST_COVERED_DAY.to_string(), "2022-01-28");
    }

    #[test]
    fn no_case_is_published_before_the_day_after_its_diagnosis() {
        let chance = &mut Stream::new(1, Purpose::Illness, 0);
        let fit = Fit { mean_lag: 0.1, ..Fit::xianghubao() };
        for half in [HalfMonth(20), HalfMonth(21)] {
            let notices: Vec<u16> = (0..half.days() as i32)
                .map(|day| CaseScript {
                    diagnosed_day: Day(half.first_day().0 + day),
                    member: 0,
                    born_day: Day(0),
                    joined_day: Day(0),
                    left: false,
                })
                .map(|case| publication(&case, half, &fit, chance).0 - half.0)
                .collect();
            // Days before the 7th or the 21st can be in the same half-month's notice.
            let same = notices.iter().filter(|&&wait| wait == 0).count();
            assert_eq!(same, if half.is_first_half() { 6 } else { 5 }, "{notices:?}");
            assert!(notices.iter().all(|&wait| wait <= 1));
        }
    }

    #[test]
    fn the_lag_is_rounded_down_as_in_the_fit() {
        let chance = &mut Stream::new(2, Purpose::Illness, 0);
        let (half, fit) = (HalfMonth(49), Fit::xianghubao());
        let day = half.first_day();
        let case = CaseScript {
            diagnosed_day: day,
            member: 0,
            born_day: day,
            joined_day: day,
            left: false,
        };
        let draws = 40_000;
        let waits = (0..draws).map(|_| publication(&case, half, &fit, chance).0 - half.0);
        let mean = waits.map(f64::from).sum::<f64>() / f64::from(draws);
        // Rounding down takes half a period from 7.4; the standard error is 0.013.
        assert!((mean - 6.9).abs() < 0.065, "{mean}");
    }
}
