//! Fear: a construct of constructs is estimated from scores that belong to another sample, or its
//! bootstrap leaves out the uncertainty of its parts.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use lab::data::Items;
use lab::data::random::Draw;
use lab::pls::{
    Block, Mode, Model, Quantity, Settings, Specification, compare_losses, importance_performance,
};

const MODEL: &str = "T =~ t1 + t2; A =~ a1 + a2; B =~ b1 + b2; S =~ s1 + s2\n\
                     W <~ A + B\nW ~ T\nS ~ W";
const FIRST: &str = "T =~ t1 + t2; A =~ a1 + a2; B =~ b1 + b2; S =~ s1 + s2\n\
                     A ~ T\nB ~ T\nS ~ A + B";
const SEED: u64 = 17;

/// Answers on 1 to 7 in which T moves two parts and both move S.
fn answers(rows: usize) -> Items {
    let mut stream = Draw::new(SEED, 0);
    let mut values = Vec::new();
    for _ in 0..rows {
        let (t, e) = stream.normals();
        let (f, g) = stream.normals();
        let (a, b) = (0.6 * t + 0.8 * e, 0.5 * t + 0.87 * f);
        let s = 0.5 * a + 0.2 * b + 0.7 * g;
        for construct in [t, a, b, s] {
            for _ in 0..2 {
                let answer = 4.0 + 1.2 * (0.8 * construct + 0.6 * stream.normals().0);
                values.push(answer.round().clamp(1.0, 7.0));
            }
        }
    }
    let names = ["t1", "t2", "a1", "a2", "b1", "b2", "s1", "s2"].map(str::to_owned);
    Items::from_rows(names.to_vec(), values)
}

fn bound(items: Items) -> Model {
    Model::new(&Specification::parse(MODEL).unwrap(), items, Settings::default()).unwrap()
}

/// Both stages one after the other, as a person with the first-order program would do it.
fn by_hand(items: &Items) -> Vec<f64> {
    let settings = Settings::default();
    let first = Specification::parse(FIRST).unwrap();
    let first = Model::new(&first, items.clone(), settings).unwrap();
    let fit = first.fit().unwrap();
    let scores = first.scores(&fit);
    let mut values = Vec::new();
    for row in 0..items.rows() {
        let (answers, scores) = (items.row(row), &scores[row * 4..row * 4 + 4]);
        values.extend([answers[0], answers[1], answers[6], answers[7], scores[1], scores[2]]);
    }
    let names = ["t1", "t2", "s1", "s2", "A", "B"].map(str::to_owned).to_vec();
    let block = |name: &str, mode: Mode, items: [&str; 2]| Block {
        name: name.into(),
        mode,
        items: items.map(str::to_owned).to_vec(),
    };
    let blocks = vec![
        block("T", Mode::A, ["t1", "t2"]),
        block("S", Mode::A, ["s1", "s2"]),
        block("W", Mode::B, ["A", "B"]),
    ];
    let second = Specification::new(blocks, vec![(0, 2), (2, 1)]).unwrap();
    Model::new(&second, Items::from_rows(names, values), settings).unwrap().fit().unwrap().paths
}

fn close(ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len());
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() < 1e-6, "{ours:?} {theirs:?}");
    }
}

#[test]
fn two_stages_differ_from_the_same_two_models_by_hand() {
    let items = answers(250);
    let model = bound(items.clone());
    let fit = model.fit().unwrap();
    assert_eq!(fit.constructs_named(), ["T", "S", "W"]);
    assert_eq!(fit.items_named()[4..], ["A", "B"]);
    close(&fit.paths, &by_hand(&items));
    assert_eq!(model.first_stage().unwrap().constructs_named(), ["T", "A", "B", "S"]);
}

#[test]
fn a_draw_keeps_scores_of_the_whole_sample() {
    let items = answers(120);
    let model = bound(items.clone());
    let fit = model.fit().unwrap();
    let rows = items.rows();
    let drawn = |draw: u64| -> Vec<usize> {
        let mut stream = Draw::new(SEED + 1, draw);
        (0..rows).map(|_| stream.below(rows as u32) as usize).collect()
    };
    let resample = |draw: u64, counts: &mut [u32]| {
        counts.fill(0);
        drawn(draw).into_iter().for_each(|row| counts[row] += 1);
    };
    let boot = model.bootstrap_with(&fit, 8, &resample, &|_| {}).unwrap();
    assert_eq!(boot.failures.total(), 0);
    for draw in 0..8 {
        let expected = by_hand(&items.take_rows(&drawn(draw)));
        let paths = boot.quantities().iter().enumerate().filter_map(|(place, q)| match q {
            Quantity::Path(_) => boot.column(place).nth(draw as usize),
            _ => None,
        });
        close(&paths.collect::<Vec<_>>(), &expected);
    }
}

#[test]
fn a_whole_performs_beyond_its_scale() {
    let items = answers(200);
    let model = bound(items);
    let fit = model.fit().unwrap();
    let map = importance_performance(&model, &fit, 1, Some((1.0, 7.0)));
    for one in &map {
        assert!((20.0..80.0).contains(&one.performance), "{one:?}");
    }
    // A score of parts that all stand in the middle stands in the middle.
    let middle = map.iter().find(|one| one.construct == 2).unwrap();
    assert!((middle.performance - 50.0).abs() < 5.0, "{middle:?}");
}

#[test]
fn the_loss_of_a_better_model_is_not_told_from_that_of_a_worse() {
    let good: Vec<f64> = (0..50).map(|row| f64::from(row % 5) * 0.1).collect();
    let bad: Vec<f64> = good.iter().enumerate().map(|(r, e)| e + 0.3 + 0.01 * r as f64).collect();
    let test = compare_losses(&[(&good, &bad)]).unwrap();
    assert!(test.difference < 0.0 && test.t < -5.0 && test.p < 1e-6, "{test:?}");
    let same = compare_losses(&[(&good, &good)]).unwrap();
    assert!(same.difference == 0.0 && same.p.is_nan(), "{same:?}");
    assert!(compare_losses(&[]).is_none());
}
