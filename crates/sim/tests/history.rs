//! Fears: that a published row is lost, misread or used against its grade, and that the membership
//! path departs from what was published.

use sim::calendar::{Day, HalfMonth};
use sim::history::{
    ANCHORS, Basis, Grade, History, PEAK_MEMBERS, Plan, When, members_on, scaled_members_on,
};

fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from_ymd(year, month, day).expect("a date of the calendar")
}

/// The half-month whose cases were made public on a day.
fn period(notice: Day) -> HalfMonth {
    (1..=78).map(HalfMonth).find(|half| half.publicity_day() == notice).expect("a day of notice")
}

#[test]
fn every_row_parses_with_grade_and_source() {
    let history = History::xianghubao().unwrap();
    assert_eq!(history.facts().len(), 30);
    for fact in history.facts() {
        assert!(fact.source.starts_with("http"), "{fact:?}");
        assert_eq!(fact.grade == Grade::Ungraded, fact.contradicted, "{fact:?}");
    }
    assert_eq!(history.facts().iter().filter(|fact| fact.contradicted).count(), 1);
}

#[test]
fn a_row_without_grade_or_source_is_refused() {
    let header = "date,publicity_day,as_reported,plan,members,cases_in_period,cases_cumulative,\
        total_in_period_rmb,total_cumulative_rmb,share_rmb,share_basis,grade,contradicted,source,\
        note\n";
    let read = |row: &str| History::parse(&format!("{header}{row}\n"));
    assert!(read("2020,,,critical,1,,,,,,,A,no,http://a,").is_ok());
    for bad in [
        "2020,,,critical,1,,,,,,,,no,http://a,",
        "2020,,,critical,1,,,,,,,-,no,http://a,",
        "2020,,,critical,1,,,,,,,A,no,,",
        "2020,,,critical,1,,,,,,,A,,http://a,",
        "2020,,,critical,-1,,,,,,,A,no,http://a,",
        "2020,,,critical,1,,,,,4.83,,A,no,http://a,",
        "2020,,,unknown,1,,,,,,,A,no,http://a,",
        ",,,critical,1,,,,,,,A,no,http://a,",
        "2020,,,critical",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert!(History::parse("date,plan\n").is_err());
}

#[test]
fn published_shares_are_found_and_doubtful_ones_are_not() {
    let history = History::xianghubao().unwrap();
    let share = |notice| history.share_of_period(period(notice)).and_then(|fact| fact.share_fen);
    assert_eq!(share(day(2018, 12, 7)), Some(3));
    assert_eq!(share(day(2020, 12, 7)), Some(483));
    assert_eq!(share(day(2019, 7, 7)), None);
    let year = |y| history.share_of_year(y).and_then(|fact| fact.share_fen);
    assert_eq!((year(2019), year(2020), year(2021)), (Some(2917), Some(9100), None));
}

#[test]
fn facts_of_a_period_are_those_of_its_notice() {
    let history = History::xianghubao().unwrap();
    let december = history.of_period(period(day(2020, 12, 7)));
    assert_eq!(december.len(), 1);
    assert_eq!(december[0].members, Some(103_321_600));
    assert_eq!(december[0].cases_in_period, Some(3369));
    let last = history.of_period(period(day(2021, 12, 21)));
    assert_eq!(last[0].total_in_period_fen, Some(55_600_000_000));
    assert_eq!(last[0].plan, Plan::All);
    // Dated 2019-11-22: after the notice of the 21st, so of the next period.
    let november = history.of_period(period(day(2019, 12, 7)));
    assert_eq!(november[0].cases_cumulative, Some(10_000));
    assert_eq!(history.of_period(HalfMonth(0)), []);
    assert_eq!(history.of_period(HalfMonth(1)).len(), 2, "the launch belongs to the first notice");
    let all: Vec<_> = (1..=78).flat_map(|k| history.of_period(HalfMonth(k))).collect();
    assert!(all.iter().all(|fact| !fact.contradicted));
    let days = |fact: &&sim::history::Fact| {
        matches!(fact.when, When::Day(_)) || fact.publicity_day.is_some()
    };
    // All dated facts but the last publication, a week after the last notice.
    assert_eq!(all.len(), history.facts().iter().filter(days).count() - 1);
}

#[test]
fn every_anchor_is_a_row_of_the_history() {
    let history = History::xianghubao().unwrap();
    for pair in ANCHORS.windows(2) {
        assert!(pair[0].day < pair[1].day);
    }
    for anchor in ANCHORS {
        let row = history.facts().iter().find(|fact| fact.as_reported == anchor.row).unwrap();
        assert!(!row.contradicted);
        match anchor.basis {
            Basis::Published => {
                assert_eq!(row.members, Some(anchor.members), "{anchor:?}");
                match (row.publicity_day, row.when) {
                    (Some(notice), _) => assert_eq!(anchor.day, notice),
                    (None, When::Day(day)) => assert_eq!(anchor.day, day),
                    (None, When::Month(month)) => assert_eq!(anchor.day.month(), month),
                    other => panic!("{anchor:?} rests on {other:?}"),
                }
            }
            Basis::Derived => assert_ne!(row.members, Some(anchor.members)),
        }
    }
    let notice = |y, m, d| ANCHORS.iter().find(|a| a.day == day(y, m, d)).unwrap().members as f64;
    let peak = notice(2020, 11, 21);
    assert!((notice(2020, 12, 7) / peak - (1.0 - 0.0174)).abs() < 1e-8);
    assert!((peak - notice(2021, 1, 7) - 4_800_000.0).abs() < 1.0);
}

#[test]
fn the_path_goes_through_every_count_and_nowhere_else() {
    for anchor in ANCHORS {
        assert!((members_on(anchor.day) - anchor.members as f64).abs() < 0.01, "{anchor:?}");
    }
    assert_eq!(members_on(day(2018, 10, 16)), 0.0);
    assert_eq!(members_on(day(2018, 10, 17)), 1_100_000.0);
    assert_eq!(members_on(day(1900, 1, 1)), 0.0);
    assert_eq!(members_on(day(2030, 1, 1)), 75_000_000.0);
    // Log-linear: the middle of 2018-10-23 and 2018-11-27 in days is their geometric mean.
    let middle = members_on(Day(17_844)) * members_on(Day(17_845));
    assert!((middle / 2e14 - 1.0).abs() < 1e-9);
    for k in 1..=78 {
        let notice = HalfMonth(k).publicity_day();
        let around: Vec<f64> = [notice, Day(notice.0 + 1)].map(members_on).to_vec();
        assert!((around[1] / around[0] - 1.0).abs() < 0.03, "a jump at {notice}");
        assert!(around[0] < PEAK_MEMBERS as f64);
    }
}

#[test]
fn scaling_keeps_the_shape() {
    let notice = day(2020, 12, 7);
    assert_eq!(scaled_members_on(notice, 106_000_000), 103_321_600);
    assert_eq!(scaled_members_on(notice, 1_000_000), 974_732);
    assert_eq!(scaled_members_on(notice, 1), 1);
    assert_eq!(scaled_members_on(day(2018, 10, 1), 1_000_000), 0);
}

#[test]
fn a_dated_fact_belongs_to_the_next_notice_and_a_contradicted_one_to_none() {
    let header = "date,publicity_day,as_reported,plan,members,cases_in_period,cases_cumulative,\
        total_in_period_rmb,total_cumulative_rmb,share_rmb,share_basis,grade,contradicted,source,\
        note\n";
    let row = |date, plan, contradicted| {
        format!("{date},,{date},{plan},1,,,,,,,A,{contradicted},http://a,\n")
    };
    let text = [
        row("2020-12-07", "critical", "no"),
        row("2020-12-08", "all", "no"),
        row("2020-12-08", "critical", "yes"),
        row("2020-12-08", "elderly-cancer", "no"),
        row("2020-12", "critical", "no"),
    ];
    let history = History::parse(&format!("{header}{}", text.concat())).unwrap();
    let reported = |notice| -> Vec<String> {
        history.of_period(period(notice)).into_iter().map(|fact| fact.as_reported).collect()
    };
    assert_eq!(reported(day(2020, 12, 7)), ["2020-12-07"]);
    assert_eq!(reported(day(2020, 12, 21)), ["2020-12-08"]);
    assert!(reported(day(2021, 1, 7)).is_empty());
}
