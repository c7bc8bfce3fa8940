//! Fear: a hazard, odds or survival figure that R's survival and glm would not give.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

mod pls_reference;

use lab::behaviour::{
    Band, Baseline, BehaviourError, Link, Predictors, Spells, Ties, binary_regression, concordance,
    cox_regression, discrimination, kaplan_meier, log_rank, person_periods,
};
use lab::data::Items;
use lab::data::random::Draw;
use pls_reference::{agree, items, json};

fn predictors(items: &Items) -> Predictors {
    Predictors { names: items.names().to_vec(), values: items.values().to_vec() }
}

fn lung(columns: &[&str]) -> Option<(Spells, Predictors)> {
    let times = items("survival_lung.csv", &["time", "status"])?;
    let spells = Spells {
        times: times.column(0).collect(),
        events: times.column(1).map(|status| status == 2.0).collect(),
    };
    Some((spells, predictors(&items("survival_lung.csv", columns)?)))
}

#[test]
fn cox_agrees_with_survival_under_both_ties() {
    let Some((spells, x)) = lung(&["age", "sex", "ph.ecog"]) else {
        return;
    };
    let reference = json("behaviour_refs.json").unwrap();
    for (ties, name) in [(Ties::Efron, "cox_efron"), (Ties::Breslow, "cox_breslow")] {
        let found = cox_regression(&spells, &x, ties).unwrap();
        let theirs = &reference[name];
        for ours in &found.coefficients {
            agree(&ours.name, ours.estimate, theirs["coef"][&ours.name].as_f64().unwrap(), 1e-8);
            if ties == Ties::Efron {
                agree(&ours.name, ours.se, theirs["se"][&ours.name].as_f64().unwrap(), 1e-7);
            }
        }
        agree("null", found.null_log_likelihood, theirs["loglik"][0].as_f64().unwrap(), 1e-10);
        agree("loglik", found.log_likelihood, theirs["loglik"][1].as_f64().unwrap(), 1e-10);
    }
    let found = cox_regression(&spells, &x, Ties::Efron).unwrap();
    // survival 3.5: summary(coxph(...)).
    agree("concordance", found.concordance.estimate, 0.637135493000455, 1e-12);
    agree("se", found.concordance.se, 0.0250679738530796, 1e-9);
    agree("ratio", found.likelihood_ratio.0, 30.5006687731566, 1e-8);
    agree("wald", found.wald.0, 29.93, 1e-3);
    agree("score", found.score.0, 30.4999227049491, 1e-8);
    // cox.zph with its default transform.
    let theirs = reference["zph"].as_array().unwrap();
    for (ours, theirs) in found.proportionality.iter().zip(theirs) {
        agree(&ours.name, ours.chisq, theirs[0].as_f64().unwrap(), 1e-8);
        assert_eq!(theirs[1], ours.df);
        agree(&ours.name, ours.p, theirs[2].as_f64().unwrap(), 1e-8);
    }
    assert_eq!(found.proportionality.len(), theirs.len());
    assert!((found.score.1 / 1.08320924769373e-6 - 1.0).abs() < 1e-6);
}

#[test]
fn survival_curves_agree_in_every_band() {
    let Some((spells, _)) = lung(&["age"]) else {
        return;
    };
    let reference = json("behaviour_refs.json").unwrap();
    // survival 3.5: summary(survfit(...)), at 365 days and for the median.
    let bands = [
        (Band::Log, 0.3463151280985008, 0.4878722498355717, 285.0, 363.0),
        (Band::LogLog, 0.3402641704658283, 0.4803679743623004, 284.0, 361.0),
        (Band::Plain, 0.3406110691194011, 0.4814778328796706, 284.0, 363.0),
    ];
    for (band, lower, upper, median_lower, median_upper) in bands {
        let curve = kaplan_meier(&spells, 0.95, band).unwrap();
        let year = curve.at(365.0).unwrap();
        agree("s365", year.survival, reference["km"]["s365"].as_f64().unwrap(), 1e-12);
        agree("se365", year.se, reference["km"]["se365"].as_f64().unwrap(), 1e-12);
        agree("lower", year.ci_lower, lower, 1e-9);
        agree("upper", year.ci_upper, upper, 1e-9);
        assert_eq!(curve.median, reference["km"]["median"].as_f64());
        assert_eq!(curve.median_lower, Some(median_lower), "{band:?}");
        assert_eq!(curve.median_upper, Some(median_upper), "{band:?}");
        assert_eq!((curve.rows, curve.events), (227, 164));
        assert!(curve.at(-1.0).is_none());
    }
}

