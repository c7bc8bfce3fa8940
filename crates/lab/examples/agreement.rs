//! Writes the table of agreement with reference outputs: runs the tests that compare, with every
//! comparison noted, and sums up what they noted.
//!
//! `cargo run -p lab --example agreement -- --reference DIR > docs/AGREEMENT.md`

// A program for maintainers prints, and may stop loudly.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Test programs that compare with references.
const TESTS: [&str; 13] = [
    "sem_agreement",
    "sem_classic",
    "sem_bootstrap",
    "sem_ordered_drifts",
    "sem_modifications",
    "sem_differences",
    "sem_factor_scores",
    "pls_drifts_from_seminr",
    "pls_drifts_from_plspm",
    "scale_reliability_drifts_from_references",
    "efa_loses_the_factors",
    "behaviour_drifts_from_r",
    "agreement_of_coders_is_misjudged",
];

/// Why a file of the folder is not compared number by number.
const ASIDE: [(&str, &str); 13] = [
    (
        "semopy_",
        "semopy is no oracle here: its RMSEA divides by N - 1, its AIC and BIC rest on no \
         likelihood, and its chi-square has five digits; lavaan's figures for the same models are \
         compared instead",
    ),
    ("bass_", "growth of a plan, which the simulator's crate answers for"),
    (
        "hs_boot5000_",
        "draws of another generator: error and ends of one loading are typed into a test, within \
         Monte-Carlo error",
    ),
    (
        "pd_boot1000_",
        "draws of another generator, 314 of 1,000 inadmissible; draw-by-draw agreement is shown on \
         fixed draws of other data (Holzinger, corporate reputation)",
    ),
    ("hs_boot_first3", "the first rows of the fixed draws, made again by rule"),
    ("trust_mg_lrt", "differences of the fits above, whose statistics are compared"),
    ("hs_mg_lrt", "typed into the test of the ladder, to 1e-5"),
    ("plspm/satisfaction_boot", "draws of another generator, not compared"),
    ("plspm/satisfaction.scores", "read by the test of effects, scores and summary"),
    ("corprep_ext_fornell", "follows from correlations and variances extracted, both compared"),
    ("corprep_simple_fornell", "follows from correlations and variances extracted, both compared"),
    ("corprep_simple_plspredict", "typed into the test of predictions; its folds are random"),
    ("krippendorff_alpha", "typed into the test of coders' agreement, to all digits"),
];

/// What was noted about one reference.
#[derive(Default)]
struct Tally {
    numbers: usize,
    both_undefined: usize,
    absolute: f64,
    relative: f64,
    tightest: f64,
    loosest: f64,
    above: usize,
    unexplained: usize,
    why: BTreeSet<String>,
}

impl Tally {
    fn add(&mut self, line: &Value) {
        let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
        let (ours, theirs, allowed) = (number("ours"), number("theirs"), number("allowed"));
        self.numbers += 1;
        if ours.is_nan() && theirs.is_nan() {
            self.both_undefined += 1;
            return;
        }
        let difference = (ours - theirs).abs();
        self.absolute = self.absolute.max(difference);
        // Below a hundredth a relative difference says more about the divisor than the digits.
        if theirs.abs() >= 0.01 {
            self.relative = self.relative.max(difference / theirs.abs());
        }
        self.tightest = if self.tightest == 0.0 { allowed } else { self.tightest.min(allowed) };
        self.loosest = self.loosest.max(allowed);
        if difference.is_nan() || difference > allowed {
            self.above += 1;
            let why = line["why"].as_str().unwrap_or_default();
            if why.is_empty() {
                self.unexplained += 1;
            } else {
                self.why.insert(why.to_owned());
            }
        }
    }

    fn verdict(&self) -> &'static str {
        match (self.above, self.unexplained) {
            (0, _) => "agrees",
            (_, 0) => "agrees; differences explained",
            _ => "**DIFFERS**",
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let reference = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--reference"), Some(folder)) => folder,
        _ => {
            eprintln!("usage: agreement --reference DIR (the folder that holds sem/ref)");
            std::process::exit(2);
        }
    };
    let notes = std::env::temp_dir().join(format!("agreement-{}.jsonl", std::process::id()));
    let passed = run(&reference, &notes);
    let text = std::fs::read_to_string(&notes).unwrap_or_default();
    let _ = std::fs::remove_file(&notes);
    let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    print!("{}", document(&lines, &Path::new(&reference).join("sem/ref"), passed));
    if !passed {
        std::process::exit(1);
    }
}

fn run(reference: &str, notes: &Path) -> bool {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["test", "-q", "-p", "lab"]);
    for test in TESTS {
        command.args(["--test", test]);
    }
    command.args(["--no-fail-fast"]).stdout(std::process::Stdio::null());
    command.env("HUZHU_REFERENCE_DATA", std::fs::canonicalize(reference).unwrap());
    command.env("HUZHU_AGREEMENT", notes).status().unwrap().success()
}

