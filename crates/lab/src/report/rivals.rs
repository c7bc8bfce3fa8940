//! Rival models of the same items, side by side.

use super::findings::{Block, Request};
use super::measurement;
use super::sample::Sample;
use crate::instrument::Text;
use crate::model::{Model, parse};
use crate::sem::{self, Fit, FitOptions};

/// One model in the comparison.
pub(super) struct Contender {
    pub(super) title: Text,
    pub(super) idea: Text,
    /// Measures by name, or why there are none.
    pub(super) outcome: Result<Contest, String>,
}

/// What a contender achieved.
pub(super) struct Contest {
    pub(super) measures: sem::Measures,
    pub(super) warnings: Vec<String>,
}

fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

/// The instrument's rivals, or the given model, against one factor and against free correlations.
pub(super) fn compare(
    request: &Request,
    blocks: &[Block],
    sample: &Sample,
    options: &FitOptions,
    model: &Model,
) -> Vec<Contender> {
    let run = |title: Text, idea: Text, model: Result<Model, String>| {
        let fitted = model.and_then(|model| {
            sem::fit(&model, &sample.table, options).map_err(|error| error.to_string())
        });
        let contest =
            |fit: Fit| Contest { measures: fit.clone().measures(), warnings: fit.warnings.clone() };
        Contender { title, idea, outcome: fitted.map(contest) }
    };
    let read = |text: &str| parse(text).map_err(|error| error.to_string());
    let mut contenders = Vec::new();
    match (request.model, request.instrument) {
        (None, Some(instrument)) => {
            for rival in &instrument.models {
                let full = instrument.full_model(rival);
                contenders.push(run(rival.title.clone(), rival.idea.clone(), read(&full)));
            }
        }
        _ => contenders.push(run(
            text("The model of this report", "本报告的模型"),
            text("The paths given.", "所给的路径。"),
            Ok(model.clone()),
        )),
    }
    contenders.push(run(
        text("Free correlations", "自由相关"),
        text(
            "Constructs correlate freely: the best any set of paths can reach.",
            "构念之间自由相关：任何路径所能达到的最好拟合。",
        ),
        read(&measurement::syntax(blocks)),
    ));
    let items: Vec<&str> =
        blocks.iter().flat_map(|block| block.items.iter().map(String::as_str)).collect();
    contenders.push(run(
        text("One factor", "单一因子"),
        text(
            "Everything measures one thing (Harman's test of common method).",
            "所有题目只测一件事（哈曼共同方法检验）。",
        ),
        read(&format!("one_factor =~ {}", items.join(" + "))),
    ));
    contenders
}
