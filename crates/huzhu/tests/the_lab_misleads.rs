//! Fear: a verb of the lab gives a document without the keys that other programs read, or turns
//! away bad input in words that do not say where it is bad.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod program;

use std::path::PathBuf;

use program::{done, fails, huzhu};
use serde_json::Value;

/// A folder with invented answers and the models that the tests fit to them.
struct Bench {
    folder: tempfile::TempDir,
}

const MODEL: &str = "TRUST =~ tr1 + tr2 + tr3 + tr4\nRISK =~ ri1 + ri2 + ri3\n\
                     STAY =~ st1 + st2 + st3\nRISK ~ c*TRUST\nSTAY ~ d*TRUST + e*RISK\n\
                     ind := c*e\n";

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        done(&format!("lab survey simulate --n 220 --seed 3 --out {}", bench.at("answers.csv")));
        bench.write("model.lav", MODEL);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.at(name)
    }

    /// A verb on the invented answers.
    fn verb(&self, arguments: &str) -> String {
        let (verb, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
        format!("lab {verb} --data {} {rest}", self.at("answers.csv"))
    }

    fn fitted(&self, verb: &str) -> String {
        self.verb(&format!("{verb} --model {}", self.at("model.lav")))
    }
}

fn has(document: &Value, keys: &str) {
    for key in keys.split(' ') {
        let found = document.get(key).unwrap_or_else(|| panic!("{key} is not in {document}"));
        assert!(!found.is_null(), "{key}");
    }
}

#[test]
fn another_program_looks_for_a_key_in_vain() {
    let bench = Bench::new();
    let sem = done(&bench.fitted("sem --estimator mlr"));
    has(&sem, "params fit r2 converged warnings");
    has(&sem["params"][1], "lhs op rhs group est se z p ci_lower ci_upper std_all");
    has(
        &sem["fit"],
        "chisq df pvalue cfi tli rmsea rmsea_ci_lower rmsea_ci_upper srmr logl aic bic \
         chisq_scaled",
    );
    let pls = done(&bench.fitted("pls --bootstrap 50 --seed 1 --predict"));
    has(&pls, "paths loadings weights r2 reliability htmt f2 vif htmt_intervals predict");
    has(&pls["reliability"]["TRUST"], "alpha rho_a rho_c ave");
    has(&pls["paths"][0], "from to est se ci_lower ci_upper");
    let scales = done(&bench.fitted("reliability"));
    has(&scales["scales"]["RISK"], "items n alpha alpha_ci_lower omega rho_c ave drop loadings");
    has(&scales, "scales htmt htmt2 factor_correlations");
    let items = "tr1,tr2,tr3,tr4,ri1,ri2,ri3,st1,st2,st3";
    let efa = done(&bench.verb(&format!("efa --items {items} --factors 2")));
    has(&efa, "n kmo bartlett factors eigenvalues parallel harman_share");
    let hazard = "--time periods --event exited --covariates disposition";
    let cox = done(&bench.verb(&format!("cox {hazard}")));
    has(&cox, "params loglik likelihood_ratio concordance n events event_value dropped_rows");
    has(&cox["params"][0], "name est se z p ci_lower ci_upper hazard_ratio");
    let leaving = done(&bench.verb(&format!("hazard {hazard} --baseline log-time")));
    has(&leaving, "params spells person_periods dropped_rows");
    let logit = done(&bench.verb("logit --outcome joined --covariates disposition"));
    has(&logit, "params loglik aic bic n events auc");
    has(&logit["params"][1], "odds_ratio");
    let km = done(&bench.verb("km --time periods --event exited --group group --at 6,12"));
    has(&km, "curves log_rank dropped_rows");
    has(&km["curves"][0], "group n events at steps");
    let described = done(&bench.verb("describe --items tr1,tr2 --low 1 --high 7"));
    has(&described, "rows items missing");
}

