//! Times the bootstrap of a path model with one thread and with two.
//!
//! `cargo run --release -p lab --example bench_pls` uses random answers of the shape of the
//! corporate-reputation survey (344 rows); with `HUZHU_REFERENCE_DATA` set it uses that survey,
//! for which seminr 2.3.1 needs 63.3 s (simple model) on one core.

use std::time::{Duration, Instant};

use lab::data::random::Draw;
use lab::data::{Items, Table};
use lab::pls::{Interval, Model, Settings, Specification};

const DRAWS: usize = 5000;
const REPETITIONS: usize = 5;

const SIMPLE: &str = "
    COMP =~ comp_1 + comp_2 + comp_3; LIKE =~ like_1 + like_2 + like_3
    CUSA =~ cusa; CUSL =~ cusl_1 + cusl_2 + cusl_3
    CUSA ~ COMP + LIKE; CUSL ~ COMP + LIKE + CUSA";

const EXTENDED: &str = "
    QUAL <~ qual_1 + qual_2 + qual_3 + qual_4 + qual_5 + qual_6 + qual_7 + qual_8
    PERF <~ perf_1 + perf_2 + perf_3 + perf_4 + perf_5
    CSOR <~ csor_1 + csor_2 + csor_3 + csor_4 + csor_5; ATTR <~ attr_1 + attr_2 + attr_3
    COMP =~ comp_1 + comp_2 + comp_3; LIKE =~ like_1 + like_2 + like_3
    CUSA =~ cusa; CUSL =~ cusl_1 + cusl_2 + cusl_3
    COMP ~ QUAL + PERF + CSOR + ATTR; LIKE ~ QUAL + PERF + CSOR + ATTR
    CUSA ~ COMP + LIKE; CUSL ~ COMP + LIKE + CUSA";

fn model(text: &str) -> Model {
    let specification = Specification::parse(text).expect("the models above are right");
    let settings = Settings::default();
    match std::env::var_os("HUZHU_REFERENCE_DATA") {
        Some(folder) => {
            let path = std::path::Path::new(&folder).join("sem/data/corp_rep_data.csv");
            let file = std::fs::File::open(&path).expect("the survey is in the folder");
            let table = Table::from_csv(file).expect("the survey is a table");
            Model::from_table(&specification, &table, Some(-99.0), settings)
                .expect("the survey has the model's items")
        }
        None => {
            let names: Vec<String> = specification.items().into_iter().map(str::to_owned).collect();
            let mut stream = Draw::new(1, 0);
            let mut values = Vec::new();
            for _ in 0..344 {
                let common = stream.normals().0;
                values.extend(names.iter().map(|_| common + stream.normals().0));
            }
            Model::new(&specification, Items::from_rows(names, values), settings)
                .expect("random answers vary")
        }
    }
}

/// Time of the draws alone and of the draws with all summaries, the fastest of some repetitions.
fn time(model: &Model, threads: usize) -> (Duration, Duration) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be started");
    let fit = model.fit().expect("the model can be estimated");
    let mut best = (Duration::MAX, Duration::MAX);
    for seed in 0..REPETITIONS as u64 {
        let start = Instant::now();
        let boot = pool
            .install(|| model.bootstrap(&fit, DRAWS, seed, &|_| {}))
            .expect("the number of draws is in bounds");
        let drawn = start.elapsed();
        let summaries = boot.summaries(model, &fit, Interval::Percentile, 0.95);
        let all = start.elapsed();
        assert_eq!(summaries.len(), boot.quantities().len());
        best = (best.0.min(drawn), best.1.min(all));
    }
    best
}

/// Processor time of this process so far, in seconds, where the system tells it (Linux, in
/// hundredths): on a busy machine it says more than the clock on the wall.
fn processor() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

fn main() {
    for (name, text) in [("simple", SIMPLE), ("extended", EXTENDED)] {
        let model = model(text);
        let before = processor();
        let (one, one_all) = time(&model, 1);
        let between = processor();
        let (two, two_all) = time(&model, 2);
        let after = processor();
        println!(
            "{name}: {DRAWS} draws with loadings, weights, totals, R2 and HTMT; one thread \
             {:.4} s ({:.4} s with intervals), two threads {:.4} s ({:.4} s), {:.2} times faster",
            one.as_secs_f64(),
            one_all.as_secs_f64(),
            two.as_secs_f64(),
            two_all.as_secs_f64(),
            one.as_secs_f64() / two.as_secs_f64(),
        );
        if let (Some(before), Some(between), Some(after)) = (before, between, after) {
            let runs = REPETITIONS as f64;
            println!(
                "{name}: processor time of a run {:.3} s in one thread, {:.3} s in two",
                (between - before) / runs,
                (after - between) / runs,
            );
        }
    }
}
