//! Who carries whom under a charter: its clauses put to the incidence tables.

use rules::charter::{Charter, Complaint, SharingRule};
use sim::ages::AgePrior;
use sim::fairness::{ClaimProfile, Class, by_class, cliffs};
use sim::incidence::{ChinaTable, Table};

use crate::layout::count;
use crate::problem::{Kind, Problem};

/// Equal shares are looked at by these ages: the bands of the incidence literature.
const AGES: [(u8, u8); 5] = [(0, 17), (18, 29), (30, 39), (40, 49), (50, 59)];

/// A class that is carried by others, or carries them, by more than this factor deserves a warning.
const GAP_MAX: f64 = 2.0;

/// A benefit border at which the cost of cover changes by more than this factor is a cliff.
const CLIFF_MAX: f64 = 1.5;

/// A yearly share that varies by more than this part of itself is not foreseeable.
const VARIATION_MAX: f64 = 0.10;

/// Expected aid of a class over what it pays.
pub struct Ratio {
    /// Name of the class.
    pub name: String,
    /// 1 is fair; above it the class is carried by the others.
    pub ratio: f64,
}

/// What was found.
#[derive(Default)]
pub struct Fairness {
    /// Class by class.
    pub classes: Vec<Ratio>,
    /// Unfairness worth a warning.
    pub warnings: Vec<Complaint>,
    /// Where the incidence and the ages come from.
    pub source: String,
}

/// Compares what each class is expected to receive with what it pays.
pub fn of(charter: &Charter) -> Result<Fairness, Problem> {
    let table = Table::china(ChinaTable::TwentyEightIllnesses2020).map_err(unavailable)?;
    let prior = AgePrior::xianghubao();
    let severity = charter.benefits.first().map_or("", |benefit| benefit.severity.as_str());
    let benefit = |age: u8| {
        charter.benefit(severity, i32::from(age)).map_or(0, |benefit| benefit.amount_minor.minor())
    };
    let classes = classes(charter);
    let ratios = by_class(&table, &prior, &classes, benefit).map_err(unavailable)?;
    let mut fairness = Fairness {
        classes: ratios
            .into_iter()
            .filter_map(|class| Some(Ratio { ratio: class.ratio?, name: class.name }))
            .collect(),
        warnings: Vec::new(),
        source: format!(
            "Incidence: {} ({}). Ages: a stated prior with 25 % aged 40 to 59, not a published \
             table.",
            table.source().name,
            table.source().caveat
        ),
    };
    let mut warn = |code: &'static str, at: &str, what: String| {
        fairness.warnings.push(Complaint { code, at: at.to_owned(), what });
    };
    let (low, high) = range(&fairness.classes);
    if high > GAP_MAX * low {
        let what = format!(
            "the best-off class receives {:.1} times as much for its share as the worst-off",
            high / low
        );
        warn("W-FAIR-GAP", "sharing", what);
    }
    let last = last_age(charter);
    for cliff in cliffs(&table, 0..=last, benefit).map_err(unavailable)? {
        let step = cliff.before_minor / cliff.after_minor;
        if !(1.0 / CLIFF_MAX..=CLIFF_MAX).contains(&step) {
            let what = format!(
                "at {} the expected aid changes from {:.2} to {:.2} a year: a cliff",
                cliff.age,
                cliff.before_minor / 100.0,
                cliff.after_minor / 100.0
            );
            warn("W-FAIR-CLIFF", "benefits", what);
        }
    }
    let profile = ClaimProfile::from_table(&table, &prior, benefit, 1.0).map_err(unavailable)?;
    let members = charter.eligibility.members_min;
    let variation = profile.share_variation(members);
    if variation > VARIATION_MAX {
        let enough = profile.break_even_members(VARIATION_MAX).unwrap_or(u64::MAX);
        let what = format!(
            "with {} members the yearly share varies by {:.0} % of itself; {} would keep it \
             within 10 %",
            count(members),
            variation * 100.0,
            count(enough)
        );
        warn("W-FAIR-SIZE", "eligibility.members_min", what);
    }
    Ok(fairness)
}

/// The oldest age that both the charter and the tables speak of.
fn last_age(charter: &Charter) -> u8 {
    u8::try_from(charter.eligibility.age_years_max).unwrap_or(59).min(59)
}

/// The charter's bands, or under equal shares the bands of the literature with equal weight.
fn classes(charter: &Charter) -> Vec<Class> {
    let last = last_age(charter);
    let named = |name: String, first: u8, end: u8, weight: f64| Class {
        name,
        ages: first..=end.min(last),
        weight,
    };
    let all: Vec<Class> = match charter.sharing.rule {
        SharingRule::Uniform => {
            let bands = AGES.iter();
            bands.map(|(a, b)| named(format!("{a}-{}", (*b).min(last)), *a, *b, 1.0)).collect()
        }
        SharingRule::Banded => {
            let age = |age: i32| u8::try_from(age).unwrap_or(u8::MAX);
            let bands = charter.sharing.bands.iter();
            bands
                .map(|b| named(b.name.clone(), age(b.ages[0]), age(b.ages[1]), f64::from(b.weight)))
                .collect()
        }
    };
    all.into_iter().filter(|class| !class.ages.is_empty()).collect()
}

fn range(classes: &[Ratio]) -> (f64, f64) {
    let ratios = classes.iter().map(|class| class.ratio).filter(|ratio| *ratio > 0.0);
    ratios.fold((f64::INFINITY, 0.0), |(low, high), r| (low.min(r), high.max(r)))
}

fn unavailable(error: sim::Error) -> Problem {
    Problem::new(
        Kind::Input,
        "E-FAIRNESS",
        "Fairness cannot be worked out for this charter.",
        format!("{error}."),
        "The tables speak of ages up to 59; check the ages in the charter.",
    )
}
