//! One file or folder for each verb of the command line.

mod arrears;
mod audit;
mod bank;
mod bench;
mod case;
mod complaint;
mod demo;
mod fund;
mod jury;
mod lab;
mod member;
mod node;
mod period;
mod plan;
mod receipt;
mod replay;
mod role;
mod runoff;
mod submit;
mod verify;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// Everything the program can be asked to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Charters, and founding a plan.
    #[command(subcommand)]
    Plan(plan::Command),
    /// Members of a ledger.
    #[command(subcommand)]
    Member(member::Command),
    /// Cases of a ledger.
    #[command(subcommand)]
    Case(case::Command),
    /// Hearings: the quiz, the draw, sealed votes, the verdict.
    #[command(subcommand)]
    Jury(jury::Command),
    /// Roles: keys that fill them, second keys, attempts on record.
    #[command(subcommand)]
    Role(role::Command),
    /// Periods: what they cost, and their steps.
    #[command(subcommand)]
    Period(period::Command),
    /// Complaints: opened, answered, decided, counted in public.
    #[command(subcommand)]
    Complaint(complaint::Command),
    /// Failed charges: retries, late payments, the end of grace.
    #[command(subcommand)]
    Arrears(arrears::Command),
    /// The end of a plan: notice, stop, instalments, final account.
    #[command(subcommand)]
    Runoff(runoff::Command),
    /// Funds: accounts, flows, balances paid in ahead, hidden debt.
    #[command(subcommand)]
    Fund(fund::Command),
    /// Payment files for the bank, its answers and statements.
    #[command(subcommand)]
    Bank(bank::Command),
    /// Plays Xianghubao's published history through the real rules, and checks it.
    Demo(demo::Arguments),
    /// Submits many signed commands, each acknowledged when it is durable.
    Submit(submit::Arguments),
    /// Replays a log from its first byte and compares every finding.
    Replay(replay::Arguments),
    /// Receipts that prove themselves, as files and as pages that check themselves offline.
    #[command(subcommand)]
    Receipt(receipt::Command),
    /// Verifies a receipt or a proof, from its bytes alone.
    Verify(verify::Arguments),
    /// What a node does beside ordering: publishing its log.
    #[command(subcommand)]
    Node(node::Command),
    /// Audits a log from a folder or a web address, trusting nobody.
    Audit(audit::Arguments),
    /// Measures this machine, each figure beside its floor.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Statistics of trust: models, scales, behaviour, reports.
    #[command(subcommand)]
    Lab(lab::Command),
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Plan(command) => command.run(json),
            Self::Member(command) => command.run(json),
            Self::Case(command) => command.run(json),
            Self::Jury(command) => command.run(json),
            Self::Role(command) => command.run(json),
            Self::Period(command) => command.run(json),
            Self::Complaint(command) => command.run(json),
            Self::Arrears(command) => command.run(json),
            Self::Fund(command) => command.run(json),
            Self::Bank(command) => command.run(json),
            Self::Runoff(command) => command.run(json),
            Self::Demo(arguments) => demo::run(&arguments, json),
            Self::Submit(arguments) => submit::run(&arguments, json),
            Self::Replay(arguments) => replay::run(&arguments, json),
            Self::Audit(arguments) => audit::run(&arguments, json),
            Self::Receipt(command) => command.run(json),
            Self::Verify(arguments) => verify::run(&arguments, json),
            Self::Node(command) => command.run(json),
            Self::Bench(command) => command.run(json),
            Self::Lab(command) => command.run(json),
        }
    }
}
