//! What happens in one period of the scripted history.

use crate::calendar::{Day, HalfMonth, Month};
use crate::history::Fact;

/// One half-month period of the plan. Everything about membership happens at 00:00 of
/// [`PeriodScript::change_day`], in this order: those aided in the period before have gone, then
/// those who reached 60 go, then leavers go, then new members join.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodScript {
    /// 0 for the first publicity day, 2018-11-07, to 77 for the last, 2022-01-21.
    pub index: u16,
    /// The half-month of the plan's calendar, `index + 1`.
    pub half: HalfMonth,
    /// The day of all joining and leaving: the first of the half-month (for the first period the
    /// day of the launch, since the founders are covered from then). Whoever goes that day is
    /// not covered on it.
    pub change_day: Day,
    /// The day of the notice; members are counted at its 00:00.
    pub publicity_day: Day,
    /// The day shares are charged and the cases of the notice are aided.
    pub charge_day: Day,
    /// Months of birth of the new members, in the order of their ids, which go on from the last
    /// id given out (the first member is 0).
    pub joins: Vec<Month>,
    /// Ids of members who leave of their own will, rising.
    pub leavers: Vec<u32>,
    /// Ids of members who leave because they reached 60 in the month before, rising.
    pub aged_out: Vec<u32>,
    /// Members at 00:00 of the publicity day, the waiting included.
    pub members: u32,
    /// The cases that are made public, in order of diagnosis. Each is taken to be aided on the
    /// charge day; its member, if still one, ends with that and is in no later list.
    pub cases: Vec<CaseScript>,
    /// How many members were diagnosed in this half-month, whether or not their case is made
    /// public before the end.
    pub diagnosed: u32,
    /// What was published about this period.
    pub published: Vec<Fact>,
}

/// One case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseScript {
    /// The day of the first diagnosis.
    pub diagnosed_day: Day,
    /// The member.
    pub member: u32,
    /// The member's day of birth, in the month given at joining.
    pub born_day: Day,
    /// The day the member joined.
    pub joined_day: Day,
    /// Whether the member has left the plan between diagnosis and notice. The case stands.
    pub left: bool,
}

impl CaseScript {
    /// Completed years at diagnosis, by the exact days: 0 to 59.
    pub fn age_at_diagnosis(&self) -> u8 {
        self.born_day.age_on(self.diagnosed_day).unwrap_or(0)
    }
}
