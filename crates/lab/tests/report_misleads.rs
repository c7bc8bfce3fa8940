//! Fear: a report that hides a warning, passes invented data for real, asks for something outside
//! itself, or leaves words in the other language.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use std::sync::OnceLock;

use lab::data::random::Draw;
use lab::instrument::{Instrument, Language, TRUST, simulate};
use lab::report::{Request, document};

const MODEL: &str = "Trust =~ t1 + t2 + t3\nStay =~ s1 + s2\nStay ~ Trust";

fn request<'a>(csv: &'a [u8], model: Option<&'a str>) -> Request<'a> {
    Request {
        csv,
        instrument: None,
        model,
        names: Vec::new(),
        title: None,
        language: Language::English,
        sealing: None,
        synthetic: false,
        seed: 3,
        draws: 100,
        group: None,
        outcome: None,
    }
}

fn page(request: &Request) -> String {
    document(request, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Answers of one factor per scale; `clash` makes the first two items of Trust so close and the
/// third so far that the first has a negative residual variance.
fn answers(rows: usize, clash: bool) -> String {
    let mut text = String::from("t1,t2,t3,s1,s2\n");
    for row in 0..rows {
        let mut draw = Draw::new(11, row as u64);
        let (f, a) = draw.normals();
        let (b, c) = draw.normals();
        let (d, e) = draw.normals();
        let g = 0.6 * f + 0.8 * a;
        let mut items =
            [f + 0.6 * b, f + 0.6 * c, f + 0.6 * d, g + 0.6 * e, g + 0.6 * draw.normals().0];
        if clash {
            // cov(1,2) cov(1,3) / cov(2,3) exceeds the variance of the first item.
            items[0] = b + 0.9 * c;
            items[1] = 0.9 * b + 0.3 * d;
            items[2] = 0.9 * c + 0.3 * e + 0.1 * d;
        }
        let cells: Vec<String> = items.iter().map(|x| format!("{x:.6}")).collect();
        text.push_str(&(cells.join(",") + "\n"));
    }
    text
}

/// The text of every cell of class `n`, as written.
fn numbers(html: &str) -> Vec<&str> {
    let cells = html.split("<td class=\"n\">").skip(1);
    cells.map(|rest| rest.split("</td>").next().unwrap()).collect()
}

fn of_table<'h>(html: &'h str, file: &str) -> &'h str {
    let start = html.find(&format!("download=\"{file}.csv\"")).unwrap_or_else(|| panic!("{file}"));
    let rest = &html[start..];
    &rest[..rest.find("</table>").unwrap()]
}

#[test]
fn an_improper_solution_shows_a_number_without_its_warning() {
    let csv = answers(300, true);
    let html = page(&request(csv.as_bytes(), Some(MODEL)));
    for file in ["reliability", "loadings", "fornell-larcker", "paths", "ranking"] {
        let table = of_table(&html, file);
        assert!(table.contains("class=\"warning\""), "{file} has no warning box");
        let cells = numbers(table);
        assert!(!cells.is_empty(), "{file}");
        for cell in cells.iter().filter(|cell| cell.contains(|c: char| c.is_ascii_digit())) {
            assert!(cell.contains('⚠'), "{file}: {cell} bears no mark");
        }
        assert!(table.contains("warning%0D%0A"), "the CSV of {file} has no column of warnings");
    }
    assert!(html.contains("Heywood case"), "the warning says what is wrong");
    for svg in html.split("<svg class=\"diagram").skip(1) {
        let svg = &svg[..svg.find("</svg>").unwrap()];
        for label in svg.split("class=\"beta\"").skip(1) {
            assert!(label[..label.find("</text>").unwrap()].contains('⚠'), "{label}");
        }
        for label in svg.split("class=\"r2\"").skip(1) {
            assert!(label[..label.find("</text>").unwrap()].contains('⚠'), "{label}");
        }
    }
    let svg = &html[html.find("aria-labelledby=\"rk-t").unwrap()..];
    for value in svg[..svg.find("</svg>").unwrap()].split("class=\"value\"").skip(1) {
        assert!(value.contains('⚠'), "{value}");
    }
}

