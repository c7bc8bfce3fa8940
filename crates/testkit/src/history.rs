//! Random histories: a world driven by a seed, commands that are refused in between included.

use rules::Refusal;
use rules::charter::Charter;
use rules::finding::Finding;

use crate::charters;
use crate::chooser::Chooser;
use crate::world::World;

/// What one move of a history came to.
#[derive(Clone, Debug)]
pub struct Step {
    /// Name of the move.
    pub what: &'static str,
    /// What the rules concluded, or why they refused.
    pub result: Result<Vec<Finding>, Refusal>,
}

/// A world and the choices that drive it.
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) world: World,
    pub(crate) chooser: Chooser,
    /// Number of the next person who has never joined.
    pub(crate) newcomer: u64,
}

impl History {
    /// A history under a random charter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let charter = charters::random(&mut Chooser::new(seed));
        Self::under(seed, &charter)
    }

    /// A history under a given charter. It begins with a handful of members.
    ///
    /// # Panics
    /// When the charter is refused.
    #[must_use]
    pub fn under(seed: u64, charter: &Charter) -> Self {
        let mut history = Self {
            world: World::found(seed, charter),
            chooser: Chooser::new(seed.wrapping_add(0x5eed)),
            newcomer: 0,
        };
        let begun = history.enrol_batch(true);
        assert!(begun.is_ok(), "the first members join: {begun:?}");
        history
    }

    /// Takes the key of a duty away.
    pub fn mute(&mut self, role: rules::charter::Role) {
        self.world.mute(role);
    }

    /// The world as it stands.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Makes one move, which is one command; before it, some days may pass.
    pub fn step(&mut self) -> Step {
        if self.chooser.chance(25) {
            let days = if self.chooser.chance(3) { 45 } else { 6 };
            let days = self.chooser.between(1, days);
            self.world.pass(days as i32);
        }
        let (what, result) = match self.chooser.below(100) {
            0..10 => ("enrol", self.enrol_one()),
            10..15 => ("enrol batch", self.enrol_batch(false)),
            15..17 => ("hearing", self.dispute()),
            17..21 => ("leave", self.leave_one()),
            21..24 => ("leave batch", self.leave_some()),
            24..34 => ("file", self.file_one()),
            34..60 => ("case", self.take_case_further()),
            60..64 => ("inquiry", self.take_inquiry_further()),
            64..65 => ("withdraw", self.withdraw_one()),
            65..66 => ("forecast", self.forecast_one()),
            66..68 => ("household", self.change_household()),
            68..70 => ("late payment", self.pay_late()),
            70..93 => ("period", self.take_period_further()),
            93..96 => ("money", self.move_money()),
            96..98 => ("re-audit", self.look_again()),
            _ => ("nonsense", self.talk_nonsense()),
        };
        Step { what, result }
    }
}
