//! Finds the least value of a discrepancy: Fisher scoring with step control, exact Newton steps
//! near the end, equality constraints by Lagrange, and active inequality constraints.

use crate::stats::dense;

/// What the solver asks of a discrepancy.
pub trait Objective {
    /// Value at a point; infinite outside the domain.
    fn value(&mut self, theta: &[f64]) -> f64;
    /// Gradient and a positive semidefinite second derivative at the last point.
    fn slopes(&mut self, gradient: &mut [f64], information: &mut [f64]);
    /// Gradient and exact Hessian at the last point; false when it has none of its own.
    fn hessian(&mut self, gradient: &mut [f64], hessian: &mut [f64]) -> bool;
    /// Steps of scoring before the exact Hessian is worth what it costs.
    fn patience(&self) -> usize {
        0
    }
}

/// Equality constraints `h(theta) = 0`, each with its gradient.
pub trait Constraints {
    /// Number of constraints.
    fn count(&self) -> usize;
    /// Values and the Jacobian, one row for each constraint.
    fn evaluate(&self, theta: &[f64], values: &mut [f64], jacobian: &mut [f64]);
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most steps.
    pub steps: usize,
    /// Stop when the expected fall of the discrepancy is below this.
    pub decrement: f64,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// Whether the criterion was met.
    pub converged: bool,
    /// Steps taken.
    pub steps: usize,
    /// Least value found.
    pub value: f64,
}

/// Below this expected fall the exact Hessian is tried, as Fisher scoring only halves the error
/// in each step when the model fits badly.
const NEAR: f64 = 1e-2;

/// A stalled search is called converged below this expected fall: rounding keeps it from more.
const STALLED: f64 = 1e-11;

/// Memory of the solver for one number of parameters and constraints.
#[derive(Clone, Debug, Default)]
pub struct Solver {
    gradient: Vec<f64>,
    information: Vec<f64>,
    factor: Vec<f64>,
    step: Vec<f64>,
    trial: Vec<f64>,
    values: Vec<f64>,
    jacobian: Vec<f64>,
    system: Vec<f64>,
    inverse: Vec<f64>,
    right: Vec<f64>,
    /// The largest multiplier of the last constrained step.
    multiplier: f64,
}

impl Solver {
    /// Memory for `free` parameters and `constraints`.
    #[must_use]
    pub fn new(free: usize, constraints: usize) -> Self {
        let total = if constraints == 0 { 0 } else { free + constraints };
        Self {
            gradient: vec![0.0; free],
            information: vec![0.0; free * free],
            factor: vec![0.0; free * free],
            step: vec![0.0; free],
            trial: vec![0.0; free],
            values: vec![0.0; constraints],
            jacobian: vec![0.0; constraints * free],
            system: vec![0.0; total * total],
            inverse: vec![0.0; total * total],
            right: vec![0.0; total],
            multiplier: 0.0,
        }
    }

    /// Moves `theta` to the nearest minimum it can find.
    pub fn minimise(
        &mut self,
        objective: &mut impl Objective,
        constraints: &impl Constraints,
        theta: &mut [f64],
        limits: Limits,
    ) -> Ending {
        let mut value = objective.value(theta);
        let mut damping = 0.0;
        let mut decrement = f64::INFINITY;
        let mut ending = Ending { converged: false, steps: 0, value };
        if !value.is_finite() {
            return ending;
        }
        let mut violation = self.violation(constraints, theta);
        while ending.steps < limits.steps {
            ending.steps += 1;
            let patient = ending.steps > objective.patience();
            let near = decrement < NEAR && damping == 0.0 && patient;
            self.derive(objective, near);
            if !self.direction(constraints, theta, &mut damping, objective) {
                break;
            }
            decrement = self.fall();
            let settled = decrement.abs() < limits.decrement && violation < 1e-10;
            let (length, reached) =
                self.search(objective, constraints, theta, value, violation, settled);
            if length == 0.0 {
                // The point itself must be valued again, as the search left another one.
                objective.value(theta);
                if decrement.abs() < STALLED && violation < 1e-8 {
                    ending.converged = true;
                    break;
                }
                damping = if damping == 0.0 { 1e-3 } else { damping * 10.0 };
                if damping > 1e10 {
                    break;
                }
                decrement = f64::INFINITY;
                continue;
            }
            theta.copy_from_slice(&self.trial);
            value = reached;
            violation = self.violation(constraints, theta);
            damping = if length == 1.0 && damping > 1e-9 { damping * 0.1 } else { damping };
            if damping <= 1e-9 {
                damping = 0.0;
            }
            if settled {
                ending.converged = true;
                break;
            }
        }
        // Out of steps within rounding of the minimum is there, not lost.
        ending.converged |= decrement.abs() < STALLED && violation < 1e-8;
        ending.value = value;
        ending
    }

    /// Twice the fall a quadratic model expects of the step. Under constraints the gradient
    /// itself does not vanish, so the step is measured by the second derivatives.
    fn fall(&self) -> f64 {
        let n = self.step.len();
        let row = |i: usize| dense::dot(&self.information[i * n..i * n + n], &self.step);
        (0..n).map(|i| self.step[i] * row(i)).sum()
    }