#[test]
fn a_warning_has_no_code_and_a_case_no_score() {
    let bench = Bench::new();
    let broken = bench.write("broken.lav", "f =~ NA*tr1 + tr2 + tr3 + tr4\n");
    let warned = done(&bench.verb(&format!("sem --model {broken}")));
    let codes: Vec<&str> = warned["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"W-NOT-IDENTIFIED"), "{codes:?}");
    let scored = done(&bench.fitted("sem --scores bartlett --residuals --free-x"));
    assert_eq!(
        scored["scores"].as_array().unwrap().len(),
        scored["cases"].as_u64().unwrap() as usize
    );
    has(&scored["scores"][0]["scores"], "TRUST RISK STAY");
    has(&scored["residuals"][0], "group cov cor mean");
    has(&scored["residuals"][0]["cor"]["tr1"], "tr1 tr2 st3");
    let ordered = "--ordered tr1,tr2,tr3,tr4,ri1,ri2,ri3,st1,st2,st3";
    let modes = done(&bench.fitted(&format!("sem {ordered} --scores mode")));
    has(&modes["scores"][0]["scores"], "TRUST RISK STAY");
    fails(&bench.fitted(&format!("sem {ordered} --scores bartlett")), 2, "E-LAB-SCORES");
    let blocks = bench.write("blocks.lav", "group: 1\nA =~ tr1 + tr2\ngroup: 2\nA =~ tr1 + tr2\n");
    let refused = fails(&bench.verb(&format!("reliability --model {blocks}")), 2, "E-LAB-MODEL");
    assert!(refused["why"].as_str().unwrap().contains("blocks of groups"), "{refused}");
}

#[test]
fn coders_and_waves_are_summed_up_without_a_key() {
    let bench = Bench::new();
    let coding = bench.write("coding.csv", "unit,anna,bo\n1,1,1\n2,2,2\n3,1,2\n4,2,2\n5,1,1\n");
    let kappa = done(&format!("lab kappa --data {coding} --first anna --second bo"));
    has(&kappa, "kappa se p ci_lower ci_upper observed expected units categories");
    let alpha = done(&format!("lab alpha-krippendorff --data {coding} --coders anna,bo"));
    has(&alpha, "alpha metric coders units judgements all");
    let turns = bench.write(
        "turns.csv",
        "interview,turn,coder,codes\ni1,1,a,fee\ni1,1,b,fee\ni2,1,a,jury\ni2,1,b,jury\n",
    );
    let survey = bench.at("answers.csv");
    let interviews = done(&format!("lab interviews --data {turns} --survey {survey}"));
    has(&interviews, "interviews turns coders codes saturation together joint_display");
    let waves = bench.write(
        "waves.csv",
        &format!("wave,survey,members,verified,complaints\n2026-01,{survey},1000,90,3\n"),
    );
    let index = done(&format!("lab index --waves {waves}"));
    has(&index, "seal formula waves");
    has(&index["waves"][0], "wave index behaviour survey components");
}

#[test]
fn a_questionnaire_is_made_checked_scored_and_reported() {
    let bench = Bench::new();
    let (page, sheet) = (bench.at("q.html"), bench.at("q.csv"));
    let seal = done(&format!("lab survey new --lang zh --out {page}"))["seal"].clone();
    assert_eq!(done(&format!("lab survey new --out {sheet}"))["seal"], seal);
    assert_eq!(seal.as_str().unwrap().len(), 64);
    let answers = bench.at("answers.csv");
    let checked = done(&format!("lab survey check --data {answers}"));
    assert_eq!(checked["seal"], seal);
    assert_eq!(checked["rows"], 220);
    has(&checked, "missing_columns out_of_range");
    let scored = done(&format!("lab survey score --data {answers}"));
    assert_eq!(scored["respondents"].as_array().unwrap().len(), 220);
    let out = bench.at("report.html");
    let report = done(&format!("lab report --data {answers} --bootstrap 100 --out {out}"));
    has(&report, "out bytes seed draws seal");
    let html = std::fs::read_to_string(&out).unwrap();
    assert!(html.contains("SYNTHETIC DATA") && html.contains(seal.as_str().unwrap()));
    // The file lacks an item: the report and the check name it, with what stands there instead.
    let renamed = std::fs::read_to_string(&answers).unwrap().replacen(",tr4,", ",trr4,", 1);
    let renamed = bench.write("renamed.csv", &renamed);
    let error = fails(&format!("lab report --data {renamed} --out {out}"), 2, "E-LAB-COLUMNS");
    assert!(error["why"].as_str().unwrap().contains("tr4"));
    let ran = huzhu(&format!("lab survey check --data {renamed} --json"));
    assert_eq!(ran.code, 1, "{}", ran.out);
    let missing = &ran.document()["missing_columns"][0];
    assert_eq!((&missing["expected"], &missing["nearest"]), (&"tr4".into(), &"trr4".into()));
}

#[test]
fn a_syntax_error_does_not_say_where() {
    let bench = Bench::new();
    let model = bench.write("bad.lav", "TRUST =~ tr1 + tr2\nSTAY =~ st1 + st2\nSTAY = TRUST\n");
    for verb in ["sem", "pls", "reliability"] {
        let error = fails(&bench.verb(&format!("{verb} --model {model}")), 2, "E-LAB-MODEL");
        let why = error["why"].as_str().unwrap();
        assert!(why.starts_with("Line 3, column 6: '=' has no meaning here; write `=~`"), "{why}");
    }
    let report = bench.verb(&format!("report --model {model} --out {}", bench.at("r.html")));
    fails(&report, 2, "E-LAB-MODEL");
    assert!(!bench.path("r.html").exists(), "a report without a model was written");
}

#[test]
fn an_unknown_variable_or_a_word_among_numbers_is_not_named() {
    let bench = Bench::new();
    let model = bench.write("far.lav", &MODEL.replace("tr3", "tr33"));
    let hint = "did you mean \"tr3\"?";
    for verb in ["sem", "pls", "reliability"] {
        let error = fails(&bench.verb(&format!("{verb} --model {model}")), 2, "E-COLUMN");
        assert!(error["why"].as_str().unwrap().contains(hint), "{error}");
    }
    let report = bench.verb(&format!("report --model {model} --out {}", bench.at("r.html")));
    assert!(fails(&report, 2, "E-COLUMN")["why"].as_str().unwrap().contains(hint));
    for verb in [
        "cox --time period --event exited --covariates disposition",
        "km --time periods --event exitted",
        "logit --outcome joined --covariates dispositio",
        "efa --items tr1,tr2,trr3,tr4",
        "describe --items tr1,trr2",
        "kappa --first tr1 --second trr2",
        "alpha-krippendorff --coders tr1,trr2",
    ] {
        let error = fails(&bench.verb(verb), 2, "E-COLUMN");
        assert!(error["why"].as_str().unwrap().contains("did you mean"), "{verb}: {error}");
    }
    let text = std::fs::read_to_string(bench.at("answers.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let place = lines[0].split(',').position(|name| name == "tr2").unwrap();
    let mut cells: Vec<&str> = lines[5].split(',').collect();
    cells[place] = "often";
    lines[5] = cells.join(",");
    std::fs::write(bench.path("answers.csv"), lines.join("\n")).unwrap();
    for verb in ["sem", "pls", "reliability"] {
        let error = fails(&bench.fitted(verb), 2, "E-CELL");
        let why = error["why"].as_str().unwrap();
        assert!(why.contains("\"tr2\", data row 5: \"often\" is not a number"), "{why}");
    }
    let out = bench.at("r.html");
    fails(&bench.verb(&format!("report --out {out}")), 2, "E-CELL");
}

#[test]
fn a_method_without_a_result_gives_numbers() {
    let bench = Bench::new();
    let circle = bench.write("circle.lav", &format!("{MODEL}TRUST ~ STAY\n"));
    fails(&bench.verb(&format!("pls --model {circle}")), 2, "E-MODEL");
    let estimator = fails(&bench.fitted("sem --estimator mlrr"), 2, "E-LAB-OPTION");
    assert!(estimator["why"].as_str().unwrap().contains("mlr"));
    fails(&bench.fitted("sem --bootstrap 1"), 2, "E-LAB-OPTION");
    fails(&bench.fitted("pls --bootstrap 1"), 2, "E-PLS-DRAWS");
    fails(&bench.fitted("pls --target TRUTS"), 2, "E-TARGET");
    fails(&bench.verb("km --time tr1 --event tr2"), 2, "E-EVENT");
    fails(&bench.verb("cox --time periods --event exited --covariates synthetic"), 2, "E-COX");
    fails(&bench.verb("logit --outcome synthetic --covariates tr1"), 2, "E-LOGIT");
    fails(&bench.verb("reliability --scale TRUST:tr1,tr2"), 2, "E-SCALE");
    fails("lab sem --model nowhere.lav --data nowhere.csv", 2, "E-FILE");
    fails(&bench.verb("report --bootstrap 3 --out r.html"), 2, "E-LAB-OPTION");
    let paths = bench.write("paths.lav", "tr1 ~ tr2\n");
    fails(&bench.verb(&format!("reliability --model {paths}")), 2, "E-SCALE");
}

#[test]
fn a_construct_of_constructs_is_estimated_in_one_stage() {
    let bench = Bench::new();
    let text = "TRA =~ tra1 + tra2 + tra3 + tra4\nIM =~ im1 + im2 + im3 + im4\n\
                RC =~ rc1 + rc2 + rc3 + rc4\nTRUST =~ tr1 + tr2 + tr3 + tr4\n\
                PT <~ IM + RC\nPT ~ TRA\nTRUST ~ PT\n";
    let model = bench.write("second.lav", text);
    let found = done(&bench.verb(&format!("pls --model {model} --bootstrap 40")));
    has(&found["first_stage"]["constructs"]["IM"], "loadings weights alpha rho_a rho_c ave");
    let whole = found["constructs"].as_array().unwrap().iter().find(|c| c["name"] == "PT");
    assert_eq!(whole.unwrap()["items"], serde_json::json!(["IM", "RC"]));
    assert_eq!(found["bootstrap"]["successful"], 40);
    fails(&bench.verb(&format!("pls --model {model} --consistent")), 2, "E-MODEL");
}
