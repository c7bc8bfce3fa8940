//! A table with its words: as HTML in the manner of APA, and as a CSV file inside the page.

use super::diagram::width_of;
use super::page::{escape, warning_box};
use crate::instrument::Language;

/// A path counts as told from zero when its p is below this.
pub(super) const LEVEL: f64 = 0.05;

/// Width in Latin characters from which words count as a sentence.
const SENTENCE: f64 = 26.0;

/// One cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Words.
    Words(String),
    /// A count.
    Count(usize),
    /// A figure that may exceed 1; so many decimals.
    Figure(f64, usize),
    /// A figure that cannot exceed 1 in size, written without its zero.
    Share(f64),
    /// A probability.
    Probability(f64),
    /// Ends of an interval, written as shares or not.
    Interval(f64, f64),
    /// Ends of an interval that may lie beyond 1.
    Range(f64, f64),
    /// How often each answer was given.
    Bars(Vec<usize>),
    /// A criterion that was met, or not.
    Met(bool),
    /// A standardised coefficient and its probability.
    Path(f64, f64),
    /// A chi-square statistic, its degrees of freedom and probability.
    Test(f64, f64, f64),
    /// A figure that is missing.
    Nothing,
    /// Nothing to say.
    Blank,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    /// Name of the file, without ending.
    pub(super) file: &'static str,
    /// Title.
    pub(super) title: String,
    /// Heads of the columns.
    pub(super) heads: Vec<String>,
    /// Rows.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What it shows.
    pub(super) shows: String,
    /// What it does not show.
    pub(super) hides: String,
    /// What a reader of any of its numbers must be told.
    pub(super) warnings: Vec<String>,
    /// What a reader of one row must be told: its place and the words.
    pub(super) doubts: Vec<(usize, String)>,
}

/// Three decimals, without the zero before the point where the figure cannot exceed 1.
pub(super) fn share(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.3}", value.abs());
    let text = text.strip_prefix('0').unwrap_or(&text);
    let zero = text.chars().all(|c| c == '.' || c == '0');
    if value < 0.0 && !zero { format!("−{text}") } else { text.to_owned() }
}

fn figure(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    format!("{value:.decimals$}").replace('-', "−")
}

fn probability(value: f64) -> String {
    if value.is_nan() {
        "–".to_owned()
    } else if value < 0.001 {
        "< .001".to_owned()
    } else {
        share(value)
    }
}

impl Cell {
    fn is_number(&self) -> bool {
        match self {
            Self::Words(_) | Self::Blank | Self::Nothing | Self::Bars(_) | Self::Met(_) => false,
            Self::Count(_) => true,
            Self::Figure(v, _)
            | Self::Share(v)
            | Self::Probability(v)
            | Self::Path(v, _)
            | Self::Test(v, ..) => v.is_finite(),
            Self::Interval(low, high) | Self::Range(low, high) => {
                low.is_finite() && high.is_finite()
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Count(count) => count.to_string(),
            Self::Figure(value, decimals) => figure(*value, *decimals),
            Self::Share(value) => share(*value),
            Self::Probability(value) => probability(*value),
            Self::Interval(low, high) | Self::Range(low, high) if !self.is_number() => {
                debug_assert!(!(low.is_finite() && high.is_finite()), "one end is missing");
                "–".to_owned()
            }
            Self::Range(low, high) => format!("[{}, {}]", figure(*low, 3), figure(*high, 3)),
            Self::Interval(low, high) => format!("[{}, {}]", share(*low), share(*high)),
            Self::Met(met) => if *met { "✓" } else { "✗" }.to_owned(),
            Self::Path(size, _) => share(*size),
            Self::Test(chisq, df, p) => {
                let p = probability(*p);
                let equals = if p.starts_with('<') { "" } else { "= " };
                format!("{} ({df:.0}), p {equals}{p}", figure(*chisq, 2))
            }
            Self::Nothing => "–".to_owned(),
            Self::Bars(_) | Self::Blank => String::new(),
        }
    }

    fn html(&self, marked: bool) -> String {
        let mark = if marked && self.is_number() { "<sup class=\"mark\">⚠</sup>" } else { "" };
        match self {
            // Sentences need room and may break; names must not break within a word.
            Self::Words(words) => {
                let class = if width_of(words) > SENTENCE { "long" } else { "short" };
                format!("<td class=\"{class}\">{}</td>", escape(words))
            }
            Self::Bars(counts) => format!("<td>{}</td>", bars(counts)),
            Self::Met(met) => {
                let class = if *met { "met" } else { "unmet" };
                format!("<td class=\"{class}\">{}</td>", self.text())
            }
            Self::Path(_, p) if *p >= LEVEL || p.is_nan() => {
                format!("<td class=\"n weak\">{}{mark}</td>", escape(&self.text()))
            }
            other => format!("<td class=\"n\">{}{mark}</td>", escape(&other.text())),
        }
    }

    fn csv(&self) -> String {
        let number = |v: &f64| if v.is_finite() { v.to_string() } else { String::new() };
        match self {
            Self::Words(words) => quoted(words),
            Self::Count(count) => count.to_string(),
            Self::Figure(value, _) | Self::Share(value) | Self::Probability(value) => number(value),
            Self::Interval(low, high) | Self::Range(low, high) => {
                quoted(&format!("{} {}", number(low), number(high)))
            }
            Self::Bars(counts) => {
                quoted(&counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" "))
            }
            Self::Met(met) => u8::from(*met).to_string(),
            Self::Path(size, p) => quoted(&format!("{} {}", number(size), number(p))),
            Self::Test(chisq, df, p) => {
                quoted(&format!("{} {} {}", number(chisq), number(df), number(p)))
            }
            Self::Blank | Self::Nothing => String::new(),
        }
    }
}

