//! Two variables behind which stand normal responses: the likelihood of their correlation given
//! their own distributions, and the scores of single cases.

use crate::stats::bivariate::{bivariate_normal_cdf, bivariate_normal_pdf, normal_cdf, normal_pdf};

/// Probabilities below this (the root of the machine's precision) count as this, as in lavaan: a
/// single wild pair of answers must not rule a correlation.
const LEAST: f64 = 1.490_116_119_384_765_6e-8;

/// Steps of the grid on each side of zero where the likelihood may have several peaks.
const GRID: usize = 200;

/// Correlations are kept this far from one.
const EDGE: f64 = 1e-6;

/// One variable's own distribution.
#[derive(Clone, Debug)]
pub(super) struct Margin {
    /// Category of each case, from 0; empty for a continuous variable.
    pub(super) categories: Vec<usize>,
    /// Thresholds; empty for a continuous variable.
    pub(super) thresholds: Vec<f64>,
    /// Answers of a continuous variable.
    pub(super) values: Vec<f64>,
    /// Mean of a continuous variable.
    pub(super) mean: f64,
    /// Variance (divisor n) of a continuous variable, 1 for an ordered one.
    pub(super) variance: f64,
}

impl Margin {
    fn is_ordered(&self) -> bool {
        !self.thresholds.is_empty()
    }

    /// Lower and upper limit of a category.
    fn limits(&self, category: usize) -> (f64, f64) {
        let lower = match category {
            0 => f64::NEG_INFINITY,
            k => self.thresholds[k - 1],
        };
        let upper = self.thresholds.get(category).copied().unwrap_or(f64::INFINITY);
        (lower, upper)
    }

    /// Scores of a case by the variable's own parameters: thresholds, or mean and variance.
    pub(super) fn scores(&self, case: usize) -> Vec<f64> {
        if !self.is_ordered() {
            let error = self.values[case] - self.mean;
            let v = self.variance;
            return vec![error / v, 0.5 * (error * error / v - 1.0) / v];
        }
        let category = self.categories[case];
        let (lower, upper) = self.limits(category);
        let probability = (normal_cdf(upper) - normal_cdf(lower)).max(LEAST);
        let mut scores = vec![0.0; self.thresholds.len()];
        if category > 0 {
            scores[category - 1] = -normal_pdf(lower) / probability;
        }
        if category < self.thresholds.len() {
            scores[category] = normal_pdf(upper) / probability;
        }
        scores
    }

    fn standard(&self, case: usize) -> f64 {
        (self.values[case] - self.mean) / self.variance.sqrt()
    }
}

/// The correlation of two variables.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) correlation: f64,
    /// Counts of the cells of two ordered variables.
    counts: Vec<f64>,
}

impl Pair {
    /// The correlation that makes the likelihood greatest, given both distributions.
    pub(super) fn fit(first: &Margin, second: &Margin) -> Self {
        if !first.is_ordered() && !second.is_ordered() {
            let n = first.values.len();
            let cross: f64 = (0..n).map(|c| first.standard(c) * second.standard(c)).sum();
            return Self { correlation: cross / n as f64, counts: Vec::new() };
        }
        let mut pair = Self { correlation: 0.0, counts: Vec::new() };
        if first.is_ordered() && second.is_ordered() {
            let columns = second.thresholds.len() + 1;
            pair.counts = vec![0.0; (first.thresholds.len() + 1) * columns];
            for (a, b) in first.categories.iter().zip(&second.categories) {
                pair.counts[a * columns + b] += 1.0;
            }
        }
        pair.correlation = pair.search(first, second, (-1.0 + EDGE, 1.0 - EDGE, 0.0));
        if !pair.counts.is_empty() && pair.is_bounded(first, second) {
            pair.correlation = pair.best(first, second);
        }
        pair
    }

