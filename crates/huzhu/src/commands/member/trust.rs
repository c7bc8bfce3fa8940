//! What members are to each other: introductions, thanks, circles, and one member's view of them.

use rules::command::{Do, TrustCommand};
use rules::roll::Standing;
use serde_json::{Value, json};

use crate::console::{Console, Folder};
use crate::layout::{NONE, Table, count, counted};
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;
use crate::sealed::Sealed;

/// What members say of each other.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Says who introduced a member; nobody earns from it.
    #[command(after_help = "Example:\n  huzhu member introduce 9 --by 3")]
    Introduce {
        #[command(flatten)]
        folder: Folder,
        /// Who was introduced.
        member: u32,
        /// Who introduced the member.
        #[arg(long, value_name = "MEMBER")]
        by: u32,
        /// Sign with the member's own key instead of the registrar's.
        #[arg(long)]
        own_key: bool,
    },
    /// Thanks for the aid of a case, in public, by the own key of the one who was helped.
    #[command(after_help = "Example:\n  huzhu member thank --case 0 --text \"Thank you all.\"")]
    Thank {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        #[arg(long)]
        case: u32,
        /// The text, which everybody can read until it is taken back.
        #[arg(long)]
        text: String,
    },
    /// Takes thanks back: the text is removed, its salted hash stays.
    #[command(after_help = "Example:\n  huzhu member unthank --case 0")]
    Unthank {
        #[command(flatten)]
        folder: Folder,
        /// The case.
        #[arg(long)]
        case: u32,
    },
    /// Joins a circle (colleagues, a village), or leaves it.
    #[command(after_help = "Example:\n  huzhu member circle 3 --join village")]
    Circle {
        #[command(flatten)]
        folder: Folder,
        /// The member, who signs by the own key.
        member: u32,
        #[command(flatten)]
        change: Change,
    },
    /// Shows with whom a member shares: household, introductions, circles and whom they helped.
    #[command(after_help = "Example:\n  huzhu member ties 3")]
    Ties {
        #[command(flatten)]
        folder: Folder,
        /// The member.
        member: u32,
    },
}

/// A step into or out of a circle.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Change {
    /// The circle that is joined.
    #[arg(long, value_name = "CIRCLE")]
    join: Option<String>,
    /// The circle that is left.
    #[arg(long, value_name = "CIRCLE")]
    leave: Option<String>,
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Introduce { folder, member, by: introducer, own_key } => {
                let mut console = Console::open(&folder)?;
                let body = Do::Trust(TrustCommand::NameIntroducer { member, introducer });
                console.send_for(member, own_key, body)?.show(&console, json)
            }
            Self::Thank { folder, case, text } => {
                let mut console = Console::open(&folder)?;
                let member = case_of(console.state(), case)?;
                let sealed = Sealed::new("thanks", &text)?;
                // The text first: a hash in the log without its text could be read by nobody.
                let card = console.store_card(sealed.text())?;
                let body = Do::Trust(TrustCommand::GiveThanks { case, card });
                match console.send_as_member(member, body) {
                    Ok(sent) => sent.with("thanks", json!(card)).show(&console, json),
                    Err(problem) => {
                        // After a failed write nobody knows whether an entry names the text.
                        if problem.kind != Kind::Environment {
                            console.remove_card(&card)?;
                        }
                        Err(problem)
                    }
                }
            }
            Self::Unthank { folder, case } => {
                let mut console = Console::open(&folder)?;
                let member = case_of(console.state(), case)?;
                let thanks = console.state().bond(member).map(|bond| bond.thanks.clone());
                let sent = console
                    .send_as_member(member, Do::Trust(TrustCommand::RevokeThanks { case }))?;
                let thanks = thanks.unwrap_or_default();
                if let Some((_, text)) = thanks.into_iter().find(|(of, _)| *of == case) {
                    console.remove_card(&text)?;
                }
                sent.show(&console, json)
            }
            Self::Circle { folder, member, change } => {
                let mut console = Console::open(&folder)?;
                let command = match (change.join, change.leave) {
                    (Some(circle), _) => TrustCommand::JoinCircle { circle },
                    (None, Some(circle)) => TrustCommand::LeaveCircle { circle },
                    (None, None) => unreachable!("one of the two is required"),
                };
                console.send_as_member(member, Do::Trust(command))?.show(&console, json)
            }
            Self::Ties { folder, member } => ties(&Reader::open(&folder)?, member, json),
        }
    }
}