/// A cell of CSV; one that a spreadsheet would run as a formula is made plain text.
fn quoted(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '@', '\t', '\r'])
        || text.starts_with('-') && text.parse::<f64>().is_err();
    let safe = if runs { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// A small histogram; its bars are as wide as one answer.
fn bars(counts: &[usize]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = counts.len() * 9;
    let mut svg = format!(
        "<svg class=\"bars\" viewBox=\"0 0 {width} 24\" width=\"{width}\" height=\"24\" \
         role=\"img\" aria-label=\"{}\">",
        counts.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
    );
    for (at, &count) in counts.iter().enumerate() {
        let height = 22.0 * count as f64 / most;
        svg.push_str(&format!(
            "<rect x=\"{}\" y=\"{:.1}\" width=\"7\" height=\"{:.1}\"/>",
            at * 9 + 1,
            23.0 - height,
            height.max(0.5)
        ));
    }
    svg + "</svg>"
}

/// Bytes as a data link.
fn linked(text: &str) -> String {
    // The byte-order mark makes spreadsheets read the characters right.
    let mut link = String::from("data:text/csv;charset=utf-8,%EF%BB%BF");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

impl Sheet {
    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Adds a row that bears warnings of its own; its first cell is its name.
    pub(super) fn judged(&mut self, cells: Vec<Cell>, warnings: Vec<String>) {
        let place = self.rows.len();
        self.doubts.extend(warnings.into_iter().map(|warning| (place, warning)));
        self.rows.push(cells);
    }

    /// Adds a row that has no figures but a reason why.
    pub(super) fn refused(&mut self, name: String, reason: String) {
        let mut cells = vec![Cell::Words(name)];
        cells.resize(self.heads.len(), Cell::Nothing);
        self.judged(cells, vec![reason]);
    }

    /// What must be told of a row's numbers.
    fn told_of(&self, row: usize) -> Vec<&str> {
        let own = self.doubts.iter().filter(|(place, _)| *place == row);
        self.warnings.iter().map(String::as_str).chain(own.map(|(_, w)| w.as_str())).collect()
    }

    /// All warnings, those of a row behind its name.
    fn all_warnings(&self, language: Language) -> Vec<String> {
        let of_row = |(row, warning): &(usize, String)| {
            let name = self.rows[*row].first().map(Cell::text).unwrap_or_default();
            format!("{name}{}{warning}", language.pick(": ", "："))
        };
        self.warnings.iter().cloned().chain(self.doubts.iter().map(of_row)).collect()
    }

    fn csv(&self, language: Language) -> String {
        let mut heads: Vec<String> = self.heads.iter().map(|head| quoted(head)).collect();
        let warned = !self.warnings.is_empty() || !self.doubts.is_empty();
        if warned {
            heads.push(language.pick("warning", "警告").to_owned());
        }
        let mut text = heads.join(",") + "\r\n";
        for (place, row) in self.rows.iter().enumerate() {
            let mut cells: Vec<String> = row.iter().map(Cell::csv).collect();
            cells.resize(self.heads.len(), String::new());
            if warned {
                cells.push(quoted(&self.told_of(place).join("; ")));
            }
            text.push_str(&(cells.join(",") + "\r\n"));
        }
        text
    }

    /// The table as HTML under its number.
    pub(super) fn html(&self, number: usize, language: Language) -> String {
        let heads: String = self
            .heads
            .iter()
            .enumerate()
            .map(|(at, head)| {
                let class = if self.is_numeric(at) { " class=\"n\"" } else { "" };
                format!("<th scope=\"col\"{class}>{}</th>", escape(head))
            })
            .collect();
        let rows: String = self
            .rows
            .iter()
            .enumerate()
            .map(|(place, row)| {
                let marked = !self.told_of(place).is_empty();
                let cells: String = row.iter().map(|cell| cell.html(marked)).collect();
                format!("<tr>{cells}</tr>")
            })
            .collect();
        format!(
            "<div class=\"sheet\"><div class=\"head\"><div><b>{} {number}</b> <i>{}</i></div>\
             <a download=\"{}.csv\" href=\"{}\">{}</a></div>{}<div class=\"scroll\" tabindex=\"0\">\
             <table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{}</div>",
            language.pick("Table", "表"),
            escape(&self.title),
            self.file,
            linked(&self.csv(language)),
            language.pick("CSV", "下载 CSV"),
            warning_box(&self.all_warnings(language), language),
            self.words(language),
        )
    }

    fn is_numeric(&self, column: usize) -> bool {
        let cells = || self.rows.iter().filter_map(|row| row.get(column));
        cells().any(|cell| cell.is_number() || matches!(cell, Cell::Nothing))
            || cells().all(|cell| matches!(cell, Cell::Blank))
    }

    fn words(&self, language: Language) -> String {
        let part = |head: &str, words: &str| {
            if words.is_empty() {
                String::new()
            } else {
                format!("<p class=\"note\"><b>{head}</b> {}</p>", escape(words))
            }
        };
        part(language.pick("Shows", "能看出："), &self.shows)
            + &part(language.pick("Does not show", "不能看出："), &self.hides)
    }
}
