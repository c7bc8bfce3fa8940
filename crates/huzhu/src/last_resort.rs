//! What becomes of a panic: a problem in three sentences, as with every other, and never the text
//! of a panic. A reader who has closed the pipe is no problem at all.

use std::panic::PanicHookInfo;

use crate::problem::{Kind, Problem};

/// What the standard library says when nobody reads what is printed.
const CLOSED: &str = "failed printing to std";

/// From now on a panic ends the program as a problem.
pub fn install(json: bool) {
    std::panic::set_hook(Box::new(move |panic| {
        let text = text(panic);
        if text.starts_with(CLOSED) {
            std::process::exit(0);
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let problem = Problem::new(
            Kind::Environment,
            "E-INTERNAL",
            "The program has met a mistake of its own.",
            format!("At {place}: {text}."),
            "Report this with the command that you gave. What was acknowledged is in the log.",
        );
        std::process::exit(problem.report(json).into());
    }));
}

fn text(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no more is known").trim_end_matches('.').to_owned()
}
