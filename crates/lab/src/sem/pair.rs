//! Two variables behind which stand normal responses: the likelihood of their correlation given
//! their own distributions, and the scores of single cases.

use super::margin::Margin;
use crate::stats::bivariate::{bivariate_normal_cdf, bivariate_normal_pdf, normal_cdf, normal_pdf};

/// Probabilities below this (the root of the machine's precision) count as this, as in lavaan: a
/// single wild pair of answers must not rule a correlation.
pub(super) const LEAST: f64 = 1.490_116_119_384_765_6e-8;

/// Steps of the grid on each side of zero where the likelihood may have several peaks.
const GRID: usize = 200;

/// Correlations are kept this far from one.
const EDGE: f64 = 1e-6;

/// Two categories and how many cases are in both; with covariates, one case.
#[derive(Clone, Copy, Debug)]
struct Cell {
    first: (f64, f64),
    second: (f64, f64),
    count: f64,
}

/// The correlation of two variables.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) correlation: f64,
    /// The cells of two ordered variables.
    cells: Vec<Cell>,
    /// Whether every cell stands for a single case.
    by_case: bool,
}

impl Pair {
    /// The correlation that makes the likelihood greatest, given both distributions; none when
    /// fewer than two cases answer both.
    pub(super) fn fit(first: &Margin, second: &Margin) -> Option<Self> {
        let cases = both(first, second);
        if cases.len() < 2 {
            return None;
        }
        let mut pair = Self { correlation: 0.0, cells: Vec::new(), by_case: false };
        let continuous = !first.is_ordered() && !second.is_ordered();
        if continuous && cases.len() == first.values.len() {
            let cross = cases.iter().map(|c| first.standard(*c) * second.standard(*c));
            pair.correlation = cross.sum::<f64>() / cases.len() as f64;
            return Some(pair);
        }
        if first.is_ordered() && second.is_ordered() {
            pair.by_case = !first.slopes.is_empty();
            pair.cells = if pair.by_case {
                let of = |case: usize| Cell {
                    first: first.limits(case),
                    second: second.limits(case),
                    count: 1.0,
                };
                cases.into_iter().map(of).collect()
            } else {
                cells(first, second)
            };
        }
        pair.correlation = pair.search(first, second, (-1.0 + EDGE, 1.0 - EDGE, 0.0));
        if !pair.cells.is_empty() && !pair.by_case && pair.is_bounded() {
            pair.correlation = pair.best(first, second);
        }
        Some(pair)
    }

