//! `huzhu lab km`: what share is still there after some time?

use lab::behaviour::{Band, BehaviourError, Curve, LogRank, Spells, kaplan_meier, log_rank};
use serde_json::{Value, json};

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Which spells to show.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab km --data members.csv --time days --event left \
                        --group tenure --at 180,365")]
pub struct Arguments {
    #[command(flatten)]
    columns: input::SpellColumns,
    /// Column whose values make separate curves, compared by the log-rank test.
    #[arg(long)]
    group: Option<String>,
    /// Times at which to read the curves.
    #[arg(long, value_delimiter = ',')]
    at: Vec<f64>,
    /// Scale on which the band is symmetric.
    #[arg(long, value_enum, default_value = "log")]
    band: BandName,
    /// Level of the band.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum BandName {
    Log,
    LogLog,
    Plain,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.columns.data)?;
        let rows = self.columns.read(&table, &[])?;
        let mut spells = rows.spells;
        let mut labels = vec![String::new(); spells.times.len()];
        if let Some(group) = &self.group {
            let all = table.labels(group).map_err(|error| input::unreadable(&error))?;
            labels = rows.kept.iter().map(|&row| all[row].clone()).collect();
            let known = |row: &usize| !labels[*row].is_empty();
            let kept: Vec<usize> = (0..labels.len()).filter(known).collect();
            spells = taken(&spells, &kept);
            labels = kept.iter().map(|&row| labels[row].clone()).collect();
        }
        let refused = |error: BehaviourError| {
            input::impossible("E-KM", &error, "Check the time, event and group columns.")
        };
        let mut groups = labels.clone();
        groups.sort();
        groups.dedup();
        let mut curves = Vec::new();
        for group in groups {
            let own: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == group).collect();
            let curve =
                kaplan_meier(&taken(&spells, &own), self.level, self.band()).map_err(refused)?;
            curves.push((group, curve));
        }
        let test = match self.group {
            Some(_) => Some(log_rank(&spells, &labels).map_err(refused)?),
            None => None,
        };
        let document = json!({
            "curves": curves.iter().map(|(g, c)| self.curve(g, c)).collect::<Vec<_>>(),
            "log_rank": test.as_ref().map(comparison),
            "dropped_rows": table.rows() - spells.times.len(),
        });
        show(json, &document, || self.print(&curves, test.as_ref()));
        Ok(Outcome::Done)
    }

    fn band(&self) -> Band {
        match self.band {
            BandName::Log => Band::Log,
            BandName::LogLog => Band::LogLog,
            BandName::Plain => Band::Plain,
        }
    }

    fn curve(&self, group: &str, curve: &Curve) -> Value {
        let step = |time: f64, step: &lab::behaviour::CurveStep| {
            json!({
                "time": time, "n_risk": step.at_risk, "n_event": step.events,
                "n_censor": step.censored, "survival": step.survival, "se": step.se,
                "ci_lower": step.ci_lower, "ci_upper": step.ci_upper,
            })
        };
        let read = |&time: &f64| match curve.at(time) {
            Some(at) => step(time, at),
            None => json!({"time": time, "survival": 1.0, "se": 0.0}),
        };
        json!({
            "group": group, "n": curve.rows, "events": curve.events, "median": curve.median,
            "median_ci_lower": curve.median_lower, "median_ci_upper": curve.median_upper,
            "at": self.at.iter().map(read).collect::<Vec<_>>(),
            "steps": curve.steps.iter().map(|s| step(s.time, s)).collect::<Vec<_>>(),
        })
    }

    fn print(&self, curves: &[(String, Curve)], test: Option<&LogRank>) {
        let mut header = vec!["group".to_owned(), "n".into(), "events".into(), "median".into()];
        header.push(format!("{}% CI", self.level * 100.0));
        header.extend(self.at.iter().map(|time| format!("S({time})")));
        let row = |(group, curve): &(String, Curve)| {
            let mut row = vec![group.clone(), curve.rows.to_string(), curve.events.to_string()];
            row.push(words::perhaps(curve.median));
            let ends = [curve.median_lower, curve.median_upper].map(words::perhaps);
            row.push(format!("[{}, {}]", ends[0], ends[1]));
            let read = |&time: &f64| curve.at(time).map_or(1.0, |step| step.survival);
            row.extend(self.at.iter().map(|time| words::figure(read(time))));
            row
        };
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        words::print("Kaplan-Meier", &header, curves.iter().map(row).collect());
        if let Some(test) = test {
            println!(
                "Log-rank: chi-square {} on {} df, p {}",
                words::figure(test.chisq),
                test.df,
                words::probability(test.p)
            );
        }
    }
}

fn taken(spells: &Spells, rows: &[usize]) -> Spells {
    Spells {
        times: rows.iter().map(|&row| spells.times[row]).collect(),
        events: rows.iter().map(|&row| spells.events[row]).collect(),
    }
}

fn comparison(test: &LogRank) -> Value {
    json!({
        "chisq": test.chisq, "df": test.df, "p": test.p, "groups": test.groups,
        "observed": test.observed, "expected": test.expected, "n": test.rows,
    })
}
