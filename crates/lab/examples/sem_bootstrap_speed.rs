//! Times the bootstrap of the Holzinger-Swineford three-factor model: 5,000 draws on one thread,
//! then on two. Run with `cargo run --release -p lab --example sem_bootstrap_speed`.

use std::time::Instant;

use lab::data::Table;
use lab::sem::{FitOptions, fit};

const MODEL: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const DATA: &str = include_str!("../../../data/sem/holzinger_swineford1939.csv");
const DRAWS: usize = 5_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = Table::from_csv(DATA.as_bytes())?;
    let model = lab::model::parse(MODEL)?;
    let start = Instant::now();
    let fitted = fit(&model, &table, &FitOptions::default())?;
    println!("one fit with errors and tests: {:?}", start.elapsed());
    let mut seconds = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let start = Instant::now();
            let draws = pool.install(|| fitted.bootstrap(DRAWS, 1, &|_| {}));
            best = best.min(start.elapsed().as_secs_f64());
            assert_eq!(draws.thetas.len() + draws.failed, DRAWS);
        }
        println!("{DRAWS} draws on {threads} thread(s): {best:.3} s (best of 5)");
        seconds.push(best);
    }
    println!("two threads are {:.2} times as fast", seconds[0] / seconds[1]);
    Ok(())
}
