//! `huzhu jury …`: the quiz, the draw, the votes, the verdict.
//!
//! What a juror or an applicant must keep until it is opened (salts, nonces) lies in the folder
//! `ballots` beside the keys, on the machine of whoever holds the key.

mod show;

use proof::Digest;
use rules::ballot::Choice;
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::command::{Do, JuryCommand};
use rules::jury::Jury;

use crate::commands::role::role;
use crate::console::{Console, Folder};
use crate::draw;
use crate::keep;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::vote::{self, Question};

/// What can be done about hearings.
#[derive(clap::Subcommand)]
pub enum Command {
    /// A member takes the quiz about the rules and can be drawn from then on.
    #[command(after_help = "Example:\n  huzhu jury qualify --member 5 --answers 2,2")]
    Qualify {
        #[command(flatten)]
        folder: Folder,
        /// Who takes it.
        #[arg(long)]
        member: u32,
        /// The answers, counted from 1, in the order of the questions.
        #[arg(long, value_delimiter = ',')]
        answers: Vec<u32>,
    },
    /// Declares members who work for the plan, once a second key has signed: they are never drawn.
    #[command(after_help = "Example:\n  huzhu jury staff 7 8")]
    Staff {
        #[command(flatten)]
        folder: Folder,
        /// The members.
        #[arg(required = true)]
        members: Vec<u32>,
    },
    /// The applicant commits to a number that enters the draw.
    #[command(after_help = "Example:\n  huzhu jury nonce 0 --own-key")]
    Nonce(Applicant),
    /// Seals who can be drawn and who cannot.
    #[command(after_help = "Example:\n  huzhu jury draw 0")]
    Draw(Step),
    /// The applicant reveals the number.
    #[command(after_help = "Example:\n  huzhu jury reveal 0 --own-key")]
    Reveal(Applicant),
    /// A party of the draw answers it; the last answer seats the panel.
    #[command(after_help = "Example:\n  huzhu jury answer 0 --as custodian")]
    Answer {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// Which party.
        #[arg(long = "as", value_parser = role())]
        party: Role,
    },
    /// Seats the panel without the parties that are silent after their deadline.
    #[command(after_help = "Example:\n  huzhu jury seat 0")]
    Seat(Step),
    /// A juror steps back and the next takes the place.
    #[command(after_help = "Example:\n  huzhu jury recuse 0 --member 5")]
    Recuse(Juror),
    /// A juror commits a vote, which nobody can read until it is opened.
    #[command(after_help = "Example:\n  huzhu jury commit 0 --member 5 --vote for \
                            --reason \"The report shows it.\"")]
    Commit {
        #[command(flatten)]
        juror: Juror,
        /// For aid or against it.
        #[arg(long, value_parser = vote::choice)]
        vote: Choice,
        /// Why; published when the vote is opened, so without names of people.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// A juror opens the vote, or an institution opens those left closed.
    #[command(after_help = "Example:\n  huzhu jury open 0 --member 5\n  \
                            huzhu jury open 0 --as custodian")]
    Open {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// The juror.
        #[arg(long, required_unless_present = "institution")]
        member: Option<u32>,
        /// The institution.
        #[arg(long = "as", value_parser = role(), conflicts_with = "member")]
        institution: Option<Role>,
    },
    /// Counts the votes.
    #[command(after_help = "Example:\n  huzhu jury close 0")]
    Close(Step),
    /// Shows the latest hearing of a case.
    #[command(after_help = "Example:\n  huzhu jury show 0 --record draw.txt")]
    Show {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        case: u32,
        /// Writes the record of the draw, which anybody recomputes, to this file.
        #[arg(long, value_name = "FILE")]
        record: Option<std::path::PathBuf>,
    },
}

/// A step of the hearing of a case.
#[derive(clap::Args)]
pub struct Step {
    #[command(flatten)]
    folder: Folder,
    /// The case.
    case: u32,
    /// A member who presses on, in the place of the operator.
    #[arg(long)]
    member: Option<u32>,
}

/// A step of a juror.
#[derive(clap::Args)]
pub struct Juror {
    #[command(flatten)]
    folder: Folder,
    /// The case.
    case: u32,
    /// The juror.
    #[arg(long)]
    member: u32,
}

