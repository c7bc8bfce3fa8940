//! Clauses about money: sharing, fee, caps with their payers, reserve, accounts and flows.

use money::{Amount, Rate};
use serde::{Deserialize, Serialize};

/// How the cost of a period is divided among the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharingRule {
    /// Everybody pays the same.
    Uniform,
    /// A member's share is proportional to the weight of the age band (mean-proportional sharing;
    /// Denuit, Dhaene and Robert 2022).
    Banded,
}

/// A group of ages that pays alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Name of the class in rate tables.
    pub name: String,
    /// First and last age in completed years, both inside.
    pub ages: [i32; 2],
    /// Weight of one member's share against the other bands.
    pub weight: u32,
}

/// The sharing clause. Sharing has one version per period for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// The rule.
    pub rule: SharingRule,
    /// Whether members inside their waiting period share the cost.
    pub waiting_members_pay: bool,
    /// Bands of the banded rule, from the youngest; none under the uniform rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
}

/// The operator's fee: `floor(rate × aid)`, on top of the aid, charged to the members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Rate on the aid of the period.
    pub rate: Rate,
    /// What the fee is used for, as published.
    pub purpose: Vec<String>,
}

/// Who pays what a cap keeps from the members, in the order in which the charter names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// The plan's reserve, as far as it goes.
    Reserve,
    /// The sponsor's guarantee, up to its limit.
    Sponsor,
    /// The aid of the period itself is reduced pro rata, and its fee with it.
    Reduction,
    /// Later periods pay, for a limited number of periods.
    Deferral,
}

/// A limit on what one member pays, with a complete chain of payers for the excess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Limit for one member, in minor units.
    pub amount_minor: Amount,
    /// Who pays the excess, in order.
    pub payers: Vec<Payer>,
}

/// Limits of what a member can be asked to pay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Limit for one case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Cap>,
    /// Limit for one calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<Cap>,
}

/// Who lends when collections fall short of a decided payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Liquidity {
    /// Nobody: what is short is topped up from the next collections, before any fee.
    None,
    /// The sponsor advances it without interest and is repaid from the next collections.
    Sponsor,
}

/// Whose interest on resting money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interest {
    /// The pool's; the only value there is.
    Pool,
}

/// How aid reaches the sick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paid {
    /// Out of custody.
    #[default]
    ByCustody,
    /// By the members themselves: nothing rests anywhere.
    Directly,
}

impl Paid {
    fn is_by_custody(&self) -> bool {
        *self == Self::ByCustody
    }
}

/// A reserve that is filled by a load on the aid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// Load on the aid of each period.
    pub load: Rate,
    /// No load is charged while the reserve holds at least this much, in minor units.
    pub target_amount_minor: Amount,
    /// Part of the hidden debt last published that is added to the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_debt: Option<Rate>,
}

/// A kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// Money at the custodian bank.
    Custody,
    /// Shares that members owe.
    Receivable,
    /// Where the terms of a period meet; empty after each closing.
    Pool,
    /// Aid owed to a case.
    Aid,
    /// Fee owed to the operator.
    Fee,
    /// Shares to be returned by rule.
    Refund,
    /// What rounding up left over, for the next period.
    CarryOver,
    /// The plan's reserve.
    Reserve,
    /// What the sponsor owes under its guarantee.
    Sponsor,
    /// What the sponsor has lent.
    Advance,
    /// Cost that later periods will pay.
    Deferred,
    /// Money that came back from fraud or from late payers, and interest.
    Recovered,
    /// Balances that members have paid in ahead.
    Deposit,
    /// Balances to be returned.
    Withdrawal,
    /// What is left as the plan ends, owed to the members.
    Surplus,
}

/// A way in which money may move into custody or out of it. Any other is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The account that is credited: custody for what leaves it.
    pub from: Account,
    /// The account that is debited: custody for what enters it.
    pub to: Account,
    /// The finding in the log that authorises it.
    pub authorised_by: String,
    /// Largest part of the decided amount that may move; of the period's aid for the fee.
    pub bound: Rate,
}

impl Flow {
    /// Whether it lets money leave custody to settle `account`.
    #[must_use]
    pub fn pays(&self, account: Account) -> bool {
        self.from == Account::Custody && self.to == account
    }
}

/// Balances that members pay in ahead of their charges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deposits {
    /// The least that a member pays in the first time.
    #[serde(default)]
    pub joining_amount_minor: Amount,
    /// Below this, after a charge, a balance counts as low, and its member is to be told.
    #[serde(default)]
    pub low_amount_minor: Amount,
    /// Kept for the reserve from the balance of a member who leaves: the member's part of what is
    /// incurred and not yet published.
    #[serde(default)]
    pub exit_levy_amount_minor: Amount,
}

/// Somebody who pays or lends when the charter says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sponsor {
    /// Name.
    pub name: String,
    /// Largest total of what the guarantee pays, in minor units; absent, it is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee_amount_minor: Option<Amount>,
}

/// Where money rests and how it may leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Funds {
    /// The custodian, by name.
    pub custodian: String,
    /// Whose the interest on resting money is.
    pub idle_interest: Interest,
    /// How aid reaches the sick.
    #[serde(default, skip_serializing_if = "Paid::is_by_custody")]
    pub paid: Paid,
    /// Who lends when collections fall short.
    pub liquidity: Liquidity,
    /// The sponsor, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<Sponsor>,
    /// The reserve, when the plan keeps one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<Reserve>,
    /// How long an excess may be deferred, and who pays in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferral: Option<Deferral>,
    /// Balances paid in ahead, when the plan takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposits: Option<Deposits>,
    /// What happens while ledger and bank differ; absent, it is only published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconciliation: Option<Reconciliation>,
    /// Permitted flows into custody and out of it.
    pub flows: Vec<Flow>,
}

/// How long ledger and bank may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconciliation {
    /// When they have differed for more days than this, no payout is ordered and no fee is drawn
    /// until they agree.
    pub freeze_after_days: i32,
}

/// A limit on deferral: without a final payer it would be a debt without an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    /// Periods at most.
    pub periods_max: u32,
    /// Who pays what is still open then.
    pub final_payer: Payer,
}
