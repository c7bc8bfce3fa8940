//! The charter: what a plan is, as data. TOML on disk, canonical JSON in the log.
//!
//! A charter, once in the log, never changes; an amendment makes a new version. This folder holds
//! its shape (`mod.rs`), its clauses about money (`money_clauses.rs`) and about people
//! (`people_clauses.rs`), its two written forms (`read.rs`) and what it must not contradict
//! (`check.rs`, with its two halves).

mod case_clauses;
mod check;
mod check_cases;
mod check_duties;
mod check_funds;
mod check_money;
mod check_people;
mod complaint_clauses;
mod duty_clauses;
mod jury_clauses;
mod money_clauses;
mod people_clauses;
mod read;

use money::Currency;
use serde::{Deserialize, Serialize};

pub use case_clauses::{Fraud, Promise, ReAudit};
pub use check::{Complaint, Report};
pub use complaint_clauses::{Category, Complaints};
pub use duty_clauses::{Duties, FourEyes};
pub use jury_clauses::{Hearing, Party, QuizQuestion};
pub use money_clauses::{
    Account, Band, Cap, Caps, Deferral, Deposits, Fee, Flow, Funds, Interest, Liquidity, Paid,
    Payer, Reconciliation, Reserve, Sharing, SharingRule, Sponsor,
};
pub use people_clauses::{
    Amendment, Arrears, Benefit, Calendar, Cause, Condition, Cost, Disclosure, Eligibility, Exit,
    Health, Introductions, Jury, Notices, Order, Question, Role, RoleKeys, Roll, RunOff, Waiting,
    Watch,
};
pub use read::CharterError;

/// Words for people in the plan's languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// Name, money and time of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Short identifier: lowercase letters, digits and hyphens.
    pub id: String,
    /// Name for people.
    pub name: Words,
    /// The one currency in which the plan shares and pays.
    pub currency: Currency,
    /// IANA time zone in which the plan's days begin and end.
    pub time_zone: String,
}

/// Everything that holds in a plan. Every number is a parameter; the code knows none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// Version of this format; 1.
    pub format: u32,
    /// Name, money, time.
    pub plan: Plan,
    /// Who may do what, by keys; empty in a template, filled at founding.
    pub roles: Vec<RoleKeys>,
    /// Groups of roles of which no key may fill more than one.
    pub separated_duties: Vec<Vec<Role>>,
    /// Who watches those who fill the roles.
    #[serde(default, skip_serializing_if = "Duties::is_default")]
    pub duties: Duties,
    /// Who may join.
    pub eligibility: Eligibility,
    /// Numbered health questions.
    pub health: Health,
    /// From joining to cover.
    pub waiting: Waiting,
    /// What is paid for a case.
    pub benefits: Vec<Benefit>,
    /// Days promised for each step of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// How many paid cases are investigated again; none, when the charter says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re_audit: Option<ReAudit>,
    /// What comes before a finding of fraud.
    #[serde(default, skip_serializing_if = "Fraud::is_default")]
    pub fraud: Fraud,
    /// How the cost of a period is shared.
    pub sharing: Sharing,
    /// The operator's fee.
    pub fee: Fee,
    /// Limits of what a member can be asked to pay, and who pays the excess.
    #[serde(default)]
    pub caps: Caps,
    /// Days of publicity and charge.
    pub calendar: Calendar,
    /// What happens when a charge fails.
    pub arrears: Arrears,
    /// What members must have been told before it is done.
    #[serde(default)]
    pub notices: Notices,
    /// Leaving.
    pub exit: Exit,
    /// The members' jury.
    pub jury: Jury,
    /// Accounts and the flows permitted between them.
    pub funds: Funds,
    /// How the charter changes.
    pub amendment: Amendment,
    /// Thresholds of the early warning.
    pub watch: Watch,
    /// How the plan ends.
    pub run_off: RunOff,
    /// What is published.
    pub disclosure: Disclosure,
    /// Who invited whom.
    pub introductions: Introductions,
    /// The register of complaints.
    #[serde(default, skip_serializing_if = "Complaints::is_default")]
    pub complaints: Complaints,
}

impl Charter {
    /// The benefit for a severity at an age in completed years.
    #[must_use]
    pub fn benefit(&self, severity: &str, age: i32) -> Option<&Benefit> {
        self.benefits.iter().find(|benefit| {
            benefit.severity == severity && (benefit.ages[0]..=benefit.ages[1]).contains(&age)
        })
    }

    /// The bands of the sharing rule; under uniform sharing one band holds everybody.
    #[must_use]
    pub fn bands(&self) -> Vec<Band> {
        match self.sharing.rule {
            SharingRule::Uniform => {
                let ages = [0, self.eligibility.age_years_max];
                vec![Band { name: "all".to_owned(), ages, weight: 1 }]
            }
            SharingRule::Banded => self.sharing.bands.clone(),
        }
    }

    /// Keys that fill a role.
    pub fn keys(&self, role: Role) -> impl Iterator<Item = &str> {
        self.roles
            .iter()
            .filter(move |roles| roles.role == role)
            .flat_map(|roles| roles.keys.iter().map(String::as_str))
    }
}
