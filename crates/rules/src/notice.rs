//! Notices: that members were told, on which day, and whom it did not reach. The text goes to the
//! members; the log holds that it was sent and what became of it.

use serde::{Deserialize, Serialize};

use crate::arrears::ascending;
use crate::day::Day;
use crate::entry::Order;
use crate::finding::{Finding, NoticeFinding};
use crate::period::{Period, Status};
use crate::refusal::Refusal;
use crate::state::State;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// To every sharer of a published period, before its charge.
    Charge,
    /// To everybody whose charge failed, with the days that are left.
    FailedCharge,
    /// To every sharer of a published period: the rules change.
    RuleChange,
    /// To every payer whose balance is low once a period's charges were drawn from it.
    LowBalance,
}

/// A notice on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub about: About,
    /// When it was sent.
    pub day: Day,
    /// To how many members.
    pub recipients: u64,
    /// How many of them it did not reach.
    pub unreached: u64,
}

impl Period {
    /// Whether a notice is on record.
    #[must_use]
    pub fn has_notice(&self, about: About) -> bool {
        self.notices.iter().any(|notice| notice.about == about)
    }
}

impl State {
    pub(crate) fn record_notice(
        &mut self,
        order: Order,
        number: u32,
        about: About,
        unreached: Vec<u32>,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        let fits = match about {
            About::Charge => period.status == Status::Published,
            About::FailedCharge => {
                period.status >= Status::Collected && period.arrears.ended().is_none()
            }
            About::RuleChange => period.status >= Status::Published,
            About::LowBalance => period.status >= Status::Charged && period.low_balances > 0,
        };
        if !fits || period.has_notice(about) {
            let why = "A charge is announced between publication and closing, a failed charge \
                       between collection and the end of the ladder, a low balance after the \
                       charge that left it so, and each once.";
            return Err(Refusal::new(
                "E-NOTICE",
                format!("The notice about period {number} is not recorded."),
                why,
                "Look at the period with `huzhu period list`.",
            ));
        }
        ascending(&unreached)?;
        let recipient = |member: u32| match about {
            About::FailedCharge => period.arrears.has_failed(member),
            About::LowBalance => self.roll.payer_of(member) == member,
            _ => self.roll.get(member).is_some_and(|row| self.class_in(&row, number).is_some()),
        };
        if let Some(stranger) = unreached.iter().find(|member| !recipient(**member)) {
            return Err(Refusal::list(*stranger, "The notice was not for this member."));
        }
        let recipients = match about {
            About::FailedCharge => period.arrears.failed().len() as u64,
            About::LowBalance => u64::from(period.low_balances),
            _ => period.sharers.iter().sum(),
        };
        let missed = unreached.len() as u64;
        let period = &mut self.periods[number as usize];
        period.notices.push(Notice { about, day: order.day, recipients, unreached: missed });
        if about == About::FailedCharge {
            period.arrears.unreached = unreached;
        }
        Ok(vec![Finding::Notice(NoticeFinding::Recorded {
            period: number,
            about,
            recipients,
            unreached: missed,
        })])
    }
}

impl Refusal {
    /// A step that members must first have been told of.
    pub(crate) fn notice(number: u32, about: About) -> Self {
        Self::new(
            "E-NOTICE-MISSING",
            format!("Period {number} does not go on."),
            format!("The charter asks for a notice ({about:?}) first, and none is on record."),
            "Send the notice and record it with `huzhu period notice`.",
        )
    }
}