    /// Finds the root of the likelihood's slope inside a shrinking bracket: by scoring, and by
    /// secants where the information is only that of the cases.
    fn search(&self, first: &Margin, second: &Margin, from: (f64, f64, f64)) -> f64 {
        let (mut low, mut high, mut r) = from;
        let by_cases = self.cells.is_empty() || self.by_case;
        let mut before: Option<(f64, f64)> = None;
        for _ in 0..200 {
            let (slope, mut information) = self.slope(first, second, r);
            if slope > 0.0 {
                low = r;
            } else {
                high = r;
            }
            if let Some((old, old_slope)) = before.filter(|_| by_cases) {
                let secant = (old_slope - slope) / (r - old);
                if secant.is_finite() && secant > 0.1 * information {
                    information = secant;
                }
            }
            before = Some((r, slope));
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
    fn is_bounded(&self) -> bool {
        let answered = self.cells.iter().filter(|cell| cell.count > 0.0);
        let least = |cell: &Cell| probability_in(cell.first, cell.second, self.correlation);
        answered.into_iter().any(|cell| least(cell) < 100.0 * LEAST)
    }

    /// The highest of several peaks: the best of a grid, refined.
    fn best(&self, first: &Margin, second: &Margin) -> f64 {
        let height = |r: f64| -> f64 {
            let answered = self.cells.iter().filter(|cell| cell.count > 0.0);
            answered.map(|c| c.count * probability_in(c.first, c.second, r).ln()).sum()
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
        if self.cells.is_empty() {
            let is_ordered = first.is_ordered() || second.is_ordered();
            let of_pair = if is_ordered { polyserial } else { pearson };
            let cases = both(first, second).into_iter();
            let scores = cases.map(|case| of_pair(first, second, r, case).0);
            return scores.fold((0.0, 0.0), |(s, i), x| (s + x, i + x * x));
        }
        let (mut slope, mut information) = (0.0, 0.0);
        for cell in &self.cells {
            let change = density_in(cell.first, cell.second, r);
            let probability = probability_in(cell.first, cell.second, r);
            if probability > LEAST {
                slope += cell.count * change / probability;
            }
            // Expected information: empty cells take part with their probability. A single case
            // brings what it answered.
            let share = if self.by_case { probability } else { 1.0 };
            information += change * change / probability / share;
        }
        let total: f64 = self.cells.iter().map(|cell| cell.count).sum();
        (slope, information * if self.by_case { 1.0 } else { total })
    }

    /// Scores of a case by the correlation, and by the parameters of both distributions in the
    /// likelihood of the pair; `x` are its covariates.
    pub(super) fn scores(
        &self,
        first: &Margin,
        second: &Margin,
        case: usize,
        x: &[f64],
    ) -> (f64, Vec<f64>) {
        let r = self.correlation;
        let (by_correlation, of_first, of_second) = match (first.is_ordered(), second.is_ordered())
        {
            (true, true) => polychoric(first, second, r, case),
            (false, false) => pearson(first, second, r, case),
            _ => polyserial(first, second, r, case),
        };
        let mut scores = first.spread(&of_first, x);
        scores.extend(second.spread(&of_second, x));
        (by_correlation, scores)
    }
}

/// Cases that answer both.
fn both(first: &Margin, second: &Margin) -> Vec<usize> {
    let answered = first.answered.iter().zip(&second.answered);
    answered.enumerate().filter(|(_, (a, b))| **a && **b).map(|(case, _)| case).collect()
}

/// The table of two ordered variables. In a two by two table an empty cell counts half a case,
/// taken from its neighbours so that the margins stay (lavaan's `zero.add`).
fn cells(first: &Margin, second: &Margin) -> Vec<Cell> {
    let (rows, columns) = (first.thresholds.len() + 1, second.thresholds.len() + 1);
    let mut counts = vec![0.0; rows * columns];
    for case in both(first, second) {
        counts[first.categories[case] * columns + second.categories[case]] += 1.0;
    }
    if rows == 2 && columns == 2 && counts.contains(&0.0) {
        let (on, off) =
            if counts[0] == 0.0 || counts[3] == 0.0 { (0.5, -0.5) } else { (-0.5, 0.5) };
        for (count, by) in counts.iter_mut().zip([on, off, off, on]) {
            *count += by;
        }
    }
    let cell = |(at, count): (usize, f64)| Cell {
        first: first.limits_of(at / columns),
        second: second.limits_of(at % columns),
        count,
    };
    counts.into_iter().enumerate().map(cell).collect()
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

/// Scores of a case by the correlation, by the parameters of the first variable and by those of
/// the second, slopes left out.
type Scores = (f64, Vec<f64>, Vec<f64>);

fn polychoric(first: &Margin, second: &Margin, r: f64, case: usize) -> Scores {
    let (a, b) = (first.limits(case), second.limits(case));
    let probability = probability_in(a, b, r);
    let mut by = [vec![0.0; first.thresholds.len()], vec![0.0; second.thresholds.len()]];
    if probability > LEAST {
        let sides = [(a, first.categories[case], b), (b, second.categories[case], a)];
        for (((lower, upper), category, other), scores) in sides.into_iter().zip(&mut by) {
            if category > 0 {
                scores[category - 1] = -edge(lower, other, r) / probability;
            }
            if category < scores.len() {
                scores[category] = edge(upper, other, r) / probability;
            }
        }
    }
    let [of_first, of_second] = by;
    let change = if probability > LEAST { density_in(a, b, r) / probability } else { 0.0 };
    (change, of_first, of_second)
}

/// Scores with one ordered and one continuous variable, in the order of the arguments.
fn polyserial(first: &Margin, second: &Margin, r: f64, case: usize) -> Scores {
    let (ordered, continuous) = if first.is_ordered() { (first, second) } else { (second, first) };
    let z = continuous.standard(case);
    let root = (1.0 - r * r).sqrt();
    let category = ordered.categories[case];
    let (lower, upper) = ordered.limits(case);
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
    let of_continuous = vec![by_mean, by_variance];
    if first.is_ordered() {
        (by_correlation, by_thresholds, of_continuous)
    } else {
        (by_correlation, of_continuous, by_thresholds)
    }
}

/// Scores of two continuous variables.
fn pearson(first: &Margin, second: &Margin, r: f64, case: usize) -> Scores {
    let (x, y) = (first.standard(case), second.standard(case));
    let rest = 1.0 - r * r;
    let square = x * x - 2.0 * r * x * y + y * y;
    let by_correlation = (r + x * y - r * square / rest) / rest;
    let by_x = -(x - r * y) / rest;
    let by_y = -(y - r * x) / rest;
    let part = |by: f64, z: f64, variance: f64| {
        [-by / variance.sqrt(), (-by * z - 1.0) / (2.0 * variance)]
    };
    let of_second = part(by_y, y, second.variance).to_vec();
    (by_correlation, part(by_x, x, first.variance).to_vec(), of_second)
}
