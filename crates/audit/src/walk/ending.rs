//! The end of a plan as public entries tell it: from the notice on there is no fee where the
//! charter says so, and what is there is divided alike, by the part that each instalment states.

use std::borrow::Cow;

use money::Rate;
use rules::charter::{Charter, Cost};

use super::cases::Cases;
use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// How far the end has come.
#[derive(Debug, Default)]
pub(super) struct Ending {
    noticed: bool,
    /// The first period whose aid is divided.
    from: Option<usize>,
}

impl Ending {
    /// The charter by which a period is closed now.
    pub(super) fn charter<'c>(&self, charter: &'c Charter) -> Cow<'c, Charter> {
        if !self.noticed || charter.run_off.cost == Cost::Sharers {
            return Cow::Borrowed(charter);
        }
        let mut charter = charter.clone();
        charter.fee.rate = Rate::ZERO;
        Cow::Owned(charter)
    }

    /// Takes in what the rules conclude about the end.
    pub(super) fn check(
        &mut self,
        group: &Group,
        charter: &Charter,
        cases: &mut Cases,
    ) -> Result<(), Difference> {
        self.noticed |= group.all("finding.run-off.stage").any(|(_, f)| f["stage"] == "noticed");
        let divides = self.noticed && charter.run_off.cost == Cost::Assets;
        if group.verb() == "period.close" && divides && self.from.is_none() {
            self.from = Some(group.period());
        }
        match group.verb() {
            "run-off.instalment" => self.divide(group, cases),
            _ => Ok(()),
        }
    }

    /// Every case of the end has as much ordered as its part of what was decided.
    fn divide(&self, group: &Group, cases: &mut Cases) -> Result<(), Difference> {
        let (index, instalment) = group.one("finding.run-off.instalment")?;
        let (part, mut sum) = (number(instalment, "part_millionths"), 0);
        let mut told = true;
        for case in cases.iter_mut() {
            let Some((period, decided)) = case.decided else { continue };
            if self.from.is_none_or(|from| period < from) {
                continue;
            }
            // What it was paid on top of earlier cases was not told one by one.
            let Some(before) = case.payable else {
                told = false;
                continue;
            };
            let up_to = decided * part / 1_000_000;
            let payable = before.max(up_to - case.paid);
            sum += payable - before;
            case.payable = Some(payable);
        }
        let stated = number(instalment, "total_minor");
        if stated == sum || !told {
            return Ok(());
        }
        let what = format!("{stated} is ordered in the instalment, and {sum} follows");
        Err(Difference::at(Kind::WrongTotal, index, what))
    }
}
