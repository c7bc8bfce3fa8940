//! What the rules say of funds.

use money::Currency;
use rules::finding::{Finding, FundFinding};

use crate::layout::{counted, money};

/// The words for a finding about funds.
pub fn words(finding: &Finding, currency: Currency) -> Option<String> {
    let Finding::Fund(finding) = finding else { return None };
    let money = |amount: &money::Amount| money(*amount, currency);
    Some(match finding {
        FundFinding::PaidIn { payments, total_minor, settled_minor } => {
            let settled = match settled_minor.is_zero() {
                true => String::new(),
                false => format!(", {} of it for charges that had failed", money(settled_minor)),
            };
            let payments = counted(u64::from(*payments), "payment", "payments");
            format!("{payments} came in: {}{settled}.", money(total_minor))
        }
        FundFinding::Drawn { period, members, drawn_minor, short, low } => format!(
            "Balances pay {} of period {period} for {}; {short} ran short, {low} are low.",
            money(drawn_minor),
            counted(u64::from(*members), "member", "members")
        ),
        FundFinding::Withdrawn { member, amount_minor, levy_minor } => {
            let levy = match levy_minor.is_zero() {
                true => String::new(),
                false => format!(" The exit levy keeps {} for the reserve.", money(levy_minor)),
            };
            format!("Member {member} is to get {} back.{levy}", money(amount_minor))
        }
        FundFinding::WithdrawalsPaid { members, total_minor } => format!(
            "{} returned: {}.",
            counted(u64::from(*members), "balance is", "balances are"),
            money(total_minor)
        ),
        FundFinding::Received { case, members, total_minor, .. } => format!(
            "Case {case} confirms {} from {}.",
            money(total_minor),
            counted(u64::from(*members), "member", "members")
        ),
        FundFinding::Matched { period, matched_minor, failed, failed_minor } => format!(
            "Period {period} is matched: {} reached the sick, {} failed ({}).",
            money(matched_minor),
            counted(u64::from(*failed), "charge", "charges"),
            money(failed_minor)
        ),
        FundFinding::Interest { amount_minor } => {
            format!("Interest of {} lowers what the next period raises.", money(amount_minor))
        }
        FundFinding::Debt { period, earlier: None, .. } => {
            format!("The hidden debt after period {period} is published.")
        }
        FundFinding::Debt { period, earlier: Some(before), estimated_minor, emerged_minor } => {
            format!(
                "The hidden debt after period {period} is published. Of the {} expected after \
                 period {before}, {} has come.",
                money(estimated_minor),
                money(emerged_minor)
            )
        }
        _ => return None,
    })
}
