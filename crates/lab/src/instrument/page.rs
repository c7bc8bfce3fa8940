//! The questionnaire as one page to print or fill in, and the empty sheet for its answers.

use super::definition::{Instrument, Item, Language};
use crate::report::escape;

/// Columns of behaviour that may be joined to answers by pseudonym.
pub(super) const BEHAVIOUR: [&str; 6] =
    ["joined", "exited", "periods", "wave", "synthetic", "verified"];

/// Column of the day of an answer, YYYY-MM-DD.
pub const ANSWERED: &str = "answered";

/// The header line of a file of answers.
#[must_use]
pub fn answer_sheet(instrument: &Instrument) -> String {
    let mut columns = vec!["respondent", ANSWERED];
    columns.extend(instrument.items.iter().map(|item| item.code.as_str()));
    columns.extend(instrument.groups.iter().map(|group| group.column.as_str()));
    columns.extend(instrument.controls.iter().map(|control| control.column.as_str()));
    columns.join(",") + "\n"
}

/// The questionnaire as one self-contained page. Items of different constructs alternate, so that
/// a respondent does not see four like sentences in a row.
#[must_use]
pub fn questionnaire(instrument: &Instrument, language: Language) -> String {
    let say = |english, chinese| language.pick(english, chinese);
    let title = escape(instrument.title.get(language));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{}</style></head><body><main><h1>{title}</h1><p>{}</p>",
        language.tag(),
        include_str!("questionnaire.css"),
        escape(instrument.introduction.get(language)),
    );
    page.push_str("<form>");
    for (number, item) in interleaved(instrument).into_iter().enumerate() {
        page.push_str(&question(instrument, item, number + 1, language));
    }
    page.push_str(&format!(
        "<button type=\"button\" id=\"save\">{}</button></form><footer>{} <code>{}</code></footer>\
         </main><script>{}</script></body></html>\n",
        say("Save my answers as a file", "把我的回答存为文件"),
        say("Seal of this questionnaire:", "本问卷的封印："),
        instrument.seal(),
        include_str!("questionnaire.js"),
    ));
    page
}

fn question(instrument: &Instrument, item: &Item, number: usize, language: Language) -> String {
    let mut text = format!(
        "<fieldset><legend>{number}. {}</legend><div class=\"answers\">",
        escape(item.text.get(language))
    );
    for (answer, label) in (instrument.scale.low..).zip(&instrument.scale.labels) {
        text.push_str(&format!(
            "<label><input type=\"radio\" name=\"{}\" value=\"{answer}\"><b>{answer}</b>\
             <span>{}</span></label>",
            item.code,
            escape(label.get(language))
        ));
    }
    text + "</div></fieldset>"
}

/// Items in turns: the first of each construct, then the second of each.
fn interleaved(instrument: &Instrument) -> Vec<&Item> {
    let blocks: Vec<Vec<&Item>> = instrument
        .constructs
        .iter()
        .map(|construct| instrument.items_of(&construct.code).collect())
        .collect();
    let longest = blocks.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|turn| blocks.iter().filter_map(move |b| b.get(turn).copied())).collect()
}