#[test]
fn log_rank_agrees_with_survdiff() {
    let Some((spells, x)) = lung(&["sex", "ph.ecog"]) else {
        return;
    };
    let labels = |column: usize| -> Vec<String> {
        (0..spells.times.len()).map(|row| x.row(row)[column].to_string()).collect()
    };
    let by_sex = log_rank(&spells, &labels(0)).unwrap();
    agree("sex", by_sex.chisq, 10.0081738056988, 1e-10);
    assert_eq!(by_sex.observed, [111.0, 53.0]);
    agree("expected", by_sex.expected[0], 90.9579028519079, 1e-10);
    let by_state = log_rank(&spells, &labels(1)).unwrap();
    agree("ecog", by_state.chisq, 21.962131682476, 1e-10);
    assert_eq!(by_state.df, 3);
    let one = vec!["all".to_owned(); spells.times.len()];
    assert_eq!(log_rank(&spells, &one), Err(BehaviourError::OneGroup(1)));
}

#[test]
fn logistic_regression_agrees_with_glm() {
    let Some(answers) = items("infert.csv", &["age", "parity", "induced", "spontaneous"]) else {
        return;
    };
    let outcome: Vec<bool> =
        items("infert.csv", &["case"]).unwrap().column(0).map(|case| case == 1.0).collect();
    let x = predictors(&answers).with_intercept(outcome.len());
    let found = binary_regression(&outcome, &x, Link::Logit).unwrap();
    let theirs = &json("behaviour_refs.json").unwrap()["glm_infert"];
    for ours in &found.coefficients {
        agree(&ours.name, ours.estimate, theirs["coef"][&ours.name].as_f64().unwrap(), 1e-6);
        // R reads standard errors one step before its coefficients settle; converged to 1e-14
        // it gives 1.004282914 for the intercept, as here, not 1.004276374.
        let theirs = theirs["se"][&ours.name].as_f64().unwrap();
        agree(&ours.name, ours.se, theirs, 1e-5);
    }
    agree("deviance", found.deviance, theirs["deviance"].as_f64().unwrap(), 1e-9);
    agree("null", found.null_deviance, theirs["null"].as_f64().unwrap(), 1e-9);
    agree("aic", found.aic, theirs["aic"].as_f64().unwrap(), 1e-9);
    // survival 3.5: concordance(glm(...)).
    agree("area", found.discrimination, 0.771230376049653, 1e-12);
}

#[test]
fn discrete_hazards_agree_with_a_complementary_log_log_glm() {
    let Some((spells, x)) = lung(&["age", "sex"]) else {
        return;
    };
    let times = spells.times.iter().map(|time| (time / 100.0).ceil()).collect();
    let spells = Spells { times, events: spells.events };
    let expanded = person_periods(&spells, &x, Baseline::LogTime).unwrap();
    assert_eq!(expanded.events.len(), 809);
    let link = Link::ComplementaryLogLog;
    let found = binary_regression(&expanded.events, &expanded.predictors, link).unwrap();
    // R 4.2: glm(y ~ log(per) + age + sex, binomial("cloglog")), converged to 1e-14.
    let theirs = [
        (-2.149142553592264, 0.6510448628916548),
        (0.4232991517660061, 0.11910131622366806),
        (0.0159740163685515, 0.00915886874082229),
        (-0.5267278251806419, 0.16777800987138236),
    ];
    for (ours, (estimate, se)) in found.coefficients.iter().zip(theirs) {
        agree(&ours.name, ours.estimate, estimate, 1e-7);
        agree(&ours.name, ours.se, se, 1e-7);
    }
    agree("deviance", found.deviance, 789.768894190149, 1e-10);
    agree("null", found.null_deviance, 815.713550807756, 1e-10);
    let half = Spells { times: vec![1.5, 2.0], events: vec![true, true] };
    let refused = person_periods(&half, &Predictors::default(), Baseline::Constant);
    assert!(matches!(refused, Err(BehaviourError::NotAPeriod(time, _)) if time == 1.5));
    let gap = Spells { times: vec![1.0, 3.0], events: vec![true, true] };
    let refused = person_periods(&gap, &Predictors::default(), Baseline::Free);
    assert_eq!(refused, Err(BehaviourError::EmptyPeriod(2)));
}

