//! Staying over time by thirds of the trust score, as SVG.

use super::behaviour::Thirds;
use super::page::escape;
use crate::behaviour::Curve;
use crate::instrument::Language;

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH - 84.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = HEIGHT - 46.0;
/// Room between the names at the ends of curves.
const LINE: f64 = 17.0;

/// The three curves with their bands, named at their ends.
pub(super) fn staying(thirds: &Thirds, language: Language) -> String {
    let names = [
        language.pick("low trust", "信任低"),
        language.pick("middle", "居中"),
        language.pick("high trust", "信任高"),
    ];
    let steps = || thirds.curves.iter().flat_map(|curve| &curve.steps);
    let last = steps().map(|step| step.time).fold(1.0, f64::max);
    let least = steps().map(|step| step.ci_lower).filter(|v| v.is_finite()).fold(1.0, f64::min);
    let floor = (least * 10.0).floor().clamp(0.0, 9.0) / 10.0;
    let x = |time: f64| LEFT + time / last * (RIGHT - LEFT);
    let y = |share: f64| BOTTOM - (share - floor) / (1.0 - floor) * (BOTTOM - TOP);
    let ends: Vec<f64> =
        thirds.curves.iter().map(|curve| curve.steps.last().map_or(1.0, |s| s.survival)).collect();
    let said: Vec<String> =
        names.iter().zip(&ends).map(|(name, end)| format!("{name}: {:.0}%", end * 100.0)).collect();
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"st-t st-d\"><title id=\"st-t\">{}</title><desc id=\"st-d\">{}</desc>",
        language.pick("Members who stayed", "留存的会员"),
        escape(&said.join("; ")),
    );
    svg.push_str(&grid(floor, last, &x, &y));
    for (third, curve) in thirds.curves.iter().enumerate() {
        svg.push_str(&format!(
            "<path class=\"band t{third}\" d=\"{}\"/><path class=\"curve t{third}\" d=\"{}\"/>",
            band(curve, last, &x, &y),
            stairs(curve.steps.iter().map(|s| (s.time, s.survival)), last, &x, &y),
        ));
    }
    // Names keep the order of their curves and do not lie on each other.
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|&a, &b| ends[b].total_cmp(&ends[a]));
    let mut above = f64::NEG_INFINITY;
    for third in order {
        let at = (y(ends[third]) + 4.0).max(above + LINE);
        above = at;
        svg.push_str(&format!(
            "<text class=\"tip t{third}\" x=\"{:.1}\" y=\"{at:.1}\">{}</text>",
            RIGHT + 7.0,
            names[third]
        ));
    }
    svg + &format!(
        "<text class=\"axis\" x=\"{:.0}\" y=\"{:.0}\">{}</text></svg>",
        f64::midpoint(LEFT, RIGHT),
        HEIGHT - 8.0,
        language.pick("Periods", "期数"),
    )
}

fn grid(floor: f64, last: f64, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut svg = String::new();
    let step = if floor < 0.5 { 2 } else { 1 };
    for tenth in ((floor * 10.0).round() as usize..=10).rev().step_by(step) {
        let share = tenth as f64 / 10.0;
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
             <text class=\"tick end\" x=\"{1}\" y=\"{2:.1}\">{3:.0}%</text>",
            y(share),
            LEFT - 6.0,
            y(share) + 4.0,
            share * 100.0
        ));
    }
    // Four to eight ticks at round times.
    let pace = [1.0, 2.0, 3.0, 6.0, 12.0, 30.0, 60.0, 90.0, 180.0, 365.0];
    let pace = pace.into_iter().find(|pace| last / pace <= 8.0).unwrap_or(last / 5.0);
    let mut time = 0.0;
    while time <= last {
        svg.push_str(&format!(
            "<text class=\"tick\" x=\"{:.1}\" y=\"{}\">{time:.0}</text>",
            x(time),
            BOTTOM + 17.0
        ));
        time += pace;
    }
    svg
}

/// A curve falls at its times and is level between.
fn stairs(
    steps: impl Iterator<Item = (f64, f64)>,
    last: f64,
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
) -> String {
    let mut path = format!("M{:.1} {:.1}", x(0.0), y(1.0));
    for (time, share) in steps {
        path.push_str(&format!("H{:.1}V{:.1}", x(time), y(share)));
    }
    path + &format!("H{:.1}", x(last))
}

fn band(curve: &Curve, last: f64, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let known = |value: f64, or: f64| if value.is_finite() { value } else { or };
    let upper = curve.steps.iter().map(|s| (s.time, known(s.ci_upper, s.survival)));
    let mut path = stairs(upper, last, x, y);
    let mut corner: Vec<(f64, f64)> = vec![(0.0, 1.0)];
    corner.extend(curve.steps.iter().map(|s| (s.time, known(s.ci_lower, s.survival))));
    let mut right = last;
    for &(time, share) in corner.iter().rev() {
        path.push_str(&format!("L{:.1} {:.1}H{:.1}", x(right), y(share), x(time)));
        right = time;
    }
    path + "Z"
}
