//! From the sealed roll to a seated panel.

use proof::Digest;

use super::{Outcome, Stage};
use crate::ballot::Ballot;
use crate::bytes::Bytes;
use crate::command::Permitted;
use crate::draw::hours;
use crate::entry::Order;
use crate::finding::{Finding, JuryFinding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// Who comes next is kept for so many panels: one to replace those who step back, one to sit when
/// the first misses the quorum, one to spare.
const SPARE_PANELS: usize = 3;

impl State {
    pub(crate) fn commit_nonce(
        &mut self,
        case: u32,
        commitment: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, _) = self.hearing(case, Stage::Drawing)?;
        self.juries.change(number).draw.commit_nonce(commitment)?;
        Ok(Vec::new())
    }

    pub(crate) fn reveal_nonce(
        &mut self,
        order: Order,
        case: u32,
        nonce: &Bytes,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, _) = self.hearing(case, Stage::Drawing)?;
        self.juries.change(number).draw.reveal(order.at, nonce)?;
        Ok(Vec::new())
    }

    /// Seals roll and exclusions. If so few are left that no quorum can be reached, the proposal
    /// stands.
    pub(crate) fn seal_roll(&mut self, order: Order, case: u32) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Drawing)?;
        jury.draw.may_seal(order.at)?;
        let eligible = self.eligible(jury)?;
        let enough = eligible.count() >= jury.quorum(self.charter()?) as usize;
        let (count, excluded) = (eligible.count() as u32, eligible.excluded.len() as u32);
        let mut after = Vec::new();
        if !enough {
            after = self.conclude_hearing(order, number, Outcome::NoPanel, None)?;
        }
        let draw = &mut self.juries.change(number).draw;
        let roll = draw.seal(order.at, eligible);
        let answer_until_ms = draw.sealed.as_ref().map_or(order.at, |sealed| sealed.answer_until);
        if !enough {
            draw.forget_roll();
        }
        let sealed = JuryFinding::Sealed { case, eligible: count, excluded, roll, answer_until_ms };
        Ok(core::iter::once(Finding::Jury(sealed)).chain(after).collect())
    }

    /// Takes the answer of a party; the last one seats the panel.
    pub(crate) fn answer_draw(
        &mut self,
        order: Order,
        by: Key,
        case: u32,
        proof: &Bytes,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Drawing)?;
        let plan = self.founded.as_ref().map_or("", |founded| founded.plan.as_str());
        let mut draw = jury.draw.clone();
        let all = draw.answer(
            order.at,
            plan,
            |role| self.fills(by, Permitted::Role(role)).is_ok(),
            proof,
        )?;
        self.juries.change(number).draw = draw;
        if all { self.seat(order, case) } else { Ok(Vec::new()) }
    }

    /// Makes the seed and seats the panel.
    pub(crate) fn seat(&mut self, order: Order, case: u32) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Drawing)?;
        let charter = self.charter()?;
        let (size, voting) = (jury.panel_size(charter) as usize, charter.jury.hours);
        let mut draw = jury.draw.clone();
        let seed = draw.finish(order.at)?;
        let eligible = draw.sealed.as_ref().and_then(|sealed| sealed.eligible.as_ref());
        let drawn = eligible.map(|eligible| eligible.draw(&seed, size, SPARE_PANELS));
        let jury = self.juries.change(number);
        jury.drawn = drawn.unwrap_or_default();
        jury.draw = draw;
        jury.panel = jury.drawn.panel.clone();
        jury.stage = Stage::Voting;
        Ok(vec![self.begin_voting(order, number, voting)])
    }

    /// Opens the commit phase of the panel that sits.
    pub(super) fn begin_voting(&mut self, order: Order, number: u32, voting: u32) -> Finding {
        let jury = self.juries.change(number);
        let commit_until = order.at.saturating_add(hours(voting));
        let open_until = commit_until.saturating_add(hours(voting));
        jury.seated = order.at;
        jury.ballot = Some(Ballot::new(jury.question(), commit_until, open_until));
        Finding::Jury(JuryFinding::Drawn {
            case: jury.case,
            panel: jury.panel.clone(),
            seed: jury.draw.seed.unwrap_or_else(|| proof::sha256(b"")),
            answered: jury.draw.roles(true),
            silent: jury.draw.roles(false),
            commit_until_ms: commit_until,
            open_until_ms: open_until,
        })
    }

    /// The next of the permutation in the stratum of `place`, whose turn is over then.
    pub(super) fn next_juror(&mut self, number: u32, stratum: usize) -> Option<u32> {
        let next = self.juries.change(number).drawn.next.get_mut(stratum)?;
        if next.is_empty() { None } else { Some(next.remove(0)) }
    }
}
