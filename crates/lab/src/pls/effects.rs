//! Effects that travel along chains of paths.

use super::Fit;

/// Chains listed at most; a dense model of many constructs has more than anyone can read.
pub const CHAINS_MAX: usize = 10_000;

/// One chain of at least two paths and the product of their coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecificIndirect {
    /// Constructs in order.
    pub chain: Vec<usize>,
    /// Numbers of the paths along the chain.
    pub paths: Vec<usize>,
    /// Product of the coefficients.
    pub estimate: f64,
}

/// Every chain of at least two paths, at most [`CHAINS_MAX`] of them, by origin and length.
#[must_use]
pub fn specific_indirect(fit: &Fit) -> Vec<SpecificIndirect> {
    let ends = fit.path_ends();
    let mut open: Vec<SpecificIndirect> = ends
        .iter()
        .enumerate()
        .map(|(path, &(from, to))| SpecificIndirect {
            chain: vec![from, to],
            paths: vec![path],
            estimate: fit.paths[path],
        })
        .collect();
    let mut found = Vec::new();
    while let Some(chain) = open.pop() {
        let last = chain.chain[chain.chain.len() - 1];
        for (path, &(from, to)) in ends.iter().enumerate() {
            if from != last {
                continue;
            }
            let mut longer = chain.clone();
            longer.chain.push(to);
            longer.paths.push(path);
            longer.estimate *= fit.paths[path];
            open.push(longer.clone());
            found.push(longer);
            if found.len() >= CHAINS_MAX {
                open.clear();
                break;
            }
        }
    }
    found.sort_by(|a, b| {
        let key = |chain: &SpecificIndirect| (chain.chain[0], chain.chain.len());
        key(a).cmp(&key(b)).then_with(|| a.chain.cmp(&b.chain))
    });
    found
}
