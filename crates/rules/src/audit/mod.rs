//! Re-audits: after a period is settled, a public draw picks some of its paid cases, each for an
//! investigator who took no part in it.
//!
//! `begun → answered → drawn → reported`. The list of paid cases is sealed when the draw begins,
//! before any party has answered; the seed picks the cases and, for each, the investigator. A doubt
//! reopens the case, unless it was reopened since. How many are picked, and until when they are
//! reported on, is fixed with the list: no later amendment spares a case that could be drawn.

use money::Rate;
use proof::Digest;
use proof::draw::{Eligible, Permutation};
use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::case;
use crate::charter::{ReAudit, Role};
use crate::command::{Asked, Permitted};
use crate::day::Day;
use crate::draw::Draw;
use crate::entry::Order;
use crate::finding::{AuditFinding, Finding};
use crate::key::Key;
use crate::period;
use crate::refusal::Refusal;
use crate::state::State;

/// Overdue reports that a finding names, as many as of overdue cases.
const NAMED_MAX: usize = 1_000;

/// A case that was picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// The case.
    pub case: u32,
    /// Who investigates it again; whoever took no part, when nobody such was there at the draw.
    pub by: Option<Key>,
    /// What came of it, once reported.
    pub report: Option<Report>,
}

/// What the second investigator found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whose key signed it.
    pub by: Key,
    /// When.
    pub day: Day,
    /// Whether the case is confirmed; otherwise it is doubted.
    pub confirmed: bool,
    /// Hash of its text.
    pub text: Digest,
}

/// The re-audit of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// The period.
    pub period: u32,
    /// The clause under which it began.
    pub clause: ReAudit,
    /// The draw.
    pub draw: Draw,
    /// What it picked.
    pub picked: Vec<Picked>,
    /// The last day for reports, once drawn.
    pub due: Option<Day>,
}

impl Audit {
    /// Picked cases that wait for their report although its day has passed.
    pub fn overdue(&self, today: Day) -> impl Iterator<Item = u32> + '_ {
        let late = self.due.is_some_and(|due| today > due);
        let open = self.picked.iter().filter(move |picked| late && picked.report.is_none());
        open.map(|picked| picked.case)
    }
}

/// How many of so many cases are picked: the share, rounded up, so that one case is never safe.
fn places(share: Rate, cases: usize) -> usize {
    let parts = i128::from(share.millionths()) * cases as i128;
    usize::try_from(money::ceil_div(parts, 1_000_000)).unwrap_or(cases)
}

/// A step of a re-audit is refused.
fn refuse(period: u32, code: &'static str, why: impl Into<String>, next: &str) -> Refusal {
    Refusal::new(code, format!("The re-audit of period {period} does not go on."), why, next)
}

impl State {
    /// The re-audits, in the order in which they began.
    #[must_use]
    pub fn audits(&self) -> &[Audit] {
        &self.audits
    }

    /// How the re-audits stand, told with every period once there is one.
    pub(crate) fn audits_published(&self, period: u32) -> Option<Finding> {
        let picked = || self.audits.iter().flat_map(|audit| &audit.picked);
        let reported = |wanted| {
            let reports = picked().filter_map(|picked| picked.report);
            reports.filter(|report| report.confirmed == wanted).count() as u32
        };
        let overdue = self.audits.iter().flat_map(|audit| audit.overdue(self.day));
        let counted = AuditFinding::Counted {
            period,
            picked: picked().count() as u32,
            confirmed: reported(true),
            doubted: reported(false),
            overdue: overdue.take(NAMED_MAX).collect(),
        };
        (!self.audits.is_empty()).then_some(Finding::Audit(counted))
    }

    fn re_audit(&self, period: u32) -> Result<ReAudit, Refusal> {
        self.charter()?.re_audit.ok_or_else(|| {
            let why = "The charter has no clause `re_audit`.";
            refuse(period, "E-AUDIT-CLAUSE", why, "An amendment can add it.")
        })
    }

    /// Seals the paid cases of a settled period and fixes who draws among them.
    pub(crate) fn begin_audit(
        &mut self,
        asked: Asked<'_>,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let clause = self.re_audit(number)?;
        let period = self.known_period(number)?;
        if period.status != period::Status::Settled {
            let why = format!("It is {:?}; the draw follows the payment.", period.status);
            return Err(refuse(number, "E-AUDIT-EARLY", why, "Settle the period first."));
        }
        if self.audits.iter().any(|audit| audit.period == number) {
            let why = "Its draw has begun already.";
            return Err(refuse(number, "E-AUDIT-TWICE", why, "A period is drawn from once."));
        }
        let open = |number: &u32| {
            let case = self.case(*number);
            case.is_some_and(|c| c.status == case::Status::Paid && c.inquiry.is_none())
        };
        let mut cases: Vec<u32> = period.cases.iter().copied().filter(open).collect();
        cases.sort_unstable();
        if cases.is_empty() {
            let why = "It has paid no case.";
            return Err(refuse(number, "E-AUDIT-EMPTY", why, "There is nothing to look at again."));
        }
        let (at, count) = (asked.order.at, cases.len() as u32);
        let subject = format!("re-audit of period {number}");
        let mut draw = Draw::begin(subject, &self.charter()?.jury.hearing, at)?;
        let sealed = draw.seal(at, Eligible { strata: vec![cases], excluded: Vec::new() });
        let answer_until_ms = draw.sealed.as_ref().map_or(at, |sealed| sealed.answer_until);
        let parties = draw.roles(false);
        self.audits.push(Audit { period: number, clause, draw, picked: Vec::new(), due: None });
        Ok(vec![Finding::Audit(AuditFinding::Begun {
            period: number,
            cases: count,
            sealed,
            parties,
            answer_until_ms,
        })])
    }

