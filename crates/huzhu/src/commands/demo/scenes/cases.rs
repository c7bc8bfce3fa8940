//! Three invented cases: one that is disputed, one refused for want of evidence, and one that is
//! approved although it was made up.

use money::Amount;
use rules::case::{Reason, Verdict};
use rules::charter::Cause;
use rules::command::{CaseCommand, Do};

use super::Line;
use super::cast::Cast;
use crate::commands::case::card;
use crate::commands::demo::player::{Player, assessed_of, script};
use crate::console::not_founded;
use crate::problem::Problem;

/// Days before its filing on which each illness was found.
const DIAGNOSED_BEFORE: i32 = 10;

/// The numbers of the cases.
#[derive(Clone, Copy)]
pub struct Cases {
    /// Disputed.
    pub disputed: u32,
    /// Refused.
    pub refused: u32,
    /// Made up.
    pub invented: u32,
}

/// Files, investigates and reviews the three, and publishes their cards, whose texts stand beside
/// the log.
pub fn bring(player: &mut Player, cast: &Cast) -> Result<Cases, Problem> {
    let first = player.state().cases().len() as u32;
    let cases = Cases { disputed: first, refused: first + 1, invented: first + 2 };
    player.go(player.state().day().plus_days(1))?;
    let charter = player.state().founded().ok_or_else(not_founded)?.charter.clone();
    let severity = charter.benefits.first().map(|b| b.severity.clone()).unwrap_or_default();
    let diagnosed = player.state().day().plus_days(-DIAGNOSED_BEFORE);
    let mut steps: [Vec<Do>; 3] = Default::default();
    for (case, member) in (first..).zip(cast.applicants) {
        let row = player.state().roll().get(member);
        let born = row.map(|row| row.birth.day(15)).transpose().map_err(|error| script(&error))?;
        let born = born.ok_or_else(not_founded)?;
        let benefit = charter.benefit(&severity, diagnosed.years_since(born));
        let asked = benefit.map_or(Amount::ZERO, |benefit| benefit.amount_minor);
        let assessed = assessed_of(asked)?;
        let paper = |what: &str| proof::sha256(&player.chance(&format!("{what} of case {case}")));
        steps[0].push(Do::Case(CaseCommand::File {
            member,
            cause: Cause::Illness,
            severity: severity.clone(),
            diagnosed,
            asked_minor: asked,
            evidence: vec![paper("evidence")],
        }));
        let (assessed_minor, report) = (assessed, paper("report"));
        let found = CaseCommand::Investigate { case, born, diagnosed, assessed_minor, report };
        steps[1].push(Do::Case(found));
        let verdict = if case == cases.refused {
            let reason = Reason::Evidence;
            Verdict::Refuse { reason, question: None, answer: None, opening: None }
        } else {
            Verdict::Approve { decided_minor: assessed }
        };
        steps[2].push(Do::Case(CaseCommand::Review { case, verdict }));
    }
    for step in steps {
        player.send(step)?;
    }
    for number in first..first + 3 {
        let case = player.state().case(number).ok_or_else(not_founded)?;
        let salt = proof::sha256(&player.chance(&format!("card of case {number}"))).to_string();
        let card = player.lay_card(&card::text(&charter, number, case, &salt))?;
        player.send(vec![Do::Case(CaseCommand::Publish { case: number, card })])?;
    }
    Ok(cases)
}

/// Tells of the refusal.
pub fn refused(player: &Player, cases: &Cases) -> Line {
    let number = cases.refused;
    Line {
        name: "refusal",
        day: player.state().day(),
        en: format!(
            "Case {number} is refused for want of evidence; its card shows the same fields as any."
        ),
        zh: format!("案例{number}因证据不足不予互助;其公示卡与其他案例栏目相同。"),
    }
}
