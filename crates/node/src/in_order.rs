//! Work on all cores whose results come out in the order of the input. Knows nothing of the work.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::thread::{available_parallelism, scope};

/// Inputs, and results, that wait for each worker: enough that none stands idle, few in memory.
const WAITING: usize = 2;

/// Lets `feed` hand out inputs on a thread of its own, works on them on as many threads as there
/// are cores, and gives the results to `take` on this one, in the order of the inputs.
///
/// What is handed out after `take` has said `false` is dropped, and so is told the one who hands
/// it out. Returns what `feed` returns.
pub(crate) fn in_order<I: Send, O: Send, T: Send>(
    feed: impl FnOnce(&mut dyn FnMut(I) -> bool) -> T + Send,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> bool,
) -> T {
    let workers = available_parallelism().map_or(1, NonZero::get);
    scope(|scope| {
        let (mut inputs, mut results) = (Vec::new(), Vec::new());
        for _ in 0..workers {
            let (input, inputs_of_one) = sync_channel::<I>(WAITING);
            let (result, results_of_one) = sync_channel::<O>(WAITING);
            inputs.push(input);
            results.push(results_of_one);
            let work = &work;
            scope.spawn(move || {
                // A closed channel means that nobody takes results any more.
                inputs_of_one.into_iter().all(|input| result.send(work(input)).is_ok())
            });
        }
        let feeder = scope.spawn(move || {
            let mut turns = (0..workers).cycle();
            feed(&mut |input| {
                let turn = turns.next().expect("there is at least one worker");
                inputs[turn].send(input).is_ok()
            })
        });
        for turn in (0..workers).cycle() {
            // The turns are those of the feeder: no result here means that no input came.
            let Ok(result) = results[turn].recv() else { break };
            if !take(result) {
                break;
            }
        }
        drop(results);
        feeder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        let mut seen = Vec::new();
        let fed = in_order(
            |give| (0..1000_u64).all(give),
            |input| {
                // Some take longer than others.
                std::thread::sleep(Duration::from_micros(input * 7919 % 64));
                input * 2
            },
            |result| {
                seen.push(result);
                true
            },
        );
        assert!(fed);
        assert_eq!(seen, Vec::from_iter((0..1000).map(|input| input * 2)));
    }

    #[test]
    fn who_has_enough_ends_it() {
        let mut taken = 0;
        let given = in_order(
            |give| (0..u64::MAX).take_while(|input| give(*input)).count(),
            |input| input,
            |_| {
                taken += 1;
                taken < 10
            },
        );
        assert_eq!(taken, 10);
        assert!(given >= 10);
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert_eq!(in_order(|_| 7, |input: u8| input, |_| true), 7);
    }
}
