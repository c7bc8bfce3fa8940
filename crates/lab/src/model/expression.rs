//! Arithmetic over labels, with exact first derivatives (forward differentiation).

/// A value and its derivatives with respect to the free parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Dual {
    /// The value.
    pub value: f64,
    /// One derivative for each free parameter.
    pub gradient: Vec<f64>,
}

/// An arithmetic expression as used by `:=`, `==`, `<` and `>`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// A label.
    Name(String),
    /// Minus an expression.
    Negative(Box<Expression>),
    /// `+ - * / ^` of two expressions.
    Binary(char, Box<Expression>, Box<Expression>),
    /// A function of one expression.
    Call(Function, Box<Expression>),
}

/// Functions known in expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Exponential.
    Exp,
    /// Natural logarithm.
    Log,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Hyperbolic tangent.
    Tanh,
}

impl Function {
    /// The function of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "exp" => Self::Exp,
            "log" => Self::Log,
            "sqrt" => Self::Sqrt,
            "abs" => Self::Abs,
            "sin" => Self::Sin,
            "cos" => Self::Cos,
            "tanh" => Self::Tanh,
            _ => return None,
        })
    }

    /// Value and derivative at `x`.
    fn at(self, x: f64) -> (f64, f64) {
        match self {
            Self::Exp => (x.exp(), x.exp()),
            Self::Log => (x.ln(), 1.0 / x),
            Self::Sqrt => (x.sqrt(), 0.5 / x.sqrt()),
            Self::Abs => (x.abs(), x.signum()),
            Self::Sin => (x.sin(), x.cos()),
            Self::Cos => (x.cos(), -x.sin()),
            Self::Tanh => (x.tanh(), 1.0 - x.tanh() * x.tanh()),
        }
    }
}

impl Expression {
    /// The labels used, in order of appearance.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Name(name) => vec![name],
            Self::Negative(inner) | Self::Call(_, inner) => inner.names(),
            Self::Binary(_, left, right) => {
                let mut names = left.names();
                names.extend(right.names());
                names
            }
        }
    }

    /// Value and gradient, where `lookup` knows every label of [`Expression::names`]; a label it
    /// does not know counts as not a number. `free` is the length of the gradients.
    pub fn evaluate(&self, free: usize, lookup: &dyn Fn(&str) -> Option<Dual>) -> Dual {
        match self {
            Self::Number(value) => Dual::constant(*value, free),
            Self::Name(name) => lookup(name).unwrap_or_else(|| Dual::constant(f64::NAN, free)),
            Self::Negative(inner) => inner.evaluate(free, lookup).chain(|x| (-x, -1.0)),
            Self::Call(function, inner) => inner.evaluate(free, lookup).chain(|x| function.at(x)),
            Self::Binary(sign, left, right) => {
                let left = left.evaluate(free, lookup);
                let right = right.evaluate(free, lookup);
                left.combine(&right, *sign)
            }
        }
    }
}

impl Dual {
    /// A value that depends on no parameter.
    #[must_use]
    pub fn constant(value: f64, free: usize) -> Self {
        let gradient = vec![0.0; free];
        Self { value, gradient }
    }

    /// The value of free parameter number `index`.
    #[must_use]
    pub fn variable(value: f64, index: usize, free: usize) -> Self {
        let mut dual = Self::constant(value, free);
        dual.gradient[index] = 1.0;
        dual
    }

    fn chain(mut self, function: impl Fn(f64) -> (f64, f64)) -> Self {
        let (value, slope) = function(self.value);
        self.value = value;
        self.gradient.iter_mut().for_each(|g| *g *= slope);
        self
    }

    fn combine(&self, other: &Self, sign: char) -> Self {
        let (x, y) = (self.value, other.value);
        let (value, by_left, by_right) = match sign {
            '+' => (x + y, 1.0, 1.0),
            '-' => (x - y, 1.0, -1.0),
            '*' => (x * y, y, x),
            '/' => (x / y, 1.0 / y, -x / (y * y)),
            _ => power(x, y),
        };
        // A factor that does not depend on the parameters must not spread its NaN slope.
        let part = |slope: f64, g: f64| if g == 0.0 { 0.0 } else { slope * g };
        let gradient = self
            .gradient
            .iter()
            .zip(&other.gradient)
            .map(|(a, b)| part(by_left, *a) + part(by_right, *b))
            .collect();
        Self { value, gradient }
    }
}

fn power(x: f64, y: f64) -> (f64, f64, f64) {
    let value = x.powf(y);
    (value, y * x.powf(y - 1.0), value * x.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gradient_that_is_not_the_slope_would_spoil_every_delta_error() {
        let product = Expression::Binary(
            '*',
            Box::new(Expression::Name("a".into())),
            Box::new(Expression::Call(
                Function::Exp,
                Box::new(Expression::Binary(
                    '^',
                    Box::new(Expression::Name("b".into())),
                    Box::new(Expression::Number(2.0)),
                )),
            )),
        );
        let at = |a: f64, b: f64| {
            product.evaluate(2, &|name| {
                Some(match name {
                    "a" => Dual::variable(a, 0, 2),
                    _ => Dual::variable(b, 1, 2),
                })
            })
        };
        let (h, here) = (1e-6, at(0.7, -0.4));
        let slope_a = (at(0.7 + h, -0.4).value - at(0.7 - h, -0.4).value) / (2.0 * h);
        let slope_b = (at(0.7, -0.4 + h).value - at(0.7, -0.4 - h).value) / (2.0 * h);
        assert!((here.gradient[0] - slope_a).abs() < 1e-8);
        assert!((here.gradient[1] - slope_b).abs() < 1e-8);
    }
}
