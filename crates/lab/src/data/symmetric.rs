//! Small symmetric systems, row-major in plain slices so that bootstrap draws allocate nothing.
//! Larger or unsymmetric problems belong to `faer`, which also does the eigenvalues here.

use faer::{MatRef, Side};

/// A pivot below this share of its diagonal entry counts as zero: the variable is then a linear
/// combination of those before it to about ten digits, and its coefficients would be noise.
const PIVOT_SHARE_MIN: f64 = 1e-10;

/// Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor.
/// Gives false when it is not positive definite; the matrix is then spoilt.
#[must_use]
pub fn cholesky(matrix: &mut [f64], size: usize) -> bool {
    for j in 0..size {
        let diagonal = matrix[j * size + j];
        let mut pivot = diagonal;
        for k in 0..j {
            pivot -= matrix[j * size + k] * matrix[j * size + k];
        }
        // Written so that a NaN is refused as well.
        if !(pivot > diagonal.abs() * PIVOT_SHARE_MIN && pivot.is_finite()) {
            return false;
        }
        let root = pivot.sqrt();
        matrix[j * size + j] = root;
        for i in j + 1..size {
            let mut value = matrix[i * size + j];
            for k in 0..j {
                value -= matrix[i * size + k] * matrix[j * size + k];
            }
            matrix[i * size + j] = value / root;
        }
    }
    true
}

/// Solves `L L' x = b` in place of `b`, given the factor made by [`cholesky`].
pub fn solve(factor: &[f64], size: usize, vector: &mut [f64]) {
    for i in 0..size {
        let mut value = vector[i];
        for k in 0..i {
            value -= factor[i * size + k] * vector[k];
        }
        vector[i] = value / factor[i * size + i];
    }
    for i in (0..size).rev() {
        let mut value = vector[i];
        for k in i + 1..size {
            value -= factor[k * size + i] * vector[k];
        }
        vector[i] = value / factor[i * size + i];
    }
}

/// The inverse of a symmetric positive definite matrix, or nothing when it is not.
#[must_use]
pub fn inverse(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut factor = matrix.to_vec();
    if !cholesky(&mut factor, size) {
        return None;
    }
    let mut inverse = vec![0.0; size * size];
    let mut column = vec![0.0; size];
    for j in 0..size {
        column.fill(0.0);
        column[j] = 1.0;
        solve(&factor, size, &mut column);
        for i in 0..size {
            inverse[i * size + j] = column[i];
        }
    }
    Some(inverse)
}

/// Natural logarithm of the determinant, given the factor made by [`cholesky`].
#[must_use]
pub fn log_determinant(factor: &[f64], size: usize) -> f64 {
    (0..size).map(|i| 2.0 * factor[i * size + i].ln()).sum::<f64>()
}

/// Eigenvalues from the largest down, and their vectors: `vectors[i * size + k]` is entry `i` of
/// the vector of value `k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, largest first.
    pub values: Vec<f64>,
    /// Unit eigenvectors as columns of a row-major matrix.
    pub vectors: Vec<f64>,
}

/// Eigenvalues and vectors of a symmetric matrix; nothing when an entry is not finite.
#[must_use]
pub fn eigen(matrix: &[f64], size: usize) -> Option<Eigen> {
    if matrix.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let view = MatRef::from_row_major_slice(matrix, size, size);
    let decomposition = view.self_adjoint_eigen(Side::Lower).ok()?;
    let ascending = decomposition.S().column_vector();
    let basis = decomposition.U();
    let values = (0..size).map(|k| ascending[size - 1 - k]).collect();
    let mut vectors = vec![0.0; size * size];
    for i in 0..size {
        for k in 0..size {
            vectors[i * size + k] = basis[(i, size - 1 - k)];
        }
    }
    Some(Eigen { values, vectors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes_its_matrix_and_a_singular_one_is_refused() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let inverse = inverse(&matrix, 3).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let entry: f64 = (0..3).map(|k| matrix[i * 3 + k] * inverse[k * 3 + j]).sum();
                assert!((entry - f64::from(i == j)).abs() < 1e-12);
            }
        }
        assert!(super::inverse(&[1.0, 2.0, 2.0, 4.0], 2).is_none());
    }

    #[test]
    fn eigenvalues_come_largest_first_with_their_own_vectors() {
        let matrix = [2.0, 1.0, 1.0, 3.0];
        let found = eigen(&matrix, 2).unwrap();
        assert!(found.values[0] > found.values[1]);
        for k in 0..2 {
            for i in 0..2 {
                let image: f64 = (0..2).map(|j| matrix[i * 2 + j] * found.vectors[j * 2 + k]).sum();
                assert!((image - found.values[k] * found.vectors[i * 2 + k]).abs() < 1e-12);
            }
        }
    }
}
