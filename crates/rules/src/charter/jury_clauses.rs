//! The clause about hearings: who takes part in draws, who opens votes left closed, and the limits
//! by which objections and appeals do no harm.

use serde::{Deserialize, Serialize};

use super::check::Report;
use super::{Charter, Role, Words};
use crate::key::Key;

/// Parties of a draw: one byte counts them, and nobody waits for more.
const PARTIES_MAX: usize = 16;

/// Objections of one case that are kept; each takes up to some hundred bytes of every record.
const OBJECTIONS_MAX: u32 = 256;

/// No step of a hearing may take longer than a month.
const HOURS_MAX: u32 = 31 * 24;

/// Questions of a quiz: a longer one keeps members away.
const QUESTIONS_MAX: usize = 50;

/// An institution and its public key for one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The role that acts for it.
    pub role: Role,
    /// The key, 32 bytes in base64url; left out in a template, filled in at founding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// A question of the quiz about the rules. Nothing of it is secret: whoever answers has read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuizQuestion {
    /// The question.
    pub text: Words,
    /// The answers to choose from.
    pub choices: Vec<Words>,
    /// The right one, counted from 1.
    pub answer: u32,
}

/// How cases that somebody disputes are heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hearing {
    /// Who makes the seed of a draw together: keys of <https://c2sp.org/vrf-r255>. The operator and
    /// at least one institution that is not.
    pub parties: Vec<Party>,
    /// Who opens votes left closed: X25519 keys for HPKE.
    pub openers: Vec<Party>,
    /// Hours for each step of a draw: the applicant's nonce, then the parties' answers.
    pub answer_hours: u32,
    /// Objections that are kept for one case; one is enough to open the hearing.
    pub objections_max: u32,
    /// Hearings that one member can have opened at a time.
    pub objections_of_a_member: u32,
    /// Days after a refusal in which the applicant can appeal.
    pub appeal_days: i32,
    /// First ages, in completed years, of the strata after the youngest; none: one draw for all.
    pub strata: Vec<i32>,
    /// The quiz about the rules.
    pub questions: Vec<QuizQuestion>,
}

impl Default for Hearing {
    /// No parties: a plan that says nothing of draws holds no hearings.
    fn default() -> Self {
        Self {
            parties: Vec::new(),
            openers: Vec::new(),
            answer_hours: 24,
            objections_max: 16,
            objections_of_a_member: 3,
            appeal_days: 30,
            strata: Vec::new(),
            questions: Vec::new(),
        }
    }
}

impl Hearing {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// How many parties could stay away from a draw while one is honest. Each doubles the number of
    /// seeds among which those who stay away can choose: a panel of probability p is reached with
    /// probability at most `1 − (1 − p)^(2^w)`.
    #[must_use]
    pub fn withholders(&self) -> u32 {
        (self.parties.len() as u32).saturating_sub(1)
    }

    pub(super) fn check(&self, charter: &Charter, report: &mut Report) {
        report.warn(
            !self.parties.is_empty(),
            "W-CHARTER-HEARING",
            "jury.hearing.parties",
            "nobody draws: objections and appeals cannot be heard by a jury",
        );
        let at = "jury.hearing";
        let operators = self.parties.iter().filter(|party| party.role == Role::Operator).count();
        report.refuse(
            self.parties.is_empty() || operators == 1 && self.parties.len() > 1,
            "E-CHARTER-HEARING",
            format!("{at}.parties"),
            "a draw takes the operator and at least one institution that is not",
        );
        report.refuse(
            self.parties.is_empty() == self.openers.is_empty() && self.openers.len() != 1,
            "E-CHARTER-HEARING",
            format!("{at}.openers"),
            "votes left closed are opened by at least two institutions",
        );
        report.refuse(
            self.openers.iter().all(|opener| opener.role != Role::Operator),
            "E-CHARTER-HEARING",
            format!("{at}.openers"),
            "the operator cannot read votes before they are opened",
        );
        for (name, parties) in [("parties", &self.parties), ("openers", &self.openers)] {
            let at = format!("{at}.{name}");
            keys(charter, name, parties, &at, report);
        }
        report.refuse(
            (1..=HOURS_MAX).contains(&self.answer_hours)
                && (1..=OBJECTIONS_MAX).contains(&self.objections_max)
                && self.objections_of_a_member > 0
                && (1..=3_653).contains(&self.appeal_days)
                && charter.jury.hours <= HOURS_MAX,
            "E-CHARTER-HEARING",
            at,
            "hours of a step are 1 to 744, objections 1 to 256, days of appeal 1 to 3653",
        );
        report.refuse(
            self.strata.windows(2).all(|pair| pair[0] < pair[1])
                && self.strata.iter().all(|age| (1..=120).contains(age)),
            "E-CHARTER-HEARING",
            format!("{at}.strata"),
            "first ages of strata ascend and lie between 1 and 120",
        );
        let answerable = |question: &QuizQuestion| {
            (1..=question.choices.len()).contains(&(question.answer as usize))
        };
        report.refuse(
            self.questions.len() <= QUESTIONS_MAX && self.questions.iter().all(answerable),
            "E-CHARTER-HEARING",
            format!("{at}.questions"),
            "a quiz has at most 50 questions, and each a right answer among its choices",
        );
        report.warn(
            !charter.jury.quiz || !self.questions.is_empty() || self.parties.is_empty(),
            "W-CHARTER-QUIZ",
            format!("{at}.questions"),
            "jurors must pass a quiz that asks nothing",
        );
    }
}

fn keys(charter: &Charter, name: &str, parties: &[Party], at: &str, report: &mut Report) {
    let code = "E-CHARTER-HEARING";
    report.refuse(parties.len() <= PARTIES_MAX, code, at, "there are at most 16 of them");
    for party in parties {
        let same_role = parties.iter().filter(|other| other.role == party.role).count();
        report.refuse(same_role == 1, code, at, "a role stands twice");
        let known = Role::REQUIRED.contains(&party.role)
            || charter.roles.iter().any(|entry| entry.role == party.role);
        let what = format!("the charter names no role {:?}", party.role);
        report.refuse(known, code, at, what);
        let filled = charter.keys(party.role).next().is_some();
        report.warn(
            !filled || party.key.is_some(),
            "W-CHARTER-HEARING",
            at,
            "a role that has its keys has none here: no hearing can be held",
        );
        if let Some(key) = party.key {
            let twins = parties.iter().filter(|other| other.key == Some(key)).count();
            let good = name != "parties" || proof::vrf::check_key(&key.0).is_ok();
            report.refuse(twins == 1 && good, code, at, "a key is none, or stands twice");
        }
    }
}
