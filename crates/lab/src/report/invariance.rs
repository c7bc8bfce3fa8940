//! Do the items mean the same in each group? The ladder from equal form to equal residuals.

use super::refusal::Refusal;
use super::sample::Sample;
use super::warning::Warning;
use crate::model::{GroupEqual, Model};
use crate::reliability::measurement_part;
use crate::sem::{self, Difference, Fit, FitOptions, Measures};

/// One step of the ladder.
pub(super) struct Step {
    /// English and Chinese name.
    pub(super) name: (&'static str, &'static str),
    /// Fit and the difference from the step before, or why there is none.
    pub(super) outcome: Result<Rung, Refusal>,
}

/// What a step achieved.
pub(super) struct Rung {
    pub(super) measures: Measures,
    pub(super) warnings: Vec<Warning>,
    pub(super) difference: Option<Difference>,
    pub(super) groups: Vec<(String, usize)>,
}

pub(super) fn ladder(model: &Model, sample: &Sample, group: &str) -> Vec<Step> {
    use GroupEqual::{Intercepts, Loadings, Residuals};
    let names = [
        ("Configural", "形态不变"),
        ("Metric", "载荷不变"),
        ("Scalar", "截距不变"),
        ("Strict", "残差不变"),
    ];
    let equal = [Loadings, Intercepts, Residuals];
    let mut before: Option<Fit> = None;
    let mut steps = Vec::new();
    for (count, name) in names.into_iter().enumerate() {
        let options = FitOptions {
            group: Some(group.to_owned()),
            equal: equal[..count].to_vec(),
            missing: if sample.missing > 0 { sem::Missing::Fiml } else { sem::Missing::Listwise },
            ..FitOptions::default()
        };
        let fitted = sem::fit(&measurement_part(model), &sample.table, &options);
        let outcome = fitted.map_err(Refusal::from).map(|mut fit| {
            let difference = before.as_mut().and_then(|before| sem::compare(before, &mut fit));
            let groups = fit.data.sample.groups.iter().map(|g| (g.label.clone(), g.cases));
            let groups = groups.collect();
            let rung = Rung {
                measures: fit.measures(),
                warnings: Warning::of_fit(&fit),
                difference,
                groups,
            };
            before = Some(fit);
            rung
        });
        let failed = outcome.is_err();
        steps.push(Step { name, outcome });
        if failed {
            break;
        }
    }
    steps
}
