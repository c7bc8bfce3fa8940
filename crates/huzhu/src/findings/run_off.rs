//! What the rules say of the end of a plan.

use money::{Amount, Currency};
use rules::finding::{Finding, RunOffFinding};

use super::name;
use crate::layout::{count, counted, money};

/// The words for a finding about the end of a plan.
pub fn words(finding: &Finding, currency: Currency) -> Option<String> {
    let Finding::RunOff(finding) = finding else { return None };
    if let Some(words) = of_votes(finding).or_else(|| of_the_last(finding, currency)) {
        return Some(words);
    }
    let money = |amount: &Amount| money(*amount, currency);
    Some(match finding {
        RunOffFinding::Stage { before, stage, trigger, stop } => {
            let because = trigger.map(|trigger| format!(" because of {}", name(trigger)));
            let stop = stop.map(|stop| format!(" It stops on {stop}."));
            format!(
                "The plan was {} and is {}{}.{}",
                name(before),
                name(stage),
                because.unwrap_or_default(),
                stop.unwrap_or_default()
            )
        }
        RunOffFinding::TakenOver { since, declared } => format!(
            "The operator has been silent since {since}; {} act in its place.",
            counted(u64::from(*declared), "delegate", "delegates")
        ),
        RunOffFinding::Refunded { members, total_minor } => format!(
            "All shares of {} are to be returned from the sponsor's money: {}.",
            counted(u64::from(*members), "member", "members"),
            money(total_minor)
        ),
        RunOffFinding::Frozen { members, until, .. } => format!(
            "The roll is frozen: {}. Cases may be filed until {until}.",
            counted(*members, "member", "members")
        ),
        RunOffFinding::Instalment { last, part_millionths, cases, total_minor, .. } => format!(
            "{} instalment: {} for {}; every approved aid has now {}.{:04} % ordered.",
            if *last { "The last" } else { "An" },
            money(total_minor),
            counted(u64::from(*cases), "case", "cases"),
            part_millionths / 10_000,
            part_millionths % 10_000
        ),
        RunOffFinding::Deposits { members, total_minor } => format!(
            "{} are to be returned: {}.",
            counted(u64::from(*members), "balance", "balances"),
            money(total_minor)
        ),
        RunOffFinding::Shared { total_minor, members, each_minor, charity_minor } => format!(
            "{} is left: {} to each of {} members, {} to the charity.",
            money(total_minor),
            money(each_minor),
            count(*members),
            money(charity_minor)
        ),
        RunOffFinding::SurplusPaid { total_minor } => {
            format!("What was left is paid out: {}.", money(total_minor))
        }
        _ => return None,
    })
}

/// The words for a finding about the members' vote on the end.
fn of_votes(finding: &RunOffFinding) -> Option<String> {
    Some(match finding {
        RunOffFinding::Called { calls, needed } => {
            format!("{} of {} needed ask for a vote on the end.", count(*calls), count(*needed))
        }
        RunOffFinding::VoteOpened { vote, eligible, .. } => {
            format!(
                "Vote {vote} on the end is open to {}.",
                counted(*eligible, "member", "members")
            )
        }
        RunOffFinding::VoteCounted { votes_for, votes_against, carried, .. } => format!(
            "{votes_for} for the end, {votes_against} against it: the plan {}.",
            if *carried { "ends" } else { "goes on" }
        ),
        _ => return None,
    })
}

/// The words for the final account.
fn of_the_last(finding: &RunOffFinding, currency: Currency) -> Option<String> {
    let RunOffFinding::Final { accounts, paid, refused, paid_minor } = finding else {
        return None;
    };
    let open: Vec<String> = accounts
        .iter()
        .filter(|account| !account.balance_minor.is_zero())
        .map(|a| {
            format!("{} holds {}: {}", name(a.account), money(a.balance_minor, currency), a.why)
        })
        .collect();
    let accounts = match open.is_empty() {
        true => "every account is at zero".to_owned(),
        false => open.join("; "),
    };
    Some(format!(
        "Final account: {accounts}. {} paid, {refused} refused, {} of aid in all.",
        counted(u64::from(*paid), "case", "cases"),
        money(*paid_minor, currency)
    ))
}
