//! The fear: a digit that differs from lavaan 0.6-14. Estimates and standard errors must agree
//! to five significant digits or 1e-5, measures of fit to 1e-4.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use lab::model::GroupEqual;
use lab::sem::{Estimator, Fit, FitOptions, Likelihood, Missing};
use sem_reference::{differences, fitted, folder, table};

const HS: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

const PD: &str = "
    ind60 =~ x1 + x2 + x3
    dem60 =~ y1 + y2 + y3 + y4
    dem65 =~ y5 + y6 + y7 + y8
    dem60 ~ a*ind60
    dem65 ~ c*ind60 + b*dem60
    y1 ~~ y5
    y2 ~~ y4 + y6
    y3 ~~ y7
    y4 ~~ y8
    y6 ~~ y8
    indirect := a*b
    total := c + a*b";

const LM: &str = "
    Trust =~ trust1 + trust2
    PrCon =~ privcon1 + privcon2 + privcon3 + privcon4
    Risk =~ risk1 + risk2 + risk3
    Int =~ intent1 + intent2
    Int ~ c1*Trust + c2*PrCon + b*Risk
    Risk ~ a1*Trust + a2*PrCon
    Trust ~ t*PrCon
    ind_trust_risk := a1*b
    tot_trust := c1 + a1*b
    ind_prcon := t*c1 + a2*b + t*a1*b
    tot_prcon := c2 + t*c1 + a2*b + t*a1*b";

fn estimator(name: &str) -> FitOptions {
    FitOptions { estimator: Estimator::named(name), ..FitOptions::default() }
}

fn fiml(name: &str) -> FitOptions {
    FitOptions { missing: Missing::Fiml, ..estimator(name) }
}

fn grouped(group: &str, equal: &[GroupEqual]) -> FitOptions {
    FitOptions { group: Some(group.into()), equal: equal.to_vec(), ..FitOptions::default() }
}

fn ordered(names: impl Iterator<Item = String>, estimator_name: &str) -> FitOptions {
    FitOptions { ordered: names.collect(), ..estimator(estimator_name) }
}

fn check(model: &str, data: &str, options: &FitOptions, name: &str) -> Option<Fit> {
    check_but(model, data, options, name, &[])
}

fn check_but(
    model: &str,
    data: &str,
    options: &FitOptions,
    name: &str,
    skip: &[&str],
) -> Option<Fit> {
    let folder = folder()?;
    let table = table(&folder.join("data").join(format!("{data}.csv")));
    let mut fit = fitted(model, &table, options);
    let found = differences(&mut fit, &folder.join("ref"), name, skip);
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
    Some(fit)
}

const CLASSIC: &str = "holzinger_swineford1939";

#[test]
fn maximum_likelihood_and_its_robust_versions() {
    for name in ["ml", "mlr", "mlm", "mlf"] {
        check(HS, CLASSIC, &estimator(name), &format!("hs_cfa_{name}"));
    }
}

#[test]
fn least_squares() {
    for name in ["uls", "wls", "dwls"] {
        check(HS, CLASSIC, &estimator(name), &format!("hs_cfa_{name}"));
    }
}

#[test]
fn choices_of_the_table() {
    let base = FitOptions::default;
    let std_lv = FitOptions { std_lv: true, ..base() };
    check(HS, CLASSIC, &std_lv, "hs_cfa_stdlv");
    let orthogonal = FitOptions { orthogonal: true, ..base() };
    check(HS, CLASSIC, &orthogonal, "hs_cfa_orthogonal");
    let means = FitOptions { means: Some(true), ..base() };
    check(HS, CLASSIC, &means, "hs_cfa_meanstr");
    let wishart = FitOptions { likelihood: Likelihood::Wishart, ..base() };
    check(HS, CLASSIC, &wishart, "hs_cfa_wishart");
    let second = format!("{HS}\ng =~ visual + textual + speed");
    check(&second, CLASSIC, &base(), "hs_secondorder");
    let one = "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9";
    check(one, CLASSIC, &base(), "hs_onefactor_harman");
}