#[test]
fn a_proper_solution_bears_marks() {
    let csv = answers(300, false);
    let html = page(&request(csv.as_bytes(), Some(MODEL)));
    assert!(!of_table(&html, "paths").contains('⚠'));
    assert!(!html.contains("Heywood"));
}

#[test]
fn the_page_asks_for_something_outside_itself() {
    let csv = answers(300, false);
    let html = page(&request(csv.as_bytes(), Some(MODEL)));
    for outside in ["http:", "https:", "src=", "@import", "<script", "<link", "<iframe"] {
        assert!(!html.contains(outside), "{outside}");
    }
    let links: Vec<&str> = html.split("href=\"").skip(1).collect();
    assert!(links.len() > 8);
    for link in links {
        assert!(link.starts_with('#') || link.starts_with("data:text/csv"), "{}", &link[..40]);
    }
    for url in html.split("url(").skip(1) {
        assert!(url.starts_with('#'), "{}", &url[..20]);
    }
}

/// One page in each language for all tests, since it fits every rival.
fn synthetic_page(language: Language) -> &'static str {
    static PAGES: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    PAGES[usize::from(language == Language::Chinese)].get_or_init(|| {
        let instrument = Instrument::parse(TRUST).unwrap();
        let csv = simulate(&instrument, 400, 5);
        let mut request = request(csv.as_bytes(), None);
        request.instrument = Some(&instrument);
        request.language = language;
        request.group = Some("group");
        page(&request)
    })
}

#[test]
fn invented_answers_pass_for_real_ones() {
    // The request does not say that the data are synthetic: their own column does.
    let html = synthetic_page(Language::English);
    assert!(html.contains("<title>[Synthetic]"));
    assert!(html.contains("<div class=\"banner\">SYNTHETIC DATA"));
    assert!(html.contains("<html lang=\"en\" class=\"synthetic\">"));
    let style = &html[html.find("@media print").unwrap()..html.find("</style>").unwrap()];
    let print: String = style.split_whitespace().collect();
    assert!(print.contains(".banner{position:fixed") && print.contains("table-header-group"));
    assert!(html.contains("invented respondents"));
    assert!(html.contains("synthetic: invented by a program"));
    let csv = answers(300, false);
    let real = page(&request(csv.as_bytes(), Some(MODEL)));
    assert!(!real.contains("class=\"banner\"") && !real.contains("SYNTHETIC"));
}

#[test]
fn a_chinese_report_is_half_in_english() {
    let html = synthetic_page(Language::Chinese);
    let body = &html[html.find("<body>").unwrap()..];
    // Names that Chinese papers leave as they are, and codes of models and columns.
    let left = [
        "SYNTHETIC",
        "CSV",
        "AVE",
        "HTMT",
        "CFI",
        "TLI",
        "RMSEA",
        "SRMR",
        "AIC",
        "BIC",
        "MLR",
        "WLSMV",
        "PLS",
        "PLSc",
        "PLSpredict",
        "CVPAT",
        "VIF",
        "RMSE",
        "MAE",
        "SHA",
        "logit",
        "cloglog",
        "Cox",
        "Fornell",
        "Larcker",
        "delta",
        "lavaan",
        "huzhu",
        "novice",
        "veteran",
        "yes",
        "ind",
        "tra",
        "trust",
        "stay",
        "risk",
        "tot",
    ];
    let text = words_outside_tags(body);
    let mut english: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphabetic()) {
        if word.len() > 2 && !left.contains(&word) {
            english.push(word.to_owned());
        }
    }
    english.retain(|word| word != "csv");
    assert!(english.is_empty(), "{english:?}");
    assert!(html.contains("<html lang=\"zh-Hans\""));
}

