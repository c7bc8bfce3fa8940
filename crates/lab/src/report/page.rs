//! The frame of the page: head, style, banner, contents, footer.

use super::findings::{Findings, ReportError, Request};
use super::sections;
use super::sheet::Sheet;
use crate::instrument::Language;

/// Text made safe inside HTML elements and double-quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A page that grows section by section and numbers its tables and figures.
pub(super) struct Page {
    pub(super) language: Language,
    body: String,
    contents: Vec<(String, String)>,
    tables: usize,
    figures: usize,
}

impl Page {
    fn new(language: Language) -> Self {
        Self { language, body: String::new(), contents: Vec::new(), tables: 0, figures: 0 }
    }

    /// One of two wordings.
    pub(super) fn say<'w>(&self, english: &'w str, chinese: &'w str) -> &'w str {
        self.language.pick(english, chinese)
    }

    /// Begins a section.
    pub(super) fn section(&mut self, id: &str, title: &str) {
        if !self.contents.is_empty() {
            self.body.push_str("</section>");
        }
        let title = escape(title);
        self.body.push_str(&format!("<section id=\"{id}\"><h2>{title}</h2>"));
        self.contents.push((id.to_owned(), title));
    }

    /// A paragraph of words.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.body.push_str(&format!("<p>{}</p>", escape(text)));
    }

    /// A list of words.
    pub(super) fn list(&mut self, lines: &[String]) {
        let items: String = lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
        self.body.push_str(&format!("<ul>{items}</ul>"));
    }

    /// Names and what they stand for.
    pub(super) fn terms(&mut self, terms: &[(String, String)]) {
        let cells = terms
            .iter()
            .map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value)));
        self.body.push_str(&format!("<dl>{}</dl>", cells.collect::<String>()));
    }

    /// Promises that were kept, or not.
    pub(super) fn ticks(&mut self, lines: &[(bool, String)]) {
        let items = lines.iter().map(|(kept, line)| {
            let (class, mark) = if *kept { ("met", "✓") } else { ("unmet", "✗") };
            format!("<li class=\"{class}\"><b>{mark}</b> {}</li>", escape(line))
        });
        self.body.push_str(&format!("<ul class=\"ticks\">{}</ul>", items.collect::<String>()));
    }

    /// Figures large enough to be seen first, each with its words.
    pub(super) fn tiles(&mut self, tiles: &[(String, String)]) {
        let each = tiles.iter().map(|(figure, words)| {
            format!("<div><b>{}</b><span>{}</span></div>", escape(figure), escape(words))
        });
        self.body.push_str(&format!("<div class=\"tiles\">{}</div>", each.collect::<String>()));
    }

    /// Ready-made HTML.
    pub(super) fn raw(&mut self, html: &str) {
        self.body.push_str(html);
    }

    /// Warnings as a box.
    pub(super) fn warn(&mut self, warnings: &[String]) {
        self.body.push_str(&warning_box(warnings, self.language));
    }

    /// A numbered table with its words and its file.
    pub(super) fn table(&mut self, sheet: &Sheet) {
        self.tables += 1;
        let html = sheet.html(self.tables, self.language);
        self.body.push_str(&html);
    }

    /// A numbered picture: its title, the SVG, what it shows, and the warnings that touch it.
    pub(super) fn figure(&mut self, title: &str, svg: &str, note: &str, warnings: &[String]) {
        self.figures += 1;
        let name = self.say("Figure", "图");
        self.body.push_str(&format!(
            "<figure><figcaption><b>{name} {}</b> <i>{}</i></figcaption>{}{svg}\
             <p class=\"note\">{}</p></figure>",
            self.figures,
            escape(title),
            warning_box(warnings, self.language),
            escape(note),
        ));
    }
}

/// Warnings as a box; nothing without any.
pub(super) fn warning_box(warnings: &[String], language: Language) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let head =
        language.pick("Warning: read these numbers with care.", "警告：请谨慎看待这些数字。");
    let lines: String = warnings.iter().map(|w| format!("<li>{}</li>", escape(w))).collect();
    format!("<div class=\"warning\" role=\"note\"><b>⚠ {head}</b><ul>{lines}</ul></div>")
}

// On paper the banner is fixed at the top of every page; `room` is a table's head there, which
// browsers repeat, so that nothing lies under the banner.

/// The whole page. `progress` is told how many bootstrap draws are done.
///
/// # Errors
/// When model and data do not fit together.
pub fn document(
    request: &Request,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<String, ReportError> {
    let findings = Findings::of(request, progress)?;
    let mut page = Page::new(request.language);
    sections::write(&mut page, &findings);
    Ok(frame(page, &findings))
}

fn frame(page: Page, findings: &Findings) -> String {
    let request = findings.request;
    let title = escape(&sections::title(findings));
    let banner = if findings.synthetic {
        let words = page.say(
            "SYNTHETIC DATA: invented answers, no findings about any member or plan",
            "合成数据：答案是虚构的，不是任何会员或计划的发现",
        );
        format!("<div class=\"banner\">{words}</div>")
    } else {
        String::new()
    };
    let links: String = page
        .contents
        .iter()
        .map(|(id, title)| format!("<li><a href=\"#{id}\">{title}</a></li>"))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{}\"{}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"generator\" content=\"huzhu {}\">\
         <title>{}{title}</title><style>{}</style></head><body>{banner}\
         <div class=\"frame\"><div class=\"room\"><div></div></div><div><header><h1>{title}</h1>\
         <p class=\"lead\">{}</p></header><nav aria-label=\"{}\"><ol>{links}</ol></nav>\
         <main>{}</section></main></div></div></body></html>\n",
        request.language.tag(),
        if findings.synthetic { " class=\"synthetic\"" } else { "" },
        env!("CARGO_PKG_VERSION"),
        if findings.synthetic { page.say("[Synthetic] ", "【合成】") } else { "" },
        include_str!("report.css"),
        escape(&sections::lead(findings)),
        page.say("Contents", "目录"),
        page.body,
    )
}