    /// Finds the root of the likelihood's slope by scoring inside a shrinking bracket.
    fn search(&self, first: &Margin, second: &Margin, from: (f64, f64, f64)) -> f64 {
        let (mut low, mut high, mut r) = from;
        for _ in 0..200 {
            let (slope, information) = self.slope(first, second, r);
            if slope > 0.0 {
                low = r;
            } else {
                high = r;
            }
            let step = slope / information.max(1e-300);
            let next = r + step;
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            if (next - r).abs() < 1e-13 || high - low < 1e-14 {
                return next;
            }
            r = next;
        }
        r
    }

    /// Whether some answered cell is so unlikely that the bound on probabilities is at work, or
    /// nearly: then the likelihood may have more than one peak.
    fn is_bounded(&self, first: &Margin, second: &Margin) -> bool {
        let columns = second.thresholds.len() + 1;
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0.0).any(|(cell, _)| {
            let a = first.limits(cell / columns);
            let b = second.limits(cell % columns);
            probability_in(a, b, self.correlation) < 100.0 * LEAST
        })
    }

    /// The highest of several peaks: the best of a grid, refined.
    fn best(&self, first: &Margin, second: &Margin) -> f64 {
        let columns = second.thresholds.len() + 1;
        let height = |r: f64| -> f64 {
            let cells = self.counts.iter().enumerate().filter(|(_, count)| **count > 0.0);
            let log = |cell: usize| {
                probability_in(first.limits(cell / columns), second.limits(cell % columns), r).ln()
            };
            cells.map(|(cell, count)| count * log(cell)).sum()
        };
        let step = 1.0 / GRID as f64;
        let at = |k: usize| -1.0 + EDGE + step * k as f64;
        let peak = (0..2 * GRID)
            .max_by(|a, b| height(at(*a)).total_cmp(&height(at(*b))))
            .expect("the grid is not empty");
        let middle = at(peak);
        let (low, high) = (middle - step, (middle + step).min(1.0 - EDGE));
        self.search(first, second, (low.max(-1.0 + EDGE), high, middle))
    }

    /// Slope of the log-likelihood in the correlation and the sum of squared scores.
    fn slope(&self, first: &Margin, second: &Margin, r: f64) -> (f64, f64) {
        if self.counts.is_empty() {
            let cases = first.values.len().max(second.values.len());
            let scores = (0..cases).map(|case| polyserial(first, second, r, case).0);
            return scores.fold((0.0, 0.0), |(s, i), x| (s + x, i + x * x));
        }
        let columns = second.thresholds.len() + 1;
        let (mut slope, mut information) = (0.0, 0.0);
        for (cell, count) in self.counts.iter().enumerate() {
            let a = first.limits(cell / columns);
            let b = second.limits(cell % columns);
            let change = density_in(a, b, r);
            let probability = probability_in(a, b, r);
            if probability > LEAST {
                slope += count * change / probability;
            }
            // Expected information: empty cells take part with their probability.
            information += change * change / probability;
        }
        (slope, information * self.counts.iter().sum::<f64>())
    }

    /// Scores of a case by the correlation, and by the parameters of both distributions in the
    /// likelihood of the pair.
    pub(super) fn scores(&self, first: &Margin, second: &Margin, case: usize) -> (f64, Vec<f64>) {
        let r = self.correlation;
        match (first.is_ordered(), second.is_ordered()) {
            (true, true) => {
                let (k, l) = (first.categories[case], second.categories[case]);
                let (a, b) = (first.limits(k), second.limits(l));
                let probability = probability_in(a, b, r);
                let mut scores = vec![0.0; first.thresholds.len() + second.thresholds.len()];
                if probability <= LEAST {
                    return (0.0, scores);
                }
                let ends = [(a, k, b, 0), (b, l, a, first.thresholds.len())];
                for ((lower, upper), category, other, offset) in ends {
                    let count = if offset == 0 { &first.thresholds } else { &second.thresholds };
                    if category > 0 {
                        scores[offset + category - 1] = -edge(lower, other, r) / probability;
                    }
                    if category < count.len() {
                        scores[offset + category] = edge(upper, other, r) / probability;
                    }
                }
                (density_in(a, b, r) / probability, scores)
            }
            (false, false) => pearson(first, second, r, case),
            _ => polyserial(first, second, r, case),
        }
    }
}