#[test]
fn an_improper_solution_is_told_in_english_to_a_chinese_reader() {
    let csv = answers(300, true);
    let mut request = request(csv.as_bytes(), Some(MODEL));
    request.language = Language::Chinese;
    let html = page(&request);
    assert!(html.contains("海伍德情形：t1的残差方差为负"), "the warning says what is wrong");
    for english in ["Heywood", "definite", "variance", "bootstrap", "categories", "英文原文"] {
        assert!(!html.contains(english), "{english}");
    }
    assert!(html.contains("有序变量最多"), "the refused run says why");
}

#[test]
fn a_declared_run_or_table_is_left_out() {
    let html = synthetic_page(Language::English);
    let tables = [
        "criteria",
        "reliability",
        "htmt",
        "htmt-intervals",
        "r2",
        "f2",
        "prediction",
        "robustness",
        "runs",
        "controls",
        "method-bias",
        "rivals",
        "rivals-composites",
        "invariance",
        "behaviour",
    ];
    for file in tables {
        let table = of_table(html, file);
        assert!(table.contains("<td class=\"n"), "{file} has no figure");
    }
    let runs = of_table(html, "runs");
    for run in ["Main: MLR", "WLSMV", "PLSc", "With controls", "With marker"] {
        assert!(runs.contains(run), "{run}");
    }
    let controls = of_table(html, "controls");
    for line in [
        "Amount shared last year → Trust in the platform",
        "Has asked for aid = yes → Intention to stay",
        "Marker (unrelated) → Perceived risk",
    ] {
        assert!(controls.contains(line), "{line}");
    }
    for rival in ["Four dimensions", "Trust passes", "One perception", "A whole formed"] {
        assert!(of_table(html, "rivals-composites").contains(rival), "{rival}");
    }
    assert!(!of_table(html, "rivals").contains("A whole formed"), "composites have no χ²");
    assert!(of_table(html, "behaviour").contains("Left (hazard ratio, Cox), with controls"));
}

#[test]
fn a_step_away_from_the_plan_is_hidden() {
    let html = synthetic_page(Language::English);
    assert!(html.contains("<b>✓</b> Estimator: MLR</li>"));
    assert!(html.contains("<b>✗</b> Bootstrap draws: 100, which differs from the plan</li>"));
}

/// The words a reader sees or hears: no tags, no model text, no hashes.
fn words_outside_tags(body: &str) -> String {
    let body = match (body.find("<pre>"), body.find("</pre>")) {
        (Some(start), Some(end)) => format!("{}{}", &body[..start], &body[end..]),
        _ => body.to_owned(),
    };
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let is_hash = |word: &&str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    text.split_whitespace().filter(|word| !is_hash(word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_name_or_title_becomes_markup() {
    let csv = answers(300, false);
    let mut request = request(csv.as_bytes(), Some(MODEL));
    request.title = Some("<img onerror=x>".to_owned());
    request.names = vec![("Trust".to_owned(), "\"><script>alert(1)</script>".to_owned())];
    let html = page(&request);
    assert!(!html.contains("<img") && !html.contains("<script"));
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn a_seed_gives_two_reports() {
    let csv = answers(200, false);
    let mut request = request(csv.as_bytes(), Some(MODEL));
    let first = page(&request);
    assert_eq!(first, page(&request));
    request.seed = 4;
    assert_ne!(first, page(&request));
}

#[test]
fn nonsense_gives_a_report() {
    let csv = answers(200, false);
    let refuse = |change: &dyn Fn(&mut Request)| {
        let mut request = request(csv.as_bytes(), Some(MODEL));
        change(&mut request);
        document(&request, &|_| {}).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(refuse(&|r| r.draws = 3).contains("draws"));
    assert!(refuse(&|r| r.outcome = Some("Trust")).contains("Trust"));
    assert!(refuse(&|r| r.model = Some("t1 ~~ t2")).contains("measurement"));
    assert!(
        refuse(&|r| r.model = Some("Trust =~ t1 + t9\nStay =~ s1+s2\nStay~Trust")).contains("t9")
    );
    assert!(refuse(&|r| r.csv = b"t1,t2\n1\n").contains("CSV"));
}
