//! `huzhu case object` and `huzhu case appeal`: what brings a case before a jury.

use rules::command::{CaseCommand, Do};

use crate::console::{Console, Folder};
use crate::outcome::Outcome;
use crate::problem::Problem;
use crate::sealed::Sealed;

/// An objection.
#[derive(clap::Args)]
pub struct Object {
    #[command(flatten)]
    folder: Folder,
    /// The case.
    case: u32,
    /// Who objects, by the member's own key.
    #[arg(long)]
    member: u32,
    /// Why. Only a salted hash of it is written down.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// An appeal.
#[derive(clap::Args)]
pub struct Appeal {
    #[command(flatten)]
    folder: Folder,
    /// The case.
    case: u32,
    /// Why. Only a salted hash of it is written down.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Sign with the applicant's own key instead of the registrar's.
    #[arg(long)]
    own_key: bool,
}

impl Object {
    /// Objects.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let sealed = Sealed::new("objection", &self.reason)?;
        let body = CaseCommand::Object { case: self.case, reason: sealed.hash() };
        let sent = console.send_as_member(self.member, Do::Case(body))?;
        sealed.show(sent, &console, json)
    }
}

impl Appeal {
    /// Appeals.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let applicant = super::known(console.state(), self.case)?.member;
        let sealed = Sealed::new("appeal", &self.reason)?;
        let body = CaseCommand::Appeal { case: self.case, reason: sealed.hash() };
        let sent = console.send_for(applicant, self.own_key, Do::Case(body))?;
        sealed.show(sent, &console, json)
    }
}
