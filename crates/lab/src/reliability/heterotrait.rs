//! Heterotrait-monotrait ratio of correlations: do two sets of items measure different things?
//! Correlations enter by absolute value, as in semTools and seminr, so that an item worded the
//! other way round does not hide a likeness.

/// HTMT (Henseler, Ringle and Sarstedt 2015): arithmetic mean of the correlations between the two
/// blocks, over the geometric mean of the two mean correlations within them. `correlation` is
/// row-major over `width` items; `a` and `b` are positions of the blocks' items. A block of one
/// item counts as measured without error.
#[must_use]
pub fn htmt(correlation: &[f64], width: usize, a: &[usize], b: &[usize]) -> f64 {
    let between = mean_between(correlation, width, a, b, |r| r);
    let within_a = mean_within(correlation, width, a, |r| r);
    let within_b = mean_within(correlation, width, b, |r| r);
    between / (within_a * within_b).sqrt()
}

/// HTMT2 (Roemer, Schuberth and Henseler 2021): the same with geometric means throughout, which
/// does not assume equal loadings.
#[must_use]
pub fn htmt2(correlation: &[f64], width: usize, a: &[usize], b: &[usize]) -> f64 {
    let between = mean_between(correlation, width, a, b, f64::ln).exp();
    let within_a = mean_within(correlation, width, a, f64::ln).exp();
    let within_b = mean_within(correlation, width, b, f64::ln).exp();
    between / (within_a * within_b).sqrt()
}

fn mean_between(
    correlation: &[f64],
    width: usize,
    a: &[usize],
    b: &[usize],
    scale: impl Fn(f64) -> f64,
) -> f64 {
    let mut sum = 0.0;
    for &i in a {
        for &j in b {
            sum += scale(correlation[i * width + j].abs());
        }
    }
    sum / (a.len() * b.len()) as f64
}

fn mean_within(
    correlation: &[f64],
    width: usize,
    block: &[usize],
    scale: impl Fn(f64) -> f64,
) -> f64 {
    if block.len() < 2 {
        return scale(1.0);
    }
    let mut sum = 0.0;
    for (position, &i) in block.iter().enumerate() {
        for &j in &block[..position] {
            sum += scale(correlation[i * width + j].abs());
        }
    }
    sum / (block.len() * (block.len() - 1) / 2) as f64
}
