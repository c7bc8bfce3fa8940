//! Cuts the text of a model into tokens with their places.

use super::error::SyntaxError;
use super::statement::Operator;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Name(String),
    Number(f64),
    Text(String),
    Operator(Operator),
    /// One of `+ - * / ^ ( ) , ?`.
    Sign(char),
    /// A line break or a semicolon; the flag tells a semicolon.
    End(bool),
}

/// A token and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Line, from 0.
    pub(super) line: usize,
    /// Column in characters, from 0.
    pub(super) column: usize,
    /// The token as written.
    pub(super) text: String,
}

/// Operators, longest first so that `~*~` is not read as `~`.
const OPERATORS: [(&str, Operator); 13] = [
    ("~*~", Operator::Scale),
    ("=~", Operator::Measures),
    ("<~", Operator::Composite),
    ("~~", Operator::Covariance),
    (":=", Operator::Defines),
    ("==", Operator::Equal),
    ("<=", Operator::Less),
    (">=", Operator::Greater),
    ("~", Operator::Regression),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("|", Operator::Threshold),
    (":", Operator::Block),
];

/// All tokens of `text`; comments (`#` or `!` to the end of the line) are left out.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens = Vec::new();
    for (line, source) in text.lines().enumerate() {
        let characters: Vec<char> = source.chars().collect();
        let mut column = 0;
        while column < characters.len() {
            let rest = &characters[column..];
            let first = rest[0];
            if first == '#' || first == '!' {
                break;
            }
            if first.is_whitespace() {
                column += 1;
                continue;
            }
            let (kind, length) = token(rest)
                .map_err(|(message, suggestion)| error(text, line, column, message, suggestion))?;
            let written = rest[..length].iter().collect();
            tokens.push(Token { kind, line, column, text: written });
            column += length;
        }
        tokens.push(Token { kind: Kind::End(false), line, column, text: String::new() });
    }
    Ok(tokens)
}

/// A syntax error at a place of `text`.
pub(super) fn error(
    text: &str,
    line: usize,
    column: usize,
    message: impl Into<String>,
    suggestion: Option<String>,
) -> SyntaxError {
    SyntaxError {
        line: line + 1,
        column: column + 1,
        source: text.lines().nth(line).unwrap_or_default().to_owned(),
        message: message.into(),
        suggestion,
    }
}

type Refusal = (String, Option<String>);

fn token(rest: &[char]) -> Result<(Kind, usize), Refusal> {
    let first = rest[0];
    if first == ';' {
        return Ok((Kind::End(true), 1));
    }
    for (written, operator) in OPERATORS {
        if starts_with(rest, written) {
            return Ok((Kind::Operator(operator), written.chars().count()));
        }
    }
    let second_is_digit = rest.get(1).is_some_and(char::is_ascii_digit);
    if first.is_ascii_digit() || (first == '.' && second_is_digit) {
        return number(rest);
    }
    if first.is_alphabetic() || first == '.' || first == '_' {
        let length =
            rest.iter().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_')).count();
        return Ok((Kind::Name(rest[..length].iter().collect()), length));
    }
    if first == '"' || first == '\'' {
        let inner = rest[1..].iter().take_while(|c| **c != first).count();
        if inner + 1 == rest.len() {
            return Err(("this text has no closing quote".into(), None));
        }
        return Ok((Kind::Text(rest[1..=inner].iter().collect()), inner + 2));
    }
    if "+-*/^(),?".contains(first) {
        return Ok((Kind::Sign(first), 1));
    }
    let suggestion = (first == '=').then(|| {
        "write `=~` for a measurement, `==` for a constraint or `:=` for a definition".to_owned()
    });
    Err((format!("{first:?} has no meaning here"), suggestion))
}

fn number(rest: &[char]) -> Result<(Kind, usize), Refusal> {
    let digits = |from: usize| rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut length = digits(0);
    if rest.get(length) == Some(&'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(rest.get(length), Some('e' | 'E')) {
        let sign = usize::from(matches!(rest.get(length + 1), Some('+' | '-')));
        let exponent = rest.get(length + 1 + sign..).map_or(0, |_| digits(length + 1 + sign));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let written: String = rest[..length].iter().collect();
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Kind::Number(value), length)),
        _ => Err((format!("{written} is not a number that can be held"), None)),
    }
}

fn starts_with(rest: &[char], written: &str) -> bool {
    let mut rest = rest.iter();
    written.chars().all(|c| rest.next() == Some(&c))
}
