//! Progress on standard error, only where a person is looking.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Redraws a second; more is work nobody sees.
const REDRAWS: u8 = 10;

/// A bar of known length.
pub fn bar(length: u64, what: &str, unit: &str) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(REDRAWS));
    let template =
        format!("{what:<12} {{bar:32}} {{human_pos}}/{{human_len}} {unit}  {{msg}} {{eta}}");
    bar.with_style(ProgressStyle::with_template(&template).unwrap_or(ProgressStyle::default_bar()))
}

/// A count without a known end.
pub fn spinner(what: &str, unit: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(REDRAWS));
    let template = format!("{{spinner}} {what} {{human_pos}} {unit}  {{elapsed}}");
    let style = ProgressStyle::with_template(&template).unwrap_or(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar.with_style(style)
}
