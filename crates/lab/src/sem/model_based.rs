//! The bootstrap under the model (Bollen & Stine 1992): cases moved so that the model fits them
//! exactly, which gives the statistic's own law where normal theory does not.

use super::bootstrap::Draws;
use super::fit::Fit;
use crate::stats::dense;
use crate::stats::matrix::Matrix;

/// The test of a model by draws under it.
#[derive(Clone, Debug)]
pub struct ModelBased {
    /// Share of the draws whose statistic is at least that of the data.
    pub pvalue: f64,
    /// The draws.
    pub draws: Draws,
}

impl Fit {
    /// This fit with its cases moved so that their moments are those of the model; none with
    /// ordered variables, missing answers, or an estimator other than maximum likelihood.
    #[must_use]
    pub fn under_model(&self) -> Option<Self> {
        let likelihood = self.data.options.estimator().is_likelihood();
        if !likelihood || self.data.is_fiml() {
            return None;
        }
        let mut moved = self.clone();
        for (group, sample) in moved.data.sample.groups.iter_mut().enumerate() {
            let (structure, implied) = self.solved.engine.group(group);
            let p = structure.p;
            let sigma = Matrix::square(p, implied.sigma.clone());
            let cov = &self.data.moments[group].cov;
            let turn = root(cov, -0.5)?.times(&root(&sigma, 0.5)?).transpose();
            let centre = if structure.means { &implied.mu } else { &sample.mean };
            let centre = centre.clone();
            for case in 0..sample.cases {
                let row = sample.case(case).iter().zip(&sample.mean);
                let error: Vec<f64> = row.map(|(x, mean)| x - mean).collect();
                let to = &mut sample.rows[case * p..(case + 1) * p];
                for (i, (target, centre)) in to.iter_mut().zip(&centre).enumerate() {
                    *target = centre + dense::dot(turn.row(i), &error);
                }
            }
            sample.summarise(false);
        }
        Some(moved)
    }

    /// Tests the model by `count` draws under it; none as for [`Fit::under_model`] or when no
    /// draw converges.
    #[must_use]
    pub fn bollen_stine(
        &self,
        count: usize,
        seed: u64,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Option<ModelBased> {
        let draws = self.under_model()?.bootstrap(count, seed, progress);
        if draws.chisq.is_empty() {
            return None;
        }
        let above = draws.chisq.iter().filter(|chisq| **chisq >= self.test.chisq).count();
        Some(ModelBased { pvalue: above as f64 / draws.chisq.len() as f64, draws })
    }
}

/// A power of a symmetric positive definite matrix; none when it is not definite.
fn root(matrix: &Matrix, power: f64) -> Option<Matrix> {
    let (values, vectors) = matrix.eigen()?;
    if values[0] <= 0.0 {
        return None;
    }
    let powers: Vec<f64> = values.iter().map(|value| value.powf(power)).collect();
    Some(vectors.times(&Matrix::diagonal(&powers)).times(&vectors.transpose()))
}
