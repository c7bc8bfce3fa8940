//! The fear: blindfolding, the importance-performance map or SRMR of path models are what nobody
//! else would compute. The figures are of a program of its own in Python (numpy 2, one hundred
//! lines), written from the literature (Wold 1982; Ringle & Sarstedt 2016; Henseler et al. 2014)
//! and run on the classic data: least squares on explicit scores, where this crate works on
//! covariance matrices. Tolerance 1e-8.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use lab::data::{Items, Table};
use lab::pls::{Model, Settings, Specification, blindfold, importance_performance, residuals};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n\
                     textual ~ visual\nspeed ~ textual";

fn model(text: &str, consistent: bool) -> Model {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem/holzinger_swineford1939.csv");
    let table = Table::from_csv(std::fs::File::open(path).unwrap()).unwrap();
    let specification = Specification::parse(text).unwrap();
    let items = Items::from_table(&table, &specification.items()).unwrap();
    let settings = Settings { consistent, tolerance: 1e-12, ..Settings::default() };
    Model::new(&specification, items, settings).unwrap()
}

/// The triangle of three constructs, with the named ones formed by their items (mode B).
fn triangle(formed: &[&str]) -> String {
    let text = format!("{THREE} + visual");
    formed
        .iter()
        .fold(text, |text, name| text.replace(&format!("{name} =~"), &format!("{name} <~")))
}

fn near(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() < 1e-8, "{what}: {got} not {expected}");
}

#[test]
fn withheld_answers_are_predicted_as_an_independent_program_predicts_them() {
    let expected = [
        (
            triangle(&[]),
            [0.180_829_822_1, 0.574_526_711_7, 0.218_619_342_7],
            [0.088_344_445_5, 0.066_211_075_2],
        ),
        (
            triangle(&["visual"]),
            [0.168_872_997_0, 0.574_668_391_2, 0.220_368_958_9],
            [0.103_868_970_0, 0.064_275_344_2],
        ),
        (
            triangle(&["textual"]),
            [0.181_350_930_7, 0.527_494_793_6, 0.217_833_614_3],
            [0.086_739_428_0, 0.064_060_567_7],
        ),
    ];
    // Seven divides the 301 rows, so both programs withhold every eighth answer.
    for (text, communality, redundancy) in expected {
        let found = blindfold(&model(&text, false), 7).unwrap();
        assert_eq!(found[0].redundancy, None);
        for (k, expected) in communality.into_iter().enumerate() {
            near(found[k].communality.unwrap(), expected, &format!("communality {k} of {text}"));
        }
        for (k, expected) in redundancy.into_iter().enumerate() {
            near(found[k + 1].redundancy.unwrap(), expected, &format!("redundancy {k} of {text}"));
        }
    }
}

type Map = [(f64, f64); 2];

#[test]
fn importance_and_performance_are_regressions_of_scores_in_points() {
    // By the ends of the answers given, then of a scale from 0 to 10; the target's own last.
    let expected: [(String, Map, f64, Map, f64); 3] = [
        (
            triangle(&[]),
            [(0.363_489_856_6, 53.060_470_115_6), (0.088_101_325_0, 44.790_979_612_8)],
            39.252_455_882_6,
            [(0.366_933_970_7, 43.447_764_920_5), (0.094_953_887_5, 30.595_241_296_0)],
            53.013_282_371_0,
        ),
        (
            triangle(&["visual"]),
            [(0.355_350_494_3, 53.751_429_033_4), (0.081_362_653_4, 44.954_044_156_9)],
            39.325_180_229_2,
            [(0.329_264_475_0, 45.895_558_609_9), (0.087_613_105_4, 30.733_240_326_6)],
            52.884_121_560_2,
        ),
        (
            triangle(&["textual"]),
            [(0.363_226_338_3, 53.008_175_726_0), (0.072_662_040_9, 39.049_457_280_8)],
            39.224_239_682_4,
            [(0.368_571_082_4, 43.186_032_181_4), (0.077_934_375_4, 24.200_236_258_3)],
            53.057_963_578_7,
        ),
    ];
    for (text, given, own, scaled, own_scaled) in expected {
        let model = model(&text, false);
        let fit = model.fit().unwrap();
        for (scale, rows, own) in [(None, given, own), (Some((0.0, 10.0)), scaled, own_scaled)] {
            let map = importance_performance(&model, &fit, 2, scale);
            for (row, (importance, performance)) in map.iter().zip(rows) {
                near(row.importance, importance, &format!("importance in {text}"));
                near(row.performance, performance, &format!("performance in {text}"));
            }
            near(map[2].performance, own, &format!("performance of the target in {text}"));
        }
    }
}

#[test]
fn residuals_of_correlations_are_counted_as_an_independent_program_counts_them() {
    // A chain, so that what the paths imply differs from what the constructs share.
    let formed = THREE.replace("textual =~", "textual <~");
    for (text, consistent, saturated, estimated) in [
        (THREE, false, 0.063_175_622_246, 0.085_420_576_542),
        (THREE, true, 0.071_373_403_292, 0.092_847_724_563),
        (&formed, false, 0.064_135_355_259, 0.085_367_422_866),
        (&formed, true, 0.067_803_112_836, 0.090_798_081_040),
    ] {
        let found = residuals(&model(text, consistent).fit().unwrap());
        near(found.saturated, saturated, &format!("saturated, consistent {consistent}: {text}"));
        near(found.estimated, estimated, &format!("estimated, consistent {consistent}: {text}"));
    }
}
