//! The reviewer re-examines and proposes. Cover and benefit are not the reviewer's to bend.

use money::Amount;

use super::{Case, Cover, Reason, Status, Verdict};
use crate::charter::Charter;
use crate::finding::Finding;
use crate::key::Key;
use crate::member::Opening;
use crate::refusal::Refusal;
use crate::roll::Member;
use crate::state::State;

/// Codes of proposals that would give aid where the charter gives none, or more than it gives, or
/// refuse it on an answer that nobody can open.
const BEYOND_THE_CHARTER: [&str; 4] =
    ["E-CASE-WAITING", "E-CASE-NOT-COVERED", "E-CASE-ABOVE-BENEFIT", "E-CASE-UNSEALED"];

impl State {
    pub(crate) fn review_case(
        &mut self,
        by: Key,
        number: u32,
        verdict: &Verdict,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        let what = || format!("The proposal on case {number} is refused.");
        if case.investigator == Some(by) {
            let why = "The investigator and the reviewer of a case are different keys.";
            let next = "Let another reviewer sign.";
            return Err(Refusal::new("E-CASE-DUTIES", what(), why, next).forbidden());
        }
        let member = self.roll.get(case.member).ok_or_else(|| Refusal::no_member(case.member))?;
        let (charter, cover) = (self.rules_on(case.diagnosed)?, self.cover(case)?);
        let joining = self.rules_on(member.joined)?;
        let checked = match verdict {
            Verdict::Approve { decided_minor } => {
                may_approve(case, &member, (charter, joining), cover, *decided_minor)
            }
            Verdict::Refuse { reason, question, answer, opening } => {
                let named = (*question, answer.as_deref());
                may_refuse(cover, joining, *reason, named)
                    .and_then(|()| self.opened(case.member, *reason, named, opening.as_ref()))
            }
        };
        checked.map_err(|(code, why, next)| {
            let refusal = Refusal::new(code, what(), why, next);
            // Aid beyond the charter is forbidden; a form filled in wrongly is not.
            if BEYOND_THE_CHARTER.contains(&code) { refusal.forbidden() } else { refusal }
        })?;
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Reviewed, today)?;
        case.verdict = Some(verdict.clone());
        case.reviewer = Some(by);
        Ok(Vec::new())
    }

    /// Whether the answer on which a refusal rests is the one that the member sealed at joining.
    fn opened(
        &self,
        member: u32,
        reason: Reason,
        (question, answer): (Option<u32>, Option<&str>),
        opening: Option<&Opening>,
    ) -> Checked {
        if reason != Reason::HealthDeclaration {
            return match opening {
                Some(_) => Err((
                    "E-CASE-REASON",
                    format!("A refusal for {reason:?} rests on no sealed answer."),
                    "Leave the opening out.",
                )),
                None => Ok(()),
            };
        }
        if !self.has_sealed(member) {
            let why = format!("Member {member} sealed no answer at joining.");
            let next = "Give the reason on which a decision can rest, or approve.";
            return Err(("E-CASE-UNSEALED", why, next));
        }
        let (question, answer) = (question.unwrap_or_default(), answer.unwrap_or_default());
        if !opening.is_some_and(|opening| self.opens(member, opening, question, answer)) {
            let why = format!(
                "Question {question}, {answer:?} and the salt do not open what was sealed."
            );
            let next = "Give the answer that was sealed, with its salt and all commitments.";
            return Err(("E-CASE-SEAL", why, next));
        }
        Ok(())
    }
}

type Checked = Result<(), (&'static str, String, &'static str)>;

fn may_approve(
    case: &Case,
    member: &Member,
    (charter, joining): (&Charter, &Charter),
    cover: Cover,
    decided: Amount,
) -> Checked {
    match cover {
        Cover::Covered => {}
        Cover::Waiting => {
            let why = format!(
                "Diagnosed {} inside the waiting period of {} days after {}.",
                case.diagnosed, joining.waiting.days, member.joined
            );
            let next = "Refuse with the reason waiting-period: the member's shares are returned.";
            return Err(("E-CASE-WAITING", why, next));
        }
        Cover::Outside => {
            let why = format!("The diagnosis of {} lies outside the cover.", case.diagnosed);
            return Err(("E-CASE-NOT-COVERED", why, "Refuse with the reason not-covered."));
        }
    }
    let age = case.born.map_or(0, |born| case.diagnosed.years_since(born));
    let limit = charter.benefit(&case.severity, age).map_or(Amount::ZERO, |b| b.amount_minor);
    if decided > limit {
        let why = format!("The benefit at age {age} is {} minor units.", limit.minor());
        return Err(("E-CASE-ABOVE-BENEFIT", why, "Propose at most the benefit."));
    }
    if decided <= Amount::ZERO {
        let why = "An approval of nothing is a refusal without a reason.".to_owned();
        return Err(("E-CASE-FORM", why, "Propose an amount, or refuse with a reason."));
    }
    Ok(())
}

fn may_refuse(
    cover: Cover,
    joining: &Charter,
    reason: Reason,
    (question, answer): (Option<u32>, Option<&str>),
) -> Checked {
    let (fits, why) = match reason {
        Reason::WaitingPeriod => (cover == Cover::Waiting, "the diagnosis is not inside it"),
        Reason::NotCovered => (cover == Cover::Outside, "the diagnosis lies inside the cover"),
        Reason::HealthDeclaration => {
            let asked = |n| joining.health.questions.iter().any(|question| question.number == n);
            let named = question.is_some_and(asked) && answer.is_some_and(|a| !a.trim().is_empty());
            (named, "it must name a question of the charter and the sealed answer")
        }
        Reason::Jury => (false, "only a jury gives it"),
        Reason::Severity | Reason::Evidence | Reason::Fraud => (true, ""),
    };
    if !fits {
        let why = format!("The reason {reason:?} does not fit: {why}.");
        return Err(("E-CASE-REASON", why, "Give the reason on which the refusal rests."));
    }
    if reason != Reason::HealthDeclaration && (question.is_some() || answer.is_some()) {
        let why = format!("A refusal for {reason:?} rests on no health question.");
        return Err(("E-CASE-REASON", why, "Leave question and answer out."));
    }
    Ok(())
}
