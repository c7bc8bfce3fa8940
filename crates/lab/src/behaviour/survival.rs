//! Survival curves of Kaplan and Meier (1958) with Greenwood's standard errors.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{BehaviourError, Spells};

/// On which scale a confidence band is symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Band {
    /// The logarithm of survival, R's default.
    #[default]
    Log,
    /// The logarithm of the cumulative hazard, SAS's default; stays within 0 and 1.
    LogLog,
    /// Survival itself, cut at 0 and 1.
    Plain,
}

/// The curve after one time at which something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveStep {
    /// Time.
    pub time: f64,
    /// Rows still observed just before.
    pub at_risk: usize,
    /// Events at this time.
    pub events: usize,
    /// Rows whose observation ended here without the event.
    pub censored: usize,
    /// Estimated share without the event after this time.
    pub survival: f64,
    /// Standard error of the share.
    pub se: f64,
    /// Lower end of the band.
    pub ci_lower: f64,
    /// Upper end of the band.
    pub ci_upper: f64,
}

/// A survival curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Steps in order of time.
    pub steps: Vec<CurveStep>,
    /// Rows.
    pub rows: usize,
    /// Events.
    pub events: usize,
    /// Time at which the curve reaches one half; nothing when it never does.
    pub median: Option<f64>,
    /// Lower end of the median's interval.
    pub median_lower: Option<f64>,
    /// Upper end of the median's interval.
    pub median_upper: Option<f64>,
}

/// Estimates the curve; `level` is the band's, e.g. 0.95.
///
/// # Errors
/// When rows are ragged, empty, or a time is not finite.
pub fn kaplan_meier(spells: &Spells, level: f64, band: Band) -> Result<Curve, BehaviourError> {
    let rows = spells.times.len();
    let finite = spells.times.iter().all(|time| time.is_finite());
    if rows == 0 || spells.events.len() != rows || !finite {
        return Err(BehaviourError::Ragged);
    }
    let quantile = Normal::standard().inverse_cdf(1.0 - (1.0 - level) / 2.0);
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|&a, &b| spells.times[a].total_cmp(&spells.times[b]));
    let (mut survival, mut greenwood, mut at_risk) = (1.0, 0.0, rows);
    let mut steps = Vec::new();
    for run in order.chunk_by(|&a, &b| spells.times[a] == spells.times[b]) {
        let events = run.iter().filter(|&&row| spells.events[row]).count();
        survival *= 1.0 - events as f64 / at_risk as f64;
        greenwood += events as f64 / (at_risk as f64 * (at_risk - events) as f64);
        let (ci_lower, ci_upper) = ends(survival, greenwood.sqrt(), quantile, band);
        steps.push(CurveStep {
            time: spells.times[run[0]],
            at_risk,
            events,
            censored: run.len() - events,
            survival,
            // A share of 0 has no spread, though Greenwood's sum is infinite there.
            se: if survival > 0.0 { survival * greenwood.sqrt() } else { f64::NAN },
            ci_lower,
            ci_upper,
        });
        at_risk -= run.len();
    }
    Ok(Curve {
        median: crossing(&steps, |step| step.survival),
        median_lower: crossing(&steps, |step| step.ci_lower),
        median_upper: crossing(&steps, |step| step.ci_upper),
        rows,
        events: spells.events.iter().filter(|&&event| event).count(),
        steps,
    })
}

impl Curve {
    /// The curve at any time: the last step not after it, or nothing before the first.
    #[must_use]
    pub fn at(&self, time: f64) -> Option<&CurveStep> {
        self.steps[..self.steps.partition_point(|step| step.time <= time)].last()
    }
}

fn ends(survival: f64, error: f64, quantile: f64, band: Band) -> (f64, f64) {
    if survival <= 0.0 || (error == 0.0 && survival < 1.0) {
        return (f64::NAN, f64::NAN);
    }
    let (lower, upper) = match band {
        Band::Log => {
            let reach = (quantile * error).exp();
            (survival / reach, survival * reach)
        }
        Band::LogLog if survival < 1.0 => {
            let reach = (quantile * error / survival.ln().abs()).exp();
            (survival.powf(reach), survival.powf(1.0 / reach))
        }
        Band::LogLog => (1.0, 1.0),
        Band::Plain => {
            let reach = quantile * error * survival;
            (survival - reach, survival + reach)
        }
    };
    (lower.max(0.0), upper.min(1.0))
}

/// The first time at which a curve is at one half or below; when it is flat at exactly one half,
/// the middle of that stretch, as in R.
fn crossing(steps: &[CurveStep], height: impl Fn(&CurveStep) -> f64) -> Option<f64> {
    const ROUNDING: f64 = 1e-9;
    let place = steps.iter().position(|step| height(step) < 0.5 + ROUNDING)?;
    let flat = (height(&steps[place]) - 0.5).abs() < ROUNDING;
    let next = steps[place..].iter().find(|step| height(step) < 0.5 - ROUNDING);
    Some(match (flat, next) {
        (true, Some(next)) => f64::midpoint(steps[place].time, next.time),
        _ => steps[place].time,
    })
}
