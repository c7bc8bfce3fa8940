//! A dense matrix that owns its memory, for the parts that run once for each fit.

use super::dense;

/// A matrix of `rows` by `columns`, stored row after row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// The elements, row after row.
    pub data: Vec<f64>,
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.data[row * self.columns + column]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.data[row * self.columns + column]
    }
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(rows: usize, columns: usize) -> Self {
        let data = vec![0.0; rows * columns];
        Self { rows, columns, data }
    }

    /// The unit matrix.
    #[must_use]
    pub fn identity(n: usize) -> Self {
        Self::diagonal(&vec![1.0; n])
    }

    /// A diagonal matrix.
    #[must_use]
    pub fn diagonal(values: &[f64]) -> Self {
        let mut matrix = Self::zeros(values.len(), values.len());
        for (i, value) in values.iter().enumerate() {
            matrix[(i, i)] = *value;
        }
        matrix
    }

    /// A square matrix from its elements row after row.
    #[must_use]
    pub fn square(n: usize, data: Vec<f64>) -> Self {
        assert_eq!(data.len(), n * n, "a square matrix has n * n elements");
        Self { rows: n, columns: n, data }
    }

    /// One row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.data[row * self.columns..(row + 1) * self.columns]
    }

    /// One row, to be changed.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.data[row * self.columns..(row + 1) * self.columns]
    }

    /// The product with `other`.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        assert_eq!(self.columns, other.rows, "inner dimensions agree");
        let mut product = Self::zeros(self.rows, other.columns);
        let (m, k, n) = (self.rows, self.columns, other.columns);
        dense::multiply(&self.data, &other.data, &mut product.data, m, k, n);
        product
    }

    /// The product with a vector.
    #[must_use]
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| dense::dot(self.row(i), vector)).collect()
    }

    /// The transpose.
    #[must_use]
    pub fn transpose(&self) -> Self {
        let mut transpose = Self::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            for j in 0..self.columns {
                transpose[(j, i)] = self[(i, j)];
            }
        }
        transpose
    }

    /// `self' w self`.
    #[must_use]
    pub fn sandwich(&self, w: &Self) -> Self {
        self.transpose().times(&w.times(self))
    }

    /// The sum with `other` times `factor`.
    #[must_use]
    pub fn plus(&self, other: &Self, factor: f64) -> Self {
        let mut sum = self.clone();
        for (a, b) in sum.data.iter_mut().zip(&other.data) {
            *a += factor * b;
        }
        sum
    }

    /// The matrix times a number.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        self.data.iter_mut().for_each(|a| *a *= factor);
        self
    }

    /// The trace of `self` times `other`, without the product.
    #[must_use]
    pub fn trace_product(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.rows {
            for j in 0..self.columns {
                sum += self[(i, j)] * other[(j, i)];
            }
        }
        sum
    }

    /// The inverse of a symmetric positive definite matrix, or none.
    #[must_use]
    pub fn inverse_positive(&self) -> Option<Self> {
        let mut l = self.data.clone();
        dense::cholesky(&mut l, self.rows)?;
        let mut inverse = Self::zeros(self.rows, self.rows);
        dense::cholesky_inverse(&l, self.rows, &mut inverse.data);
        Some(inverse)
    }

    /// The inverse of a square matrix, or none when it is singular.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let mut inverse = Self::zeros(self.rows, self.rows);
        let ok = dense::invert(&mut self.data.clone(), self.rows, &mut inverse.data);
        ok.then_some(inverse)
    }

    /// Eigenvalues, ascending, and the matrix whose columns are the eigenvectors, of a symmetric
    /// matrix; none when the decomposition fails (an element that is not finite).
    #[must_use]
    pub fn eigen(&self) -> Option<(Vec<f64>, Self)> {
        if self.data.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let n = self.rows;
        let matrix = faer::Mat::from_fn(n, n, |i, j| self[(i, j)]);
        let eigen = matrix.self_adjoint_eigen(faer::Side::Lower).ok()?;
        let values = (0..n).map(|i| eigen.S()[i]).collect();
        let mut vectors = Self::zeros(n, n);
        for i in 0..n {
            for j in 0..n {
                vectors[(i, j)] = eigen.U()[(i, j)];
            }
        }
        Some((values, vectors))
    }
}
