//! Fear: codings are miscounted, agreement of coders is overstated, or an index is computed from
//! what is not known.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use lab::data::Table;
use lab::index::{FORMULA, Survey, waves};
use lab::interviews::{CODEBOOK, Codebook, Coding, joint_display, summarize};

const CODINGS: &str = "interview,turn,coder,codes
i1,1,a,fee;share_rise
i1,1,b,fee
i1,2,a,
i1,2,b,
i2,1,a,fee
i2,1,b,fee
i2,2,a,jury
i2,2,b,jury;fee
i3,1,a,fee
";

fn book() -> Codebook {
    Codebook::parse(CODEBOOK).unwrap()
}

#[test]
fn codes_are_miscounted() {
    let book = book();
    let coding = Coding::parse(CODINGS.as_bytes(), &book).unwrap();
    let summary = summarize(&coding, &book);
    let of = |code: &str| summary.codes.iter().find(|c| c.code == code).unwrap();
    assert_eq!((of("fee").turns, of("fee").interviews), (4, 3));
    assert_eq!((of("jury").turns, of("jury").interviews), (1, 1));
    assert_eq!(of("closure").turns, 0);
    // Fee: a gives 1 0 1 0, b gives 1 0 1 1: observed 3/4, by chance 1/2.
    assert!((of("fee").kappa.unwrap() - 0.5).abs() < 1e-12);
    assert!((of("jury").kappa.unwrap() - 1.0).abs() < 1e-12);
    // Alpha of the four turns judged twice: coincidences o00 2, o11 4, o01 2; n 8, n0 3, n1 5:
    // 1 - (n - 1) o01 / (2 n0 n1 / 2) = 1 - 7 * 1 / 15.
    assert!((of("fee").alpha.unwrap() - (1.0 - 7.0 / 15.0)).abs() < 1e-12);
    assert_eq!(of("closure").kappa, None, "agreement on nothing is no agreement");
    let new: Vec<usize> = summary.saturation.iter().map(|s| s.new_codes).collect();
    assert_eq!(new, [2, 1, 0]);
    assert_eq!(summary.shared.len(), 2);
    let joint = joint_display(&coding, &book, None);
    let share = |construct: &str| joint.iter().find(|line| line.0 == construct).unwrap().1;
    assert_eq!(share("IM"), 1.0);
    assert!((share("MT") - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(share("TP"), 0.0);
}

#[test]
fn nonsense_codings_are_counted() {
    let book = book();
    let refuse = |text: String| Coding::parse(text.as_bytes(), &book).unwrap_err().to_string();
    let unknown = refuse(CODINGS.replace(",jury\n", ",jurry\n"));
    assert!(unknown.contains("line 8") && unknown.contains("did you mean \"jury\"?"), "{unknown}");
    assert!(refuse(format!("{CODINGS}i1,1,a,fee\n")).contains("before"));
    assert!(refuse("interview,turn,codes\n".into()).contains("coder"));
    assert!(refuse("interview,turn,coder,codes\n".into()).contains("no coding"));
    let twice = CODEBOOK.replacen("code = \"fee\"", "code = \"jury\"", 1);
    assert!(Codebook::parse(&twice).unwrap_err().to_string().contains("twice"));
}

fn read(text: &str) -> Result<Vec<lab::index::Wave>, lab::index::IndexError> {
    waves(&Table::from_csv(text.as_bytes()).unwrap())
}

#[test]
fn the_index_departs_from_its_published_formula() {
    let text =
        "wave,members,verified,objections,complaints,members_at_rise,exits_after_rise,delay_days
w1,1000,250,10,25,1000,20,6
w2,1000,,,100,,,45\n";
    let waves = read(text).unwrap();
    let first = waves[0].index(None);
    // 25, 80, 50, 80, 80.
    assert!((first.behaviour.unwrap() - 63.0).abs() < 1e-9, "{first:?}");
    let survey = Survey::of(&[50.0, 60.0, f64::NAN, 70.0]).unwrap();
    assert_eq!((survey.mean, survey.respondents), (60.0, 3));
    assert!((survey.se - 10.0 / 3.0_f64.sqrt()).abs() < 1e-12);
    assert!((waves[0].index(Some(survey)).index.unwrap() - 61.5).abs() < 1e-9);
    // What is unknown is left out, and what is beyond its anchor counts as 0.
    let known: Vec<_> = waves[1].components.iter().filter_map(|c| c.1).collect();
    assert_eq!(known, [0.0, 0.0]);
    for anchor in ["0.05", "0.10", "/ 30"] {
        assert!(FORMULA.contains(anchor));
    }
}

#[test]
fn a_wave_that_cannot_be_has_an_index() {
    assert!(read("wave,members,verified\nw,10,11\n").unwrap_err().to_string().contains("11"));
    assert!(read("wave,members,objections\nw,10,-1\n").unwrap_err().to_string().contains("-1"));
    assert!(read("wave,delay_days\nw,-2\n").unwrap_err().to_string().contains("-2"));
    assert!(read("wave,delay_days\nw,2\nw,3\n").unwrap_err().to_string().contains("twice"));
    let nothing = read("wave\nw\n").unwrap()[0].index(None);
    assert_eq!((nothing.index, nothing.behaviour), (None, None));
}