    fn audit_of(&self, number: u32) -> Result<usize, Refusal> {
        let place = self.audits.iter().position(|audit| audit.period == number);
        let why = "Its draw has not begun.";
        let next = "Begin it with the command audit.begin.";
        place.ok_or_else(|| refuse(number, "E-AUDIT-UNKNOWN", why, next))
    }

    /// Takes the answer of a party; the last one draws.
    pub(crate) fn answer_audit(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        proof: &Bytes,
    ) -> Result<Vec<Finding>, Refusal> {
        let place = self.audit_of(number)?;
        let plan = self.founded.as_ref().map_or("", |founded| founded.plan.as_str());
        let mut draw = self.audits[place].draw.clone();
        let may = |role| self.fills(asked.by, Permitted::Role(role)).is_ok();
        let all = draw.answer(asked.order.at, plan, may, proof)?;
        self.audits[place].draw = draw;
        if all { self.draw_audit(asked.order, number) } else { Ok(Vec::new()) }
    }

    /// Makes the seed of those who answered and picks.
    pub(crate) fn draw_audit(
        &mut self,
        order: Order,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let place = self.audit_of(number)?;
        let clause = self.audits[place].clause;
        let mut draw = self.audits[place].draw.clone();
        let seed = draw.finish(order.at)?;
        let sealed = draw.sealed.as_ref().and_then(|sealed| sealed.eligible.as_ref());
        let pick = |cases: &Eligible| cases.draw(&seed, places(clause.share, cases.count()), 0);
        let cases = sealed.map(|cases| pick(cases).panel).unwrap_or_default();
        let picked = cases.into_iter().map(|case| Picked {
            case,
            by: self.second_investigator(&seed, case),
            report: None,
        });
        let picked: Vec<Picked> = picked.collect();
        let (silent, due) = (draw.roles(false), order.day.plus_days(clause.report_days));
        let cases = picked.iter().map(|picked| picked.case).collect();
        let audit = &mut self.audits[place];
        (audit.draw, audit.picked, audit.due) = (draw, picked, Some(due));
        let drawn = AuditFinding::Drawn { period: number, seed, silent, cases, due };
        Ok(vec![Finding::Audit(drawn)])
    }

    /// Of the investigators who took no part in a case, the one whom the seed names.
    fn second_investigator(&self, seed: &Digest, number: u32) -> Option<Key> {
        let case = self.case(number)?;
        let mut others: Vec<Key> = self
            .actors
            .filling(Role::Investigator)
            .filter(|key| ![case.investigator, case.reviewer].contains(&Some(*key)))
            .collect();
        others.sort_unstable();
        // Stratum 0 has drawn the cases; each case has an order of investigators of its own.
        let stratum = number.saturating_add(1);
        let place = Permutation::new(*seed, stratum, others.len() as u64).next()?;
        others.get(usize::try_from(place).ok()?).copied()
    }

    /// The second investigator reports: confirmed, or a doubt that reopens the case.
    pub(crate) fn report_audit(
        &mut self,
        asked: Asked<'_>,
        number: u32,
        confirmed: bool,
        text: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let took_part = [case.investigator, case.reviewer].contains(&Some(asked.by));
        let mut all = self.audits.iter().enumerate().flat_map(|(audit, of)| {
            of.picked.iter().enumerate().map(move |(place, picked)| (audit, place, picked))
        });
        let open = all.find(|(_, _, picked)| picked.case == number && picked.report.is_none());
        let Some((audit, place, picked)) = open else {
            let what = format!("Case {number} is not reported on.");
            let why = "No draw has picked it, or it is reported on already.";
            let next = "Report on what the draw has picked.";
            return Err(Refusal::new("E-AUDIT-UNKNOWN", what, why, next));
        };
        if took_part || picked.by.is_some_and(|by| by != asked.by) {
            let what = format!("Case {number} is not reported on by this key.");
            let why = "The draw has given it to another investigator, or this one took part.";
            let next = "Let the investigator sign whom the draw has named.";
            return Err(Refusal::new("E-CASE-DUTIES", what, why, next).forbidden());
        }
        let reopened = case.inquiry.is_some();
        let mut findings = vec![Finding::Audit(if confirmed {
            AuditFinding::Confirmed { case: number }
        } else {
            AuditFinding::Doubted { case: number }
        })];
        if !confirmed && !reopened {
            findings.extend(self.reopen_case(asked.order, asked.by, number, text)?);
        }
        let audit = &mut self.audits[audit];
        let report = Report { by: asked.by, day: asked.order.day, confirmed, text };
        audit.picked[place].report = Some(report);
        if audit.picked.iter().all(|picked| picked.report.is_some()) {
            audit.draw.forget_roll();
        }
        Ok(findings)
    }
}
