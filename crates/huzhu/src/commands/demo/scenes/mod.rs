//! Scenes after the last published period, invented and said to be so: what the published history
//! does not tell of. An objection and its jury, a refusal, a re-audit by lot, aid that comes back
//! after fraud, an amendment; each by real keys through the rules, in the demo's own log.
//!
//! They play in periods of their own after the last published one, so that no published figure has
//! them beside it. `cast` says who acts, `cases` brings three cases, `dispute` lets a jury decide
//! one, `again` looks at paid ones again, `change` amends the charter, `votes` seals and opens
//! votes, `check` finds everything again in the state that the log leads to.

mod again;
mod cases;
mod cast;
mod change;
mod check;
mod dispute;
mod votes;

use rules::day::Day;
use serde_json::{Value, json};

use super::player::Player;
use crate::problem::Problem;
use cast::Cast;

pub use check::check;

/// Periods of the scenes.
const PERIODS: u32 = 4;

/// Something that happened, in both languages.
struct Line {
    name: &'static str,
    day: Day,
    en: String,
    zh: String,
}

/// What was played.
#[derive(Default)]
pub struct Scenes {
    lines: Vec<Line>,
    /// Periods that were opened and closed for the scenes.
    pub periods: u32,
    cases: Option<cases::Cases>,
}

/// The calendar of a period, and what is done in it.
struct Dates {
    publicity: Day,
    charge: Day,
}

fn dates(player: &Player, number: u32) -> Dates {
    let period = player.state().period(number);
    let (publicity, charge) =
        period.map_or((player.state().day(), player.state().day()), |p| (p.publicity, p.charge));
    Dates { publicity, charge }
}

/// Plays the scenes, if the plan has members enough for a panel.
pub fn play(player: &mut Player) -> Result<Scenes, Problem> {
    let first = player.state().open_period();
    let mut scenes = Scenes::default();
    let Some(cast) = Cast::choose(player)? else { return Ok(scenes) };
    let begin = player.state().day().plus_days(1);
    player.go(begin)?;
    cast.prepare(player)?;
    scenes.tell(change::propose(player)?);
    let cases = cases::bring(player, &cast)?;
    publish(player, first)?;
    player.go(dates(player, first).publicity.plus_days(1))?;
    for line in dispute::play(player, &cast, &cases)? {
        scenes.tell(line);
    }
    charge(player, first)?;
    scenes.tell(cases::refused(player, &cases));
    player.go(player.state().day().plus_days(1))?;
    for line in again::draw(player, &cast, first)? {
        scenes.tell(line);
    }
    publish(player, first + 1)?;
    charge(player, first + 1)?;
    let votes = change::vote(player)?;
    scenes.tell(again::recover(player, &cases)?);
    publish(player, first + 2)?;
    change::count(player, votes)?;
    charge(player, first + 2)?;
    scenes.tell(again::shared(player, first + 2)?);
    publish(player, first + 3)?;
    scenes.tell(change::result(player)?);
    charge(player, first + 3)?;
    (scenes.cases, scenes.periods) = (Some(cases), PERIODS);
    Ok(scenes)
}

fn publish(player: &mut Player, number: u32) -> Result<(), Problem> {
    player.go(dates(player, number).publicity)?;
    player.publish(number)
}

fn charge(player: &mut Player, number: u32) -> Result<(), Problem> {
    player.go(dates(player, number).charge)?;
    player.settle(number)?;
    player.seal(number)
}

impl Scenes {
    fn tell(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// The lines for machines.
    pub fn to_json(&self) -> Vec<Value> {
        let lines = self.lines.iter();
        let line = |line: &Line| {
            let Line { name, day, en, zh } = line;
            json!({"scene": name, "day": day, "en": en, "zh": zh})
        };
        lines.map(line).collect()
    }

    /// The lines for people.
    pub fn print(&self) {
        let (en, zh) = ("Scenes after the last published period, all invented", "虚构情景");
        println!("\n{en} · {zh}(在最后一期公布之后)");
        if self.lines.is_empty() {
            println!("  The plan is too small for a panel · 成员太少,无法组成合议组");
        }
        for line in &self.lines {
            println!("  {}  {}", line.day, line.en);
            println!("              {}", line.zh);
        }
    }
}