#[test]
fn missing_answers() {
    check(HS, "holzinger_missing", &estimator("ml"), "hs_listwise");
    check(HS, "holzinger_missing", &fiml("ml"), "hs_fiml");
    check(HS, "holzinger_missing", &fiml("mlr"), "hs_fiml_mlr");
}

#[test]
fn ordered_answers() {
    for (name, reference) in [("wlsmv", "hs_ord_wlsmv"), ("dwls", "hs_ord_dwls")] {
        let items = (1..=9).map(|i| format!("x{i}"));
        check(HS, "holzinger_ordinal4", &ordered(items, name), reference);
    }
}

#[test]
fn the_invariance_ladder() {
    use GroupEqual::{Intercepts, Loadings, Residuals};
    let ladder = [Loadings, Intercepts, Residuals];
    let mut before: Option<Fit> = None;
    let steps = ["configural", "metric", "scalar", "strict"];
    let tests = [(8.192_200_3, 0.224_357_75), (40.059_286_7, 4.434_566e-7)];
    let last = (17.408_514_3, 0.042_690_1);
    for (count, step) in steps.iter().enumerate() {
        let options = grouped("school", &ladder[..count]);
        let Some(mut fit) = check(HS, CLASSIC, &options, &format!("hs_mg_{step}")) else {
            return;
        };
        if let Some(before) = &mut before {
            let difference = lab::sem::compare(before, &mut fit).unwrap();
            let (chisq, pvalue) = tests.get(count - 1).copied().unwrap_or(last);
            assert!((difference.chisq - chisq).abs() < 1e-5, "{difference:?}");
            assert!((difference.pvalue / pvalue - 1.0).abs() < 1e-4, "{difference:?}");
        }
        before = Some(fit);
    }
}

#[test]
fn political_democracy() {
    check(PD, "political_democracy", &estimator("ml"), "pd_sem_ml");
    check(PD, "political_democracy", &estimator("mlr"), "pd_sem_mlr");
}

#[test]
fn real_trust_data() {
    let data = "csem_LancelotMiltgenetal2016";
    check(LM, data, &estimator("ml"), "lm2016_sem_ml");
    check(LM, data, &estimator("mlr"), "lm2016_sem_mlr");
    let names = [("trust", 2), ("privcon", 4), ("risk", 3), ("intent", 2)];
    let items = names.iter().flat_map(|(name, n)| (1..=*n).map(move |i| format!("{name}{i}")));
    check(LM, data, &ordered(items, "wlsmv"), "lm2016_sem_wlsmv");
}

fn trust_model(name: &str) -> Option<String> {
    Some(std::fs::read_to_string(folder()?.join("data").join(name)).unwrap())
}

#[test]
fn synthetic_trust_survey() {
    let Some(cfa) = trust_model("trust_cfa.lav") else {
        return;
    };
    check(&cfa, "trust_survey_synth", &estimator("ml"), "trust_cfa_ml");
    let second = trust_model("trust_second_order.lav").unwrap();
    check(&second, "trust_survey_synth", &estimator("ml"), "trust_second_order_ml");
    let sem = trust_model("trust_sem.lav").unwrap();
    check(&sem, "trust_survey_synth", &estimator("ml"), "trust_sem_ml");
    check(&sem, "trust_survey_synth", &estimator("mlr"), "trust_sem_mlr");
}

#[test]
fn synthetic_trust_survey_with_missing_answers() {
    let Some(sem) = trust_model("trust_sem.lav") else {
        return;
    };
    check(&sem, "trust_survey_synth_missing", &fiml("ml"), "trust_sem_fiml");
}

#[test]
fn synthetic_trust_survey_in_groups() {
    use GroupEqual::{Intercepts, Loadings};
    let Some(cfa) = trust_model("trust_cfa.lav") else {
        return;
    };
    let ladder = [Loadings, Intercepts];
    for (count, step) in ["configural", "metric", "scalar"].iter().enumerate() {
        let options = grouped("group", &ladder[..count]);
        check(&cfa, "trust_survey_synth", &options, &format!("trust_mg_{step}"));
    }
}
