//! Fear: a bad answer reaches an estimate because the screening did not see it.

use lab::data::descriptives::{Shape, describe, quantile};
use lab::data::random::Draw;
use lab::data::{Items, missing, screening};

const NONE: f64 = f64::NAN;

fn items(rows: &[[f64; 4]]) -> Items {
    let names = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    Items::from_rows(names, rows.concat())
}

#[test]
fn descriptives_have_the_values_of_the_textbook_forms() {
    // R 4.2: psych::skew and psych::kurtosi with type 1, 2, 3 of c(1, 2, 2, 5, 9).
    let one = Items::from_rows(vec!["x".into()], vec![1.0, 2.0, NONE, 2.0, 5.0, 9.0]);
    let forms = [
        (Shape::Moment, 0.868_218_013_856_56, -0.773_561_009_695_17),
        (Shape::Adjusted, 1.294_262_998_848_75, 0.905_755_961_219_32),
        (Shape::SampleDeviation, 0.621_246_239_447_4, -1.575_079_046_204_9),
    ];
    for (shape, skewness, kurtosis) in forms {
        let found = &describe(&one, shape)[0];
        assert!((found.skewness - skewness).abs() < 1e-12, "{shape:?} {}", found.skewness);
        assert!((found.kurtosis - kurtosis).abs() < 1e-12, "{shape:?} {}", found.kurtosis);
    }
    let found = &describe(&one, Shape::Moment)[0];
    assert_eq!((found.n, found.missing), (5, 1));
    assert!((found.mean - 3.8).abs() < 1e-12);
    assert!((found.sd - 3.271_085_446_759_225).abs() < 1e-12);
    assert_eq!((found.median, found.min, found.max), (2.0, 1.0, 9.0));
}

#[test]
fn reverse_coding_turns_the_scale_round_and_keeps_missing_missing() {
    let turned = screening::reverse_coded(&items(&[[1.0, 7.0, NONE, 4.0]]), &[0, 1, 2], 1.0, 7.0);
    assert_eq!(turned.row(0)[..2], [7.0, 1.0]);
    assert!(turned.row(0)[2].is_nan());
    assert_eq!(turned.row(0)[3], 4.0);
}

#[test]
fn impossible_answers_are_named_by_row_and_item() {
    let found = screening::out_of_range(
        &items(&[[1.0, 2.0, 3.0, 8.0], [2.5, NONE, 0.0, 7.0]]),
        1.0,
        7.0,
        true,
    );
    let places: Vec<(usize, usize)> = found.iter().map(|cell| (cell.row, cell.item)).collect();
    assert_eq!(places, [(0, 3), (1, 0), (1, 2)]);
}

#[test]
fn an_unanswered_attention_item_is_a_failed_one() {
    let rows = [[1.0, 4.0, 1.0, 1.0], [1.0, 3.0, 1.0, 1.0], [1.0, NONE, 1.0, 1.0]];
    assert_eq!(screening::failed_attention(&items(&rows), 1, 4.0), [1, 2]);
}

#[test]
fn straight_liners_are_found_and_thinking_members_are_not() {
    let rows = [[3.0; 4], [3.0, NONE, 3.0, 3.0], [3.0, 3.0, 3.0, 4.0], [NONE; 4]];
    assert_eq!(screening::straight_lined(&items(&rows), 3), [0, 1]);
    assert_eq!(screening::longest_runs(&items(&rows)), [4, 3, 3, 0]);
}

#[test]
fn constant_and_doubled_items_are_found_despite_missing_cells() {
    let rows = [[1.0, 5.0, 1.0, NONE], [2.0, 5.0, 2.0, NONE], [NONE, NONE, NONE, NONE]];
    assert_eq!(screening::constant_items(&items(&rows)), [1, 3]);
    assert_eq!(screening::duplicated_items(&items(&rows)), [(0, 2)]);
}

#[test]
fn the_missing_map_counts_every_pattern_once() {
    let rows = [[1.0, 1.0, 1.0, 1.0], [1.0, NONE, 1.0, 1.0], [2.0, NONE, 3.0, 1.0], [NONE; 4]];
    let map = missing::map(&items(&rows));
    assert_eq!(map.by_item, [1, 3, 1, 1]);
    assert_eq!((map.complete_rows, map.empty_rows.as_slice()), (1, [3].as_slice()));
    assert_eq!(map.patterns.iter().map(|p| p.rows).sum::<usize>(), 4);
    assert_eq!(map.patterns[0].rows, 2);
    assert!((map.coverage[1] - 0.25).abs() < 1e-12);
}

#[test]
fn a_code_for_no_answer_is_not_averaged_in() {
    let coded = items(&[[1.0, -99.0, 2.0, 3.0], [3.0, 4.0, 2.0, 3.0], [-99.0; 4]]);
    let coded = coded.with_missing_code(-99.0);
    assert_eq!(coded.missing(), 5);
    let replaced = coded.mean_replaced();
    assert_eq!(replaced.row(0), [1.0, 4.0, 2.0, 3.0]);
    assert_eq!(replaced.row(2), [2.0, 4.0, 2.0, 3.0]);
    assert_eq!(coded.complete_rows().1, [1]);
}

#[test]
fn draws_depend_on_seed_and_number_alone_and_reach_every_row() {
    let mut first = vec![0; 50];
    let mut again = vec![0; 50];
    Draw::new(7, 3).resample(&mut first);
    Draw::new(7, 3).resample(&mut again);
    assert_eq!(first, again);
    Draw::new(7, 4).resample(&mut again);
    assert_ne!(first, again);
    assert_eq!(first.iter().sum::<u32>(), 50);
    let mut reached = [0u32; 50];
    for draw in 0..2000 {
        Draw::new(1, draw).resample(&mut first);
        reached.iter_mut().zip(&first).for_each(|(sum, count)| *sum += count);
    }
    // 2,000 expected for each row with a standard deviation of 44: six of them never happen.
    assert!(reached.iter().all(|&sum| (1730..2270).contains(&sum)), "{reached:?}");
}

#[test]
fn quantiles_interpolate_as_in_the_default_of_r() {
    assert!((quantile(&[1.0, 2.0, 4.0, 8.0], 0.9) - 6.8).abs() < 1e-12);
    assert_eq!(quantile(&[5.0], 0.3), 5.0);
    assert!(quantile(&[], 0.3).is_nan());
}