fn document(lines: &[Value], folder: &Path, passed: bool) -> String {
    let mut named: BTreeMap<String, Tally> = BTreeMap::new();
    let mut by_test: BTreeMap<String, (Tally, BTreeSet<String>)> = BTreeMap::new();
    for line in lines {
        let test = line["test"].as_str().unwrap_or_default().to_owned();
        if let Some(opened) = line["opened"].as_str() {
            by_test.entry(test).or_default().1.insert(opened.to_owned());
            continue;
        }
        match line["reference"].as_str().unwrap_or_default() {
            "" => by_test.entry(test).or_default().0.add(line),
            name => named.entry(name.to_owned()).or_default().add(line),
        }
    }
    let read: BTreeMap<String, String> = by_test
        .iter()
        .flat_map(|(test, (_, files))| files.iter().map(move |f| (f.clone(), test.clone())))
        .collect();
    let counted: BTreeSet<String> = by_test
        .values()
        .filter(|(tally, _)| tally.numbers > 0)
        .flat_map(|(_, files)| files.clone())
        .collect();
    by_test.retain(|_, (tally, _)| tally.numbers > 0);
    let numbers: usize =
        named.values().chain(by_test.values().map(|(tally, _)| tally)).map(|t| t.numbers).sum();
    let mut text = format!(
        "# Agreement with reference outputs\n\n\
         Written by `cargo run -p lab --example agreement -- --reference DIR`, which runs the \
         comparing tests and sums up every number they compare: {numbers} in all. {}\n\n\
         References: lavaan 0.6-14, semTools 0.5-6, psych 2.2.9, survival and glm of R 4.2.2, \
         seminr 2.3.1, plspm's own outputs, krippendorff (PyPI). Differences are the largest of \
         the row; relative ones are taken where the reference is at least .01 in size. A row with \
         two tolerances used the narrower for some numbers and the wider for others: an estimate \
         may differ by 1e-5 or half a unit of its fifth digit, a measure of fit by 1e-4 or a \
         millionth of its size, and a figure that a reference prints in few digits by what those \
         digits allow. Predictions out of sample rest on random folds.\n\n",
        if passed { "All tests passed." } else { "**Some tests failed.**" }
    );
    text.push_str("## Structural equation models\n\n");
    text.push_str(&table(named.iter().map(|(name, tally)| (format!("`{name}`"), tally))));
    text.push_str("\n## Path models, scales, factors, behaviour, coders\n\n");
    text.push_str("Each row is one test; the files it reads stand beside it.\n\n");
    let rows = by_test.iter().map(|(test, (tally, files))| {
        let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
        let files = if files.is_empty() { "typed in".to_owned() } else { files.join(", ") };
        (format!("{} ({files})", test.replace('_', " ")), tally)
    });
    text.push_str(&table(rows));
    text.push_str(&explanations(&named, &by_test));
    text + &left(folder, &named, &counted, &read)
}

fn table<'t>(rows: impl Iterator<Item = (String, &'t Tally)>) -> String {
    let mut text = String::from(
        "| Reference | Numbers | Largest abs. | Largest rel. | Tolerance | Above | Verdict |\n\
         |---|---:|---:|---:|---|---:|---|\n",
    );
    for (name, t) in rows {
        let tolerance = if t.loosest > 1.01 * t.tightest {
            format!("{:.0e} to {:.0e}", t.tightest, t.loosest)
        } else {
            format!("{:.0e}", t.loosest)
        };
        text.push_str(&format!(
            "| {name} | {} | {:.1e} | {:.1e} | {tolerance} | {} | {} |\n",
            t.numbers,
            t.absolute,
            t.relative,
            t.above,
            t.verdict()
        ));
    }
    text
}

fn explanations(
    named: &BTreeMap<String, Tally>,
    by_test: &BTreeMap<String, (Tally, BTreeSet<String>)>,
) -> String {
    let mut text = String::from("\n## Differences above tolerance\n\n");
    let tests = by_test.iter().map(|(name, (tally, _))| (name, tally));
    let above: Vec<(&String, &Tally)> =
        named.iter().chain(tests).filter(|(_, tally)| tally.above > 0).collect();
    if above.is_empty() {
        text.push_str("None.\n");
    }
    for (name, tally) in above {
        let why: Vec<&str> = tally.why.iter().map(String::as_str).collect();
        let why = if why.is_empty() { "not explained".to_owned() } else { why.join("; ") };
        text.push_str(&format!("- `{name}`: {} numbers; {why}.\n", tally.above));
    }
    text
}

/// Files of the folder that no row stands for.
fn left(
    folder: &Path,
    named: &BTreeMap<String, Tally>,
    counted: &BTreeSet<String>,
    read: &BTreeMap<String, String>,
) -> String {
    let mut text = String::from("\n## Files not compared number by number\n\n");
    let mut found = Vec::new();
    for (prefix, place) in [("", folder.to_owned()), ("plspm/", folder.join("plspm"))] {
        for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let stem = ["_params.csv", "_std.csv", ".json", ".csv"]
                .iter()
                .find_map(|end| name.strip_suffix(end));
            let covered =
                counted.contains(&name) || stem.is_some_and(|stem| named.contains_key(stem));
            if !covered && entry.path().is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    for name in found {
        let why = ASIDE.iter().find(|(start, _)| name.starts_with(start));
        let why = match (read.get(&name), why) {
            (Some(test), _) => {
                format!(
                    "judged by the test \"{}\" within a bound of its own",
                    test.replace('_', " ")
                )
            }
            (None, Some((_, why))) => (*why).to_owned(),
            (None, None) => "no test reads it".to_owned(),
        };
        text.push_str(&format!("- `{name}`: {why}.\n"));
    }
    text
}
