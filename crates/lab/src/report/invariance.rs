//! Do the items mean the same in each group? The ladder from equal form to equal residuals.

use super::findings::Block;
use super::measurement;
use super::sample::Sample;
use crate::model::{GroupEqual, parse};
use crate::sem::{self, Difference, Fit, FitOptions, Measures};

/// One step of the ladder.
pub(super) struct Step {
    /// English and Chinese name.
    pub(super) name: (&'static str, &'static str),
    /// Fit and the difference from the step before, or why there is none.
    pub(super) outcome: Result<Rung, String>,
}

/// What a step achieved.
pub(super) struct Rung {
    pub(super) measures: Measures,
    pub(super) warnings: Vec<String>,
    pub(super) difference: Option<Difference>,
    pub(super) groups: Vec<(String, usize)>,
}

pub(super) fn ladder(blocks: &[Block], sample: &Sample, group: &str) -> Vec<Step> {
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
        let fitted = parse(&measurement::syntax(blocks))
            .map_err(|error| error.to_string())
            .and_then(|model| {
                sem::fit(&model, &sample.table, &options).map_err(|error| error.to_string())
            });
        let outcome = fitted.map(|mut fit| {
            let difference = before.as_mut().and_then(|before| sem::compare(before, &mut fit));
            let groups = fit.data.sample.groups.iter().map(|g| (g.label.clone(), g.cases));
            let groups = groups.collect();
            let rung = Rung {
                measures: fit.measures(),
                warnings: fit.warnings.clone(),
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
