//! Paid cases are drawn by lot and looked at again; the invented one is found out, and its aid
//! comes back to the members.

use rules::audit::Audit;
use rules::charter::{Account, Role};
use rules::command::{AuditCommand, CaseCommand, Do};

use super::Line;
use super::cases::Cases;
use super::cast::{Cast, INVESTIGATOR, REVIEWER};
use crate::commands::demo::actors;
use crate::commands::demo::player::Player;
use crate::console::{not_founded, role_name};
use crate::draw;
use crate::layout::{counted, money};
use crate::problem::Problem;

/// Lets the draws of two periods begin by a member, answers them, and reports: the picked case of
/// the last published period is confirmed, the invented one doubted.
pub fn draw(player: &mut Player, cast: &Cast, invented: u32) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    for period in [invented - 1, invented] {
        let paid = |case: &u32| {
            player.state().case(*case).is_some_and(|case| case.status == rules::case::Status::Paid)
        };
        let of = player.state().period(period).ok_or_else(not_founded)?;
        let cases = of.cases.iter().filter(|case| paid(case)).count() as u64;
        if cases == 0 {
            continue;
        }
        let begin = Do::Audit(AuditCommand::Begin { period });
        player.send_by(vec![(actors::member(cast.objector), begin)])?;
        for party in audit(player, period)?.draw.roles(false) {
            let proof = answer(player, party, period)?;
            let body = Do::Audit(AuditCommand::Answer { period, proof });
            player.send_by(vec![(role_name(party), body)])?;
        }
        let confirmed = period != invented;
        let picked: Vec<u32> = audit(player, period)?.picked.iter().map(|one| one.case).collect();
        for case in &picked {
            let report = proof::sha256(&player.chance(&format!("second report of case {case}")));
            let body = Do::Audit(AuditCommand::Report { case: *case, confirmed, report });
            player.send_by(vec![(INVESTIGATOR.to_owned(), body)])?;
        }
        lines.push(told(player, period, (cases, &picked), confirmed));
    }
    Ok(lines)
}

fn audit(player: &Player, period: u32) -> Result<&Audit, Problem> {
    let mut audits = player.state().audits().iter();
    audits.find(|audit| audit.period == period).ok_or_else(not_founded)
}

fn answer(player: &mut Player, party: Role, period: u32) -> Result<rules::bytes::Bytes, Problem> {
    let plan = player.state().founded().ok_or_else(not_founded)?.plan.clone();
    let draw = audit(player, period)?.draw.clone();
    draw::answer(&plan, &draw, player.key(&role_name(party)))
}

fn told(player: &Player, period: u32, (cases, picked): (u64, &[u32]), confirmed: bool) -> Line {
    let many = counted(cases, "paid case", "paid cases");
    let list: Vec<String> = picked.iter().map(u32::to_string).collect();
    let (en, zh) = if confirmed {
        ("a second investigator confirms it", "第二名调查员复核属实")
    } else {
        ("a second investigator doubts it, and it is reopened", "第二名调查员复核存疑,案例重新调查")
    };
    Line {
        name: "re-audit",
        day: player.state().day(),
        en: format!("Of {many} of period {period} the lot picks case {}: {en}.", list.join(", ")),
        zh: format!("第{period}期{cases}个已支付案例中抽中案例{}:{zh}。", list.join("、")),
    }
}

/// The applicant stays silent; a second reviewer finds fraud when the days of the hearing are over,
/// and what was received comes back.
pub fn recover(player: &mut Player, cases: &Cases) -> Result<Line, Problem> {
    let number = cases.invented;
    let case = player.state().case(number).ok_or_else(not_founded)?;
    let received = case.paid.unwrap_or_default();
    let heard_until = case.inquiry.as_ref().ok_or_else(not_founded)?.heard_until;
    player.go(heard_until.plus_days(1).max(player.state().day()))?;
    let found = CaseCommand::FindFraud { case: number, recover_minor: received };
    player.send_by(vec![(REVIEWER.to_owned(), Do::Case(found))])?;
    player.receive_back(number, received)?;
    let currency = player.state().founded().ok_or_else(not_founded)?.charter.plan.currency;
    let amount = money(received, currency);
    Ok(Line {
        name: "fraud",
        day: player.state().day(),
        en: format!(
            "Nobody answers for case {number}: a second reviewer finds fraud, and {amount} comes \
             back through the bank."
        ),
        zh: format!("案例{number}无人申辩:第二名审核员认定欺诈,{amount}经银行追回。"),
    })
}

/// Tells what the members have of it.
pub fn shared(player: &Player, number: u32) -> Result<Line, Problem> {
    let state = player.state();
    let period = state.period(number).ok_or_else(not_founded)?;
    let share = period.shares.first().copied().unwrap_or_default();
    let currency = state.founded().ok_or_else(not_founded)?.charter.plan.currency;
    let left = money(state.books().balance(Account::CarryOver), currency);
    let share = money(share, currency);
    Ok(Line {
        name: "recovery",
        day: state.day(),
        en: format!(
            "What came back is a term of period {number}: everybody pays {share} in it, and {left} \
             is carried over."
        ),
        zh: format!("追回款计入第{number}期:每人分摊{share},结余{left}转入下期。"),
    })
}
