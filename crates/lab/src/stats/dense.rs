//! Dense routines on slices that never allocate. Matrices are square of order `n` unless told,
//! stored row after row. Made for orders up to some hundreds, inside loops that run thousands
//! of times.

/// Replaces the lower triangle of the symmetric `a` by its Cholesky factor `L`, and gives the
/// logarithm of the determinant; none when `a` is not positive definite.
pub fn cholesky(a: &mut [f64], n: usize) -> Option<f64> {
    let mut log_determinant = 0.0;
    for j in 0..n {
        let (above, rest) = a.split_at_mut(j * n);
        let row_j = &mut rest[..n];
        for k in 0..j {
            let row_k = &above[k * n..k * n + k];
            let sum = dot(&row_j[..k], row_k);
            row_j[k] = (row_j[k] - sum) / above[k * n + k];
        }
        let pivot = row_j[j] - dot(&row_j[..j], &row_j[..j]);
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        log_determinant += pivot.ln();
        row_j[j] = pivot.sqrt();
    }
    Some(log_determinant)
}

/// Inner product.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Solves `L L' x = b` in place, with the factor from [`cholesky`].
pub fn cholesky_solve(l: &[f64], n: usize, b: &mut [f64]) {
    for i in 0..n {
        let sum = dot(&l[i * n..i * n + i], &b[..i]);
        b[i] = (b[i] - sum) / l[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] /= l[i * n + i];
        let value = b[i];
        for (target, factor) in b[..i].iter_mut().zip(&l[i * n..i * n + i]) {
            *target -= factor * value;
        }
    }
}

/// Writes the inverse of `L L'` into `inverse`, both triangles.
pub fn cholesky_inverse(l: &[f64], n: usize, inverse: &mut [f64]) {
    // The inverse of L, kept in the lower triangle of `inverse`.
    for i in 0..n {
        for j in 0..i {
            let mut sum = 0.0;
            for k in j..i {
                sum += l[i * n + k] * inverse[k * n + j];
            }
            inverse[i * n + j] = -sum / l[i * n + i];
        }
        inverse[i * n + i] = 1.0 / l[i * n + i];
    }
    // L^-T L^-1: element (i, j), j <= i, needs rows i.. only, so rows above may be overwritten.
    for i in 0..n {
        for j in 0..=i {
            let mut sum = 0.0;
            for k in i..n {
                sum += inverse[k * n + i] * inverse[k * n + j];
            }
            inverse[i * n + j] = sum;
        }
        for j in 0..i {
            inverse[j * n + i] = inverse[i * n + j];
        }
    }
}

/// Inverts a general square matrix into `inverse` by Gauss-Jordan elimination with pivoting,
/// spoiling `a`; false when it is singular.
pub fn invert(a: &mut [f64], n: usize, inverse: &mut [f64]) -> bool {
    inverse.fill(0.0);
    for i in 0..n {
        inverse[i * n + i] = 1.0;
    }
    for column in 0..n {
        let size = |row: usize| a[row * n + column].abs();
        let pivot = (column..n).max_by(|x, y| size(*x).total_cmp(&size(*y)));
        let pivot = pivot.expect("the range is not empty");
        let size = a[pivot * n + column].abs();
        if size.is_nan() || size <= 1e-300 {
            return false;
        }
        if pivot != column {
            for k in 0..n {
                a.swap(pivot * n + k, column * n + k);
                inverse.swap(pivot * n + k, column * n + k);
            }
        }
        let scale = 1.0 / a[column * n + column];
        for k in 0..n {
            a[column * n + k] *= scale;
            inverse[column * n + k] *= scale;
        }
        for row in 0..n {
            let factor = a[row * n + column];
            if row == column || factor == 0.0 {
                continue;
            }
            for k in 0..n {
                a[row * n + k] -= factor * a[column * n + k];
                inverse[row * n + k] -= factor * inverse[column * n + k];
            }
        }
    }
    true
}

/// `c = a b` with `a` of `m` by `k` and `b` of `k` by `n`; zeros of `a` cost nothing.
pub fn multiply(a: &[f64], b: &[f64], c: &mut [f64], m: usize, k: usize, n: usize) {
    c[..m * n].fill(0.0);
    for i in 0..m {
        let row = &mut c[i * n..i * n + n];
        for (l, factor) in a[i * k..i * k + k].iter().enumerate() {
            if *factor != 0.0 {
                for (target, value) in row.iter_mut().zip(&b[l * n..l * n + n]) {
                    *target += factor * value;
                }
            }
        }
    }
}

/// `c = a b'` with `a` of `m` by `k` and `b` of `n` by `k`.
pub fn multiply_transposed(a: &[f64], b: &[f64], c: &mut [f64], m: usize, k: usize, n: usize) {
    for i in 0..m {
        for j in 0..n {
            c[i * n + j] = dot(&a[i * k..i * k + k], &b[j * k..j * k + k]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_that_does_not_undo_its_matrix_spoils_everything() {
        let n = 4;
        let a: Vec<f64> = (0..16)
            .map(|k| {
                let (i, j) = (k / 4, k % 4);
                1.0 / (1.0 + (i as f64 - j as f64).abs()) + if i == j { 0.5 } else { 0.0 }
            })
            .collect();
        let mut l = a.clone();
        let log_determinant = cholesky(&mut l, n).expect("positive definite");
        let (mut by_cholesky, mut by_pivots) = (vec![0.0; 16], vec![0.0; 16]);
        cholesky_inverse(&l, n, &mut by_cholesky);
        assert!(invert(&mut a.clone(), n, &mut by_pivots));
        let mut product = vec![0.0; 16];
        multiply(&a, &by_cholesky, &mut product, n, n, n);
        for k in 0..16 {
            let unit = if k / 4 == k % 4 { 1.0 } else { 0.0 };
            assert!((product[k] - unit).abs() < 1e-12);
            assert!((by_cholesky[k] - by_pivots[k]).abs() < 1e-12);
        }
        let mut b = vec![1.0, 2.0, 3.0, 4.0];
        cholesky_solve(&l, n, &mut b);
        let back = dot(&a[4..8], &b);
        assert!((back - 2.0).abs() < 1e-12);
        assert!(log_determinant.is_finite());
        assert!(cholesky(&mut [1.0, 2.0, 2.0, 1.0], 2).is_none());
    }
}
