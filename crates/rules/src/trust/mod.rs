//! What members are to each other: who introduced whom, who thanks, who belongs together. It is
//! kept for those who want to know with whom they share. Nothing here earns anything, and nothing
//! here changes what anybody pays or gets.

mod circle;
mod introduce;
mod register;
mod thank;

pub use register::Bond;
pub(crate) use register::Bonds;

use crate::state::State;

impl State {
    /// What a member is to others, if anything is on record.
    #[must_use]
    pub fn bond(&self, member: u32) -> Option<&Bond> {
        self.bonds.get(member)
    }

    /// Everything on record, in the order in which members first appeared.
    #[must_use]
    pub fn bonds(&self) -> &[Bond] {
        self.bonds.all()
    }
}
