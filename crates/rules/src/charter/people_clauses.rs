//! Clauses about people: roles, joining, cover, arrears, leaving, jury, amendment, run-off.

use money::{Amount, Rate};
use serde::{Deserialize, Serialize};

use super::{Hearing, Words};

/// A duty in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the calendar: publishes, closes, settles.
    Operator,
    /// Enrols members on attested identities and takes what they file without a phone.
    Registrar,
    /// Finds out what happened.
    Investigator,
    /// Re-examines what the investigator found and proposes the decision.
    Reviewer,
    /// Orders payments.
    Treasurer,
    /// The bank: confirms what moved.
    Custodian,
    /// The authority to which members can turn; a charter may have none.
    Regulator,
    /// Stands for the members when the operator falls silent; a charter may have none.
    Delegate,
}

impl Role {
    /// The roles that every plan fills.
    pub const REQUIRED: [Self; 6] = [
        Self::Operator,
        Self::Registrar,
        Self::Investigator,
        Self::Reviewer,
        Self::Treasurer,
        Self::Custodian,
    ];

    /// All roles: those that every plan fills, then those that a charter may have.
    pub const ALL: [Self; 8] = [
        Self::Operator,
        Self::Registrar,
        Self::Investigator,
        Self::Reviewer,
        Self::Treasurer,
        Self::Custodian,
        Self::Regulator,
        Self::Delegate,
    ];
}

/// The keys that fill a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleKeys {
    /// The role.
    pub role: Role,
    /// Ed25519 keys, base64url without padding.
    #[serde(default)]
    pub keys: Vec<String>,
}

/// A condition of joining that somebody must attest, such as a credit score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Stable code.
    pub code: String,
    /// What must hold.
    pub text: Words,
}

/// Who may join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Youngest age at joining, in days.
    pub age_days_min: i32,
    /// Oldest age in completed years, at joining and for cover.
    pub age_years_max: i32,
    /// Smallest membership with which the plan may run.
    pub members_min: u64,
    /// Conditions that the registrar attests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// One numbered question; a refusal must name it and the sealed answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Number by which refusals name it.
    pub number: u32,
    /// The question, answered by yes or no and a date.
    pub text: Words,
}

/// The health declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Numbered questions, in order.
    pub questions: Vec<Question>,
}

/// What brought the illness or injury about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// An illness.
    Illness,
    /// An accident.
    Accident,
}

/// From joining to cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Days from 00:00 of the day after joining.
    pub days: i32,
    /// Causes that are covered from the day after joining.
    pub exempt: Vec<Cause>,
    /// Whether shares are returned, without interest, to a member who falls ill while waiting.
    pub refund_shares: bool,
}

/// What is paid for a case of a severity at an age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// Name of the severity.
    pub severity: String,
    /// First and last age at diagnosis in completed years, both inside.
    pub ages: [i32; 2],
    /// Largest aid, in minor units.
    pub amount_minor: Amount,
}

/// Days of publicity and charge: the first of one belongs to the first of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Days of the month on which cases are published.
    pub publicity_days: Vec<i8>,
    /// Days of the month on which their cost is charged.
    pub charge_days: Vec<i8>,
}

/// What happens when a charge fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrears {
    /// Retried from 00:00 of the day after the charge day.
    pub retry_from_days_after_charge: i32,
    /// Until 00:00 of this many days before the next charge day.
    pub retry_until_days_before_next_charge: i32,
    /// Whether cover goes on in the days of grace.
    pub cover_in_grace: bool,
    /// Whether arrears are taken out of aid that is paid.
    pub netted_from_aid: bool,
    /// Whether membership ends when the grace has passed.
    pub expulsion: bool,
}

/// What members must have been told before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    /// No period is charged before its charge was announced.
    pub before_charge: bool,
    /// Nobody is expelled before the failed charge was announced; whom the notice does not reach
    /// stays a member until the next ladder ends.
    pub before_expulsion: bool,
}

impl Default for Notices {
    /// A charter that says nothing keeps its members informed.
    fn default() -> Self {
        Self { before_charge: true, before_expulsion: true }
    }
}

/// Leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exit {
    /// Whether the share of cases already published stays due.
    pub published_cases_stay_due: bool,
    /// Whether paid shares are returned on leaving.
    pub shares_returned: bool,
    /// Whether a payer must first leave the dependants whose shares the payer pays.
    pub dependants_first: bool,
}

