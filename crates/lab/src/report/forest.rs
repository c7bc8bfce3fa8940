//! Every path by every method, as SVG: one row for a path, one mark for a method.

use super::findings::Findings;
use super::page::escape;
use super::repeated::path_names;
use super::robustness::Path;
use super::sheet::{LEVEL, share};

const WIDTH: f64 = 420.0;
const LEFT: f64 = 14.0;
const RIGHT: f64 = WIDTH - 14.0;
/// Room of one path: its name above its marks.
const ROW: f64 = 52.0;
/// Marks of one path stand below each other by this much, so that none hides another.
const STEP: f64 = 4.5;
/// Room of a line of the legend, which holds two methods.
const LEGEND: f64 = 22.0;

/// One run that gave the paths.
struct Series {
    name: String,
    paths: Vec<Option<Path>>,
}

pub(super) fn forest(findings: &Findings) -> String {
    let language = findings.request.language;
    let series: Vec<Series> = findings
        .runs
        .iter()
        .filter_map(|run| {
            let found = run.outcome.as_ref().ok()?;
            Some(Series { name: run.method.name(language), paths: found.paths.clone() })
        })
        .collect();
    let names = path_names(findings);
    let sizes = || series.iter().flat_map(|s| &s.paths).flatten().map(|path| path.size);
    let low = sizes().filter(|v| v.is_finite()).fold(0.0_f64, f64::min);
    let high = sizes().filter(|v| v.is_finite()).fold(0.0_f64, f64::max);
    let step = if high - low > 1.2 { 0.4 } else { 0.2 };
    let low = ((low - 0.04) / step).floor() * step;
    let high = ((high + 0.04) / step).ceil() * step;
    let x = |value: f64| LEFT + 8.0 + (value - low) / (high - low) * (RIGHT - LEFT - 16.0);
    let top = LEGEND * series.len().div_ceil(2) as f64 + 12.0;
    let bottom = top + ROW * names.len() as f64 + 4.0;
    let height = bottom + 24.0;
    let said: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let of = series.iter().filter_map(|s| Some((s, s.paths[at]?)));
            let all: Vec<String> =
                of.map(|(s, path)| format!("{} {}", s.name, share(path.size))).collect();
            format!("{name}: {}", all.join(", "))
        })
        .collect();
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-labelledby=\"fo-t fo-d\"><title id=\"fo-t\">{}</title><desc id=\"fo-d\">{}</desc>",
        language.pick("Paths by method", "各方法的路径"),
        escape(&said.join("; ")),
    );
    svg.push_str(&legend(&series));
    for tick in 0..=((high - low) / step).round() as usize {
        let value = low + step * tick as f64;
        let class = if value.abs() < 1e-9 { "zero" } else { "grid" };
        svg.push_str(&format!(
            "<line class=\"{class}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top:.1}\" \
             y2=\"{bottom:.1}\"/><text class=\"tick\" x=\"{0:.1}\" y=\"{1:.1}\">{2}</text>",
            x(value),
            height - 6.0,
            format!("{value:.1}").replace("-0.0", "0.0").replace('-', "−"),
        ));
    }
    for (at, name) in names.iter().enumerate() {
        let y = top + ROW * at as f64 + 35.0;
        svg.push_str(&format!(
            "<text class=\"row\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>",
            y - 19.0,
            escape(name)
        ));
        // The main run lies on top.
        for (number, one) in series.iter().enumerate().rev() {
            if let Some(path) = one.paths[at].filter(|path| path.size.is_finite()) {
                let below = STEP * (number as f64 - (series.len() as f64 - 1.0) / 2.0);
                let open = path.p >= LEVEL || path.p.is_nan();
                svg.push_str(&mark(number, x(path.size), y + below, open));
            }
        }
    }
    svg + "</svg>"
}

fn legend(series: &[Series]) -> String {
    let mut svg = String::new();
    for (number, one) in series.iter().enumerate() {
        let x = LEFT + 8.0 + (number % 2) as f64 * (WIDTH / 2.0 - 10.0);
        let y = 12.0 + LEGEND * (number / 2) as f64;
        svg.push_str(&mark(number, x, y, false));
        svg.push_str(&format!(
            "<text class=\"key\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x + 12.0,
            y + 4.5,
            escape(&one.name)
        ));
    }
    svg
}

/// The mark of a method: colour and form both tell it.
fn mark(method: usize, x: f64, y: f64, open: bool) -> String {
    let class = format!("m{}{}", method % 6, if open { " open" } else { "" });
    let polygon = |corners: &[(f64, f64)]| {
        let points: Vec<String> =
            corners.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
        format!("<polygon class=\"{class}\" points=\"{}\"/>", points.join(" "))
    };
    match method % 6 {
        0 => format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>"),
        1 => polygon(&[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]),
        2 => polygon(&[(0.0, -6.5), (6.5, 0.0), (0.0, 6.5), (-6.5, 0.0)]),
        3 => polygon(&[(0.0, -6.5), (6.0, 5.0), (-6.0, 5.0)]),
        4 => polygon(&[(0.0, 6.5), (6.0, -5.0), (-6.0, -5.0)]),
        _ => polygon(&[
            (-2.2, -6.5),
            (2.2, -6.5),
            (2.2, -2.2),
            (6.5, -2.2),
            (6.5, 2.2),
            (2.2, 2.2),
            (2.2, 6.5),
            (-2.2, 6.5),
            (-2.2, 2.2),
            (-6.5, 2.2),
            (-6.5, -2.2),
            (-2.2, -2.2),
        ]),
    }
}
