//! A second reading of a log, from public entries alone: who may say what, in which order, and
//! whether the numbers that are stated follow from those before.
//!
//! A command and its findings are read as one group. The walk stops at the first difference; from
//! there on it only looks for an entry that was missing, to tell removed from moved.

mod cases;
mod draws;
mod ending;
mod envelope;
mod group;
mod held;
mod members;
mod payouts;
mod periods;
mod unknown;
mod versions;

use rules::entry::{Entry, Order, Signed};
use serde_json::Value;

use crate::difference::{Difference, Kind};
use cases::Cases;
use draws::Draws;
use ending::Ending;
use envelope::{Envelope, Gap};
use group::Group;
use held::Held;
use members::Members;
use payouts::Money;
use periods::Periods;
pub use unknown::Unknown;
use versions::Versions;

/// Signatures that are checked together.
const SIGNATURES: usize = 256;

/// The walk along a log.
#[derive(Debug, Default)]
pub struct Walk {
    envelope: Envelope,
    open: Option<Group>,
    unverified: Vec<(u64, Signed)>,
    members: Members,
    versions: Versions,
    cases: Cases,
    ending: Ending,
    periods: Periods,
    money: Money,
    draws: Draws,
    held: Held,
    unknown: Unknown,
    found: Option<(Difference, Option<Gap>)>,
}

/// What the walk saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The first difference.
    pub difference: Option<Difference>,
    /// Periods whose arithmetic was recomputed.
    pub periods: u64,
    /// Payouts that were matched with decisions.
    pub payouts: u64,
    /// Draws whose seed was made again from the answers.
    pub draws: u64,
    /// What cannot be recomputed without the rows of members.
    pub unknown: Unknown,
}

impl Walk {
    /// Takes in the next entry.
    pub fn entry(&mut self, index: u64, bytes: &[u8]) {
        if let Some((difference, gap)) = &mut self.found {
            if let Some(gap) = gap.take_if(|gap| gap.is_filled_by(bytes)) {
                difference.kind = Kind::ReorderedEntries;
                difference.what = format!("{gap}, which stands at entry {index}");
            }
            return;
        }
        if let Err(difference) = self.read(index, bytes) {
            let Stop(difference, gap) = difference;
            self.stop(*difference, gap);
        }
    }

    fn stop(&mut self, difference: Difference, gap: Option<Gap>) {
        // A signature that does not hold before it, or here, is the deeper reason.
        let unsigned = self.verify().err();
        self.found = Some(match unsigned {
            Some(first) if first.entry <= difference.entry => (first, None),
            _ => (difference, gap),
        });
    }

    fn read(&mut self, index: u64, bytes: &[u8]) -> Result<(), Stop> {
        let parsed = Entry::parse(bytes);
        let parsed = parsed.map_err(|error| {
            let what = format!("the entry cannot be read: {error}");
            Difference::at(Kind::AlteredEntry, index, what)
        })?;
        match parsed {
            Entry::Finding(order, bytes) => {
                let finding: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                self.envelope.finding(index, order, &finding, self.open.as_ref())?;
                self.unknown.finding(&finding);
                if let Some(group) = &mut self.open {
                    group.findings.push((index, finding));
                }
            }
            Entry::Command(order, signed) => {
                self.close()?;
                self.command(index, order, *signed)?;
            }
        }
        Ok(())
    }

    fn command(&mut self, index: u64, order: Order, signed: Signed) -> Result<(), Stop> {
        let command: Value = serde_json::from_slice(signed.bytes()).unwrap_or_default();
        let checked = self.envelope.command(index, order, signed.command());
        let by = signed.command().by;
        self.unverified.push((index, signed));
        let may = checked?;
        if self.unverified.len() == SIGNATURES {
            self.verify()?;
        }
        self.open = Some(Group { index, by, may, order, command, findings: Vec::new() });
        Ok(())
    }

    /// Checks the signatures that wait.
    fn verify(&mut self) -> Result<(), Difference> {
        let (places, signed): (Vec<u64>, Vec<Signed>) =
            std::mem::take(&mut self.unverified).into_iter().unzip();
        let verdicts = rules::entry::verify_all(signed);
        match places.into_iter().zip(verdicts).find(|(_, verdict)| verdict.is_err()) {
            None => Ok(()),
            Some((index, _)) => {
                let what = "the signature does not belong to this command and key";
                Err(Difference::at(Kind::AlteredEntry, index, what))
            }
        }
    }

    /// Checks the group that is whole now.
    fn close(&mut self) -> Result<(), Difference> {
        let Some(group) = self.open.take() else { return Ok(()) };
        if group.is_attempt()? {
            return Ok(());
        }
        let Some(group) = self.held.release(group, &self.envelope)? else { return Ok(()) };
        self.envelope.bind(&group.command);
        self.envelope.appoint(&group);
        let Some(charter) = self.envelope.charter() else { return Ok(()) };
        if group.verb() == "plan.found" {
            self.members.begin(&group.command, &charter.calendar);
            return group.founding(charter);
        }
        self.members.reach(group.order.day, &charter.calendar, self.versions.is_amended());
        self.versions.check(&group, charter)?;
        let member = self.envelope.member_of(&group.by);
        let possible =
            if Draws::concerns(&group) { self.versions.possible(charter) } else { vec![] };
        self.draws.check(&group, &possible, member, &self.cases)?;
        let charter = self.versions.of(&group, charter);
        self.members.check(&group)?;
        self.cases.check(&group)?;
        self.ending.check(&group, charter, &mut self.cases)?;
        let ending = self.ending.charter(charter);
        let closed = self.periods.check(&group, &ending, &self.members, &self.cases)?;
        if closed.is_some_and(|exact| !exact) {
            self.unknown.bounded += 1;
        }
        self.money.check(&group, charter, &self.periods, &mut self.cases)?;
        self.unknown.group(&group);
        Ok(())
    }

    /// Ends the walk; `whole` says whether the log ends here, and not only what could be read.
    #[must_use]
    pub fn finish(mut self, whole: bool) -> Walked {
        if self.found.is_none()
            && whole
            && let Err(difference) = self.close()
        {
            self.stop(difference, None);
        }
        if self.found.is_none()
            && let Err(difference) = self.verify()
        {
            self.found = Some((difference, None));
        }
        Walked {
            difference: self.found.map(|(difference, _)| difference),
            periods: self.periods.closed(),
            payouts: self.money.payouts(),
            draws: self.draws.made(),
            unknown: Unknown { re_audits: self.draws.unknown(), ..self.unknown },
        }
    }
}

/// Why the walk stops, and the entry that would have to stand here.
struct Stop(Box<Difference>, Option<Gap>);

impl From<Difference> for Stop {
    fn from(difference: Difference) -> Self {
        Self(Box::new(difference), None)
    }
}