#[test]
fn concordance_by_trees_equals_concordance_by_pairs() {
    let seed = 3;
    eprintln!("seed {seed}");
    let mut stream = Draw::new(seed, 0);
    let rows = 200;
    let spells = Spells {
        times: (0..rows).map(|_| f64::from(stream.below(30))).collect(),
        events: (0..rows).map(|_| stream.below(3) > 0).collect(),
    };
    let risks: Vec<f64> = (0..rows).map(|_| f64::from(stream.below(20))).collect();
    let (mut agreeing, mut all) = (0.0, 0.0);
    for a in (0..rows).filter(|&a| spells.events[a]) {
        for b in 0..rows {
            let later = spells.times[b] > spells.times[a]
                || (spells.times[b] == spells.times[a] && !spells.events[b]);
            if later {
                all += 1.0;
                agreeing += match risks[a].total_cmp(&risks[b]) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
    }
    agree("concordance", concordance(&spells, &risks).estimate, agreeing / all, 1e-12);
    assert_eq!(discrimination(&[0.1, 0.4, 0.4, 0.9], &[false, false, true, true]), 0.875);
}

#[test]
fn models_without_a_finite_answer_are_told() {
    let x = Predictors { names: vec!["(Intercept)".into(), "x".into()], values: vec![] };
    let fill = |f: &dyn Fn(usize) -> f64| {
        let values = (0..40).flat_map(|row| [1.0, f(row)]).collect();
        Predictors { values, ..x.clone() }
    };
    let outcome: Vec<bool> = (0..40).map(|row| row >= 20).collect();
    let separated = binary_regression(&outcome, &fill(&|row| row as f64), Link::Logit);
    assert_eq!(separated, Err(BehaviourError::Separated("x".into())));
    let constant = binary_regression(&outcome, &fill(&|_| 3.0), Link::Logit);
    assert_eq!(constant, Err(BehaviourError::Collinear("x".into())));
    let same = binary_regression(&[true; 40], &fill(&|row| row as f64), Link::Logit);
    assert_eq!(same, Err(BehaviourError::ConstantOutcome));
    let missing = binary_regression(&outcome, &fill(&|_| f64::NAN), Link::Logit);
    assert_eq!(missing, Err(BehaviourError::Ragged));
    let one = |f: &dyn Fn(usize) -> f64| Predictors {
        names: vec!["x".into()],
        values: (0..40).map(f).collect(),
    };
    let spells = Spells { times: (1..=40).map(f64::from).collect(), events: vec![true; 40] };
    let monotone = cox_regression(&spells, &one(&|row| -(row as f64)), Ties::Efron);
    assert_eq!(monotone, Err(BehaviourError::Separated("x".into())));
    let quiet = Spells { events: vec![false; 40], ..spells.clone() };
    let none = cox_regression(&quiet, &one(&|row| row as f64), Ties::Efron);
    assert_eq!(none, Err(BehaviourError::NoEvents));
    assert!(kaplan_meier(&Spells::default(), 0.95, Band::Log).is_err());
    let never = kaplan_meier(&quiet, 0.95, Band::LogLog).unwrap();
    assert_eq!((never.median, never.events), (None, 0));
}
