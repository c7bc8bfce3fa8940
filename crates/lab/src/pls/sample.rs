//! Answers prepared so that the covariance matrix of any resample costs one pass and no
//! allocation. Missing answers are replaced by the mean of the resample itself, since that
//! replacement is a part of the estimate whose spread a bootstrap is to show.

use crate::data::Items;

/// A variance below this share of the whole sample's counts as none at all.
const VARIANCE_SHARE_MIN: f64 = 1e-12;

/// Answers of all rows, centred, with missing ones marked.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    rows: usize,
    width: usize,
    /// Row-major, centred on the whole sample's means; 0 where missing.
    values: Vec<f64>,
    centres: Vec<f64>,
    variances_min: Vec<f64>,
    /// For each row, its place in `answered` when some answer is missing.
    incomplete: Vec<Option<usize>>,
    /// Row-major masks of the incomplete rows.
    answered: Vec<bool>,
}

/// Where a covariance is written to, kept between resamples.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    /// Row-major, divisor `n - 1`.
    pub covariance: Vec<f64>,
    /// Means of the answers in the resample.
    pub means: Vec<f64>,
    sums: Vec<f64>,
    observed: Vec<f64>,
}

impl Moments {
    pub fn new(width: usize) -> Self {
        Self {
            covariance: vec![0.0; width * width],
            means: vec![0.0; width],
            sums: vec![0.0; width],
            observed: vec![0.0; width],
        }
    }
}

impl Sample {
    pub fn new(items: &Items) -> Self {
        let (rows, width) = (items.rows(), items.width());
        let centres = items.means();
        let mut values = Vec::with_capacity(rows * width);
        let (mut incomplete, mut answered) = (Vec::with_capacity(rows), Vec::new());
        let mut masks = 0;
        let mut squares = vec![0.0; width];
        for row in 0..rows {
            let answers = items.row(row);
            for ((answer, centre), square) in answers.iter().zip(&centres).zip(&mut squares) {
                let value = if answer.is_nan() { 0.0 } else { answer - centre };
                *square += value * value;
                values.push(value);
            }
            if answers.iter().any(|answer| answer.is_nan()) {
                answered.extend(answers.iter().map(|answer| !answer.is_nan()));
                incomplete.push(Some(masks));
                masks += 1;
            } else {
                incomplete.push(None);
            }
        }
        let share = VARIANCE_SHARE_MIN / rows.max(1) as f64;
        let variances_min = squares.iter().map(|square| square * share).collect();
        Self { rows, width, values, centres, variances_min, incomplete, answered }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// One row's answers as deviations from the means of `moments`; 0 where missing.
    pub fn deviations(&self, row: usize, moments: &Moments, into: &mut [f64]) {
        let values = &self.values[row * self.width..(row + 1) * self.width];
        for (item, slot) in into.iter_mut().enumerate() {
            *slot = values[item] + self.centres[item] - moments.means[item];
        }
        if let Some(mask) = self.mask(row) {
            for (slot, answered) in into.iter_mut().zip(mask) {
                if !answered {
                    *slot = 0.0;
                }
            }
        }
    }

    fn mask(&self, row: usize) -> Option<&[bool]> {
        let place = self.incomplete[row]?;
        Some(&self.answered[place * self.width..(place + 1) * self.width])
    }

    /// Covariances of the resample in which row `i` appears `counts[i]` times. Gives the position
    /// of an item that does not vary in it, if there is one.
    pub fn covariance(&self, counts: &[u32], moments: &mut Moments) -> Result<(), usize> {
        let width = self.width;
        let Moments { covariance, means, sums, observed } = moments;
        covariance.fill(0.0);
        sums.fill(0.0);
        means.fill(0.0);
        let (mut drawn, mut complete) = (0.0, 0.0);
        observed.fill(0.0);
        for (row, &count) in counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            let count = f64::from(count);
            drawn += count;
            let values = &self.values[row * width..(row + 1) * width];
            if let Some(mask) = self.mask(row) {
                for item in (0..width).filter(|&item| mask[item]) {
                    means[item] += count * values[item];
                    observed[item] += count;
                }
                continue;
            }
            complete += count;
            for (i, &value) in values.iter().enumerate() {
                let scaled = count * value;
                sums[i] += scaled;
                let target = &mut covariance[i * width + i..(i + 1) * width];
                for (sum, other) in target.iter_mut().zip(&values[i..]) {
                    *sum += scaled * other;
                }
            }
        }
        for item in 0..width {
            means[item] = (means[item] + sums[item]) / (observed[item] + complete);
        }
        // Moves the cross products of the complete rows from the whole sample's centre to the
        // resample's means.
        for i in 0..width {
            for j in i..width {
                covariance[i * width + j] +=
                    complete * means[i] * means[j] - means[i] * sums[j] - means[j] * sums[i];
            }
        }
        if complete < drawn {
            self.add_incomplete(counts, covariance, means);
        }
        let divisor = drawn - 1.0;
        for i in 0..width {
            for j in i..width {
                let value = covariance[i * width + j] / divisor;
                covariance[i * width + j] = value;
                covariance[j * width + i] = value;
            }
        }
        for (mean, centre) in means.iter_mut().zip(&self.centres) {
            *mean += centre;
        }
        // Written so that a NaN counts as constant.
        let varies = |i: usize| covariance[i * width + i] > self.variances_min[i];
        (0..width).find(|&i| !varies(i)).map_or(Ok(()), Err)
    }

    fn add_incomplete(&self, counts: &[u32], covariance: &mut [f64], means: &[f64]) {
        let width = self.width;
        for (row, &count) in counts.iter().enumerate() {
            let Some(mask) = self.mask(row).filter(|_| count > 0) else {
                continue;
            };
            let values = &self.values[row * width..(row + 1) * width];
            for i in (0..width).filter(|&i| mask[i]) {
                let scaled = f64::from(count) * (values[i] - means[i]);
                for j in (i..width).filter(|&j| mask[j]) {
                    covariance[i * width + j] += scaled * (values[j] - means[j]);
                }
            }
        }
    }
}
