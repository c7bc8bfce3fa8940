//! The fear: a model read otherwise than lavaan reads it, or an error that does not help.

#![allow(clippy::unwrap_used)]

use lab::model::{GroupEqual, ModelError, Operator, TableOptions, parameter_table, parse};
use proptest::prelude::*;

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_mistake_is_shown_with_its_place_and_a_suggestion() {
    let message = error("f =~ x1 + x2\ng = x3 + x4\n");
    let expected = "line 2, column 3: '=' has no meaning here\n  g = x3 + x4\n    ^";
    assert!(message.starts_with(expected), "{message}");
    assert!(message.contains("write `=~`"), "{message}");
    assert!(error("f =~ x1 + strat(0.5)*x2").contains("did you mean `start(...)`?"));
    assert!(error("f =~ x1 x2").contains("line 1, column 9"), "{}", error("f =~ x1 x2"));
    assert!(error("f =~").contains("nothing stands after"));
    assert!(error("f =~ x1 +").contains("a variable is missing"));
    assert!(error("y ~ x ~ z").contains("second operator"));
    assert!(error("f =~ (1*x1").contains("line 1"));
    assert_eq!(parse("# nothing\n").unwrap_err(), ModelError::Empty);
}

#[test]
fn lines_comments_and_modifiers_are_read_as_lavaan_reads_them() {
    let model = parse(
        "f =~ x1 + # first\n a*x2 +\n x3 ! last\n f2 =~ NA*y1 + 0.5*y2; f2 ~~ 1*f2\n\
         y1 + y2 ~ c(p, q)*z + start(0.3)*w\n y1 ~ 0*1\n x1 | t1 + t2\n tot := a*(p + q)^2\n\
         a == 2*p\n q > 0.1",
    )
    .unwrap();
    let written: Vec<String> = model
        .relations
        .iter()
        .map(|r| format!("{}{}{}", r.lhs, r.op.as_str(), r.rhs.name))
        .collect();
    let expected = [
        "f=~x1", "f=~x2", "f=~x3", "f2=~y1", "f2=~y2", "f2~~f2", "y1~z", "y1~w", "y2~z", "y2~w",
        "y1~1", "x1|t1", "x1|t2",
    ];
    assert_eq!(written, expected);
    assert_eq!(model.formulas.len(), 3);
    assert_eq!(model.formulas[0].rhs_text, "a*(p+q)^2");
}

/// Rows as lavaan 0.6-14 lays them out, typed from its `parTable()`.
#[test]
fn defaults_are_those_of_sem() {
    let text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ age + sex\n\
                textual ~ age + visual\nx9 ~ visual\nx7 ~ x8 + textual";
    let table = parameter_table(&parse(text).unwrap(), &TableOptions::default()).unwrap();
    assert_eq!((table.rows.len(), table.free), (30, 22));
    let tail: Vec<String> = table.rows[13..].iter().map(lab::model::Parameter::written).collect();
    let expected = [
        "x1~~x1",
        "x2~~x2",
        "x3~~x3",
        "x4~~x4",
        "x5~~x5",
        "x6~~x6",
        "x9~~x9",
        "x7~~x7",
        "visual~~visual",
        "textual~~textual",
        "x9~~x7",
        "age~~age",
        "age~~sex",
        "age~~x8",
        "sex~~sex",
        "sex~~x8",
        "x8~~x8",
    ];
    assert_eq!(tail, expected);
    assert!(table.rows[24..].iter().all(|row| row.exogenous && row.free.is_none()));
}

#[test]
fn equality_between_groups_frees_what_it_identifies() {
    let text = "f =~ x1 + x2 + x3";
    let options = TableOptions {
        groups: 2,
        means: true,
        equal: vec![GroupEqual::Loadings, GroupEqual::Intercepts],
        ..TableOptions::default()
    };
    let table = parameter_table(&parse(text).unwrap(), &options).unwrap();
    let mean = |group: usize| {
        let is = |row: &&lab::model::Parameter| {
            row.group == group && row.lhs == "f" && row.op == Operator::Intercept
        };
        table.rows.iter().find(is).unwrap().free
    };
    assert!(mean(0).is_none() && mean(1).is_some());
    let loading =
        |group: usize| table.rows.iter().find(|row| row.group == group && row.rhs == "x2").unwrap();
    assert_eq!(loading(0).free, loading(1).free);
    assert_eq!(loading(1).label, ".p2.");
}

#[test]
fn an_unknown_label_names_the_nearest() {
    let model = parse("f =~ x1 + load*x2 + x3\ntwice := 2*laod").unwrap();
    let message = parameter_table(&model, &TableOptions::default()).unwrap_err().to_string();
    assert!(
        message.contains("\"laod\"") && message.contains("did you mean \"load\"?"),
        "{message}"
    );
    let model = parse("f =~ x1 + c(1, 2, 3)*x2").unwrap();
    let error = parameter_table(&model, &TableOptions::default()).unwrap_err();
    assert!(matches!(error, ModelError::GroupCount { found: 3, groups: 1, .. }));
}

proptest! {
    /// Whatever the text, reading ends with a model or an error, never a panic.
    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-c1~=*+:<>|#!;()., \"\n^?-]{0,60}") {
        if let Ok(model) = parse(&text) {
            let _ = parameter_table(&model, &TableOptions::default());
        }
    }
}