fn probability_in(a: (f64, f64), b: (f64, f64), r: f64) -> f64 {
    let corner = |x: f64, y: f64| bivariate_normal_cdf(x, y, r);
    let inside = corner(a.1, b.1) - corner(a.0, b.1) - corner(a.1, b.0) + corner(a.0, b.0);
    inside.max(LEAST)
}

/// The derivative of the probability of a cell by the correlation.
fn density_in(a: (f64, f64), b: (f64, f64), r: f64) -> f64 {
    let corner = |x: f64, y: f64| bivariate_normal_pdf(x, y, r);
    corner(a.1, b.1) - corner(a.0, b.1) - corner(a.1, b.0) + corner(a.0, b.0)
}

/// The derivative of the probability of a cell by one of its limits, `at`.
fn edge(at: f64, other: (f64, f64), r: f64) -> f64 {
    let root = (1.0 - r * r).sqrt();
    let below = |limit: f64| normal_cdf((limit - r * at) / root);
    normal_pdf(at) * (below(other.1) - below(other.0))
}

/// Scores with one ordered and one continuous variable, in the order of the arguments.
fn polyserial(first: &Margin, second: &Margin, r: f64, case: usize) -> (f64, Vec<f64>) {
    let (ordered, continuous) = if first.is_ordered() { (first, second) } else { (second, first) };
    let z = continuous.standard(case);
    let root = (1.0 - r * r).sqrt();
    let category = ordered.categories[case];
    let (lower, upper) = ordered.limits(category);
    let standard = |limit: f64| (limit - r * z) / root;
    let (low, high) = (standard(lower), standard(upper));
    let probability = (normal_cdf(high) - normal_cdf(low)).max(LEAST);
    let density = |x: f64| if x.is_finite() { normal_pdf(x) } else { 0.0 };
    let turn = |limit: f64, x: f64| {
        if limit.is_finite() { density(x) * (limit * r - z) } else { 0.0 }
    };
    let by_correlation = (turn(upper, high) - turn(lower, low)) / (root.powi(3) * probability);
    // By z: the density of z itself, and the shift of both limits.
    let shift = -r / root * (density(high) - density(low)) / probability;
    let by_z = -z + shift;
    let deviation = continuous.variance.sqrt();
    let by_mean = -by_z / deviation;
    let by_variance = (-by_z * z - 1.0) / (2.0 * continuous.variance);
    let mut by_thresholds = vec![0.0; ordered.thresholds.len()];
    if category > 0 {
        by_thresholds[category - 1] = -density(low) / (root * probability);
    }
    if category < by_thresholds.len() {
        by_thresholds[category] = density(high) / (root * probability);
    }
    let scores = if first.is_ordered() {
        by_thresholds.extend([by_mean, by_variance]);
        by_thresholds
    } else {
        let mut scores = vec![by_mean, by_variance];
        scores.extend(by_thresholds);
        scores
    };
    (by_correlation, scores)
}

/// Scores of two continuous variables.
fn pearson(first: &Margin, second: &Margin, r: f64, case: usize) -> (f64, Vec<f64>) {
    let (x, y) = (first.standard(case), second.standard(case));
    let rest = 1.0 - r * r;
    let square = x * x - 2.0 * r * x * y + y * y;
    let by_correlation = (r + x * y - r * square / rest) / rest;
    let by_x = -(x - r * y) / rest;
    let by_y = -(y - r * x) / rest;
    let part = |by: f64, z: f64, variance: f64| {
        [-by / variance.sqrt(), (-by * z - 1.0) / (2.0 * variance)]
    };
    let mut scores = part(by_x, x, first.variance).to_vec();
    scores.extend(part(by_y, y, second.variance));
    (by_correlation, scores)
}
