//! A short method for every command about funds, and what a random history does with them.

use money::Amount;
use rules::Refusal;
use rules::charter::Account;
use rules::command::{Do, FundCommand, MemberList};
use rules::finding::Finding;
use rules::funds::Payment;

use crate::history::History;
use crate::world::World;

/// What the rules conclude from a command.
type Concluded = Result<Vec<Finding>, Refusal>;

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).expect("the test names an amount in range")
}

impl World {
    /// The bank reports one payment ahead of charges.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn pay_in(&mut self, member: u32, amount: i64) -> Concluded {
        let payments = vec![Payment { member, amount_minor: minor(amount) }];
        self.send(Do::Fund(FundCommand::PayIn { payments }))
    }

    /// The registrar asks for a balance to be returned to a member.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn withdraw_deposit(&mut self, member: u32, amount: Option<i64>) -> Concluded {
        self.send(Do::Fund(FundCommand::Withdraw { member, amount_minor: amount.map(minor) }))
    }

    /// The custodian returned balances.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn returned(&mut self, members: &[u32]) -> Concluded {
        let members = MemberList::Here(members.to_vec());
        self.send(Do::Fund(FundCommand::Returned { members }))
    }

    /// The bank credited interest.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn interest(&mut self, amount: i64) -> Concluded {
        self.send(Do::Fund(FundCommand::Interest { amount_minor: minor(amount) }))
    }

    /// What an account holds, in minor units.
    #[must_use]
    pub fn holds(&self, account: Account) -> i64 {
        self.state().books().balance(account).minor()
    }
}

impl History {
    /// The first member with a charge that is unpaid.
    fn debtor(&self) -> Option<u32> {
        let state = self.world.state();
        (0..state.roll().len()).find(|member| state.debts(*member).next().is_some())
    }

    /// Somebody pays in ahead, takes a balance back, or the bank credits interest.
    pub(crate) fn move_money(&mut self) -> Concluded {
        let member = self.member();
        let debtor = self.debtor().filter(|_| self.chooser.chance(50));
        match self.chooser.below(10) {
            0..5 if debtor.is_some() => {
                let debtor = debtor.unwrap_or(member);
                self.world.pay_in(self.world.state().roll().payer_of(debtor), 100_000)
            }
            0..5 => {
                let amount = *self.chooser.pick(&[0, 1, 500, 5_000, 100_000]);
                self.world.pay_in(member, amount)
            }
            5..7 => {
                let part = self.chooser.chance(40).then_some(7);
                self.world.withdraw_deposit(member, part)
            }
            7..9 => {
                let owed = |row: &u32| !self.world.state().deposit(*row).owed.is_zero();
                let members: Vec<u32> = (0..self.world.state().roll().len()).filter(owed).collect();
                self.world.returned(&members)
            }
            _ => {
                let amount = *self.chooser.pick(&[-1, 0, 1, 250]);
                self.world.interest(amount)
            }
        }
    }
}

impl World {
    /// A patient's confirmation of payments, recorded by the registrar.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn received(&mut self, period: u32, case: u32, members: &[u32]) -> Concluded {
        let members = MemberList::Here(members.to_vec());
        self.send(Do::Fund(FundCommand::Received { period, case, members }))
    }

    /// Matches payments with obligations.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn match_direct(&mut self, period: u32) -> Concluded {
        self.send(Do::Fund(FundCommand::Match { period }))
    }
}
