//! Fear: the estimate of what is incurred and not yet published is not that of the methods it
//! names. Published figures: Taylor and Ashe's triangle with Mack's results (ASTIN Bulletin 23,
//! 1993, tables 2 and 3); Bornhuetter-Ferguson and Cape Cod computed from the same triangle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use sim::hidden_debt::Triangle;

fn taylor_ashe() -> Triangle {
    let rows: [&[f64]; 10] = [
        &[
            357_848., 1_124_788., 1_735_330., 2_218_270., 2_745_596., 3_319_994., 3_466_336.,
            3_606_286., 3_833_515., 3_901_463.,
        ],
        &[
            352_118., 1_236_139., 2_170_033., 3_353_322., 3_799_067., 4_120_063., 4_647_867.,
            4_914_039., 5_339_085.,
        ],
        &[
            290_507., 1_292_306., 2_218_525., 3_235_179., 3_985_995., 4_132_918., 4_628_910.,
            4_909_315.,
        ],
        &[310_608., 1_418_858., 2_195_047., 3_757_447., 4_029_929., 4_381_982., 4_588_268.],
        &[443_160., 1_136_350., 2_128_333., 2_897_821., 3_402_672., 3_873_311.],
        &[396_132., 1_333_217., 2_180_715., 2_985_752., 3_691_712.],
        &[440_832., 1_288_463., 2_419_861., 3_483_130.],
        &[359_480., 1_421_128., 2_864_498.],
        &[376_686., 1_363_294.],
        &[344_014.],
    ];
    Triangle::new(rows.iter().map(|row| row.to_vec()).collect()).unwrap()
}

fn whole(numbers: &[f64]) -> Vec<i64> {
    numbers.iter().map(|number| number.round() as i64).collect()
}

#[test]
fn chain_ladder_gives_macks_factors_reserves_and_errors() {
    let triangle = taylor_ashe();
    let factors: Vec<String> = triangle.factors().iter().map(|f| format!("{f:.4}")).collect();
    let published = ["3.4906", "1.7473", "1.4574", "1.1739", "1.1038", "1.0863", "1.0539"];
    assert_eq!(factors[..7], published);
    assert_eq!(factors[7..], ["1.0766", "1.0177"]);
    let estimate = triangle.chain_ladder();
    assert_eq!(
        whole(&estimate.reserves),
        [
            0, 94_634, 469_511, 709_638, 984_889, 1_419_459, 2_177_641, 3_920_301, 4_278_972,
            4_625_811
        ]
    );
    assert_eq!(estimate.total.round() as i64, 18_680_856);
    let errors = estimate.errors.unwrap();
    assert_eq!(
        whole(&errors[1..]),
        [75_535, 121_699, 133_549, 261_406, 411_010, 558_317, 875_328, 971_258, 1_363_155]
    );
    assert_eq!(estimate.error.unwrap().round() as i64, 2_447_095);
}

#[test]
fn bornhuetter_ferguson_and_cape_cod_give_the_known_figures() {
    let triangle = taylor_ashe();
    let estimate = triangle.bornhuetter_ferguson(&[5_303_895.0; 10]).unwrap();
    assert_eq!(
        whole(&estimate.reserves[1..]),
        [
            92_373, 462_971, 710_440, 1_075_243, 1_472_982, 2_040_354, 3_064_625, 4_022_359,
            4_936_756
        ]
    );
    let total = estimate.total.round() as i64;
    assert!((total - 17_878_102).abs() <= 1, "{total}");
    let priors = triangle.cape_cod_priors(&[1.0; 10]).unwrap();
    assert_eq!(priors[0].round() as i64, 5_182_802);
    let estimate = triangle.bornhuetter_ferguson(&priors).unwrap();
    assert_eq!(estimate.total.round() as i64, 17_469_929);
}

#[test]
fn with_the_chain_ladders_own_prior_the_two_methods_agree() {
    let triangle = taylor_ashe();
    let ladder = triangle.chain_ladder();
    let other = triangle.bornhuetter_ferguson(&ladder.ultimates).unwrap();
    for (one, two) in ladder.reserves.iter().zip(&other.reserves) {
        assert!((one - two).abs() < 1e-6, "{one} {two}");
    }
}

#[test]
fn triangles_that_are_none_are_refused() {
    let bad: [Vec<Vec<f64>>; 5] = [
        vec![],
        vec![vec![1.0]; 241],
        vec![vec![1.0, 2.0], vec![1.0, 2.0]],
        vec![vec![2.0, 1.0], vec![1.0]],
        vec![vec![f64::NAN, 1.0], vec![1.0]],
    ];
    for rows in bad {
        assert!(Triangle::new(rows).is_err());
    }
    assert!(taylor_ashe().bornhuetter_ferguson(&[1.0]).is_err());
    assert!(taylor_ashe().cape_cod_priors(&[0.0; 10]).is_err());
    let quiet = Triangle::new(vec![vec![0.0, 0.0], vec![0.0]]).unwrap().chain_ladder();
    assert_eq!((quiet.total, quiet.error), (0.0, Some(0.0)), "nothing published, nothing expected");
}