    fn derive(&mut self, objective: &mut impl Objective, near: bool) {
        if near && objective.hessian(&mut self.gradient, &mut self.information) {
            let n = self.gradient.len();
            self.factor.copy_from_slice(&self.information);
            if dense::cholesky(&mut self.factor, n).is_some() {
                return;
            }
        }
        objective.slopes(&mut self.gradient, &mut self.information);
    }

    /// The step into `self.step`; raises `damping` until the system can be solved.
    fn direction(
        &mut self,
        constraints: &impl Constraints,
        theta: &[f64],
        damping: &mut f64,
        objective: &mut impl Objective,
    ) -> bool {
        let n = self.gradient.len();
        if self.gradient.iter().any(|g| !g.is_finite()) {
            return false;
        }
        for attempt in 0..40 {
            self.factor.copy_from_slice(&self.information);
            if *damping > 0.0 {
                for i in 0..n {
                    let size = self.information[i * n + i].abs().max(1e-6);
                    self.factor[i * n + i] += *damping * size;
                }
            }
            let solved = if constraints.count() == 0 {
                self.plain_step()
            } else {
                self.constrained_step(constraints, theta)
            };
            if solved {
                return true;
            }
            if attempt == 0 && *damping == 0.0 {
                objective.slopes(&mut self.gradient, &mut self.information);
            }
            *damping = if *damping == 0.0 { 1e-8 } else { *damping * 10.0 };
        }
        false
    }

    fn plain_step(&mut self) -> bool {
        let n = self.gradient.len();
        if dense::cholesky(&mut self.factor, n).is_none() {
            return false;
        }
        for (step, gradient) in self.step.iter_mut().zip(&self.gradient) {
            *step = -gradient;
        }
        dense::cholesky_solve(&self.factor, n, &mut self.step);
        self.step.iter().all(|x| x.is_finite())
    }

    fn constrained_step(&mut self, constraints: &impl Constraints, theta: &[f64]) -> bool {
        let (n, k) = (self.gradient.len(), constraints.count());
        let total = n + k;
        constraints.evaluate(theta, &mut self.values, &mut self.jacobian);
        // Doubling J'J along the constraints changes no solution but makes the block definite
        // where the constraints themselves identify a parameter.
        self.system.fill(0.0);
        for i in 0..n {
            for j in 0..n {
                let mut value = self.factor[i * n + j];
                for c in 0..k {
                    value += self.jacobian[c * n + i] * self.jacobian[c * n + j];
                }
                self.system[i * total + j] = value;
            }
            for c in 0..k {
                self.system[i * total + n + c] = self.jacobian[c * n + i];
                self.system[(n + c) * total + i] = self.jacobian[c * n + i];
            }
            let mut right = -self.gradient[i];
            for c in 0..k {
                right -= self.jacobian[c * n + i] * self.values[c];
            }
            self.right[i] = right;
        }
        for c in 0..k {
            self.right[n + c] = -self.values[c];
            // Constraints that repeat each other would make the system singular.
            self.system[(n + c) * total + n + c] = -1e-12;
        }
        if !dense::invert(&mut self.system, total, &mut self.inverse) {
            return false;
        }
        for i in 0..n {
            self.step[i] = dense::dot(&self.inverse[i * total..(i + 1) * total], &self.right);
        }
        self.multiplier = (n..total)
            .map(|c| dense::dot(&self.inverse[c * total..(c + 1) * total], &self.right).abs())
            .fold(0.0, f64::max);
        self.step.iter().all(|x| x.is_finite())
    }

    /// The sum of constraint errors.
    fn violation(&mut self, constraints: &impl Constraints, theta: &[f64]) -> f64 {
        if constraints.count() == 0 {
            return 0.0;
        }
        constraints.evaluate(theta, &mut self.values, &mut self.jacobian);
        self.values.iter().map(|v| v.abs()).sum()
    }

    /// Halves the step until the value falls enough; gives its length (0: none) and the value.
    fn search(
        &mut self,
        objective: &mut impl Objective,
        constraints: &impl Constraints,
        theta: &[f64],
        value: f64,
        violation: f64,
        settled: bool,
    ) -> (f64, f64) {
        let slope = dense::dot(&self.gradient, &self.step);
        // A constraint error may be paid for with a rise of the discrepancy. The price must be
        // above the multipliers for the step to lead downhill (Nocedal & Wright 2006, ch. 18);
        // one that grew as the error vanishes would forbid all but rounding.
        let price = 1.0 + 2.0 * self.multiplier;
        let before = value + price * violation;
        let mut length = 1.0;
        for _ in 0..30 {
            for ((trial, start), step) in self.trial.iter_mut().zip(theta).zip(&self.step) {
                *trial = start + length * step;
            }
            let reached = objective.value(&self.trial);
            let after = if constraints.count() == 0 {
                reached
            } else {
                let trial = std::mem::take(&mut self.trial);
                let error = self.violation(constraints, &trial);
                self.trial = trial;
                reached + price * error
            };
            let rounding = 1e-13 * (1.0 + before.abs());
            let fall = 1e-4 * length * slope.min(0.0);
            if after <= before + fall + rounding || (settled && after.is_finite()) {
                return (length, reached);
            }
            length *= 0.5;
        }
        (0.0, value)
    }
}
