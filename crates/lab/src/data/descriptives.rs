//! Descriptive statistics of items over the answers given; missing answers are counted, not used.

use super::Items;

/// Which textbook form of skewness and kurtosis is meant; they differ in small samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Moments over powers of the variance with divisor n: g1 and g2 of Joanes and Gill (1998),
    /// their type 1.
    Moment,
    /// The forms corrected for bias under normality, as in SAS and SPSS: G1 and G2, type 2.
    Adjusted,
    /// Moments over powers of the variance with divisor n - 1, as in Minitab and the R package
    /// psych: b1 and b2, type 3.
    #[default]
    SampleDeviation,
}

/// What the answers to one item look like.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Item name.
    pub name: String,
    /// Answers given.
    pub n: usize,
    /// Answers missing.
    pub missing: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, divisor n - 1.
    pub sd: f64,
    /// Middle answer, or the mean of the two middle ones.
    pub median: f64,
    /// Smallest answer.
    pub min: f64,
    /// Largest answer.
    pub max: f64,
    /// Skewness in the chosen form.
    pub skewness: f64,
    /// Excess kurtosis (0 for a normal variable) in the chosen form.
    pub kurtosis: f64,
    /// Standard error of the mean.
    pub se: f64,
}

/// Describes every item.
#[must_use]
pub fn describe(items: &Items, shape: Shape) -> Vec<Description> {
    (0..items.width())
        .map(|item| {
            let answers: Vec<f64> = items.column(item).filter(|v| !v.is_nan()).collect();
            let missing = items.rows() - answers.len();
            describe_one(items.names()[item].clone(), answers, missing, shape)
        })
        .collect()
}

fn describe_one(name: String, mut answers: Vec<f64>, missing: usize, shape: Shape) -> Description {
    answers.sort_by(f64::total_cmp);
    let n = answers.len() as f64;
    let mean = answers.iter().sum::<f64>() / n;
    let moment = |power: i32| answers.iter().map(|v| (v - mean).powi(power)).sum::<f64>() / n;
    let (second, third, fourth) = (moment(2), moment(3), moment(4));
    let skewness = third / second.powf(1.5);
    let kurtosis = fourth / (second * second) - 3.0;
    let shrink = 1.0 - 1.0 / n;
    let (skewness, kurtosis) = match shape {
        Shape::Moment => (skewness, kurtosis),
        Shape::Adjusted => (
            skewness * (n * (n - 1.0)).sqrt() / (n - 2.0),
            (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * kurtosis + 6.0),
        ),
        Shape::SampleDeviation => {
            (skewness * shrink.powf(1.5), (kurtosis + 3.0) * shrink * shrink - 3.0)
        }
    };
    let sd = (second * n / (n - 1.0)).sqrt();
    let middle = answers.len() / 2;
    let median = match answers.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => answers[middle],
        _ => f64::midpoint(answers[middle - 1], answers[middle]),
    };
    Description {
        name,
        n: answers.len(),
        missing,
        mean,
        sd,
        median,
        min: answers.first().copied().unwrap_or(f64::NAN),
        max: answers.last().copied().unwrap_or(f64::NAN),
        skewness,
        kurtosis,
        se: sd / n.sqrt(),
    }
}

/// The quantile of sorted values by linear interpolation between order statistics (type 7 of
/// Hyndman and Fan 1996, R's default). `NaN` without values.
#[must_use]
pub fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = probability.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}
