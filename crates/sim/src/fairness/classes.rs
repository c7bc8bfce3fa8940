//! Expected aid against charge, class by class, and the jumps at benefit borders.
//!
//! A benefit is a function from completed age at diagnosis to an amount in minor units of the
//! plan's currency. Costs are minor units a member and year, before any fee. A plan whose
//! incidence is a constant fraction of the table's has the same ratios.

use crate::Error;
use crate::ages::AgePrior;
use crate::incidence::Table;
use std::ops::RangeInclusive;

/// A class of members who pay alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// What the class is called.
    pub name: String,
    /// Completed years of its members, both ends included.
    pub ages: RangeInclusive<u8>,
    /// What a member pays relative to the other classes: all 1 when everybody pays the same.
    pub weight: f64,
}

/// What a class costs and pays, a member and year.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassFairness {
    /// Name of the class.
    pub name: String,
    /// Fraction of the members of all classes that are in it, under the prior.
    pub member_fraction: f64,
    /// Expected aid, minor units a member and year.
    pub expected_aid_minor: f64,
    /// Charge, minor units a member and year, when all charges together meet all expected aid.
    pub pays_minor: f64,
    /// Expected aid over charge: 1 is fair, above 1 the class is carried by the others. Nothing
    /// when the class pays nothing.
    pub ratio: Option<f64>,
}

/// Expected aid at one age: rate times benefit, minor units a year.
///
/// # Errors
/// [`Error::AgeBeyondTable`].
pub fn pure_annual_cost(table: &Table, age: u8, benefit: impl Fn(u8) -> i64) -> Result<f64, Error> {
    Ok(table.annual_rate(age)? * benefit(age) as f64)
}

/// Expected aid of a band in which every age is equally common, minor units a member and year.
///
/// # Errors
/// [`Error::AgeBeyondTable`]; [`Error::ClassesInvalid`] for an empty band.
pub fn mean_cost(
    table: &Table,
    ages: RangeInclusive<u8>,
    benefit: impl Fn(u8) -> i64,
) -> Result<f64, Error> {
    if ages.is_empty() {
        return Err(Error::ClassesInvalid { why: "the band holds no age".into() });
    }
    let count = ages.clone().count() as f64;
    let mut sum = 0.0;
    for age in ages {
        sum += pure_annual_cost(table, age, &benefit)?;
    }
    Ok(sum / count)
}

/// Compares what each class is expected to receive with what it pays.
///
/// # Errors
/// [`Error::ClassesInvalid`] when classes overlap, when one has no members under the prior, or
/// when a weight is negative or not a number or all are 0; [`Error::AgeBeyondTable`].
pub fn by_class(
    table: &Table,
    prior: &AgePrior,
    classes: &[Class],
    benefit: impl Fn(u8) -> i64,
) -> Result<Vec<ClassFairness>, Error> {
    check(classes)?;
    let mut members = Vec::with_capacity(classes.len());
    let mut costs = Vec::with_capacity(classes.len());
    for class in classes {
        let fraction = prior.fraction_in(class.ages.clone());
        if fraction <= 0.0 {
            let why = format!("class {:?} has no members under the age prior", class.name);
            return Err(Error::ClassesInvalid { why });
        }
        let mut cost = 0.0;
        for age in class.ages.clone().filter(|&age| prior.fraction_at(age) > 0.0) {
            cost += prior.fraction_at(age) * pure_annual_cost(table, age, &benefit)?;
        }
        members.push(fraction);
        costs.push(cost / fraction);
    }
    let all: f64 = members.iter().sum();
    let aid: f64 = members.iter().zip(&costs).map(|(m, c)| m * c).sum();
    let units: f64 = members.iter().zip(classes).map(|(m, c)| m * c.weight).sum();
    if units <= 0.0 {
        return Err(Error::ClassesInvalid { why: "nobody pays: every weight is 0".into() });
    }
    let compared = classes.iter().zip(members).zip(costs).map(|((class, fraction), cost)| {
        let pays = class.weight * aid / units;
        ClassFairness {
            name: class.name.clone(),
            member_fraction: fraction / all,
            expected_aid_minor: cost,
            pays_minor: pays,
            ratio: (pays > 0.0).then(|| cost / pays),
        }
    });
    Ok(compared.collect())
}

fn check(classes: &[Class]) -> Result<(), Error> {
    let invalid = |why: String| Err(Error::ClassesInvalid { why });
    for (at, class) in classes.iter().enumerate() {
        if class.weight < 0.0 || !class.weight.is_finite() {
            return invalid(format!("the weight of {:?} is {}", class.name, class.weight));
        }
        let overlaps = |other: &&Class| {
            other.ages.start() <= class.ages.end() && class.ages.start() <= other.ages.end()
        };
        if let Some(other) = classes[..at].iter().find(overlaps) {
            return invalid(format!("{:?} and {:?} share ages", other.name, class.name));
        }
    }
    Ok(())
}

/// The classes that a benefit's own steps make: runs of ages with one benefit, weight 1.
pub fn benefit_steps(ages: RangeInclusive<u8>, benefit: impl Fn(u8) -> i64) -> Vec<Class> {
    let mut steps: Vec<Class> = Vec::new();
    for age in ages {
        match steps.last_mut() {
            Some(step) if benefit(*step.ages.end()) == benefit(age) => {
                step.ages = *step.ages.start()..=age;
            }
            _ => steps.push(Class { name: String::new(), ages: age..=age, weight: 1.0 }),
        }
    }
    for step in &mut steps {
        step.name = format!("{}-{}", step.ages.start(), step.ages.end());
    }
    steps
}

/// A border of the benefit: what the last age before it and the first age after it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Cliff {
    /// The first age with the new benefit.
    pub age: u8,
    /// Expected aid at the age before, minor units a year.
    pub before_minor: f64,
    /// Expected aid at `age`, minor units a year.
    pub after_minor: f64,
}

/// The borders at which the benefit changes, youngest first.
///
/// # Errors
/// [`Error::AgeBeyondTable`].
pub fn cliffs(
    table: &Table,
    ages: RangeInclusive<u8>,
    benefit: impl Fn(u8) -> i64,
) -> Result<Vec<Cliff>, Error> {
    let steps = benefit_steps(ages, &benefit);
    let border = |pair: &[Class]| {
        let (before, age) = (*pair[0].ages.end(), *pair[1].ages.start());
        Ok(Cliff {
            age,
            before_minor: pure_annual_cost(table, before, &benefit)?,
            after_minor: pure_annual_cost(table, age, &benefit)?,
        })
    };
    steps.windows(2).map(border).collect()
}