fn case_of(state: &rules::State, case: u32) -> Result<u32, Problem> {
    state.case(case).map(|case| case.member).ok_or_else(|| {
        let what = format!("There is no case {case}.");
        let why = "Cases are numbered from 0 in the order of filing.";
        Problem::new(Kind::Refused, "E-CASE-UNKNOWN", what, why, "Check the number.")
    })
}

/// A circle as its members may see it.
struct Circle {
    name: String,
    members: u64,
    helped: u64,
}

impl Circle {
    fn of(state: &rules::State, name: &str) -> Self {
        let belongs = |bond: &&rules::trust::Bond| bond.circles.iter().any(|other| other == name);
        let active = |member: u32| {
            state.roll().get(member).is_some_and(|row| row.standing == Standing::Active)
        };
        let helped = |member: u32| {
            state.roll().get(member).is_some_and(|row| row.standing == Standing::Aided)
        };
        let all: Vec<u32> = state.bonds().iter().filter(belongs).map(|bond| bond.member).collect();
        let number = |of: &dyn Fn(u32) -> bool| all.iter().filter(|m| of(**m)).count() as u64;
        Self { name: name.to_owned(), members: number(&active), helped: number(&helped) }
    }

    /// Counts below the charter's smallest group would tell of single people.
    fn document(&self, group_min: u64) -> Value {
        let large = self.members + self.helped >= group_min;
        let shown = |number: u64| if large { json!(number) } else { Value::Null };
        json!({
            "circle": self.name, "members": shown(self.members), "helped": shown(self.helped),
        })
    }
}

fn ties(reader: &Reader, member: u32, json: bool) -> Result<Outcome, Problem> {
    let state = reader.state();
    let row = state.roll().get(member).ok_or_else(|| super::unknown(member))?;
    let group_min = u64::from(reader.charter()?.disclosure.group_min);
    let bond = state.bond(member).cloned().unwrap_or_default();
    let introduced = state.bonds().iter().filter(|other| other.introducer == Some(member));
    let introduced: Vec<u32> = introduced.map(|other| other.member).collect();
    let payer = row.payer.unwrap_or(member);
    let dependants: Vec<u32> = state.roll().dependants(payer).collect();
    let circles: Vec<Circle> = bond.circles.iter().map(|name| Circle::of(state, name)).collect();
    let document = json!({
        "member": member,
        "household": {"payer": payer, "dependants": dependants},
        "introducer": bond.introducer,
        "introduced": introduced,
        "circles": circles.iter().map(|circle| circle.document(group_min)).collect::<Vec<_>>(),
        "thanks": bond.thanks.iter().map(|(case, text)| json!({"case": case, "text": text}))
            .collect::<Vec<_>>(),
    });
    Ok(reader.show(json, document, || {
        println!("Member {member} and others. Nothing of this changes what anybody pays or gets.");
        let mut table = Table::new("ll", 2);
        let household = match dependants.len() {
            0 => "alone".to_owned(),
            more => format!("member {payer} pays for {}", counted(more as u64, "other", "others")),
        };
        table.pair("household", household);
        let by = bond.introducer.map_or(NONE.to_owned(), |by| format!("member {by}"));
        table.pair("introduced by", by);
        table.pair("has introduced", count(introduced.len() as u64));
        for circle in &circles {
            let shown = if circle.members + circle.helped >= group_min {
                let helped = counted(circle.helped, "was helped", "were helped");
                format!("{}, {helped}", counted(circle.members, "member", "members"))
            } else {
                format!("fewer than {group_min} members")
            };
            table.pair(&format!("circle {}", circle.name), shown);
        }
        table.print();
    }))
}