/// The members' jury.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jury {
    /// Whether jurors must have passed the quiz about the rules.
    pub quiz: bool,
    /// Jurors on a panel.
    pub panel: u32,
    /// Commitments needed for a result.
    pub quorum: u32,
    /// Part of the votes that approves, exceeded strictly.
    pub majority: Rate,
    /// Hours in which votes are committed.
    pub hours: u32,
    /// Jurors on the one appeal's panel.
    pub appeal_panel: u32,
    /// Draws, votes left closed, objections, appeals.
    #[serde(default, skip_serializing_if = "Hearing::is_default")]
    pub hearing: Hearing,
}

/// How the charter changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Days of notice before a vote.
    pub notice_days: i32,
    /// Part of the members that must vote.
    pub quorum: Rate,
    /// Part of the votes that adopts.
    pub majority: Rate,
    /// Clauses that never change for a case with an earlier diagnosis.
    pub never_retroactive: Vec<String>,
    /// Days in which members commit their votes.
    #[serde(default = "vote_days", skip_serializing_if = "is_vote_days")]
    pub vote_days: i32,
    /// Days in which votes are opened after that.
    #[serde(default = "open_days", skip_serializing_if = "is_open_days")]
    pub open_days: i32,
}

/// A week: everybody has a free day in it.
fn vote_days() -> i32 {
    7
}

fn is_vote_days(days: &i32) -> bool {
    *days == vote_days()
}

/// Time for members to open, and then for institutions to open what was left closed.
fn open_days() -> i32 {
    3
}

fn is_open_days(days: &i32) -> bool {
    *days == open_days()
}

/// Thresholds of the early warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Growth of the share over six periods.
    pub share_growth: Rate,
    /// Net exit of members in a period.
    pub net_exit: Rate,
    /// Part of the charges of a period that fails.
    pub failed_charges: Rate,
}

/// In which order a plan that ends pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Aid that is approved.
    Approved,
    /// Cases that are being decided.
    Pending,
    /// Cases diagnosed and not yet filed, pro rata.
    Incurred,
    /// Deposits.
    Deposits,
    /// What is left, to the members.
    Members,
}

/// Who bears the cost of the cases that are decided once notice is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// The members go on sharing it.
    #[default]
    Sharers,
    /// The sponsor.
    Sponsor,
    /// What the plan has: divided by one part for all, in two instalments.
    Assets,
}

/// How the plan ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOff {
    /// Run-off begins when membership falls below this.
    pub members_below: u64,
    /// Days from notice to stop.
    pub notice_days: i32,
    /// Days after diagnosis within which a case of before the stop may be filed.
    pub reporting_days: i32,
    /// Days of the operator's silence after which custodian and delegates may act.
    pub silence_days: i32,
    /// Order of payment.
    pub order: Vec<Order>,
    /// Who bears the cost once notice is given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cost: Cost,
    /// The part of what can be paid that the first instalment pays.
    #[serde(default = "half", skip_serializing_if = "is_half")]
    pub first_instalment: Rate,
    /// Delegates who must declare the operator silent; none when the charter names none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delegates_needed: u32,
    /// The part of the members whose calls open a vote on the end.
    #[serde(default = "one_in_a_hundred", skip_serializing_if = "is_one_in_a_hundred")]
    pub vote_called_by: Rate,
    /// Who gets the cents that cannot be divided among the members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus_to: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn half() -> Rate {
    Rate::from_millionths(500_000).expect("one half is a rate")
}

fn one_in_a_hundred() -> Rate {
    Rate::from_millionths(10_000).expect("a hundredth is a rate")
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_one_in_a_hundred(rate: &Rate) -> bool {
    *rate == one_in_a_hundred()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_half(rate: &Rate) -> bool {
    *rate == half()
}

/// Who can read the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// Everybody (synthetic or consenting plans).
    Public,
    /// Institutions that replay.
    Institutional,
}

/// What is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Fields of a case card, the same for approved and refused cases.
    pub card: Vec<String>,
    /// Smallest group of members about which a figure is published.
    pub group_min: u32,
    /// Who can read the roll.
    pub roll: Roll,
}

/// Who invited whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Introductions {
    /// Whether introductions are kept at all.
    pub kept: bool,
    /// Levels of introductions that are rewarded; 0, so that nobody earns from recruiting.
    pub rewarded_depth: u32,
}
