//! Reads tokens into the formulas of a model.

use super::error::{ModelError, SyntaxError};
use super::expression::{Expression, Function};
use super::lex::{self, Kind, Token};
use super::statement::{Formula, Model, ModelTerm, Modifier, Operator, Relation, Term};

/// The longest model read: thousands of lines; beyond it the text is surely no model.
const TEXT_MAX: usize = 1 << 20;

/// The deepest nesting of brackets followed, so that hostile text cannot exhaust the stack.
const DEPTH_MAX: usize = 64;

/// Functions that may stand before a `*`.
const MODIFIERS: [&str; 4] = ["c", "start", "equal", "label"];

/// Reads a model in lavaan syntax.
///
/// # Errors
/// When the text is empty, too long or does not follow the syntax; a syntax error names line and
/// column.
pub fn parse(text: &str) -> Result<Model, ModelError> {
    if text.len() > TEXT_MAX {
        return Err(ModelError::TooLong(TEXT_MAX));
    }
    let tokens = lex::tokens(text).map_err(ModelError::Syntax)?;
    let mut reader = Reader { text, model: Model::default() };
    for formula in formulas(&tokens) {
        reader.formula(&formula).map_err(ModelError::Syntax)?;
    }
    if reader.model.relations.is_empty() {
        return Err(ModelError::Empty);
    }
    Ok(reader.model)
}

/// Cuts tokens into formulas: a semicolon always ends one, a line break only when the next line
/// has an operator of its own and neither side asks to go on.
fn formulas(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut formulas: Vec<Vec<Token>> = Vec::new();
    let mut closed = true;
    for part in tokens.split_inclusive(|t| matches!(t.kind, Kind::End(_))) {
        let semicolon = part.last().is_some_and(|t| t.kind == Kind::End(true));
        let part: Vec<Token> =
            part.iter().filter(|t| !matches!(t.kind, Kind::End(_))).cloned().collect();
        if part.is_empty() {
            closed |= semicolon;
            continue;
        }
        let goes_on = |token: Option<&Token>| {
            token.is_some_and(|t| matches!(t.kind, Kind::Sign('+' | '*' | '-' | '/' | '^' | ',')))
        };
        let has_operator = part.iter().any(|t| matches!(t.kind, Kind::Operator(_)));
        let last = formulas.last().and_then(|f| f.last());
        let dangling = goes_on(last) || last.is_some_and(|t| matches!(t.kind, Kind::Operator(_)));
        let joins = !closed && (dangling || goes_on(part.first()) || !has_operator);
        match formulas.last_mut() {
            Some(formula) if joins => formula.extend(part),
            _ => formulas.push(part),
        }
        closed = semicolon;
    }
    formulas
}

struct Reader<'t> {
    text: &'t str,
    model: Model,
}