/// A step of the applicant.
#[derive(clap::Args)]
pub struct Applicant {
    #[command(flatten)]
    folder: Folder,
    /// The case.
    case: u32,
    /// Sign with the applicant's own key instead of the registrar's.
    #[arg(long)]
    own_key: bool,
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Qualify { folder, member, answers } => {
                by_member(&folder, member, JuryCommand::Qualify { answers }, json)
            }
            Self::Staff { folder, members } => {
                let mut console = Console::open(&folder)?;
                let body = Do::Jury(JuryCommand::Staff { members });
                console.send(body)?.show(&console, json)
            }
            Self::Nonce(applicant) => applicant.commit(json),
            Self::Reveal(applicant) => applicant.reveal(json),
            Self::Draw(step) => step.send(json, |case| JuryCommand::Draw { case }),
            Self::Seat(step) => step.send(json, |case| JuryCommand::Seat { case }),
            Self::Close(step) => step.send(json, |case| JuryCommand::Close { case }),
            Self::Answer { folder, case, party } => answer(&folder, case, party, json),
            Self::Recuse(juror) => {
                let body = JuryCommand::Recuse { case: juror.case };
                by_member(&juror.folder, juror.member, body, json)
            }
            Self::Commit { juror: Juror { folder, case, member }, vote, reason } => {
                vote::commit(&folder, Question::Hearing(case), member, (vote, reason), json)
            }
            Self::Open { folder, case, member: Some(member), .. } => {
                vote::open(&folder, Question::Hearing(case), member, json)
            }
            Self::Open { folder, case, institution, .. } => {
                let role = institution.unwrap_or(Role::Custodian);
                vote::open_left(&folder, Question::Hearing(case), role, json)
            }
            Self::Show { folder, case, record } => show::one(&folder, case, record, json),
        }
    }
}

fn by_member(
    folder: &Folder,
    member: u32,
    body: JuryCommand,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    console.send_as_member(member, Do::Jury(body))?.show(&console, json)
}

impl Step {
    fn send(
        self,
        json: bool,
        command: impl FnOnce(u32) -> JuryCommand,
    ) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let body = Do::Jury(command(self.case));
        let sent = match self.member {
            Some(member) => console.send_as_member(member, body),
            None => console.send(body),
        };
        sent?.show(&console, json)
    }
}

/// A nonce is kept under the name of its commitment, so that a second one that is refused does not
/// take the place of the first.
fn kept_as(commitment: &Digest) -> String {
    format!("nonce {commitment}")
}

impl Applicant {
    fn commit(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        hearing(console.state(), self.case)?;
        let nonce = node::random_bytes::<32>()?;
        let commitment = proof::draw::nonce_commitment(&nonce);
        keep::write(&self.folder.dir, &kept_as(&commitment), &Bytes(nonce.to_vec()))?;
        self.send(&mut console, JuryCommand::Nonce { case: self.case, commitment }, json)
    }

    fn reveal(self, json: bool) -> Result<Outcome, Problem> {
        let mut console = Console::open(&self.folder)?;
        let commitment = hearing(console.state(), self.case)?.draw.nonce_commitment;
        let commitment = commitment.ok_or_else(|| {
            let what = "Nothing is revealed.";
            let why = format!("No number is committed for case {}.", self.case);
            Problem::new(Kind::Refused, "E-DRAW-NONCE", what, why, "The draw goes on without it.")
        })?;
        let nonce: Bytes = keep::read(&self.folder.dir, &kept_as(&commitment))?;
        self.send(&mut console, JuryCommand::Reveal { case: self.case, nonce }, json)
    }

    fn send(
        &self,
        console: &mut Console,
        body: JuryCommand,
        json: bool,
    ) -> Result<Outcome, Problem> {
        let applicant = console.state().case(self.case).map_or(0, |case| case.member);
        console.send_for(applicant, self.own_key, Do::Jury(body))?.show(console, json)
    }
}

fn answer(folder: &Folder, case: u32, party: Role, json: bool) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let draw = &hearing(console.state(), case)?.draw;
    let proof = draw::answer(&console.founded()?.plan, draw, &console.key(party)?)?;
    let body = Do::Jury(JuryCommand::Answer { case, proof });
    console.send_as(party, body)?.show(&console, json)
}

/// The latest hearing of a case.
fn hearing(state: &rules::State, case: u32) -> Result<&Jury, Problem> {
    state.jury(case).ok_or_else(|| {
        let what = format!("There is no hearing of case {case}.");
        let why = "It begins with an objection to a published case, or with an appeal.";
        let next = "Look at the case with `huzhu case show`.";
        Problem::new(Kind::Refused, "E-JURY-NONE", what, why, next)
    })
}
