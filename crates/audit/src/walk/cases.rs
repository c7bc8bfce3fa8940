//! Cases from filing to decision: each aid was asked for, investigated, proposed and published
//! before it was decided, and decided as it was proposed.

use rules::case::Verdict;
use rules::jury::Outcome;
use serde_json::Value;

use super::group::{Group, number};
use crate::difference::{Difference, Kind};

/// What is known of a case, in minor units.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    investigated: bool,
    verdict: Option<Verdict>,
    published: bool,
    over: bool,
    /// Whether a jury has heard it, which may decide once more what was decided.
    heard: bool,
    /// The period that decided it and what it granted.
    pub(super) decided: Option<(usize, i128)>,
    /// Paid to the applicant, or kept for the applicant's own arrears.
    pub(super) paid: i128,
    /// Ordered and not confirmed; `None` where a topping up was not told case by case.
    pub(super) payable: Option<i128>,
    /// Whether something was paid to it of which only the sum with other cases is known.
    pub(super) is_vague: bool,
}

impl Case {
    /// What is still owed.
    pub(super) fn open(&self) -> i128 {
        self.decided.map_or(0, |(_, decided)| decided - self.paid)
    }
}

/// All cases, by their number.
#[derive(Debug, Default)]
pub(super) struct Cases {
    cases: Vec<Case>,
    withdrawn: i128,
    hearings: u64,
}

impl Cases {
    /// A case by its number.
    pub(super) fn get(&self, number: &Value) -> Option<&Case> {
        self.cases.get(number.as_u64()? as usize)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, number: &Value) -> Option<&mut Case> {
        self.cases.get_mut(number.as_u64()? as usize)
    }

    /// The cases that a period granted aid and that are paid in full, ascending.
    pub(super) fn paid_of(&self, period: u64) -> Vec<u32> {
        let paid = |case: &Case| {
            let of = case.decided.filter(|(of, _)| *of as u64 == period);
            of.is_some() && case.open() == 0 && !case.is_vague
        };
        (0..).zip(&self.cases).filter(|(_, case)| paid(case)).map(|(number, _)| number).collect()
    }

    /// Published cases that were withdrawn.
    pub(super) fn withdrawn(&self) -> i128 {
        self.withdrawn
    }

    /// Whether a jury has ever heard a case, and may have moved it to another period.
    pub(super) fn any_heard(&self) -> bool {
        self.hearings > 0
    }

    /// All of them, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Case> {
        self.cases.iter_mut()
    }

    /// Checks the steps of cases.
    pub(super) fn check(&mut self, group: &Group) -> Result<(), Difference> {
        let broken = |index, what: String| Difference::at(Kind::WrongDecision, index, what);
        let number_of = &group.command["case"];
        let step = |what: &str| broken(group.index, format!("case {number_of} is {what}"));
        for (_, opened) in group.all("finding.jury.opened") {
            if let Some(case) = self.get_mut(&opened["case"]) {
                case.heard = true;
            }
            self.hearings += 1;
        }
        for (index, verdict) in group.all("finding.jury.verdict") {
            self.hear(index, verdict)?;
        }
        match group.verb() {
            "case.file" => {
                let (index, filed) = group.one("finding.case.filed")?;
                if filed["case"] != self.cases.len() {
                    let what = format!(
                        "case {} is filed, and number {} is due",
                        filed["case"],
                        self.cases.len()
                    );
                    return Err(Difference::at(Kind::AlteredEntry, index, what));
                }
                self.cases.push(Case::default());
            }
            "case.investigate" => {
                let case = self.get_mut(number_of).ok_or_else(|| step("not filed"))?;
                case.investigated = true;
            }
            "case.review" => {
                let case = self.get_mut(number_of).filter(|case| case.investigated);
                let case = case.ok_or_else(|| step("reviewed before it is investigated"))?;
                case.verdict = serde_json::from_value(group.command["verdict"].clone()).ok();
            }
            "case.publish" => {
                let case = self.get_mut(number_of).filter(|case| case.verdict.is_some());
                case.ok_or_else(|| step("published before it is reviewed"))?.published = true;
            }
            "case.withdraw" => {
                let case = self.get_mut(number_of).ok_or_else(|| step("not filed"))?;
                case.over = true;
                self.withdrawn += i128::from(case.published);
            }
            "period.close" => self.decide(group)?,
            _ => {}
        }
        Ok(())
    }

    /// What a jury grants is what was proposed, or for a proposed refusal what it says. Where it
    /// has no quorum, the proposal stands.
    fn hear(&mut self, index: u64, verdict: &Value) -> Result<(), Difference> {
        let granted: Option<Outcome> = serde_json::from_value(verdict["outcome"].clone()).ok();
        let Some(Outcome::Aid { decided_minor: granted }) = granted else { return Ok(()) };
        let case = self.get_mut(&verdict["case"]).filter(|case| case.heard);
        let fits = |case: &&mut Case| match case.verdict {
            Some(Verdict::Approve { decided_minor }) => decided_minor == granted,
            _ => true,
        };
        let Some(case) = case.filter(fits) else {
            let what = format!("the jury grants case {} what was not proposed", verdict["case"]);
            return Err(Difference::at(Kind::WrongDecision, index, what));
        };
        case.verdict = Some(Verdict::Approve { decided_minor: granted });
        Ok(())
    }

    fn decide(&mut self, group: &Group) -> Result<(), Difference> {
        for (index, approved) in group.all("finding.case.approved") {
            let granted = number(approved, "decided_minor");
            let proposed = granted + number(approved, "reduced_minor");
            let case = self.due(&approved["case"], index)?;
            match case.verdict {
                Some(Verdict::Approve { decided_minor }) if decided_minor.wide() == proposed => {}
                _ => {
                    let what = format!("case {} is not approved as proposed", approved["case"]);
                    return Err(Difference::at(Kind::WrongDecision, index, what));
                }
            }
            case.decided = Some((group.period(), granted));
            case.payable = Some(0);
            case.over = true;
        }
        for (index, refused) in group.all("finding.case.refused") {
            let case = self.due(&refused["case"], index)?;
            let reason = match &case.verdict {
                Some(Verdict::Refuse { reason, .. }) => serde_json::to_value(reason).ok(),
                _ => None,
            };
            if reason.as_ref() != Some(&refused["reason"]) {
                let what = format!("case {} is not refused as proposed", refused["case"]);
                return Err(Difference::at(Kind::WrongDecision, index, what));
            }
            case.over = true;
        }
        Ok(())
    }

    /// A case that was published and is not decided yet.
    fn due(&mut self, number: &Value, index: u64) -> Result<&mut Case, Difference> {
        let case = self.get_mut(number).filter(|case| case.published && (case.heard || !case.over));
        case.ok_or_else(|| {
            let what = format!("case {number} is decided and was not published, or decided before");
            Difference::at(Kind::WrongDecision, index, what)
        })
    }
}