impl Reader<'_> {
    fn error(&self, token: &Token, message: impl Into<String>) -> SyntaxError {
        lex::error(self.text, token.line, token.column, message, None)
    }

    fn hint(&self, token: &Token, message: &str, suggestion: &str) -> SyntaxError {
        let suggestion = Some(suggestion.to_owned());
        lex::error(self.text, token.line, token.column, message, suggestion)
    }

    fn formula(&mut self, tokens: &[Token]) -> Result<(), SyntaxError> {
        let at =
            tokens.iter().position(|t| matches!(t.kind, Kind::Operator(_))).ok_or_else(|| {
                let message = "this formula has no operator";
                let hint = "write for example `trust =~ t1 + t2` or `stay ~ trust`";
                self.hint(&tokens[0], message, hint)
            })?;
        let Kind::Operator(op) = tokens[at].kind else {
            unreachable!("the position is that of an operator")
        };
        let (left, right) = (&tokens[..at], &tokens[at + 1..]);
        if left.is_empty() {
            return Err(self.error(&tokens[at], "nothing stands before this operator"));
        }
        if right.is_empty() {
            return Err(self.error(&tokens[at], "nothing stands after this operator"));
        }
        if let Some(second) = right.iter().find(|t| matches!(t.kind, Kind::Operator(_))) {
            let hint = "put each formula on a line of its own";
            return Err(self.hint(second, "a second operator in one formula", hint));
        }
        match op {
            Operator::Block => self.block(left, right),
            Operator::Defines | Operator::Equal | Operator::Less | Operator::Greater => {
                self.label_formula(left, op, right)
            }
            _ => self.relations(left, op, right),
        }
    }

    /// `group: NAME`: what follows is of that group alone.
    fn block(&mut self, left: &[Token], right: &[Token]) -> Result<(), SyntaxError> {
        let word: String = left.iter().map(|t| t.text.as_str()).collect();
        match word.to_lowercase().as_str() {
            "group" => {}
            "level" => {
                let message = "models of two levels are not fitted";
                let hint = "fit one level, or add the group's means as variables";
                return Err(self.hint(&left[0], message, hint));
            }
            _ => {
                let message = format!("{word:?} begins no block");
                return Err(self.hint(&left[0], &message, "write `group: 1` or `group: NAME`"));
            }
        }
        if self.model.blocks.is_empty() && !self.model.relations.is_empty() {
            let message = "relations stand before the first block";
            return Err(self.hint(&left[0], message, "repeat them in the block of every group"));
        }
        let name: String = right.iter().map(|t| t.text.as_str()).collect();
        let name = name.trim_matches(['"', '\'']).to_owned();
        if self.model.blocks.contains(&name) {
            return Err(self.error(&right[0], format!("the block of group {name:?} stands twice")));
        }
        self.model.blocks.push(name);
        Ok(())
    }

    fn label_formula(
        &mut self,
        left: &[Token],
        op: Operator,
        right: &[Token],
    ) -> Result<(), SyntaxError> {
        if op == Operator::Defines && !matches!(left, [Token { kind: Kind::Name(_), .. }]) {
            return Err(self.error(&left[0], "only a single new name may stand before `:=`"));
        }
        let written = |tokens: &[Token]| tokens.iter().map(|t| t.text.as_str()).collect();
        let formula = Formula {
            lhs_text: written(left),
            lhs: self.expression(left)?,
            op,
            rhs: self.expression(right)?,
            rhs_text: written(right),
        };
        self.model.formulas.push(formula);
        Ok(())
    }

    fn relations(
        &mut self,
        left: &[Token],
        op: Operator,
        right: &[Token],
    ) -> Result<(), SyntaxError> {
        let mut names = Vec::new();
        for part in split(left, '+') {
            match part {
                [Token { kind: Kind::Name(name), .. }] => names.push(name.clone()),
                [] => return Err(self.error(&left[0], "a variable is missing around `+`")),
                _ => {
                    let message = "only variable names joined by `+` may stand before an operator";
                    return Err(self.error(&part[0], message));
                }
            }
        }
        for lhs in names {
            for part in split(right, '+') {
                let Some(first) = part.first() else {
                    return Err(self.error(&right[0], "a variable is missing around `+`"));
                };
                let (rhs, is_one) = self.term(part)?;
                let op = match (op, is_one) {
                    (Operator::Regression, true) => Operator::Intercept,
                    (_, true) => {
                        return Err(self.error(first, "a variable is expected, not a number"));
                    }
                    (op, false) => op,
                };
                let block = self.model.blocks.len().checked_sub(1);
                self.relation(Relation { lhs: lhs.clone(), op, rhs, block });
            }
        }
        Ok(())
    }

    /// Adds a relation, or its modifiers to the same relation written before.
    fn relation(&mut self, relation: Relation) {
        let same = self.model.relations.iter_mut().find(|known| {
            known.op == relation.op
                && known.block == relation.block
                && ((known.lhs == relation.lhs && known.rhs.name == relation.rhs.name)
                    || (known.op == Operator::Covariance
                        && known.lhs == relation.rhs.name
                        && known.rhs.name == relation.lhs))
        });
        match same {
            Some(known) => known.rhs.modifiers.extend(relation.rhs.modifiers),
            None => self.model.relations.push(relation),
        }
    }

    /// A term `modifier*modifier*name`; the flag tells that the name is the number 1.
    fn term(&self, tokens: &[Token]) -> Result<(Term, bool), SyntaxError> {
        let mut factors = Vec::new();
        let mut start = 0;
        let mut depth = 0;
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Sign('(') => depth += 1,
                Kind::Sign(')') => depth -= 1,
                Kind::Sign(sign @ ('*' | '?')) if depth == 0 => {
                    factors.push((&tokens[start..at], sign));
                    start = at + 1;
                }
                _ => {}
            }
        }
        let (name, is_one) = match &tokens[start..] {
            [Token { kind: Kind::Name(name), .. }] => (name.clone(), false),
            [Token { kind: Kind::Number(one), .. }] if *one == 1.0 => (String::new(), true),
            [] => return Err(self.error(&tokens[start - 1], "a variable is expected after this")),
            [_, second, ..] => {
                let message = "`+` or `*` is expected between two variables";
                return Err(self.error(second, message));
            }
            [other] => return Err(self.error(other, "a variable name is expected here")),
        };
        let mut modifiers = Vec::new();
        for (factor, sign) in factors {
            if factor.is_empty() {
                return Err(self.error(&tokens[0], "nothing stands before `*`"));
            }
            modifiers.push(match (self.modifier(factor)?, sign) {
                (Modifier::Fixed(values), '?') => Modifier::Starts(values),
                (modifier, _) => modifier,
            });
        }
        let (line, column) = (tokens[0].line, tokens[0].column);
        Ok((Term { name, modifiers, line, column }, is_one))
    }

    fn modifier(&self, tokens: &[Token]) -> Result<Modifier, SyntaxError> {
        let call = match tokens {
            [Token { kind: Kind::Name(name), .. }, open, inner @ .., close]
                if open.kind == Kind::Sign('(') && close.kind == Kind::Sign(')') =>
            {
                Some((name.as_str(), inner))
            }
            _ => None,
        };
        let elements = match call {
            Some(("c", inner)) => self.elements(inner)?,
            Some((name @ ("start" | "equal" | "label"), inner)) => {
                return self.call(name, inner, &tokens[0]);
            }
            Some((name, _)) if Function::named(name).is_none() => {
                let nearest = MODIFIERS.iter().max_by(|a, b| {
                    let near = |known: &str| strsim::jaro(known, name);
                    near(a).total_cmp(&near(b))
                });
                let hint = nearest.map(|n| format!("did you mean `{n}(...)`?"));
                let message = format!("{name:?} is not a modifier");
                let (line, column) = (tokens[0].line, tokens[0].column);
                return Err(lex::error(self.text, line, column, message, hint));
            }
            _ => vec![self.element(tokens)?],
        };
        Ok(modifier_of(elements))
    }

    fn call(&self, name: &str, inner: &[Token], at: &Token) -> Result<Modifier, SyntaxError> {
        if inner.is_empty() {
            return Err(self.error(at, format!("`{name}()` needs a value")));
        }
        let elements = match inner {
            [Token { kind: Kind::Name(c), .. }, open, list @ .., close]
                if c == "c" && open.kind == Kind::Sign('(') && close.kind == Kind::Sign(')') =>
            {
                self.elements(list)?
            }
            _ => self.elements(inner)?,
        };
        if name == "start" {
            let values = elements.into_iter().map(|e| match e {
                ModelTerm::Value(value) => Some(value),
                ModelTerm::Label(_) => None,
            });
            let values: Option<Vec<f64>> = values.collect();
            let message = "`start()` takes numbers";
            return values.map(Modifier::Starts).ok_or_else(|| self.error(&inner[0], message));
        }
        let texts = elements
            .into_iter()
            .map(|e| match e {
                ModelTerm::Label(label) => label,
                ModelTerm::Value(value) if value.is_nan() => String::new(),
                ModelTerm::Value(value) => value.to_string(),
            })
            .collect();
        Ok(if name == "equal" { Modifier::Equal(texts) } else { Modifier::Labels(texts) })
    }

    fn elements(&self, tokens: &[Token]) -> Result<Vec<ModelTerm>, SyntaxError> {
        split(tokens, ',').map(|part| self.element(part)).collect()
    }

    fn element(&self, tokens: &[Token]) -> Result<ModelTerm, SyntaxError> {
        match tokens {
            [Token { kind: Kind::Name(name), .. }] if name == "NA" => {
                Ok(ModelTerm::Value(f64::NAN))
            }
            [Token { kind: Kind::Name(name) | Kind::Text(name), .. }] => {
                Ok(ModelTerm::Label(name.clone()))
            }
            [] => Ok(ModelTerm::Value(f64::NAN)),
            _ => {
                let expression = self.expression(tokens)?;
                if let Some(name) = expression.names().first() {
                    let message = format!("a number is expected before `*`, not {name:?}");
                    return Err(self.error(&tokens[0], message));
                }
                let value = expression.evaluate(0, &|_| None).value;
                if !value.is_finite() {
                    return Err(self.error(&tokens[0], "this value is not finite"));
                }
                Ok(ModelTerm::Value(value))
            }
        }
    }

    fn expression(&self, tokens: &[Token]) -> Result<Expression, SyntaxError> {
        let mut at = 0;
        let expression = self.sum(tokens, &mut at, 0)?;
        match tokens.get(at) {
            None => Ok(expression),
            Some(token) => Err(self.error(token, "an operator such as `+` or `*` is expected")),
        }
    }

    fn sum(&self, t: &[Token], at: &mut usize, depth: usize) -> Result<Expression, SyntaxError> {
        let mut left = self.product(t, at, depth)?;
        while let Some(Kind::Sign(sign @ ('+' | '-'))) = t.get(*at).map(|t| &t.kind) {
            *at += 1;
            let right = self.product(t, at, depth)?;
            left = Expression::Binary(*sign, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn product(
        &self,
        t: &[Token],
        at: &mut usize,
        depth: usize,
    ) -> Result<Expression, SyntaxError> {
        let mut left = self.signed(t, at, depth)?;
        while let Some(Kind::Sign(sign @ ('*' | '/'))) = t.get(*at).map(|t| &t.kind) {
            *at += 1;
            let right = self.signed(t, at, depth)?;
            left = Expression::Binary(*sign, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn signed(&self, t: &[Token], at: &mut usize, depth: usize) -> Result<Expression, SyntaxError> {
        let mut negative = false;
        while let Some(Kind::Sign(sign @ ('+' | '-'))) = t.get(*at).map(|t| &t.kind) {
            negative ^= *sign == '-';
            *at += 1;
        }
        let mut value = self.atom(t, at, depth)?;
        if t.get(*at).map(|t| &t.kind) == Some(&Kind::Sign('^')) {
            *at += 1;
            if depth >= DEPTH_MAX {
                return Err(self.error(&t[*at - 1], "too deeply nested"));
            }
            let exponent = self.signed(t, at, depth + 1)?;
            value = Expression::Binary('^', Box::new(value), Box::new(exponent));
        }
        Ok(if negative { Expression::Negative(Box::new(value)) } else { value })
    }

    fn atom(&self, t: &[Token], at: &mut usize, depth: usize) -> Result<Expression, SyntaxError> {
        let Some(token) = t.get(*at) else {
            let last = t.last().expect("an expression has at least one token");
            return Err(self.error(last, "a label or number is expected after this"));
        };
        *at += 1;
        let open = |at: usize| t.get(at).map(|t| &t.kind) == Some(&Kind::Sign('('));
        match &token.kind {
            Kind::Number(value) => Ok(Expression::Number(*value)),
            Kind::Name(name) if open(*at) => {
                let Some(function) = Function::named(name) else {
                    let message = format!("the function {name:?} is not known");
                    return Err(self.error(token, message));
                };
                *at += 1;
                let inner = self.bracket(t, at, depth, token)?;
                Ok(Expression::Call(function, Box::new(inner)))
            }
            Kind::Name(name) => Ok(Expression::Name(name.clone())),
            Kind::Sign('(') => self.bracket(t, at, depth, token),
            _ => Err(self.error(token, "a label or number is expected here")),
        }
    }

    /// The rest of a bracket that `opened`.
    fn bracket(
        &self,
        t: &[Token],
        at: &mut usize,
        depth: usize,
        opened: &Token,
    ) -> Result<Expression, SyntaxError> {
        if depth >= DEPTH_MAX {
            return Err(self.error(opened, "too deeply nested"));
        }
        let inner = self.sum(t, at, depth + 1)?;
        if t.get(*at).map(|t| &t.kind) != Some(&Kind::Sign(')')) {
            return Err(self.error(opened, "this bracket is not closed"));
        }
        *at += 1;
        Ok(inner)
    }
}

fn modifier_of(elements: Vec<ModelTerm>) -> Modifier {
    let all_values = elements.iter().all(|e| matches!(e, ModelTerm::Value(_)));
    let all_labels = elements.iter().all(|e| matches!(e, ModelTerm::Label(_)));
    let value = |e: &ModelTerm| match e {
        ModelTerm::Value(value) => *value,
        ModelTerm::Label(_) => f64::NAN,
    };
    let label = |e: &ModelTerm| match e {
        ModelTerm::Label(label) => label.clone(),
        ModelTerm::Value(_) => String::new(),
    };
    if all_values {
        Modifier::Fixed(elements.iter().map(value).collect())
    } else if all_labels {
        Modifier::Labels(elements.iter().map(label).collect())
    } else {
        Modifier::Mixed(elements)
    }
}

/// Parts of `tokens` between the sign, outside brackets.
fn split(tokens: &[Token], sign: char) -> impl Iterator<Item = &[Token]> {
    let mut depth = 0_i32;
    tokens.split(move |token| {
        match token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') => depth -= 1,
            _ => {}
        }
        depth == 0 && token.kind == Kind::Sign(sign)
    })
}
